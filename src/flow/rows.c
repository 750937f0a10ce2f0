/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes to records, by tables (rows.h).
 */
#include <endian.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>

#include "rows.h"

/* The value of one attribute into the struct at base. */
static void decode_value(const struct row *r, const void *data, uint32_t len, char *base)
{
	struct ct_str str = { .s = data, .len = len };
	char *dst = base + r->off;
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	switch (r->kind) {
	case ROW_U8:
		*dst = *(const char *)data;
		break;
	case ROW_BE16:
		memcpy(&v16, data, sizeof(v16));
		v16 = be16toh(v16);
		memcpy(dst, &v16, sizeof(v16));
		break;
	case ROW_BE32:
		memcpy(&v32, data, sizeof(v32));
		v32 = be32toh(v32);
		memcpy(dst, &v32, sizeof(v32));
		break;
	case ROW_BE64:
		memcpy(&v64, data, sizeof(v64));
		v64 = be64toh(v64);
		memcpy(dst, &v64, sizeof(v64));
		break;
	case ROW_HOST16:
		memcpy(dst, data, 2);
		break;
	case ROW_HOST32:
		memcpy(dst, data, 4);
		break;
	case ROW_HOST64:
		memcpy(dst, data, 8);
		break;
	case ROW_ADDR:
		memcpy(dst, data, len >= 16 ? 16 : 4);
		break;
	case ROW_BYTES:
		memcpy(dst, data, r->len);
		break;
	case ROW_STRING:
		str.len = (uint32_t)strnlen(str.s, len);
		/* fall through */
	case ROW_BLOB:
		memcpy(dst, &str, sizeof(str));
		break;
	}
	/* The mask is the first member of every struct. */
	*(uint32_t *)base |= r->has;
}

/* The tables nest a few levels, and so does this. */
int rows_decode(const struct rows *t, const char *p, const char *end, char *base)
{
	while (end - p >= (ptrdiff_t)sizeof(struct nlattr)) {
		const struct nlattr *a = (const struct nlattr *)p;
		unsigned int type = a->nla_type & NLA_TYPE_MASK;
		const char *data = p + NLA_HDRLEN;
		uint32_t len;

		if (a->nla_len < NLA_HDRLEN || a->nla_len > end - p)
			return -EPROTO;
		len = a->nla_len - NLA_HDRLEN;
		if (type < t->n && t->rows[type].kind != ROW_SKIP) {
			const struct row *r = &t->rows[type];

			if (len < r->len)
				return -EPROTO;
			if (r->kind == ROW_NEST) {
				int ret = rows_decode(r->nest, data, data + len, base + r->off);

				if (ret < 0)
					return ret;
			} else {
				decode_value(r, data, len, base);
			}
		}
		if (NLA_ALIGN(a->nla_len) >= end - p)
			return 0;
		p += NLA_ALIGN(a->nla_len);
	}
	return p == end ? 0 : -EPROTO;
}
