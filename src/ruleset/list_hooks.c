// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list hooks: what is registered at each hook, nf_tables or not
 * (linux/netfilter/nfnetlink_hook.h).
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_hook.h>
#include <linux/netfilter_arp.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "list_int.h"

struct hook_dump {
	struct lister *l;
	unsigned int family;		/* whose block is printed */
	const char *name;		/* of the hook */
	bool family_open, hook_open;
	const char *dev;
};

/* The chain behind a function, where it is one of nf_tables. */
struct hook_chain {
	const char *table, *name;
	unsigned int family;
};

static bool hook_chain(const struct nlattr *info, struct hook_chain *c)
{
	const struct nlattr *tb[NFNLA_HOOK_INFO_MAX + 1], *desc[NFNLA_CHAIN_MAX + 1];

	attrs_of_nest(info, tb, NFNLA_HOOK_INFO_MAX);
	if (attr_uint(tb[NFNLA_HOOK_INFO_TYPE]) != NFNL_HOOK_TYPE_NFTABLES ||
	    !tb[NFNLA_HOOK_INFO_DESC])
		return false;
	attrs_of_nest(tb[NFNLA_HOOK_INFO_DESC], desc, NFNLA_CHAIN_MAX);
	c->table = attr_text(desc[NFNLA_CHAIN_TABLE]);
	c->name = attr_text(desc[NFNLA_CHAIN_NAME]);
	c->family = attr_uint(desc[NFNLA_CHAIN_FAMILY]);
	return c->table && c->name;
}

static void open_blocks(struct hook_dump *h)
{
	struct out *o = &h->l->out;

	if (!h->family_open)
		out_printf(o, "family %s {\n", family_name(h->family));
	if (!h->hook_open)
		out_printf(o, "\thook %s {\n", h->name);
	h->family_open = h->hook_open = true;
}

static void hook_json(struct hook_dump *h, int32_t prio, const char *fn, const char *module,
		      const struct hook_chain *c)
{
	json_t *hook = json_object();

	json_object_set_new(hook, "family", json_string(family_name(h->family)));
	json_object_set_new(hook, "hook", json_string(h->name));
	json_object_set_new(hook, "prio", json_integer(prio));
	if (h->dev)
		json_object_set_new(hook, "dev", json_string(h->dev));
	if (fn)
		json_object_set_new(hook, "function", json_string(fn));
	if (module)
		json_object_set_new(hook, "module", json_string(module));
	if (c)
		json_object_set_new(hook, "chain",
				    json_pack("{s:s, s:s, s:s}", "family",
					      family_name(c->family) ?: "unspec", "table",
					      c->table, "name", c->name));
	view_json(h->l, json_pack("{s:o}", "hook", hook));
}

static int on_hook(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[NFNLA_HOOK_MAX + 1];
	struct hook_dump *h = arg;
	struct out *o = &h->l->out;
	struct hook_chain c;
	const char *fn, *module;
	int32_t prio;
	bool chain;

	if (!attrs_of_msg(nlh, tb, NFNLA_HOOK_MAX))
		return 0;
	prio = attr_uint(tb[NFNLA_HOOK_PRIORITY]);
	fn = attr_text(tb[NFNLA_HOOK_FUNCTION_NAME]);
	module = attr_text(tb[NFNLA_HOOK_MODULE_NAME]);
	chain = tb[NFNLA_HOOK_CHAIN_INFO] && hook_chain(tb[NFNLA_HOOK_CHAIN_INFO], &c);
	if (h->l->json) {
		hook_json(h, prio, fn, module, chain ? &c : NULL);
		return 0;
	}
	open_blocks(h);
	out_printf(o, "\t\t%c%010u", prio < 0 ? '-' : prio > 0 ? '+' : ' ',
		   prio < 0 ? -(unsigned int)prio : (unsigned int)prio);
	if (chain)
		out_printf(o, " chain %s %s %s", family_name(c.family) ?: "unspec", c.table,
			   c.name);
	else if (fn)
		out_printf(o, " %s", fn);
	if (module)
		out_printf(o, " [%s]", module);
	out_putc(o, '\n');
	return 0;
}

