// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Protocols over IP.
 *
 * Places and widths: RFC 792 (icmp), 4443, 3810 and 4861 (icmpv6), 2236 and
 * 3376 (igmp), 9293 and 3168 (tcp), 768 (udp), 3828 (udplite), 9260 (sctp),
 * 4340 (dccp), 4302 (ah), 4303 (esp), 3173 (comp).
 */
#include <netinet/in.h>

#include "field.h"
#include "proto_tab.h"

/*
 * Which types of a message have which of the fields after the checksum: ICMP
 * and ICMPv6 use those bytes differently from type to type.
 */
static const struct field icmp_fields[], icmpv6_fields[];

static const struct field_dep icmp_echo = { &icmp_fields[0], 2, { 0, 8 } };
static const struct field_dep icmp_mtu = { &icmp_fields[0], 1, { 3 } };
static const struct field_dep icmp_redirect = { &icmp_fields[0], 1, { 5 } };

static const struct field icmp_fields[] = {
	PFIELD(proto_icmp, "type", dt_icmp_type, 0, 8),
	PFIELD(proto_icmp, "code", dt_icmp_code, 8, 8),
	PFIELD(proto_icmp, "checksum", dt_integer, 16, 16),
	PFIELD_DEP(proto_icmp, "id", dt_integer, 32, 16, icmp_echo),
	PFIELD_DEP(proto_icmp, "sequence", dt_integer, 48, 16, icmp_echo),
	PFIELD_DEP(proto_icmp, "gateway", dt_integer, 32, 32, icmp_redirect),
	PFIELD_DEP(proto_icmp, "mtu", dt_integer, 48, 16, icmp_mtu),
	FIELD_END
};

const struct proto proto_icmp = {
	.name = "icmp", .desc = "ICMP", .base = PB_TH, .hdr_bits_known = 1, .hdr_len = 8,
	.fields = icmp_fields, .ethertype = -1, .l4proto = IPPROTO_ICMP,
};

static const struct field_dep icmpv6_echo = { &icmpv6_fields[0], 2, { 128, 129 } };
static const struct field_dep icmpv6_mtu = { &icmpv6_fields[0], 1, { 2 } };
static const struct field_dep icmpv6_mgmq = { &icmpv6_fields[0], 1, { 130 } };

static const struct field icmpv6_fields[] = {
	PFIELD(proto_icmpv6, "type", dt_icmp6_type, 0, 8),
	PFIELD(proto_icmpv6, "code", dt_icmpv6_code, 8, 8),
	PFIELD(proto_icmpv6, "checksum", dt_integer, 16, 16),
	PFIELD_DEP(proto_icmpv6, "mtu", dt_integer, 32, 32, icmpv6_mtu),
	PFIELD_DEP(proto_icmpv6, "id", dt_integer, 32, 16, icmpv6_echo),
	PFIELD_DEP(proto_icmpv6, "sequence", dt_integer, 48, 16, icmpv6_echo),
	PFIELD_DEP(proto_icmpv6, "max-delay", dt_integer, 32, 16, icmpv6_mgmq),
	PFIELD(proto_icmpv6, "parameter-problem", dt_integer, 32, 32),
	FIELD_END
};

const struct proto proto_icmpv6 = {
	.name = "icmpv6", .desc = "ICMPv6", .base = PB_TH, .hdr_bits_known = 1, .hdr_len = 8,
	.fields = icmpv6_fields, .ethertype = -1, .l4proto = IPPROTO_ICMPV6,
};

static const struct field igmp_fields[] = {
	PFIELD(proto_igmp, "type", dt_igmp_type, 0, 8),
	PFIELD(proto_igmp, "mrt", dt_integer, 8, 8),
	PFIELD(proto_igmp, "checksum", dt_integer, 16, 16),
	PFIELD(proto_igmp, "group", dt_integer, 32, 32),
	FIELD_END
};

const struct proto proto_igmp = {
	.name = "igmp", .desc = "IGMP", .base = PB_TH, .hdr_bits_known = 1, .hdr_len = 8,
	.fields = igmp_fields, .ethertype = -1, .l4proto = IPPROTO_IGMP,
};

static const struct field tcp_fields[] = {
	PFIELD(proto_tcp, "sport", dt_inet_service, 0, 16),
	PFIELD(proto_tcp, "dport", dt_inet_service, 16, 16),
	PFIELD(proto_tcp, "sequence", dt_integer, 32, 32),
	PFIELD(proto_tcp, "ackseq", dt_integer, 64, 32),
	PFIELD(proto_tcp, "doff", dt_integer, 96, 4),
	PFIELD(proto_tcp, "reserved", dt_integer, 100, 4),
	PFIELD(proto_tcp, "flags", dt_tcp_flag, 104, 8),
	PFIELD(proto_tcp, "window", dt_integer, 112, 16),
	PFIELD(proto_tcp, "checksum", dt_integer, 128, 16),
	PFIELD(proto_tcp, "urgptr", dt_integer, 144, 16),
	FIELD_END
};

