/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sources that ask ctnetlink share. (src/flow/monitor_ct.c) */
#ifndef NFF_MONITOR_INT_H
#define NFF_MONITOR_INT_H

#include "conntrack.h"
#include "monitor.h"

/* Dump, of all families: type is (subsys << 8) | message. 0 or -errno (-ENOTCONN: it was told). */
int monitor_request(struct watch *w, unsigned int type, nl_cb cb, void *arg);

/* ---- what is known of a conntrack (src/flow/monitor_ct.c) ---- */

#define KEPT_STATE (1u << 31)		/* in has, beside CT_* */

struct kept_ct {
	uint32_t has;			/* CT_STATUS, CT_MARK, CT_ZONE, CT_LABELS, KEPT_STATE */
	uint32_t id;
	uint32_t status, mark, labels;	/* labels: a hash of them */
	uint16_t zone;
	uint8_t family, state;
	uint32_t proto;			/* CTP_* that tells whose state it is */
	struct ct_tuple tuple[2];
};
/* As in struct known_type. */
uint32_t kept_ct_hash(const void *rec);
bool kept_ct_same(const void *kept, const void *rec);
void kept_ct_store(void *kept, const void *rec);
bool kept_ct_differs(const void *kept, const void *rec);
void kept_ct_load(void *rec, const void *kept);

#endif
