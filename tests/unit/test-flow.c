/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding and printing of flows: messages as the module sends them, hostile ones, and those of a
 * newer module.
 */
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <stdlib.h>
#include <time.h>

#include "flow/flow_value.h"
#include "flow/rows.h"
#include "flow-gen.h"
#include "flow_record.h"
#include "unit.h"

/* Ten seconds after it began. */
#define NOW (1010 * 1000000000ull)

static const char *line_of(const struct example *e, unsigned int flags, struct out *o)
{
	struct devices devices = { 0 };
	struct msgbuf m = { 0 };
	struct flow f;
	int err;

	out_init_mem(o);
	put_flow(&m, e);
	err = flow_decode((struct nlmsghdr *)m.buf, NOW, &devices, &f);
	if (err)
		out_printf(o, "error %d\n", err);
	else
		flow_print(o, &f, flags);
	devices_fini(&devices);
	msgbuf_fini(&m);
	return out_str(o);
}

static void lines(void)
{
	struct out o;

	CHECK_STR(line_of(&(struct example){ .l4 = 6 }, 0, &o),
		  "tcp      6 27 src=10.0.1.2 dst=10.0.2.2 sport=40000 dport=443 packets=100 "
		  "bytes=100000 rate=80000 src=10.0.2.2 dst=10.0.1.2 sport=443 dport=40000 "
		  "packets=50 bytes=5000 rate=4000 [OFFLOAD] mark=5 zone=3 flowtable=inet/x/f "
		  "iif=900001 oif=900002 nat=none age=10 id=4711\n");
	out_fini(&o);
	CHECK_STR(line_of(&(struct example){ .v6 = true, .l4 = 47, .flags = NFF_FLOW_F_ACCT },
			  LINE_EXTENDED | LINE_KTIMESTAMP, &o),
		  "ipv6     10 gre      47 27 src=fd00:1::2 dst=fd00:2::2 packets=100 "
		  "bytes=100000 rate=80000 src=fd00:2::2 dst=fd00:1::2 packets=50 bytes=5000 "
		  "rate=4000 [OFFLOAD] mark=5 zone=3 flowtable=inet/x/f iif=900001 oif=900002 "
		  "nat=none age=10 xmit=neighbour/neighbour mtu=1500/1500 acct idle=2 flow=12 "
		  "start=1000 id=4711\n");
	out_fini(&o);
	/* One that left has no time left, and says why. */
	CHECK_STR(line_of(&(struct example){ .l4 = 17, .flags = NFF_FLOW_F_SNAT | NFF_FLOW_F_DNAT,
					     .reason = NFF_REMOVED_TCP_FIN, .vlan = true }, 0, &o),
		  "udp      17 src=10.0.1.2 dst=10.0.2.2 sport=40000 dport=443 packets=100 "
		  "bytes=100000 rate=80000 src=10.0.2.2 dst=10.0.1.2 sport=443 dport=40000 "
		  "packets=50 bytes=5000 rate=4000 mark=5 zone=3 flowtable=inet/x/f iif=900003 "
		  "port-in=900001 vlan-in=100 vlan-in=7 oif=900002 encap-out=0x1234:9 "
		  "nat=snat,dnat age=10 id=4711 reason=tcp-fin\n");
	out_fini(&o);
}

static void unknown_numbers(void)
{
	struct out o;
	const char *line = line_of(&(struct example){ .l4 = 6, .flags = 0x80000001, .reason = 250,
						      .newer = true }, LINE_EXTENDED, &o);

	CHECK(strstr(line, " reason=250\n"));
	CHECK(strstr(line, " flags=0x80000000 "));
	CHECK(strstr(line, " nat=snat "));
	CHECK(strstr(line, " xmit=77/77 "));
	CHECK(strstr(line, " flowtable=99/x/f "));
	out_fini(&o);
	for (unsigned int i = 0; i < FLOW_REASONS_MAX; i++) {
		CHECK_STR(flow_reason_name(i, 4000000000u), NULL);
		CHECK_STR(flow_reason_text(i, 200), NULL);
	}
}

