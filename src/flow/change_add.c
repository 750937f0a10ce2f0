// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * add conntrack, create conntrack: an entry that is spelled out.
 */
#include <errno.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>

#include "change.h"
#include "change_set.h"
#include "change_tuple.h"
#include "ct_encode.h"
#include "flow.h"
#include "nl.h"
#include "nl_open.h"
#include "sysctl.h"
#include "timeout.h"
#include "view.h"

struct adding {
	struct nff *n;
	const struct cmd *cmd;
	struct conntrack ct;
	struct ct_change said, with;	/* with: and what has a default */
};

/* ---- what is not said ---- */

static const struct {
	uint8_t l4proto;
	const char *state;
} default_states[] = {
	{ IPPROTO_TCP, "established" }, { IPPROTO_SCTP, "established" }, { IPPROTO_DCCP, "open" },
};

/* The time that the kernel would give an entry of that protocol and state. */
static uint32_t default_timeout(const struct conntrack *ct, const struct ct_change *c)
{
	unsigned int l4proto = ct->tuple[CT_ORIG].l4proto;
	const struct timeout_row *r;
	uint64_t seconds;

	if (l4proto == IPPROTO_UDPLITE)
		l4proto = IPPROTO_UDP;
	r = timeout_find_l4(l4proto, c->state);
	if (!r)
		r = timeout_find_l4(l4proto, c->status & IPS_SEEN_REPLY ? "replied" : "unreplied");
	if (!r)
		r = timeout_find_l4(TIMEOUT_GENERIC, NULL);
	if (r->sysctl && sysctl_read(r->sysctl, &seconds) == 0 && seconds <= UINT32_MAX)
		return (uint32_t)seconds;
	return 600;
}

static void fill_in(struct adding *a)
{
	struct ct_change *c = &a->with;

	*c = a->said;
	for (unsigned int i = 0; i < sizeof(default_states) / sizeof(default_states[0]); i++) {
		if (c->has & CTX_STATE ||
		    default_states[i].l4proto != a->ct.tuple[CT_ORIG].l4proto)
			continue;
		c->state = default_states[i].state;
		c->has |= CTX_STATE;
	}
	if (!(c->has & CTX_TIMEOUT))
		c->timeout = default_timeout(&a->ct, c);
	c->has |= CTX_TIMEOUT;
}

/* ---- the kernel's answers ---- */

static int add_error(struct adding *a, int err)
{
	struct diags *d = &a->n->diags;

	if (err == -EEXIST) {
		diag_error(d, a->cmd->loc, "the conntrack exists already");
		if (a->cmd->op != CMD_CREATE)
			diag_hint(d, "packets of one of its directions belong to another "
				  "connection");
		return -1;
	}
	if (err == -EPERM)
		return change_error(a->n, a->cmd->loc, "add", "conntrack", err);
	diag_error(d, a->cmd->loc, "cannot add the conntrack: %s", strerror(-err));
	if (err == -EOPNOTSUPP && a->said.has & CTX_HELPER)
		diag_hint(d, "there is no helper '%s' for this protocol; "
			  "try 'modprobe nf_conntrack_%s'", a->said.helper, a->said.helper);
	else if (err == -EOPNOTSUPP)
		diag_hint(d, "this kernel may lack zones, or NAT; try 'modprobe nf_nat'");
	else if (err == -ENOENT && a->ct.master.has)
		diag_hint(d, "there is no conntrack of its master");
	else if (err == -EINVAL)
		diag_hint(d, "the kernel may lack the protocol or conntrack netlink; "
			  "try 'modprobe nf_conntrack_netlink'");
	return -1;
}

static int keep_record(const struct nlmsghdr *nlh, void *arg)
{
	return ct_decode(nlh, arg);
}

/* Set what was said of an entry that is there. have: as the kernel tells it. */
static int update_present(struct adding *a, const struct conntrack *have,
			  const struct ct_change *what)
{
	struct msgbuf m = { 0 };
	int err = ct_put_update(&m, 0, have, what);

	if (!err)
		err = nl_request(a->n->nl, &m, NULL, NULL);
	msgbuf_fini(&m);
	return err;
}

