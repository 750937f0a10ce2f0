// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Blocks and commands of the grammar's actions.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "build.h"
#include "parser.h"

/* ---- braces ---- */

void block_open(struct parser *p, bool synced)
{
	struct block *b = &p->blocks[p->n_blocks++];

	b->scope = p->scope;
	b->depth = p->depth;
	b->synced = synced;
	b->rules = false;
	b->chain = p->chain != NULL;
	p->scope = scope_new(p->arena, p->scope);
	if (synced)
		p->sync_depth = p->depth;
}

/* Errors now end with the lines of the block around it. */
void block_close(struct parser *p)
{
	unsigned int i;

	p->scope = p->blocks[--p->n_blocks].scope;
	p->sync_depth = 0;
	for (i = 0; i < p->n_blocks; i++)
		if (p->blocks[i].synced)
			p->sync_depth = p->blocks[i].depth;
}

void rules_open(struct parser *p)
{
	struct loc loc = p->open[p->depth - 1];
	struct chain *outer = p->chain;

	for (unsigned int i = 0; i < p->n_blocks; i++)
		if (p->blocks[i].rules)
			parse_error(p, loc, "a block of rules cannot stand inside of another one");
	p->chain = chain_new(p->arena, loc);
	block_open(p, true);
	p->blocks[p->n_blocks - 1].rules = true;
	p->blocks[p->n_blocks - 1].outer = outer;
}

struct chain *rules_close(struct parser *p)
{
	struct chain *block = p->chain;

	p->chain = p->blocks[p->n_blocks - 1].outer;
	block_close(p);
	return block;
}

/* After an error: bison went back to the innermost table or chain. */
void recovered(struct parser *p)
{
	p->failed = false;
	while (p->n_blocks && !p->blocks[p->n_blocks - 1].synced)
		block_close(p);
	if (!p->n_blocks) {
		p->table = NULL;
		p->chain = NULL;
	} else if (!p->blocks[p->n_blocks - 1].chain) {
		p->chain = NULL;
	}
	p->set = NULL;
	p->ft = NULL;
	p->object = NULL;
	p->arena = p->input_arena;
	stmt_end(p);
	/* the error was inside of other braces: what is left of them is no statement */
	if (p->depth > p->sync_depth)
		p->skipping = true;
}

void set_open(struct parser *p)
{
	p->in_set++;
	want_more_value(p);
	if (p->set && p->set->is_map_word)
		p->in_map = true;
}

void set_close(struct parser *p)
{
	if (p->in_set && --p->in_set)
		return;
	p->in_map = false;
}

/* ---- variables ---- */

void define_begin(struct parser *p, bool redefine)
{
	want_name(p, redefine ? EXPECT_VARIABLE : EXPECT_WORD);
	p->redefine = redefine;
	/* those of the session outlive the input */
	if (p->scope == p->globals && !p->quiet) {
		p->arena = &p->n->vars;
		memset(p->intern, 0, sizeof(p->intern));
	}
}

void define_end(struct parser *p, const char *name, struct loc loc, struct expr *value)
{
	struct variable *v = scope_find(p->scope, name);

	if (v && v->value && !p->redefine) {
		parse_error(p, loc, "variable '%.64s' is defined already", name);
		parse_hint(p, "use redefine to change it");
	} else {
		scope_define(p->scope, p->arena, name, value);
	}
	p->arena = p->input_arena;
	p->operators = 0;
}

void undefine(struct parser *p, const char *name, struct loc loc)
{
	struct variable *v = scope_find(p->scope, name);
	const char *near;

	if (v && v->value) {
		v->value = NULL;
		return;
	}
	/* no more than that in nft, too: files undefine what they may have defined */
	if (p->quiet)
		return;
	diag_warning(p->diags, loc, "there is no variable '%.64s'", name);
	near = scope_suggest(p->scope, name);
	if (near)
		parse_hint(p, "did you mean '%s'?", near);
}

/* ---- commands ---- */

