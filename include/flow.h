/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conntracks, flows and expectations. (src/flow)
 */
#ifndef NFF_FLOW_H
#define NFF_FLOW_H

#include "nff.h"

/* Is it about records, not about the ruleset? Then cmd->query is set. */
bool flow_is_cmd(const struct cmd *cmd);
/* Run it: 0, or -1 with a diagnostic. */
int flow_cmd(struct nff *n, const struct cmd *cmd);

/* What the commands are (src/flow/cmd.c has the table); each as flow_cmd(). */
int flow_list_conntracks(struct nff *n, const struct cmd *cmd);
int flow_list_flows(struct nff *n, const struct cmd *cmd);
int flow_change_flows(struct nff *n, const struct cmd *cmd);	/* delete, destroy, reset */
int flow_flush_flows(struct nff *n, const struct cmd *cmd);
int flow_show_flowtables(struct nff *n, const struct cmd *cmd);
int flow_list_expectations(struct nff *n, const struct cmd *cmd);
int flow_reset_conntracks(struct nff *n, const struct cmd *cmd);
int flow_monitor(struct nff *n, const struct cmd *cmd);
int flow_add_conntrack(struct nff *n, const struct cmd *cmd);
int flow_change_conntracks(struct nff *n, const struct cmd *cmd);
int flow_flush_conntracks(struct nff *n, const struct cmd *cmd);
int flow_add_expectation(struct nff *n, const struct cmd *cmd);
int flow_delete_expectations(struct nff *n, const struct cmd *cmd);
int flow_flush_expectations(struct nff *n, const struct cmd *cmd);
int flow_list_timeouts(struct nff *n, const struct cmd *cmd);
int flow_set_timeout(struct nff *n, const struct cmd *cmd);
int flow_list_sysctls(struct nff *n, const struct cmd *cmd);
int flow_set_sysctl(struct nff *n, const struct cmd *cmd);
int flow_show_conntrack(struct nff *n, const struct cmd *cmd);
int flow_show_features(struct nff *n, const struct cmd *cmd);
int flow_show_flow(struct nff *n, const struct cmd *cmd);
int flow_top(struct nff *n, const struct cmd *cmd);

#endif
