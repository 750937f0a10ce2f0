// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nffctl.c - the module's netlink interface at its barest, for the module's tests.
 *
 *   nffctl flows|get|del|flush|tables|table|set|reset|monitor [WORD=VALUE...]
 *   nffctl fuzz ROUNDS SEED     random and mutated messages; prints how many were refused
 *
 * Selector: family= table= flowtable=. Filter: id= l3= l4= osrc= odst= rsrc= rdst= addr=
 * (ADDRESS/LEN) osport= odport= rsport= rdport= port= mark= mask= zone= if= ctid=.
 * Settings: tcp= udp= size=. Reset: what=. Monitor: count= seconds= rcvbuf=. bad=TYPE:LEN adds
 * an attribute of any type. Prints a line a flow; an error is "error ERRNO-NAME: MESSAGE".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/nff.h>

static char buf[65536];
static struct mnl_socket *nl;
static uint16_t family;
static uint32_t group, lines;

static int parse_top(const struct nlattr *a, void *data)
{
	const struct nlattr **tb = data;

	tb[mnl_attr_get_type(a) & 31] = a;
	return MNL_CB_OK;
}

#define NEST(tb, from) \
	const struct nlattr *tb[32] = {}; \
	if (from) \
		mnl_attr_parse_nested(from, parse_top, tb)

static const char *addr(const struct nlattr *a, char *out)
{
	if (!a)
		return "-";
	inet_ntop(mnl_attr_get_payload_len(a) == 4 ? AF_INET : AF_INET6, mnl_attr_get_payload(a),
		  out, INET6_ADDRSTRLEN);
	return out;
}

static unsigned int u16be(const struct nlattr *a)
{
	return a ? ntohs(mnl_attr_get_u16(a)) : 0;
}

static unsigned int u32(const struct nlattr *a)
{
	return a ? mnl_attr_get_u32(a) : 0;
}

static unsigned long long u64(const struct nlattr *a)
{
	return a ? mnl_attr_get_u64(a) : 0;
}

static void print_encap(const char *name, const struct nlattr *a)
{
	const struct nff_encap *e = a ? mnl_attr_get_payload(a) : NULL;
	unsigned int i, n = a ? mnl_attr_get_payload_len(a) / sizeof(*e) : 0;

	for (i = 0; i < n; i++)
		printf(" %s=%04x:%u", name, ntohs(e[i].proto), e[i].id);
}

/* Name of a device; asking the kernel for each of 200,000 flows takes minutes. */
static const char *dev_name(const struct nlattr *a)
{
	static char names[64][IF_NAMESIZE];
	unsigned int index = u32(a);
	char *name = names[index & 63];

	if (!index || index > 63)
		return index && if_indextoname(index, name) ? name : "-";
	if (!*name && !if_indextoname(index, name))
		return "-";
	return name;
}

static void print_dir(const char *name, const struct nlattr *nest)
{
	static const char *const xmit[] = { "none", "neigh", "direct" };
	char a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN];
	NEST(tb, nest);
	unsigned int x = tb[NFF_DIR_XMIT] ? mnl_attr_get_u8(tb[NFF_DIR_XMIT]) : 0;

	printf(" %s %s:%u>%s:%u xmit=%s iif=%s oif=%s mtu=%u packets=%llu bytes=%llu", name,
	       addr(tb[NFF_DIR_SRC], a), u16be(tb[NFF_DIR_SPORT]),
	       addr(tb[NFF_DIR_DST], b), u16be(tb[NFF_DIR_DPORT]),
	       x < 3 ? xmit[x] : "?", dev_name(tb[NFF_DIR_IIF]), dev_name(tb[NFF_DIR_OIF]),
	       u32(tb[NFF_DIR_MTU]),
	       u64(tb[NFF_DIR_PACKETS]), u64(tb[NFF_DIR_BYTES]));
	print_encap("in", tb[NFF_DIR_IN_ENCAP]);
	print_encap("out", tb[NFF_DIR_OUT_ENCAP]);
}

