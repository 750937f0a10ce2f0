/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * nff.h - netlink interface of the nff flowtable module.
 *
 * A generic netlink family named "nff", version 1, with one multicast group.
 * Every message is a genlmsghdr followed by attributes of enum nff_attr.
 *
 * Byte order: integers are in host byte order, except addresses and ports,
 * which are in network byte order as in a packet (marked be below).
 *
 * Rights: each command, and joining the group, needs CAP_NET_ADMIN in the user
 * namespace of the network namespace. A socket sees its own network namespace
 * only.
 *
 * Validation is strict: an attribute that the kernel does not know, one that a
 * request may not carry, or one of a wrong length is refused with EINVAL (or
 * ERANGE) and an extended-ack message that points at it.
 *
 * Extension: new attributes, reasons and flags are added at the end. A reader
 * skips what it does not know, and shows an unknown reason by its number.
 */
#ifndef _UAPI_LINUX_NFF_H
#define _UAPI_LINUX_NFF_H

#include <linux/types.h>

#define NFF_GENL_NAME		"nff"
#define NFF_GENL_VERSION	1
#define NFF_GENL_MCGRP_FLOWS	"flows"	/* NFF_CMD_NEW_FLOW and NFF_CMD_DEL_FLOW events */

/**
 * enum nff_cmd - commands
 *
 * "Selector" means the top-level attributes NFF_ATTR_FAMILY, NFF_ATTR_TABLE and
 * NFF_ATTR_FLOWTABLE, each of which may be left out to match any.
 *
 * @NFF_CMD_GET_FLOW: NLM_F_DUMP: every flow that the selector and NFF_ATTR_FILTER
 *	let through, one NFF_CMD_NEW_FLOW message each, in ascending NFF_FLOW_ID.
 *	A dump holds no lock between two reads; a flow that exists from start to
 *	end of the dump is shown exactly once; the event of a flow's end is sent
 *	before a dump misses it, that of its beginning may come a moment after a
 *	dump has shown it. A flow with NFF_XMIT_NONE in both directions has not
 *	been announced yet. Without NLM_F_DUMP: the one flow
 *	that matches; ENOENT if there is none, ENOTUNIQ if there are several.
 * @NFF_CMD_NEW_FLOW: kernel to user space only. Answer to a get, and event when
 *	the first direction of a flow is put on the fast path.
 * @NFF_CMD_DEL_FLOW: as a request: take the flows that match off the fast path;
 *	their connections go on on the classic path. NFF_ATTR_FILTER is required.
 *	The answer carries NFF_ATTR_COUNT. ENOENT if the filter names an
 *	NFF_FILTER_ID that does not exist. As an event: a flow left the fast path,
 *	with its final counters and NFF_FLOW_REASON.
 * @NFF_CMD_FLUSH_FLOWS: as NFF_CMD_DEL_FLOW for everything that the selector
 *	matches; takes no filter. The answer carries NFF_ATTR_COUNT.
 * @NFF_CMD_GET_TABLE: NLM_F_DUMP: every flowtable of this module that the selector
 *	matches, one NFF_CMD_NEW_TABLE message each. Without NLM_F_DUMP: the one
 *	flowtable named by a complete selector; ENOENT if this module has no such
 *	flowtable (it may be one of the in-tree module).
 * @NFF_CMD_NEW_TABLE: kernel to user space only, answer to a get.
 * @NFF_CMD_SET_TABLE: set NFF_ATTR_SETTINGS of one flowtable, named by a complete
 *	selector. Only the settings that are present change, all or none.
 * @NFF_CMD_RESET: set the counters to 0 that NFF_ATTR_RESET names: of the
 *	flowtables that the selector matches, of the flows that the selector and
 *	NFF_ATTR_FILTER match, or both. The answer carries NFF_ATTR_COUNT: the
 *	number of flows. Conntrack's own counters are not touched.
 */
enum nff_cmd {
	NFF_CMD_UNSPEC,
	NFF_CMD_GET_FLOW,
	NFF_CMD_NEW_FLOW,
	NFF_CMD_DEL_FLOW,
	NFF_CMD_FLUSH_FLOWS,
	NFF_CMD_GET_TABLE,
	NFF_CMD_NEW_TABLE,
	NFF_CMD_SET_TABLE,
	NFF_CMD_RESET,
	__NFF_CMD_MAX,
};
#define NFF_CMD_MAX (__NFF_CMD_MAX - 1)

