/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AST: what text parses to, what the kernel's objects decompile to, and
 * what the printers (text and JSON) read. All nodes live in an arena.
 *
 * Two states of an expression: as parsed (symbols and variables unresolved)
 * and evaluated (eval.h: values typed, operators chosen). The decompiler makes
 * evaluated ones.
 */
#ifndef NFF_AST_H
#define NFF_AST_H

#include <stdbool.h>
#include <stdint.h>
#include "arena.h"
#include "datatype.h"
#include "field.h"
#include "source.h"

/* ---- expressions ---- */

enum expr_kind {
	EX_NONE,
	/* as parsed only */
	EX_SYMBOL,		/* a word, number or string whose type is not known yet */
	EX_VAR,			/* $name: the definition it refers to */
	/* values */
	EX_VALUE,		/* value, with type and bits */
	EX_VERDICT,
	EX_WILDCARD,		/* "*" in a set: the catch-all element */
	EX_PREFIX,		/* base / len */
	EX_RANGE,		/* left - right */
	EX_CONCAT,		/* a . b: list */
	EX_LIST,		/* a, b: flags or alternatives: list */
	EX_SET,			/* { ... }: anonymous set or map; list of EX_ELEM */
	EX_ELEM,		/* key [: data] with options */
	EX_SETREF,		/* @name, or a set of the kernel */
	/* selectors */
	EX_FIELD,		/* payload, meta, ct ...: a row of the field tables */
	EX_RAW,			/* @nh,16,8 */
	EX_FIB,			/* fib saddr . iif oif */
	EX_NUMGEN,		/* numgen random mod 2 offset 1 */
	EX_HASH,		/* jhash, symhash */
	/* operators */
	EX_BINARY,		/* op: OP_AND ... OP_RSHIFT */
	EX_REL,			/* op: OP_IMPLICIT ... OP_GE: a match */
	EX_MAP,			/* left vmap/map right */
	EX_UNKNOWN,		/* a kernel expression that nff does not know; see unknown */
};

enum expr_op {
	OP_IMPLICIT,		/* none written: ==, lookup, or flag test, as evaluation finds */
	OP_EQ, OP_NE, OP_LT, OP_GT, OP_LE, OP_GE,
	OP_FLAGS,		/* (left & right) != 0: a flag list without an operator */
	OP_NOT_FLAGS,		/* "!": (left & right) == 0 */
	OP_AND, OP_OR, OP_XOR, OP_LSHIFT, OP_RSHIFT,
	OP_MAX
};

enum {
	EXF_QUOTED	= 1 << 0,	/* EX_SYMBOL: was in quotes */
	EXF_NUMBER	= 1 << 1,	/* EX_SYMBOL: the scanner saw a number */
	EXF_INTERVAL_END = 1 << 2,	/* EX_ELEM: as the kernel lists interval sets */
	EXF_SLASH_MASK	= 1 << 3,	/* EX_REL: written "field value / mask" */
	EXF_VMAP	= 1 << 4,	/* EX_MAP: vmap */
	EXF_EVALUATED	= 1 << 5,
	EXF_WILDCARD	= 1 << 6,	/* EX_VALUE/EX_SYMBOL string: ended in '*'; EX_VALUE then
					   has bits = 8 * length of what stands before it */
	EXF_BLOCK	= 1 << 7,	/* EX_VERDICT: jump { ... } */
};

struct set;
struct stmt;

/* A list of expressions, in order. */
struct expr_list {
	struct expr *first, *last;	/* linked by expr->next */
	uint32_t n;
};

struct elem_opts {
	uint64_t timeout_ms;		/* 0: none */
	uint64_t expires_ms;
	bool has_timeout, has_expires;
	const char *comment;
	uint64_t handle;
	struct stmt *stmts;		/* counter, quota, limit of the element */
};

/* { ... } and what evaluation or decompiling knows of it. */
struct set_expr {
	struct expr_list elems;		/* of EX_ELEM */
	struct set *set;		/* its declaration; NULL as parsed */
};

