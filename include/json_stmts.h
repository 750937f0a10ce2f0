/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of the table of statements (src/lang/json_stmts.c).
 */
#ifndef NFF_JSON_STMTS_H
#define NFF_JSON_STMTS_H

#include "json_in.h"
#include "json_out.h"

/* What stands under the name of a statement; NULL: null. (json_out_stmt.c) */
typedef json_t *json_to_fn(const struct stmt *s, const struct print_opts *opts);
json_to_fn json_out_match, json_out_verdict, json_out_counter, json_out_limit, json_out_quota,
	json_out_last, json_out_connlimit, json_out_objref, json_out_log, json_out_reject,
	json_out_nat, json_out_null, json_out_mangle, json_out_optstrip, json_out_flow,
	json_out_queue, json_out_dup, json_out_fwd, json_out_tproxy, json_out_synproxy,
	json_out_setupd, json_out_unknown;
/* A meter is an anonymous set that has a name. */
bool json_is_meter(const struct setupd_stmt *u);

/* The statement from that; NULL with a diagnostic. arg is the row's. */
typedef struct stmt *json_from_fn(struct json_in *j, const json_t *v, int arg);
/* json_in_stmt.c */
json_from_fn json_in_match, json_in_verdict_stmt, json_in_vmap, json_in_mangle, json_in_reset,
	json_in_notrack, json_in_flow, json_in_setupd, json_in_meter, json_in_xt;
/* A reference to a stateful object: a name, or a map that gives one. arg: NFT_OBJECT_* */
json_from_fn json_in_objref;
/* json_in_state.c: with state, and logging, queues, rejects */
json_from_fn json_in_counter, json_in_limit, json_in_quota, json_in_last, json_in_connlimit,
	json_in_log, json_in_reject, json_in_queue;
/* json_in_addr.c: addresses. arg of nat: enum nat_kind */
json_from_fn json_in_nat, json_in_dup, json_in_fwd, json_in_tproxy, json_in_synproxy;

#endif
