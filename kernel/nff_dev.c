// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_dev.c - flows leave when one of their devices changes.
 *
 * nf_tables itself unbinds a device that goes away from its flowtables. This is
 * about devices in any role: a flow may be sent on one that no flowtable names.
 */
#include "nff.h"

static bool nff_dev_used(const struct nff_flow *flow, const struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < IP_CT_DIR_MAX; i++) {
		const struct nff_dir *d = &flow->dir[i];

		if (!nff_dir_live(d))
			continue;
		if (d->dev == dev || d->neigh->dev == dev ||
		    (u32)d->key.in == dev->ifindex || flow->l2[i].in_l3 == dev->ifindex)
			return true;
	}
	return false;
}

static enum nff_removed nff_dev_visit(struct nff_flow *flow, void *arg)
{
	return nff_dev_used(flow, arg) ? NFF_REMOVED_DEVICE : 0;
}

/*
 * Both before and after a change: the event after it reaches routes and neighbours
 * first, and flows would leave for what is only a consequence; the one before it
 * knows nothing of flows that are added in between.
 */
static int nff_dev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_GOING_DOWN:
	case NETDEV_DOWN:
	case NETDEV_UNREGISTER:
	case NETDEV_PRECHANGEMTU:
	case NETDEV_CHANGEMTU:
	case NETDEV_PRE_CHANGEADDR:
	case NETDEV_CHANGEADDR:
	case NETDEV_CHANGEUPPER:
		nff_walk(nff_net(dev_net(dev)), nff_dev_visit, dev);
	}
	return NOTIFY_DONE;
}

struct notifier_block nff_dev_notifier = {
	.notifier_call	= nff_dev_event,
};
