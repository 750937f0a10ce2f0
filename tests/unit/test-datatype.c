// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data types: text to value and back.
 */
#include <stdlib.h>
#include <time.h>

#include "datatype.h"
#include "unit.h"

static const struct print_opts plain;

/* ---- values, one row a test ---- */

struct value_row {
	const struct datatype *dt;
	const char *text;
	unsigned int bits;
	int64_t value;		/* -1: is refused */
	const char *printed;	/* NULL: like text */
};

static const struct value_row rows[] = {
	{ &dt_ethertype, "ip", 16, 0x0800, NULL },
	{ &dt_ethertype, "vlan", 16, 0x8100, "8021q" },
	{ &dt_ethertype, "0x1234", 16, 0x1234, NULL },
	{ &dt_ethertype, "5", 16, 5, "0x0005" },
	{ &dt_ethertype, "65536", 16, -1, NULL },
	{ &dt_ethertype, "ipv6", 16, -1, NULL },
	{ &dt_nfproto, "ipv6", 8, 10, NULL },
	{ &dt_nfproto, "5", 8, 5, NULL },
	{ &dt_arpop, "request", 16, 1, NULL },
	{ &dt_icmp_type, "echo-request", 8, 8, NULL },
	{ &dt_icmp_type, "77", 8, 77, NULL },
	{ &dt_icmp6_type, "mld-listener-reduction", 8, 132, "mld-listener-done" },
	{ &dt_igmp_type, "leave-group", 8, 23, NULL },
	{ &dt_icmp_code, "host-unreachable", 8, 1, NULL },
	{ &dt_icmpv6_code, "policy-fail", 8, 5, NULL },
	{ &dt_icmpx_code, "admin-prohibited", 8, 3, NULL },
	{ &dt_mh_type, "home-test", 8, 3, NULL },
	{ &dt_dccp_pkttype, "request", 4, 0, NULL },
	{ &dt_dccp_pkttype, "11", 4, 11, NULL },
	{ &dt_dccp_pkttype, "16", 4, -1, NULL },
	{ &dt_arphrd, "ether", 16, 1, NULL },
	{ &dt_arphrd, "5", 16, 5, NULL },
	{ &dt_ct_dir, "reply", 8, 1, NULL },
	{ &dt_pkttype, "unicast", 8, 0, "host" },
	{ &dt_dscp, "cs1", 6, 8, NULL },
	{ &dt_dscp, "be", 6, 0, "cs0" },
	{ &dt_dscp, "0x3f", 6, 0x3f, NULL },
	{ &dt_dscp, "64", 6, -1, NULL },
	{ &dt_ecn, "ce", 2, 3, NULL },
	{ &dt_fib_addr, "local", 32, 2, NULL },
	{ &dt_boolean, "exists", 8, 1, NULL },
	{ &dt_boolean, "2", 8, 2, NULL },
	{ &dt_tcp_flag, "syn", 8, 2, NULL },
	{ &dt_tcp_flag, "3", 8, 3, "fin,syn" },
	{ &dt_tcp_flag, "0", 8, 0, "0x0" },
	{ &dt_ct_state, "untracked", 32, 0x40, NULL },
	{ &dt_ct_state, "0x80", 32, 0x80, NULL },
	{ &dt_ct_state, "10", 32, 10, "established,new" },
	{ &dt_ct_status, "dying", 32, 0x200, NULL },
	{ &dt_ct_eventbit, "destroy", 32, 4, NULL },
	{ &dt_bitmask, "5", 8, 5, "0x5" },
	{ &dt_integer, "10", 32, 10, NULL },
	{ &dt_integer, "0x10", 32, 16, "16" },
	{ &dt_integer, "010", 32, 8, "8" },
	{ &dt_integer, "08", 32, -1, NULL },
	{ &dt_integer, "-1", 32, -1, NULL },
	{ &dt_integer, "", 32, -1, NULL },
	{ &dt_integer, "256", 8, -1, NULL },
	{ &dt_integer, "tcp", 32, -1, NULL },
	{ &dt_etheraddr, "00:11:22:33:44:55", 48, 0x001122334455, NULL },
	{ &dt_etheraddr, "1:2:3:4:5:6", 48, 0x010203040506, "01:02:03:04:05:06" },
	{ &dt_etheraddr, "1:2:3:4:5", 48, -1, NULL },
	{ &dt_etheraddr, "1:2:3:4:5:678", 48, -1, NULL },
	{ &dt_etheraddr, "1:2:3:4:5:", 48, -1, NULL },
	{ &dt_ipaddr, "10.1.2.3", 32, 0x0a010203, NULL },
	{ &dt_ipaddr, "1", 32, 1, "0.0.0.1" },
	{ &dt_ipaddr, "0x0a000001", 32, 0x0a000001, "10.0.0.1" },
	{ &dt_ipaddr, "255.255.255.255", 32, 0xffffffff, NULL },
	{ &dt_ipaddr, "256.1.1.1", 32, -1, NULL },
	{ &dt_ipaddr, "1.2.3", 32, -1, NULL },
	{ &dt_ip6addr, "::1", 128, 1, NULL },
	{ &dt_ip6addr, "::ffff:1.2.3.4", 128, 0xffff01020304, NULL },
	{ &dt_ip6addr, "1.2.3.4", 128, -1, NULL },
	{ &dt_ip6addr, "5", 128, -1, NULL },
	{ &dt_ip6addr, "1::2::3", 128, -1, NULL },
	{ &dt_inet_proto, "tcp", 8, 6, NULL },
	{ &dt_inet_proto, "icmpv6", 8, 58, "ipv6-icmp" },
	{ &dt_inet_proto, "250", 8, 250, NULL },
	{ &dt_inet_proto, "256", 8, -1, NULL },
	{ &dt_inet_proto, "no-such-protocol", 8, -1, NULL },
	{ &dt_inet_service, "22", 16, 22, NULL },
	{ &dt_inet_service, "65535", 16, 65535, NULL },
	{ &dt_inet_service, "65536", 16, -1, NULL },
	{ &dt_inet_service, "no-such-service", 16, -1, NULL },
	{ &dt_mark, "5", 32, 5, "0x00000005" },
	{ &dt_mark, "0x100000000", 32, -1, NULL },
	{ &dt_realm, "77", 32, 77, NULL },
	{ &dt_devgroup, "77", 32, 77, NULL },
	{ &dt_ifindex, "999999", 32, 999999, NULL },
	{ &dt_ifindex, "no-such-dev", 32, -1, NULL },
	{ &dt_uid, "0", 32, 0, NULL },
	{ &dt_uid, "root", 32, 0, "0" },
	{ &dt_uid, "5000000000", 32, -1, NULL },
	{ &dt_gid, "12345", 32, 12345, NULL },
	{ &dt_gid, "no-such-group", 32, -1, NULL },
	{ &dt_classid, "none", 32, 0, NULL },
	{ &dt_classid, "root", 32, 0xffffffff, NULL },
	{ &dt_classid, "1:2", 32, 0x10002, NULL },
	{ &dt_classid, "abcd:1234", 32, 0xabcd1234, NULL },
	{ &dt_classid, "10", 32, 10, "0:a" },
	{ &dt_classid, "1:", 32, 0x10000, "1:0" },
	{ &dt_classid, "12345:1", 32, -1, NULL },
	{ &dt_classid, ":", 32, -1, NULL },
	{ &dt_time, "1h30m", 32, 5400000, NULL },
	{ &dt_time, "90061", 32, 90061000, "1d1h1m1s" },
	{ &dt_time, "1500ms", 32, 1500, "1s500ms" },
	{ &dt_time, "1m1h", 32, -1, NULL },
	{ &dt_time, "1w", 32, -1, NULL },
	{ &dt_time, "100d", 32, -1, NULL },
	{ &dt_time_date, "2020-01-01 10:00:30", 64, 1577872830000000000, "\"2020-01-01 10:00:30\"" },
	{ &dt_time_date, "2020-01-01 10:00", 64, 1577872800000000000, "\"2020-01-01 10:00:00\"" },
	{ &dt_time_date, "2020-01-01", 64, 1577836800000000000, "\"2020-01-01 00:00:00\"" },
	{ &dt_time_date, "1577836800", 64, 1577836800000000000, "\"2020-01-01 00:00:00\"" },
	{ &dt_time_date, "2020-13-01", 64, -1, NULL },
	{ &dt_time_hour, "10:00", 32, 36000, "\"10:00\"" },
	{ &dt_time_hour, "1:05", 32, 3900, "\"01:05\"" },
	{ &dt_time_hour, "10:00:30", 32, 36030, "\"10:00:30\"" },
	{ &dt_time_hour, "24:00", 32, -1, NULL },
	{ &dt_time_hour, "36000", 32, 36000, "\"10:00\"" },
	{ &dt_time_day, "Monday", 8, 1, "\"Monday\"" },
	{ &dt_time_day, "6", 8, 6, "\"Saturday\"" },
	{ &dt_time_day, "7", 8, -1, NULL },
	{ &dt_ct_label, "5", 128, 0x20, NULL },
	{ &dt_ct_label, "128", 128, -1, NULL },
	{ &dt_cgroupv2, "no/such/group", 64, -1, NULL },
	{ &dt_verdict, "5", 0, -1, NULL },
	{ &dt_invalid, "5", 32, -1, NULL },
};

