/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of flows, for "where": as in struct record_type.
 */
#ifndef NFF_FLOW_VALUE_H
#define NFF_FLOW_VALUE_H

#include "flow_record.h"

bool flow_knows(const struct field *f, unsigned int dir);
bool flow_value(const void *rec, const struct field *f, unsigned int dir, nff_u128 *v);

/* A name of up to 16 bytes as the number that it is compared as (datatype.h). */
nff_u128 name_value(const char *s, size_t len);

#endif
