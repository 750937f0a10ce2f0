// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * get element: the elements of a set that hold the given ones. They are
 * compiled as for "delete element", and the messages asked instead of sent.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "compile.h"
#include "json.h"
#include "list_int.h"
#include "print.h"

struct get {
	struct lister *l;
	struct set *s;
};

static int on_element(const struct nlmsghdr *nlh, void *arg)
{
	struct get *g = arg;

	decompile_elements(&g->l->d, g->s, nlh, g->s->init);
	return 0;
}

/* Each message of the batch becomes a question. */
static int ask_messages(struct get *g, const struct batch *b)
{
	const struct nlattr *attr;
	int err = 0;

	for (size_t off = 0; off < b->m.len && !err;) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)(b->m.buf + off);

		off += NLMSG_ALIGN(nlh->nlmsg_len);
		if (nlh->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELSETELEM))
			continue;
		ask_begin(&g->l->m, NFT_MSG_GETSETELEM, false, g->s->h.family);
		mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg))
			attr_data(&g->l->m, attr->nla_type, mnl_attr_get_payload(attr),
				  mnl_attr_get_payload_len(attr));
		err = ask(g->l, on_element, g);
	}
	return err;
}

static int get_elements(struct lister *l, struct set *s)
{
	struct cmd cmd = *l->cmd;
	struct cmds cmds = { .first = &cmd, .last = &cmd.next };
	struct get g = { l, s };
	struct batch b;
	int err;

	cmd.op = CMD_DELETE;
	cmd.next = NULL;
	cmd.h.family = s->h.family;
	batch_init(&b, 0);
	err = compile_cmds(l->n, &cmds, &b) ? 1 : ask_messages(&g, &b);
	batch_fini(&b);
	if (!err)
		decompile_elements_finish(&l->d, s, s->init);
	return err;
}

static void show(struct lister *l, struct table *t, struct set *s)
{
	struct table bare = { .h = t->h };

	/* As nft shows it. */
	s->comment = NULL;
	s->key_expr = s->data_expr = NULL;

	if (l->json) {
		view_json(l, json_metainfo());
		view_json(l, json_set(s, &l->n->print));
		return;
	}
	print_table_open(&l->out, &bare, &l->n->print);
	print_set(&l->out, s, &l->n->print);
	print_table_close(&l->out);
}

int list_get(struct lister *l)
{
	const struct handle *h = &l->cmd->h;
	struct table *t = table_new(&l->arena, (struct loc){ 0 });
	int err;

	t->h.family = h->family == NFPROTO_UNSPEC ? NFPROTO_IPV4 : h->family;
	t->h.table.s = h->table.s;
	err = fetch_sets(l, t, h->obj.s);
	if (err == -ENOENT || (!err && !t->sets)) {
		list_missing(l->n, h->obj.loc, OBJ_SET, t->h.family, h->table.s, h->obj.s);
		return 1;
	}
	if (err)
		return err;
	t->sets->init = expr_new(&l->arena, EX_SET, (struct loc){ 0 });
	err = get_elements(l, t->sets);
	if (err == -ENOENT) {
		diag_error(&l->n->diags, l->cmd->loc, "No such file or directory; '%s' does not "
			   "hold all of these elements", h->obj.s);
		return 1;
	}
	if (!err)
		show(l, t, t->sets);
	return err;
}
