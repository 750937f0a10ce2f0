// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Documents that went wrong: every value of every good document is replaced
 * by ones that do not belong there, keys are dropped, renamed and added, texts
 * are cut and bytes changed. Each must be read or refused with a diagnostic;
 * what is read is evaluated and printed, too.
 */
#include <linux/netfilter.h>
#include "unit.h"
#include "json-docs.h"

static const struct print_opts opts;

/* What a mutation may give; the counts say that the test does something. */
static unsigned long tried, refused;

/* ---- one document ---- */

static struct set *no_set(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return NULL;
}

static void evaluate(struct json_run *r, struct cmd *c)
{
	struct eval ev = { .arena = &r->arena, .diags = &r->n.diags, .family = c->h.family,
			   .table = "t", .find_set = no_set };

	if (c->op != CMD_ADD && c->op != CMD_CREATE && c->op != CMD_INSERT &&
	    c->op != CMD_REPLACE)
		return;
	switch (c->obj) {
	case OBJ_RULE:
		if (!eval_rule(&ev, c->rule))
			json_decref(json_rule(c->rule, &opts));
		break;
	case OBJ_SET:
	case OBJ_MAP:
		if (!eval_set_decl(&ev, c->set) &&
		    (!c->set->init || !eval_elements(&ev, c->set, c->set->init)))
			json_decref(json_set(c->set, &opts));
		break;
	case OBJ_CHAIN:
		if (!eval_chain(&ev, c->chain))
			json_decref(json_chain(c->chain, &opts));
		break;
	case OBJ_FLOWTABLE:
		if (!eval_flowtable(&ev, c->flowtable))
			json_decref(json_flowtable(c->flowtable, &opts));
		break;
	}
}

static void print_as_read(const struct cmd *c)
{
	if (c->op == CMD_ADD && c->obj == OBJ_RULE)
		json_decref(json_rule(c->rule, &opts));
	else if (c->op == CMD_ADD && (c->obj == OBJ_SET || c->obj == OBJ_MAP))
		json_decref(json_set(c->set, &opts));
}

static void try_text(const char *text, size_t len)
{
	struct json_run r;

	json_run(&r, text, len);
	tried++;
	refused += r.ret != 0;
	if (r.ret != 0 && (r.ret != -1 || !r.n.diags.errors)) {
		unit.failed = 1;
		unit_detail("gave %d with %u errors: %.900s", r.ret, r.n.diags.errors, text);
	}
	for (struct cmd *c = r.cmds.first; c && !r.ret; c = c->next) {
		print_as_read(c);
		evaluate(&r, c);
	}
	json_run_end(&r);
}

static void try_json(json_t *root)
{
	char *text = json_dumps(root, 0);

	try_text(text, strlen(text));
	free(text);
}

/* ---- values that do not belong there ---- */

static json_t *nested(unsigned int depth)
{
	json_t *j = json_integer(1);

	while (depth--)
		j = json_pack("{s:[o, o]}", "|", j, json_integer(1));
	return j;
}

static json_t *strange(unsigned int i)
{
	static char longest[1000];

	memset(longest, 'a', sizeof(longest) - 1);
	switch (i) {
	case 0: return json_null();
	case 1: return json_true();
	case 2: return json_integer(0);
	case 3: return json_integer(-1);
	case 4: return json_integer(INT64_MAX);
	case 5: return json_integer(INT64_MIN);
	case 6: return json_real(1e308);
	case 7: return json_string("");
	case 8: return json_string("*");
	case 9: return json_string("@");
	case 10: return json_string("@x");
	case 11: return json_string("\\*");
	case 12: return json_string("%s%n\x01\xc3\xa4\"");
	case 13: return json_string(longest);
	case 14: return json_array();
	case 15: return json_object();
	case 16: return json_pack("[[[]]]");
	case 17: return json_pack("[n, n]");
	case 18: return json_pack("[s, s]", "a", "b");
	case 19: return json_pack("{s:n}", "accept");
	case 20: return json_pack("{s:{s:s}}", "jump", "target", "x");
	case 21: return json_pack("{s:{s:s}}", "meta", "key", "mark");
	case 22: return json_pack("{s:[s]}", "set", "x");
	case 23: return json_pack("{s:[]}", "set");
	case 24: return json_pack("{s:[s, s]}", "range", "9", "1");
	case 25: return json_pack("{s:{s:s, s:i}}", "prefix", "addr", "x", "len", 128);
	case 26: return json_pack("{s:[i]}", "concat", 1);
	case 27: return json_pack("{s:{s:i}}", "elem", "val", 5);
	case 28: return json_pack("{s:{s:{s:i}}}", "elem", "val", "set", 5);
	case 29: return nested(JSON_TEST_DEPTH);
	case 30: return nested(100);
	default: return NULL;
	}
}

