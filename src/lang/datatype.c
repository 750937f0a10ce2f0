// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data types: one row each, and what every type can do by its row.
 */
#include <string.h>

#include "arena.h"
#include "datatype.h"
#include "types.h"

#define TYPE(i, n, d, bo, w, b, ...) \
	{ .name = (n), .desc = (d), .id = (i), .byteorder = (bo), .bits = (w), .base = (b), \
	  __VA_ARGS__ }

/* Types with no base of their own. */
const struct datatype dt_invalid = TYPE(DT_INVALID, "invalid", "invalid", BO_NONE, 0, NULL);
const struct datatype dt_verdict = TYPE(DT_VERDICT, "verdict", "netfilter verdict", BO_NONE, 0,
					NULL);
const struct datatype dt_integer = TYPE(DT_INTEGER, "integer", "integer", BO_NONE, 0, NULL);
const struct datatype dt_string = TYPE(DT_STRING, "string", "string", BO_BIG, 0, NULL,
	.flags = DTF_STRING | DTF_QUOTED | DTF_NO_INTEGER, .parse = string_parse,
	.print = string_print);
/* The base of flags; by itself a number, whose bits have no names. */
const struct datatype dt_bitmask = TYPE(DT_BITMASK, "bitmask", "bitmask", BO_NONE, 0, &dt_integer);

/* Most types are numbers with symbols. */
#define SYM(i, n, d, bo, w, s, ...) TYPE(i, n, d, bo, w, &dt_integer, .symbols = s, __VA_ARGS__)
#define FLAGS(i, n, d, bo, w, s, ...) \
	TYPE(i, n, d, bo, w, &dt_bitmask, .flags = DTF_BITMASK | DTF_HEX_SYMBOLS, \
	     .symbols = s, __VA_ARGS__)

const struct datatype dt_nfproto = SYM(DT_NFPROTO, "nf_proto", "netfilter protocol", BO_HOST, 8,
				       nfproto_symbols);
const struct datatype dt_ethertype = SYM(DT_ETHERTYPE, "ether_type", "Ethernet protocol", BO_BIG,
					 16, ethertype_symbols,
					 .flags = DTF_HEX | DTF_HEX_SYMBOLS);
const struct datatype dt_arpop = SYM(DT_ARPOP, "arp_op", "ARP operation", BO_BIG, 16,
				     arpop_symbols, .flags = DTF_HEX_SYMBOLS);
const struct datatype dt_icmp_type = SYM(DT_ICMP_TYPE, "icmp_type", "ICMP type", BO_BIG, 8,
					 icmp_type_symbols);
const struct datatype dt_icmp6_type = SYM(DT_ICMP6_TYPE, "icmpv6_type", "ICMPv6 type", BO_BIG, 8,
					  icmp6_type_symbols);
const struct datatype dt_igmp_type = SYM(DT_IGMP_TYPE, "igmp_type", "IGMP type", BO_BIG, 8,
					 igmp_type_symbols);
const struct datatype dt_icmp_code = SYM(DT_ICMP_CODE, "icmp_code", "icmp code", BO_BIG, 8,
					 icmp_code_symbols);
const struct datatype dt_icmpv6_code = SYM(DT_ICMPV6_CODE, "icmpv6_code", "icmpv6 code", BO_BIG,
					   8, icmpv6_code_symbols);
const struct datatype dt_icmpx_code = SYM(DT_ICMPX_CODE, "icmpx_code", "icmpx code", BO_BIG, 8,
					  icmpx_code_symbols);
const struct datatype dt_mh_type = SYM(DT_MH_TYPE, "mh_type", "Mobility Header Type", BO_BIG, 8,
				       mh_type_symbols);
const struct datatype dt_dccp_pkttype = SYM(DT_DCCP_PKTTYPE, "dccp_pkttype", "DCCP packet type",
					    BO_BIG, 4, dccp_pkttype_symbols,
					    .flags = DTF_HEX_SYMBOLS);
const struct datatype dt_arphrd = SYM(DT_ARPHRD, "iface_type", "network interface type", BO_HOST,
				      16, arphrd_symbols, .flags = DTF_HEX_SYMBOLS);
const struct datatype dt_ct_dir = SYM(DT_CT_DIR, "ct_dir", "conntrack direction", BO_HOST, 8,
				      ct_dir_symbols);
const struct datatype dt_pkttype = SYM(DT_PKTTYPE, "pkt_type", "packet type", BO_HOST, 8,
				       pkttype_symbols);
