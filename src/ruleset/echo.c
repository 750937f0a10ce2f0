// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -e and "monitor ruleset": the kernel tells each object of a committed batch; they are printed
 * as commands. Anonymous sets and blocks of rules come before the rule that refers to them, so
 * they are kept until the end.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include "decompile.h"
#include "echo.h"
#include "json.h"
#include "list.h"
#include "print.h"
#include "query.h"

/* A message; set: it has elements of that anonymous set, for the rule that needs them. */
struct kept {
	struct kept *next;
	const struct set *set;
	const struct nlmsghdr *nlh;
};

struct echo {
	struct nff *n;
	const struct echo_monitor *mon;	/* or NULL */
	bool ended;			/* the monitor has shown enough */
	struct arena arena;
	struct decompile d;
	struct set *sets;		/* of this batch, and those that it refers to */
	struct chain *blocks;		/* of this batch: they come before the rule that has them */
	struct kept *kept, **kept_last;
	struct kept *cur;		/* the one being printed */
	json_t *doc;			/* -j: the array that grows; a monitor prints lines instead */
	unsigned int ev;		/* monitor: what is being printed */
	/* a range whose end has not come yet: each end of it is a message */
	struct set *range_of;
	struct expr *range;
	const char *range_op;
};

/* ---- what a monitor asks for ---- */

/* The words for one of a kind, for several, and what they belong to. */
static const struct kind_row {
	uint8_t one, several;		/* enum obj_kind */
	uint8_t type;			/* NFT_OBJECT_*, of objects */
} kind_rows[] = {
	{ OBJ_TABLE, OBJ_TABLES, 0 },
	{ OBJ_CHAIN, OBJ_CHAINS, 0 },
	{ OBJ_RULE, OBJ_RULES, 0 },
	{ OBJ_SET, OBJ_SETS, 0 },
	{ OBJ_MAP, OBJ_MAPS, 0 },
	{ OBJ_ELEMENT, OBJ_ELEMENT, 0 },
	{ OBJ_FLOWTABLE, OBJ_FLOWTABLES, 0 },
	{ OBJ_COUNTER, OBJ_COUNTERS, NFT_OBJECT_COUNTER },
	{ OBJ_QUOTA, OBJ_QUOTAS, NFT_OBJECT_QUOTA },
	{ OBJ_LIMIT, OBJ_LIMITS, NFT_OBJECT_LIMIT },
	{ OBJ_CT_HELPER, OBJ_CT_HELPERS, NFT_OBJECT_CT_HELPER },
	{ OBJ_CT_TIMEOUT, OBJ_CT_TIMEOUTS, NFT_OBJECT_CT_TIMEOUT },
	{ OBJ_CT_EXPECT, OBJ_CT_EXPECTS, NFT_OBJECT_CT_EXPECT },
	{ OBJ_SYNPROXY, OBJ_SYNPROXYS, NFT_OBJECT_SYNPROXY },
	{ OBJ_SECMARK, OBJ_SECMARKS, NFT_OBJECT_SECMARK },
};
#define N_KIND_ROWS (sizeof(kind_rows) / sizeof(kind_rows[0]))
static enum obj_kind kind_of_object(uint32_t type)
{
	for (unsigned int i = 0; i < N_KIND_ROWS; i++)
		if (kind_rows[i].type && kind_rows[i].type == type)
			return kind_rows[i].one;
	return OBJ_NONE;
}

/* nft(8) takes maps for sets. */
static bool wanted(const struct echo *e, enum obj_kind kind)
{
	uint64_t kinds = e->mon ? e->mon->kinds : 0;

	if (!e->mon)
		return true;
	if (!(e->mon->events & e->ev) || e->ended)
		return false;
	if (!kinds || kinds & (ECHO_KIND(OBJ_RULESET) | ECHO_KIND(OBJ_ALL)))
		return true;
	if (kind == OBJ_MAP && kinds & ECHO_KIND(OBJ_SETS))
		return true;
	for (unsigned int i = 0; i < N_KIND_ROWS; i++)
		if (kind_rows[i].one == kind)
			return kinds & ECHO_KIND(kind_rows[i].several);
	return false;
}

