// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AST to text. What is wanted was measured with nft 1.0.6.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_log.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>

#include "print.h"
#include "unit.h"

static struct arena arena;
static const struct loc nowhere;
static const struct print_opts plain;
static char text[8192];

/* ---- building blocks ---- */

static struct expr *field(const struct field *f)
{
	struct expr *e = expr_field(&arena, nowhere, f, 0);

	e->type = f->type;
	e->bits = f->bits;
	e->byteorder = f->byteorder;
	return e;
}

static struct expr *payload(const struct proto *p, const char *name)
{
	return field(field_by_name(p->fields, name));
}

static struct expr *meta(unsigned int key)
{
	return field(meta_field(key));
}

static struct expr *ct(unsigned int key)
{
	return field(ct_field(key, 0));
}

static struct expr *raw(enum proto_base base, unsigned int off, unsigned int bits)
{
	struct expr *e = expr_new(&arena, EX_RAW, nowhere);

	e->raw.base = base;
	e->raw.off = off;
	e->bits = bits;
	e->type = &dt_integer;
	return e;
}

static struct expr *typed(const struct datatype *dt, unsigned int bits, nff_u128 v)
{
	return expr_value(&arena, nowhere, dt, BO_HOST, bits, v);
}

/* A value as e has it. */
static struct expr *val(const struct expr *e, nff_u128 v)
{
	return typed(e->type, e->bits, v);
}

static struct expr *str(const char *s)
{
	const char *err;
	nff_u128 v = 0;

	datatype_parse(&dt_ifname, s, 128, &v, &err);
	return typed(&dt_ifname, 128, v);
}

static struct expr *binary(enum expr_op op, struct expr *l, struct expr *r)
{
	struct expr *e = expr_bin(&arena, nowhere, EX_BINARY, op, l, r);

	e->type = l->type;
	e->bits = l->bits;
	return e;
}

static struct expr *rel(enum expr_op op, struct expr *l, struct expr *r)
{
	return expr_bin(&arena, nowhere, EX_REL, op, l, r);
}

static struct expr *range(struct expr *l, struct expr *r)
{
	return expr_bin(&arena, nowhere, EX_RANGE, OP_IMPLICIT, l, r);
}

static struct expr *list_of(enum expr_kind kind, struct expr *a, struct expr *b, struct expr *c)
{
	struct expr *e = expr_new(&arena, kind, nowhere);
	struct expr *all[] = { a, b, c };

	for (int i = 0; i < 3 && all[i]; i++)
		expr_list_add(kind == EX_SET ? &e->set->elems : &e->list,
			      kind == EX_SET && all[i]->kind != EX_ELEM ?
			      expr_elem(&arena, nowhere, all[i], NULL) : all[i]);
	return e;
}

static struct expr *set_of(struct expr *a, struct expr *b, struct expr *c)
{
	return list_of(EX_SET, a, b, c);
}

static struct expr *verdict(int code, const char *chain)
{
	struct expr *e = expr_verdict(&arena, nowhere, code, NULL);

	e->verdict.chain = chain;
	return e;
}

static const char *printed(const struct expr *e, const struct print_opts *opts)
{
	struct out o;

	out_init_mem(&o);
	print_expr(&o, e, opts);
	snprintf(text, sizeof(text), "%s", out_str(&o));
	out_fini(&o);
	return text;
}

static const char *stmt_text(const struct stmt *s, const struct print_opts *opts)
{
	struct out o;

	out_init_mem(&o);
	print_stmt(&o, s, opts);
	snprintf(text, sizeof(text), "%s", out_str(&o));
	out_fini(&o);
	return text;
}

#define CHECK_EXPR(e, wanted) CHECK_STR(printed(e, &plain), wanted)
#define CHECK_STMT(s, wanted) CHECK_STR(stmt_text(s, &plain), wanted)

static struct stmt *stmt(enum stmt_kind kind)
{
	return stmt_new(&arena, kind, nowhere);
}

/* ---- selectors ---- */

static void selectors(void)
{
	struct expr *e;

	CHECK_EXPR(payload(&proto_ip, "saddr"), "ip saddr");
	CHECK_EXPR(payload(&proto_arp, "saddr ip"), "arp saddr ip");
	CHECK_EXPR(meta(NFT_META_IIFNAME), "iifname");
	CHECK_EXPR(meta(NFT_META_MARK), "meta mark");
	CHECK_EXPR(meta(NFT_META_SKUID), "meta skuid");
	CHECK_EXPR(meta(NFT_META_OIFGROUP), "oifgroup");
	CHECK_EXPR(ct(NFT_CT_STATE), "ct state");
	e = ct(NFT_CT_BYTES);
	e->field.dir = 1;
	CHECK_EXPR(e, "ct original bytes");
	e = field(ct_field(NFT_CT_DST, NFPROTO_IPV6));
	e->field.dir = 2;
	CHECK_EXPR(e, "ct reply ip6 daddr");
	CHECK_EXPR(field(rt_field(NFT_RT_NEXTHOP6, 0)), "rt ip6 nexthop");
	e = field(field_by_name(socket_fields, "cgroupv2"));
	e->field.num = 2;
	CHECK_EXPR(e, "socket cgroupv2 level 2");
	e = field(field_by_name(osf_fields, "name"));
	CHECK_EXPR(e, "osf name");
	e->field.num = 1;
	CHECK_EXPR(e, "osf ttl loose name");
	e = field(field_by_name(xfrm_fields, "ip saddr"));
	e->field.dir = 1;
	CHECK_EXPR(e, "ipsec in ip saddr");
	e->field.num = 3;
	CHECK_EXPR(e, "ipsec in spnum 3 ip saddr");
	CHECK_EXPR(field(field_exists_in_list(exthdrs, 44)), "exthdr frag");
	CHECK_EXPR(field(field_in_list(exthdrs, 44, 16, 13)), "frag frag-off");
	CHECK_EXPR(field(field_exists_in_list(tcpopts, 2)), "tcp option maxseg");
	CHECK_EXPR(field(field_in_list(tcpopts, 2, 16, 16)), "tcp option maxseg size");
	CHECK_EXPR(field(field_in_list(ipopts, 7, 16, 8)), "ip option rr ptr");
	CHECK_EXPR(field(field_exists_in_list(sctp_chunks, 2)), "sctp chunk init-ack");
	CHECK_EXPR(raw(PB_TH, 16, 16), "@th,16,16");
	CHECK_EXPR(raw(PB_INNER, 0, 8), "@ih,0,8");
}