const struct datatype dt_dscp = SYM(DT_DSCP, "dscp", "Differentiated Services Code Point", BO_BIG,
				    6, dscp_symbols, .flags = DTF_HEX | DTF_HEX_SYMBOLS);
const struct datatype dt_ecn = SYM(DT_ECN, "ecn", "Explicit Congestion Notification", BO_BIG, 2,
				   ecn_symbols, .flags = DTF_HEX | DTF_HEX_SYMBOLS);
const struct datatype dt_fib_addr = SYM(DT_FIB_ADDR, "fib_addrtype", "fib address type", BO_HOST,
					32, fib_addr_symbols);
const struct datatype dt_boolean = SYM(DT_BOOLEAN, "boolean", "boolean type", BO_HOST, 1,
				       boolean_symbols);

const struct datatype dt_tcp_flag = FLAGS(DT_TCP_FLAG, "tcp_flag", "TCP flag", BO_BIG, 8,
					  tcp_flag_symbols);
const struct datatype dt_ct_state = FLAGS(DT_CT_STATE, "ct_state", "conntrack state", BO_HOST, 32,
					  ct_state_symbols);
const struct datatype dt_ct_status = FLAGS(DT_CT_STATUS, "ct_status", "conntrack status", BO_HOST,
					   32, ct_status_symbols);
const struct datatype dt_ct_eventbit = FLAGS(DT_CT_EVENTBIT, "ct_event", "conntrack event bits",
					     BO_HOST, 32, ct_event_symbols);
const struct datatype dt_ct_label = TYPE(DT_CT_LABEL, "ct_label", "conntrack label", BO_HOST, 128,
	&dt_bitmask, .flags = DTF_BITMASK | DTF_NO_INTEGER | DTF_SYM_LOOKUP,
	.parse = ct_label_parse, .print = ct_label_print);

/* Types with a form of their own. */
const struct datatype dt_lladdr = TYPE(DT_LLADDR, "ll_addr", "link layer address", BO_BIG, 0,
	&dt_integer, .parse = lladdr_parse, .print = lladdr_print);
const struct datatype dt_etheraddr = TYPE(DT_ETHERADDR, "ether_addr", "Ethernet address", BO_BIG,
	48, &dt_lladdr, .parse = lladdr_parse, .print = lladdr_print);
const struct datatype dt_ipaddr = TYPE(DT_IPADDR, "ipv4_addr", "IPv4 address", BO_BIG, 32,
	&dt_integer, .flags = DTF_PREFIX, .parse = ipaddr_parse, .print = ipaddr_print);
const struct datatype dt_ip6addr = TYPE(DT_IP6ADDR, "ipv6_addr", "IPv6 address", BO_BIG, 128,
	&dt_integer, .flags = DTF_PREFIX | DTF_NO_INTEGER, .parse = ip6addr_parse,
	.print = ip6addr_print);
const struct datatype dt_inet_proto = TYPE(DT_INET_PROTO, "inet_proto", "Internet protocol",
	BO_BIG, 8, &dt_integer, .flags = DTF_SYM_LOOKUP, .parse = inet_proto_parse,
	.print = inet_proto_print);
const struct datatype dt_inet_service = TYPE(DT_INET_SERVICE, "inet_service",
	"internet network service", BO_BIG, 16, &dt_integer,
	.flags = DTF_SYM_LOOKUP | DTF_NUMERIC_DEFAULT, .parse = inet_service_parse,
	.print = inet_service_print);
const struct datatype dt_mark = TYPE(DT_MARK, "mark", "packet mark", BO_HOST, 32, &dt_integer,
	.flags = DTF_HEX | DTF_SYM_LOOKUP | DTF_PREFIX, .parse = mark_parse, .print = mark_print);
const struct datatype dt_realm = TYPE(DT_REALM, "realm", "routing realm", BO_HOST, 32,
	&dt_integer, .flags = DTF_SYM_LOOKUP | DTF_PREFIX, .parse = realm_parse,
	.print = realm_print);
const struct datatype dt_devgroup = TYPE(DT_DEVGROUP, "devgroup", "devgroup name", BO_HOST, 32,
	&dt_integer, .flags = DTF_SYM_LOOKUP | DTF_PREFIX, .parse = devgroup_parse,
	.print = devgroup_print);
const struct datatype dt_ifindex = TYPE(DT_IFINDEX, "iface_index", "network interface index",
	BO_HOST, 32, &dt_integer, .flags = DTF_SYM_LOOKUP, .parse = ifindex_parse,
	.print = ifindex_print);
