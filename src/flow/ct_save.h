/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NFF_CT_SAVE_H
#define NFF_CT_SAVE_H

#include "conntrack.h"

/* Append the command that makes the conntrack again, as it is: one line. (src/flow/ct_save.c) */
void ct_save(struct out *o, const struct conntrack *ct);

#endif
