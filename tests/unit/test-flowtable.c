/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings of flowtables as text and as JSON, and the module's messages about flowtables.
 */
#include <linux/netfilter.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "flow_table.h"
#include "genl.h"
#include "json.h"
#include "nff.h"
#include "parse.h"
#include "print.h"
#include "uapi/linux/nff.h"
#include "unit.h"

struct input {
	struct nff *n;
	struct arena arena;
	struct cmds cmds;
	struct out out;
};

/* The first flowtable of an input; NULL: it is refused. */
static struct flowtable *read_in(struct input *in, const char *text, bool json)
{
	uint32_t src;
	struct cmd *c;

	memset(in, 0, sizeof(*in));
	in->n = nff_new(-1);
	in->cmds.last = &in->cmds.first;
	out_init_mem(&in->out);
	src = sources_add_text(&in->n->sources, "<test>", text, strlen(text));
	if (json ? json_parse_source(in->n, &in->arena, src, &in->cmds) :
		   parse_source(in->n, &in->arena, src, &in->cmds))
		return NULL;
	c = in->cmds.first;
	return c && c->obj == OBJ_TABLE ? c->table->flowtables : c ? c->flowtable : NULL;
}

static void done(struct input *in)
{
	out_fini(&in->out);
	arena_free(&in->arena);
	nff_free(in->n);
}

static const struct {
	const char *in, *out;
} rows[] = {
	{ "timeout tcp 60s udp 20s; size 65536;",
	  "\t\ttimeout tcp 1m udp 20s\n\t\tsize 65536\n" },
	{ "timeout udp 1h", "\t\ttimeout udp 1h\n" },
	{ "timeout udp 5 tcp 1d", "\t\ttimeout tcp 1d udp 5s\n" },
	{ "size 0; timeout tcp 0s", "\t\ttimeout tcp 0s\n\t\tsize 0\n" },
	{ "timeout tcp 7\ntimeout udp 8", "\t\ttimeout tcp 7s udp 8s\n" },
	{ "counter", "\t\tcounter\n" },
};

/* What is printed is what was read, and reads as the same. */
static void text(void)
{
	struct print_opts opts = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char input[256], want[256], *again;
		struct input in;
		struct flowtable *f;

		snprintf(input, sizeof(input), "table inet x { flowtable f { %s } }", rows[i].in);
		f = read_in(&in, input, false);
		CHECK(f);
		print_flowtable(&in.out, f, &opts);
		snprintf(want, sizeof(want), "\tflowtable f {\n%s\t}\n", rows[i].out);
		CHECK_STR(out_str(&in.out), want);
		done(&in);
		CHECK(asprintf(&again, "table inet x {\n%s}\n", want) > 0);
		f = read_in(&in, again, false);
		CHECK(f);
		print_flowtable(&in.out, f, &opts);
		CHECK_STR(out_str(&in.out), want);
		done(&in);
		free(again);
	}
}

static void json(void)
{
	struct print_opts opts = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char input[256], *dump, *whole;
		struct flowtable_settings before;
		struct flowtable *f;
		struct input in;
		json_t *j;

		snprintf(input, sizeof(input), "table inet x { flowtable f { %s } }", rows[i].in);
		f = read_in(&in, input, false);
		CHECK(f);
		before = f->settings;
		j = json_flowtable(f, &opts);
		dump = json_dumps(j, 0);
		json_decref(j);
		CHECK(asprintf(&whole, "{\"nftables\": [{\"add\": %s}]}", dump) > 0);
		free(dump);
		done(&in);
		f = read_in(&in, whole, true);
		CHECK(f);
		CHECK_INT(f->settings.has, before.has);
		CHECK_INT(f->settings.tcp_timeout, before.tcp_timeout);
		CHECK_INT(f->settings.udp_timeout, before.udp_timeout);
		CHECK_INT(f->settings.size, before.size);
		done(&in);
		free(whole);
	}
}

static void refused(void)
{
	static const char *const bad[] = {
		"timeout tcp 2d", "timeout tcp 5 tcp 6", "timeout udp 100ms", "size 4294967296",
		"timeout sctp 5", "timeout tcp", "timeout 5", "size", "size 5; size 6",
		"timeout udp 1s; timeout udp 2s",
	};
	static const char *const bad_json[] = {
		"\"timeout\": {\"tcp\": 86401}", "\"timeout\": {\"sctp\": 1}", "\"timeout\": 5",
		"\"size\": 4294967296", "\"size\": \"5\"", "\"timeout\": {\"tcp\": -1}",
	};
	struct input in;
	char input[256];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(input, sizeof(input), "table inet x { flowtable f { %s; } }", bad[i]);
		CHECK(!read_in(&in, input, false));
		CHECK(in.n->diags.errors);
		done(&in);
	}
	for (size_t i = 0; i < sizeof(bad_json) / sizeof(bad_json[0]); i++) {
		snprintf(input, sizeof(input), "{\"nftables\": [{\"add\": {\"flowtable\": {\"family\": "
			 "\"inet\", \"table\": \"x\", \"name\": \"f\", %s}}}]}", bad_json[i]);
		CHECK(!read_in(&in, input, true));
		CHECK(in.n->diags.errors);
		done(&in);
	}
}

