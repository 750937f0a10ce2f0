/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the kernel to AST and text: recorded ones must give what nft
 * lists, and damaged ones must give something, without reading beyond them.
 */
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>

#include "decompile.h"
#include "print.h"
#include "unit.h"

enum rec_kind { REC_TABLE, REC_CHAIN, REC_OBJECT, REC_SET, REC_ELEMENTS, REC_RULE };

struct recorded {
	enum rec_kind kind;
	const char *text;		/* the rule as nft lists it; the name of a set */
	const char *hex;
};

#include "ruleset-recorded.h"

#define N_RECORDED (sizeof(recorded) / sizeof(*recorded))
#define N_SETS 64
/* The catch-all element comes in a message of its own. */
#define N_PARTS 2

/* One run over messages: the sets seen so far, the newest last. */
struct run {
	struct arena arena;
	struct decompile d;
	struct set *sets[N_SETS];
	const struct nlmsghdr *elements[N_SETS][N_PARTS];
	unsigned int n;
	struct out out;
	struct print_opts opts;
};

static struct set *find_set(void *arg, unsigned int family, const char *table, const char *name)
{
	struct run *r = arg;

	(void)family;
	(void)table;
	for (unsigned int i = r->n; i > 0; i--)
		if (!strcmp(r->sets[i - 1]->h.obj.s, name))
			return r->sets[i - 1];
	return NULL;
}

static void load(struct run *r, struct set *s, const struct nlmsghdr **parts)
{
	s->init = expr_new(&r->arena, EX_SET, (struct loc){ 0 });
	for (unsigned int i = 0; i < N_PARTS && parts[i]; i++)
		decompile_elements(&r->d, s, parts[i], s->init);
	decompile_elements_finish(&r->d, s, s->init);
	s->elems_loaded = true;
}

static void load_elements(void *arg, struct set *s)
{
	struct run *r = arg;

	for (unsigned int i = r->n; i > 0; i--)
		if (r->sets[i - 1] == s)
			load(r, s, r->elements[i - 1]);
}

static void run_init(struct run *r)
{
	memset(r, 0, sizeof(*r));
	r->d.arena = &r->arena;
	r->d.find_set = find_set;
	r->d.load_elements = load_elements;
	r->d.arg = r;
	out_init_mem(&r->out);
}

static void run_fini(struct run *r)
{
	out_fini(&r->out);
	arena_free(&r->arena);
}

static void run_set(struct run *r, const struct nlmsghdr *nlh)
{
	struct set *s = decompile_set(&r->d, nlh);

	if (!s)
		return;
	print_set(&r->out, s, &r->opts);
	if (r->n < N_SETS) {
		memset(r->elements[r->n], 0, sizeof(r->elements[r->n]));
		r->sets[r->n++] = s;
	}
}

static void run_elements(struct run *r, const struct nlmsghdr *nlh)
{
	const struct nlmsghdr **parts;
	struct set *s;

	if (!r->n)
		return;
	s = r->sets[r->n - 1];
	parts = r->elements[r->n - 1];
	parts[parts[0] ? 1 : 0] = nlh;
	if (s->flags & NFT_SET_ANONYMOUS)
		return;
	load(r, s, parts);
	print_set(&r->out, s, &r->opts);
}

/* Decompile and print; what is in r->out is the text. */
static void run_message(struct run *r, enum rec_kind kind, const struct nlmsghdr *nlh)
{
	struct table *t;
	struct chain *c;
	struct object *o;
	struct rule *rule;

	out_drop(&r->out);
	switch (kind) {
	case REC_TABLE:
		t = decompile_table(&r->d, nlh);
		if (t)
			print_table(&r->out, t, &r->opts);
		break;
	case REC_CHAIN:
		c = decompile_chain(&r->d, nlh);
		if (c)
			print_chain_open(&r->out, c, &r->opts);
		break;
	case REC_OBJECT:
		o = decompile_object(&r->d, nlh);
		if (o)
			print_object(&r->out, o, &r->opts);
		break;
	case REC_SET:
		run_set(r, nlh);
		break;
	case REC_ELEMENTS:
		run_elements(r, nlh);
		break;
	case REC_RULE:
		rule = decompile_rule(&r->d, nlh);
		if (rule)
			print_rule(&r->out, rule, &r->opts);
		break;
	}
}

