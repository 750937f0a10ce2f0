/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interactive shell: lines to inputs, and inputs to results. An input
 * ends with its line, or where its blocks are closed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "parse.h"
#include "shell.h"
#include "shell_int.h"

static void quit(struct shell *sh, const char *args)
{
	(void)args;
	sh->quit = true;
}

const struct shell_command shell_commands[] = {
	{ "help", "[WORDS]", "what can be typed, or what may follow WORDS", shell_help },
	{ "quit", "", "leave the shell (also: exit, Ctrl-D)", quit },
	{ "exit", "", NULL, quit },
	{ NULL, NULL, NULL, NULL },
};

void shell_print_diags(struct shell *sh)
{
	diags_tell(&sh->n->diags, &sh->n->sources);
}

/* Write out what a command printed; a failure other than Ctrl-C ends the shell. */
static void flush(struct shell *sh)
{
	struct out *o = &sh->n->out;

	if (out_flush(o) == 0)
		return;
	if (sh->interrupted && o->err == EINTR) {
		out_drop(o);
		o->err = 0;
		return;
	}
	/* main() tells why. */
	sh->quit = true;
	sh->status = 1;
}

static void run_pending(struct shell *sh)
{
	sh->interrupted = 0;
	sh->n->out.stop = &sh->interrupted;
	nff_run_text(sh->n, "<shell>", out_str(&sh->pending), sh->pending.len);
	flush(sh);
	sh->n->out.stop = NULL;
	sh->interrupted = 0;
	shell_print_diags(sh);
	out_drop(&sh->pending);
}

/*
 * Must the pending text be looked at again now that this line was added to
 * it? What is open is closed by one of a few characters only, so most lines of
 * a long block cost nothing.
 */
static bool may_complete(struct shell *sh, size_t before, const char *line, size_t len)
{
	const char *text = sh->pending.buf;

	if (before == 0 || (before >= 2 && text[before - 2] == '\\'))
		return true;
	return memchr(line, '}', len) || memchr(line, '"', len);
}

/* A line that is a command of the shell; only where an input may begin. */
static bool own_command(struct shell *sh, const char *line, size_t len)
{
	size_t skip, word;
	char *copy, *args;

	skip = strspn(line, " \t");
	word = strcspn(line + skip, " \t;");
	for (const struct shell_command *c = shell_commands; c->name; c++) {
		if (strlen(c->name) != word || strncmp(c->name, line + skip, word) != 0)
			continue;
		copy = strndup(line + skip + word, len - skip - word);
		if (!copy)
			return true;
		args = copy + strspn(copy, " \t;");
		for (size_t n = strlen(args); n && strchr(" \t;", args[n - 1]); )
			args[--n] = '\0';
		c->run(sh, args);
		free(copy);
		flush(sh);
		return true;
	}
	return false;
}

void shell_line(struct shell *sh, const char *line, size_t len)
{
	struct out *p = &sh->pending;
	size_t before = p->len;

	if (before == 0) {
		if (strspn(line, " \t\r") == len || own_command(sh, line, len))
			return;
	}
	out_write(p, line, len);
	out_putc(p, '\n');
	if (may_complete(sh, before, line, len) && !parse_incomplete(sh->n, out_str(p), p->len))
		run_pending(sh);
}

/* Lines from what is no terminal: no prompt, no history, no editing. */
static void read_plain(struct shell *sh)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	while (!sh->quit && (len = getline(&line, &cap, stdin)) >= 0) {
		if (len && line[len - 1] == '\n')
			line[--len] = '\0';
		shell_line(sh, line, (size_t)len);
	}
	if (!sh->quit && ferror(stdin)) {
		diag_error(&sh->n->diags, (struct loc){ 0 }, "cannot read the standard input: %s",
			   strerror(errno));
		shell_print_diags(sh);
		sh->status = 1;
	}
	free(line);
}

int shell_run(struct nff *n)
{
	struct shell sh = { .n = n };

	out_init_mem(&sh.pending);
	if (isatty(STDIN_FILENO))
		shell_tty(&sh);
	else
		read_plain(&sh);
	/* An input that ends within a block: the parser says so. */
	if (!sh.quit && sh.pending.len)
		run_pending(&sh);
	out_fini(&sh.pending);
	return sh.status;
}
