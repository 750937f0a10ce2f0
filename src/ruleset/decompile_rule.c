// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules: the loop over their expressions, and what belongs to them besides.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "decompile_int.h"

void rule_insns(struct rdec *r, const struct nlattr *list)
{
	const struct nlattr *attr;
	struct insn i;

	for_each_nested(attr, list) {
		insn_decode(r->a, attr, &i);
		if (load_insn(r, &i) || match_insn(r, &i))
			continue;
		if (!nat_insn(r, &i) && !stmt_insn(r, &i))
			emit_unknown(r, "unknown expression \"%.64s\"", i.name);
		dep_reset(r);
	}
}

/* Take out what dep_use() has hidden. */
static struct stmt *drop_hidden(struct stmt *first)
{
	struct stmt **link = &first;

	while (*link) {
		if ((*link)->flags & STF_GENERATED)
			*link = (*link)->next;
		else
			link = &(*link)->next;
	}
	return first;
}

/* NFTNL_UDATA_RULE_COMMENT of libnftnl */
#define UDATA_RULE_COMMENT 0

struct rule *decompile_rule(struct decompile *d, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[NFTA_RULE_MAX + 1];
	const struct nfgenmsg *nfg;
	struct udata ud[UDATA_MAX];
	struct rdec r = { .d = d, .a = d->arena };
	struct rule *rule;

	if (!attrs_of_msg(nlh, tb, NFTA_RULE_MAX))
		return NULL;
	rule = rule_new(r.a, (struct loc){ 0 });
	nfg = mnl_nlmsg_get_payload(nlh);
	rule->h->family = r.family = nfg->nfgen_family;
	rule->h->table.s = r.table = attr_string(r.a, tb[NFTA_RULE_TABLE]);
	rule->h->chain.s = attr_string(r.a, tb[NFTA_RULE_CHAIN]);
	if (!rule->h->table.s || !rule->h->chain.s)
		return NULL;
	rule->h->handle = attr_uint(tb[NFTA_RULE_HANDLE]);
	rule->h->position = attr_uint(tb[NFTA_RULE_POSITION]);
	if (tb[NFTA_RULE_USERDATA] &&
	    udata_parse(mnl_attr_get_payload(tb[NFTA_RULE_USERDATA]),
			mnl_attr_get_payload_len(tb[NFTA_RULE_USERDATA]), ud))
		rule->comment = udata_string(r.a, &ud[UDATA_RULE_COMMENT]);
	if (tb[NFTA_RULE_EXPRESSIONS]) {
		proto_ctx_init(&r.pc, r.family);
		r.last = &r.first;
		rule_insns(&r, tb[NFTA_RULE_EXPRESSIONS]);
		rule->stmts = drop_hidden(r.first);
	}
	return rule;
}