struct cmd *add_cmd(struct parser *p, struct loc loc, enum obj_kind obj)
{
	struct cmd *c = arena_new(p->arena, struct cmd);

	c->loc = loc;
	c->op = p->op;
	c->obj = obj;
	c->h = p->h;
	list_add_tail(p->cmds->last, c);
	p->cmd = c;
	return c;
}

void place_cmd(struct parser *p, struct loc loc)
{
	if (p->cmd) {
		p->cmd->loc = loc;
		query_unused(p);
	}
	p->cmd = NULL;
}

void add_rule(struct parser *p, struct loc loc, struct rule *rule)
{
	struct cmd *c = add_cmd(p, loc, OBJ_RULE);

	c->rule = rule;
	rule->h = &c->h;
}

void add_elements(struct parser *p, struct loc loc, struct expr *set)
{
	add_cmd(p, loc, OBJ_ELEMENT)->elements = set;
}

void add_rename(struct parser *p, struct loc loc, const char *name)
{
	add_cmd(p, loc, OBJ_CHAIN)->new_name = name;
}

void add_describe(struct parser *p, struct loc loc, struct expr *e)
{
	add_cmd(p, loc, OBJ_NONE)->expr = e;
}

void add_hooks(struct parser *p, struct loc loc, const char *device)
{
	struct cmd *c = add_cmd(p, loc, OBJ_HOOKS);

	c->device = device;
	c->has_device = true;
}

void set_table(struct parser *p, const char *name, struct loc loc)
{
	if (!p->h.family)
		p->h.family = NFPROTO_IPV4;
	p->h.table = (struct name){ name, loc };
}

void set_handle(struct parser *p, uint64_t handle, struct loc loc)
{
	if (!p->h.family)
		p->h.family = NFPROTO_IPV4;
	p->h.handle = handle;
	p->h.handle_loc = loc;
	if (!handle)
		parse_error(p, loc, "handles begin with 1");
}

void set_place(struct parser *p, uint64_t place, uint64_t value, struct loc loc)
{
	if (place == INDEX) {
		p->h.index = at_most(p, value, loc, UINT32_MAX - 1) + 1;
		p->h.handle_loc = loc;
	} else if (p->op == CMD_DELETE || p->op == CMD_DESTROY) {
		set_handle(p, value, loc);
	} else {
		p->h.position = value;
		p->h.handle_loc = loc;
		if (!value)
			parse_error(p, loc, "handles begin with 1");
	}
}

void bare_table(struct parser *p, const char *name, struct loc loc)
{
	p->h.family = NFPROTO_IPV4;
	p->h.table = (struct name){ name, loc };
	p->bare = loc;
	p->bare_word = name;
}

/* ---- tables ---- */

void table_begin(struct parser *p, struct loc loc)
{
	p->table = table_new(p->arena, loc);
	p->table->h = p->h;
}

void table_end(struct parser *p, struct loc loc)
{
	struct table *t = p->table;
	struct cmd *c;

	p->h.chain.s = p->h.obj.s = NULL;
	p->table = NULL;
	if (!t)
		return;
	c = add_cmd(p, loc, OBJ_TABLE);
	c->table = t;
	c->h = t->h;
}

void table_set_flags(struct parser *p, uint64_t flags)
{
	p->table->flags |= flags;
	p->table->has_flags = true;
}

/* ---- chains ---- */

void chain_begin(struct parser *p, struct loc loc)
{
	struct chain *c = chain_new(p->arena, loc);

	p->h.obj.s = NULL;
	c->h = p->h;
	p->chain = c;
}

void chain_end(struct parser *p, struct loc loc)
{
	struct chain *c = p->chain;

	p->chain = NULL;
	if (!c)
		return;
	if (p->table)
		list_add_tail(p->table->chains_last, c);
	else
		add_cmd(p, loc, OBJ_CHAIN)->chain = c;
}

void chain_add_rule(struct parser *p, struct rule *rule)
{
	list_add_tail(p->chain->rules_last, rule);
}

void chain_set_hook(struct parser *p, const char *type, struct loc type_loc, const char *hook,
		    struct loc hook_loc, struct loc prio_loc)
{
	struct chain *c = p->chain;

