// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nff top: looks at all connections again and again, and shows those with most traffic, on a
 * terminal or (-b) as text.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "flow.h"
#include "flow_module.h"
#include "match.h"
#include "show.h"
#include "top.h"
#include "view.h"

#define INTERVAL_DEFAULT	1000	/* milliseconds */
#define BATCH_ROWS		20

int top_step(struct top *t, enum top_look look)
{
	int err = top_look(&t->source, t->filter.match, &t->table, look);

	if (!err)
		top_view_update(&t->view, &t->table);
	return err;
}

/* ---- what the command says ---- */

/* A key in a table of names; -1 with a diagnostic. */
static int find_name(struct nff *n, const struct name *key, const char *what,
		     const char *const *names, int max)
{
	struct out all;

	for (int i = 0; i < max; i++)
		if (!strcmp(key->s, names[i]))
			return i;
	diag_error(&n->diags, key->loc, "top does not %s by '%s'", what, key->s);
	out_init_mem(&all);
	for (int i = 0; i < max; i++)
		out_printf(&all, "%s%s", !i ? "" : i + 1 < max ? ", " : " and ", names[i]);
	diag_hint(&n->diags, "there are %s", out_str(&all));
	out_fini(&all);
	return -1;
}

static int read_keys(struct top *t, const struct query *q)
{
	struct nff *n = t->n;
	int i;

	if (q->sort) {
		i = find_name(n, &q->sort->name, "sort", top_sort_names, TOP_SORT_MAX);
		if (i < 0)
			return -1;
		if (q->sort->next)
			return diag_error(&n->diags, q->sort->next->name.loc,
					  "top sorts by one key");
		t->view.sort = (enum top_sort)i;
		t->view.reverse = q->sort->order > 0;
	}
	if (q->group) {
		i = find_name(n, &q->group->name, "group", top_group_names, TOP_GROUP_MAX);
		if (i < 0)
			return -1;
		if (q->group->next)
			return diag_error(&n->diags, q->group->next->name.loc,
					  "top groups by one key");
		t->view.group = (enum top_group)i;
	}
	return 0;
}

static int read_query(struct top *t, const struct cmd *cmd, uint64_t *looks)
{
	const unsigned int uses = QUERY_FAMILY | QUERY_SOURCE | QUERY_OFFLOAD | QUERY_WHERE |
		QUERY_SORT | QUERY_GROUP | QUERY_LIMIT | QUERY_OPTION(QO_JSON) |
		QUERY_OPTION(QO_BATCH) | QUERY_OPTION(QO_COUNT) | QUERY_OPTION(QO_INTERVAL);
	const struct query *q = cmd->query;

	if (query_check(t->n, cmd, uses) < 0)
		return -1;
	t->interval = INTERVAL_DEFAULT;
	t->limit = q->has_limit ? q->limit : UINT64_MAX;
	if (q->options[QO_COUNT].given &&
	    query_number(t->n, &q->options[QO_COUNT], 1, UINT32_MAX, looks) < 0)
		return -1;
	if (q->options[QO_INTERVAL].given &&
	    query_time(t->n, &q->options[QO_INTERVAL], &t->interval) < 0)
		return -1;
	return read_keys(t, q);
}

/* Flows where there are any to be told, unless the command says which. */
static int choose_kind(struct top *t, const struct cmd *cmd)
{
	struct flow_module *module;
	int found;

	t->source = (struct top_source){ .n = t->n, .cmd = cmd };
	if (cmd->obj == OBJ_CONNTRACKS)
		return 0;
	found = flow_module_find(t->n, &module);
	if (found < 0)
		return -1;
	if (!found && cmd->obj == OBJ_ALL)
		return 0;
	t->source.flows = true;
	return found || flow_module_need(t->n, cmd->loc) ? 0 : -1;
}

/* A mistake in it is told at its place; top itself reads the text again. */
static int first_filter(struct top *t, const struct cmd *cmd)
{
	struct top_filter_error e;
	char text[TOP_FILTER_MAX];
	struct arena a = { 0 };
	bool ok = match_new(t->n, &a, cmd->query,
			    t->source.flows ? &flow_record : &conntrack_record) != NULL;

	arena_free(&a);
	if (!ok)
		return -1;
	top_filter_text(&t->source, text, sizeof(text));
	if (top_filter_set(&t->filter, &t->source, text, &e))
		return 0;
	return diag_error(&t->n->diags, cmd->query->where_loc, "%s", e.text);
}

/* ---- batch mode ---- */

static void block_signals(sigset_t *old, sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigprocmask(SIG_BLOCK, set, old);
}

/* Wait until a time; false: a signal says to end. */
static bool wait_until(int sfd, uint64_t when)
{
	uint64_t now;

	while ((now = top_monotonic()) < when) {
		struct pollfd p = { .fd = sfd, .events = POLLIN };

		if (poll(&p, 1, (int)((when - now) / 1000000 + 1)) > 0)
			return false;
	}
	return true;
}

static int batch(struct top *t, const struct cmd *cmd, uint64_t looks)
{
	bool json = show_is_json(t->n, cmd->query);
	unsigned int limit = t->limit < BATCH_ROWS || cmd->query->has_limit ?
			     (unsigned int)t->limit : json ? UINT32_MAX : BATCH_ROWS;
	uint64_t next = top_monotonic() + t->interval * 1000000;
	sigset_t old, set;
	int sfd, err = 0;

	block_signals(&old, &set);
	sfd = signalfd(-1, &set, SFD_CLOEXEC);
	for (uint64_t i = 0; !err && (!looks || i < looks); i++) {
		if (sfd >= 0 && !wait_until(sfd, next))
			break;
		err = top_step(t, TOP_LOOK);
		if (err)
			break;
		if (json)
			show_json(t->n, top_json(t, limit));
		else
			top_put_batch(&t->n->out, t, limit);
		if (out_flush(&t->n->out) < 0)
			break;
		next += t->interval * 1000000;
	}
	if (sfd >= 0)
		close(sfd);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return err;
}

/* ---- the command ---- */

static int run(struct top *t, const struct cmd *cmd)
{
	const struct query *q = cmd->query;
	uint64_t looks = 0, acct = 1;
	int err;

	if (read_query(t, cmd, &looks) < 0 || choose_kind(t, cmd) < 0 || first_filter(t, cmd) < 0)
		return -1;
	t->no_acct = !t->source.flows &&
		     show_sysctl("net/netfilter/nf_conntrack_acct", &acct) && !acct;
	/* The first look gives no rates, but tells what is wrong while there is no screen. */
	err = top_step(t, TOP_LOOK);
	if (err)
		return err;
	if (!q->options[QO_BATCH].given && !show_is_json(t->n, q))
		return top_screen(t, looks);
	if (t->no_acct) {
		diag_warning(&t->n->diags, cmd->loc, "conntrack does not count packets and bytes");
		diag_hint(&t->n->diags, "sysctl -w net.netfilter.nf_conntrack_acct=1 for "
			  "connections that begin afterwards; flows have counters of their own: "
			  "nff top flows");
	}
	return batch(t, cmd, looks);
}

int flow_top(struct nff *n, const struct cmd *cmd)
{
	struct top t = { .n = n };
	int err = run(&t, cmd);

	top_view_fini(&t.view);
	top_table_fini(&t.table);
	top_filter_fini(&t.filter);
	return err;
}
