// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers of up to 128 bits: text, bytes, masks; and durations.
 */
#include <string.h>

#include "datatype.h"

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

bool parse_u128(const char *text, nff_u128 *value)
{
	nff_u128 v = 0, max = ~(nff_u128)0;
	int base = 10, d;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	} else if (text[0] == '0' && text[1]) {
		base = 8;
		text++;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		d = digit_value(*text);
		if (d >= base || v > (max - d) / base)
			return false;
		v = v * base + d;
	}
	*value = v;
	return true;
}

void out_u128(struct out *o, nff_u128 v)
{
	const uint64_t chunk = 10000000000000000000ull;

	if (!(v >> 64)) {
		out_u64(o, v);
		return;
	}
	out_u128(o, v / chunk);
	out_printf(o, "%019llu", (unsigned long long)(v % chunk));
}

/* ---- durations ---- */

static const struct {
	const char *name;
	uint64_t ms;
} duration_units[] = {
	{ "d", 86400000 },
	{ "h", 3600000 },
	{ "m", 60000 },
	{ "s", 1000 },
	{ "ms", 1 },
};
#define N_UNITS (sizeof(duration_units) / sizeof(duration_units[0]))

/* The unit at the begin of a text, and its length; N_UNITS: none. */
static unsigned int unit_at(const char *text, unsigned int *len)
{
	unsigned int i;

	*len = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	for (i = 0; i < N_UNITS; i++)
		if (strlen(duration_units[i].name) == *len &&
		    !memcmp(duration_units[i].name, text, *len))
			break;
	return i;
}

bool parse_duration(const char *text, uint64_t *ms)
{
	uint64_t total = 0, n, part;
	unsigned int unit, last = 0, len;

	if (!*text)
		return false;
	while (*text) {
		if (*text < '0' || *text > '9')
			return false;
		for (n = 0; *text >= '0' && *text <= '9'; text++)
			if (__builtin_mul_overflow(n, 10, &n) ||
			    __builtin_add_overflow(n, *text - '0', &n))
				return false;
		if (!*text && !last) {
			/* a bare number is seconds */
			unit = 3;
			len = 0;
		} else {
			unit = unit_at(text, &len);
		}
		/* each unit once, from the largest down */
		if (unit == N_UNITS || unit < last)
			return false;
		last = unit + 1;
		text += len;
		if (__builtin_mul_overflow(n, duration_units[unit].ms, &part) ||
		    __builtin_add_overflow(total, part, &total))
			return false;
	}
	*ms = total;
	return true;
}

void out_duration(struct out *o, uint64_t ms)
{
	unsigned int i;

	if (!ms)
		out_puts(o, "0s");
	for (i = 0; i < N_UNITS; i++) {
		if (ms < duration_units[i].ms)
			continue;
		out_u64(o, ms / duration_units[i].ms);
		out_puts(o, duration_units[i].name);
		ms %= duration_units[i].ms;
	}
}

/* ---- bytes and masks ---- */

void value_export(nff_u128 v, enum byteorder bo, unsigned int len, void *data)
{
	uint8_t *p = data;
	unsigned int i;
	bool big = bo == BO_BIG;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	big = true;
#endif
	for (i = 0; i < len; i++) {
		p[big ? len - 1 - i : i] = v;
		v >>= 8;
	}
}

nff_u128 value_import(const void *data, enum byteorder bo, unsigned int len)
{
	const uint8_t *p = data;
	bool big = bo == BO_BIG;
	nff_u128 v = 0;
	unsigned int i;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	big = true;
#endif
	for (i = 0; i < len; i++)
		v = v << 8 | p[big ? i : len - 1 - i];
	return v;
}

int mask_prefix_len(nff_u128 mask, unsigned int bits)
{
	unsigned int plen;

	if (bits > 128)
		return -1;
	for (plen = 0; plen < bits && mask >> (bits - 1 - plen) & 1; plen++)
		;
	return mask == prefix_mask(plen, bits) ? (int)plen : -1;
}
