// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * add, create, delete, destroy and flush expectations.
 */
#include <errno.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

#include "change.h"
#include "change_batch.h"
#include "change_set.h"
#include "change_tuple.h"
#include "ct_encode.h"
#include "eval.h"
#include "expect.h"
#include "flow.h"
#include "match.h"
#include "nl.h"
#include "nl_open.h"
#include "view.h"

#define EXP_MSG(m)	((NFNL_SUBSYS_CTNETLINK_EXP << 8) | (m))

/* ---- what is set ---- */

static int add_flag(struct nff *n, struct arena *a, struct expr *e, struct expectation *x)
{
	struct eval ev = { .arena = a, .diags = &n->diags, .family = NFPROTO_INET };
	const char *word = eval_string(&ev, e, "a flag");
	const struct expect_flag_name *f;

	if (!word)
		return -1;
	for (f = expect_flag_names; f->name && strcmp(f->name, word); f++)
		;
	if (f->name && f->bit & (NF_CT_EXPECT_PERMANENT | NF_CT_EXPECT_INACTIVE)) {
		x->flags |= f->bit;
		x->has |= EXP_FLAGS;
		return 0;
	}
	diag_error(&n->diags, e->loc, "'%.40s' is no flag that an expectation can be given", word);
	diag_hint(&n->diags, "there are permanent and inactive");
	return -1;
}

static int set_flags(struct nff *n, struct arena *a, const struct query_assign *s,
		     struct expectation *x)
{
	if (s->value->kind != EX_LIST)
		return add_flag(n, a, s->value, x);
	for (struct expr *e = s->value->list.first; e; e = e->next)
		if (add_flag(n, a, e, x) < 0)
			return -1;
	return 0;
}

static int set_one(struct nff *n, struct arena *a, const struct query_assign *s,
		   struct expectation *x)
{
	static const char *const names[] = { "timeout", "class", "flags", NULL };

	if (strcmp(s->key.s, "timeout") == 0) {
		x->has |= EXP_TIMEOUT;
		return assigned_seconds(n, a, s, &x->timeout);
	}
	if (strcmp(s->key.s, "class") == 0) {
		x->has |= EXP_CLASS;
		return assigned_number(n, a, s, UINT32_MAX, &x->class);
	}
	if (strcmp(s->key.s, "flags") == 0)
		return set_flags(n, a, s, x);
	if (strcmp(s->key.s, "helper") == 0) {
		diag_error(&n->diags, s->key.loc, "an expectation has the helper of its master");
		diag_hint(&n->diags, "'add conntrack ... set helper NAME' makes a master with one");
		return -1;
	}
	return unknown_key(n, s, names, "an expectation");
}

/* ---- what is spelled out ---- */

static int incomplete(struct nff *n, struct loc loc, const char *what)
{
	diag_error(&n->diags, loc, "the expected connection is not spelled out");
	diag_hint(&n->diags, "it lacks %s", what);
	return -1;
}

/* What is left open of the source: any. */
static void leave_open(struct expectation *x)
{
	struct ct_tuple *t = &x->tuple, *mask = &x->mask;

	if (!(t->has & (CTT_SRC4 | CTT_SRC6))) {
		t->has |= x->family == NFPROTO_IPV6 ? CTT_SRC6 : CTT_SRC4;
		memset(mask->src, 0, sizeof(mask->src));
	}
	if (ct_l4(t->l4proto)->kind == CT_L4_PORTS && !(t->has & CTT_SPORT)) {
		t->has |= CTT_SPORT;
		mask->sport = 0;
	}
}

static int spell_expectation(struct nff *n, struct arena *a, const struct cmd *cmd,
			     struct expectation *x)
{
	struct conntrack ct;
	struct ct_tuple *t = &x->tuple;

	if (spell_matches(n, a, cmd->query->tuple, &ct, &x->mask) < 0)
		return -1;
	*t = ct.tuple[CT_ORIG];
	x->family = ct.family;
	x->zone = ct.zone;
	x->has |= ct.has & CT_ZONE ? EXP_ZONE : 0;
	if (ct.tuple[CT_REPLY].has)
		return diag_error(&n->diags, cmd->loc, "an expectation is of the original "
				  "direction only");
	if (!(t->has & (CTT_DST4 | CTT_DST6)))
		return incomplete(n, cmd->loc, "ip daddr, or ip6 daddr");
	if (ct_l4(t->l4proto)->kind == CT_L4_PORTS && !(t->has & CTT_DPORT))
		return incomplete(n, cmd->loc, "the destination port: dport");
	leave_open(x);
	return spell_complete(n, cmd->loc, t);
}

static int spell_master(struct nff *n, struct arena *a, const struct cmd *cmd,
			struct expectation *x)
{
	struct stmt *matches = cmd->query->master;
	struct conntrack master;

