// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -d netlink, -d mnl. libnftnl knows how each expression is shown, so the
 * finished messages are handed to it: what is printed is what is sent.
 */
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <libmnl/libmnl.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include "batch_debug.h"

typedef void (*debug_fn)(FILE *f, const struct nlmsghdr *nlh);

static void show_rule(FILE *f, const struct nlmsghdr *nlh)
{
	struct nftnl_rule *r = nftnl_rule_alloc();

	if (r && nftnl_rule_nlmsg_parse(nlh, r) == 0) {
		nftnl_rule_fprintf(f, r, NFTNL_OUTPUT_DEFAULT, 0);
		fputc('\n', f);
	}
	nftnl_rule_free(r);
}

static void show_set(FILE *f, const struct nlmsghdr *nlh)
{
	struct nftnl_set *s = nftnl_set_alloc();

	if (s && nftnl_set_nlmsg_parse(nlh, s) == 0) {
		nftnl_set_fprintf(f, s, NFTNL_OUTPUT_DEFAULT, 0);
		fputc('\n', f);
	}
	nftnl_set_free(s);
}

static void show_elems(FILE *f, const struct nlmsghdr *nlh)
{
	struct nftnl_set *s = nftnl_set_alloc();

	if (s && nftnl_set_elems_nlmsg_parse(nlh, s) == 0) {
		nftnl_set_fprintf(f, s, NFTNL_OUTPUT_DEFAULT, 0);
		fputc('\n', f);
	}
	nftnl_set_free(s);
}

static void with_stream(struct out *o, debug_fn fn, const struct nlmsghdr *nlh)
{
	size_t len = 0;
	char *text = NULL;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return;
	fn(f, nlh);
	fclose(f);
	out_write(o, text, len);
	free(text);
}

void debug_rule(struct out *o, const struct nlmsghdr *nlh)
{
	with_stream(o, show_rule, nlh);
}

static void show_hex(FILE *f, const struct nlmsghdr *nlh)
{
	mnl_nlmsg_fprintf(f, nlh, nlh->nlmsg_len, sizeof(struct nfgenmsg));
}

static debug_fn bytecode_printer(unsigned int type)
{
	switch (type) {
	case NFT_MSG_NEWRULE:
		return show_rule;
	case NFT_MSG_NEWSET:
		return show_set;
	case NFT_MSG_NEWSETELEM:
		return show_elems;
	default:
		return NULL;
	}
}

void batch_debug(struct nff *n, const struct batch *b)
{
	for (size_t off = 0; off < b->m.len;) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)(b->m.buf + off);
		debug_fn fn = bytecode_printer(NFNL_MSG_TYPE(nlh->nlmsg_type));

		if (n->debug & DEBUG_NETLINK && fn &&
		    NFNL_SUBSYS_ID(nlh->nlmsg_type) == NFNL_SUBSYS_NFTABLES)
			with_stream(&n->out, fn, nlh);
		if (n->debug & DEBUG_MNL)
			with_stream(&n->out, show_hex, nlh);
		off += NLMSG_ALIGN(nlh->nlmsg_len);
	}
}
