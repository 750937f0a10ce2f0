/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list, and what else asks the kernel for its ruleset. (src/ruleset/list.c)
 */
#ifndef NFF_LIST_H
#define NFF_LIST_H

#include "nff.h"

/* A list or reset command of the ruleset: 0, or -1 with a diagnostic. */
int list_cmd(struct nff *n, const struct cmd *cmd);

/* Names for completion: calls cb for each; 0 or -errno. */
typedef void (*name_cb)(const char *name, unsigned int family, const char *table, void *arg);
int list_names(struct nff *n, enum obj_kind kind, name_cb cb, void *arg);

#endif
