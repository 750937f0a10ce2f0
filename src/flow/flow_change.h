/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows off the fast path, for other commands.
 */
#ifndef NFF_FLOW_CHANGE_H
#define NFF_FLOW_CHANGE_H

#include "flow_module.h"

/*
 * Take the flows of n conntracks (by their ids, as ctnetlink has them) off the fast path, in
 * whichever flowtable they are. *count: how many there were. 0 or -errno.
 */
int flow_leave_fast_path(struct flow_module *mod, const uint32_t *ct_ids, size_t n,
			 uint64_t *count);

#endif