static void print_names(const struct nlattr **tb)
{
	printf("%u %s %s", tb[NFF_ATTR_FAMILY] ? mnl_attr_get_u8(tb[NFF_ATTR_FAMILY]) : 0,
	       tb[NFF_ATTR_TABLE] ? mnl_attr_get_str(tb[NFF_ATTR_TABLE]) : "-",
	       tb[NFF_ATTR_FLOWTABLE] ? mnl_attr_get_str(tb[NFF_ATTR_FLOWTABLE]) : "-");
}

static void print_flow(int cmd, const struct nlattr **top)
{
	NEST(tb, top[NFF_ATTR_FLOW]);

	printf("%s ", cmd == NFF_CMD_DEL_FLOW ? "del" : "flow");
	print_names(top);
	printf(" id=%u l4=%u", u32(tb[NFF_FLOW_ID]), mnl_attr_get_u8(tb[NFF_FLOW_L4PROTO]));
	print_dir("orig", tb[NFF_FLOW_ORIG]);
	print_dir("reply", tb[NFF_FLOW_REPLY]);
	printf(" flags=%u ctid=%u mark=%u zone=%u idle=%llu left=%llu reason=%u",
	       u32(tb[NFF_FLOW_FLAGS]), ntohl(u32(tb[NFF_FLOW_CT_ID])), u32(tb[NFF_FLOW_CT_MARK]),
	       mnl_attr_get_u16(tb[NFF_FLOW_CT_ZONE]), u64(tb[NFF_FLOW_IDLE]),
	       u64(tb[NFF_FLOW_LEFT]), u32(tb[NFF_FLOW_REASON]));
	printf(" created=%llu\n", u64(tb[NFF_FLOW_CREATED]) / 1000000000ULL);
}

static void print_reasons(const char *name, const struct nlattr *nest)
{
	NEST(tb, nest);
	int i;

	for (i = 1; i < 32; i++)
		if (tb[i])
			printf(" %s.%d=%llu", name, i, u64(tb[i]));
}

static void print_table(const struct nlattr **top)
{
	NEST(set, top[NFF_ATTR_SETTINGS]);
	NEST(st, top[NFF_ATTR_STATS]);
	NEST(dev, top[NFF_ATTR_DEVICES]);

	printf("table ");
	print_names(top);
	printf(" flags=%u priority=%d first_dev=%u tcp=%u udp=%u size=%u tcp_now=%u udp_now=%u",
	       u32(top[NFF_ATTR_FLAGS]), (int)u32(top[NFF_ATTR_PRIORITY]),
	       u32(dev[NFF_DEVICE_INDEX]), u32(set[NFF_SET_TCP_TIMEOUT]),
	       u32(set[NFF_SET_UDP_TIMEOUT]), u32(set[NFF_SET_SIZE]),
	       u32(set[NFF_SET_TCP_TIMEOUT_NOW]), u32(set[NFF_SET_UDP_TIMEOUT_NOW]));
	printf(" flows=%u peak=%u hits=%llu misses=%llu adds=%llu", u32(st[NFF_STATS_FLOWS]),
	       u32(st[NFF_STATS_PEAK]), u64(st[NFF_STATS_HITS]), u64(st[NFF_STATS_MISSES]),
	       u64(st[NFF_STATS_ADDS]));
	print_reasons("refused", st[NFF_STATS_REFUSED]);
	print_reasons("removed", st[NFF_STATS_REMOVED]);
	print_reasons("classic", st[NFF_STATS_CLASSIC]);
	printf("\n");
}

static int message(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *g = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[32] = {};

	(void)data;
	mnl_attr_parse(nlh, sizeof(*g), parse_top, tb);
	lines++;
	if (tb[NFF_ATTR_FLOW])
		print_flow(g->cmd, tb);
	else if (tb[NFF_ATTR_STATS])
		print_table(tb);
	else
		printf("count %u\n", u32(tb[NFF_ATTR_COUNT]));
	return MNL_CB_OK;
}

