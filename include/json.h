/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AST to and from the JSON of libnftables-json(5), with jansson. The
 * returned values are new references, owned by the caller.
 */
#ifndef NFF_JSON_H
#define NFF_JSON_H

#include <jansson.h>
#include "nff.h"

json_t *json_expr(const struct expr *e, const struct print_opts *opts);
json_t *json_stmt(const struct stmt *s, const struct print_opts *opts);
/* {"table": {...}}, {"chain": {...}} ... */
json_t *json_table(const struct table *t, const struct print_opts *opts);
json_t *json_chain(const struct chain *c, const struct print_opts *opts);
json_t *json_rule(const struct rule *r, const struct print_opts *opts);
json_t *json_flowtable(const struct flowtable *f, const struct print_opts *opts);
json_t *json_set(const struct set *s, const struct print_opts *opts);
/* {"element": {...}}: some elements of a set. */
json_t *json_elements(const struct set *s, const struct expr *elems,
		      const struct print_opts *opts);
json_t *json_object_new(const struct object *obj, const struct print_opts *opts);
/* The {"metainfo": {...}} element that begins a document. */
json_t *json_metainfo(void);

/* Write a value to o, compactly as nft does, and give the reference up. */
void json_write(struct out *o, json_t *value);

/*
 * A JSON input ({"nftables": [...]}) to commands, as parse_source() does for
 * text. Returns 0, or -1 with a diagnostic.
 */
int json_parse_source(struct nff *n, struct arena *arena, uint32_t src, struct cmds *cmds);

#endif
