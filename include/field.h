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
	FK_RECORD,		/* key: enum record_key; of conntracks and flows, not of packets */
};

enum record_key { RECORD_FLOWTABLE, RECORD_TCP_STATE, RECORD_SCTP_STATE, RECORD_DCCP_STATE };

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
	FF_PRINT_BARE	= 1 << 8,	/* a meta key that is printed without "meta", too */
};

struct proto;
struct field;

/*
 * A field that a header has only with certain values of another of its fields:
 * "icmp id" with the echo types. The first match of the rule that names such
 * a field must be preceded by "on { values }".
 */
#define FIELD_DEP_MAX 4
struct field_dep {
	const struct field *on;		/* icmp type */
	uint8_t n;
	uint8_t values[FIELD_DEP_MAX];
};

/*
 * How a name with several words is looked up: as one string with single
 * blanks. The parser joins the words that its grammar shape has:
 *	arp saddr ip		"saddr ip" of proto_arp (and "daddr ether" ...)
 *	ct original ip saddr	"ip saddr" of ct_fields (and "ip6 daddr" ...)
 *	rt ip nexthop		"ip nexthop" of rt_fields
 *	ipsec in ip6 saddr	"ip6 saddr" of xfrm_fields
 *	rt0 addr[1]		"addr[1]" of the exthdr proto "rt0" (srh: "sid[1]")
 *	exthdr frag exists	"" of the exthdr proto "frag" (likewise for a TCP
 *				option, an IP option and an SCTP chunk)
 *
 * A TCP option that is given by number has no row: "tcp option @34,8,16" and
 * "tcp option 12 exists" are rows made for the purpose, with proto NULL, kind
 * FK_TCPOPT, key, bit_off and bits (and FF_EXISTS).
 */
struct field {
	const char *name;
	const char *desc;		/* for describe and completion; may be NULL */
	const struct datatype *type;
	const struct proto *proto;	/* FK_PAYLOAD, FK_EXTHDR, options, chunks: owner; else
					   NULL */
	uint8_t kind;			/* enum field_kind */
	uint8_t byteorder;		/* enum byteorder: of the data in the register */
	uint16_t flags;			/* FF_* */
	uint16_t key;
	uint16_t bit_off;		/* from the start of the header, MSB first */
	uint16_t bits;			/* width */
	uint8_t nfproto;		/* ct original ip saddr: NFPROTO_IPV4 / IPV6; 0: any */
	const struct field_dep *dep;	/* or NULL */
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

/*
 * What stands behind a fixed word, in tables of the same shape: IPv6 extension
 * headers ("frag", "srh"), TCP options ("tcp option NAME"), IPv4 options ("ip
 * option NAME"), SCTP chunks ("sctp chunk NAME"). base is PB_NONE; the number
 * of a header, option or chunk is field.key of its rows. Several protos may
 * have the same number (rt, rt0, rt2, srh; sack, sack0 ...): the first one is
 * what an unknown offset decompiles to. End with NULL.
 */
extern const struct proto *const exthdrs[], *const tcpopts[], *const ipopts[],
	*const sctp_chunks[];

/* All protocols, for lookup, completion and describe; ends with NULL. */
extern const struct proto *const protos[];
extern const struct field meta_fields[], ct_fields[], rt_fields[], socket_fields[], osf_fields[],
	xfrm_fields[], record_fields[];
/* Behind "ct" in a query, before the rows of ct_fields. */
extern const struct field record_ct_fields[];

/* A row of record_fields by name, len bytes long; NULL: the word is none. */
const struct field *record_field(const char *word, unsigned int len);
/* What records know of a protocol besides its header ("tcp state"); NULL: nothing. */
const struct field *record_proto_fields(const struct proto *proto);
const struct proto *proto_by_name(const char *name);
/* A field by name in a NULL-terminated table; NULL: none. */
const struct field *field_by_name(const struct field *table, const char *name);
/* A row of meta_fields etc. by its key (not an alias); NULL: unknown. */
const struct field *field_by_key(const struct field *table, unsigned int key);
const struct field *meta_field(unsigned int key);
/*
 * A row of ct_fields. "saddr" and "daddr" without a family (NFT_CT_SRC and
 * NFT_CT_DST, whose rows have bits 0 and dt_invalid) mean an address of the
 * rule's network layer: with nfproto NFPROTO_IPV4 or NFPROTO_IPV6 this gives
 * the row "ip saddr" or "ip6 saddr", with its key (NFT_CT_SRC_IP, ...).
 */
const struct field *ct_field(unsigned int key, unsigned int nfproto);
/* The same for "rt nexthop", whose row has the key NFT_RT_NEXTHOP4 and bits 0. */
const struct field *rt_field(unsigned int key, unsigned int nfproto);
/* Unqualified meta keys ("iifname"); NULL: the word is none. */
const struct field *meta_unqualified(const char *name);
/* By number; NULL: not in the tables. */
const struct proto *proto_by_ethertype(unsigned int type);
const struct proto *proto_by_l4(unsigned int l4proto);
/* In a NULL-terminated list of protos; NULL: none. */
const struct proto *proto_in_list(const struct proto *const *list, const char *name);
/* The field of exactly that place in a header; the first one where several fit; NULL: none. */
const struct field *field_by_offset(const struct proto *p, unsigned int bit_off,
				    unsigned int bits);
/* Likewise in exthdrs, tcpopts ...: by number, offset and width; or the existence row. */
const struct field *field_in_list(const struct proto *const *list, unsigned int key,
				  unsigned int bit_off, unsigned int bits);
const struct field *field_exists_in_list(const struct proto *const *list, unsigned int key);

#endif
