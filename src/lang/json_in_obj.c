// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to stateful objects: counter, quota, limit, ct helper and the like.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_in.h"

/* Properties that every object has, and room for those of one type. */
#define OBJECT_PROPS(o) \
	{ .key = "family", .kind = JP_FAMILY, .to = &(o)->h.family, .required = true }, \
	{ .key = "table", .kind = JP_NAME, .to = &(o)->h.table, .required = true }, \
	{ .key = "name", .kind = JP_NAME, .to = &(o)->h.obj }, \
	{ .key = "handle", .kind = JP_NUMBER, .to = &(o)->h.handle }, \
	{ .key = "comment", .kind = JP_COMMENT, .to = &(o)->comment }

static int counter_in(struct json_in *j, const json_t *v, struct object *o, bool adds)
{
	const struct json_prop props[] = {
		OBJECT_PROPS(o),
		{ .key = "packets", .kind = JP_COUNT, .to = &o->counter.packets },
		{ .key = "bytes", .kind = JP_COUNT, .to = &o->counter.bytes },
		{ .key = NULL }
	};

	(void)adds;
	return json_props(j, v, props);
}

static int quota_in(struct json_in *j, const json_t *v, struct object *o, bool adds)
{
	const struct json_prop props[] = {
		OBJECT_PROPS(o),
		{ .key = "bytes", .kind = JP_COUNT, .to = &o->quota.bytes, .required = adds },
		{ .key = "used", .kind = JP_COUNT, .to = &o->quota.used },
		{ .key = "inv", .kind = JP_BOOL, .to = &o->quota.inv },
		{ .key = NULL }
	};

	return json_props(j, v, props);
}

