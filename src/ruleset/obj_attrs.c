// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/netfilter/nf_tables.h>
#include "obj_attrs.h"

/* Of 6.3 and later; the headers may be older. */
enum {
	MSG_DESTROYTABLE = 26, MSG_DESTROYCHAIN, MSG_DESTROYRULE, MSG_DESTROYSET,
	MSG_DESTROYSETELEM, MSG_DESTROYOBJ, MSG_DESTROYFLOWTABLE,
};

const struct obj_attrs *obj_attrs(unsigned int kind)
{
	static const struct obj_attrs
		table = { NFT_MSG_DELTABLE, MSG_DESTROYTABLE, 0, NFTA_TABLE_NAME,
			  NFTA_TABLE_HANDLE, 0 },
		chain = { NFT_MSG_DELCHAIN, MSG_DESTROYCHAIN, NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME,
			  NFTA_CHAIN_HANDLE, 0 },
		rule = { NFT_MSG_DELRULE, MSG_DESTROYRULE, NFTA_RULE_TABLE, NFTA_RULE_CHAIN,
			 NFTA_RULE_HANDLE, NFTA_RULE_POSITION },
		set = { NFT_MSG_DELSET, MSG_DESTROYSET, NFTA_SET_TABLE, NFTA_SET_NAME,
			NFTA_SET_HANDLE, 0 },
		element = { NFT_MSG_DELSETELEM, MSG_DESTROYSETELEM, NFTA_SET_ELEM_LIST_TABLE,
			    NFTA_SET_ELEM_LIST_SET, 0, 0 },
		flowtable = { NFT_MSG_DELFLOWTABLE, MSG_DESTROYFLOWTABLE, NFTA_FLOWTABLE_TABLE,
			      NFTA_FLOWTABLE_NAME, NFTA_FLOWTABLE_HANDLE, 0 },
		object = { NFT_MSG_DELOBJ, MSG_DESTROYOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME,
			   NFTA_OBJ_HANDLE, 0 };

	switch (kind) {
	case OBJ_TABLE:
		return &table;
	case OBJ_CHAIN:
		return &chain;
	case OBJ_RULE:
		return &rule;
	case OBJ_SET:
	case OBJ_MAP:
	case OBJ_METER:
		return &set;
	case OBJ_ELEMENT:
		return &element;
	case OBJ_FLOWTABLE:
		return &flowtable;
	default:
		return &object;
	}
}

const struct name *obj_name_of(unsigned int kind, const struct handle *h)
{
	switch (kind) {
	case OBJ_TABLE:
		return &h->table;
	case OBJ_CHAIN:
	case OBJ_RULE:
		return &h->chain;
	default:
		return &h->obj;
	}
}
