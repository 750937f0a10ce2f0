// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_table.c - life and settings of a flowtable.
 *
 * nf_tables owns struct nf_flowtable and hands it to the ingress hook. Its
 * rhashtable member belongs to the flowtable type; this module has a table of
 * its own and keeps only the pointer to it there.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack_l4proto.h>
#include "nff.h"
#include "nff_hash.h"

/**
 * nff_table - this module's part of a flowtable
 * @ft: flowtable whose type is one of this module
 */
struct nff_table *nff_table(const struct nf_flowtable *ft)
{
	return (struct nff_table __force *)ft->rhashtable.tbl;
}

static void nff_table_set(struct nf_flowtable *ft, struct nff_table *t)
{
	ft->rhashtable.tbl = (struct bucket_table __force __rcu *)t;
}

static struct nff_table *nff_table_alloc(const struct nft_flowtable *nft)
{
	size_t len = strlen(nft->name) + 1, table_len = strlen(nft->table->name) + 1;
	struct nff_table *t = kzalloc(sizeof(*t) + len + table_len, GFP_KERNEL_ACCOUNT);

	if (!t)
		return NULL;
	memcpy(t->names, nft->name, len);
	memcpy(t->names + len, nft->table->name, table_len);
	t->name = t->names;
	t->table_name = t->names + len;
	t->handle = nft->handle;
	t->family = nft->table->family;
	return t;
}

/* The first flowtable of a namespace brings the learning hooks with it. */
static int nff_table_hook(struct nff_net *nn)
{
	int err;

	if (nn->hooked)
		return 0;
	err = nf_register_net_hooks(nn->net, nff_learn_ops, ARRAY_SIZE(nff_learn_ops));
	if (!err)
		nn->hooked = true;
	return err;
}

/**
 * nff_table_unhook - take the learning hooks away
 * @nn: namespace, locked
 */
void nff_table_unhook(struct nff_net *nn)
{
	if (!nn->hooked)
		return;
	nf_unregister_net_hooks(nn->net, nff_learn_ops, ARRAY_SIZE(nff_learn_ops));
	nn->hooked = false;
}

/**
 * nff_table_init - flowtable type's init: make the table of a new flowtable
 * @ft: flowtable, its namespace, flags, name and table are set
 *
 * Return: 0 or a negative error.
 */
int nff_table_init(struct nf_flowtable *ft)
{
	struct nff_net *nn = nff_net(read_pnet(&ft->net));
	struct nff_table *t;
	int err = -ENOMEM;

	t = nff_table_alloc(container_of(ft, struct nft_flowtable, data));
	if (!t)
		return -ENOMEM;
	t->nn = nn;
	t->ft = ft;
	t->stats = alloc_percpu_gfp(struct nff_stats, GFP_KERNEL_ACCOUNT);
	if (!t->stats)
		goto err_free;
	err = rhashtable_init(&t->hash, &nff_hash_params);
	if (err)
		goto err_stats;

	mutex_lock(&nn->lock);
	err = nff_table_hook(nn);
	if (!err) {
		list_add_tail_rcu(&t->list, &nn->tables);
		nn->gen++;
	}
	mutex_unlock(&nn->lock);
	if (err)
		goto err_hash;
	nff_table_set(ft, t);
	return 0;

err_hash:
	rhashtable_destroy(&t->hash);
err_stats:
	free_percpu(t->stats);
err_free:
	kfree(t);
	return err;
}

static void nff_table_free_work(struct work_struct *work)
{
	struct nff_table *t = container_of(to_rcu_work(work), struct nff_table, work);

	rhashtable_destroy(&t->hash);
	free_percpu(t->stats);
	kfree(rcu_dereference_raw(t->devs));
	kfree(t);
}

/**
 * nff_table_free - flowtable type's free: no packet and no rule uses it any more
 * @ft: flowtable
 *
 * The learning hook, dumps and the collector may still look at the table, so it
 * goes after a grace period.
 */
void nff_table_free(struct nf_flowtable *ft)
{
	struct nff_table *t = nff_table(ft);
	struct nff_net *nn = t->nn;

	mutex_lock(&nn->lock);
	list_del_rcu(&t->list);
	nn->gen++;
	t->ft = NULL;
	if (list_empty(&nn->tables))
		nff_table_unhook(nn);
	mutex_unlock(&nn->lock);

	nff_walk_table(t, NFF_REMOVED_TABLE);
	nff_table_set(ft, NULL);
	INIT_RCU_WORK(&t->work, nff_table_free_work);
	queue_rcu_work(nff_wq, &t->work);
}

