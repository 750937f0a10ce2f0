/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffered output to a file descriptor or to memory.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "out.h"

#define OUT_BUF_SIZE	(64u << 10)

void out_init_fd(struct out *o, int fd)
{
	memset(o, 0, sizeof(*o));
	o->fd = fd;
}

void out_init_mem(struct out *o)
{
	out_init_fd(o, -1);
}

void out_fini(struct out *o)
{
	free(o->buf);
	o->buf = NULL;
	o->len = o->cap = 0;
}

/* Write all of it; keeps the first error and is silent from then on. */
static void write_all(struct out *o, const char *p, size_t len)
{
	while (len && !o->err) {
		ssize_t n;

		if (o->stop && *o->stop) {
			o->err = EINTR;
			break;
		}
		n = write(o->fd, p, len);
		if (n >= 0) {
			p += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			/* A terminal or pipe that somebody else made non-blocking. */
			struct pollfd pfd = { .fd = o->fd, .events = POLLOUT };

			if (poll(&pfd, 1, -1) < 0 && errno != EINTR)
				o->err = errno;
		} else if (errno != EINTR || (o->stop_blocked && *o->stop_blocked)) {
			o->err = errno;
		}
	}
}

static void write_buffered(struct out *o)
{
	write_all(o, o->buf, o->len);
	o->len = 0;
}

/* Does the buffer grow rather than being written when it is full? */
static bool grows(const struct out *o)
{
	return o->fd < 0 || o->hold;
}

/* At least len bytes of room behind o->len, which may be written out for that. */
static void make_room(struct out *o, size_t len)
{
	size_t cap;

	if (o->cap - o->len >= len)
		return;
	if (!grows(o) && o->len)
		write_buffered(o);
	if (o->cap - o->len >= len)
		return;
	cap = o->cap ? o->cap * 2 : grows(o) && o->fd < 0 ? 256 : OUT_BUF_SIZE;
	while (cap - o->len < len)
		cap *= 2;
	o->buf = xrealloc(o->buf, cap);
	o->cap = cap;
}

static void written(struct out *o, const char *p, size_t len)
{
	if (o->line_buffered && !grows(o) && memchr(p, '\n', len))
		write_buffered(o);
}

void out_write(struct out *o, const void *data, size_t len)
{
	if (!len)
		return;
	if (len > OUT_BUF_SIZE && !grows(o)) {
		write_buffered(o);
		write_all(o, data, len);
		return;
	}
	make_room(o, len);
	memcpy(o->buf + o->len, data, len);
	o->len += len;
	written(o, data, len);
}

void out_puts(struct out *o, const char *s)
{
	out_write(o, s, strlen(s));
}

void out_putc(struct out *o, char c)
{
	if (o->len == o->cap)
		make_room(o, 1);
	o->buf[o->len++] = c;
	if (c == '\n')
		written(o, &c, 1);
}

char *out_reserve_more(struct out *o, size_t len)
{
	make_room(o, len);
	return o->buf + o->len;
}

void out_committed(struct out *o, size_t len)
{
	written(o, o->buf + o->len - len, len);
}

void out_u64(struct out *o, uint64_t v)
{
	char tmp[20], *p = tmp + sizeof(tmp);

	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	out_write(o, p, (size_t)(tmp + sizeof(tmp) - p));
}

void out_vprintf(struct out *o, const char *fmt, va_list ap)
{
	char tmp[256], *big;
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(tmp, sizeof(tmp), fmt, ap);
	if (len >= 0 && (size_t)len < sizeof(tmp)) {
		out_write(o, tmp, (size_t)len);
	} else if (len >= 0) {
		big = xmalloc((size_t)len + 1);
		vsnprintf(big, (size_t)len + 1, fmt, again);
		out_write(o, big, (size_t)len);
		free(big);
	}
	va_end(again);
}

void out_printf(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out_vprintf(o, fmt, ap);
	va_end(ap);
}

void out_tabs(struct out *o, unsigned int n)
{
	while (n--)
		out_putc(o, '\t');
}

int out_flush(struct out *o)
{
	if (o->fd >= 0)
		write_buffered(o);
	return -o->err;
}

void out_drop(struct out *o)
{
	o->len = 0;
}

const char *out_str(struct out *o)
{
	make_room(o, 1);
	o->buf[o->len] = '\0';
	return o->buf;
}
