// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Evaluation of declarations: chains, flowtables, stateful objects.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include "eval.h"

/* What the scanner takes for a word: only such a name can be listed and loaded again. */
static bool is_word(const char *s)
{
	#define NAME_START "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.\\"

	return *s && strchr(NAME_START, *s) && !s[strspn(s, NAME_START "0123456789/-")];
}

int eval_new_name(struct eval *ev, const struct name *name, const char *what)
{
	if (!name->s)
		return 0;
	if (strlen(name->s) >= NFT_NAME_MAXLEN)
		return diag_error(ev->diags, name->loc, "the name of the %s is too long: %d "
				  "characters at most", what, NFT_NAME_MAXLEN - 1);
	if (is_word(name->s))
		return 0;
	diag_error(ev->diags, name->loc, "'%.64s' is no name for a %s", name->s, what);
	diag_hint(ev->diags, "a name begins with a letter and goes on with letters, digits and "
		  "_ . / -");
	return -1;
}

/* ---- devices ---- */

static int add_device(struct eval *ev, struct expr *e, struct device ***last)
{
	struct device *d;

	if (e->kind != EX_SYMBOL)
		return diag_error(ev->diags, e->loc, "a device is a name");
	if (!*e->sym || strlen(e->sym) >= IFNAMSIZ)
		return diag_error(ev->diags, e->loc, "'%.40s' is no device name: 1 to %d "
				  "characters", e->sym, IFNAMSIZ - 1);
	d = arena_new(ev->arena, struct device);
	d->name = e->sym;
	d->loc = e->loc;
	list_add_tail(*last, d);
	return 0;
}

static int add_devices(struct eval *ev, struct expr *e, struct device ***last, unsigned int depth)
{
	e = eval_var(ev, e);
	if (!e)
		return -1;
	if (depth > 16)
		return diag_error(ev->diags, e->loc, "device lists are nested too deeply");
	if (e->kind == EX_ELEM)
		return add_devices(ev, e->elem.key, last, depth + 1);
	if (e->kind != EX_SET && e->kind != EX_LIST)
		return add_device(ev, e, last);
	for (struct expr *i = e->kind == EX_SET ? e->set->elems.first : e->list.first; i;
	     i = i->next)
		if (add_devices(ev, i, last, depth + 1))
			return -1;
	return 0;
}

static int eval_devices(struct eval *ev, struct expr *e, struct device **devs)
{
	struct device **last = devs;

	if (!e)
		return 0;
	*devs = NULL;
	return add_devices(ev, e, &last, 0);
}

/* ---- priorities ---- */

static bool parse_s32(const char *s, int32_t *v)
{
	char *end;
	long long n = strtoll(s, &end, 10);

	if (end == s || *end || n < INT32_MIN || n > INT32_MAX)
		return false;
	*v = (int32_t)n;
	return true;
}

/*
 * A number, a name, or a name and an offset: the parser leaves the offset in
 * value. The name may come from a variable, then it may be a number, too.
 */
static int eval_priority(struct eval *ev, struct priority *p, int hook)
{
	struct expr *e;
	int32_t base;
	int64_t sum;

	if (!p->expr)
		return 0;
	e = eval_var(ev, p->expr);
	if (!e)
		return -1;
	if (e->kind != EX_SYMBOL)
		return diag_error(ev->diags, e->loc, "a priority is a number or a name");
	if (!parse_s32(e->sym, &base) && !priority_by_name(ev->family, hook, e->sym, &base)) {
		diag_error(ev->diags, e->loc, "'%.40s' is no priority here", e->sym);
		diag_hint(ev->diags, "numbers always are; which names there are depends on the "
			  "family and the hook, see nff(8)");
		return -1;
	}
	sum = (int64_t)base + p->value;
	if (sum < INT32_MIN || sum > INT32_MAX)
		return diag_error(ev->diags, p->loc, "the priority is out of range");
	p->value = (int32_t)sum;
	p->expr = NULL;
	return 0;
}

/* ---- chains ---- */

