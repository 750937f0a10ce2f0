// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * update, delete, destroy and flush conntracks: a dump, filtered by the kernel as far as it can,
 * and a message for each entry that matches.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

#include "change.h"
#include "change_batch.h"
#include "change_offload.h"
#include "change_set.h"
#include "ct_encode.h"
#include "ct_request.h"
#include "flow.h"
#include "match.h"
#include "nl.h"
#include "nl_open.h"
#include "sysctl.h"
#include "view.h"

struct changing {
	struct nff *n;
	const struct cmd *cmd;
	const struct match *match;
	struct ct_change what;		/* of an update */
	struct change_batch batch;
	uint64_t matched, malformed;
	uint64_t on_path;		/* offloaded, and no way to take them off */
};

static bool is_update(const struct cmd *cmd)
{
	return cmd->op == CMD_UPDATE;
}

/* "--offloaded": off the fast path first. */
static int release(struct changing *c, const struct conntrack *ct)
{
	int done;

	if (!c->cmd->query->options[QO_OFFLOADED].given ||
	    !(ct->status & (IPS_OFFLOAD | IPS_HW_OFFLOAD)))
		return 0;
	done = offload_release(c->n, c->cmd->query->options[QO_OFFLOADED].loc, ct);
	if (done < 0)
		return -ECANCELED;
	c->on_path += !done;
	return 0;
}

static int change_one(const struct nlmsghdr *nlh, void *arg)
{
	struct changing *c = arg;
	struct conntrack ct;
	int err;

	if (nlh->nlmsg_type != ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW))
		return 0;
	if (ct_decode(nlh, &ct) < 0) {
		c->malformed++;
		return 0;
	}
	if (!match_record(c->match, &ct))
		return 0;
	c->matched++;
	if (!is_update(c->cmd)) {
		err = release(c, &ct);
		if (err)
			return err;
		ct_put_delete(&c->batch.m, c->batch.queued, &ct);
		return change_batch_added(&c->batch);
	}
	err = ct_put_update(&c->batch.m, c->batch.queued, &ct, &c->what);
	if (!err)
		return change_batch_added(&c->batch);
	change_batch_refused(&c->batch, err);
	return 0;
}

/* What the kernel means by it, for entries that are there. */
static void change_hint(struct changing *c, int err)
{
	struct diags *d = &c->n->diags;
	uint32_t has = c->what.has;

	if (!is_update(c->cmd)) {
		if (err == -EBUSY && c->on_path)
			diag_hint(d, "their flows are in the kernel's own flowtable, which "
				  "has no way to take them off: delete the flowtable, or wait "
				  "until they time out");
		else if (err == -EBUSY)
			diag_hint(d, "the kernel does not delete an entry while a flowtable holds "
				  "its flow: 'delete conntracks --offloaded' takes it off the fast "
				  "path first");
		return;
	}
	if (err == -EPERM && has & CTX_TIMEOUT)
		diag_hint(d, "an entry with the status fixed-timeout keeps its timeout");
	else if (err == -EBUSY && has & CTX_HELPER)
		diag_hint(d, "the kernel does not give another helper to an entry, or one to an "
			  "entry that has a master; 'set helper none' takes one away");
	else if (err == -EBUSY)
		diag_hint(d, "the connection changed meanwhile: do it again");
	else if (err == -EOPNOTSUPP && has & CTX_HELPER)
		diag_hint(d, "the kernel gives no helper to an entry that was made without one; "
			  "'add conntrack ... set helper NAME' makes one with it");
	else if (err == -EOPNOTSUPP && has & (CTX_STATE | CTX_ROLE | CTX_VTAGS))
		diag_hint(d, "their protocol does not have that: match the protocol, too");
	else if (err == -ENOSPC && has & CTX_LABELS)
		diag_hint(d, "entries have room for labels only if they were made while a rule "
			  "with 'ct label' was there");
}

