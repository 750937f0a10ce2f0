// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "add rule t c index 2 ...": the kernel knows rules by handle, and those of
 * the batch itself by id. While an input has an index anywhere, the rules of
 * each chain that it touches are followed: those that the kernel has, then
 * what the input adds and takes away.
 */
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>
#include "compile_int.h"
#include "list.h"

struct rule_list {
	struct rule_list *next;
	struct handle h;		/* family, table, chain */
	struct rule_ref *v;		/* in the order of the chain */
	uint32_t n, cap;
};

static bool has_index(const struct cmd *cmd)
{
	return cmd->obj == OBJ_RULE && cmd->h.index;
}

void rule_index_init(struct compile *c)
{
	for (const struct cmd *cmd = c->cmds->first; cmd; cmd = cmd->next)
		c->follow_rules |= has_index(cmd);
}

void rule_index_fini(struct compile *c)
{
	for (struct rule_list *l = c->rule_lists, *next; l; l = next) {
		next = l->next;
		free(l->v);
		free(l);
	}
}

static void insert_at(struct rule_list *l, uint32_t at, struct rule_ref ref)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 32;
		l->v = xrealloc(l->v, l->cap * sizeof(*l->v));
	}
	memmove(l->v + at + 1, l->v + at, (l->n - at) * sizeof(*l->v));
	l->v[at] = ref;
	l->n++;
}

static void on_handle(uint64_t handle, void *arg)
{
	struct rule_list *l = arg;

	insert_at(l, l->n, (struct rule_ref){ .handle = handle });
}

static bool in_scope(const struct rule_list *l, const struct handle *h)
{
	return (!h->family || l->h.family == h->family) &&
	       (!h->table.s || !strcmp(l->h.table.s, h->table.s)) &&
	       (!h->chain.s || !strcmp(l->h.chain.s, h->chain.s));
}

/* The list of a chain, read from the kernel when it is met first; NULL with a diagnostic. */
static struct rule_list *list_of(struct compile *c, const struct handle *h)
{
	struct rule_list *l;

	for (l = c->rule_lists; l; l = l->next)
		if (in_scope(l, h))
			return l;
	l = xcalloc(1, sizeof(*l));
	l->h.family = h->family;
	l->h.table = h->table;
	l->h.chain = h->chain;
	l->next = c->rule_lists;
	c->rule_lists = l;
	return list_rule_handles(c->n, h, on_handle, l) ? NULL : l;
}

/* Where in the list the rule is that a command names, or its length. */
static uint32_t named(const struct rule_list *l, const struct handle *h)
{
	uint64_t handle = h->handle ? h->handle : h->position;
	uint32_t i = 0;

	if (h->index)
		return h->index - 1 < l->n ? h->index - 1 : l->n;
	while (i < l->n && l->v[i].handle != handle)
		i++;
	return i;
}

int rule_index_find(struct compile *c, const struct handle *h, struct rule_ref *ref)
{
	struct rule_list *l = list_of(c, h);
	uint32_t i;

	if (!l)
		return -1;
	i = named(l, h);
	if (i == l->n)
		return diag_error(&c->n->diags, h->handle_loc, "the chain '%s' has no rule with "
				  "index %u", h->chain.s, h->index - 1);
	*ref = l->v[i];
	return 0;
}

uint32_t rule_index_added(struct compile *c, uint8_t op, const struct handle *h)
{
	struct rule_ref ref = { .id = ++c->rule_id };
	bool placed = h->index || h->position;
	struct rule_list *l = list_of(c, h);
	uint32_t i;

	if (!l)
		return ref.id;
	i = op == CMD_REPLACE || placed ? named(l, h) : op == CMD_INSERT ? 0 : l->n;
	if (op == CMD_REPLACE && i < l->n)
		l->v[i] = ref;
	else if (placed && op != CMD_INSERT && i < l->n)
		insert_at(l, i + 1, ref);
	else
		insert_at(l, i, ref);
	return ref.id;
}

void rule_index_removed(struct compile *c, const struct cmd *cmd)
{
	struct handle h = cmd->h;

	if (!c->follow_rules)
		return;
	if (cmd->obj == OBJ_RULE && (h.handle || h.index)) {
		struct rule_list *l = list_of(c, &h);
		uint32_t i = l ? named(l, &h) : 0;

		if (l && i < l->n)
			memmove(l->v + i, l->v + i + 1, (--l->n - i) * sizeof(*l->v));
		return;
	}
	if (cmd->obj != OBJ_RULESET && cmd->obj != OBJ_TABLE && cmd->obj != OBJ_CHAIN)
		return;
	/*
	 * All rules of the chain, the table or the ruleset are gone; a chain
	 * that was not met before is read now, to be empty from here on.
	 */
	if (cmd->obj == OBJ_CHAIN && h.chain.s)
		list_of(c, &h);
	for (struct rule_list *l = c->rule_lists; l; l = l->next)
		if (in_scope(l, &h))
			l->n = 0;
}
