// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show flow: where a connection is, on the fast path or not, and why.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/genetlink.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "uapi/linux/nff.h"

#include "ct_request.h"
#include "flow.h"
#include "match.h"
#include "nl_open.h"
#include "show_flow.h"
#include "view.h"

/* Of several connections so many are shown. */
#define SHOWN_MAX	5
/* Between the two looks that give rates, nanoseconds. */
#define LOOKS_APART	1000000000

struct finding {
	struct surroundings s;
	const struct match *match;
	struct placed found[SHOWN_MAX];
	unsigned int n;			/* in found */
	uint64_t matches;
};

/* ---- finding ---- */

static int on_conntrack(const struct nlmsghdr *nlh, void *arg)
{
	struct finding *f = arg;
	struct conntrack ct;

	if (ct_decode(nlh, &ct) < 0 || !match_record(f->match, &ct))
		return 0;
	f->matches++;
	if (f->n == SHOWN_MAX)
		return 0;
	conntrack_record.keep(&ct, &f->s.arena);
	f->found[f->n++].ct = ct;
	return 0;
}

static int find(struct nff *n, struct finding *f, const struct cmd *cmd)
{
	struct query q = *cmd->query;
	int err;

	q.where = q.tuple;
	q.where_last = q.tuple_last;
	f->match = match_new(n, &f->s.arena, &q, &conntrack_record);
	if (!f->match || !nff_nl(n))
		return -1;
	err = ct_dump(n->nl, f->match, CT_SOURCE_TABLE, on_conntrack, f);
	if (err && err != -EINTR)
		return show_error(n, cmd->loc, "the conntracks", err);
	if (f->n)
		return 0;
	diag_error(&n->diags, cmd->loc, "conntrack has no such connection");
	diag_hint(&n->diags, "it has ended, or its packets do not pass here, or are not tracked "
		  "(notrack); 'list conntracks' shows what there is");
	return -1;
}

/* ---- the flow of a conntrack ---- */

struct asking {
	struct surroundings *s;
	struct flow *flow;
	bool found;
};

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts = { 0 };

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static int on_flow(const struct nlmsghdr *nlh, void *arg)
{
	struct asking *a = arg;
	struct flow f;

	if (flow_decode(nlh, now_ns(CLOCK_REALTIME), &a->s->module->devices, &f) < 0)
		return 0;
	flow_record.keep(&f, &a->s->arena);
	*a->flow = f;
	a->found = true;
	return 0;
}

static bool find_flow(struct surroundings *s, const struct conntrack *ct, struct flow *flow)
{
	struct asking a = { .s = s, .flow = flow };
	uint32_t id = htonl(ct->id);
	struct msgbuf m = { 0 };
	size_t nest;

	genl_begin(&m, &s->module->family, NFF_CMD_GET_FLOW, NLM_F_DUMP);
	nest = attr_nest(&m, NFF_ATTR_FILTER);
	attr_data(&m, NFF_FILTER_CT_ID, &id, sizeof(id));
	attr_nest_end(&m, nest);
	msg_end(&m);
	nl_request(s->module->nl, &m, on_flow, &a);
	msgbuf_fini(&m);
	return a.found;
}

/* A conntrack again, for its counters. */
static bool find_again(struct nff *n, struct finding *f, const struct conntrack *ct,
		       struct conntrack *later)
{
	struct finding again = { .match = f->match };
	bool found = false;

	if (ct_dump(n->nl, f->match, CT_SOURCE_TABLE, on_conntrack, &again) == 0)
		for (unsigned int i = 0; i < again.n && !found; i++)
			if (again.found[i].ct.id == ct->id) {
				*later = again.found[i].ct;
				found = true;
			}
	/* Of the copy only numbers are used. */
	arena_free(&again.s.arena);
	return found;
}