static void check_row(const struct value_row *r)
{
	const char *err = "unset";
	nff_u128 v = 0;
	struct out o;
	int ret = datatype_parse(r->dt, r->text, r->bits, &v, &err);

	if (r->value == -1) {
		if (ret == 0)
			FAIL("taken as %lld", (long long)v);
		return;
	}
	if (ret)
		FAIL("refused: %s", err ? err : "(no reason)");
	if (v != (nff_u128)r->value)
		FAIL("is %lld", (long long)v);
	out_init_mem(&o);
	datatype_print(r->dt, v, r->bits, &plain, &o);
	if (strcmp(out_str(&o), r->printed ? r->printed : r->text)) {
		unit.failed = 1;
		unit_detail("printed %s", out_str(&o));
	}
	out_fini(&o);
}

static void values(void)
{
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(name, sizeof(name), "value-%s-%s", rows[i].dt->name, rows[i].text);
		for (char *p = name; *p; p++)
			if (*p == ' ')
				*p = '_';
		unit_begin(name);
		check_row(&rows[i]);
		unit_end();
	}
}

/* ---- the rest ---- */

static void check_print(const struct datatype *dt, nff_u128 v, unsigned int bits,
			const struct print_opts *opts, const char *wanted)
{
	struct out o;
	char got[256];

	out_init_mem(&o);
	datatype_print(dt, v, bits, opts, &o);
	snprintf(got, sizeof(got), "%s", out_str(&o));
	out_fini(&o);
	CHECK_STR(got, wanted);
}

