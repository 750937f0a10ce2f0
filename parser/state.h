/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What scanner, grammar and driver of the parser share.
 *
 * The grammar decides what the next word means: an empty rule before the word
 * ("want") sets parser.want, for one token. Such rules are the only thing
 * their parser state can do, so bison runs them before it asks for that token.
 */
#ifndef NFF_PARSE_STATE_H
#define NFF_PARSE_STATE_H

#include "keywords.h"
#include "parse.h"
#include "suggest.h"

#define INCLUDE_DEPTH_MAX	16
#define BRACE_DEPTH_MAX		64
#define PARSE_ERRORS_MAX	10	/* after so many, the rest is not looked at */
#define OPERATORS_MAX		1000	/* of one statement: its tree is walked recursively */
#define NAME_LEN_MAX		255	/* of tables, chains, ...: NFT_NAME_MAXLEN without NUL */
#define COMMENT_LEN_MAX		128	/* of rules and other objects, without the NUL */

/* log flags and reject kinds that the grammar goes on from. */
enum { LOG_FLAGS_TCP = 1 << 16, LOG_FLAGS_IP = 1 << 17 };
enum { FIB_RESULT_CHECK = 1 << 18 };	/* "check": is there a route at all */
enum { REJECT_ICMP = 1, REJECT_ICMPV6, REJECT_ICMPX, REJECT_TCP };

/* What the next word may be. */
enum want_mode {
	WANT_KEYWORD,		/* a keyword, protocol or meta key */
	WANT_NAME,		/* the name of something; kind says of what */
	WANT_FIELD,		/* a row of a field table */
	WANT_VALUE,		/* a value: keywords are words, except verdicts and operators */
	WANT_MIXED,		/* a value or a selector */
	WANT_SYMBOL,		/* one of a few words; or else a keyword */
	WANT_TYPE,		/* a data type; or else a keyword */
	WANT_WORD,		/* any word */
};

/* What an expression that is being read stands for. */
enum expr_place {
	IN_MATCH,		/* the left side of a match: a value follows it */
	IN_VALUE,		/* what is set, translated to, looked up */
	IN_TYPEOF,		/* the declaration of a set */
};

struct want {
	enum want_mode mode;
	enum expect_kind kind;			/* WANT_NAME, WANT_WORD: for completion */
	bool family;				/* WANT_NAME, WANT_MIXED: or a family */
	bool place;				/* WANT_NAME: or "table" or "chain" */
	bool clause;				/* WANT_NAME: or a clause of a query */
	bool setting;				/* WANT_NAME: or "timeout" or "sysctl" */
	int also;				/* WANT_VALUE: a token that is a keyword, too; 0 */
	const struct field *fields;		/* WANT_FIELD */
	const struct field *more_fields;	/* or NULL */
	const struct proto *const *protos;	/* WANT_FIELD: or the name of one of these */
	bool dir;				/* WANT_FIELD: behind original or reply */
	const char *of;				/* WANT_FIELD: what they are of: "tcp" */
	const char *prefix;			/* WANT_FIELD: first word of the name, or NULL */
	const struct symbol *symbols;		/* WANT_SYMBOL */
	const char *what;			/* WANT_SYMBOL, WANT_WORD: for messages */
	const struct datatype *type;		/* WANT_VALUE, WANT_MIXED; or NULL */
	bool hook;				/* WANT_WORD: the name of a hook */
};

/* A file or text that is being read. */
struct input {
	uint32_t src;
	void *buffer;			/* YY_BUFFER_STATE */
	const char *text;
	size_t len;
	bool ended;
	struct include *includes, **includes_last;	/* to be read next */
};

/* A file that an include statement names. */
struct include {
	struct include *next;
	const char *path;
	struct loc loc;
};

/* A scope of variables. (scope.c) */
struct variable;
struct scope {
	struct scope *parent;
	struct variable **hash;		/* NULL until the first one is defined */
	unsigned int n, size;
};
struct variable {
	struct variable *next;
	const char *name;
	struct expr *value;		/* NULL: undefined again */
	struct loc loc;
};

/* The statements of a rule so far. */
struct stmts {
	struct stmt *first, *last;
};

/* A block with braces. */
struct block {
	struct scope *scope;		/* outside of it */
	unsigned int depth;		/* of braces inside */
	bool synced;			/* a table or chain: errors end with the line */
	bool chain;
	bool rules;			/* of "jump {" */
	struct chain *outer;		/* then: the chain that the rule is in, or NULL */
};

#define INTERN_SIZE 256

struct parser {
	struct nff *n;
	struct diags *diags;
	struct arena *arena;		/* where nodes go: the input's, or that of the session's
					   variables while one is being defined */
	struct arena *input_arena;
	struct cmds *cmds;
	struct scope *scope, *globals;

