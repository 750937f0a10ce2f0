// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_flow.c - a flow enters its flowtable and leaves it.
 */
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/timekeeping.h>
#include <linux/udp.h>
#include "nff.h"
#include "nff_hash.h"

static struct kmem_cache *nff_flow_cache;

/* All else is written by nff_flow_init(), so the allocator need not clear it, even if it would. */
static void nff_flow_construct(void *flow)
{
	spin_lock_init(&((struct nff_flow *)flow)->lock);
}

/* Called at module load. Return: 0 or -ENOMEM. */
int nff_flow_cache_init(void)
{
	BUILD_BUG_ON(sizeof(struct nff_dir) != 128);
	BUILD_BUG_ON(offsetof(struct nff_dir, dst) != 64);
	/* a debugging kernel's locks are larger */
	BUILD_BUG_ON(sizeof(spinlock_t) == sizeof(u32) &&
		     sizeof(struct nff_flow) + sizeof(void *) > 384);

	nff_flow_cache = kmem_cache_create("nff_flow", sizeof(struct nff_flow), 0,
					   SLAB_HWCACHE_ALIGN, nff_flow_construct);
	return nff_flow_cache ? 0 : -ENOMEM;
}

/* Called at module unload, after rcu_barrier(). */
void nff_flow_cache_exit(void)
{
	kmem_cache_destroy(nff_flow_cache);
}

/**
 * nff_key_init - fill in a key but for its ingress part
 * @k: key, zeroed
 * @t: tuple of the direction
 */
void nff_key_init(struct nff_key *k, const struct nf_conntrack_tuple *t)
{
	u32 ports = 0;

	if (t->dst.protonum == IPPROTO_TCP || t->dst.protonum == IPPROTO_UDP) {
		__be16 p[2] = { t->src.u.all, t->dst.u.all };

		memcpy(&ports, p, sizeof(ports));
	}
	k->l4 = ports | (u64)t->dst.protonum << NFF_L4_PROTO_SHIFT |
		(u64)t->src.l3num << NFF_L4_FAMILY_SHIFT;
	if (t->src.l3num == NFPROTO_IPV4) {
		__be32 a[2] = { t->src.u3.ip, t->dst.u3.ip };

		memcpy(k->addr, a, sizeof(a));
	} else {
		memcpy(k->addr, &t->src.u3.in6, 16);
		memcpy(k->addr + 2, &t->dst.u3.in6, 16);
	}
}

static void nff_flow_init_dir(struct nff_dir *d, const struct nf_conntrack_tuple *t,
			      unsigned int dir)
{
	*d = (struct nff_dir){
		.flags = (dir ? NFF_D_REPLY : 0) |
			 (t->src.l3num == NFPROTO_IPV6 ? NFF_D_V6 : 0),
		.csum_at = t->dst.protonum == IPPROTO_TCP ? offsetof(struct tcphdr, check) :
			   t->dst.protonum == IPPROTO_UDP ? offsetof(struct udphdr, check) : 0,
		.last = (u32)jiffies,
	};
	nff_key_init(&d->key, t);
}

static void nff_flow_init(struct nff_flow *flow, struct nff_table *t, struct nf_conn *ct)
{
	unsigned int i;

	nf_conntrack_get(&ct->ct_general);
	flow->ct = ct;
	flow->table = t;
	flow->flags = (ct->status & IPS_SRC_NAT ? BIT(NFF_BIT_NAT_SRC) : 0) |
		      (ct->status & IPS_DST_NAT ? BIT(NFF_BIT_NAT_DST) : 0);
	flow->created = ktime_get_coarse_boottime_ns();
	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		nff_flow_init_dir(&flow->dir[i], &ct->tuplehash[i].tuple, i);
		flow->l2[i] = (struct nff_l2){};
	}
}

static void nff_flow_free_rcu(struct rcu_head *rcu)
{
	struct nff_flow *flow = container_of(rcu, struct nff_flow, rcu);
	unsigned int i;

	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		struct nff_dir *d = &flow->dir[i];

		if (d->neigh)
			neigh_release(d->neigh);
		dst_release(d->dst);
		dev_put(d->dev);
	}
	nf_ct_put(flow->ct);
	kmem_cache_free(nff_flow_cache, flow);
}

/*
 * Give a flow an id and make it visible to walks. Ids ascend, so that a dump goes on where it was;
 * when they start over, those of old flows are passed by. The xarray could look for a free one
 * itself, but keeping track of them costs each flow more than the insertion.
 */
static int nff_flow_index(struct nff_net *nn, struct nff_flow *flow)
{
	int err = -EBUSY;

	do {
		flow->id = (u32)atomic_inc_return(&nn->last_id);
		if (!flow->id)
			continue;
		err = xa_insert_bh(&nn->flows, flow->id, flow, GFP_ATOMIC | __GFP_NOWARN);
	} while (err == -EBUSY);
	return err;
}

static int nff_flow_insert(struct nff_table *t, struct nff_flow *flow)
{
	struct nff_net *nn = t->nn;
	int err;

	err = rhashtable_insert_fast(&t->hash, &flow->dir[0].node, nff_hash_params);
	if (err)
		return err;
	err = rhashtable_insert_fast(&t->hash, &flow->dir[1].node, nff_hash_params);
	if (err)
		goto err_first;
	err = nff_flow_index(nn, flow);
	if (err)
		goto err_second;
	/* until here nobody who finds the flow removes it */
	smp_mb__before_atomic();
	set_bit(NFF_BIT_READY, &flow->flags);
	return 0;

err_second:
	rhashtable_remove_fast(&t->hash, &flow->dir[1].node, nff_hash_params);
err_first:
	rhashtable_remove_fast(&t->hash, &flow->dir[0].node, nff_hash_params);
	return err;
}

