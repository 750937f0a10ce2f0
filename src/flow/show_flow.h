/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * show flow, in parts: show_flow.c finds connections and prints, show_flow_why.c knows why one is
 * not on the fast path, and show_flow_rule.c which rules are for it.
 */
#ifndef NFF_SHOW_FLOW_H
#define NFF_SHOW_FLOW_H

#include "conntrack.h"
#include "flow_module.h"
#include "flow_record.h"
#include "flow_table.h"
#include "list.h"
#include "match.h"
#include "route.h"
#include "show.h"

/* What a packet must pass before it comes to the flow statement of its rule. */
struct rule_test {
	struct rule_test *next;
	const char *text;
	const struct expr *rel;		/* NULL: not to be told of a connection */
	const struct match *match;	/* rel, of a struct packet; NULL likewise */
	bool needs_iif, needs_oif;	/* rel asks for these devices */
	int l4proto;			/* of the header that it looks into; -1: of none */
	uint8_t nfproto;		/* likewise; 0: of none */
	bool ends;			/* nothing passes */
};

/* A rule with a flow statement, as far as it matters here. */
struct rule_seen {
	struct rule_seen *next;
	uint8_t family;
	const char *table, *chain, *flowtable, *text;
	uint64_t handle;
	bool base, forward;		/* a base chain; of the forward hook */
	struct rule_test *tests;
};

enum rule_answer { RULE_NOT, RULE_MAY, RULE_IS };

/* Is a rule one that packets of a connection match? */
struct rule_verdict {
	const struct rule_seen *rule;
	uint8_t answer;			/* enum rule_answer */
	const char *because;		/* RULE_NOT: what is false; RULE_MAY: what it depends on */
};

/* A packet of a connection, as a rule of the forward hook sees it. */
struct packet {
	const struct conntrack *ct;
	uint8_t dir;			/* enum ct_dir */
	struct ct_tuple tuple;		/* behind DNAT, before SNAT */
	uint32_t iif, oif;		/* 0: not known */
	struct devices *devices;
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
	uint32_t out_dev[2];		/* by that; 0: not known */
	struct rule_verdict *rules;	/* one for each of the surroundings, and one without a rule */
	struct remarks why;		/* why it is not on the fast path, or only in part */
};

/* ---- show_flow_rule.c ---- */

/* All rules with a flow statement, and all flowtables. 0, or -1 with a diagnostic. */
int surroundings_look(struct surroundings *s, struct loc loc);
/* Add a rule; what is needed of it is copied. rules_ready(), at the end, makes all ready to judge. */
void rule_read(struct surroundings *s, const struct flow_rule *found);
void rules_ready(struct surroundings *s);
/* One of a direction; the devices are left to the caller. It points to ct. */
struct packet packet_of(const struct conntrack *ct, enum ct_dir dir);
/* packets: by enum ct_dir. Texts that are made go to the arena. */
struct rule_verdict rule_judge(struct arena *a, const struct rule_seen *r,
			       const struct packet packets[2]);

/* Fill p->rules, in the order of s->rules; the devices of p are known. */
void judge_rules(struct surroundings *s, struct placed *p);

/* ---- show_flow_why.c ---- */

/* Is it on the fast path, as conntrack has it? */
bool is_offloaded(const struct conntrack *ct);
/* Fill p->why. */
void find_reasons(struct surroundings *s, struct placed *p);

#endif
