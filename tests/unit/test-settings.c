/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings of flowtables that cannot be set behind the commit: what the input made is taken back,
 * and what it changed is as before. Only a race with others gets there, so the calls to the kernel
 * are answered here (the linker wraps them, see local-netlink.mk).
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "flow_module.h"
#include "flowtable_settings.h"
#include "list.h"
#include "parse.h"
#include "uapi/linux/nff.h"
#include "unit.h"

/* What is there before the input: a table x, and a flowtable of the module in it. */
struct scene {
	bool table, flowtable;
	unsigned int fails_at;		/* which request to set something fails, from 1 */
};

static const struct scene *scene;
static struct genl_family family = { .id = 33, .version = 1 };
static unsigned int sets;
static struct out told;			/* what the kernel was asked to change, a line each */

int __wrap_nl_request(struct nl *nl, struct msgbuf *m, nl_cb cb, void *arg);
int __wrap_nl_batch(struct nl *nl, struct msgbuf *m, size_t rcvbuf, nl_answer_cb cb, void *arg);
int __wrap_list_names(struct nff *n, enum obj_kind kind, name_cb cb, void *arg);

int __wrap_list_names(struct nff *n, enum obj_kind kind, name_cb cb, void *arg)
{
	(void)n;
	if (kind == OBJ_TABLE && scene->table)
		cb("x", NFPROTO_INET, NULL, arg);
	if (kind == OBJ_FLOWTABLE && scene->flowtable)
		cb("f", NFPROTO_INET, "x", arg);
	return 0;
}

static const char *text_attr(const struct nlmsghdr *nlh, size_t header, unsigned int type)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, header)
		if (mnl_attr_get_type(a) == type)
			return mnl_attr_get_str(a);
	return "";
}

/* The one that is made to see whose flowtables are. */
static bool is_probe(const char *table)
{
	return !strncmp(table, "nff-probe-", 10);
}

/* The module's flowtables: f has a TCP timeout; what is probed is the module's. */
static int answer_tables(const struct nlmsghdr *request, nl_cb cb, void *arg)
{
	const char *table = text_attr(request, GENL_HDRLEN, NFF_ATTR_TABLE);
	uint32_t timeout = 30, none = 0;
	struct msgbuf m = { 0 };
	size_t nest;
	int ret;

	if (!scene->flowtable && !is_probe(table))
		return 0;
	genl_begin(&m, &family, NFF_CMD_NEW_TABLE, 0);
	attr_u8(&m, NFF_ATTR_FAMILY, NFPROTO_INET);
	attr_str(&m, NFF_ATTR_TABLE, is_probe(table) ? table : "x");
	attr_str(&m, NFF_ATTR_FLOWTABLE, is_probe(table) ? table : "f");
	nest = attr_nest(&m, NFF_ATTR_SETTINGS);
	attr_data(&m, NFF_SET_TCP_TIMEOUT, &timeout, sizeof(timeout));
	attr_data(&m, NFF_SET_UDP_TIMEOUT, &none, sizeof(none));
	attr_nest_end(&m, nest);
	msg_end(&m);
	ret = cb((struct nlmsghdr *)m.buf, arg);
	msgbuf_fini(&m);
	return ret;
}

static void tell_settings(const struct nlattr *nest)
{
	static const char *const names[] = {
		[NFF_SET_TCP_TIMEOUT] = "tcp", [NFF_SET_UDP_TIMEOUT] = "udp",
		[NFF_SET_SIZE] = "size",
	};
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		out_printf(&told, " %s=%u", names[mnl_attr_get_type(a)], mnl_attr_get_u32(a));
}

int __wrap_nl_request(struct nl *nl, struct msgbuf *m, nl_cb cb, void *arg)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)m->buf;
	const struct nlattr *a;

	(void)nl;
	if (genl_cmd(nlh) == NFF_CMD_GET_TABLE)
		return answer_tables(nlh, cb, arg);
	out_puts(&told, "set");
	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(a) == NFF_ATTR_FLOWTABLE)
			out_printf(&told, " %s", mnl_attr_get_str(a));
		else if (mnl_attr_get_type(a) == NFF_ATTR_SETTINGS)
			tell_settings(a);
	}
	out_putc(&told, '\n');
	return ++sets == scene->fails_at ? -ENOENT : 0;
}

