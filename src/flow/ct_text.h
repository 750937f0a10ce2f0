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

char *put_u64(char *p, uint64_t v);
char *put_u32(char *p, uint32_t v);
char *put_hex(char *p, uint32_t v);
char *put_ip4(char *p, const uint8_t *addr);
/* As inet_ntop() writes it, which takes ten times as long. */
char *put_ip6(char *p, const uint8_t *addr);

#endif
