/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Data types of the language: one row a type (src/lang/datatype.c), with its
 * symbols. Parsing, checking, printing, JSON, completion and `describe` all
 * read that row.
 *
 * A value is a number of up to 128 bits. A string (an interface name) is the
 * number whose big-endian image in `bits` is the string, padded with NUL on
 * the right; a wildcard "eth*" is a prefix of it. So one representation is
 * sorted, masked and compared the same way for every type. Fields and types of
 * strings are therefore BO_BIG here, although set userdata calls them host.
 */
#ifndef NFF_DATATYPE_H
#define NFF_DATATYPE_H

#include <stdbool.h>
#include <stdint.h>
#include "out.h"

typedef unsigned __int128 nff_u128 __attribute__((aligned(8)));

enum byteorder {
	BO_NONE,		/* not known yet (a bare integer) */
	BO_BIG,			/* network order */
	BO_HOST,
};

/*
 * The type numbers that user space keeps in NFTA_SET_KEY_TYPE and
 * NFTA_SET_DATA_TYPE; nft reads them back, so they are an ABI. A
 * concatenation packs its types with 6 bits each, the first highest.
 */
enum datatype_id {
	DT_INVALID, DT_VERDICT, DT_NFPROTO, DT_BITMASK, DT_INTEGER, DT_STRING, DT_LLADDR,
	DT_IPADDR, DT_IP6ADDR, DT_ETHERADDR, DT_ETHERTYPE, DT_ARPOP, DT_INET_PROTO,
	DT_INET_SERVICE, DT_ICMP_TYPE, DT_TCP_FLAG, DT_DCCP_PKTTYPE, DT_MH_TYPE, DT_TIME,
	DT_MARK, DT_IFINDEX, DT_ARPHRD, DT_REALM, DT_CLASSID, DT_UID, DT_GID, DT_CT_STATE,
	DT_CT_DIR, DT_CT_STATUS, DT_ICMP6_TYPE, DT_CT_LABEL, DT_PKTTYPE, DT_ICMP_CODE,
	DT_ICMPV6_CODE, DT_ICMPX_CODE, DT_DEVGROUP, DT_DSCP, DT_ECN, DT_FIB_ADDR, DT_BOOLEAN,
	DT_CT_EVENTBIT, DT_IFNAME, DT_IGMP_TYPE, DT_TIME_DATE, DT_TIME_HOUR, DT_TIME_DAY,
	DT_CGROUPV2, DT_MAX
};
#define DATATYPE_ID_BITS 6

/* What print options matter to a value; a part of struct print_opts. */
struct datatype;
struct print_opts;

struct symbol {
	const char *name;
	uint64_t value;
};

enum {
	DTF_BITMASK	= 1 << 0,	/* comma lists are flags; "x flag" tests a bit */
	DTF_STRING	= 1 << 1,
	DTF_PREFIX	= 1 << 2,	/* masks print as /len (addresses) */
	DTF_HEX		= 1 << 3,	/* numbers print as 0x..., padded to the width */
	DTF_NO_INTEGER	= 1 << 4,	/* a plain number is no value of this type */
	DTF_QUOTED	= 1 << 5,	/* values print in quotes */
	DTF_SYM_LOOKUP	= 1 << 6,	/* symbols come from the system (services, users,
					   devices), through parse and print below */
	DTF_NUMERIC_DEFAULT = 1 << 7,	/* symbols print only when asked for (-S, -u, ...) */
	DTF_CONCAT	= 1 << 8,	/* made by datatype_concat() */
	DTF_HEX_SYMBOLS	= 1 << 9,	/* describe shows the values of symbols in hex */
};

#define CONCAT_MAX 15

struct datatype {
	const char *name;		/* "ipv4_addr" */
	const char *desc;		/* "IPv4 address" */
	uint8_t id;			/* enum datatype_id */
	uint8_t byteorder;		/* enum byteorder */
	uint16_t bits;			/* width; 0: takes that of its field */
	uint16_t flags;			/* DTF_* */
	const struct datatype *base;	/* integer, string, ... */
	const struct symbol *symbols;	/* ends with a NULL name; or NULL */
	/*
	 * Text to value, tried after the symbols. Returns 0, or -1 with *err
	 * set to a static or arena-free reason (may be NULL for "not a value
	 * of this type").
	 */
	int (*parse)(const struct datatype *dt, const char *text, unsigned int bits,
		     nff_u128 *value, const char **err);
	void (*print)(const struct datatype *dt, nff_u128 value, unsigned int bits,
		      const struct print_opts *opts, struct out *o);
	/* Concatenations only. */
	uint8_t n_parts;
	const struct datatype *parts[CONCAT_MAX];
};