/* ---- sets ---- */

static struct set *find(struct echo *e, unsigned int family, const char *table, const char *name)
{
	for (struct set *s = e->sets; s; s = s->next)
		if (s->h.family == family && !strcmp(s->h.table.s, table) &&
		    !strcmp(s->h.obj.s, name))
			return s;
	return NULL;
}

static struct set *find_set(void *arg, unsigned int family, const char *table, const char *name)
{
	struct echo *e = arg;
	struct set *s = find(e, family, table, name);
	const struct nlmsghdr *nlh;

	if (s)
		return s;
	/* What the kernel has now may be another set than the one that the message means. */
	nlh = e->mon ? e->mon->find_set(e->mon->arg, family, table, name) : NULL;
	s = nlh ? decompile_set(&e->d, nlh) :
	    list_find_set(e->n, &e->arena, family, table, name);
	if (s) {
		s->next = e->sets;
		e->sets = s;
	}
	return s;
}

static void load_elements(void *arg, struct set *s)
{
	struct echo *e = arg;

	s->init = expr_new(&e->arena, EX_SET, (struct loc){ 0 });
	for (const struct kept *k = e->kept; k; k = k->next)
		if (k->set == s)
			decompile_elements(&e->d, s, k->nlh, s->init);
	decompile_elements_finish(&e->d, s, s->init);
	s->elems_loaded = true;
}

/* ---- blocks of rules ---- */

static struct chain *find_block(const struct echo *e, const struct handle *h)
{
	struct chain *c = e->blocks;

	while (c && (c->h.family != h->family || strcmp(c->h.table.s, h->table.s) ||
		     strcmp(c->h.chain.s, h->chain.s)))
		c = c->next;
	return c;
}

static struct chain *load_block(void *arg, unsigned int family, const char *table,
				const char *chain)
{
	const struct handle h = {
		.family = (uint8_t)family, .table = { .s = table }, .chain = { .s = chain },
	};

	return find_block(arg, &h);
}

/* Is it a block? The kernel tells one twice. */
static bool keep_block(struct echo *e, struct chain *c)
{
	if (!(c->flags & CHAINF_BINDING))
		return false;
	if (!find_block(e, &c->h)) {
		c->next = e->blocks;
		e->blocks = c;
	}
	return true;
}

/* Does it stand in a block? */
static bool keep_block_rule(struct echo *e, struct rule *r)
{
	struct chain *c = find_block(e, r->h);

	if (c)
		list_add_tail(c->rules_last, r);
	return c;
}

struct echo *echo_new(struct nff *n, const struct echo_monitor *mon)
{
	struct echo *e = xcalloc(1, sizeof(*e));

	e->n = n;
	e->mon = mon;
	arena_init(&e->arena);
	e->kept_last = &e->kept;
	e->d = (struct decompile){ .arena = &e->arena, .find_set = find_set,
				   .load_elements = load_elements, .load_block = load_block,
				   .arg = e };
	if (n->print.json && !mon)
		e->doc = json_array();
	return e;
}

void echo_free(struct echo *e)
{
	json_decref(e->doc);
	arena_free(&e->arena);
	free(e);
}

void echo_keep(struct echo *e, const struct nlmsghdr *nlh)
{
	struct kept *k = arena_new(&e->arena, struct kept);

	k->nlh = arena_memdup(&e->arena, nlh, nlh->nlmsg_len);
	list_add_tail(e->kept_last, k);
}

/* The object of a command, as JSON or, where obj is NULL, as the line that was printed. */
static void printed(struct echo *e, const char *op, json_t *obj)
{
	json_t *cmd = obj ? json_pack("{s:o}", op, obj) : NULL;

	if (cmd && e->doc) {
		json_array_append_new(e->doc, cmd);
	} else if (cmd) {
		json_write(&e->n->out, cmd);
		out_putc(&e->n->out, '\n');
	}
	if (e->mon && e->mon->shown(e->mon->arg, e->ev) < 0)
		e->ended = true;
}

