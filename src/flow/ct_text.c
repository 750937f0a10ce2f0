/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers and addresses to text.
 */
#include "ct_text.h"

#define DIGITS(a, b, c, zeros)	{ (a) + '0', (b) + '0', (c) + '0', zeros },
#define ONES(a, b, z, z0)	DIGITS(a, b, 0, z0) DIGITS(a, b, 1, z) DIGITS(a, b, 2, z) \
				DIGITS(a, b, 3, z) DIGITS(a, b, 4, z) DIGITS(a, b, 5, z) \
				DIGITS(a, b, 6, z) DIGITS(a, b, 7, z) DIGITS(a, b, 8, z) \
				DIGITS(a, b, 9, z)
#define TENS(a, z, z0)		ONES(a, 0, z0, z0) ONES(a, 1, z, z) ONES(a, 2, z, z) \
				ONES(a, 3, z, z) ONES(a, 4, z, z) ONES(a, 5, z, z) \
				ONES(a, 6, z, z) ONES(a, 7, z, z) ONES(a, 8, z, z) ONES(a, 9, z, z)
const char put_thousand[1000][4] = {
	TENS(0, 1, 2) TENS(1, 0, 0) TENS(2, 0, 0) TENS(3, 0, 0) TENS(4, 0, 0)
	TENS(5, 0, 0) TENS(6, 0, 0) TENS(7, 0, 0) TENS(8, 0, 0) TENS(9, 0, 0)
};

char *put_thousands(char *p, uint32_t v)
{
	uint32_t k = v / 1000, m = k / 1000, g = m / 1000;

	if (!m) {
		p = put_small(p, k);
		return put_three(p, v - k * 1000);
	}
	if (g) {
		*p++ = (char)('0' + g);
		p = put_three(p, m - g * 1000);
	} else {
		p = put_small(p, m);
	}
	p = put_three(p, k - m * 1000);
	return put_three(p, v - k * 1000);
}

char *put_billions(char *p, uint64_t v)
{
	const uint32_t billion = 1000000000;
	uint32_t low = (uint32_t)(v % billion);

	p = put_u64(p, v / billion);
	p = put_three(p, low / 1000000);
	p = put_three(p, low / 1000 % 1000);
	return put_three(p, low % 1000);
}

char *put_hex(char *p, uint32_t v)
{
	int shift = v ? (31 - __builtin_clz(v)) & ~3 : 0;

	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[v >> shift & 15];
	return p;
}

char *put_ip4(char *p, const uint8_t *addr)
{
	for (int i = 0; i < 3; i++) {
		p = put_small(p, addr[i]);
		*p++ = '.';
	}
	return put_small(p, addr[3]);
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
