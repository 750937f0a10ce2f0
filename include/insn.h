/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nf_tables expressions ("instructions") as the kernel has them: one table
 * row a kind, with the wire type of each attribute; encoding and decoding
 * both read it. (src/ruleset/insn.c; linux/netfilter/nf_tables.h)
 */
#ifndef NFF_INSN_H
#define NFF_INSN_H

#include <stdbool.h>
#include <stdint.h>
#include "arena.h"
#include "msgbuf.h"

struct nlattr;

enum insn_kind {
	IN_UNKNOWN,		/* an expression without a row; name tells which */
	IN_IMMEDIATE, IN_CMP, IN_LOOKUP, IN_BITWISE, IN_BYTEORDER, IN_RANGE,
	IN_META, IN_CT, IN_PAYLOAD, IN_EXTHDR, IN_RT, IN_SOCKET, IN_FIB, IN_NUMGEN, IN_HASH,
	IN_OSF, IN_XFRM,
	IN_COUNTER, IN_LIMIT, IN_QUOTA, IN_LAST, IN_CONNLIMIT,
	IN_LOG, IN_REJECT, IN_NAT, IN_MASQ, IN_REDIR, IN_NOTRACK, IN_FLOW_OFFLOAD,
	IN_QUEUE, IN_DUP, IN_FWD, IN_TPROXY, IN_SYNPROXY, IN_OBJREF, IN_DYNSET,
	IN_MATCH, IN_TARGET,	/* xt compat */
	IN_MAX
};

#define INSN_ATTR_MAX 16
#define INSN_DATA_MAX 64	/* NFT_DATA_VALUE_MAXLEN */

/* The value of an NFTA_*_DATA attribute: bytes of a register, or a verdict. */
struct insn_data {
	bool is_verdict;
	uint8_t len;			/* of bytes */
	int32_t verdict;		/* NFT_JUMP, NF_DROP ... */
	const char *chain;		/* jump and goto; NULL otherwise */
	uint32_t chain_id;		/* or, encoded only, a chain of the same batch */
	uint8_t bytes[INSN_DATA_MAX];
};

union insn_val {
	uint64_t u;
	const char *str;
	struct insn_data *data;
	struct {
		const struct nlattr *attr;	/* nested or binary, as received */
	} raw;
};

struct insn {
	uint8_t kind;			/* enum insn_kind */
	uint32_t present;		/* bit n: attribute n was there */
	const char *name;		/* the kernel's name: "meta" */
	union insn_val v[INSN_ATTR_MAX];	/* by attribute number, e.g. NFTA_META_KEY */
};

static inline bool insn_has(const struct insn *i, unsigned int attr)
{
	return i->present & (1u << attr);
}
/* A number attribute; 0 where it is absent. */
static inline uint64_t insn_u(const struct insn *i, unsigned int attr)
{
	return insn_has(i, attr) ? i->v[attr].u : 0;
}

/* What the kernel calls it ("flow_offload"). */
const char *insn_name(enum insn_kind kind);

/*
 * Append one expression to the nested list that is open in m. The arguments
 * after kind are pairs of attribute number (int) and value, ended by 0. The
 * value's C type follows the table: uint64_t for every number, const char *
 * for a string, const struct insn_data * for data. Use the INSN_U() cast.
 */
void insn_put(struct msgbuf *m, enum insn_kind kind, ...);
#define INSN_U(x) ((uint64_t)(x))

/*
 * The same in steps, for what is no plain attribute (the statements of a
 * dynamic set): open, add attributes with attr_*() and insn_put_data(), close.
 */
struct insn_nest {
	size_t elem, data;
};
struct insn_nest insn_open(struct msgbuf *m, enum insn_kind kind, uint16_t list_attr);
void insn_close(struct msgbuf *m, struct insn_nest nest);
/* An attribute of the nf_tables data type: bytes or a verdict. */
void insn_put_data(struct msgbuf *m, uint16_t type, const struct insn_data *data);
/* Decode such an attribute; false where it is malformed. */
bool insn_get_data(struct arena *a, const struct nlattr *attr, struct insn_data *out);
/* The same of a nest of NFTA_VERDICT_*; out is zeroed, its chain points into the message. */
bool insn_get_verdict(const struct nlattr *nest, struct insn_data *out);

/*
 * Decode the attributes of one kind (NFTA_EXPR_DATA; the NFTA_OBJ_DATA of a
 * stateful object has the same ones).
 */
void insn_decode_attrs(struct arena *a, enum insn_kind kind, const struct nlattr *data,
		       struct insn *out);

/*
 * Decode one NFTA_LIST_ELEM / NFTA_*_EXPR nest. Unknown kinds give
 * IN_UNKNOWN with the name; a malformed one too. Memory is of the arena, and
 * strings and raw attributes point into the message.
 */
void insn_decode(struct arena *a, const struct nlattr *expr, struct insn *out);

#endif
