// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parser: what the AST is, where errors are told, that hostile input ends
 * in an error, includes, and what completion is told.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nff.h"
#include "parse.h"
#include "parse-dump.h"
#include "unit.h"

/* One input with all that hangs off it. */
struct run {
	struct nff n;
	struct arena arena;
	struct cmds cmds;
	int err;
};

static void run_init(struct run *r)
{
	memset(r, 0, sizeof(*r));
	out_init_mem(&r->n.out);
	diags_init(&r->n.diags);
	arena_init(&r->n.vars);
	arena_init(&r->arena);
	r->n.globals = scope_new(&r->n.vars, NULL);
}

static void run_text(struct run *r, const char *text, size_t len)
{
	uint32_t src = sources_add_text(&r->n.sources, "in", text, len);

	memset(&r->cmds, 0, sizeof(r->cmds));
	r->err = parse_source(&r->n, &r->arena, src, &r->cmds);
}

static void run_fini(struct run *r)
{
	out_fini(&r->n.out);
	diags_fini(&r->n.diags);
	sources_fini(&r->n.sources);
	arena_free(&r->n.vars);
	arena_free(&r->arena);
	free(r->n.include_paths);
}

/* The first diagnostic as "line:col-col text", and its hint. */
static void first_error(struct run *r, char *buf, size_t size)
{
	const struct diag *d = r->n.diags.first;
	const struct source *s;
	unsigned int line = 0, col = 0;

	buf[0] = '\0';
	if (!d)
		return;
	s = sources_get(&r->n.sources, d->loc.src);
	if (s)
		source_position(s, d->loc.off, &line, &col);
	snprintf(buf, size, "%u:%u-%u %s%s%s", line, col, col + (d->loc.len ? d->loc.len - 1 : 0),
		 d->text, d->hint ? " | " : "", d->hint ? d->hint : "");
}

/* ---- rules to AST ---- */

static const struct {
	const char *rule, *ast;
} rules[] = {
#include "parse-rules.h"
};

static void test_rules(void)
{
	char text[1024], name[64], err[256];
	unsigned int i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct run r;

		snprintf(name, sizeof(name), "rule-%u", i);
		snprintf(text, sizeof(text), "define p = 80\ndefine s = { 1, 2 }\n"
			 "add rule ip x y %s\n", rules[i].rule);
		run_init(&r);
		unit_begin(name);
		run_text(&r, text, strlen(text));
		first_error(&r, err, sizeof(err));
		if (r.err) {
			unit.failed = 1;
			unit_detail("%s: %s", rules[i].rule, err);
		} else {
			dump_rule(&r.n.out, r.cmds.first->rule);
			if (strcmp(out_str(&r.n.out), rules[i].ast) != 0) {
				unit.failed = 1;
				unit_detail("%s: got %s", rules[i].rule, out_str(&r.n.out));
			}
		}
		unit_end();
		run_fini(&r);
	}
}

/* ---- commands ---- */

