/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the pieces of the decompiler share. A rule is read as a program of a
 * small register machine, run with expressions instead of numbers:
 *
 *	decompile_rule.c	the loop over the kernel's expressions
 *	decompile_reg.c		registers and constants
 *	decompile_load.c	what loads a register
 *	decompile_field.c	which field a place in a header is
 *	decompile_match.c	comparisons and lookups
 *	decompile_dep.c		which matches can be hidden
 *	decompile_stmt.c	statements
 *	decompile_nat.c		NAT and other statements with addresses
 *
 * and objects are read by
 *
 *	decompile.c		tables, chains, flowtables
 *	decompile_set.c		declarations of sets and maps
 *	decompile_elem.c	their elements
 *	decompile_udata.c	what user space keeps with an object
 *	decompile_obj.c		stateful objects
 */
#ifndef NFF_DECOMPILE_INT_H
#define NFF_DECOMPILE_INT_H

#include "attr.h"
#include "decompile.h"
#include "insn.h"
#include "proto_ctx.h"

/* The registers are 16 words of 4 bytes; the old names are 4 words each. */
#define REG_WORDS 16

struct reg {
	struct expr *e;		/* NULL: nothing was loaded, or it begins in a lower word */
	uint8_t words;		/* how many it takes */
};

/* Layers that a match can tell the protocol of. */
enum dep_layer { DEP_LL, DEP_VLAN, DEP_NH, DEP_TH, DEP_ICMP, DEP_MAX };

struct rdec {
	struct decompile *d;
	struct arena *a;
	uint8_t family;
	const char *table;
	struct proto_ctx pc;
	uint8_t vlan_depth;		/* VLAN headers that the rule looked behind */
	struct reg regs[REG_WORDS];
	struct stmt *first, **last;
	struct stmt *newest;		/* the statement emitted last */
	struct stmt *dep[DEP_MAX];	/* what may be hidden if a later field implies it */
	struct stmt *hidden_th;		/* hidden since the last statement */
	bool in_equality;		/* the operand of == or != is being read */
	/* icmp or icmpv6 types that the rule has matched: what id, mtu... mean */
	uint8_t icmp_n;
	uint8_t icmp_types[FIELD_DEP_MAX];
};

/* ---- user data: type, length, value with one byte each ---- */

struct udata {
	const uint8_t *data;
	uint8_t len;
};
#define UDATA_MAX 16
bool udata_parse(const void *data, size_t len, struct udata tb[UDATA_MAX]);
const char *udata_string(struct arena *a, const struct udata *u);
bool udata_u32(const struct udata *u, uint32_t *v);

/* ---- decompile_reg.c ---- */

/* The word of a register number, or -1. */
int reg_word(uint64_t reg);
void reg_set(struct rdec *r, uint64_t reg, unsigned int bytes, struct expr *e);
/* What stands in one register; EX_UNKNOWN where nothing was loaded. */
struct expr *reg_get(struct rdec *r, uint64_t reg);
/* bytes from a register on: a concatenation where several were loaded. */
struct expr *reg_get_bytes(struct rdec *r, uint64_t reg, unsigned int bytes);
/* Does the register hold the n-th word of the result of this map? */
bool reg_is_part_of(struct rdec *r, uint64_t reg, const struct expr *map);

