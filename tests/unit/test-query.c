// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The grammar of commands about records: what each clause parses to, where errors are told, what
 * completion offers.
 */
#include <linux/netfilter.h>
#include <stdlib.h>

#include "nff.h"
#include "parse.h"
#include "parse-dump.h"
#include "query.h"
#include "unit.h"

struct run {
	struct nff n;
	struct arena arena;
	struct cmds cmds;
	int err;
};

static void run(struct run *r, const char *text)
{
	memset(r, 0, sizeof(*r));
	out_init_mem(&r->n.out);
	diags_init(&r->n.diags);
	r->n.globals = scope_new(&r->n.vars, NULL);
	r->err = parse_source(&r->n, &r->arena,
			      sources_add_text(&r->n.sources, "in", text, strlen(text)),
			      &r->cmds);
}

static void run_end(struct run *r)
{
	out_fini(&r->n.out);
	diags_fini(&r->n.diags);
	sources_fini(&r->n.sources);
	arena_free(&r->n.vars);
	arena_free(&r->arena);
}

/* ---- a query as a line of text ---- */

static void dump_matches(struct out *o, const char *what, const struct stmt *s)
{
	if (!s)
		return;
	out_printf(o, " %s", what);
	for (; s; s = s->next) {
		out_putc(o, ' ');
		dump_expr(o, s->expr);
	}
}

static void dump_keys(struct out *o, const char *what, const struct query_key *k)
{
	for (; k; k = k->next)
		out_printf(o, " %s=%s%s", what, k->name.s,
			   k->order > 0 ? "+" : k->order < 0 ? "-" : "");
}

static void dump_options(struct out *o, const struct query *q)
{
	for (unsigned int i = 0; i < QO_MAX; i++) {
		const struct query_option_value *v = &q->options[i];

		if (v->given)
			out_printf(o, " --%s%s%s", query_options[i].name, v->value ? "=" : "",
				   v->value ? v->value : "");
	}
}

static void dump_query(struct out *o, const struct cmd *cmd)
{
	static const char *const sources[] = { "", " dying", " unconfirmed" };
	const struct query *q = cmd->query;

	out_printf(o, "%s %s", cmd_name(cmd->op), obj_name(cmd->obj));
	if (q->family)
		out_printf(o, " family=%s", family_name(q->family));
	if (cmd->h.table.s)
		out_printf(o, " table=%s", cmd->h.table.s);
	if (cmd->h.obj.s)
		out_printf(o, " name=%s", cmd->h.obj.s);
	out_printf(o, "%s%s", sources[q->source], q->offload ? " offload" : "");
	for (unsigned int i = 0; i < OBJ_MAX; i++)
		if (q->kinds >> i & 1)
			out_printf(o, " kind=%s", obj_name(i));
	if (q->events)
		out_printf(o, " events=%u", q->events);
	dump_matches(o, "tuple", q->tuple);
	dump_matches(o, "master", q->master);
	dump_matches(o, "where", q->where);
	dump_keys(o, "sort", q->sort);
	dump_keys(o, "group", q->group);
	if (q->has_limit)
		out_printf(o, " limit=%llu", (unsigned long long)q->limit);
	for (const struct query_assign *a = q->set; a; a = a->next) {
		out_printf(o, " set %s=", a->key.s);
		dump_expr(o, a->value);
	}
	for (const struct query_word *w = q->words; w; w = w->next)
		out_printf(o, " word=%s", w->word.s);
	dump_options(o, q);
}

/* ---- clauses ---- */

static void clauses(void)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
#include "query-rows.h"
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r;

		run(&r, rows[i].text);
		if (r.err)
			FAIL("'%s': %s", rows[i].text, r.n.diags.first->text);
		dump_query(&r.n.out, r.cmds.first);
		if (strcmp(out_str(&r.n.out), rows[i].wanted))
			FAIL("'%s': got %s", rows[i].text, out_str(&r.n.out));
		run_end(&r);
	}
}

/* Several in one line, and one behind a rule. */
static void several(void)
{
	struct run r;

	run(&r, "list conntracks where tcp dport 80; list flows limit 1\nadd rule x y accept");
	CHECK_INT(r.err, 0);
	CHECK_INT(r.cmds.first->obj, OBJ_CONNTRACKS);
	CHECK_INT(r.cmds.first->next->obj, OBJ_FLOWS);
	CHECK(!r.cmds.first->next->query->where);
	CHECK_INT(r.cmds.first->next->next->obj, OBJ_RULE);
	run_end(&r);
	/* fields of records are unknown again behind a query */
	run(&r, "list conntracks where tcp state established; add rule x y tcp state established");
	CHECK(r.err);
	CHECK_INT(r.n.diags.first->loc.off + 1, 63);
	run_end(&r);
}