const struct datatype dt_ifname = TYPE(DT_IFNAME, "ifname", "network interface name", BO_BIG, 128,
	&dt_string, .flags = DTF_STRING | DTF_QUOTED | DTF_NO_INTEGER, .parse = string_parse,
	.print = string_print);
const struct datatype dt_uid = TYPE(DT_UID, "uid", "user ID", BO_HOST, 32, &dt_integer,
	.flags = DTF_SYM_LOOKUP | DTF_NUMERIC_DEFAULT, .parse = uid_parse, .print = uid_print);
const struct datatype dt_gid = TYPE(DT_GID, "gid", "group ID", BO_HOST, 32, &dt_integer,
	.flags = DTF_SYM_LOOKUP | DTF_NUMERIC_DEFAULT, .parse = gid_parse, .print = gid_print);
const struct datatype dt_classid = TYPE(DT_CLASSID, "classid", "TC classid", BO_HOST, 32,
	&dt_integer, .parse = classid_parse, .print = classid_print);
const struct datatype dt_cgroupv2 = TYPE(DT_CGROUPV2, "cgroupsv2", "cgroupsv2 path", BO_HOST, 64,
	&dt_integer, .flags = DTF_SYM_LOOKUP | DTF_NO_INTEGER, .parse = cgroupv2_parse,
	.print = cgroupv2_print);
const struct datatype dt_time = TYPE(DT_TIME, "time", "relative time", BO_HOST, 64, &dt_integer,
	.flags = DTF_NO_INTEGER, .parse = duration_type_parse, .print = duration_type_print);
const struct datatype dt_time_date = TYPE(DT_TIME_DATE, "time",
	"Relative time of packet reception", BO_HOST, 64, &dt_integer,
	.flags = DTF_QUOTED | DTF_NO_INTEGER, .parse = date_parse, .print = date_print);
const struct datatype dt_time_hour = TYPE(DT_TIME_HOUR, "hour", "Hour of day of packet reception",
	BO_HOST, 32, &dt_integer, .flags = DTF_QUOTED | DTF_NO_INTEGER, .parse = hour_parse,
	.print = hour_print);
const struct datatype dt_time_day = TYPE(DT_TIME_DAY, "day", "Day of week of packet reception",
	BO_HOST, 8, &dt_integer, .flags = DTF_QUOTED | DTF_NO_INTEGER, .symbols = day_symbols,
	.parse = day_parse, .print = day_print);

static const struct datatype *const types[DT_MAX] = {
	[DT_INVALID] = &dt_invalid, [DT_VERDICT] = &dt_verdict, [DT_NFPROTO] = &dt_nfproto,
	[DT_BITMASK] = &dt_bitmask, [DT_INTEGER] = &dt_integer, [DT_STRING] = &dt_string,
	[DT_LLADDR] = &dt_lladdr, [DT_IPADDR] = &dt_ipaddr, [DT_IP6ADDR] = &dt_ip6addr,
	[DT_ETHERADDR] = &dt_etheraddr, [DT_ETHERTYPE] = &dt_ethertype, [DT_ARPOP] = &dt_arpop,
	[DT_INET_PROTO] = &dt_inet_proto, [DT_INET_SERVICE] = &dt_inet_service,
	[DT_ICMP_TYPE] = &dt_icmp_type, [DT_TCP_FLAG] = &dt_tcp_flag,
	[DT_DCCP_PKTTYPE] = &dt_dccp_pkttype, [DT_MH_TYPE] = &dt_mh_type, [DT_TIME] = &dt_time,
	[DT_MARK] = &dt_mark, [DT_IFINDEX] = &dt_ifindex, [DT_ARPHRD] = &dt_arphrd,
	[DT_REALM] = &dt_realm, [DT_CLASSID] = &dt_classid, [DT_UID] = &dt_uid,
	[DT_GID] = &dt_gid, [DT_CT_STATE] = &dt_ct_state, [DT_CT_DIR] = &dt_ct_dir,
	[DT_CT_STATUS] = &dt_ct_status, [DT_ICMP6_TYPE] = &dt_icmp6_type,
	[DT_CT_LABEL] = &dt_ct_label, [DT_PKTTYPE] = &dt_pkttype, [DT_ICMP_CODE] = &dt_icmp_code,
	[DT_ICMPV6_CODE] = &dt_icmpv6_code, [DT_ICMPX_CODE] = &dt_icmpx_code,
	[DT_DEVGROUP] = &dt_devgroup, [DT_DSCP] = &dt_dscp, [DT_ECN] = &dt_ecn,
	[DT_FIB_ADDR] = &dt_fib_addr, [DT_BOOLEAN] = &dt_boolean,
	[DT_CT_EVENTBIT] = &dt_ct_eventbit, [DT_IFNAME] = &dt_ifname,
	[DT_IGMP_TYPE] = &dt_igmp_type, [DT_TIME_DATE] = &dt_time_date,
	[DT_TIME_HOUR] = &dt_time_hour, [DT_TIME_DAY] = &dt_time_day,
	[DT_CGROUPV2] = &dt_cgroupv2,
};