static void selectors_without_a_row(void)
{
	struct field f = { .kind = FK_TCPOPT, .key = 34, .bit_off = 8, .bits = 8,
			   .type = &dt_integer };

	CHECK_EXPR(field(&f), "tcp option @34,8,8");
	f.flags = FF_EXISTS;
	CHECK_EXPR(field(&f), "tcp option 34");
}

static void computed(void)
{
	struct expr *e = expr_new(&arena, EX_FIB, nowhere);

	e->fib.flags = NFTA_FIB_F_SADDR | NFTA_FIB_F_MARK | NFTA_FIB_F_IIF | NFTA_FIB_F_PRESENT;
	e->fib.result = NFT_FIB_RESULT_OIF;
	CHECK_EXPR(e, "fib saddr . mark . iif oif");
	CHECK_EXPR(rel(OP_EQ, e, typed(&dt_boolean, 8, 0)),
		   "fib saddr . mark . iif oif missing");
	e->fib.result = 77;
	CHECK_EXPR(e, "fib saddr . mark . iif <result 77>");

	e = expr_new(&arena, EX_NUMGEN, nowhere);
	e->numgen.type = NFT_NG_RANDOM;
	e->numgen.mod = 10;
	CHECK_EXPR(e, "numgen random mod 10");
	e->numgen.type = NFT_NG_INCREMENTAL;
	e->numgen.offset = 5;
	CHECK_EXPR(e, "numgen inc mod 10 offset 5");

	e = expr_new(&arena, EX_HASH, nowhere);
	e->hash = arena_alloc(&arena, sizeof(*e->hash));
	e->hash->type = NFT_HASH_JENKINS;
	e->hash->mod = 2;
	e->hash->input = list_of(EX_CONCAT, payload(&proto_ip, "saddr"),
				 payload(&proto_tcp, "dport"), NULL);
	CHECK_EXPR(e, "jhash ip saddr . tcp dport mod 2");
	e->hash->has_seed = true;
	e->hash->seed = 0xdeadbeef;
	e->hash->offset = 3;
	CHECK_EXPR(e, "jhash ip saddr . tcp dport mod 2 seed 0xdeadbeef offset 3");
	e->hash->type = NFT_HASH_SYM;
	e->hash->has_seed = false;
	CHECK_EXPR(e, "symhash mod 2 offset 3");
}

/* ---- matches ---- */

static void simple_matches(void)
{
	struct expr *ip = payload(&proto_ip, "saddr"), *port = payload(&proto_tcp, "dport");
	struct expr *mark = meta(NFT_META_MARK), *name = meta(NFT_META_IIFNAME);
	struct expr *wild = str("eth");

	CHECK_EXPR(rel(OP_EQ, ip, val(ip, 0x01020304)), "ip saddr 1.2.3.4");
	CHECK_EXPR(rel(OP_NE, ip, expr_prefix(&arena, nowhere, val(ip, 0x0a000000), 8)),
		   "ip saddr != 10.0.0.0/8");
	CHECK_EXPR(rel(OP_EQ, port, range(val(port, 1024), val(port, 65535))),
		   "tcp dport 1024-65535");
	CHECK_EXPR(rel(OP_GE, port, val(port, 5)), "tcp dport >= 5");
	CHECK_EXPR(rel(OP_EQ, mark, val(mark, 1)), "meta mark 0x00000001");
	CHECK_EXPR(rel(OP_EQ, name, str("eth0")), "iifname \"eth0\"");
	wild->value >>= 128 - 24;
	wild->bits = 24;
	wild->flags |= EXF_WILDCARD;
	CHECK_EXPR(rel(OP_NE, name, wild), "iifname != \"eth*\"");
	CHECK_EXPR(rel(OP_IMPLICIT, port, set_of(val(port, 22), range(val(port, 80), val(port, 90)),
						 NULL)), "tcp dport { 22, 80-90 }");
	CHECK_EXPR(rel(OP_NE, port, set_of(val(port, 22), NULL, NULL)), "tcp dport != { 22 }");
	CHECK_EXPR(rel(OP_EQ, field(field_exists_in_list(exthdrs, 44)), typed(&dt_boolean, 8, 1)),
		   "exthdr frag exists");
}

static void operators(void)
{
	struct expr *mark = ct(NFT_CT_MARK), *state = ct(NFT_CT_STATE), *e;

	e = binary(OP_AND, mark, val(mark, 0xff));
	CHECK_EXPR(rel(OP_EQ, e, val(mark, 1)), "ct mark & 0x000000ff == 0x00000001");
	CHECK_EXPR(rel(OP_IMPLICIT, e, set_of(val(mark, 1), val(mark, 2), NULL)),
		   "ct mark & 0x000000ff == { 0x00000001, 0x00000002 }");
	CHECK_EXPR(binary(OP_OR, e, val(mark, 16)), "ct mark & 0x000000ff | 0x00000010");
	CHECK_EXPR(binary(OP_LSHIFT, e, val(mark, 8)), "(ct mark & 0x000000ff) << 8");
	CHECK_EXPR(binary(OP_AND, binary(OP_LSHIFT, mark, val(mark, 8)), val(mark, 0xff00)),
		   "ct mark << 8 & 0x0000ff00");
	CHECK_EXPR(rel(OP_EQ, binary(OP_AND, state, val(state, 8)), val(state, 8)),
		   "ct state & new == new");
}

