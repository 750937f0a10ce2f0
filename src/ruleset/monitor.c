// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ruleset as a source of monitors. The kernel tells the objects of a transaction one by one,
 * and at its end the new generation: then they are printed, as -e prints them (echo.c).
 *
 * What a deleted element was, its message does not say: the declarations of all sets are kept,
 * as the messages that made them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"
#include "echo.h"
#include "list.h"
#include "list_int.h"
#include "monitor.h"

/*
 * Some changes are no transaction (a counter that is reset): they are printed when nothing has
 * followed them for so long.
 */
#define ALONE_MS	100

/* NFTA_GEN_* */
#define GEN_PROC_PID	2
#define GEN_PROC_NAME	3

struct kept_set {
	struct kept_set *next;
	uint8_t family;
	const char *table, *name;	/* in nlh */
	struct nlmsghdr *nlh;
};

struct ruleset_monitor {
	struct watch *w;
	struct echo_monitor mon;
	struct echo *echo;		/* the transaction that comes in; NULL: none */
	struct kept_set *sets;
};

/* ---- sets ---- */

static bool set_names(const struct nlmsghdr *nlh, const char **table, const char **name)
{
	const struct nlattr *attr;

	*table = *name = NULL;
	if (nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(struct nfgenmsg))
		return false;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) == NFTA_SET_TABLE)
			*table = attr_text(attr);
		else if (mnl_attr_get_type(attr) == NFTA_SET_NAME)
			*name = attr_text(attr);
	}
	return *table && *name;
}

static struct kept_set **find_kept(struct ruleset_monitor *r, unsigned int family,
				   const char *table, const char *name)
{
	struct kept_set **at = &r->sets;

	while (*at && ((*at)->family != family || strcmp((*at)->name, name) ||
		       strcmp((*at)->table, table)))
		at = &(*at)->next;
	return at;
}

static const struct nlmsghdr *find_set(void *arg, unsigned int family, const char *table,
				       const char *name)
{
	struct kept_set *k = *find_kept(arg, family, table, name);

	return k ? k->nlh : NULL;
}

static void forget(struct kept_set **at)
{
	struct kept_set *k = *at;

	*at = k->next;
	free(k->nlh);
	free(k);
}

static void set_changed(void *arg, const struct nlmsghdr *nlh, bool gone)
{
	const struct nfgenmsg *nfg = mnl_nlmsg_get_payload(nlh);
	struct ruleset_monitor *r = arg;
	const char *table, *name;
	struct kept_set **at, *k;

	if (!set_names(nlh, &table, &name))
		return;
	at = find_kept(r, nfg->nfgen_family, table, name);
	if (*at)
		forget(at);
	if (gone)
		return;
	k = xcalloc(1, sizeof(*k));
	k->nlh = xmalloc(nlh->nlmsg_len);
	memcpy(k->nlh, nlh, nlh->nlmsg_len);
	k->family = nfg->nfgen_family;
	set_names(k->nlh, &k->table, &k->name);
	k->next = r->sets;
	r->sets = k;
}

static int on_set(const struct nlmsghdr *nlh, void *arg)
{
	set_changed(arg, nlh, false);
	return 0;
}

/* All sets that there are, the anonymous ones too: they are gone before their rule is told. */
static int read_sets(struct ruleset_monitor *r)
{
	struct nff *n = r->w->m->n;
	struct lister l;
	int err = -EINTR;

	lister_init(&l, n, NULL);
	if (!l.nl)
		err = 1;
	for (int i = 0; i < 16 && err == -EINTR; i++) {
		ask_begin(&l.m, NFT_MSG_GETSET, true, NFPROTO_UNSPEC);
		err = ask(&l, on_set, r);
	}
	if (err < 0 && err != -EINTR)
		list_error(&l, err);
	lister_fini(&l);
	return err && err != -EINTR ? -1 : 0;
}

/* ---- the source ---- */

static int join(struct watch *w)
{
	return listen_join(w->listen, NFNLGRP_NFTABLES);
}

static int shown(void *arg, unsigned int ev)
{
	struct ruleset_monitor *r = arg;

	return monitor_shown(r->w->m, ev);
}

static int start(struct watch *w)
{
	struct ruleset_monitor *r = xcalloc(1, sizeof(*r));

	w->priv = r;
	r->w = w;
	r->mon = (struct echo_monitor){
		.events = w->events,
		.kinds = w->m->q->kinds,
		.shown = shown,
		.find_set = find_set,
		.set_changed = set_changed,
		.arg = r,
	};
	return read_sets(r);
}

