/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the compiler share.
 */
#ifndef NFF_COMPILE_INT_H
#define NFF_COMPILE_INT_H

#include "batch.h"
#include "eval.h"
#include "insn.h"

struct compile {
	struct nff *n;
	struct batch *b;
	struct msgbuf *m;		/* that of the batch */
	const struct cmds *cmds;
	struct arena scratch;		/* released after each rule and set */
	bool follow_rules;		/* the input names a rule by its index */
	struct rule_list *rule_lists;	/* rule_index.c */
	uint32_t rule_id;		/* the newest NFTA_RULE_ID */
	uint32_t chain_id;		/* the newest NFTA_CHAIN_ID */
	struct set *sets;		/* declared by this input, or asked from the kernel */
	struct merged *merged;		/* compile_merge.c */
	struct emptied *emptied;
};

/*
 * Registers are counted in steps of 32 bits, from 0. The kernel has a 128-bit
 * name for every fourth, and a 32-bit name for each.
 */
static inline uint32_t reg_number(unsigned int pos)
{
	return pos % 4 ? 8 + pos /* NFT_REG32_00 */ : 1 + pos / 4 /* NFT_REG_1 */;
}

/* How the value of a selector lies in its register. */
struct layout {
	unsigned int bytes;
	unsigned int shift;		/* bits to the right of it */
	bool masked;			/* it does not fill its bytes */
	enum byteorder bo;
};
struct layout layout_of(const struct expr *e);

/* Load an evaluated expression to register pos. Returns the steps it takes. */
unsigned int gen_expr(struct compile *c, const struct expr *e, unsigned int pos);
/* The same, as the key of a lookup in s: with the conversions that intervals need. */
unsigned int gen_key(struct compile *c, const struct expr *e, const struct set *s,
		     unsigned int pos);
/* A constant to register pos. */
void gen_immediate(struct compile *c, const struct expr *value, unsigned int pos);
/* Turn a number in register pos around: op is NFT_BYTEORDER_*. */
void gen_byteorder(struct compile *c, unsigned int op, unsigned int bytes, unsigned int pos);
/* lookup of register pos; dreg_pos < 0: a set. inv: not in the set. */
void gen_lookup(struct compile *c, const struct expr *set, unsigned int pos, int dreg_pos,
		bool inv);
void gen_match(struct compile *c, const struct expr *rel);
/* All statements of a rule, into the open expression list. */
void gen_stmts(struct compile *c, struct stmt *stmts, unsigned int family);
/* The attributes of what is a statement in one place and an object in another. */
void put_counter(struct msgbuf *m, uint64_t packets, uint64_t bytes);
void put_limit(struct msgbuf *m, const struct limit_stmt *l);
void put_quota(struct msgbuf *m, const struct quota_stmt *q);
/* Statements as expressions of a set, an element or a dynamic set. */
void gen_stateful(struct compile *c, const struct stmt *s, uint16_t list_attr);

/* NFT_PAYLOAD_* of an enum proto_base. */
unsigned int payload_base(unsigned int base);

/* The bytes of an evaluated value, prefix start, ... in a register. */
void export_value(const struct expr *e, const struct layout *l, nff_u128 v, struct insn_data *d);
/* A key of a set: low (or high) end, concatenations part by part. */
void export_key(const struct expr *e, const struct set *s, bool end, struct insn_data *d);
void export_verdict(const struct expr *e, struct insn_data *d);

/* Messages for the anonymous sets that an evaluated rule refers to. 0 or -1. */
int compile_anon_sets(struct compile *c, const struct rule *r);
int compile_set(struct compile *c, struct set *s, uint8_t op);
int compile_elements(struct compile *c, struct set *s, struct expr *elems, uint8_t op,
		     struct loc loc);
/* The ends of what a key stands for, as numbers. */
void key_bounds(const struct expr *e, nff_u128 *from, nff_u128 *to);

/* ---- compile_merge.c: sets with auto-merge ---- */

struct interval {
	nff_u128 from, to;
	const struct expr *elem;
};
struct merge_change {
	struct interval *gone;
	unsigned int n_gone;
	struct interval *new;
	unsigned int n_new;
	struct loc loc;
	uint8_t op;
};

/*
 * s shall hold the sorted ranges in v as well, whose elements live as long as
 * the batch. 0, or -1 with a diagnostic.
 */
int merge_add(struct compile *c, const struct set *s, const struct interval *v, unsigned int n,
	      struct loc loc, uint8_t op);
/* The input deletes these. */
void merge_delete(struct compile *c, const struct set *s, const struct interval *v, unsigned int n);
/* The input flushes or deletes a set; NULL, 0: all of them. */
void merge_forget(struct compile *c, uint8_t family, const char *table, const char *set);
/* Nothing more comes: tell the kernel what changes, unless the input failed. */
void merge_end(struct compile *c, bool failed);
/* The messages for a change (compile_set.c). */
void compile_merged(struct compile *c, const struct set *s, const struct merge_change *change);

/* A named set or map of this input or of the kernel; NULL: there is none. */
struct set *compile_find_set(void *arg, const char *name);

/* ---- rule_index.c: rules by their place in a chain ---- */

/* A rule that the kernel has (handle), or one of this batch (id). */
struct rule_ref {
	uint64_t handle;
	uint32_t id;
};
void rule_index_init(struct compile *c);
void rule_index_fini(struct compile *c);
/* The rule at the index of a handle. 0, or -1 with a diagnostic. */
int rule_index_find(struct compile *c, const struct handle *h, struct rule_ref *ref);
/* A rule goes in at the place that its handle names; returns its NFTA_RULE_ID. */
uint32_t rule_index_added(struct compile *c, uint8_t op, const struct handle *h);
/* A delete, destroy or flush command. */
void rule_index_removed(struct compile *c, const struct cmd *cmd);

int compile_object(struct compile *c, struct object *obj, uint8_t op);
/* Before anything is compiled: make the sets dynamic that rules of the input add to. */
void compile_dynamic_sets(const struct cmds *cmds);

#endif