static void print_options(void)
{
	const struct print_opts numeric = {
		.numeric_proto = true, .numeric_symbol = true, .numeric_time = true,
	}, services = { .services = true }, guid = { .guid = true };

	check_print(&dt_ct_state, 10, 32, &numeric, "0x2,0x8");
	check_print(&dt_inet_proto, 6, 8, &numeric, "6");
	check_print(&dt_ethertype, 0x800, 16, &numeric, "0x0800");
	check_print(&dt_dscp, 8, 6, &numeric, "0x08");
	check_print(&dt_ecn, 3, 2, &numeric, "0x3");
	check_print(&dt_time, 3600000, 32, &numeric, "3600s");
	check_print(&dt_time_day, 1, 8, &numeric, "1");
	check_print(&dt_classid, 0xffffffff, 32, &numeric, "root");
	check_print(&dt_inet_service, 22, 16, &services, "\"ssh\"");
	check_print(&dt_inet_service, 3, 16, &services, "3");
	check_print(&dt_uid, 0, 32, &guid, "\"root\"");
	check_print(&dt_gid, 0, 32, &guid, "\"root\"");
}

static void strings(void)
{
	const char *err;
	nff_u128 v, w;

	CHECK(!datatype_parse(&dt_ifname, "eth0", 128, &v, &err));
	CHECK(v == (nff_u128)0x65746830 << 96);
	check_print(&dt_ifname, v, 128, &plain, "\"eth0\"");
	/* digits are a name, too */
	CHECK(!datatype_parse(&dt_ifname, "1234", 128, &v, &err));
	check_print(&dt_ifname, v, 128, &plain, "\"1234\"");
	/* a star that is no wildcard */
	CHECK(!datatype_parse(&dt_ifname, "eth\\*", 128, &v, &err));
	CHECK(v == (nff_u128)0x6574682a << 96);
	check_print(&dt_ifname, v, 128, &plain, "\"eth\\*\"");
	CHECK(!datatype_parse(&dt_ifname, "abcdefghijklmno", 128, &v, &err));
	CHECK(datatype_parse(&dt_ifname, "abcdefghijklmnop", 128, &w, &err) == -1);
	CHECK(err);
	CHECK(!datatype_parse(&dt_string, "", 128, &v, &err));
	check_print(&dt_string, v, 128, &plain, "\"\"");
}

