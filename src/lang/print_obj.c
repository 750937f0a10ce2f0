// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables, chains, flowtables and stateful objects to text.
 */
#include <ctype.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "print_int.h"

/* ---- words ---- */

/*
 * A quote in a string is doubled. What could break the line that the string
 * stands on, and cannot be read back, shows as '?'.
 */
void print_quoted(struct out *o, const char *s)
{
	out_putc(o, '"');
	for (; *s; s++) {
		if (*s == '"')
			out_puts(o, "\"\"");
		else if ((unsigned char)*s < ' ' && *s != '\t')
			out_putc(o, '?');
		else
			out_putc(o, *s);
	}
	out_putc(o, '"');
}

void print_name(struct out *o, const char *s)
{
	size_t len = strlen(s);
	bool plain = isalpha((unsigned char)s[0]) || s[0] == '_' || s[0] == '.';

	while (len && plain)
		plain = isalnum((unsigned char)s[--len]) || strchr("_.-/", s[len]);
	if (plain)
		out_puts(o, s);
	else
		print_quoted(o, s);
}

static const char *family_word(unsigned int family)
{
	const char *name = family_name(family);

	return name ? name : "<family>";
}

static void print_handle(struct out *o, uint64_t handle, const struct print_opts *opts)
{
	if (opts->handles && handle)
		out_printf(o, " # handle %llu", (unsigned long long)handle);
}

static void print_comment(struct out *o, const char *before, const char *comment,
			  const char *after)
{
	if (!comment)
		return;
	out_printf(o, "%scomment ", before);
	print_quoted(o, comment);
	out_puts(o, after);
}

/* { eth0, eth1 } */
static void print_devices(struct out *o, const struct device *d)
{
	out_puts(o, "{ ");
	for (; d; d = d->next) {
		print_name(o, d->name);
		out_puts(o, d->next ? ", " : " ");
	}
	out_putc(o, '}');
}

/* ---- tables ---- */

static const struct symbol table_flags[] = {
	{ "dormant", TABLEF_DORMANT },
	{ "owner", TABLEF_OWNER },
	{ "persist", TABLEF_PERSIST },
	{ NULL, 0 }
};

static void print_table_body(struct out *o, const struct table *t, const char *before,
			     const char *after)
{
	if (t->flags) {
		out_printf(o, "%sflags ", before);
		print_flag_names(o, table_flags, t->flags);
		out_puts(o, after);
	}
	print_comment(o, before, t->comment, after);
}

bool print_table_has_head(const struct table *t)
{
	return t->flags || t->comment;
}

void print_table_open(struct out *o, const struct table *t, const struct print_opts *opts)
{
	out_printf(o, "table %s %s {", family_word(t->h.family), t->h.table.s);
	print_handle(o, t->h.handle, opts);
	out_putc(o, '\n');
	print_table_body(o, t, "\t", "\n");
}

void print_table_close(struct out *o)
{
	out_puts(o, "}\n");
}

void print_cmd_table(struct out *o, const char *op, const struct table *t,
		     const struct print_opts *opts)
{
	out_printf(o, "%s table %s %s", op, family_word(t->h.family), t->h.table.s);
	if (print_table_has_head(t)) {
		out_puts(o, " { ");
		print_table_body(o, t, "", "; ");
		out_putc(o, '}');
	}
	print_handle(o, t->h.handle, opts);
	out_putc(o, '\n');
}

/* ---- chains ---- */

static const char *policy_name(uint32_t policy)
{
	return policy == NF_DROP ? "drop" : policy == NF_ACCEPT ? "accept" : "<policy>";
}