/* What each command parses to. */
static const struct {
	const char *text;
	int op, obj, family;
	const char *table, *chain, *name;
	unsigned int handle, position, index;
} command_rows[] = {
	{ "add table x", CMD_ADD, OBJ_TABLE, NFPROTO_IPV4, "x", NULL, NULL, 0, 0, 0 },
	{ "table inet x", CMD_ADD, OBJ_TABLE, NFPROTO_INET, "x", NULL, NULL, 0, 0, 0 },
	{ "create table ip6 x", CMD_CREATE, OBJ_TABLE, NFPROTO_IPV6, "x", NULL, NULL, 0, 0,
	  0 },
	{ "table ip counter", CMD_ADD, OBJ_TABLE, NFPROTO_IPV4, "counter", NULL, NULL, 0, 0,
	  0 },
	{ "add table ip \"a b\"", CMD_ADD, OBJ_TABLE, NFPROTO_IPV4, "a b", NULL, NULL, 0, 0,
	  0 },
	{ "delete table handle 5", CMD_DELETE, OBJ_TABLE, NFPROTO_IPV4, NULL, NULL, NULL, 5,
	  0, 0 },
	{ "delete table ip6 handle 5", CMD_DELETE, OBJ_TABLE, NFPROTO_IPV6, NULL, NULL,
	  NULL, 5, 0, 0 },
	{ "add chain x y", CMD_ADD, OBJ_CHAIN, NFPROTO_IPV4, "x", "y", NULL, 0, 0, 0 },
	{ "delete chain x handle 7", CMD_DELETE, OBJ_CHAIN, NFPROTO_IPV4, "x", NULL, NULL,
	  7, 0, 0 },
	{ "rename chain x y z", CMD_RENAME, OBJ_CHAIN, NFPROTO_IPV4, "x", "y", NULL, 0, 0,
	  0 },
	{ "add rule x y position 5 accept", CMD_ADD, OBJ_RULE, NFPROTO_IPV4, "x", "y", NULL,
	  0, 5, 0 },
	{ "insert rule inet x y index 0 accept", CMD_INSERT, OBJ_RULE, NFPROTO_INET, "x",
	  "y", NULL, 0, 0, 1 },
	{ "replace rule x y handle 9 accept", CMD_REPLACE, OBJ_RULE, NFPROTO_IPV4, "x", "y",
	  NULL, 9, 0, 0 },
	{ "delete rule x y handle 9", CMD_DELETE, OBJ_RULE, NFPROTO_IPV4, "x", "y", NULL, 9,
	  0, 0 },
	{ "x y accept", CMD_ADD, OBJ_RULE, NFPROTO_IPV4, "x", "y", NULL, 0, 0, 0 },
	{ "bridge x y accept", CMD_ADD, OBJ_RULE, NFPROTO_BRIDGE, "x", "y", NULL, 0, 0, 0 },
	{ "add ip6 x y accept", CMD_ADD, OBJ_RULE, NFPROTO_IPV6, "x", "y", NULL, 0, 0, 0 },
	{ "destroy set ip x s", CMD_DESTROY, OBJ_SET, NFPROTO_IPV4, "x", NULL, "s", 0,
	  0, 0 },
	{ "delete map x handle 3", CMD_DELETE, OBJ_MAP, NFPROTO_IPV4, "x", NULL, NULL, 3, 0,
	  0 },
	{ "add element x s { 1, 2 }", CMD_ADD, OBJ_ELEMENT, NFPROTO_IPV4, "x", NULL, "s", 0,
	  0, 0 },
	{ "get element x s { 1 }", CMD_GET, OBJ_ELEMENT, NFPROTO_IPV4, "x", NULL, "s", 0, 0,
	  0 },
	{ "list ruleset", CMD_LIST, OBJ_RULESET, NFPROTO_UNSPEC, NULL, NULL, NULL, 0,
	  0, 0 },
	{ "list ruleset inet", CMD_LIST, OBJ_RULESET, NFPROTO_INET, NULL, NULL, NULL, 0, 0,
	  0 },
	{ "list tables arp", CMD_LIST, OBJ_TABLES, NFPROTO_ARP, NULL, NULL, NULL, 0, 0, 0 },
	{ "list sets table ip x", CMD_LIST, OBJ_SETS, NFPROTO_IPV4, "x", NULL, NULL, 0, 0,
	  0 },
	{ "list chain inet x y", CMD_LIST, OBJ_CHAIN, NFPROTO_INET, "x", "y", NULL, 0,
	  0, 0 },
	{ "list flowtable ip x f", CMD_LIST, OBJ_FLOWTABLE, NFPROTO_IPV4, "x", NULL, "f", 0,
	  0, 0 },
	{ "list flowtables", CMD_LIST, OBJ_FLOWTABLES, NFPROTO_UNSPEC, NULL, NULL, NULL, 0,
	  0, 0 },
	{ "list hooks ip device eth0", CMD_LIST, OBJ_HOOKS, NFPROTO_IPV4, NULL, NULL, NULL,
	  0, 0, 0 },
	{ "list ct", CMD_LIST, OBJ_CONNTRACKS, NFPROTO_UNSPEC, NULL, NULL, NULL, 0, 0, 0 },
	{ "list conntracks ip6 offload", CMD_LIST, OBJ_CONNTRACKS, NFPROTO_IPV6, NULL, NULL,
	  NULL, 0, 0, 0 },
	{ "list ct helper ip x h", CMD_LIST, OBJ_CT_HELPER, NFPROTO_IPV4, "x", NULL, "h", 0,
	  0, 0 },
	{ "list ct timeout table ip x", CMD_LIST, OBJ_CT_TIMEOUTS, NFPROTO_IPV4, "x", NULL,
	  NULL, 0, 0, 0 },
	{ "reset counters ip", CMD_RESET, OBJ_COUNTERS, NFPROTO_IPV4, NULL, NULL, NULL, 0,
	  0, 0 },
	{ "reset rules", CMD_RESET, OBJ_RULES, NFPROTO_UNSPEC, NULL, NULL, NULL, 0, 0, 0 },
	{ "reset rules inet x y", CMD_RESET, OBJ_RULES, NFPROTO_INET, "x", "y", NULL, 0, 0,
	  0 },
	{ "list counters table ip x", CMD_LIST, OBJ_COUNTERS, NFPROTO_IPV4, "x", NULL, NULL, 0,
	  0, 0 },
	{ "flush ruleset", CMD_FLUSH, OBJ_RULESET, NFPROTO_UNSPEC, NULL, NULL, NULL, 0, 0,
	  0 },
	{ "flush chain x y", CMD_FLUSH, OBJ_CHAIN, NFPROTO_IPV4, "x", "y", NULL, 0, 0, 0 },
	{ "delete flowtable x f { devices = { a }; }", CMD_DELETE, OBJ_FLOWTABLE,
	  NFPROTO_IPV4, "x", NULL, "f", 0, 0, 0 },
	{ "add counter x c packets 1 bytes 2", CMD_ADD, OBJ_COUNTER, NFPROTO_IPV4, "x",
	  NULL, "c", 0, 0, 0 },
	{ "describe tcp dport", CMD_DESCRIBE, OBJ_NONE, 0, NULL, NULL, NULL, 0, 0, 0 },
};

