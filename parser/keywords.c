// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words of the grammar.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_log.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "keywords.h"
#include "query.h"
#include "state.h"
#include "parser.h"

/* In the order of the alphabet, as completion offers them. */
const struct keyword keywords[] = {
	{ "accept", ACCEPT, KF_VALUE, 0, {} },
	{ "add", ADD, KF_COMMAND, 0, {} },
	{ "addr", ADDR, KF_MIXED, 0, {} },
	{ "all", ALL, 0, 0, {} },
	{ "and", AND, KF_VALUE, 0, {} },
	{ "asc", ORDER, 0, 1, {} },
	{ "auto-merge", AUTO_MERGE, 0, 0, {} },
	{ "bridge", FAMILY, KF_FAMILY, NFPROTO_BRIDGE, {} },
	{ "burst", BURST, 0, 0, {} },
	{ "by", BY, 0, 0, {} },
	{ "bypass", BYPASS, 0, 0, {} },
	{ "bytes", BYTES, 0, 0, {} },
	{ "chain", CHAIN, 0, 0, {} },
	{ "chains", CHAINS, 0, OBJ_CHAINS, {} },
	{ "chunk", CHUNK, 0, 0, {} },
	{ "comment", COMMENT, 0, 0, {} },
	{ "conntrack", CONNTRACK, 0, 0, {} },
	{ "conntracks", CONNTRACKS, 0, 0, {} },
	{ "continue", CONTINUE, KF_VALUE, 0, {} },
	{ "count", COUNT, 0, 0, {} },
	{ "counter", COUNTER, 0, 0, {} },
	{ "counters", PLURAL, 0, OBJ_COUNTERS, {} },
	{ "create", CREATE, KF_COMMAND, 0, {} },
	{ "ct", CT, KF_MIXED, 0, {} },
	{ "define", DEFINE, KF_COMMAND, 0, {} },
	{ "delete", DELETE, KF_COMMAND, 0, {} },
	{ "desc", ORDER, 0, 0, {} },
	{ "describe", DESCRIBE, KF_COMMAND, 0, {} },
	{ "destroy", DESTROY, KF_COMMAND, 0, {} },
	{ "device", DEVICE, 0, 0, {} },
	{ "devices", DEVICES, 0, 0, {} },
	{ "dnat", DNAT, 0, 0, {} },
	{ "dport", DPORT, 0, 0, {} },
	{ "drop", DROP, KF_VALUE, 0, {} },
	{ "dup", DUP, 0, 0, {} },
	{ "dying", DYING, 0, 0, {} },
	{ "element", ELEMENT, 0, 0, {} },
	{ "elements", ELEMENTS, 0, 0, {} },
	{ "eq", EQ, KF_VALUE, 0, {} },
	{ "expectation", EXPECTATION, 0, 0, {} },
	{ "expectations", EXPECTATIONS, 0, 0, {} },
	{ "expires", EXPIRES, 0, 0, {} },
	{ "exthdr", EXTHDR, KF_MIXED, 0, {} },
	{ "fanout", FANOUT, 0, 0, {} },
	{ "features", FEATURES, 0, 0, {} },
	{ "fib", FIB, KF_MIXED, 0, {} },
	{ "flags", FLAGS, 0, 0, {} },
	{ "flow", FLOW, 0, 0, {} },
	{ "flows", FLOWS, 0, 0, {} },
	{ "flowtable", FLOWTABLE, 0, 0, {} },
	{ "flowtables", PLURAL, 0, OBJ_FLOWTABLES, {} },
	{ "flush", FLUSH, KF_COMMAND, 0, {} },
	{ "fully-random", NAT_FLAG, 0, NF_NAT_RANGE_PROTO_RANDOM_FULLY, {} },
	{ "fwd", FWD, 0, 0, {} },
	{ "gc-interval", GC_INTERVAL, 0, 0, {} },
	{ "ge", GE, KF_VALUE, 0, {} },
	{ "get", GET, KF_COMMAND, 0, {} },
	{ "goto", GOTO, KF_VALUE, 0, {} },
	{ "group", GROUP, KF_CLAUSE, 0, {} },
	{ "gt", GT, KF_VALUE, 0, {} },
	{ "handle", HANDLE, 0, 0, {} },
	{ "helper", HELPER, 0, 0, {} },
	{ "helpers", HELPERS, 0, 0, {} },
	{ "hook", HOOK, 0, 0, {} },
	{ "hooks", HOOKS, 0, 0, {} },
	{ "include", INCLUDE, KF_COMMAND, 0, {} },
	{ "index", INDEX, 0, 0, {} },
	{ "inet", FAMILY, KF_FAMILY, NFPROTO_INET, {} },
	{ "insert", INSERT, KF_COMMAND, 0, {} },
	{ "interval", INTERVAL, KF_MIXED, 0, {} },
	{ "ipsec", IPSEC, KF_MIXED, 0, {} },
	{ "jhash", JHASH, KF_MIXED, 0, {} },
	{ "jump", JUMP, KF_VALUE, 0, {} },
	{ "l3proto", L3PROTO, 0, 0, {} },
	{ "last", LAST, 0, 0, {} },
	{ "le", LE, KF_VALUE, 0, {} },
	{ "level", LEVEL, 0, 0, {} },
	{ "limit", LIMIT, KF_CLAUSE, 0, {} },
	{ "limits", PLURAL, 0, OBJ_LIMITS, {} },
	{ "list", LIST, KF_COMMAND, 0, {} },
	{ "log", LOG, 0, 0, {} },
	{ "lshift", LSHIFT, KF_VALUE, 0, {} },
	{ "lt", LT, KF_VALUE, 0, {} },
	{ "map", MAP, KF_VALUE, 0, {} },
	{ "maps", PLURAL, 0, OBJ_MAPS, {} },
	{ "masquerade", MASQUERADE, 0, 0, {} },
	{ "master", MASTER, KF_CLAUSE, 0, {} },
	{ "meta", META, KF_MIXED, 0, {} },
	{ "meter", METER, 0, 0, {} },
	{ "meters", PLURAL, 0, OBJ_METERS, {} },
	{ "mod", MOD, KF_VALUE, 0, {} },
	{ "monitor", MONITOR, KF_COMMAND, 0, {} },
	{ "mss", MSS, 0, 0, {} },
	{ "name", NAME_KW, 0, 0, {} },
	{ "ne", NE, KF_VALUE, 0, {} },
	{ "netdev", FAMILY, KF_FAMILY, NFPROTO_NETDEV, {} },
	{ "new", NEW, 0, 0, {} },
	{ "not", NOT, KF_VALUE, 0, {} },
	{ "notrack", NOTRACK, 0, 0, {} },
	{ "num", NUM_KW, 0, 0, {} },
	{ "numgen", NUMGEN, KF_MIXED, 0, {} },
	{ "offload", OFFLOAD, 0, 0, {} },
	{ "offset", OFFSET, 0, 0, {} },
	{ "option", OPTION, 0, 0, {} },
	{ "or", OR, KF_VALUE, 0, {} },
	{ "original", DIRECTION, 0, 1, {} },
	{ "osf", OSF, KF_MIXED, 0, {} },
	{ "over", OVER, 0, 0, {} },
	{ "packets", PACKETS, 0, 0, {} },
	{ "persistent", NAT_FLAG, 0, NF_NAT_RANGE_PERSISTENT, {} },
	{ "policy", POLICY, 0, 0, {} },
	{ "position", POSITION, 0, 0, {} },
	{ "prefix", PREFIX, KF_MIXED, 0, {} },
	{ "priority", PRIORITY, 0, 0, {} },
	{ "protocol", PROTOCOL, 0, 0, {} },
	{ "queue", QUEUE, 0, 0, {} },
	{ "queue-threshold", QUEUE_THRESHOLD, 0, 0, {} },
	{ "quota", QUOTA, 0, 0, {} },
	{ "quotas", PLURAL, 0, OBJ_QUOTAS, {} },
	{ "random", NAT_FLAG, 0, NF_NAT_RANGE_PROTO_RANDOM, {} },
	{ "rate", RATE, 0, 0, {} },
	{ "redefine", REDEFINE, KF_COMMAND, 0, {} },
	{ "redirect", REDIRECT, 0, 0, {} },
	{ "reject", REJECT, 0, 0, {} },
	{ "rename", RENAME, KF_COMMAND, 0, {} },
	{ "replace", REPLACE, KF_COMMAND, 0, {} },
	{ "reply", DIRECTION, 0, 2, {} },
	{ "reset", RESET, KF_COMMAND, 0, {} },
	{ "return", RETURN, KF_VALUE, 0, {} },
	{ "rshift", RSHIFT, KF_VALUE, 0, {} },
	{ "rt", RT, KF_MIXED, 0, {} },
	{ "rule", RULE, 0, 0, {} },
	{ "rules", RULES, 0, OBJ_RULES, {} },
	{ "ruleset", RULESET, 0, 0, {} },
	{ "sack-perm", SACK_PERM, 0, 0, {} },
	{ "secmark", SECMARK, 0, 0, {} },
	{ "secmarks", PLURAL, 0, OBJ_SECMARKS, {} },
	{ "seed", SEED, 0, 0, {} },
	{ "set", SET, KF_VALUE, 0, {} },
	{ "sets", PLURAL, 0, OBJ_SETS, {} },
	{ "show", SHOW, KF_COMMAND, 0, {} },
	{ "size", SIZE, 0, 0, {} },
	{ "snaplen", SNAPLEN, 0, 0, {} },
	{ "snat", SNAT, 0, 0, {} },
	{ "socket", SOCKET, KF_MIXED, 0, {} },
	{ "sort", SORT, KF_CLAUSE, 0, {} },
	{ "spnum", SPNUM, 0, 0, {} },
	{ "symhash", SYMHASH, KF_MIXED, 0, {} },
	{ "synproxy", SYNPROXY, 0, 0, {} },
	{ "synproxys", PLURAL, 0, OBJ_SYNPROXYS, {} },
	{ "sysctl", SYSCTL, 0, 0, {} },
	{ "sysctls", SYSCTLS, 0, 0, {} },
	{ "table", TABLE, KF_COMMAND, 0, {} },
	{ "tables", TABLES, 0, OBJ_TABLES, {} },
	{ "timeout", TIMEOUT, 0, 0, {} },
	{ "timeouts", TIMEOUTS, 0, 0, {} },
	{ "timestamp", TIMESTAMP, 0, 0, {} },
	{ "to", TO, KF_MIXED, 0, {} },
	{ "top", TOP, KF_COMMAND, 0, {} },
	{ "tproxy", TPROXY, 0, 0, {} },
	{ "trace", TRACE, 0, 0, {} },
	{ "ttl", TTL, 0, 0, {} },
	{ "type", TYPE, 0, 0, {} },
	{ "typeof", TYPEOF, 0, 0, {} },
	{ "unconfirmed", UNCONFIRMED, 0, 0, {} },
	{ "undefine", UNDEFINE, KF_COMMAND, 0, {} },
	{ "until", UNTIL, 0, 0, {} },
	{ "update", UPDATE, KF_COMMAND, 0, {} },
	{ "used", USED, 0, 0, {} },
	{ "vmap", VMAP, KF_VALUE, 0, {} },
	{ "where", WHERE, KF_CLAUSE, 0, {} },
	{ "with", WITH, 0, 0, {} },
	{ "wscale", WSCALE, 0, 0, {} },
	{ "xor", XOR, KF_VALUE, 0, {} },
	{ "xt", XT, 0, 0, {} },
	{ NULL, 0, 0, 0, {} },
};

