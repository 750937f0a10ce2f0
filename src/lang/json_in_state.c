// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to statements with state (counter, limit, quota, last, ct count) and to
 * log, reject and queue.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_log.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_stmts.h"

bool json_is_empty(const json_t *v)
{
	return json_is_null(v) || (json_is_object(v) && !json_object_size(v));
}

/*
 * Named objects and statements of their own share a name in the schema: a
 * string refers to one by name, an expression by a map. "key" is one that only
 * a statement of its own has.
 */
static bool is_reference(const json_t *v, const char *key)
{
	if (json_is_object(v))
		return !json_object_get(v, key) && json_object_get(v, "map");
	return json_is_string(v);
}

/* ---- counter ---- */

struct stmt *json_in_counter(struct json_in *j, const json_t *v, int arg)
{
	uint64_t packets = 0, bytes = 0;
	const struct json_prop props[] = {
		{ .key = "packets", .kind = JP_COUNT, .to = &packets },
		{ .key = "bytes", .kind = JP_COUNT, .to = &bytes },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (is_reference(v, "packets"))
		return json_in_objref(j, v, NFT_OBJECT_COUNTER);
	if (!json_is_null(v) && json_props(j, v, props))
		return NULL;
	s = stmt_new(j->a, ST_COUNTER, json_loc(j, v));
	s->counter.packets = packets;
	s->counter.bytes = bytes;
	return s;
}

/* ---- limit ---- */

/* "minute" or "minutes". */
static bool per_of(const char *s, uint64_t *seconds)
{
	size_t len = strlen(s);
	char one[16];

	if (symbol_by_name(json_limit_per, s, seconds))
		return true;
	if (!len || len >= sizeof(one) || s[len - 1] != 's')
		return false;
	memcpy(one, s, len - 1);
	one[len - 1] = '\0';
	return symbol_by_name(json_limit_per, one, seconds);
}

static int scale(struct json_in *j, const json_t *v, const char *key, const char *unit,
		 uint64_t *n)
{
	uint64_t factor;

	if (!symbol_by_name(json_byte_units, unit, &factor)) {
		json_error(j, v, key, "'%.64s' is no unit here", unit);
		diag_hint(&j->n->diags, "there are bytes, kbytes and mbytes");
		return -1;
	}
	if (*n > UINT64_MAX / factor)
		return json_error(j, v, NULL, "the number is too large");
	*n *= factor;
	return 0;
}

int json_limit_of(struct json_in *j, const json_t *v, const struct json_limit *parts,
		  struct limit_stmt *l)
{
	uint64_t burst = parts->burst;

	l->rate = parts->rate;
	l->unit = parts->per;
	l->inv = parts->inv;
	l->has_burst = parts->has_burst;
	l->type = NFT_LIMIT_PKTS;
	if (parts->rate_unit && strcmp(parts->rate_unit, "packets")) {
		l->type = NFT_LIMIT_PKT_BYTES;
		if (scale(j, v, "rate_unit", parts->rate_unit, &l->rate))
			return -1;
		if (parts->burst_unit && scale(j, v, "burst_unit", parts->burst_unit, &burst))
			return -1;
	}
	if (burst > UINT32_MAX)
		return json_error(j, v, "burst", "the number is too large");
	l->burst = (uint32_t)burst;
	/* A burst of nothing is that of the kernel, or none for bytes. */
	l->has_burst &= burst != 0;
	return 0;
}

struct stmt *json_in_limit(struct json_in *j, const json_t *v, int arg)
{
	const char *per = NULL;
	struct json_limit l = { 0 };
	const struct json_prop props[] = {
		{ .key = "rate", .kind = JP_NUMBER, .to = &l.rate, .required = true },
		{ .key = "per", .kind = JP_TEXT, .to = &per, .required = true },
		{ .key = "rate_unit", .kind = JP_TEXT, .to = &l.rate_unit },
		{ .key = "burst", .kind = JP_NUMBER, .to = &l.burst },
		{ .key = "burst_unit", .kind = JP_TEXT, .to = &l.burst_unit },
		{ .key = "inv", .kind = JP_BOOL, .to = &l.inv },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (is_reference(v, "rate"))
		return json_in_objref(j, v, NFT_OBJECT_LIMIT);
	if (json_props(j, v, props))
		return NULL;
	if (!per_of(per, &l.per)) {
		json_error(j, v, "per", "'%.64s' is no unit of time", per);
		diag_hint(&j->n->diags, "there are second, minute, hour, day and week");
		return NULL;
	}
	l.has_burst = json_object_get(v, "burst");
	s = stmt_new(j->a, ST_LIMIT, json_loc(j, v));
	s->limit = arena_new(j->a, struct limit_stmt);
	return json_limit_of(j, v, &l, s->limit) ? NULL : s;
}

/* ---- quota, last, ct count ---- */

struct stmt *json_in_quota(struct json_in *j, const json_t *v, int arg)
{
	const char *val_unit = "bytes", *used_unit = "bytes";
	uint64_t val = 0, used = 0;
	bool inv = false;
	const struct json_prop props[] = {
		{ .key = "val", .kind = JP_NUMBER, .to = &val, .required = true },
		{ .key = "val_unit", .kind = JP_TEXT, .to = &val_unit },
		{ .key = "used", .kind = JP_NUMBER, .to = &used },
		{ .key = "used_unit", .kind = JP_TEXT, .to = &used_unit },
		{ .key = "inv", .kind = JP_BOOL, .to = &inv },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (is_reference(v, "val"))
		return json_in_objref(j, v, NFT_OBJECT_QUOTA);
	if (json_props(j, v, props) || scale(j, v, "val_unit", val_unit, &val) ||
	    scale(j, v, "used_unit", used_unit, &used))
		return NULL;
	s = stmt_new(j->a, ST_QUOTA, json_loc(j, v));
	s->quota = arena_new(j->a, struct quota_stmt);
	s->quota->bytes = val;
	s->quota->used = used;
	s->quota->inv = inv;
	return s;
}

struct stmt *json_in_last(struct json_in *j, const json_t *v, int arg)
{
	uint64_t used = 0;
	const struct json_prop props[] = {
		{ .key = "used", .kind = JP_NUMBER, .to = &used, .required = true },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (!json_is_null(v) && json_props(j, v, props))
		return NULL;
	s = stmt_new(j->a, ST_LAST, json_loc(j, v));
	s->last.used = !json_is_null(v);
	s->last.msecs = used;
	return s;
}

struct stmt *json_in_connlimit(struct json_in *j, const json_t *v, int arg)
{
	uint64_t val = 0;
	bool inv = false;
	const struct json_prop props[] = {
		{ .key = "val", .kind = JP_NUMBER, .to = &val, .max = UINT32_MAX,
		  .required = true },
		{ .key = "inv", .kind = JP_BOOL, .to = &inv },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (json_props(j, v, props))
		return NULL;
	s = stmt_new(j->a, ST_CONNLIMIT, json_loc(j, v));
	s->connlimit = arena_new(j->a, struct connlimit_stmt);
	s->connlimit->count = (uint32_t)val;
	s->connlimit->inv = inv;
	return s;
}

/* ---- log ---- */

struct stmt *json_in_log(struct json_in *j, const json_t *v, int arg)
{
	uint64_t group = 0, snaplen = 0, threshold = 0, level = 0, flags = 0;
	struct log_stmt *log = arena_new(j->a, struct log_stmt);
	const struct json_prop props[] = {
		{ .key = "prefix", .kind = JP_TEXT, .to = &log->prefix },
		{ .key = "group", .kind = JP_NUMBER, .to = &group, .max = UINT16_MAX },
		{ .key = "snaplen", .kind = JP_NUMBER, .to = &snaplen, .max = UINT32_MAX },
		{ .key = "queue-threshold", .kind = JP_NUMBER, .to = &threshold,
		  .max = UINT16_MAX },
		{ .key = "level", .kind = JP_SYMBOL, .to = &level, .names = log_level_symbols },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = json_log_flags },
		{ .key = NULL }
	};
	static const struct {
		const char *key;
		uint32_t bit;
	} has[] = {
		{ "group", LOG_HAS_GROUP }, { "snaplen", LOG_HAS_SNAPLEN },
		{ "queue-threshold", LOG_HAS_QTHRESHOLD }, { "level", LOG_HAS_LEVEL },
	};
	const json_t *prefix = json_object_get(v, "prefix");
	struct stmt *s;

