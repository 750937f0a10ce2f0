// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why a connection is not on the fast path: what conntrack has of it, where it goes, and what the
 * rules and the flowtables say.
 */
#include <inttypes.h>
#include <netinet/in.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include "uapi/linux/nff.h"

#include "show_flow.h"

/* ---- the connection ---- */

bool is_offloaded(const struct conntrack *ct)
{
	return ct->status & (IPS_OFFLOAD | IPS_HW_OFFLOAD);
}

/* A connection with any of these bits is refused, whatever the rules say. */
static const struct {
	uint32_t status;
	unsigned int reason;		/* enum nff_refused, for its words */
} status_rows[] = {
	{ IPS_HELPER, NFF_REFUSED_HELPER },
	{ IPS_SEQ_ADJUST, NFF_REFUSED_SEQADJ },
	{ IPS_UNTRACKED, NFF_REFUSED_CLASH },	/* the kernel's IPS_NAT_CLASH */
	{ IPS_DYING, NFF_REFUSED_DYING },
};

static void tcp_reasons(const struct conntrack *ct, struct remarks *why)
{
	unsigned int state = ct->proto.tcp_state;

	if (!(ct->proto.has & CTP_TCP_STATE) || state == TCP_CONNTRACK_ESTABLISHED)
		return;
	if (state < TCP_CONNTRACK_ESTABLISHED || state == TCP_CONNTRACK_SYN_SENT2) {
		remark(why, "the TCP connection is not established yet (%s)",
		       ct_tcp_state(state));
		remark_cure(why, "nothing to do: it can be offloaded once both sides have "
			    "said hello");
	} else {
		remark(why, "the TCP connection is closing or closed (%s)", ct_tcp_state(state));
	}
}

static void protocol_reasons(const struct surroundings *s, const struct conntrack *ct,
			     struct remarks *why)
{
	unsigned int proto = ct->tuple[CT_ORIG].l4proto;

	if (proto == IPPROTO_TCP)
		tcp_reasons(ct, why);
	else if (proto != IPPROTO_UDP && proto != IPPROTO_GRE)
		remark(why, "%s is not offloaded: TCP, UDP and %sGRE are",
		       ct_l4(proto)->kind != CT_L4_NONE ? ct_l4(proto)->name : "this protocol",
		       s->module ? "" : "(with newer kernels) ");
	if (proto == IPPROTO_UDP && ct->counters[0].has & CTC_PACKETS &&
	    ct->counters[0].packets + ct->counters[1].packets < 2) {
		remark(why, "only its first packet was seen, and a connection is confirmed after "
			    "that");
		remark_cure(why, "nothing to do: its next packet can put it on the fast path");
	}
}

static void status_reasons(const struct conntrack *ct, struct remarks *why)
{
	bool helper = ct->has & CT_HELPER;

	for (unsigned int i = 0; i < sizeof(status_rows) / sizeof(status_rows[0]); i++) {
		unsigned int reason = status_rows[i].reason;

		if (!(ct->status & status_rows[i].status) &&
		    !(reason == NFF_REFUSED_HELPER && helper))
			continue;
		remark(why, "%s%s%.*s", flow_reason_text(FLOW_REFUSED, reason),
		       reason == NFF_REFUSED_HELPER && helper ? ": " : "",
		       reason == NFF_REFUSED_HELPER && helper ? (int)ct->helper.len : 0,
		       helper ? ct->helper.s : "");
		if (reason == NFF_REFUSED_HELPER)
			remark_cure(why, "nothing to do: the helper has to see each packet; do not "
				    "assign it where it is not needed");
	}
}

/* ---- where it goes ---- */

static const char *device_name(struct surroundings *s, uint32_t index)
{
	return index ? device_by_index(&s->devices, index)->name : "none";
}

/* true: the connection is not forwarded at all. */
static bool route_reasons(struct placed *p, struct remarks *why)
{
	static const char *const ends[2] = { "the answering side", "the side that began it" };

	for (int dir = 0; dir < 2; dir++) {
		if (!p->has_route[dir]) {
			remark(why, "there is no route to %s now", ends[dir]);
			continue;
		}
		if (p->out[dir].type == RTN_LOCAL) {
			remark(why, "%s is this host: only what is forwarded is offloaded",
			       ends[dir]);
			return true;
		}
		if (p->out[dir].type != RTN_UNICAST)
			remark(why, "the route to %s is none to one other host", ends[dir]);
	}
	return false;
}

static bool table_has_device(const struct flow_table *t, const char *name)
{
	for (const struct device *d = t->ft ? t->ft->devs : NULL; d; d = d->next) {
		size_t len = strlen(d->name);

		if (len && d->name[len - 1] == '*' ? !strncmp(d->name, name, len - 1) :
		    !strcmp(d->name, name))
			return true;
	}
	return false;
}

/* A flowtable sees what comes in on its devices: what leaves by one comes back on it. */
static void device_reasons(struct surroundings *s, const struct flow_table *t, struct placed *p,
			   struct remarks *why)
{
	const char *names[2];
	bool has[2];

