/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AST as a line of text, for the tests of the parser.
 */
#ifndef NFF_PARSE_DUMP_H
#define NFF_PARSE_DUMP_H

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "ast.h"
#include "out.h"

static void dump_expr(struct out *o, const struct expr *e);

static void dump_list(struct out *o, const char *what, const struct expr *e)
{
	out_printf(o, "(%s", what);
	for (; e; e = e->next) {
		out_putc(o, ' ');
		dump_expr(o, e);
	}
	out_putc(o, ')');
}

static void dump_two(struct out *o, const char *what, const struct expr *a, const struct expr *b)
{
	out_printf(o, "(%s ", what);
	dump_expr(o, a);
	out_putc(o, ' ');
	dump_expr(o, b);
	out_putc(o, ')');
}

static void dump_field(struct out *o, const struct expr *e)
{
	static const char *const heads[] = {
		[FK_META] = "meta", [FK_CT] = "ct", [FK_RT] = "rt", [FK_SOCKET] = "socket",
		[FK_OSF] = "osf", [FK_XFRM] = "ipsec", [FK_TCPOPT] = "tcpopt",
		[FK_RECORD] = "record",
	};
	const struct field *f = e->field.f;

	out_puts(o, f->proto ? f->proto->name : heads[f->kind]);
	if (e->field.dir)
		out_printf(o, "/%u", e->field.dir);
	out_printf(o, ".%s", f->name);
	if (e->field.num)
		out_printf(o, "#%u", e->field.num);
	if (!f->proto && f->kind == FK_TCPOPT)
		out_printf(o, "%u+%u,%u", f->key, f->bit_off, f->bits);
}

static void dump_verdict(struct out *o, const struct expr *e)
{
	switch (e->verdict.code) {
	case NF_ACCEPT:
		out_puts(o, "accept");
		break;
	case NF_DROP:
		out_puts(o, "drop");
		break;
	case NFT_RETURN:
		out_puts(o, "return");
		break;
	case NFT_CONTINUE:
		out_puts(o, "continue");
		break;
	default:
		out_puts(o, e->verdict.code == NFT_JUMP ? "jump:" : "goto:");
		dump_expr(o, e->verdict.chain_expr);
	}
}

static void dump_elem(struct out *o, const struct expr *e)
{
	const struct elem_opts *opts = e->elem.opts;

	dump_expr(o, e->elem.key);
	if (opts && opts->has_timeout)
		out_printf(o, " timeout=%llu", (unsigned long long)opts->timeout_ms);
	if (opts && opts->comment)
		out_printf(o, " comment=%s", opts->comment);
	if (opts && opts->stmts)
		out_printf(o, " stmt=%u", opts->stmts->kind);
	if (e->elem.data) {
		out_putc(o, ':');
		dump_expr(o, e->elem.data);
	}
}

