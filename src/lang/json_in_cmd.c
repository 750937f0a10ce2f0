// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON to commands on tables, chains, rules, flowtables and elements. The
 * table at the end says which command goes with what.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "json_in.h"

static bool adds(const struct cmd *cmd)
{
	return cmd->op == CMD_ADD || cmd->op == CMD_CREATE;
}

static int missing(struct json_in *j, const json_t *v, const char *key)
{
	return json_error(j, v, NULL, "the key '%s' is missing", key);
}

/* ---- tables ---- */

/*
 * nft 1.0.6 lists a lone flag out of memory that was freed: some other string
 * of the ruleset.
 */
static int table_flags(struct json_in *j, const json_t *v, uint64_t *flags)
{
	const char *name = json_string_value(v);

	if (!j->implicit || !name || symbol_by_name(json_table_flags, name, flags))
		return json_flags(j, v, json_table_flags, flags);
	diag_warning(&j->n->diags, json_loc(j, v), "'%.64s' is no flag of a table: it is left out",
		     name);
	diag_hint(&j->n->diags, "nft 1.0 is known to list a flag wrongly; check whether the table "
		  "should be dormant");
	return 0;
}

static int table_in(struct json_in *j, const json_t *v, struct cmd *cmd)
{
	struct table *t = table_new(j->a, cmd->loc);
	const json_t *names = NULL;
	uint64_t flags = 0;
	const struct json_prop props[] = {
		{ .key = "family", .kind = JP_FAMILY, .to = &t->h.family, .required = true },
		{ .key = "name", .kind = JP_NAME, .to = &t->h.table },
		{ .key = "handle", .kind = JP_NUMBER, .to = &t->h.handle },
		{ .key = "flags", .kind = JP_VALUE, .to = &names },
		{ .key = "comment", .kind = JP_COMMENT, .to = &t->comment },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	cmd->h = t->h;
	if (!adds(cmd))
		return 0;
	if (!t->h.table.s)
		return missing(j, v, "name");
	if (names && table_flags(j, names, &flags))
		return -1;
	t->h.handle = cmd->h.handle = 0;
	t->flags = (uint32_t)flags;
	t->has_flags = names;
	cmd->table = t;
	return 0;
}

/* ---- devices ---- */

/* A name or an array of names: EX_SET of symbols. */
struct expr *json_in_devices(struct json_in *j, const json_t *v)
{
	struct expr *set = expr_new(j->a, EX_SET, json_loc(j, v)), *name;
	size_t n = json_is_array(v) ? json_array_size(v) : 1;

	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_is_array(v) ? json_array_get(v, i) : v;

		if (!json_is_string(item)) {
			json_error(j, v, NULL, "the name of a device is needed here, this is %s",
				   json_what(item));
			return NULL;
		}
		name = expr_symbol(j->a, json_loc(j, item),
				   arena_strdup(j->a, json_string_value(item)), EXF_QUOTED);
		expr_list_add(&set->set->elems, expr_elem(j->a, name->loc, name, NULL));
	}
	return set;
}

/* ---- chains ---- */

static const struct symbol chain_flags[] = { { "offload", CHAINF_HW_OFFLOAD }, { NULL, 0 } };

static int base_chain(struct json_in *j, const json_t *v, struct chain *c, int64_t prio)
{
	static const char *const keys[] = { "type", "hook", "prio" };
	unsigned int n = 0;

	for (size_t i = 0; i < 3; i++)
		n += json_object_get(v, keys[i]) != NULL;
	if (!n && !c->dev_expr)
		return 0;
	if (n < 3)
		return json_error(j, v, NULL, "a base chain has type, hook and prio");
	c->flags |= CHAINF_BASE;
	c->prio.value = (int32_t)prio;
	c->prio.loc = json_loc(j, json_object_get(v, "prio"));
	c->type_loc = json_loc(j, json_object_get(v, "type"));
	c->hook_loc = json_loc(j, json_object_get(v, "hook"));
	return 0;
}