static unsigned int nibble(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* A message in memory of exactly its size, so that reading beyond it is seen. */
static struct nlmsghdr *message(const struct recorded *rec, size_t *len)
{
	uint8_t *buf;

	*len = strlen(rec->hex) / 2;
	buf = malloc(*len);
	for (size_t i = 0; i < *len; i++)
		buf[i] = nibble(rec->hex[2 * i]) << 4 | nibble(rec->hex[2 * i + 1]);
	return (struct nlmsghdr *)buf;
}

static struct nlmsghdr *messages[N_RECORDED];
static size_t lengths[N_RECORDED];

/* ---- what nft lists ---- */

static void test_rule(struct run *r, unsigned int i)
{
	run_message(r, REC_RULE, messages[i]);
	CHECK_STR(out_str(&r->out), recorded[i].text);
}

static void recorded_rules(void)
{
	struct run r;
	char name[256];

	run_init(&r);
	for (unsigned int i = 0; i < N_RECORDED; i++) {
		if (recorded[i].kind != REC_RULE) {
			if (r.n == N_SETS)
				r.n = 0;
			run_message(&r, recorded[i].kind, messages[i]);
			continue;
		}
		snprintf(name, sizeof(name), "rule:%s", recorded[i].text);
		for (char *p = name; *p; p++)
			if (*p == ' ')
				*p = '_';
		unit_begin(name);
		test_rule(&r, i);
		unit_end();
	}
	run_fini(&r);
}

/* A named set with its elements. */
static const char *set_text(struct run *r, const char *name)
{
	unsigned int i = 0;

	while (i < N_RECORDED && (recorded[i].kind != REC_SET || strcmp(recorded[i].text, name)))
		i++;
	if (i < N_RECORDED)
		run_message(r, REC_SET, messages[i++]);
	for (; i < N_RECORDED && recorded[i].kind == REC_ELEMENTS; i++)
		run_message(r, REC_ELEMENTS, messages[i]);
	return out_str(&r->out);
}

static void named_sets(void)
{
	struct run r;

	run_init(&r);
	CHECK_STR(set_text(&r, "s3"),
		  "\tset s3 {\n\t\ttypeof ip saddr . tcp dport\n\t\tflags interval\n"
		  "\t\tcomment \"set\"\n\t\telements = { 10.0.0.0/8 . 1-5 }\n\t}\n");
	CHECK_STR(set_text(&r, "s4"),
		  "\tset s4 {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\tauto-merge\n"
		  "\t\telements = { 10.0.0.0/8, 192.168.0.1-192.168.0.9 }\n\t}\n");
	CHECK_STR(set_text(&r, "m3"),
		  "\tmap m3 {\n\t\ttype ipv4_addr : counter\n"
		  "\t\telements = { 1.2.3.4 : \"cnt\" }\n\t}\n");
	run_fini(&r);
}

static unsigned int count_text(enum rec_kind kind, const char *part)
{
	unsigned int n = 0;
	struct run r;

	run_init(&r);
	for (unsigned int i = 0; i < N_RECORDED; i++) {
		if (recorded[i].kind != kind)
			continue;
		run_message(&r, kind, messages[i]);
		n += strstr(out_str(&r.out), part) != NULL;
	}
	run_fini(&r);
	return n;
}

static void objects(void)
{
	CHECK_INT(count_text(REC_OBJECT, "\t\tover 100 mbytes\n"), 1);
	CHECK_INT(count_text(REC_OBJECT, "\t\trate 400/minute\n"), 1);
	CHECK_INT(count_text(REC_OBJECT, "\t\ttype \"ftp\" protocol tcp\n\t\tl3proto ip\n"), 1);
	CHECK_INT(count_text(REC_OBJECT, "\t\tpolicy = { established : 100 }\n"), 1);
	CHECK_INT(count_text(REC_OBJECT, "\t\tdport 5555\n\t\ttimeout 30s\n\t\tsize 12\n"), 1);
	CHECK_INT(count_text(REC_OBJECT, "\t\tmss 1460\n\t\twscale 7\n"), 1);
	CHECK_INT(count_text(REC_TABLE, "comment \"tab\""), 1);
	CHECK_INT(count_text(REC_CHAIN, "hook input priority filter + 5; policy drop;\n"), 1);
	CHECK_INT(count_text(REC_CHAIN, "hook ingress device \"lo\" priority filter - 5;"), 1);
}

/* ---- damage ---- */

static void truncated(void)
{
	for (unsigned int i = 0; i < N_RECORDED; i++)
		for (size_t len = MNL_NLMSG_HDRLEN; len < lengths[i]; len++) {
			struct nlmsghdr *nlh = malloc(len);
			struct run r;

			memcpy(nlh, messages[i], len);
			nlh->nlmsg_len = len;
			run_init(&r);
			if (recorded[i].kind == REC_ELEMENTS && recorded[i - 1].kind == REC_SET)
				run_message(&r, REC_SET, messages[i - 1]);
			run_message(&r, recorded[i].kind, nlh);
			run_fini(&r);
			free(nlh);
		}
}

static uint32_t rnd_state = 1;

static uint32_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 17;
	rnd_state ^= rnd_state << 5;
	return rnd_state;
}

