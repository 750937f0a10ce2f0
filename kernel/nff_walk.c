// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_walk.c - visits to all flows of a namespace, the collector's among them.
 */
#include <linux/sched.h>
#include "nff.h"

#define NFF_WALK_BATCH	256	/* flows between two chances to sleep */
#define NFF_GC_INTERVAL	HZ

/**
 * nff_walk - visit every flow of a namespace, remove those that the visitor says
 * @nn: namespace
 * @visit: called under rcu_read_lock(); gives the reason to remove the flow, or 0
 * @arg: for @visit
 *
 * Sleeps. Flows that come meanwhile may be missed.
 *
 * Return: number of flows removed.
 */
unsigned int nff_walk(struct nff_net *nn, nff_walk_fn visit, void *arg)
{
	XA_STATE(xas, &nn->flows, 0);
	unsigned int left, removed = 0;
	struct nff_flow *flow;

	do {
		left = NFF_WALK_BATCH;
		rcu_read_lock();
		xas_for_each(&xas, flow, U32_MAX) {
			enum nff_removed why;

			if (xas_retry(&xas, flow))
				continue;
			why = visit(flow, arg);
			if (why && nff_flow_remove(flow, why))
				removed++;
			if (!--left) {
				xas_pause(&xas);
				break;
			}
		}
		rcu_read_unlock();
		cond_resched();
	} while (!left);
	return removed;
}

struct nff_walk_table {
	const struct nff_table *t;
	enum nff_removed why;
};

static enum nff_removed nff_walk_table_flow(struct nff_flow *flow, void *arg)
{
	const struct nff_walk_table *w = arg;

	return flow->table == w->t ? w->why : 0;
}

/**
 * nff_walk_table - remove all flows of a flowtable
 * @t: flowtable
 * @why: reason
 *
 * Return: number of flows removed.
 */
unsigned int nff_walk_table(struct nff_table *t, enum nff_removed why)
{
	struct nff_walk_table w = { .t = t, .why = why };

	return nff_walk(t->nn, nff_walk_table_flow, &w);
}

static enum nff_removed nff_gc_dir(struct nff_flow *flow, unsigned int dir)
{
	const struct nff_dir *d = &flow->dir[dir];

	if (!nff_dir_live(d))
		return 0;
	if (!dst_check(d->dst, d->cookie))
		return NFF_REMOVED_ROUTE;
	if (READ_ONCE(d->neigh->dead))
		return NFF_REMOVED_NEIGH;
	if (d->flags & NFF_D_DIRECT && nff_path_changed(flow, dir))
		return NFF_REMOVED_PATH;
	return 0;
}

static enum nff_removed nff_gc_flow(struct nff_flow *flow, void *arg)
{
	u32 idle = (u32)jiffies - nff_flow_last(flow);
	enum nff_removed why;
	unsigned int i;

	if (nf_ct_is_dying(flow->ct))
		return NFF_REMOVED_CT;
	if ((s32)idle > 0 && idle >= nff_table_timeout(flow->table, nf_ct_protonum(flow->ct)))
		return NFF_REMOVED_TIMEOUT;
	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		why = nff_gc_dir(flow, i);
		if (why)
			return why;
	}
	nff_ct_extend(flow->ct);
	/* a removal that came in between has set the right timeout already: do it again */
	if (unlikely(test_bit(NFF_BIT_DEAD, &flow->flags)))
		nff_ct_age(flow->ct, idle);
	return 0;
}

/* The collector: one for a namespace, runs while there are flows. */
void nff_gc_work(struct work_struct *work)
{
	struct nff_net *nn = container_of(to_delayed_work(work), struct nff_net, gc);

	nff_walk(nn, nff_gc_flow, NULL);
	if (!xa_empty(&nn->flows))
		queue_delayed_work(nff_wq, &nn->gc, NFF_GC_INTERVAL);
}

/* A flow was added: see that the collector runs. */
void nff_gc_start(struct nff_net *nn)
{
	if (!delayed_work_pending(&nn->gc))
		queue_delayed_work(nff_wq, &nn->gc, NFF_GC_INTERVAL);
}
