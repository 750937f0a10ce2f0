/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who made an event: the program behind a netlink socket. (src/netlink/users.c)
 */
#ifndef NFF_USERS_H
#define NFF_USERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The pid of the process that has the netfilter socket of that port, and its name (as in
 * /proc/PID/comm) to name; 0 and an empty name where it has gone, or cannot be seen.
 */
unsigned int netlink_user(uint32_t portid, char *name, size_t size);

#endif