static void flags(void)
{
	struct expr *state = ct(NFT_CT_STATE), *tcp = payload(&proto_tcp, "flags"), *e;
	const struct print_opts numeric = { .numeric_symbol = true };

	e = rel(OP_FLAGS, state, val(state, 10));
	CHECK_EXPR(e, "ct state established,new");
	CHECK_STR(printed(e, &numeric), "ct state 0x2,0x8");
	CHECK_EXPR(rel(OP_NOT_FLAGS, state, val(state, 8)), "ct state ! new");
	CHECK_EXPR(rel(OP_EQ, state, val(state, 8)), "ct state == new");
	/* without "==" it would be read back as a list of flags */
	CHECK_EXPR(rel(OP_EQ, state, val(state, 10)), "ct state == established | new");
	CHECK_EXPR(rel(OP_NE, state, val(state, 10)), "ct state != established | new");
	CHECK_EXPR(rel(OP_EQ, tcp, val(tcp, 0x12)), "tcp flags == 0x12");
	e = payload(&proto_comp, "flags");
	CHECK_EXPR(rel(OP_EQ, e, val(e, 5)), "comp flags 0x5");
	CHECK_EXPR(rel(OP_IMPLICIT, tcp, set_of(val(tcp, 0x12), val(tcp, 2), NULL)),
		   "tcp flags { syn | ack, syn }");
	e = rel(OP_IMPLICIT, binary(OP_AND, tcp, val(tcp, 0x17)), val(tcp, 2));
	e->flags |= EXF_SLASH_MASK;
	CHECK_EXPR(e, "tcp flags syn / fin,syn,rst,ack");
	e->op = OP_NE;
	CHECK_EXPR(e, "tcp flags != syn / fin,syn,rst,ack");
	e = binary(OP_AND, tcp, val(tcp, 0x12));
	CHECK_EXPR(rel(OP_IMPLICIT, e, set_of(val(tcp, 2), NULL, NULL)),
		   "tcp flags & (syn | ack) == { syn }");
}

static void raw_matches(void)
{
	struct expr *r = raw(PB_NH, 8, 8), *port = payload(&proto_tcp, "sport"), *e;

	CHECK_EXPR(rel(OP_EQ, r, val(r, 5)), "@nh,8,8 0x5");
	CHECK_EXPR(rel(OP_EQ, r, range(val(r, 1), val(r, 10))), "@nh,8,8 0x1-0xa");
	CHECK_EXPR(rel(OP_NE, binary(OP_AND, r, val(r, 1)), val(r, 0)), "@nh,8,8 & 0x1 != 0x0");
	CHECK_EXPR(rel(OP_IMPLICIT, r, set_of(val(r, 1), val(r, 2), NULL)),
		   "@nh,8,8 { 0x1, 0x2 }");
	e = list_of(EX_CONCAT, raw(PB_NH, 8, 8), port, NULL);
	CHECK_EXPR(rel(OP_IMPLICIT, e, set_of(list_of(EX_CONCAT, val(r, 1), val(port, 2), NULL),
					      NULL, NULL)),
		   "@nh,8,8 . tcp sport { 0x1 . 2 }");
	r = raw(PB_NH, 0, 128);
	CHECK_EXPR(rel(OP_EQ, r, val(r, (nff_u128)1 << 64)), "@nh,0,128 0x10000000000000000");
}

/* The ends of a range are numbers, whatever has a name. */
static void numeric_ranges(void)
{
	const struct print_opts names = { .services = true, .names = true, .guid = true };
	struct expr *day = meta(NFT_META_TIME_DAY), *port = payload(&proto_tcp, "dport");
	struct expr *exp = ct(NFT_CT_EXPIRATION), *ip = payload(&proto_ip, "saddr");

	CHECK_EXPR(rel(OP_EQ, day, val(day, 1)), "meta day \"Monday\"");
	CHECK_EXPR(rel(OP_EQ, day, range(val(day, 1), val(day, 3))), "meta day 1-3");
	CHECK_STR(printed(rel(OP_EQ, port, range(val(port, 22), val(port, 80))), &names),
		  "tcp dport 22-80");
	CHECK_EXPR(rel(OP_EQ, exp, range(val(exp, 60000), val(exp, 120000))),
		   "ct expiration 60s-120s");
	CHECK_STR(printed(expr_prefix(&arena, nowhere, val(ip, 0x7f000001), 32), &names),
		  "127.0.0.1/32");
}

static void maps(void)
{
	struct expr *port = payload(&proto_tcp, "dport"), *mark = meta(NFT_META_MARK), *e;
	struct expr *wild = expr_new(&arena, EX_WILDCARD, nowhere), *ref;

	e = set_of(expr_elem(&arena, nowhere, val(port, 22), verdict(NF_ACCEPT, NULL)),
		   expr_elem(&arena, nowhere, val(port, 80), verdict(NFT_JUMP, "foo")),
		   expr_elem(&arena, nowhere, wild, verdict(NFT_GOTO, "bar")));
	e = expr_bin(&arena, nowhere, EX_MAP, OP_IMPLICIT, port, e);
	e->flags |= EXF_VMAP;
	CHECK_EXPR(e, "tcp dport vmap { 22 : accept, 80 : jump foo, * : goto bar }");

	e = set_of(expr_elem(&arena, nowhere, val(port, 22), val(mark, 1)), NULL, NULL);
	CHECK_EXPR(expr_bin(&arena, nowhere, EX_MAP, OP_IMPLICIT, port, e),
		   "tcp dport map { 22 : 0x00000001 }");
	ref = expr_new(&arena, EX_SETREF, nowhere);
	ref->ref.name = "m";
	CHECK_EXPR(expr_bin(&arena, nowhere, EX_MAP, OP_IMPLICIT, port, ref), "tcp dport map @m");
	CHECK_EXPR(rel(OP_NE, port, ref), "tcp dport != @m");
	CHECK_EXPR(set_of(NULL, NULL, NULL), "{ }");
}