const struct proto proto_tcp = {
	.name = "tcp", .desc = "TCP", .base = PB_TH, .hdr_len = 20, .fields = tcp_fields,
	.ethertype = -1, .l4proto = IPPROTO_TCP,
};

static const struct field udp_fields[] = {
	PFIELD(proto_udp, "sport", dt_inet_service, 0, 16),
	PFIELD(proto_udp, "dport", dt_inet_service, 16, 16),
	PFIELD(proto_udp, "length", dt_integer, 32, 16),
	PFIELD(proto_udp, "checksum", dt_integer, 48, 16),
	FIELD_END
};

const struct proto proto_udp = {
	.name = "udp", .desc = "UDP", .base = PB_TH, .hdr_bits_known = 1, .hdr_len = 8,
	.fields = udp_fields, .ethertype = -1, .l4proto = IPPROTO_UDP,
};

static const struct field udplite_fields[] = {
	PFIELD(proto_udplite, "sport", dt_inet_service, 0, 16),
	PFIELD(proto_udplite, "dport", dt_inet_service, 16, 16),
	PFIELD(proto_udplite, "csumcov", dt_integer, 32, 16),
	PFIELD(proto_udplite, "checksum", dt_integer, 48, 16),
	FIELD_END
};

const struct proto proto_udplite = {
	.name = "udplite", .desc = "UDP-Lite", .base = PB_TH, .hdr_bits_known = 1, .hdr_len = 8,
	.fields = udplite_fields, .ethertype = -1, .l4proto = IPPROTO_UDPLITE,
};

static const struct field sctp_fields[] = {
	PFIELD(proto_sctp, "sport", dt_inet_service, 0, 16),
	PFIELD(proto_sctp, "dport", dt_inet_service, 16, 16),
	PFIELD(proto_sctp, "vtag", dt_integer, 32, 32),
	PFIELD(proto_sctp, "checksum", dt_integer, 64, 32),
	FIELD_END
};

const struct proto proto_sctp = {
	.name = "sctp", .desc = "SCTP", .base = PB_TH, .hdr_bits_known = 1, .hdr_len = 12,
	.fields = sctp_fields, .ethertype = -1, .l4proto = IPPROTO_SCTP,
};

static const struct field dccp_fields[] = {
	PFIELD(proto_dccp, "sport", dt_inet_service, 0, 16),
	PFIELD(proto_dccp, "dport", dt_inet_service, 16, 16),
	PFIELD(proto_dccp, "type", dt_dccp_pkttype, 67, 4),
	FIELD_END
};

const struct proto proto_dccp = {
	.name = "dccp", .desc = "DCCP", .base = PB_TH, .hdr_len = 12, .fields = dccp_fields,
	.ethertype = -1, .l4proto = IPPROTO_DCCP,
};

static const struct field ah_fields[] = {
	PFIELD(proto_ah, "nexthdr", dt_inet_proto, 0, 8),
	PFIELD(proto_ah, "hdrlength", dt_integer, 8, 8),
	PFIELD(proto_ah, "reserved", dt_integer, 16, 16),
	PFIELD(proto_ah, "spi", dt_integer, 32, 32),
	PFIELD(proto_ah, "sequence", dt_integer, 64, 32),
	FIELD_END
};

const struct proto proto_ah = {
	.name = "ah", .desc = "Authentication Header", .base = PB_TH, .hdr_len = 12,
	.fields = ah_fields, .ethertype = -1, .l4proto = IPPROTO_AH,
};

static const struct field esp_fields[] = {
	PFIELD(proto_esp, "spi", dt_integer, 0, 32),
	PFIELD(proto_esp, "sequence", dt_integer, 32, 32),
	FIELD_END
};

const struct proto proto_esp = {
	.name = "esp", .desc = "Encapsulating Security Payload", .base = PB_TH, .hdr_len = 8,
	.fields = esp_fields, .ethertype = -1, .l4proto = IPPROTO_ESP,
};

static const struct field comp_fields[] = {
	PFIELD(proto_comp, "nexthdr", dt_inet_proto, 0, 8),
	PFIELD(proto_comp, "flags", dt_bitmask, 8, 8),
	PFIELD(proto_comp, "cpi", dt_integer, 16, 16),
	FIELD_END
};

const struct proto proto_comp = {
	.name = "comp", .desc = "IP Payload Compression", .base = PB_TH, .hdr_bits_known = 1,
	.hdr_len = 4, .fields = comp_fields, .ethertype = -1, .l4proto = IPPROTO_COMP,
};

/* What the protocols with ports share. */
static const struct field th_fields[] = {
	PFIELD(proto_th, "sport", dt_inet_service, 0, 16),
	PFIELD(proto_th, "dport", dt_inet_service, 16, 16),
	FIELD_END
};

const struct proto proto_th = {
	.name = "th", .desc = "any transport protocol", .base = PB_TH, .hdr_len = 4,
	.fields = th_fields, .ethertype = -1, .l4proto = -1,
};
