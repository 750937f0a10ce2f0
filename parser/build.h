/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the grammar's actions call: they make the nodes of the AST, and tell
 * the scanner what comes next. (build.c, build_stmt.c, build_block.c, want.c)
 */
#ifndef NFF_PARSE_BUILD_H
#define NFF_PARSE_BUILD_H

#include <string.h>
#include "state.h"

#define NO_SEED (UINT64_MAX)

/* ---- want.c: what the next word is ---- */

void want_name(struct parser *p, enum expect_kind kind);
/* A table or its family, of an object of that kind. */
void want_table(struct parser *p, enum obj_kind obj);
/* The same of all objects of a kind, where "table" and "chain" may be written. */
void want_place(struct parser *p, enum obj_kind obj);
/* A name, or what goes on with a query without it. */
void want_place_or_clause(struct parser *p, enum expect_kind kind);
void want_symbol(struct parser *p, const struct symbol *symbols, const char *what);
void want_word(struct parser *p, const char *what, const struct symbol *symbols);
void want_hook(struct parser *p);
void want_fields(struct parser *p, const char *of, const struct field *fields);
/* Fields of a header, keys of ct; in a query, what records have besides. */
void want_proto_fields(struct parser *p, const struct proto *proto);
void want_ct_fields(struct parser *p);
void want_rt(struct parser *p);
void want_options(struct parser *p, const struct proto *proto, struct loc loc);
/* A value or a selector; family: or "ip" or "ip6". */
void want_mixed(struct parser *p, bool family);
/* The same behind an operator, of the same type as what stands before it. */
void want_mixed_operand(struct parser *p);
/* Behind "." */
void want_operand(struct parser *p);
void want_type_value(struct parser *p, const struct datatype *type);
/* Another value of the same type. */
void want_more_value(struct parser *p);
void want_describe(struct parser *p);
/* An operand is complete: in a match, values come next. */
void operand_end(struct parser *p, const struct datatype *type);

/* ---- build.c: values and expressions ---- */

uint64_t number(struct parser *p, const char *text, struct loc loc);
uint64_t at_most(struct parser *p, uint64_t value, struct loc loc, uint64_t max);
uint64_t duration(struct parser *p, const char *text, struct loc loc);
const char *check_name(struct parser *p, const char *name, struct loc loc);
const char *comment(struct parser *p, const char *text, struct loc loc);
uint8_t l4proto(struct parser *p, const char *name, struct loc loc);
uint16_t port(struct parser *p, const struct expr *e);

struct expr *quoted(struct parser *p, struct loc loc, const char *text);
struct expr *negative(struct parser *p, struct loc loc, uint64_t value);
struct expr *variable(struct parser *p, const char *name, struct loc loc);
/* The text of a variable that stands for a name. */
const char *variable_text(struct parser *p, const char *name, struct loc loc);
/* A copy of the elements that a variable stands for. */
struct expr *variable_set(struct parser *p, const char *name, struct loc loc);
/* A string in which "$name" stands for the text of a variable. */
struct expr *text_with_variables(struct parser *p, const char *text, struct loc loc);
struct expr *binary(struct parser *p, struct loc loc, enum expr_kind kind, enum expr_op op,
		    struct expr *left, struct expr *right);
struct expr *prefix(struct parser *p, struct loc loc, struct expr *base, uint64_t len,
		    struct loc len_loc);
/* Append to an EX_LIST or EX_CONCAT, which first is or becomes the first part of. */
struct expr *list(struct parser *p, struct loc loc, enum expr_kind kind, struct expr *first,
		  struct expr *next);
/* A match; mask: "field value / mask", or NULL. */
struct expr *rel(struct parser *p, struct loc loc, uint64_t op, struct expr *left,
		 struct expr *right, struct expr *mask);

struct expr *selector(struct parser *p, struct loc loc, const struct field *f, uint64_t dir);
struct expr *exists(struct parser *p, struct loc loc, const struct proto *proto);
/* The same where the token behind it is read already. */
struct expr *exists_seen(struct parser *p, struct loc loc, const struct proto *proto);
/* A TCP option without a name: its existence where bits is 0, or bits of it. */
struct expr *option_number(struct parser *p, struct loc loc, const struct proto *proto,
			   uint64_t number, struct loc number_loc, uint64_t off, uint64_t bits);
struct expr *fib(struct parser *p, struct loc loc, uint64_t flags, uint64_t result);
struct expr *raw_field(struct parser *p, struct loc loc, uint64_t base, uint64_t off,
		       struct loc off_loc, uint64_t len, struct loc len_loc);
struct expr *numgen(struct parser *p, struct loc loc, uint64_t type, uint64_t mod,
		    uint64_t offset);
/* jhash of input; symhash where that is NULL. */
struct expr *hash(struct parser *p, struct loc loc, struct expr *input, uint64_t mod,
		  uint64_t seed, uint64_t offset);

