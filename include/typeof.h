/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "typeof ip saddr . tcp dport" of a set, as user space keeps it in the set's
 * user data (NFTNL_UDATA_SET_KEY_TYPEOF and DATA_TYPEOF): nft and nff read
 * what the other wrote. (src/ruleset/typeof.c)
 */
#ifndef NFF_TYPEOF_H
#define NFF_TYPEOF_H

#include <stddef.h>
#include "ast.h"

/*
 * Write the attributes that stand inside KEY_TYPEOF for a selector or a
 * concatenation. Returns how many bytes, at most 250; 0: there is no
 * description for it, and the set can only be told by its types.
 */
size_t typeof_encode(const struct expr *e, uint8_t *buf, size_t cap);
/* The expression of such a description, with types and widths; NULL: not understood. */
struct expr *typeof_decode(struct arena *a, const void *data, size_t len);

#endif
