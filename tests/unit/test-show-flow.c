// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which rules with a flow statement are for a connection. Rules are compiled and read back as the
 * kernel would list them, without the dependencies that go without saying.
 */
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <netinet/in.h>

#include "batch.h"
#include "compile.h"
#include "decompile.h"
#include "flow/show_flow.h"
#include "nff.h"
#include "parse.h"
#include "unit.h"

/* ---- the connections ---- */

/* Index 1 is lo everywhere; a device that does not exist has its number as a name. */
#define IN	1
#define OUT	999999

static void put4(uint8_t *a, const char *text)
{
	inet_pton(AF_INET, text, a);
}

/* A client behind SNAT, and a server behind DNAT, and both ports changed. */
static struct conntrack connection(void)
{
	struct conntrack ct = { .has = CT_STATUS | CT_TIMEOUT | CT_MARK | CT_ID,
				.family = NFPROTO_IPV4, .timeout = 100, .mark = 0x12, .id = 7,
				.status = IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED |
					  IPS_SRC_NAT | IPS_DST_NAT };

	for (int dir = 0; dir < 2; dir++) {
		ct.tuple[dir].has = CTT_SRC4 | CTT_DST4 | CTT_L4PROTO | CTT_SPORT | CTT_DPORT;
		ct.tuple[dir].l4proto = IPPROTO_TCP;
	}
	put4(ct.tuple[CT_ORIG].src, "10.0.1.2");
	put4(ct.tuple[CT_ORIG].dst, "192.0.2.80");
	ct.tuple[CT_ORIG].sport = 40000;
	ct.tuple[CT_ORIG].dport = 80;
	put4(ct.tuple[CT_REPLY].src, "10.0.2.2");
	put4(ct.tuple[CT_REPLY].dst, "192.0.2.1");
	ct.tuple[CT_REPLY].sport = 8080;
	ct.tuple[CT_REPLY].dport = 50000;
	return ct;
}

/* ---- rules ---- */

struct listing {
	struct nff n;
	struct arena arena;
	struct decompile d;
	struct batch batch;
	struct set *set;		/* the anonymous one of the rule */
	const struct nlmsghdr *elements;
	struct surroundings s;
	struct chain chain;
};

static struct set *find_set(void *arg, unsigned int family, const char *table, const char *name)
{
	struct listing *l = arg;

	(void)family;
	(void)table;
	(void)name;
	return l->set;
}

static void load_elements(void *arg, struct set *s)
{
	struct listing *l = arg;

	s->init = expr_new(&l->arena, EX_SET, (struct loc){ 0 });
	decompile_elements(&l->d, s, l->elements, s->init);
	decompile_elements_finish(&l->d, s, s->init);
	s->elems_loaded = true;
}

static void on_message(struct listing *l, const struct nlmsghdr *nlh)
{
	struct flow_rule found = { .chain = &l->chain };

	switch (nlh->nlmsg_type & 0xff) {
	case NFT_MSG_NEWSET:
		l->set = decompile_set(&l->d, nlh);
		return;
	case NFT_MSG_NEWSETELEM:
		l->elements = nlh;
		return;
	case NFT_MSG_NEWRULE:
		found.rule = decompile_rule(&l->d, nlh);
		for (struct stmt *st = found.rule->stmts; st; st = st->next)
			if (st->kind == ST_FLOW)
				found.flow = st;
		rule_read(&l->s, &found);
	}
}

