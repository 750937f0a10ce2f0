/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows of the module's usual layout. (src/flow/flow_layout.c)
 */
#ifndef NFF_FLOW_LAYOUT_H
#define NFF_FLOW_LAYOUT_H

#include "flow_record.h"

/*
 * The attributes between p and end into a record, all of whose members are set but now and devices;
 * what was in it before does not matter. false: they are not laid out as usual, and what is in the
 * record is of no use.
 */
bool flow_decode_usual(const char *p, const char *end, struct flow *f);

#endif