static void commands(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(command_rows) / sizeof(command_rows[0]); i++) {
		const typeof(command_rows[0]) *c = &command_rows[i];
		struct run r;
		const struct cmd *cmd;
		char got[300], wanted[300], err[256];

		run_init(&r);
		run_text(&r, c->text, strlen(c->text));
		first_error(&r, err, sizeof(err));
		cmd = r.cmds.first;
		if (cmd) {
			const struct handle *h = &cmd->h;

			snprintf(got, sizeof(got), "%u %u %u %s %s %s %llu %llu %u", cmd->op,
				 cmd->obj, h->family, h->table.s, h->chain.s, h->obj.s,
				 (unsigned long long)h->handle, (unsigned long long)h->position,
				 h->index);
		} else {
			snprintf(got, sizeof(got), "%s", err);
		}
		snprintf(wanted, sizeof(wanted), "%u %u %u %s %s %s %u %u %u", c->op, c->obj,
			 c->family, c->table ? c->table : "(null)", c->chain ? c->chain : "(null)",
			 c->name ? c->name : "(null)", c->handle, c->position, c->index);
		run_fini(&r);
		if (strcmp(got, wanted) != 0)
			FAIL("%s: got %s, wanted %s", c->text, got, wanted);
	}
}

/* The form of the RFC, on one line and without separators between the blocks. */
static void rfc_form(void)
{
	static const char text[] =
		"table ip x { flowtable w { hook ingress priority -100; devices = { eth0, eth1 }; }"
		" chain y { type filter hook forward priority 0; policy accept;"
		" ip protocol tcp flow offload @w; } }";
	const struct table *t;
	const struct chain *c;
	struct run r;

	run_init(&r);
	run_text(&r, text, strlen(text));
	CHECK_INT(r.err, 0);
	t = r.cmds.first->table;
	CHECK_STR(t->flowtables->h.obj.s, "w");
	CHECK_INT(t->flowtables->prio.value, -100);
	CHECK_STR(t->flowtables->hook_name, "ingress");
	dump_expr(&r.n.out, t->flowtables->dev_expr);
	CHECK_STR(out_str(&r.n.out), "(set eth0 eth1)");
	c = t->chains;
	CHECK_STR(c->hook_name, "forward");
	CHECK_STR(c->type, "filter");
	CHECK_STR(c->policy_expr->sym, "accept");
	CHECK_STR(c->rules->h->chain.s, "y");
	CHECK_STR(c->rules->stmts->next->flow.name, "w");
	run_fini(&r);
}

static void declarations(void)
{
	static const char text[] =
		"table inet x {\n"
		"	flags dormant; comment \"hello\"\n"
		"	set s { type ipv4_addr . inet_service; flags interval,timeout; timeout "
		  "1h30m;\n"
		"		gc-interval 10s; size 100; policy memory; comment \"c\"; "
		  "auto-merge\n"
		"		elements = { 10.0.0.0/8 . 22,\n"
		"			     10.1.0.0-10.2.0.0 . 80-90, }\n"
		"	}\n"
		"	map m { typeof ip saddr : meta mark; }\n"
		"	map v { type inet_service : verdict; elements = { 22:accept, * : jump c "
		  "} }\n"
		"	map o { type ipv4_addr : counter; }\n"
		"	counter c1 { packets 5 bytes 6; comment \"x\"; }\n"
		"	quota q { over 20 mbytes used 1 kbytes }\n"
		"	limit l { rate over 10/minute burst 3 packets }\n"
		"	ct helper h { type \"ftp\" protocol tcp; l3proto ip; }\n"
		"	ct timeout t { protocol tcp; l3proto ip; policy = { established: 100, "
		  "close: 20 } }\n"
		"	ct expectation e { protocol udp; dport 9876; timeout 2m; size 8; }\n"
		"	chain c { comment \"cc\"; type nat hook prerouting priority dstnat + 5; }\n"
		"	flowtable f { hook ingress priority filter; devices = $devs; counter; "
		  "flags offload; }\n"
		"}\n";
	struct run r;
	const struct table *t;
	const struct set *s;
	const struct object *o;

	run_init(&r);
	run_text(&r, "define devs = { eth0 }\n", 23);
	CHECK_INT(r.err, 0);
	run_text(&r, text, strlen(text));
	CHECK_INT(r.err, 0);
	t = r.cmds.first->table;
	CHECK_INT(t->flags, TABLEF_DORMANT);
	CHECK_STR(t->comment, "hello");
	s = t->sets;
	CHECK_STR(s->key_type->name, "ipv4_addr . inet_service");
	CHECK_INT(s->flags, NFT_SET_INTERVAL | NFT_SET_TIMEOUT);
	CHECK_INT(s->timeout_ms, 5400000);
	CHECK_INT(s->gc_ms, 10000);
	CHECK_INT(s->size, 100);
	CHECK_INT(s->policy, NFT_SET_POL_MEMORY);
	CHECK(s->automerge);
	dump_expr(&r.n.out, s->init);
	CHECK_STR(out_str(&r.n.out),
		  "(set (. 10.0.0.0/8 22) (. (- 10.1.0.0 10.2.0.0) (- 80 90)))");
	s = s->next;
	CHECK(s->is_map_word && s->key_expr && s->data_expr);
	s = s->next;
	CHECK(s->data_type == &dt_verdict);
	out_fini(&r.n.out);
	out_init_mem(&r.n.out);
	dump_expr(&r.n.out, s->init);
	CHECK_STR(out_str(&r.n.out), "(set 22:accept *:jump:c)");
	CHECK_INT(s->next->obj_type, NFT_OBJECT_COUNTER);

	o = t->objects;
	CHECK_INT(o->counter.bytes, 6);
	CHECK_STR(o->comment, "x");
	o = o->next;
	CHECK_INT(o->quota.bytes, 20 << 20);
	CHECK_INT(o->quota.used, 1024);
	CHECK(o->quota.inv);
	o = o->next;
	CHECK_INT(o->limit.rate, 10);
	CHECK_INT(o->limit.unit, 60);
	CHECK_INT(o->limit.burst, 3);
	o = o->next;
	CHECK_STR(o->helper.name, "ftp");
	CHECK_INT(o->helper.l4proto, 6);
	CHECK_INT(o->helper.l3proto, NFPROTO_IPV4);
	o = o->next;
	CHECK_INT(o->timeout.values->n, 2);
	o = o->next;
	CHECK_INT(o->expect.dport, 9876);
	CHECK_INT(o->expect.timeout_ms, 120000);

	CHECK_STR(t->chains->prio.expr->sym, "dstnat");
	CHECK_INT(t->chains->prio.value, 5);
	CHECK_INT(t->flowtables->flags, FTF_COUNTER | FTF_HW_OFFLOAD);
	CHECK_INT(t->flowtables->dev_expr->kind, EX_VAR);
	run_fini(&r);
}

