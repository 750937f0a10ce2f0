// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a query says: refuse what its command does not use, and read the values of options.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "suggest.h"
#include "view.h"

/* ---- clauses and options that a command does not use ---- */

/* The first clause that is said and not used; its name, or NULL. */
static const char *unused_clause(const struct query *q, unsigned int uses, struct loc *loc)
{
	const struct {
		unsigned int use;
		const char *name;
		bool said;
		struct loc loc;
	} clauses[] = {
		{ QUERY_SOURCE, q->source == CT_SOURCE_DYING ? "dying" : "unconfirmed",
		  q->source != CT_SOURCE_TABLE, q->source_loc },
		{ QUERY_OFFLOAD, "offload", q->offload, q->offload_loc },
		{ QUERY_WHERE, "where", q->where, q->where_loc },
		{ QUERY_MASTER, "master", q->master,
		  q->master ? q->master->loc : (struct loc){ 0 } },
		{ QUERY_SORT, "sort by", q->sort, q->sort ? q->sort->name.loc : (struct loc){ 0 } },
		{ QUERY_GROUP, "group by", q->group,
		  q->group ? q->group->name.loc : (struct loc){ 0 } },
		{ QUERY_LIMIT, "limit", q->has_limit, q->limit_loc },
		{ QUERY_SET, "set", q->set, q->set ? q->set->key.loc : (struct loc){ 0 } },
	};

	for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++) {
		if (clauses[i].said && !(uses & clauses[i].use)) {
			*loc = clauses[i].loc;
			return clauses[i].name;
		}
	}
	return NULL;
}

int query_check(struct nff *n, const struct cmd *cmd, unsigned int uses)
{
	const struct query *q = cmd->query;
	struct loc loc;
	const char *clause = unused_clause(q, uses, &loc);

	if (clause)
		return diag_error(&n->diags, loc, "'%s %s' takes no '%s'", cmd_name(cmd->op),
				  obj_name(cmd->obj), clause);
	for (unsigned int i = 0; i < QO_MAX; i++)
		if (q->options[i].given && !(uses & QUERY_OPTION(i)))
			return diag_error(&n->diags, q->options[i].loc,
					  "'%s %s' takes no option --%s", cmd_name(cmd->op),
					  obj_name(cmd->obj), query_options[i].name);
	if (q->family && !(uses & QUERY_FAMILY))
		return diag_error(&n->diags, cmd->loc, "'%s %s' takes no family",
				  cmd_name(cmd->op), obj_name(cmd->obj));
	return 0;
}

/* ---- values ---- */

struct unit {
	const char *name;
	uint64_t factor;
};

/* "64M", "1m30s" with a table of units: false where it is no such thing, or too large. */
static bool parse_units(const char *text, const struct unit *units, bool several, uint64_t *value)
{
	uint64_t sum = 0;

	do {
		char *end;
		uint64_t v, product;
		size_t len;

		if (*text < '0' || *text > '9')
			return false;
		errno = 0;
		v = strtoull(text, &end, 10);
		if (errno)
			return false;
		len = strcspn(end, "0123456789");
		while (units->name && (strlen(units->name) != len || strncmp(units->name, end, len)))
			units++;
		if (!units->name || __builtin_mul_overflow(v, units->factor, &product) ||
		    __builtin_add_overflow(sum, product, &sum))
			return false;
		text = end + len;
		/* the next one is smaller, "1m30s" */
		units++;
	} while (*text && several);
	*value = sum;
	return !*text;
}

int query_number(struct nff *n, const struct query_option_value *o, uint64_t min, uint64_t max,
		 uint64_t *value)
{
	static const struct unit one[] = { { "", 1 }, { NULL, 0 } };

	if (parse_units(o->value, one, false, value) && *value >= min && *value <= max)
		return 0;
	return diag_error(&n->diags, o->value_loc, "'%s' is no number from %llu to %llu", o->value,
			  (unsigned long long)min, (unsigned long long)max);
}

