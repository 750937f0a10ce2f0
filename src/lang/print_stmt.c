// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements and rules to text.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_log.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>

#include "print_int.h"

void print_flag_names(struct out *o, const struct symbol *table, uint64_t flags)
{
	bool first = true;

	for (; table->name; table++) {
		if (!(flags & table->value))
			continue;
		if (!first)
			out_putc(o, ',');
		first = false;
		out_puts(o, table->name);
	}
}

/* ---- stateful statements ---- */

static void print_counter(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	out_puts(o, "counter");
	if (opts->stateless)
		return;
	out_puts(o, " packets ");
	out_u64(o, s->counter.packets);
	out_puts(o, " bytes ");
	out_u64(o, s->counter.bytes);
}

/* The largest unit that divides a number of bytes. */
static void print_bytes(struct out *o, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "kbytes", "mbytes" };
	unsigned int i;

	for (i = 0; i < 2 && bytes && bytes % 1024 == 0; i++)
		bytes /= 1024;
	out_u64(o, bytes);
	out_putc(o, ' ');
	out_puts(o, units[i]);
}

/* What the kernel's default burst of packets is. */
#define LIMIT_BURST_DEFAULT 5

void print_limit(struct out *o, const struct limit_stmt *l)
{
	static const struct symbol units[] = {
		{ "second", 1 },
		{ "minute", 60 },
		{ "hour", 60 * 60 },
		{ "day", 24 * 60 * 60 },
		{ "week", 7 * 24 * 60 * 60 },
		{ NULL, 0 }
	};
	const char *unit = symbol_by_value(units, l->unit);
	bool bytes = l->type == NFT_LIMIT_PKT_BYTES;

	out_puts(o, l->inv ? "rate over " : "rate ");
	if (bytes)
		print_bytes(o, l->rate);
	else
		out_u64(o, l->rate);
	out_putc(o, '/');
	if (unit)
		out_puts(o, unit);
	else
		out_printf(o, "<%llu seconds>", (unsigned long long)l->unit);
	if (!l->has_burst || (!bytes && l->burst == LIMIT_BURST_DEFAULT))
		return;
	out_puts(o, " burst ");
	if (bytes) {
		print_bytes(o, l->burst);
	} else {
		out_u64(o, l->burst);
		out_puts(o, " packets");
	}
}

void print_quota(struct out *o, const struct quota_stmt *q, const struct print_opts *opts)
{
	if (q->inv)
		out_puts(o, "over ");
	print_bytes(o, q->bytes);
	if (q->used && !opts->stateless) {
		out_puts(o, " used ");
		print_bytes(o, q->used);
	}
}

static void print_last(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	out_puts(o, "last");
	if (opts->stateless)
		return;
	out_puts(o, " used ");
	if (s->last.used)
		print_msecs(o, s->last.msecs, opts);
	else
		out_puts(o, "never");
}

/* ---- log, reject ---- */

static void print_log_flags(struct out *o, uint32_t flags)
{
	static const struct symbol tcp[] = {
		{ "sequence", NF_LOG_TCPSEQ },
		{ "options", NF_LOG_TCPOPT },
		{ NULL, 0 }
	};

	if ((flags & NF_LOG_MASK) == NF_LOG_MASK) {
		out_puts(o, " flags all");
		return;
	}
	if (flags & (NF_LOG_TCPSEQ | NF_LOG_TCPOPT)) {
		out_puts(o, " flags tcp ");
		print_flag_names(o, tcp, flags);
	}
	if (flags & NF_LOG_IPOPT)
		out_puts(o, " flags ip options");
	if (flags & NF_LOG_UID)
		out_puts(o, " flags skuid");
	if (flags & NF_LOG_MACDECODE)
		out_puts(o, " flags ether");
}

#define LOG_LEVEL_DEFAULT 4	/* warn */

static void print_log(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	const struct log_stmt *l = s->log;
	const char *level;

	out_puts(o, "log");
	if (l->prefix_expr && !l->prefix) {
		out_puts(o, " prefix ");
		print_expr(o, l->prefix_expr, opts);
	} else if (l->set & LOG_HAS_PREFIX && l->prefix) {
		out_puts(o, " prefix ");
		print_quoted(o, l->prefix);
	}
	if (l->set & LOG_HAS_GROUP)
		out_printf(o, " group %u", l->group);
	if (l->set & LOG_HAS_SNAPLEN)
		out_printf(o, " snaplen %u", l->snaplen);
	if (l->set & LOG_HAS_QTHRESHOLD)
		out_printf(o, " queue-threshold %u", l->qthreshold);
	if (l->set & LOG_HAS_LEVEL && l->level != LOG_LEVEL_DEFAULT) {
		level = symbol_by_value(log_level_symbols, l->level);
		if (level)
			out_printf(o, " level %s", level);
		else
			out_printf(o, " level <%u>", l->level);
	}
	print_log_flags(o, l->flags);
}

