// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show conntrack: how full the table is, what is in it, what went wrong.
 *
 * The counters of each CPU and the numbers of the table are those of ctnetlink
 * (linux/netfilter/nfnetlink_conntrack.h); the rest are sysctls and one dump.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "conntrack.h"
#include "flow.h"
#include "nl.h"
#include "nl_open.h"
#include "show.h"
#include "view.h"

/* A counter of a CPU. Those that kernels no longer count are not here. */
static const struct counter_row {
	uint8_t attr;			/* CTA_STATS_* */
	const char *name, *meaning;
} counter_rows[] = {
	{ CTA_STATS_FOUND, "found", "lookups that found the address of a NAT taken" },
	{ CTA_STATS_INVALID, "invalid", "packets that fit no connection" },
	{ CTA_STATS_INSERT, "insert", "entries made by hand (conntrack -I, nff add)" },
	{ CTA_STATS_INSERT_FAILED, "insert_failed", "new entries that were there already" },
	{ CTA_STATS_DROP, "drop", "packets dropped: the table was full, or an entry failed" },
	{ CTA_STATS_EARLY_DROP, "early_drop", "unassured entries dropped to make room" },
	{ CTA_STATS_ERROR, "error", "packets that could not be looked at (lengths)" },
	{ CTA_STATS_SEARCH_RESTART, "search_restart", "lookups begun again: the table was resized" },
	{ CTA_STATS_CLASH_RESOLVE, "clash_resolve", "first packets that came at once, solved" },
	{ CTA_STATS_CHAIN_TOOLONG, "chain_toolong", "new entries refused: their bucket was full" },
};
#define N_COUNTERS (sizeof(counter_rows) / sizeof(counter_rows[0]))

enum { C_FOUND, C_INVALID, C_INSERT, C_INSERT_FAILED, C_DROP, C_EARLY_DROP, C_ERROR,
	C_SEARCH_RESTART, C_CLASH_RESOLVE, C_CHAIN_TOOLONG };

struct cpu_counters {
	unsigned int cpu;
	uint64_t v[N_COUNTERS];
};

/* Entries of one protocol and state. */
struct state_count {
	uint8_t l4proto;
	const char *state;
	uint64_t entries, offloaded;
};

/* A protocol has at most some ten states; what finds no room is counted in the last row. */
#define STATES_MAX	128

struct table_view {
	uint64_t entries, max, buckets, expect_max, expectations;
	bool has_entries, has_max, has_buckets, has_expect_max, has_expectations;
	uint64_t seen, offloaded, hw_offloaded;
	struct state_count states[STATES_MAX];
	unsigned int n_states;
	struct cpu_counters *cpus;
	unsigned int n_cpus;
	uint64_t sums[N_COUNTERS];
	bool interrupted;
};

/* ---- what the kernel says ---- */

static int on_global(const struct nlmsghdr *nlh, void *arg)
{
	struct table_view *v = arg;
	const struct nlattr *a;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct nfgenmsg))
		return 0;
	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
			continue;
		if (mnl_attr_get_type(a) == CTA_STATS_GLOBAL_ENTRIES) {
			v->entries = ntohl(mnl_attr_get_u32(a));
			v->has_entries = true;
		} else if (mnl_attr_get_type(a) == CTA_STATS_GLOBAL_MAX_ENTRIES) {
			v->max = ntohl(mnl_attr_get_u32(a));
			v->has_max = true;
		}
	}
	return 0;
}

static int on_cpu(const struct nlmsghdr *nlh, void *arg)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	struct table_view *v = arg;
	struct cpu_counters *c;
	const struct nlattr *a;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*nfg))
		return 0;
	v->cpus = xrealloc(v->cpus, (v->n_cpus + 1) * sizeof(*v->cpus));
	c = &v->cpus[v->n_cpus++];
	memset(c, 0, sizeof(*c));
	c->cpu = ntohs(nfg->res_id);
	mnl_attr_for_each(a, nlh, sizeof(*nfg))
		for (unsigned int i = 0; i < N_COUNTERS; i++)
			if (counter_rows[i].attr == mnl_attr_get_type(a) &&
			    mnl_attr_validate(a, MNL_TYPE_U32) == 0)
				c->v[i] = ntohl(mnl_attr_get_u32(a));
	for (unsigned int i = 0; i < N_COUNTERS; i++)
		v->sums[i] += c->v[i];
	return 0;
}

