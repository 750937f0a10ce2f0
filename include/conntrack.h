/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One conntrack as ctnetlink tells it (linux/netfilter/nfnetlink_conntrack.h):
 * from a message to a record, and from a record to a line or to JSON. No I/O.
 */
#ifndef NFF_CONNTRACK_H
#define NFF_CONNTRACK_H

#include <jansson.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>
#include "out.h"
#include "record.h"

/*
 * Every struct of a record begins with a mask of what its message had; the
 * other members are 0 where their bit is not set. Numbers are in host order,
 * addresses as on the wire. Strings and labels point into the message.
 */
struct ct_str {
	const char *s;			/* not NUL-terminated */
	uint32_t len;
};

enum {					/* struct ct_tuple */
	CTT_SRC4	= 1 << 0,
	CTT_DST4	= 1 << 1,
	CTT_SRC6	= 1 << 2,
	CTT_DST6	= 1 << 3,
	CTT_L4PROTO	= 1 << 4,
	CTT_SPORT	= 1 << 5,
	CTT_DPORT	= 1 << 6,
	CTT_ICMP_ID	= 1 << 7,
	CTT_ICMP_TYPE	= 1 << 8,
	CTT_ICMP_CODE	= 1 << 9,
	CTT_ZONE	= 1 << 10,
};

struct ct_tuple {
	uint32_t has;			/* CTT_* */
	uint8_t l4proto;		/* IPPROTO_* */
	uint8_t icmp_type, icmp_code;
	uint16_t sport, dport;		/* GRE: its keys */
	uint16_t icmp_id;
	uint16_t zone;
	uint8_t src[16], dst[16];	/* IPv4: the first 4 bytes */
};

enum {					/* struct ct_counters */
	CTC_PACKETS	= 1 << 0,
	CTC_BYTES	= 1 << 1,
};

struct ct_counters {
	uint32_t has;			/* CTC_* */
	uint64_t packets, bytes;
};

enum {					/* struct ct_protoinfo */
	CTP_TCP_STATE	= 1 << 0,
	CTP_SCTP_STATE	= 1 << 1,
	CTP_DCCP_STATE	= 1 << 2,
	CTP_TCP_WSCALE	= 1 << 3,	/* both directions */
	CTP_TCP_FLAGS	= 1 << 4,
	CTP_SCTP_VTAG	= 1 << 5,
	CTP_DCCP_ROLE	= 1 << 6,
	CTP_DCCP_SEQ	= 1 << 7,
};

struct ct_protoinfo {
	uint32_t has;			/* CTP_* */
	uint8_t tcp_state;		/* enum tcp_conntrack */
	uint8_t sctp_state;		/* enum sctp_conntrack */
	uint8_t dccp_state;		/* enum ct_dccp_states */
	uint8_t dccp_role;
	uint8_t wscale[2];
	uint8_t tcp_flags[2][2];	/* flags and mask (struct nf_ct_tcp_flags) */
	uint32_t sctp_vtag[2];
	uint64_t dccp_seq;
};

enum {					/* struct conntrack */
	CT_STATUS	= 1 << 0,
	CT_TIMEOUT	= 1 << 1,
	CT_MARK		= 1 << 2,
	CT_SECMARK	= 1 << 3,
	CT_SECCTX	= 1 << 4,
	CT_ZONE		= 1 << 5,
	CT_HELPER	= 1 << 6,
	CT_USE		= 1 << 7,
	CT_ID		= 1 << 8,
	CT_LABELS	= 1 << 9,
	CT_START	= 1 << 10,
	CT_STOP		= 1 << 11,
};

enum ct_dir { CT_ORIG, CT_REPLY };

struct conntrack {
	uint32_t has;			/* CT_* */
	uint8_t family;			/* of the message: NFPROTO_* */
	uint16_t zone;			/* of both directions; else in the tuples */
	uint32_t status;		/* IPS_* */
	uint32_t timeout;		/* seconds */
	uint32_t mark, secmark, use, id;
	uint64_t start, stop;		/* nanoseconds since 1970 */
	struct ct_str secctx, helper, labels;	/* labels: a bit map, bit 0 first */
	struct ct_tuple tuple[2];	/* by enum ct_dir; has 0: none */
	struct ct_tuple master;
	struct ct_counters counters[2];
	struct ct_protoinfo proto;
};

/* Make it independent of the message: its text goes to the arena. */
void ct_str_keep(struct ct_str *s, struct arena *a);

/*
 * A message of ctnetlink to a record. Attributes that are not known are
 * passed over. 0, or -EPROTO where the message is malformed (what could be
 * read until there is in *ct).
 */
int ct_decode(const struct nlmsghdr *nlh, struct conntrack *ct);
/* The same, faster for many of them in a row: d begins zeroed (src/flow/rows.h). */
struct rows_decoder;
int ct_decode_next(struct rows_decoder *d, const struct nlmsghdr *nlh, struct conntrack *ct);

/*
 * Append the line that `conntrack -L` prints for it, newline included. flags: LINE_* (record.h);
 * now: nanoseconds since 1970, for the age of entries with a timestamp.
 */
void ct_print(struct out *o, const struct conntrack *ct, unsigned int flags, int64_t now);
/* A new reference; NULL when out of memory. */
json_t *ct_json(const struct conntrack *ct);

/* ---- names (src/flow/ct_names.c) ---- */

/* Which numbers the tuples of a protocol have besides addresses. */
enum ct_l4_kind { CT_L4_NONE, CT_L4_PORTS, CT_L4_GRE, CT_L4_ICMP };

struct ct_l4 {
	char name[9];			/* "tcp"; "unknown" */
	/* How lines begin: the name in 8 columns, and the number if it is known. */
	char begin[16];
	uint8_t begin_len;
	uint8_t kind;			/* enum ct_l4_kind */
};

/* Never NULL. */
const struct ct_l4 *ct_l4(unsigned int l4proto);
/* Upper-case names, "NONE" for numbers out of range. */
const char *ct_tcp_state(unsigned int state);
const char *ct_sctp_state(unsigned int state);
const char *ct_dccp_state(unsigned int state);
/* Of the protocol that the record has a state of; NULL: it has none. */
const char *ct_state(const struct conntrack *ct);

struct ct_status_name {
	uint32_t bit;			/* IPS_* */
	const char *name;		/* as in "ct status": "assured" */
};
extern const struct ct_status_name ct_status_names[];	/* ends with a NULL name */

#endif