static int chain_in(struct json_in *j, const json_t *v, struct cmd *cmd)
{
	struct chain *c = chain_new(j->a, cmd->loc);
	const json_t *dev = NULL;
	struct name new_name = { 0 };
	uint64_t policy = 0, flags = 0;
	int64_t prio = 0;
	const struct json_prop props[] = {
		{ .key = "family", .kind = JP_FAMILY, .to = &c->h.family, .required = true },
		{ .key = "table", .kind = JP_NAME, .to = &c->h.table, .required = true },
		{ .key = "name", .kind = JP_NAME, .to = &c->h.chain },
		{ .key = "handle", .kind = JP_NUMBER, .to = &c->h.handle },
		{ .key = "newname", .kind = JP_NAME, .to = &new_name,
		  .required = cmd->op == CMD_RENAME },
		{ .key = "type", .kind = JP_TEXT, .to = &c->type },
		{ .key = "hook", .kind = JP_TEXT, .to = &c->hook_name },
		{ .key = "prio", .kind = JP_INT, .to = &prio },
		{ .key = "dev", .kind = JP_VALUE, .to = &dev },
		{ .key = "policy", .kind = JP_SYMBOL, .to = &policy, .names = json_policies },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = chain_flags },
		{ .key = "comment", .kind = JP_COMMENT, .to = &c->comment },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	if (!c->h.chain.s && (cmd->op != CMD_DELETE && cmd->op != CMD_DESTROY))
		return missing(j, v, "name");
	cmd->h = c->h;
	if (cmd->op == CMD_RENAME)
		cmd->new_name = new_name.s;
	if (!adds(cmd))
		return 0;
	c->h.handle = cmd->h.handle = 0;
	if (dev && !(c->dev_expr = json_in_devices(j, dev)))
		return -1;
	if (base_chain(j, v, c, prio))
		return -1;
	c->flags |= (uint32_t)flags;
	if (json_object_get(v, "policy")) {
		c->flags |= CHAINF_POLICY;
		c->policy = (uint32_t)policy;
		c->policy_loc = json_loc(j, json_object_get(v, "policy"));
	}
	cmd->chain = c;
	return 0;
}

/* ---- rules ---- */

/* What "handle" of a rule means depends on the command. */
static int rule_handle(struct json_in *j, const json_t *v, const struct cmd *cmd, struct handle *h,
		       uint64_t index)
{
	const json_t *at = json_object_get(v, "index");

	h->handle_loc = json_loc(j, json_object_get(v, "handle"));
	if (at) {
		h->index = (uint32_t)index + 1;
		h->handle_loc = json_loc(j, at);
	}
	switch (cmd->op) {
	case CMD_REPLACE:
	case CMD_DELETE:
	case CMD_DESTROY:
		return h->handle ? 0 : missing(j, v, "handle");
	default:
		/* In a listing it is the handle that the rule had. */
		h->position = j->implicit ? 0 : h->handle;
		h->handle = 0;
		return 0;
	}
}

/* The sets of meters belong where the rule does. */
static void adopt_meters(const struct handle *h, struct stmt *stmts)
{
	for (struct stmt *s = stmts; s; s = s->next) {
		if (s->kind == ST_SETUPD && s->setupd->set) {
			s->setupd->set->h.family = h->family;
			s->setupd->set->h.table = h->table;
		}
		if (s->kind == ST_VERDICT && s->expr->flags & EXF_BLOCK)
			for (struct rule *r = s->expr->verdict.block->rules; r; r = r->next)
				adopt_meters(h, r->stmts);
	}
}

static int rule_in(struct json_in *j, const json_t *v, struct cmd *cmd)
{
	struct rule *r = rule_new(j->a, cmd->loc);
	bool deletes = cmd->op == CMD_DELETE || cmd->op == CMD_DESTROY;
	const json_t *expr = NULL;
	uint64_t index = 0;
	const struct json_prop props[] = {
		{ .key = "family", .kind = JP_FAMILY, .to = &r->h->family, .required = true },
		{ .key = "table", .kind = JP_NAME, .to = &r->h->table, .required = true },
		{ .key = "chain", .kind = JP_NAME, .to = &r->h->chain, .required = true },
		{ .key = "handle", .kind = JP_NUMBER, .to = &r->h->handle },
		{ .key = "index", .kind = JP_NUMBER, .to = &index, .max = UINT32_MAX - 1 },
		{ .key = "comment", .kind = JP_COMMENT, .to = &r->comment },
		{ .key = "expr", .kind = JP_VALUE, .to = &expr, .required = !deletes },
		{ .key = NULL }
	};

	if (json_props(j, v, props) || rule_handle(j, v, cmd, r->h, index))
		return -1;
	cmd->h = *r->h;
	if (deletes)
		return 0;
	cmd->rule = r;
	/* A rule without statements matches all packets and does nothing. */
	if (json_is_array(expr) && !json_array_size(expr))
		return 0;
	r->stmts = json_in_stmts(j, expr);
	if (!r->stmts)
		return -1;
	adopt_meters(r->h, r->stmts);
	return 0;
}