/* ---- variables ---- */

static void variables(void)
{
	static const struct {
		const char *text, *error;	/* NULL: it is right */
	} c[] = {
		{ "define a = 1; define b = $a; add rule x y tcp dport $b", NULL },
		{ "define a = 1; redefine a = 2; add rule x y tcp dport $a", NULL },
		{ "define a = 1; undefine a; add rule x y tcp dport $a",
		  "1:51-51 unknown variable 'a'" },
		{ "define a = 1; define a = 2", "1:22-22 variable 'a' is defined already | use "
		  "redefine to change it" },
		{ "table x { define a = 1; chain y { tcp dport $a; } }", NULL },
		{ "table x { define a = 1; }; add rule x y tcp dport $a",
		  "1:52-52 unknown variable 'a'" },
		{ "define ports = 1; add rule x y tcp dport $port",
		  "1:43-46 unknown variable 'port' | did you mean '$ports'?" },
		{ "table x { define a = 1; define b = { $a, 2 }; chain y { tcp dport $b; } }",
		  NULL },
		{ "define s = { 1, 2 }; add element x t $s", NULL },
		{ "define s = 1; define t = $s; delete element x t $t", NULL },
		{ "define c = accept\n", "1:12-17 syntax error, unexpected 'accept'" },
	};
	unsigned int i;
	char err[256];

	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct run r;

		run_init(&r);
		run_text(&r, c[i].text, strlen(c[i].text));
		first_error(&r, err, sizeof(err));
		run_fini(&r);
		if (c[i].error ? strcmp(err, c[i].error) != 0 : r.err)
			FAIL("%s: got %s", c[i].text, err);
	}
}

/* Variables of the top level stay for the next input; a shell wants that. */
static void variables_stay(void)
{
	struct run r;

	run_init(&r);
	run_text(&r, "define long_name = { 10.0.0.1, 10.0.0.2 }", 41);
	CHECK_INT(r.err, 0);
	arena_free(&r.arena);
	arena_init(&r.arena);
	run_text(&r, "add rule x y ip saddr $long_name", 32);
	CHECK_INT(r.err, 0);
	dump_rule(&r.n.out, r.cmds.first->rule);
	CHECK_STR(out_str(&r.n.out), "(? ip.saddr $long_name=(set 10.0.0.1 10.0.0.2))");
	run_fini(&r);
}

/* ---- errors ---- */

