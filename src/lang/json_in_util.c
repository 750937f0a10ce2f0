// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading JSON: errors with a path, and properties by tables.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json_in.h"

/* Longest span that a diagnostic underlines. */
#define SPAN_MAX 60
/* What the kernel keeps: NFT_NAME_MAXLEN without NUL; comments in one byte of length. */
#define NAME_MAX_LEN 255
#define COMMENT_MAX_LEN 128

/* ---- places and errors ---- */

struct loc json_loc(const struct json_in *j, const json_t *v)
{
	const struct json_place *p = v ? json_places_find(&j->places, v) : NULL;
	struct loc loc = j->cmd_loc;

	if (!p)
		return loc;
	loc.off = p->off;
	loc.len = p->len < SPAN_MAX ? p->len : SPAN_MAX;
	return loc;
}

const char *json_what(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "an integer";
	case JSON_REAL:
		return "a number with a fraction";
	case JSON_NULL:
		return "null";
	default:
		return "a boolean";
	}
}

static bool find_path(const json_t *in, const json_t *v, struct out *path)
{
	size_t len = path->len, i;
	const char *key;
	json_t *child;

	if (in == v)
		return true;
	if (json_is_object(in)) {
		json_object_foreach((json_t *)in, key, child) {
			out_printf(path, ".%s", key);
			if (find_path(child, v, path))
				return true;
			path->len = len;
		}
	} else if (json_is_array(in)) {
		json_array_foreach(in, i, child) {
			out_printf(path, "[%zu]", i);
			if (find_path(child, v, path))
				return true;
			path->len = len;
		}
	}
	return false;
}

int json_error(struct json_in *j, const json_t *v, const char *key, const char *fmt, ...)
{
	struct out path, text;
	va_list ap;

	/* true, false and null are one value each: tell them by what holds them. */
	if (v && !key && (json_is_boolean(v) || json_is_null(v)) && j->holder &&
	    json_object_get(j->holder, j->holder_key) == v) {
		v = j->holder;
		key = j->holder_key;
	}
	out_init_mem(&path);
	out_printf(&path, "nftables[%zu]", j->index);
	if (j->cmd && v)
		find_path(j->cmd, v, &path);
	if (key)
		out_printf(&path, ".%s", key);
	out_init_mem(&text);
	va_start(ap, fmt);
	out_vprintf(&text, fmt, ap);
	va_end(ap);
	diag_error(&j->n->diags, json_loc(j, v), "%s: %s", out_str(&path), out_str(&text));
	out_fini(&path);
	out_fini(&text);
	return -1;
}

/* "a, b, c" of a table of names, for a hint. */
static void hint_names(struct json_in *j, const struct symbol *names)
{
	struct out o;

	out_init_mem(&o);
	for (const struct symbol *s = names; s->name; s++)
		out_printf(&o, "%s%s", s == names ? "" : ", ", s->name);
	diag_hint(&j->n->diags, "there are: %s", out_str(&o));
	out_fini(&o);
}

/* ---- single values ---- */

static int wrong_type(struct json_in *j, const json_t *obj, const char *key, const json_t *v,
		      const char *wanted)
{
	return json_error(j, obj, key, "%s is needed here, this is %s", wanted, json_what(v));
}

static int symbol_in(struct json_in *j, const json_t *obj, const char *key, const json_t *v,
		     const struct symbol *names, uint64_t *value)
{
	if (!json_is_string(v))
		return wrong_type(j, obj, key, v, "a string");
	if (symbol_by_name(names, json_string_value(v), value))
		return 0;
	json_error(j, v, NULL, "'%.64s' is unknown here", json_string_value(v));
	hint_names(j, names);
	return -1;
}

int json_flags(struct json_in *j, const json_t *v, const struct symbol *names, uint64_t *flags)
{
	json_t *item;
	uint64_t bit;
	size_t i;

	*flags = 0;
	if (!json_is_array(v))
		return symbol_in(j, v, NULL, v, names, flags);
	json_array_foreach(v, i, item) {
		if (symbol_in(j, v, NULL, item, names, &bit))
			return -1;
		*flags |= bit;
	}
	return 0;
}

static int number_in(struct json_in *j, const json_t *obj, const struct json_prop *p,
		     const json_t *v)
{
	json_int_t value = json_integer_value(v);

	if (!json_is_integer(v))
		return wrong_type(j, obj, p->key, v, "an integer");
	if (value < 0 && p->kind != JP_COUNT)
		return json_error(j, v, NULL, "the number is negative");
	if (p->max && (uint64_t)value > p->max)
		return json_error(j, v, NULL, "the number is too large: at most %llu",
				  (unsigned long long)p->max);
	*(uint64_t *)p->to = (uint64_t)value;
	return 0;
}

static int int_in(struct json_in *j, const json_t *obj, const struct json_prop *p,
		  const json_t *v)
{
	if (!json_is_integer(v))
		return wrong_type(j, obj, p->key, v, "an integer");
	if (json_integer_value(v) < INT32_MIN || json_integer_value(v) > INT32_MAX)
		return json_error(j, v, NULL, "the number is out of range");
	*(int64_t *)p->to = json_integer_value(v);
	return 0;
}

