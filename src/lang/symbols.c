// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols of the data types: the names that nft(8) lists, in the order in
 * which describe shows them. Where several names have one value the first is
 * printed. Numbers come from the protocols' registries and from the kernel's
 * headers (nf_conntrack_common.h, nf_conntrack_tcp.h, if_arp.h, rtnetlink.h).
 */
#include "types.h"

const struct symbol nfproto_symbols[] = {
	{ "ipv4", 2 },
	{ "ipv6", 10 },
	{ NULL, 0 }
};

const struct symbol ethertype_symbols[] = {
	{ "ip", 0x0800 },
	{ "arp", 0x0806 },
	{ "ip6", 0x86dd },
	{ "8021q", 0x8100 },
	{ "8021ad", 0x88a8 },
	{ "vlan", 0x8100 },
	{ NULL, 0 }
};

const struct symbol arpop_symbols[] = {
	{ "request", 1 },
	{ "reply", 2 },
	{ "rrequest", 3 },
	{ "rreply", 4 },
	{ "inrequest", 8 },
	{ "inreply", 9 },
	{ "nak", 10 },
	{ NULL, 0 }
};

const struct symbol icmp_type_symbols[] = {
	{ "echo-reply", 0 },
	{ "destination-unreachable", 3 },
	{ "source-quench", 4 },
	{ "redirect", 5 },
	{ "echo-request", 8 },
	{ "router-advertisement", 9 },
	{ "router-solicitation", 10 },
	{ "time-exceeded", 11 },
	{ "parameter-problem", 12 },
	{ "timestamp-request", 13 },
	{ "timestamp-reply", 14 },
	{ "info-request", 15 },
	{ "info-reply", 16 },
	{ "address-mask-request", 17 },
	{ "address-mask-reply", 18 },
	{ NULL, 0 }
};

const struct symbol tcp_flag_symbols[] = {
	{ "fin", 0x01 },
	{ "syn", 0x02 },
	{ "rst", 0x04 },
	{ "psh", 0x08 },
	{ "ack", 0x10 },
	{ "urg", 0x20 },
	{ "ecn", 0x40 },
	{ "cwr", 0x80 },
	{ NULL, 0 }
};

const struct symbol dccp_pkttype_symbols[] = {
	{ "request", 0 },
	{ "response", 1 },
	{ "data", 2 },
	{ "ack", 3 },
	{ "dataack", 4 },
	{ "closereq", 5 },
	{ "close", 6 },
	{ "reset", 7 },
	{ "sync", 8 },
	{ "syncack", 9 },
	{ NULL, 0 }
};

const struct symbol mh_type_symbols[] = {
	{ "binding-refresh-request", 0 },
	{ "home-test-init", 1 },
	{ "careof-test-init", 2 },
	{ "home-test", 3 },
	{ "careof-test", 4 },
	{ "binding-update", 5 },
	{ "binding-acknowledgement", 6 },
	{ "binding-error", 7 },
	{ "fast-binding-update", 8 },
	{ "fast-binding-acknowledgement", 9 },
	{ "fast-binding-advertisement", 10 },
	{ "experimental-mobility-header", 11 },
	{ "home-agent-switch-message", 12 },
	{ NULL, 0 }
};

const struct symbol ct_state_symbols[] = {
	{ "invalid", 0x01 },
	{ "new", 0x08 },
	{ "established", 0x02 },
	{ "related", 0x04 },
	{ "untracked", 0x40 },
	{ NULL, 0 }
};

const struct symbol ct_dir_symbols[] = {
	{ "original", 0 },
	{ "reply", 1 },
	{ NULL, 0 }
};

const struct symbol ct_status_symbols[] = {
	{ "expected", 0x001 },
	{ "seen-reply", 0x002 },
	{ "assured", 0x004 },
	{ "confirmed", 0x008 },
	{ "snat", 0x010 },
	{ "dnat", 0x020 },
	{ "dying", 0x200 },
	{ NULL, 0 }
};

const struct symbol icmp6_type_symbols[] = {
	{ "destination-unreachable", 1 },
	{ "packet-too-big", 2 },
	{ "time-exceeded", 3 },
	{ "parameter-problem", 4 },
	{ "echo-request", 128 },
	{ "echo-reply", 129 },
	{ "mld-listener-query", 130 },
	{ "mld-listener-report", 131 },
	{ "mld-listener-done", 132 },
	{ "mld-listener-reduction", 132 },
	{ "nd-router-solicit", 133 },
	{ "nd-router-advert", 134 },
	{ "nd-neighbor-solicit", 135 },
	{ "nd-neighbor-advert", 136 },
	{ "nd-redirect", 137 },
	{ "router-renumbering", 138 },
	{ "ind-neighbor-solicit", 141 },
	{ "ind-neighbor-advert", 142 },
	{ "mld2-listener-report", 143 },
	{ NULL, 0 }
};

const struct symbol pkttype_symbols[] = {
	{ "host", 0 },
	{ "unicast", 0 },
	{ "broadcast", 1 },
	{ "multicast", 2 },
	{ "other", 3 },
	{ NULL, 0 }
};

const struct symbol icmp_code_symbols[] = {
	{ "net-unreachable", 0 },
	{ "host-unreachable", 1 },
	{ "prot-unreachable", 2 },
	{ "port-unreachable", 3 },
	{ "net-prohibited", 9 },
	{ "host-prohibited", 10 },
	{ "admin-prohibited", 13 },
	{ "frag-needed", 4 },
	{ NULL, 0 }
};