const struct datatype *datatype_by_id(unsigned int id)
{
	return id < DT_MAX && id != DT_INVALID ? types[id] : NULL;
}

const struct datatype *datatype_by_name(const char *name)
{
	unsigned int i;

	for (i = DT_INVALID + 1; i < DT_MAX; i++)
		if (!strcmp(types[i]->name, name))
			return types[i];
	return NULL;
}

/* ---- concatenations ---- */

/*
 * Concatenations that were met so far, never freed: there are as many as a
 * ruleset has kinds of concatenated keys. Interning lets callers compare types
 * by pointer.
 */
struct concat_type {
	struct concat_type *next;
	struct datatype dt;
};
static struct concat_type *concat_types;

static char *join(const struct datatype *const *parts, unsigned int n, bool desc)
{
	size_t len = 1;
	unsigned int i;
	char *s;

	for (i = 0; i < n; i++)
		len += strlen(desc ? parts[i]->desc : parts[i]->name) + 3;
	s = xcalloc(1, len);
	for (i = 0; i < n; i++) {
		strcat(s, i ? " . " : "");
		strcat(s, desc ? parts[i]->desc : parts[i]->name);
	}
	return s;
}

const struct datatype *datatype_concat(const struct datatype *const *parts, unsigned int n)
{
	struct concat_type *c;
	unsigned int i;

	if (n == 1)
		return parts[0];
	if (n > CONCAT_MAX)
		n = CONCAT_MAX;
	for (c = concat_types; c; c = c->next)
		if (c->dt.n_parts == n && !memcmp(c->dt.parts, parts, n * sizeof(parts[0])))
			return &c->dt;

	c = xcalloc(1, sizeof(*c));
	c->dt.name = join(parts, n, false);
	c->dt.desc = join(parts, n, true);
	c->dt.byteorder = BO_BIG;
	c->dt.flags = DTF_CONCAT;
	c->dt.n_parts = n;
	for (i = 0; i < n; i++) {
		c->dt.parts[i] = parts[i];
		c->dt.bits += (parts[i]->bits + 31) / 32 * 32;
	}
	c->next = concat_types;
	concat_types = c;
	return &c->dt;
}

uint32_t datatype_key(const struct datatype *dt)
{
	uint32_t key = 0;
	unsigned int i;

	if (!(dt->flags & DTF_CONCAT))
		return dt->id;
	for (i = 0; i < dt->n_parts; i++)
		key = key << DATATYPE_ID_BITS | dt->parts[i]->id;
	return key;
}

const struct datatype *datatype_of_key(uint32_t packed)
{
	const struct datatype *parts[32 / DATATYPE_ID_BITS + 1];
	unsigned int n = 0, shift;

	for (shift = 0; shift < 32 && packed >> shift; shift += DATATYPE_ID_BITS)
		n++;
	if (!n)
		return NULL;
	for (shift = 0; shift < n; shift++) {
		parts[n - 1 - shift] = datatype_by_id(packed & u128_mask(DATATYPE_ID_BITS));
		if (!parts[n - 1 - shift])
			return NULL;
		packed >>= DATATYPE_ID_BITS;
	}
	return datatype_concat(parts, n);
}

/* ---- symbols ---- */

const char *symbol_by_value(const struct symbol *s, uint64_t value)
{
	for (; s && s->name; s++)
		if (s->value == value)
			return s->name;
	return NULL;
}

bool symbol_by_name(const struct symbol *s, const char *name, uint64_t *value)
{
	for (; s && s->name; s++) {
		if (!strcmp(s->name, name)) {
			*value = s->value;
			return true;
		}
	}
	return false;
}

#define SUGGEST_MAX 48	/* longer words are never close */

/*
 * How many letters must be changed, added, left out or swapped with their
 * neighbour to make one word of the other.
 */