/* "type filter hook forward priority filter; policy accept;" */
static void print_base(struct out *o, const struct chain *c, const struct print_opts *opts)
{
	const char *hook = c->hook_name ? c->hook_name : hook_name(c->h.family, c->hook);

	out_printf(o, "type %s hook %s", c->type ? c->type : "filter", hook ? hook : "<hook>");
	if (c->devs && !c->devs->next) {
		out_puts(o, " device ");
		print_quoted(o, c->devs->name);
	} else if (c->devs) {
		out_puts(o, " devices = ");
		print_devices(o, c->devs);
	} else if (c->dev_expr) {
		out_puts(o, " device ");
		print_expr(o, c->dev_expr, opts);
	}
	out_puts(o, " priority ");
	if (c->prio.expr)
		print_expr(o, c->prio.expr, opts);
	else
		priority_print(c->h.family, c->hook, c->prio.value, opts, o);
	out_puts(o, "; policy ");
	if (c->policy_expr)
		print_expr(o, c->policy_expr, opts);
	else
		out_puts(o, policy_name(c->flags & CHAINF_POLICY ? c->policy : NF_ACCEPT));
	out_putc(o, ';');
}

void print_chain_open(struct out *o, const struct chain *c, const struct print_opts *opts)
{
	out_printf(o, "\tchain %s {", c->h.chain.s);
	print_handle(o, c->h.handle, opts);
	out_putc(o, '\n');
	print_comment(o, "\t\t", c->comment, "\n");
	if (c->flags & CHAINF_BASE) {
		out_puts(o, "\t\t");
		print_base(o, c, opts);
		out_putc(o, '\n');
		if (c->flags & CHAINF_HW_OFFLOAD)
			out_puts(o, "\t\tflags offload\n");
	}
}

void print_chain_close(struct out *o)
{
	out_puts(o, "\t}\n");
}

void print_cmd_chain(struct out *o, const char *op, const struct chain *c,
		     const struct print_opts *opts)
{
	out_printf(o, "%s chain %s %s %s", op, family_word(c->h.family), c->h.table.s,
		   c->h.chain.s);
	if (c->flags & CHAINF_BASE || c->comment) {
		out_puts(o, " { ");
		if (c->flags & CHAINF_BASE) {
			print_base(o, c, opts);
			out_putc(o, ' ');
		}
		if (c->flags & CHAINF_HW_OFFLOAD)
			out_puts(o, "flags offload; ");
		print_comment(o, "", c->comment, "; ");
		out_putc(o, '}');
	}
	print_handle(o, c->h.handle, opts);
	out_putc(o, '\n');
}

void print_cmd_rule(struct out *o, const char *op, const struct rule *r,
		    const struct print_opts *opts)
{
	out_printf(o, "%s rule %s %s %s ", op, family_word(r->h->family), r->h->table.s,
		   r->h->chain.s);
	if (r->h->position)
		out_printf(o, "handle %llu ", (unsigned long long)r->h->position);
	print_rule(o, r, opts);
	out_putc(o, '\n');
}

/* ---- flowtables ---- */

/* "timeout tcp 1m udp 20s", "size 65536" */
static void print_flowtable_settings(struct out *o, const struct flowtable_settings *s,
				     const char *before, const char *after)
{
	if (s->has & (FTS_TCP_TIMEOUT | FTS_UDP_TIMEOUT)) {
		out_printf(o, "%stimeout", before);
		if (s->has & FTS_TCP_TIMEOUT) {
			out_puts(o, " tcp ");
			out_duration(o, s->tcp_timeout * UINT64_C(1000));
		}
		if (s->has & FTS_UDP_TIMEOUT) {
			out_puts(o, " udp ");
			out_duration(o, s->udp_timeout * UINT64_C(1000));
		}
		out_puts(o, after);
	}
	if (s->has & FTS_SIZE)
		out_printf(o, "%ssize %u%s", before, s->size, after);
}

