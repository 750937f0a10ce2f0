// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets of tables in matches: "ip saddr @blocked". A query names no table, so the name must be that
 * of one set only. Its elements are those that it has when the command begins.
 */
#include <linux/netfilter.h>
#include <string.h>

#include "list.h"
#include "match_int.h"

struct found {
	struct arena *a;
	const char *name;
	unsigned int n;
	unsigned int family;		/* of the first one */
	const char *table, *other;	/* of the first two */
};

static void on_name(const char *name, unsigned int family, const char *table, void *arg)
{
	struct found *f = arg;

	if (strcmp(name, f->name) || !table)
		return;
	if (f->n++ == 0) {
		f->family = family;
		f->table = arena_printf(f->a, "%s", table);
	} else if (f->n == 2) {
		f->other = arena_printf(f->a, "%s %s", family_name(family), table);
	}
}

int match_find_set(struct making *k, const char *name, struct loc loc)
{
	struct found f = { .a = k->a, .name = name };
	struct named_set *named = arena_new(k->a, struct named_set);
	struct diags *d = k->diags;
	unsigned int errors = d->errors;

	if (list_names(k->n, OBJ_SET, on_name, &f) < 0 && d->errors == errors)
		return diag_error(d, loc, "the set '%s' cannot be looked up: the kernel does not "
				  "list its sets", name);
	if (d->errors != errors)
		return -1;
	if (!f.n)
		return diag_error(d, loc, "no table has a set '%s'", name);
	if (f.n > 1) {
		diag_error(d, loc, "several tables have a set '%s': %s %s and %s%s", name,
			   family_name(f.family), f.table, f.other,
			   f.n > 2 ? ", among others" : "");
		diag_hint(d, "write the elements in braces: { a, b }");
		return -1;
	}
	named->name = name;
	named->set = list_find_set(k->n, k->a, f.family, f.table, name);
	if (!named->set)
		return diag_error(d, loc, "the set '%s' of table %s %s cannot be read", name,
				  family_name(f.family), f.table);
	named->next = k->sets;
	k->sets = named;
	return 0;
}

struct set *match_found_set(void *arg, const char *name)
{
	const struct making *k = arg;

	for (const struct named_set *s = k->sets; s; s = s->next)
		if (!strcmp(s->name, name))
			return s->set;
	return NULL;
}

struct filling {
	struct making *k;
	int err;
};

static void on_element(const struct expr *elem, void *arg)
{
	struct filling *f = arg;

	if (!f->err)
		f->err = match_add_element(f->k, elem);
}

int match_set_elements(struct making *k, const struct set *s)
{
	struct filling f = { .k = k };

	return list_elements(k->n, s, on_element, &f) || f.err ? -1 : 0;
}
