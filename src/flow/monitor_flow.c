// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows as a source of monitors: when one comes to the fast path and when it leaves, as the
 * bundled module tells it, and with --interval what each moves.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "flow_dump.h"
#include "flow_table.h"
#include "monitor.h"
#include "uapi/linux/nff.h"

/* Without the module, and with flowtables of the kernel's own, what conntrack knows of them. */
static const struct monitor_source *flow_instead(struct monitor *m)
{
	const struct handle all = { 0 };
	struct nff *n = m->n;
	struct flow_backends b;
	struct flow_module *mod;

	if (m->all)
		return &flow_source;
	if (flow_backends_find(n, &m->arena, m->cmd->loc, &all, &b))
		return NULL;
	if (b.bundled || !b.in_tree || flow_module_find(n, &mod))
		return &flow_source;
	diag_warning(&n->diags, m->cmd->loc, "the kernel's own flowtable does not tell when a flow "
		     "comes or goes: the connections that conntrack knows to be offloaded are "
		     "looked at instead");
	diag_hint(&n->diags, "--interval says how often (1s); what is shorter is not seen, and "
		  "flowtable, devices, rates and reasons are known to the bundled module nff only");
	return &offload_source;
}

static int flow_join(struct watch *w)
{
	struct nff *n = w->m->n;
	struct flow_module *mod;
	uint32_t group;

	if (w->m->all) {
		int found = flow_module_find(n, &mod);

		if (found <= 0)
			return found ? -ENOTCONN : -EOPNOTSUPP;
	} else {
		mod = flow_module_need(n, w->m->cmd->loc);
		if (!mod)
			return -ENOTCONN;
	}
	group = genl_group(&mod->family, NFF_GENL_MCGRP_FLOWS);
	return group ? listen_join(w->listen, group) : -EOPNOTSUPP;
}

static int flow_event(const struct nlmsghdr *nlh, void *rec, unsigned int *ev)
{
	/* the names of devices: set by the first dump, which comes before any event */
	struct devices *devices = ((struct flow *)rec)->devices;

	switch (genl_cmd(nlh)) {
	case NFF_CMD_NEW_FLOW:
		*ev = QUERY_NEW;
		break;
	case NFF_CMD_DEL_FLOW:
		*ev = QUERY_DESTROY;
		break;
	default:
		return 1;
	}
	return flow_decode(nlh, (uint64_t)monitor_now(), devices, rec);
}

/* One that is not on the fast path in either direction yet has not been announced. */
static bool waits(const struct flow *f)
{
	return f->dir[0].xmit == NFF_XMIT_NONE && f->dir[1].xmit == NFF_XMIT_NONE;
}

static int on_dumped(const struct flow *f, void *arg)
{
	return waits(f) ? 0 : monitor_dumped(arg, f);
}

static int flow_source_dump(struct watch *w)
{
	const struct handle all = { 0 };
	struct flow_module *mod = w->m->n->module;
	struct flow *f = w->rec;

	f->devices = &mod->devices;
	return flow_dump(mod, &all, NULL, on_dumped, w, &w->m->malformed);
}

/* ---- what is known of one ---- */

struct kept_flow {
	struct flow flow;		/* without what changes, and with names that stay */
};

static uint32_t mix(uint32_t h, uint32_t v)
{
	h = (h ^ v) * 0x9e3779b1u;
	return h ^ h >> 15;
}

static uint32_t flow_hash(const void *rec)
{
	const struct flow *f = rec;

	return mix(f->id, f->ct_id);
}

static bool flow_same(const void *kept, const void *rec)
{
	const struct flow *k = &((const struct kept_flow *)kept)->flow, *f = rec;

	return k->id == f->id && k->ct_id == f->ct_id;
}

static void keep_name(struct ct_str *s, struct devices *d)
{
	s->s = devices_keep_name(d, s->s, s->len);
}

static void flow_store(void *kept, const void *rec)
{
	struct flow *k = &((struct kept_flow *)kept)->flow;

	memcpy(k, rec, sizeof(*k));
	k->has &= ~(uint32_t)(FL_IDLE | FL_LEFT);
	k->texts = NULL;
	keep_name(&k->table, k->devices);
	keep_name(&k->flowtable, k->devices);
	for (unsigned int i = 0; i < 2; i++) {
		struct flow_dir *d = &k->dir[i];

		d->has &= ~(uint32_t)(FLD_PACKETS | FLD_BYTES);
		keep_name(&d->in_encap, k->devices);
		keep_name(&d->out_encap, k->devices);
	}
}

static bool flow_differs(const void *kept, const void *rec)
{
	(void)kept;
	(void)rec;
	return false;
}

/* One that left unseen: its last counters and the reason are not known. */
static void flow_load(void *rec, const void *kept)
{
	struct flow *f = rec;

	memcpy(f, &((const struct kept_flow *)kept)->flow, sizeof(*f));
	f->has |= FL_REASON;
	f->reason = NFF_REMOVED_UNSPEC;
	f->now = (uint64_t)monitor_now();
}

