// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets that rules of the same input add to must be made as dynamic ones: the
 * kernel chooses how a set is stored when it is made, and declarations need
 * not say so. (A set that is there already keeps what it is.)
 */
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>
#include "compile_int.h"

/* The sets of the input that do not say "flags dynamic". */
struct static_sets {
	struct set **v;
	size_t n, cap;
};

static void gather(struct static_sets *sets, struct set *s)
{
	if (s->flags & NFT_SET_EVAL || !s->h.table.s || !s->h.obj.s)
		return;
	if (sets->n == sets->cap) {
		sets->cap = sets->cap ? sets->cap * 2 : 16;
		sets->v = xrealloc(sets->v, sets->cap * sizeof(*sets->v));
	}
	sets->v[sets->n++] = s;
}

static bool adds(const struct cmd *cmd)
{
	return cmd->op == CMD_ADD || cmd->op == CMD_CREATE;
}

static void gather_all(struct static_sets *sets, const struct cmds *cmds)
{
	for (const struct cmd *cmd = cmds->first; cmd; cmd = cmd->next) {
		if (!adds(cmd))
			continue;
		if (cmd->obj == OBJ_SET || cmd->obj == OBJ_MAP)
			gather(sets, cmd->set);
		if (cmd->obj == OBJ_TABLE)
			for (struct set *s = cmd->table->sets; s; s = s->next)
				gather(sets, s);
	}
}

static void mark_set(const struct static_sets *sets, const struct handle *h, const char *name)
{
	for (size_t i = 0; i < sets->n; i++) {
		struct set *s = sets->v[i];

		if (s->h.family == h->family && !strcmp(s->h.obj.s, name) &&
		    !strcmp(s->h.table.s, h->table.s))
			s->flags |= NFT_SET_EVAL;
	}
}

static void mark_rules(const struct static_sets *sets, const struct handle *h,
		       const struct rule *r)
{
	for (; r; r = r->next)
		for (const struct stmt *s = r->stmts; s; s = s->next) {
			/* A meter has a set of its own. */
			if (s->kind == ST_SETUPD && !s->setupd->set && h->table.s)
				mark_set(sets, h, s->setupd->set_name);
			if (s->kind == ST_VERDICT && s->expr->flags & EXF_BLOCK)
				mark_rules(sets, h, s->expr->verdict.block->rules);
		}
}

static void mark_cmd(const struct static_sets *sets, const struct cmd *cmd)
{
	if (cmd->obj == OBJ_RULE && (adds(cmd) || cmd->op == CMD_INSERT || cmd->op == CMD_REPLACE))
		mark_rules(sets, cmd->rule->h, cmd->rule);
	if (!adds(cmd))
		return;
	if (cmd->obj == OBJ_CHAIN)
		mark_rules(sets, &cmd->chain->h, cmd->chain->rules);
	if (cmd->obj == OBJ_TABLE)
		for (const struct chain *ch = cmd->table->chains; ch; ch = ch->next)
			mark_rules(sets, &ch->h, ch->rules);
}

void compile_dynamic_sets(const struct cmds *cmds)
{
	struct static_sets sets = { 0 };

	gather_all(&sets, cmds);
	for (const struct cmd *cmd = cmds->first; cmd && sets.n; cmd = cmd->next)
		mark_cmd(&sets, cmd);
	free(sets.v);
}
