// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The handle, and one input through all its stages: parse, evaluate and
 * compile, commit; lists are answered in between, in the order given.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "batch.h"
#include "compile.h"
#include "flow.h"
#include "flow_module.h"
#include "flowtable_settings.h"
#include "json.h"
#include "kernel_error.h"
#include "list.h"
#include "nff.h"
#include "nl.h"
#include "nl_open.h"
#include "parse.h"
#include "print.h"

/* How often an input is compiled again because another process was faster. */
#define COMMIT_TRIES 16

struct nff *nff_new(int out_fd)
{
	struct nff *n = xcalloc(1, sizeof(*n));

	out_init_fd(&n->out, out_fd);
	diags_init(&n->diags);
	arena_init(&n->vars);
	n->globals = scope_new(&n->vars, NULL);
	return n;
}

void nff_free(struct nff *n)
{
	if (n->nl)
		nl_close(n->nl);
	flow_module_free(n->module);
	out_fini(&n->out);
	diags_fini(&n->diags);
	sources_fini(&n->sources);
	arena_free(&n->vars);
	free(n->include_paths);
	free(n);
}

struct nl *nff_nl(struct nff *n)
{
	if (!n->nl)
		n->nl = nl_open(NETLINK_NETFILTER);
	if (!n->nl) {
		diag_error(&n->diags, (struct loc){ 0 }, "cannot open a netlink socket: %s",
			   strerror(errno));
		if (errno == EPROTONOSUPPORT)
			diag_hint(&n->diags, "the kernel has no netfilter netlink; "
				  "try 'modprobe nfnetlink'");
	}
	return n->nl;
}

void nff_add_include_path(struct nff *n, const char *path)
{
	n->include_paths = xrealloc(n->include_paths,
				    (n->n_include_paths + 1) * sizeof(*n->include_paths));
	n->include_paths[n->n_include_paths++] = path;
}

int nff_define(struct nff *n, const char *assignment)
{
	const char *eq = strchr(assignment, '=');
	struct out text;
	struct cmds cmds;
	uint32_t src;
	int err;

	if (!eq || eq == assignment || !eq[1])
		return diag_error(&n->diags, (struct loc){ 0 },
				  "-D wants NAME=VALUE, not '%s'", assignment);
	out_init_mem(&text);
	out_printf(&text, "define %.*s = %s\n", (int)(eq - assignment), assignment, eq + 1);
	src = sources_add_text(&n->sources, "<-D>", out_str(&text), text.len);
	out_fini(&text);
	cmds.first = NULL;
	cmds.last = &cmds.first;
	err = parse_source(n, &n->vars, src, &cmds);
	if (!err && cmds.first)
		err = diag_error(&n->diags, cmds.first->loc, "-D defines one variable, no more");
	return err;
}

/* Commands about conntracks and flows are no part of the transaction, even where they change some. */
static bool is_query(const struct cmd *cmd)
{
	if (flow_is_cmd(cmd))
		return true;
	switch (cmd->op) {
	case CMD_LIST:
	case CMD_RESET:
	case CMD_DESCRIBE:
	case CMD_GET:
		return true;
	default:
		return false;
	}
}

static int run_query(struct nff *n, const struct cmd *cmd)
{
	if (flow_is_cmd(cmd))
		return flow_cmd(n, cmd);
	if (cmd->op == CMD_DESCRIBE)
		return describe_expr(&n->out, cmd->expr, &n->print);
	return list_cmd(n, cmd);
}

/*
 * Compile and commit what changes the ruleset in cmds; the queries are left
 * out. -ERESTART: read the input again, because another process was faster or,
 * with failures->n set, to find the statements that the kernel refused.
 */
static int commit_batch(struct nff *n, const struct cmds *cmds, struct batch_failures *failures)
{
	struct batch b;
	uint32_t genid = 0;
	int err;

	err = ruleset_generation(n, &genid);
	if (err)
		return err;
	batch_init(&b, genid);
	b.failures = failures->n ? failures : NULL;
	err = compile_cmds(n, cmds, &b);
	if (!err && !b.failures) {
		err = batch_commit(n, &b, failures);
		if (err == -1 && batch_failures_inside(&b, failures))
			err = -ERESTART;
	}
	if (!err || err == -1)
		err = failures->n ? batch_tell(n, &b, failures) : err;
	batch_fini(&b);
	return err;
}

/* The batch, and the settings of flowtables, which are no part of it. */
static int commit(struct nff *n, const struct cmds *cmds, struct batch_failures *failures)
{
	struct arena arena = { 0 };
	struct settings_plan *plan;
	int err;

	err = settings_prepare(n, &arena, cmds, &plan);
	if (!err)
		err = commit_batch(n, cmds, failures);
	if (!err)
		err = settings_apply(n, plan);
	arena_free(&arena);
	return err;
}

static int run_cmds(struct nff *n, const struct cmds *cmds, struct batch_failures *failures)
{
	bool changes = false;
	int err = 0;

	for (struct cmd *c = cmds->first; c; c = c->next)
		changes |= !is_query(c);
	/*
	 * As one input is one transaction, queries see the ruleset after all
	 * of its changes, wherever they stand in it.
	 */
	if (changes)
		err = commit(n, cmds, failures);
	for (struct cmd *c = cmds->first; c && !err; c = c->next)
		if (is_query(c))
			err = run_query(n, c);
	return err;
}

/* With -j an input is JSON, unless it is plainly none: `nff -j list ruleset`. */
static bool is_json(const struct nff *n, uint32_t src)
{
	const struct source *s = sources_get(&n->sources, src);
	size_t i = strspn(s->text, " \t\r\n");

	return n->json && (s->text[i] == '{' || s->text[i] == '[');
}

static int run_once(struct nff *n, uint32_t src, struct batch_failures *failures)
{
	struct arena arena;
	struct cmds cmds;
	int err;

	arena_init(&arena);
	cmds.first = NULL;
	cmds.last = &cmds.first;
	if (is_json(n, src))
		err = json_parse_source(n, &arena, src, &cmds);
	else
		err = parse_source(n, &arena, src, &cmds);
	if (!err)
		err = run_cmds(n, &cmds, failures);
	arena_free(&arena);
	return err;
}

/*
 * Evaluation changes the AST: an input that must be compiled again is parsed
 * again, and warns again.
 */
static int run_source(struct nff *n, uint32_t src)
{
	struct batch_failures failures = { .n = 0 };

	for (unsigned int i = 0; i < COMMIT_TRIES; i++) {
		struct scope *before = scope_copy(&n->vars, n->globals);
		int err = run_once(n, src, &failures);

		if (err != -ERESTART)
			return err;
		n->globals = before;
		diags_clear(&n->diags);
	}
	return diag_error(&n->diags, (struct loc){ 0 },
			  "another process keeps changing the ruleset: gave up after %d tries",
			  COMMIT_TRIES);
}

int nff_run_text(struct nff *n, const char *name, const char *text, size_t len)
{
	if (len > SOURCE_MAX)
		return diag_error(&n->diags, (struct loc){ 0 }, "the input is too large");
	return run_source(n, sources_add_text(&n->sources, name, text, len));
}

int nff_run_file(struct nff *n, const char *path)
{
	int src = sources_add_file(&n->sources, path, (struct loc){ 0 });

	if (src < 0)
		return diag_error(&n->diags, (struct loc){ 0 }, "cannot read '%s': %s", path,
				  strerror(-src));
	return run_source(n, src);
}