const struct query_option_row query_options[QO_MAX + 1] = {
	[QO_OUTPUT] = { "output", 'o', true },
	[QO_JSON] = { "json", 'j', false },
	[QO_BATCH] = { "batch", 'b', false },
	[QO_COUNT] = { "count", 'n', true },
	[QO_INTERVAL] = { "interval", 'i', true },
	[QO_FOR] = { "for", 0, true },
	[QO_RELIABLE] = { "reliable", 0, false },
	[QO_OFFLOADED] = { "offloaded", 0, false },
	[QO_BUFFER] = { "buffer-size", 0, true },
	[QO_LINE] = { "line-buffered", 'l', false },
};

const struct symbol time_units[] = {
	{ "second", 1 }, { "minute", 60 }, { "hour", 3600 }, { "day", 86400 },
	{ "week", 604800 }, { NULL, 0 },
};

const struct symbol byte_units[] = {
	{ "bytes", 1 }, { "kbytes", 1024 }, { "mbytes", 1024 * 1024 },
	{ "gbytes", 1024 * 1024 * 1024 }, { NULL, 0 },
};

const struct symbol burst_units[] = {
	{ "packets", 0 }, { "bytes", 1 }, { "kbytes", 1024 }, { "mbytes", 1024 * 1024 },
	{ "gbytes", 1024 * 1024 * 1024 }, { NULL, 0 },
};

