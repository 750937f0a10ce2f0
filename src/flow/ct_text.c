/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers and addresses to text.
 */
#include "ct_text.h"

static const char digit_pairs[] =
	"00010203040506070809101112131415161718192021222324"
	"25262728293031323334353637383940414243444546474849"
	"50515253545556575859606162636465666768697071727374"
	"75767778798081828384858687888990919293949596979899";

char *put_u32(char *p, uint32_t v)
{
	unsigned int n = v < 10 ? 1 : v < 100 ? 2 : v < 1000 ? 3 : v < 10000 ? 4 : v < 100000 ? 5 :
			 v < 1000000 ? 6 : v < 10000000 ? 7 : v < 100000000 ? 8 :
			 v < 1000000000 ? 9 : 10;
	char *t = p + n;

	while (v >= 100) {
		t -= 2;
		memcpy(t, &digit_pairs[v % 100 * 2], 2);
		v /= 100;
	}
	if (v >= 10)
		memcpy(p, &digit_pairs[v * 2], 2);
	else
		*p = (char)('0' + v);
	return p + n;
}

char *put_u64(char *p, uint64_t v)
{
	const uint32_t billion = 1000000000;
	char *end;

	if (v <= UINT32_MAX)
		return put_u32(p, (uint32_t)v);
	p = put_u64(p, v / billion);
	/* The other nine digits, with the zeros in front. */
	end = p + 9;
	v %= billion;
	for (char *t = end; t > p; v /= 10)
		*--t = (char)('0' + v % 10);
	return end;
}

char *put_hex(char *p, uint32_t v)
{
	int shift = v ? (31 - __builtin_clz(v)) & ~3 : 0;

	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[v >> shift & 15];
	return p;
}

/* The numbers 0 to 255 as text. */
#define BYTE(n)		{ #n, sizeof(#n) - 1 },
#define TEN(t)		BYTE(t##0) BYTE(t##1) BYTE(t##2) BYTE(t##3) BYTE(t##4) \
			BYTE(t##5) BYTE(t##6) BYTE(t##7) BYTE(t##8) BYTE(t##9)
static const struct {
	char text[4];
	uint8_t len;
} byte_text[256] = {
	TEN() TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7) TEN(8) TEN(9)
	TEN(10) TEN(11) TEN(12) TEN(13) TEN(14) TEN(15) TEN(16) TEN(17) TEN(18) TEN(19)
	TEN(20) TEN(21) TEN(22) TEN(23) TEN(24)
	BYTE(250) BYTE(251) BYTE(252) BYTE(253) BYTE(254) BYTE(255)
};

/* Four bytes are copied whatever the length: a move, which a length would prevent. */
PUT_INLINE char *put_byte(char *p, unsigned int v)
{
	memcpy(p, byte_text[v].text, 4);
	return p + byte_text[v].len;
}

char *put_ip4(char *p, const uint8_t *addr)
{
	for (int i = 0; i < 3; i++) {
		p = put_byte(p, addr[i]);
		*p++ = '.';
	}
	return put_byte(p, addr[3]);
}

/*
 * The longest run of at least two zero groups becomes "::", the first of
 * several (RFC 5952, 4.2). The last 32 bits stand in dotted form where the
 * rest is ::/96 or ::ffff:0:0/96.
 */
char *put_ip6(char *p, const uint8_t *addr)
{
	unsigned int g[8], zeros = 0, runs = 0;
	int best = -1, best_len = 0, groups = 8;

	for (int i = 0; i < 8; i++) {
		g[i] = (unsigned int)addr[2 * i] << 8 | addr[2 * i + 1];
		zeros |= (g[i] == 0 ? 1u : 0u) << i;
	}
	/* A bit stays for n rounds where n groups from there on are zero. */
	for (; zeros; zeros &= zeros >> 1) {
		runs = zeros;
		best_len++;
	}
	if (best_len >= 2)
		best = __builtin_ctz(runs);
	if (best == 0 && (best_len == 6 || (best_len == 5 && g[5] == 0xffff)))
		groups = 6;
	for (int i = 0; i < groups; i++) {
		if (i == best) {
			p = put_str(p, "::");
			i += best_len - 1;
			continue;
		}
		if (i > 0 && (best < 0 || i != best + best_len))
			*p++ = ':';
		p = put_hex(p, g[i]);
	}
	if (groups == 6) {
		if (best_len == 5)
			*p++ = ':';
		p = put_ip4(p, addr + 12);
	}
	return p;
}
