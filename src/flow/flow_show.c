// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show flowtables: how each of them works, for people; with the bundled module from its
 * statistics, with the kernel's own as far as others know it.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/netfilter.h>
#include <string.h>

#include "conntrack.h"
#include "ct_request.h"
#include "flow.h"
#include "flow_table.h"
#include "nl_open.h"
#include "show.h"
#include "view.h"

struct showing {
	struct nff *n;
	struct flow_table *tables;
	struct remarks remarks;
	/* Of the kernel's own module: */
	bool any_in_tree;
	uint64_t offloaded;		/* conntracks, of all flowtables */
	uint64_t tcp, udp;		/* timeouts, seconds; 0: not told */
};

static const char *const reason_heads[] = {
	[FLOW_REFUSED] = "refused", [FLOW_REMOVED] = "removed", [FLOW_CLASSIC] = "classic path",
};
static const char *const reason_units[] = {
	[FLOW_REFUSED] = "packet", [FLOW_REMOVED] = "flow", [FLOW_CLASSIC] = "packet",
};
static const char *const reason_keys[] = {
	[FLOW_REFUSED] = "refused", [FLOW_REMOVED] = "removed", [FLOW_CLASSIC] = "classic",
};

static uint64_t sum_reasons(const struct flow_table *t, unsigned int kind)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < FLOW_REASONS_KEPT; i++)
		sum += t->reasons[kind][i];
	return sum;
}

/* ---- what the kernel's own flowtable leaves to others ---- */

struct counting {
	const struct match *match;
	uint64_t n;
};

static int count_offloaded(const struct nlmsghdr *nlh, void *arg)
{
	struct counting *c = arg;
	struct conntrack ct;

	if (!ct_decode(nlh, &ct) && match_record(c->match, &ct))
		c->n++;
	return 0;
}

static int read_in_tree(struct showing *s, struct loc loc)
{
	struct query q = { .offload = true };
	struct arena arena = { 0 };
	struct counting c = { 0 };
	int err = -1;

	show_sysctl("net/netfilter/nf_flowtable_tcp_timeout", &s->tcp);
	show_sysctl("net/netfilter/nf_flowtable_udp_timeout", &s->udp);
	c.match = match_new(s->n, &arena, &q, &conntrack_record);
	if (c.match && nff_nl(s->n)) {
		err = ct_dump(s->n->nl, c.match, CT_SOURCE_TABLE, count_offloaded, &c);
		if (err && err != -EINTR)
			err = show_error(s->n, loc, "the conntracks", err);
		else
			err = 0;
	}
	s->offloaded = c.n;
	arena_free(&arena);
	return err;
}

/* ---- remarks ---- */

static void remark_on(struct showing *s, const struct flow_table *t)
{
	const char *name = t->ft->h.obj.s;

	for (const struct device *d = t->ft->devs; d; d = d->next) {
		enum device_state state = device_state(d->name);

		if (state == DEVICE_UP || strchr(d->name, '*'))
			continue;
		remark(&s->remarks, "the device %s of the flowtable '%s' is %s", d->name, name,
		       device_state_name(state));
		if (state == DEVICE_DOWN)
			remark_cure(&s->remarks, "ip link set %s up", d->name);
	}
	if (!t->ft->devs)
		remark(&s->remarks, "the flowtable '%s' has no device: nothing gets to its fast "
		       "path", name);
	if (!t->ft->use) {
		remark(&s->remarks, "no rule offloads to the flowtable '%s'", name);
		remark_cure(&s->remarks, "add a rule with 'flow add @%s' to a forward chain", name);
	}
	if (t->size && t->flows >= t->size) {
		remark(&s->remarks, "the flowtable '%s' is full: new flows stay on the classic "
		       "path", name);
		remark_cure(&s->remarks, "give it a larger 'size'");
	}
}

static void remark_in_tree(struct showing *s)
{
	if (!s->any_in_tree)
		return;
	remark(&s->remarks, "the kernel's own flowtable does not tell its flows, hits, refusals "
	       "and removals; conntrack knows that %" PRIu64 " connections are offloaded, but not "
	       "in which flowtable", s->offloaded);
	remark_cure(&s->remarks, "the bundled module nff tells them: load it before the first "
		    "flowtable is made");
}

/* ---- text ---- */

