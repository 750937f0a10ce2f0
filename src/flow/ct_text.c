/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers and addresses to text.
 */
#include <stdbool.h>

#include "ct_text.h"

static const char digit_pairs[] =
	"00010203040506070809101112131415161718192021222324"
	"25262728293031323334353637383940414243444546474849"
	"50515253545556575859606162636465666768697071727374"
	"75767778798081828384858687888990919293949596979899";

char *put_u64(char *p, uint64_t v)
{
	char tmp[20], *end = tmp + sizeof(tmp), *t = end;

	while (v >= 100) {
		t -= 2;
		memcpy(t, &digit_pairs[v % 100 * 2], 2);
		v /= 100;
	}
	if (v >= 10) {
		t -= 2;
		memcpy(t, &digit_pairs[v * 2], 2);
	} else {
		*--t = (char)('0' + v);
	}
	return put_mem(p, t, (size_t)(end - t));
}

char *put_hex(char *p, uint32_t v)
{
	int shift = 28;

	while (shift > 0 && !(v >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[v >> shift & 15];
	return p;
}

static char *put_byte(char *p, unsigned int v)
{
	if (v >= 100) {
		*p++ = (char)('0' + v / 100);
		v %= 100;
	} else if (v < 10) {
		*p++ = (char)('0' + v);
		return p;
	}
	memcpy(p, &digit_pairs[v * 2], 2);
	return p + 2;
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
	int best = -1, best_len = 1, run = 0, groups = 8;
	unsigned int g[8];

	for (int i = 0; i < 8; i++) {
		g[i] = (unsigned int)addr[2 * i] << 8 | addr[2 * i + 1];
		run = g[i] ? 0 : run + 1;
		if (run > best_len) {
			best = i - run + 1;
			best_len = run;
		}
	}
	if (best == 0 && (best_len == 6 || (best_len == 5 && g[5] == 0xffff)))
		groups = 6;
	for (int i = 0; i < groups; i++) {
		if (i == best) {
			p = put_str(p, "::");
			i += best_len - 1;
			continue;
		}
		if (i > 0 && i != best + best_len)
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