static void echo_set(struct echo *e, const struct nlmsghdr *nlh, const char *op)
{
	struct set *s = decompile_set(&e->d, nlh);

	if (!s)
		return;
	s->next = e->sets;
	e->sets = s;
	if (s->flags & NFT_SET_ANONYMOUS)
		return;
	if (e->mon)
		e->mon->set_changed(e->mon->arg, nlh, false);
	if (!wanted(e, s->flags & (NFT_SET_MAP | NFT_SET_OBJECT) ? OBJ_MAP : OBJ_SET))
		return;
	if (!e->n->print.json)
		print_cmd_set(&e->n->out, op, s, &e->n->print);
	printed(e, op, e->n->print.json ? json_set(s, &e->n->print) : NULL);
}

/* The attributes that name the set of an element message. */
static const char *elems_str(const struct nlmsghdr *nlh, unsigned int type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
		if (mnl_attr_get_type(attr) == type && mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			return mnl_attr_get_str(attr);
	return NULL;
}

/* The elements that were read, or the range of which both ends were. */
static void print_elements(struct echo *e)
{
	struct expr *elems = e->range;
	struct set *s = e->range_of;
	bool json = e->n->print.json;

	e->range = NULL;
	if (!elems)
		return;
	decompile_elements_finish(&e->d, s, elems);
	if (!elems->set->elems.first)
		return;
	if (!json)
		print_cmd_elements(&e->n->out, e->range_op, &s->h, elems, s, &e->n->print);
	printed(e, e->range_op, json ? json_elements(s, elems, &e->n->print) : NULL);
}

/*
 * Is there an end of a range whose other end has not come yet? Either may be first. An end at 0
 * has none: it says that the set does not begin there.
 */
static bool half_a_range(const struct set *s, const struct expr *elems)
{
	int open = 0;

	if (!(s->flags & NFT_SET_INTERVAL) || s->flags & NFT_SET_CONCAT)
		return false;
	for (const struct expr *el = elems->set->elems.first; el; el = el->next) {
		const struct expr *key = el->elem.key;

		if (key->kind == EX_WILDCARD)
			continue;
		if (!(el->flags & EXF_INTERVAL_END))
			open++;
		else if (key->kind != EX_VALUE || key->value)
			open--;
	}
	return open != 0;
}

static void echo_elements(struct echo *e, const struct nlmsghdr *nlh, const char *op)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const char *table = elems_str(nlh, NFTA_SET_ELEM_LIST_TABLE);
	const char *name = elems_str(nlh, NFTA_SET_ELEM_LIST_SET);
	struct set *s = table && name ? find_set(e, nfg->nfgen_family, table, name) : NULL;

	if (!s)
		return;
	if (s->flags & NFT_SET_ANONYMOUS) {
		e->cur->set = s;
		return;
	}
	if (!wanted(e, OBJ_ELEMENT))
		return;
	if (e->range_of != s || e->range_op != op)
		print_elements(e);
	if (!e->range)
		e->range = expr_new(&e->arena, EX_SET, (struct loc){ 0 });
	e->range_of = s;
	e->range_op = op;
	if (decompile_elements(&e->d, s, nlh, e->range))
		e->range = NULL;
	else if (!half_a_range(s, e->range))
		print_elements(e);
}

