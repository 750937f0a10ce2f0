// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of families, hooks, priorities, operators, objects and commands.
 */
#include <linux/netfilter.h>
#include <linux/netfilter_arp.h>
#include <linux/netfilter_bridge.h>
#include <string.h>

#include "ast.h"

/* ---- families ---- */

static const struct symbol families[] = {
	{ "ip", NFPROTO_IPV4 },
	{ "ip6", NFPROTO_IPV6 },
	{ "inet", NFPROTO_INET },
	{ "netdev", NFPROTO_NETDEV },
	{ "bridge", NFPROTO_BRIDGE },
	{ "arp", NFPROTO_ARP },
	{ NULL, 0 }
};

const char *family_name(unsigned int family)
{
	return symbol_by_value(families, family);
}

int family_by_name(const char *name)
{
	uint64_t v;

	return symbol_by_name(families, name, &v) ? (int)v : -1;
}

/* ---- hooks ---- */

/* Headers before Linux 5.16 lack the netdev egress hook. */
#define HOOK_NETDEV_INGRESS	0
#define HOOK_NETDEV_EGRESS	1
#define HOOK_INET_INGRESS	5

static const struct symbol inet_hooks[] = {
	{ "prerouting", NF_INET_PRE_ROUTING },
	{ "input", NF_INET_LOCAL_IN },
	{ "forward", NF_INET_FORWARD },
	{ "output", NF_INET_LOCAL_OUT },
	{ "postrouting", NF_INET_POST_ROUTING },
	{ "ingress", HOOK_INET_INGRESS },
	{ NULL, 0 }
};

static const struct symbol bridge_hooks[] = {
	{ "prerouting", NF_BR_PRE_ROUTING },
	{ "input", NF_BR_LOCAL_IN },
	{ "forward", NF_BR_FORWARD },
	{ "output", NF_BR_LOCAL_OUT },
	{ "postrouting", NF_BR_POST_ROUTING },
	{ NULL, 0 }
};

static const struct symbol arp_hooks[] = {
	{ "input", NF_ARP_IN },
	{ "output", NF_ARP_OUT },
	{ "forward", NF_ARP_FORWARD },
	{ NULL, 0 }
};

static const struct symbol netdev_hooks[] = {
	{ "ingress", HOOK_NETDEV_INGRESS },
	{ "egress", HOOK_NETDEV_EGRESS },
	{ NULL, 0 }
};

static const struct symbol *hooks_of(unsigned int family)
{
	switch (family) {
	case NFPROTO_IPV4:
	case NFPROTO_IPV6:
	case NFPROTO_INET:
		return inet_hooks;
	case NFPROTO_BRIDGE:
		return bridge_hooks;
	case NFPROTO_ARP:
		return arp_hooks;
	case NFPROTO_NETDEV:
		return netdev_hooks;
	}
	return NULL;
}

const char *hook_name(unsigned int family, unsigned int hook)
{
	return symbol_by_value(hooks_of(family), hook);
}

int hook_by_name(unsigned int family, const char *name)
{
	uint64_t v;

	if (!symbol_by_name(hooks_of(family), name, &v))
		return -1;
	/* only inet has an ingress hook beside the five of IP */
	if (v == HOOK_INET_INGRESS && family != NFPROTO_INET)
		return -1;
	return v;
}

/* ---- priorities ---- */

#define ANY_HOOK (-1)

struct priority_name {
	const char *name;
	int32_t value;
	int hook;		/* the only hook where it has a meaning, or ANY_HOOK */
};

/* The names of nft(8), with the values of enum nf_ip_hook_priorities. */
static const struct priority_name inet_priorities[] = {
	{ "raw", -300, ANY_HOOK },
	{ "mangle", -150, ANY_HOOK },
	{ "dstnat", -100, NF_INET_PRE_ROUTING },
	{ "filter", 0, ANY_HOOK },
	{ "security", 50, ANY_HOOK },
	{ "srcnat", 100, NF_INET_POST_ROUTING },
	{ NULL, 0, 0 }
};

/* enum nf_br_hook_priorities */
static const struct priority_name bridge_priorities[] = {
	{ "dstnat", -300, NF_BR_PRE_ROUTING },
	{ "filter", -200, ANY_HOOK },
	{ "out", 100, NF_BR_LOCAL_OUT },
	{ "srcnat", 300, NF_BR_POST_ROUTING },
	{ NULL, 0, 0 }
};

static const struct priority_name other_priorities[] = {
	{ "filter", 0, ANY_HOOK },
	{ NULL, 0, 0 }
};

static const struct priority_name *priorities_of(unsigned int family)
{
	switch (family) {
	case NFPROTO_IPV4:
	case NFPROTO_IPV6:
	case NFPROTO_INET:
		return inet_priorities;
	case NFPROTO_BRIDGE:
		return bridge_priorities;
	}
	return other_priorities;
}

bool priority_by_name(unsigned int family, int hook, const char *name, int32_t *value)
{
	const struct priority_name *p;

	for (p = priorities_of(family); p->name; p++) {
		if (!strcmp(p->name, name) && (p->hook == ANY_HOOK || p->hook == hook)) {
			*value = p->value;
			return true;
		}
	}
	return false;
}

