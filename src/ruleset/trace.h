/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traces: what the kernel tells of a packet with nftrace set as it passes chains and rules
 * (NFT_MSG_TRACE of nf_tables, attributes NFTA_TRACE_*). No I/O. (src/ruleset/trace.c)
 */
#ifndef NFF_TRACE_H
#define NFF_TRACE_H

#include <libmnl/libmnl.h>
#include "ast.h"
#include "insn.h"

struct trace {
	uint8_t family;			/* of the table */
	uint32_t id;			/* of the packet */
	uint32_t type;			/* NFT_TRACETYPE_*; 0: none that is known */
	const char *table, *chain;	/* in the message */
	uint64_t rule;			/* handle; 0: none */
	bool has_verdict, has_policy;
	struct insn_data verdict;
	uint32_t policy;		/* NF_ACCEPT, NF_DROP */
	uint32_t mark;			/* 0: none */
	uint32_t iif, oif;		/* 0: none */
	uint16_t iiftype;		/* ARPHRD_* */
	uint32_t nfproto;		/* of the packet; 0: not told */
	/* By enum proto_base: what was kept of the headers, in the message; len 0: nothing. */
	struct trace_header {
		const uint8_t *data;
		unsigned int len;	/* bytes */
	} header[PB_MAX];
};

/* false: it is none, or lacks what it is about. */
bool trace_decode(struct arena *a, const struct nlmsghdr *nlh, struct trace *t);

/*
 * The packet as matches that it fulfils: devices and the fields of its headers, where the message
 * has them; NULL: it has not. From a.
 */
struct stmt *trace_packet(struct arena *a, const struct trace *t);
/* Its verdict as a statement, or NULL. */
struct stmt *trace_verdict(struct arena *a, const struct trace *t);

#endif
