// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to declarations of sets and maps.
 */
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_in.h"

/* The longest time in seconds that milliseconds hold. */
#define SECONDS_MAX (UINT64_MAX / 1000)

/* ---- types ---- */

static int plain_type(struct json_in *j, const json_t *v, const char *name,
		      const struct datatype **dt)
{
	*dt = datatype_by_name(name);
	if (*dt)
		return 0;
	return json_error(j, v, NULL, "there is no type '%.64s'", name);
}

/* "ipv4_addr . inet_service": how nft lists the data of a map. */
static int dotted_type(struct json_in *j, const json_t *v, const struct datatype **dt)
{
	const struct datatype *parts[CONCAT_MAX];
	char *text = arena_strdup(j->a, json_string_value(v)), *dot;
	unsigned int n = 0;

	do {
		dot = strstr(text, " . ");
		if (dot)
			*dot = '\0';
		if (n == CONCAT_MAX)
			return json_error(j, v, NULL, "a concatenation has at most %d parts",
					  CONCAT_MAX);
		if (plain_type(j, v, text, &parts[n++]))
			return -1;
		text = dot ? dot + 3 : NULL;
	} while (dot);
	*dt = n == 1 ? parts[0] : datatype_concat(parts, n);
	return 0;
}

static int list_type(struct json_in *j, const json_t *v, const struct datatype **dt)
{
	const struct datatype *parts[CONCAT_MAX];
	json_t *item;
	size_t i;

	if (!json_array_size(v) || json_array_size(v) > CONCAT_MAX)
		return json_error(j, v, NULL, "a concatenation has 1 to %d parts", CONCAT_MAX);
	json_array_foreach(v, i, item) {
		if (!json_is_string(item))
			return json_error(j, v, NULL, "a string is needed here, this is %s",
					  json_what(item));
		if (plain_type(j, item, json_string_value(item), &parts[i]))
			return -1;
	}
	*dt = i == 1 ? parts[0] : datatype_concat(parts, (unsigned int)i);
	return 0;
}

/* A name, a list of names, or {"typeof": expression}. */
static int type_in(struct json_in *j, const json_t *v, const struct datatype **dt,
		   struct expr **of)
{
	const struct json_prop props[] = {
		{ .key = "typeof", .kind = JP_EXPR, .to = of, .required = true },
		{ .key = NULL }
	};

	if (json_is_string(v))
		return dotted_type(j, v, dt);
	if (json_is_array(v))
		return list_type(j, v, dt);
	return json_props(j, v, props);
}

static int data_type_in(struct json_in *j, const json_t *v, struct set *s)
{
	const char *name = json_string_value(v);
	uint64_t obj;

	s->is_map_word = true;
	if (name && symbol_by_name(json_objects, name, &obj)) {
		s->obj_type = (uint32_t)obj;
		s->flags |= NFT_SET_OBJECT;
		return 0;
	}
	s->flags |= NFT_SET_MAP;
	return type_in(j, v, &s->data_type, &s->data_expr);
}

/* ---- elements that jump ---- */

static bool jumps(const struct expr *elems)
{
	for (const struct expr *e = elems->set->elems.first; e; e = e->next)
		if (e->elem.data && e->elem.data->kind == EX_VERDICT &&
		    e->elem.data->verdict.chain_expr)
			return true;
	return false;
}

/*
 * A listing has maps before the chains that they jump to: such elements are
 * added behind the declarations that follow.
 */
static void elements_later(struct json_in *j, struct set *s, const struct cmd *add)
{
	struct cmd *cmd = arena_new(j->a, struct cmd);

	cmd->loc = add->loc;
	cmd->op = add->op;
	cmd->obj = OBJ_ELEMENT;
	cmd->h = s->h;
	cmd->elements = s->init;
	s->init = NULL;
	list_add_tail(j->late.last, cmd);
}

/* ---- declarations ---- */

int json_in_set(struct json_in *j, const json_t *v, struct cmd *cmd)
{
	const json_t *type = NULL, *map = NULL, *elem = NULL, *stmt = NULL;
	uint64_t flags = 0, policy = 0, size = 0, timeout = 0, gc = 0;
	struct set *s = arena_new(j->a, struct set);
	bool dynamic = false, is_map = cmd->obj == OBJ_MAP;
	bool adds = cmd->op == CMD_ADD || cmd->op == CMD_CREATE;
	const struct json_prop props[] = {
		{ .key = "family", .kind = JP_FAMILY, .to = &s->h.family, .required = true },
		{ .key = "table", .kind = JP_NAME, .to = &s->h.table, .required = true },
		{ .key = "name", .kind = JP_NAME, .to = &s->h.obj },
		{ .key = "handle", .kind = JP_NUMBER, .to = &s->h.handle },
		{ .key = "type", .kind = JP_VALUE, .to = &type, .required = adds },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = json_set_flags },
		{ .key = "policy", .kind = JP_SYMBOL, .to = &policy, .names = json_set_policies },
		{ .key = "size", .kind = JP_NUMBER, .to = &size, .max = UINT32_MAX },
		{ .key = "timeout", .kind = JP_NUMBER, .to = &timeout, .max = SECONDS_MAX },
		{ .key = "gc-interval", .kind = JP_NUMBER, .to = &gc, .max = UINT32_MAX / 1000 },
		{ .key = "auto-merge", .kind = JP_BOOL, .to = &s->automerge },
		{ .key = "dynamic", .kind = JP_BOOL, .to = &dynamic },
		{ .key = "comment", .kind = JP_COMMENT, .to = &s->comment },
		{ .key = "elem", .kind = JP_VALUE, .to = &elem },
		{ .key = "stmt", .kind = JP_VALUE, .to = &stmt },
		{ .key = is_map ? "map" : NULL, .kind = JP_VALUE, .to = &map, .required = adds },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	s->loc = cmd->loc;
	cmd->h = s->h;
	if (!adds)
		return 0;
	if (!s->h.obj.s)
		return json_error(j, v, NULL, "the key 'name' is missing");
	/* The handle of a listing means nothing to a new set. */
	s->h.handle = cmd->h.handle = 0;
	if (type_in(j, type, &s->key_type, &s->key_expr) || (map && data_type_in(j, map, s)))
		return -1;
	s->flags |= (uint32_t)flags | (dynamic ? NFT_SET_EVAL : 0);
	s->policy = (uint32_t)policy;
	s->has_policy = json_object_get(v, "policy");
	s->size = (uint32_t)size;
	s->timeout_ms = timeout * 1000;
	s->gc_ms = gc * 1000;
	if (stmt && !(s->stmts = json_in_stmts(j, stmt)))
		return -1;
	if (elem && !(s->init = json_in_elements(j, elem)))
		return -1;
	cmd->set = s;
	if (s->init && jumps(s->init))
		elements_later(j, s, cmd);
	return 0;
}