const struct symbol table_flags[] = {
	{ "dormant", TABLEF_DORMANT }, { "owner", TABLEF_OWNER }, { "persist", TABLEF_PERSIST },
	{ NULL, 0 },
};

const struct symbol set_flags[] = {
	{ "constant", NFT_SET_CONSTANT }, { "interval", NFT_SET_INTERVAL },
	{ "timeout", NFT_SET_TIMEOUT }, { "dynamic", NFT_SET_EVAL }, { NULL, 0 },
};

const struct symbol set_policies[] = {
	{ "performance", NFT_SET_POL_PERFORMANCE }, { "memory", NFT_SET_POL_MEMORY }, { NULL, 0 },
};

/* Whose timeouts a flowtable has. */
const struct symbol flowtable_protos[] = {
	{ "tcp", FTS_TCP_TIMEOUT }, { "udp", FTS_UDP_TIMEOUT }, { NULL, 0 },
};

const struct symbol flowtable_flags[] = {
	{ "offload", FTF_HW_OFFLOAD }, { "counter", FTF_COUNTER }, { NULL, 0 },
};

const struct symbol log_flags[] = {
	{ "tcp", LOG_FLAGS_TCP }, { "ip", LOG_FLAGS_IP }, { "skuid", NF_LOG_UID },
	{ "ether", NF_LOG_MACDECODE }, { "all", NF_LOG_MASK }, { NULL, 0 },
};