struct expr {
	struct expr *next;
	struct loc loc;
	uint8_t kind;			/* enum expr_kind */
	uint8_t op;			/* enum expr_op */
	uint8_t byteorder;		/* enum byteorder of the value in a register */
	uint8_t flags;			/* EXF_* */
	uint32_t bits;			/* width; 0: not known yet */
	const struct datatype *type;	/* NULL: not known yet */
	union {
		nff_u128 value;				/* EX_VALUE */
		const char *sym;			/* EX_SYMBOL */
		struct {
			const char *name;
			struct expr *def;		/* shared: copy before changing */
		} var;					/* EX_VAR */
		struct {
			int32_t code;			/* NFT_JUMP, NF_ACCEPT ... */
			union {
				struct expr *chain_expr;	/* parsed: a symbol or variable */
				struct chain *block;		/* EXF_BLOCK: a chain of its own */
			};
			const char *chain;		/* evaluated; of a block: decompiled */
		} verdict;				/* EX_VERDICT */
		struct {
			struct expr *base;
			uint32_t len;
		} prefix;				/* EX_PREFIX */
		struct {
			struct expr *left, *right;
		} bin;			/* EX_RANGE, EX_BINARY, EX_REL, EX_MAP (right: set) */
		struct expr_list list;			/* EX_CONCAT, EX_LIST */
		struct set_expr *set;			/* EX_SET: allocated with it */
		struct {
			struct expr *key, *data;	/* data: NULL in a set */
			struct elem_opts *opts;		/* or NULL */
		} elem;					/* EX_ELEM */
		struct {
			const char *name;
			struct set *set;		/* evaluated or decompiled */
		} ref;					/* EX_SETREF */
		struct {
			const struct field *f;
			uint8_t dir;			/* ct: 0 none, 1 original, 2 reply;
							   xfrm: 1 in, 2 out */
			uint32_t num;			/* xfrm: spnum; socket cgroupv2: level;
							   osf: NFT_OSF_TTL_*; vlan payload:
							   bytes before its header */
		} field;				/* EX_FIELD */
		struct {
			uint8_t base;			/* enum proto_base */
			uint16_t off;			/* bits; width is expr->bits */
		} raw;					/* EX_RAW */
		struct {
			uint32_t flags;			/* NFTA_FIB_F_* */
			uint32_t result;		/* NFT_FIB_RESULT_* */
		} fib;					/* EX_FIB */
		struct {
			uint32_t type, mod, offset;	/* NFT_NG_* */
		} numgen;				/* EX_NUMGEN */
		struct {
			uint32_t type, mod, seed, offset;	/* NFT_HASH_* */
			bool has_seed;
			struct expr *input;		/* jhash */
		} *hash;				/* EX_HASH */
		const char *unknown;			/* EX_UNKNOWN: text to show */
	};
};

/* ---- statements ---- */

enum stmt_kind {
	ST_MATCH,		/* expr: EX_REL */
	ST_VERDICT,		/* expr: EX_VERDICT, or EX_MAP with EXF_VMAP */
	ST_COUNTER, ST_LIMIT, ST_QUOTA, ST_LAST, ST_CONNLIMIT,
	ST_LOG, ST_REJECT, ST_NAT, ST_NOTRACK,
	ST_SET,			/* meta/ct/payload KEY set EXPR */
	ST_FLOW,		/* flow add @name */
	ST_QUEUE, ST_DUP, ST_FWD, ST_TPROXY, ST_SYNPROXY,
	ST_OBJREF,		/* counter name "x" */
	ST_SETUPD,		/* add/update/delete @set { key ... } */
	ST_UNKNOWN,		/* what nff cannot decompile: shown as a comment */
	ST_OPTSTRIP,		/* reset tcp option NAME; expr: the row of its existence */
	ST_MAX
};

enum nat_kind { NAT_SNAT, NAT_DNAT, NAT_MASQUERADE, NAT_REDIRECT };

enum {
	STF_GENERATED	= 1 << 0,	/* a dependency: compiled, never listed */
	STF_MERGED	= 1 << 1,	/* compiled together with a match before it */
};

/*
 * What a limit, a log, ... has is in a struct of its own, so that struct stmt
 * stays small: a ruleset has many matches and few logs.
 */
struct limit_stmt {
	uint64_t rate, unit;		/* per unit seconds */
	uint32_t type;			/* NFT_LIMIT_PKTS, NFT_LIMIT_PKT_BYTES */
	uint32_t burst;
	bool has_burst, inv;		/* inv: "over" */
};

