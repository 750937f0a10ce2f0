// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands to messages. What a table block declares goes out in the order in
 * which one needs the other: table, chains, objects, sets, flowtables, the
 * elements of the sets, rules. nft's order is the same, and so are the handles.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <string.h>
#include "compile.h"
#include "compile_int.h"
#include "list.h"
#include "obj_attrs.h"
#include "udata.h"

/* ---- small parts ---- */

static uint16_t create_flags(uint8_t op)
{
	return op == CMD_CREATE ? NLM_F_CREATE | NLM_F_EXCL : NLM_F_CREATE;
}

static struct batch_msg msg_info(const struct cmd *cmd, uint8_t what, const struct handle *h,
				 struct loc loc)
{
	return (struct batch_msg){ .loc = loc.src ? loc : cmd->loc, .what = what, .op = cmd->op,
				   .family = h->family, .h = h };
}

static int put_comment(struct compile *c, uint16_t attr, const char *comment, struct loc loc)
{
	if (!comment)
		return 0;
	if (strlen(comment) > COMMENT_MAX)
		return diag_error(&c->n->diags, loc, "the comment is too long: %d characters at most",
				  COMMENT_MAX);
	udata_put_comment(c->m, attr, UDATA_RULE_COMMENT, comment);
	return 0;
}

/* ---- named sets that expressions refer to ---- */

struct find_arg {
	struct compile *c;
	const struct handle *h;
};

static struct set *find_declared(struct compile *c, const struct handle *h, const char *name)
{
	for (struct set *s = c->sets; s; s = s->next)
		if (s->h.family == h->family && !strcmp(s->h.table.s, h->table.s) &&
		    !strcmp(s->h.obj.s, name))
			return s;
	return NULL;
}

struct set *compile_find_set(void *arg, const char *name)
{
	struct find_arg *f = arg;
	struct set *s = find_declared(f->c, f->h, name);

	if (s)
		return s;
	s = list_find_set(f->c->n, &f->c->b->arena, f->h->family, f->h->table.s, name);
	if (s) {
		s->id = 0;
		s->next = f->c->sets;
		f->c->sets = s;
	}
	return s;
}

static struct eval make_eval(struct compile *c, const struct handle *h, struct find_arg *f)
{
	struct eval ev = { .arena = &c->scratch, .diags = &c->n->diags, .family = h->family,
			   .table = h->table.s, .find_set = compile_find_set, .arg = f,
			   .icmp_type = -1 };

	*f = (struct find_arg){ c, h };
	proto_ctx_init(&ev.pctx, h->family);
	return ev;
}

/* ---- tables ---- */

static int add_table(struct compile *c, const struct cmd *cmd, const struct table *t)
{
	struct batch_msg info = msg_info(cmd, OBJ_TABLE, &t->h, t->h.table.loc);
	struct find_arg f;
	struct eval ev = make_eval(c, &t->h, &f);

	if (eval_new_name(&ev, &t->h.table, "table"))
		return -1;
	batch_msg_begin(c->b, NFT_MSG_NEWTABLE, create_flags(cmd->op), &info);
	attr_str(c->m, NFTA_TABLE_NAME, t->h.table.s);
	attr_u32(c->m, NFTA_TABLE_FLAGS, t->flags);
	if (put_comment(c, NFTA_TABLE_USERDATA, t->comment, t->loc))
		return -1;
	batch_msg_end(c->b);
	return 0;
}

/* ---- chains ---- */

static void put_devices(struct compile *c, uint16_t attr, const struct device *devs)
{
	size_t nest = attr_nest(c->m, attr);

	for (const struct device *d = devs; d; d = d->next)
		attr_str(c->m, NFTA_DEVICE_NAME, d->name);
	attr_nest_end(c->m, nest);
}

static void put_chain_hook(struct compile *c, const struct chain *ch)
{
	size_t nest = attr_nest(c->m, NFTA_CHAIN_HOOK);

	attr_u32(c->m, NFTA_HOOK_HOOKNUM, ch->hook);
	attr_u32(c->m, NFTA_HOOK_PRIORITY, ch->prio.value);
	if (ch->devs && !ch->devs->next)
		attr_str(c->m, NFTA_HOOK_DEV, ch->devs->name);
	else if (ch->devs)
		put_devices(c, NFTA_HOOK_DEVS, ch->devs);
	attr_nest_end(c->m, nest);
}

