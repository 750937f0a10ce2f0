/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeouts of protocols and of flowtables, by their names in the language.
 */
#ifndef NFF_TIMEOUT_H
#define NFF_TIMEOUT_H

#include <stdint.h>

#define TIMEOUT_FLOW	256		/* instead of a protocol: of the flowtable */
#define TIMEOUT_GENERIC	255		/* all protocols that conntrack does not know */

struct timeout_row {
	const char *proto;		/* "tcp" */
	const char *state;		/* "established"; NULL: the protocol has one timeout */
	uint16_t l4proto;		/* IPPROTO_*, TIMEOUT_* */
	uint8_t attr;			/* CTA_TIMEOUT_TCP_* ...; 0: by sysctl only */
	const char *sysctl;		/* file; NULL: by netlink only */
};

/* The table (src/flow/timeout_rows.c); ends with a NULL proto. */
extern const struct timeout_row timeout_rows[];

/* A row; state may be NULL or "" for protocols with one timeout. NULL: there is none. */
const struct timeout_row *timeout_find(const char *proto, const char *state);
const struct timeout_row *timeout_find_l4(unsigned int l4proto, const char *state);

#endif