/* ---- the module's messages ---- */

static void host32(struct msgbuf *m, uint16_t type, uint32_t v)
{
	attr_data(m, type, &v, sizeof(v));
}

static void host64(struct msgbuf *m, uint16_t type, uint64_t v)
{
	attr_data(m, type, &v, sizeof(v));
}

static void put_table(struct msgbuf *m)
{
	const struct genl_family family = { .id = 33, .version = 1 };
	size_t nest, inner;

	m->len = 0;
	genl_begin(m, &family, NFF_CMD_NEW_TABLE, 0);
	attr_u8(m, NFF_ATTR_FAMILY, NFPROTO_INET);
	attr_str(m, NFF_ATTR_TABLE, "x");
	attr_str(m, NFF_ATTR_FLOWTABLE, "f");
	attr_str(m, 77, "something new");
	nest = attr_nest(m, NFF_ATTR_SETTINGS);
	host32(m, NFF_SET_TCP_TIMEOUT, 60);
	host32(m, NFF_SET_TCP_TIMEOUT_NOW, 60);
	host32(m, NFF_SET_UDP_TIMEOUT_NOW, 30);
	attr_nest_end(m, nest);
	nest = attr_nest(m, NFF_ATTR_STATS);
	host32(m, NFF_STATS_FLOWS, 3);
	host64(m, NFF_STATS_HITS, 1ull << 40);
	inner = attr_nest(m, NFF_STATS_REFUSED);
	host64(m, NFF_REFUSED_HELPER, 7);
	host64(m, 63, 8);
	host64(m, 64, 9);
	host64(m, 1000, 10);
	attr_nest_end(m, inner);
	attr_nest_end(m, nest);
	msg_end(m);
}

static void statistics(void)
{
	struct msgbuf m = { 0 };
	struct flow_table t;

	put_table(&m);
	CHECK_INT(flow_table_decode((struct nlmsghdr *)m.buf, &t), 0);
	CHECK_INT(t.flows, 3);
	CHECK(t.hits == 1ull << 40);
	CHECK_INT(t.tcp_timeout, 60);
	CHECK_INT(t.udp_timeout, 0);
	CHECK_INT(t.udp_now, 30);
	CHECK_INT(t.reasons[FLOW_REFUSED][NFF_REFUSED_HELPER], 7);
	CHECK_INT(t.reasons[FLOW_REFUSED][63], 8);
	/* what there is no room for is counted all the same */
	CHECK_INT(t.reasons[FLOW_REFUSED][0], 19);
	msgbuf_fini(&m);
}

static void mutated(void)
{
	long size = sysconf(_SC_PAGESIZE);
	char *page = mmap(NULL, (size_t)size * 2, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct msgbuf m = { 0 };
	struct flow_table t;
	int good = 0, bad = 0;

	CHECK(page != MAP_FAILED);
	CHECK(mprotect(page + size, (size_t)size, PROT_NONE) == 0);
	srand(8);
	put_table(&m);
	for (int i = 0; i < 100000; i++) {
		size_t len = rand() % 2 ? m.len : NLMSG_HDRLEN + 1 + rand() % (m.len - NLMSG_HDRLEN);
		struct nlmsghdr *nlh = memcpy(page + size - (len + 3) / 4 * 4, m.buf, len);

		nlh->nlmsg_len = (uint32_t)len;
		for (int flips = rand() % 6; flips; flips--)
			((char *)nlh)[NLMSG_HDRLEN + (size_t)rand() % (len - NLMSG_HDRLEN)] =
				(char)(rand() % 2 ? rand() : rand() % 8);
		if (flow_table_decode(nlh, &t) == 0)
			good++;
		else
			bad++;
	}
	CHECK(good > 1000 && bad > 1000);
	msgbuf_fini(&m);
	munmap(page, (size_t)size * 2);
}

int main(void)
{
	RUN(text);
	RUN(json);
	RUN(refused);
	RUN(statistics);
	RUN(mutated);
	return unit_status();
}