	if (c->flags & CHAINF_BASE)
		parse_error(p, type_loc, "the hook of the chain is given twice");
	c->flags |= CHAINF_BASE;
	c->type = type;
	c->type_loc = type_loc;
	c->hook_name = hook;
	c->hook_loc = hook_loc;
	c->prio = p->prio;
	c->prio.loc = prio_loc;
}

void chain_set_policy(struct parser *p, struct expr *policy, struct loc loc)
{
	struct chain *c = p->chain;

	if (c->policy_expr)
		parse_error(p, loc, "the policy of the chain is given twice");
	c->flags |= CHAINF_POLICY;
	c->policy_expr = policy;
	c->policy_loc = policy->loc;
}

void chain_set_devices(struct parser *p, struct expr *devices)
{
	if (p->chain->dev_expr)
		parse_error(p, devices->loc, "the devices of the chain are given twice");
	p->chain->dev_expr = devices;
}

/* A number is resolved here; a name or variable keeps its offset in value. */
void set_priority(struct parser *p, struct loc loc, struct expr *base, bool minus, uint64_t offset)
{
	int64_t v = at_most(p, offset, loc, (uint64_t)INT32_MAX + (minus ? 1 : 0));

	if (minus)
		v = -v;
	if (base && base->kind == EX_SYMBOL && base->flags & EXF_NUMBER) {
		v += at_most(p, number(p, base->sym, base->loc), base->loc, INT32_MAX);
		if (v > INT32_MAX)
			parse_error(p, loc, "the priority is out of range");
		base = NULL;
	}
	p->prio.expr = base;
	p->prio.value = v;
	p->prio.loc = loc;
}

/* ---- flowtables ---- */

void flowtable_begin(struct parser *p, struct loc loc)
{
	struct flowtable *f = arena_new(p->arena, struct flowtable);

	p->h.chain.s = NULL;
	f->loc = loc;
	f->h = p->h;
	f->hook = -1;
	p->ft = f;
}

void flowtable_end(struct parser *p, struct loc loc)
{
	struct flowtable *f = p->ft;

	p->ft = NULL;
	if (!f)
		return;
	if (p->table)
		list_add_tail(p->table->flowtables_last, f);
	else
		add_cmd(p, loc, OBJ_FLOWTABLE)->flowtable = f;
}

void flowtable_set_hook(struct parser *p, const char *hook, struct loc hook_loc,
			struct loc prio_loc)
{
	struct flowtable *f = p->ft;

	if (f->has_hook)
		parse_error(p, hook_loc, "the hook of the flowtable is given twice");
	f->has_hook = true;
	f->hook_name = hook;
	f->hook_loc = hook_loc;
	f->prio = p->prio;
	f->prio.loc = prio_loc;
}

/* Remember that a setting is given: it may be so once. */
static void flowtable_setting(struct parser *p, uint32_t setting, const char *name,
			      struct loc loc)
{
	struct flowtable_settings *s = &p->ft->settings;

	if (s->has & setting)
		parse_error(p, loc, "the %s of the flowtable is given twice", name);
	if (!s->has)
		s->loc = loc;
	s->has |= setting;
}

void flowtable_set_timeout(struct parser *p, uint64_t setting, uint64_t ms, struct loc loc)
{
	struct flowtable_settings *s = &p->ft->settings;
	uint64_t seconds = ms / 1000;

	if (ms % 1000)
		parse_error(p, loc, "the timeouts of a flowtable are whole seconds");
	else if (seconds > FLOWTABLE_TIMEOUT_MAX)
		parse_error(p, loc, "the timeout is too long: a flowtable's is 1d at most");
	flowtable_setting(p, (uint32_t)setting,
			  setting == FTS_TCP_TIMEOUT ? "tcp timeout" : "udp timeout", loc);
	if (setting == FTS_TCP_TIMEOUT)
		s->tcp_timeout = (uint32_t)seconds;
	else
		s->udp_timeout = (uint32_t)seconds;
	p->want.mode = WANT_SYMBOL;
}

