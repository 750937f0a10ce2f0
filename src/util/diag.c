// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Diagnostics: gathered in order, printed with the line they point at.
 *
 * Input may be hostile: what is shown of it never has a control character in
 * it, nor bytes that are no UTF-8, and only a part of an endless line.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"

/* How much of a line is shown, in bytes, and how much of that before the place. */
#define SHOW_WIDTH 160
#define SHOW_BEFORE 60
/* Longest text of one diagnostic; a name out of the input may be megabytes. */
#define TEXT_MAX 1000

void diags_init(struct diags *d)
{
	memset(d, 0, sizeof(*d));
	arena_init(&d->arena);
	d->last = &d->first;
}

void diags_fini(struct diags *d)
{
	arena_free(&d->arena);
	d->first = NULL;
	d->last = &d->first;
	d->errors = d->warnings = 0;
}

void diags_clear(struct diags *d)
{
	diags_fini(d);
	arena_init(&d->arena);
}

/* Length of the valid UTF-8 sequence at s, 1 to 4, or 0. Control characters are none. */
static unsigned int utf8_len(const unsigned char *s, size_t max)
{
	unsigned int n, i;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	/* 0x80 to 0x9f are control characters, in UTF-8 0xc2 0x80 ... */
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (n > max)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xe0 && s[1] < 0xa0) ||
	    (s[0] == 0xed && s[1] >= 0xa0) || (s[0] == 0xf0 && s[1] < 0x90) ||
	    (s[0] == 0xf4 && s[1] >= 0x90))
		return 0;
	return n;
}

/* Print text; what a terminal should not get becomes '?'. Returns the columns. */
static unsigned int out_clean(struct out *o, const char *s, size_t len)
{
	unsigned int cols = 0;

	while (len) {
		unsigned int n = utf8_len((const unsigned char *)s, len);

		if (n)
			out_write(o, s, n);
		else
			out_putc(o, *s == '\t' ? '\t' : '?');
		if (!n)
			n = 1;
		s += n;
		len -= n;
		cols++;
	}
	return cols;
}

static int __attribute__((format(printf, 4, 0)))
diag_add(struct diags *d, enum diag_level level, struct loc loc, const char *fmt, va_list ap)
{
	struct diag *g = arena_new(&d->arena, struct diag);
	char text[TEXT_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	g->level = level;
	g->loc = loc;
	g->text = arena_strdup(&d->arena, text);
	*d->last = g;
	d->last = &g->next;
	if (level == DIAG_ERROR)
		d->errors++;
	else if (level == DIAG_WARNING)
		d->warnings++;
	return -1;
}

int diag_error(struct diags *d, struct loc loc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_add(d, DIAG_ERROR, loc, fmt, ap);
	va_end(ap);
	return -1;
}

int diag_warning(struct diags *d, struct loc loc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_add(d, DIAG_WARNING, loc, fmt, ap);
	va_end(ap);
	return -1;
}

void diag_note(struct diags *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_add(d, DIAG_NOTE, (struct loc){ 0 }, fmt, ap);
	va_end(ap);
}

void diag_hint(struct diags *d, const char *fmt, ...)
{
	struct diag *g;
	char text[TEXT_MAX];
	va_list ap;

	if (!d->first)
		return;
	/* last points at the next pointer of the newest one, its first member */
	g = (struct diag *)((char *)d->last - offsetof(struct diag, next));
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	g->hint = arena_strdup(&d->arena, text);
}

/* The source line of a place, and carets under it. */
static void print_line(const struct source *src, struct loc loc, struct out *o)
{
	const char *text = src->text, *line, *end, *from, *to, *at, *stop;
	unsigned int carets, i;
	const char *p;

	at = text + (loc.off < src->len ? loc.off : src->len);
	line = at;
	while (line > text && line[-1] != '\n')
		line--;
	end = memchr(at, '\n', text + src->len - at);
	if (!end)
		end = text + src->len;
	if (end > line && end[-1] == '\r' && end > at)
		end--;

	from = line;
	if (end - line > SHOW_WIDTH && at - line > SHOW_BEFORE)
		from = at - SHOW_BEFORE;
	to = end - from > SHOW_WIDTH ? from + SHOW_WIDTH : end;
	/* do not cut a character in two */
	while (from > line && from < at && ((unsigned char)*from & 0xc0) == 0x80)
		from++;
	while (to < end && to > at && ((unsigned char)*to & 0xc0) == 0x80)
		to--;

	if (from > line)
		out_puts(o, "...");
	out_clean(o, from, to - from);
	if (to < end)
		out_puts(o, "...");
	out_putc(o, '\n');

	if (from > line)
		out_puts(o, "   ");
	for (p = from; p < at;) {
		unsigned int n = utf8_len((const unsigned char *)p, at - p);

		out_putc(o, *p == '\t' ? '\t' : ' ');
		p += n ? n : 1;
	}
	stop = loc.len < (size_t)(to - at) ? at + loc.len : to;
	for (carets = 0, p = at; p < stop; carets++) {
		unsigned int n = utf8_len((const unsigned char *)p, stop - p);

		p += n ? n : 1;
	}
	for (i = 0; i < (carets ? carets : 1); i++)
		out_putc(o, '^');
	out_putc(o, '\n');
}

static void print_included(const struct sources *s, const struct source *src, struct out *o)
{
	const struct source *parent = sources_get(s, src->included_at.src);
	unsigned int line, col;

	if (!parent)
		return;
	print_included(s, parent, o);
	source_position(parent, src->included_at.off, &line, &col);
	out_puts(o, "In file included from ");
	out_clean(o, parent->name, strlen(parent->name));
	out_printf(o, ":%u:%u:\n", line, col);
}

static void print_place(const struct sources *s, const struct source *src, struct loc loc,
			struct out *o)
{
	unsigned int line, col, line2, col2;

	print_included(s, src, o);
	source_position(src, loc.off, &line, &col);
	out_clean(o, src->name, strlen(src->name));
	out_printf(o, ":%u:%u", line, col);
	if (loc.len > 1) {
		source_position(src, loc.off + loc.len - 1, &line2, &col2);
		if (line2 == line)
			out_printf(o, "-%u", col2);
	}
	out_puts(o, ": ");
}

static void print_text(struct out *o, const char *text)
{
	out_clean(o, text, strlen(text));
	out_putc(o, '\n');
}

void diags_print(const struct diags *d, const struct sources *s, struct out *o)
{
	const struct diag *g;
	unsigned int n = 0;

	for (g = d->first; g; g = g->next) {
		const struct source *src = sources_get(s, g->loc.src);

		if (n++ == DIAG_PRINT_MAX)
			break;
		if (src)
			print_place(s, src, g->loc, o);
		out_puts(o, g->level == DIAG_ERROR ? "Error: " :
			 g->level == DIAG_WARNING ? "Warning: " : "");
		print_text(o, g->text);
		if (src)
			print_line(src, g->loc, o);
		if (g->hint) {
			out_puts(o, "hint: ");
			print_text(o, g->hint);
		}
	}
	if (g)
		out_printf(o, "... and %u more errors\n", d->errors + d->warnings - DIAG_PRINT_MAX);
}

void diags_tell(struct diags *d, const struct sources *s)
{
	struct out err;

	out_init_fd(&err, STDERR_FILENO);
	diags_print(d, s, &err);
	out_flush(&err);
	out_fini(&err);
	diags_clear(d);
}
