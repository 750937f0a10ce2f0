/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network devices of the namespace by index, remembered: asking the kernel for the name of each
 * of 200,000 flows would take minutes. (src/util/devices.c)
 */
#ifndef NFF_DEVICES_H
#define NFF_DEVICES_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device_name {
	uint32_t index;			/* 0: a free place */
	uint8_t len;
	char name[IFNAMSIZ];
};

struct kept_name;

struct devices {
	struct device_name *slots;	/* open addressing; n_slots is a power of 2 */
	unsigned int n_slots, used;
	struct kept_name *names;
};

/* A zeroed struct is an empty one. */
void devices_fini(struct devices *d);
/* Forget what is remembered: a monitor does so now and then, as devices come and go. */
void devices_forget(struct devices *d);
/*
 * A copy of some bytes (a name of a flowtable, of which there are few) that stays until
 * devices_fini(); the same bytes give the same copy. NULL for none.
 */
const char *devices_keep_name(struct devices *d, const char *s, size_t len);
/* Never NULL; a device that is gone has its number as a name. Good until it is forgotten. */
const struct device_name *device_by_index(struct devices *d, uint32_t index);

enum device_state { DEVICE_MISSING, DEVICE_DOWN, DEVICE_NO_CARRIER, DEVICE_UP };
/* The state now, by name. */
enum device_state device_state(const char *name);
/* "up", "down", "no carrier", "missing" */
const char *device_state_name(enum device_state s);

#endif