struct log_stmt {
	const char *prefix;
	struct expr *prefix_expr;	/* as parsed: string or variable */
	uint32_t level, group, snaplen, qthreshold, flags;	/* NF_LOG_* */
	uint32_t set;			/* LOG_HAS_* */
};
enum {
	LOG_HAS_LEVEL = 1, LOG_HAS_GROUP = 2, LOG_HAS_SNAPLEN = 4, LOG_HAS_QTHRESHOLD = 8,
	LOG_HAS_PREFIX = 16,
};
#define LOG_LEVEL_AUDIT 8		/* NFT_LOGLEVEL_AUDIT */

struct reject_stmt {
	int32_t type;			/* NFT_REJECT_*; -1: not written */
	uint8_t family;			/* as written: NFPROTO_IPV4, IPV6, INET (icmpx), 0 */
	struct expr *code_expr;		/* as written: symbol */
	uint8_t code;			/* evaluated */
	bool has_code;			/* evaluated: always */
};

struct nat_stmt {
	enum nat_kind kind;
	uint8_t family;			/* NFPROTO_*; 0: that of the table */
	struct expr *addr, *port;	/* value, range, map...; or NULL */
	uint32_t flags;			/* NF_NAT_RANGE_* for random, fully-random, persistent,
					   netmap (prefix) */
	uint32_t type_flags;		/* NAT_* below */
};
enum {
	NAT_PREFIX	= 1 << 0,	/* snat prefix to ... */
	NAT_CONCAT	= 1 << 1,	/* to addr . port map */
	NAT_INTERVAL	= 1 << 2,
	NAT_FAMILY_WRITTEN = 1 << 3,	/* "snat ip to" */
};

struct quota_stmt {
	uint64_t bytes, used;
	bool inv;			/* over */
};

struct queue_stmt {
	struct expr *num;		/* value or range, or an expression */
	uint16_t from, to;
	uint16_t flags;			/* NFT_QUEUE_FLAG_* */
};

struct fwd_stmt {			/* dup and fwd */
	struct expr *addr, *dev;
	uint8_t family;
};

struct setupd_stmt {
	const char *set_name;
	uint32_t op;			/* NFT_DYNSET_OP_* */
	struct expr *key, *data;
	struct elem_opts *opts;
	struct stmt *stmts;
	struct set *set;		/* a meter: parsed with its declaration, which is anonymous
					   and NFT_SET_EVAL; else evaluation finds it */
};

struct connlimit_stmt {
	uint32_t count;
	bool inv;
};

struct tproxy_stmt {
	uint8_t family;
	struct expr *addr, *port;
};

struct synproxy_stmt {
	uint16_t mss;
	uint8_t wscale;
	uint32_t flags;			/* NF_SYNPROXY_OPT_* */
};

struct stmt {
	struct stmt *next;
	struct loc loc;
	uint8_t kind;			/* enum stmt_kind */
	uint8_t flags;			/* STF_* */
	union {
		struct expr *expr;	/* ST_MATCH, ST_VERDICT */
		struct {
			uint64_t packets, bytes;
		} counter;
		struct limit_stmt *limit;
		struct log_stmt *log;
		struct reject_stmt *reject;
		struct nat_stmt *nat;
		struct quota_stmt *quota;
		struct queue_stmt *queue;
		struct fwd_stmt *fwd;		/* ST_DUP, ST_FWD */
		struct setupd_stmt *setupd;
		struct connlimit_stmt *connlimit;
		struct tproxy_stmt *tproxy;
		struct synproxy_stmt *synproxy;
		struct {
			struct expr *key;	/* EX_FIELD */
			struct expr *value;
		} set;				/* ST_SET */
		struct {
			const char *name;	/* flowtable, without '@' */
			struct expr *name_expr;	/* as parsed */
		} flow;
		struct {
			uint32_t type;		/* NFT_OBJECT_* */
			struct expr *name;	/* string value, symbol, or a map */
		} objref;
		struct {
			uint64_t msecs;
			bool used;
		} last;
		const char *unknown;
	};
};

/* ---- objects ---- */

/* A name with its place (for diagnostics). */
struct name {
	const char *s;			/* NULL: not given */
	struct loc loc;
};

