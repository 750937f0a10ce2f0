// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How commands that change something report.
 */
#include <errno.h>
#include <linux/netfilter.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "nl.h"

bool change_json(const struct nff *n, const struct cmd *cmd)
{
	return n->print.json || cmd->query->options[QO_JSON].given;
}

int change_print_json(struct nff *n, const char *name, json_t *value)
{
	json_t *root = json_object();
	char *text;

	json_object_set_new(root, name, value);
	text = json_dumps(root, 0);
	json_decref(root);
	if (!text)
		return diag_error(&n->diags, (struct loc){ 0 }, "out of memory");
	out_puts(&n->out, text);
	out_putc(&n->out, '\n');
	free(text);
	return 0;
}

int change_query(struct nff *n, const struct cmd *cmd, const char *many, struct query *q)
{
	*q = *cmd->query;
	if (q->family == NFPROTO_INET)
		q->family = NFPROTO_UNSPEC;
	if (!q->family || q->family == NFPROTO_IPV4 || q->family == NFPROTO_IPV6)
		return 0;
	return diag_error(&n->diags, cmd->loc, "there are no %s of family %s, only of ip and ip6",
			  many, family_name(q->family));
}

int change_report(struct nff *n, const struct cmd *cmd, const struct change_outcome *o)
{
	json_t *j;

	if (change_json(n, cmd)) {
		j = json_object();
		json_object_set_new(j, o->done, json_integer((json_int_t)o->changed));
		return change_print_json(n, o->many, j);
	}
	out_u64(&n->out, o->changed);
	out_printf(&n->out, " %s %s\n", o->changed == 1 ? o->one : o->many, o->done);
	return 0;
}

int change_error(struct nff *n, struct loc loc, const char *verb, const char *what, int err)
{
	const char *ext = n->nl ? nl_ext_msg(n->nl) : NULL;

	diag_error(&n->diags, loc, "cannot %s the %s: %s%s%s", verb, what, strerror(-err),
		   ext ? ": " : "", ext ? ext : "");
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else if (err == -EINVAL || err == -EOPNOTSUPP || err == -ENOENT)
		diag_hint(&n->diags, "the kernel may lack conntrack netlink; "
			  "try 'modprobe nf_conntrack_netlink'");
	return -1;
}

int change_told(struct nff *n, const struct cmd *cmd, const struct change_outcome *o)
{
	int err = o->dump_err;

	if (err == -EINTR) {
		diag_warning(&n->diags, cmd->loc, "the %s changed while they were looked through: "
			     "some may be left", o->many);
		err = 0;
	}
	if (!err && !o->matched && cmd->op != CMD_DESTROY)
		return diag_error(&n->diags, cmd->query->where ? cmd->query->where_loc : cmd->loc,
				  "no %s matches", o->one);
	if (!err || o->matched)
		change_report(n, cmd, o);
	if (err)
		return change_error(n, cmd->loc, o->verb, o->many, err);
	if (!o->failed)
		return 0;
	return diag_error(&n->diags, cmd->loc, "%llu %s could not be %s: %s",
			  (unsigned long long)o->failed, o->failed == 1 ? o->one : o->many,
			  o->done, strerror(-o->err));
}