/* As parsed, before evaluation; and what is unknown. */
static void unevaluated(void)
{
	struct expr *var = expr_new(&arena, EX_VAR, nowhere), *e;

	var->var.name = "wan";
	CHECK_EXPR(rel(OP_IMPLICIT, meta(NFT_META_OIFNAME), var), "oifname $wan");
	CHECK_EXPR(rel(OP_EQ, payload(&proto_tcp, "dport"),
		       expr_symbol(&arena, nowhere, "ssh", 0)), "tcp dport ssh");
	CHECK_EXPR(expr_symbol(&arena, nowhere, "a b", EXF_QUOTED), "\"a b\"");
	e = list_of(EX_LIST, expr_symbol(&arena, nowhere, "new", 0),
		    expr_symbol(&arena, nowhere, "related", 0), NULL);
	CHECK_EXPR(rel(OP_IMPLICIT, ct(NFT_CT_STATE), e), "ct state new,related");
	CHECK_EXPR(expr_verdict(&arena, nowhere, NFT_JUMP, var), "jump $wan");
	e = expr_new(&arena, EX_UNKNOWN, nowhere);
	e->unknown = "thing 5";
	CHECK_EXPR(e, "<thing 5>");
	CHECK_EXPR(verdict(-77, NULL), "<verdict -77>");
}

/* ---- statements ---- */

static void counters_and_limits(void)
{
	const struct print_opts stateless = { .stateless = true };
	struct stmt *s = stmt(ST_COUNTER);
	struct limit_stmt l = { .rate = 10, .unit = 1, .burst = 5 };
	struct quota_stmt q = { .bytes = 25 << 20 };

	s->counter.packets = 5;
	s->counter.bytes = 100;
	CHECK_STMT(s, "counter packets 5 bytes 100");
	CHECK_STR(stmt_text(s, &stateless), "counter");

	s = stmt(ST_LIMIT);
	s->limit = &l;
	CHECK_STMT(s, "limit rate 10/second");
	l.has_burst = true;
	CHECK_STMT(s, "limit rate 10/second");
	l.burst = 7;
	l.inv = true;
	l.unit = 604800;
	CHECK_STMT(s, "limit rate over 10/week burst 7 packets");
	l = (struct limit_stmt){ .type = NFT_LIMIT_PKT_BYTES, .rate = 1 << 20, .unit = 60,
				 .burst = 1536, .has_burst = true };
	CHECK_STMT(s, "limit rate 1 mbytes/minute burst 1536 bytes");
	l.rate = 1 << 30;
	l.burst = 2048;
	CHECK_STMT(s, "limit rate 1024 mbytes/minute burst 2 kbytes");
	l.unit = 5;
	CHECK_STMT(s, "limit rate 1024 mbytes/<5 seconds> burst 2 kbytes");

	s = stmt(ST_QUOTA);
	s->quota = &q;
	CHECK_STMT(s, "quota 25 mbytes");
	q.inv = true;
	q.used = 1024;
	CHECK_STMT(s, "quota over 25 mbytes used 1 kbytes");
	CHECK_STR(stmt_text(s, &stateless), "quota over 25 mbytes");
}

static void logs(void)
{
	struct stmt *s = stmt(ST_LOG);
	struct log_stmt l = { .prefix = "a b: " };

	s->log = &l;
	CHECK_STMT(s, "log");
	l.set = LOG_HAS_PREFIX | LOG_HAS_LEVEL;
	l.level = 4;
	CHECK_STMT(s, "log prefix \"a b: \"");
	l.level = LOG_LEVEL_AUDIT;
	CHECK_STMT(s, "log prefix \"a b: \" level audit");
	l.level = 7;
	l.flags = NF_LOG_UID | NF_LOG_TCPSEQ | NF_LOG_TCPOPT;
	CHECK_STMT(s, "log prefix \"a b: \" level debug flags tcp sequence,options flags skuid");
	l.flags = NF_LOG_MASK;
	l.set = LOG_HAS_GROUP | LOG_HAS_SNAPLEN | LOG_HAS_QTHRESHOLD;
	l.group = 5;
	l.snaplen = 10;
	l.qthreshold = 20;
	CHECK_STMT(s, "log group 5 snaplen 10 queue-threshold 20 flags all");
}

static void rejects(void)
{
	struct stmt *s = stmt(ST_REJECT);
	struct reject_stmt r = { .type = -1 };
	const struct print_opts numeric = { .numeric_symbol = true };

	s->reject = &r;
	CHECK_STMT(s, "reject");
	r.type = NFT_REJECT_TCP_RST;
	CHECK_STMT(s, "reject with tcp reset");
	r = (struct reject_stmt){ .type = NFT_REJECT_ICMP_UNREACH, .family = NFPROTO_IPV4,
				  .code = 1, .has_code = true };
	CHECK_STMT(s, "reject with icmp host-unreachable");
	CHECK_STR(stmt_text(s, &numeric), "reject with icmp 1");
	r.family = NFPROTO_IPV6;
	CHECK_STMT(s, "reject with icmpv6 admin-prohibited");
	r.type = NFT_REJECT_ICMPX_UNREACH;
	r.code = 3;
	CHECK_STMT(s, "reject with icmpx admin-prohibited");
	r.has_code = false;
	CHECK_STMT(s, "reject");
}

static void nat(void)
{
	struct stmt *s = stmt(ST_NAT);
	struct nat_stmt n = { .kind = NAT_MASQUERADE };
	struct expr *port = typed(&dt_inet_service, 16, 80);
	struct expr *ip6 = typed(&dt_ip6addr, 128, 1), *ip = typed(&dt_ipaddr, 32, 0x01020304);

	s->nat = &n;
	CHECK_STMT(s, "masquerade");
	n.port = range(port, typed(&dt_inet_service, 16, 90));
	n.flags = NF_NAT_RANGE_PROTO_RANDOM | NF_NAT_RANGE_PERSISTENT |
		  NF_NAT_RANGE_PROTO_SPECIFIED;
	CHECK_STMT(s, "masquerade to :80-90 random,persistent");
	n = (struct nat_stmt){ .kind = NAT_DNAT, .family = NFPROTO_IPV4, .addr = ip, .port = port };
	CHECK_STMT(s, "dnat to 1.2.3.4:80");
	n.type_flags = NAT_FAMILY_WRITTEN;
	CHECK_STMT(s, "dnat ip to 1.2.3.4:80");
	n.family = NFPROTO_IPV6;
	n.addr = range(ip6, typed(&dt_ip6addr, 128, 9));
	CHECK_STMT(s, "dnat ip6 to [::1]-[::9]:80");
	n.port = NULL;
	CHECK_STMT(s, "dnat ip6 to ::1-::9");
	n.kind = NAT_SNAT;
	n.type_flags |= NAT_PREFIX;
	n.addr = expr_prefix(&arena, nowhere, ip6, 64);
	CHECK_STMT(s, "snat ip6 prefix to ::1/64");
	n = (struct nat_stmt){ .kind = NAT_REDIRECT };
	CHECK_STMT(s, "redirect");
	n.port = port;
	CHECK_STMT(s, "redirect to :80");
}