struct handle {
	uint8_t family;			/* NFPROTO_* of nf_tables */
	struct name table, chain, obj;	/* obj: set, flowtable, stateful object */
	uint64_t handle;		/* 0: not given */
	uint64_t position;		/* a rule handle; 0: not given */
	uint32_t index;			/* from 1 (0: not given); as typed + 1 */
	struct loc handle_loc;		/* of the handle, position or index: there is one */
};

struct rule {
	struct rule *next;
	struct loc loc;
	uint32_t chain_id;		/* compiled: of the block that it stands in; 0: none */
	struct handle *h;		/* shared with the chain of a block, or the command */
	struct stmt *stmts;
	const char *comment;
};

/* A hook priority: "filter + 10", "-100". */
struct priority {
	struct expr *expr;		/* as parsed; NULL once resolved */
	int32_t value;
	struct loc loc;
};

/* One device of a chain or a flowtable. */
struct device {
	struct device *next;
	const char *name;		/* may end in '*' */
	struct loc loc;
};

enum {
	CHAINF_BASE	= 1 << 0,
	CHAINF_POLICY	= 1 << 1,	/* a policy was given */
	CHAINF_HW_OFFLOAD = 1 << 2,	/* flags offload */
	CHAINF_BINDING	= 1 << 3,	/* listed: the block of a rule, see EXF_BLOCK */
};

struct chain {
	struct chain *next;
	struct loc loc;
	struct handle h;
	uint32_t flags;			/* CHAINF_* */
	const char *type;		/* "filter", "nat", "route" */
	struct loc type_loc;
	int32_t hook;			/* number within the family; -1: not given */
	const char *hook_name;
	struct loc hook_loc;
	struct priority prio;
	uint32_t policy;		/* NF_ACCEPT, NF_DROP */
	struct expr *policy_expr;	/* as parsed: symbol or variable */
	struct loc policy_loc;
	struct expr *dev_expr;		/* as parsed: string, variable, set */
	struct device *devs;		/* evaluated */
	const char *comment;
	struct rule *rules, **rules_last;
	uint32_t id;			/* compiled block: NFTA_CHAIN_ID in the batch */
};

enum {
	FTF_HW_OFFLOAD	= 1 << 0,	/* flags offload: NFT_FLOWTABLE_HW_OFFLOAD */
	FTF_COUNTER	= 1 << 1,	/* counter: NFT_FLOWTABLE_COUNTER */
};

/*
 * What the bundled kernel module lets one flowtable set for itself; it is no part of nf_tables,
 * and goes its own way to the kernel.
 */
enum {
	FTS_TCP_TIMEOUT	= 1 << 0,
	FTS_UDP_TIMEOUT	= 1 << 1,
	FTS_SIZE	= 1 << 2,
};

#define FLOWTABLE_TIMEOUT_MAX 86400	/* seconds; NFF_TIMEOUT_MAX of the module */
struct flowtable_settings {
	uint32_t has;			/* FTS_* */
	uint32_t tcp_timeout, udp_timeout;	/* seconds; 0: the kernel's default */
	uint32_t size;			/* largest number of flows; 0: no limit */
	struct loc loc;			/* of the first one */
};

struct flowtable {
	struct flowtable *next;
	struct loc loc;
	struct handle h;		/* h.obj: its name */
	uint32_t flags;			/* FTF_* : the kernel's values */
	bool has_hook;
	const char *hook_name;
	int32_t hook;
	struct loc hook_loc;
	struct priority prio;
	struct expr *dev_expr;		/* as parsed */
	struct device *devs;		/* evaluated */
	uint32_t use;			/* listed: how many rules refer to it */
	struct flowtable_settings settings;
};

