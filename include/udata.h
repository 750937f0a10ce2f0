/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * User data: what the kernel keeps for user space with an object, as a row of
 * type, length, value (one byte each but the value). The types are an ABI
 * between programs, those that nft and libnftnl use (libnftnl/udata.h).
 * (src/ruleset/udata.c)
 */
#ifndef NFF_UDATA_H
#define NFF_UDATA_H

#include "ast.h"
#include "msgbuf.h"

enum {
	UDATA_RULE_COMMENT = 0,
	UDATA_TABLE_COMMENT = 0,
	UDATA_CHAIN_COMMENT = 0,
	UDATA_OBJ_COMMENT = 0,
	UDATA_ELEM_COMMENT = 0,
};
enum {
	UDATA_SET_KEYBYTEORDER = 0, UDATA_SET_DATABYTEORDER = 1, UDATA_SET_MERGE_ELEMENTS = 2,
	UDATA_SET_KEY_TYPEOF = 3, UDATA_SET_DATA_TYPEOF = 4, UDATA_SET_EXPR = 5,
	UDATA_SET_DATA_INTERVAL = 6, UDATA_SET_COMMENT = 7,
};

/* Longest comment, without its NUL: as nft has it. */
#define COMMENT_MAX 128

/* An attribute that holds one comment and nothing else. */
void udata_put_comment(struct msgbuf *m, uint16_t attr, uint8_t type, const char *comment);
/* What is kept of a set's declaration. */
void udata_put_set(struct msgbuf *m, uint16_t attr, const struct set *s);

#endif