static void print_devices(struct out *o, const struct flow_table *t)
{
	out_puts(o, "  devices       ");
	for (const struct device *d = t->ft->devs; d; d = d->next)
		out_printf(o, "%s %s%s", d->name,
			   device_state_name(device_state(d->name)), d->next ? ", " : "");
	out_puts(o, t->ft->devs ? "\n" : "none\n");
}

/* Packets that the fast path forwarded, of those that it could have had. */
static void print_hits(struct out *o, const struct flow_table *t)
{
	uint64_t all = t->hits + t->misses;

	out_puts(o, "  hit rate      ");
	if (all)
		out_printf(o, "%.1f %% ", 100.0 * (double)t->hits / (double)all);
	else
		out_puts(o, "- ");
	out_printf(o, "(%" PRIu64 " packets on the fast path, %" PRIu64 " without a flow)\n",
		   t->hits, t->misses);
}

static void print_timeout(struct out *o, const char *name, uint32_t set, uint32_t now)
{
	out_printf(o, "%s ", name);
	out_duration(o, (uint64_t)now * 1000);
	out_puts(o, set ? "" : " (default)");
}

static void print_reasons(struct out *o, const struct flow_table *t, unsigned int kind)
{
	uint64_t sum = sum_reasons(t, kind);

	out_printf(o, "  %-13s %" PRIu64 " %s%s\n", reason_heads[kind], sum, reason_units[kind],
		   sum == 1 ? "" : "s");
	for (unsigned int i = 0; i < FLOW_REASONS_KEPT; i++) {
		const char *text = flow_reason_text(kind, i);

		if (!t->reasons[kind][i])
			continue;
		out_printf(o, "    %11" PRIu64 " ", t->reasons[kind][i]);
		if (text)
			out_printf(o, "%s: %s\n", flow_reason_name(kind, i), text);
		else
			out_printf(o, "%u: a reason that this nff does not know\n", i);
	}
}

static void print_bundled(struct out *o, const struct flow_table *t)
{
	out_printf(o, "  flows         %u now, %u at most, ", t->flows, t->peak);
	if (t->size)
		out_printf(o, "limit %u\n", t->size);
	else
		out_puts(o, "no limit\n");
	out_puts(o, "  timeouts      ");
	print_timeout(o, "tcp", t->tcp_timeout, t->tcp_now);
	out_puts(o, ", ");
	print_timeout(o, "udp", t->udp_timeout, t->udp_now);
	out_putc(o, '\n');
	print_hits(o, t);
	out_printf(o, "  added         %" PRIu64 " flow%s\n", t->adds, t->adds == 1 ? "" : "s");
	for (unsigned int kind = 0; kind < 3; kind++)
		print_reasons(o, t, kind);
}

static void print_in_tree(struct out *o, const struct showing *s)
{
	out_printf(o, "  flows         not told; %" PRIu64 " offloaded connections in all\n",
		   s->offloaded);
	if (!s->tcp || !s->udp)
		return;
	out_puts(o, "  timeouts      tcp ");
	out_duration(o, s->tcp * 1000);
	out_puts(o, ", udp ");
	out_duration(o, s->udp * 1000);
	out_puts(o, " (of all flowtables)\n");
}

static void show_table(struct out *o, const struct showing *s, const struct flow_table *t)
{
	const char *family = family_name(t->ft->h.family);

	out_printf(o, "%sflowtable %s %s %s\n", t == s->tables ? "" : "\n",
		   family ? family : "?", t->ft->h.table.s, t->ft->h.obj.s);
	out_printf(o, "  module        %s\n", t->bundled ? "nff, the bundled one" :
		   "nf_flow_table, the kernel's own");
	print_devices(o, t);
	out_printf(o, "  rules         %u with 'flow add @%s'\n", t->ft->use, t->ft->h.obj.s);
	if (t->ft->flags)
		out_printf(o, "  flags         %s%s%s\n",
			   t->ft->flags & FTF_HW_OFFLOAD ? "offload" : "",
			   t->ft->flags == (FTF_HW_OFFLOAD | FTF_COUNTER) ? ", " : "",
			   t->ft->flags & FTF_COUNTER ? "counter" : "");
	if (t->bundled)
		print_bundled(o, t);
	else
		print_in_tree(o, s);
}

/* ---- JSON ---- */

static json_t *devices_json(const struct flow_table *t)
{
	json_t *list = json_array();

	for (const struct device *d = t->ft->devs; d; d = d->next)
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", d->name, "state",
						      device_state_name(device_state(d->name))));
	return list;
}

