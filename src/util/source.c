// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The texts that commands come from, and places in them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "source.h"

/* Files of unknown size (pipes) are read in pieces that start at this size. */
#define READ_CHUNK 65536

static uint32_t sources_add(struct sources *s, const char *name, char *text, size_t len)
{
	struct source *src;

	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 8;
		s->v = xrealloc(s->v, s->cap * sizeof(*s->v));
	}
	src = &s->v[s->n++];
	memset(src, 0, sizeof(*src));
	src->name = xstrdup(name);
	src->text = text;
	src->len = len;
	return s->n;
}

uint32_t sources_add_text(struct sources *s, const char *name, const char *text, size_t len)
{
	char *copy = xmalloc(len + 2);

	if (len)
		memcpy(copy, text, len);
	copy[len] = copy[len + 1] = '\0';
	return sources_add(s, name, copy, len);
}

/* Read all of fd into *text, with two NUL bytes behind it. 0 or -errno. */
static int read_all(int fd, size_t size_hint, char **text, size_t *len)
{
	size_t cap = size_hint + READ_CHUNK, n = 0;
	char *buf = xmalloc(cap + 2);

	for (;;) {
		ssize_t got;

		if (n == cap) {
			cap = cap / 2 * 3;
			buf = xrealloc(buf, cap + 2);
		}
		got = read(fd, buf + n, cap - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int err = -errno;

			free(buf);
			return err;
		}
		if (got == 0)
			break;
		n += got;
		if (n > SOURCE_MAX) {
			free(buf);
			return -EFBIG;
		}
	}
	if (cap - n > READ_CHUNK / 4)
		buf = xrealloc(buf, n + 2);
	buf[n] = buf[n + 1] = '\0';
	*text = buf;
	*len = n;
	return 0;
}

/* Is the file open already somewhere up the chain of includes from "at"? */
static bool is_included(const struct sources *s, const struct stat *st, struct loc at)
{
	const struct source *src;

	for (src = sources_get(s, at.src); src; src = sources_get(s, src->included_at.src)) {
		if (src->is_file && src->dev == st->st_dev && src->ino == st->st_ino)
			return true;
	}
	return false;
}

int sources_add_file(struct sources *s, const char *path, struct loc at)
{
	/* A socket cannot be opened by that name, and a small system may not have it. */
	bool use_stdin = strcmp(path, "-") == 0 || strcmp(path, "/dev/stdin") == 0;
	struct source *src;
	struct stat st;
	char *text = NULL;
	size_t len = 0;
	int fd, err;

	fd = use_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	else if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > SOURCE_MAX)
		err = -EFBIG;
	else if (S_ISREG(st.st_mode) && is_included(s, &st, at))
		err = -ELOOP;
	else
		err = read_all(fd, S_ISREG(st.st_mode) ? st.st_size : 0, &text, &len);
	if (!use_stdin)
		close(fd);
	if (err)
		return err;

	sources_add(s, use_stdin ? "/dev/stdin" : path, text, len);
	src = &s->v[s->n - 1];
	src->included_at = at;
	src->is_file = S_ISREG(st.st_mode);
	src->dev = st.st_dev;
	src->ino = st.st_ino;
	return s->n;
}

const struct source *sources_get(const struct sources *s, uint32_t src)
{
	return src >= 1 && src <= s->n ? &s->v[src - 1] : NULL;
}

unsigned int sources_depth(const struct sources *s, uint32_t src)
{
	const struct source *p = sources_get(s, src);
	unsigned int depth = 0;

	while (p && p->included_at.src) {
		depth++;
		p = sources_get(s, p->included_at.src);
	}
	return depth;
}

void sources_drop(struct sources *s, unsigned int n)
{
	while (s->n > n) {
		s->n--;
		free((char *)s->v[s->n].name);
		free((char *)s->v[s->n].text);
	}
}

void sources_fini(struct sources *s)
{
	sources_drop(s, 0);
	free(s->v);
	memset(s, 0, sizeof(*s));
}

void source_position(const struct source *src, uint32_t off, unsigned int *line,
		     unsigned int *col)
{
	const char *start = src->text, *at, *nl;

	at = start + (off < src->len ? off : src->len);
	*line = 1;
	while ((nl = memchr(start, '\n', at - start))) {
		start = nl + 1;
		(*line)++;
	}
	*col = at - start + 1;
}

struct loc loc_span(struct loc a, struct loc b)
{
	if (!a.src)
		return b;
	/* across an include there is no span: the begin is the place */
	if (a.src != b.src || b.off + b.len < a.off + a.len)
		return a;
	a.len = b.off + b.len - a.off;
	return a;
}
