// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "set KEY VALUE" of conntracks: a row a key.
 */
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>

#include "change_set.h"
#include "eval.h"
#include "suggest.h"
#include "sysctl.h"

struct assigning {
	struct nff *n;
	struct eval ev;
	struct conntrack *ct;		/* of new entries; else NULL */
	struct ct_change *c;
};

static struct eval make_eval(struct nff *n, struct arena *a)
{
	struct eval ev = { .arena = a, .diags = &n->diags, .family = NFPROTO_INET,
			   .icmp_type = -1 };

	proto_ctx_init(&ev.pctx, NFPROTO_INET);
	return ev;
}

const char *assigned_text(struct nff *n, struct arena *a, const struct query_assign *s)
{
	struct eval ev = make_eval(n, a);
	const struct expr *e = eval_var(&ev, s->value);

	if (e && e->kind == EX_SYMBOL)
		return e->sym;
	if (e)
		diag_error(&n->diags, s->value->loc, "'%s' is set to one value", s->key.s);
	return NULL;
}

int assigned_number(struct nff *n, struct arena *a, const struct query_assign *s, uint32_t max,
		    uint32_t *value)
{
	const char *text = assigned_text(n, a, s);
	nff_u128 v;

	if (!text)
		return -1;
	if (!parse_u128(text, &v) || v > max)
		return diag_error(&n->diags, s->value->loc, "'%.40s' is no number from 0 to %u",
				  text, max);
	*value = (uint32_t)v;
	return 0;
}

int assigned_seconds(struct nff *n, struct arena *a, const struct query_assign *s,
		     uint32_t *seconds)
{
	struct name word = { assigned_text(n, a, s), s->value->loc };
	uint64_t v;

	if (!word.s || parse_seconds(n, &word, 1, INT32_MAX, &v) < 0)
		return -1;
	*seconds = (uint32_t)v;
	return 0;
}

int unknown_key(struct nff *n, const struct query_assign *s, const char *const *names,
		const char *what)
{
	struct suggestion near;
	struct out all;

	suggest_init(&near, s->key.s, strlen(s->key.s));
	out_init_mem(&all);
	for (; *names; names++) {
		suggest(&near, *names);
		out_printf(&all, "%s%s", all.len ? ", " : "", *names);
	}
	diag_error(&n->diags, s->key.loc, "%s has no '%.40s' that can be set", what, s->key.s);
	if (near.best)
		diag_hint(&n->diags, "did you mean '%s'?", near.best);
	else
		diag_hint(&n->diags, "there are %s", out_str(&all));
	out_fini(&all);
	return -1;
}

/* ---- keys ---- */

static int set_mark(struct assigning *as, const struct query_assign *s)
{
	bool masked = s->value->kind == EX_PREFIX;
	struct expr *e = masked ? s->value->prefix.base : s->value;

	e = eval_value(&as->ev, e, &dt_mark, BO_HOST, 32);
	if (!e)
		return -1;
	if (e->kind != EX_VALUE)
		return diag_error(&as->n->diags, s->value->loc, "a mark is one number");
	as->c->mark = (uint32_t)e->value;
	as->c->mark_mask = masked ? s->value->prefix.len : UINT32_MAX;
	if (as->c->mark & ~as->c->mark_mask)
		return diag_error(&as->n->diags, s->value->loc, "the mark has bits that its mask "
				  "leaves as they are");
	return 0;
}

static int set_timeout(struct assigning *as, const struct query_assign *s)
{
	return assigned_seconds(as->n, as->ev.arena, s, &as->c->timeout);
}

/* Those that the kernel lets be set; the others say what has happened. */
#define STATUS_SETTABLE (IPS_SEEN_REPLY | IPS_ASSURED | IPS_FIXED_TIMEOUT)

static int add_status(struct assigning *as, struct expr *e)
{
	const char *word = eval_string(&as->ev, e, "a status");
	const struct ct_status_name *s;

	if (!word)
		return -1;
	for (s = ct_status_names; s->name && strcmp(s->name, word); s++)
		;
	if (!s->name)
		diag_error(&as->n->diags, e->loc, "'%.40s' is no status", word);
	else if (!(s->bit & STATUS_SETTABLE))
		diag_error(&as->n->diags, e->loc, "the status '%s' cannot be set", word);
	else
		as->c->status |= s->bit;
	if (s->name && s->bit & STATUS_SETTABLE)
		return 0;
	diag_hint(&as->n->diags, "there are assured, seen-reply and fixed-timeout");
	return -1;
}

