/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sysctls of conntrack and the flowtable, in /proc/sys/net/netfilter of the network namespace
 * (Documentation/networking/nf_conntrack-sysctl.rst of the kernel). (src/flow/sysctl.c)
 */
#ifndef NFF_SYSCTL_H
#define NFF_SYSCTL_H

#include <stdint.h>
#include "nff.h"

enum sysctl_unit {
	SYSCTL_NUMBER,
	SYSCTL_ENTRIES,
	SYSCTL_SECONDS,
	SYSCTL_BYTES,
	SYSCTL_PACKETS,
	SYSCTL_PROTOCOL,	/* a number of IP, 255: all */
	SYSCTL_SWITCH,		/* off, on */
	SYSCTL_SWITCH_AUTO,	/* off, on, auto */
};

struct sysctl_row {
	const char *name;		/* "nf_conntrack_max" */
	uint8_t unit;			/* enum sysctl_unit */
	uint64_t min, max;
};

/*
 * A row by its name, by what stands behind "nf_conntrack_" or "nf_", or with "net.netfilter." in
 * front; NULL: nff does not know it.
 */
const struct sysctl_row *sysctl_find(const char *name);
/* The table (src/flow/sysctl_rows.c); ends with a NULL name. */
extern const struct sysctl_row sysctl_rows[];

/* 0, or -errno: -ENOENT where this kernel does not have it. name is a file's, as in the table. */
int sysctl_read(const char *name, uint64_t *value);
int sysctl_write(const char *name, uint64_t value);
/* The diagnostic of a write that failed with err (-errno), with the cause where it is known. */
int sysctl_error(struct nff *n, struct loc loc, const char *name, int err);

/*
 * "5d" or "300" to whole seconds, at least min. 0, or -1 with a diagnostic at the word.
 */
int parse_seconds(struct nff *n, const struct name *word, uint64_t min, uint64_t max,
		  uint64_t *seconds);

#endif
