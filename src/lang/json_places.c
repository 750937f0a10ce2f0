// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where JSON values stand in their text. jansson does not keep that, but it
 * keeps the order of properties, so one walk over the text and the values of
 * a command side by side finds the place of each. The text is known to be
 * well-formed, and keys to be unique.
 */
#include <stdlib.h>
#include <string.h>

#include "json_in.h"

uint32_t json_skip_space(const char *text, uint32_t off)
{
	while (text[off] == ' ' || text[off] == '\t' || text[off] == '\n' || text[off] == '\r')
		off++;
	return off;
}

static uint32_t skip_string(const char *text, uint32_t off)
{
	for (off++; text[off] && text[off] != '"'; off++)
		if (text[off] == '\\' && text[off + 1])
			off++;
	return text[off] ? off + 1 : off;
}

/* A number or a word. */
static uint32_t skip_scalar(const char *text, uint32_t off)
{
	return off + (uint32_t)strcspn(text + off, ",]} \t\r\n");
}

static size_t slot_of(const struct json_places *p, const json_t *value)
{
	/* Fibonacci hashing; the low bits of pointers from malloc() are equal. */
	return (size_t)(((uintptr_t)value >> 4) * 0x9e3779b97f4a7c15ull >> 20) & (p->cap - 1);
}

static struct json_place *find_slot(const struct json_places *p, const json_t *value)
{
	size_t i = slot_of(p, value);

	while (p->v[i].round == p->round && p->v[i].value != value)
		i = (i + 1) & (p->cap - 1);
	return &p->v[i];
}

static void grow(struct json_places *p)
{
	struct json_places old = *p;

	p->cap = old.cap ? old.cap * 2 : 256;
	p->v = xcalloc(p->cap, sizeof(*p->v));
	for (size_t i = 0; i < old.cap; i++)
		if (old.v[i].round == p->round)
			*find_slot(p, old.v[i].value) = old.v[i];
	free(old.v);
}

static void remember(struct json_places *p, const json_t *value, uint32_t off, uint32_t end)
{
	if (p->n >= p->cap / 2)
		grow(p);
	*find_slot(p, value) = (struct json_place){
		.value = value, .off = off, .len = end - off, .round = p->round };
	p->n++;
}

/* Depth is bounded by that of jansson's parser. */
static uint32_t walk(struct json_places *p, const char *text, uint32_t off, const json_t *value)
{
	uint32_t begin = off = json_skip_space(text, off);
	const char *key;
	json_t *child;
	size_t i;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		off++;
		json_object_foreach((json_t *)value, key, child) {
			off = skip_string(text, json_skip_space(text, off));
			off = json_skip_space(text, off) + 1;
			off = json_skip_space(text, walk(p, text, off, child));
			off += text[off] == ',';
		}
		off = json_skip_space(text, off) + 1;
		break;
	case JSON_ARRAY:
		off++;
		json_array_foreach(value, i, child) {
			off = json_skip_space(text, walk(p, text, off, child));
			off += text[off] == ',';
		}
		off = json_skip_space(text, off) + 1;
		break;
	case JSON_STRING:
		off = skip_string(text, off);
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		off = skip_scalar(text, off);
		break;
	default:
		/* true, false and null are one value each, wherever they stand. */
		return skip_scalar(text, off);
	}
	remember(p, value, begin, off);
	return off;
}

uint32_t json_places_fill(struct json_places *p, const char *text, uint32_t off,
			  const json_t *value)
{
	p->round++;
	p->n = 0;
	return walk(p, text, off, value);
}

const struct json_place *json_places_find(const struct json_places *p, const json_t *value)
{
	const struct json_place *place = p->cap ? find_slot(p, value) : NULL;

	return place && place->round == p->round ? place : NULL;
}

void json_places_fini(struct json_places *p)
{
	free(p->v);
	memset(p, 0, sizeof(*p));
}
