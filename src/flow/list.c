// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list conntracks, list expectations, reset conntracks: a dump of ctnetlink, shown entry by entry
 * as it comes in, so that memory does not grow with the table.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

#include "ct_request.h"
#include "expect.h"
#include "flow.h"
#include "match.h"
#include "nl_open.h"
#include "rows.h"
#include "view.h"

#define CT_NEW ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_NEW)
#define CT_ZERO ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET_CTRZERO)
#define EXP_NEW ((NFNL_SUBSYS_CTNETLINK_EXP << 8) | IPCTNL_MSG_EXP_NEW)
#define EXP_GET ((NFNL_SUBSYS_CTNETLINK_EXP << 8) | IPCTNL_MSG_EXP_GET)

struct listing {
	struct nff *n;
	const struct cmd *cmd;
	struct query q;			/* with the family as ctnetlink has it */
	struct arena arena;
	const struct match *match;
	struct view view;
	uint64_t malformed;
	struct rows_decoder decoder;
	struct msgbuf resets;		/* requests, for each entry that was matched */
};

/* ---- before and after the dump ---- */

static int listing_init(struct listing *l, struct nff *n, const struct cmd *cmd,
			const struct record_type *type, unsigned int uses)
{
	*l = (struct listing){ .n = n, .cmd = cmd, .q = *cmd->query };
	if (l->q.family == NFPROTO_INET)
		l->q.family = NFPROTO_UNSPEC;
	if (l->q.family && l->q.family != NFPROTO_IPV4 && l->q.family != NFPROTO_IPV6)
		return diag_error(&n->diags, cmd->loc, "there are no %s of family %s, only of ip "
				  "and ip6", type->name, family_name(l->q.family));
	if (query_check(n, cmd, uses | QUERY_FAMILY | QUERY_WHERE) < 0)
		return -1;
	l->match = match_new(n, &l->arena, &l->q, type);
	if (!l->match || !nff_nl(n) || view_init(&l->view, n, &l->q, type) < 0) {
		arena_free(&l->arena);
		return -1;
	}
	if (l->view.line_flags & LINE_LABELS && !ct_labels_named())
		diag_warning(&n->diags, l->q.options[QO_OUTPUT].value_loc, "no label has a name: "
			     "there is no /etc/xtables/connlabel.conf");
	return 0;
}

static int list_error(const struct listing *l, int err)
{
	struct nff *n = l->n;
	const char *ext = nl_ext_msg(n->nl);

	diag_error(&n->diags, l->cmd->loc, "cannot list the %s: %s%s%s", l->view.type->name,
		   strerror(-err), ext ? ": " : "", ext ? ext : "");
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else if (err == -EINVAL || err == -EOPNOTSUPP)
		diag_hint(&n->diags, "the kernel may lack conntrack netlink; "
			  "try 'modprobe nf_conntrack_netlink'");
	return -1;
}

/* err: of the dump. */
static int listing_end(struct listing *l, int err)
{
	struct nff *n = l->n;
	const char *name = l->view.type->name;

	arena_free(&l->arena);
	msgbuf_fini(&l->resets);
	if (err == -ECANCELED)	/* no more is wanted; write errors are told by who flushes */
		err = 0;
	if (err == -EINTR) {
		diag_warning(&n->diags, l->cmd->loc,
			     "the %s changed while they were listed: some may be missing", name);
		err = 0;
	}
	view_end(&l->view, err == 0);
	if (l->malformed)
		diag_warning(&n->diags, l->cmd->loc, "%llu %s could not be read: "
			     "the kernel sent them in an unknown form",
			     (unsigned long long)l->malformed, name);
	return err ? list_error(l, err) : 0;
}

/* ---- conntracks ---- */

/* An entry that is wanted; false: it is none, or not wanted. */
static bool wanted_conntrack(struct listing *l, const struct nlmsghdr *nlh, struct conntrack *ct)
{
	if (nlh->nlmsg_type != CT_NEW)
		return false;
	if (ct_decode_next(&l->decoder, nlh, ct) < 0) {
		l->malformed++;
		return false;
	}
	return match_record(l->match, ct);
}