static void packet_fates(void)
{
	struct stmt *s = stmt(ST_QUEUE);
	struct queue_stmt q = { .from = 5, .to = 5 };
	struct fwd_stmt f = { .dev = typed(&dt_ifindex, 32, 99999) };
	struct tproxy_stmt t = { .port = typed(&dt_inet_service, 16, 80) };
	struct synproxy_stmt sp = { .mss = 1460, .wscale = 7 };
	struct connlimit_stmt cl = { .count = 20, .inv = true };

	s->queue = &q;
	CHECK_STMT(s, "queue to 5");
	q.to = 8;
	q.flags = NFT_QUEUE_FLAG_BYPASS | NFT_QUEUE_FLAG_CPU_FANOUT;
	CHECK_STMT(s, "queue flags bypass,fanout to 5-8");

	s = stmt(ST_DUP);
	s->fwd = &f;
	CHECK_STMT(s, "dup to 99999");
	s->kind = ST_FWD;
	f.addr = typed(&dt_ipaddr, 32, 1);
	f.family = NFPROTO_IPV4;
	CHECK_STMT(s, "fwd ip to 0.0.0.1 device 99999");

	s = stmt(ST_TPROXY);
	s->tproxy = &t;
	CHECK_STMT(s, "tproxy to :80");
	t.addr = typed(&dt_ip6addr, 128, 1);
	t.family = NFPROTO_IPV6;
	CHECK_STMT(s, "tproxy ip6 to [::1]:80");

	s = stmt(ST_SYNPROXY);
	s->synproxy = &sp;
	CHECK_STMT(s, "synproxy");
	sp.flags = NF_SYNPROXY_OPT_MASK;
	CHECK_STMT(s, "synproxy mss 1460 wscale 7 timestamp sack-perm");
	sp.flags = NF_SYNPROXY_OPT_SACK_PERM;
	CHECK_STMT(s, "synproxy sack-perm");

	s = stmt(ST_CONNLIMIT);
	s->connlimit = &cl;
	CHECK_STMT(s, "ct count over 20");
	CHECK_STMT(stmt(ST_NOTRACK), "notrack");
	s = stmt(ST_FLOW);
	s->flow.name = "f";
	CHECK_STMT(s, "flow add @f");
	s = stmt(ST_UNKNOWN);
	s->unknown = "xt match \"tcp\"";
	CHECK_STMT(s, "<xt match \"tcp\">");
	s = stmt(ST_OPTSTRIP);
	s->expr = field(field_exists_in_list(tcpopts, 4));
	CHECK_STMT(s, "reset tcp option sack-perm");
}

static void key_set(void)
{
	struct stmt *s = stmt(ST_SET);
	struct expr *tcp = payload(&proto_tcp, "flags"), *event = ct(NFT_CT_EVENTMASK);

	s->set.key = meta(NFT_META_MARK);
	s->set.value = ct(NFT_CT_MARK);
	CHECK_STMT(s, "meta mark set ct mark");
	s->set.key = event;
	s->set.value = val(event, 5);
	CHECK_STMT(s, "ct event set new,destroy");
	s->set.key = tcp;
	s->set.value = val(tcp, 0x12);
	CHECK_STMT(s, "tcp flags set syn | ack");
	s->set.key = raw(PB_NH, 8, 8);
	s->set.value = typed(&dt_integer, 8, 5);
	CHECK_STMT(s, "@nh,8,8 set 0x5");
}

static void sets_of_rules(void)
{
	struct stmt *s = stmt(ST_SETUPD), *counter = stmt(ST_COUNTER);
	struct elem_opts eo = { .has_timeout = true, .timeout_ms = 5000 };
	struct set meter = { .flags = NFT_SET_ANONYMOUS | NFT_SET_EVAL, .size = 100 };
	struct setupd_stmt u = { .set_name = "s", .op = NFT_DYNSET_OP_ADD };

	s->setupd = &u;
	u.key = payload(&proto_ip, "saddr");
	CHECK_STMT(s, "add @s { ip saddr }");
	u.op = NFT_DYNSET_OP_UPDATE;
	u.opts = &eo;
	u.stmts = counter;
	CHECK_STMT(s, "update @s { ip saddr timeout 5s counter }");
	u.stmts = NULL;
	u.data = meta(NFT_META_MARK);
	CHECK_STMT(s, "update @s { ip saddr timeout 5s : meta mark }");
	u.data = NULL;
	u.opts = NULL;
	u.op = NFT_DYNSET_OP_DELETE;
	CHECK_STMT(s, "delete @s { ip saddr }");
	u.set = &meter;
	CHECK_STMT(s, "meter s size 100 { ip saddr }");

	s = stmt(ST_OBJREF);
	s->objref.type = NFT_OBJECT_COUNTER;
	s->objref.name = expr_symbol(&arena, nowhere, "c", 0);
	CHECK_STMT(s, "counter name \"c\"");
	s->objref.type = NFT_OBJECT_CT_HELPER;
	CHECK_STMT(s, "ct helper set \"c\"");
	s->objref.type = 77;
	CHECK_STMT(s, "<object 77> \"c\"");
}

/* ---- whole objects ---- */

static struct rule *rule_of(struct stmt *s)
{
	struct rule *r = rule_new(&arena, (struct loc){ 0 });

	r->stmts = s;
	r->h->family = NFPROTO_IPV4;
	r->h->table.s = "t";
	r->h->chain.s = "c";
	r->h->handle = 7;
	return r;
}

static const char *rule_text(const struct rule *r, const struct print_opts *opts)
{
	struct out o;

	out_init_mem(&o);
	print_rule(&o, r, opts);
	snprintf(text, sizeof(text), "%s", out_str(&o));
	out_fini(&o);
	return text;
}

