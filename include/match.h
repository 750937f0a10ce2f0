/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "where MATCH...": the match expressions of a rule, evaluated on records
 * (src/flow/match.c makes them ready once, src/flow/match_run.c runs them
 * over a record without allocating).
 */
#ifndef NFF_MATCH_H
#define NFF_MATCH_H

#include "nff.h"
#include "query.h"
#include "record.h"

struct match;

/*
 * What q says a record must be: its matches, its family and "offload". The
 * result lives in arena a and keeps nothing of q but its places; q itself is
 * not changed, so that it can be used for several kinds of records. An empty
 * query matches all. NULL with a diagnostic where a match makes no sense for
 * this kind of record.
 */
struct match *match_new(struct nff *n, struct arena *a, const struct query *q,
			const struct record_type *type);

/*
 * Is it true of the record (of the type that m was made for)? A match about
 * something that the record does not have is false, whatever its operator,
 * as in a rule.
 */
bool match_record(const struct match *m, const void *rec);

/*
 * A copy of parsed matches, evaluated as in a rule of family inet (of an
 * ip or ip6 one where family says so), after a check that records of type
 * have what they name. Dependencies are added (STF_GENERATED). NULL with a
 * diagnostic; no matches give NULL without one: look at n->diags.errors.
 */
struct stmt *match_eval(struct nff *n, struct arena *a, unsigned int family,
			const struct stmt *matches, const struct record_type *type);

/*
 * The match of a rule as the kernel lists it (EX_REL; of a named set it needs family, table and
 * name), for records of type; it lives in arena a. NULL, without a diagnostic, where they do not
 * have what it asks for.
 */
struct match *match_listed(struct nff *n, struct arena *a, const struct expr *rel,
			   const struct record_type *type);

#endif
