/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the attributes of nf_tables messages: every length is checked.
 */
#ifndef NFF_ATTR_H
#define NFF_ATTR_H

#include <stdbool.h>
#include <stdint.h>
#include <libmnl/libmnl.h>
#include "arena.h"

/*
 * Index the attributes of a message (behind its nfgenmsg) or of a nest by type
 * into tb[max + 1]; higher types are skipped, and what comes after an
 * attribute that does not fit. false: there is not even an nfgenmsg.
 */
bool attrs_of_msg(const struct nlmsghdr *nlh, const struct nlattr **tb, unsigned int max);
void attrs_of_nest(const struct nlattr *nest, const struct nlattr **tb, unsigned int max);
/* A number of 1, 2, 4 or 8 bytes in network order; 0 for NULL and other lengths. */
uint64_t attr_uint(const struct nlattr *attr);
/* The NUL-terminated string inside; NULL where there is none. */
const char *attr_text(const struct nlattr *attr);
/* A copy of it. */
const char *attr_string(struct arena *a, const struct nlattr *attr);

/* Walk the attributes of a nest; NULL: no more. */
const struct nlattr *nest_first(const struct nlattr *nest);
const struct nlattr *nest_next(const struct nlattr *nest, const struct nlattr *attr);
#define for_each_nested(attr, nest) \
	for (attr = nest_first(nest); attr; attr = nest_next(nest, attr))

#endif
