/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The history of the shell. Each line is appended to the file at once, so
 * that shells that run at the same time and one that is killed lose nothing;
 * the file is cut to its bound when a shell begins.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <readline/history.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shell_int.h"

#define HISTORY_MAX 1000

static void warn_once(struct shell *sh, int err)
{
	if (!sh->hist_warned)
		fprintf(stderr, "nff: the history cannot be kept in %s: %s\n", sh->hist_path,
			strerror(err));
	sh->hist_warned = true;
}

static char *join(const char *dir, const char *file)
{
	struct out o;
	char *path;

	out_init_mem(&o);
	out_puts(&o, dir);
	out_puts(&o, file);
	path = xstrdup(out_str(&o));
	out_fini(&o);
	return path;
}

/* The file's name, allocated; NULL: there is no place for one, or none is wanted. */
static char *history_path(void)
{
	const char *env = getenv("NFF_HISTFILE"), *dir = getenv("XDG_STATE_HOME");
	char *path;

	if (env)
		return *env ? xstrdup(env) : NULL;
	if (dir && *dir == '/') {
		path = join(dir, "/nff");
		/* Where this fails, opening the file tells why. */
		mkdir(dir, 0700);
		mkdir(path, 0700);
		free(path);
		return join(dir, "/nff/history");
	}
	dir = getenv("HOME");
	return dir && *dir ? join(dir, "/.nff_history") : NULL;
}

/* The file, created if need be, readable by its owner only; -1 with a warning. */
static int history_open(struct shell *sh)
{
	int fd = open(sh->hist_path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		warn_once(sh, errno);
	} else if (!S_ISREG(st.st_mode)) {
		/* /dev/null is a way to have none; its mode must stay as it is. */
		if (!S_ISCHR(st.st_mode))
			warn_once(sh, EINVAL);
	} else {
		if (st.st_mode & 077)
			fchmod(fd, 0600);
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

void shell_history_load(struct shell *sh)
{
	int fd, err;

	using_history();
	stifle_history(HISTORY_MAX);
	sh->hist_path = history_path();
	if (!sh->hist_path)
		return;
	fd = history_open(sh);
	if (fd >= 0) {
		close(fd);
		history_truncate_file(sh->hist_path, HISTORY_MAX);
		err = read_history(sh->hist_path);
		if (!err)
			return;
		warn_once(sh, err);
	}
	free(sh->hist_path);
	sh->hist_path = NULL;
}

static void append(struct shell *sh, const char *line)
{
	size_t len = strlen(line);
	char *text = join(line, "\n");
	int fd = history_open(sh);
	ssize_t n;

	if (fd >= 0) {
		n = write(fd, text, len + 1);
		if (n != (ssize_t)len + 1)
			warn_once(sh, n < 0 ? errno : ENOSPC);
		close(fd);
	}
	free(text);
}

void shell_history_add(struct shell *sh, const char *line)
{
	const HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) :
				 NULL;

	if (line[strspn(line, " \t")] == '\0' || (last && !strcmp(last->line, line)))
		return;
	add_history(line);
	if (sh->hist_path)
		append(sh, line);
}

void shell_history_close(struct shell *sh)
{
	free(sh->hist_path);
	sh->hist_path = NULL;
	clear_history();
}