int query_size(struct nff *n, const struct query_option_value *o, uint64_t *bytes)
{
	static const struct unit sizes[] = {
		{ "", 1 }, { "k", 1024 }, { "K", 1024 }, { "m", 1024 * 1024 },
		{ "M", 1024 * 1024 }, { "g", 1024 * 1024 * 1024 }, { "G", 1024 * 1024 * 1024 },
		{ NULL, 0 },
	};

	if (parse_units(o->value, sizes, false, bytes) && *bytes)
		return 0;
	diag_error(&n->diags, o->value_loc, "'%s' is no size", o->value);
	diag_hint(&n->diags, "a size is a number of bytes, with k, M or G behind it where it is "
		  "large: 64M");
	return -1;
}

int query_time(struct nff *n, const struct query_option_value *o, uint64_t *ms)
{
	static const struct unit times[] = {
		{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "", 1000 },
		{ "ms", 1 }, { NULL, 0 },
	};

	if (parse_units(o->value, times, true, ms) && *ms)
		return 0;
	diag_error(&n->diags, o->value_loc, "'%s' is no time", o->value);
	diag_hint(&n->diags, "a time is a number with ms, s, m, h or d behind it: 5s, 1m30s");
	return -1;
}

/* ---- formats ---- */

static const struct {
	const char *name;
	bool line;			/* value: LINE_*, else enum query_format */
	unsigned int value;
} outputs[] = {
	{ "table", false, FORMAT_TABLE },
	{ "csv", false, FORMAT_CSV },
	{ "json", false, FORMAT_JSON },
	{ "save", false, FORMAT_SAVE },
	{ "extended", true, LINE_EXTENDED },
	{ "id", true, LINE_ID },
	{ "timestamp", true, LINE_TIMESTAMP },
	{ "ktimestamp", true, LINE_KTIMESTAMP },
	{ "labels", true, LINE_LABELS },
};
#define N_OUTPUTS (sizeof(outputs) / sizeof(outputs[0]))

static bool output_allowed(size_t i, unsigned int formats)
{
	return formats & 1u << (outputs[i].line ? FORMAT_LINE : outputs[i].value);
}

static int unknown_output(struct nff *n, const struct query_option_value *opt, const char *word,
			  size_t len, unsigned int formats)
{
	struct suggestion near;
	struct out names;

	suggest_init(&near, word, len);
	out_init_mem(&names);
	for (size_t i = 0; i < N_OUTPUTS; i++) {
		if (!output_allowed(i, formats))
			continue;
		suggest(&near, outputs[i].name);
		out_printf(&names, "%s%s", names.len ? ", " : "", outputs[i].name);
	}
	diag_error(&n->diags, opt->value_loc, "there is no output format '%.*s' here", (int)len,
		   word);
	if (near.best)
		diag_hint(&n->diags, "did you mean %s?", near.best);
	else
		diag_hint(&n->diags, "there are %s", out_str(&names));
	out_fini(&names);
	return -1;
}

int query_output(struct nff *n, const struct query *q, unsigned int formats,
		 enum query_format *format, unsigned int *line_flags)
{
	const struct query_option_value *opt = &q->options[QO_OUTPUT];
	static const char *const names[] = {
		[FORMAT_TABLE] = "table", [FORMAT_CSV] = "csv", [FORMAT_JSON] = "json",
		[FORMAT_SAVE] = "commands",
	};
	const char *p = opt->given ? opt->value : "";

	*format = n->print.json || q->options[QO_JSON].given ? FORMAT_JSON : FORMAT_LINE;
	*line_flags = 0;
	while (*p) {
		size_t len = strcspn(p, ","), i;

		for (i = 0; i < N_OUTPUTS; i++)
			if (output_allowed(i, formats) && strlen(outputs[i].name) == len &&
			    !strncmp(outputs[i].name, p, len))
				break;
		if (i == N_OUTPUTS)
			return unknown_output(n, opt, p, len, formats);
		if (outputs[i].line) {
			*line_flags |= outputs[i].value;
		} else if (*format != FORMAT_LINE && *format != outputs[i].value) {
			return diag_error(&n->diags, opt->value_loc,
					  "there can be one of table, csv, json and save only");
		} else {
			*format = (enum query_format)outputs[i].value;
		}
		p += len + (p[len] == ',');
	}
	if (*line_flags && *format != FORMAT_LINE)
		return diag_error(&n->diags, opt->value_loc, "that is of lines, and not of %s",
				  names[*format]);
	return 0;
}