	if (!matches) {
		diag_error(&n->diags, cmd->loc, "an expectation has a master: the connection that "
			   "it belongs to");
		diag_hint(&n->diags, "for example: add expectation ip daddr 10.0.0.1 tcp dport "
			  "2000 master ip saddr 10.0.0.1 ip daddr 10.0.0.2 tcp sport 5 tcp dport "
			  "21");
		return -1;
	}
	if (spell_matches(n, a, matches, &master, NULL) < 0 ||
	    spell_complete(n, matches->loc, &master.tuple[CT_ORIG]) < 0)
		return -1;
	if (master.family != x->family)
		return diag_error(&n->diags, matches->loc, "the master is of another family");
	x->master = master.tuple[CT_ORIG];
	if (master.has & CT_ZONE) {
		x->has |= EXP_ZONE;
		x->zone = master.zone;
	}
	return 0;
}

/* ---- add ---- */

static void put_zone(struct msgbuf *m, const struct expectation *x)
{
	if (x->has & EXP_ZONE)
		attr_u16(m, CTA_EXPECT_ZONE, x->zone);
}

static void put_expectation(struct msgbuf *m, const struct expectation *x, uint16_t flags)
{
	msg_begin(m, EXP_MSG(IPCTNL_MSG_EXP_NEW), flags, 0, x->family, 0);
	ct_put_tuple(m, CTA_EXPECT_TUPLE, &x->tuple);
	ct_put_mask(m, CTA_EXPECT_MASK, &x->tuple, &x->mask);
	ct_put_tuple(m, CTA_EXPECT_MASTER, &x->master);
	put_zone(m, x);
	if (x->has & EXP_TIMEOUT)
		attr_u32(m, CTA_EXPECT_TIMEOUT, x->timeout);
	if (x->has & EXP_FLAGS)
		attr_u32(m, CTA_EXPECT_FLAGS, x->flags);
	if (x->has & EXP_CLASS)
		attr_u32(m, CTA_EXPECT_CLASS, x->class);
	msg_end(m);
}

static int send_expectation(struct nff *n, const struct expectation *x, uint16_t flags)
{
	struct msgbuf m = { 0 };
	int err;

	put_expectation(&m, x, flags);
	err = nl_request(n->nl, &m, NULL, NULL);
	msgbuf_fini(&m);
	return err;
}

static int add_error(struct nff *n, const struct cmd *cmd, int err)
{
	if (err == -EPERM)
		return change_error(n, cmd->loc, "add", "expectation", err);
	if (err == -EEXIST)
		return diag_error(&n->diags, cmd->loc, "the expectation exists already");
	diag_error(&n->diags, cmd->loc, "cannot add the expectation: %s", strerror(-err));
	if (err == -ENOENT)
		diag_hint(&n->diags, "there is no conntrack of its master");
	else if (err == -EOPNOTSUPP)
		diag_hint(&n->diags, "its master has no helper; 'add conntrack ... set helper "
			  "NAME' makes one with it");
	else if (err == -EINVAL)
		diag_hint(&n->diags, "the helper of its master may not have that class");
	else if (err == -EBUSY)
		diag_hint(&n->diags, "another expectation is about the same connection");
	else if (err == -EMFILE)
		diag_hint(&n->diags, "there are too many expectations; see 'set sysctl "
			  "nf_conntrack_expect_max'");
	return -1;
}

static int add_expectation(struct nff *n, const struct cmd *cmd, const struct expectation *x)
{
	int err;

	if (!nff_nl(n))
		return -1;
	err = send_expectation(n, x, cmd->op == CMD_CREATE ? NLM_F_CREATE | NLM_F_EXCL :
			       NLM_F_CREATE);
	/* a new one begins with the timeout of its helper; only then can it be set */
	if (!err && x->has & EXP_TIMEOUT)
		err = send_expectation(n, x, 0);
	return err ? add_error(n, cmd, err) : 0;
}

int flow_add_expectation(struct nff *n, const struct cmd *cmd)
{
	struct expectation x = { 0 };
	struct arena arena;
	int err;

	if (query_check(n, cmd, QUERY_SET | QUERY_MASTER) < 0)
		return -1;
	arena_init(&arena);
	err = spell_expectation(n, &arena, cmd, &x);
	if (!err)
		err = spell_master(n, &arena, cmd, &x);
	for (const struct query_assign *s = cmd->query->set; s && !err; s = s->next)
		err = set_one(n, &arena, s, &x);
	if (!err && !n->check)
		err = add_expectation(n, cmd, &x);
	arena_free(&arena);
	return err;
}

/* ---- delete ---- */

struct deleting {
	const struct match *match;
	struct change_batch batch;
	uint64_t matched;
};

static void put_delete(struct msgbuf *m, uint32_t seq, const struct expectation *x)
{
	msg_begin(m, EXP_MSG(IPCTNL_MSG_EXP_DELETE), 0, seq, x->family, 0);
	ct_put_tuple(m, CTA_EXPECT_TUPLE, &x->tuple);
	put_zone(m, x);
	if (x->has & EXP_ID)
		attr_u32(m, CTA_EXPECT_ID, x->id);
	msg_end(m);
}

