// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel refuses, in words, with the cure where the cause is known.
 * The kernel answers with an errno and, at times, a text; the rest is worked
 * out from what the message was about.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/capability.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "kernel_error.h"
#include "nl.h"
#include "nl_open.h"
#include "obj_attrs.h"
#include "print.h"

static bool have_net_admin(void)
{
	struct __user_cap_header_struct hdr = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &hdr, data))
		return false;
	return data[CAP_TO_INDEX(CAP_NET_ADMIN)].effective & CAP_TO_MASK(CAP_NET_ADMIN);
}

void hint_privilege(struct nff *n, int error)
{
	if (error != -EPERM && error != -EACCES)
		return;
	if (!have_net_admin())
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN: run nff as root "
			  "or with sudo");
	else
		diag_hint(&n->diags, "the table may be owned by another process, or this network "
			  "namespace belongs to another user namespace");
}


struct probe {
	int error;
};

static int probe_answer(const struct nl_answer *a, void *arg)
{
	struct probe *p = arg;

	if (!a->msg && a->error && !p->error)
		p->error = a->error;
	return 0;
}

/*
 * What would the kernel say to a flowtable with this device (or none) and
 * these flags? Asked with a batch that is never committed.
 */
static int probe_flowtable(struct nff *n, const char *dev, uint32_t flags)
{
	static const char name[] = "nff-probe";
	struct batch_msg info = { .family = NFPROTO_INET };
	struct probe probe = { 0 };
	struct batch b;
	size_t hook, devs;
	int err;

	if (!nff_nl(n))
		return -ENOTSUP;
	batch_init(&b, 0);
	batch_msg_begin(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE, &info);
	attr_str(&b.m, NFTA_TABLE_NAME, name);
	batch_msg_end(&b);
	batch_msg_begin(&b, NFT_MSG_NEWFLOWTABLE, NLM_F_CREATE | NLM_F_ACK, &info);
	attr_str(&b.m, NFTA_FLOWTABLE_TABLE, name);
	attr_str(&b.m, NFTA_FLOWTABLE_NAME, name);
	hook = attr_nest(&b.m, NFTA_FLOWTABLE_HOOK);
	attr_u32(&b.m, NFTA_FLOWTABLE_HOOK_NUM, 0);
	attr_u32(&b.m, NFTA_FLOWTABLE_HOOK_PRIORITY, 0);
	if (dev) {
		devs = attr_nest(&b.m, NFTA_FLOWTABLE_HOOK_DEVS);
		attr_str(&b.m, NFTA_DEVICE_NAME, dev);
		attr_nest_end(&b.m, devs);
	}
	attr_nest_end(&b.m, hook);
	attr_u32(&b.m, NFTA_FLOWTABLE_FLAGS, flags);
	batch_msg_end(&b);
	err = nl_batch(n->nl, &b.m, 64 * 1024, probe_answer, &probe);
	batch_fini(&b);
	return err ? err : probe.error;
}

int kernel_has_flowtables(struct nff *n)
{
	int err = probe_flowtable(n, NULL, 0);

	if (err == -ENOENT || err == -EOPNOTSUPP)
		return 0;
	return err && err != -EINVAL ? err : 1;
}

/* Hardware offload is refused as a whole: ask about each device alone. */
static bool refusing_device(struct nff *n, const struct batch_msg *msg)
{
	for (const struct device *d = msg->devs; d; d = d->next) {
		if (probe_flowtable(n, d->name, NFT_FLOWTABLE_HW_OFFLOAD) != -EOPNOTSUPP)
			continue;
		diag_error(&n->diags, d->loc, "the device '%s' refuses hardware offload", d->name);
		diag_hint(&n->diags, "its driver has no flow offload, or it is switched off (see "
			  "'ethtool -k %s', hw-tc-offload); without 'flags offload' the software "
			  "fast path is used", d->name);
		return true;
	}
	return false;
}

static void hint_no_flowtables(struct nff *n)
{
	struct utsname uts;

	if (uname(&uts))
		strcpy(uts.release, "this");
	diag_hint(&n->diags, "the running kernel (%s) has no flowtables: load nff's own module "
		  "('modprobe nff'), or a kernel with CONFIG_NF_FLOW_TABLE and CONFIG_NFT_FLOW_OFFLOAD "
		  "('modprobe nf_flow_table_inet nft_flow_offload')", uts.release);
}

