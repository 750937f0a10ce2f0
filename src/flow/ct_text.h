/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text into a buffer that is known to be large enough: each function writes
 * at p and returns the place behind. Nothing is NUL-terminated, and up to
 * PUT_SLACK bytes behind the text may be overwritten.
 */
#ifndef NFF_CT_TEXT_H
#define NFF_CT_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PUT_SLACK	4
#define PUT_IP6_MAX	(45 + PUT_SLACK)

#define PUT_INLINE static inline __attribute__((always_inline))

PUT_INLINE char *put_mem(char *p, const void *s, size_t len)
{
	if (len)
		memcpy(p, s, len);
	return p + len;
}

/* Of a literal the length is known when compiling, and the copy is a few moves. */
PUT_INLINE char *put_str(char *p, const char *s)
{
	return put_mem(p, s, strlen(s));
}

/* The numbers 0 to 999: three digits, and how many of them are zeros in front. */
extern const char put_thousand[1000][4];

/*
 * A number below 1000. Four bytes are copied whatever the length: a move, which a length would
 * prevent. Behind the last row nothing is read, as it has no such zeros.
 */
PUT_INLINE char *put_small(char *p, unsigned int v)
{
	const char *t = put_thousand[v];
	unsigned int zeros = (unsigned char)t[3];

	memcpy(p, t + zeros, 4);
	return p + 3 - zeros;
}

/* Numbers from 1000 on, and from 2^32 on. */
char *put_thousands(char *p, uint32_t v);
char *put_billions(char *p, uint64_t v);

/* The same with the zeros in front. */
PUT_INLINE char *put_three(char *p, unsigned int v)
{
	memcpy(p, put_thousand[v], 4);
	return p + 3;
}

PUT_INLINE char *put_u16(char *p, uint16_t v)
{
	unsigned int k = v / 1000u;

	if (!k)
		return put_small(p, v);
	return put_three(put_small(p, k), v - k * 1000);
}

/* Many numbers are small, which takes no call. */
PUT_INLINE char *put_u32(char *p, uint32_t v)
{
	return v < 1000 ? put_small(p, v) : put_thousands(p, v);
}

PUT_INLINE char *put_u64(char *p, uint64_t v)
{
	if (v < 1000)
		return put_small(p, (uint32_t)v);
	return v <= UINT32_MAX ? put_thousands(p, (uint32_t)v) : put_billions(p, v);
}

char *put_hex(char *p, uint32_t v);
char *put_ip4(char *p, const uint8_t *addr);
/* As inet_ntop() writes it, which takes ten times as long. */
char *put_ip6(char *p, const uint8_t *addr);

#endif