/* Each of "a,b,c". */
static int each_item(struct assigning *as, struct expr *e,
		     int (*item)(struct assigning *as, struct expr *e))
{
	if (e->kind != EX_LIST)
		return item(as, e);
	for (struct expr *i = e->list.first; i; i = i->next)
		if (item(as, i) < 0)
			return -1;
	return 0;
}

static int set_status(struct assigning *as, const struct query_assign *s)
{
	return each_item(as, s->value, add_status);
}

/* The bit map of labels, bit 0 first, as the kernel has it. */
static void label_bits(nff_u128 labels, uint8_t *map)
{
	uint32_t words[CT_LABEL_BYTES / 4];

	for (unsigned int i = 0; i < CT_LABEL_BYTES / 4; i++)
		words[i] = (uint32_t)(labels >> (32 * i));
	memcpy(map, words, CT_LABEL_BYTES);
}

static int label_value(struct assigning *as, struct expr *e, nff_u128 *bits)
{
	e = eval_value(&as->ev, e, &dt_ct_label, BO_HOST, 128);
	if (!e)
		return -1;
	if (e->kind != EX_VALUE)
		return diag_error(&as->n->diags, e->loc, "a label is a name or a number");
	*bits = e->value;
	return 0;
}

static int change_labels(struct assigning *as, struct expr *e, bool add)
{
	uint8_t map[CT_LABEL_BYTES];
	nff_u128 bits = 0;

	if (label_value(as, e, &bits) < 0)
		return -1;
	label_bits(bits, map);
	for (unsigned int i = 0; i < CT_LABEL_BYTES; i++) {
		as->c->labels_mask[i] |= map[i];
		if (add)
			as->c->labels[i] |= map[i];
		else
			as->c->labels[i] &= (uint8_t)~map[i];
	}
	return 0;
}

static int add_label(struct assigning *as, struct expr *e)
{
	return change_labels(as, e, true);
}

static int remove_label(struct assigning *as, struct expr *e)
{
	return change_labels(as, e, false);
}

static int set_label(struct assigning *as, const struct query_assign *s)
{
	return each_item(as, s->value, add_label);
}

static int set_label_del(struct assigning *as, const struct query_assign *s)
{
	if (s->value->kind == EX_SYMBOL && strcmp(s->value->sym, "all") == 0) {
		memset(as->c->labels, 0, CT_LABEL_BYTES);
		memset(as->c->labels_mask, 0xff, CT_LABEL_BYTES);
		return 0;
	}
	return each_item(as, s->value, remove_label);
}

static int set_helper(struct assigning *as, const struct query_assign *s)
{
	const char *name = eval_string(&as->ev, s->value, "a helper");

	if (!name)
		return -1;
	/* NF_CT_HELPER_NAME_LEN of the kernel */
	if (strlen(name) > 15)
		return diag_error(&as->n->diags, s->value->loc, "the name of a helper has 15 "
				  "characters at most");
	as->c->helper = strcmp(name, "none") == 0 ? "" : name;
	return 0;
}

static int set_state(struct assigning *as, const struct query_assign *s)
{
	unsigned int l4proto = as->ct ? as->ct->tuple[CT_ORIG].l4proto : 0;

	as->c->state = eval_string(&as->ev, s->value, "a state");
	if (!as->c->state)
		return -1;
	if (as->ct ? ct_state_by_name(l4proto, as->c->state) >= 0 : ct_state_known(as->c->state))
		return 0;
	diag_error(&as->n->diags, s->value->loc, "'%.40s' is no state of %s", as->c->state,
		   as->ct ? ct_l4(l4proto)->name : "any protocol");
	diag_hint(&as->n->diags, "tcp has syn_sent, syn_recv, established, fin_wait, close_wait, "
		  "last_ack, time_wait and close");
	return -1;
}

