/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the files that turn JSON into commands (src/lang/json_in*.c).
 *
 * Whatever the document holds may be of the wrong type, unknown, or missing:
 * properties are read by tables (struct json_prop), which check all of that
 * and say where it is, by the place in the text and by the path of keys that
 * leads there ("nftables[3].add.rule.expr[1].match.left").
 */
#ifndef NFF_JSON_IN_H
#define NFF_JSON_IN_H

#include "json.h"
#include "json_names.h"

/* How deep expressions may be nested. */
#define JSON_DEPTH_MAX 64

/* Where the values of one command stand in the text. */
struct json_place {
	const json_t *value;
	uint32_t off, len;
	uint32_t round;			/* of the command; others are leftovers */
};
struct json_places {
	struct json_place *v;		/* a hash table, open addressing */
	size_t n, cap;			/* cap: a power of two, or 0 */
	uint32_t round;
};

struct json_in {
	struct nff *n;
	struct arena *a;
	uint32_t src;
	const struct source *source;
	struct json_places places;
	const json_t *cmd;		/* the element of "nftables" at hand, and its number */
	size_t index;
	struct loc cmd_loc;
	unsigned int depth;
	/* The statement or expression at hand and its name, to place a null in it. */
	const json_t *holder;
	const char *holder_key;
	struct cmds *cmds;
	/* Elements that refer to chains of the same input: they wait for these. */
	struct cmds late;
	bool implicit;			/* an object without "add" around it, as listed */
	bool in_block;			/* in the rules of a jump */
};

/* ---- places and errors (json_in_util.c, json_places.c) ---- */

/*
 * Forget the old places and find those of value, whose text begins at off.
 * Gives where it ends.
 */
uint32_t json_places_fill(struct json_places *p, const char *text, uint32_t off,
			  const json_t *value);
const struct json_place *json_places_find(const struct json_places *p, const json_t *value);
void json_places_fini(struct json_places *p);
/* Where the white space from off on ends. */
uint32_t json_skip_space(const char *text, uint32_t off);

struct loc json_loc(const struct json_in *j, const json_t *v);
/*
 * A diagnostic about v, or about v[key]; returns -1. true, false and null
 * have no place of their own, so name them by what they stand in.
 */
int json_error(struct json_in *j, const json_t *v, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "an object", "a string" ...: what v is. */
const char *json_what(const json_t *v);

/* ---- properties ---- */

enum json_prop_kind {
	JP_TEXT,		/* const char * */
	JP_COMMENT,		/* const char *; as long as the kernel keeps one */
	JP_NAME,		/* struct name; not empty, not too long */
	JP_NUMBER,		/* uint64_t; at most max */
	JP_COUNT,		/* uint64_t; from 2^63 on as a negative number */
	JP_INT,			/* int64_t; -2^31 to 2^31 - 1 */
	JP_BOOL,		/* bool */
	JP_SYMBOL,		/* uint64_t: one of names */
	JP_FLAGS,		/* uint64_t: a string or an array of them, all of names */
	JP_FAMILY,		/* uint8_t */
	JP_EXPR,		/* struct expr * */
	JP_VALUE,		/* const json_t *: whatever it is */
	JP_SKIP,		/* may be there, and means nothing on input */
};

struct json_prop {
	const char *key;		/* NULL ends the table */
	enum json_prop_kind kind;
	void *to;			/* untouched where the property is absent */
	const struct symbol *names;
	uint64_t max;			/* 0: no limit */
	bool required;
};

/*
 * Read the properties of an object by a table. A property that the table does
 * not have is an error: what is ignored cannot be meant. 0 or -1.
 */
int json_props(struct json_in *j, const json_t *obj, const struct json_prop *props);
/* A flag, or an array of flags. */
int json_flags(struct json_in *j, const json_t *v, const struct symbol *names, uint64_t *flags);
/* The one key of an object with one property; NULL with a diagnostic. */
const char *json_only_key(struct json_in *j, const json_t *obj, const json_t **value);
/* "@name": what follows the '@'; NULL: it is none. */
const char *json_reference(struct json_in *j, const json_t *v);

/* ---- the pieces ---- */

/* All give NULL with a diagnostic where it is none. */
struct expr *json_in_expr(struct json_in *j, const json_t *v);
/* Fields, by the key that they stand under; false: it is no kind of field. */
bool json_in_field(struct json_in *j, const char *kind, const json_t *v, struct expr **e);
struct stmt *json_in_stmt(struct json_in *j, const json_t *v);
struct stmt *json_in_stmts(struct json_in *j, const json_t *array);
/* A verdict from what is under its name. */
struct expr *json_in_verdict(struct json_in *j, const json_t *v, int code);
/* One element or an array of them: EX_SET. */
struct expr *json_in_elements(struct json_in *j, const json_t *v);
/* The statements among the keys of an "elem"; NULL-terminated list of their names. */
extern const char *const json_elem_stmts[];
struct stmt *json_in_stmt_named(struct json_in *j, const char *name, const json_t *whole,
				const json_t *v);

/* The parts of a limit, of a statement or an object. 0 or -1. */
struct json_limit {
	uint64_t rate, per, burst;
	const char *rate_unit, *burst_unit;
	bool has_burst, inv;
};
int json_limit_of(struct json_in *j, const json_t *v, const struct json_limit *parts,
		  struct limit_stmt *l);
/* Is it null, or an object without properties? */
bool json_is_empty(const json_t *v);

/*
 * A command on something: {"table": {...}}, {"ruleset": null} under the name
 * of op. Appends to j->cmds. 0 or -1.
 */
int json_in_command(struct json_in *j, enum cmd_op op, const json_t *v);
/* Append the commands that waited for chains of the same input. */
void json_in_flush_late(struct json_in *j);
/* The declaration of a set or map, without its elements where these must wait. */
int json_in_set(struct json_in *j, const json_t *v, struct cmd *cmd);
/* A stateful object of the NFT_OBJECT_* type. */
int json_in_stateful(struct json_in *j, const json_t *v, struct cmd *cmd, uint32_t type);
/* Make the command's handle the object's, and the object the command's. */
struct expr *json_in_devices(struct json_in *j, const json_t *v);

#endif