/* A set or map, named or anonymous. */
struct set {
	struct set *next;
	struct loc loc;
	struct handle h;		/* h.obj: its name */
	uint32_t flags;			/* NFT_SET_* */
	bool is_map_word;		/* declared with "map" */
	struct expr *key_expr;		/* "typeof ip saddr . tcp dport", or NULL */
	struct expr *data_expr;		/* typeof of the data */
	const struct datatype *key_type;
	const struct datatype *data_type;	/* maps */
	uint32_t key_bits, data_bits;	/* widths, in bits */
	uint32_t obj_type;		/* maps to objects: NFT_OBJECT_*; 0: none */
	uint64_t timeout_ms, gc_ms;
	uint32_t size;
	uint32_t policy;		/* NFT_SET_POL_* */
	bool has_policy, automerge;
	const char *comment;
	struct stmt *stmts;		/* counter etc. for each element */
	struct expr *init;		/* EX_SET: the elements, or NULL */
	uint32_t id;			/* NFTA_SET_ID in a batch */
	uint32_t userdata_len;
	const void *userdata;
	bool elems_loaded;		/* decompiler: init holds the kernel's elements */
	uint16_t key_bytes, data_bytes;	/* decompiler: as the kernel has them */
	uint8_t key_shift;		/* decompiler: zero bits under the values of a key */
	bool data_is_interval;		/* maps: data are ranges or prefixes */
	uint8_t key_byteorder, data_byteorder;	/* enum byteorder */
	uint8_t desc_parts;		/* concatenated key: field lengths in bytes below */
	uint8_t desc_len[CONCAT_MAX];
};

enum {
	TABLEF_DORMANT = 1, TABLEF_OWNER = 2, TABLEF_PERSIST = 4,	/* the kernel's values */
};

/* Stateful objects: counter, quota, limit, ct helper/timeout/expectation, ... */
struct object {
	struct object *next;
	struct loc loc;
	struct handle h;
	uint32_t type;			/* NFT_OBJECT_* */
	const char *comment;
	union {
		struct {
			uint64_t packets, bytes;
		} counter;
		struct quota_stmt quota;
		struct limit_stmt limit;
		struct {
			const char *name;
			uint8_t l4proto;
			uint16_t l3proto;
		} helper;
		struct synproxy_stmt synproxy;
		struct {
			uint8_t l4proto;
			uint16_t l3proto;
			struct expr_list *values;	/* EX_ELEM: state symbol, seconds */
		} timeout;
		struct {
			uint16_t l3proto, dport;
			uint8_t l4proto, size;
			uint32_t timeout_ms;
		} expect;
		const char *secctx;
	};
};

struct table {
	struct table *next;
	struct loc loc;
	struct handle h;
	uint32_t flags;			/* TABLEF_* */
	bool has_flags;
	uint32_t owner;			/* listed: netlink port of the owner */
	const char *comment;
	struct set *sets, **sets_last;
	struct object *objects, **objects_last;
	struct flowtable *flowtables, **flowtables_last;
	struct chain *chains, **chains_last;
	struct chain *blocks, **blocks_last;	/* listed: chains with CHAINF_BINDING */
};

/* ---- commands ---- */

enum cmd_op {
	CMD_ADD, CMD_CREATE, CMD_INSERT, CMD_REPLACE, CMD_DELETE, CMD_DESTROY, CMD_RENAME,
	CMD_FLUSH, CMD_LIST, CMD_RESET, CMD_DESCRIBE, CMD_MONITOR, CMD_SHOW, CMD_GET,
	CMD_UPDATE, CMD_SET, CMD_TOP, CMD_MAX
};

enum obj_kind {
	OBJ_NONE, OBJ_RULESET, OBJ_TABLE, OBJ_TABLES, OBJ_CHAIN, OBJ_CHAINS, OBJ_RULE, OBJ_RULES,
	OBJ_SET, OBJ_SETS, OBJ_MAP, OBJ_MAPS, OBJ_METER, OBJ_METERS, OBJ_ELEMENT,
	OBJ_FLOWTABLE, OBJ_FLOWTABLES, OBJ_HOOKS,
	OBJ_COUNTER, OBJ_COUNTERS, OBJ_QUOTA, OBJ_QUOTAS, OBJ_LIMIT, OBJ_LIMITS,
	OBJ_CT_HELPER, OBJ_CT_HELPERS, OBJ_CT_TIMEOUT, OBJ_CT_TIMEOUTS, OBJ_CT_EXPECT,
	OBJ_CT_EXPECTS, OBJ_SYNPROXY, OBJ_SYNPROXYS, OBJ_SECMARK, OBJ_SECMARKS,
	/* records: no part of the ruleset (struct query) */
	OBJ_CONNTRACKS, OBJ_EXPECTATIONS, OBJ_FLOWS,
	OBJ_CONNTRACK,			/* add, show: one, or the table as a whole */
	OBJ_FLOW,			/* show: where a connection is */
	OBJ_FEATURES,			/* show */
	OBJ_CT_TIMEOUT_POLICY,		/* list timeouts, set timeout */
	OBJ_SYSCTLS,			/* list sysctls, set sysctl */
	OBJ_ALL,			/* monitor all */
	OBJ_TRACE,			/* monitor */
	OBJ_MAX
};