/* A second look at counters, a moment later. */
static void measure(struct nff *n, struct finding *f, struct placed *p)
{
	const struct timespec pause = { .tv_sec = LOOKS_APART / 1000000000 };
	uint64_t before = now_ns(CLOCK_MONOTONIC);
	struct conntrack later;
	bool again;

	nanosleep(&pause, NULL);
	if (p->has_flow) {
		again = find_flow(&f->s, &p->ct, &p->later);
	} else {
		again = find_again(n, f, &p->ct, &later);
		for (int dir = 0; dir < 2 && again; dir++) {
			/* As if they were those of a flow. */
			p->flow.dir[dir].bytes = p->ct.counters[dir].bytes;
			p->flow.dir[dir].packets = p->ct.counters[dir].packets;
			p->later.dir[dir].bytes = later.counters[dir].bytes;
			p->later.dir[dir].packets = later.counters[dir].packets;
		}
	}
	if (again)
		p->seconds = (double)(now_ns(CLOCK_MONOTONIC) - before) / 1e9;
}

/* ---- where it goes ---- */

/*
 * As forwarding asks, which may lead elsewhere than asking for the destination alone: with the
 * source, and the device where the packets come in. What refuses to answer that (a filter of
 * reverse paths, a device that does not forward) leaves the plain answer.
 */
static void forward_route(struct placed *p, const uint8_t *const ends[2], int dir)
{
	const struct route *back = &p->out[!dir];
	struct route_key key = { .family = p->ct.family, .dst = ends[dir], .src = ends[!dir],
				 .mark = p->ct.mark };
	struct route r;
	int err;

	key.iif = p->has_flow ? flow_iif(&p->flow, (unsigned int)dir) : 0;
	if (!key.iif && p->has_route[!dir] && back->type == RTN_UNICAST)
		key.iif = back->oif;
	if (!key.iif)
		return;
	err = route_lookup(&key, &r);
	if (!err)
		p->out[dir] = r;
	if (!err || err == -ENETUNREACH || err == -EACCES)
		p->has_route[dir] = !err;
}

static void find_routes(struct placed *p)
{
	/* To the answering side, whatever NAT made of its address; to the other one. */
	const uint8_t *const ends[2] = { p->ct.tuple[CT_REPLY].src, p->ct.tuple[CT_ORIG].src };

	for (int dir = 0; dir < 2; dir++) {
		const struct route_key key = { .family = p->ct.family, .dst = ends[dir],
					       .mark = p->ct.mark };

		p->has_route[dir] = route_lookup(&key, &p->out[dir]) == 0;
	}
	/* The way of each direction begins where that of the other one ends. */
	for (int turn = 0; turn < 3; turn++)
		forward_route(p, ends, turn & 1);
	for (int dir = 0; dir < 2; dir++) {
		if (p->has_flow)
			p->out_dev[dir] = flow_oif(&p->flow, (unsigned int)dir);
		if (!p->out_dev[dir] && p->has_route[dir] && p->out[dir].type == RTN_UNICAST)
			p->out_dev[dir] = p->out[dir].oif;
	}
}

static void place(struct finding *f, struct placed *p)
{
	remarks_init(&p->why);
	if (f->s.module)
		p->has_flow = find_flow(&f->s, &p->ct, &p->flow);
	find_routes(p);
	judge_rules(&f->s, p);
	find_reasons(&f->s, p);
}

/* ---- text ---- */

static void put_end(struct out *o, const struct ct_tuple *t, bool dst)
{
	const uint8_t *addr = dst ? t->dst : t->src;
	bool v6 = t->has & CTT_SRC6, port = t->has & CTT_SPORT;
	char text[64];

	inet_ntop(v6 ? AF_INET6 : AF_INET, addr, text, sizeof(text));
	out_printf(o, v6 && port ? "[%s]" : "%s", text);
	if (port)
		out_printf(o, ":%u", dst ? t->dport : t->sport);
}

static void put_name(struct out *o, const struct conntrack *ct)
{
	const struct ct_l4 *l4 = ct_l4(ct->tuple[CT_ORIG].l4proto);

	if (l4->kind != CT_L4_NONE)
		out_printf(o, "%s ", l4->name);
	else
		out_printf(o, "protocol %u ", ct->tuple[CT_ORIG].l4proto);
	put_end(o, &ct->tuple[CT_ORIG], false);
	out_puts(o, " -> ");
	put_end(o, &ct->tuple[CT_ORIG], true);
}

static double rate_now(const struct placed *p, int dir)
{
	uint64_t a = p->flow.dir[dir].bytes, b = p->later.dir[dir].bytes;

	return p->seconds > 0 && b >= a ? (double)(b - a) / p->seconds : 0;
}

