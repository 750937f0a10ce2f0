/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -e: the objects of a batch as the kernel made them, with their handles.
 * (src/ruleset/echo.c)
 */
#ifndef NFF_ECHO_H
#define NFF_ECHO_H

#include "nff.h"

struct echo;
struct nlmsghdr;

struct echo *echo_new(struct nff *n);
void echo_free(struct echo *e);
/* Keep a copy of an echoed message. */
void echo_keep(struct echo *e, const struct nlmsghdr *nlh);
/*
 * Print what was kept, each object as a command line (or as JSON). It may ask
 * the kernel about named sets, so all answers must have been read.
 */
void echo_print(struct echo *e);

#endif