	for (int dir = 0; dir < 2; dir++) {
		if (!p->has_route[dir] || !p->out[dir].oif)
			return;
		names[dir] = device_name(s, p->out[dir].oif);
		has[dir] = table_has_device(t, names[dir]);
	}
	if (has[0] && has[1])
		return;
	if (!has[0] && !has[1])
		remark(why, "neither %s nor %s, its devices by the routes, is in the flowtable "
		       "'%s'", names[1], names[0], t->ft->h.obj.s);
	else
		remark(why, "%s is not in the flowtable '%s': packets that come in on it take the "
		       "classic path", names[has[0]], t->ft->h.obj.s);
	remark_cure(why, "add flowtable %s %s %s { devices = { %s%s%s } }; a VLAN or a bridge may "
		    "be there by the device below it", family_name(t->ft->h.family),
		    t->ft->h.table.s, t->ft->h.obj.s, has[1] ? "" : names[1],
		    has[0] || has[1] ? "" : ", ", has[0] ? "" : names[0]);
}

/* ---- what the rules and the flowtables say ---- */

/* Of rules that are not for a connection so many are told. */
#define RULES_TOLD	5

/* The flowtable that a rule names; NULL. */
static const struct flow_table *table_of_rule(const struct surroundings *s,
					      const struct rule_seen *r)
{
	for (const struct flow_table *t = s->tables; t; t = t->next)
		if (t->ft && t->ft->h.family == r->family &&
		    !strcmp(t->ft->h.table.s, r->table) && !strcmp(t->ft->h.obj.s, r->flowtable))
			return t;
	return NULL;
}

/* The flowtable to which a rule could bring it; NULL. */
static const struct flow_table *goal_of(const struct surroundings *s, const struct rule_verdict *v)
{
	if (v->answer == RULE_NOT || (v->rule->base && !v->rule->forward))
		return NULL;
	return table_of_rule(s, v->rule);
}

/* Once for each flowtable. */
static void flowtable_reasons(struct surroundings *s, struct placed *p, struct remarks *why)
{
	for (const struct rule_verdict *v = p->rules; v->rule; v++) {
		const struct flow_table *t = goal_of(s, v);
		const struct rule_verdict *first = p->rules;

		if (!t)
			continue;
		while (goal_of(s, first) != t)
			first++;
		if (first == v)
			device_reasons(s, t, p, why);
	}
}

/* No rule is surely for it: what each of them asks for, those first that may be. */
static void unmatched_reasons(const struct placed *p, struct remarks *why)
{
	unsigned int n = 0;

	for (int answer = RULE_MAY; answer >= RULE_NOT; answer--)
		for (const struct rule_verdict *v = p->rules; v->rule; v++)
			if (v->answer == answer && n++ < RULES_TOLD)
				remark(why, "rule '%s' in chain %s %s %s is %s: %s", v->rule->text,
				       family_name(v->rule->family), v->rule->table,
				       v->rule->chain,
				       answer == RULE_MAY ? "for it only if" : "not for it",
				       v->because);
	if (n > RULES_TOLD)
		remark(why, "and %u more rules with a flow statement", n - RULES_TOLD);
}

static void refused_reasons(const struct flow_table *t, struct remarks *why)
{
	struct out o;
	bool any = false;

	if (t->size && t->flows >= t->size) {
		remark(why, "the flowtable '%s' is full: it has %u flows, the most it may have",
		       t->ft->h.obj.s, t->flows);
		remark_cure(why, "a larger 'size' of the flowtable");
	}
	out_init_mem(&o);
	for (unsigned int i = 1; i < FLOW_REASONS_KEPT; i++) {
		const char *text = flow_reason_text(FLOW_REFUSED, i);

		if (!t->reasons[FLOW_REFUSED][i])
			continue;
		out_printf(&o, "%s%" PRIu64 " packets (%s)", any ? ", " : "",
			   t->reasons[FLOW_REFUSED][i], text ? text : "for an unknown reason");
		any = true;
	}
	if (any)
		remark(why, "the flowtable '%s' has refused, of all connections: %s",
		       t->ft->h.obj.s, out_str(&o));
	out_fini(&o);
}

static void rule_reasons(struct surroundings *s, struct placed *p, struct remarks *why)
{
	enum rule_answer best = RULE_NOT;

	if (!s->rules) {
		remark(why, "no rule has a flow statement");
		remark_cure(why, "add %sa rule with 'flow add @%s' to a chain of the forward hook",
			    s->tables ? "" : "a flowtable and ",
			    s->tables && s->tables->ft ? s->tables->ft->h.obj.s : "NAME");
		return;
	}
	for (const struct rule_verdict *v = p->rules; v->rule; v++) {
		if (v->answer > best)
			best = v->answer;
		if (v->answer != RULE_NOT && v->rule->base && !v->rule->forward)
			remark(why, "the rule '%s' is in a chain that does not see forwarded "
			       "packets", v->rule->text);
	}
	flowtable_reasons(s, p, why);
	if (best != RULE_IS)
		unmatched_reasons(p, why);
	for (const struct flow_table *t = s->tables; t && best != RULE_NOT; t = t->next)
		if (t->bundled)
			refused_reasons(t, why);
}

void find_reasons(struct surroundings *s, struct placed *p)
{
	struct remarks *why = &p->why;

	if (is_offloaded(&p->ct)) {
		if (!p->has_flow)
			flowtable_reasons(s, p, why);
		return;
	}
	protocol_reasons(s, &p->ct, why);
	status_reasons(&p->ct, why);
	if (!route_reasons(p, why))
		rule_reasons(s, p, why);
	if (why->first)
		return;
	remark(why, "nothing speaks against it: it had no packet since the rule is there, its "
	       "flow timed out, or another rule ends the chain before this one");
	remark_cure(why, "its next packet through the rule puts it on the fast path");
}
