/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of the JSON schema that both directions use. (src/lang/json_names.c)
 */
#ifndef NFF_JSON_NAMES_H
#define NFF_JSON_NAMES_H

#include "ast.h"

/* Version of the schema, in metainfo. */
#define JSON_SCHEMA_VERSION 1

/* End with a NULL name; single bits where it is about flags. */
extern const struct symbol json_limit_per[], json_byte_units[], json_log_flags[],
	json_nat_flags[], json_nat_type_flags[], json_queue_flags[], json_synproxy_flags[],
	json_set_flags[], json_set_policies[], json_table_flags[], json_fib_flags[],
	json_fib_results[], json_numgen_modes[], json_payload_bases[], json_ct_dirs[],
	json_xfrm_dirs[], json_osf_ttls[], json_policies[], json_match_ops[], json_setupd_ops[],
	json_flowtable_flags[], json_objects[], json_cthelper_protos[],
	json_cttimeout_protos[];

/* How a reject is told: type of the kernel, family as written, type of its codes. */
struct json_reject {
	const char *name;		/* NULL ends the table */
	int32_t type;			/* NFT_REJECT_* */
	uint8_t family;			/* NFPROTO_* */
	const struct datatype *code;	/* NULL: has none */
};
extern const struct json_reject json_rejects[];

/* Divide bytes by 1024 as often as it goes without rest; the unit that is left. */
const char *json_byte_unit(uint64_t *bytes);

#endif