/* The extended ack's text, or nothing. */
static const char *ack_text(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t off = sizeof(*e);
	const struct nlattr *a;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return "";
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		off += mnl_nlmsg_get_payload_len(&e->msg);
	mnl_attr_for_each(a, nlh, off)
		if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG)
			return mnl_attr_get_str(a);
	return "";
}

static int receive(unsigned int seq, bool quiet)
{
	const struct nlmsghdr *nlh;
	int len, left;

	for (;;) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0) {
			printf("error %s: receive\n", strerrorname_np(errno));
			return 1;
		}
		left = len;
		for (nlh = (void *)buf; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

			if (nlh->nlmsg_seq != seq)
				continue;
			if (nlh->nlmsg_flags & NLM_F_DUMP_INTR && !quiet)
				fprintf(stderr, "interrupted\n");
			if (nlh->nlmsg_type == NLMSG_DONE)
				return 0;
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				if (e->error && !quiet)
					printf("error %s: %s\n", strerrorname_np(-e->error),
					       ack_text(nlh));
				return e->error != 0;
			}
			if (!quiet)
				message(nlh, NULL);
		}
	}
}

static int family_attr(const struct nlattr *a, void *data)
{
	const struct nlattr *g, *f;

	(void)data;
	if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(a);
	if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GROUPS)
		mnl_attr_for_each_nested(g, a)
			mnl_attr_for_each_nested(f, g)
				if (mnl_attr_get_type(f) == CTRL_ATTR_MCAST_GRP_ID)
					group = mnl_attr_get_u32(f);
	return MNL_CB_OK;
}

static int family_msg(const struct nlmsghdr *nlh, void *data)
{
	return mnl_attr_parse(nlh, sizeof(struct genlmsghdr), family_attr, data);
}

static struct nlmsghdr *request(uint16_t type, uint16_t flags, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *g;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = 1;
	g = mnl_nlmsg_put_extra_header(nlh, sizeof(*g));
	g->cmd = cmd;
	g->version = 1;
	return nlh;
}

