/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flowtable's own settings (timeouts, size), which the bundled kernel module has and nf_tables
 * does not know. They are set behind the batch that makes the flowtable, so all that could be
 * wrong is looked for in front of it. (src/ruleset/settings.c)
 */
#ifndef NFF_FLOWTABLE_SETTINGS_H
#define NFF_FLOWTABLE_SETTINGS_H

#include "nff.h"

struct settings_plan;

/*
 * Before the commit: can the settings in these commands be set? *plan is what settings_apply()
 * wants, from arena a; NULL: there are none. With n->check nothing is made to find out. 0, or -1
 * with a diagnostic.
 */
int settings_prepare(struct nff *n, struct arena *a, const struct cmds *cmds,
		     struct settings_plan **plan);
/* After the commit. Where it fails all is undone: -1 with a diagnostic. */
int settings_apply(struct nff *n, const struct settings_plan *plan);

/* Read those that are not the defaults into the flowtables of a list, if the module has them. */
void settings_fill(struct nff *n, struct flowtable *list);

#endif