/* The rule as it is known of the kernel; NULL with a diagnostic. */
static const struct rule_seen *list_rule(struct listing *l, const char *family, const char *text)
{
	struct cmds cmds = { 0 };
	const struct nlmsghdr *nlh;
	char input[1024];

	memset(l, 0, sizeof(*l));
	diags_init(&l->n.diags);
	l->n.globals = scope_new(&l->n.vars, NULL);
	l->d = (struct decompile){ .arena = &l->arena, .find_set = find_set,
				   .load_elements = load_elements, .arg = l };
	l->s.n = &l->n;
	l->s.last_rule = &l->s.rules;
	l->chain.hook = NF_INET_FORWARD;
	batch_init(&l->batch, 0);
	snprintf(input, sizeof(input), "add table %s x { flowtable f { hook ingress priority 0; "
		 "devices = { lo }; }; chain c { type filter hook forward "
		 "priority 0; %s flow add @f; } }", family, text);
	if (parse_source(&l->n, &l->arena, sources_add_text(&l->n.sources, "in", input,
							    strlen(input)), &cmds) ||
	    compile_cmds(&l->n, &cmds, &l->batch))
		return NULL;
	for (size_t at = 0; at < l->batch.m.len; at += MNL_ALIGN(nlh->nlmsg_len)) {
		nlh = (const struct nlmsghdr *)(l->batch.m.buf + at);
		on_message(l, nlh);
	}
	rules_ready(&l->s);
	return l->s.rules;
}

static void list_end(struct listing *l)
{
	batch_fini(&l->batch);
	diags_fini(&l->n.diags);
	sources_fini(&l->n.sources);
	devices_fini(&l->s.devices);
	arena_free(&l->s.arena);
	arena_free(&l->n.vars);
	arena_free(&l->arena);
}

static struct rule_verdict judge(struct listing *l, const struct conntrack *ct, bool devices)
{
	struct packet p[2] = { packet_of(ct, CT_ORIG), packet_of(ct, CT_REPLY) };

	for (int dir = 0; dir < 2; dir++) {
		p[dir].devices = &l->s.devices;
		p[dir].iif = devices ? dir ? OUT : IN : 0;
		p[dir].oif = devices ? dir ? IN : OUT : 0;
	}
	return rule_judge(&l->s.arena, l->s.rules, p);
}

/* ---- what is expected ---- */

#define LIMIT "limit rate 5/second"