/* ---- flowtables ---- */

/* "timeout": {"tcp": 60, "udp": 20}, "size": 65536 */
static int flowtable_settings_in(struct json_in *j, const json_t *v, const json_t *timeout,
				 uint64_t size, struct flowtable_settings *s)
{
	uint64_t tcp = 0, udp = 0;
	const struct json_prop props[] = {
		{ .key = "tcp", .kind = JP_NUMBER, .to = &tcp, .max = FLOWTABLE_TIMEOUT_MAX },
		{ .key = "udp", .kind = JP_NUMBER, .to = &udp, .max = FLOWTABLE_TIMEOUT_MAX },
		{ .key = NULL }
	};

	if (timeout && json_props(j, timeout, props))
		return -1;
	s->has = (timeout && json_object_get(timeout, "tcp") ? FTS_TCP_TIMEOUT : 0) |
		 (timeout && json_object_get(timeout, "udp") ? FTS_UDP_TIMEOUT : 0) |
		 (json_object_get(v, "size") ? FTS_SIZE : 0);
	s->tcp_timeout = (uint32_t)tcp;
	s->udp_timeout = (uint32_t)udp;
	s->size = (uint32_t)size;
	s->loc = json_loc(j, timeout ? timeout : json_object_get(v, "size"));
	return 0;
}

