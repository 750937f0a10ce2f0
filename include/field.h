/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The field tables: every header field, meta key, ct key and other selector
 * that can stand on the left of a match is one row (struct field). The
 * grammar knows only the shape ("proto field", "meta key", "ct [dir] key").
 */
#ifndef NFF_FIELD_H
#define NFF_FIELD_H

#include <stdint.h>
#include <stdbool.h>
#include "datatype.h"

enum field_kind {
	FK_PAYLOAD,		/* nft_payload; key unused */
	FK_META,		/* key: NFT_META_* */
	FK_CT,			/* key: NFT_CT_* */
	FK_RT,			/* key: NFT_RT_* */
	FK_SOCKET,		/* key: NFT_SOCKET_* */
	FK_EXTHDR,		/* key: IPv6 extension header number; bit_off inside it */
	FK_TCPOPT,		/* key: TCP option kind; bit_off inside it */
	FK_IPOPT,
	FK_SCTP_CHUNK,
	FK_OSF,
	FK_XFRM,		/* key: NFT_XFRM_KEY_* */
};

/* The order is that of the layers: a lower number is a lower layer. */
enum proto_base { PB_NONE, PB_LL, PB_NH, PB_TH, PB_INNER, PB_MAX };

enum {
	FF_UNQUALIFIED	= 1 << 0,	/* a meta key that needs no "meta" in front */
	FF_SETTABLE	= 1 << 1,	/* "meta KEY set", "ct KEY set", "PROTO FIELD set" */
	FF_DIR_REQUIRED	= 1 << 2,	/* ct: needs original or reply */
	FF_DIR_OPTIONAL	= 1 << 3,
	FF_SET_ONLY	= 1 << 4,	/* cannot be read (notrack, nftrace is both) */
	FF_EXISTS	= 1 << 5,	/* an "exists/missing" test of the header or option */
	FF_NOT_LIST	= 1 << 6,	/* a template field, never found when decompiling */
	FF_ALIAS	= 1 << 7,	/* another name of the row before; printed by that one */
};

struct proto;

struct field {
	const char *name;
	const char *desc;		/* for describe and completion; may be NULL */
	const struct datatype *type;
	const struct proto *proto;	/* FK_PAYLOAD, FK_EXTHDR: owner; else NULL */
	uint8_t kind;			/* enum field_kind */
	uint8_t byteorder;		/* enum byteorder: of the data in the register */
	uint16_t flags;			/* FF_* */
	uint16_t key;
	uint16_t bit_off;		/* from the start of the header, MSB first */
	uint16_t bits;			/* width */
	uint8_t nfproto;		/* ct original ip saddr: NFPROTO_IPV4 / IPV6; 0: any */
};

/* "Which value of which field selects the next protocol". */
struct proto_link {
	uint32_t value;
	const struct proto *upper;
};

struct proto {
	const char *name;		/* "tcp": also the word in the language */
	const char *desc;
	uint8_t base;			/* enum proto_base */
	uint8_t hdr_bits_known;		/* unused by most; 1: header length is fixed */
	uint16_t hdr_len;		/* bytes of the fixed header */
	const struct field *fields;	/* ends with a NULL name */
	/* The field that names the next protocol (ether type, ip protocol), or NULL. */
	const struct field *next_field;
	const struct proto_link *links;	/* ends with a NULL upper */
	/*
	 * How this protocol is selected without looking at the lower header:
	 * its ethertype (ip, ip6, arp, vlan), its IP protocol number (tcp...),
	 * -1 where it has none.
	 */
	int32_t ethertype;
	int32_t l4proto;
};

extern const struct proto proto_ether, proto_vlan, proto_arp, proto_ip, proto_ip6, proto_icmp,
	proto_icmpv6, proto_tcp, proto_udp, proto_udplite, proto_sctp, proto_dccp, proto_esp,
	proto_ah, proto_comp, proto_igmp, proto_th;

/* All protocols, for lookup, completion and describe; ends with NULL. */
extern const struct proto *const protos[];
extern const struct field meta_fields[], ct_fields[], rt_fields[], socket_fields[];

const struct proto *proto_by_name(const char *name);
/* A field by name in a NULL-terminated table; NULL: none. */
const struct field *field_by_name(const struct field *table, const char *name);
/* A row of meta_fields etc. by its key (not an alias); NULL: unknown. */
const struct field *field_by_key(const struct field *table, unsigned int key);
const struct field *meta_field(unsigned int key);
const struct field *ct_field(unsigned int key, unsigned int nfproto);
/* Unqualified meta keys ("iifname"); NULL: the word is none. */
const struct field *meta_unqualified(const char *name);
/* By number; NULL: not in the tables. */
const struct proto *proto_by_ethertype(unsigned int type);
const struct proto *proto_by_l4(unsigned int l4proto);

#endif