/* Every reason of the interface has its words, and words are said once. */
static void reasons(void)
{
	static const unsigned int max[FLOW_REASONS_MAX] = {
		[FLOW_REFUSED] = NFF_REFUSED_MAX, [FLOW_REMOVED] = NFF_REMOVED_MAX,
		[FLOW_CLASSIC] = NFF_CLASSIC_MAX, [FLOW_XMIT] = NFF_XMIT_DIRECT,
	};

	for (unsigned int k = 0; k < FLOW_REASONS_MAX; k++)
		for (unsigned int i = 1; i <= max[k]; i++) {
			CHECK(flow_reason_name(k, i) && flow_reason_text(k, i));
			for (unsigned int j = 1; j < i; j++)
				CHECK(strcmp(flow_reason_name(k, i), flow_reason_name(k, j)));
		}
}

static void json(void)
{
	struct devices devices = { 0 };
	struct msgbuf m = { 0 };
	struct flow f;
	char *text;
	json_t *j;

	put_flow(&m, &(struct example){ .l4 = 6, .flags = NFF_FLOW_F_SNAT | 1u << 30 });
	CHECK_INT(flow_decode((struct nlmsghdr *)m.buf, NOW, &devices, &f), 0);
	j = flow_json(&f);
	text = json_dumps(j, 0);
	CHECK_STR(text, "{\"id\": 4711, \"family\": \"ip\", \"l4proto\": \"tcp\", \"timeout\": 27, "
		  "\"original\": {\"saddr\": \"10.0.1.2\", \"daddr\": \"10.0.2.2\", "
		  "\"sport\": 40000, \"dport\": 443, \"packets\": 100, \"bytes\": 100000, "
		  "\"rate\": 80000, \"iif\": \"900001\", \"oif\": \"900002\", "
		  "\"port-in\": \"900001\", \"port-out\": \"900002\", \"xmit\": \"neighbour\", "
		  "\"mtu\": 1500}, \"reply\": {\"saddr\": \"10.0.2.2\", \"daddr\": \"10.0.1.2\", "
		  "\"sport\": 443, \"dport\": 40000, \"packets\": 50, \"bytes\": 5000, "
		  "\"rate\": 4000, \"iif\": \"900002\", \"oif\": \"900001\", "
		  "\"port-in\": \"900002\", \"port-out\": \"900001\", \"xmit\": \"neighbour\", "
		  "\"mtu\": 1500}, \"flowtable\": {\"family\": \"inet\", \"table\": \"x\", "
		  "\"name\": \"f\"}, \"flags\": [\"snat\", 30], \"mark\": 5, \"zone\": 3, "
		  "\"start\": 1000000000000, \"age\": 10, \"idle\": 2, \"flow-id\": 12}");
	free(text);
	json_decref(j);
	devices_fini(&devices);
	msgbuf_fini(&m);
}