static void errors(void)
{
	static const struct {
		const char *text, *error;
	} c[] = {
		{ "add", "1:4-4 syntax error, unexpected end of file" },
		{ "add table\n", "1:10-10 syntax error, unexpected end of line, expecting name "
		  "of a "
		  "table or family" },
		{ "add table ip x y", "1:16-16 syntax error, unexpected 'y', expecting end of the "
		  "statement or '{'" },
		{ "lst ruleset\n", "1:12-12 syntax error, unexpected end of line | did you mean "
		  "'list' instead of 'lst'?" },
		{ "add tabel ip x", "1:11-12 syntax error, unexpected 'ip', expecting name of a "
		  "chain | did you mean 'table' instead of 'tabel'?" },
		{ "add rule x y tcp dprt 22", "1:18-21 syntax error, unknown field 'dprt' of "
		  "'tcp' | "
		  "did you mean 'dport'?" },
		{ "add rule x y meta marc 22", "1:19-22 syntax error, unknown field 'marc' of "
		  "'meta' "
		  "| did you mean 'mark'?" },
		{ "add rule x y arp saddr eter 1", "1:24-27 syntax error, unknown field 'eter' of "
		  "'arp saddr' | did you mean 'ether'?" },
		{ "add rule x y tcp option maxseq size 1", "1:25-30 syntax error, unknown option "
		  "'maxseq' of 'tcp' | did you mean 'maxseg'?" },
		{ "add rule x y tcp dport 22 acept", "1:27-31 syntax error, unexpected 'acept' "
		  "| did "
		  "you mean 'accept'?" },
		{ "add rule x y log level wran", "1:24-27 syntax error, unknown log level 'wran' | "
		  "did you mean 'warn'?" },
		{ "add rule x y limit rate 10/sec", "1:28-30 syntax error, unknown time unit "
		  "'sec' | "
		  "did you mean 'second'?" },
		{ "add rule x y ip saddr { 1.2.3.4, tcp dport }", "1:38-42 syntax error, "
		  "unexpected "
		  "'dport'" },
		{ "add set x s { type ipv4_adr; }", "1:20-27 unknown data type 'ipv4_adr' | did "
		  "you "
		  "mean 'ipv4_addr'?" },
		{ "add set x s { flags interval; }", "1:11-11 the set 's' has no type | say 'type "
		  "ipv4_addr' or so" },
		{ "table x {\n\tchain y {\n\t\ttcp dport 22 accept\n", "4:1-1 syntax error, "
		  "unexpected end of file | '{' of in:2:10 is not closed" },
		{ "add rule x y drop comment \"abc", "1:27-27 syntax error, this string is not "
		  "closed" },
		{ "add table x\001y", "1:12-12 syntax error, unexpected character 0x01" },
		{ "add rule x y tcp dport $", "1:24-24 syntax error, '$' must be followed by "
		  "the name "
		  "of a variable" },
		{ "add rule x y handle 99999999999999999999 drop", "1:21-40 syntax error, the "
		  "number "
		  "'99999999999999999999' is out of range" },
		{ "add rule x y ip saddr 1.2.3.0/129 drop", "1:31-33 a prefix has 128 bits at "
		  "most" },
		{ "add rule x y ct mark and set 1", "1:26-28 syntax error, unexpected 'set'" },
		{ "add flowtable x f { hook ingress priority; }", "1:42-42 syntax error, "
		  "unexpected "
		  "';', expecting '-' or a value" },
		{ "add set x s { type ipv4_addr; timeout 5x; }", "1:39-40 syntax error, '5x' is no "
		  "time | write a time as 1d2h3m4s" },
		{ "add rule x y log prefix \"a $b\"", "1:29-29 unknown variable 'b'" },
		{ "list chains x", "1:13-13 syntax error, unexpected 'x', expecting family, end of "
		  "the statement, 'chain' or 'table'" },
		{ "include \"/nosuch/file\"", "1:1-22 file '/nosuch/file' not found" },
	};
	unsigned int i;
	char err[400];

	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct run r;

		run_init(&r);
		run_text(&r, c[i].text, strlen(c[i].text));
		first_error(&r, err, sizeof(err));
		run_fini(&r);
		if (strcmp(err, c[i].error) != 0)
			FAIL("%s: got %s", c[i].text, err);
	}
}

/* Errors end with the statement: each wrong one is told, the right ones are not. */
static void recovery(void)
{
	static const char text[] =
		"add table ip x y\n"					/* 1 */
		"table ip a {\n"
		"	chain b { tcp bogus 22; udp dport 5 accept\n"	/* 3 */
		"		ip saddr { 1.2.3.4,\n"
		"			   ; 5 } drop\n"			/* 5 */
		"		accept\n"
		"	}\n"
		"	set s { type ipv4_addr; flags nosuch; size 5; }\n"	/* 8 */
		"	bogus\n"						/* 9 */
		"	chain c { counter; }\n"
		"}\n"
		"list bogus { a; b\n c; }\n"				/* 12 */
		"list ruleset\n";
	static const unsigned int lines[] = { 1, 3, 5, 8, 9, 12 };
	const struct cmd *cmd;
	const struct diag *d;
	unsigned int i = 0, line, col;
	struct run r;

	run_init(&r);
	run_text(&r, text, strlen(text));
	CHECK_INT(r.err, -1);
	for (d = r.n.diags.first; d; d = d->next, i++) {
		source_position(sources_get(&r.n.sources, d->loc.src), d->loc.off, &line, &col);
		if (i >= sizeof(lines) / sizeof(lines[0]) || line != lines[i])
			FAIL("error %u is in line %u: %s", i, line, d->text);
	}
	CHECK_INT(i, sizeof(lines) / sizeof(lines[0]));
	/* what follows the errors is parsed */
	for (cmd = r.cmds.first; cmd->next; cmd = cmd->next)
		;
	CHECK_INT(cmd->obj, OBJ_RULESET);
	run_fini(&r);
}

static void many_errors(void)
{
	struct run r;
	char *text = xmalloc(60000), *p = text;
	unsigned int i;

	for (i = 0; i < 5000; i++)
		p += sprintf(p, "add table\n");
	run_init(&r);
	run_text(&r, text, p - text);
	free(text);
	CHECK_INT(r.err, -1);
	CHECK_INT(r.n.diags.errors, 10);
	run_fini(&r);
}

