// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Small things that the JSON printers are made of.
 */
#include <stdlib.h>
#include <string.h>

#include "json_out.h"

/* Length of the UTF-8 sequence that s begins with; 0: it is none. */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t min;
	} rows[] = { { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 } };
	uint32_t cp;

	if (s[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = i + 2, k;

		if ((s[0] & rows[i].mask) != rows[i].lead || len < n)
			continue;
		cp = s[0] & (unsigned char)~rows[i].mask;
		for (k = 1; k < n && (s[k] & 0xc0) == 0x80; k++)
			cp = cp << 6 | (s[k] & 0x3f);
		if (k == n && cp >= rows[i].min && cp <= 0x10ffff &&
		    !(cp >= 0xd800 && cp <= 0xdfff))
			return n;
	}
	return 0;
}

json_t *json_text_n(const char *s, size_t len)
{
	json_t *j = json_stringn(s, len);
	struct out o;

	if (j)
		return j;
	out_init_mem(&o);
	while (len) {
		size_t n = utf8_sequence((const unsigned char *)s, len);

		if (n)
			out_write(&o, s, n);
		else
			out_puts(&o, "\xef\xbf\xbd");
		s += n ? n : 1;
		len -= n ? n : 1;
	}
	j = json_stringn(out_str(&o), o.len);
	out_fini(&o);
	return j;
}

json_t *json_text(const char *s)
{
	return json_text_n(s, strlen(s));
}

json_t *json_u128(nff_u128 v)
{
	char hex[2 + 32 + 1];
	json_t *j;
	size_t i = sizeof(hex);

	if (v <= INT64_MAX)
		return json_integer((json_int_t)v);
	hex[--i] = '\0';
	for (; v; v >>= 4)
		hex[--i] = "0123456789abcdef"[(unsigned int)v & 0xf];
	hex[--i] = 'x';
	hex[--i] = '0';
	j = json_string(hex + i);
	return j;
}

json_t *json_wrap(const char *key, json_t *value)
{
	json_t *obj = json_object();

	json_object_set_new(obj, key, value ? value : json_null());
	return obj;
}

void json_put(json_t *obj, const char *key, json_t *value)
{
	if (value)
		json_object_set_new(obj, key, value);
}

void json_put_text(json_t *obj, const char *key, const char *s)
{
	if (s)
		json_object_set_new(obj, key, json_text(s));
}

void json_put_u64(json_t *obj, const char *key, uint64_t v)
{
	json_object_set_new(obj, key, json_u128(v));
}

void json_put_count(json_t *obj, const char *key, uint64_t v)
{
	json_object_set_new(obj, key, json_integer((json_int_t)v));
}

json_t *json_flag_array(const struct symbol *table, uint64_t flags)
{
	json_t *names = json_array();
	const struct symbol *s;

	for (s = table; s->name && flags; s++)
		if (s->value == flags) {
			json_array_append_new(names, json_string(s->name));
			return names;
		}
	for (s = table; s->name; s++)
		if ((flags & s->value) == s->value) {
			json_array_append_new(names, json_string(s->name));
			flags &= ~s->value;
		}
	if (flags)
		json_array_append_new(names, json_u128(flags));
	return names;
}

json_t *json_flag_names(const struct symbol *table, uint64_t flags)
{
	json_t *names, *one;

	if (!flags)
		return NULL;
	names = json_flag_array(table, flags);
	if (json_array_size(names) != 1)
		return names;
	one = json_incref(json_array_get(names, 0));
	json_decref(names);
	return one;
}

const char *json_symbol(const struct symbol *table, uint64_t value)
{
	const char *name = symbol_by_value(table, value);

	return name ? name : "unknown";
}

static int write_part(const char *text, size_t len, void *arg)
{
	out_write(arg, text, len);
	return 0;
}

void json_write(struct out *o, json_t *value)
{
	json_dump_callback(value, write_part, o, 0);
	json_decref(value);
}