/* Replace each value under in, one after the other. */
static void replace_values(json_t *root, json_t *in)
{
	json_t *v, *old;
	const char *key;
	void *tmp;
	size_t i;

	if (json_is_object(in)) {
		json_object_foreach_safe(in, tmp, key, v) {
			old = json_incref(v);
			for (i = 0; (v = strange((unsigned int)i)); i++) {
				json_object_set_new(in, key, v);
				try_json(root);
			}
			json_object_set(in, key, old);
			replace_values(root, old);
			json_decref(old);
		}
	} else if (json_is_array(in)) {
		for (size_t n = 0; n < json_array_size(in); n++) {
			old = json_incref(json_array_get(in, n));
			for (i = 0; (v = strange((unsigned int)i)); i++) {
				json_array_set_new(in, n, v);
				try_json(root);
			}
			json_array_set(in, n, old);
			replace_values(root, old);
			json_decref(old);
		}
	}
}

/* Drop a key, and rename it. */
static void change_key(json_t *root, json_t *in, const char *key)
{
	json_t *v = json_incref(json_object_get(in, key));

	json_object_del(in, key);
	try_json(root);
	json_object_set(in, "stranger", v);
	try_json(root);
	json_object_del(in, "stranger");
	json_object_set_new(in, key, v);
}

/* The same for all keys; then put a stranger next to them. */
static void change_keys(json_t *root, json_t *in)
{
	char *keys[32];
	const char *key;
	json_t *v;
	size_t i, n = 0;

	if (json_is_array(in))
		json_array_foreach(in, i, v)
			change_keys(root, v);
	if (!json_is_object(in))
		return;
	json_object_set_new(in, "stranger", json_integer(1));
	try_json(root);
	json_object_del(in, "stranger");
	/* Changing the object moves its keys: the names are kept apart. */
	json_object_foreach(in, key, v)
		if (n < 32)
			keys[n++] = strdup(key);
	for (i = 0; i < n; i++) {
		change_key(root, in, keys[i]);
		change_keys(root, json_object_get(in, keys[i]));
		free(keys[i]);
	}
}

static void with_document(const char *doc, void (*change)(json_t *root, json_t *in))
{
	json_t *root = json_loads(doc, 0, NULL);

	change(root, root);
	json_decref(root);
}

static void all_documents(void (*change)(json_t *root, json_t *in))
{
	for (size_t i = 0; json_statements[i]; i++)
		with_document(json_rule_document(json_statements[i]), change);
	for (size_t i = 0; json_objects_listed[i]; i++)
		with_document(json_document(json_objects_listed[i]), change);
	for (size_t i = 0; json_commands[i]; i++)
		with_document(json_document(json_commands[i]), change);
}

static void wrong_values(void)
{
	tried = refused = 0;
	all_documents(replace_values);
	if (!unit.failed)
		CHECK(tried > 10000 && refused > tried / 2);
}

static void wrong_keys(void)
{
	tried = refused = 0;
	all_documents(change_keys);
	if (!unit.failed)
		CHECK(tried > 1000 && refused > tried / 2);
}

/* ---- texts ---- */

/* xorshift: the same sequence each time */
static uint32_t next_random(void)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

static void damage(const char *doc)
{
	size_t len = strlen(doc);
	char *text = malloc(len + 1);

	for (size_t cut = 0; cut < len; cut += 1 + cut / 64)
		try_text(doc, cut);
	for (unsigned int i = 0; i < 40; i++) {
		memcpy(text, doc, len + 1);
		for (unsigned int n = 1 + next_random() % 3; n; n--)
			text[next_random() % len] = next_random() % 8 ?
				"{}[]\",:0-\\aeu \n"[next_random() % 15] : (char)next_random();
		try_text(text, len);
	}
	free(text);
}

static void damaged_texts(void)
{
	for (size_t i = 0; json_statements[i]; i++)
		damage(json_rule_document(json_statements[i]));
	for (size_t i = 0; json_objects_listed[i]; i++)
		damage(json_document(json_objects_listed[i]));
	for (size_t i = 0; json_commands[i]; i++)
		damage(json_document(json_commands[i]));
}

static void depth(void)
{
	static const char *const begins[] = { "[", "{\"nftables\": [", "{\"a\":" };
	size_t n = 100000;

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		size_t len = strlen(begins[i]);
		char *text = malloc(n * len + 1);

		for (size_t k = 0; k < n; k++)
			memcpy(text + k * len, begins[i], len);
		refused = 0;
		try_text(text, n * len);
		free(text);
		CHECK_INT(refused, 1);
	}
}

/* Errors must not take time that grows with the square of the document. */
static void many_errors(void)
{
	size_t n = 200000;
	char *text = malloc(n * 24 + 100), *p = text;

	p += sprintf(p, "{\"nftables\": [");
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%s{\"table\": null}", i ? "," : "");
	p += sprintf(p, "]}");
	refused = 0;
	try_text(text, (size_t)(p - text));
	free(text);
	CHECK_INT(refused, 1);
}

int main(void)
{
	RUN(wrong_values);
	RUN(wrong_keys);
	RUN(damaged_texts);
	RUN(depth);
	RUN(many_errors);
	return unit_status();
}
