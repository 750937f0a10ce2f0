// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How commands that change something report.
 */
#include <errno.h>
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

int change_report(struct nff *n, const struct cmd *cmd, const char *one, const char *many,
		  const char *done, uint64_t count)
{
	json_t *j;

	if (change_json(n, cmd)) {
		j = json_object();
		json_object_set_new(j, done, json_integer((json_int_t)count));
		return change_print_json(n, many, j);
	}
	out_u64(&n->out, count);
	out_printf(&n->out, " %s %s\n", count == 1 ? one : many, done);
	return 0;
}

int change_error(struct nff *n, struct loc loc, const char *what, int err)
{
	const char *ext = n->nl ? nl_ext_msg(n->nl) : NULL;

	diag_error(&n->diags, loc, "cannot %s: %s%s%s", what, strerror(-err), ext ? ": " : "",
		   ext ? ext : "");
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else if (err == -EINVAL || err == -EOPNOTSUPP || err == -ENOENT)
		diag_hint(&n->diags, "the kernel may lack conntrack netlink; "
			  "try 'modprobe nf_conntrack_netlink'");
	return -1;
}