const struct symbol log_flags_tcp[] = {
	{ "sequence", NF_LOG_TCPSEQ }, { "options", NF_LOG_TCPOPT }, { NULL, 0 },
};

const struct symbol log_flags_ip[] = {
	{ "options", NF_LOG_IPOPT }, { NULL, 0 },
};

const struct symbol fib_flags[] = {
	{ "saddr", NFTA_FIB_F_SADDR }, { "daddr", NFTA_FIB_F_DADDR },
	{ "mark", NFTA_FIB_F_MARK }, { "iif", NFTA_FIB_F_IIF }, { "oif", NFTA_FIB_F_OIF },
	{ NULL, 0 },
};

const struct symbol fib_results[] = {
	{ "oif", NFT_FIB_RESULT_OIF }, { "oifname", NFT_FIB_RESULT_OIFNAME },
	{ "type", NFT_FIB_RESULT_ADDRTYPE }, { "check", FIB_RESULT_CHECK }, { NULL, 0 },
};

const struct symbol numgen_types[] = {
	{ "inc", NFT_NG_INCREMENTAL }, { "random", NFT_NG_RANDOM }, { NULL, 0 },
};

const struct symbol osf_ttls[] = {
	{ "loose", 1 }, { "skip", 2 }, { NULL, 0 },
};

const struct symbol xfrm_dirs[] = {
	{ "in", 1 }, { "out", 2 }, { NULL, 0 },
};

const struct symbol reject_kinds[] = {
	{ "icmp", REJECT_ICMP }, { "icmpv6", REJECT_ICMPV6 }, { "icmpx", REJECT_ICMPX },
	{ "tcp", REJECT_TCP }, { NULL, 0 },
};

const struct symbol chain_types[] = {
	{ "filter", 0 }, { "nat", 0 }, { "route", 0 }, { NULL, 0 },
};

static unsigned int word_hash(const char *word, size_t len)
{
	unsigned int h = len;

	while (len--)
		h = h * 33 + (unsigned char)*word++;
	return h % WORD_HASH_SIZE;
}

static uint16_t *word_slot(const struct word_table *t, const char *word, size_t len)
{
	unsigned int i = word_hash(word, len);

	while (t->hash[i]) {
		const char *name = t->words[t->hash[i] - 1].name;

		if (strncmp(name, word, len) == 0 && !name[len])
			break;
		i = (i + 1) % WORD_HASH_SIZE;
	}
	return (uint16_t *)&t->hash[i];
}

static void word_add(struct word_table *t, const struct keyword *k)
{
	uint16_t *slot = word_slot(t, k->name, strlen(k->name));

	if (*slot || t->n == sizeof(t->words) / sizeof(t->words[0]))
		return;
	t->words[t->n++] = *k;
	*slot = t->n;
}

static void protos_add(struct word_table *t, const struct proto *const *list)
{
	for (; *list; list++) {
		struct keyword k = { .name = (*list)->name, .token = PROTO, .flags = KF_MIXED,
				     .proto = *list };
		int family = family_by_name(k.name);

		if (family >= 0) {
			k.token = FAMILY_PROTO;
			k.flags |= KF_FAMILY;
		}
		word_add(t, &k);
	}
}

void word_table_init(struct word_table *t)
{
	const struct keyword *k;
	const struct field *f;

	t->n = 0;
	memset(t->hash, 0, sizeof(t->hash));
	for (k = keywords; k->name; k++)
		word_add(t, k);
	for (f = meta_fields; f->name; f++) {
		struct keyword m = { .name = f->name, .token = META_KEY, .flags = KF_MIXED,
				     .field = f };

		if (f->flags & FF_UNQUALIFIED)
			word_add(t, &m);
	}
	protos_add(t, protos);
	protos_add(t, exthdrs);
}

const struct keyword *word_lookup(const struct word_table *t, const char *word, size_t len)
{
	uint16_t slot = *word_slot(t, word, len);

	return slot ? &t->words[slot - 1] : NULL;
}

const char *keyword_text(int token)
{
	const struct keyword *k;
	const char *text = NULL;

	for (k = keywords; k->name; k++) {
		if (k->token != token)
			continue;
		if (text)
			return NULL;
		text = k->name;
	}
	return text;
}