static const char *state_of(const struct conntrack *ct)
{
	const char *state = ct_state(ct);

	if (state)
		return state;
	/* The kernel does not tell the state of what is on the fast path. */
	if (ct->tuple[CT_ORIG].l4proto == IPPROTO_TCP && ct->status & IPS_OFFLOAD)
		return "OFFLOAD";
	return ct->status & IPS_ASSURED ? "ASSURED" :
	       ct->status & IPS_SEEN_REPLY ? "REPLIED" : "UNREPLIED";
}

static int on_entry(const struct nlmsghdr *nlh, void *arg)
{
	struct table_view *v = arg;
	struct state_count *s = v->states;
	struct conntrack ct;
	const char *state;

	if (ct_decode(nlh, &ct) < 0)
		return 0;
	state = state_of(&ct);
	/* The names are literals: equal ones of a protocol are the same. */
	while (s < v->states + v->n_states &&
	       (s->state != state || s->l4proto != ct.tuple[CT_ORIG].l4proto))
		s++;
	if (s == v->states + v->n_states && v->n_states < STATES_MAX) {
		v->n_states++;
		s->l4proto = ct.tuple[CT_ORIG].l4proto;
		s->state = state;
	} else if (s == v->states + v->n_states) {
		s--;
	}
	s->entries++;
	v->seen++;
	if (ct.status & (IPS_OFFLOAD | IPS_HW_OFFLOAD)) {
		s->offloaded++;
		v->offloaded++;
	}
	if (ct.status & IPS_HW_OFFLOAD)
		v->hw_offloaded++;
	return 0;
}

static int on_expectation(const struct nlmsghdr *nlh, void *arg)
{
	struct table_view *v = arg;

	(void)nlh;
	v->expectations++;
	return 0;
}

static int ask(struct nff *n, unsigned int subsys, unsigned int type, unsigned int flags, nl_cb cb,
	       struct table_view *v)
{
	struct msgbuf m = { 0 };
	int err;

	msg_begin(&m, (uint16_t)(subsys << 8 | type), (uint16_t)flags, 0, AF_UNSPEC, 0);
	msg_end(&m);
	err = nl_request(n->nl, &m, cb, v);
	msgbuf_fini(&m);
	/* Entries that come and go meanwhile: the counts are of about now in any case. */
	if (err == -EINTR) {
		v->interrupted = true;
		err = 0;
	}
	return err;
}

static int by_entries(const void *x, const void *y)
{
	const struct state_count *a = x, *b = y;

	if (a->l4proto != b->l4proto)
		return a->l4proto - b->l4proto;
	return a->entries < b->entries ? 1 : a->entries > b->entries ? -1 : 0;
}

static int look(struct nff *n, struct table_view *v)
{
	const unsigned int ct = NFNL_SUBSYS_CTNETLINK, exp = NFNL_SUBSYS_CTNETLINK_EXP;
	uint64_t number;
	int err;

	err = ask(n, ct, IPCTNL_MSG_CT_GET, NLM_F_DUMP, on_entry, v);
	if (err)
		return err;
	/* What an older kernel does not tell is in the sysctls. */
	if (ask(n, ct, IPCTNL_MSG_CT_GET_STATS, 0, on_global, v) < 0)
		v->has_entries = false;
	ask(n, ct, IPCTNL_MSG_CT_GET_STATS_CPU, NLM_F_DUMP, on_cpu, v);
	v->has_expectations = ask(n, exp, IPCTNL_MSG_EXP_GET, NLM_F_DUMP, on_expectation, v) == 0;
	if (!v->has_entries && show_sysctl("net/netfilter/nf_conntrack_count", &number)) {
		v->entries = number;
		v->has_entries = true;
	}
	if (!v->has_entries)
		v->entries = v->seen;
	if (!v->has_max)
		v->has_max = show_sysctl("net/netfilter/nf_conntrack_max", &v->max);
	v->has_buckets = show_sysctl("net/netfilter/nf_conntrack_buckets", &v->buckets);
	v->has_expect_max = show_sysctl("net/netfilter/nf_conntrack_expect_max", &v->expect_max);
	qsort(v->states, v->n_states, sizeof(v->states[0]), by_entries);
	return 0;
}

/* ---- what it means ---- */

static void judge_fill(const struct table_view *v, struct remarks *r)
{
	if (!v->has_max || !v->max || v->entries * 10 < v->max * 9)
		return;
	if (v->entries >= v->max)
		remark(r, "the table is full: packets of new connections are dropped, unless an "
		       "entry that is not assured makes room");
	else
		remark(r, "the table is %.0f %% full; once it is full, packets of new "
		       "connections are dropped", 100.0 * (double)v->entries / (double)v->max);
	remark_cure(r, "sysctl -w net.netfilter.nf_conntrack_max=%" PRIu64 " (an entry takes "
		    "about 320 bytes), or shorter timeouts; 'nff list conntracks group by source' "
		    "tells who has most of them", v->max * 2);
}

