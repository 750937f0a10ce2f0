/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of the table of expressions (src/lang/json_exprs.c).
 */
#ifndef NFF_JSON_EXPRS_H
#define NFF_JSON_EXPRS_H

#include "json_in.h"
#include "json_out.h"

/* What stands under the name of an expression, NULL: null; or all of it where it has none. */
typedef json_t *json_expr_to_fn(const struct expr *e, const struct print_opts *opts);
json_expr_to_fn json_out_symbol, json_out_var, json_out_value, json_out_verdict_expr,
	json_out_wildcard, json_out_prefix, json_out_range, json_out_list, json_out_set,
	json_out_elem, json_out_setref, json_out_field, json_out_raw, json_out_fib,
	json_out_numgen, json_out_hash, json_out_binary, json_out_map, json_out_unknown_expr;

/* The expression from that; NULL with a diagnostic. arg is the row's. */
typedef struct expr *json_expr_from_fn(struct json_in *j, const json_t *v, int arg);
json_expr_from_fn json_in_concat_expr, json_in_set_expr, json_in_elem_expr, json_in_prefix_expr,
	json_in_range_expr, json_in_binary_expr, json_in_map_expr, json_in_fib_expr,
	json_in_numgen_expr, json_in_hash_expr;
/* Those without a name. */
struct expr *json_in_list(struct json_in *j, const json_t *v, enum expr_kind kind);
struct expr *json_in_integer(struct json_in *j, const json_t *v);
struct expr *json_in_string(struct json_in *j, const json_t *v);
struct expr *json_in_boolean(struct json_in *j, const json_t *v);

#endif