static void finish(struct watch *w)
{
	struct ruleset_monitor *r = w->priv;

	if (!r)
		return;
	if (r->echo)
		echo_free(r->echo);
	while (r->sets)
		forget(&r->sets);
	free(r);
}

/* Print the transaction that has come in. */
static void print_kept(struct ruleset_monitor *r)
{
	struct nff *n = r->w->m->n;
	bool json = n->print.json;

	if (!r->echo)
		return;
	/* "monitor ruleset -j" is asked for JSON as "-j monitor ruleset" is. */
	n->print.json = r->w->m->json;
	echo_print(r->echo);
	n->print.json = json;
	echo_free(r->echo);
	r->echo = NULL;
}

/* "# new generation 4 by process 123 (nft)", where all is shown. */
static void print_generation(struct ruleset_monitor *r, const struct nlmsghdr *nlh)
{
	struct monitor *m = r->w->m;
	uint64_t some = m->q->kinds & ~(1ull << OBJ_RULESET | 1ull << OBJ_ALL);
	const struct nlattr *attr;
	uint32_t gen = 0, pid = 0;
	const char *name = "";

	if (m->json || m->q->events || some & ECHO_KINDS)
		return;
	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		unsigned int type = mnl_attr_get_type(attr);

		if (type == NFTA_GEN_ID)
			gen = (uint32_t)attr_uint(attr);
		else if (type == GEN_PROC_PID)
			pid = (uint32_t)attr_uint(attr);
		else if (type == GEN_PROC_NAME && attr_text(attr))
			name = attr_text(attr);
	}
	out_printf(&m->n->out, "# new generation %u by process %u (", gen, pid);
	/* A process calls itself as it likes. */
	for (; *name; name++)
		out_putc(&m->n->out, (unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name);
	out_puts(&m->n->out, ")\n");
	if (m->line_buffered)
		out_flush(&m->n->out);
}

static int message(struct watch *w, const struct nlmsghdr *nlh)
{
	struct ruleset_monitor *r = w->priv;

	if (NFNL_SUBSYS_ID(nlh->nlmsg_type) != NFNL_SUBSYS_NFTABLES ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(struct nfgenmsg)))
		return 0;
	if (NFNL_MSG_TYPE(nlh->nlmsg_type) != NFT_MSG_NEWGEN) {
		if (!r->echo)
			r->echo = echo_new(w->m->n, &r->mon);
		echo_keep(r->echo, nlh);
		return 0;
	}
	print_kept(r);
	if (w->m->done)
		return -ECANCELED;
	print_generation(r, nlh);
	return 0;
}

/*
 * What was lost cannot be told change by change: the ruleset as it is now takes the place of
 * what the reader has.
 */
static int resync(struct ruleset_monitor *r)
{
	struct monitor *m = r->w->m;
	struct cmd list = { .op = CMD_LIST, .obj = OBJ_RULESET, .loc = m->cmd->loc };
	bool json = m->n->print.json;
	int err;

	monitor_gap(r->w);
	while (r->sets)
		forget(&r->sets);
	if (m->json)
		monitor_json(m, json_pack("{s:{s:n}}", "flush", "ruleset"));
	else
		out_puts(&m->n->out, "flush ruleset\n");
	m->n->print.json = m->json;
	err = list_cmd(m->n, &list);
	m->n->print.json = json;
	return err ? err : read_sets(r);
}

static int drained(struct watch *w, bool lost)
{
	struct ruleset_monitor *r = w->priv;
	struct pollfd pfd = { .fd = listen_fd(w->listen), .events = POLLIN };

	if (lost) {
		/* What came of it is in the listing, too. */
		if (r->echo)
			echo_free(r->echo);
		r->echo = NULL;
		return resync(r);
	}
	if (r->echo && !listen_stashed(w->listen) && poll(&pfd, 1, ALONE_MS) == 0)
		print_kept(r);
	return 0;
}

const struct monitor_source ruleset_source = {
	.kinds = ECHO_KINDS,
	.name = "ruleset",
	.bus = NETLINK_NETFILTER,
	.datagram = 64 << 10,
	.join = join,
	.start = start,
	.message = message,
	.drained = drained,
	.finish = finish,
};
