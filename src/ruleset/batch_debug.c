// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -d netlink, -d mnl. libnftnl knows how each expression is shown, so the
 * finished messages are handed to it: what is printed is what is sent.
 */
#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include "batch_debug.h"

typedef void (*debug_fn)(FILE *f, const struct nlmsghdr *nlh);

/* The attribute of that type inside of a nest, or NULL. */
static struct nlattr *inside(const struct nlattr *nest, unsigned int type)
{
	struct nlattr *attr;

	if (nest)
		mnl_attr_for_each_nested(attr, nest)
			if (mnl_attr_get_type(attr) == type)
				return attr;
	return NULL;
}

/* The code of a jump to a block of rules, which has an id and no name yet; NULL: it is none. */
static struct nlattr *block_code(const struct nlattr *expr)
{
	const struct nlattr *name = inside(expr, NFTA_EXPR_NAME), *verdict;

	if (!name || strcmp(mnl_attr_get_str(name), "immediate"))
		return NULL;
	verdict = inside(inside(inside(expr, NFTA_EXPR_DATA), NFTA_IMMEDIATE_DATA),
			 NFTA_DATA_VERDICT);
	return inside(verdict, NFTA_VERDICT_CHAIN_ID) ? inside(verdict, NFTA_VERDICT_CODE) : NULL;
}

static struct nlattr *expressions(const struct nlmsghdr *nlh)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == NFTA_RULE_EXPRESSIONS)
			return attr;
	return NULL;
}

/* libnftnl 1.2 cannot parse such a jump, but show it: the verdict is put in behind its back. */
static bool parse_rule(const struct nlmsghdr *nlh, struct nftnl_rule *r)
{
	struct nlmsghdr *copy = xmalloc(nlh->nlmsg_len);
	const struct nlattr *list = expressions(nlh);
	struct nftnl_expr_iter *exprs = NULL;
	struct nlattr *attr, *code;
	bool ok;

	memcpy(copy, nlh, nlh->nlmsg_len);
	if (list)
		mnl_attr_for_each_nested(attr, expressions(copy))
			if ((code = block_code(attr)))
				*(uint32_t *)mnl_attr_get_payload(code) = htonl(NFT_CONTINUE);
	ok = nftnl_rule_nlmsg_parse(copy, r) == 0;
	free(copy);
	if (ok && list)
		exprs = nftnl_expr_iter_create(r);
	if (!exprs)
		return ok;
	mnl_attr_for_each_nested(attr, list) {
		struct nftnl_expr *e = nftnl_expr_iter_next(exprs);

		if (e && (code = block_code(attr)))
			nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_VERDICT,
					   ntohl(mnl_attr_get_u32(code)));
	}
	nftnl_expr_iter_destroy(exprs);
	return ok;
}

static void show_rule(FILE *f, const struct nlmsghdr *nlh)
{
	struct nftnl_rule *r = nftnl_rule_alloc();

	if (r && parse_rule(nlh, r)) {
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