static void errors(void)
{
	static const struct {
		const char *text;
		unsigned int column, len;
		const char *message, *hint;
	} rows[] = {
		{ "list conntracks whre tcp dport 80", 17, 4, "syntax error", NULL },
		{ "list conntracks where", 22, 1, "syntax error", NULL },
		{ "list conntracks where tcp dport 80 where udp dport 53", 36, 5,
		  "a 'where' already", NULL },
		{ "list conntracks where tcp state", 32, 1, "syntax error", NULL },
		{ "list conntracks where tcp stat established", 27, 4,
		  "unknown field 'stat' of 'tcp'", "'state'" },
		{ "list conntracks where ct timeot < 5s", 26, 6, "unknown field 'timeot' of 'ct'",
		  "'timeout'" },
		{ "list conntracks sort bytes", 22, 5, "syntax error", NULL },
		{ "list conntracks sort by", 24, 1, "syntax error", NULL },
		{ "list conntracks limit many", 23, 4, "syntax error", NULL },
		{ "list conntracks --ouput csv", 17, 7, "there is no option '--ouput'",
		  "--output" },
		{ "list conntracks --nosuchoption", 17, 14, "there is no option", NULL },
		{ "list conntracks -o", 19, 1, "syntax error", NULL },
		{ "list conntracks -j -j", 20, 2, "option --json is given twice", NULL },
		{ "list conntracks -o csv --output table", 24, 8, "given twice", NULL },
		{ "list -o csv tables", 6, 2, "'list tables' takes no option --output", NULL },
		{ "delete -j table ip x", 8, 2, "'delete table' takes no option --json", NULL },
		{ "list nosuch", 6, 6, "syntax error", NULL },
		{ "show conntracks", 6, 10, "syntax error, unexpected 'conntracks'", NULL },
		{ "show sets", 6, 4, "nothing to show of sets", "show takes" },
		{ "update conntracks where ct mark 1 set mark", 43, 1, "syntax error", NULL },
		{ "add rule x y tcp state open", 18, 5, "unknown field 'state' of 'tcp'", NULL },
		{ "add rule x y flowtable f", 14, 9, "syntax error", NULL },
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct diag *d;
		struct run r;

		run(&r, rows[i].text);
		d = r.n.diags.first;
		if (!r.err || !d)
			FAIL("'%s' is no error", rows[i].text);
		if (d->loc.off + 1 != rows[i].column || d->loc.len != rows[i].len)
			FAIL("'%s': column %u, %u long: %s", rows[i].text, d->loc.off + 1,
			     d->loc.len, d->text);
		if (!strstr(d->text, rows[i].message))
			FAIL("'%s': %s", rows[i].text, d->text);
		if (rows[i].hint && (!d->hint || !strstr(d->hint, rows[i].hint)))
			FAIL("'%s': hint %s", rows[i].text, d->hint ? d->hint : "none");
		run_end(&r);
	}
}

/* ---- completion ---- */

static void gather(const struct expect *e, void *arg)
{
	if (e->text)
		out_printf(arg, " %s ", e->text);
}

static void completion(void)
{
	/* words that must be offered, and words that must not */
	static const struct {
		const char *text, *yes[6], *no[4];
	} rows[] = {
		{ "list ", { "conntracks", "flows", "expectations", "ruleset" }, { "where" } },
		{ "list conntracks ", { "where", "sort", "group", "limit", "ip6", "dying" },
		  { "dport", "conntracks" } },
		{ "list conntracks where ", { "tcp", "ct", "ip", "flowtable" },
		  { "where", "accept" } },
		{ "list conntracks where ct ", { "timeout", "status", "mark", "original" },
		  { "dport" } },
		{ "list conntracks where ct original ", { "proto-src", "bytes" }, { "timeout" } },
		{ "list conntracks where ct status ", { "assured", "offload", "dying" },
		  { "established" } },
		{ "list conntracks where tcp ", { "state", "dport" }, { "saddr" } },
		{ "list conntracks where tcp state ", { "established", "syn_sent" },
		  { "assured" } },
		{ "list conntracks where tcp dport 80 ", { "sort", "limit", "ct", "group" },
		  { "accept" } },
		{ "list conntracks where tcp dport 80 sort ", { "by" }, { "limit" } },
		{ "list conntracks sort by bytes ", { "limit", "desc", "asc" }, { "dport" } },
		{ "list flows ", { "where", "sort", "inet" }, { "dying" } },
		{ "monitor ", { "conntracks", "flows", "ruleset", "new", "destroy", "where" },
		  { "limit by" } },
		{ "show ", { "flowtables", "conntrack", "features", "flow" }, { "where" } },
		{ "top ", { "flows", "conntracks", "where" }, { "features" } },
		{ "add rule x y tcp ", { "dport" }, { "state" } },
		{ "add rule x y ct status ", { "assured" }, { "offload" } },
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r;
		char word[64];

		run(&r, "");
		parse_expected(&r.n, rows[i].text, strlen(rows[i].text), gather, &r.n.out);
		for (unsigned int k = 0; k < 6 && rows[i].yes[k]; k++) {
			snprintf(word, sizeof(word), " %s ", rows[i].yes[k]);
			if (!strstr(out_str(&r.n.out), word))
				FAIL("'%s' does not offer '%s'", rows[i].text, rows[i].yes[k]);
		}
		for (unsigned int k = 0; k < 4 && rows[i].no[k]; k++) {
			snprintf(word, sizeof(word), " %s ", rows[i].no[k]);
			if (strstr(out_str(&r.n.out), word))
				FAIL("'%s' offers '%s'", rows[i].text, rows[i].no[k]);
		}
		run_end(&r);
	}
}

int main(void)
{
	RUN(clauses);
	RUN(several);
	RUN(errors);
	RUN(completion);
	return unit_status();
}