static int delete_one(const struct nlmsghdr *nlh, void *arg)
{
	struct deleting *d = arg;
	struct expectation x;

	if (nlh->nlmsg_type != EXP_MSG(IPCTNL_MSG_EXP_NEW) || expect_decode(nlh, &x) < 0 ||
	    !match_record(d->match, &x))
		return 0;
	d->matched++;
	put_delete(&d->batch.m, d->batch.queued, &x);
	return change_batch_added(&d->batch);
}

static int dump(struct nff *n, uint8_t family, nl_cb cb, void *arg)
{
	struct msgbuf m = { 0 };
	int err;

	msg_begin(&m, EXP_MSG(IPCTNL_MSG_EXP_GET), NLM_F_DUMP, 0, family, 0);
	msg_end(&m);
	err = nl_request(n->nl, &m, cb, arg);
	msgbuf_fini(&m);
	return err;
}

static int delete_matching(struct nff *n, const struct cmd *cmd, struct deleting *d, uint8_t family)
{
	struct change_outcome o = { .one = "expectation", .many = "expectations",
				    .verb = "delete", .done = "deleted" };
	int err;

	if (!nff_nl(n) || change_batch_open(n, &d->batch) < 0)
		return -1;
	o.dump_err = dump(n, family, delete_one, d);
	err = change_batch_flush(&d->batch);
	if (!o.dump_err || o.dump_err == -EINTR)
		o.dump_err = err ? err : o.dump_err;
	o.matched = d->matched;
	o.changed = change_batch_done(&d->batch);
	o.failed = d->batch.failed;
	o.err = d->batch.err;
	if (d->batch.gone) {
		diag_warning(&n->diags, cmd->loc, "%llu expectations were not found again",
			     (unsigned long long)d->batch.gone);
		diag_hint(&n->diags, "the kernel does not tell their zone; "
			  "'delete expectation ... ct zone NUMBER' names it");
	}
	err = change_told(n, cmd, &o);
	change_batch_close(&d->batch);
	return err;
}

/* "delete expectation ip saddr ...": the one that is spelled out. */
static int delete_spelled(struct nff *n, struct arena *arena, const struct cmd *cmd)
{
	struct change_outcome o = { .one = "expectation", .many = "expectations",
				    .verb = "delete", .done = "deleted" };
	struct expectation x = { 0 };
	struct msgbuf m = { 0 };
	int err;

	if (query_check(n, cmd, QUERY_OPTION(QO_JSON)) < 0 ||
	    spell_expectation(n, arena, cmd, &x) < 0)
		return -1;
	if (n->check)
		return 0;
	if (!nff_nl(n))
		return -1;
	put_delete(&m, 0, &x);
	err = nl_request(n->nl, &m, NULL, NULL);
	msgbuf_fini(&m);
	if (err && err != -ENOENT)
		return change_error(n, cmd->loc, "delete", "expectation", err);
	if (err && cmd->op != CMD_DESTROY)
		return diag_error(&n->diags, cmd->loc, "there is no such expectation");
	o.changed = !err;
	return change_report(n, cmd, &o);
}

int flow_delete_expectations(struct nff *n, const struct cmd *cmd)
{
	struct deleting d = { 0 };
	struct arena arena;
	struct query q;
	int err = -1;

	arena_init(&arena);
	if (cmd->query->tuple) {
		err = delete_spelled(n, &arena, cmd);
	} else if (query_check(n, cmd, QUERY_FAMILY | QUERY_WHERE | QUERY_OPTION(QO_JSON)) < 0 ||
		   change_query(n, cmd, "expectations", &q) < 0) {
		err = -1;
	} else if (!q.where) {
		diag_error(&n->diags, cmd->loc, "this would %s all expectations",
			   cmd_name(cmd->op));
		diag_hint(&n->diags, "'flush expectations' does that; 'where' says which of them "
			  "are meant");
	} else {
		d.match = match_new(n, &arena, &q, &expectation_record);
		if (d.match)
			err = n->check ? 0 : delete_matching(n, cmd, &d, q.family);
	}
	arena_free(&arena);
	return err;
}

/* ---- flush ---- */

static int count_one(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(uint64_t *)arg;
	return 0;
}

int flow_flush_expectations(struct nff *n, const struct cmd *cmd)
{
	struct change_outcome o = { .one = "expectation", .many = "expectations",
				    .done = "deleted" };
	struct msgbuf m = { 0 };
	int err;

	if (query_check(n, cmd, QUERY_OPTION(QO_JSON)) < 0) {
		diag_hint(&n->diags, "flush deletes all of them; 'delete expectations' takes a "
			  "filter");
		return -1;
	}
	if (n->check)
		return 0;
	if (!nff_nl(n))
		return -1;
	/* the kernel does not tell how many there were */
	err = dump(n, NFPROTO_UNSPEC, count_one, &o.changed);
	if (!err || err == -EINTR) {
		msg_begin(&m, EXP_MSG(IPCTNL_MSG_EXP_DELETE), 0, 0, NFPROTO_UNSPEC, 0);
		msg_end(&m);
		err = nl_request(n->nl, &m, NULL, NULL);
		msgbuf_fini(&m);
	}
	if (err)
		return change_error(n, cmd->loc, "flush", "expectations", err);
	return change_report(n, cmd, &o);
}