static void print_reject(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	const struct reject_stmt *r = s->reject;
	const struct datatype *dt = &dt_icmp_code;
	const char *with = "icmp";

	out_puts(o, "reject");
	if (r->type == NFT_REJECT_TCP_RST) {
		out_puts(o, " with tcp reset");
		return;
	}
	if (r->type < 0 || (!r->has_code && !r->code_expr))
		return;
	if (r->type == NFT_REJECT_ICMPX_UNREACH) {
		dt = &dt_icmpx_code;
		with = "icmpx";
	} else if (r->family == NFPROTO_IPV6) {
		dt = &dt_icmpv6_code;
		with = "icmpv6";
	}
	out_printf(o, " with %s ", with);
	if (r->has_code)
		datatype_print(dt, r->code, 8, opts, o);
	else
		print_expr(o, r->code_expr, opts);
}

/* ---- where packets go ---- */

static bool is_ip6(const struct expr *e)
{
	return e->kind == EX_VALUE && e->type == &dt_ip6addr;
}

/* In front of a port an IPv6 address needs brackets. */
static void print_addr(struct out *o, const struct expr *e, bool with_port,
		       const struct print_opts *opts)
{
	bool brackets = with_port && is_ip6(e);

	if (e->kind == EX_RANGE) {
		print_addr(o, e->bin.left, with_port, opts);
		out_putc(o, '-');
		print_addr(o, e->bin.right, with_port, opts);
		return;
	}
	if (brackets)
		out_putc(o, '[');
	print_expr(o, e, opts);
	if (brackets)
		out_putc(o, ']');
}

static void print_addr_port(struct out *o, const struct expr *addr, const struct expr *port,
			    const struct print_opts *opts)
{
	if (addr)
		print_addr(o, addr, port, opts);
	if (port) {
		out_putc(o, ':');
		print_expr(o, port, opts);
	}
}

static void print_nat(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	static const char *const kinds[] = {
		[NAT_SNAT] = "snat", [NAT_DNAT] = "dnat", [NAT_MASQUERADE] = "masquerade",
		[NAT_REDIRECT] = "redirect",
	};
	static const struct symbol flags[] = {
		{ "random", NF_NAT_RANGE_PROTO_RANDOM },
		{ "fully-random", NF_NAT_RANGE_PROTO_RANDOM_FULLY },
		{ "persistent", NF_NAT_RANGE_PERSISTENT },
		{ NULL, 0 }
	};
	const struct nat_stmt *n = s->nat;
	const char *family = family_name(n->family);
	uint32_t shown = n->flags & (NF_NAT_RANGE_PROTO_RANDOM_ALL | NF_NAT_RANGE_PERSISTENT);

	out_puts(o, kinds[n->kind]);
	if (n->type_flags & NAT_FAMILY_WRITTEN && family)
		out_printf(o, " %s", family);
	if (n->type_flags & NAT_PREFIX)
		out_puts(o, " prefix");
	if (n->addr || n->port) {
		out_puts(o, " to ");
		print_addr_port(o, n->addr, n->port, opts);
	}
	if (shown) {
		out_putc(o, ' ');
		print_flag_names(o, flags, shown);
	}
}

static void print_tproxy(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	const struct tproxy_stmt *t = s->tproxy;
	const char *family = family_name(t->family);

	out_puts(o, "tproxy");
	if (family && t->family != NFPROTO_INET)
		out_printf(o, " %s", family);
	out_puts(o, " to ");
	/* with brackets even where no port follows */
	if (t->addr)
		print_addr(o, t->addr, true, opts);
	print_addr_port(o, NULL, t->port, opts);
}

static void print_queue(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	static const struct symbol flags[] = {
		{ "bypass", NFT_QUEUE_FLAG_BYPASS },
		{ "fanout", NFT_QUEUE_FLAG_CPU_FANOUT },
		{ NULL, 0 }
	};
	const struct queue_stmt *q = s->queue;

	out_puts(o, "queue");
	if (q->flags & NFT_QUEUE_FLAG_MASK) {
		out_puts(o, " flags ");
		print_flag_names(o, flags, q->flags);
	}
	out_puts(o, " to ");
	if (q->num) {
		print_expr(o, q->num, opts);
	} else {
		out_u64(o, q->from);
		if (q->to > q->from)
			out_printf(o, "-%u", q->to);
	}
}