static int add_chain(struct compile *c, const struct cmd *cmd, struct chain *ch)
{
	struct batch_msg info = msg_info(cmd, OBJ_CHAIN, &ch->h, ch->h.chain.loc);
	struct find_arg f;
	struct eval ev = make_eval(c, &ch->h, &f);

	ev.arena = &c->b->arena;
	if (eval_chain(&ev, ch))
		return -1;
	info.devs = ch->devs;
	batch_msg_begin(c->b, NFT_MSG_NEWCHAIN, create_flags(cmd->op), &info);
	attr_str(c->m, NFTA_CHAIN_TABLE, ch->h.table.s);
	if (ch->h.handle)
		attr_u64(c->m, NFTA_CHAIN_HANDLE, ch->h.handle);
	attr_str(c->m, NFTA_CHAIN_NAME, ch->h.chain.s);
	if (ch->flags & CHAINF_BASE) {
		put_chain_hook(c, ch);
		attr_str(c->m, NFTA_CHAIN_TYPE, ch->type ? ch->type : "filter");
		if (ch->flags & CHAINF_HW_OFFLOAD)
			attr_u32(c->m, NFTA_CHAIN_FLAGS, NFT_CHAIN_BASE | NFT_CHAIN_HW_OFFLOAD);
	}
	if (ch->flags & CHAINF_POLICY)
		attr_u32(c->m, NFTA_CHAIN_POLICY, ch->policy);
	if (put_comment(c, NFTA_CHAIN_USERDATA, ch->comment, ch->loc))
		return -1;
	batch_msg_end(c->b);
	return 0;
}

/* ---- flowtables ---- */

static void put_flowtable_hook(struct compile *c, const struct flowtable *ft)
{
	size_t nest;

	/* Settings alone are of a flowtable that exists; the kernel wants the attribute all the same. */
	if (!ft->has_hook && !ft->devs && !ft->settings.has)
		return;
	nest = attr_nest(c->m, NFTA_FLOWTABLE_HOOK);
	if (ft->has_hook) {
		attr_u32(c->m, NFTA_FLOWTABLE_HOOK_NUM, ft->hook);
		attr_u32(c->m, NFTA_FLOWTABLE_HOOK_PRIORITY, ft->prio.value);
	}
	if (ft->devs)
		put_devices(c, NFTA_FLOWTABLE_HOOK_DEVS, ft->devs);
	attr_nest_end(c->m, nest);
}

static int flowtable_msg(struct compile *c, const struct cmd *cmd, struct flowtable *ft,
			 uint16_t type, uint16_t flags)
{
	struct batch_msg info = msg_info(cmd, OBJ_FLOWTABLE, &ft->h, ft->h.obj.loc);
	struct find_arg f;
	struct eval ev = make_eval(c, &ft->h, &f);

	ev.arena = &c->b->arena;
	if (eval_flowtable(&ev, ft))
		return -1;
	info.devs = ft->devs;
	info.hw_offload = ft->flags & FTF_HW_OFFLOAD;
	batch_msg_begin(c->b, type, flags, &info);
	attr_str(c->m, NFTA_FLOWTABLE_TABLE, ft->h.table.s);
	if (ft->h.obj.s)
		attr_str(c->m, NFTA_FLOWTABLE_NAME, ft->h.obj.s);
	if (ft->h.handle)
		attr_u64(c->m, NFTA_FLOWTABLE_HANDLE, ft->h.handle);
	put_flowtable_hook(c, ft);
	attr_u32(c->m, NFTA_FLOWTABLE_FLAGS, ft->flags);
	batch_msg_end(c->b);
	return 0;
}

/* ---- rules ---- */