void flowtable_set_size(struct parser *p, uint64_t size, struct loc loc)
{
	flowtable_setting(p, FTS_SIZE, "size", loc);
	p->ft->settings.size = (uint32_t)size;
}

/* ---- sets and maps ---- */

void set_begin(struct parser *p, struct loc loc, bool map)
{
	struct set *s = arena_new(p->arena, struct set);

	p->h.chain.s = NULL;
	s->loc = loc;
	s->h = p->h;
	s->is_map_word = map;
	p->set = s;
}

void set_end(struct parser *p, struct loc loc)
{
	struct set *s = p->set;
	bool data;

	p->set = NULL;
	if (!s)
		return;
	data = s->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
	if (!s->key_type && !s->key_expr) {
		parse_error(p, s->h.obj.loc, "the %s '%.64s' has no type",
			    s->is_map_word ? "map" : "set", s->h.obj.s);
		parse_hint(p, s->is_map_word ? "say 'type ipv4_addr : inet_service' or so" :
			   "say 'type ipv4_addr' or so");
	} else if (s->is_map_word && !data) {
		parse_error(p, s->h.obj.loc, "syntax error, the type of what the map '%.64s' "
			    "gives is missing", s->h.obj.s);
		parse_hint(p, "say 'type KEY : DATA'");
	} else if (!s->is_map_word && data) {
		parse_error(p, s->h.obj.loc, "'%.64s' is a set, but its type is that of a map",
			    s->h.obj.s);
		parse_hint(p, "say 'map' instead of 'set'");
	}
	if (p->table)
		list_add_tail(p->table->sets_last, s);
	else
		add_cmd(p, loc, s->is_map_word ? OBJ_MAP : OBJ_SET)->set = s;
}

void add_type(struct parser *p, const char *name, struct loc loc)
{
	const struct datatype *dt = datatype_by_name(name);
	struct suggestion s;
	unsigned int i;

	if (!dt) {
		parse_error(p, loc, "unknown data type '%.64s'", name);
		suggest_init(&s, name, strlen(name));
		for (i = 0; i < DT_MAX; i++)
			if (datatype_by_id(i))
				suggest(&s, datatype_by_id(i)->name);
		if (s.best)
			parse_hint(p, "did you mean '%s'?", s.best);
		dt = &dt_integer;
	}
	if (p->n_types < CONCAT_MAX)
		p->types[p->n_types] = dt;
	else if (p->n_types == CONCAT_MAX)
		parse_error(p, loc, "a concatenation has at most %d parts", CONCAT_MAX);
	p->n_types++;
}

static const struct datatype *types_read(const struct parser *p)
{
	unsigned int n = p->n_types < CONCAT_MAX ? p->n_types : CONCAT_MAX;

	return n == 1 ? p->types[0] : datatype_concat(p->types, n);
}

void set_set_type(struct parser *p, struct loc loc)
{
	if (p->set->key_type || p->set->key_expr)
		parse_error(p, loc, "the type is given twice");
	p->set->key_type = types_read(p);
}

void set_set_data_type(struct parser *p, struct loc loc, bool interval)
{
	(void)loc;
	p->set->data_type = types_read(p);
	p->set->data_is_interval = interval;
	p->set->flags |= NFT_SET_MAP;
}

void set_set_data_object(struct parser *p, uint32_t type)
{
	p->set->obj_type = type;
	p->set->flags |= NFT_SET_OBJECT;
}

void typeof_begin(struct parser *p)
{
	want(p, WANT_KEYWORD);
	p->place = IN_TYPEOF;
}

void typeof_end(struct parser *p)
{
	stmt_end(p);
}

void set_set_typeof(struct parser *p, struct expr *e)
{
	if (p->set->key_type || p->set->key_expr)
		parse_error(p, e->loc, "the type is given twice");
	p->set->key_expr = e;
}