/* An object that needs nothing but decompiling and printing, unless a rule shows it. */
#define ECHO_OBJECT(kind, obj_kind, hidden) \
static void echo_##kind(struct echo *e, const struct nlmsghdr *nlh, const char *op) \
{ \
	struct kind *obj = decompile_##kind(&e->d, nlh); \
\
	if (!obj || (hidden) || !wanted(e, obj_kind)) \
		return; \
	if (!e->n->print.json) \
		print_cmd_##kind(&e->n->out, op, obj, &e->n->print); \
	printed(e, op, e->n->print.json ? JSON_##kind(obj, &e->n->print) : NULL); \
}
#define JSON_table	json_table
#define JSON_chain	json_chain
#define JSON_rule	json_rule
#define JSON_flowtable	json_flowtable
#define JSON_object	json_object_new

ECHO_OBJECT(table, OBJ_TABLE, false)
ECHO_OBJECT(chain, OBJ_CHAIN, keep_block(e, obj))
ECHO_OBJECT(rule, OBJ_RULE, keep_block_rule(e, obj))
ECHO_OBJECT(flowtable, OBJ_FLOWTABLE, false)
ECHO_OBJECT(object, kind_of_object(obj->type), false)

/* ---- what was deleted: the names are enough, and of some the kernel tells no more ---- */

/* "delete chain ip x y": what is NULL has no such part. */
static void print_gone(struct echo *e, const char *word, const struct handle *h, const char *name)
{
	struct out *o = &e->n->out;
	const char *family = family_name(h->family);

	if (e->n->print.json) {
		json_t *obj = json_pack("{s:s}", "family", family ? family : "?");

		if (name)
			json_object_set_new(obj, "table", json_string(h->table.s));
		json_object_set_new(obj, "name", json_string(name ? name : h->table.s));
		json_object_set_new(obj, "handle", json_integer((json_int_t)h->handle));
		printed(e, "delete", json_pack("{s:o}", word, obj));
		return;
	}
	out_printf(o, "delete %s %s %s", word, family ? family : "?", h->table.s);
	if (name)
		out_printf(o, " %s", name);
	if (e->n->print.handles && h->handle)
		out_printf(o, " # handle %llu", (unsigned long long)h->handle);
	out_putc(o, '\n');
	printed(e, "delete", NULL);
}

static void gone_table(struct echo *e, const struct nlmsghdr *nlh, const char *op)
{
	const struct table *t = decompile_table(&e->d, nlh);

	(void)op;
	if (t && wanted(e, OBJ_TABLE))
		print_gone(e, "table", &t->h, NULL);
}

static void gone_chain(struct echo *e, const struct nlmsghdr *nlh, const char *op)
{
	const struct chain *c = decompile_chain(&e->d, nlh);

	(void)op;
	if (c && wanted(e, OBJ_CHAIN))
		print_gone(e, "chain", &c->h, c->h.chain.s);
}

/* Its anonymous sets are gone, so that the rule cannot be told whole. */
static void gone_rule(struct echo *e, const struct nlmsghdr *nlh, const char *op)
{
	const struct rule *r = decompile_rule(&e->d, nlh);
	const char *family;

	(void)op;
	if (!r || !wanted(e, OBJ_RULE))
		return;
	family = family_name(r->h->family);
	if (e->n->print.json) {
		printed(e, "delete", json_pack("{s:{s:s,s:s,s:s,s:I}}", "rule", "family",
					       family ? family : "?", "table", r->h->table.s,
					       "chain", r->h->chain.s, "handle",
					       (json_int_t)r->h->handle));
		return;
	}
	out_printf(&e->n->out, "delete rule %s %s %s handle %llu\n", family ? family : "?",
		   r->h->table.s, r->h->chain.s, (unsigned long long)r->h->handle);
	printed(e, "delete", NULL);
}

static void gone_set(struct echo *e, const struct nlmsghdr *nlh, const char *op)
{
	const struct set *names = decompile_set(&e->d, nlh), *s;
	bool is_map;

	(void)op;
	if (!names)
		return;
	/* The message tells no more than names. */
	s = find_set(e, names->h.family, names->h.table.s, names->h.obj.s);
	e->mon->set_changed(e->mon->arg, nlh, true);
	is_map = s && s->flags & (NFT_SET_MAP | NFT_SET_OBJECT);
	if (s ? s->flags & NFT_SET_ANONYMOUS : !strncmp(names->h.obj.s, "__", 2))
		return;
	if (wanted(e, is_map ? OBJ_MAP : OBJ_SET))
		print_gone(e, is_map ? "map" : "set", &names->h, names->h.obj.s);
}

static void gone_object(struct echo *e, const struct nlmsghdr *nlh, const char *op)
{
	const struct object *obj = decompile_object(&e->d, nlh);
	enum obj_kind kind = obj ? kind_of_object(obj->type) : OBJ_NONE;

	(void)op;
	if (kind && wanted(e, kind))
		print_gone(e, obj_name(kind), &obj->h, obj->h.obj.s);
}

/* With devices it is these that were taken out of it. */
static void gone_flowtable(struct echo *e, const struct nlmsghdr *nlh, const char *op)
{
	struct flowtable *f = decompile_flowtable(&e->d, nlh);

	if (!f || !wanted(e, OBJ_FLOWTABLE))
		return;
	if (!f->devs) {
		print_gone(e, "flowtable", &f->h, f->h.obj.s);
		return;
	}
	f->has_hook = false;
	if (!e->n->print.json)
		print_cmd_flowtable(&e->n->out, op, f, &e->n->print);
	printed(e, op, e->n->print.json ? json_flowtable(f, &e->n->print) : NULL);
}

/* ---- messages ---- */

static const struct message_row {
	uint8_t type;			/* NFT_MSG_* */
	bool gone;
	void (*print)(struct echo *e, const struct nlmsghdr *nlh, const char *op);
} message_rows[] = {
	{ NFT_MSG_NEWTABLE, false, echo_table },
	{ NFT_MSG_NEWCHAIN, false, echo_chain },
	{ NFT_MSG_NEWRULE, false, echo_rule },
	{ NFT_MSG_NEWFLOWTABLE, false, echo_flowtable },
	{ NFT_MSG_NEWOBJ, false, echo_object },
	{ NFT_MSG_NEWSET, false, echo_set },
	{ NFT_MSG_NEWSETELEM, false, echo_elements },
	/* A monitor only. */
	{ NFT_MSG_DELTABLE, true, gone_table },
	{ NFT_MSG_DELCHAIN, true, gone_chain },
	{ NFT_MSG_DELRULE, true, gone_rule },
	{ NFT_MSG_DELFLOWTABLE, true, gone_flowtable },
	{ NFT_MSG_DELOBJ, true, gone_object },
	{ NFT_MSG_DELSET, true, gone_set },
	{ NFT_MSG_DELSETELEM, true, echo_elements },
};
#define N_MESSAGE_ROWS (sizeof(message_rows) / sizeof(message_rows[0]))

static const char *op_of(const struct nlmsghdr *nlh, const struct message_row *row)
{
	if (row->gone)
		return "delete";
	if (row->type == NFT_MSG_NEWRULE && !(nlh->nlmsg_flags & (NLM_F_APPEND | NLM_F_REPLACE)))
		return "insert";
	return "add";
}

static void print_message(struct echo *e, const struct nlmsghdr *nlh)
{
	unsigned int type = NFNL_MSG_TYPE(nlh->nlmsg_type);

	if (NFNL_SUBSYS_ID(nlh->nlmsg_type) != NFNL_SUBSYS_NFTABLES ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg)))
		return;
	if (type != NFT_MSG_NEWSETELEM && type != NFT_MSG_DELSETELEM)
		print_elements(e);
	for (unsigned int i = 0; i < N_MESSAGE_ROWS; i++) {
		const struct message_row *row = &message_rows[i];

		if (row->type != type || (row->gone && !e->mon))
			continue;
		e->ev = row->gone ? QUERY_DESTROY : QUERY_NEW;
		row->print(e, nlh, op_of(nlh, row));
		return;
	}
}

static void print_json(struct echo *e)
{
	json_t *root = json_pack("{s:O}", "nftables", e->doc);
	char *text = json_dumps(root, 0);

	out_puts(&e->n->out, text);
	out_putc(&e->n->out, '\n');
	free(text);
	json_decref(root);
}

void echo_print(struct echo *e)
{
	for (e->cur = e->kept; e->cur && !e->ended; e->cur = e->cur->next)
		print_message(e, e->cur->nlh);
	print_elements(e);
	if (e->doc)
		print_json(e);
}