static int flowtable_in(struct json_in *j, const json_t *v, struct cmd *cmd)
{
	struct flowtable *f = arena_new(j->a, struct flowtable);
	bool counter = false;
	const json_t *dev = NULL, *timeout = NULL;
	uint64_t flags = 0, size = 0;
	int64_t prio = 0;
	const struct json_prop props[] = {
		{ .key = "family", .kind = JP_FAMILY, .to = &f->h.family, .required = true },
		{ .key = "table", .kind = JP_NAME, .to = &f->h.table, .required = true },
		{ .key = "name", .kind = JP_NAME, .to = &f->h.obj },
		{ .key = "handle", .kind = JP_NUMBER, .to = &f->h.handle },
		{ .key = "hook", .kind = JP_TEXT, .to = &f->hook_name },
		{ .key = "prio", .kind = JP_INT, .to = &prio },
		{ .key = "dev", .kind = JP_VALUE, .to = &dev },
		{ .key = "counter", .kind = JP_BOOL, .to = &counter },
		{ .key = "flags", .kind = JP_FLAGS, .to = &flags, .names = json_flowtable_flags },
		{ .key = "timeout", .kind = JP_VALUE, .to = &timeout },
		{ .key = "size", .kind = JP_NUMBER, .to = &size, .max = UINT32_MAX },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	f->loc = cmd->loc;
	f->hook = -1;
	cmd->h = f->h;
	if (dev && !(f->dev_expr = json_in_devices(j, dev)))
		return -1;
	if (flowtable_settings_in(j, v, timeout, size, &f->settings))
		return -1;
	if (!json_object_get(v, "hook") != !json_object_get(v, "prio"))
		return json_error(j, v, NULL, "hook and prio go together");
	f->has_hook = f->hook_name != NULL;
	f->hook_loc = json_loc(j, json_object_get(v, "hook"));
	f->prio.value = (int32_t)prio;
	f->prio.loc = json_loc(j, json_object_get(v, "prio"));
	f->flags = (uint32_t)flags | (counter ? FTF_COUNTER : 0);
	if (adds(cmd)) {
		if (!f->h.obj.s)
			return missing(j, v, "name");
		f->h.handle = cmd->h.handle = 0;
		cmd->flowtable = f;
	} else if (cmd->op != CMD_LIST && dev && !f->has_hook) {
		/*
		 * Devices alone are taken out of it; a whole flowtable as it
		 * is listed, with its hook, is deleted.
		 */
		cmd->flowtable = f;
	}
	return 0;
}

/* ---- elements ---- */

static int element_in(struct json_in *j, const json_t *v, struct cmd *cmd)
{
	const json_t *elem = NULL;
	const struct json_prop props[] = {
		{ .key = "family", .kind = JP_FAMILY, .to = &cmd->h.family, .required = true },
		{ .key = "table", .kind = JP_NAME, .to = &cmd->h.table, .required = true },
		{ .key = "name", .kind = JP_NAME, .to = &cmd->h.obj, .required = true },
		{ .key = "elem", .kind = JP_VALUE, .to = &elem, .required = true },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	cmd->elements = json_in_elements(j, elem);
	return cmd->elements ? 0 : -1;
}

/* ---- everything of a kind ---- */

/* null, or an object with the family and perhaps the table that are meant. */
static int plural_in(struct json_in *j, const json_t *v, struct cmd *cmd)
{
	bool of_table = cmd->obj != OBJ_RULESET && cmd->obj != OBJ_TABLES &&
			cmd->obj != OBJ_CHAINS && cmd->obj != OBJ_HOOKS;
	const struct json_prop props[] = {
		{ .key = "family", .kind = JP_FAMILY, .to = &cmd->h.family },
		{ .key = of_table ? "table" : NULL, .kind = JP_NAME, .to = &cmd->h.table },
		{ .key = NULL }
	};

	if (json_is_null(v))
		return 0;
	if (json_props(j, v, props))
		return -1;
	if (cmd->h.table.s && !cmd->h.family)
		return json_error(j, v, NULL, "a table needs its family");
	return 0;
}

/* ---- the table ---- */

enum {
	ON_ADD = 1 << 0,	/* add, create */
	ON_RULE = 1 << 1,	/* insert, replace */
	ON_DELETE = 1 << 2,	/* delete, destroy */
	ON_LIST = 1 << 3,
	ON_RESET = 1 << 4,
	ON_FLUSH = 1 << 5,
	ON_RENAME = 1 << 6,
	DECLARES = 1 << 7,	/* a chain may follow that its elements jump to */
};

static const struct row {
	const char *name;
	uint8_t obj;			/* enum obj_kind */
	uint8_t on;
	uint8_t object;			/* stateful: NFT_OBJECT_* */
	int (*from)(struct json_in *j, const json_t *v, struct cmd *cmd);
} rows[] = {
	{ "table", OBJ_TABLE, ON_ADD | ON_DELETE | ON_LIST | ON_FLUSH | DECLARES, 0, table_in },
	{ "chain", OBJ_CHAIN, ON_ADD | ON_DELETE | ON_LIST | ON_FLUSH | ON_RENAME | DECLARES, 0,
	  chain_in },
	{ "rule", OBJ_RULE, ON_ADD | ON_RULE | ON_DELETE, 0, rule_in },
	{ "set", OBJ_SET, ON_ADD | ON_DELETE | ON_LIST | ON_FLUSH | DECLARES, 0, json_in_set },
	{ "map", OBJ_MAP, ON_ADD | ON_DELETE | ON_LIST | ON_FLUSH | DECLARES, 0, json_in_set },
	{ "meter", OBJ_METER, ON_DELETE | ON_LIST | ON_FLUSH, 0, json_in_set },
	{ "element", OBJ_ELEMENT, ON_ADD | ON_DELETE, 0, element_in },
	{ "flowtable", OBJ_FLOWTABLE, ON_ADD | ON_DELETE | ON_LIST | DECLARES, 0, flowtable_in },
#define STATEFUL(name, kind, more, type) \
	{ name, kind, ON_ADD | ON_DELETE | ON_LIST | DECLARES | (more), type, NULL }
	STATEFUL("counter", OBJ_COUNTER, ON_RESET, NFT_OBJECT_COUNTER),
	STATEFUL("quota", OBJ_QUOTA, ON_RESET, NFT_OBJECT_QUOTA),
	STATEFUL("limit", OBJ_LIMIT, 0, NFT_OBJECT_LIMIT),
	STATEFUL("ct helper", OBJ_CT_HELPER, 0, NFT_OBJECT_CT_HELPER),
	STATEFUL("ct timeout", OBJ_CT_TIMEOUT, 0, NFT_OBJECT_CT_TIMEOUT),
	STATEFUL("ct expectation", OBJ_CT_EXPECT, 0, NFT_OBJECT_CT_EXPECT),
	STATEFUL("synproxy", OBJ_SYNPROXY, 0, NFT_OBJECT_SYNPROXY),
	STATEFUL("secmark", OBJ_SECMARK, 0, NFT_OBJECT_SECMARK),
#undef STATEFUL
	{ "ruleset", OBJ_RULESET, ON_LIST | ON_FLUSH, 0, plural_in },
	{ "tables", OBJ_TABLES, ON_LIST, 0, plural_in },
	{ "chains", OBJ_CHAINS, ON_LIST, 0, plural_in },
	{ "sets", OBJ_SETS, ON_LIST, 0, plural_in },
	{ "maps", OBJ_MAPS, ON_LIST, 0, plural_in },
	{ "meters", OBJ_METERS, ON_LIST, 0, plural_in },
	{ "flowtables", OBJ_FLOWTABLES, ON_LIST, 0, plural_in },
	{ "counters", OBJ_COUNTERS, ON_LIST | ON_RESET, 0, plural_in },
	{ "quotas", OBJ_QUOTAS, ON_LIST | ON_RESET, 0, plural_in },
	{ "limits", OBJ_LIMITS, ON_LIST, 0, plural_in },
	{ "ct helpers", OBJ_CT_HELPERS, ON_LIST, 0, plural_in },
	{ "ct timeouts", OBJ_CT_TIMEOUTS, ON_LIST, 0, plural_in },
	{ "ct expectations", OBJ_CT_EXPECTS, ON_LIST, 0, plural_in },
	{ "synproxys", OBJ_SYNPROXYS, ON_LIST, 0, plural_in },
	{ "secmarks", OBJ_SECMARKS, ON_LIST, 0, plural_in },
	{ "hooks", OBJ_HOOKS, ON_LIST, 0, plural_in },
};

static unsigned int op_bit(enum cmd_op op)
{
	switch (op) {
	case CMD_ADD:
	case CMD_CREATE:
		return ON_ADD;
	case CMD_INSERT:
	case CMD_REPLACE:
		return ON_RULE;
	case CMD_DELETE:
	case CMD_DESTROY:
		return ON_DELETE;
	case CMD_LIST:
		return ON_LIST;
	case CMD_RESET:
		return ON_RESET;
	case CMD_FLUSH:
		return ON_FLUSH;
	case CMD_RENAME:
		return ON_RENAME;
	default:
		return 0;
	}
}

void json_in_flush_late(struct json_in *j)
{
	if (!j->late.first)
		return;
	*j->cmds->last = j->late.first;
	j->cmds->last = j->late.last;
	j->late.first = NULL;
	j->late.last = &j->late.first;
}

static const struct row *find_row(struct json_in *j, enum cmd_op op, const json_t *v,
				  const char *name)
{
	struct out known;
	const char *sep = "";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].name, name) && rows[i].on & op_bit(op))
			return &rows[i];
	json_error(j, v, NULL, "'%.64s' is nothing that can be %s", name,
		   op == CMD_LIST ? "listed" : op == CMD_RESET ? "reset" :
		   op == CMD_FLUSH ? "flushed" : op == CMD_RENAME ? "renamed" :
		   op_bit(op) == ON_DELETE ? "deleted" : op == CMD_INSERT ? "inserted" :
		   op == CMD_REPLACE ? "replaced" : "added");
	out_init_mem(&known);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].on & op_bit(op)) {
			out_printf(&known, "%s%s", sep, rows[i].name);
			sep = ", ";
		}
	diag_hint(&j->n->diags, "there are: %s", out_str(&known));
	out_fini(&known);
	return NULL;
}