void set_set_typeof_data(struct parser *p, struct expr *e, bool interval)
{
	p->set->flags |= NFT_SET_MAP;
	p->set->data_is_interval = interval;
	if (e->kind == EX_SYMBOL && strcmp(e->sym, "verdict") == 0)
		p->set->data_type = &dt_verdict;
	else
		p->set->data_expr = e;
}

/* ---- stateful objects ---- */

void object_begin(struct parser *p, struct loc loc, uint32_t type)
{
	struct object *o = arena_new(p->arena, struct object);

	p->h.chain.s = NULL;
	o->loc = loc;
	o->h = p->h;
	o->type = type;
	p->object = o;
	memset(&p->limit, 0, sizeof(p->limit));
	memset(&p->synproxy, 0, sizeof(p->synproxy));
}

/* What an object cannot do without; NULL: it has all. */
static const char *object_lacks(const struct object *o)
{
	switch (o->type) {
	case NFT_OBJECT_CT_HELPER:
		return o->helper.name ? NULL : "'type' and 'protocol'";
	case NFT_OBJECT_CT_TIMEOUT:
		return !o->timeout.l4proto ? "a 'protocol'" : o->timeout.values ? NULL :
		       "a 'policy'";
	case NFT_OBJECT_CT_EXPECT:
		return !o->expect.l4proto ? "a 'protocol'" : !o->expect.dport ? "a 'dport'" :
		       !o->expect.timeout_ms ? "a 'timeout'" : !o->expect.size ? "a 'size'" : NULL;
	case NFT_OBJECT_LIMIT:
		return o->limit.rate ? NULL : "a 'rate'";
	case NFT_OBJECT_SECMARK:
		return o->secctx ? NULL : "a security context in quotes";
	default:
		return NULL;
	}
}

void object_end(struct parser *p, struct loc loc)
{
	static const uint8_t kinds[] = {
		[NFT_OBJECT_COUNTER] = OBJ_COUNTER, [NFT_OBJECT_QUOTA] = OBJ_QUOTA,
		[NFT_OBJECT_LIMIT] = OBJ_LIMIT, [NFT_OBJECT_SECMARK] = OBJ_SECMARK,
		[NFT_OBJECT_SYNPROXY] = OBJ_SYNPROXY, [NFT_OBJECT_CT_HELPER] = OBJ_CT_HELPER,
		[NFT_OBJECT_CT_TIMEOUT] = OBJ_CT_TIMEOUT, [NFT_OBJECT_CT_EXPECT] = OBJ_CT_EXPECT,
	};
	struct object *o = p->object;
	const char *lacks;

	p->object = NULL;
	if (!o)
		return;
	if (o->type == NFT_OBJECT_LIMIT)
		o->limit = p->limit;
	else if (o->type == NFT_OBJECT_SYNPROXY)
		o->synproxy = p->synproxy;
	lacks = object_lacks(o);
	if (lacks)
		parse_error(p, o->h.obj.loc, "the object '%.64s' needs %s", o->h.obj.s, lacks);
	if (p->table)
		list_add_tail(p->table->objects_last, o);
	else
		add_cmd(p, loc, kinds[o->type])->object = o;
}

void object_close(struct parser *p, struct loc loc)
{
	block_close(p);
	object_end(p, loc);
}

void object_quota(struct parser *p, bool over, uint64_t bytes, uint64_t used)
{
	p->object->quota.inv = over;
	p->object->quota.bytes = bytes;
	p->object->quota.used = used;
}

void object_timeout(struct parser *p, struct expr *states)
{
	p->object->timeout.values = &states->list;
}

struct expr *add_state(struct parser *p, struct expr *states, const char *state, struct loc loc,
		       const char *time, struct loc time_loc)
{
	struct expr *data = expr_symbol(p->arena, time_loc, time, EXF_NUMBER);

	duration(p, time, time_loc);
	if (!states)
		states = expr_new(p->arena, EX_LIST, loc);
	expr_list_add(&states->list, expr_elem(p->arena, loc_span(loc, time_loc),
					       expr_symbol(p->arena, loc, state, 0), data));
	return states;
}