static int put_position(struct compile *c, const struct cmd *cmd, const struct rule *r)
{
	struct rule_ref ref = { .handle = r->h->position };

	if (r->chain_id)
		return 0;
	if (r->h->index && rule_index_find(c, r->h, &ref))
		return -1;
	if (ref.handle)
		attr_u64(c->m, NFTA_RULE_POSITION, ref.handle);
	else if (ref.id)
		attr_u32(c->m, NFTA_RULE_POSITION_ID, ref.id);
	if (c->follow_rules)
		attr_u32(c->m, NFTA_RULE_ID, rule_index_added(c, cmd->op, r->h));
	return 0;
}

static uint16_t rule_flags(const struct cmd *cmd)
{
	switch (cmd->op) {
	case CMD_REPLACE:
		return NLM_F_REPLACE;
	case CMD_INSERT:
		return NLM_F_CREATE;
	case CMD_CREATE:
		return NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND;
	default:
		return NLM_F_CREATE | NLM_F_APPEND;
	}
}

static bool has_flow(const struct rule *r)
{
	for (const struct stmt *s = r->stmts; s; s = s->next)
		if (s->kind == ST_FLOW)
			return true;
	return false;
}

static int emit_rule(struct compile *c, const struct cmd *cmd, struct rule *r)
{
	struct batch_msg info = msg_info(cmd, OBJ_RULE, r->h, r->loc);
	size_t nest;

	info.has_flow = has_flow(r);
	batch_msg_begin(c->b, NFT_MSG_NEWRULE, rule_flags(cmd), &info);
	attr_str(c->m, NFTA_RULE_TABLE, r->h->table.s);
	if (r->chain_id)
		attr_u32(c->m, NFTA_RULE_CHAIN_ID, r->chain_id);
	else
		attr_str(c->m, NFTA_RULE_CHAIN, r->h->chain.s);
	if (r->h->handle)
		attr_u64(c->m, NFTA_RULE_HANDLE, r->h->handle);
	if (put_position(c, cmd, r))
		return -1;
	if (put_comment(c, NFTA_RULE_USERDATA, r->comment, r->loc))
		return -1;
	nest = attr_nest(c->m, NFTA_RULE_EXPRESSIONS);
	gen_stmts(c, r->stmts, r->h->family);
	attr_nest_end(c->m, nest);
	if (msg_size(c->m) - (nest - c->m->msg) > UINT16_MAX)
		return diag_error(&c->n->diags, r->loc, "the rule is too long");
	batch_msg_end(c->b);
	return 0;
}

static int add_rule(struct compile *c, const struct cmd *cmd, struct rule *r);

/* "jump { ... }": a chain without a name, which goes with the rule. */
static int add_block(struct compile *c, const struct cmd *cmd, const struct rule *r,
		     struct chain *block, struct loc loc)
{
	struct batch_msg info = msg_info(cmd, OBJ_CHAIN, &block->h, loc);
	struct cmd add = *cmd;

	add.op = CMD_ADD;
	info.family = block->h.family = r->h->family;
	block->h.table = r->h->table;
	block->id = ++c->chain_id;
	batch_msg_begin(c->b, NFT_MSG_NEWCHAIN, NLM_F_CREATE, &info);
	attr_str(c->m, NFTA_CHAIN_TABLE, r->h->table.s);
	attr_u32(c->m, NFTA_CHAIN_FLAGS, NFT_CHAIN_BINDING);
	attr_u32(c->m, NFTA_CHAIN_ID, block->id);
	batch_msg_end(c->b);
	for (struct rule *i = block->rules; i; i = i->next) {
		i->h = &block->h;
		i->chain_id = block->id;
		if (add_rule(c, &add, i))
			return -1;
	}
	return 0;
}

static int add_blocks(struct compile *c, const struct cmd *cmd, const struct rule *r)
{
	for (struct stmt *s = r->stmts; s; s = s->next)
		if (s->kind == ST_VERDICT && s->expr->flags & EXF_BLOCK &&
		    add_block(c, cmd, r, s->expr->verdict.block, s->loc))
			return -1;
	return 0;
}

static int add_rule(struct compile *c, const struct cmd *cmd, struct rule *r)
{
	struct arena_mark mark = arena_mark(&c->scratch);
	struct find_arg f;
	struct eval ev = make_eval(c, r->h, &f);
	int err;

	err = eval_rule(&ev, r);
	if (!err)
		err = compile_anon_sets(c, r);
	if (!err)
		err = add_blocks(c, cmd, r);
	if (!err)
		err = emit_rule(c, cmd, r);
	arena_release(&c->scratch, mark);
	return err;
}

