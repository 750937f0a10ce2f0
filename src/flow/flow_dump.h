/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows out of the module, one after the other. (src/flow/flow_dump.c)
 */
#ifndef NFF_FLOW_DUMP_H
#define NFF_FLOW_DUMP_H

#include "flow_module.h"
#include "flow_record.h"
#include "match.h"

/* A flow that matches; it is gone when this returns. < 0 (-errno) ends the dump. */
typedef int (*flow_cb)(const struct flow *f, void *arg);

/*
 * The flows in the flowtables that h selects (flow_put_selector()) and that match (NULL: all);
 * what the kernel can filter is left to it. 0, -errno, or -EINTR after the end where the dump was
 * inconsistent. *malformed: messages that could not be read are added to it.
 */
int flow_dump(struct flow_module *mod, const struct handle *h, const struct match *match,
	      flow_cb cb, void *arg, uint64_t *malformed);

/*
 * NFF_ATTR_FILTER with as much of the match as the kernel's filter can express: a flow that
 * matches passes it. Nothing is put where that is nothing. (src/flow/flow_filter.c)
 */
void flow_put_filter(struct msgbuf *m, const struct match *match);

#endif