static const struct known_type known_flow = {
	sizeof(struct kept_flow), flow_hash, flow_same, flow_store, flow_differs, flow_load,
};

/* ---- rates ---- */

struct sample {
	uint32_t id, ct_id;		/* id 0: a free place */
	uint64_t bytes[2];
	uint64_t time;			/* nanoseconds */
};

/* The counters of all flows at one moment: open addressing. */
struct samples {
	struct sample *v;
	uint32_t mask, n;
};

static struct sample *sample_of(const struct samples *s, uint32_t id, uint32_t ct_id)
{
	uint32_t i = mix(id, ct_id);

	while (s->v[i & s->mask].id &&
	       (s->v[i & s->mask].id != id || s->v[i & s->mask].ct_id != ct_id))
		i++;
	return &s->v[i & s->mask];
}

static void sample_add(struct samples *s, const struct flow *f)
{
	if (s->n * 2 >= s->mask) {
		struct samples old = *s;

		s->mask = old.mask * 2 + 1;
		s->v = xcalloc(s->mask + 1, sizeof(*s->v));
		for (uint32_t i = 0; old.v && i <= old.mask; i++)
			if (old.v[i].id)
				*sample_of(s, old.v[i].id, old.v[i].ct_id) = old.v[i];
		free(old.v);
	}
	*sample_of(s, f->id, f->ct_id) = (struct sample){
		f->id, f->ct_id, { f->dir[0].bytes, f->dir[1].bytes }, f->now };
	s->n++;
}

struct ticking {
	struct watch *w;
	struct samples before, now;
};

/* The rates since the last time; of a flow that is younger, since it began. */
static void set_rates(struct flow *f, const struct samples *before)
{
	const struct sample *s = before->v ? sample_of(before, f->id, f->ct_id) : NULL;

	if (!s || !s->id || f->now <= s->time)
		return;
	for (unsigned int i = 0; i < 2; i++) {
		uint64_t bytes = f->dir[i].bytes - s->bytes[i];

		/* the counters may have been reset */
		if (f->dir[i].bytes < s->bytes[i])
			bytes = f->dir[i].bytes;
		f->rate[i] = (uint64_t)((unsigned __int128)bytes * 8 * 1000000000 /
					(f->now - s->time));
	}
	f->has |= FL_RATES;
}

static void print_rates(struct watch *w, const struct flow *f)
{
	struct monitor *m = w->m;
	struct out *o = &m->n->out;

	if (m->json) {
		json_t *obj = json_object();

		json_object_set_new(obj, "event", json_string("rate"));
		json_object_set_new(obj, "time", json_integer((json_int_t)f->now));
		json_object_set_new(obj, "flow", flow_json(f));
		monitor_json(m, obj);
		return;
	}
	if (m->timestamp)
		out_printf(o, "[%-.8lld.%-.6ld]\t", (long long)(f->now / 1000000000),
			   (long)(f->now % 1000000000 / 1000));
	out_puts(o, "   [RATE] ");
	flow_print(o, f, m->line_flags);
	if (m->line_buffered)
		out_flush(o);
}

static int tick_one(const struct flow *dumped, void *arg)
{
	struct ticking *t = arg;
	struct flow f = *dumped;

	if (waits(dumped))
		return 0;
	sample_add(&t->now, &f);
	if (t->w->m->n->out.err)
		return -ECANCELED;
	if (t->w->match && !match_record(t->w->match, &f))
		return 0;
	set_rates(&f, &t->before);
	print_rates(t->w, &f);
	return 0;
}

static int flow_tick(struct watch *w)
{
	const struct handle all = { 0 };
	struct samples *kept = w->priv;
	struct ticking t = { .w = w };
	int err;

	if (kept)
		t.before = *kept;
	else
		w->priv = kept = xcalloc(1, sizeof(*kept));
	/* they may have been renamed */
	devices_forget(&w->m->n->module->devices);
	err = flow_dump(w->m->n->module, &all, NULL, tick_one, &t, &w->m->malformed);
	free(t.before.v);
	*kept = t.now;
	if (err && err != -EINTR && err != -ECANCELED)
		return flow_module_error(w->m->n, w->m->cmd->loc, "list the flows", err);
	return 0;
}

static void flow_finish(struct watch *w)
{
	struct samples *kept = w->priv;

	if (kept)
		free(kept->v);
	free(kept);
}

const struct monitor_source flow_source = {
	.kinds = 1ull << OBJ_FLOWS,
	.name = "flows",
	.bus = NETLINK_GENERIC,
	.datagram = 2000,
	.join = flow_join,
	.instead = flow_instead,
	.type = &flow_record,
	.known = &known_flow,
	.decode = flow_event,
	.dump = flow_source_dump,
	.tick = flow_tick,
	.finish = flow_finish,
};
