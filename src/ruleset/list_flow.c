// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules that put connections on the fast path: those with a flow statement.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <string.h>

#include "list_int.h"

/* How often a read is done again because the ruleset changed meanwhile. */
#define READ_TRIES	8

struct searching {
	struct table *table;
	flow_rule_cb cb;
	void *arg;
};

static const struct chain *find_chain(const struct chain *c, const char *name)
{
	while (c && strcmp(c->h.chain.s, name))
		c = c->next;
	return c;
}

static int on_rule(struct lister *l, struct rule *r, void *arg)
{
	struct searching *s = arg;
	struct flow_rule found = { .rule = r };

	(void)l;
	for (struct stmt *st = r->stmts; st && !found.flow; st = st->next)
		if (st->kind == ST_FLOW)
			found.flow = st;
	if (!found.flow)
		return 0;
	found.chain = find_chain(s->table->chains, r->h->chain.s) ?:
		      find_chain(s->table->blocks, r->h->chain.s);
	s->cb(&found, s->arg);
	return 0;
}

static int search(struct lister *l, flow_rule_cb cb, void *arg)
{
	int err = fetch_tables(l, NFPROTO_UNSPEC, NULL);

	for (struct table *t = l->tables; t && !err; t = t->next) {
		struct searching s = { .table = t, .cb = cb, .arg = arg };

		if (t->h.family != NFPROTO_IPV4 && t->h.family != NFPROTO_IPV6 &&
		    t->h.family != NFPROTO_INET)
			continue;
		err = fetch_chains(l, t, NULL);
		if (!err)
			err = fetch_rules(l, t, NULL, false, on_rule, &s);
		if (!err)
			err = l->err;
	}
	return err;
}

int list_flow_rules(struct nff *n, flow_rule_cb cb, void (*again)(void *arg), void *arg)
{
	struct lister l;
	int err = -ENOTCONN;

	lister_init(&l, n, NULL);
	for (int i = 0; l.nl && i < READ_TRIES; i++) {
		if (i)
			again(arg);
		err = search(&l, cb, arg);
		if (err != -EINTR)
			break;
		lister_drop(&l);
	}
	lister_fini(&l);
	return err;
}