static void rules(void)
{
	const struct print_opts handles = { .handles = true };
	struct expr *l4 = meta(NFT_META_L4PROTO), *port = payload(&proto_tcp, "dport");
	struct stmt *dep = stmt(ST_MATCH), *match = stmt(ST_MATCH), *v = stmt(ST_VERDICT);
	struct rule *r = rule_of(dep);

	dep->expr = rel(OP_EQ, l4, val(l4, 6));
	dep->flags = STF_GENERATED;
	dep->next = match;
	match->expr = rel(OP_EQ, port, val(port, 22));
	match->next = v;
	v->expr = verdict(NF_ACCEPT, NULL);
	CHECK_STR(rule_text(r, &plain), "tcp dport 22 accept");
	r->comment = "say \"hi\"\nor not";
	CHECK_STR(rule_text(r, &handles),
		  "tcp dport 22 accept comment \"say \"\"hi\"\"?or not\" # handle 7");
	dep->next = NULL;
	r->comment = "x";
	CHECK_STR(rule_text(r, &plain), "comment \"x\"");
}

static struct table *example_table(void)
{
	struct table *t = table_new(&arena, nowhere);
	struct chain *c = chain_new(&arena, nowhere), *d = chain_new(&arena, nowhere);
	struct flowtable *f = arena_new(&arena, struct flowtable);
	struct set *s = arena_new(&arena, struct set);
	struct object *obj = arena_new(&arena, struct object);
	struct device *eth0 = arena_new(&arena, struct device);
	struct device *odd = arena_new(&arena, struct device);
	struct stmt *flow = stmt(ST_FLOW);

	t->h.family = NFPROTO_INET;
	t->h.table.s = "x";
	t->h.handle = 1;

	obj->type = NFT_OBJECT_COUNTER;
	obj->h.obj.s = "cn";
	obj->comment = "obj";
	obj->counter.packets = 5;
	t->objects = obj;

	s->h.obj.s = "s";
	s->h.handle = 3;
	s->key_type = &dt_ipaddr;
	s->key_bits = 32;
	s->init = set_of(typed(&dt_ipaddr, 32, 1), typed(&dt_ipaddr, 32, 2),
			 typed(&dt_ipaddr, 32, 3));
	t->sets = s;

	eth0->name = "eth0";
	eth0->next = odd;
	odd->name = "3g:0";
	f->h.obj.s = "f";
	f->has_hook = true;
	f->hook_name = "ingress";
	f->devs = eth0;
	f->flags = FTF_COUNTER | FTF_HW_OFFLOAD;
	t->flowtables = f;

	c->h.family = NFPROTO_INET;
	c->h.chain.s = "c";
	c->flags = CHAINF_BASE | CHAINF_POLICY;
	c->type = "filter";
	c->hook = NF_INET_FORWARD;
	c->policy = NF_DROP;
	flow->flow.name = "f";
	c->rules = rule_of(flow);
	c->next = d;
	d->h.chain.s = "d";
	t->chains = c;
	return t;
}

static const char *table_text(const struct table *t, const struct print_opts *opts)
{
	struct out o;

	out_init_mem(&o);
	print_table(&o, t, opts);
	snprintf(text, sizeof(text), "%s", out_str(&o));
	out_fini(&o);
	return text;
}

static void tables(void)
{
	struct print_opts terse = { .terse = true, .stateless = true, .numeric_prio = true,
				    .handles = true };
	struct table *t = example_table(), *empty = table_new(&arena, nowhere);

	CHECK_STR(table_text(t, &plain),
		  "table inet x {\n"
		  "\tcounter cn {\n"
		  "\t\tcomment \"obj\"\n"
		  "\t\tpackets 5 bytes 0\n"
		  "\t}\n"
		  "\n"
		  "\tset s {\n"
		  "\t\ttype ipv4_addr\n"
		  "\t\telements = { 0.0.0.1, 0.0.0.2,\n"
		  "\t\t\t     0.0.0.3 }\n"
		  "\t}\n"
		  "\n"
		  "\tflowtable f {\n"
		  "\t\thook ingress priority filter\n"
		  "\t\tdevices = { eth0, \"3g:0\" }\n"
		  "\t\tflags offload\n"
		  "\t\tcounter\n"
		  "\t}\n"
		  "\n"
		  "\tchain c {\n"
		  "\t\ttype filter hook forward priority filter; policy drop;\n"
		  "\t\tflow add @f\n"
		  "\t}\n"
		  "\n"
		  "\tchain d {\n"
		  "\t}\n"
		  "}\n");
	t->sets = NULL;
	t->flowtables = NULL;
	t->flags = TABLEF_DORMANT;
	t->comment = "tc";
	CHECK_STR(table_text(t, &terse),
		  "table inet x { # handle 1\n"
		  "\tflags dormant\n"
		  "\tcomment \"tc\"\n"
		  "\n"
		  "\tcounter cn {\n"
		  "\t\tcomment \"obj\"\n"
		  "\t}\n"
		  "\n"
		  "\tchain c {\n"
		  "\t\ttype filter hook forward priority 0; policy drop;\n"
		  "\t\tflow add @f # handle 7\n"
		  "\t}\n"
		  "\n"
		  "\tchain d {\n"
		  "\t}\n"
		  "}\n");
	empty->h.family = NFPROTO_IPV4;
	empty->h.table.s = "e";
	CHECK_STR(table_text(empty, &plain), "table ip e {\n}\n");
}

static void netdev_chains(void)
{
	struct table *t = table_new(&arena, nowhere);
	struct chain *c = chain_new(&arena, nowhere);
	struct device a = { .name = "lo" }, b = { .name = "d0" };

	t->h.family = c->h.family = NFPROTO_NETDEV;
	t->h.table.s = "n";
	t->chains = c;
	c->h.chain.s = "c";
	c->comment = "q";
	c->flags = CHAINF_BASE | CHAINF_HW_OFFLOAD;
	c->type = "filter";
	c->hook = 0;
	c->prio.value = 5;
	c->devs = &a;
	CHECK_STR(table_text(t, &plain),
		  "table netdev n {\n"
		  "\tchain c {\n"
		  "\t\tcomment \"q\"\n"
		  "\t\ttype filter hook ingress device \"lo\" priority filter + 5; policy accept;\n"
		  "\t\tflags offload\n"
		  "\t}\n"
		  "}\n");
	a.next = &b;
	c->flags = CHAINF_BASE;
	CHECK_STR(table_text(t, &plain),
		  "table netdev n {\n"
		  "\tchain c {\n"
		  "\t\tcomment \"q\"\n"
		  "\t\ttype filter hook ingress devices = { lo, d0 } priority filter + 5; "
		  "policy accept;\n"
		  "\t}\n"
		  "}\n");
}

