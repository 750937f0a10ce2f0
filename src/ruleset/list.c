// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list and reset commands. What is printed is one state of the ruleset: all
 * is read and held in memory, and read again if the generation changed
 * meanwhile or the kernel said that a dump is inconsistent.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kernel_error.h"
#include "list_int.h"
#include "nl_open.h"

/* How often a listing is tried while another process keeps changing the ruleset. */
#define LIST_TRIES 64

void lister_init(struct lister *l, struct nff *n, const struct cmd *cmd)
{
	memset(l, 0, sizeof(*l));
	l->n = n;
	l->cmd = cmd;
	l->nl = nff_nl(n);
	l->d.arena = &l->arena;
	l->tables_last = &l->tables;
	out_init_mem(&l->out);
	out_init_mem(&l->debug);
}

void lister_drop(struct lister *l)
{
	arena_free(&l->arena);
	arena_free(&l->rule_arena);
	free(l->sets.v);
	memset(&l->sets, 0, sizeof(l->sets));
	l->sets_of = NULL;
	l->tables = NULL;
	l->tables_last = &l->tables;
	l->err = 0;
	out_drop(&l->out);
	out_drop(&l->debug);
}

void lister_fini(struct lister *l)
{
	lister_drop(l);
	out_fini(&l->out);
	out_fini(&l->debug);
	msgbuf_fini(&l->m);
	msgbuf_fini(&l->m2);
	if (l->nl2)
		nl_close(l->nl2);
}

int list_error(struct lister *l, int err)
{
	struct nff *n = l->n;
	struct loc loc = l->cmd ? l->cmd->loc : (struct loc){ 0 };
	const char *ext = l->nl ? nl_ext_msg(l->nl) : NULL;

	if (err == -EPERM)
		diag_error(&n->diags, loc, "%s (you must be root)", strerror(-err));
	else if (err == -EINTR)
		diag_error(&n->diags, loc, "the ruleset changes faster than it can be read: "
			   "gave up after %d tries", LIST_TRIES);
	else
		diag_error(&n->diags, loc, "cannot read the ruleset: %s%s%s", strerror(-err),
			   ext ? ": " : "", ext ? ext : "");
	hint_privilege(n, err);
	return -1;
}

static int run(struct lister *l)
{
	switch (l->cmd->obj) {
	case OBJ_TABLES:
		return view_table_names(l);
	case OBJ_HOOKS:
		return list_hooks(l);
	case OBJ_ELEMENT:
		return list_get(l);
	default:
		return view_tables(l);
	}
}

/* One try: 0, -EINTR: again, or what list_cmd() returns: 1 for "diagnosed". */
static int try_list(struct lister *l)
{
	uint32_t before = 0, after = 0;
	int err;

	l->json = l->n->print.json;
	err = fetch_generation(l, &before);
	if (!err)
		err = run(l);
	if (!err && l->err)
		err = l->err;
	/* What was reset cannot be read again. */
	if (err == -EINTR && l->cmd->op == CMD_RESET) {
		diag_warning(&l->n->diags, l->cmd->loc, "the ruleset changed meanwhile: not all "
			     "that was reset is shown");
		return 0;
	}
	if (err > 0 || err == -EINTR || l->cmd->op == CMD_RESET)
		return err;
	/* An error may come of the change, too: what was to be read next is gone. */
	if (!fetch_generation(l, &after) && before != after)
		return -EINTR;
	return err;
}

/* The values are in l->out already, with commas between them. */
static void write_json(struct lister *l)
{
	out_puts(&l->n->out, "{\"nftables\": [");
	out_write(&l->n->out, l->out.buf, l->out.len);
	out_puts(&l->n->out, "]}\n");
}

int list_cmd(struct nff *n, const struct cmd *cmd)
{
	struct lister l;
	int err = -EINTR;

	lister_init(&l, n, cmd);
	if (!l.nl) {
		lister_fini(&l);
		return -1;
	}
	for (unsigned int i = 0; i < LIST_TRIES && err == -EINTR; i++) {
		lister_drop(&l);
		err = try_list(&l);
	}
	if (!err && l.debug.len)
		out_write(&n->out, l.debug.buf, l.debug.len);
	if (!err && l.json)
		write_json(&l);
	else if (!err)
		out_write(&n->out, l.out.buf, l.out.len);
	/* Positive: a diagnostic was given where it was found. */
	if (err < 0)
		list_error(&l, err);
	lister_fini(&l);
	return err ? -1 : 0;
}
