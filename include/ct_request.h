/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests for a dump of conntracks, with what the kernel can filter itself
 * (src/flow/ct_request.c). The kernel's filter only takes away what the match
 * would refuse, never all of it: match_record() has the last word.
 */
#ifndef NFF_CT_REQUEST_H
#define NFF_CT_REQUEST_H

#include "match.h"
#include "msgbuf.h"
#include "nl.h"

/* One direction's tuple (CTA_FILTER_ORIG_FLAGS and the like). */
struct ct_filter_tuple {
	uint32_t flags;			/* CT_FILTER_*: what is compared */
	uint8_t src[4], dst[4];		/* IPv4 only */
	uint8_t l4proto;
	uint16_t sport, dport;
	uint8_t icmp_type, icmp_code;
	uint16_t icmp_id;
};

/* What ctnetlink compares while it dumps. */
struct ct_filter {
	uint8_t family;			/* NFPROTO_*; 0: any */
	bool has_zone;
	uint16_t zone;
	uint32_t mark, mark_mask;	/* mask 0: any */
	uint32_t status, status_mask;
	struct ct_filter_tuple tuple[2];	/* by enum ct_dir */
};

/* What of a match of conntracks the kernel can do. m NULL: nothing. */
void ct_filter_init(struct ct_filter *f, const struct match *m);
/* Begin and end the dump request. source: enum ct_source. */
void ct_filter_request(struct msgbuf *msg, const struct ct_filter *f, unsigned int source);

/*
 * Dump the conntracks of a list that m may match to cb, which has to ask
 * match_record(). A kernel that refuses the filter is asked without. As
 * nl_request(): 0 or -errno.
 */
int ct_dump(struct nl *nl, const struct match *m, unsigned int source, nl_cb cb, void *arg);

#endif
