// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A JSON document to commands: {"nftables": [ ... ]}, where an element is a
 * command ({"add": {"table": ...}}), an object as it is listed, which is
 * added, or metainfo.
 */
#include <stdlib.h>
#include <string.h>

#include "json_in.h"

/* After so many diagnostics the rest of a document is not looked at. */
#define ERRORS_MAX 20

static const struct symbol commands[] = {
	{ "add", CMD_ADD },
	{ "create", CMD_CREATE },
	{ "insert", CMD_INSERT },
	{ "replace", CMD_REPLACE },
	{ "delete", CMD_DELETE },
	{ "destroy", CMD_DESTROY },
	{ "list", CMD_LIST },
	{ "reset", CMD_RESET },
	{ "flush", CMD_FLUSH },
	{ "rename", CMD_RENAME },
	{ NULL, 0 }
};

/* ---- one element ---- */

static int metainfo_in(struct json_in *j, const json_t *v)
{
	const char *text = NULL;
	uint64_t version = JSON_SCHEMA_VERSION;
	const struct json_prop props[] = {
		{ .key = "version", .kind = JP_TEXT, .to = &text },
		{ .key = "release_name", .kind = JP_TEXT, .to = &text },
		{ .key = "json_schema_version", .kind = JP_NUMBER, .to = &version },
		{ .key = NULL }
	};

	if (json_props(j, v, props))
		return -1;
	if (version <= JSON_SCHEMA_VERSION)
		return 0;
	return json_error(j, v, "json_schema_version", "version %llu of the schema is newer than "
			  "what nff knows (%d)", (unsigned long long)version, JSON_SCHEMA_VERSION);
}

static int element_in(struct json_in *j, const json_t *v)
{
	const json_t *under;
	const char *name;
	uint64_t op;

	if (!json_is_object(v))
		return json_error(j, v, NULL, "a command is an object, this is %s", json_what(v));
	name = json_only_key(j, v, &under);
	if (!name)
		return -1;
	j->holder = v;
	j->holder_key = name;
	if (!strcmp(name, "metainfo"))
		return metainfo_in(j, under);
	j->implicit = !symbol_by_name(commands, name, &op);
	if (j->implicit)
		return json_in_command(j, CMD_ADD, v);
	return json_in_command(j, (enum cmd_op)op, under);
}

/* ---- the document ---- */

/*
 * A document is read element by element, so that memory holds the values of
 * one command and not those of all. Only what stands around the elements is
 * looked at here; where that is not as it should be, the whole text goes to
 * jansson, to be told what is wrong.
 */

/* Is c the next thing in the text? Steps over it. */
static bool next_is(const char *text, uint32_t *off, char c)
{
	*off = json_skip_space(text, *off);
	if (text[*off] != c)
		return false;
	++*off;
	return true;
}

/* {"nftables": [ */
static bool begin_in(const char *text, uint32_t *off)
{
	static const char key[] = "\"nftables\"";

	if (!next_is(text, off, '{'))
		return false;
	*off = json_skip_space(text, *off);
	if (strncmp(text + *off, key, strlen(key)))
		return false;
	*off += (uint32_t)strlen(key);
	return next_is(text, off, ':') && next_is(text, off, '[');
}

/* One element, from off on, which becomes the end of it; false: it is malformed. */
static bool value_in(struct json_in *j, uint32_t *off)
{
	const char *text = j->source->text;
	json_error_t err;
	json_t *v;

	*off = json_skip_space(text, *off);
	v = json_loadb(text + *off, j->source->len - *off,
		       JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY, &err);
	if (!v)
		return false;
	j->cmd = v;
	j->depth = 0;
	j->cmd_loc = (struct loc){ .src = j->src, .off = *off, .len = 1 };
	*off = json_places_fill(&j->places, text, *off, v);
	j->cmd_loc = json_loc(j, v);
	element_in(j, v);
	j->cmd = j->holder = NULL;
	json_decref(v);
	return true;
}

/* All elements and the end; false: the document is malformed. */
static bool elements_in(struct json_in *j, uint32_t off)
{
	unsigned int limit = j->n->diags.errors + ERRORS_MAX;
	const char *text = j->source->text;

	if (!next_is(text, &off, ']')) {
		do {
			if (!value_in(j, &off))
				return false;
			j->index++;
			if (j->n->diags.errors >= limit)
				return true;
		} while (next_is(text, &off, ','));
		if (!next_is(text, &off, ']'))
			return false;
	}
	return next_is(text, &off, '}') && json_skip_space(text, off) == j->source->len;
}

/* jansson tells how many bytes it read before it gave up. */
static int malformed(struct json_in *j, const json_error_t *err)
{
	uint32_t off = err->position > 0 ? (uint32_t)err->position - 1 : 0;

	if (off >= j->source->len)
		off = j->source->len ? (uint32_t)j->source->len - 1 : 0;
	return diag_error(&j->n->diags, (struct loc){ .src = j->src, .off = off, .len = 1 },
			  "malformed JSON: %s", err->text);
}

/* Say why a document is none of ours. */
static int explain(struct json_in *j)
{
	struct loc begin = { .src = j->src, .off = json_skip_space(j->source->text, 0), .len = 1 };
	json_error_t err;
	json_t *root = json_loadb(j->source->text, j->source->len, JSON_REJECT_DUPLICATES, &err);
	const json_t *array = json_object_get(root, "nftables");
	const char *key, *other = NULL;
	json_t *v;

	if (!root)
		return malformed(j, &err);
	json_object_foreach(root, key, v)
		if (strcmp(key, "nftables"))
			other = key;
	if (!array)
		diag_error(&j->n->diags, begin, "an object {\"nftables\": [ ... ]} is needed here%s%s",
			   json_is_object(root) ? "" : ", this is ",
			   json_is_object(root) ? "" : json_what(root));
	else if (other)
		diag_error(&j->n->diags, begin, "unknown key '%.64s': there is nftables", other);
	else if (!json_is_array(array))
		diag_error(&j->n->diags, begin, "nftables: an array is needed here, this is %s",
			   json_what(array));
	else
		diag_error(&j->n->diags, begin, "the key \"nftables\" must be written plainly");
	json_decref(root);
	return -1;
}

int json_parse_source(struct nff *n, struct arena *arena, uint32_t src, struct cmds *cmds)
{
	struct json_in j = { .n = n, .a = arena, .src = src, .cmds = cmds,
			     .source = sources_get(&n->sources, src) };
	unsigned int errors = n->diags.errors;
	uint32_t off = 0;

	j.late.last = &j.late.first;
	if (!begin_in(j.source->text, &off) || !elements_in(&j, off))
		explain(&j);
	json_places_fini(&j.places);
	json_in_flush_late(&j);
	return n->diags.errors > errors ? -1 : 0;
}