static int eval_hook(struct eval *ev, const char *name, struct loc loc, int32_t *hook)
{
	if (!name)
		return 0;
	*hook = hook_by_name(ev->family, name);
	if (*hook >= 0)
		return 0;
	diag_error(ev->diags, loc, "the family %s has no hook '%.40s'", family_name(ev->family), name);
	if (ev->family == NFPROTO_NETDEV)
		diag_hint(ev->diags, "there are ingress and egress");
	else if (ev->family == NFPROTO_ARP)
		diag_hint(ev->diags, "there are input and output");
	else
		diag_hint(ev->diags, "there are prerouting, input, forward, output, postrouting%s",
			  ev->family == NFPROTO_INET ? " and ingress" : "");
	return -1;
}

static int eval_policy(struct eval *ev, struct chain *c)
{
	struct expr *e = c->policy_expr;

	if (!e)
		return 0;
	e = eval_var(ev, e);
	if (!e)
		return -1;
	if (e->kind == EX_VERDICT && (e->verdict.code == NF_ACCEPT || e->verdict.code == NF_DROP)) {
		c->policy = e->verdict.code;
	} else if (e->kind == EX_SYMBOL && !strcmp(e->sym, "accept")) {
		c->policy = NF_ACCEPT;
	} else if (e->kind == EX_SYMBOL && !strcmp(e->sym, "drop")) {
		c->policy = NF_DROP;
	} else {
		return diag_error(ev->diags, e->loc, "a policy is accept or drop");
	}
	c->flags |= CHAINF_POLICY;
	c->policy_expr = NULL;
	return 0;
}

static int check_chain_type(struct eval *ev, const struct chain *c)
{
	static const char *const types[] = { "filter", "nat", "route" };

	if (!c->type)
		return 0;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(c->type, types[i]))
			return 0;
	diag_error(ev->diags, c->type_loc, "there is no chain type '%.40s'", c->type);
	diag_hint(ev->diags, "there are filter, nat and route");
	return -1;
}

int eval_chain(struct eval *ev, struct chain *c)
{
	if (eval_new_name(ev, &c->h.chain, "chain") || eval_new_name(ev, &c->h.table, "table"))
		return -1;
	if (check_chain_type(ev, c) || eval_hook(ev, c->hook_name, c->hook_loc, &c->hook))
		return -1;
	if (eval_priority(ev, &c->prio, c->hook) || eval_policy(ev, c))
		return -1;
	if (eval_devices(ev, c->dev_expr, &c->devs))
		return -1;
	if (c->devs && ev->family != NFPROTO_NETDEV && ev->family != NFPROTO_INET)
		return diag_error(ev->diags, c->devs->loc, "a chain of the family %s is not bound to "
				  "devices", family_name(ev->family));
	if (ev->family == NFPROTO_INET && c->hook == NF_INET_INGRESS && !c->devs)
		return diag_error(ev->diags, c->hook_loc, "an ingress chain needs a device");
	return 0;
}

int eval_flowtable(struct eval *ev, struct flowtable *f)
{
	if (eval_new_name(ev, &f->h.obj, "flowtable") || eval_new_name(ev, &f->h.table, "table"))
		return -1;
	if (f->hook_name) {
		if (strcmp(f->hook_name, "ingress")) {
			diag_error(ev->diags, f->hook_loc, "a flowtable has no hook '%.40s'",
				   f->hook_name);
			diag_hint(ev->diags, "its hook is ingress");
			return -1;
		}
		f->hook = NF_NETDEV_INGRESS;
		f->has_hook = true;
	}
	if (f->prio.expr) {
		unsigned int family = ev->family;
		int err;

		/* Names are those of the ingress hook: there is filter, at 0. */
		ev->family = NFPROTO_NETDEV;
		err = eval_priority(ev, &f->prio, NF_NETDEV_INGRESS);
		ev->family = family;
		if (err)
			return -1;
	}
	return eval_devices(ev, f->dev_expr, &f->devs);
}

int eval_object(struct eval *ev, struct object *obj)
{
	return eval_new_name(ev, &obj->h.obj, "object");
}
