// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON in both directions: what is read prints again as it was, and errors
 * tell the place and the path.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include "unit.h"
#include "json-docs.h"

static const struct print_opts opts;

/* The doc as compact text, for comparing and for messages. */
static char *text_of(const json_t *j)
{
	return json_dumps(j, JSON_ENCODE_ANY);
}

static void check_same(json_t *printed, const char *read)
{
	json_t *wanted = json_loads(read, JSON_DECODE_ANY, NULL);
	char *a = text_of(printed), *b = text_of(wanted);

	if (strcmp(a, b)) {
		unit.failed = 1;
		unit_detail("printed %s, read %s", a, b);
	}
	free(a);
	free(b);
	json_decref(printed);
	json_decref(wanted);
}

static void one_statement(const char *statement)
{
	struct json_run r;
	const char *doc = json_rule_document(statement);
	json_t *stmts;

	json_run(&r, doc, strlen(doc));
	if (r.ret || !r.cmds.first) {
		unit.failed = 1;
		unit_detail("%s: %s", statement, r.n.diags.first ? r.n.diags.first->text : "?");
	} else {
		json_t *rule = json_rule(r.cmds.first->rule, &opts);

		stmts = json_object_get(json_object_get(rule, "rule"), "expr");
		check_same(json_incref(json_array_get(stmts, 0)), statement);
		json_decref(rule);
	}
	json_run_end(&r);
}

static void statements(void)
{
	for (size_t i = 0; json_statements[i] && !unit.failed; i++)
		one_statement(json_statements[i]);
}

static json_t *object_of(const struct cmd *cmd)
{
	switch (cmd->obj) {
	case OBJ_TABLE:
		return json_table(cmd->table, &opts);
	case OBJ_CHAIN:
		return json_chain(cmd->chain, &opts);
	case OBJ_SET:
	case OBJ_MAP:
		return json_set(cmd->set, &opts);
	default:
		return json_object_new(cmd->object, &opts);
	}
}

static void objects(void)
{
	for (size_t i = 0; json_objects_listed[i] && !unit.failed; i++) {
		const char *doc = json_document(json_objects_listed[i]);
		struct json_run r;

		json_run(&r, doc, strlen(doc));
		if (r.ret || !r.cmds.first) {
			unit.failed = 1;
			unit_detail("%s: %s", json_objects_listed[i],
				    r.n.diags.first ? r.n.diags.first->text : "?");
		} else {
			check_same(object_of(r.cmds.first), json_objects_listed[i]);
		}
		json_run_end(&r);
	}
}

static void commands(void)
{
	for (size_t i = 0; json_commands[i]; i++) {
		const char *doc = json_document(json_commands[i]);
		struct json_run r;
		bool ok;

		json_run(&r, doc, strlen(doc));
		ok = !r.ret && (i == 0) == !r.cmds.first;
		if (!ok) {
			unit.failed = 1;
			unit_detail("%s: %s", json_commands[i],
				    r.n.diags.first ? r.n.diags.first->text : "no command");
		}
		json_run_end(&r);
		if (!ok)
			return;
	}
}

/* What the commands are made into. */
static void meaning(void)
{
	const char *doc = "{\"nftables\": ["
		"{\"rule\": {" RULE ", \"handle\": 9, \"expr\": [{\"accept\": null}]}},"
		"{\"add\": {\"rule\": {" RULE ", \"handle\": 9, \"expr\": [{\"accept\": null}]}}},"
		"{\"replace\": {\"rule\": {" RULE ", \"handle\": 9, \"expr\": [{\"drop\": null}]}}},"
		"{\"insert\": {\"rule\": {" RULE ", \"index\": 3, \"expr\": [{\"drop\": null}]}}},"
		"{\"add\": {\"rule\": {" RULE ", \"expr\": ["
		MATCH("in", CT("state"), "[\"new\", \"related\"]") ", "
		MATCH("==", CT("state"), "[\"new\", \"related\"]") ", "
		MATCH("==", "{\"fib\": {\"result\": \"oif\", \"flags\": [\"saddr\"]}}", "false") ", "
		MATCH("==", META("mark"), "-1") "]}}}]}";
	struct json_run r;
	struct cmd *c;
	struct stmt *s;

	json_run(&r, doc, strlen(doc));
	CHECK(!r.ret);
	c = r.cmds.first;
	CHECK(c->op == CMD_ADD && !c->h.handle && !c->h.position && c->rule->h->table.s);
	c = c->next;
	CHECK(c->op == CMD_ADD && !c->h.handle && c->h.position == 9);
	c = c->next;
	CHECK(c->op == CMD_REPLACE && c->h.handle == 9 && c->h.family == NFPROTO_INET);
	c = c->next;
	CHECK(c->op == CMD_INSERT && c->rule->h->index == 4);
	s = c->next->rule->stmts;
	CHECK(s->expr->op == OP_IMPLICIT && s->expr->bin.right->kind == EX_LIST);
	s = s->next;
	CHECK(s->expr->op == OP_EQ && s->expr->bin.right->kind == EX_BINARY);
	s = s->next;
	CHECK(s->expr->bin.left->fib.flags & NFTA_FIB_F_PRESENT);
	CHECK_STR(s->expr->bin.right->sym, "missing");
	CHECK_STR(s->next->expr->bin.right->sym, "18446744073709551615");
	json_run_end(&r);
}