/* "unit" is the older name of "rate_unit". */
static int limit_in(struct json_in *j, const json_t *v, struct object *o, bool adds)
{
	struct json_limit l = { .per = 1 };
	const struct json_prop props[] = {
		OBJECT_PROPS(o),
		{ .key = "rate", .kind = JP_NUMBER, .to = &l.rate, .required = adds },
		{ .key = "per", .kind = JP_SYMBOL, .to = &l.per, .names = json_limit_per },
		{ .key = "unit", .kind = JP_TEXT, .to = &l.rate_unit },
		{ .key = "rate_unit", .kind = JP_TEXT, .to = &l.rate_unit },
		{ .key = "burst", .kind = JP_NUMBER, .to = &l.burst },
		{ .key = "burst_unit", .kind = JP_TEXT, .to = &l.burst_unit },
		{ .key = "inv", .kind = JP_BOOL, .to = &l.inv },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	l.has_burst = json_object_get(v, "burst");
	return json_limit_of(j, v, &l, &o->limit);
}

static int helper_in(struct json_in *j, const json_t *v, struct object *o, bool adds)
{
	uint64_t protocol = 0;
	uint8_t l3proto = 0;
	const struct json_prop props[] = {
		OBJECT_PROPS(o),
		{ .key = "type", .kind = JP_TEXT, .to = &o->helper.name, .required = adds },
		{ .key = "protocol", .kind = JP_SYMBOL, .to = &protocol,
		  .names = json_cthelper_protos, .required = adds },
		{ .key = "l3proto", .kind = JP_FAMILY, .to = &l3proto },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	o->helper.l4proto = (uint8_t)protocol;
	o->helper.l3proto = l3proto;
	return 0;
}

/* {"established": 100, ...}: seconds */
static int timeout_policy(struct json_in *j, const json_t *policy, struct object *o)
{
	const char *state;
	json_t *v;

	o->timeout.values = arena_new(j->a, struct expr_list);
	if (!policy)
		return 0;
	if (!json_is_object(policy))
		return json_error(j, policy, NULL, "an object of states and seconds is needed here");
	json_object_foreach((json_t *)policy, state, v) {
		struct loc loc = json_loc(j, v);
		const char *seconds;

		if (!json_is_integer(v) || json_integer_value(v) < 0 ||
		    json_integer_value(v) > UINT32_MAX)
			return json_error(j, policy, state, "a number of seconds is needed here");
		seconds = arena_printf(j->a, "%lu", (unsigned long)json_integer_value(v));
		expr_list_add(o->timeout.values,
			      expr_elem(j->a, loc,
					expr_symbol(j->a, loc, arena_strdup(j->a, state), 0),
					expr_symbol(j->a, loc, seconds, EXF_NUMBER)));
	}
	return 0;
}

static int timeout_in(struct json_in *j, const json_t *v, struct object *o, bool adds)
{
	const json_t *policy = NULL;
	uint64_t protocol = 0;
	uint8_t l3proto = 0;
	const struct json_prop props[] = {
		OBJECT_PROPS(o),
		{ .key = "protocol", .kind = JP_SYMBOL, .to = &protocol,
		  .names = json_cttimeout_protos, .required = adds },
		{ .key = "l3proto", .kind = JP_FAMILY, .to = &l3proto },
		{ .key = "policy", .kind = JP_VALUE, .to = &policy },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	o->timeout.l4proto = (uint8_t)protocol;
	o->timeout.l3proto = l3proto;
	return timeout_policy(j, policy, o);
}

static int expect_in(struct json_in *j, const json_t *v, struct object *o, bool adds)
{
	uint64_t protocol = 0, dport = 0, timeout = 0, size = 0;
	uint8_t l3proto = 0;
	const struct json_prop props[] = {
		OBJECT_PROPS(o),
		{ .key = "protocol", .kind = JP_SYMBOL, .to = &protocol,
		  .names = json_cttimeout_protos, .required = adds },
		{ .key = "dport", .kind = JP_NUMBER, .to = &dport, .max = UINT16_MAX,
		  .required = adds },
		{ .key = "timeout", .kind = JP_NUMBER, .to = &timeout, .max = UINT32_MAX,
		  .required = adds },
		{ .key = "size", .kind = JP_NUMBER, .to = &size, .max = UINT8_MAX,
		  .required = adds },
		{ .key = "l3proto", .kind = JP_FAMILY, .to = &l3proto },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	o->expect.l4proto = (uint8_t)protocol;
	o->expect.l3proto = l3proto;
	o->expect.dport = (uint16_t)dport;
	o->expect.timeout_ms = (uint32_t)timeout;
	o->expect.size = (uint8_t)size;
	return 0;
}

static int synproxy_in(struct json_in *j, const json_t *v, struct object *o, bool adds)
{
	uint64_t mss = 0, wscale = 0, flags = 0;
	const struct json_prop props[] = {
		OBJECT_PROPS(o),
		{ .key = "mss", .kind = JP_NUMBER, .to = &mss, .max = UINT16_MAX,
		  .required = adds },
		{ .key = "wscale", .kind = JP_NUMBER, .to = &wscale, .max = 14, .required = adds },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = json_synproxy_flags },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	o->synproxy.mss = (uint16_t)mss;
	o->synproxy.wscale = (uint8_t)wscale;
	o->synproxy.flags = (uint32_t)flags | NF_SYNPROXY_OPT_MSS | NF_SYNPROXY_OPT_WSCALE;
	return 0;
}

static int secmark_in(struct json_in *j, const json_t *v, struct object *o, bool adds)
{
	const struct json_prop props[] = {
		OBJECT_PROPS(o),
		{ .key = "context", .kind = JP_TEXT, .to = &o->secctx, .required = adds },
		{ .key = NULL }
	};

	return json_props(j, v, props);
}

static const struct {
	uint32_t type;
	int (*from)(struct json_in *j, const json_t *v, struct object *o, bool adds);
} rows[] = {
	{ NFT_OBJECT_COUNTER, counter_in },
	{ NFT_OBJECT_QUOTA, quota_in },
	{ NFT_OBJECT_LIMIT, limit_in },
	{ NFT_OBJECT_CT_HELPER, helper_in },
	{ NFT_OBJECT_CT_TIMEOUT, timeout_in },
	{ NFT_OBJECT_CT_EXPECT, expect_in },
	{ NFT_OBJECT_SYNPROXY, synproxy_in },
	{ NFT_OBJECT_SECMARK, secmark_in },
};

int json_in_stateful(struct json_in *j, const json_t *v, struct cmd *cmd, uint32_t type)
{
	struct object *o = arena_new(j->a, struct object);
	bool adds = cmd->op == CMD_ADD || cmd->op == CMD_CREATE;
	size_t i = 0;

	while (rows[i].type != type)
		i++;
	o->type = type;
	o->loc = cmd->loc;
	if (rows[i].from(j, v, o, adds))
		return -1;
	cmd->h = o->h;
	if (!adds)
		return 0;
	if (!o->h.obj.s)
		return json_error(j, v, NULL, "the key 'name' is missing");
	o->h.handle = cmd->h.handle = 0;
	cmd->object = o;
	return 0;
}
