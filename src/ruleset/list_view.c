// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a command shows of the tables: rows of a table tell which parts.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

#include "flowtable_settings.h"
#include "json.h"
#include "list_int.h"
#include "print.h"

enum {
	V_OBJECTS	= 1 << 0,
	V_SETS		= 1 << 1,
	V_MAPS		= 1 << 2,
	V_METERS	= 1 << 3,
	V_FLOWTABLES	= 1 << 4,
	V_CHAINS	= 1 << 5,
	V_RULES		= 1 << 6,
	V_WHOLE		= 1 << 7,	/* with comment, flags and blank lines */
	V_ALL = V_OBJECTS | V_SETS | V_MAPS | V_FLOWTABLES | V_CHAINS | V_RULES | V_WHOLE,
};

struct view {
	uint16_t parts;			/* V_* */
	uint8_t type;			/* V_OBJECTS: NFT_OBJECT_*; 0: all */
	bool one;			/* the one object that h.obj (or h.chain) names */
};

static const struct view views[OBJ_MAX] = {
	[OBJ_RULESET] = { V_ALL, 0, false },
	[OBJ_TABLE] = { V_ALL, 0, false },
	[OBJ_RULE] = { V_CHAINS | V_RULES, 0, false },
	[OBJ_RULES] = { V_CHAINS | V_RULES, 0, false },
	[OBJ_CHAINS] = { V_CHAINS, 0, false },
	[OBJ_CHAIN] = { V_CHAINS | V_RULES, 0, true },
	[OBJ_SETS] = { V_SETS, 0, false },
	[OBJ_SET] = { V_SETS, 0, true },
	[OBJ_MAPS] = { V_MAPS, 0, false },
	[OBJ_MAP] = { V_MAPS, 0, true },
	[OBJ_METERS] = { V_METERS, 0, false },
	[OBJ_METER] = { V_METERS, 0, true },
	[OBJ_FLOWTABLES] = { V_FLOWTABLES, 0, false },
	[OBJ_FLOWTABLE] = { V_FLOWTABLES, 0, true },
	[OBJ_COUNTERS] = { V_OBJECTS, NFT_OBJECT_COUNTER, false },
	[OBJ_COUNTER] = { V_OBJECTS, NFT_OBJECT_COUNTER, true },
	[OBJ_QUOTAS] = { V_OBJECTS, NFT_OBJECT_QUOTA, false },
	[OBJ_QUOTA] = { V_OBJECTS, NFT_OBJECT_QUOTA, true },
	[OBJ_LIMITS] = { V_OBJECTS, NFT_OBJECT_LIMIT, false },
	[OBJ_LIMIT] = { V_OBJECTS, NFT_OBJECT_LIMIT, true },
	[OBJ_CT_HELPERS] = { V_OBJECTS, NFT_OBJECT_CT_HELPER, false },
	[OBJ_CT_HELPER] = { V_OBJECTS, NFT_OBJECT_CT_HELPER, true },
	[OBJ_CT_TIMEOUTS] = { V_OBJECTS, NFT_OBJECT_CT_TIMEOUT, false },
	[OBJ_CT_TIMEOUT] = { V_OBJECTS, NFT_OBJECT_CT_TIMEOUT, true },
	[OBJ_CT_EXPECTS] = { V_OBJECTS, NFT_OBJECT_CT_EXPECT, false },
	[OBJ_CT_EXPECT] = { V_OBJECTS, NFT_OBJECT_CT_EXPECT, true },
	[OBJ_SYNPROXYS] = { V_OBJECTS, NFT_OBJECT_SYNPROXY, false },
	[OBJ_SYNPROXY] = { V_OBJECTS, NFT_OBJECT_SYNPROXY, true },
	[OBJ_SECMARKS] = { V_OBJECTS, NFT_OBJECT_SECMARK, false },
	[OBJ_SECMARK] = { V_OBJECTS, NFT_OBJECT_SECMARK, true },
};

void view_json(struct lister *l, json_t *value)
{
	if (!value)
		return;
	/* As text at once: values take twenty times as much memory. */
	if (l->out.len)
		out_puts(&l->out, ", ");
	json_write(&l->out, value);
}

/* ---- parts of a table ---- */

struct showing {
	struct lister *l;
	struct table *t;
	const struct view *v;
	const char *name;		/* of the one object; NULL: all */
	bool blank;			/* an empty line goes in front of the next item */
	bool has_xt;			/* a rule of iptables-nft was seen */
	struct chain *chain;		/* whose rules come now; NULL: none yet */
};

