/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts that commands come from: files, included files, standard input,
 * the command line, lines typed into the shell. A place in a text (struct
 * loc) is 12 bytes; line and column are worked out only for a diagnostic.
 */
#ifndef NFF_SOURCE_H
#define NFF_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/* A span of a source's text; src 0 means "nowhere". */
struct loc {
	uint32_t src;		/* index into the source table, from 1 */
	uint32_t off;		/* byte offset */
	uint32_t len;		/* bytes, at least 1 for a real place */
};

struct source {
	const char *name;	/* as a diagnostic prints it */
	const char *text;	/* text[len] and text[len + 1] are NUL */
	size_t len;
	struct loc included_at;	/* the include statement; src 0: top level */
	bool is_file;
	uint64_t dev, ino;	/* of a file: an include loop is seen by them */
};

struct sources {
	struct source *v;
	unsigned int n, cap;
};

/* Largest input text, bytes; offsets are 32 bits wide. */
#define SOURCE_MAX 0x7fffff00u

/*
 * Add a text (copied). Returns its index, from 1.
 */
uint32_t sources_add_text(struct sources *s, const char *name, const char *text, size_t len);
/*
 * Read a file ("-" and "/dev/stdin" are standard input) whole and add it. Returns its index, or
 * -errno (-EISDIR, -ENOENT, -EFBIG, ...; -ELOOP where the file is being
 * included already, seen from "at").
 */
int sources_add_file(struct sources *s, const char *path, struct loc at);
const struct source *sources_get(const struct sources *s, uint32_t src);
/* How deep a source stands in includes: 0 for a top-level one. */
unsigned int sources_depth(const struct sources *s, uint32_t src);
/* Forget the newest sources, down to n of them. */
void sources_drop(struct sources *s, unsigned int n);
void sources_fini(struct sources *s);

/* Line and column of a place, both from 1; tabs count as one column. */
void source_position(const struct source *src, uint32_t off, unsigned int *line,
		     unsigned int *col);

/* The span from the begin of a to the end of b. */
struct loc loc_span(struct loc a, struct loc b);

#endif