struct expr *set_reference(struct parser *p, struct loc loc, const char *name);
struct expr *elements(struct parser *p, struct loc loc, struct expr *set);
struct expr *add_elem(struct parser *p, struct expr *set, struct expr *elem);
struct expr *element(struct parser *p, struct loc loc, struct expr *key, struct elem_opts *opts,
		     struct expr *data);
struct elem_opts *opts(struct parser *p, struct elem_opts *o);
/* To the few statements of an element or a set. */
#define ELEM_STMTS_MAX 16
void append_stmt(struct parser *p, struct stmt **list, struct stmt *s);

/* ---- build_stmt.c: statements ---- */

struct rule *new_rule(struct parser *p, struct loc loc, struct stmts stmts, const char *comment);
void stmt_end(struct parser *p);
struct stmt *stmt_expr(struct parser *p, enum stmt_kind kind, struct loc loc, struct expr *e);
/* At the end of "jump { ... }": code is NFT_JUMP or NFT_GOTO. */
struct stmt *stmt_block(struct parser *p, struct loc loc, int code);
struct stmt *stmt_vmap(struct parser *p, struct loc loc, struct expr *key, struct expr *map);
/* "KEY set": the value of that key follows. */
void value_begin(struct parser *p, const struct expr *key);
struct stmt *stmt_set(struct parser *p, struct loc loc, struct expr *key, struct expr *value);
struct stmt *stmt_object(struct parser *p, struct loc loc, uint32_t type, struct expr *name);
struct stmt *stmt_counter(struct parser *p, struct loc loc, uint64_t packets, uint64_t bytes);
struct stmt *stmt_quota(struct parser *p, struct loc loc, bool over, uint64_t bytes,
			uint64_t used);
struct stmt *stmt_limit(struct parser *p, struct loc loc);
struct stmt *stmt_connlimit(struct parser *p, struct loc loc, bool over, uint64_t count);
struct stmt *stmt_last(struct parser *p, struct loc loc, const char *used, struct loc used_loc);
struct stmt *stmt_log(struct parser *p, struct loc loc);
struct stmt *stmt_reject(struct parser *p, struct loc loc, uint64_t kind, struct expr *code);
struct stmt *stmt_nat(struct parser *p, struct loc loc, uint64_t flags);
struct stmt *stmt_tproxy(struct parser *p, struct loc loc);
struct stmt *stmt_flow(struct parser *p, struct loc loc, const char *name, struct loc name_loc);
struct stmt *stmt_queue(struct parser *p, struct loc loc);
struct stmt *stmt_fwd(struct parser *p, struct loc loc, enum stmt_kind kind, uint64_t family,
		      struct expr *to, struct expr *dev);
struct stmt *stmt_synproxy(struct parser *p, struct loc loc);
struct stmt *stmt_setupd(struct parser *p, struct loc loc, uint64_t op, const char *set,
			 struct expr *key, struct elem_opts *opts, struct expr *data);
/* A meter is a dynamic set that belongs to its rule. */
struct stmt *stmt_meter(struct parser *p, struct loc loc, const char *name, uint64_t size,
			struct expr *key, struct elem_opts *opts);
struct stmt *stmt_xt(struct parser *p, struct loc loc);
struct stmt *stmt_optstrip(struct parser *p, struct loc loc, const struct proto *option);
void nat_begin(struct parser *p, enum nat_kind kind);
void nat_concat(struct parser *p, const char *word, struct loc loc);
uint64_t bytes(struct parser *p, struct loc loc, uint64_t n, uint64_t unit);
void limit_rate(struct parser *p, bool over, uint64_t rate, uint64_t unit, bool bytes);
/* unit 0: packets */
void limit_burst(struct parser *p, struct loc loc, uint64_t burst, uint64_t unit);
void log_prefix(struct parser *p, struct expr *prefix);

/* ---- build_block.c: blocks and commands ---- */

/* synced: a table or chain, in which errors end with the line. */
void block_open(struct parser *p, bool synced);
void block_close(struct parser *p);
/* "jump {": the rules that follow are those of a chain of its own. */
void rules_open(struct parser *p);
/* Their chain. */
struct chain *rules_close(struct parser *p);
void set_open(struct parser *p);
void set_close(struct parser *p);

void define_begin(struct parser *p, bool redefine);
void define_end(struct parser *p, const char *name, struct loc loc, struct expr *value);
void undefine(struct parser *p, const char *name, struct loc loc);

/* A command without a body. */
struct cmd *add_cmd(struct parser *p, struct loc loc, enum obj_kind obj);
/* The newest command is the whole statement at loc. */
void place_cmd(struct parser *p, struct loc loc);
void add_rule(struct parser *p, struct loc loc, struct rule *rule);
void add_elements(struct parser *p, struct loc loc, struct expr *set);
void add_rename(struct parser *p, struct loc loc, const char *name);
void add_describe(struct parser *p, struct loc loc, struct expr *e);
void add_hooks(struct parser *p, struct loc loc, const char *device);

