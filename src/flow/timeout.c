// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list timeouts, set timeout: the defaults of the protocols by netlink where the kernel has that
 * (linux/netfilter/nfnetlink_cttimeout.h: IPCTNL_MSG_TIMEOUT_DEFAULT_*), else by sysctl.
 */
#include <errno.h>
#include <jansson.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <string.h>

#include "change.h"
#include "datatype.h"
#include "flow.h"
#include "nl.h"
#include "nl_open.h"
#include "query.h"
#include "suggest.h"
#include "sysctl.h"
#include "timeout.h"
#include "view.h"

/*
 * The kernel counts ticks in 32 bits and does not look for an overflow when it takes a timeout by
 * netlink. So many seconds fit with each tick that a kernel can have; a sysctl's write is checked.
 */
#define NETLINK_SECONDS_MAX	(INT32_MAX / 1000)

#define TIMEOUT_MSG(m)	((NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8) | (m))
#define ATTRS_MAX	16

/* The timeouts of one protocol, by attribute. */
struct answer {
	bool has[ATTRS_MAX];
	uint32_t seconds[ATTRS_MAX];
};

static int timeout_cb(const struct nlattr *attr, void *arg)
{
	struct answer *a = arg;
	unsigned int type = mnl_attr_get_type(attr);

	if (type < ATTRS_MAX && mnl_attr_get_payload_len(attr) >= sizeof(uint32_t)) {
		a->has[type] = true;
		a->seconds[type] = be32toh(mnl_attr_get_u32(attr));
	}
	return MNL_CB_OK;
}

static int default_cb(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr;

	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg)))
		return -EPROTO;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == CTA_TIMEOUT_DATA)
			mnl_attr_parse_nested(attr, timeout_cb, arg);
	return 0;
}

static void begin(struct msgbuf *m, uint8_t msg, unsigned int l4proto)
{
	msg_begin(m, TIMEOUT_MSG(msg), 0, 0, NFPROTO_UNSPEC, 0);
	attr_u16(m, CTA_TIMEOUT_L3PROTO, l4proto == IPPROTO_ICMPV6 ? NFPROTO_IPV6 : NFPROTO_IPV4);
	attr_u8(m, CTA_TIMEOUT_L4PROTO, (uint8_t)l4proto);
}

/* What the kernel tells of one protocol; what it does not tell stays unset. */
static void get_defaults(struct nl *nl, unsigned int l4proto, struct answer *a)
{
	struct msgbuf m = { 0 };

	memset(a, 0, sizeof(*a));
	begin(&m, IPCTNL_MSG_TIMEOUT_DEFAULT_GET, l4proto);
	msg_end(&m);
	if (nl_request(nl, &m, default_cb, a) < 0)
		memset(a, 0, sizeof(*a));
	msgbuf_fini(&m);
}

static int set_default(struct nl *nl, const struct timeout_row *r, uint32_t seconds)
{
	struct msgbuf m = { 0 };
	size_t nest;
	int err;

	begin(&m, IPCTNL_MSG_TIMEOUT_DEFAULT_SET, r->l4proto);
	nest = attr_nest(&m, CTA_TIMEOUT_DATA);
	attr_u32(&m, r->attr, seconds);
	attr_nest_end(&m, nest);
	msg_end(&m);
	err = nl_request(nl, &m, NULL, NULL);
	msgbuf_fini(&m);
	return err;
}

static bool timeout_of(const struct timeout_row *r, const struct answer *a, uint64_t *seconds)
{
	if (r->attr && a->has[r->attr]) {
		*seconds = a->seconds[r->attr];
		return true;
	}
	return r->sysctl && sysctl_read(r->sysctl, seconds) == 0;
}

/* ---- list ---- */

static json_t *row_json(const struct timeout_row *r, uint64_t seconds)
{
	json_t *j = json_object();

	json_object_set_new(j, "protocol", json_string(r->proto));
	if (r->state)
		json_object_set_new(j, "state", json_string(r->state));
	json_object_set_new(j, "timeout", json_integer((json_int_t)seconds));
	return j;
}

static void print_row(struct out *o, const struct timeout_row *r, uint64_t seconds)
{
	out_printf(o, "set timeout %s %s%s", r->proto, r->state ? r->state : "",
		   r->state ? " " : "");
	out_duration(o, seconds * 1000);
	out_putc(o, '\n');
}

int flow_list_timeouts(struct nff *n, const struct cmd *cmd)
{
	const struct timeout_row *r;
	struct answer a = { 0 };
	unsigned int asked = IPPROTO_RAW + 1;
	bool json = change_json(n, cmd), any = false;
	json_t *list = NULL;
	uint64_t seconds;

	if (query_check(n, cmd, QUERY_OPTION(QO_JSON)) < 0 || !nff_nl(n))
		return -1;
	if (json)
		list = json_array();
	for (r = timeout_rows; r->proto; r++) {
		if (r->l4proto != asked)
			get_defaults(n->nl, asked = r->l4proto, &a);
		if (!timeout_of(r, &a, &seconds))
			continue;
		any = true;
		if (json)
			json_array_append_new(list, row_json(r, seconds));
		else
			print_row(&n->out, r, seconds);
	}
	if (any)
		return json ? change_print_json(n, "timeouts", list) : 0;
	json_decref(list);
	diag_error(&n->diags, cmd->loc, "cannot list the timeouts: the kernel tells none");
	diag_hint(&n->diags, "conntrack has them; try 'modprobe nf_conntrack'");
	return -1;
}