/* What is made and deleted again to see is not told. */
static void tell_change(const struct nlmsghdr *nlh)
{
	const size_t header = sizeof(struct nfgenmsg);

	switch (nlh->nlmsg_type) {
	case NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELTABLE:
		if (!is_probe(text_attr(nlh, header, NFTA_TABLE_NAME)))
			out_printf(&told, "delete table %s\n",
				   text_attr(nlh, header, NFTA_TABLE_NAME));
		break;
	case NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELFLOWTABLE:
		out_printf(&told, "delete flowtable %s %s\n",
			   text_attr(nlh, header, NFTA_FLOWTABLE_TABLE),
			   text_attr(nlh, header, NFTA_FLOWTABLE_NAME));
		break;
	}
}

int __wrap_nl_batch(struct nl *nl, struct msgbuf *m, size_t rcvbuf, nl_answer_cb cb, void *arg)
{
	const struct nlmsghdr *nlh;

	(void)nl, (void)rcvbuf, (void)cb, (void)arg;
	for (size_t off = 0; off < m->len; off += NLMSG_ALIGN(nlh->nlmsg_len)) {
		nlh = (const struct nlmsghdr *)(m->buf + off);
		tell_change(nlh);
	}
	return 0;
}

/* Check what is asked of the kernel for this input behind its commit, which does not happen here. */
static void apply(const struct scene *s, const char *text, const char *want)
{
	struct nff *n = nff_new(-1);
	struct settings_plan *plan;
	struct cmds cmds = { 0 };
	struct arena arena = { 0 };
	uint32_t src;
	int err;

	scene = s;
	sets = 0;
	out_drop(&told);
	n->module = calloc(1, sizeof(*n->module));
	n->module->family = family;
	cmds.last = &cmds.first;
	src = sources_add_text(&n->sources, "<test>", text, strlen(text));
	CHECK_INT(parse_source(n, &arena, src, &cmds), 0);
	CHECK_INT(settings_prepare(n, &arena, &cmds, &plan), 0);
	err = settings_apply(n, plan);
	CHECK_INT(err, s->fails_at ? -1 : 0);
	CHECK_INT(n->diags.errors, s->fails_at ? 1 : 0);
	if (s->fails_at)
		CHECK(strstr(n->diags.first->text, "the bundled module nff has no such flowtable"));
	arena_free(&arena);
	nff_free(n);
	CHECK_STR(out_str(&told), want);
}

static const char two[] = "table inet x {\n"
			  "flowtable f { hook ingress priority 0; timeout tcp 5s; size 7; }\n"
			  "flowtable g { hook ingress priority 0; timeout udp 6s; }\n"
			  "}\n";

static void set(void)
{
	apply(&(struct scene){ 0 }, two, "set f tcp=5 size=7\nset g udp=6\n");
}

static void new_table(void)
{
	apply(&(struct scene){ .fails_at = 2 }, two,
	      "set f tcp=5 size=7\nset g udp=6\ndelete table x\n");
}

static void new_flowtables(void)
{
	apply(&(struct scene){ .table = true, .fails_at = 1 }, two,
	      "set f tcp=5 size=7\ndelete flowtable x f\ndelete flowtable x g\n");
}

/* Of one that was there, only what the input has set. */
static void old_flowtable(void)
{
	apply(&(struct scene){ .table = true, .flowtable = true, .fails_at = 2 }, two,
	      "set f tcp=5 size=7\nset g udp=6\nset f tcp=30 size=0\ndelete flowtable x g\n");
}

int main(void)
{
	out_init_mem(&told);
	RUN(set);
	RUN(new_table);
	RUN(new_flowtables);
	RUN(old_flowtable);
	out_fini(&told);
	return unit_status();
}
