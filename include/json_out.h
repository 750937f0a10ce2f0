/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the files that turn the AST into JSON (src/lang/json_*.c). All
 * values are new references; NULL in a value's place stands for "leave out".
 */
#ifndef NFF_JSON_OUT_H
#define NFF_JSON_OUT_H

#include "json.h"
#include "json_names.h"

/* A string; bytes that are no UTF-8 (the kernel takes any) become U+FFFD. */
json_t *json_text(const char *s);
json_t *json_text_n(const char *s, size_t len);
/* A number; over 63 bits, which JSON numbers here cannot hold, as hex in a string. */
json_t *json_u128(nff_u128 v);
/* {key: value} */
json_t *json_wrap(const char *key, json_t *value);
void json_put(json_t *obj, const char *key, json_t *value);
void json_put_text(json_t *obj, const char *key, const char *s);	/* s may be NULL */
void json_put_u64(json_t *obj, const char *key, uint64_t v);
/* Counts are always integers; from 2^63 on they are told as negative ones, as nft does. */
void json_put_count(json_t *obj, const char *key, uint64_t v);
/*
 * The names of the bits of flags: none gives NULL, one a string, several an
 * array. A row that is all of flags wins, so "all" may stand in the table.
 */
json_t *json_flag_names(const struct symbol *table, uint64_t flags);
/* The same, always an array. */
json_t *json_flag_array(const struct symbol *table, uint64_t flags);
/* The first name of a value, or "unknown". */
const char *json_symbol(const struct symbol *table, uint64_t value);

/* How the bits of a flag value (ct state, tcp flags) are told. */
enum json_bits {
	JSON_BITS_OR,		/* {"|": ["a", "b"]} */
	JSON_BITS_LIST,		/* ["a", "b"] */
	JSON_BITS_NUMBER,	/* 3, where no symbol is all of it */
};
json_t *json_value_bits(const struct expr *e, enum json_bits how, const struct print_opts *opts);
/* The operands of an EX_BINARY, with the flags of the right one in one way or another. */
json_t *json_masked(const struct expr *e, enum json_bits how, const struct print_opts *opts);
/* A value of a type that stands outside an expression (the code of a reject). */
json_t *json_typed(const struct datatype *dt, uint64_t value, const struct print_opts *opts);
json_t *json_field(const struct expr *e);
/* The elements of a set, with the key and data options that each has: an array. */
json_t *json_elems(const struct expr *set, const struct print_opts *opts);
/* "val" with its options: {"elem": {...}}, or val itself where it has none. */
json_t *json_with_opts(json_t *val, const struct elem_opts *eo, const struct print_opts *opts);
/* An array of statements. */
json_t *json_stmts(const struct stmt *s, const struct print_opts *opts);

#endif