struct query;				/* query.h */

struct cmd {
	struct cmd *next;
	struct loc loc;			/* the whole statement */
	uint8_t op;			/* enum cmd_op */
	uint8_t obj;			/* enum obj_kind */
	bool has_device;		/* list hooks: device is given */
	struct handle h;
	union {
		struct table *table;	/* add/create table */
		struct chain *chain;
		struct rule *rule;	/* add/insert/replace rule */
		struct flowtable *flowtable;	/* add; delete: devices to take out */
		struct set *set;
		struct object *object;
		struct expr *elements;	/* OBJ_ELEMENT: EX_SET */
		const char *new_name;	/* rename */
		struct expr *expr;	/* describe */
		struct query *query;
		const char *device;	/* list hooks ... device NAME */
	};
};

/* The commands of one input, in order. */
struct cmds {
	struct cmd *first, **last;
};

/* ---- constructors (src/lang/ast.c) ---- */

struct expr *expr_new(struct arena *a, enum expr_kind kind, struct loc loc);
struct expr *expr_symbol(struct arena *a, struct loc loc, const char *sym, unsigned int flags);
struct expr *expr_value(struct arena *a, struct loc loc, const struct datatype *type,
			enum byteorder bo, unsigned int bits, nff_u128 value);
struct expr *expr_verdict(struct arena *a, struct loc loc, int code, struct expr *chain);
/* jump { ... } or goto { ... } */
struct expr *expr_block(struct arena *a, struct loc loc, int code, struct chain *block);
struct expr *expr_bin(struct arena *a, struct loc loc, enum expr_kind kind, enum expr_op op,
		      struct expr *left, struct expr *right);
struct expr *expr_prefix(struct arena *a, struct loc loc, struct expr *base, unsigned int len);
struct expr *expr_field(struct arena *a, struct loc loc, const struct field *f, unsigned int dir);
struct expr *expr_elem(struct arena *a, struct loc loc, struct expr *key, struct expr *data);
void expr_list_add(struct expr_list *l, struct expr *e);
/* A deep copy (variables and field rows stay shared). */
struct expr *expr_copy(struct arena *a, const struct expr *e);
/* A rule with a handle of its own. */
struct rule *rule_new(struct arena *a, struct loc loc);
struct stmt *stmt_new(struct arena *a, enum stmt_kind kind, struct loc loc);
struct table *table_new(struct arena *a, struct loc loc);
struct chain *chain_new(struct arena *a, struct loc loc);

/* Append to a list with a tail pointer. */
#define list_add_tail(last, item) do { \
	*(last) = (item); \
	(last) = &(item)->next; \
} while (0)

/* ---- names of things (src/lang/names.c), both directions ---- */

/* "ip", "inet"...; NULL/-1: unknown. */
const char *family_name(unsigned int family);
int family_by_name(const char *name);
/* "prerouting"...; numbers are within the family (NF_INET_*, NF_NETDEV_*, NF_ARP_*). */
const char *hook_name(unsigned int family, unsigned int hook);
int hook_by_name(unsigned int family, const char *name);
/*
 * Priority names ("filter", "dstnat", ...): which there are depends on family
 * and hook. Returns false where there is none of that name there.
 */
bool priority_by_name(unsigned int family, int hook, const char *name, int32_t *value);
/*
 * Print as nft does: "filter + 10", "-250" where no name is near; numeric
 * when asked for.
 */
void priority_print(unsigned int family, int hook, int32_t value,
		    const struct print_opts *opts, struct out *o);
const char *op_name(enum expr_op op);	/* "==", "&", ... */
const char *obj_name(enum obj_kind k);	/* "table", "flowtables" */
const char *cmd_name(enum cmd_op op);
/* "emerg" ... "debug", "audit" */
extern const struct symbol log_level_symbols[];

#endif