/* ---- hostile input ---- */

/* head, then piece n times, then tail: must be an error (or not), and end. */
static void hostile(const char *name, const char *head, const char *piece, size_t piece_len,
		    unsigned int n, const char *tail, bool wrong)
{
	size_t len = strlen(head) + piece_len * n + strlen(tail);
	char *text = xmalloc(len + 1), *p = text;
	struct out shown;
	unsigned int i;
	struct run r;
	const char *s;

	p = stpcpy(p, head);
	for (i = 0; i < n; i++, p += piece_len)
		memcpy(p, piece, piece_len);
	strcpy(p, tail);

	unit_begin(name);
	run_init(&r);
	run_text(&r, text, len);
	if ((r.err != 0) != wrong) {
		unit.failed = 1;
		unit_detail(wrong ? "no error" : "an error");
	}
	/* what is shown of it is short and has no control characters */
	out_init_mem(&shown);
	diags_print(&r.n.diags, &r.n.sources, &shown);
	for (s = out_str(&shown); *s; s++) {
		if ((unsigned char)*s < 0x20 && *s != '\n' && *s != '\t') {
			unit.failed = 1;
			unit_detail("control character 0x%02x is shown", *s);
		}
	}
	if (shown.len > 10000) {
		unit.failed = 1;
		unit_detail("%zu bytes of messages", shown.len);
	}
	out_fini(&shown);
	run_fini(&r);
	free(text);
	unit_end();
}

static void test_hostile(void)
{
	const unsigned int n = 100000;

	hostile("braces", "table x ", "{", 1, n, "", true);
	hostile("parentheses", "add rule x y tcp flags ", "(", 1, n, "", true);
	hostile("sets", "add rule x y ip saddr ", "{", 1, n, "", true);
	hostile("operators", "add rule x y meta mark 1", "|1", 2, n, "", true);
	hostile("operators-left", "add rule x y meta mark ", "& 1 ", 4, n, "", true);
	hostile("hashes", "add rule x y ", "jhash ", 6, n, "", true);
	hostile("maps", "add rule x y ip saddr ", "map @m ", 7, n, "drop", true);
	hostile("types", "add set x s { type ipv4_addr", " . ipv4_addr", 12, n, "; }", true);
	hostile("element-statements", "add set x s { type mark; elements = { 1 ", "counter ", 8, n,
		"} }", true);
	hostile("colons", "add rule x y ip6 saddr ", ":", 1, n, "", true);
	hostile("groups", "add rule x y ip6 saddr ", "a:", 2, n, "", true);
	hostile("string", "add rule x y counter comment \"", "abc", 3, n, "\"", true);
	hostile("open-string", "add rule x y counter comment \"", "abc", 3, n, "", true);
	hostile("word", "add table ", "a", 1, n, "", true);
	hostile("number", "add rule x y handle ", "9", 1, n, " drop", true);
	hostile("nul", "", "\0", 1, n, "", true);
	hostile("escape", "add table ", "\033[2J", 4, n, "", true);
	hostile("latin1", "add table ", "\xe4", 1, n, "", true);
	hostile("closing", "", "}", 1, n, "", true);
	hostile("long-line", "add rule x y ", "counter ", 8, n, "", false);
	hostile("separators", "", ";\n", 2, n, "", false);
	hostile("continuation", "add table x", "\\\n", 2, n, "", false);
	hostile("comment", "# ", "x", 1, n, "", false);
	hostile("long-list", "add rule x y ct state new", ",new", 4, n, "", false);
	hostile("elements", "add element x s { 1", ", 1", 3, n, " }", false);
}

/* Any bytes, and any part of a good file, end in a verdict. */
static void truncated(void)
{
	static const char text[] =
		"define d = { eth0, \"eth1\" }\ntable inet x { set s { type ipv4_addr . mark; "
		  "flags "
		"interval; elements = { 10.0.0.0/8 . 0x5 timeout 1h comment \"a\" } }\nchain y "
		  "{ type "
		"filter hook input priority filter + 5; policy drop;\nip saddr . meta mark @s tcp "
		"flags & (syn|ack) == syn tcp dport vmap { 22:accept, 1-5 : jump z } dnat ip to "
		"[::1]:80 random,persistent comment \"b\" } }\n";
	size_t i;

	for (i = 0; i < sizeof(text); i++) {
		struct run r;

		run_init(&r);
		run_text(&r, text, i);
		CHECK(r.err == 0 || r.n.diags.errors);
		run_fini(&r);
	}
}

/* ---- includes ---- */

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

/* The tables that an input adds, with blanks between; or its first error. */
static void included(const char *dir, const char *text, bool use_path, char *buf, size_t size)
{
	const struct cmd *c;
	char copy[512];
	struct run r;

	run_init(&r);
	if (use_path) {
		r.n.include_paths = xcalloc(1, sizeof(*r.n.include_paths));
		r.n.include_paths[0] = dir;
		r.n.n_include_paths = 1;
	}
	snprintf(copy, sizeof(copy), text, dir);
	run_text(&r, copy, strlen(copy));
	buf[0] = '\0';
	if (r.err)
		first_error(&r, buf, size);
	else
		for (c = r.cmds.first; c; c = c->next)
			snprintf(buf + strlen(buf), size - strlen(buf), "%s ", c->h.table.s);
	run_fini(&r);
}