static int present_error(struct adding *a, int err)
{
	diag_error(&a->n->diags, a->cmd->loc, "the conntrack exists, and cannot be changed so: %s",
		   strerror(-err));
	if (a->said.has & CTX_HELPER)
		diag_hint(&a->n->diags, "a helper is given to new entries only: delete it first");
	return -1;
}

static bool same_reply(const struct conntrack *want, const struct conntrack *have)
{
	const struct ct_tuple *a = &want->tuple[CT_REPLY], *b = &have->tuple[CT_REPLY];

	return !memcmp(a->src, b->src, sizeof(a->src)) && !memcmp(a->dst, b->dst, sizeof(a->dst)) &&
	       a->sport == b->sport && a->dport == b->dport;
}

/* "add" of an entry that there is: as it is, with what was said. */
static int add_present(struct adding *a)
{
	struct msgbuf m = { 0 };
	struct conntrack have = { 0 };
	struct ct_change what = a->said;
	int err;

	ct_put_get(&m, &a->ct);
	err = nl_request(a->n->nl, &m, keep_record, &have);
	msgbuf_fini(&m);
	if (err || !same_reply(&a->ct, &have))
		return add_error(a, -EEXIST);
	what.has &= ~(CTX_SNAT | CTX_DNAT);
	if (!what.has)
		return 0;
	err = update_present(a, &have, &what);
	return err ? present_error(a, err) : 0;
}

/* The kernel drops labels of a new entry without a word where it keeps none. */
static int check_labels(struct adding *a)
{
	struct ct_change labels = a->said;
	int err;

	labels.has = CTX_LABELS;
	err = update_present(a, &a->ct, &labels);
	if (!err)
		return 0;
	diag_error(&a->n->diags, a->cmd->loc, "the conntrack was added without its labels: %s",
		   strerror(-err));
	diag_hint(&a->n->diags, "the kernel keeps labels only while there is a rule with "
		  "'ct label'");
	return -1;
}

static int add_entry(struct adding *a)
{
	struct msgbuf m = { 0 };
	int err;

	if (!nff_nl(a->n))
		return -1;
	fill_in(a);
	err = ct_put_create(&m, &a->ct, &a->with);
	if (!err)
		err = nl_request(a->n->nl, &m, NULL, NULL);
	msgbuf_fini(&m);
	if (err == -EEXIST && a->cmd->op == CMD_ADD)
		return add_present(a);
	if (err)
		return add_error(a, err);
	return a->said.has & CTX_LABELS ? check_labels(a) : 0;
}

/* "master MATCH...": the connection that this one belongs to. */
static int add_master(struct adding *a, struct arena *arena)
{
	struct stmt *matches = a->cmd->query->master;
	struct conntrack master;

	if (!matches)
		return 0;
	if (spell_matches(a->n, arena, matches, &master, NULL) < 0 ||
	    spell_complete(a->n, matches->loc, &master.tuple[CT_ORIG]) < 0)
		return -1;
	if (master.family != a->ct.family)
		return diag_error(&a->n->diags, matches->loc, "the master is of another family");
	a->ct.master = master.tuple[CT_ORIG];
	return 0;
}

int flow_add_conntrack(struct nff *n, const struct cmd *cmd)
{
	const struct query *q = cmd->query;
	struct adding a = { .n = n, .cmd = cmd };
	struct arena arena;
	int err;

	if (query_check(n, cmd, QUERY_SET | QUERY_MASTER) < 0)
		return -1;
	arena_init(&arena);
	err = spell_matches(n, &arena, q->tuple, &a.ct, NULL);
	if (!err)
		err = spell_complete(n, cmd->loc, &a.ct.tuple[CT_ORIG]);
	if (!err)
		err = spell_reply(n, cmd->loc, &a.ct);
	if (!err)
		err = add_master(&a, &arena);
	if (!err)
		err = change_parse(n, &arena, q->set, &a.ct, &a.said);
	if (!err && !n->check)
		err = add_entry(&a);
	arena_free(&arena);
	return err;
}
