// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing user data; reading it is decompile_udata.c.
 */
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include "typeof.h"
#include "udata.h"

struct udata_buf {
	uint8_t bytes[NFT_USERDATA_MAXLEN];
	unsigned int len;
};

static void add(struct udata_buf *b, uint8_t type, const void *data, size_t len)
{
	if (len > 255 || b->len + 2 + len > sizeof(b->bytes))
		return;
	b->bytes[b->len++] = type;
	b->bytes[b->len++] = len;
	memcpy(b->bytes + b->len, data, len);
	b->len += len;
}

/* Numbers are in host order: user data never leaves the machine. */
static void add_u32(struct udata_buf *b, uint8_t type, uint32_t v)
{
	add(b, type, &v, sizeof(v));
}

void udata_put_comment(struct msgbuf *m, uint16_t attr, uint8_t type, const char *comment)
{
	struct udata_buf b = { .len = 0 };

	add(&b, type, comment, strlen(comment) + 1);
	attr_data(m, attr, b.bytes, b.len);
}

/* What nft calls the orders in UDATA_SET_KEYBYTEORDER. */
enum { UDATA_ORDER_INVALID, UDATA_ORDER_HOST, UDATA_ORDER_BIG };

static uint32_t order(const struct datatype *dt, unsigned int bo)
{
	if (dt->flags & DTF_CONCAT || !bo)
		return UDATA_ORDER_INVALID;
	/* Strings are numbers in network order here, and bytes to the others. */
	if (bo == BO_HOST || dt->flags & DTF_STRING)
		return UDATA_ORDER_HOST;
	return UDATA_ORDER_BIG;
}

static void add_typeof(struct udata_buf *b, uint8_t type, const struct expr *e)
{
	uint8_t buf[250];
	size_t len = e ? typeof_encode(e, buf, sizeof(buf)) : 0;

	if (len)
		add(b, type, buf, len);
}

/* Beside the typeof of a key, a verdict is described as one, too. */
static const struct expr *data_of(const struct set *s)
{
	static const struct expr verdict = { .kind = EX_VERDICT };

	return s->data_type == &dt_verdict && s->key_expr ? &verdict : s->data_expr;
}

void udata_put_set(struct msgbuf *m, uint16_t attr, const struct set *s)
{
	const uint32_t meter = NFT_SET_ANONYMOUS | NFT_SET_EVAL;
	struct udata_buf b = { .len = 0 };

	/* Of the type: intervals are stored in network order all the same. */
	add_u32(&b, UDATA_SET_KEYBYTEORDER, order(s->key_type, s->key_byteorder));
	if (s->flags & NFT_SET_MAP)
		add_u32(&b, UDATA_SET_DATABYTEORDER,
			s->data_type == &dt_verdict ? UDATA_ORDER_INVALID :
			order(s->data_type, s->data_byteorder));
	/* What a meter counts is in its statement. */
	if ((s->flags & meter) != meter)
		add_typeof(&b, UDATA_SET_KEY_TYPEOF, s->key_expr);
	if (s->flags & NFT_SET_MAP)
		add_typeof(&b, UDATA_SET_DATA_TYPEOF, data_of(s));
	if (s->automerge)
		add_u32(&b, UDATA_SET_MERGE_ELEMENTS, 1);
	if (s->flags & NFT_SET_MAP)
		add_u32(&b, UDATA_SET_DATA_INTERVAL, s->data_is_interval);
	if (s->comment)
		add(&b, UDATA_SET_COMMENT, s->comment, strlen(s->comment) + 1);
	attr_data(m, attr, b.bytes, b.len);
}