static const struct flow *newest(const struct placed *p)
{
	return p->seconds > 0 ? &p->later : &p->flow;
}

static void print_rates(struct out *o, const struct placed *p, int dir)
{
	char text[16];

	if (p->seconds > 0)
		out_printf(o, "%sbit/s now, ", show_amount(text, 8 * rate_now(p, dir), 0));
	if (p->has_flow)
		out_printf(o, "%sbit/s since it began, ",
			   show_amount(text, (double)flow_rate(newest(p), (unsigned int)dir), 0));
	out_printf(o, "%sB in %" PRIu64 " packets\n",
		   show_amount(text, (double)newest(p)->dir[dir].bytes, 0),
		   newest(p)->dir[dir].packets);
}

static void print_flow(struct out *o, struct finding *f, const struct placed *p)
{
	static const char *const names[2] = { "original  ", "reply     " };
	const struct flow *fl = newest(p);

	out_printf(o, "  flowtable  %s %.*s %.*s\n", family_name(fl->family), (int)fl->table.len,
		   fl->table.s, (int)fl->flowtable.len, fl->flowtable.s);
	for (int dir = 0; dir < 2; dir++) {
		struct devices *d = &f->s.devices;

		out_printf(o, "  %s ", names[dir]);
		if (fl->dir[dir].xmit == NFF_XMIT_NONE) {
			out_puts(o, "not on the fast path yet: no packet of it has gone the whole "
				 "classic way\n");
			continue;
		}
		out_printf(o, "%s -> ", device_by_index(d, flow_iif(fl, (unsigned int)dir))->name);
		out_printf(o, "%s, ", device_by_index(d, flow_oif(fl, (unsigned int)dir))->name);
		print_rates(o, p, dir);
	}
	out_puts(o, "  age        ");
	put_human(o, COL_SECONDS, flow_age(fl) / 1000000000);
	out_puts(o, ", leaves the fast path after ");
	put_human(o, COL_SECONDS, (fl->left + 999) / 1000);
	out_printf(o, " without a packet\n  NAT        %s\n", flow_nat(fl));
}

/* What conntrack knows, where nothing else tells. */
static void print_counters(struct out *o, const struct placed *p)
{
	static const char *const names[2] = { "original  ", "reply     " };
	char text[16];

	for (int dir = 0; dir < 2; dir++) {
		const struct ct_counters *c = &p->ct.counters[dir];

		if (!(c->has & CTC_BYTES))
			continue;
		out_printf(o, "  %s ", names[dir]);
		if (p->seconds > 0)
			print_rates(o, p, dir);
		else
			out_printf(o, "%sB in %" PRIu64 " packets\n",
				   show_amount(text, (double)c->bytes, 0), c->packets);
	}
}

/* NULL: not known. */
static const char *out_name(struct finding *f, const struct placed *p, int dir)
{
	return p->out_dev[dir] ? device_by_index(&f->s.devices, p->out_dev[dir])->name : NULL;
}

/* Packets of the reply come in where those of the original direction leave. */
static void print_devices(struct out *o, struct finding *f, const struct placed *p)
{
	if (!p->out_dev[CT_ORIG] || !p->out_dev[CT_REPLY])
		return;
	out_printf(o, "  devices    %s -> ", out_name(f, p, CT_REPLY));
	out_printf(o, "%s, by the routes\n", out_name(f, p, CT_ORIG));
}

static void print_rules(struct out *o, const struct placed *p)
{
	for (const struct rule_verdict *v = p->rules; v->rule; v++) {
		const struct rule_seen *r = v->rule;

		if (v->answer == RULE_NOT)
			continue;
		out_printf(o, "  rule       %s %s %s: %s\n", family_name(r->family), r->table,
			   r->chain, r->text);
		if (v->answer == RULE_MAY)
			out_printf(o, "             if %s\n", v->because);
	}
}