static void open_family(void)
{
	struct nlmsghdr *nlh;
	int len, one = 1;

	nl = mnl_socket_open(NETLINK_GENERIC);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		exit(2);
	nlh = request(GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, NFF_GENL_NAME);
	mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
	do {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	} while (len > 0 && mnl_cb_run(buf, len, 1, 0, family_msg, NULL) > 0);
	if (!family) {
		printf("error ENOENT: no family\n");
		exit(1);
	}
	setsockopt(mnl_socket_get_fd(nl), SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(mnl_socket_get_fd(nl), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
}

enum kind { U8, U16, BE16, U32, BE32, STR, PREFIX };

struct word {
	const char *name;
	int where, attr;
	enum kind kind;
};

static const struct word words[] = {
	{ "family", 0, NFF_ATTR_FAMILY, U8 }, { "table", 0, NFF_ATTR_TABLE, STR },
	{ "flowtable", 0, NFF_ATTR_FLOWTABLE, STR }, { "what", 0, NFF_ATTR_RESET, U32 },
	{ "id", NFF_ATTR_FILTER, NFF_FILTER_ID, U32 },
	{ "l3", NFF_ATTR_FILTER, NFF_FILTER_L3PROTO, U8 },
	{ "l4", NFF_ATTR_FILTER, NFF_FILTER_L4PROTO, U8 },
	{ "osrc", NFF_ATTR_FILTER, NFF_FILTER_ORIG_SRC, PREFIX },
	{ "odst", NFF_ATTR_FILTER, NFF_FILTER_ORIG_DST, PREFIX },
	{ "rsrc", NFF_ATTR_FILTER, NFF_FILTER_REPLY_SRC, PREFIX },
	{ "rdst", NFF_ATTR_FILTER, NFF_FILTER_REPLY_DST, PREFIX },
	{ "addr", NFF_ATTR_FILTER, NFF_FILTER_ADDR, PREFIX },
	{ "osport", NFF_ATTR_FILTER, NFF_FILTER_ORIG_SPORT, BE16 },
	{ "odport", NFF_ATTR_FILTER, NFF_FILTER_ORIG_DPORT, BE16 },
	{ "rsport", NFF_ATTR_FILTER, NFF_FILTER_REPLY_SPORT, BE16 },
	{ "rdport", NFF_ATTR_FILTER, NFF_FILTER_REPLY_DPORT, BE16 },
	{ "port", NFF_ATTR_FILTER, NFF_FILTER_PORT, BE16 },
	{ "mark", NFF_ATTR_FILTER, NFF_FILTER_MARK, U32 },
	{ "mask", NFF_ATTR_FILTER, NFF_FILTER_MARK_MASK, U32 },
	{ "zone", NFF_ATTR_FILTER, NFF_FILTER_ZONE, U16 },
	{ "if", NFF_ATTR_FILTER, NFF_FILTER_IFINDEX, U32 },
	{ "ctid", NFF_ATTR_FILTER, NFF_FILTER_CT_ID, BE32 },
	{ "tcp", NFF_ATTR_SETTINGS, NFF_SET_TCP_TIMEOUT, U32 },
	{ "udp", NFF_ATTR_SETTINGS, NFF_SET_UDP_TIMEOUT, U32 },
	{ "size", NFF_ATTR_SETTINGS, NFF_SET_SIZE, U32 },
};

static void put_prefix(struct nlmsghdr *nlh, int attr, char *text)
{
	struct nff_prefix p = {};
	char *slash = strchr(text, '/');

	if (slash)
		*slash = 0;
	p.family = strchr(text, ':') ? 10 : 2;
	p.len = slash ? atoi(slash + 1) : p.family == 2 ? 32 : 128;
	inet_pton(p.family == 2 ? AF_INET : AF_INET6, text, p.addr);
	mnl_attr_put(nlh, attr, sizeof(p), &p);
}

static void put_word(struct nlmsghdr *nlh, const struct word *w, char *value)
{
	unsigned int n = strtoul(value, NULL, 0);

	if (!strcmp(w->name, "if") && !n)
		n = if_nametoindex(value);
	switch (w->kind) {
	case U8: mnl_attr_put_u8(nlh, w->attr, n); break;
	case U16: mnl_attr_put_u16(nlh, w->attr, n); break;
	case BE16: mnl_attr_put_u16(nlh, w->attr, htons(n)); break;
	case U32: mnl_attr_put_u32(nlh, w->attr, n); break;
	case BE32: mnl_attr_put_u32(nlh, w->attr, htonl(n)); break;
	case STR: mnl_attr_put_strz(nlh, w->attr, value); break;
	case PREFIX: put_prefix(nlh, w->attr, value); break;
	}
}

static void put_words(struct nlmsghdr *nlh, char **argv)
{
	static const int nests[] = { 0, NFF_ATTR_FILTER, NFF_ATTR_SETTINGS };
	struct nlattr *nest;
	unsigned int n, i;
	char **arg, *eq;

	for (n = 0; n < 3; n++) {
		nest = NULL;
		for (arg = argv; *arg; arg++) {
			char copy[256];

			snprintf(copy, sizeof(copy), "%s", *arg);
			eq = strchr(copy, '=');
			if (!eq)
				continue;
			*eq++ = 0;
			if (!strcmp(copy, "bad") && !nests[n]) {
				static const char zero[4096];
				char *colon = strchr(eq, ':');

				mnl_attr_put(nlh, atoi(eq), colon ? atoi(colon + 1) : 0, zero);
			}
			for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
				if (strcmp(copy, words[i].name) || words[i].where != nests[n])
					continue;
				if (nests[n] && !nest)
					nest = mnl_attr_nest_start(nlh, nests[n]);
				put_word(nlh, &words[i], eq);
			}
		}
		if (nest)
			mnl_attr_nest_end(nlh, nest);
	}
}

static int option(char **argv, const char *name, int def)
{
	size_t len = strlen(name);

	for (; *argv; argv++)
		if (!strncmp(*argv, name, len) && (*argv)[len] == '=')
			return atoi(*argv + len + 1);
	return def;
}

static int monitor(char **argv)
{
	int count = option(argv, "count", 0), size = option(argv, "rcvbuf", 0);
	time_t end = time(NULL) + option(argv, "seconds", 10);
	struct pollfd p = { .fd = mnl_socket_get_fd(nl), .events = POLLIN };

	if (size)
		setsockopt(p.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0) {
		printf("error %s: join\n", strerrorname_np(errno));
		return 1;
	}
	setlinebuf(stdout);
	printf("joined\n");
	while (time(NULL) < end && (!count || (int)lines < count)) {
		int len;

		if (poll(&p, 1, 200) < 1)
			continue;
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0)
			printf("error %s: receive\n", strerrorname_np(errno));
		else
			mnl_cb_run(buf, len, 0, 0, message, NULL);
	}
	return 0;
}