/* dup and fwd */
static void print_fwd(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	const struct fwd_stmt *f = s->fwd;
	const char *family = family_name(f->family);

	out_puts(o, s->kind == ST_DUP ? "dup" : "fwd");
	if (f->addr && family)
		out_printf(o, " %s", family);
	out_puts(o, " to ");
	if (f->addr)
		print_expr(o, f->addr, opts);
	if (f->addr && f->dev)
		out_puts(o, " device ");
	if (f->dev)
		print_expr(o, f->dev, opts);
}

void print_synproxy_opts(struct out *o, const struct synproxy_stmt *sp, const char *before,
			 const char *after)
{
	const uint32_t last = NF_SYNPROXY_OPT_TIMESTAMP | NF_SYNPROXY_OPT_SACK_PERM;

	if (sp->flags & NF_SYNPROXY_OPT_MSS)
		out_printf(o, "%smss %u%s", before, sp->mss, after);
	if (sp->flags & NF_SYNPROXY_OPT_WSCALE)
		out_printf(o, "%swscale %u%s", before, sp->wscale, after);
	if (!(sp->flags & last))
		return;
	out_puts(o, before);
	if (sp->flags & NF_SYNPROXY_OPT_TIMESTAMP)
		out_puts(o, "timestamp");
	if ((sp->flags & last) == last)
		out_putc(o, ' ');
	if (sp->flags & NF_SYNPROXY_OPT_SACK_PERM)
		out_puts(o, "sack-perm");
	out_puts(o, after);
}

/* ---- sets and objects that rules use ---- */

static void print_setupd(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	static const char *const ops[] = {
		[NFT_DYNSET_OP_ADD] = "add", [NFT_DYNSET_OP_UPDATE] = "update",
		[NFT_DYNSET_OP_DELETE] = "delete",
	};
	const struct setupd_stmt *u = s->setupd;
	const uint32_t meter = NFT_SET_ANONYMOUS | NFT_SET_EVAL;

	if (u->set && (u->set->flags & meter) == meter) {
		out_printf(o, "meter %s ", u->set_name);
		if (u->set->size)
			out_printf(o, "size %u ", u->set->size);
		out_puts(o, "{ ");
	} else {
		out_printf(o, "%s @%s { ", u->op < sizeof(ops) / sizeof(ops[0]) ? ops[u->op] :
			   "<operation>", u->set_name);
	}
	print_expr(o, u->key, opts);
	if (u->opts) {
		print_elem_times(o, u->opts, opts);
		if (u->opts->comment) {
			out_puts(o, " comment ");
			print_quoted(o, u->opts->comment);
		}
	}
	if (u->stmts) {
		struct print_opts stateless = *opts;

		/* what new elements begin with */
		stateless.stateless = true;
		out_putc(o, ' ');
		print_stmt_list(o, u->stmts, &stateless);
	}
	if (u->data) {
		out_puts(o, " : ");
		print_expr(o, u->data, opts);
	}
	out_puts(o, " }");
}

static const struct object_type {
	uint32_t type;
	const char *name;		/* of the object */
	const char *ref;		/* in a rule, in front of its name */
} object_types[] = {
	{ NFT_OBJECT_COUNTER, "counter", "counter name" },
	{ NFT_OBJECT_QUOTA, "quota", "quota name" },
	{ NFT_OBJECT_LIMIT, "limit", "limit name" },
	{ NFT_OBJECT_CT_HELPER, "ct helper", "ct helper set" },
	{ NFT_OBJECT_CT_TIMEOUT, "ct timeout", "ct timeout set" },
	{ NFT_OBJECT_CT_EXPECT, "ct expectation", "ct expectation set" },
	{ NFT_OBJECT_SYNPROXY, "synproxy", "synproxy name" },
	{ NFT_OBJECT_SECMARK, "secmark", "meta secmark set" },
};

static const struct object_type *object_type(uint32_t type)
{
	unsigned int i;

	for (i = 0; i < sizeof(object_types) / sizeof(object_types[0]); i++)
		if (object_types[i].type == type)
			return &object_types[i];
	return NULL;
}

const char *object_type_name(uint32_t type)
{
	const struct object_type *t = object_type(type);

	return t ? t->name : NULL;
}

