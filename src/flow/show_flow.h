/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * show flow, in parts: show_flow.c finds connections and prints, show_flow_why.c knows why one is
 * not on the fast path.
 */
#ifndef NFF_SHOW_FLOW_H
#define NFF_SHOW_FLOW_H

#include "conntrack.h"
#include "flow_module.h"
#include "flow_record.h"
#include "flow_table.h"
#include "route.h"
#include "show.h"

/* A rule with a flow statement, as far as it matters here. */
struct rule_seen {
	struct rule_seen *next;
	uint8_t family;
	const char *table, *chain, *flowtable, *text;
	uint64_t handle;
	bool base, forward;		/* a base chain; of the forward hook */
	int l4proto;			/* the one protocol that it is about; -1: any, or several */
	uint8_t nfproto;		/* the one network protocol; 0: any */
};

/* What there is besides the connection. */
struct surroundings {
	struct nff *n;
	struct arena arena;
	struct flow_module *module;	/* NULL: not loaded */
	struct devices devices;
	struct flow_table *tables;
	struct rule_seen *rules, **last_rule;
};

/* One connection. */
struct placed {
	struct conntrack ct;
	bool has_flow;			/* the module has a flow of it */
	struct flow flow, later;	/* at two looks, "later" where seconds is not 0 */
	double seconds;			/* between them */
	struct route out[2];		/* from here to the ends: that of direction d leaves by d */
	bool has_route[2];
	struct remarks why;		/* why it is not on the fast path, or only in part */
};

/* All rules with a flow statement, and all flowtables. 0, or -1 with a diagnostic. */
int surroundings_look(struct surroundings *s, struct loc loc);
/* The flowtable that a rule names; NULL. */
const struct flow_table *table_of_rule(const struct surroundings *s, const struct rule_seen *r);
/* Is the rule one that could offload the connection, as far as that can be told? */
bool rule_concerns(const struct rule_seen *r, const struct conntrack *ct);
/* Is it on the fast path, as conntrack has it? */
bool is_offloaded(const struct conntrack *ct);
/* Fill p->why. */
void find_reasons(const struct surroundings *s, struct placed *p);

#endif