static void print_flowtable_body(struct out *o, const struct flowtable *f, const char *before,
				 const char *after, const struct print_opts *opts)
{
	if (f->has_hook) {
		const char *hook = f->hook_name ? f->hook_name : hook_name(NFPROTO_NETDEV,
									     f->hook);

		out_printf(o, "%shook %s priority ", before, hook ? hook : "<hook>");
		if (f->prio.expr)
			print_expr(o, f->prio.expr, opts);
		else
			priority_print(NFPROTO_NETDEV, f->hook, f->prio.value, opts, o);
		out_puts(o, after);
	}
	if (f->devs) {
		out_printf(o, "%sdevices = ", before);
		print_devices(o, f->devs);
		out_puts(o, after);
	} else if (f->dev_expr) {
		out_printf(o, "%sdevices = ", before);
		print_expr(o, f->dev_expr, opts);
		out_puts(o, after);
	}
	if (f->flags & FTF_HW_OFFLOAD)
		out_printf(o, "%sflags offload%s", before, after);
	if (f->flags & FTF_COUNTER)
		out_printf(o, "%scounter%s", before, after);
	print_flowtable_settings(o, &f->settings, before, after);
}

void print_flowtable(struct out *o, const struct flowtable *f, const struct print_opts *opts)
{
	out_printf(o, "\tflowtable %s {", f->h.obj.s);
	print_handle(o, f->h.handle, opts);
	out_putc(o, '\n');
	print_flowtable_body(o, f, "\t\t", "\n", opts);
	out_puts(o, "\t}\n");
}

void print_cmd_flowtable(struct out *o, const char *op, const struct flowtable *f,
			 const struct print_opts *opts)
{
	out_printf(o, "%s flowtable %s %s %s", op, family_word(f->h.family), f->h.table.s,
		   f->h.obj.s);
	if (f->has_hook || f->devs || f->dev_expr || f->settings.has) {
		out_puts(o, " { ");
		print_flowtable_body(o, f, "", "; ", opts);
		out_putc(o, '}');
	}
	print_handle(o, f->h.handle, opts);
	out_putc(o, '\n');
}

/* ---- stateful objects ---- */

static void print_l4proto(struct out *o, uint8_t l4proto, const struct print_opts *opts)
{
	struct print_opts names = *opts;

	/* by name even where numbers are asked for */
	names.numeric_proto = false;
	out_puts(o, "protocol ");
	datatype_print(&dt_inet_proto, l4proto, 8, &names, o);
}

static void print_l3proto(struct out *o, const char *before, uint16_t l3proto, const char *after)
{
	const char *family = family_name(l3proto);

	if (family)
		out_printf(o, "%sl3proto %s%s", before, family, after);
	else
		out_printf(o, "%sl3proto <%u>%s", before, l3proto, after);
}

static void print_timeout(struct out *o, const struct object *obj, const char *before,
			  const char *after, const struct print_opts *opts)
{
	const struct expr *i = obj->timeout.values ? obj->timeout.values->first : NULL;

	out_puts(o, before);
	print_l4proto(o, obj->timeout.l4proto, opts);
	out_puts(o, after);
	print_l3proto(o, before, obj->timeout.l3proto, after);
	if (!i)
		return;
	out_printf(o, "%spolicy = { ", before);
	for (; i; i = i->next) {
		print_expr(o, i, opts);
		if (i->next)
			out_puts(o, ", ");
	}
	out_printf(o, " }%s", after);
}

static void print_expectation(struct out *o, const struct object *obj, const char *before,
			      const char *after, const struct print_opts *opts)
{
	out_puts(o, before);
	print_l4proto(o, obj->expect.l4proto, opts);
	out_printf(o, "%s%sdport %u%s%stimeout ", after, before, obj->expect.dport, after, before);
	print_msecs(o, obj->expect.timeout_ms, opts);
	out_printf(o, "%s%ssize %u%s", after, before, obj->expect.size, after);
	print_l3proto(o, before, obj->expect.l3proto, after);
}

/*
 * The lines of an object: before stands in front of each, after behind those
 * that end with a semicolon in a command, nl behind the others.
 */