static int comment_in(struct json_in *j, const json_t *obj, const char *key, const json_t *v,
		      const char **comment)
{
	if (!json_is_string(v))
		return wrong_type(j, obj, key, v, "a string");
	if (json_string_length(v) > COMMENT_MAX_LEN)
		return json_error(j, v, NULL, "the comment is too long: %d characters at most",
				  COMMENT_MAX_LEN);
	*comment = arena_strdup(j->a, json_string_value(v));
	return 0;
}

static int name_in(struct json_in *j, const json_t *obj, const char *key, const json_t *v,
		   struct name *name)
{
	if (!json_is_string(v))
		return wrong_type(j, obj, key, v, "a string");
	if (!json_string_length(v))
		return json_error(j, v, NULL, "a name cannot be empty");
	if (json_string_length(v) > NAME_MAX_LEN)
		return json_error(j, v, NULL, "the name is too long: %d characters at most",
				  NAME_MAX_LEN);
	name->s = arena_strdup(j->a, json_string_value(v));
	name->loc = json_loc(j, v);
	return 0;
}

static int family_in(struct json_in *j, const json_t *obj, const char *key, const json_t *v,
		     uint8_t *family)
{
	int number;

	if (!json_is_string(v))
		return wrong_type(j, obj, key, v, "a string");
	number = family_by_name(json_string_value(v));
	if (number < 0) {
		json_error(j, v, NULL, "there is no family '%.64s'", json_string_value(v));
		diag_hint(&j->n->diags, "there are ip, ip6, inet, arp, bridge and netdev");
		return -1;
	}
	*family = (uint8_t)number;
	return 0;
}

static int prop_in(struct json_in *j, const json_t *obj, const struct json_prop *p,
		   const json_t *v)
{
	switch (p->kind) {
	case JP_TEXT:
		if (!json_is_string(v))
			return wrong_type(j, obj, p->key, v, "a string");
		*(const char **)p->to = arena_strdup(j->a, json_string_value(v));
		return 0;
	case JP_COMMENT:
		return comment_in(j, obj, p->key, v, p->to);
	case JP_NAME:
		return name_in(j, obj, p->key, v, p->to);
	case JP_NUMBER:
	case JP_COUNT:
		return number_in(j, obj, p, v);
	case JP_INT:
		return int_in(j, obj, p, v);
	case JP_BOOL:
		if (!json_is_boolean(v))
			return wrong_type(j, obj, p->key, v, "true or false");
		*(bool *)p->to = json_is_true(v);
		return 0;
	case JP_SYMBOL:
		return symbol_in(j, obj, p->key, v, p->names, p->to);
	case JP_FLAGS:
		return json_flags(j, v, p->names, p->to);
	case JP_FAMILY:
		return family_in(j, obj, p->key, v, p->to);
	case JP_EXPR:
		*(struct expr **)p->to = json_in_expr(j, v);
		return *(struct expr **)p->to ? 0 : -1;
	case JP_VALUE:
		*(const json_t **)p->to = v;
		return 0;
	case JP_SKIP:
		return 0;
	}
	return -1;
}

/* ---- objects ---- */

static int unknown_key(struct json_in *j, const json_t *obj, const char *key,
		       const struct json_prop *props)
{
	struct out o;

	json_error(j, obj, NULL, "unknown key '%.64s'", key);
	out_init_mem(&o);
	for (const struct json_prop *p = props; p->key; p++)
		out_printf(&o, "%s%s", p == props ? "" : ", ", p->key);
	if (props->key)
		diag_hint(&j->n->diags, "there are: %s", out_str(&o));
	out_fini(&o);
	return -1;
}

int json_props(struct json_in *j, const json_t *obj, const struct json_prop *props)
{
	const struct json_prop *p;
	const char *key;
	json_t *v;

	if (!json_is_object(obj))
		return wrong_type(j, obj, NULL, obj, "an object");
	json_object_foreach((json_t *)obj, key, v) {
		for (p = props; p->key && strcmp(p->key, key); p++)
			;
		if (!p->key)
			return unknown_key(j, obj, key, props);
		if (prop_in(j, obj, p, v))
			return -1;
	}
	for (p = props; p->key; p++)
		if (p->required && !json_object_get(obj, p->key))
			return json_error(j, obj, NULL, "the key '%s' is missing", p->key);
	return 0;
}

const char *json_only_key(struct json_in *j, const json_t *obj, const json_t **value)
{
	void *iter;

	if (!json_is_object(obj)) {
		json_error(j, obj, NULL, "an object with one key is needed here, this is %s",
			   json_what(obj));
		return NULL;
	}
	if (json_object_size(obj) != 1) {
		json_error(j, obj, NULL, "an object with one key is needed here, this one has %zu",
			   json_object_size(obj));
		return NULL;
	}
	iter = json_object_iter((json_t *)obj);
	*value = json_object_iter_value(iter);
	return json_object_iter_key(iter);
}

const char *json_reference(struct json_in *j, const json_t *v)
{
	const char *s = json_string_value(v);

	return s && s[0] == '@' && s[1] ? arena_strdup(j->a, s + 1) : NULL;
}