/* ---- sets ---- */

static int declare_set(struct compile *c, const struct cmd *cmd, struct set *s)
{
	struct find_arg f;
	struct eval ev = make_eval(c, &s->h, &f);
	struct set *known;

	ev.arena = &c->b->arena;
	if (eval_new_name(&ev, &s->h.table, "table") || eval_set_decl(&ev, s))
		return -1;
	if (s->init && !(s->init = eval_var(&ev, s->init)))
		return -1;
	/* Whether data are ranges must be known when the set is made. */
	if (s->init && eval_elements(&ev, s, s->init))
		return -1;
	known = arena_new(&c->b->arena, struct set);
	if (compile_set(c, s, cmd->op))
		return -1;
	*known = *s;
	known->next = c->sets;
	c->sets = known;
	return 0;
}

static int set_elements(struct compile *c, const struct cmd *cmd, struct set *s)
{
	return s->init ? compile_elements(c, s, s->init, cmd->op, s->loc) : 0;
}

static int element_cmd(struct compile *c, const struct cmd *cmd)
{
	struct arena_mark mark = arena_mark(&c->scratch);
	struct find_arg f;
	struct eval ev = make_eval(c, &cmd->h, &f);
	struct set *s = compile_find_set(&f, cmd->h.obj.s);
	struct expr *elems;
	int err;

	if (!s)
		return diag_error(&c->n->diags, cmd->h.obj.loc, "there is no set '%s' in table '%s'",
				  cmd->h.obj.s, cmd->h.table.s);
	ev.keys_only = cmd->op == CMD_DELETE || cmd->op == CMD_DESTROY;
	/* These are put together at the end. */
	if (s->automerge)
		ev.arena = &c->b->arena;
	elems = eval_var(&ev, cmd->elements);
	err = elems ? eval_elements(&ev, s, elems) : -1;
	if (!err)
		err = compile_elements(c, s, elems, cmd->op, cmd->loc);
	arena_release(&c->scratch, mark);
	return err;
}

/* ---- blocks ---- */

static int table_block(struct compile *c, const struct cmd *cmd, struct table *t)
{
	/* create: the table must be new, what is in it is then new, too. */
	if (add_table(c, cmd, t))
		return -1;
	for (struct chain *ch = t->chains; ch; ch = ch->next)
		if (add_chain(c, cmd, ch))
			return -1;
	for (struct object *o = t->objects; o; o = o->next)
		if (compile_object(c, o, cmd->op))
			return -1;
	for (struct set *s = t->sets; s; s = s->next)
		if (declare_set(c, cmd, s))
			return -1;
	for (struct flowtable *f = t->flowtables; f; f = f->next)
		if (flowtable_msg(c, cmd, f, NFT_MSG_NEWFLOWTABLE, create_flags(cmd->op)))
			return -1;
	for (struct set *s = t->sets; s; s = s->next)
		if (set_elements(c, cmd, s))
			return -1;
	return 0;
}

static int chain_rules(struct compile *c, const struct cmd *cmd, struct chain *ch)
{
	struct cmd add = *cmd;

	/* The rules of a block are appended, whatever the block was declared with. */
	add.op = CMD_ADD;
	for (struct rule *r = ch->rules; r; r = r->next)
		if (add_rule(c, &add, r))
			return -1;
	return 0;
}

static int add_cmd(struct compile *c, const struct cmd *cmd)
{
	switch (cmd->obj) {
	case OBJ_TABLE:
		if (table_block(c, cmd, cmd->table))
			return -1;
		for (struct chain *ch = cmd->table->chains; ch; ch = ch->next)
			if (chain_rules(c, cmd, ch))
				return -1;
		return 0;
	case OBJ_CHAIN:
		return add_chain(c, cmd, cmd->chain) || chain_rules(c, cmd, cmd->chain) ? -1 : 0;
	case OBJ_RULE:
		return add_rule(c, cmd, cmd->rule);
	case OBJ_SET:
	case OBJ_MAP:
	case OBJ_METER:
		return declare_set(c, cmd, cmd->set) || set_elements(c, cmd, cmd->set) ? -1 : 0;
	case OBJ_ELEMENT:
		return element_cmd(c, cmd);
	case OBJ_FLOWTABLE:
		return flowtable_msg(c, cmd, cmd->flowtable, NFT_MSG_NEWFLOWTABLE,
				     create_flags(cmd->op));
	default:
		return compile_object(c, cmd->object, cmd->op);
	}
}

