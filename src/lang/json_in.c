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
 * Where the value of "nftables" begins: properties of an object stand in the
 * order of the text.
 */
static uint32_t find_array(const char *text, const json_t *root)
{
	uint32_t off = json_skip_space(text, 0) + 1;
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)root, key, v) {
		off = json_skip_string(text, json_skip_space(text, off));
		off = json_skip_space(text, json_skip_space(text, off) + 1);
		if (!strcmp(key, "nftables"))
			break;
		off = json_skip_space(text, json_skip_value(text, off));
		off += text[off] == ',';
	}
	return off;
}

static void array_in(struct json_in *j, const json_t *array, uint32_t off)
{
	const char *text = j->source->text;
	unsigned int limit = j->n->diags.errors + ERRORS_MAX;
	json_t *v;

	off++;
	json_array_foreach(array, j->index, v) {
		off = json_skip_space(text, off);
		j->cmd = v;
		j->depth = 0;
		j->cmd_loc = (struct loc){ .src = j->src, .off = off, .len = 1 };
		off = json_places_fill(&j->places, text, off, v);
		j->cmd_loc = json_loc(j, v);
		element_in(j, v);
		off = json_skip_space(text, off);
		off += text[off] == ',';
		if (j->n->diags.errors >= limit)
			return;
	}
	json_in_flush_late(j);
}

static int document_in(struct json_in *j, const json_t *root)
{
	struct loc begin = { .src = j->src, .off = json_skip_space(j->source->text, 0), .len = 1 };
	const json_t *array = json_object_get(root, "nftables");
	unsigned int errors = j->n->diags.errors;
	const char *key;
	json_t *v;

	if (!json_is_object(root) || !array)
		return diag_error(&j->n->diags, begin, "an object {\"nftables\": [ ... ]} is needed "
				  "here%s%s", json_is_object(root) ? "" : ", this is ",
				  json_is_object(root) ? "" : json_what(root));
	json_object_foreach((json_t *)root, key, v)
		if (strcmp(key, "nftables"))
			return diag_error(&j->n->diags, begin, "unknown key '%.64s': there is "
					  "nftables", key);
	if (!json_is_array(array))
		return diag_error(&j->n->diags, begin, "nftables: an array is needed here, this is "
				  "%s", json_what(array));
	array_in(j, array, find_array(j->source->text, root));
	return j->n->diags.errors > errors ? -1 : 0;
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

int json_parse_source(struct nff *n, struct arena *arena, uint32_t src, struct cmds *cmds)
{
	struct json_in j = { .n = n, .a = arena, .src = src, .cmds = cmds,
			     .source = sources_get(&n->sources, src) };
	json_error_t err;
	json_t *root;
	int ret;

	j.late.last = &j.late.first;
	root = json_loadb(j.source->text, j.source->len, JSON_REJECT_DUPLICATES, &err);
	if (!root)
		return malformed(&j, &err);
	ret = document_in(&j, root);
	json_places_fini(&j.places);
	json_decref(root);
	return ret;
}
