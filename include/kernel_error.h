/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An error of the kernel as a diagnostic: at the statement that caused it,
 * with the kernel's extended ack text, and with a hint where the cause is
 * known. (src/ruleset/kernel_error.c)
 */
#ifndef NFF_KERNEL_ERROR_H
#define NFF_KERNEL_ERROR_H

#include "batch.h"

/*
 * error is -errno; msg is what the kernel answered to (NULL: the batch as a
 * whole), stmt the statement of a rule that it minds or NULL, ext_msg its text
 * or NULL. Returns -1.
 */
int kernel_error(struct nff *n, const struct batch_msg *msg, const struct stmt *stmt, int error,
		 const char *ext_msg);

/* The hint about lacking CAP_NET_ADMIN, where that is so. */
void hint_privilege(struct nff *n, int error);
/*
 * Does this kernel have flowtables? 1, 0, or -errno where it cannot be told
 * (asked with a harmless dump, not by trying to add one).
 */
int kernel_has_flowtables(struct nff *n);

#endif