static const struct {
	const char *rule;
	enum rule_answer answer;
	const char *because;
} rows[] = {
	{ "", RULE_IS, NULL },
	/* as the forward hook sees it, in one direction or the other */
	{ "ip saddr 10.0.1.0/24", RULE_IS, NULL },
	{ "ip saddr 10.0.2.0/24", RULE_IS, NULL },
	{ "ip saddr 10.0.1.2 ip daddr 10.0.2.2", RULE_IS, NULL },
	{ "ip daddr 192.0.2.80", RULE_NOT, "ip daddr 192.0.2.80" },
	{ "ip daddr 192.0.2.1", RULE_NOT, "ip daddr 192.0.2.1" },
	{ "ip saddr 10.0.3.0/24", RULE_NOT, "ip saddr 10.0.3.0/24" },
	{ "ip saddr != 10.0.0.0/8", RULE_NOT, "ip saddr != 10.0.0.0/8" },
	{ "tcp dport 8080", RULE_IS, NULL },
	{ "tcp sport 8080", RULE_IS, NULL },
	{ "tcp dport 80", RULE_NOT, "tcp dport 80" },
	{ "th dport 8000-9000", RULE_IS, NULL },
	{ "tcp dport { 22, 8000-9000 }", RULE_IS, NULL },
	{ "tcp dport != { 8080, 40000 }", RULE_NOT, "tcp dport != { 8080, 40000 }" },
	{ "ip saddr . tcp dport { 10.0.1.2 . 8080 }", RULE_IS, NULL },
	{ "ip saddr . tcp dport { 10.0.2.2 . 8080 }", RULE_NOT,
	  "ip saddr . tcp dport { 10.0.2.2 . 8080 }" },
	/* one direction must pass all, and the one that passes more is told */
	{ "ip saddr 10.0.1.2 tcp dport 40000", RULE_NOT, "tcp dport 40000" },
	{ "ip saddr 10.0.2.2 tcp dport 443", RULE_NOT, "tcp dport 443" },
	/* protocols: a field needs that of its header */
	{ "udp dport 8080", RULE_NOT, "udp dport 8080" },
	{ "ip6 saddr ::1", RULE_NOT, "ip6 saddr ::1" },
	{ "udp length 10 meta mark 1", RULE_NOT, "udp length 10" },
	{ "tcp option maxseg size 1400", RULE_MAY, "tcp option maxseg size 1400" },
	{ "frag id 5", RULE_NOT, "frag id 5" },
	{ "ip6 hoplimit 5", RULE_NOT, "ip6 hoplimit 5" },
	{ "udp length vmap { 5 : accept }", RULE_NOT, "udp length vmap { 5 : accept }" },
	{ "tcp dport vmap { 5 : accept }", RULE_MAY, "tcp dport vmap { 5 : accept }" },
	{ "meta l4proto { tcp, udp }", RULE_IS, NULL },
	{ "meta l4proto udp", RULE_NOT, "meta l4proto udp" },
	{ "meta nfproto ipv4 ip protocol tcp", RULE_IS, NULL },
	/* the connection */
	{ "ct state established,related", RULE_IS, NULL },
	{ "ct state { established, related }", RULE_IS, NULL },
	{ "ct state new", RULE_NOT, "ct state new" },
	{ "ct status assured", RULE_IS, NULL },
	{ "ct mark 0x12", RULE_IS, NULL },
	{ "ct mark and 0xf0 == 0x10", RULE_IS, NULL },
	{ "ct mark and 0xf0 == 0x20", RULE_NOT, "ct mark & 0x000000f0 == 0x00000020" },
	{ "ct original ip daddr 192.0.2.80 ct reply proto-dst 50000", RULE_IS, NULL },
	{ "ct direction reply tcp dport 40000", RULE_IS, NULL },
	{ "ct direction original tcp dport 40000", RULE_NOT, "tcp dport 40000" },
	{ "ct helper \"ftp\"", RULE_NOT, "ct helper \"ftp\"" },
	{ "ct bytes < 100", RULE_IS, NULL },
	{ "ct packets > 100", RULE_NOT, "ct packets > 100" },
	/* devices */
	{ "iifname \"lo\"", RULE_IS, NULL },
	{ "iifname \"l*\" oifname \"999999\"", RULE_IS, NULL },
	{ "iifname \"lo\" oifname \"lo\"", RULE_NOT, "oifname \"lo\"" },
	{ "iif lo", RULE_IS, NULL },
	{ "iifname { \"lo\", \"eth*\" }", RULE_IS, NULL },
	{ "iifname \"eth7\"", RULE_NOT, "iifname \"eth7\"" },
	/* packets only */
	{ "meta mark 1", RULE_MAY, "meta mark 0x00000001" },
	{ "tcp flags syn ip saddr 10.0.1.2", RULE_MAY, "tcp flags syn" },
	{ "tcp flags syn ip saddr 10.0.9.9", RULE_NOT, "ip saddr 10.0.9.9" },
	{ "limit rate 5/second", RULE_MAY, LIMIT },
	{ "meta cpu 1 limit rate 5/second", RULE_MAY, "meta cpu 1 and " LIMIT },
	{ "numgen random mod 2 0", RULE_MAY, "numgen random mod 2 0" },
	{ "ip saddr . meta mark { 10.0.1.2 . 5 }", RULE_MAY,
	  "ip saddr . meta mark { 10.0.1.2 . 0x00000005 }" },
	/* other statements */
	{ "counter", RULE_IS, NULL },
	{ "ct mark set 1 log prefix \"x\"", RULE_IS, NULL },
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const char *const answers[] = { "not", "may", "is" };

static void check(struct listing *l, const char *family, const char *rule,
		  const struct conntrack *ct, bool devices, enum rule_answer answer,
		  const char *because)
{
	struct rule_verdict v;

	if (!list_rule(l, family, rule))
		FAIL("%s: %s", rule, l->n.diags.first ? l->n.diags.first->text : "no rule");
	v = judge(l, ct, devices);
	if (v.answer != answer || strcmp(v.because ? v.because : "", because ? because : ""))
		FAIL("'%s': %s because of '%s', wanted %s because of '%s'", rule,
		     answers[v.answer], v.because ? v.because : "", answers[answer],
		     because ? because : "");
	if (l->n.diags.first)
		FAIL("'%s': there is a diagnostic: %s", rule, l->n.diags.first->text);
}

static void verdicts(void)
{
	const struct conntrack ct = connection();

	for (unsigned int i = 0; i < N_ROWS && !unit.failed; i++) {
		struct listing l;

		check(&l, "inet", rows[i].rule, &ct, true, rows[i].answer, rows[i].because);
		list_end(&l);
	}
}

/* ---- more of a connection, or less ---- */

static void no_devices(void)
{
	const struct conntrack ct = connection();
	struct listing l;

	check(&l, "inet", "oifname \"lo\" tcp dport 8080", &ct, false, RULE_MAY,
	      "oifname \"lo\"");
	list_end(&l);
	check(&l, "inet", "oifname \"lo\" tcp dport 80", &ct, false, RULE_NOT, "tcp dport 80");
	list_end(&l);
}

/* Nothing has come back: rules do not see replies. */
static void unreplied(void)
{
	struct conntrack ct = connection();
	struct listing l;

	ct.status &= ~(IPS_SEEN_REPLY | IPS_ASSURED);
	check(&l, "inet", "ip saddr 10.0.2.2", &ct, true, RULE_NOT, "ip saddr 10.0.2.2");
	list_end(&l);
	check(&l, "inet", "ct state established", &ct, true, RULE_NOT, "ct state established");
	list_end(&l);
	check(&l, "inet", "ct state new", &ct, true, RULE_IS, NULL);
	list_end(&l);
}

static void families(void)
{
	const struct conntrack ct = connection();
	struct listing l;

	check(&l, "ip", "tcp dport 8080", &ct, true, RULE_IS, NULL);
	list_end(&l);
	check(&l, "ip6", "tcp dport 8080", &ct, true, RULE_NOT, "its table is of family ip6");
	list_end(&l);
}

/* Of a chain that others lead to, that is all that can be said. */
static void no_base_chain(void)
{
	const struct conntrack ct = connection();
	struct rule_verdict v;
	struct listing l;

	CHECK(list_rule(&l, "inet", "tcp dport 8080"));
	l.chain.hook = -1;
	l.s.rules = NULL;
	l.s.last_rule = &l.s.rules;
	for (size_t at = 0; at < l.batch.m.len;) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)(l.batch.m.buf + at);

		on_message(&l, nlh);
		at += MNL_ALIGN(nlh->nlmsg_len);
	}
	rules_ready(&l.s);
	v = judge(&l, &ct, true);
	CHECK_INT(v.answer, RULE_MAY);
	CHECK_STR(v.because, "a rule leads to chain 'c'");
	list_end(&l);
}

