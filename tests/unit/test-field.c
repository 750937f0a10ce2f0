// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The field tables: consistent in themselves, and the same as what nft
 * describes, where it is installed.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

#include "arena.h"
#include "ast.h"
#include "print.h"
#include "unit.h"

static struct arena arena;
static const struct print_opts plain;

typedef void (*row_fn)(const struct field *f, const char *words);

/* Each row of each table, with the words that name it in the language. */
static void each_row(row_fn fn)
{
	static const struct {
		const struct field *table;
		const char *prefix;
	} tables[] = {
		{ meta_fields, "meta" }, { ct_fields, "ct" }, { rt_fields, "rt" },
		{ socket_fields, "socket" }, { osf_fields, "osf" }, { xfrm_fields, "ipsec" },
	};
	static const struct {
		const struct proto *const *list;
		const char *prefix;
	} lists[] = {
		{ protos, "" }, { exthdrs, "" }, { tcpopts, "tcp option " },
		{ ipopts, "ip option " }, { sctp_chunks, "sctp chunk " },
	};
	const struct field *f;
	char words[128];
	size_t i, j;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (f = tables[i].table; f->name; f++) {
			const char *dir = "";

			if (f->flags & FF_DIR_REQUIRED)
				dir = f->kind == FK_XFRM ? " in" : " original";
			snprintf(words, sizeof(words), "%s%s %s%s", tables[i].prefix, dir,
				 f->name, f->key == NFT_SOCKET_CGROUPV2 &&
				 f->kind == FK_SOCKET ? " level 1" : "");
			fn(f, words);
		}
	}
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (j = 0; lists[i].list[j]; j++) {
			for (f = lists[i].list[j]->fields; f->name; f++) {
				snprintf(words, sizeof(words), "%s%s%s%s", lists[i].prefix,
					 lists[i].list[j]->name, f->name[0] ? " " : "", f->name);
				fn(f, words);
			}
		}
	}
}

/* ---- in themselves ---- */

static void check_sane(const struct field *f, const char *words)
{
	bool header = f->kind == FK_PAYLOAD || f->kind == FK_EXTHDR || f->kind == FK_TCPOPT ||
		      f->kind == FK_IPOPT || f->kind == FK_SCTP_CHUNK;

	if (!f->type || (!f->bits && f->type != &dt_invalid) || f->bits > 128)
		FAIL("%s: type or width", words);
	if (f->byteorder != BO_BIG && f->byteorder != BO_HOST)
		FAIL("%s: byte order", words);
	if (header != (f->proto != NULL))
		FAIL("%s: owner", words);
	if (f->type->flags & DTF_STRING && f->byteorder != BO_BIG)
		FAIL("%s: strings are big endian", words);
	/* a boolean of 1 bit comes in a register of 8, a time in one of 32 */
	if (f->type->bits && f->bits && f->type->bits != f->bits && f->type != &dt_boolean &&
	    f->type != &dt_time)
		FAIL("%s: width of the type", words);
}

static void rows(void)
{
	each_row(check_sane);
}

/* The fields of a header do not overlap, but for variants of ICMP. */
static void headers(void)
{
	const struct field *f, *g;
	unsigned int i;

	for (i = 0; protos[i]; i++) {
		CHECK(proto_by_name(protos[i]->name) == protos[i]);
		for (f = protos[i]->fields; f->name; f++) {
			if (f->proto != protos[i] || field_by_name(protos[i]->fields, f->name) != f)
				FAIL("%s %s", protos[i]->name, f->name);
			if (f->bit_off + f->bits > protos[i]->hdr_len * 8)
				FAIL("%s %s: outside", protos[i]->name, f->name);
			for (g = f + 1; g->name; g++) {
				if (f->bit_off + f->bits > g->bit_off &&
				    g->bit_off + g->bits > f->bit_off &&
				    !(g->flags & FF_ALIAS) && !f->dep && !g->dep)
					FAIL("%s %s and %s", protos[i]->name, f->name, g->name);
			}
		}
	}
}

