// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Columns of records: found by name, as text, and as keys to sort by.
 */
#include <ctype.h>
#include <endian.h>
#include <string.h>

#include "suggest.h"
#include "view.h"

static bool column_allowed(const struct column *c, bool group)
{
	return !group || c->flags & COLF_GROUP;
}

const struct column *column_find(struct nff *n, const struct record_type *type,
				 const struct name *key, bool group)
{
	const struct column *c, *other = NULL;
	struct suggestion near;
	struct out names;

	suggest_init(&near, key->s, strlen(key->s));
	out_init_mem(&names);
	for (c = type->columns; c && c->name; c++) {
		if (!strcmp(c->name, key->s)) {
			other = c;
			if (column_allowed(c, group))
				break;
		}
		if (!column_allowed(c, group))
			continue;
		suggest(&near, c->name);
		out_printf(&names, "%s%s", names.len ? ", " : "", c->name);
	}
	if (!c || !c->name) {
		diag_error(&n->diags, key->loc, other ? "%s cannot be grouped by '%s'" :
			   "%s have no key '%s'", type->name, key->s);
		if (near.best && !other)
			diag_hint(&n->diags, "did you mean %s?", near.best);
		else
			diag_hint(&n->diags, "the keys are %s", out_str(&names));
		c = NULL;
	}
	out_fini(&names);
	return c;
}

bool column_put(const struct column *c, const void *rec, const struct print_opts *opts, bool human,
		struct out *o)
{
	uint64_t v;

	if (c->text)
		return c->text(rec, opts, o);
	if (!c->number(rec, &v))
		return false;
	if (human)
		put_human(o, c->unit, v);
	else
		out_u64(o, v);
	return true;
}

const char *column_title(const struct column *c, char *buf, size_t size)
{
	size_t i;

	if (c->title)
		return c->title;
	for (i = 0; c->name[i] && i + 1 < size; i++)
		buf[i] = c->name[i] == '-' ? ' ' : (char)toupper((unsigned char)c->name[i]);
	buf[i] = '\0';
	return buf;
}

void column_order(const struct column *c, const void *rec, bool desc, struct out *o)
{
	static const struct print_opts plain;
	size_t start = o->len + 1;
	uint64_t v;
	bool has;

	out_putc(o, 0);
	if (c->order) {
		uint8_t bytes[COLUMN_ORDER_MAX];
		unsigned int len = c->order(rec, bytes);

		out_write(o, bytes, len);
		has = len;
	} else if (c->number) {
		has = c->number(rec, &v);
		v = htobe64(v);
		if (has)
			out_write(o, &v, sizeof(v));
	} else {
		has = c->text(rec, &plain, o);
		/* so that no text is the begin of another key */
		out_putc(o, 0);
	}
	if (!has) {
		o->len = start;
		o->buf[start - 1] = 1;
		return;
	}
	for (size_t i = start; desc && i < o->len; i++)
		o->buf[i] = (char)~o->buf[i];
}
