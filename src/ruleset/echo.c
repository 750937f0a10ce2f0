// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -e: the kernel echoes each object of a committed batch; they are printed as
 * commands. Anonymous sets come before the rule that refers to them, so they
 * are kept until the end.
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

/* A message; set: it has elements of that anonymous set, for the rule that needs them. */
struct kept {
	struct kept *next;
	const struct set *set;
	const struct nlmsghdr *nlh;
};

struct echo {
	struct nff *n;
	struct arena arena;
	struct decompile d;
	struct set *sets;		/* of this batch */
	struct kept *kept, **kept_last;
	struct kept *cur;		/* the one being printed */
	json_t *doc;			/* -j: the array that grows */
	/* a range whose end has not come yet: each end of it is a message */
	struct set *range_of;
	struct expr *range;
};

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

	return s ? s : list_find_set(e->n, &e->arena, family, table, name);
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

struct echo *echo_new(struct nff *n)
{
	struct echo *e = xcalloc(1, sizeof(*e));

	e->n = n;
	arena_init(&e->arena);
	e->kept_last = &e->kept;
	e->d = (struct decompile){ .arena = &e->arena, .find_set = find_set,
				   .load_elements = load_elements, .arg = e };
	if (n->print.json)
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

static void add_json(struct echo *e, const char *op, json_t *obj)
{
	json_array_append_new(e->doc, json_pack("{s:o}", op, obj));
}

static void echo_set(struct echo *e, const struct nlmsghdr *nlh)
{
	struct set *s = decompile_set(&e->d, nlh);

	if (!s)
		return;
	s->next = e->sets;
	e->sets = s;
	if (s->flags & NFT_SET_ANONYMOUS)
		return;
	if (e->doc)
		add_json(e, "add", json_set(s, &e->n->print));
	else
		print_cmd_set(&e->n->out, "add", s, &e->n->print);
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

	e->range = NULL;
	if (!elems)
		return;
	decompile_elements_finish(&e->d, s, elems);
	if (!elems->set->elems.first)
		return;
	if (e->doc)
		add_json(e, "add", json_elements(s, elems, &e->n->print));
	else
		print_cmd_elements(&e->n->out, "add", &s->h, elems, s, &e->n->print);
}

/* Is the newest element the beginning of a range? */
static bool begins_range(const struct set *s, const struct expr *elems)
{
	const struct expr *last = elems->set->elems.last;

	return s->flags & NFT_SET_INTERVAL && !(s->flags & NFT_SET_CONCAT) && last &&
	       !(last->flags & EXF_INTERVAL_END) && last->elem.key->kind != EX_WILDCARD;
}

static void echo_elements(struct echo *e, const struct nlmsghdr *nlh)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	const char *table = elems_str(nlh, NFTA_SET_ELEM_LIST_TABLE);
	const char *name = elems_str(nlh, NFTA_SET_ELEM_LIST_SET);
	struct set *s = table && name ? find(e, nfg->nfgen_family, table, name) : NULL;

	if (!s && table && name) {
		s = list_find_set(e->n, &e->arena, nfg->nfgen_family, table, name);
		if (s) {
			s->next = e->sets;
			e->sets = s;
		}
	}
	if (!s)
		return;
	if (s->flags & NFT_SET_ANONYMOUS) {
		e->cur->set = s;
		return;
	}
	if (e->range_of != s)
		print_elements(e);
	if (!e->range)
		e->range = expr_new(&e->arena, EX_SET, (struct loc){ 0 });
	e->range_of = s;
	if (decompile_elements(&e->d, s, nlh, e->range))
		e->range = NULL;
	else if (!begins_range(s, e->range))
		print_elements(e);
}

static const char *op_of(const struct nlmsghdr *nlh)
{
	if (NFNL_MSG_TYPE(nlh->nlmsg_type) == NFT_MSG_NEWRULE &&
	    !(nlh->nlmsg_flags & (NLM_F_APPEND | NLM_F_REPLACE)))
		return "insert";
	return "add";
}

/* A row a kind of object that needs nothing but decompiling and printing. */
#define ECHO_OBJECT(kind) \
static void echo_##kind(struct echo *e, const struct nlmsghdr *nlh) \
{ \
	struct kind *obj = decompile_##kind(&e->d, nlh); \
\
	if (!obj) \
		return; \
	if (e->doc) \
		add_json(e, op_of(nlh), JSON_##kind(obj, &e->n->print)); \
	else \
		print_cmd_##kind(&e->n->out, op_of(nlh), obj, &e->n->print); \
}
#define JSON_table	json_table
#define JSON_chain	json_chain
#define JSON_rule	json_rule
#define JSON_flowtable	json_flowtable
#define JSON_object	json_object_new

ECHO_OBJECT(table)
ECHO_OBJECT(chain)
ECHO_OBJECT(rule)
ECHO_OBJECT(flowtable)
ECHO_OBJECT(object)

static void print_message(struct echo *e, const struct nlmsghdr *nlh)
{
	if (NFNL_SUBSYS_ID(nlh->nlmsg_type) != NFNL_SUBSYS_NFTABLES ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg)))
		return;
	if (NFNL_MSG_TYPE(nlh->nlmsg_type) != NFT_MSG_NEWSETELEM)
		print_elements(e);
	switch (NFNL_MSG_TYPE(nlh->nlmsg_type)) {
	case NFT_MSG_NEWTABLE:
		echo_table(e, nlh);
		break;
	case NFT_MSG_NEWCHAIN:
		echo_chain(e, nlh);
		break;
	case NFT_MSG_NEWRULE:
		echo_rule(e, nlh);
		break;
	case NFT_MSG_NEWFLOWTABLE:
		echo_flowtable(e, nlh);
		break;
	case NFT_MSG_NEWOBJ:
		echo_object(e, nlh);
		break;
	case NFT_MSG_NEWSET:
		echo_set(e, nlh);
		break;
	case NFT_MSG_NEWSETELEM:
		echo_elements(e, nlh);
		break;
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
	for (e->cur = e->kept; e->cur; e->cur = e->cur->next)
		print_message(e, e->cur->nlh);
	print_elements(e);
	if (e->doc)
		print_json(e);
}
