/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking the flow of a conntrack off the fast path before the conntrack is deleted.
 */
#ifndef NFF_CHANGE_OFFLOAD_H
#define NFF_CHANGE_OFFLOAD_H

#include "conntrack.h"
#include "nff.h"

/*
 * Ask the bundled module to take the flow with the id of ct off. 1: it did; 0: it has no such
 * flow, or is not loaded (the flow is in the kernel's own flowtable, which cannot be asked);
 * -1 with a diagnostic at loc.
 */
int offload_release(struct nff *n, struct loc loc, const struct conntrack *ct);

#endif