static const struct print_opts *opts(const struct showing *sh)
{
	return &sh->l->n->print;
}

static void separate(struct showing *sh)
{
	if (sh->blank)
		out_putc(&sh->l->out, '\n');
	sh->blank = sh->v->parts & V_WHOLE;
}

static unsigned int set_part(const struct set *s)
{
	if (s->flags & NFT_SET_ANONYMOUS)
		return s->flags & NFT_SET_EVAL ? V_METERS : 0;
	return s->flags & (NFT_SET_MAP | NFT_SET_OBJECT) ? V_MAPS : V_SETS;
}

static int show_sets(struct showing *sh)
{
	struct lister *l = sh->l;
	int err;

	for (struct set *s = sh->t->sets; s; s = s->next) {
		struct arena_mark mark = arena_mark(&l->arena);

		if (!(set_part(s) & sh->v->parts))
			continue;
		if (!opts(sh)->terse) {
			err = fetch_elements(l, s);
			if (err)
				return err;
		}
		if (l->json) {
			view_json(l, json_set(s, opts(sh)));
		} else {
			separate(sh);
			print_set(&l->out, s, opts(sh));
		}
		s->init = NULL;
		s->elems_loaded = false;
		arena_release(&l->arena, mark);
	}
	return 0;
}

static void show_objects(struct showing *sh)
{
	struct lister *l = sh->l;

	for (struct object *o = sh->t->objects; o; o = o->next) {
		if (sh->v->type && o->type != sh->v->type)
			continue;
		if (l->json) {
			view_json(l, json_object_new(o, opts(sh)));
		} else {
			separate(sh);
			print_object(&l->out, o, opts(sh));
		}
	}
}

static void show_flowtables(struct showing *sh)
{
	struct lister *l = sh->l;

	for (struct flowtable *f = sh->t->flowtables; f; f = f->next) {
		if (l->json) {
			view_json(l, json_flowtable(f, opts(sh)));
		} else {
			separate(sh);
			print_flowtable(&l->out, f, opts(sh));
		}
	}
}

/* Close the chain that is open, and open the next ones down to the one called name. */
static int next_chain(struct showing *sh, const char *name)
{
	struct out *o = &sh->l->out;
	struct chain *c = sh->chain;

	while (!c || !name || strcmp(c->h.chain.s, name)) {
		if (c)
			print_chain_close(o);
		c = c ? c->next : sh->t->chains;
		sh->chain = c;
		/* Rules come in the order of the chains, unless they were changed. */
		if (!c)
			return name ? -EINTR : 0;
		separate(sh);
		print_chain_open(o, c, opts(sh));
	}
	return 0;
}

static bool is_xt(const struct rule *r)
{
	for (const struct stmt *s = r->stmts; s; s = s->next)
		if (s->kind == ST_UNKNOWN && !strncmp(s->unknown, "xt ", 3))
			return true;
	return false;
}

/* It is shown where a rule jumps to it. */
static bool in_block(const struct table *t, const struct rule *r)
{
	for (const struct chain *c = t->blocks; c; c = c->next)
		if (!strcmp(c->h.chain.s, r->h->chain.s))
			return true;
	return false;
}

static int show_rule(struct lister *l, struct rule *r, void *arg)
{
	struct showing *sh = arg;
	int err = 0;

	if (in_block(sh->t, r))
		return 0;
	sh->has_xt |= is_xt(r);

	if (l->json) {
		view_json(l, json_rule(r, opts(sh)));
		return 0;
	}
	if (!sh->chain || strcmp(sh->chain->h.chain.s, r->h->chain.s))
		err = next_chain(sh, r->h->chain.s);
	if (err)
		return err;
	out_write(&l->out, "\t\t", 2);
	print_rule(&l->out, r, opts(sh));
	out_putc(&l->out, '\n');
	return 0;
}

static int show_rules(struct showing *sh)
{
	struct lister *l = sh->l;
	bool reset = l->cmd->op == CMD_RESET;
	int err = 0;

	if (sh->v->parts & V_RULES && sh->t->chains)
		err = fetch_rules(l, sh->t, sh->name, reset, show_rule, sh);
	if (reset && (err == -EINVAL || err == -EOPNOTSUPP)) {
		diag_error(&l->n->diags, l->cmd->loc, "this kernel cannot reset rules");
		diag_hint(&l->n->diags, "Linux can since 6.2");
		return 1;
	}
	if (!err && !l->json && sh->v->parts & V_CHAINS)
		next_chain(sh, NULL);
	return err;
}