/* How far from a named priority a number is still told by that name. */
#define PRIORITY_NEAR 10

void priority_print(unsigned int family, int hook, int32_t value, const struct print_opts *opts,
		    struct out *o)
{
	const struct priority_name *p = priorities_of(family);
	int64_t diff = 0;

	for (; !opts->numeric_prio && p->name; p++) {
		diff = (int64_t)value - p->value;
		if (diff >= -PRIORITY_NEAR && diff <= PRIORITY_NEAR &&
		    (p->hook == ANY_HOOK || p->hook == hook))
			break;
	}
	if (opts->numeric_prio || !p->name) {
		out_printf(o, "%d", value);
		return;
	}
	out_puts(o, p->name);
	if (diff)
		out_printf(o, " %c %d", diff < 0 ? '-' : '+', (int)(diff < 0 ? -diff : diff));
}

/* ---- words ---- */

const char *op_name(enum expr_op op)
{
	static const char *const names[OP_MAX] = {
		[OP_IMPLICIT] = "", [OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<", [OP_GT] = ">",
		[OP_LE] = "<=", [OP_GE] = ">=", [OP_FLAGS] = "", [OP_NOT_FLAGS] = "!",
		[OP_AND] = "&", [OP_OR] = "|", [OP_XOR] = "^", [OP_LSHIFT] = "<<",
		[OP_RSHIFT] = ">>",
	};

	return op < OP_MAX ? names[op] : NULL;
}

const char *obj_name(enum obj_kind k)
{
	static const char *const names[OBJ_MAX] = {
		[OBJ_NONE] = "", [OBJ_RULESET] = "ruleset", [OBJ_TABLE] = "table",
		[OBJ_TABLES] = "tables", [OBJ_CHAIN] = "chain", [OBJ_CHAINS] = "chains",
		[OBJ_RULE] = "rule", [OBJ_RULES] = "rules", [OBJ_SET] = "set",
		[OBJ_SETS] = "sets", [OBJ_MAP] = "map", [OBJ_MAPS] = "maps",
		[OBJ_METER] = "meter", [OBJ_METERS] = "meters", [OBJ_ELEMENT] = "element",
		[OBJ_FLOWTABLE] = "flowtable", [OBJ_FLOWTABLES] = "flowtables",
		[OBJ_HOOKS] = "hooks", [OBJ_COUNTER] = "counter", [OBJ_COUNTERS] = "counters",
		[OBJ_QUOTA] = "quota", [OBJ_QUOTAS] = "quotas", [OBJ_LIMIT] = "limit",
		[OBJ_LIMITS] = "limits", [OBJ_CT_HELPER] = "ct helper",
		[OBJ_CT_HELPERS] = "ct helpers", [OBJ_CT_TIMEOUT] = "ct timeout",
		[OBJ_CT_TIMEOUTS] = "ct timeouts", [OBJ_CT_EXPECT] = "ct expectation",
		[OBJ_CT_EXPECTS] = "ct expectations", [OBJ_SYNPROXY] = "synproxy",
		[OBJ_SYNPROXYS] = "synproxys", [OBJ_SECMARK] = "secmark",
		[OBJ_SECMARKS] = "secmarks", [OBJ_CONNTRACKS] = "conntracks",
		[OBJ_EXPECTATIONS] = "expectations", [OBJ_FLOWS] = "flows",
		[OBJ_CONNTRACK] = "conntrack", [OBJ_FLOW] = "flow",
		[OBJ_FEATURES] = "features", [OBJ_CT_TIMEOUT_POLICY] = "timeouts",
		[OBJ_SYSCTLS] = "sysctls", [OBJ_ALL] = "all",
		[OBJ_TRACE] = "trace",
	};

	return k < OBJ_MAX ? names[k] : NULL;
}

const char *cmd_name(enum cmd_op op)
{
	static const char *const names[CMD_MAX] = {
		[CMD_ADD] = "add", [CMD_CREATE] = "create", [CMD_INSERT] = "insert",
		[CMD_REPLACE] = "replace", [CMD_DELETE] = "delete", [CMD_DESTROY] = "destroy",
		[CMD_RENAME] = "rename", [CMD_FLUSH] = "flush", [CMD_LIST] = "list",
		[CMD_RESET] = "reset", [CMD_DESCRIBE] = "describe", [CMD_MONITOR] = "monitor",
		[CMD_SHOW] = "show", [CMD_GET] = "get", [CMD_UPDATE] = "update",
		[CMD_SET] = "set", [CMD_TOP] = "top",
	};

	return op < CMD_MAX ? names[op] : NULL;
}

/* Levels of syslog(3); the last one is NFT_LOGLEVEL_AUDIT. */
const struct symbol log_level_symbols[] = {
	{ "emerg", 0 },
	{ "alert", 1 },
	{ "crit", 2 },
	{ "err", 3 },
	{ "warn", 4 },
	{ "notice", 5 },
	{ "info", 6 },
	{ "debug", 7 },
	{ "audit", LOG_LEVEL_AUDIT },
	{ NULL, 0 }
};
