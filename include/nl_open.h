/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handle's netfilter socket, opened with the first use.
 */
#ifndef NFF_NL_OPEN_H
#define NFF_NL_OPEN_H

#include "nff.h"

struct nl;

/* NULL with a diagnostic where it cannot be opened. */
struct nl *nff_nl(struct nff *n);

#endif