static const char *set_text(const struct set *s, const struct print_opts *opts)
{
	struct out o;

	out_init_mem(&o);
	print_set(&o, s, opts);
	snprintf(text, sizeof(text), "%s", out_str(&o));
	out_fini(&o);
	return text;
}

static void sets(void)
{
	const struct print_opts numeric = { .numeric_time = true, .stateless = true };
	struct elem_opts eo = { .has_timeout = true, .timeout_ms = 300000, .has_expires = true,
				.expires_ms = 299996, .comment = "x" };
	struct expr *key = typed(&dt_ipaddr, 32, 0x01010101), *elem;
	struct set s = {
		.h.obj.s = "s", .key_type = &dt_ipaddr, .key_bits = 32, .size = 5,
		.flags = NFT_SET_EVAL | NFT_SET_TIMEOUT, .timeout_ms = 3600000, .gc_ms = 3000,
		.has_policy = true, .policy = NFT_SET_POL_MEMORY, .comment = "c",
		.automerge = true,
	};

	s.stmts = stmt(ST_COUNTER);
	eo.stmts = stmt(ST_COUNTER);
	elem = expr_elem(&arena, nowhere, key, NULL);
	elem->elem.opts = &eo;
	s.init = set_of(elem, NULL, NULL);
	CHECK_STR(set_text(&s, &plain),
		  "\tset s {\n"
		  "\t\ttype ipv4_addr\n"
		  "\t\tpolicy memory\n"
		  "\t\tsize 5\n"
		  "\t\tflags dynamic,timeout\n"
		  "\t\tcounter\n"
		  "\t\tauto-merge\n"
		  "\t\ttimeout 1h\n"
		  "\t\tgc-interval 3s\n"
		  "\t\tcomment \"c\"\n"
		  "\t\telements = { 1.1.1.1 counter packets 0 bytes 0 timeout 5m "
		  "expires 4m59s996ms comment \"x\" }\n"
		  "\t}\n");
	s = (struct set){ .h.obj.s = "s", .key_type = &dt_ipaddr, .flags = NFT_SET_TIMEOUT,
			  .timeout_ms = 5000, .init = s.init };
	eo.stmts = NULL;
	CHECK_STR(set_text(&s, &numeric),
		  "\tset s {\n"
		  "\t\ttype ipv4_addr\n"
		  "\t\ttimeout 5s\n"
		  "\t\telements = { 1.1.1.1 timeout 300s comment \"x\" }\n"
		  "\t}\n");
	s = (struct set){ .h.obj.s = "s", .key_type = &dt_integer,
			  .key_expr = raw(PB_NH, 8, 16), .size = 1,
			  .flags = NFT_SET_INTERVAL | NFT_SET_CONSTANT };
	s.init = set_of(typed(&dt_integer, 16, 255), NULL, NULL);
	CHECK_STR(set_text(&s, &plain),
		  "\tset s {\n"
		  "\t\ttypeof @nh,8,16\n"
		  "\t\tflags constant,interval\n"
		  "\t\telements = { 0xff }\n"
		  "\t}\n");
}

static void maps_declared(void)
{
	struct expr *key = typed(&dt_inet_service, 16, 80);
	struct expr *net = expr_prefix(&arena, nowhere, typed(&dt_ipaddr, 32, 0x0a000000), 8);
	struct set m = {
		.h.obj.s = "m", .key_type = &dt_inet_service, .data_type = &dt_ipaddr,
		.flags = NFT_SET_MAP | NFT_SET_INTERVAL, .data_is_interval = true,
	};

	m.init = set_of(expr_elem(&arena, nowhere, key, net), NULL, NULL);
	CHECK_STR(set_text(&m, &plain),
		  "\tmap m {\n"
		  "\t\ttype inet_service : interval ipv4_addr\n"
		  "\t\tflags interval\n"
		  "\t\telements = { 80 : 10.0.0.0/8 }\n"
		  "\t}\n");
	m = (struct set){ .h.obj.s = "m", .key_type = &dt_ipaddr, .obj_type = NFT_OBJECT_COUNTER,
			  .flags = NFT_SET_OBJECT };
	CHECK_STR(set_text(&m, &plain), "\tmap m {\n\t\ttype ipv4_addr : counter\n\t}\n");
	m = (struct set){ .h.obj.s = "m", .key_type = &dt_ipaddr, .data_type = &dt_verdict,
			  .flags = NFT_SET_MAP, .key_expr = payload(&proto_ip, "saddr") };
	CHECK_STR(set_text(&m, &plain), "\tmap m {\n\t\ttypeof ip saddr : verdict\n\t}\n");
	m.data_type = &dt_mark;
	m.data_expr = meta(NFT_META_MARK);
	CHECK_STR(set_text(&m, &plain), "\tmap m {\n\t\ttypeof ip saddr : meta mark\n\t}\n");
}

static const char *object_text(const struct object *obj, const struct print_opts *opts)
{
	struct out o;

	out_init_mem(&o);
	print_object(&o, obj, opts);
	snprintf(text, sizeof(text), "%s", out_str(&o));
	out_fini(&o);
	return text;
}

