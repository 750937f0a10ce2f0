// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Words of the JSON schema (libnftables-json(5)) and what they stand for:
 * constants of linux/netfilter/nf_tables.h, nf_nat.h, nf_log.h, nf_synproxy.h.
 */
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_log.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>

#include "json_names.h"

#define END { NULL, 0 }

const struct symbol json_limit_per[] = {
	{ "second", 1 },
	{ "minute", 60 },
	{ "hour", 60 * 60 },
	{ "day", 24 * 60 * 60 },
	{ "week", 7 * 24 * 60 * 60 },
	END
};

const struct symbol json_byte_units[] = {
	{ "bytes", 1 },
	{ "kbytes", 1024 },
	{ "mbytes", 1024 * 1024 },
	END
};

const struct symbol json_log_flags[] = {
	{ "tcp sequence", NF_LOG_TCPSEQ },
	{ "tcp options", NF_LOG_TCPOPT },
	{ "ip options", NF_LOG_IPOPT },
	{ "skuid", NF_LOG_UID },
	{ "ether", NF_LOG_MACDECODE },
	{ "all", NF_LOG_TCPSEQ | NF_LOG_TCPOPT | NF_LOG_IPOPT | NF_LOG_UID | NF_LOG_MACDECODE },
	END
};

const struct symbol json_nat_flags[] = {
	{ "random", NF_NAT_RANGE_PROTO_RANDOM },
	{ "fully-random", NF_NAT_RANGE_PROTO_RANDOM_FULLY },
	{ "persistent", NF_NAT_RANGE_PERSISTENT },
	{ "netmap", NF_NAT_RANGE_NETMAP },
	END
};

const struct symbol json_nat_type_flags[] = {
	{ "interval", NAT_INTERVAL },
	{ "prefix", NAT_PREFIX },
	{ "concat", NAT_CONCAT },
	END
};

const struct symbol json_queue_flags[] = {
	{ "bypass", NFT_QUEUE_FLAG_BYPASS },
	{ "fanout", NFT_QUEUE_FLAG_CPU_FANOUT },
	END
};

const struct symbol json_synproxy_flags[] = {
	{ "timestamp", NF_SYNPROXY_OPT_TIMESTAMP },
	{ "sack-perm", NF_SYNPROXY_OPT_SACK_PERM },
	END
};

const struct symbol json_set_flags[] = {
	{ "constant", NFT_SET_CONSTANT },
	{ "interval", NFT_SET_INTERVAL },
	{ "timeout", NFT_SET_TIMEOUT },
	{ "dynamic", NFT_SET_EVAL },
	END
};

const struct symbol json_set_policies[] = {
	{ "performance", NFT_SET_POL_PERFORMANCE },
	{ "memory", NFT_SET_POL_MEMORY },
	END
};

const struct symbol json_table_flags[] = {
	{ "dormant", TABLEF_DORMANT },
	{ "owner", TABLEF_OWNER },
	{ "persist", TABLEF_PERSIST },
	END
};

const struct symbol json_flowtable_flags[] = {
	{ "offload", FTF_HW_OFFLOAD },
	END
};

const struct symbol json_fib_flags[] = {
	{ "saddr", NFTA_FIB_F_SADDR },
	{ "daddr", NFTA_FIB_F_DADDR },
	{ "mark", NFTA_FIB_F_MARK },
	{ "iif", NFTA_FIB_F_IIF },
	{ "oif", NFTA_FIB_F_OIF },
	END
};

const struct symbol json_fib_results[] = {
	{ "oif", NFT_FIB_RESULT_OIF },
	{ "oifname", NFT_FIB_RESULT_OIFNAME },
	{ "type", NFT_FIB_RESULT_ADDRTYPE },
	END
};

const struct symbol json_numgen_modes[] = {
	{ "inc", NFT_NG_INCREMENTAL },
	{ "random", NFT_NG_RANDOM },
	END
};

const struct symbol json_payload_bases[] = {
	{ "ll", PB_LL },
	{ "nh", PB_NH },
	{ "th", PB_TH },
	{ "ih", PB_INNER },
	END
};

const struct symbol json_ct_dirs[] = {
	{ "original", 1 },
	{ "reply", 2 },
	END
};

const struct symbol json_xfrm_dirs[] = {
	{ "in", 1 },
	{ "out", 2 },
	END
};

/* NF_OSF_TTL_LESS and NF_OSF_TTL_NOCHECK of nf_osf.h */
const struct symbol json_osf_ttls[] = {
	{ "loose", 1 },
	{ "skip", 2 },
	END
};

const struct symbol json_policies[] = {
	{ "accept", NF_ACCEPT },
	{ "drop", NF_DROP },
	END
};

/* The first name of an operator is the one that is printed. */
const struct symbol json_match_ops[] = {
	{ "==", OP_EQ },
	{ "!=", OP_NE },
	{ "<", OP_LT },
	{ ">", OP_GT },
	{ "<=", OP_LE },
	{ ">=", OP_GE },
	{ "in", OP_FLAGS },
	{ "!", OP_NOT_FLAGS },
	{ "==", OP_IMPLICIT },
	END
};

const struct symbol json_setupd_ops[] = {
	{ "add", NFT_DYNSET_OP_ADD },
	{ "update", NFT_DYNSET_OP_UPDATE },
	{ "delete", NFT_DYNSET_OP_DELETE },
	END
};

/* Stateful objects, and statements that refer to them. */
const struct symbol json_objects[] = {
	{ "counter", NFT_OBJECT_COUNTER },
	{ "quota", NFT_OBJECT_QUOTA },
	{ "limit", NFT_OBJECT_LIMIT },
	{ "ct helper", NFT_OBJECT_CT_HELPER },
	{ "ct timeout", NFT_OBJECT_CT_TIMEOUT },
	{ "ct expectation", NFT_OBJECT_CT_EXPECT },
	{ "synproxy", NFT_OBJECT_SYNPROXY },
	{ "secmark", NFT_OBJECT_SECMARK },
	END
};

const struct symbol json_cthelper_protos[] = {
	{ "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP },
	END
};

const struct symbol json_cttimeout_protos[] = {
	{ "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP },
	{ "udplite", IPPROTO_UDPLITE },
	{ "dccp", IPPROTO_DCCP },
	{ "sctp", IPPROTO_SCTP },
	{ "gre", IPPROTO_GRE },
	{ "icmp", IPPROTO_ICMP },
	{ "icmpv6", IPPROTO_ICMPV6 },
	{ "generic", IPPROTO_RAW },
	END
};

const struct json_reject json_rejects[] = {
	{ "tcp reset", NFT_REJECT_TCP_RST, 0, NULL },
	{ "icmpx", NFT_REJECT_ICMPX_UNREACH, NFPROTO_INET, &dt_icmpx_code },
	{ "icmp", NFT_REJECT_ICMP_UNREACH, NFPROTO_IPV4, &dt_icmp_code },
	{ "icmpv6", NFT_REJECT_ICMP_UNREACH, NFPROTO_IPV6, &dt_icmpv6_code },
	{ NULL, 0, 0, NULL }
};

const char *json_byte_unit(uint64_t *bytes)
{
	unsigned int i = 0;

	while (json_byte_units[i + 1].name && *bytes && *bytes % 1024 == 0) {
		*bytes /= 1024;
		i++;
	}
	return json_byte_units[i].name;
}