static void print_object_body(struct out *o, const struct object *obj, const char *before,
			      const char *after, const char *nl, const struct print_opts *opts)
{
	switch (obj->type) {
	case NFT_OBJECT_COUNTER:
		if (!opts->stateless)
			out_printf(o, "%spackets %llu bytes %llu%s", before,
				   (unsigned long long)obj->counter.packets,
				   (unsigned long long)obj->counter.bytes, nl);
		break;
	case NFT_OBJECT_QUOTA:
		out_puts(o, before);
		print_quota(o, &obj->quota, opts);
		out_puts(o, nl);
		break;
	case NFT_OBJECT_LIMIT:
		out_puts(o, before);
		print_limit(o, &obj->limit);
		out_puts(o, nl);
		break;
	case NFT_OBJECT_CT_HELPER:
		out_printf(o, "%stype ", before);
		print_quoted(o, obj->helper.name);
		out_putc(o, ' ');
		print_l4proto(o, obj->helper.l4proto, opts);
		out_puts(o, after);
		print_l3proto(o, before, obj->helper.l3proto, after);
		break;
	case NFT_OBJECT_CT_TIMEOUT:
		print_timeout(o, obj, before, after, opts);
		break;
	case NFT_OBJECT_CT_EXPECT:
		print_expectation(o, obj, before, after, opts);
		break;
	case NFT_OBJECT_SYNPROXY:
		print_synproxy_opts(o, &obj->synproxy, before, after);
		break;
	case NFT_OBJECT_SECMARK:
		out_puts(o, before);
		print_quoted(o, obj->secctx);
		out_puts(o, after);
		break;
	}
}

static const char *object_word(const struct object *obj)
{
	const char *name = object_type_name(obj->type);

	return name ? name : "<object>";
}

void print_object(struct out *o, const struct object *obj, const struct print_opts *opts)
{
	out_printf(o, "\t%s %s {", object_word(obj), obj->h.obj.s);
	print_handle(o, obj->h.handle, opts);
	out_putc(o, '\n');
	print_comment(o, "\t\t", obj->comment, "\n");
	print_object_body(o, obj, "\t\t", "\n", "\n", opts);
	out_puts(o, "\t}\n");
}

void print_cmd_object(struct out *o, const char *op, const struct object *obj,
		      const struct print_opts *opts)
{
	out_printf(o, "%s %s %s %s %s { ", op, object_word(obj), family_word(obj->h.family),
		   obj->h.table.s, obj->h.obj.s);
	print_comment(o, "", obj->comment, "; ");
	print_object_body(o, obj, "", "; ", " ", opts);
	out_putc(o, '}');
	print_handle(o, obj->h.handle, opts);
	out_putc(o, '\n');
}

/* ---- a whole table ---- */

/* An empty line between blocks. */
static void separate(struct out *o, bool *any)
{
	if (*any)
		out_putc(o, '\n');
	*any = true;
}

void print_table(struct out *o, const struct table *t, const struct print_opts *opts)
{
	bool any = print_table_has_head(t);
	const struct flowtable *f;
	const struct object *obj;
	const struct chain *c;
	const struct rule *r;
	const struct set *s;

	print_table_open(o, t, opts);
	for (obj = t->objects; obj; obj = obj->next) {
		separate(o, &any);
		print_object(o, obj, opts);
	}
	for (s = t->sets; s; s = s->next) {
		if (s->flags & NFT_SET_ANONYMOUS)
			continue;
		separate(o, &any);
		print_set(o, s, opts);
	}
	for (f = t->flowtables; f; f = f->next) {
		separate(o, &any);
		print_flowtable(o, f, opts);
	}
	for (c = t->chains; c; c = c->next) {
		separate(o, &any);
		print_chain_open(o, c, opts);
		for (r = c->rules; r; r = r->next) {
			out_puts(o, "\t\t");
			print_rule(o, r, opts);
			out_putc(o, '\n');
		}
		print_chain_close(o);
	}
	print_table_close(o);
}