/* {"tcp-fin": 3}; a reason without a word has its number. */
static json_t *reasons_json(const struct flow_table *t, unsigned int kind)
{
	json_t *o = json_object();

	for (unsigned int i = 0; i < FLOW_REASONS_KEPT; i++) {
		struct out name;

		if (!t->reasons[kind][i])
			continue;
		out_init_mem(&name);
		flow_reason_print(&name, kind, i);
		json_object_set_new(o, out_str(&name),
				    json_integer((json_int_t)t->reasons[kind][i]));
		out_fini(&name);
	}
	return o;
}

static void bundled_json(json_t *o, const struct flow_table *t)
{
	json_object_update_new(o, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
			       "flows", (json_int_t)t->flows, "peak", (json_int_t)t->peak,
			       "size", (json_int_t)t->size, "hits", (json_int_t)t->hits,
			       "misses", (json_int_t)t->misses, "adds", (json_int_t)t->adds));
	json_object_set_new(o, "timeout", json_pack("{s:I, s:I}", "tcp", (json_int_t)t->tcp_now,
						    "udp", (json_int_t)t->udp_now));
	for (unsigned int kind = 0; kind < 3; kind++)
		json_object_set_new(o, reason_keys[kind], reasons_json(t, kind));
}

static json_t *table_json(const struct showing *s, const struct flow_table *t)
{
	const char *family = family_name(t->ft->h.family);
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:b, s:b}",
			      "family", family ? family : "?", "table", t->ft->h.table.s,
			      "name", t->ft->h.obj.s, "module",
			      t->bundled ? "nff" : "nf_flow_table", "devices", devices_json(t),
			      "rules", (json_int_t)t->ft->use,
			      "hw-offload", !!(t->ft->flags & FTF_HW_OFFLOAD),
			      "counter", !!(t->ft->flags & FTF_COUNTER));

	if (t->bundled)
		bundled_json(o, t);
	else if (s->tcp && s->udp)
		json_object_set_new(o, "timeout", json_pack("{s:I, s:I}", "tcp", (json_int_t)s->tcp,
							    "udp", (json_int_t)s->udp));
	return o;
}

static void print_json(const struct showing *s)
{
	json_t *list = json_array(), *root = json_object();

	for (const struct flow_table *t = s->tables; t; t = t->next)
		json_array_append_new(list, table_json(s, t));
	json_object_set_new(root, "flowtables", list);
	if (s->any_in_tree)
		json_object_set_new(root, "offloaded-conntracks",
				    json_integer((json_int_t)s->offloaded));
	json_object_set_new(root, "remarks", remarks_json(&s->remarks));
	show_json(s->n, root);
}

/* ---- the command ---- */

static int missing(struct nff *n, const struct cmd *cmd)
{
	if (cmd->h.obj.s)
		diag_error(&n->diags, cmd->h.obj.loc, "there is no such flowtable");
	else
		diag_error(&n->diags, cmd->h.table.loc, "there is no flowtable in that table");
	diag_hint(&n->diags, "'show flowtables' shows all of them");
	return -1;
}

int flow_show_flowtables(struct nff *n, const struct cmd *cmd)
{
	struct showing s = { .n = n };
	struct arena arena = { 0 };
	int err = -1;

	if (query_check(n, cmd, QUERY_FAMILY | QUERY_OPTION(QO_JSON)))
		return -1;
	remarks_init(&s.remarks);
	if (flow_tables_read(n, &arena, cmd->loc, &cmd->h, &s.tables))
		goto out;
	if (!s.tables && cmd->h.table.s) {
		missing(n, cmd);
		goto out;
	}
	for (struct flow_table *t = s.tables; t; t = t->next) {
		s.any_in_tree |= !t->bundled;
		remark_on(&s, t);
	}
	if (s.any_in_tree && read_in_tree(&s, cmd->loc))
		goto out;
	remark_in_tree(&s);
	err = 0;
	if (show_is_json(n, cmd->query)) {
		print_json(&s);
		goto out;
	}
	for (struct flow_table *t = s.tables; t; t = t->next)
		show_table(&n->out, &s, t);
	if (!s.tables)
		out_puts(&n->out, "there are no flowtables\n");
	remarks_print(&s.remarks, &n->out);
out:
	remarks_fini(&s.remarks);
	arena_free(&arena);
	return err;
}
