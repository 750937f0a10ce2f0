/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members of JSON objects of records. (ct_json.c)
 */
#ifndef NFF_RECORD_JSON_H
#define NFF_RECORD_JSON_H

#include "conntrack.h"

/* A string that may not be UTF-8, which JSON has to be: what is not becomes "?". */
json_t *json_bytes(const char *s, size_t len);
/* Where has is set. Numbers that JSON's integers do not hold become the largest one. */
void json_set_number(json_t *obj, const char *name, bool has, uint64_t v);
void json_set_text(json_t *obj, const char *name, bool has, struct ct_str s);
/* "ip" or "ip6"; the number of others. */
json_t *json_family(uint8_t family);
/* "tcp"; the number of those without a name. */
json_t *json_l4proto(unsigned int l4proto);
/* Addresses, ports and the like of one direction. */
json_t *json_tuple(const struct ct_tuple *t);

#endif