static int set_role(struct assigning *as, const struct query_assign *s)
{
	const char *word = eval_string(&as->ev, s->value, "a role");

	if (!word)
		return -1;
	as->c->role = strcmp(word, "server") == 0;
	if (!as->c->role && strcmp(word, "client"))
		return diag_error(&as->n->diags, s->value->loc, "a role is client or server");
	return 0;
}

static int set_vtag(struct assigning *as, const struct query_assign *s)
{
	unsigned int dir = strcmp(s->key.s, "vtag-reply") == 0;

	return assigned_number(as->n, as->ev.arena, s, UINT32_MAX, &as->c->vtag[dir]);
}

/* "snat ADDR": the reply goes to it; "dnat ADDR": the reply comes from it. */
static int set_nat(struct assigning *as, const struct query_assign *s)
{
	struct ct_tuple *reply = as->ct ? &as->ct->tuple[CT_REPLY] : NULL;
	bool v6 = as->ct && as->ct->family == NFPROTO_IPV6, src = s->key.s[0] == 's';
	struct expr *e;

	if (!as->ct) {
		diag_error(&as->n->diags, s->key.loc, "the kernel changes the translation of new "
			   "entries only");
		diag_hint(&as->n->diags, "delete the conntrack and add it anew with '%s'",
			  s->key.s);
		return -1;
	}
	e = v6 ? eval_value(&as->ev, s->value, &dt_ip6addr, BO_BIG, 128) :
		 eval_value(&as->ev, s->value, &dt_ipaddr, BO_BIG, 32);
	if (!e)
		return -1;
	if (e->kind != EX_VALUE)
		return diag_error(&as->n->diags, s->value->loc, "this must be one address");
	value_export(e->value, BO_BIG, v6 ? 16 : 4, src ? reply->dst : reply->src);
	return 0;
}

static const struct assign_row {
	const char *key;
	uint32_t has;			/* CTX_* */
	bool again;			/* may be said more than once */
	int (*parse)(struct assigning *as, const struct query_assign *s);
} assign_rows[] = {
	{ "mark", CTX_MARK, false, set_mark },
	{ "timeout", CTX_TIMEOUT, false, set_timeout },
	{ "status", CTX_STATUS, true, set_status },
	{ "label", CTX_LABELS, true, set_label },
	{ "label-del", CTX_LABELS, true, set_label_del },
	{ "helper", CTX_HELPER, false, set_helper },
	{ "state", CTX_STATE, false, set_state },
	{ "role", CTX_ROLE, false, set_role },
	{ "vtag-original", CTX_VTAGS, true, set_vtag },
	{ "vtag-reply", CTX_VTAGS, true, set_vtag },
	{ "snat", CTX_SNAT, false, set_nat },
	{ "dnat", CTX_DNAT, false, set_nat },
};
#define N_ASSIGN (sizeof(assign_rows) / sizeof(assign_rows[0]))

static int no_key(struct nff *n, const struct query_assign *s)
{
	const char *names[N_ASSIGN + 1] = { NULL };

	if (strcmp(s->key.s, "zone") == 0) {
		diag_error(&n->diags, s->key.loc, "an entry stays in the zone it was made in");
		diag_hint(&n->diags, "for a new one say 'ct zone NUMBER' among the matches");
		return -1;
	}
	for (unsigned int i = 0; i < N_ASSIGN; i++)
		names[i] = assign_rows[i].key;
	return unknown_key(n, s, names, "a conntrack");
}

int change_parse(struct nff *n, struct arena *a, const struct query_assign *set,
		 struct conntrack *ct, struct ct_change *c)
{
	struct assigning as = { .n = n, .ev = make_eval(n, a), .ct = ct, .c = c };

	memset(c, 0, sizeof(*c));
	for (const struct query_assign *s = set; s; s = s->next) {
		const struct assign_row *r = assign_rows;

		while (r < assign_rows + N_ASSIGN && strcmp(r->key, s->key.s))
			r++;
		if (r == assign_rows + N_ASSIGN)
			return no_key(n, s);
		if (c->has & r->has && !r->again)
			return diag_error(&n->diags, s->key.loc, "'%s' is set twice", r->key);
		if (r->parse(&as, s) < 0)
			return -1;
		c->has |= r->has;
	}
	return 0;
}