/* Elements that jump wait for the chains of the document. */
static void late_elements(void)
{
	const char *doc = "{\"nftables\": ["
		"{\"map\": {" NAMED ", \"type\": \"ipv4_addr\", \"map\": \"verdict\", "
		"\"elem\": [[\"1.2.3.4\", {\"jump\": {\"target\": \"c\"}}]]}},"
		"{\"chain\": {" NAMED "}},"
		"{\"rule\": {" RULE ", \"expr\": [{\"accept\": null}]}}]}";
	static const enum obj_kind order[] = { OBJ_MAP, OBJ_CHAIN, OBJ_ELEMENT, OBJ_RULE };
	struct json_run r;
	struct cmd *c;

	json_run(&r, doc, strlen(doc));
	CHECK(!r.ret);
	c = r.cmds.first;
	for (size_t i = 0; i < 4; i++, c = c->next) {
		CHECK(c);
		CHECK_INT(c->obj, order[i]);
	}
	CHECK(!c && !*r.cmds.last);
	json_run_end(&r);
}

static void strings_that_are_not_utf8(void)
{
	struct table t = { .h = { .family = NFPROTO_IPV4, .table = { .s = "a\xff\xc3\xa4\xe2\x82" } } };
	json_t *j = json_table(&t, &opts);

	CHECK_STR(json_string_value(json_object_get(json_object_get(j, "table"), "name")),
		  "a\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd");
	json_decref(j);
}

/* ---- errors ---- */

static const struct error_row {
	const char *doc;
	unsigned int line, col;
	const char *text;
} error_rows[] = {
	{ "", 1, 1, "malformed JSON" },
	{ "{\"nftables\": [\n{\"add\": }]}", 2, 9, "malformed JSON" },
	{ "{\"nftables\": []} x", 1, 18, "malformed JSON" },
	{ "[]", 1, 1, "an object {\"nftables\"" },
	{ "{\"nftables\": {}}", 1, 1, "nftables: an array is needed" },
	{ "{\"nftables\": [], \"x\": 1}", 1, 1, "unknown key 'x'" },
	{ "{\"nftables\": [5]}", 1, 15, "nftables[0]: a command is an object" },
	{ "{\"nftables\": [{}]}", 1, 15, "nftables[0]: an object with one key" },
	{ "{\"nftables\": [{\"foo\": {}}]}", 1, 15, "nftables[0]: 'foo' is nothing that" },
	{ "{\"nftables\": [\n  {\"add\": {\"table\":\n    {\"name\": \"x\"}}}]}", 3, 5,
	  "nftables[0].add.table: the key 'family' is missing" },
	{ "{\"nftables\": [{\"table\": {\"name\": \"x\", \"family\": \"foo\"}}]}", 1, 49,
	  "nftables[0].table.family: there is no family 'foo'" },
	{ "{\"nftables\": [{\"table\": null}]}", 1, 15,
	  "nftables[0].table: an object is needed here, this is null" },
	{ "{\"nftables\": [{\"insert\": {\"table\": {}}}]}", 1, 26, "nothing that can be inserted" },
	{ "{\"nftables\": [{\"metainfo\": {\"json_schema_version\": 2}}]}", 1, 28,
	  "nftables[0].metainfo.json_schema_version: version 2" },
	{ "{\"nftables\": [{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\",\n"
	  "\"expr\": [{\"accept\": null},\n {\"match\": {\"op\": \"==\",\n"
	  "   \"left\": {\"payload\": {\"foo\": 1}}, \"right\": 5}}]}}]}", 4, 24,
	  "nftables[0].rule.expr[1].match.left.payload: unknown key 'foo'" },
	{ "{\"nftables\": [{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\",\n"
	  "\"expr\": [{\"match\": null}]}}]}", 2, 10,
	  "nftables[0].rule.expr[0].match: an object is needed here, this is null" },
	{ "{\"nftables\": [{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\",\n"
	  "\"expr\": [{\"nope\": null}]}}]}", 2, 10,
	  "nftables[0].rule.expr[0]: there is no statement 'nope'" },
	{ "{\"nftables\": [{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\",\n"
	  "\"expr\": [{\"limit\": {\"rate\": -1, \"per\": \"hour\"}}]}}]}", 2, 29,
	  "nftables[0].rule.expr[0].limit.rate: the number is negative" },
	{ "{\"nftables\": [{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\",\n"
	  "\"expr\": [{\"log\": {\"flags\": [\"ether\", \"x\"]}}]}}]}", 2, 38,
	  "nftables[0].rule.expr[0].log.flags[1]: 'x' is unknown here" },
	{ "{\"nftables\": [{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\", "
	  "\"handle\": 1, \"handle\": 2, \"expr\": []}}]}", 1, 89, "duplicate object key" },
	{ NULL, 0, 0, NULL }
};

static void errors(void)
{
	for (const struct error_row *row = error_rows; row->doc && !unit.failed; row++) {
		unsigned int line = 0, col = 0;
		const struct diag *d;
		struct json_run r;

		json_run(&r, row->doc, strlen(row->doc));
		d = r.n.diags.first;
		if (d)
			source_position(sources_get(&r.n.sources, d->loc.src), d->loc.off, &line,
					&col);
		if (r.ret != -1 || !d || !strstr(d->text, row->text) || line != row->line ||
		    col != row->col) {
			unit.failed = 1;
			unit_detail("%s: got %d, %u:%u %s", row->doc, r.ret, line, col,
				    d ? d->text : "nothing");
		}
		json_run_end(&r);
	}
}

int main(void)
{
	RUN(statements);
	RUN(objects);
	RUN(commands);
	RUN(meaning);
	RUN(late_elements);
	RUN(strings_that_are_not_utf8);
	RUN(errors);
	return unit_status();
}