/* Name each device that does not exist; false where all do. */
static bool missing_device(struct nff *n, const struct batch_msg *msg)
{
	for (const struct device *d = msg->devs; d; d = d->next) {
		size_t len = strlen(d->name);

		if (len && d->name[len - 1] == '*')
			continue;
		if (if_nametoindex(d->name))
			continue;
		diag_error(&n->diags, d->loc, "there is no device '%s'", d->name);
		diag_hint(&n->diags, "a flowtable and a device chain can be bound to existing "
			  "devices only; see 'ip link'");
		return true;
	}
	return false;
}

static bool same_place(struct loc a, struct loc b)
{
	return a.src && a.src == b.src && a.off == b.off;
}

/* What the kernel points at may be something else than what was to be made. */
static bool missing_object(struct nff *n, const struct batch_msg *msg)
{
	const struct handle *h = msg->h;

	if (!h)
		return false;
	if (same_place(msg->loc, h->table.loc)) {
		diag_error(&n->diags, msg->loc, "%s: there is no table '%s' in the "
			   "family %s", strerror(ENOENT), h->table.s, family_name(h->family));
		diag_hint(&n->diags, "'nff list tables' shows which there are");
		return true;
	}
	if (msg->what == OBJ_RULE && same_place(msg->loc, h->chain.loc)) {
		diag_error(&n->diags, msg->loc, "%s: there is no chain '%s' in table '%s'",
			   strerror(ENOENT), h->chain.s, h->table.s);
		diag_hint(&n->diags, "'nff list chains' shows which there are");
		return true;
	}
	if (msg->what == OBJ_RULE && same_place(msg->loc, h->handle_loc)) {
		diag_error(&n->diags, msg->loc, "%s: there is no rule with the handle %llu",
			   strerror(ENOENT), (unsigned long long)(h->handle ? h->handle : h->position));
		diag_hint(&n->diags, "'nff -a list chain %s %s %s' shows the handles",
			  family_name(h->family), h->table.s, h->chain.s);
		return true;
	}
	return false;
}

/* The name of what a statement refers to, and what that is; NULL: nothing that has a name. */
static const char *referred(const struct stmt *s, const char **what)
{
	const struct expr *name = NULL;

	switch (s->kind) {
	case ST_FLOW:
		*what = "flowtable";
		return s->flow.name;
	case ST_VERDICT:
		*what = "chain";
		return s->expr->kind == EX_VERDICT ? s->expr->verdict.chain : NULL;
	case ST_OBJREF:
		*what = object_type_name(s->objref.type);
		name = s->objref.name;
		return name->kind == EX_SYMBOL ? name->sym : NULL;
	default:
		return NULL;
	}
}

/* A rule refers to something that is not there. */
static bool missing_reference(struct nff *n, const struct batch_msg *msg, const struct stmt *s)
{
	const char *what, *name = referred(s, &what);

	if (!name || !msg->h || (s->kind == ST_FLOW && kernel_has_flowtables(n) == 0))
		return false;
	diag_error(&n->diags, s->loc, "%s: there is no %s '%s' in table '%s'", strerror(ENOENT),
		   what, name, msg->h->table.s);
	diag_hint(&n->diags, "'nff list table %s %s' shows which there are",
		  family_name(msg->h->family), msg->h->table.s);
	return true;
}

/* What a user calls the object of a message, or NULL. */
static const char *name_of(const struct batch_msg *msg)
{
	return msg->h && msg->what != OBJ_RULE ? obj_name_of(msg->what, msg->h)->s : NULL;
}

static const char *verb(const struct batch_msg *msg)
{
	switch (msg->op) {
	case CMD_CREATE:
		return "create";
	case CMD_INSERT:
		return "insert";
	case CMD_REPLACE:
		return "replace";
	case CMD_DELETE:
	case CMD_DESTROY:
		return "delete";
	case CMD_RENAME:
		return "rename";
	case CMD_FLUSH:
		return "flush";
	default:
		return "add";
	}
}

