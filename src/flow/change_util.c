// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How commands that change something report.
 */
#include <stdlib.h>

#include "change.h"

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
