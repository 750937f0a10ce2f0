/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the shell share.
 */
#ifndef NFF_SHELL_INT_H
#define NFF_SHELL_INT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include "nff.h"

struct shell {
	struct nff *n;
	struct out pending;		/* lines of an input that is not complete yet */
	bool quit;
	int status;			/* exit status */
	volatile sig_atomic_t interrupted;	/* Ctrl-C while a command runs */

	char *hist_path;		/* NULL: no history is kept */
	bool hist_warned;
};

/*
 * Take one line without its newline: a command of the shell, or the next line
 * of an input, which is run when it is complete. (shell.c)
 */
void shell_line(struct shell *sh, const char *line, size_t len);
/* Print and forget the diagnostics. */
void shell_print_diags(struct shell *sh);

/* Lines from a terminal, with readline. (tty.c) */
void shell_tty(struct shell *sh);

/*
 * History, kept in $NFF_HISTFILE, $XDG_STATE_HOME/nff/history or
 * ~/.nff_history. A file that cannot be used gives one warning. (history.c)
 */
void shell_history_load(struct shell *sh);
void shell_history_add(struct shell *sh, const char *line);
void shell_history_close(struct shell *sh);

/* rl_attempted_completion_function for what stands before the cursor. (complete.c) */
char **shell_complete(struct shell *sh, const char *word, int start);

/* The commands of the shell itself; ends with a NULL name. */
struct shell_command {
	const char *name, *args, *desc;
	void (*run)(struct shell *sh, const char *args);
};
extern const struct shell_command shell_commands[];
/* help [WORDS] (help.c) */
void shell_help(struct shell *sh, const char *args);
/* Words that help has a page for: calls cb for each. */
void shell_help_topics(void (*cb)(const char *name, void *arg), void *arg);

#endif