static void dump_expr(struct out *o, const struct expr *e)
{
	static const char *const ops[] = {
		[OP_IMPLICIT] = "?", [OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<", [OP_GT] = ">",
		[OP_LE] = "<=", [OP_GE] = ">=", [OP_NOT_FLAGS] = "!", [OP_AND] = "&",
		[OP_OR] = "|", [OP_XOR] = "^", [OP_LSHIFT] = "<<", [OP_RSHIFT] = ">>",
	};

	switch ((enum expr_kind)e->kind) {
	case EX_SYMBOL:
		out_printf(o, e->flags & EXF_QUOTED ? "\"%s\"" : "%s", e->sym);
		if (e->flags & EXF_WILDCARD)
			out_puts(o, "~");
		break;
	case EX_VAR:
		out_printf(o, "$%s=", e->var.name);
		dump_expr(o, e->var.def);
		break;
	case EX_VERDICT:
		dump_verdict(o, e);
		break;
	case EX_WILDCARD:
		out_putc(o, '*');
		break;
	case EX_PREFIX:
		dump_expr(o, e->prefix.base);
		out_printf(o, "/%u", e->prefix.len);
		break;
	case EX_RANGE:
		dump_two(o, "-", e->bin.left, e->bin.right);
		break;
	case EX_CONCAT:
		dump_list(o, ".", e->list.first);
		break;
	case EX_LIST:
		dump_list(o, ",", e->list.first);
		break;
	case EX_SET:
		dump_list(o, "set", e->set->elems.first);
		break;
	case EX_ELEM:
		dump_elem(o, e);
		break;
	case EX_SETREF:
		out_printf(o, "@%s", e->ref.name);
		break;
	case EX_FIELD:
		dump_field(o, e);
		break;
	case EX_RAW:
		out_printf(o, "raw%u,%u,%u", e->raw.base, e->raw.off, e->bits);
		break;
	case EX_FIB:
		out_printf(o, "fib:%x:%u", e->fib.flags, e->fib.result);
		break;
	case EX_NUMGEN:
		out_printf(o, "numgen:%u:%u:%u", e->numgen.type, e->numgen.mod, e->numgen.offset);
		break;
	case EX_HASH:
		out_printf(o, "hash:%u:%u:%u:%u", e->hash->mod, e->hash->has_seed, e->hash->seed,
			   e->hash->offset);
		if (e->hash->input) {
			out_putc(o, ':');
			dump_expr(o, e->hash->input);
		}
		break;
	case EX_BINARY:
		dump_two(o, ops[e->op], e->bin.left, e->bin.right);
		break;
	case EX_REL:
		dump_two(o, ops[e->op], e->bin.left, e->bin.right);
		break;
	case EX_MAP:
		dump_two(o, e->flags & EXF_VMAP ? "vmap" : "map", e->bin.left, e->bin.right);
		break;
	default:
		out_printf(o, "<%u>", e->kind);
	}
}

static void dump_opt(struct out *o, const char *what, const struct expr *e)
{
	if (!e)
		return;
	out_printf(o, " %s=", what);
	dump_expr(o, e);
}

static void dump_nat(struct out *o, const struct nat_stmt *n)
{
	static const char *const kinds[] = { "snat", "dnat", "masquerade", "redirect" };

	out_printf(o, "[%s", kinds[n->kind]);
	if (n->family)
		out_printf(o, " family=%u", n->family);
	dump_opt(o, "addr", n->addr);
	dump_opt(o, "port", n->port);
	out_printf(o, " flags=%x/%x]", n->flags, n->type_flags);
}

static void dump_stmt(struct out *o, const struct stmt *s)
{
	switch ((enum stmt_kind)s->kind) {
	case ST_MATCH:
	case ST_VERDICT:
	case ST_OPTSTRIP:
		dump_expr(o, s->expr);
		break;
	case ST_COUNTER:
		out_printf(o, "[counter %llu/%llu]", (unsigned long long)s->counter.packets,
			   (unsigned long long)s->counter.bytes);
		break;
	case ST_LIMIT:
		out_printf(o, "[limit %u %llu/%llu burst=%u/%u over=%u]", s->limit->type,
			   (unsigned long long)s->limit->rate, (unsigned long long)s->limit->unit,
			   s->limit->has_burst, s->limit->burst, s->limit->inv);
		break;
	case ST_QUOTA:
		out_printf(o, "[quota %llu used=%llu over=%u]",
			   (unsigned long long)s->quota->bytes, (unsigned long long)s->quota->used,
			   s->quota->inv);
		break;
	case ST_CONNLIMIT:
		out_printf(o, "[connlimit %u over=%u]", s->connlimit->count, s->connlimit->inv);
		break;
	case ST_LOG:
		out_printf(o, "[log set=%x level=%u group=%u snaplen=%u threshold=%u flags=%x",
			   s->log->set, s->log->level, s->log->group, s->log->snaplen,
			   s->log->qthreshold, s->log->flags);
		dump_opt(o, "prefix", s->log->prefix_expr);
		out_putc(o, ']');
		break;
	case ST_REJECT:
		out_printf(o, "[reject %d/%u", s->reject->type, s->reject->family);
		dump_opt(o, "code", s->reject->code_expr);
		out_putc(o, ']');
		break;
	case ST_NAT:
		dump_nat(o, s->nat);
		break;
	case ST_SET:
		dump_two(o, "set", s->set.key, s->set.value);
		break;
	case ST_FLOW:
		out_printf(o, "[flow %s]", s->flow.name);
		break;
	case ST_QUEUE:
		out_printf(o, "[queue flags=%x", s->queue->flags);
		dump_opt(o, "num", s->queue->num);
		out_putc(o, ']');
		break;
	case ST_DUP:
	case ST_FWD:
		out_printf(o, "[%s family=%u", s->kind == ST_DUP ? "dup" : "fwd", s->fwd->family);
		dump_opt(o, "to", s->fwd->addr);
		dump_opt(o, "dev", s->fwd->dev);
		out_putc(o, ']');
		break;
	case ST_TPROXY:
		out_printf(o, "[tproxy family=%u", s->tproxy->family);
		dump_opt(o, "addr", s->tproxy->addr);
		dump_opt(o, "port", s->tproxy->port);
		out_putc(o, ']');
		break;
	case ST_SYNPROXY:
		out_printf(o, "[synproxy %u/%u/%x]", s->synproxy->mss, s->synproxy->wscale,
			   s->synproxy->flags);
		break;
	case ST_OBJREF:
		out_printf(o, "[object %u", s->objref.type);
		dump_opt(o, "name", s->objref.name);
		out_putc(o, ']');
		break;
	case ST_SETUPD:
		out_printf(o, "[%s %u @%s", s->setupd->set ? "meter" : "update", s->setupd->op,
			   s->setupd->set_name);
		dump_opt(o, "key", s->setupd->key);
		dump_opt(o, "data", s->setupd->data);
		if (s->setupd->opts)
			out_printf(o, " timeout=%llu",
				   (unsigned long long)s->setupd->opts->timeout_ms);
		if (s->setupd->stmts)
			out_printf(o, " stmt=%u", s->setupd->stmts->kind);
		out_putc(o, ']');
		break;
	case ST_NOTRACK:
		out_puts(o, "[notrack]");
		break;
	case ST_LAST:
		out_printf(o, "[last %u/%llu]", s->last.used, (unsigned long long)s->last.msecs);
		break;
	default:
		out_printf(o, "[%u]", s->kind);
	}
}

static void __attribute__((unused)) dump_rule(struct out *o, const struct rule *r)
{
	const struct stmt *s;

	for (s = r->stmts; s; s = s->next) {
		if (s != r->stmts)
			out_putc(o, ' ');
		dump_stmt(o, s);
	}
	if (r->comment)
		out_printf(o, " # %s", r->comment);
}

#endif