	(void)arg;
	if (!json_is_null(v) && json_props(j, v, props))
		return NULL;
	for (size_t i = 0; i < sizeof(has) / sizeof(has[0]); i++)
		if (json_object_get(v, has[i].key))
			log->set |= has[i].bit;
	if (prefix) {
		log->set |= LOG_HAS_PREFIX;
		log->prefix_expr = expr_symbol(j->a, json_loc(j, prefix), log->prefix, EXF_QUOTED);
	}
	log->group = (uint32_t)group;
	log->snaplen = (uint32_t)snaplen;
	log->qthreshold = (uint32_t)threshold;
	log->level = (uint32_t)level;
	log->flags = (uint32_t)flags;
	s = stmt_new(j->a, ST_LOG, json_loc(j, v));
	s->log = log;
	return s;
}

/* ---- reject ---- */

struct stmt *json_in_reject(struct json_in *j, const json_t *v, int arg)
{
	struct reject_stmt *r = arena_new(j->a, struct reject_stmt);
	const struct json_reject *row = NULL;
	const char *type = NULL;
	const struct json_prop props[] = {
		{ .key = "type", .kind = JP_TEXT, .to = &type },
		{ .key = "expr", .kind = JP_EXPR, .to = &r->code_expr },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (!json_is_null(v) && json_props(j, v, props))
		return NULL;
	s = stmt_new(j->a, ST_REJECT, json_loc(j, v));
	s->reject = r;
	r->type = -1;
	if (type) {
		for (row = json_rejects; row->name && strcmp(row->name, type); row++)
			;
		if (!row->name) {
			json_error(j, v, "type", "'%.64s' is no way to reject", type);
			diag_hint(&j->n->diags, "there are tcp reset, icmp, icmpv6 and icmpx");
			return NULL;
		}
		r->type = row->type;
		r->family = row->family;
	}
	if (r->code_expr && (!row || !row->code)) {
		json_error(j, v, "expr", row ? "a TCP reset has no code" :
						"a code needs a type");
		return NULL;
	}
	return s;
}

/* ---- queue ---- */

struct stmt *json_in_queue(struct json_in *j, const json_t *v, int arg)
{
	struct queue_stmt *q = arena_new(j->a, struct queue_stmt);
	uint64_t flags = 0;
	const struct json_prop props[] = {
		{ .key = "num", .kind = JP_EXPR, .to = &q->num },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = json_queue_flags },
		{ .key = NULL }
	};
	struct stmt *s;

	(void)arg;
	if (!json_is_null(v) && json_props(j, v, props))
		return NULL;
	q->flags = (uint16_t)flags;
	s = stmt_new(j->a, ST_QUEUE, json_loc(j, v));
	s->queue = q;
	return s;
}