/* What happened, told; err is that of the dump. */
static int conntracks_told(struct changing *c, int err)
{
	struct change_outcome o = {
		.one = "conntrack", .many = "conntracks",
		.verb = is_update(c->cmd) ? "update" : "delete",
		.done = is_update(c->cmd) ? "updated" : "deleted",
		.matched = c->matched, .changed = change_batch_done(&c->batch),
		.failed = c->batch.failed + c->batch.refused, .err = c->batch.err,
		.dump_err = err,
	};

	if (c->malformed)
		diag_warning(&c->n->diags, c->cmd->loc, "%llu conntracks could not be read: "
			     "the kernel sent them in an unknown form",
			     (unsigned long long)c->malformed);
	if (c->on_path && !o.failed) {
		diag_warning(&c->n->diags, c->cmd->query->options[QO_OFFLOADED].loc,
			     "%llu flows were not taken off the fast path first",
			     (unsigned long long)c->on_path);
		diag_hint(&c->n->diags, "they are in the kernel's own flowtable, which has no way "
			  "to do that: it drops them when it next looks through its flows, "
			  "within about a second");
	}
	/* the reason has been told */
	if (err == -ECANCELED && c->n->diags.errors)
		return -1;
	err = change_told(c->n, c->cmd, &o);
	if (err && o.failed)
		change_hint(c, o.err);
	return err;
}

static int change_run(struct changing *c)
{
	int err;

	if (!nff_nl(c->n) || change_batch_open(c->n, &c->batch) < 0)
		return -1;
	err = ct_dump(c->n->nl, c->match, CT_SOURCE_TABLE, change_one, c);
	if (!err || err == -EINTR) {
		int last = change_batch_flush(&c->batch);

		err = last ? last : err;
	}
	err = conntracks_told(c, err);
	change_batch_close(&c->batch);
	return err;
}

int flow_change_conntracks(struct nff *n, const struct cmd *cmd)
{
	struct changing c = { .n = n, .cmd = cmd };
	struct arena arena;
	struct query q;
	int err = -1;

	if (query_check(n, cmd, QUERY_FAMILY | QUERY_OFFLOAD | QUERY_WHERE |
			QUERY_OPTION(QO_JSON) | (is_update(cmd) ? QUERY_SET :
						 QUERY_OPTION(QO_OFFLOADED))) < 0 ||
	    change_query(n, cmd, "conntracks", &q) < 0)
		return -1;
	if (!q.where && !q.offload) {
		diag_error(&n->diags, cmd->loc, "this would %s all conntracks",
			   cmd_name(cmd->op));
		if (is_update(cmd))
			diag_hint(&n->diags, "say which with 'where'; 'where meta nfproto "
				  "{ ipv4, ipv6 }' is all of them");
		else
			diag_hint(&n->diags, "'flush conntracks' does that; 'where' says which "
				  "of them are meant");
		return -1;
	}
	if (is_update(cmd) && !q.set) {
		diag_error(&n->diags, cmd->loc, "nothing is to be set");
		diag_hint(&n->diags, "for example: set mark 0x1");
		return -1;
	}
	arena_init(&arena);
	c.match = match_new(n, &arena, &q, &conntrack_record);
	if (c.match && change_parse(n, &arena, q.set, NULL, &c.what) == 0)
		err = n->check ? 0 : change_run(&c);
	arena_free(&arena);
	return err;
}

/* ---- flush ---- */

static int flush_table(struct nff *n, uint8_t family)
{
	struct msgbuf m = { 0 };
	struct nfgenmsg *nfg;
	int err;

	msg_begin(&m, (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE, 0, 0, family, 0);
	/* the kernel looks at the family only in messages of this version */
	nfg = (struct nfgenmsg *)(m.buf + m.msg + NLMSG_HDRLEN);
	nfg->version = 1;
	msg_end(&m);
	err = nl_request(n->nl, &m, NULL, NULL);
	msgbuf_fini(&m);
	return err;
}

int flow_flush_conntracks(struct nff *n, const struct cmd *cmd)
{
	const struct query *q = cmd->query;
	struct change_outcome o = { .one = "conntrack", .many = "conntracks", .done = "deleted" };
	uint64_t before = 0, after = 0;
	struct query own;
	int err;

	if (query_check(n, cmd, QUERY_FAMILY | QUERY_OPTION(QO_JSON)) < 0) {
		if (q->where || q->offload)
			diag_hint(&n->diags, "flush deletes all of them; 'delete conntracks' "
				  "takes a filter");
		return -1;
	}
	if (change_query(n, cmd, "conntracks", &own) < 0)
		return -1;
	if (n->check)
		return 0;
	if (!nff_nl(n))
		return -1;
	/* the kernel does not tell how many there were */
	err = sysctl_read("nf_conntrack_count", &before);
	if (!err)
		err = flush_table(n, own.family);
	if (err)
		return change_error(n, cmd->loc, "flush", "conntracks", err);
	sysctl_read("nf_conntrack_count", &after);
	o.changed = before > after ? before - after : 0;
	return change_report(n, cmd, &o);
}