/**
 * enum nff_attr - top-level attributes
 *
 * @NFF_ATTR_PAD: padding before 64-bit values, no content
 * @NFF_ATTR_FAMILY: u8, family of the table: NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_INET
 * @NFF_ATTR_TABLE: string, name of the table
 * @NFF_ATTR_FLOWTABLE: string, name of the flowtable
 * @NFF_ATTR_HANDLE: u64, the flowtable's nf_tables handle (from the kernel only)
 * @NFF_ATTR_FLAGS: u32, the flowtable's NFT_FLOWTABLE_* flags (from the kernel only)
 * @NFF_ATTR_PRIORITY: s32, priority of the ingress hook (from the kernel only)
 * @NFF_ATTR_DEVICES: nested, one u32 interface index each, of type NFF_DEVICE_INDEX
 *	(from the kernel only)
 * @NFF_ATTR_SETTINGS: nested enum nff_settings_attr
 * @NFF_ATTR_STATS: nested enum nff_stats_attr (from the kernel only)
 * @NFF_ATTR_FLOW: nested enum nff_flow_attr (from the kernel only)
 * @NFF_ATTR_FILTER: nested enum nff_filter_attr (to the kernel only)
 * @NFF_ATTR_COUNT: u32, number of flows that a command changed (from the kernel only)
 * @NFF_ATTR_RESET: u32, NFF_RESET_* bits (to the kernel only)
 */
enum nff_attr {
	NFF_ATTR_UNSPEC,
	NFF_ATTR_PAD,
	NFF_ATTR_FAMILY,
	NFF_ATTR_TABLE,
	NFF_ATTR_FLOWTABLE,
	NFF_ATTR_HANDLE,
	NFF_ATTR_FLAGS,
	NFF_ATTR_PRIORITY,
	NFF_ATTR_DEVICES,
	NFF_ATTR_SETTINGS,
	NFF_ATTR_STATS,
	NFF_ATTR_FLOW,
	NFF_ATTR_FILTER,
	NFF_ATTR_COUNT,
	NFF_ATTR_RESET,
	__NFF_ATTR_MAX,
};
#define NFF_ATTR_MAX (__NFF_ATTR_MAX - 1)

#define NFF_DEVICE_INDEX	1	/* attribute type inside NFF_ATTR_DEVICES */

#define NFF_RESET_TABLES	(1U << 0)	/* hits, misses, adds, reasons, peak */
#define NFF_RESET_FLOWS		(1U << 1)	/* packets and bytes of flows */

/**
 * enum nff_settings_attr - a flowtable's own settings, inside NFF_ATTR_SETTINGS
 *
 * @NFF_SET_TCP_TIMEOUT: u32, seconds without a packet after which a TCP flow leaves;
 *	0 (as at the start): the kernel's default, the sysctl
 *	net.netfilter.nf_flowtable_tcp_timeout where it exists, 30 s otherwise.
 *	At most NFF_TIMEOUT_MAX.
 * @NFF_SET_UDP_TIMEOUT: u32, as above for UDP and GRE, nf_flowtable_udp_timeout
 * @NFF_SET_SIZE: u32, largest number of flows; 0 (as at the start): no limit
 * @NFF_SET_TCP_TIMEOUT_NOW: u32, seconds, the TCP timeout in force (from the kernel only)
 * @NFF_SET_UDP_TIMEOUT_NOW: u32, seconds, the UDP timeout in force (from the kernel only)
 */
enum nff_settings_attr {
	NFF_SET_UNSPEC,
	NFF_SET_TCP_TIMEOUT,
	NFF_SET_UDP_TIMEOUT,
	NFF_SET_SIZE,
	NFF_SET_TCP_TIMEOUT_NOW,
	NFF_SET_UDP_TIMEOUT_NOW,
	__NFF_SET_MAX,
};
#define NFF_SET_MAX (__NFF_SET_MAX - 1)

#define NFF_TIMEOUT_MAX		86400	/* seconds */