/* ---- set ---- */

static int unknown_proto(struct nff *n, const struct name *word)
{
	const struct timeout_row *r;
	struct suggestion near;
	struct out names;

	suggest_init(&near, word->s, strlen(word->s));
	out_init_mem(&names);
	for (r = timeout_rows; r->proto; r++) {
		if (r != timeout_rows && strcmp(r->proto, r[-1].proto) == 0)
			continue;
		suggest(&near, r->proto);
		out_printf(&names, "%s%s", names.len ? ", " : "", r->proto);
	}
	diag_error(&n->diags, word->loc, "'%.40s' is no protocol with timeouts", word->s);
	if (near.best)
		diag_hint(&n->diags, "did you mean '%s'?", near.best);
	else
		diag_hint(&n->diags, "there are %s", out_str(&names));
	out_fini(&names);
	return -1;
}

static int unknown_state(struct nff *n, const char *proto, const struct name *word)
{
	const struct timeout_row *r;
	struct suggestion near;
	struct out names;

	suggest_init(&near, word->s, strlen(word->s));
	out_init_mem(&names);
	for (r = timeout_rows; r->proto; r++) {
		if (strcmp(r->proto, proto) || !r->state)
			continue;
		suggest(&near, r->state);
		out_printf(&names, "%s%s", names.len ? ", " : "", r->state);
	}
	if (names.len)
		diag_error(&n->diags, word->loc, "'%.40s' is no state of %s", word->s, proto);
	else
		diag_error(&n->diags, word->loc, "%s has one timeout and no states", proto);
	if (near.best)
		diag_hint(&n->diags, "did you mean '%s'?", near.best);
	else if (names.len)
		diag_hint(&n->diags, "there are %s", out_str(&names));
	out_fini(&names);
	return -1;
}

static bool known_proto(const char *name)
{
	const struct timeout_row *r;

	for (r = timeout_rows; r->proto; r++)
		if (strcmp(r->proto, name) == 0)
			return true;
	return false;
}

/* The words: PROTOCOL [STATE] TIME. */
static const struct timeout_row *parse_words(struct nff *n, const struct cmd *cmd,
					     const struct name **time)
{
	const struct query_word *proto = cmd->query->words, *state = NULL, *value;
	const struct timeout_row *r;

	value = proto->next;
	if (!known_proto(proto->word.s)) {
		unknown_proto(n, &proto->word);
		return NULL;
	}
	if (value && value->next) {
		state = value;
		value = value->next;
	}
	if (!value || value->next) {
		diag_error(&n->diags, value ? value->next->word.loc : cmd->loc,
			   "a timeout is a protocol, a state and a time");
		diag_hint(&n->diags, "for example: set timeout tcp established 5d");
		return NULL;
	}
	r = timeout_find(proto->word.s, state ? state->word.s : NULL);
	if (!r && !state) {
		diag_error(&n->diags, value->word.loc, "%s has a timeout for each state: name one",
			   proto->word.s);
		diag_hint(&n->diags, "'list timeouts' shows them");
	} else if (!r) {
		unknown_state(n, proto->word.s, &state->word);
	}
	*time = &value->word;
	return r;
}

static int set_error(struct nff *n, const struct cmd *cmd, const struct timeout_row *r, int err)
{
	diag_error(&n->diags, cmd->loc, "cannot set the timeout of %s%s%s: %s", r->proto,
		   r->state ? " " : "", r->state ? r->state : "", strerror(-err));
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else
		diag_hint(&n->diags, "this kernel may lack the protocol, or "
			  "nfnetlink_cttimeout; try 'modprobe nfnetlink_cttimeout'");
	return -1;
}

int flow_set_timeout(struct nff *n, const struct cmd *cmd)
{
	const struct name *time = NULL;
	const struct timeout_row *r;
	struct answer a = { 0 };
	uint64_t seconds, now;
	bool by_netlink;
	int err;

	r = parse_words(n, cmd, &time);
	if (!r || parse_seconds(n, time, 1, INT32_MAX, &seconds) < 0 || !nff_nl(n))
		return -1;
	if (r->attr)
		get_defaults(n->nl, r->l4proto, &a);
	by_netlink = r->attr && a.has[r->attr] &&
		     (seconds <= NETLINK_SECONDS_MAX || !r->sysctl);
	if (by_netlink && seconds > NETLINK_SECONDS_MAX)
		return diag_error(&n->diags, time->loc, "the time must be at most %d seconds",
				  NETLINK_SECONDS_MAX);
	/* is there such a thing here? */
	if (!by_netlink) {
		if (!r->sysctl)
			return set_error(n, cmd, r, -EOPNOTSUPP);
		err = sysctl_read(r->sysctl, &now);
		if (err)
			return sysctl_error(n, cmd->loc, r->sysctl, err);
	}
	if (n->check)
		return 0;
	if (by_netlink) {
		err = set_default(n->nl, r, (uint32_t)seconds);
		return err ? set_error(n, cmd, r, err) : 0;
	}
	err = sysctl_write(r->sysctl, seconds);
	return err ? sysctl_error(n, err == -EINVAL ? time->loc : cmd->loc, r->sysctl, err) : 0;
}
