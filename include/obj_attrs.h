/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What names an object in its messages: the attributes of each kind, for
 * deleting it and for finding what an error of the kernel points at.
 * (src/ruleset/obj_attrs.c; linux/netfilter/nf_tables.h)
 */
#ifndef NFF_OBJ_ATTRS_H
#define NFF_OBJ_ATTRS_H

#include <stdint.h>
#include "ast.h"

struct obj_attrs {
	uint16_t del, destroy;		/* NFT_MSG_DEL*, NFT_MSG_DESTROY* */
	uint16_t table, name, handle, position;	/* NFTA_*; 0: it has none */
};

/* kind: enum obj_kind; all kinds of stateful objects share a row. */
const struct obj_attrs *obj_attrs(unsigned int kind);
/* The name in a handle that the "name" attribute holds: for a rule, its chain. */
const struct name *obj_name_of(unsigned int kind, const struct handle *h);

#endif