static void judge_counters(const struct table_view *v, struct remarks *r)
{
	if (v->sums[C_DROP]) {
		remark(r, "%" PRIu64 " packets were dropped so far because the table was full "
		       "or their entry could not be made", v->sums[C_DROP]);
		remark_cure(r, "sysctl -w net.netfilter.nf_conntrack_max=%" PRIu64
			    " if the number still grows", v->max * 2);
	}
	if (v->sums[C_EARLY_DROP]) {
		remark(r, "%" PRIu64 " connections that were not assured yet lost their entry to "
		       "newer ones, as the table was full", v->sums[C_EARLY_DROP]);
		remark_cure(r, "a larger net.netfilter.nf_conntrack_max; where it is a flood of "
			    "half-open connections, drop it in a chain with a priority below -200, "
			    "in front of conntrack");
	}
	if (v->sums[C_INSERT_FAILED]) {
		remark(r, "%" PRIu64 " new connections could not be entered, as one with the same "
		       "addresses and ports was there first: their first packet was dropped. "
		       "Usual causes are a NAT that gives two connections one port, and two DNS "
		       "queries from one socket at once", v->sums[C_INSERT_FAILED]);
		remark_cure(r, "'fully-random' behind masquerade and snat, or more addresses or "
			    "ports to translate to");
	}
	if (v->sums[C_CHAIN_TOOLONG]) {
		remark(r, "%" PRIu64 " new connections were refused because their bucket of the "
		       "table was too long", v->sums[C_CHAIN_TOOLONG]);
		remark_cure(r, "sysctl -w net.netfilter.nf_conntrack_buckets=%" PRIu64,
			    v->buckets * 2);
	}
}

static void judge(const struct table_view *v, struct remarks *r)
{
	uint64_t acct = 1;

	judge_fill(v, r);
	judge_counters(v, r);
	if (v->has_buckets && v->buckets && v->entries > 4 * v->buckets) {
		remark(r, "there are %.1f entries to a bucket: each lookup walks through them",
		       (double)v->entries / (double)v->buckets);
		remark_cure(r, "sysctl -w net.netfilter.nf_conntrack_buckets=%" PRIu64,
			    v->entries);
	}
	if (show_sysctl("net/netfilter/nf_conntrack_acct", &acct) && !acct) {
		remark(r, "packets and bytes are not counted");
		remark_cure(r, "sysctl -w net.netfilter.nf_conntrack_acct=1, which holds for "
			    "connections that begin afterwards");
	}
}

/* ---- text ---- */

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_head(struct out *o, const struct table_view *v)
{
	out_printf(o, "entries       %" PRIu64, v->entries);
	if (v->has_max && v->max)
		out_printf(o, " of at most %" PRIu64 " (%.1f %%)", v->max,
			   percent(v->entries, v->max));
	else if (v->has_max)
		out_puts(o, ", without a limit");
	if (v->has_buckets)
		out_printf(o, "\nbuckets       %" PRIu64 ", %.2f entries to one", v->buckets,
			   v->buckets ? (double)v->entries / (double)v->buckets : 0);
	if (v->has_expectations) {
		out_printf(o, "\nexpectations  %" PRIu64, v->expectations);
		if (v->has_expect_max)
			out_printf(o, " of at most %" PRIu64, v->expect_max);
	}
	out_printf(o, "\noffloaded     %" PRIu64 " (%.1f %%)", v->offloaded,
		   percent(v->offloaded, v->seen));
	if (v->hw_offloaded)
		out_printf(o, ", %" PRIu64 " of them in hardware", v->hw_offloaded);
	out_putc(o, '\n');
}

static void print_proto(struct out *o, unsigned int l4proto)
{
	const struct ct_l4 *l4 = ct_l4(l4proto);

	if (l4->kind != CT_L4_NONE)
		out_printf(o, "%-10s", l4->name);
	else
		out_printf(o, "%-10u", l4proto);
}

static void print_states(struct out *o, const struct table_view *v)
{
	if (!v->n_states)
		return;
	out_printf(o, "\n%-10s%-18s%10s%8s%11s\n", "PROTOCOL", "STATE", "ENTRIES", "SHARE",
		   "OFFLOADED");
	for (unsigned int i = 0; i < v->n_states; i++) {
		const struct state_count *s = &v->states[i];

		print_proto(o, s->l4proto);
		out_printf(o, "%-18s%10" PRIu64 "%6.1f %%%11" PRIu64 "\n", s->state, s->entries,
			   percent(s->entries, v->seen), s->offloaded);
	}
}

