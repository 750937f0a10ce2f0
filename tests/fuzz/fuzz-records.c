// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target: one netlink message about a record, as the kernel could never have sent it, through
 * all that nff does with records: decode, match, columns, line and JSON, and a monitor.
 *
 * Input: a byte that says which kind of record (its remainder by 3) and which options of lines,
 * then the message behind its nlmsghdr.
 */
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "conntrack.h"
#include "expect.h"
#include "flow_record.h"
#include "fuzz.h"
#include "match.h"
#include "monitor-rig.h"
#include "parse.h"
#include "../../src/flow/rows.h"

#define MATCHES 8

/* Pairs: what one says, the other denies. */
static const char *const conntrack_matches[MATCHES] = {
	"ct status assured", "ct status ! assured",
	"tcp dport { 1-80, 443 }", "tcp dport != { 1-80, 443 }",
	"ip saddr . ct mark { 10.0.0.0/8 . 0-5, 10.0.0.1 . 9 }",
	"ip saddr . ct mark != { 10.0.0.0/8 . 0-5, 10.0.0.1 . 9 }",
	"ct helper ftp ct label 5 ct timeout < 5s ct original packets > 2 ct avgpkt 1-5",
	"ct reply ip6 daddr ::/3 ct zone 5 icmp id 5 ct helper != ftp",
};
static const char *const expectation_matches[MATCHES] = {
	"tcp dport 21", "tcp dport != 21", "ct helper ftp", "ct helper != ftp",
	"ct timeout < 5s", "ct timeout >= 5s", "ip6 daddr ::/3", "ip6 daddr != ::/3",
};
static const char *const flow_matches[MATCHES] = {
	"flowtable f", "flowtable != f", "ct bytes > 5", "ct bytes <= 5",
	"ip saddr 10.0.0.0/8", "ip saddr != 10.0.0.0/8", "iif 1", "iif != 1",
};

static struct devices devices;

union record {
	struct conntrack ct;
	struct expectation exp;
	struct flow flow;
};

static struct kind {
	const struct record_type *type;
	const char *const *texts;
	struct match *matches[MATCHES];
} kinds[] = {
	{ .type = &conntrack_record, .texts = conntrack_matches },
	{ .type = &expectation_record, .texts = expectation_matches },
	{ .type = &flow_record, .texts = flow_matches },
};

#define NOW 1000000000000

/* d: NULL, or what is remembered of messages before. */
static int decode(struct rows_decoder *d, unsigned int kind, const struct nlmsghdr *nlh,
		  union record *rec)
{
	int err;

	switch (kind) {
	case 0:
		return d ? ct_decode_next(d, nlh, &rec->ct) : ct_decode(nlh, &rec->ct);
	case 1:
		return expect_decode(nlh, &rec->exp);
	default:
		if (!d)
			return flow_decode(nlh, NOW, &devices, &rec->flow);
		err = flow_decode_next(d, nlh, &rec->flow);
		rec->flow.now = NOW;
		rec->flow.devices = &devices;
		return err;
	}
}

/* With the layout of the message remembered, decoding it gives the same. */
static void decode_again(unsigned int kind, const struct nlmsghdr *nlh, const union record *rec,
			 int err)
{
	const struct record_type *type = kinds[kind].type;
	struct rows_decoder *d = calloc(1, sizeof(*d));
	union record *again = calloc(1, sizeof(*again));
	struct out o[2];

	for (unsigned int i = 0; i < 3; i++) {
		FUZZ_CHECK(decode(d, kind, nlh, again) == err);
		if (err)
			continue;
		out_init_mem(&o[0]);
		out_init_mem(&o[1]);
		type->line(&o[0], rec, LINE_EXTENDED | LINE_ID | LINE_LABELS, 2000000000000);
		type->line(&o[1], again, LINE_EXTENDED | LINE_ID | LINE_LABELS, 2000000000000);
		FUZZ_CHECK(o[0].len == o[1].len && !memcmp(o[0].buf, o[1].buf, o[0].len));
		out_fini(&o[0]);
		out_fini(&o[1]);
	}
	free(again);
	free(d);
}

/* Parsed once; kept until the end. */
static void make_matches(void)
{
	static struct nff n;
	static struct arena arena;

	diags_init(&n.diags);
	n.globals = scope_new(&n.vars, NULL);
	for (unsigned int i = 0; i < 3 * MATCHES; i++) {
		struct kind *k = &kinds[i / MATCHES];
		struct cmds cmds = { 0 };
		char text[256];
		uint32_t src;

		snprintf(text, sizeof(text), "list %s where %s", k->type->name,
			 k->texts[i % MATCHES]);
		src = sources_add_text(&n.sources, "fuzz", text, strlen(text));
		if (!parse_source(&n, &arena, src, &cmds))
			k->matches[i % MATCHES] = match_new(&n, &arena, cmds.first->query, k->type);
		FUZZ_CHECK(k->matches[i % MATCHES]);
	}
}

