/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines from a terminal. readline's callback interface leaves the waiting,
 * and so the signals, to this loop.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <readline/readline.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell_int.h"

#define PROMPT		"nff> "
#define PROMPT_MORE	"...> "

/*
 * The characters that end a word: names, addresses and numbers stay whole,
 * and so does a variable with its '$'.
 */
#define WORD_BREAKS	" \t\n\"{}();,=@<>!&|^"

/*
 * Neither a signal handler nor a callback of readline is given an argument,
 * and a terminal has one reader: the shell that runs, or NULL.
 */
static struct shell *current;
static volatile sig_atomic_t got_int, got_stop, got_end;

static void on_signal(int sig)
{
	switch (sig) {
	case SIGINT:
		got_int = 1;
		if (current)
			current->interrupted = 1;
		break;
	case SIGTSTP:
		got_stop = 1;
		break;
	default:
		got_end = 1;
		if (current)
			current->interrupted = 1;
		break;
	}
}

static const int signals[] = { SIGINT, SIGTSTP, SIGTERM, SIGHUP };
#define N_SIGNALS (sizeof(signals) / sizeof(signals[0]))

static void install_handler(void);

static void on_line(char *line)
{
	struct shell *sh = current;
	char *next;

	/* The terminal is a plain one while commands run. */
	rl_callback_handler_remove();
	if (!line) {
		fputc('\n', rl_outstream);
		fflush(rl_outstream);
		sh->quit = true;
		return;
	}
	/* A paste may bring several lines at once. */
	for (char *p = line; p && !sh->quit; p = next) {
		next = strchr(p, '\n');
		if (next)
			*next++ = '\0';
		shell_history_add(sh, p);
		shell_line(sh, p, strlen(p));
	}
	free(line);
	got_int = 0;
	if (!sh->quit)
		install_handler();
}

static void install_handler(void)
{
	rl_callback_handler_install(current->pending.len ? PROMPT_MORE : PROMPT, on_line);
}

/* Ctrl-C: away with the line, and with the lines before that wait for it. */
static void drop_line(struct shell *sh)
{
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_callback_handler_remove();
	fputs("^C\n", rl_outstream);
	fflush(rl_outstream);
	rl_replace_line("", 1);
	rl_point = rl_end = 0;
	out_drop(&sh->pending);
	sh->interrupted = 0;
	install_handler();
}

/* Ctrl-Z: give the terminal back as it was, and take it again afterwards. */
static void stop(void)
{
	rl_deprep_terminal();
	raise(SIGSTOP);
	rl_prep_terminal(1);
	rl_forced_update_display();
}

static char **complete(const char *word, int start, int end)
{
	(void)end;
	/* Never readline's own completion of file names. */
	rl_attempted_completion_over = 1;
	return shell_complete(current, word, start);
}

static void set_up_readline(void)
{
	rl_readline_name = "nff";
	rl_instream = stdin;
	rl_outstream = isatty(STDOUT_FILENO) ? stdout : stderr;
	rl_catch_signals = 0;
	rl_attempted_completion_function = complete;
	rl_basic_word_break_characters = WORD_BREAKS;
	rl_completer_word_break_characters = WORD_BREAKS;
	rl_completer_quote_characters = "\"";
}

static void read_lines(struct shell *sh)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };
	sigset_t block, old;

	/* The signals come in while waiting, and at no other point of readline's work. */
	sigemptyset(&block);
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaddset(&block, signals[i]);

	while (!sh->quit) {
		int n;

		sigprocmask(SIG_BLOCK, &block, &old);
		if (got_end)
			sh->quit = true;
		else if (got_int)
			drop_line(sh);
		else if (got_stop)
			stop();
		got_int = got_stop = 0;
		n = sh->quit ? 0 : ppoll(&pfd, 1, NULL, &old);
		if (n < 0 && errno != EINTR) {
			fprintf(stderr, "nff: cannot read the terminal: %s\n", strerror(errno));
			sh->status = 1;
			sh->quit = true;
		}
		sigprocmask(SIG_SETMASK, &old, NULL);
		if (n > 0)
			rl_callback_read_char();
	}
}

void shell_tty(struct shell *sh)
{
	struct sigaction sa = { .sa_handler = on_signal }, old[N_SIGNALS];

	current = sh;
	got_int = got_stop = got_end = 0;
	set_up_readline();
	shell_history_load(sh);
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaction(signals[i], &sa, &old[i]);
	install_handler();
	read_lines(sh);
	rl_callback_handler_remove();
	for (size_t i = 0; i < N_SIGNALS; i++)
		sigaction(signals[i], &old[i], NULL);
	shell_history_close(sh);
	current = NULL;
}