static unsigned int edit_distance(const char *a, const char *b)
{
	unsigned int rows[3][SUGGEST_MAX + 1], la = strlen(a), lb = strlen(b), i, j;

	if (la > SUGGEST_MAX || lb > SUGGEST_MAX)
		return SUGGEST_MAX;
	for (j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (i = 1; i <= la; i++) {
		unsigned int *row = rows[i % 3], *up = rows[(i + 2) % 3];
		unsigned int *up2 = rows[(i + 1) % 3];

		row[0] = i;
		for (j = 1; j <= lb; j++) {
			row[j] = up[j - 1] + (a[i - 1] != b[j - 1]);
			if (up[j] + 1 < row[j])
				row[j] = up[j] + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    up2[j - 2] + 1 < row[j])
				row[j] = up2[j - 2] + 1;
		}
	}
	return rows[la % 3][lb];
}

const char *datatype_suggest(const struct datatype *dt, const char *text)
{
	const struct symbol *s = dt->symbols;
	const char *best = NULL;
	unsigned int len = strlen(text), limit = len < 3 ? 0 : len < 6 ? 1 : 3, d;

	if (dt->id == DT_INET_PROTO)
		s = proto_symbols;
	for (; s && s->name; s++) {
		d = edit_distance(s->name, text);
		if (d > limit || (best && d == limit))
			continue;
		limit = d;
		best = s->name;
	}
	return best;
}

/* ---- text to value and back ---- */

static bool number_fits(nff_u128 v, unsigned int bits)
{
	return !bits || v <= u128_mask(bits);
}

int datatype_parse(const struct datatype *dt, const char *text, unsigned int bits,
		   nff_u128 *value, const char **err)
{
	const struct datatype *t;
	uint64_t sym;

	*err = NULL;
	/* the width of a 1-bit boolean in an 8-bit register is that of the register */
	if (dt->bits && (!bits || bits > dt->bits) && dt != &dt_boolean && dt != &dt_time)
		bits = dt->bits;
	if (dt->flags & DTF_CONCAT)
		return -1;
	if (symbol_by_name(dt->symbols, text, &sym)) {
		*value = sym;
		return 0;
	}
	for (t = dt; t; t = t->base) {
		if (t->flags & DTF_STRING)
			return t->parse(dt, text, bits, value, err);
		if (t->parse && !t->parse(dt, text, bits, value, err)) {
			if (number_fits(*value, bits))
				return 0;
			*err = "value out of range";
			return -1;
		}
		if (*err || t->flags & DTF_NO_INTEGER)
			return -1;
	}
	if (dt == &dt_invalid || dt == &dt_verdict || !parse_u128(text, value))
		return -1;
	if (!number_fits(*value, bits)) {
		*err = "value out of range";
		return -1;
	}
	return 0;
}

/* "0x" and at least so many digits. */
static void out_hex(struct out *o, nff_u128 v, unsigned int digits)
{
	uint64_t high = v >> 64, low = v;

	if (high)
		out_printf(o, "0x%llx%016llx", (unsigned long long)high, (unsigned long long)low);
	else
		out_printf(o, "0x%.*llx", (int)digits, (unsigned long long)low);
}

static void print_flags(const struct datatype *dt, nff_u128 value, const struct print_opts *opts,
			struct out *o)
{
	bool first = true;
	unsigned int i;

	if (!value) {
		out_puts(o, "0x0");
		return;
	}
	for (i = 0; i < 128 && value >> i; i++) {
		nff_u128 bit = (nff_u128)1 << i;
		const char *name = NULL;

		if (!(value & bit))
			continue;
		if (!first)
			out_putc(o, ',');
		first = false;
		if (!opts->numeric_symbol && i < 64)
			name = symbol_by_value(dt->symbols, bit);
		if (name)
			out_puts(o, name);
		else
			out_hex(o, bit, 1);
	}
}

void datatype_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		    const struct print_opts *opts, struct out *o)
{
	const char *name = NULL;

	if (dt->print) {
		dt->print(dt, value, bits, opts, o);
		return;
	}
	if (!opts->numeric_symbol && !(value >> 64))
		name = symbol_by_value(dt->symbols, value);
	if (name)
		out_puts(o, name);
	else if (dt->flags & DTF_BITMASK)
		print_flags(dt, value, opts, o);
	else if (dt == &dt_bitmask)
		out_hex(o, value, 1);
	else if (dt->flags & DTF_HEX)
		out_hex(o, value, ((dt->bits ? dt->bits : bits) + 3) / 4);
	else
		out_u128(o, value);
}