static void objects(void)
{
	struct object obj = { .type = NFT_OBJECT_CT_HELPER, .h.obj.s = "h" };
	struct expr_list policy = { 0 };

	obj.helper.name = "ftp";
	obj.helper.l4proto = 6;
	obj.helper.l3proto = NFPROTO_IPV4;
	CHECK_STR(object_text(&obj, &plain),
		  "\tct helper h {\n\t\ttype \"ftp\" protocol tcp\n\t\tl3proto ip\n\t}\n");

	memset(&obj, 0, sizeof(obj));
	obj.type = NFT_OBJECT_CT_TIMEOUT;
	obj.h.obj.s = "to";
	obj.timeout.l4proto = 6;
	obj.timeout.l3proto = NFPROTO_IPV4;
	obj.timeout.values = &policy;
	expr_list_add(&policy, expr_elem(&arena, nowhere,
					 expr_symbol(&arena, nowhere, "established", 0),
					 typed(&dt_integer, 32, 5)));
	expr_list_add(&policy, expr_elem(&arena, nowhere, expr_symbol(&arena, nowhere, "close", 0),
					 typed(&dt_integer, 32, 2)));
	CHECK_STR(object_text(&obj, &plain),
		  "\tct timeout to {\n\t\tprotocol tcp\n\t\tl3proto ip\n"
		  "\t\tpolicy = { established : 5, close : 2 }\n\t}\n");

	memset(&obj, 0, sizeof(obj));
	obj.type = NFT_OBJECT_CT_EXPECT;
	obj.h.obj.s = "e";
	obj.expect.l4proto = 6;
	obj.expect.l3proto = NFPROTO_IPV4;
	obj.expect.dport = 5;
	obj.expect.timeout_ms = 5000;
	obj.expect.size = 3;
	CHECK_STR(object_text(&obj, &plain),
		  "\tct expectation e {\n\t\tprotocol tcp\n\t\tdport 5\n\t\ttimeout 5s\n"
		  "\t\tsize 3\n\t\tl3proto ip\n\t}\n");

	memset(&obj, 0, sizeof(obj));
	obj.type = NFT_OBJECT_SYNPROXY;
	obj.h.obj.s = "sp";
	obj.synproxy = (struct synproxy_stmt){ 1460, 7, NF_SYNPROXY_OPT_MASK };
	CHECK_STR(object_text(&obj, &plain),
		  "\tsynproxy sp {\n\t\tmss 1460\n\t\twscale 7\n\t\ttimestamp sack-perm\n\t}\n");

	memset(&obj, 0, sizeof(obj));
	obj.type = NFT_OBJECT_SECMARK;
	obj.h.obj.s = "sm";
	obj.secctx = "system_u:object_r:x:s0";
	CHECK_STR(object_text(&obj, &plain), "\tsecmark sm {\n\t\t\"system_u:object_r:x:s0\"\n\t}\n");

	memset(&obj, 0, sizeof(obj));
	obj.type = NFT_OBJECT_LIMIT;
	obj.h.obj.s = "l";
	obj.h.handle = 4;
	obj.limit = (struct limit_stmt){ .rate = 5, .unit = 1 };
	CHECK_STR(object_text(&obj, &(struct print_opts){ .handles = true }),
		  "\tlimit l { # handle 4\n\t\trate 5/second\n\t}\n");
}

/* ---- commands ---- */

#define CHECK_CMD(call, wanted) do { \
	out_init_mem(&o); \
	call; \
	snprintf(text, sizeof(text), "%s", out_str(&o)); \
	out_fini(&o); \
	CHECK_STR(text, wanted); \
} while (0)

static void commands(void)
{
	const struct print_opts handles = { .handles = true };
	struct table *t = example_table();
	struct chain *c = t->chains, *d = c->next;
	struct rule *r = c->rules;
	struct out o;

	c->h.table.s = d->h.table.s = "x";
	d->h.family = NFPROTO_INET;
	CHECK_CMD(print_cmd_table(&o, "add", t, &handles), "add table inet x # handle 1\n");
	t->flags = TABLEF_DORMANT;
	CHECK_CMD(print_cmd_table(&o, "add", t, &plain), "add table inet x { flags dormant; }\n");
	CHECK_CMD(print_cmd_chain(&o, "add", c, &plain), "add chain inet x c { type filter hook "
		  "forward priority filter; policy drop; }\n");
	CHECK_CMD(print_cmd_chain(&o, "delete", d, &plain), "delete chain inet x d\n");
	CHECK_CMD(print_cmd_rule(&o, "insert", r, &handles),
		  "insert rule ip t c flow add @f # handle 7\n");
	r->h->position = 5;
	CHECK_CMD(print_cmd_rule(&o, "add", r, &plain),
		  "add rule ip t c handle 5 flow add @f\n");
	t->flowtables->h.family = NFPROTO_INET;
	t->flowtables->h.table.s = "x";
	CHECK_CMD(print_cmd_flowtable(&o, "add", t->flowtables, &plain), "add flowtable inet x f "
		  "{ hook ingress priority filter; devices = { eth0, \"3g:0\" }; flags offload; "
		  "counter; }\n");
	t->sets->h.family = NFPROTO_INET;
	t->sets->h.table.s = "x";
	CHECK_CMD(print_cmd_set(&o, "add", t->sets, &plain),
		  "add set inet x s { type ipv4_addr; }\n");
	CHECK_CMD(print_cmd_elements(&o, "add", &t->sets->h, t->sets->init, t->sets, &plain),
		  "add element inet x s { 0.0.0.1, 0.0.0.2, 0.0.0.3 }\n");
	t->objects->h.family = NFPROTO_INET;
	t->objects->h.table.s = "x";
	CHECK_CMD(print_cmd_object(&o, "add", t->objects, &plain),
		  "add counter inet x cn { comment \"obj\"; packets 5 bytes 0 }\n");
}

int main(void)
{
	RUN(selectors);
	RUN(selectors_without_a_row);
	RUN(computed);
	RUN(simple_matches);
	RUN(operators);
	RUN(flags);
	RUN(raw_matches);
	RUN(numeric_ranges);
	RUN(maps);
	RUN(unevaluated);
	RUN(counters_and_limits);
	RUN(logs);
	RUN(rejects);
	RUN(nat);
	RUN(packet_fates);
	RUN(key_set);
	RUN(sets_of_rules);
	RUN(rules);
	RUN(tables);
	RUN(netdev_chains);
	RUN(sets);
	RUN(maps_declared);
	RUN(objects);
	RUN(commands);
	arena_free(&arena);
	return unit_status();
}
