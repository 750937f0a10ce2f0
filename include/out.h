/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Buffered output, to a file descriptor or to memory.
 *
 * Errors stick: the first failed write() is kept and told by out_flush(), so
 * that printers need not check every call, and main() checks once.
 */
#ifndef NFF_OUT_H
#define NFF_OUT_H

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out {
	char *buf;
	size_t len, cap;
	int fd;			/* -1: memory only */
	int err;		/* errno of the first failed write, or 0 */
	bool line_buffered;	/* flush after each newline */
	bool hold;		/* gather in memory until out_flush() */
	/*
	 * Where it points to something that is not 0, a write fails with EINTR: how an
	 * interactive program gives up a long listing. NULL: never.
	 */
	const volatile sig_atomic_t *stop;
	/* The same, but for a write that blocks only: what can be written is. */
	const volatile sig_atomic_t *stop_blocked;
};

void out_init_fd(struct out *o, int fd);
void out_init_mem(struct out *o);
/* Frees the buffer without flushing it. */
void out_fini(struct out *o);

void out_write(struct out *o, const void *data, size_t len);
void out_puts(struct out *o, const char *s);
void out_putc(struct out *o, char c);
/* An unsigned decimal, much faster than out_printf("%llu"). */
void out_u64(struct out *o, uint64_t v);
void out_printf(struct out *o, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void out_vprintf(struct out *o, const char *fmt, va_list ap);
/* The rest of the two below. */
char *out_reserve_more(struct out *o, size_t len);
void out_committed(struct out *o, size_t len);
/*
 * For printers of many lines: room for len more bytes, to be written by the
 * caller, who then tells how many of them it used.
 */
static inline char *out_reserve(struct out *o, size_t len)
{
	return o->cap - o->len >= len ? o->buf + o->len : out_reserve_more(o, len);
}

static inline void out_commit(struct out *o, size_t len)
{
	o->len += len;
	if (o->line_buffered)
		out_committed(o, len);
}
/* n tab characters. */
void out_tabs(struct out *o, unsigned int n);

/* Write out what is buffered. Returns 0, or -errno of the first error ever. */
int out_flush(struct out *o);
/* Drop what is buffered and not written yet (a dump that must start again). */
void out_drop(struct out *o);
/* The text so far, NUL-terminated, owned by the out (memory outs). */
const char *out_str(struct out *o);

#endif