/* ---- reading and showing a table ---- */

/* The place of a name that the kernel does not know, and what it should have named. */
static int missing_object(struct showing *sh)
{
	const struct cmd *cmd = sh->l->cmd;
	bool chain = sh->v->parts & V_CHAINS;

	list_missing(sh->l->n, chain ? cmd->h.chain.loc : cmd->h.obj.loc,
		     chain ? OBJ_CHAIN : cmd->obj, sh->t->h.family, sh->t->h.table.s, sh->name);
	return 1;
}

static int fetch_parts(struct showing *sh)
{
	const struct cmd *cmd = sh->l->cmd;
	unsigned int parts = sh->v->parts;
	struct table *t = sh->t;
	int err = 0;

	if (parts & V_OBJECTS)
		err = fetch_objects(sh->l, t, sh->name || cmd->op == CMD_RESET ? sh->v->type : 0,
				    sh->name, cmd->op == CMD_RESET);
	if (!err && parts & (V_SETS | V_MAPS | V_METERS))
		err = fetch_sets(sh->l, t, sh->name);
	if (!err && parts & V_FLOWTABLES)
		err = fetch_flowtables(sh->l, t, sh->name);
	if (!err && parts & V_FLOWTABLES)
		settings_fill(sh->l->n, t->flowtables);
	if (!err && parts & V_CHAINS)
		err = fetch_chains(sh->l, t, sh->name);
	return err;
}

/* Is there the one thing that was asked for, and of that kind? */
static bool found_one(const struct showing *sh)
{
	const struct table *t = sh->t;

	if (sh->v->parts & (V_SETS | V_MAPS | V_METERS))
		return t->sets && set_part(t->sets) & sh->v->parts;
	return t->objects || t->flowtables || t->chains;
}

static bool has_jump(const struct expr *elems)
{
	const struct expr *e = elems && elems->kind == EX_SET ? elems->set->elems.first : NULL;

	for (; e; e = e->next)
		if (e->kind == EX_ELEM && e->elem.data && e->elem.data->kind == EX_VERDICT &&
		    e->elem.data->verdict.chain)
			return true;
	return false;
}

/*
 * Chains come last in nft's order, but where elements of a map jump to them
 * they have to come first for the listing to load. -errno of the dump.
 */
static int chains_first(struct showing *sh)
{
	struct lister *l = sh->l;
	int ret = 0;

	for (struct set *s = sh->t->sets; s && !ret; s = s->next) {
		struct arena_mark mark = arena_mark(&l->arena);

		if (s->data_type != &dt_verdict || !(set_part(s) & sh->v->parts) ||
		    opts(sh)->terse || !sh->t->chains)
			continue;
		ret = fetch_elements(l, s);
		if (!ret)
			ret = has_jump(s->init);
		s->init = NULL;
		s->elems_loaded = false;
		arena_release(&l->arena, mark);
	}
	return ret;
}

static void chains_json(struct showing *sh)
{
	for (struct chain *c = sh->t->chains; c; c = c->next)
		view_json(sh->l, json_chain(c, opts(sh)));
}

static int show_json(struct showing *sh)
{
	struct lister *l = sh->l;
	int first = chains_first(sh), err;

	if (first < 0)
		return first;
	if (sh->v->parts & V_WHOLE)
		view_json(l, json_table(sh->t, opts(sh)));
	if (first)
		chains_json(sh);
	show_objects(sh);
	err = show_sets(sh);
	show_flowtables(sh);
	if (!first)
		chains_json(sh);
	return err ? err : show_rules(sh);
}

/* In front of the table, which has been printed by the time that this is known. */
static void warn_xt(struct showing *sh, size_t at)
{
	struct out *o = &sh->l->out;
	size_t end = o->len, len;
	const char *line;

	out_printf(o, "# Warning: table %s %s is managed by iptables-nft, do not touch!\n",
		   family_name(sh->t->h.family), sh->t->h.table.s);
	len = o->len - end;
	line = arena_memdup(&sh->l->arena, o->buf + end, len);
	memmove(o->buf + at + len, o->buf + at, end - at);
	memcpy(o->buf + at, line, len);
}