/**
 * enum nff_stats_attr - statistics of a flowtable, inside NFF_ATTR_STATS
 *
 * @NFF_STATS_PAD: padding
 * @NFF_STATS_FLOWS: u32, flows in the table now
 * @NFF_STATS_PEAK: u32, most flows at once since creation or reset
 * @NFF_STATS_HITS: u64, packets forwarded by the fast path
 * @NFF_STATS_MISSES: u64, packets of an offloadable protocol that matched no flow
 * @NFF_STATS_ADDS: u64, flows put on the fast path
 * @NFF_STATS_REFUSED: nested: packets that a flow statement wanted to offload and that
 *	were refused; attribute type is enum nff_refused, value u64. Zeroes are left out.
 * @NFF_STATS_REMOVED: nested: flows that left; type is enum nff_removed, value u64
 * @NFF_STATS_CLASSIC: nested: packets that matched a flow (or were fragments) and took
 *	the classic path all the same; type is enum nff_classic, value u64
 */
enum nff_stats_attr {
	NFF_STATS_UNSPEC,
	NFF_STATS_PAD,
	NFF_STATS_FLOWS,
	NFF_STATS_PEAK,
	NFF_STATS_HITS,
	NFF_STATS_MISSES,
	NFF_STATS_ADDS,
	NFF_STATS_REFUSED,
	NFF_STATS_REMOVED,
	NFF_STATS_CLASSIC,
	__NFF_STATS_MAX,
};
#define NFF_STATS_MAX (__NFF_STATS_MAX - 1)

/**
 * enum nff_refused - why a connection was not offloaded
 *
 * @NFF_REFUSED_NO_CT: packet without conntrack entry, or untracked
 * @NFF_REFUSED_PROTO: a protocol that is not offloaded
 * @NFF_REFUSED_TCP_STATE: TCP connection that is not established (or is closing)
 * @NFF_REFUSED_UNCONFIRMED: first packet, the entry is not yet in the conntrack table
 * @NFF_REFUSED_HELPER: connection with a conntrack helper
 * @NFF_REFUSED_SEQADJ: sequence numbers are adjusted (helper, synproxy)
 * @NFF_REFUSED_CLASH: entry that lost a NAT clash
 * @NFF_REFUSED_DYING: entry that is being destroyed
 * @NFF_REFUSED_IPOPT: IP options or IPv6 extension headers
 * @NFF_REFUSED_FRAGMENT: packet was put together from fragments
 * @NFF_REFUSED_IPSEC: decrypted packet, or one that will be encrypted
 * @NFF_REFUSED_CAST: multicast or broadcast
 * @NFF_REFUSED_NOT_FORWARDED: packet that is bridged or local, not routed
 * @NFF_REFUSED_ROUTE: route with a lightweight tunnel, or of another kind than unicast
 * @NFF_REFUSED_DEVICE: neither of the packet's devices is in the flowtable
 * @NFF_REFUSED_NEIGH: next hop has no usable neighbour yet
 * @NFF_REFUSED_GRE: GRE with NAT, with a key known to conntrack, or not version 0
 * @NFF_REFUSED_LIMIT: the flowtable is full
 * @NFF_REFUSED_NOMEM: out of memory, or the hash table is being rebuilt
 */
enum nff_refused {
	NFF_REFUSED_UNSPEC,
	NFF_REFUSED_NO_CT,
	NFF_REFUSED_PROTO,
	NFF_REFUSED_TCP_STATE,
	NFF_REFUSED_UNCONFIRMED,
	NFF_REFUSED_HELPER,
	NFF_REFUSED_SEQADJ,
	NFF_REFUSED_CLASH,
	NFF_REFUSED_DYING,
	NFF_REFUSED_IPOPT,
	NFF_REFUSED_FRAGMENT,
	NFF_REFUSED_IPSEC,
	NFF_REFUSED_CAST,
	NFF_REFUSED_NOT_FORWARDED,
	NFF_REFUSED_ROUTE,
	NFF_REFUSED_DEVICE,
	NFF_REFUSED_NEIGH,
	NFF_REFUSED_GRE,
	NFF_REFUSED_LIMIT,
	NFF_REFUSED_NOMEM,
	__NFF_REFUSED_MAX,
};
#define NFF_REFUSED_MAX (__NFF_REFUSED_MAX - 1)

