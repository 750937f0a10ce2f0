// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The nf_tables batch of one input. Message n has sequence number n + 1, so an
 * answer of the kernel finds the place in the input by its number alone.
 */
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "batch.h"
#include "batch_debug.h"
#include "echo.h"
#include "kernel_error.h"
#include "nl.h"
#include "nl_open.h"
#include "obj_attrs.h"

/* Batch control messages do not stand in msgs. */
#define SEQ_BEGIN 0u

void batch_init(struct batch *b, uint32_t genid)
{
	memset(b, 0, sizeof(*b));
	b->genid = genid;
	msg_begin(&b->m, NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, SEQ_BEGIN, AF_UNSPEC,
		  NFNL_SUBSYS_NFTABLES);
	if (genid)
		attr_u32(&b->m, NFNL_BATCH_GENID, genid);
	msg_end(&b->m);
}

void batch_fini(struct batch *b)
{
	msgbuf_fini(&b->m);
	arena_free(&b->arena);
	free(b->msgs);
	memset(b, 0, sizeof(*b));
}

void batch_msg_begin(struct batch *b, uint16_t type, uint16_t flags, const struct batch_msg *info)
{
	if (b->n == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 64;
		b->msgs = xrealloc(b->msgs, b->cap * sizeof(*b->msgs));
	}
	b->msgs[b->n++] = *info;
	msg_begin(&b->m, (NFNL_SUBSYS_NFTABLES << 8) | type, NLM_F_REQUEST | flags, b->n,
		  info->family, 0);
}

void batch_msg_end(struct batch *b)
{
	msg_end(&b->m);
}

void batch_note(struct batch *b, const struct stmt *s)
{
	struct batch_failures *fs = b->failures;

	for (unsigned int i = 0; fs && i < fs->n; i++) {
		struct batch_failure *f = &fs->kept[i];

		/* the last one that begins at or before it */
		if (f->seq == b->n && f->offset && b->m.len - b->m.msg <= f->offset)
			f->stmt = s;
	}
}

struct commit {
	struct batch *b;
	struct echo *echo;
	struct batch_failures *failures;
	unsigned int errors;
	bool unmade;			/* something failed that others may need */
	bool acked, restart;
};

/* Does that message make what later ones may refer to? */
static bool makes_something(const struct batch *b, uint32_t seq)
{
	const struct batch_msg *msg;

	if (seq == SEQ_BEGIN || seq > b->n)
		return true;
	msg = &b->msgs[seq - 1];
	return (msg->op == CMD_ADD || msg->op == CMD_CREATE) && msg->what != OBJ_RULE &&
	       msg->what != OBJ_ELEMENT;
}

static int on_answer(const struct nl_answer *a, void *arg)
{
	struct commit *c = arg;

	if (a->msg) {
		if (c->echo)
			echo_keep(c->echo, a->msg);
		return 0;
	}
	if (!a->error) {
		c->acked = true;
		return 0;
	}
	if (a->error == -ERESTART) {
		c->restart = true;
		return 0;
	}
	c->errors++;
	/*
	 * What could not be made is missing for all that follows; that says
	 * nothing new.
	 */
	if (c->unmade && a->error == -ENOENT)
		return 0;
	c->unmade |= makes_something(c->b, a->seq);
	/* Working out the cause asks the kernel again: once all answers are read. */
	if (c->failures->n < DIAG_PRINT_MAX + 1)
		c->failures->kept[c->failures->n++] = (struct batch_failure){
			.seq = a->seq, .error = a->error, .offset = a->offset,
			.ext_msg = a->ext_msg ? xstrdup(a->ext_msg) : NULL };
	return 0;
}

static const struct nlmsghdr *find_message(const struct batch *b, uint32_t seq)
{
	for (size_t off = 0; off < b->m.len;) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)(b->m.buf + off);

		if (nlh->nlmsg_seq == seq)
			return nlh;
		off += NLMSG_ALIGN(nlh->nlmsg_len);
	}
	return NULL;
}

/* The attribute of a message that begins at, or holds, an offset; 0: none. */
static unsigned int attr_at(const struct nlmsghdr *nlh, uint32_t offset)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		uint32_t begin = (uint32_t)((const char *)attr - (const char *)nlh);

		if (offset >= begin && offset < begin + MNL_ALIGN(attr->nla_len))
			return mnl_attr_get_type(attr);
	}
	return 0;
}

static const struct batch_msg *failed_msg(const struct batch *b, const struct batch_failure *f)
{
	return f->seq != SEQ_BEGIN && f->seq <= b->n ? &b->msgs[f->seq - 1] : NULL;
}

