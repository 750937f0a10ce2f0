/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of the grammar, and the small sets of words that stand in one
 * place only (units, flags). Names of protocols, fields and types are not
 * here: they come from the tables of src/lang.
 */
#ifndef NFF_KEYWORDS_H
#define NFF_KEYWORDS_H

#include "datatype.h"
#include "field.h"

enum {
	KF_VALUE	= 1 << 0,	/* a keyword even where a value may stand */
	KF_MIXED	= 1 << 1,	/* ... where a value or a selector may stand */
	KF_COMMAND	= 1 << 3,	/* begins a statement of the top level */
	KF_CLAUSE	= 1 << 4,	/* goes on with a query where a name could stand */
	KF_FAMILY	= 1 << 2,	/* names a family, too; num is NFPROTO_* */
};

struct keyword {
	const char *name;
	int16_t token;			/* of parser.y */
	uint16_t flags;			/* KF_* */
	uint32_t num;			/* value of the token, if it has one */
	union {
		const struct proto *proto;	/* PROTO, FAMILY_PROTO */
		const struct field *field;	/* META_KEY */
	};
};

extern const struct keyword keywords[];	/* sorted; ends with a NULL name */

/*
 * All words that mean something by themselves, in one hash table: keywords,
 * meta keys that need no "meta", protocols. In this order where a word is
 * several of them.
 */
#define WORD_HASH_SIZE 1024
struct word_table {
	struct keyword words[384];
	unsigned int n;
	uint16_t hash[WORD_HASH_SIZE];	/* index into words, from 1; 0: free */
};

void word_table_init(struct word_table *t);
const struct keyword *word_lookup(const struct word_table *t, const char *word, size_t len);
/* The only keyword of a token, for messages; NULL: there is none, or several. */
const char *keyword_text(int token);

/* Words that have a meaning in one place. */
extern const struct symbol time_units[];	/* second ...: in seconds */
extern const struct symbol byte_units[];	/* bytes ...: in bytes */
extern const struct symbol burst_units[];	/* packets: 0; bytes ... */
extern const struct symbol table_flags[], set_flags[], set_policies[], flowtable_flags[], flowtable_protos[];
extern const struct symbol log_flags[], log_flags_tcp[], log_flags_ip[];
extern const struct symbol queue_flags[], nat_flags[];
extern const struct symbol fib_flags[], fib_results[], numgen_types[], osf_ttls[], xfrm_dirs[];
extern const struct symbol reject_kinds[], chain_types[];

#endif
