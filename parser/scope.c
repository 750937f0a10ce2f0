// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Variables, and near misses of names.
 */
#include <string.h>

#include "state.h"

#define HASH_MIN 8

struct scope *scope_new(struct arena *a, struct scope *parent)
{
	struct scope *s = arena_new(a, struct scope);

	s->parent = parent;
	return s;
}

struct scope *scope_copy(struct arena *a, const struct scope *s)
{
	struct scope *copy = scope_new(a, s->parent);

	for (unsigned int i = 0; i < s->size; i++)
		for (const struct variable *v = s->hash[i]; v; v = v->next)
			scope_define(copy, a, v->name, v->value);
	return copy;
}

static unsigned int hash_name(const char *name)
{
	unsigned int h = 5381;

	while (*name)
		h = h * 33 + (unsigned char)*name++;
	return h;
}

struct variable *scope_find(const struct scope *s, const char *name)
{
	struct variable *v;

	if (!s->size)
		return NULL;
	for (v = s->hash[hash_name(name) % s->size]; v; v = v->next)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

struct expr *scope_lookup(const struct scope *s, const char *name)
{
	for (; s; s = s->parent) {
		const struct variable *v = scope_find(s, name);

		if (v && v->value)
			return v->value;
	}
	return NULL;
}

static void scope_grow(struct scope *s, struct arena *a)
{
	unsigned int size = s->size ? 4 * s->size : HASH_MIN, i;
	struct variable **hash = arena_alloc(a, size * sizeof(*hash)), *v, *next;

	for (i = 0; i < s->size; i++) {
		for (v = s->hash[i]; v; v = next) {
			struct variable **slot = &hash[hash_name(v->name) % size];

			next = v->next;
			v->next = *slot;
			*slot = v;
		}
	}
	s->hash = hash;
	s->size = size;
}

void scope_define(struct scope *s, struct arena *a, const char *name, struct expr *value)
{
	struct variable *v = scope_find(s, name), **slot;

	if (v) {
		v->value = value;
		return;
	}
	if (s->n >= s->size)
		scope_grow(s, a);
	v = arena_new(a, struct variable);
	v->name = name;
	v->value = value;
	slot = &s->hash[hash_name(name) % s->size];
	v->next = *slot;
	*slot = v;
	s->n++;
}

void scope_each(const struct scope *s, void (*cb)(const struct variable *v, void *arg), void *arg)
{
	unsigned int i;

	for (; s; s = s->parent) {
		for (i = 0; i < s->size; i++) {
			const struct variable *v;

			for (v = s->hash[i]; v; v = v->next)
				if (v->value)
					cb(v, arg);
		}
	}
}

static void suggest_variable(const struct variable *v, void *arg)
{
	suggest(arg, v->name);
}

const char *scope_suggest(const struct scope *s, const char *name)
{
	struct suggestion near;

	suggest_init(&near, name, strlen(name));
	scope_each(s, suggest_variable, &near);
	return near.best;
}