	/* scanner */
	void *scanner;			/* yyscan_t */
	struct input inputs[INCLUDE_DEPTH_MAX + 1];
	unsigned int n_inputs;
	struct want want;
	enum want_mode was;		/* what the newest token was wanted as */
	unsigned int depth;		/* open braces, brackets and parentheses */
	struct loc open[BRACE_DEPTH_MAX];	/* where they are */
	unsigned int in_set;		/* open braces with elements: newlines are blanks */
	bool at_line_start;		/* the newest token was a separator */
	struct word_table words;
	const char *intern[INTERN_SIZE];

	/* error recovery */
	struct block blocks[BRACE_DEPTH_MAX];	/* open ones, from the outside */
	unsigned int n_blocks;
	unsigned int sync_depth;	/* depth inside the innermost table or chain block */
	bool skipping;			/* up to the end of the statement */
	bool syntax_error;		/* of the token that was pushed */
	bool failed;			/* an error of this token is told already */
	bool quiet;			/* completion: no diagnostics, no includes */
	unsigned int errors;
	struct loc bare;		/* first word of a rule without "add rule", for a hint */
	const char *bare_word;

	/* grammar */
	enum cmd_op op;			/* of the statement */
	bool no_verb;			/* "table x" without "add" */
	struct query *query;		/* of the statement, or NULL */
	bool options;			/* "-o csv" may follow */
	bool in_query;			/* fields of records are known: behind "where" */
	bool in_assign;			/* a "/" is followed by a mask */
	struct handle h;		/* what the statement names so far */
	enum expect_kind obj_kind;	/* what the name behind the table's is */
	uint8_t obj;			/* enum obj_kind */
	struct cmd *cmd;		/* the newest one, until its statement ends */
	struct table *table;		/* of the open blocks */
	struct chain *chain;
	struct set *set;
	struct flowtable *ft;
	struct object *object;
	enum expr_place place;
	unsigned int operators;		/* so far in this statement */
	bool in_map;			/* the elements being read have data */
	bool burst_bytes;
	struct loc burst_loc;
	struct priority prio;
	struct limit_stmt limit;	/* the statement that is being read */
	struct log_stmt *log;
	struct nat_stmt *nat;
	struct queue_stmt *queue;
	struct synproxy_stmt synproxy;
	bool redefine;
	const struct datatype *types[CONCAT_MAX];
	unsigned int n_types;

	/* completion */
	bool after_include;		/* the newest token was include */
	expect_cb expect;
	void *expect_arg;
};

union YYSTYPE;

/* scanner.l: the next token of the inputs. */
int scan_token(struct parser *p, union YYSTYPE *value, struct loc *loc);
int scan_open(struct parser *p, uint32_t src);
void scan_init(struct parser *p);
void scan_fini(struct parser *p);
/* A NUL-terminated copy in the arena; equal short words share one. */
const char *scan_intern(struct parser *p, const char *text, size_t len);

/* address.c: is the text, of len bytes, ... */
bool is_ip6(const char *text, size_t len);
/* ... groups of one or two hex digits? Ethernet has 6 of them, other links have more. */
bool is_lladdr(const char *text, size_t len);
/* ... a traffic control handle, "1:10"? There must be a colon in it. */
bool is_classid(const char *text, size_t len);

/* parse.c, scope.c, include.c, syntax.c */
int parse_error(struct parser *p, struct loc loc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void parse_hint(struct parser *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Read the files next that a path names: a pattern, a directory, a file. */
void parse_include(struct parser *p, struct loc loc, const char *path);
/* Open the next file of the innermost input. */
void parse_open_include(struct parser *p);

/* The definition of exactly this scope, or NULL. */
struct variable *scope_find(const struct scope *s, const char *name);
/* Sets it anew where it is defined already. */
void scope_define(struct scope *s, struct arena *a, const char *name, struct expr *value);

/* All that can be seen from s, those of inner scopes first. */
void scope_each(const struct scope *s, void (*cb)(const struct variable *v, void *arg), void *arg);

/* What bison knows of a token. */
struct token_name {
	int token;
	const char *name;
};
/*
 * Tell of a token that does not fit; expected are those that would, n of
 * them. In completion: of the end of the text.
 */
void syntax_error(struct parser *p, struct loc loc, struct token_name got,
		  const struct token_name *expected, unsigned int n);
void syntax_expect(struct parser *p, const struct token_name *expected, unsigned int n);

/* Set what the next word is. */
static inline void want(struct parser *p, enum want_mode mode)
{
	p->want.mode = mode;
	p->want.type = NULL;
	p->want.also = 0;
	p->want.family = p->want.place = p->want.hook = p->want.clause = p->want.setting = false;
}

#endif