/* ---- delete ---- */

/* NFT_OBJECT_* of a kind of stateful object; 0: it is none. */
static uint32_t object_type(unsigned int obj)
{
	switch (obj) {
	case OBJ_COUNTER:
		return NFT_OBJECT_COUNTER;
	case OBJ_QUOTA:
		return NFT_OBJECT_QUOTA;
	case OBJ_LIMIT:
		return NFT_OBJECT_LIMIT;
	case OBJ_CT_HELPER:
		return NFT_OBJECT_CT_HELPER;
	case OBJ_CT_TIMEOUT:
		return NFT_OBJECT_CT_TIMEOUT;
	case OBJ_CT_EXPECT:
		return NFT_OBJECT_CT_EXPECT;
	case OBJ_SYNPROXY:
		return NFT_OBJECT_SYNPROXY;
	case OBJ_SECMARK:
		return NFT_OBJECT_SECMARK;
	default:
		return 0;
	}
}

static int delete_devices(struct compile *c, const struct cmd *cmd)
{
	uint16_t type = cmd->op == CMD_DESTROY ? obj_attrs(OBJ_FLOWTABLE)->destroy :
			NFT_MSG_DELFLOWTABLE;

	return flowtable_msg(c, cmd, cmd->flowtable, type, 0);
}

/*
 * destroy: as delete, but an object that is not there is no error. Kernels
 * before 6.3 do not know it; there what exists is asked first, and the
 * generation of the ruleset guards the answer.
 */
static int destroy_type(struct compile *c, const struct cmd *cmd, const struct obj_attrs *row)
{
	int exists;

	if (list_kernel_destroys(c->n))
		return row->destroy;
	exists = list_exists(c->n, cmd);
	if (exists < 0)
		return -1;
	if (exists)
		return row->del;
	for (const struct cmd *i = c->cmds->first; i && i != cmd; i = i->next) {
		const struct name *a = obj_name_of(i->obj, &i->h),
			*b = obj_name_of(cmd->obj, &cmd->h);

		if ((i->op == CMD_ADD || i->op == CMD_CREATE) && i->obj == cmd->obj && a->s && b->s &&
		    !strcmp(a->s, b->s))
			return row->del;
	}
	return 0;
}

static int delete_cmd(struct compile *c, const struct cmd *cmd)
{
	const struct obj_attrs *row = obj_attrs(cmd->obj);
	const struct name *name = obj_name_of(cmd->obj, &cmd->h);
	struct batch_msg info = msg_info(cmd, cmd->obj, &cmd->h, name->loc);
	int type = row->del;

	if (cmd->obj == OBJ_ELEMENT)
		return element_cmd(c, cmd);
	if (cmd->obj == OBJ_FLOWTABLE && cmd->flowtable)
		return delete_devices(c, cmd);
	if (cmd->op == CMD_DESTROY) {
		type = destroy_type(c, cmd, row);
		if (type <= 0)
			return type;
	}
	if ((cmd->obj == OBJ_TABLE || cmd->obj == OBJ_SET) && !cmd->h.handle)
		merge_forget(c, cmd->h.family, cmd->h.table.s, cmd->h.obj.s);
	if (cmd->h.handle && cmd->h.handle_loc.src)
		info.loc = cmd->h.handle_loc;
	batch_msg_begin(c->b, type, 0, &info);
	if (row->table)
		attr_str(c->m, row->table, cmd->h.table.s);
	if (name->s)
		attr_str(c->m, row->name, name->s);
	if (cmd->h.handle)
		attr_u64(c->m, row->handle, cmd->h.handle);
	if (object_type(cmd->obj))
		attr_u32(c->m, NFTA_OBJ_TYPE, object_type(cmd->obj));
	batch_msg_end(c->b);
	return 0;
}

