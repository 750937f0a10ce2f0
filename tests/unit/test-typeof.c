/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "typeof" in user data: what nft 1.0.6 wrote is read, what is written is the
 * same bytes, every selector comes back as it went, and damage is refused.
 */
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

#include "print.h"
#include "typeof.h"
#include "unit.h"

static const struct {
	const char *text, *hex;
} recorded[] = {
	{ "ip saddr", "0004070000 00010c0004 0c00000001 040b000000" },
	{ "tcp flags", "000407000000010c00040800000001 0407000000" },
	{ "vlan id", "000407000000011200041000000001040400000004040c000000" },
	{ "icmpv6 mtu", "000407000000011200040e000000010405000000040420000000" },
	{ "arp saddr ip", "000407000000010c00040f000000010407000000" },
	{ "meta mark", "0004090000000106000403000000" },
	{ "ct mark", "00040c000000010c0004030000000104ffffffff" },
	{ "ct reply ip6 saddr", "00040c000000010c000415000000010401000000" },
	{ "rt ip nexthop", "0004190000000106000401000000" },
	{ "socket mark", "00040a0000000106000401000000" },
	{ "fib saddr type", "00041a000000010c000403000000010401000000" },
	{ "ipsec out ip saddr", "00041b0000000112000403000000010400000000020401000000" },
	{ "numgen inc mod 2", "0004170000000112000400000000010402000000020400000000" },
	{ "frag id", "000408000000010c0104060000000004" "06000000" },
	{ "srh tag", "000408000000010c010403000000000405000000" },
	{ "tcp option maxseg size", "0004080000000112010402000000020401000000000402000000" },
	{ "ip option lsrr ptr", "0004080000000112010404000000020402000000000483000000" },
	{ "sctp chunk init init-tag", "0004080000000112010403000000020403000000000401000000" },
	{ "@ih,0,32", "000407000000011e000400000000010400000000020404000000030400000000"
		      "040420000000" },
	{ "ip saddr . tcp dport", "00040d000000012c0014000407000000010c00040c000000"
				  "01040b0000000114000407000000010c0004080000000104"
				  "02000000" },
};

static unsigned int nibble(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static size_t bytes_of(const char *hex, uint8_t *buf)
{
	size_t n = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		buf[n++] = nibble(hex[0]) << 4 | nibble(hex[1]);
		hex++;
	}
	return n;
}

static void check_text(const struct expr *e, const char *wanted)
{
	struct print_opts opts = { 0 };
	struct out o;

	out_init_mem(&o);
	if (e)
		print_expr(&o, e, &opts);
	if (strcmp(out_str(&o), wanted)) {
		unit.failed = 1;
		unit_detail("it is \"%s\", wanted \"%s\"", out_str(&o), wanted);
	}
	out_fini(&o);
}

/* Numbers are in host order, so that the recorded bytes are those of a small endian machine. */
static bool little_endian(void)
{
	const uint32_t one = 1;

	return *(const uint8_t *)&one;
}

static void both_ways(void)
{
	uint8_t want[256], got[256];
	struct arena a = { 0 };

	if (!little_endian())
		SKIP("recorded on a little-endian machine");
	for (unsigned int i = 0; i < sizeof(recorded) / sizeof(*recorded) && !unit.failed; i++) {
		size_t len = bytes_of(recorded[i].hex, want), n;
		struct expr *e = typeof_decode(&a, want, len);

		check_text(e, recorded[i].text);
		if (!e || unit.failed)
			continue;
		n = typeof_encode(e, got, sizeof(got));
		if (n != len || memcmp(got, want, n)) {
			unit.failed = 1;
			unit_detail("\"%s\" is written differently", recorded[i].text);
		}
	}
	arena_free(&a);
}

static void check_field(struct arena *a, const struct field *f)
{
	struct expr *e = expr_field(a, (struct loc){ 0 }, f, 0), *back;
	uint8_t buf[256];
	size_t len;

	if (!f->bits || f->flags & (FF_EXISTS | FF_ALIAS | FF_NOT_LIST))
		return;
	e->type = f->type;
	e->bits = f->bits;
	len = typeof_encode(e, buf, sizeof(buf));
	back = typeof_decode(a, buf, len);
	if (back && back->kind == EX_FIELD && back->field.f == f)
		return;
	/* Two names of one place. */
	if (back && back->kind == EX_FIELD && back->field.f->bit_off == f->bit_off &&
	    back->field.f->bits == f->bits && back->field.f->key == f->key)
		return;
	unit.failed = 1;
	unit_detail("%s %s does not come back", f->proto ? f->proto->name : "", f->name);
}

static void check_table(struct arena *a, const struct field *f)
{
	for (; f && f->name && !unit.failed; f++)
		check_field(a, f);
}

static void every_field(void)
{
	static const struct proto *const *const lists[] = {
		protos, exthdrs, tcpopts, ipopts, sctp_chunks,
	};
	struct arena a = { 0 };

	for (unsigned int i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		for (const struct proto *const *p = lists[i]; *p; p++)
			check_table(&a, (*p)->fields);
	check_table(&a, meta_fields);
	check_table(&a, ct_fields);
	check_table(&a, rt_fields);
	check_table(&a, socket_fields);
	check_table(&a, xfrm_fields);
	arena_free(&a);
}

static void damaged(void)
{
	struct arena a = { 0 };
	uint8_t want[256];

	for (unsigned int i = 0; i < sizeof(recorded) / sizeof(*recorded); i++) {
		size_t len = bytes_of(recorded[i].hex, want);

		for (size_t cut = 0; cut < len; cut++) {
			uint8_t *part = malloc(cut ? cut : 1);

			memcpy(part, want, cut);
			typeof_decode(&a, part, cut);
			free(part);
		}
		for (size_t at = 0; at < len; at++)
			for (unsigned int v = 0; v < 256; v += 5) {
				uint8_t *bytes = malloc(len);

				memcpy(bytes, want, len);
				bytes[at] = v;
				typeof_decode(&a, bytes, len);
				free(bytes);
			}
	}
	arena_free(&a);
}

/* A concatenation inside a concatenation inside... must not recurse without end. */
static void nested(void)
{
	uint8_t buf[255], inner[255];
	struct arena a = { 0 };
	size_t len = 0;

	for (unsigned int i = 0; i < 30 && len + 18 < sizeof(buf); i++) {
		static const uint8_t kind[] = { 0, 4, 13, 0, 0, 0 };
		size_t n = 0;

		memcpy(inner, kind, sizeof(kind));
		n += sizeof(kind);
		inner[n++] = 1;
		inner[n++] = len + 2;
		inner[n++] = 0;
		inner[n++] = len;
		memcpy(inner + n, buf, len);
		len += n;
		memcpy(buf, inner, len);
	}
	CHECK(!typeof_decode(&a, buf, len));
	arena_free(&a);
}

int main(void)
{
	RUN(both_ways);
	RUN(every_field);
	RUN(damaged);
	RUN(nested);
	return unit_status();
}
