/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interactive shell. (src/shell)
 */
#ifndef NFF_SHELL_H
#define NFF_SHELL_H

#include "nff.h"

/* Read and run lines until end of input or `quit`: the exit status. */
int shell_run(struct nff *n);

#endif
