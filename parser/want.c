// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the next word is: the grammar tells the scanner. See state.h.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "build.h"
#include "parser.h"

void want_name(struct parser *p, enum expect_kind kind)
{
	want(p, WANT_NAME);
	p->want.kind = kind;
}

void want_table(struct parser *p, enum obj_kind obj)
{
	static const uint8_t kinds[OBJ_MAX] = {
		[OBJ_CHAIN] = EXPECT_CHAIN, [OBJ_RULE] = EXPECT_CHAIN, [OBJ_SET] = EXPECT_SET,
		[OBJ_ELEMENT] = EXPECT_SET, [OBJ_METER] = EXPECT_SET, [OBJ_MAP] = EXPECT_MAP,
		[OBJ_FLOWTABLE] = EXPECT_FLOWTABLE,
	};

	want_name(p, EXPECT_TABLE);
	p->want.family = true;
	p->obj = obj;
	p->obj_kind = kinds[obj] ? kinds[obj] : EXPECT_OBJECT;
	/* "list ct helper table ip x" */
	if ((p->op == CMD_LIST || p->op == CMD_RESET) &&
	    (obj == OBJ_CT_HELPER || obj == OBJ_CT_TIMEOUT || obj == OBJ_CT_EXPECT))
		p->want.also = TABLE;
}

void want_place(struct parser *p, enum obj_kind obj)
{
	want_name(p, EXPECT_TABLE);
	p->want.family = p->want.place = true;
	p->obj = obj;
}

void want_place_or_clause(struct parser *p, enum expect_kind kind)
{
	want_name(p, kind);
	p->want.clause = true;
}

void want_symbol(struct parser *p, const struct symbol *symbols, const char *what)
{
	want(p, WANT_SYMBOL);
	p->want.symbols = symbols;
	p->want.what = what;
}

void want_word(struct parser *p, const char *what, const struct symbol *symbols)
{
	want(p, WANT_WORD);
	p->want.symbols = symbols;
	p->want.what = what;
}

void want_hook(struct parser *p)
{
	want_word(p, "hook", NULL);
	p->want.hook = true;
}

void want_fields(struct parser *p, const char *of, const struct field *fields)
{
	want(p, WANT_FIELD);
	p->want.of = of;
	p->want.fields = fields;
	p->want.more_fields = NULL;
	p->want.protos = NULL;
	p->want.prefix = NULL;
	p->want.dir = false;
}

void want_proto_fields(struct parser *p, const struct proto *proto)
{
	want_fields(p, proto->name, proto->fields);
	if (p->in_query)
		p->want.more_fields = record_proto_fields(proto);
}

void want_ct_fields(struct parser *p)
{
	want_fields(p, "ct", p->in_query ? record_ct_fields : ct_fields);
	if (p->in_query)
		p->want.more_fields = ct_fields;
}

/* "rt mtu" is of the route, "rt type" of the IPv6 routing header. */
void want_rt(struct parser *p)
{
	const struct proto *header = proto_in_list(exthdrs, "rt");

	want_fields(p, "rt", rt_fields);
	if (header)
		p->want.more_fields = header->fields;
}

void want_options(struct parser *p, const struct proto *proto, struct loc loc)
{
	want_fields(p, proto->name, NULL);
	if (proto == &proto_ip)
		p->want.protos = ipopts;
	else if (proto == &proto_tcp)
		p->want.protos = tcpopts;
	else if (proto == &proto_sctp)
		p->want.protos = sctp_chunks;
	else
		parse_error(p, loc, "'%s' has no options", proto->name);
}

void want_type_value(struct parser *p, const struct datatype *type)
{
	want(p, WANT_VALUE);
	p->want.type = type;
}

void want_mixed(struct parser *p, bool family)
{
	want(p, WANT_MIXED);
	p->want.family = family;
	p->place = IN_VALUE;
}

void want_mixed_operand(struct parser *p)
{
	p->want.mode = WANT_MIXED;
	p->want.family = false;
	p->want.also = 0;
}

void want_operand(struct parser *p)
{
	want(p, p->place == IN_VALUE ? WANT_MIXED : WANT_KEYWORD);
}

void want_more_value(struct parser *p)
{
	p->want.mode = WANT_VALUE;
	p->want.also = 0;
}

void want_describe(struct parser *p)
{
	p->op = CMD_DESCRIBE;
	want_mixed(p, false);
	p->place = IN_TYPEOF;
}

void operand_end(struct parser *p, const struct datatype *type)
{
	want(p, p->place == IN_MATCH ? WANT_VALUE : WANT_KEYWORD);
	p->want.type = type;
}