/* The name of a conntrack label (connlabel.conf) by its bit; NULL: it has none. */
const char *ct_label_name(unsigned int bit);
/* Is there a file of such names at all? */
bool ct_labels_named(void);

/* What the options of the command line change about printing. */
struct print_opts {
	bool handles;		/* -a */
	bool stateless;		/* -s */
	bool terse;		/* -t */
	bool json;		/* -j */
	bool services;		/* -S: service names, not port numbers */
	bool names;		/* -N: reverse DNS */
	bool guid;		/* -u: user and group names */
	bool numeric_prio;	/* -y */
	bool numeric_proto;	/* -p */
	bool numeric_symbol;	/* the rest of -n */
	bool numeric_time;	/* -T */
	bool echo;
};

const struct datatype *datatype_by_id(unsigned int id);
/* NULL where there is no such type. Names as nft has them ("ipv4_addr"). */
const struct datatype *datatype_by_name(const char *name);
/* The type of a packed concatenation id, cached; or a plain one. NULL: unknown. */
const struct datatype *datatype_of_key(uint32_t packed);
uint32_t datatype_key(const struct datatype *dt);
/* A concatenation of n types (interned: equal parts give the same pointer). */
const struct datatype *datatype_concat(const struct datatype *const *parts, unsigned int n);

/*
 * Text to value: symbols, then numbers, then the type's own parse. bits is
 * the width of the field (for types without one of their own). On failure
 * returns -1 and *err is a reason fit for a diagnostic, or NULL for the
 * generic one.
 */
int datatype_parse(const struct datatype *dt, const char *text, unsigned int bits,
		   nff_u128 *value, const char **err);
/* A close symbol, for "did you mean"; or NULL. */
const char *datatype_suggest(const struct datatype *dt, const char *text);
void datatype_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		    const struct print_opts *opts, struct out *o);
/* The symbol of exactly that value, or NULL. */
const char *symbol_by_value(const struct symbol *s, uint64_t value);
bool symbol_by_name(const struct symbol *s, const char *name, uint64_t *value);

/* Number text: decimal, 0x hex, 0 octal. false: no number, or over 128 bits. */
bool parse_u128(const char *text, nff_u128 *value);
void out_u128(struct out *o, nff_u128 v);
/* Durations as nft writes them: "1d2h3m4s500ms"; false: not one. Milliseconds. */
bool parse_duration(const char *text, uint64_t *ms);
void out_duration(struct out *o, uint64_t ms);

/* To and from the bytes of a register or a packet; len bytes. */
void value_export(nff_u128 v, enum byteorder bo, unsigned int len, void *data);
nff_u128 value_import(const void *data, enum byteorder bo, unsigned int len);
/* A mask of n one bits. */
static inline nff_u128 u128_mask(unsigned int n)
{
	return n >= 128 ? ~(nff_u128)0 : ((nff_u128)1 << n) - 1;
}
/*
 * The mask of a prefix of plen bits in a field of bits bits, the same number
 * for network and host order (the top plen bits).
 */
static inline nff_u128 prefix_mask(unsigned int plen, unsigned int bits)
{
	return plen == 0 ? 0 : u128_mask(bits) ^ u128_mask(bits - plen);
}
/* The prefix length of a mask, or -1 where it is none. */
int mask_prefix_len(nff_u128 mask, unsigned int bits);

/* The types, by C name; all rows are in src/lang/datatype.c and its tables. */
extern const struct datatype dt_verdict, dt_nfproto, dt_bitmask, dt_integer, dt_string, dt_lladdr,
	dt_ipaddr, dt_ip6addr, dt_etheraddr, dt_ethertype, dt_arpop, dt_inet_proto,
	dt_inet_service, dt_icmp_type, dt_tcp_flag, dt_dccp_pkttype, dt_mh_type, dt_time,
	dt_mark, dt_ifindex, dt_arphrd, dt_realm, dt_classid, dt_uid, dt_gid, dt_ct_state,
	dt_ct_dir, dt_ct_status, dt_icmp6_type, dt_ct_label, dt_pkttype, dt_icmp_code,
	dt_icmpv6_code, dt_icmpx_code, dt_devgroup, dt_dscp, dt_ecn, dt_fib_addr, dt_boolean,
	dt_ct_eventbit, dt_ifname, dt_igmp_type, dt_time_date, dt_time_hour, dt_time_day,
	dt_cgroupv2;
/* Of fields whose type depends on the rule ("ct original saddr" in inet). */
extern const struct datatype dt_invalid;

#endif