static void run_columns(const struct record_type *type, const void *rec)
{
	static const struct print_opts opts;
	uint8_t order[COLUMN_ORDER_MAX];
	uint64_t number;
	struct out o;

	out_init_mem(&o);
	for (const struct column *c = type->columns; c->name; c++) {
		if (c->number)
			c->number(rec, &number);
		if (c->text)
			c->text(rec, &opts, &o);
		if (c->order)
			FUZZ_CHECK(c->order(rec, order) <= sizeof(order));
	}
	out_fini(&o);
}

static void run_line(const struct record_type *type, const void *rec, unsigned int flags)
{
	struct out o;
	json_t *j;
	char *text;

	out_init_mem(&o);
	type->line(&o, rec, flags, 2000000000000);
	FUZZ_CHECK(o.len && o.buf[o.len - 1] == '\n');
	out_fini(&o);
	j = type->json(rec, 2000000000000);
	text = j ? json_dumps(j, 0) : NULL;
	FUZZ_CHECK(text);
	free(text);
	json_decref(j);
}

static void run_record(struct kind *k, union record *rec, unsigned int flags)
{
	struct arena arena = { 0 };
	uint64_t packets, bytes;
	bool is[MATCHES];

	for (unsigned int i = 0; i < MATCHES; i++)
		is[i] = match_record(k->matches[i], rec);
	for (unsigned int i = 0; i < MATCHES; i += 2)
		FUZZ_CHECK(!(is[i] && is[i + 1]));
	run_columns(k->type, rec);
	run_line(k->type, rec, flags);
	if (k->type->traffic)
		k->type->traffic(rec, &packets, &bytes);
	k->type->keep(rec, &arena);
	run_line(k->type, rec, flags);
	arena_free(&arena);
}

/* ---- a monitor ---- */

#define SUBSYS(name, msg) ((NFNL_SUBSYS_##name << 8) | (msg))

static const struct {
	const struct monitor_source *src;
	const char *command;
	uint16_t new, del;
} monitors[] = {
	{ &conntrack_source, "monitor conntracks", SUBSYS(CTNETLINK, IPCTNL_MSG_CT_NEW),
	  SUBSYS(CTNETLINK, IPCTNL_MSG_CT_DELETE) },
	{ &expectation_source, "monitor expectations", SUBSYS(CTNETLINK_EXP, IPCTNL_MSG_EXP_NEW),
	  SUBSYS(CTNETLINK_EXP, IPCTNL_MSG_EXP_DELETE) },
	{ &flow_source, "monitor flows", NLMSG_MIN_TYPE, NLMSG_MIN_TYPE },
};

/* What exists is what the message says, each second time. */
static int dump_it(struct rig *rig)
{
	rig->dying ^= 1;
	return rig->dying ? rig_dumped(rig, rig->arg) : 0;
}

/*
 * The life of a record: it is there or not, there are events of it, some are lost, and it is looked
 * for. Whether the kernel could ever say so makes no difference.
 */
static void run_monitor(unsigned int kind, struct nlmsghdr *nlh, unsigned int options)
{
	const uint16_t del = monitors[kind].del, new = monitors[kind].new;
	struct rig rig = { .dump = dump_it, .arg = nlh, .dying = options & 1 };

	nlh->nlmsg_type = new;
	FUZZ_CHECK(rig_init(&rig, monitors[kind].src, monitors[kind].command));
	rig.m.json = options & 2;
	rig.m.line_flags = LINE_ID | LINE_LABELS;
	for (unsigned int step = 0; step < 6; step++) {
		nlh->nlmsg_type = step % 3 == 2 ? del : new;
		nlh->nlmsg_flags = step % 3 ? 0 : NLM_F_CREATE;
		rig_send(&rig, nlh, nlh->nlmsg_len);
		/* in a dump it is never a destroy event */
		nlh->nlmsg_type = new;
		rig.w.lost |= step % 2;
		FUZZ_CHECK(watch_pump(&rig.w) >= 0);
	}
	FUZZ_CHECK(rig_pump(&rig) == 0);
	if (rig.m.json)
		monitor_summary(&rig.m);
	FUZZ_CHECK(!rig.n.out.len || rig.n.out.buf[rig.n.out.len - 1] == '\n');
	rig_fini(&rig);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	union record *rec;
	struct nlmsghdr *nlh;
	unsigned int kind;
	int err;

	if (!kinds[0].matches[0])
		make_matches();
	if (size < 1)
		return 0;
	/* A block of its own and of exactly that size: a byte read behind it is seen. */
	nlh = calloc(1, sizeof(*nlh) + size - 1);
	rec = calloc(1, sizeof(*rec));
	nlh->nlmsg_len = (uint32_t)(sizeof(*nlh) + size - 1);
	memcpy(nlh + 1, data + 1, size - 1);
	kind = data[0] % 3;
	err = decode(NULL, kind, nlh, rec);
	decode_again(kind, nlh, rec, err);
	/* What was read of a malformed message is not used. */
	if (!err)
		run_record(&kinds[kind], rec, data[0] / 3 & 15);
	run_monitor(kind, nlh, data[0] / 3 & 3);
	free(rec);
	free(nlh);
	return 0;
}