/**
 * enum nff_removed - why a flow left
 *
 * @NFF_REMOVED_TIMEOUT: no packet for the flowtable's timeout
 * @NFF_REMOVED_TCP_FIN: a FIN was seen
 * @NFF_REMOVED_TCP_RST: a RST was seen
 * @NFF_REMOVED_TCP_STATE: conntrack saw the connection leave the established state
 * @NFF_REMOVED_CT: the conntrack entry is being destroyed
 * @NFF_REMOVED_ROUTE: a route that the flow uses is no longer valid
 * @NFF_REMOVED_NEIGH: the next hop's neighbour entry was deleted or has another address
 * @NFF_REMOVED_DEVICE: a device went down, away, or changed its MTU or address, or was
 *	taken out of the flowtable
 * @NFF_REMOVED_PATH: the path below a bridge changed
 * @NFF_REMOVED_USER: NFF_CMD_DEL_FLOW or NFF_CMD_FLUSH_FLOWS
 * @NFF_REMOVED_TABLE: the flowtable was deleted
 * @NFF_REMOVED_NETNS: the network namespace was deleted
 * @NFF_REMOVED_REFUSED: neither direction could be offloaded (no events are sent), or
 *	one of them turned out to need IPsec
 * @NFF_REMOVED_TCP_INVALID: a segment that does not belong to an established connection:
 *	SYN, no ACK, or a header too short
 */
enum nff_removed {
	NFF_REMOVED_UNSPEC,
	NFF_REMOVED_TIMEOUT,
	NFF_REMOVED_TCP_FIN,
	NFF_REMOVED_TCP_RST,
	NFF_REMOVED_TCP_STATE,
	NFF_REMOVED_CT,
	NFF_REMOVED_ROUTE,
	NFF_REMOVED_NEIGH,
	NFF_REMOVED_DEVICE,
	NFF_REMOVED_PATH,
	NFF_REMOVED_USER,
	NFF_REMOVED_TABLE,
	NFF_REMOVED_NETNS,
	NFF_REMOVED_REFUSED,
	NFF_REMOVED_TCP_INVALID,
	__NFF_REMOVED_MAX,
};
#define NFF_REMOVED_MAX (__NFF_REMOVED_MAX - 1)

/**
 * enum nff_classic - why a packet of a flow took the classic path
 *
 * @NFF_CLASSIC_TTL: TTL or hop limit would reach 0
 * @NFF_CLASSIC_MTU: larger than the path MTU
 * @NFF_CLASSIC_FRAGMENT: a fragment (counted without a lookup)
 * @NFF_CLASSIC_TCP_FLAGS: a segment as for NFF_REMOVED_TCP_INVALID
 * @NFF_CLASSIC_TCP_END: the FIN or RST that took the flow off the fast path
 * @NFF_CLASSIC_LENGTH: IP length does not fit the packet
 * @NFF_CLASSIC_ROUTE: the packet found the route stale
 * @NFF_CLASSIC_NEIGH: neighbour not resolved, deleted or changed
 * @NFF_CLASSIC_L2: frame that is not addressed to this host, or a decrypted packet
 * @NFF_CLASSIC_NOMEM: no memory for a private copy of the packet
 */
enum nff_classic {
	NFF_CLASSIC_UNSPEC,
	NFF_CLASSIC_TTL,
	NFF_CLASSIC_MTU,
	NFF_CLASSIC_FRAGMENT,
	NFF_CLASSIC_TCP_FLAGS,
	NFF_CLASSIC_TCP_END,
	NFF_CLASSIC_LENGTH,
	NFF_CLASSIC_ROUTE,
	NFF_CLASSIC_NEIGH,
	NFF_CLASSIC_L2,
	NFF_CLASSIC_NOMEM,
	__NFF_CLASSIC_MAX,
};
#define NFF_CLASSIC_MAX (__NFF_CLASSIC_MAX - 1)