/* Every column, and every field that "where" can name. */
static void columns(void)
{
	struct devices devices = { 0 };
	struct print_opts opts = { 0 };
	struct msgbuf m = { 0 };
	struct arena a = { 0 };
	struct flow f;
	struct out o;
	uint64_t n;
	nff_u128 v;

	put_flow(&m, &(struct example){ .l4 = 6, .vlan = true });
	CHECK_INT(flow_decode((struct nlmsghdr *)m.buf, NOW, &devices, &f), 0);
	flow_record.keep(&f, &a);
	memset(m.buf, 0xff, m.len);
	out_init_mem(&o);
	for (const struct column *c = flow_record.columns; c->name; c++) {
		CHECK(c->number || c->text);
		out_printf(&o, " %s=", c->name);
		if (c->text)
			c->text(&f, &opts, &o);
		else if (c->number(&f, &n))
			out_u64(&o, n);
	}
	CHECK_STR(out_str(&o), " family=ip protocol=tcp source=10.0.1.2 sport=40000 "
		  "destination=10.0.2.2 dport=443 service=tcp/443 reply-source=10.0.2.2 "
		  "reply-sport=443 reply-destination=10.0.1.2 reply-dport=40000 nat=none "
		  "packets=150 bytes=105000 original-packets=100 original-bytes=100000 "
		  "reply-packets=50 reply-bytes=5000 rate=84000 flowtable=inet/x/f device=900003 "
		  "oif=900002 age=10 idle=2 timeout=27 start=1000000000000 mark=5 zone=3 "
		  "xmit=neighbour/neighbour id=4711 reason=");
	CHECK(flow_value(&f, record_field("flowtable", 9), 0, &v));
	CHECK(v == (nff_u128)'f' << 120);
	CHECK(flow_value(&f, field_by_name(proto_ip.fields, "saddr"), 0, &v));
	CHECK_INT((uint64_t)v, 0x0a000102);
	CHECK(!flow_value(&f, field_by_name(proto_ip6.fields, "saddr"), 0, &v));
	CHECK(!flow_value(&f, field_by_name(proto_udp.fields, "dport"), 0, &v));
	CHECK(flow_value(&f, field_by_name(proto_th.fields, "dport"), 0, &v) && v == 443);
	CHECK(flow_value(&f, field_by_name(ct_fields, "bytes"), 2, &v) && v == 5000);
	CHECK(flow_value(&f, field_by_name(ct_fields, "bytes"), 0, &v) && v == 105000);
	CHECK(!flow_knows(field_by_name(meta_fields, "mark"), 0));
	CHECK(!flow_knows(field_by_name(ct_fields, "helper"), 0));
	out_fini(&o);
	arena_free(&a);
	devices_fini(&devices);
	msgbuf_fini(&m);
}

/* By what is told of them: structs have padding, with anything in it. */
static bool same_flow(const struct flow *a, const struct flow *b, bool thoroughly)
{
	struct out text[2];
	bool same;

	for (int i = 0; i < 2; i++) {
		out_init_mem(&text[i]);
		flow_print(&text[i], i ? b : a, LINE_EXTENDED | LINE_ID);
	}
	same = !strcmp(out_str(&text[0]), out_str(&text[1]));
	out_fini(&text[0]);
	out_fini(&text[1]);
	if (same && thoroughly) {
		json_t *ja = flow_json(a), *jb = flow_json(b);

		same = json_equal(ja, jb);
		json_decref(ja);
		json_decref(jb);
	}
	return same;
}

static void mutated(void)
{
	static struct rows_decoder decoder;
	struct devices devices = { 0 };
	struct msgbuf m = { 0 };
	struct edge edge;
	struct flow f, g;
	struct out o;
	int good = 0, bad = 0, err;

	CHECK(edge_init(&edge));
	rnd_state = 7;
	out_init_mem(&o);
	for (int i = 0; i < 100000; i++) {
		struct nlmsghdr *nlh;

		if (i % 40 == 0)
			gen_flow(&m);
		nlh = mutate(&edge, &m);
		err = flow_decode(nlh, NOW, &devices, &f);
		if (err == 0)
			good++;
		else
			bad++;
		/* what is remembered of the messages before changes nothing */
		CHECK_INT(flow_decode_next(&decoder, nlh, &g), err);
		g.now = NOW;
		g.devices = &devices;
		CHECK(err || same_flow(&f, &g, i % 20 == 0));
		out_drop(&o);
		flow_print(&o, &f, LINE_EXTENDED);
		CHECK(strchr(out_str(&o), '\n') != NULL);
	}
	CHECK(good > 1000 && bad > 1000);
	out_fini(&o);
	devices_fini(&devices);
	msgbuf_fini(&m);
	edge_fini(&edge);
}

int main(void)
{
	RUN(lines);
	RUN(unknown_numbers);
	RUN(reasons);
	RUN(json);
	RUN(columns);
	RUN(mutated);
	return unit_status();
}
