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
/* One echoed message, printed as a command line (or JSON object). */
void echo_message(struct echo *e, const struct nlmsghdr *nlh);

#endif