static void places(void)
{
	CHECK_STR(field_by_offset(&proto_ip, 96, 32)->name, "saddr");
	CHECK_STR(field_by_offset(&proto_tcp, 16, 16)->name, "dport");
	CHECK_STR(field_by_offset(&proto_ip6, 12, 20)->name, "flowlabel");
	CHECK_STR(field_by_offset(&proto_vlan, 4, 12)->name, "id");
	CHECK_STR(field_by_offset(&proto_vlan, 3, 1)->name, "dei");
	CHECK_STR(field_by_offset(&proto_dccp, 67, 4)->name, "type");
	CHECK(!field_by_offset(&proto_tcp, 17, 16));
	CHECK_STR(field_in_list(tcpopts, 2, 16, 16)->proto->name, "maxseg");
	CHECK_STR(field_in_list(tcpopts, 5, 80, 32)->proto->name, "sack1");
	CHECK_STR(field_in_list(tcpopts, 5, 16, 32)->proto->name, "sack");
	CHECK_STR(field_in_list(exthdrs, 43, 64, 128)->name, "sid[1]");
	CHECK_STR(field_in_list(exthdrs, 43, 24, 8)->name, "seg-left");
	CHECK(!field_in_list(tcpopts, 99, 0, 8));
	CHECK_STR(field_exists_in_list(tcpopts, 4)->proto->name, "sack-perm");
	CHECK_STR(field_exists_in_list(exthdrs, 43)->proto->name, "rt");
	CHECK_STR(field_exists_in_list(sctp_chunks, 193)->proto->name, "asconf");
	CHECK(!field_exists_in_list(ipopts, 1));
}

static void lookups(void)
{
	CHECK(proto_by_ethertype(0x0800) == &proto_ip);
	CHECK(proto_by_ethertype(0x88a8) == &proto_vlan);
	CHECK(!proto_by_ethertype(0x1234));
	CHECK(proto_by_l4(6) == &proto_tcp);
	CHECK(proto_by_l4(58) == &proto_icmpv6);
	CHECK(!proto_by_l4(255));
	CHECK(!proto_by_name("nothing"));
	CHECK_STR(proto_in_list(tcpopts, "mss")->name, "mss");
	CHECK_STR(meta_field(NFT_META_BRI_IIFNAME)->name, "ibrname");
	CHECK_STR(meta_field(NFT_META_SECPATH)->name, "ipsec");
	CHECK(!meta_field(999));
	CHECK(meta_unqualified("iifname") == meta_field(NFT_META_IIFNAME));
	CHECK(!meta_unqualified("length"));
	CHECK(!meta_unqualified("nothing"));
	CHECK_INT(field_by_name(meta_fields, "secpath")->key, NFT_META_SECPATH);
	CHECK(field_by_key(ct_fields, NFT_CT_MARK) == field_by_name(ct_fields, "mark"));
	CHECK_STR(ct_field(NFT_CT_SRC, NFPROTO_IPV4)->name, "ip saddr");
	CHECK_STR(ct_field(NFT_CT_DST, NFPROTO_IPV6)->name, "ip6 daddr");
	CHECK_STR(ct_field(NFT_CT_SRC, 0)->name, "saddr");
	CHECK_STR(ct_field(NFT_CT_ZONE, 0)->name, "zone");
	CHECK_STR(rt_field(NFT_RT_NEXTHOP4, NFPROTO_IPV6)->name, "ip6 nexthop");
	CHECK_STR(rt_field(NFT_RT_NEXTHOP4, NFPROTO_IPV4)->name, "ip nexthop");
	CHECK_STR(rt_field(NFT_RT_TCPMSS, 0)->name, "mtu");
}

static void links(void)
{
	unsigned int i;

	for (i = 0; protos[i]; i++) {
		const struct proto *p = protos[i];
		const struct proto_link *l;

		CHECK(!p->links == !p->next_field);
		for (l = p->links; l && l->upper; l++) {
			bool by_type = l->upper->ethertype >= 0;

			/* two ethertypes lead to vlan */
			if (l->upper != &proto_vlan &&
			    (int)l->value != (by_type ? l->upper->ethertype : l->upper->l4proto))
				FAIL("%s to %s", p->name, l->upper->name);
		}
	}
}