static void wide_values(void)
{
	const char *err;
	nff_u128 v;

	CHECK(!datatype_parse(&dt_ip6addr, "fe80::1", 128, &v, &err));
	CHECK(v == (((nff_u128)0xfe80 << 112) | 1));
	check_print(&dt_ip6addr, v, 128, &plain, "fe80::1");
	CHECK(!datatype_parse(&dt_ct_label, "127", 128, &v, &err));
	CHECK(v == (nff_u128)1 << 127);
	check_print(&dt_ct_label, v | 2, 128, &plain, "1,127");
}

static void by_name(void)
{
	unsigned int i;

	CHECK(datatype_by_name("ipv4_addr") == &dt_ipaddr);
	CHECK(datatype_by_name("inet_service") == &dt_inet_service);
	CHECK(datatype_by_name("time") == &dt_time);
	CHECK(!datatype_by_name("no_such_type"));
	CHECK(!datatype_by_id(DT_INVALID));
	CHECK(!datatype_by_id(DT_MAX));
	for (i = 1; i < DT_MAX; i++) {
		const struct datatype *dt = datatype_by_id(i);

		if (!dt || dt->id != i || !dt->name || !dt->desc)
			FAIL("type %u", i);
		if (dt != &dt_time_date && datatype_by_name(dt->name) != dt)
			FAIL("type %s", dt->name);
	}
}

static void concatenations(void)
{
	const struct datatype *two[] = { &dt_ipaddr, &dt_inet_service };
	const struct datatype *five[] = {
		&dt_ipaddr, &dt_ip6addr, &dt_ifname, &dt_mark, &dt_inet_proto,
	};
	const struct datatype *dt = datatype_concat(two, 2);

	CHECK_STR(dt->name, "ipv4_addr . inet_service");
	CHECK_INT(dt->n_parts, 2);
	CHECK_INT(dt->bits, 64);
	CHECK(dt->flags & DTF_CONCAT);
	CHECK(datatype_concat(two, 2) == dt);
	CHECK_INT(datatype_key(dt), DT_IPADDR << 6 | DT_INET_SERVICE);
	CHECK(datatype_of_key(DT_IPADDR << 6 | DT_INET_SERVICE) == dt);
	CHECK(datatype_of_key(DT_IPADDR) == &dt_ipaddr);
	CHECK(datatype_concat(two, 1) == &dt_ipaddr);
	dt = datatype_concat(five, 5);
	CHECK(datatype_of_key(datatype_key(dt)) == dt);
	CHECK(!datatype_of_key(0));
	CHECK(!datatype_of_key(DT_MAX));
	CHECK(!datatype_of_key(DT_IPADDR << 6));
	CHECK(!datatype_of_key(UINT32_MAX));
}

static void suggestions(void)
{
	CHECK_STR(datatype_suggest(&dt_ct_state, "establised"), "established");
	CHECK_STR(datatype_suggest(&dt_icmp_type, "echo-reqest"), "echo-request");
	CHECK_STR(datatype_suggest(&dt_inet_proto, "tpc"), "tcp");
	CHECK_STR(datatype_suggest(&dt_inet_proto, "upd"), "udp");
	CHECK_STR(datatype_suggest(&dt_inet_proto, "xy"), NULL);
	CHECK_STR(datatype_suggest(&dt_inet_proto, ""), NULL);
	CHECK_STR(datatype_suggest(&dt_inet_proto, "sctpp"), "sctp");
	CHECK_STR(datatype_suggest(&dt_ct_state, "nothinglikeit"), NULL);
	CHECK_STR(datatype_suggest(&dt_ipaddr, "x"), NULL);
}

static void numbers(void)
{
	nff_u128 v;
	struct out o;

	CHECK(parse_u128("340282366920938463463374607431768211455", &v));
	CHECK(v == ~(nff_u128)0);
	CHECK(!parse_u128("340282366920938463463374607431768211456", &v));
	CHECK(parse_u128("0xffffffffffffffffffffffffffffffff", &v));
	CHECK(!parse_u128("0x100000000000000000000000000000000", &v));
	CHECK(!parse_u128("0x", &v));
	CHECK(!parse_u128("12x", &v));
	CHECK(!parse_u128(" 1", &v));
	CHECK(parse_u128("0", &v) && v == 0);
	CHECK(parse_u128("0777", &v) && v == 0777);

	out_init_mem(&o);
	out_u128(&o, 0);
	out_putc(&o, ' ');
	out_u128(&o, ~(nff_u128)0);
	out_putc(&o, ' ');
	out_u128(&o, (nff_u128)1 << 64);
	CHECK_STR(out_str(&o), "0 340282366920938463463374607431768211455 18446744073709551616");
	out_fini(&o);
}

