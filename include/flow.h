/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conntracks and flows. (src/flow)
 */
#ifndef NFF_FLOW_H
#define NFF_FLOW_H

#include "nff.h"

/* list conntracks [FAMILY] [offload]: 0, or -1 with a diagnostic. */
int flow_list_conntracks(struct nff *n, const struct cmd *cmd);

#endif