static void print_placed(struct out *o, struct finding *f, const struct placed *p)
{
	bool fast = p->has_flow || is_offloaded(&p->ct);
	const char *state = ct_state(&p->ct);

	put_name(o, &p->ct);
	if (state)
		out_printf(o, " (%s)", state);
	out_printf(o, " is %son the fast path%s\n", fast ? "" : "not ",
		   p->ct.status & IPS_HW_OFFLOAD ? ", in hardware" : "");
	if (p->has_flow) {
		print_flow(o, f, p);
	} else {
		print_counters(o, p);
		if (fast && !f->s.module)
			out_puts(o, "  flowtable  of the kernel's own module, which does not tell "
				 "which one\n");
		else if (fast)
			out_puts(o, "  flowtable  it has left it a moment ago, or is on its way\n");
		print_devices(o, f, p);
	}
	print_rules(o, p);
	remarks_print(&p->why, o);
}

/* ---- JSON ---- */

static json_t *rates_json(const struct placed *p)
{
	return p->seconds > 0 ?
	       json_pack("{s:I, s:I}", "original", (json_int_t)(8 * rate_now(p, 0)), "reply",
			 (json_int_t)(8 * rate_now(p, 1))) : json_null();
}

static json_t *rules_json(const struct placed *p)
{
	static const char *const answers[] = { [RULE_NOT] = "no", [RULE_MAY] = "maybe",
					       [RULE_IS] = "yes" };
	json_t *list = json_array();

	for (const struct rule_verdict *v = p->rules; v->rule; v++) {
		const struct rule_seen *r = v->rule;

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s?}", "family",
			family_name(r->family), "table", r->table, "chain", r->chain, "handle",
			(json_int_t)r->handle, "flowtable", r->flowtable, "rule", r->text,
			"matches", answers[v->answer], "because", v->because));
	}
	return list;
}

static json_t *device_json(struct finding *f, const struct placed *p, int dir)
{
	const char *name = out_name(f, p, dir);

	return name ? json_string(name) : json_null();
}

static json_t *placed_json(struct finding *f, const struct placed *p)
{
	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "fast_path",
			 p->has_flow || is_offloaded(&p->ct), "conntrack",
			 conntrack_record.json(&p->ct, (int64_t)now_ns(CLOCK_REALTIME)), "flow",
			 p->has_flow ? flow_json(newest(p)) : json_null(), "bits_per_second",
			 rates_json(p), "iif", device_json(f, p, CT_REPLY), "oif",
			 device_json(f, p, CT_ORIG), "rules", rules_json(p), "reasons",
			 remarks_json(&p->why));
}

static void print_all(struct nff *n, struct finding *f, const struct query *q)
{
	json_t *list = show_is_json(n, q) ? json_array() : NULL;

	if (!list && f->matches > 1)
		out_printf(&n->out, "%" PRIu64 " connections match%s\n\n", f->matches,
			   f->matches > f->n ? "; these are some of them" : "");
	for (unsigned int i = 0; i < f->n; i++) {
		if (list)
			json_array_append_new(list, placed_json(f, &f->found[i]));
		else
			print_placed(&n->out, f, &f->found[i]);
		if (!list && i + 1 < f->n)
			out_putc(&n->out, '\n');
	}
	if (list)
		show_json(n, json_pack("{s:{s:I, s:o}}", "flow", "matches",
				       (json_int_t)f->matches, "connections", list));
}

/* ---- the command ---- */

static int show(struct nff *n, struct finding *f, const struct cmd *cmd)
{
	struct placed *one = &f->found[0];

	if (query_check(n, cmd, QUERY_OPTION(QO_JSON)) < 0 ||
	    flow_module_find(n, &f->s.module) < 0 || find(n, f, cmd) < 0 ||
	    surroundings_look(&f->s, cmd->loc) < 0)
		return -1;
	for (unsigned int i = 0; i < f->n; i++)
		place(f, &f->found[i]);
	if (f->n == 1 && (one->has_flow || one->ct.counters[0].has & CTC_BYTES))
		measure(n, f, one);
	print_all(n, f, cmd->query);
	return 0;
}

int flow_show_flow(struct nff *n, const struct cmd *cmd)
{
	struct finding f = { .s = { .n = n } };
	int err = show(n, &f, cmd);

	for (unsigned int i = 0; i < f.n; i++)
		if (f.found[i].why.last)
			remarks_fini(&f.found[i].why);
	devices_fini(&f.s.devices);
	arena_free(&f.s.arena);
	return err;
}