/**
 * nff_table_has_dev - is a device bound to the flowtable?
 * @t: table
 * @ifindex: interface index
 *
 * Called under rcu_read_lock().
 */
bool nff_table_has_dev(const struct nff_table *t, int ifindex)
{
	const struct nff_devs *devs = rcu_dereference(t->devs);
	unsigned int i;

	for (i = 0; devs && i < devs->num; i++)
		if (devs->ifindex[i] == ifindex)
			return true;
	return false;
}

/* Copy of the device list with @ifindex added, or with one occurrence left out. */
static struct nff_devs *nff_devs_copy(const struct nff_devs *old, int ifindex, bool add)
{
	unsigned int i, num = old ? old->num : 0;
	bool drop = !add;
	struct nff_devs *devs;

	devs = kmalloc(struct_size(devs, ifindex, num + 1), GFP_KERNEL | __GFP_NOFAIL);
	devs->num = 0;
	for (i = 0; i < num; i++) {
		if (drop && old->ifindex[i] == ifindex) {
			drop = false;
			continue;
		}
		devs->ifindex[devs->num++] = old->ifindex[i];
	}
	if (add)
		devs->ifindex[devs->num++] = ifindex;
	return devs;
}

struct nff_unbind {
	const struct nff_table *t;
	u32 ifindex;
};

static enum nff_removed nff_unbind_flow(struct nff_flow *flow, void *arg)
{
	const struct nff_unbind *u = arg;
	unsigned int i;

	for (i = 0; flow->table == u->t && i < IP_CT_DIR_MAX; i++)
		if ((u32)READ_ONCE(flow->dir[i].key.in) == u->ifindex)
			return NFF_REMOVED_DEVICE;
	return 0;
}

/**
 * nff_table_setup - flowtable type's setup: a device is bound or unbound
 * @ft: flowtable
 * @dev: device
 * @cmd: FLOW_BLOCK_BIND or FLOW_BLOCK_UNBIND
 *
 * nf_tables calls it under its commit mutex, or under RTNL when a device goes.
 * Unbinding cannot fail, so the list is copied with __GFP_NOFAIL.
 *
 * Return: 0, or -EOPNOTSUPP if hardware offload is asked for.
 */
int nff_table_setup(struct nf_flowtable *ft, struct net_device *dev, enum flow_block_command cmd)
{
	struct nff_table *t = nff_table(ft);
	struct nff_unbind u = { .t = t, .ifindex = dev->ifindex };
	struct nff_devs *devs, *old;
	bool bind = cmd == FLOW_BLOCK_BIND;

	if (bind && nf_flowtable_hw_offload(ft))
		return -EOPNOTSUPP;

	mutex_lock(&t->nn->lock);
	old = rcu_dereference_protected(t->devs, lockdep_is_held(&t->nn->lock));
	devs = nff_devs_copy(old, dev->ifindex, bind);
	rcu_assign_pointer(t->devs, devs);
	mutex_unlock(&t->nn->lock);
	if (old)
		kfree_rcu(old, rcu);
	if (!bind)
		nff_walk(t->nn, nff_unbind_flow, &u);
	return 0;
}

/**
 * nff_table_active - is the flowtable part of the ruleset's current generation?
 * @t: table on the list, its namespace locked
 */
bool nff_table_active(const struct nff_table *t)
{
	const struct nft_flowtable *nft = container_of(t->ft, struct nft_flowtable, data);

	return nft_is_active(t->nn->net, nft);
}

/* The kernel's own defaults, where it is built with them. */
static unsigned int nff_default_timeout(struct net *net, u8 l4proto)
{
#if IS_ENABLED(CONFIG_NF_FLOW_TABLE)
	return l4proto == IPPROTO_TCP ? READ_ONCE(nf_tcp_pernet(net)->offload_timeout) :
					READ_ONCE(nf_udp_pernet(net)->offload_timeout);
#else
	return NF_FLOW_TIMEOUT;
#endif
}

/**
 * nff_table_timeout - timeout in force for a protocol
 * @t: table
 * @l4proto: IPPROTO_TCP, or any other for the UDP timeout
 *
 * Return: jiffies.
 */
unsigned long nff_table_timeout(const struct nff_table *t, u8 l4proto)
{
	u32 sec = READ_ONCE(*(l4proto == IPPROTO_TCP ? &t->tcp_timeout : &t->udp_timeout));

	return sec ? sec * HZ : nff_default_timeout(t->nn->net, l4proto);
}