static void includes(void)
{
	char dir[] = "/tmp/nff-parse-XXXXXX", sub[64], buf[512], wanted[256];
	unsigned int i;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(sub, sizeof(sub), "%s/d", dir);
	CHECK(mkdir(sub, 0700) == 0);
	write_file(dir, "a.nft", "add table a");
	write_file(dir, "loop.nft", "add table l\ninclude \"loop.nft\"\n");
	write_file(dir, "bad.nft", "\nadd tible x { }\n");
	write_file(dir, "rule.nft", "tcp dport 22 accept\nudp dport 53 accept");
	write_file(sub, "2.nft", "add table two");
	write_file(sub, "1.nft", "add table one\n");
	write_file(sub, ".hidden.nft", "add table hidden\n");
	for (i = 0; i < 20; i++) {
		char name[16], text[64];

		snprintf(name, sizeof(name), "n%u.nft", i);
		snprintf(text, sizeof(text), "include \"n%u.nft\"\n", i + 1);
		write_file(dir, name, text);
	}

	included(dir, "include \"%s/a.nft\"\nadd table b", false, buf, sizeof(buf));
	CHECK_STR(buf, "a b ");
	included(dir, "include \"a.nft\"; add table b", true, buf, sizeof(buf));
	CHECK_STR(buf, "a b ");
	included(dir, "include \"%s/d/*.nft\"", false, buf, sizeof(buf));
	CHECK_STR(buf, "one two ");
	included(dir, "include \"%s/d\"; include \"%1$s/a.nft\"", false, buf, sizeof(buf));
	CHECK_STR(buf, "one two a ");
	included(dir, "include \"%s/no*.nft\"; add table b", false, buf, sizeof(buf));
	CHECK_STR(buf, "b ");
	included(dir, "add table b\ninclude \"%s/no.nft\"\n", false, buf, sizeof(buf));
	snprintf(wanted, sizeof(wanted), "2:1-%zu file '%s/no.nft' not found",
	  strlen(dir) + 17, dir);
	CHECK_STR(buf, wanted);
	included(dir, "include \"loop.nft\"\n", true, buf, sizeof(buf));
	snprintf(wanted, sizeof(wanted), "2:1-18 file '%s/loop.nft' includes itself", dir);
	CHECK_STR(buf, wanted);
	included(dir, "include \"n0.nft\"\n", true, buf, sizeof(buf));
	CHECK_STR(buf, "1:1-17 files include each other deeper than 16");
	included(dir, "include \"bad.nft\"\n", true, buf, sizeof(buf));
	CHECK_STR(buf, "2:13-13 syntax error, unexpected '{' | did you mean 'table' instead of "
		  "'tible'?");
	included(dir, "table t { chain y {\ninclude \"rule.nft\"\n} }", true, buf, sizeof(buf));
	CHECK_STR(buf, "t ");

	snprintf(buf, sizeof(buf), "rm -r %s", dir);
	CHECK_INT(system(buf), 0);
}

/* ---- places ---- */

static void places(void)
{
	/*                         1111111111222222222233333333334444 */
	/*               01234567890123456789012345678901234567890123 */
	const char text[] = "add rule ip x y ip saddr 1.2.3.4 tcp dport 22";
	const struct stmt *s;
	const struct cmd *c;
	struct run r;

	run_init(&r);
	run_text(&r, text, strlen(text));
	CHECK_INT(r.err, 0);
	c = r.cmds.first;
	CHECK_INT(c->loc.off, 0);
	CHECK_INT(c->loc.len, strlen(text));
	CHECK_INT(c->h.table.loc.off, 12);
	CHECK_INT(c->h.chain.loc.off, 14);
	CHECK_INT(c->rule->loc.off, 16);
	s = c->rule->stmts;
	CHECK_INT(s->loc.off, 16);
	CHECK_INT(s->loc.len, 16);
	CHECK_INT(s->expr->bin.left->loc.off, 16);
	CHECK_INT(s->expr->bin.left->loc.len, 8);
	CHECK_INT(s->expr->bin.right->loc.off, 25);
	CHECK_INT(s->expr->bin.right->loc.len, 7);
	s = s->next;
	CHECK_INT(s->expr->bin.right->loc.off, 43);
	run_fini(&r);
}

/* ---- the shell ---- */

static void incomplete(void)
{
	struct run r;

	run_init(&r);
#define INCOMPLETE(s) parse_incomplete(&r.n, s, strlen(s))
	CHECK(!INCOMPLETE("list ruleset"));
	CHECK(!INCOMPLETE("list ruleset\n"));
	CHECK(!INCOMPLETE(""));
	CHECK(INCOMPLETE("table ip x {"));
	CHECK(INCOMPLETE("table ip x {\nchain y {\n}\n"));
	CHECK(!INCOMPLETE("table ip x {\nchain y {\n}\n}"));
	CHECK(INCOMPLETE("add rule x y \\"));
	CHECK(INCOMPLETE("add rule x y \\\n"));
	CHECK(INCOMPLETE("add rule x y comment \"abc"));
	CHECK(!INCOMPLETE("add rule x y comment \"{\""));
	CHECK(!INCOMPLETE("add rule x y accept # {"));
	CHECK(!INCOMPLETE("}"));
	run_fini(&r);
}

