// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "monitor trace": packets with "meta nftrace set 1" on their way through chains and rules, in the
 * lines of nft(8), each with what the rule says.
 *
 * The kernel tells the handle of a rule only. Rules are asked for when they are seen first and kept
 * as text until the ruleset changes.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "list_int.h"
#include "monitor.h"
#include "print.h"
#include "trace.h"

#define RULES_SIZE 1024		/* a power of two */

struct seen_rule {
	struct seen_rule *next;
	struct handle h;
	const char *text;		/* or JSON; NULL: there is no such rule any more */
};

struct tracing {
	struct watch *w;
	struct lister l;
	struct arena arena;		/* of the rules */
	struct seen_rule *rules[RULES_SIZE];
	struct arena message;		/* of the one at hand */
};

/* ---- rules ---- */

static uint32_t rule_hash(const struct handle *h)
{
	uint32_t v = h->family ^ (uint32_t)h->handle * 0x9e3779b1u;

	for (const char *s = h->table.s; *s; s++)
		v = (v ^ (uint8_t)*s) * 16777619u;
	return (v ^ v >> 16) & (RULES_SIZE - 1);
}

static bool same_rule(const struct handle *a, const struct handle *b)
{
	return a->family == b->family && a->handle == b->handle && !strcmp(a->table.s, b->table.s);
}

/* Statements as JSON; the reference is the caller's. */
static json_t *stmts_json(const struct stmt *s, const struct print_opts *opts)
{
	json_t *list = json_array();

	for (; s; s = s->next)
		if (!(s->flags & STF_GENERATED))
			json_array_append_new(list, json_stmt(s, opts));
	return list;
}

struct asking {
	struct tracing *t;
	struct seen_rule *seen;
};

static int on_rule(struct lister *l, struct rule *r, void *arg)
{
	struct asking *ask = arg;
	struct print_opts opts = l->n->print;
	struct out o;

	opts.handles = false;
	/* it is kept, and counters go on */
	opts.stateless = true;
	out_init_mem(&o);
	if (ask->t->w->m->json)
		json_write(&o, stmts_json(r->stmts, &opts));
	else
		print_rule(&o, r, &opts);
	ask->seen->text = arena_strdup(&ask->t->arena, out_str(&o));
	out_fini(&o);
	return 0;
}

/* Its text; NULL: it has gone meanwhile. */
static const char *rule_text(struct tracing *t, const struct handle *h)
{
	struct seen_rule **at = &t->rules[rule_hash(h)];
	struct asking ask = { .t = t };

	while (*at && !same_rule(&(*at)->h, h))
		at = &(*at)->next;
	if (!*at) {
		*at = ask.seen = arena_new(&t->arena, struct seen_rule);
		ask.seen->h.family = h->family;
		ask.seen->h.handle = h->handle;
		ask.seen->h.table.s = arena_strdup(&t->arena, h->table.s);
		/* One that cannot be read is shown by its handle, and says nothing of the next. */
		t->l.err = 0;
		fetch_rule(&t->l, h, on_rule, &ask);
	}
	return (*at)->text;
}

static void forget_rules(struct tracing *t)
{
	memset(t->rules, 0, sizeof(t->rules));
	arena_free(&t->arena);
	lister_drop(&t->l);
}

/* ---- lines ---- */

static void print_head(struct out *o, const struct monitor *m, const struct trace *t)
{
	const char *family = family_name(t->family);
	int64_t now = monitor_now();

	if (m->timestamp)
		out_printf(o, "[%-.8lld.%-.6ld]\t", (long long)(now / 1000000000),
			   (long)(now % 1000000000 / 1000));
	out_printf(o, "trace id %08x %s %s %s ", t->id, family ? family : "?", t->table, t->chain);
}

static void print_stmts(struct out *o, struct stmt *stmts, const struct print_opts *opts)
{
	const struct handle h = { 0 };
	const struct rule r = { .h = (struct handle *)&h, .stmts = stmts };

	print_rule(o, &r, opts);
}

/* What came of it here. */
static void print_outcome(struct out *o, struct tracing *tr, const struct trace *t,
			  const struct handle *rule)
{
	const struct print_opts *opts = &tr->w->m->n->print;
	struct stmt *verdict = trace_verdict(&tr->message, t);
	const char *text;

	switch (t->type) {
	case NFT_TRACETYPE_RULE:
		text = rule_text(tr, rule);
		if (text)
			out_printf(o, "rule %s", text);
		else
			out_printf(o, "rule handle %llu", (unsigned long long)t->rule);
		out_puts(o, " (verdict ");
		print_stmts(o, verdict, opts);
		out_putc(o, ')');
		break;
	case NFT_TRACETYPE_POLICY:
		out_printf(o, "policy %s", t->policy == NF_ACCEPT ? "accept" : "drop");
		break;
	default:
		out_puts(o, "verdict ");
		print_stmts(o, verdict, opts);
	}
	if (t->type != NFT_TRACETYPE_RULE && t->mark)
		out_printf(o, " meta mark 0x%08x", t->mark);
	out_putc(o, '\n');
}

/*
 * The end of a chain comes as a rule without a handle: what follows says it all, and it may be
 * where the packet is told.
 */