static void durations(void)
{
	static const struct {
		const char *text;
		int64_t ms;
	} d[] = {
		{ "5s", 5000 }, { "5", 5000 }, { "1d2h3m4s5ms", 93784005 }, { "10ms", 10 },
		{ "5m", 300000 }, { "", -1 }, { "s", -1 }, { "5x", -1 }, { "5s5s", -1 },
		{ "5s5m", -1 }, { "5s5", -1 }, { "99999999999999999999s", -1 },
		{ "9999999999999999999d", -1 }, { "-5s", -1 }, { "5 s", -1 },
	};
	struct out o;
	uint64_t ms;
	size_t i;

	for (i = 0; i < sizeof(d) / sizeof(d[0]); i++) {
		bool ok = parse_duration(d[i].text, &ms);

		if (ok != (d[i].ms >= 0) || (ok && ms != (uint64_t)d[i].ms))
			FAIL("\"%s\"", d[i].text);
	}
	out_init_mem(&o);
	out_duration(&o, 93784005);
	out_putc(&o, ' ');
	out_duration(&o, 0);
	out_putc(&o, ' ');
	out_duration(&o, 3600000);
	CHECK_STR(out_str(&o), "1d2h3m4s5ms 0s 1h");
	out_fini(&o);
}

static void bytes(void)
{
	uint8_t b[16];

	value_export(0x0102, BO_BIG, 2, b);
	CHECK(b[0] == 1 && b[1] == 2);
	CHECK(value_import(b, BO_BIG, 2) == 0x0102);
	value_export(0x01020304, BO_HOST, 4, b);
	CHECK(*(uint32_t *)(void *)b == 0x01020304);
	CHECK(value_import(b, BO_HOST, 4) == 0x01020304);
	value_export((nff_u128)0xfe80 << 112 | 1, BO_BIG, 16, b);
	CHECK(b[0] == 0xfe && b[1] == 0x80 && b[15] == 1);
	CHECK(value_import(b, BO_BIG, 16) == ((nff_u128)0xfe80 << 112 | 1));
	CHECK(value_import(b, BO_BIG, 0) == 0);
}

static void masks(void)
{
	unsigned int i;

	CHECK(prefix_mask(8, 32) == 0xff000000);
	CHECK(prefix_mask(0, 32) == 0);
	CHECK(prefix_mask(32, 32) == 0xffffffff);
	CHECK(prefix_mask(128, 128) == ~(nff_u128)0);
	for (i = 0; i <= 128; i++)
		CHECK_INT(mask_prefix_len(prefix_mask(i, 128), 128), i);
	CHECK_INT(mask_prefix_len(0xff00, 32), -1);
	CHECK_INT(mask_prefix_len(0xff00ff00, 32), -1);
	CHECK_INT(mask_prefix_len(0x1ffffffff, 32), -1);
	CHECK_INT(mask_prefix_len(0, 32), 0);
	CHECK_INT(mask_prefix_len(0, 200), -1);
}

/* Hours and dates are local time. */
static void time_zones(void)
{
	const char *err;
	nff_u128 v;

	setenv("TZ", "XYZ-3", 1);
	tzset();
	CHECK(!datatype_parse(&dt_time_hour, "01:00", 32, &v, &err));
	CHECK_INT(v, 22 * 3600);
	check_print(&dt_time_hour, v, 32, &plain, "\"01:00\"");
	CHECK(!datatype_parse(&dt_time_date, "2020-01-01", 64, &v, &err));
	CHECK(v == (nff_u128)(1577836800 - 3 * 3600) * 1000000000);
	setenv("TZ", "UTC", 1);
	tzset();
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	values();
	RUN(print_options);
	RUN(strings);
	RUN(wide_values);
	RUN(by_name);
	RUN(concatenations);
	RUN(suggestions);
	RUN(numbers);
	RUN(durations);
	RUN(bytes);
	RUN(masks);
	RUN(time_zones);
	return unit_status();
}
