/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines from a terminal. readline's callback interface leaves the loop, and
 * the reading of characters, to this file, as signals want to end both.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
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
/*
 * While a character is waited for, a signal jumps out of the wait: Ctrl-C
 * makes the terminal forget its input, so that a read() may block although
 * poll() has just told that there is something.
 */
static volatile sig_atomic_t waiting;
static sigjmp_buf wake;

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
	if (waiting) {
		waiting = 0;
		siglongjmp(wake, 1);
	}
}

static const int signals[] = { SIGINT, SIGTSTP, SIGTERM, SIGHUP };
#define N_SIGNALS (sizeof(signals) / sizeof(signals[0]))

static void install_handler(void);

/* Ctrl-C takes the lines along that are waiting for the rest of their block. */
static void drop_pending(struct shell *sh)
{
	out_drop(&sh->pending);
	sh->interrupted = 0;
	got_int = 0;
	install_handler();
}

static void on_line(char *line)
{
	struct shell *sh = current;
	char *next;

	/* The terminal is a plain one while commands run. */
	rl_callback_handler_remove();
	if (got_int || got_end) {
		free(line);
		drop_pending(sh);
		return;
	}
	if (!line) {
		fputc('\n', rl_outstream);
		fflush(rl_outstream);
		sh->quit = true;
		return;
	}
	/* Ctrl-Z stops a command at once. */
	signal(SIGTSTP, SIG_DFL);
	/* A paste may bring several lines at once. */
	for (char *p = line; p && !sh->quit; p = next) {
		next = strchr(p, '\n');
		if (next)
			*next++ = '\0';
		shell_history_add(sh, p);
		shell_line(sh, p, strlen(p));
	}
	free(line);
	signal(SIGTSTP, on_signal);
	got_int = 0;
	if (!sh->quit)
		install_handler();
}

static void install_handler(void)
{
	rl_callback_handler_install(current->pending.len ? PROMPT_MORE : PROMPT, on_line);
}

/* Ctrl-C amidst a search, or another thing that the end of a line does not end. */
static void drop_line(struct shell *sh)
{
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_callback_handler_remove();
	fputc('\n', rl_outstream);
	fflush(rl_outstream);
	rl_replace_line("", 1);
	rl_point = rl_end = 0;
	drop_pending(sh);
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

/* rl_getc_function: the next character, or what ends the line where a signal came. */
static int get_char(FILE *f)
{
	struct pollfd pfd = { .fd = fileno(f), .events = POLLIN };
	unsigned char c;
	ssize_t n;

	sigsetjmp(wake, 1);
	for (;;) {
		waiting = 1;
		if (got_int || got_end || got_stop)
			break;
		n = poll(&pfd, 1, -1) < 0 ? -1 : read(pfd.fd, &c, 1);
		if (n > 0) {
			waiting = 0;
			return c;
		}
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			break;
		/* The terminal has a new size. */
		waiting = 0;
		rl_check_signals();
	}
	waiting = 0;
	if (got_stop && !got_int && !got_end) {
		got_stop = 0;
		stop();
		return get_char(f);
	}
	if (got_int && !got_end) {
		fputs("^C", rl_outstream);
		rl_replace_line("", 1);
		return '\n';
	}
	/* What was typed so far must not count as a line. */
	return RL_ISSTATE(RL_STATE_READCMD) ? READERR : EOF;
}

static void set_up_readline(void)
{
	rl_readline_name = "nff";
	rl_instream = stdin;
	rl_outstream = isatty(STDOUT_FILENO) ? stdout : stderr;
	rl_catch_signals = 0;
	rl_getc_function = get_char;
	rl_attempted_completion_function = complete;
	rl_basic_word_break_characters = WORD_BREAKS;
	rl_completer_word_break_characters = WORD_BREAKS;
	rl_completer_quote_characters = "\"";
}

static void read_lines(struct shell *sh)
{
	while (!sh->quit) {
		rl_callback_read_char();
		if (got_end)
			sh->quit = true;
		else if (got_int)
			drop_line(sh);
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
