/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -e and "monitor ruleset": the objects of a batch as the kernel made them, with their handles,
 * printed as commands.
 * (src/ruleset/echo.c)
 */
#ifndef NFF_ECHO_H
#define NFF_ECHO_H

#include "nff.h"

struct echo;
struct nlmsghdr;

/* What "monitor ruleset" wants besides: a line an object, and what was deleted. */
struct echo_monitor {
	unsigned int events;		/* QUERY_NEW, QUERY_DESTROY */
	uint64_t kinds;			/* 1 << enum obj_kind; 0: all */
	/* A line was printed for that event; < 0: no more of them. */
	int (*shown)(void *arg, unsigned int ev);
	/* The message that declared a set that is there, or was until now; NULL: not known. */
	const struct nlmsghdr *(*find_set)(void *arg, unsigned int family, const char *table,
					   const char *name);
	/* A set has come or gone (no anonymous one). */
	void (*set_changed)(void *arg, const struct nlmsghdr *nlh, bool gone);
	void *arg;
};

/* mon: NULL for -e. */
struct echo *echo_new(struct nff *n, const struct echo_monitor *mon);
void echo_free(struct echo *e);
/* Keep a copy of an echoed message. */
void echo_keep(struct echo *e, const struct nlmsghdr *nlh);
/*
 * Print what was kept, each object as a command line (or as JSON). It may ask
 * the kernel about named sets, so all answers must have been read.
 */
void echo_print(struct echo *e);
/* The words of "monitor" that mean the ruleset, or some of it: 1 << enum obj_kind. */
#define ECHO_KIND(k) (1ull << (k))
#define ECHO_KINDS (ECHO_KIND(OBJ_RULESET) | ECHO_KIND(OBJ_TABLES) | ECHO_KIND(OBJ_CHAINS) | \
	ECHO_KIND(OBJ_RULES) | ECHO_KIND(OBJ_SETS) | ECHO_KIND(OBJ_MAPS) | \
	ECHO_KIND(OBJ_ELEMENT) | ECHO_KIND(OBJ_FLOWTABLES) | ECHO_KIND(OBJ_COUNTERS) | \
	ECHO_KIND(OBJ_QUOTAS) | ECHO_KIND(OBJ_LIMITS) | ECHO_KIND(OBJ_CT_HELPERS) | \
	ECHO_KIND(OBJ_CT_TIMEOUTS) | ECHO_KIND(OBJ_CT_EXPECTS) | ECHO_KIND(OBJ_SYNPROXYS) | \
	ECHO_KIND(OBJ_SECMARKS))

#endif
