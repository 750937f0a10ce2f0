// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the show commands share (show.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nl.h"
#include "show.h"

#define REMARK_WIDTH	90	/* columns */

bool show_sysctl(const char *path, uint64_t *value)
{
	char name[256], text[32], *end;
	ssize_t len;
	int fd;

	snprintf(name, sizeof(name), "/proc/sys/%s", path);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return false;
	text[len] = '\0';
	errno = 0;
	*value = strtoull(text, &end, 10);
	return end != text && !errno;
}

/* ---- remarks ---- */

void remarks_init(struct remarks *r)
{
	arena_init(&r->arena);
	r->first = NULL;
	r->last = &r->first;
}

void remarks_fini(struct remarks *r)
{
	arena_free(&r->arena);
}

static const char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	struct out o;
	const char *s;

	out_init_mem(&o);
	out_vprintf(&o, fmt, ap);
	s = arena_strdup(a, out_str(&o));
	out_fini(&o);
	return s;
}

void remark(struct remarks *r, const char *fmt, ...)
{
	struct remark *m = arena_new(&r->arena, struct remark);
	va_list ap;

	va_start(ap, fmt);
	m->text = arena_vprintf(&r->arena, fmt, ap);
	va_end(ap);
	*r->last = m;
	r->last = &m->next;
}

void remark_cure(struct remarks *r, const char *fmt, ...)
{
	struct remark *m = r->first;
	va_list ap;

	while (m && m->next)
		m = m->next;
	if (!m)
		return;
	va_start(ap, fmt);
	m->cure = arena_vprintf(&r->arena, fmt, ap);
	va_end(ap);
}

/* Words of a text, the first line behind head, the others under it. */
static void print_folded(struct out *o, const char *head, const char *text)
{
	int indent = (int)strlen(head), at = indent;

	out_puts(o, head);
	for (const char *word = text; *word;) {
		int len = (int)strcspn(word, " ");

		if (at > indent && at + 1 + len > REMARK_WIDTH) {
			out_printf(o, "\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			out_putc(o, ' ');
			at++;
		}
		out_write(o, word, (size_t)len);
		at += len;
		word += len + (word[len] == ' ');
	}
	out_putc(o, '\n');
}

void remarks_print(const struct remarks *r, struct out *o)
{
	for (const struct remark *m = r->first; m; m = m->next) {
		if (m == r->first)
			out_putc(o, '\n');
		print_folded(o, "! ", m->text);
		if (m->cure)
			print_folded(o, "  cure: ", m->cure);
	}
}

json_t *remarks_json(const struct remarks *r)
{
	json_t *list = json_array();

	for (const struct remark *m = r->first; m; m = m->next)
		json_array_append_new(list, m->cure ?
				      json_pack("{s:s, s:s}", "text", m->text, "cure", m->cure) :
				      json_pack("{s:s}", "text", m->text));
	return list;
}

int show_error(struct nff *n, struct loc loc, const char *what, int err)
{
	const char *ext = nl_ext_msg(n->nl);

	diag_error(&n->diags, loc, "cannot read %s: %s%s%s", what, strerror(-err), ext ? ": " : "",
		   ext ? ext : "");
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else if (err == -EINVAL || err == -EOPNOTSUPP)
		diag_hint(&n->diags, "the kernel may lack conntrack netlink; "
			  "try 'modprobe nf_conntrack_netlink'");
	return -1;
}

/* ---- forms ---- */

bool show_is_json(const struct nff *n, const struct query *q)
{
	return n->print.json || q->options[QO_JSON].given;
}

void show_json(struct nff *n, json_t *value)
{
	char *text = json_dumps(value, JSON_REAL_PRECISION(6));

	if (text)
		out_puts(&n->out, text);
	out_putc(&n->out, '\n');
	free(text);
	json_decref(value);
}

char *show_amount(char *buf, double v, unsigned int flags)
{
	static const char prefix[] = "\0kMGTPE";
	double step = flags & AMOUNT_BINARY ? 1024 : 1000;
	unsigned int i = 0;

	/* What would be rounded to the next step is one. */
	while (v >= step - 0.5 && i < 6) {
		v /= step;
		i++;
	}
	if (!i)
		snprintf(buf, 16, "%.0f ", v);
	else
		snprintf(buf, 16, "%.*f %c%s", v < 9.995 ? 2 : v < 99.95 ? 1 : 0, v,
			 flags & AMOUNT_BINARY && i == 1 ? 'K' : prefix[i],
			 flags & AMOUNT_BINARY ? "i" : "");
	return buf;
}