/* A line a counter; then, of those that count, a column each and a line a CPU. */
static void print_counters(struct out *o, const struct table_view *v)
{
	unsigned int shown = 0;

	if (!v->n_cpus)
		return;
	out_printf(o, "\n%-16s%12s  %s\n", "COUNTER", "TOTAL", "MEANING");
	for (unsigned int i = 0; i < N_COUNTERS; i++) {
		out_printf(o, "%-16s%12" PRIu64 "  %s\n", counter_rows[i].name, v->sums[i],
			   counter_rows[i].meaning);
		shown += v->sums[i] != 0;
	}
	if (!shown || v->n_cpus < 2)
		return;
	out_puts(o, "\nCPU ");
	for (unsigned int i = 0; i < N_COUNTERS; i++)
		if (v->sums[i])
			out_printf(o, "%16s", counter_rows[i].name);
	for (unsigned int c = 0; c < v->n_cpus; c++) {
		out_printf(o, "\n%-4u", v->cpus[c].cpu);
		for (unsigned int i = 0; i < N_COUNTERS; i++)
			if (v->sums[i])
				out_printf(o, "%16" PRIu64, v->cpus[c].v[i]);
	}
	out_putc(o, '\n');
}

/* ---- JSON ---- */

static void set_number(json_t *obj, const char *name, bool has, uint64_t v)
{
	if (has)
		json_object_set_new(obj, name, json_integer((json_int_t)v));
}

static json_t *counters_json(const uint64_t v[N_COUNTERS])
{
	json_t *obj = json_object();

	for (unsigned int i = 0; i < N_COUNTERS; i++)
		set_number(obj, counter_rows[i].name, true, v[i]);
	return obj;
}

static json_t *states_json(const struct table_view *v)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < v->n_states; i++) {
		const struct state_count *s = &v->states[i];
		const struct ct_l4 *l4 = ct_l4(s->l4proto);
		json_t *obj = json_object();

		json_object_set_new(obj, "l4proto", l4->kind != CT_L4_NONE ?
				    json_string(l4->name) : json_integer(s->l4proto));
		json_object_set_new(obj, "state", json_string(s->state));
		set_number(obj, "entries", true, s->entries);
		set_number(obj, "offloaded", true, s->offloaded);
		json_array_append_new(list, obj);
	}
	return list;
}

static json_t *view_json(const struct table_view *v, const struct remarks *r)
{
	json_t *obj = json_object(), *cpus = json_array();

	set_number(obj, "entries", true, v->entries);
	set_number(obj, "max", v->has_max, v->max);
	set_number(obj, "buckets", v->has_buckets, v->buckets);
	set_number(obj, "expectations", v->has_expectations, v->expectations);
	set_number(obj, "expectations_max", v->has_expect_max, v->expect_max);
	set_number(obj, "offloaded", true, v->offloaded);
	set_number(obj, "hw_offloaded", true, v->hw_offloaded);
	json_object_set_new(obj, "states", states_json(v));
	json_object_set_new(obj, "counters", counters_json(v->sums));
	for (unsigned int c = 0; c < v->n_cpus; c++) {
		json_t *cpu = counters_json(v->cpus[c].v);

		set_number(cpu, "cpu", true, v->cpus[c].cpu);
		json_array_append_new(cpus, cpu);
	}
	json_object_set_new(obj, "cpus", cpus);
	json_object_set_new(obj, "remarks", remarks_json(r));
	return json_pack("{s:o}", "conntrack", obj);
}

int flow_show_conntrack(struct nff *n, const struct cmd *cmd)
{
	struct table_view v = { 0 };
	struct remarks r;
	int err;

	if (query_check(n, cmd, QUERY_OPTION(QO_JSON)) < 0 || !nff_nl(n))
		return -1;
	err = look(n, &v);
	if (err) {
		free(v.cpus);
		return show_error(n, cmd->loc, "the conntracks", err);
	}
	remarks_init(&r);
	judge(&v, &r);
	if (show_is_json(n, cmd->query)) {
		show_json(n, view_json(&v, &r));
	} else {
		print_head(&n->out, &v);
		print_states(&n->out, &v);
		print_counters(&n->out, &v);
		remarks_print(&r, &n->out);
	}
	remarks_fini(&r);
	free(v.cpus);
	return 0;
}