static void print_objref(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	const struct object_type *t = object_type(s->objref.type);
	const struct expr *name = s->objref.name;

	if (t)
		out_puts(o, t->ref);
	else
		out_printf(o, "<object %u>", s->objref.type);
	out_putc(o, ' ');
	if (name->kind == EX_SYMBOL)
		print_quoted(o, name->sym);
	else
		print_expr(o, name, opts);
}

/* ---- all of them ---- */

/* Several flags that a key is set to: events as a list, others ored. */
static void print_key_set(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	const struct expr *key = s->set.key;
	bool list = key->kind == EX_FIELD && key->field.f->kind == FK_CT;

	print_expr(o, key, opts);
	out_puts(o, " set ");
	print_const(o, s->set.value, key, list ? FORM_LIST : FORM_OR, opts);
}

static void print_expr_stmt(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	print_expr(o, s->expr, opts);
}

static void print_limit_stmt(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	(void)opts;
	out_puts(o, "limit ");
	print_limit(o, s->limit);
}

static void print_quota_stmt(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	out_puts(o, "quota ");
	print_quota(o, s->quota, opts);
}

static void print_connlimit(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	(void)opts;
	out_printf(o, "ct count %s%u", s->connlimit->inv ? "over " : "", s->connlimit->count);
}

static void print_notrack(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	(void)s;
	(void)opts;
	out_puts(o, "notrack");
}

static void print_flow(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	out_puts(o, "flow add @");
	if (s->flow.name)
		out_puts(o, s->flow.name);
	else if (s->flow.name_expr)
		print_expr(o, s->flow.name_expr, opts);
}

static void print_synproxy(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	(void)opts;
	out_puts(o, "synproxy");
	print_synproxy_opts(o, s->synproxy, " ", "");
}

static void print_optstrip(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	out_puts(o, "reset ");
	print_expr(o, s->expr, opts);
}

/*
 * What is not known must not be left out when the listing is loaded again, so
 * it is no comment.
 */
static void print_unknown(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	(void)opts;
	out_printf(o, "<%s>", s->unknown ? s->unknown : "unknown");
}

void print_stmt(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	static void (*const printers[ST_MAX])(struct out *o, const struct stmt *s,
					      const struct print_opts *opts) = {
		[ST_MATCH] = print_expr_stmt, [ST_VERDICT] = print_expr_stmt,
		[ST_COUNTER] = print_counter, [ST_LIMIT] = print_limit_stmt,
		[ST_QUOTA] = print_quota_stmt, [ST_LAST] = print_last,
		[ST_CONNLIMIT] = print_connlimit, [ST_LOG] = print_log,
		[ST_REJECT] = print_reject, [ST_NAT] = print_nat,
		[ST_NOTRACK] = print_notrack, [ST_SET] = print_key_set, [ST_FLOW] = print_flow,
		[ST_QUEUE] = print_queue, [ST_DUP] = print_fwd, [ST_FWD] = print_fwd,
		[ST_TPROXY] = print_tproxy, [ST_SYNPROXY] = print_synproxy,
		[ST_OBJREF] = print_objref, [ST_SETUPD] = print_setupd,
		[ST_UNKNOWN] = print_unknown, [ST_OPTSTRIP] = print_optstrip,
	};

	if (s->kind < ST_MAX && printers[s->kind])
		printers[s->kind](o, s, opts);
}

void print_stmt_list(struct out *o, const struct stmt *s, const struct print_opts *opts)
{
	bool first = true;

	for (; s; s = s->next) {
		if (s->flags & STF_GENERATED)
			continue;
		if (!first)
			out_putc(o, ' ');
		first = false;
		print_stmt(o, s, opts);
	}
}

/* The rule around it tells a handle, with which all of it goes. */
void print_block(struct out *o, const struct chain *block, const struct print_opts *opts)
{
	struct print_opts inner = *opts;

	inner.handles = false;
	out_puts(o, "{\n");
	for (const struct rule *r = block->rules; r; r = r->next) {
		out_puts(o, "\t\t\t");
		print_rule(o, r, &inner);
		out_putc(o, '\n');
	}
	out_puts(o, "\t\t}");
}

void print_rule(struct out *o, const struct rule *r, const struct print_opts *opts)
{
	const struct stmt *s;

	print_stmt_list(o, r->stmts, opts);
	if (r->comment) {
		for (s = r->stmts; s && s->flags & STF_GENERATED; s = s->next)
			;
		out_puts(o, s ? " comment " : "comment ");
		print_quoted(o, r->comment);
	}
	if (opts->handles && r->h->handle)
		out_printf(o, " # handle %llu", (unsigned long long)r->h->handle);
}
