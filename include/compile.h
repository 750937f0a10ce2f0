/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AST to nf_tables messages. (src/ruleset/compile*.c)
 */
#ifndef NFF_COMPILE_H
#define NFF_COMPILE_H

#include "batch.h"

struct ruleset;

/*
 * Evaluate and compile the commands that change the ruleset. 0, or -1 with
 * diagnostics.
 */
int compile_cmds(struct nff *n, const struct cmds *cmds, struct batch *b);

#endif