static bool is_end(const struct trace *t)
{
	return t->type == NFT_TRACETYPE_RULE && !t->rule;
}

/* False: there is nothing to print. */
static bool print_text(struct tracing *tr, const struct trace *t, const struct handle *rule)
{
	struct stmt *packet = trace_packet(&tr->message, t);
	struct monitor *m = tr->w->m;
	struct out *o = &m->n->out;

	if (packet) {
		print_head(o, m, t);
		out_puts(o, "packet: ");
		print_stmts(o, packet, &m->n->print);
		out_putc(o, '\n');
	}
	if (is_end(t))
		return packet;
	print_head(o, m, t);
	print_outcome(o, tr, t, rule);
	return true;
}

static bool print_json(struct tracing *tr, const struct trace *t, const struct handle *rule)
{
	static const char *const types[] = {
		[NFT_TRACETYPE_POLICY] = "policy", [NFT_TRACETYPE_RETURN] = "return",
		[NFT_TRACETYPE_RULE] = "rule",
	};
	struct monitor *m = tr->w->m;
	struct stmt *packet = trace_packet(&tr->message, t);
	struct stmt *verdict = trace_verdict(&tr->message, t);
	const char *family = family_name(t->family), *text;
	const char *type = t->type <= NFT_TRACETYPE_RULE ? types[t->type] : NULL;
	json_t *o;

	if (is_end(t)) {
		if (!packet)
			return false;
		type = "packet";
		verdict = NULL;
	}
	o = json_pack("{s:I,s:I,s:s,s:s,s:s,s:s}", "id", (json_int_t)t->id, "time",
		      (json_int_t)monitor_now(), "family", family ? family : "?", "table",
		      t->table, "chain", t->chain, "type", type ? type : "unknown");
	if (packet)
		json_object_set_new(o, "packet", stmts_json(packet, &m->n->print));
	if (t->rule) {
		json_object_set_new(o, "handle", json_integer((json_int_t)t->rule));
		text = rule_text(tr, rule);
		if (text)
			json_object_set_new(o, "expr", json_loads(text, 0, NULL));
	}
	if (verdict)
		json_object_set_new(o, "verdict", json_stmt(verdict, &m->n->print));
	if (t->has_policy)
		json_object_set_new(o, "policy",
				    json_string(t->policy == NF_ACCEPT ? "accept" : "drop"));
	if (t->mark)
		json_object_set_new(o, "mark", json_integer(t->mark));
	monitor_json(m, json_pack("{s:o}", "trace", o));
	return true;
}

/* ---- the source ---- */

static int join(struct watch *w)
{
	int err = listen_join(w->listen, NFNLGRP_NFTRACE);

	/* the rules that are known change with the generation */
	return err ? err : listen_join(w->listen, NFNLGRP_NFTABLES);
}

static int start(struct watch *w)
{
	struct tracing *t;

	if (w->m->q->events && !w->m->all)
		return diag_error(&w->m->n->diags, w->m->cmd->loc,
				  "a trace is neither new nor updated nor destroyed");
	t = xcalloc(1, sizeof(*t));
	w->priv = t;
	t->w = w;
	lister_init(&t->l, w->m->n, NULL);
	return t->l.nl ? 0 : -1;
}

static void finish(struct watch *w)
{
	struct tracing *t = w->priv;

	if (!t)
		return;
	arena_free(&t->arena);
	arena_free(&t->message);
	lister_fini(&t->l);
	free(t);
}

static int trace_message(struct tracing *tr, const struct nlmsghdr *nlh)
{
	struct arena_mark mark = arena_mark(&tr->message);
	struct monitor *m = tr->w->m;
	struct trace t;
	int err = 0;

	if (trace_decode(&tr->message, nlh, &t)) {
		const struct handle rule = {
			.family = t.family, .table = { .s = t.table }, .chain = { .s = t.chain },
			.handle = t.rule,
		};

		if ((m->json ? print_json : print_text)(tr, &t, &rule))
			err = monitor_shown(m, QUERY_NEW);
	} else {
		m->malformed++;
	}
	arena_release(&tr->message, mark);
	return err;
}

static int message(struct watch *w, const struct nlmsghdr *nlh)
{
	if (NFNL_SUBSYS_ID(nlh->nlmsg_type) != NFNL_SUBSYS_NFTABLES)
		return 0;
	switch (NFNL_MSG_TYPE(nlh->nlmsg_type)) {
	case NFT_MSG_TRACE:
		return trace_message(w->priv, nlh);
	case NFT_MSG_NEWGEN:
		forget_rules(w->priv);
		return 0;
	default:
		return 0;
	}
}

static int drained(struct watch *w, bool lost)
{
	if (!lost)
		return 0;
	/* the end of a transaction may be among what was lost */
	forget_rules(w->priv);
	monitor_gap(w);
	return 0;
}

const struct monitor_source trace_source = {
	.kinds = 1ull << OBJ_TRACE,
	.name = "trace",
	.bus = NETLINK_NETFILTER,
	.datagram = 64 << 10,
	.join = join,
	.start = start,
	.message = message,
	.drained = drained,
	.finish = finish,
};
