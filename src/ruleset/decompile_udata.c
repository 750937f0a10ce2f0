// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * User data: what user space keeps with an object, as libnftnl packs it: one
 * byte type, one byte length, value.
 */
#include <string.h>

#include "decompile_int.h"

bool udata_parse(const void *data, size_t len, struct udata tb[UDATA_MAX])
{
	const uint8_t *p = data, *end = p + len;

	memset(tb, 0, sizeof(*tb) * UDATA_MAX);
	while (end - p >= 2) {
		if (p[1] > end - p - 2)
			return false;
		if (p[0] < UDATA_MAX)
			tb[p[0]] = (struct udata){ .data = p + 2, .len = p[1] };
		p += 2 + p[1];
	}
	return p == end;
}

const char *udata_string(struct arena *a, const struct udata *u)
{
	if (!u->data || !memchr(u->data, 0, u->len))
		return NULL;
	return arena_strdup(a, (const char *)u->data);
}

bool udata_u32(const struct udata *u, uint32_t *v)
{
	if (!u->data || u->len != sizeof(*v))
		return false;
	memcpy(v, u->data, sizeof(*v));
	return true;
}