struct expr *ex_new(struct rdec *r, enum expr_kind kind);
struct expr *ex_unknown(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A constant of len bytes, as it stands in a register of that order. */
struct expr *ex_const(struct rdec *r, const void *data, unsigned int len, enum byteorder bo);
/*
 * Give a constant its type. One whose order was not known when it was loaded
 * (an immediate) is read again in the order that the user of it wants.
 */
struct expr *const_typed(struct rdec *r, struct expr *e, const struct datatype *type,
			 enum byteorder bo, unsigned int bits);
/* A string constant: the bits that are there, wildcard where it is cut short. */
void const_string(struct expr *e, unsigned int len, unsigned int full);

/* ---- decompile_field.c ---- */

/* A place in a header or an option. */
struct place {
	uint8_t kind;		/* enum field_kind */
	uint8_t base;		/* FK_PAYLOAD: enum proto_base */
	uint16_t key;		/* the others: number of the header or option */
	uint32_t off, bits;
};
bool expr_place(const struct expr *e, struct place *pl);
const struct field *field_at(struct rdec *r, const struct place *pl);
/* The same, of the first field that begins there, at most max_bits wide, or larger. */
const struct field *field_within(struct rdec *r, const struct place *pl);
const struct field *field_around(struct rdec *r, const struct place *pl);
struct expr *ex_field(struct rdec *r, const struct field *f);
/*
 * The expression with fields in place of offsets. *shift is how many bits
 * constants that are compared with it must be shifted right.
 */
struct expr *resolve(struct rdec *r, struct expr *e, unsigned int *shift);
/* A run of one bits: its width, and the zero bits under it. */
bool mask_run(nff_u128 mask, unsigned int *bits, unsigned int *shift);

/* ---- decompile_load.c ---- */

/* Run an instruction that loads a register; false: it is none. */
bool load_insn(struct rdec *r, const struct insn *i);
/* The table of an option kind (FK_EXTHDR, FK_TCPOPT...) and its words; NULL: it has none. */
const struct proto *const *exthdr_list(unsigned int kind, const char **name);
/* What an exthdr expression loads or writes. */
struct expr *exthdr_expr(struct rdec *r, const struct insn *i);
/* AND, XOR, OR of a bitwise expression, for a payload statement. */
void bitwise_masks(const struct expr *e, struct expr **base, nff_u128 *mask, nff_u128 *xor_);

/* ---- decompile_match.c ---- */

bool match_insn(struct rdec *r, const struct insn *i);
/* A set or map of the kernel: EX_SET with elements, or EX_SETREF. key is resolved. */
struct expr *set_expr(struct rdec *r, const char *name, struct expr *key, unsigned int shift,
		      struct set **set);
/* The type of the values that an expression gives, and its width in bits. */
const struct datatype *expr_type(const struct expr *e);

/* ---- decompile_dep.c ---- */

/* A match was emitted: remember what it tells of a protocol. */
void dep_learn(struct rdec *r, struct stmt *s);
/* A field of a header is used: hide what it implies. */
void dep_use(struct rdec *r, const struct field *f);
/* Something other than a match: nothing before it can be hidden any more. */
void dep_reset(struct rdec *r);
/* The port of a NAT statement wants its protocol told before. */
void dep_keep_th(struct rdec *r);
void dep_reject(struct rdec *r, const struct reject_stmt *rej);

/* ---- decompile_stmt.c, decompile_nat.c ---- */

struct stmt *emit(struct rdec *r, enum stmt_kind kind);
void emit_unknown(struct rdec *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool stmt_insn(struct rdec *r, const struct insn *i);
bool nat_insn(struct rdec *r, const struct insn *i);
/* Statements that stand in an element or an object: counter, limit, quota... */
struct stmt *stateful_stmt(struct arena *a, const struct insn *i);
void limit_of_insn(const struct insn *i, struct limit_stmt *l);
void quota_of_insn(const struct insn *i, struct quota_stmt *q);
/* NFTA_*_EXPRESSIONS or a single NFTA_*_EXPR (either may be NULL). */
struct stmt *stateful_list(struct arena *a, const struct nlattr *list,
			   const struct nlattr *single);

/* ---- decompile_elem.c ---- */

/* The layout of a key or datum: how many parts, their types and bytes. */
struct layout {
	unsigned int n;
	struct {
		const struct datatype *type;
		uint8_t bytes;
		uint8_t shift;		/* of a part whose field is narrower */
		uint16_t bits;
		uint8_t bo;
	} part[CONCAT_MAX];
};
void layout_of_set(const struct set *s, bool data, unsigned int bytes, struct layout *l);

/* Constants in what a rule adds to a set get the types of the set. */
struct expr *typed_for_set(struct rdec *r, struct expr *e, const struct set *s, bool data);

/* Insns of a rule. */
void rule_insns(struct rdec *r, const struct nlattr *list);

#endif
