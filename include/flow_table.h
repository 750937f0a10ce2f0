/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flowtables as they work: what nf_tables has of each, and what the bundled module tells of its
 * own. (src/flow/flow_table.c)
 */
#ifndef NFF_FLOW_TABLE_H
#define NFF_FLOW_TABLE_H

#include "devices.h"
#include "flow_record.h"
#include "nff.h"

enum {					/* struct flow_table */
	FT_FAMILY	= 1 << 0,
	FT_TABLE	= 1 << 1,
	FT_NAME		= 1 << 2,
	FT_FLOWS	= 1 << 3,
	FT_PEAK		= 1 << 4,
	FT_HITS		= 1 << 5,
	FT_MISSES	= 1 << 6,
	FT_ADDS		= 1 << 7,
	FT_TCP_TIMEOUT	= 1 << 8,
	FT_UDP_TIMEOUT	= 1 << 9,
	FT_SIZE		= 1 << 10,
	FT_TCP_NOW	= 1 << 11,
	FT_UDP_NOW	= 1 << 12,
};

/* Reasons from here on are counted together, under number 0. */
#define FLOW_REASONS_KEPT 64

struct flow_table {
	uint32_t has;			/* FT_*, of the module */
	uint8_t family;
	struct ct_str table, name;	/* of the message, where it is one */
	uint32_t flows, peak;
	uint64_t hits, misses, adds;
	uint32_t tcp_timeout, udp_timeout, size;	/* settings; 0: default, no limit */
	uint32_t tcp_now, udp_now;	/* seconds, in force */
	struct ct_str nests[3];		/* by enum flow_reasons, as in the message */
	uint64_t reasons[3][FLOW_REASONS_KEPT];	/* packets refused, flows removed, packets on
					   the classic path */
	/* Not of the message: */
	struct flow_table *next;
	bool bundled;			/* of the module nff */
	const struct flowtable *ft;	/* as nf_tables has it: devices, flags, priority */
};

/* A message of the module to a record: 0, or -EPROTO. */
int flow_table_decode(const struct nlmsghdr *nlh, struct flow_table *t);

/*
 * The flowtables that h selects (family, table, obj; absent: any), from arena a, in the order of
 * nf_tables. 0, or -1 with a diagnostic.
 */
int flow_tables_read(struct nff *n, struct arena *a, struct loc loc, const struct handle *h,
		     struct flow_table **list);

/* Which modules have the flowtables that are meant. */
struct flow_backends {
	bool bundled, in_tree;
	const char *in_tree_name;	/* of one of them */
};

/*
 * Those of the flowtables that h selects, as above; 0, or -1 with a diagnostic, also where a table
 * or a flowtable is named that is not there.
 */
int flow_backends_find(struct nff *n, struct arena *a, struct loc loc, const struct handle *h,
		       struct flow_backends *b);

#endif