/**
 * enum nff_flow_attr - a flow, inside NFF_ATTR_FLOW
 *
 * @NFF_FLOW_PAD: padding
 * @NFF_FLOW_ID: u32, number of the flow, unique in the network namespace at any moment
 * @NFF_FLOW_L3PROTO: u8, NFPROTO_IPV4 or NFPROTO_IPV6
 * @NFF_FLOW_L4PROTO: u8, IPPROTO_TCP, IPPROTO_UDP or IPPROTO_GRE
 * @NFF_FLOW_FLAGS: u32, NFF_FLOW_F_* bits
 * @NFF_FLOW_ORIG: nested enum nff_dir_attr, conntrack's original direction
 * @NFF_FLOW_REPLY: nested enum nff_dir_attr, conntrack's reply direction
 * @NFF_FLOW_CT_ID: u32 be, the conntrack entry's id as ctnetlink's CTA_ID has it
 * @NFF_FLOW_CT_MARK: u32, conntrack mark
 * @NFF_FLOW_CT_ZONE: u16, conntrack zone
 * @NFF_FLOW_CREATED: u64, nanoseconds since the epoch, when the flow was made
 * @NFF_FLOW_IDLE: u64, milliseconds since the last packet
 * @NFF_FLOW_LEFT: u64, milliseconds until the flow times out if no packet comes
 * @NFF_FLOW_REASON: u32, enum nff_removed, in NFF_CMD_DEL_FLOW events only
 */
enum nff_flow_attr {
	NFF_FLOW_UNSPEC,
	NFF_FLOW_PAD,
	NFF_FLOW_ID,
	NFF_FLOW_L3PROTO,
	NFF_FLOW_L4PROTO,
	NFF_FLOW_FLAGS,
	NFF_FLOW_ORIG,
	NFF_FLOW_REPLY,
	NFF_FLOW_CT_ID,
	NFF_FLOW_CT_MARK,
	NFF_FLOW_CT_ZONE,
	NFF_FLOW_CREATED,
	NFF_FLOW_IDLE,
	NFF_FLOW_LEFT,
	NFF_FLOW_REASON,
	__NFF_FLOW_MAX,
};
#define NFF_FLOW_MAX (__NFF_FLOW_MAX - 1)

#define NFF_FLOW_F_SNAT		(1U << 0)	/* source address or port is translated */
#define NFF_FLOW_F_DNAT		(1U << 1)	/* destination address or port is translated */
#define NFF_FLOW_F_ACCT		(1U << 2)	/* conntrack's counters are updated too */

/**
 * enum nff_dir_attr - one direction of a flow
 *
 * Addresses and ports are those of packets of this direction as they come in.
 * Devices, encapsulation and transmit kind are there once NFF_DIR_XMIT is not
 * NFF_XMIT_NONE.
 *
 * @NFF_DIR_PAD: padding
 * @NFF_DIR_SRC: 4 or 16 bytes, source address
 * @NFF_DIR_DST: 4 or 16 bytes, destination address
 * @NFF_DIR_SPORT: u16 be, source port (TCP and UDP only)
 * @NFF_DIR_DPORT: u16 be, destination port (TCP and UDP only)
 * @NFF_DIR_XMIT: u8, enum nff_xmit
 * @NFF_DIR_IIF: u32, interface index where the ingress hook takes the packets
 * @NFF_DIR_OIF: u32, interface index where the packets are sent
 * @NFF_DIR_L3IIF: u32, interface index of the routed input device, which may be a VLAN,
 *	bridge or PPP device above NFF_DIR_IIF
 * @NFF_DIR_L3OIF: u32, interface index of the routed output device
 * @NFF_DIR_IN_ENCAP: array of struct nff_encap, outermost first: tags of packets that
 *	come in on NFF_DIR_IIF
 * @NFF_DIR_OUT_ENCAP: array of struct nff_encap, outermost first: tags that are put on
 *	packets sent on NFF_DIR_OIF (empty when a device above puts them on)
 * @NFF_DIR_MTU: u32, largest IP packet on the fast path
 * @NFF_DIR_PACKETS: u64, packets forwarded by the fast path
 * @NFF_DIR_BYTES: u64, their bytes, from the IP header on
 */
enum nff_dir_attr {
	NFF_DIR_UNSPEC,
	NFF_DIR_PAD,
	NFF_DIR_SRC,
	NFF_DIR_DST,
	NFF_DIR_SPORT,
	NFF_DIR_DPORT,
	NFF_DIR_XMIT,
	NFF_DIR_IIF,
	NFF_DIR_OIF,
	NFF_DIR_L3IIF,
	NFF_DIR_L3OIF,
	NFF_DIR_IN_ENCAP,
	NFF_DIR_OUT_ENCAP,
	NFF_DIR_MTU,
	NFF_DIR_PACKETS,
	NFF_DIR_BYTES,
	__NFF_DIR_MAX,
};
#define NFF_DIR_MAX (__NFF_DIR_MAX - 1)