/* ---- flush, rename ---- */

static int flush_cmd(struct compile *c, const struct cmd *cmd)
{
	struct batch_msg info = msg_info(cmd, cmd->obj, &cmd->h, (struct loc){ 0 });

	switch (cmd->obj) {
	case OBJ_RULESET:
		info.what = OBJ_RULESET;
		merge_forget(c, cmd->h.family, NULL, NULL);
		batch_msg_begin(c->b, NFT_MSG_DELTABLE, 0, &info);
		break;
	case OBJ_TABLE:
		info.loc = cmd->h.table.loc;
		batch_msg_begin(c->b, NFT_MSG_DELRULE, 0, &info);
		attr_str(c->m, NFTA_RULE_TABLE, cmd->h.table.s);
		break;
	case OBJ_CHAIN:
		info.loc = cmd->h.chain.loc;
		batch_msg_begin(c->b, NFT_MSG_DELRULE, 0, &info);
		attr_str(c->m, NFTA_RULE_TABLE, cmd->h.table.s);
		attr_str(c->m, NFTA_RULE_CHAIN, cmd->h.chain.s);
		break;
	default:
		info.loc = cmd->h.obj.loc;
		merge_forget(c, cmd->h.family, cmd->h.table.s, cmd->h.obj.s);
		batch_msg_begin(c->b, NFT_MSG_DELSETELEM, 0, &info);
		attr_str(c->m, NFTA_SET_ELEM_LIST_TABLE, cmd->h.table.s);
		attr_str(c->m, NFTA_SET_ELEM_LIST_SET, cmd->h.obj.s);
	}
	batch_msg_end(c->b);
	return 0;
}

/* The kernel renames by handle, so that the old name is looked up first. */
static int rename_cmd(struct compile *c, const struct cmd *cmd)
{
	struct batch_msg info = msg_info(cmd, OBJ_CHAIN, &cmd->h, cmd->h.chain.loc);
	struct find_arg f;
	struct eval ev = make_eval(c, &cmd->h, &f);
	uint64_t handle;

	if (eval_new_name(&ev, &(struct name){ cmd->new_name, cmd->loc }, "chain"))
		return -1;
	if (list_chain_handle(c->n, &cmd->h, &handle))
		return -1;
	batch_msg_begin(c->b, NFT_MSG_NEWCHAIN, 0, &info);
	attr_str(c->m, NFTA_CHAIN_TABLE, cmd->h.table.s);
	attr_u64(c->m, NFTA_CHAIN_HANDLE, handle);
	attr_str(c->m, NFTA_CHAIN_NAME, cmd->new_name);
	batch_msg_end(c->b);
	return 0;
}

static int compile_cmd(struct compile *c, const struct cmd *cmd)
{
	switch (cmd->op) {
	case CMD_ADD:
	case CMD_CREATE:
	case CMD_INSERT:
	case CMD_REPLACE:
		return add_cmd(c, cmd);
	case CMD_DELETE:
	case CMD_DESTROY:
		rule_index_removed(c, cmd);
		return delete_cmd(c, cmd);
	case CMD_FLUSH:
		rule_index_removed(c, cmd);
		return flush_cmd(c, cmd);
	case CMD_RENAME:
		return rename_cmd(c, cmd);
	default:
		return 0;
	}
}

/* Errors of several commands are told together, up to this many. */
#define ERRORS_MAX 10

int compile_cmds(struct nff *n, const struct cmds *cmds, struct batch *b)
{
	struct compile c = { .n = n, .b = b, .m = &b->m, .cmds = cmds };
	unsigned int errors = 0;

	arena_init(&c.scratch);
	rule_index_init(&c);
	compile_dynamic_sets(cmds);
	for (const struct cmd *cmd = cmds->first; cmd && errors < ERRORS_MAX; cmd = cmd->next)
		/* records are no part of the ruleset */
		if (cmd->obj < OBJ_CONNTRACKS && compile_cmd(&c, cmd))
			errors++;
	merge_end(&c, errors);
	rule_index_fini(&c);
	arena_free(&c.scratch);
	return errors ? -1 : 0;
}