static const struct {
	const char *name;
	int cmd, flags;
} cmds[] = {
	{ "flows", NFF_CMD_GET_FLOW, NLM_F_DUMP }, { "get", NFF_CMD_GET_FLOW, NLM_F_ACK },
	{ "del", NFF_CMD_DEL_FLOW, NLM_F_ACK }, { "flush", NFF_CMD_FLUSH_FLOWS, NLM_F_ACK },
	{ "tables", NFF_CMD_GET_TABLE, NLM_F_DUMP }, { "table", NFF_CMD_GET_TABLE, NLM_F_ACK },
	{ "set", NFF_CMD_SET_TABLE, NLM_F_ACK }, { "reset", NFF_CMD_RESET, NLM_F_ACK },
};

static void fuzz_attrs(struct nlmsghdr *nlh, int depth)
{
	int n = rand() % 5;

	while (n--) {
		int type = rand() % 26, len = rand() % 4 ? rand() % 9 : rand() % 200;
		char junk[256];
		int i;

		for (i = 0; i < len; i++)
			junk[i] = rand() % 3 ? 0 : rand();
		if (depth && rand() % 3 == 0) {
			struct nlattr *nest = mnl_attr_nest_start(nlh, rand() % 2 ?
				NFF_ATTR_FILTER : NFF_ATTR_SETTINGS);

			if (rand() % 4 == 0)
				nest->nla_type &= ~NLA_F_NESTED;
			fuzz_attrs(nlh, depth - 1);
			mnl_attr_nest_end(nlh, nest);
		} else {
			mnl_attr_put(nlh, type, len, junk);
		}
	}
}

static int fuzz(int rounds, unsigned int seed)
{
	unsigned int refused = 0, i;
	struct timeval tv = { .tv_sec = 5 };

	srand(seed);
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	for (i = 0; i < (unsigned int)rounds; i++) {
		struct nlmsghdr *nlh = request(family, rand() % 2 ? NLM_F_ACK : NLM_F_DUMP | NLM_F_ACK,
					       rand() % 3 ? 1 + rand() % 8 : rand());

		nlh->nlmsg_seq = i + 2;
		fuzz_attrs(nlh, 3);
		/* a message may lie about the lengths inside it, not about its own */
		if (rand() % 3 == 0 && nlh->nlmsg_len > 24)
			buf[20 + rand() % (nlh->nlmsg_len - 20)] ^= 1 << rand() % 8;
		mnl_socket_sendto(nl, nlh, nlh->nlmsg_len);
		refused += receive(i + 2, true);
	}
	printf("refused %u of %d\n", refused, rounds);
	return 0;
}

int main(int argc, char **argv)
{
	struct nlmsghdr *nlh;
	unsigned int i;

	if (argc < 2)
		return 2;
	open_family();
	if (!strcmp(argv[1], "monitor"))
		return monitor(argv + 2);
	if (!strcmp(argv[1], "fuzz"))
		return fuzz(argc > 2 ? atoi(argv[2]) : 1000, argc > 3 ? atoi(argv[3]) : 1);
	for (i = 0; i < sizeof(cmds) / sizeof(*cmds); i++) {
		if (strcmp(argv[1], cmds[i].name))
			continue;
		nlh = request(family, cmds[i].flags, cmds[i].cmd);
		put_words(nlh, argv + 2);
		if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
			return 2;
		return receive(1, false);
	}
	return 2;
}