/* What is not added must be named, one way or the other. */
static int check_named(struct json_in *j, const json_t *v, const struct row *row,
		       const struct cmd *cmd)
{
	const struct name *name = row->obj == OBJ_TABLE ? &cmd->h.table :
				  row->obj == OBJ_CHAIN ? &cmd->h.chain : &cmd->h.obj;

	if (adds(cmd) || row->from == plural_in || row->obj == OBJ_RULE || name->s)
		return 0;
	if (op_bit(cmd->op) == ON_DELETE && cmd->h.handle)
		return 0;
	return missing(j, v, "name");
}

int json_in_command(struct json_in *j, enum cmd_op op, const json_t *v)
{
	struct cmd *cmd = arena_new(j->a, struct cmd);
	const struct row *row;
	const json_t *under;
	const char *name;
	int err;

	name = json_only_key(j, v, &under);
	if (!name)
		return -1;
	row = find_row(j, op, v, name);
	if (!row)
		return -1;
	j->holder = v;
	j->holder_key = name;
	cmd->op = op;
	cmd->obj = row->obj;
	cmd->loc = j->cmd_loc;
	err = row->object ? json_in_stateful(j, under, cmd, row->object) :
			    row->from(j, under, cmd);
	if (err || check_named(j, under, row, cmd))
		return -1;
	if (!adds(cmd) || !(row->on & DECLARES))
		json_in_flush_late(j);
	list_add_tail(j->cmds->last, cmd);
	return 0;
}