static void hint_enoent(struct nff *n, const struct batch_msg *msg)
{
	if (msg->what == OBJ_FLOWTABLE && (msg->op == CMD_ADD || msg->op == CMD_CREATE)) {
		if (kernel_has_flowtables(n) == 0)
			hint_no_flowtables(n);
		else
			diag_hint(&n->diags, "the table may not exist: see 'nff list tables'");
		return;
	}
	if (msg->what == OBJ_RULE && msg->has_flow) {
		if (kernel_has_flowtables(n) == 0)
			hint_no_flowtables(n);
		else
			diag_hint(&n->diags, "the table, the chain or the flowtable that the rule "
				  "names may not exist: see 'nff list flowtables'");
		return;
	}
	if (msg->what == OBJ_RULE && msg->op != CMD_DELETE)
		diag_hint(&n->diags, "the table, the chain, or something that the rule refers to "
			  "does not exist, or the kernel has no module for a part of the rule");
}

static void hint(struct nff *n, const struct batch_msg *msg, int error)
{
	hint_privilege(n, error);
	switch (error) {
	case -ENOENT:
		hint_enoent(n, msg);
		break;
	case -EBUSY:
		if (msg->what == OBJ_FLOWTABLE && (msg->op == CMD_DELETE || msg->op == CMD_DESTROY))
			diag_hint(&n->diags, "the flowtable is in use: delete the rules with "
				  "'flow add @%s' first", name_of(msg) ? name_of(msg) : "...");
		else if (msg->op == CMD_DELETE || msg->op == CMD_DESTROY || msg->op == CMD_FLUSH)
			diag_hint(&n->diags, "it is in use: a rule or a map element still "
				  "refers to it");
		break;
	case -EOPNOTSUPP:
		if (msg->what == OBJ_FLOWTABLE || msg->has_flow)
			hint_enoent(n, msg);
		else if (msg->what == OBJ_CHAIN)
			diag_hint(&n->diags, "this chain type, hook or flag is not supported by "
				  "the kernel for this family, or by the device");
		break;
	case -EEXIST:
		if (msg->op == CMD_ADD || msg->op == CMD_CREATE)
			diag_hint(&n->diags, "it exists already%s", msg->op == CMD_CREATE ?
				  "; 'add' does not mind" : ", with other properties");
		break;
	case -EMEDIUMTYPE:
		diag_hint(&n->diags, "the flowtable and the flow statement are of different kernel "
			  "modules: with nff's own module beside the kernel's, one of them must be "
			  "unloaded, see nff-module(8)");
		break;
	case -EMLINK:
	case -ELOOP:
		diag_hint(&n->diags, "jumps may not form a loop, nor be nested deeper than 16");
		break;
	case -ENOBUFS:
	case -EMSGSIZE:
		diag_hint(&n->diags, "the input is too large for the socket buffer: raise "
			  "net.core.wmem_max, or load it as root");
		break;
	}
}


int kernel_error(struct nff *n, const struct batch_msg *msg, const struct stmt *stmt, int error,
		 const char *ext_msg)
{
	struct loc loc = msg ? msg->loc : (struct loc){ 0 };
	const char *name = msg ? name_of(msg) : NULL;

	if (msg && error == -ENOENT && missing_object(n, msg))
		return -1;
	if (msg && stmt && error == -ENOENT && missing_reference(n, msg, stmt))
		return -1;
	if (msg && error == -ENOENT && missing_device(n, msg))
		return -1;
	if (msg && error == -EOPNOTSUPP && msg->hw_offload && refusing_device(n, msg))
		return -1;
	if (msg && msg->what != OBJ_NONE)
		diag_error(&n->diags, loc, "could not %s %s%s%s%s: %s%s%s%s", verb(msg),
			   obj_name(msg->what), name ? " '" : "", name ? name : "",
			   name ? "'" : "", strerror(-error), ext_msg ? " (" : "",
			   ext_msg ? ext_msg : "", ext_msg ? ")" : "");
	else
		diag_error(&n->diags, loc, "the kernel refused the commands: %s%s%s%s",
			   strerror(-error), ext_msg ? " (" : "", ext_msg ? ext_msg : "",
			   ext_msg ? ")" : "");
	if (msg)
		hint(n, msg, error);
	else
		hint_privilege(n, error);
	return -1;
}