static int show_text(struct showing *sh)
{
	struct lister *l = sh->l;
	struct table bare = *sh->t;
	size_t at = l->out.len;
	int err;

	if (!(sh->v->parts & V_WHOLE)) {
		bare.flags = bare.has_flags = 0;
		bare.comment = NULL;
		bare.h.handle = 0;
	}
	print_table_open(&l->out, &bare, opts(sh));
	sh->blank = bare.flags;
	show_objects(sh);
	err = show_sets(sh);
	show_flowtables(sh);
	if (!err)
		err = show_rules(sh);
	print_table_close(&l->out);
	if (sh->has_xt && sh->v->parts & V_WHOLE)
		warn_xt(sh, at);
	return err;
}

static int show_table(struct lister *l, struct table *t, const struct view *v)
{
	struct showing sh = { .l = l, .t = t, .v = v };
	int err;

	if (v->parts & V_CHAINS && !(v->parts & V_WHOLE))
		sh.name = l->cmd->h.chain.s;
	else if (v->one)
		sh.name = l->cmd->h.obj.s;
	err = fetch_parts(&sh);
	if (sh.name && (err == -ENOENT || (!err && !found_one(&sh))))
		return missing_object(&sh);
	if (err)
		return err;
	if (l->n->debug & DEBUG_NETLINK && v->parts & (V_RULES | V_SETS | V_MAPS | V_METERS)) {
		if (!t->sets)
			err = fetch_sets(l, t, NULL);
		if (!err)
			err = debug_sets(l, t);
		if (err)
			return err;
	}
	/* Lists of objects leave out the tables that have none of any kind. */
	if (v->parts == V_OBJECTS && !t->objects && !l->cmd->h.table.s)
		return 0;
	return l->json ? show_json(&sh) : show_text(&sh);
}


static int table_cmp(const void *va, const void *vb)
{
	const struct table *a = *(const struct table *const *)va;
	const struct table *b = *(const struct table *const *)vb;

	if (a->h.family != b->h.family)
		return a->h.family < b->h.family ? -1 : 1;
	return strcmp(a->h.table.s, b->h.table.s);
}

/*
 * A table that was deleted and made anew is told twice by a dump that the
 * change falls into: the kernel counts the generation up a moment before it
 * switches over, so that the generation alone does not show this.
 */
static bool tables_unique(struct lister *l)
{
	const struct table **v, *t;
	unsigned int n = 0, i = 0;
	bool unique = true;

	for (t = l->tables; t; t = t->next)
		n++;
	if (!n)
		return true;
	v = arena_alloc(&l->arena, n * sizeof(*v));
	for (t = l->tables; t; t = t->next)
		v[i++] = t;
	qsort(v, n, sizeof(*v), table_cmp);
	for (i = 1; i < n && unique; i++)
		unique = table_cmp(&v[i - 1], &v[i]);
	return unique;
}

int view_tables(struct lister *l)
{
	const struct handle *h = &l->cmd->h;
	const struct view *v = &views[l->cmd->obj];
	unsigned int family = h->family;
	int err;

	if (!v->parts) {
		diag_error(&l->n->diags, l->cmd->loc, "cannot list %s", obj_name(l->cmd->obj));
		return 1;
	}
	/* A table without a family is one of ip; a list without one is of all. */
	if (h->table.s && family == NFPROTO_UNSPEC)
		family = NFPROTO_IPV4;
	err = fetch_tables(l, family, h->table.s);
	if (err == -ENOENT && h->table.s) {
		list_missing(l->n, h->table.loc, OBJ_TABLE, family, NULL, h->table.s);
		return 1;
	}
	if (!err && !tables_unique(l))
		err = -EINTR;
	if (l->json)
		view_json(l, json_metainfo());
	for (struct table *t = l->tables; t && !err; t = t->next)
		err = show_table(l, t, v);
	return err;
}

int view_table_names(struct lister *l)
{
	int err = fetch_tables(l, l->cmd->h.family, NULL);

	if (l->json)
		view_json(l, json_metainfo());
	for (struct table *t = l->tables; t && !err; t = t->next) {
		if (l->json)
			view_json(l, json_table(t, &l->n->print));
		else
			out_printf(&l->out, "table %s %s\n", family_name(t->h.family),
				   t->h.table.s);
	}
	return err;
}
