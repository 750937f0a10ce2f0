// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names and states of network devices.
 */
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "devices.h"

#define SLOTS_MIN	64u

struct kept_name {
	struct kept_name *next;
	size_t len;
	char s[];
};

void devices_forget(struct devices *d)
{
	free(d->slots);
	d->slots = NULL;
	d->n_slots = d->used = 0;
}

void devices_fini(struct devices *d)
{
	devices_forget(d);
	while (d->names) {
		struct kept_name *next = d->names->next;

		free(d->names);
		d->names = next;
	}
}

const char *devices_keep_name(struct devices *d, const char *s, size_t len)
{
	struct kept_name *k;

	if (!len)
		return NULL;
	for (k = d->names; k; k = k->next)
		if (k->len == len && !memcmp(k->s, s, len))
			return k->s;
	k = xmalloc(sizeof(*k) + len);
	memcpy(k->s, s, len);
	k->len = len;
	k->next = d->names;
	d->names = k;
	return k->s;
}

/* The place of an index: that which has it, or the free one where it belongs. */
static struct device_name *slot(const struct devices *d, uint32_t index)
{
	unsigned int i = index * 2654435761u;

	while (d->slots[i & (d->n_slots - 1)].index &&
	       d->slots[i & (d->n_slots - 1)].index != index)
		i++;
	return &d->slots[i & (d->n_slots - 1)];
}

static void grow(struct devices *d)
{
	struct devices old = *d;

	d->n_slots = old.n_slots ? old.n_slots * 2 : SLOTS_MIN;
	d->slots = xcalloc(d->n_slots, sizeof(*d->slots));
	for (unsigned int i = 0; i < old.n_slots; i++)
		if (old.slots[i].index)
			*slot(d, old.slots[i].index) = old.slots[i];
	free(old.slots);
}

const struct device_name *device_by_index(struct devices *d, uint32_t index)
{
	static const struct device_name none = { 0, 1, "-" };
	struct device_name *s;

	if (!index)
		return &none;
	if (d->used * 2 >= d->n_slots)
		grow(d);
	s = slot(d, index);
	if (!s->index) {
		if (!if_indextoname(index, s->name))
			snprintf(s->name, sizeof(s->name), "%u", index);
		s->index = index;
		s->len = (uint8_t)strlen(s->name);
		d->used++;
	}
	return s;
}

enum device_state device_state(const char *name)
{
	enum device_state state = DEVICE_MISSING;
	struct ifaddrs *all, *i;

	if (getifaddrs(&all))
		return if_nametoindex(name) ? DEVICE_UP : DEVICE_MISSING;
	for (i = all; i; i = i->ifa_next) {
		if (strcmp(i->ifa_name, name))
			continue;
		state = !(i->ifa_flags & IFF_UP) ? DEVICE_DOWN :
			i->ifa_flags & IFF_RUNNING ? DEVICE_UP : DEVICE_NO_CARRIER;
		break;
	}
	freeifaddrs(all);
	return state;
}

const char *device_state_name(enum device_state s)
{
	static const char *const names[] = {
		[DEVICE_MISSING] = "missing", [DEVICE_DOWN] = "down",
		[DEVICE_NO_CARRIER] = "no carrier", [DEVICE_UP] = "up",
	};

	return names[s];
}
