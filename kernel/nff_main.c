// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_main.c - load, unload, network namespaces.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "nff.h"

unsigned int nff_net_id __read_mostly;
struct workqueue_struct *nff_wq;

/* The module's part of a namespace. */
struct nff_net *nff_net(const struct net *net)
{
	return net_generic(net, nff_net_id);
}

static int __net_init nff_net_init(struct net *net)
{
	struct nff_net *nn = nff_net(net);

	nn->net = net;
	xa_init_flags(&nn->flows, XA_FLAGS_LOCK_BH);
	INIT_LIST_HEAD(&nn->tables);
	mutex_init(&nn->lock);
	INIT_DELAYED_WORK(&nn->gc, nff_gc_work);
	return 0;
}

static enum nff_removed nff_net_visit(struct nff_flow *flow, void *arg)
{
	return NFF_REMOVED_NETNS;
}

/*
 * Flows hold conntrack entries, and conntrack waits for its last entry. So they
 * go before conntrack and nf_tables leave the namespace; the grace period until
 * nff_net_exit() ends the additions that did not see @dying.
 */
static void __net_exit nff_net_pre_exit(struct net *net)
{
	struct nff_net *nn = nff_net(net);

	WRITE_ONCE(nn->dying, true);
	nff_walk(nn, nff_net_visit, NULL);
}

static void __net_exit nff_net_exit(struct net *net)
{
	struct nff_net *nn = nff_net(net);

	nff_walk(nn, nff_net_visit, NULL);
	cancel_delayed_work_sync(&nn->gc);
	mutex_lock(&nn->lock);
	nff_table_unhook(nn);
	mutex_unlock(&nn->lock);
}

static struct pernet_operations nff_net_ops = {
	.init		= nff_net_init,
	.pre_exit	= nff_net_pre_exit,
	.exit		= nff_net_exit,
	.id		= &nff_net_id,
	.size		= sizeof(struct nff_net),
};

static int nff_table_no_action(struct net *net, struct flow_offload *flow,
			       enum flow_offload_tuple_dir dir, struct nf_flow_rule *rule)
{
	return -EOPNOTSUPP;
}

#define NFF_TYPE(fam, fn) {				\
	.family	= fam,					\
	.init	= nff_table_init,			\
	.setup	= nff_table_setup,			\
	.action	= nff_table_no_action,			\
	.free	= nff_table_free,			\
	.hook	= fn,					\
	.owner	= THIS_MODULE,				\
}

static struct nf_flowtable_type nff_types[] = {
	NFF_TYPE(NFPROTO_IPV4, nff_hook_ip),
	NFF_TYPE(NFPROTO_IPV6, nff_hook_ip6),
	NFF_TYPE(NFPROTO_INET, nff_hook_inet),
};

static int __init nff_init(void)
{
	unsigned int i;
	int err;

	BUILD_BUG_ON(sizeof(struct rhashtable) < sizeof(void *));
	err = nff_flow_cache_init();
	if (err)
		return err;
	err = -ENOMEM;
	nff_wq = alloc_workqueue("nff", WQ_UNBOUND, 0);
	if (!nff_wq)
		goto err_cache;
	err = register_pernet_subsys(&nff_net_ops);
	if (err)
		goto err_wq;
	err = register_netdevice_notifier(&nff_dev_notifier);
	if (err)
		goto err_net;
	err = genl_register_family(&nff_genl_family);
	if (err)
		goto err_dev;
	err = nff_expr_register();
	if (err)
		goto err_genl;
	for (i = 0; i < ARRAY_SIZE(nff_types); i++)
		nft_register_flowtable_type(&nff_types[i]);
	return 0;

err_genl:
	genl_unregister_family(&nff_genl_family);
err_dev:
	unregister_netdevice_notifier(&nff_dev_notifier);
err_net:
	unregister_pernet_subsys(&nff_net_ops);
err_wq:
	destroy_workqueue(nff_wq);
err_cache:
	nff_flow_cache_exit();
	return err;
}

/* Each flowtable and each rule holds the module, so there are none left. */
static void __exit nff_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nff_types); i++)
		nft_unregister_flowtable_type(&nff_types[i]);
	nff_expr_unregister();
	genl_unregister_family(&nff_genl_family);
	unregister_netdevice_notifier(&nff_dev_notifier);
	unregister_pernet_subsys(&nff_net_ops);
	/* flows and tables that wait for a grace period, then the work that this queues */
	rcu_barrier();
	destroy_workqueue(nff_wq);
	rcu_barrier();
	nff_flow_cache_exit();
}

module_init(nff_init);
module_exit(nff_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("netfilter flowtable with a netlink view of every flow");
MODULE_VERSION("0.1.0");
MODULE_ALIAS_NF_FLOWTABLE(2);	/* NFPROTO_IPV4 */
MODULE_ALIAS_NF_FLOWTABLE(10);	/* NFPROTO_IPV6 */
MODULE_ALIAS_NF_FLOWTABLE(1);	/* NFPROTO_INET */
MODULE_ALIAS("nft-expr-2-flow_offload");
MODULE_ALIAS("nft-expr-10-flow_offload");
MODULE_ALIAS("nft-expr-1-flow_offload");
MODULE_ALIAS_GENL_FAMILY(NFF_GENL_NAME);
