// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -d netlink while listing: what was received, as nft shows it: the elements
 * of sets, and the bytecode of rules, in front of the listing.
 */
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libnftnl/set.h>

#include "list_int.h"

static int on_elements(const struct nlmsghdr *nlh, void *arg)
{
	nftnl_set_elems_nlmsg_parse(nlh, arg);
	return 0;
}

static int show_element(struct nftnl_set_elem *e, void *arg)
{
	struct lister *l = arg;
	char text[4096];

	if (nftnl_set_elem_snprintf(text, sizeof(text), e, NFTNL_OUTPUT_DEFAULT, 0) > 0)
		out_printf(&l->debug, "\t%s\n", text);
	return 0;
}

static int debug_set(struct lister *l, const struct set *s)
{
	struct nftnl_set *ns = nftnl_set_alloc();
	int err;

	if (!ns)
		return -ENOMEM;
	ask_begin(&l->m, NFT_MSG_GETSETELEM, true, s->h.family);
	attr_str(&l->m, NFTA_SET_ELEM_LIST_TABLE, s->h.table.s);
	attr_str(&l->m, NFTA_SET_ELEM_LIST_SET, s->h.obj.s);
	err = ask(l, on_elements, ns);
	if (!err) {
		out_printf(&l->debug, "%s %s @%s\n", family_name(s->h.family), s->h.table.s,
			   s->h.obj.s);
		nftnl_set_elem_foreach(ns, show_element, l);
	}
	nftnl_set_free(ns);
	return err;
}

int debug_sets(struct lister *l, const struct table *t)
{
	int err = 0;

	for (const struct set *s = t->sets; s && !err; s = s->next)
		if (!l->n->print.terse || s->flags & NFT_SET_ANONYMOUS)
			err = debug_set(l, s);
	return err;
}