/* Take a place in the table. Return: false if it is full. */
static bool nff_flow_reserve(struct nff_table *t)
{
	u32 n = atomic_inc_return(&t->count), size = READ_ONCE(t->size);

	if (size && n > size) {
		atomic_dec(&t->count);
		return false;
	}
	if (n > READ_ONCE(t->peak))
		WRITE_ONCE(t->peak, n);
	return true;
}

/**
 * nff_flow_add - put a connection into a flowtable, no direction of it live yet
 * @t: flowtable
 * @ct: conntrack entry that nff_ct_check() let through
 *
 * The IPS_OFFLOAD bit decides who adds when several CPUs, or several flow
 * statements, try at once.
 *
 * Return: 0, also if it is in a flowtable already, or the reason of the refusal.
 */
enum nff_refused nff_flow_add(struct nff_table *t, struct nf_conn *ct)
{
	enum nff_refused why = NFF_REFUSED_NOMEM;
	struct nff_flow *flow;

	if (test_and_set_bit(IPS_OFFLOAD_BIT, &ct->status))
		return 0;
	if (READ_ONCE(t->nn->dying))
		goto err_bit;
	if (!nff_flow_reserve(t)) {
		why = NFF_REFUSED_LIMIT;
		goto err_bit;
	}
	flow = kmem_cache_alloc(nff_flow_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow)
		goto err_count;
	nff_flow_init(flow, t, ct);
	nff_ct_enter(ct);
	if (nff_flow_insert(t, flow))
		goto err_flow;
	nff_gc_start(t->nn);
	return 0;

err_flow:
	/* a lookup may have seen it in the hash */
	nff_ct_leave(ct, 0);
	atomic_dec(&t->count);
	call_rcu(&flow->rcu, nff_flow_free_rcu);
	return why;
err_count:
	atomic_dec(&t->count);
err_bit:
	clear_bit(IPS_OFFLOAD_BIT, &ct->status);
	return why;
}

/**
 * nff_flow_publish - a direction is filled in, let packets find it
 * @flow: flow
 * @dir: direction, claimed with NFF_BIT_LEARN
 * @in: its ingress word
 *
 * The first one is announced to listeners.
 */
void nff_flow_publish(struct nff_flow *flow, unsigned int dir, u64 in)
{
	flow->dir[dir].last = (u32)jiffies;
	/* pairs with nff_key_cmp() and nff_dir_live() */
	smp_store_release(&flow->dir[dir].key.in, in);
	if (test_bit(NFF_BIT_ANNOUNCED, &flow->flags))
		return;
	spin_lock_bh(&flow->lock);
	if (!test_bit(NFF_BIT_GONE, &flow->flags) &&
	    !test_and_set_bit(NFF_BIT_ANNOUNCED, &flow->flags)) {
		nff_count(flow->table, adds);
		nff_event(flow, NFF_CMD_NEW_FLOW, 0);
	}
	spin_unlock_bh(&flow->lock);
}

/* The flow's end, of which listeners hear if they know of its beginning. */
static void nff_flow_renounce(struct nff_flow *flow, enum nff_removed why)
{
	spin_lock_bh(&flow->lock);
	set_bit(NFF_BIT_GONE, &flow->flags);
	if (test_bit(NFF_BIT_ANNOUNCED, &flow->flags))
		nff_event(flow, NFF_CMD_DEL_FLOW, why);
	spin_unlock_bh(&flow->lock);
}

/* Return: jiffies of the last packet in either direction. */
u32 nff_flow_last(const struct nff_flow *flow)
{
	u32 a = READ_ONCE(flow->dir[0].last), b = READ_ONCE(flow->dir[1].last);

	return (s32)(a - b) > 0 ? a : b;
}

/**
 * nff_flow_remove - take a flow out of its flowtable
 * @flow: flow, found under rcu_read_lock()
 * @why: the reason that listeners and statistics get
 *
 * From any context but hard interrupts. Conntrack has the connection back when
 * it returns; memory goes after a grace period.
 *
 * Return: false if another one is removing it already, or still adding it.
 */
bool nff_flow_remove(struct nff_flow *flow, enum nff_removed why)
{
	struct nff_table *t = flow->table;

	if (!test_bit(NFF_BIT_READY, &flow->flags) ||
	    test_and_set_bit(NFF_BIT_DEAD, &flow->flags))
		return false;
	rhashtable_remove_fast(&t->hash, &flow->dir[0].node, nff_hash_params);
	rhashtable_remove_fast(&t->hash, &flow->dir[1].node, nff_hash_params);
	nff_ct_leave(flow->ct, (u32)jiffies - nff_flow_last(flow));
	nff_count(t, removed[why]);
	nff_flow_renounce(flow, why);
	xa_erase_bh(&t->nn->flows, flow->id);
	atomic_dec(&t->count);
	call_rcu(&flow->rcu, nff_flow_free_rcu);
	return true;
}
