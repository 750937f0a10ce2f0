/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a rule has said so far about the protocols of its packets: one entry a
 * layer. Evaluation reads it to know which dependency a field needs; the
 * decompiler, to know the field that an offset means and which dependency
 * statements can be hidden. (src/lang/proto_ctx.c)
 */
#ifndef NFF_PROTO_CTX_H
#define NFF_PROTO_CTX_H

#include "ast.h"

struct proto_ctx {
	uint8_t family;				/* NFPROTO_* of the table */
	const struct proto *proto[PB_MAX];	/* by enum proto_base; NULL: not known */
	struct loc loc[PB_MAX];			/* the statement that said so */
	uint8_t vlan_depth;			/* vlan headers matched so far */
};

void proto_ctx_init(struct proto_ctx *pc, unsigned int family);
/*
 * Learn from a match "field == value" (meta protocol, meta l4proto, nfproto,
 * ether type, ip protocol, iiftype...). Other matches change nothing.
 * Returns true where it said something about a protocol.
 */
bool proto_ctx_learn(struct proto_ctx *pc, const struct expr *rel);

#endif