/* nff does not make such rules; others do. */
static struct rule_verdict behind(struct listing *l, int code)
{
	static const struct loc nowhere;
	struct stmt *verdict = stmt_new(&l->arena, ST_VERDICT, nowhere);
	struct stmt *flow = stmt_new(&l->arena, ST_FLOW, nowhere);
	struct rule *r = rule_new(&l->arena, nowhere);
	const struct flow_rule found = { .rule = r, .flow = flow, .chain = &l->chain };
	const struct conntrack ct = connection();

	verdict->expr = expr_verdict(&l->arena, nowhere, code, NULL);
	verdict->next = flow;
	flow->flow.name = "f";
	r->stmts = verdict;
	*r->h = (struct handle){ .family = NFPROTO_INET, .table.s = "x", .chain.s = "c" };
	l->s.rules = NULL;
	l->s.last_rule = &l->s.rules;
	rule_read(&l->s, &found);
	rules_ready(&l->s);
	return judge(l, &ct, true);
}

static void verdict_before(void)
{
	struct rule_verdict v;
	struct listing l;

	CHECK(list_rule(&l, "inet", ""));
	v = behind(&l, NFT_CONTINUE);
	CHECK_INT(v.answer, RULE_IS);
	v = behind(&l, NF_ACCEPT);
	CHECK_INT(v.answer, RULE_NOT);
	CHECK_STR(v.because, "'accept' ends it before its flow statement");
	list_end(&l);
}

int main(void)
{
	RUN(verdicts);
	RUN(no_devices);
	RUN(unreplied);
	RUN(families);
	RUN(no_base_chain);
	RUN(verdict_before);
	return unit_status();
}