static void gather(const struct expect *e, void *arg)
{
	static const char *const kinds[] = {
		[EXPECT_TABLE] = "TABLE", [EXPECT_CHAIN] = "CHAIN",
		[EXPECT_FLOWTABLE] = "FLOWTABLE", [EXPECT_SET] = "SET", [EXPECT_MAP] = "MAP",
		[EXPECT_OBJECT] = "OBJECT", [EXPECT_DEVICE] = "DEVICE", [EXPECT_FILE] = "FILE",
	};
	struct out *o = arg;

	if (e->text)
		out_printf(o, " %s ", e->text);
	else
		out_printf(o, " %s:%s:%s ", kinds[e->kind], family_name(e->family),
			   e->table ? e->table : "");
}

static void expected(void)
{
	/* words that must be offered, and words that must not */
	static const struct {
		const char *text, *yes[4], *no[4];
	} c[] = {
		{ "", { "add", "list", "table", "inet" }, { "accept", "tcp", "handle" } },
		{ "add ", { "table", "rule", "flowtable", "set" }, { "add", "list" } },
		{ "add table ", { "TABLE:ip:", "inet" }, { "x", "chain" } },
		{ "add chain inet x ", { "CHAIN:inet:x" }, { "inet" } },
		{ "delete flowtable x ", { "FLOWTABLE:ip:x", "handle" }, { NULL } },
		{ "add rule x y tcp ", { "dport", "flags", "option" }, { "saddr", "mark",
		  "chunk" } },
		{ "add rule x y tcp dport ", { "!=", "eq", "{", "@" }, { "accept", "counter" } },
		{ "add rule x y tcp dport 22 ", { "accept", "counter", "ip", "flow" },
		  { "eq", "established" } },
		{ "add rule x y ct state ", { "new", "established" }, { "accept" } },
		{ "add rule x y ct state { new, ", { "established" }, { "accept", "dport" } },
		{ "add rule x y ct original ", { "proto-dst", "ip" }, { "state", "mark" } },
		{ "add rule x y ct original ip ", { "saddr", "daddr" }, { "proto-dst" } },
		{ "add rule x y arp daddr ", { "ip", "ether" }, { "saddr" } },
		{ "add rule x y iifname ", { "DEVICE:ip:x" }, { "accept" } },
		{ "table inet t { chain y { jump ", { "CHAIN:inet:t" }, { "accept" } },
		{ "table inet t { chain y { flow add @", { "FLOWTABLE:inet:t" }, { NULL } },
		{ "add rule x y ip saddr @", { "SET:ip:x" }, { NULL } },
		{ "table netdev t { chain y { type filter hook ", { "ingress", "egress" },
		  { "forward" } },
		{ "table ip t { set s { type ", { "ipv4_addr", "inet_service" }, { "tcp" } },
		{ "add rule x y log level ", { "warn", "debug" }, { "prefix" } },
		{ "add rule x y reject with ", { "icmp", "tcp" }, { "accept" } },
		{ "define v = 5; add rule x y tcp dport ", { "$v" }, { NULL } },
		{ "include ", { "FILE:ip:" }, { NULL } },
		{ "add rule x y nosuch ", { NULL }, { "accept", "add", "list" } },
	};
	unsigned int i, j;

	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct run r;
		char word[64];

		run_init(&r);
		parse_expected(&r.n, c[i].text, strlen(c[i].text), gather, &r.n.out);
		for (j = 0; j < 4; j++) {
			snprintf(word, sizeof(word), " %s ", c[i].yes[j] ? c[i].yes[j] : "");
			if (c[i].yes[j] && c[i].yes[j][0] != '!' &&
			    !strstr(out_str(&r.n.out), word))
				FAIL("'%s' does not offer '%s'", c[i].text, c[i].yes[j]);
			snprintf(word, sizeof(word), " %s ", c[i].no[j] ? c[i].no[j] : "");
			if (c[i].no[j] && strstr(out_str(&r.n.out), word))
				FAIL("'%s' offers '%s'", c[i].text, c[i].no[j]);
		}
		/* nothing of the session changes */
		CHECK(!r.n.diags.first);
		CHECK_INT(r.n.sources.n, 0);
		CHECK(!scope_lookup(r.n.globals, "v"));
		run_fini(&r);
	}
}

int main(void)
{
	test_rules();
	RUN(commands);
	RUN(rfc_form);
	RUN(declarations);
	RUN(variables);
	RUN(variables_stay);
	RUN(errors);
	RUN(recovery);
	RUN(many_errors);
	test_hostile();
	RUN(truncated);
	RUN(includes);
	RUN(places);
	RUN(incomplete);
	RUN(expected);
	return unit_status();
}
