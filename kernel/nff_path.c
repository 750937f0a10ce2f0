// SPDX-License-Identifier: GPL-2.0-only
/*
 * nff_path.c - which device, below a routed one, do packets really pass?
 *
 * A VLAN, bridge or PPPoE device can name the device below it that reaches a
 * link-layer address (ndo_fill_forward_path). The stack of such steps, from the
 * routed device down, tells how its packets look further below.
 */
#include <linux/if_vlan.h>
#include <linux/ppp_defs.h>
#include "nff.h"

/* Tags that the steps so far put around a packet, innermost first. */
struct nff_tags {
	unsigned int	num;
	struct nff_encap tag[NET_DEVICE_PATH_STACK_MAX];
};

/* What one step does to the tags. Return: false if it cannot be expressed. */
static bool nff_path_step(struct nff_tags *tags, const struct net_device_path *step)
{
	struct nff_encap *next = &tags->tag[tags->num];

	switch (step->type) {
	case DEV_PATH_VLAN:
	case DEV_PATH_PPPOE:
		next->proto = step->encap.proto;
		next->id = step->encap.id;
		tags->num++;
		return true;
	case DEV_PATH_BRIDGE:
		if (step->bridge.vlan_mode == DEV_PATH_BR_VLAN_TAG) {
			next->proto = step->bridge.vlan_proto;
			next->id = step->bridge.vlan_id;
			tags->num++;
		} else if (step->bridge.vlan_mode != DEV_PATH_BR_VLAN_KEEP) {
			if (!tags->num)
				return false;
			tags->num--;
		}
		return true;
	default:
		return false;
	}
}

static u32 nff_vlan_kind(__be16 proto)
{
	return proto == htons(ETH_P_8021Q) ? NFF_ENCAP_8021Q :
	       proto == htons(ETH_P_8021AD) ? NFF_ENCAP_8021AD : NFF_ENCAP_NONE;
}

/* Describe a device and the tags its packets have. Return: false if there are too many. */
static bool nff_path_set(struct nff_path *path, const struct net_device *dev,
			 const struct nff_tags *tags, bool bridged)
{
	const struct nff_encap *inner = &tags->tag[0], *outer = NULL;
	u32 kind;

	memset(path, 0, sizeof(*path));
	path->dev = dev;
	path->bridged = bridged;
	if (!tags->num)
		return true;
	if (tags->num > 2)
		return false;
	if (tags->num == 2 || inner->proto != htons(ETH_P_PPP_SES)) {
		outer = &tags->tag[tags->num - 1];
		kind = nff_vlan_kind(outer->proto);
		if (!kind)
			return false;
		path->encap = nff_encap_outer(kind, outer->id);
		path->tci[0] = outer->id;
		path->proto[0] = outer->proto;
	}
	if (inner != outer) {
		kind = nff_vlan_kind(inner->proto);
		path->pppoe = !kind;
		path->encap |= nff_encap_inner(kind ?: NFF_ENCAP_PPPOE, inner->id);
		path->tci[1] = inner->id;
		path->proto[1] = inner->proto;
	}
	return true;
}

static bool nff_path_stack(const struct net_device *l3, const u8 *mac,
			   struct net_device_path_stack *stack)
{
	return l3->netdev_ops->ndo_fill_forward_path && !dev_fill_forward_path(l3, mac, stack);
}

/**
 * nff_path_in - where do packets enter that come in on a routed device?
 * @t: flowtable; only its devices count, the lowest one on the path wins
 * @l3: routed input device
 * @mac: link-layer source of the packets
 * @path: result; its device is NULL if no device on the path is in the flowtable
 */
void nff_path_in(const struct nff_table *t, const struct net_device *l3, const u8 *mac,
		 struct nff_path *path)
{
	struct net_device_path_stack stack;
	struct nff_tags tags = {};
	struct nff_path here;
	bool bridged = false;
	int i;

	memset(path, 0, sizeof(*path));
	if (!nff_path_stack(l3, mac, &stack)) {
		/* nothing below it */
		if (nff_table_has_dev(t, l3->ifindex))
			path->dev = l3;
		return;
	}
	for (i = 0; i < stack.num_paths; i++) {
		const struct net_device_path *step = &stack.path[i];

		if (nff_table_has_dev(t, step->dev->ifindex) &&
		    net_eq(dev_net(step->dev), dev_net(l3)) &&
		    nff_path_set(&here, step->dev, &tags, bridged))
			*path = here;
		if (!nff_path_step(&tags, step))
			break;
		bridged |= step->type == DEV_PATH_BRIDGE;
	}
}

/**
 * nff_path_out - where do packets leave that are sent on a routed device?
 * @l3: routed output device
 * @mac: link-layer destination
 * @path: result
 *
 * Return: 0, or -ENOENT if there is no other way than through @l3.
 */
int nff_path_out(const struct net_device *l3, const u8 *mac, struct nff_path *path)
{
	struct net_device_path_stack stack;
	struct nff_tags tags = {};
	bool bridged = false;
	int i;

	if (!nff_path_stack(l3, mac, &stack))
		return -ENOENT;
	for (i = 0; i < stack.num_paths - 1; i++) {
		if (!nff_path_step(&tags, &stack.path[i]))
			return -ENOENT;
		bridged |= stack.path[i].type == DEV_PATH_BRIDGE;
	}
	if (stack.path[i].type != DEV_PATH_ETHERNET ||
	    !net_eq(dev_net(stack.path[i].dev), dev_net(l3)) ||
	    !nff_path_set(path, stack.path[i].dev, &tags, bridged))
		return -ENOENT;
	return 0;
}

/**
 * nff_path_changed - has the way below a bridge changed under a direction?
 * @flow: flow
 * @dir: direction that is live and NFF_D_DIRECT
 *
 * A bridge tells nobody in the kernel where its hosts move, so the collector asks.
 */
bool nff_path_changed(const struct nff_flow *flow, unsigned int dir)
{
	const struct nff_dir *d = &flow->dir[dir];
	const struct nff_l2 *l2 = &flow->l2[dir];
	struct nff_path path;

	return nff_path_out(d->dst->dev, l2->header, &path) || path.dev != d->dev ||
	       memcmp(path.proto, l2->proto, sizeof(path.proto)) ||
	       memcmp(path.tci, l2->tci, sizeof(path.tci));
}