/* ---- build_query.c ---- */

struct query;
/* Of the statement; made with the first call. */
struct query *query(struct parser *p);
/* A verb of commands that may be about records: options may follow. */
void query_verb(struct parser *p, enum cmd_op op);
/* Refuse options behind the verb of a command that has none: "list -o csv tables". */
void query_unused(struct parser *p);
void add_query(struct parser *p, struct loc loc, enum obj_kind obj);
/* "reset conntrack counters" */
void add_counters(struct parser *p, struct loc loc, enum obj_kind obj, struct loc obj_loc);
void add_monitor(struct parser *p, struct loc loc);
void monitor_kind(struct parser *p, enum obj_kind obj);
void query_offload(struct parser *p, struct loc loc);
void query_source(struct parser *p, unsigned int source, struct loc loc);
void query_where(struct parser *p, struct loc loc);
enum query_part { QUERY_WHERE, QUERY_TUPLE, QUERY_MASTER };
void query_match(struct parser *p, enum query_part part, struct loc loc, struct expr *match);
struct query_key *query_sort(struct parser *p, const char *name, struct loc loc);
void query_group(struct parser *p, const char *name, struct loc loc);
void query_limit(struct parser *p, uint64_t limit, struct loc loc);
void query_set(struct parser *p, const char *key, struct loc key_loc, struct expr *value);
void query_option(struct parser *p, unsigned int option, struct loc loc, const char *value,
		  struct loc value_loc);
void unknown_option(struct parser *p, struct loc loc);
/* A word of "set timeout ..." */
void add_setting(struct parser *p, const char *word, struct loc loc);
/* "table,id" */
const char *join_words(struct parser *p, const char *a, const char *b);

/* The name of the table; the family is ip where none was written. */
void set_table(struct parser *p, const char *name, struct loc loc);
void set_handle(struct parser *p, uint64_t handle, struct loc loc);
/* place: the token POSITION, HANDLE or INDEX. */
void set_place(struct parser *p, uint64_t place, uint64_t value, struct loc loc);
void bare_table(struct parser *p, const char *name, struct loc loc);

void table_begin(struct parser *p, struct loc loc);
void table_end(struct parser *p, struct loc loc);
void table_set_flags(struct parser *p, uint64_t flags);
void chain_begin(struct parser *p, struct loc loc);
void chain_end(struct parser *p, struct loc loc);
void chain_add_rule(struct parser *p, struct rule *rule);
void chain_set_hook(struct parser *p, const char *type, struct loc type_loc, const char *hook,
		    struct loc hook_loc, struct loc prio_loc);
void chain_set_policy(struct parser *p, struct expr *policy, struct loc loc);
void chain_set_devices(struct parser *p, struct expr *devices);
/* A number without a name where base is NULL. */
void set_priority(struct parser *p, struct loc loc, struct expr *base, bool minus, uint64_t offset);
void flowtable_begin(struct parser *p, struct loc loc);
void flowtable_end(struct parser *p, struct loc loc);
/* setting: FTS_TCP_TIMEOUT, FTS_UDP_TIMEOUT */
void flowtable_set_timeout(struct parser *p, uint64_t setting, uint64_t ms, struct loc loc);
void flowtable_set_size(struct parser *p, uint64_t size, struct loc loc);
void flowtable_set_hook(struct parser *p, const char *hook, struct loc hook_loc,
			struct loc prio_loc);
void set_begin(struct parser *p, struct loc loc, bool map);
void set_end(struct parser *p, struct loc loc);
void add_type(struct parser *p, const char *name, struct loc loc);
void set_set_type(struct parser *p, struct loc loc);
void set_set_data_type(struct parser *p, struct loc loc, bool interval);
void set_set_data_object(struct parser *p, uint32_t type);
void typeof_begin(struct parser *p);
void typeof_end(struct parser *p);
void set_set_typeof(struct parser *p, struct expr *e);
void set_set_typeof_data(struct parser *p, struct expr *e, bool interval);
void object_begin(struct parser *p, struct loc loc, uint32_t type);
void object_end(struct parser *p, struct loc loc);
/* The same at the end of its block. */
void object_close(struct parser *p, struct loc loc);
void object_quota(struct parser *p, bool over, uint64_t bytes, uint64_t used);
void object_timeout(struct parser *p, struct expr *states);
struct expr *add_state(struct parser *p, struct expr *states, const char *state, struct loc loc,
		       const char *time, struct loc time_loc);

/* ---- parse.c ---- */

void parse_line_end(struct parser *p);
void recovered(struct parser *p);

#endif