/* The attribute that the kernel minds, 0 where it does not say. */
static unsigned int failed_attr(const struct batch *b, const struct batch_failure *f)
{
	const struct nlmsghdr *nlh = f->offset ? find_message(b, f->seq) : NULL;

	return nlh ? attr_at(nlh, f->offset) : 0;
}

/* The place of what that attribute was made of. */
static struct loc place_of_failure(const struct batch *b, const struct batch_failure *f,
				   const struct batch_msg *msg)
{
	const struct obj_attrs *attrs = obj_attrs(msg->what);
	unsigned int attr = msg->h ? failed_attr(b, f) : 0;
	struct loc loc = { 0 };

	if (!attr)
		return msg->loc;
	if (attr == attrs->table)
		loc = msg->h->table.loc;
	else if (attr == attrs->name)
		loc = obj_name_of(msg->what, msg->h)->loc;
	else if (attr == attrs->handle || attr == attrs->position)
		loc = msg->h->handle_loc;
	else if (f->stmt)
		loc = f->stmt->loc;
	return loc.src ? loc : msg->loc;
}

bool batch_failures_inside(const struct batch *b, const struct batch_failures *failures)
{
	for (unsigned int i = 0; i < failures->n; i++) {
		const struct batch_msg *msg = failed_msg(b, &failures->kept[i]);

		if (msg && msg->what == OBJ_RULE &&
		    failed_attr(b, &failures->kept[i]) == NFTA_RULE_EXPRESSIONS)
			return true;
	}
	return false;
}

static void forget_failures(struct batch_failures *failures)
{
	for (unsigned int i = 0; i < failures->n; i++)
		free(failures->kept[i].ext_msg);
	failures->n = 0;
}

int batch_tell(struct nff *n, const struct batch *b, struct batch_failures *failures)
{
	for (unsigned int i = 0; i < failures->n; i++) {
		const struct batch_failure *f = &failures->kept[i];
		const struct batch_msg *known = failed_msg(b, f);
		struct batch_msg msg;

		if (known) {
			msg = *known;
			msg.loc = place_of_failure(b, f, &msg);
		}
		kernel_error(n, known ? &msg : NULL, f->stmt, f->error, f->ext_msg);
	}
	forget_failures(failures);
	return -1;
}

/* One acknowledgement, of the last message, proves that the batch was read. */
static void finish(struct nff *n, struct batch *b)
{
	struct nlmsghdr *last = (struct nlmsghdr *)(b->m.buf + b->m.msg);

	last->nlmsg_flags |= NLM_F_ACK;
	if (n->print.echo) {
		size_t off = 0;

		while (off < b->m.len) {
			struct nlmsghdr *nlh = (struct nlmsghdr *)(b->m.buf + off);

			if (nlh->nlmsg_type != NFNL_MSG_BATCH_BEGIN)
				nlh->nlmsg_flags |= NLM_F_ECHO;
			off += NLMSG_ALIGN(nlh->nlmsg_len);
		}
	}
	/* Without an end the kernel validates the batch and takes it back. */
	if (n->check)
		return;
	msg_begin(&b->m, NFNL_MSG_BATCH_END, NLM_F_REQUEST, b->n + 1, AF_UNSPEC,
		  NFNL_SUBSYS_NFTABLES);
	msg_end(&b->m);
}

/* Room for an answer to every message, with some of its text; bounded. */
static size_t answers_size(const struct nff *n, const struct batch *b)
{
	size_t size = 64 * 1024 + (size_t)b->n * 128;

	if (n->print.echo)
		size += b->m.len * 4;
	return size < 512u << 20 ? size : 512u << 20;
}

int batch_commit(struct nff *n, struct batch *b, struct batch_failures *failures)
{
	struct commit c = { .b = b, .failures = failures };
	struct nl *nl;
	int err;

	if (!b->n)
		return 0;
	nl = nff_nl(n);
	if (!nl)
		return -1;
	finish(n, b);
	if (n->debug & (DEBUG_NETLINK | DEBUG_MNL))
		batch_debug(n, b);
	if (n->print.echo && !n->check)
		c.echo = echo_new(n, NULL);
	err = nl_batch(nl, &b->m, answers_size(n, b), on_answer, &c);
	if (c.echo) {
		if (!c.errors && !c.restart)
			echo_print(c.echo);
		echo_free(c.echo);
	}
	if (c.restart) {
		/* Once the input is read again, none of them counts. */
		forget_failures(failures);
		return -ERESTART;
	}
	if (c.errors)
		return -1;
	if (err < 0)
		return kernel_error(n, &b->msgs[0], NULL, err, NULL);
	if (!c.acked)
		return diag_error(&n->diags, b->msgs[b->n - 1].loc,
				  "the kernel did not acknowledge the batch");
	return 0;
}