/* ---- as nft has it ---- */

static struct out diffs;
static unsigned int compared;

/* What nft prints for describe WORDS, without the symbols of its type. */
static bool nft_describe(const char *words, char *buf, size_t size)
{
	char cmd[256];
	bool ok;
	FILE *p;

	snprintf(cmd, sizeof(cmd), "nft describe '%s' 2>/dev/null", words);
	p = popen(cmd, "r");
	if (!p)
		return false;
	ok = fgets(buf, size, p);
	while (fgetc(p) != EOF)
		;
	pclose(p);
	buf[strcspn(buf, "\n")] = '\0';
	return ok;
}

static void compare_row(const struct field *f, const char *words)
{
	char theirs[512], ours[512];
	struct expr *e;
	struct out o;

	/* existence is no expression of its own to nft */
	if (f->flags & FF_EXISTS || !nft_describe(words, theirs, sizeof(theirs)))
		return;
	e = expr_field(&arena, (struct loc){ 0 }, f, 0);
	out_init_mem(&o);
	describe_expr(&o, e, &plain);
	snprintf(ours, sizeof(ours), "%s", out_str(&o));
	ours[strcspn(ours, "\n")] = '\0';
	out_fini(&o);
	compared++;
	/* nft knows the type of a port of a conntrack only within a rule */
	if (strcmp(ours, theirs) && strcmp(words, "ct original proto-src") &&
	    strcmp(words, "ct original proto-dst"))
		out_printf(&diffs, "%s: \"%s\", nft: \"%s\"; ", words, ours, theirs);
}

static void same_as_nft(void)
{
	char buf[512];

	if (!nft_describe("ip saddr", buf, sizeof(buf)))
		SKIP("no nft");
	out_init_mem(&diffs);
	each_row(compare_row);
	if (diffs.len || compared < 250) {
		unit.failed = 1;
		unit_detail("%u rows compared; %s", compared, out_str(&diffs));
	}
	out_fini(&diffs);
}

static void compare_symbols(const struct datatype *dt)
{
	char cmd[64], line[256];
	uint64_t value, swapped;
	struct symbol s;
	char name[128];
	unsigned int n = 0;
	FILE *p;

	snprintf(cmd, sizeof(cmd), "nft describe %s 2>/dev/null", dt->name);
	p = popen(cmd, "r");
	while (p && fgets(line, sizeof(line), p)) {
		if (sscanf(line, "\t%127s %li", name, (long *)&value) != 2 || !dt->symbols)
			continue;
		s = dt->symbols[n++];
		/* for a type alone, nft shows network order as the host reads it */
		swapped = dt->byteorder == BO_BIG && dt->bits == 16 ?
			  (value >> 8 | value << 8) & 0xffff : value;
		if (!s.name || strcmp(s.name, name) || (s.value != swapped && s.value != value)) {
			out_printf(&diffs, "%s: %s, nft: %s; ", dt->name, s.name, name);
			break;
		}
	}
	if (p)
		pclose(p);
	if (n && dt->symbols[n].name)
		out_printf(&diffs, "%s: %s, nft: none; ", dt->name, dt->symbols[n].name);
	compared += n;
}

static void symbols_as_in_nft(void)
{
	char buf[512];
	unsigned int i;

	if (!nft_describe("ip saddr", buf, sizeof(buf)))
		SKIP("no nft");
	compared = 0;
	out_init_mem(&diffs);
	for (i = 1; i < DT_MAX; i++)
		compare_symbols(datatype_by_id(i));
	if (diffs.len || compared < 100) {
		unit.failed = 1;
		unit_detail("%u symbols compared; %s", compared, out_str(&diffs));
	}
	out_fini(&diffs);
}

int main(void)
{
	RUN(rows);
	RUN(headers);
	RUN(places);
	RUN(lookups);
	RUN(links);
	RUN(same_as_nft);
	RUN(symbols_as_in_nft);
	arena_free(&arena);
	return unit_status();
}