static int list_conntrack(const struct nlmsghdr *nlh, void *arg)
{
	struct listing *l = arg;
	struct conntrack ct;

	return wanted_conntrack(l, nlh, &ct) ? view_add(&l->view, &ct) : 0;
}

int flow_list_conntracks(struct nff *n, const struct cmd *cmd)
{
	struct listing l;

	if (listing_init(&l, n, cmd, &conntrack_record, QUERY_SOURCE | QUERY_OFFLOAD |
			 QUERY_VIEW) < 0)
		return -1;
	return listing_end(&l, ct_dump(n->nl, l.match, l.q.source, list_conntrack, &l));
}

/* ---- their counters ---- */

/*
 * Ask for one entry alone, and its counters to begin anew: with the tuple, zone and id of the
 * message that it came with.
 */
static int put_reset(const struct nlmsghdr *nlh, void *arg)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	struct listing *l = arg;
	const struct nlattr *a;
	struct conntrack ct;

	if (!wanted_conntrack(l, nlh, &ct))
		return 0;
	msg_begin(&l->resets, CT_ZERO, 0, 0, nfg->nfgen_family, 0);
	mnl_attr_for_each(a, nlh, sizeof(*nfg)) {
		unsigned int type = mnl_attr_get_type(a);

		if (type == CTA_TUPLE_ORIG || type == CTA_ZONE || type == CTA_ID)
			attr_data(&l->resets, a->nla_type, mnl_attr_get_payload(a),
				  mnl_attr_get_payload_len(a));
	}
	msg_end(&l->resets);
	return 0;
}

static int reset_matched(struct listing *l)
{
	struct msgbuf one = { 0 };
	int err = ct_dump(l->n->nl, l->match, CT_SOURCE_TABLE, put_reset, l);

	for (size_t off = 0; !err && off < l->resets.len; ) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)(l->resets.buf + off);

		/* nl_request() takes one message, at the begin of a buffer. */
		one.buf = l->resets.buf + off;
		one.len = nlh->nlmsg_len;
		off += NLMSG_ALIGN(nlh->nlmsg_len);
		err = nl_request(l->n->nl, &one, list_conntrack, l);
		/* It ended in between. */
		if (err == -ENOENT)
			err = 0;
	}
	return err;
}

/*
 * The kernel resets what it dumps. As it cannot compare all that a match can, only a whole table
 * or family is reset that way; else the entries are asked for one by one.
 */
int flow_reset_conntracks(struct nff *n, const struct cmd *cmd)
{
	struct msgbuf m = { 0 };
	struct listing l;
	int err;

	if (listing_init(&l, n, cmd, &conntrack_record, QUERY_OFFLOAD |
			 (QUERY_VIEW & ~QUERY_LIMIT)) < 0)
		return -1;
	if (n->check) {
		err = ct_dump(n->nl, l.match, CT_SOURCE_TABLE, list_conntrack, &l);
	} else if (l.q.where || l.q.offload) {
		err = reset_matched(&l);
	} else {
		msg_begin(&m, CT_ZERO, NLM_F_DUMP, 0, l.q.family, 0);
		msg_end(&m);
		err = nl_request(n->nl, &m, list_conntrack, &l);
		msgbuf_fini(&m);
	}
	return listing_end(&l, err);
}

/* ---- expectations ---- */

static int list_expectation(const struct nlmsghdr *nlh, void *arg)
{
	struct listing *l = arg;
	struct expectation e;

	if (nlh->nlmsg_type != EXP_NEW)
		return 0;
	if (expect_decode(nlh, &e) < 0) {
		l->malformed++;
		return 0;
	}
	return match_record(l->match, &e) ? view_add(&l->view, &e) : 0;
}

int flow_list_expectations(struct nff *n, const struct cmd *cmd)
{
	struct msgbuf m = { 0 };
	struct listing l;
	int err;

	if (listing_init(&l, n, cmd, &expectation_record, QUERY_VIEW) < 0)
		return -1;
	msg_begin(&m, EXP_GET, NLM_F_DUMP, 0, l.q.family, 0);
	msg_end(&m);
	err = nl_request(n->nl, &m, list_expectation, &l);
	msgbuf_fini(&m);
	return listing_end(&l, err);
}
