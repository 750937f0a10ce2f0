/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conntracks and expectations to messages of ctnetlink (linux/netfilter/nfnetlink_conntrack.h):
 * the other way of ct_decode(). No I/O. (src/flow/ct_encode.c)
 */
#ifndef NFF_CT_ENCODE_H
#define NFF_CT_ENCODE_H

#include "conntrack.h"
#include "msgbuf.h"

#define CT_LABEL_BYTES	16		/* 128 labels */

/* What of an entry is set (struct ct_change). */
enum {
	CTX_MARK	= 1 << 0,
	CTX_TIMEOUT	= 1 << 1,
	CTX_STATUS	= 1 << 2,
	CTX_LABELS	= 1 << 3,
	CTX_HELPER	= 1 << 4,
	CTX_STATE	= 1 << 5,
	CTX_ROLE	= 1 << 6,
	CTX_VTAGS	= 1 << 7,
	CTX_SNAT	= 1 << 8,	/* new entries only */
	CTX_DNAT	= 1 << 9,
};

struct ct_change {
	uint32_t has;			/* CTX_* */
	uint32_t mark, mark_mask;	/* mask: the bits that are replaced */
	uint32_t timeout;		/* seconds */
	uint32_t status;		/* IPS_*: bits to be set; none can be taken away */
	const char *helper;		/* "": none */
	const char *state;		/* "established": by the names of ct_names.c, any case */
	uint8_t role;			/* of DCCP: 0 client, 1 server */
	uint32_t vtag[2];		/* of SCTP */
	/* Bit 0 first; of labels_mask those that are replaced. */
	uint8_t labels[CT_LABEL_BYTES], labels_mask[CT_LABEL_BYTES];
};

/* The number of a state of a protocol (IPPROTO_TCP, SCTP, DCCP), in any case; -1: there is none. */
int ct_state_by_name(unsigned int l4proto, const char *name);
/* Does some protocol have a state of that name? */
bool ct_state_known(const char *name);

/*
 * The tuple that packets of the other direction have: addresses, ports, GRE keys and ICMP types
 * turned around (RFC 792, RFC 4443: echo and its reply ...). false: an ICMP type that is no
 * request and no reply, of which the kernel keeps no connection.
 */
bool ct_mirror(const struct ct_tuple *t, struct ct_tuple *reply);

/* A tuple as the nested attribute type (CTA_TUPLE_ORIG, CTA_EXPECT_TUPLE ...). */
void ct_put_tuple(struct msgbuf *m, uint16_t type, const struct ct_tuple *t);
/* The mask of an expectation: all bits of what it has; address and port of the source from mask. */
void ct_put_mask(struct msgbuf *m, uint16_t type, const struct ct_tuple *t,
		 const struct ct_tuple *mask);

/* Delete an entry of the kernel; its id makes sure that no newer one of the same tuple is hit. */
void ct_put_delete(struct msgbuf *m, uint32_t seq, const struct conntrack *ct);
/* Ask for the entry of that tuple. */
void ct_put_get(struct msgbuf *m, const struct conntrack *ct);
/*
 * Change an entry of the kernel, whose present status and protocol are those of ct. 0, or
 * -EOPNOTSUPP where its protocol does not have such a state; then nothing was added to m.
 */
int ct_put_update(struct msgbuf *m, uint32_t seq, const struct conntrack *ct,
		  const struct ct_change *c);
/*
 * A new entry: ct has tuples, zone, family and possibly a master; the reply tuple may differ from
 * the mirrored one, and the kernel sets up NAT so. Errors if it exists. 0 or -EOPNOTSUPP as above.
 */
int ct_put_create(struct msgbuf *m, const struct conntrack *ct, const struct ct_change *c);

#endif
