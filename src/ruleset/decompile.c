// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables, chains and flowtables.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "decompile_int.h"

/* The comment in user data whose attributes number it so; or NULL. */
static const char *udata_comment(struct arena *a, const struct nlattr *attr, unsigned int type)
{
	struct udata ud[UDATA_MAX];

	if (!attr || !udata_parse(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr), ud))
		return NULL;
	return udata_string(a, &ud[type]);
}

/* ---- objects ---- */

#define UDATA_TABLE_COMMENT 0
#define UDATA_CHAIN_COMMENT 0

struct table *decompile_table(struct decompile *d, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[NFTA_TABLE_MAX + 1];
	const struct nfgenmsg *nfg;
	struct table *t;

	if (!attrs_of_msg(nlh, tb, NFTA_TABLE_MAX))
		return NULL;
	t = table_new(d->arena, (struct loc){ 0 });
	nfg = mnl_nlmsg_get_payload(nlh);
	t->h.family = nfg->nfgen_family;
	t->h.table.s = attr_string(d->arena, tb[NFTA_TABLE_NAME]);
	if (!t->h.table.s)
		return NULL;
	t->h.handle = attr_uint(tb[NFTA_TABLE_HANDLE]);
	t->flags = attr_uint(tb[NFTA_TABLE_FLAGS]);
	t->has_flags = t->flags;
	t->owner = attr_uint(tb[NFTA_TABLE_OWNER]);
	t->comment = udata_comment(d->arena, tb[NFTA_TABLE_USERDATA], UDATA_TABLE_COMMENT);
	return t;
}

/* Devices are listed by name, whatever order the kernel keeps them in. */
static void add_device(struct arena *a, struct device **first, const struct nlattr *attr,
		       bool prefix)
{
	const char *name = attr_string(a, attr);
	struct device *dev;

	if (!name)
		return;
	dev = arena_new(a, struct device);
	dev->name = prefix ? arena_printf(a, "%s*", name) : name;
	while (*first && strcmp((*first)->name, dev->name) < 0)
		first = &(*first)->next;
	dev->next = *first;
	*first = dev;
}

#ifndef NFTA_DEVICE_PREFIX	/* from 6.16 on */
#define NFTA_DEVICE_PREFIX 2
#endif

static struct device *device_list(struct arena *a, const struct nlattr *one,
				  const struct nlattr *nest)
{
	struct device *first = NULL;
	const struct nlattr *attr;

	if (nest) {
		for_each_nested(attr, nest)
			add_device(a, &first, attr, mnl_attr_get_type(attr) == NFTA_DEVICE_PREFIX);
	} else if (one) {
		add_device(a, &first, one, false);
	}
	return first;
}

static void chain_hook(struct decompile *d, struct chain *c, const struct nlattr *nest)
{
	const struct nlattr *tb[NFTA_HOOK_MAX + 1];

	attrs_of_nest(nest, tb, NFTA_HOOK_MAX);
	c->flags |= CHAINF_BASE;
	c->hook = attr_uint(tb[NFTA_HOOK_HOOKNUM]);
	c->hook_name = hook_name(c->h.family, c->hook);
	if (!c->hook_name)
		c->hook_name = arena_printf(d->arena, "%d", c->hook);
	c->prio.value = (int32_t)attr_uint(tb[NFTA_HOOK_PRIORITY]);
	c->devs = device_list(d->arena, tb[NFTA_HOOK_DEV], tb[NFTA_HOOK_DEVS]);
}

struct chain *decompile_chain(struct decompile *d, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[NFTA_CHAIN_MAX + 1];
	const struct nfgenmsg *nfg;
	struct chain *c;

	if (!attrs_of_msg(nlh, tb, NFTA_CHAIN_MAX))
		return NULL;
	c = chain_new(d->arena, (struct loc){ 0 });
	nfg = mnl_nlmsg_get_payload(nlh);
	c->h.family = nfg->nfgen_family;
	c->h.table.s = attr_string(d->arena, tb[NFTA_CHAIN_TABLE]);
	c->h.chain.s = attr_string(d->arena, tb[NFTA_CHAIN_NAME]);
	if (!c->h.table.s || !c->h.chain.s)
		return NULL;
	c->h.handle = attr_uint(tb[NFTA_CHAIN_HANDLE]);
	if (attr_uint(tb[NFTA_CHAIN_FLAGS]) & NFT_CHAIN_HW_OFFLOAD)
		c->flags |= CHAINF_HW_OFFLOAD;
	if (attr_uint(tb[NFTA_CHAIN_FLAGS]) & NFT_CHAIN_BINDING)
		c->flags |= CHAINF_BINDING;
	c->type = attr_string(d->arena, tb[NFTA_CHAIN_TYPE]);
	if (tb[NFTA_CHAIN_POLICY]) {
		c->flags |= CHAINF_POLICY;
		c->policy = attr_uint(tb[NFTA_CHAIN_POLICY]);
	}
	if (tb[NFTA_CHAIN_HOOK])
		chain_hook(d, c, tb[NFTA_CHAIN_HOOK]);
	c->comment = udata_comment(d->arena, tb[NFTA_CHAIN_USERDATA], UDATA_CHAIN_COMMENT);
	return c;
}

struct flowtable *decompile_flowtable(struct decompile *d, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[NFTA_FLOWTABLE_MAX + 1], *hook[NFTA_FLOWTABLE_HOOK_MAX + 1];
	const struct nfgenmsg *nfg;
	struct flowtable *f;

	if (!attrs_of_msg(nlh, tb, NFTA_FLOWTABLE_MAX))
		return NULL;
	f = arena_new(d->arena, struct flowtable);
	nfg = mnl_nlmsg_get_payload(nlh);
	f->h.family = nfg->nfgen_family;
	f->h.table.s = attr_string(d->arena, tb[NFTA_FLOWTABLE_TABLE]);
	f->h.obj.s = attr_string(d->arena, tb[NFTA_FLOWTABLE_NAME]);
	if (!f->h.table.s || !f->h.obj.s)
		return NULL;
	f->h.handle = attr_uint(tb[NFTA_FLOWTABLE_HANDLE]);
	f->flags = attr_uint(tb[NFTA_FLOWTABLE_FLAGS]);
	f->use = attr_uint(tb[NFTA_FLOWTABLE_USE]);
	if (!tb[NFTA_FLOWTABLE_HOOK])
		return f;
	attrs_of_nest(tb[NFTA_FLOWTABLE_HOOK], hook, NFTA_FLOWTABLE_HOOK_MAX);
	f->has_hook = true;
	f->hook = attr_uint(hook[NFTA_FLOWTABLE_HOOK_NUM]);
	f->hook_name = hook_name(NFPROTO_NETDEV, f->hook);
	f->prio.value = (int32_t)attr_uint(hook[NFTA_FLOWTABLE_HOOK_PRIORITY]);
	f->devs = device_list(d->arena, NULL, hook[NFTA_FLOWTABLE_HOOK_DEVS]);
	return f;
}