/**
 * enum nff_xmit - how packets of a direction are sent
 *
 * @NFF_XMIT_NONE: this direction is not on the fast path (yet)
 * @NFF_XMIT_NEIGH: through the neighbour entry of the routed output device
 * @NFF_XMIT_DIRECT: to the port below a bridge, with a prepared Ethernet header
 */
enum nff_xmit {
	NFF_XMIT_NONE,
	NFF_XMIT_NEIGH,
	NFF_XMIT_DIRECT,
};

/**
 * struct nff_encap - one tag below the IP header
 *
 * @proto: Ethernet type, be: 0x8100 and 0x88a8 for a VLAN, 0x8864 for a PPPoE session
 * @id: VLAN id or PPPoE session id, host byte order
 */
struct nff_encap {
	__be16 proto;
	__u16 id;
};

/**
 * enum nff_filter_attr - inside NFF_ATTR_FILTER; a flow must match all that are present
 *
 * @NFF_FILTER_ID: u32, NFF_FLOW_ID
 * @NFF_FILTER_L3PROTO: u8, NFPROTO_IPV4 or NFPROTO_IPV6
 * @NFF_FILTER_L4PROTO: u8
 * @NFF_FILTER_ORIG_SRC: struct nff_prefix, source of the original direction
 * @NFF_FILTER_ORIG_DST: struct nff_prefix, destination of the original direction
 * @NFF_FILTER_REPLY_SRC: struct nff_prefix, source of the reply direction
 * @NFF_FILTER_REPLY_DST: struct nff_prefix, destination of the reply direction
 * @NFF_FILTER_ADDR: struct nff_prefix, any of the four addresses
 * @NFF_FILTER_ORIG_SPORT: u16 be
 * @NFF_FILTER_ORIG_DPORT: u16 be
 * @NFF_FILTER_REPLY_SPORT: u16 be
 * @NFF_FILTER_REPLY_DPORT: u16 be
 * @NFF_FILTER_PORT: u16 be, any of the four ports
 * @NFF_FILTER_MARK: u32, conntrack mark, compared under NFF_FILTER_MARK_MASK
 * @NFF_FILTER_MARK_MASK: u32, all ones if absent; needs NFF_FILTER_MARK
 * @NFF_FILTER_ZONE: u16, conntrack zone
 * @NFF_FILTER_IFINDEX: u32, any device of either direction (ingress, transmit or routed)
 * @NFF_FILTER_CT_ID: u32 be, conntrack id
 */
enum nff_filter_attr {
	NFF_FILTER_UNSPEC,
	NFF_FILTER_ID,
	NFF_FILTER_L3PROTO,
	NFF_FILTER_L4PROTO,
	NFF_FILTER_ORIG_SRC,
	NFF_FILTER_ORIG_DST,
	NFF_FILTER_REPLY_SRC,
	NFF_FILTER_REPLY_DST,
	NFF_FILTER_ADDR,
	NFF_FILTER_ORIG_SPORT,
	NFF_FILTER_ORIG_DPORT,
	NFF_FILTER_REPLY_SPORT,
	NFF_FILTER_REPLY_DPORT,
	NFF_FILTER_PORT,
	NFF_FILTER_MARK,
	NFF_FILTER_MARK_MASK,
	NFF_FILTER_ZONE,
	NFF_FILTER_IFINDEX,
	NFF_FILTER_CT_ID,
	__NFF_FILTER_MAX,
};
#define NFF_FILTER_MAX (__NFF_FILTER_MAX - 1)

/**
 * struct nff_prefix - address prefix of a filter
 *
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6; flows of the other family do not match
 * @len: number of leading bits that must be equal, at most 32 or 128
 * @reserved: 0
 * @addr: address, network byte order; IPv4 uses the first four bytes, the rest is 0
 */
struct nff_prefix {
	__u8 family;
	__u8 len;
	__u8 reserved[2];
	__u8 addr[16];
};

#endif /* _UAPI_LINUX_NFF_H */
