// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands about records: which function answers which.
 */
#include "flow.h"
#include "query.h"

static const struct {
	uint8_t op, obj;
	int (*run)(struct nff *n, const struct cmd *cmd);
} flow_cmds[] = {
	{ CMD_LIST, OBJ_CONNTRACKS, flow_list_conntracks },
	{ CMD_LIST, OBJ_FLOWS, flow_list_flows },
	{ CMD_DELETE, OBJ_FLOWS, flow_change_flows },
	{ CMD_DESTROY, OBJ_FLOWS, flow_change_flows },
	{ CMD_RESET, OBJ_FLOWS, flow_change_flows },
	{ CMD_FLUSH, OBJ_FLOWS, flow_flush_flows },
	{ CMD_SHOW, OBJ_FLOWTABLES, flow_show_flowtables },
	{ CMD_LIST, OBJ_EXPECTATIONS, flow_list_expectations },
	{ CMD_RESET, OBJ_CONNTRACKS, flow_reset_conntracks },
	{ CMD_MONITOR, OBJ_ALL, flow_monitor },
	{ CMD_ADD, OBJ_CONNTRACK, flow_add_conntrack },
	{ CMD_CREATE, OBJ_CONNTRACK, flow_add_conntrack },
	{ CMD_UPDATE, OBJ_CONNTRACKS, flow_change_conntracks },
	{ CMD_DELETE, OBJ_CONNTRACKS, flow_change_conntracks },
	{ CMD_DESTROY, OBJ_CONNTRACKS, flow_change_conntracks },
	{ CMD_FLUSH, OBJ_CONNTRACKS, flow_flush_conntracks },
	{ CMD_ADD, OBJ_EXPECTATIONS, flow_add_expectation },
	{ CMD_CREATE, OBJ_EXPECTATIONS, flow_add_expectation },
	{ CMD_DELETE, OBJ_EXPECTATIONS, flow_delete_expectations },
	{ CMD_DESTROY, OBJ_EXPECTATIONS, flow_delete_expectations },
	{ CMD_FLUSH, OBJ_EXPECTATIONS, flow_flush_expectations },
	{ CMD_LIST, OBJ_CT_TIMEOUT_POLICY, flow_list_timeouts },
	{ CMD_SET, OBJ_CT_TIMEOUT_POLICY, flow_set_timeout },
	{ CMD_LIST, OBJ_SYSCTLS, flow_list_sysctls },
	{ CMD_SET, OBJ_SYSCTLS, flow_set_sysctl },
	{ CMD_SHOW, OBJ_CONNTRACK, flow_show_conntrack },
	{ CMD_SHOW, OBJ_FEATURES, flow_show_features },
	{ CMD_SHOW, OBJ_FLOW, flow_show_flow },
	{ CMD_TOP, OBJ_ALL, flow_top },
	{ CMD_TOP, OBJ_FLOWS, flow_top },
	{ CMD_TOP, OBJ_CONNTRACKS, flow_top },
};

bool flow_is_cmd(const struct cmd *cmd)
{
	return cmd->obj >= OBJ_CONNTRACKS || cmd->op == CMD_MONITOR || cmd->op == CMD_SHOW ||
	       cmd->op == CMD_TOP;
}

int flow_cmd(struct nff *n, const struct cmd *cmd)
{
	for (unsigned int i = 0; i < sizeof(flow_cmds) / sizeof(flow_cmds[0]); i++)
		if (flow_cmds[i].op == cmd->op && flow_cmds[i].obj == cmd->obj)
			return flow_cmds[i].run(n, cmd);
	return diag_error(&n->diags, cmd->loc, "there is no way to %s %s", cmd_name(cmd->op),
			  obj_name(cmd->obj));
}