#define DAMAGES 400

/* Bytes behind the header changed, a few at a time; sets and elements as well as rules. */
static void damaged(void)
{
	for (unsigned int round = 0; round < DAMAGES; round++) {
		struct nlmsghdr *copies[N_RECORDED];
		struct run r;

		run_init(&r);
		for (unsigned int i = 0; i < N_RECORDED; i++) {
			uint8_t *bytes = malloc(lengths[i]);

			memcpy(bytes, messages[i], lengths[i]);
			copies[i] = (struct nlmsghdr *)bytes;
			for (unsigned int k = rnd() % 6; k; k--)
				bytes[MNL_NLMSG_HDRLEN +
				      rnd() % (lengths[i] - MNL_NLMSG_HDRLEN)] = rnd();
			if (r.n == N_SETS)
				r.n = 0;
			run_message(&r, recorded[i].kind, copies[i]);
		}
		run_fini(&r);
		for (unsigned int i = 0; i < N_RECORDED; i++)
			free(copies[i]);
	}
}

/* Rules that refer to the wrong sets, of every other kind, or to none. */
static void wrong_sets(void)
{
	for (unsigned int i = 0; i < N_RECORDED; i++) {
		if (recorded[i].kind != REC_RULE)
			continue;
		for (unsigned int j = 0; j < N_RECORDED; j++) {
			struct run r;

			if (recorded[j].kind != REC_SET)
				continue;
			run_init(&r);
			run_message(&r, REC_SET, messages[j]);
			if (r.n && j + 1 < N_RECORDED && recorded[j + 1].kind == REC_ELEMENTS)
				run_message(&r, REC_ELEMENTS, messages[j + 1]);
			/* Whatever the rule calls it. */
			for (unsigned int k = 0; k < 3 && r.n; k++) {
				static const char *const names[] = { "__set0", "__map0", "s1" };

				r.sets[0]->h.obj.s = names[k];
				run_message(&r, REC_RULE, messages[i]);
			}
			run_fini(&r);
		}
	}
}

/* An expression that no table knows is shown, not lost. */
static void unknown_expression(void)
{
	struct nlmsghdr *nlh;
	size_t len;
	struct run r;
	char *name;

	for (unsigned int i = 0; i < N_RECORDED; i++) {
		if (recorded[i].kind != REC_RULE || strcmp(recorded[i].text, "notrack"))
			continue;
		nlh = message(&recorded[i], &len);
		name = memmem(nlh, len, "notrack", 7);
		CHECK(name);
		memcpy(name, "notrock", 7);
		run_init(&r);
		run_message(&r, REC_RULE, nlh);
		CHECK(strstr(out_str(&r.out), "notrock"));
		run_fini(&r);
		free(nlh);
		return;
	}
	FAIL("no such rule is recorded");
}

int main(void)
{
	for (unsigned int i = 0; i < N_RECORDED; i++)
		messages[i] = message(&recorded[i], &lengths[i]);
	recorded_rules();
	RUN(named_sets);
	RUN(objects);
	RUN(truncated);
	RUN(damaged);
	RUN(wrong_sets);
	RUN(unknown_expression);
	for (unsigned int i = 0; i < N_RECORDED; i++)
		free(messages[i]);
	return unit_status();
}