const struct symbol icmpv6_code_symbols[] = {
	{ "no-route", 0 },
	{ "admin-prohibited", 1 },
	{ "addr-unreachable", 3 },
	{ "port-unreachable", 4 },
	{ "policy-fail", 5 },
	{ "reject-route", 6 },
	{ NULL, 0 }
};

const struct symbol icmpx_code_symbols[] = {
	{ "port-unreachable", 1 },
	{ "admin-prohibited", 3 },
	{ "no-route", 0 },
	{ "host-unreachable", 2 },
	{ NULL, 0 }
};

const struct symbol dscp_symbols[] = {
	{ "cs0", 0x00 },
	{ "cs1", 0x08 },
	{ "cs2", 0x10 },
	{ "cs3", 0x18 },
	{ "cs4", 0x20 },
	{ "cs5", 0x28 },
	{ "cs6", 0x30 },
	{ "cs7", 0x38 },
	{ "df", 0x00 },
	{ "be", 0x00 },
	{ "lephb", 0x01 },
	{ "af11", 0x0a },
	{ "af12", 0x0c },
	{ "af13", 0x0e },
	{ "af21", 0x12 },
	{ "af22", 0x14 },
	{ "af23", 0x16 },
	{ "af31", 0x1a },
	{ "af32", 0x1c },
	{ "af33", 0x1e },
	{ "af41", 0x22 },
	{ "af42", 0x24 },
	{ "af43", 0x26 },
	{ "va", 0x2c },
	{ "ef", 0x2e },
	{ NULL, 0 }
};

const struct symbol fib_addr_symbols[] = {
	{ "unspec", 0 },
	{ "unicast", 1 },
	{ "local", 2 },
	{ "broadcast", 3 },
	{ "anycast", 4 },
	{ "multicast", 5 },
	{ "blackhole", 6 },
	{ "unreachable", 7 },
	{ "prohibit", 8 },
	{ NULL, 0 }
};

const struct symbol boolean_symbols[] = {
	{ "exists", 1 },
	{ "missing", 0 },
	{ NULL, 0 }
};

const struct symbol igmp_type_symbols[] = {
	{ "membership-query", 0x11 },
	{ "membership-report-v1", 0x12 },
	{ "membership-report-v2", 0x16 },
	{ "membership-report-v3", 0x22 },
	{ "leave-group", 0x17 },
	{ NULL, 0 }
};

const struct symbol arphrd_symbols[] = {
	{ "ether", 1 },
	{ "ppp", 512 },
	{ "ipip", 768 },
	{ "ipip6", 769 },
	{ "loopback", 772 },
	{ "sit", 776 },
	{ "ipgre", 778 },
	{ NULL, 0 }
};

const struct symbol ecn_symbols[] = {
	{ "not-ect", 0 },
	{ "ect1", 1 },
	{ "ect0", 2 },
	{ "ce", 3 },
	{ NULL, 0 }
};

const struct symbol ct_event_symbols[] = {
	{ "new", 0x001 },
	{ "related", 0x002 },
	{ "destroy", 0x004 },
	{ "reply", 0x008 },
	{ "assured", 0x010 },
	{ "protoinfo", 0x020 },
	{ "helper", 0x040 },
	{ "mark", 0x080 },
	{ "seqadj", 0x100 },
	{ "secmark", 0x200 },
	{ "label", 0x400 },
	{ NULL, 0 }
};

const struct symbol day_symbols[] = {
	{ "Sunday", 0 },
	{ "Monday", 1 },
	{ "Tuesday", 2 },
	{ "Wednesday", 3 },
	{ "Thursday", 4 },
	{ "Friday", 5 },
	{ "Saturday", 6 },
	{ NULL, 0 }
};

/*
 * Protocol numbers (IANA), for machines without /etc/protocols; where it is
 * there, its names are the ones that are known and printed.
 */
const struct symbol proto_symbols[] = {
	{ "ip", 0 },
	{ "icmp", 1 },
	{ "igmp", 2 },
	{ "ggp", 3 },
	{ "ipencap", 4 },
	{ "st", 5 },
	{ "tcp", 6 },
	{ "egp", 8 },
	{ "igp", 9 },
	{ "pup", 12 },
	{ "udp", 17 },
	{ "hmp", 20 },
	{ "xns-idp", 22 },
	{ "rdp", 27 },
	{ "iso-tp4", 29 },
	{ "dccp", 33 },
	{ "xtp", 36 },
	{ "ddp", 37 },
	{ "idpr-cmtp", 38 },
	{ "ipv6", 41 },
	{ "ipv6-route", 43 },
	{ "ipv6-frag", 44 },
	{ "idrp", 45 },
	{ "rsvp", 46 },
	{ "gre", 47 },
	{ "esp", 50 },
	{ "ah", 51 },
	{ "skip", 57 },
	{ "ipv6-icmp", 58 },
	{ "ipv6-nonxt", 59 },
	{ "ipv6-opts", 60 },
	{ "rspf", 73 },
	{ "vmtp", 81 },
	{ "eigrp", 88 },
	{ "ospf", 89 },
	{ "ax.25", 93 },
	{ "ipip", 94 },
	{ "etherip", 97 },
	{ "encap", 98 },
	{ "pim", 103 },
	{ "ipcomp", 108 },
	{ "vrrp", 112 },
	{ "l2tp", 115 },
	{ "isis", 124 },
	{ "sctp", 132 },
	{ "fc", 133 },
	{ "mobility-header", 135 },
	{ "udplite", 136 },
	{ "mpls-in-ip", 137 },
	{ "manet", 138 },
	{ "hip", 139 },
	{ "shim6", 140 },
	{ "wesp", 141 },
	{ "rohc", 142 },
	{ "ethernet", 143 },
	{ NULL, 0 }
};