/* One hook of a family; dev: of a device, as the ingress hook is. */
static int dump_hook(struct hook_dump *h, unsigned int family, unsigned int hook, const char *dev)
{
	struct lister *l = h->l;
	int err;

	h->name = hook_name(family, hook);
	if (!h->name)
		h->name = "unknown";
	h->dev = dev;
	h->hook_open = false;
	l->m.len = 0;
	msg_begin(&l->m, NFNL_SUBSYS_HOOK << 8 | NFNL_MSG_HOOK_GET, NLM_F_REQUEST | NLM_F_DUMP, 0,
		  family, 0);
	attr_u32(&l->m, NFNLA_HOOK_HOOKNUM, hook);
	if (dev)
		attr_str(&l->m, NFNLA_HOOK_DEV, dev);
	err = ask(l, on_hook, h);
	if (h->hook_open && !l->json)
		out_puts(&l->out, "\t}\n");
	return err;
}

/* Since Linux 5.16, and in no header of 6.1's user space. */
#define NETDEV_EGRESS 1

/*
 * All hooks of a family. With a device those of the device come first, in
 * whatever family they are asked for: they see the packets of all of them.
 */
static int dump_family(struct lister *l, unsigned int family, const char *dev)
{
	struct hook_dump h = { .l = l, .family = family };
	unsigned int n = family == NFPROTO_ARP ? NF_ARP_FORWARD :
			 family == NFPROTO_NETDEV ? 0 : NF_INET_NUMHOOKS;
	int err = 0;

	if (dev && family != NFPROTO_ARP) {
		err = dump_hook(&h, NFPROTO_NETDEV, NF_NETDEV_INGRESS, dev);
		/* Kernels may be built without the one or the other. */
		if (!err && family == NFPROTO_NETDEV)
			dump_hook(&h, NFPROTO_NETDEV, NETDEV_EGRESS, dev);
		if (err == -EOPNOTSUPP)
			err = 0;
	}
	for (unsigned int hook = 0; hook < n && !err; hook++)
		err = dump_hook(&h, family, hook, NULL);
	if (h.family_open && !l->json)
		out_puts(&l->out, "}\n");
	return err;
}

static bool wanted(unsigned int asked, unsigned int family)
{
	switch (asked) {
	case NFPROTO_UNSPEC:
		return family == NFPROTO_IPV4 || family == NFPROTO_IPV6 ||
		       family == NFPROTO_BRIDGE;
	case NFPROTO_INET:
		return family == NFPROTO_IPV4 || family == NFPROTO_IPV6;
	default:
		return asked == family;
	}
}

int list_hooks(struct lister *l)
{
	static const uint8_t families[] = { NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_BRIDGE,
					    NFPROTO_ARP, NFPROTO_NETDEV };
	const char *dev = l->cmd->has_device ? l->cmd->device : NULL;
	unsigned int asked = l->cmd->h.family;
	int err = 0;

	if (l->json)
		view_json(l, json_metainfo());
	for (unsigned int i = 0; i < sizeof(families) && !err; i++) {
		if (!wanted(asked, families[i]))
			continue;
		err = dump_family(l, families[i], dev);
		/* A family that the kernel was built without. */
		if (err == -EOPNOTSUPP && i > 0 && asked != families[i])
			err = 0;
	}
	if (err == -ENODEV && dev) {
		diag_error(&l->n->diags, l->cmd->loc, "the device '%s' does not exist", dev);
		return 1;
	}
	if (err == -EINVAL || err == -EOPNOTSUPP) {
		diag_warning(&l->n->diags, l->cmd->loc, "this kernel does not tell its hooks");
		diag_hint(&l->n->diags, "it would with CONFIG_NETFILTER_NETLINK_HOOK; "
			  "'list chains' shows those of nf_tables");
		err = 0;
	}
	return err;
}
