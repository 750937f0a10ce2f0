// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Include statements: which files a path means, and in which order.
 */
#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "state.h"

/* Where nft(8) looks, too, when a path is relative. */
#define INCLUDE_PATH_DEFAULT "/etc"

static void add_include(struct parser *p, struct loc loc, const char *path)
{
	struct input *in = &p->inputs[p->n_inputs - 1];
	struct include *i = arena_new(p->input_arena, struct include);

	i->path = arena_strdup(p->input_arena, path);
	i->loc = loc;
	list_add_tail(in->includes_last, i);
}

/*
 * The files of a pattern, or of a directory (plain files that are not hidden),
 * in the order of the alphabet. Returns how many.
 */
static unsigned int add_matches(struct parser *p, struct loc loc, const char *pattern)
{
	unsigned int n = 0;
	struct stat st;
	glob_t g;
	size_t i;

	/* sorted by bytes, whatever the locale is: main() does not set one */
	if (glob(pattern, 0, NULL, &g) != 0)
		return 0;
	for (i = 0; i < g.gl_pathc; i++) {
		if (stat(g.gl_pathv[i], &st) == 0 && S_ISDIR(st.st_mode))
			continue;
		add_include(p, loc, g.gl_pathv[i]);
		n++;
	}
	globfree(&g);
	return n;
}

/* Returns true where the path names something. */
static bool try_include(struct parser *p, struct loc loc, const char *dir, const char *path)
{
	const char *full = path;
	struct stat st;

	if (*dir)
		full = arena_printf(p->input_arena, "%s/%s", dir, path);
	if (stat(full, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			add_matches(p, loc, arena_printf(p->input_arena, "%s/*", full));
		else
			add_include(p, loc, full);
		return true;
	}
	return strpbrk(path, "*?[") && add_matches(p, loc, full);
}

void parse_include(struct parser *p, struct loc loc, const char *path)
{
	unsigned int i;

	if (p->quiet)
		return;
	if (!*path) {
		parse_error(p, loc, "the name of the file is empty");
		return;
	}
	if (p->n_inputs > INCLUDE_DEPTH_MAX) {
		parse_error(p, loc, "files include each other deeper than %d", INCLUDE_DEPTH_MAX);
		return;
	}
	if (path[0] == '/' || strncmp(path, "./", 2) == 0 || strncmp(path, "../", 3) == 0) {
		if (try_include(p, loc, "", path))
			return;
	} else {
		for (i = 0; i < p->n->n_include_paths; i++)
			if (try_include(p, loc, p->n->include_paths[i], path))
				return;
		if (try_include(p, loc, "", path) ||
		    try_include(p, loc, INCLUDE_PATH_DEFAULT, path))
			return;
	}
	/* a pattern may match nothing: a directory of snippets may be empty */
	if (strpbrk(path, "*?["))
		return;
	parse_error(p, loc, "file '%.200s' not found", path);
	if (path[0] != '/' && path[0] != '.')
		parse_hint(p, "it is looked for in the directories of -I, the working directory "
			   "and " INCLUDE_PATH_DEFAULT);
}

void parse_open_include(struct parser *p)
{
	struct input *in = &p->inputs[p->n_inputs - 1];
	struct include *i = in->includes;
	int src;

	in->includes = i->next;
	if (!in->includes)
		in->includes_last = &in->includes;
	src = sources_add_file(&p->n->sources, i->path, i->loc);
	if (src == -ELOOP)
		parse_error(p, i->loc, "file '%.200s' includes itself", i->path);
	else if (src < 0)
		parse_error(p, i->loc, "cannot read '%.200s': %s", i->path, strerror(-src));
	else
		scan_open(p, src);
}
