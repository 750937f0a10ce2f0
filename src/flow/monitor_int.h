/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sources that ask ctnetlink share. */
#ifndef NFF_MONITOR_INT_H
#define NFF_MONITOR_INT_H

#include "monitor.h"

/* Dump, of all families: type is (subsys << 8) | message. 0 or -errno (-ENOTCONN: it was told). */
int monitor_request(struct watch *w, unsigned int type, nl_cb cb, void *arg);

#endif
