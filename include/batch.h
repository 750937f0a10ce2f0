/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One input is one nf_tables batch. Each message remembers the place in the
 * input that it came from, so that an error of the kernel is told there.
 * (src/ruleset/batch.c)
 */
#ifndef NFF_BATCH_H
#define NFF_BATCH_H

#include "diag.h"
#include "msgbuf.h"
#include "nff.h"

/* What a message is about, for hints to an error of it. */
struct batch_msg {
	struct loc loc;
	uint8_t what;			/* enum obj_kind */
	uint8_t op;			/* enum cmd_op */
	uint8_t family;
	bool has_flow : 1;		/* a rule with a flow statement */
	bool hw_offload : 1;		/* a flowtable with "flags offload" */
	/*
	 * What the message names, of the input's arena; NULL: nothing that a
	 * user has given a name.
	 */
	const struct handle *h;
	const struct device *devs;	/* flowtable, chain: to look which one is missing */
};

/* An error of the kernel, kept until all answers are read. */
struct batch_failure {
	uint32_t seq;
	int error;			/* -errno */
	uint32_t offset;		/* of the attribute at fault in its message; 0: not told */
	char *ext_msg;			/* or NULL */
	const struct stmt *stmt;	/* at fault: see batch_note(); NULL: not known */
};

/* What the kernel refused of a batch: as many as are ever printed. */
struct batch_failures {
	struct batch_failure kept[DIAG_PRINT_MAX + 1];
	unsigned int n;
};

struct batch {
	struct arena arena;		/* of what msgs point to, and of sets that were looked up */
	struct msgbuf m;
	struct batch_msg *msgs;		/* by sequence number - 1 */
	unsigned int n, cap;
	uint32_t genid;			/* generation the input was compiled against; 0: unknown */
	uint32_t set_id;		/* the next anonymous set's */
	struct batch_failures *failures;	/* whose statements are looked for, or NULL */
};

void batch_init(struct batch *b, uint32_t genid);
void batch_fini(struct batch *b);
/*
 * Begin a message: type NFT_MSG_*, flags NLM_F_CREATE etc. It becomes the one
 * of msgs that info describes.
 */
void batch_msg_begin(struct batch *b, uint16_t type, uint16_t flags, const struct batch_msg *info);
void batch_msg_end(struct batch *b);

/*
 * What is put into the message from here on comes from that statement. Nobody
 * remembers that: after a failure the input is compiled once more, with
 * b->failures set, and the statements that matter are noted.
 */
void batch_note(struct batch *b, const struct stmt *s);

/*
 * Send it: 0 when it was committed (or with n->check validated), -1 with
 * diagnostics at their places or, if failures->n is set, with those still to
 * be told, -ERESTART where another process changed the ruleset since genid
 * was read and the input must be compiled again. With n->print.echo the
 * objects that the kernel echoes are printed.
 */
int batch_commit(struct nff *n, struct batch *b, struct batch_failures *failures);
/* Does one of them lie inside a rule, so that its statement can be found? */
bool batch_failures_inside(const struct batch *b, const struct batch_failures *failures);
/* Tell them at their places, and forget them. Returns -1. */
int batch_tell(struct nff *n, const struct batch *b, struct batch_failures *failures);

#endif
