// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is searched for in a packet: IPv6 extension headers, TCP options, IPv4
 * options and SCTP chunks.
 *
 * Places and widths: RFC 8200 and 8754 (extension headers), 6275 (mh), 9293,
 * 7323, 2018, 8684, 7413 and 2385 (TCP options), 791 and 2113 (IPv4 options),
 * 9260, 3758 and 5061 (SCTP chunks).
 */
#include <stddef.h>

#include "field.h"
#include "proto_tab.h"

#define LIST_PROTO(var, n, d, f) \
	static const struct proto var = { \
		.name = (n), .desc = (d), .base = PB_NONE, .fields = (f), .ethertype = -1, \
		.l4proto = -1, \
	}

/* ---- IPv6 extension headers ---- */

#define HDR_HBH		0
#define HDR_ROUTING	43
#define HDR_FRAGMENT	44
#define HDR_DSTOPTS	60
#define HDR_MH		135

#define EXT(p, number, n, t, off, width) XFIELD(p, FK_EXTHDR, number, n, t, off, width)
#define EXT_EXISTS(p, number) XEXISTS(p, FK_EXTHDR, number)

static const struct proto ext_hbh, ext_rt, ext_rt0, ext_rt2, ext_srh, ext_frag, ext_dst, ext_mh;

static const struct field hbh_fields[] = {
	EXT_EXISTS(ext_hbh, HDR_HBH),
	EXT(ext_hbh, HDR_HBH, "nexthdr", dt_inet_proto, 0, 8),
	EXT(ext_hbh, HDR_HBH, "hdrlength", dt_integer, 8, 8),
	FIELD_END
};
LIST_PROTO(ext_hbh, "hbh", "hop-by-hop options", hbh_fields);

static const struct field rt_hdr_fields[] = {
	EXT_EXISTS(ext_rt, HDR_ROUTING),
	EXT(ext_rt, HDR_ROUTING, "nexthdr", dt_inet_proto, 0, 8),
	EXT(ext_rt, HDR_ROUTING, "hdrlength", dt_integer, 8, 8),
	EXT(ext_rt, HDR_ROUTING, "type", dt_integer, 16, 8),
	EXT(ext_rt, HDR_ROUTING, "seg-left", dt_integer, 24, 8),
	FIELD_END
};
LIST_PROTO(ext_rt, "rt", "routing header", rt_hdr_fields);

static const struct field srh_fields[] = {
	EXT(ext_srh, HDR_ROUTING, "last-entry", dt_integer, 32, 8),
	EXT(ext_srh, HDR_ROUTING, "flags", dt_integer, 40, 8),
	EXT(ext_srh, HDR_ROUTING, "tag", dt_integer, 48, 16),
	EXT(ext_srh, HDR_ROUTING, "sid[1]", dt_ip6addr, 64, 128),
	EXT(ext_srh, HDR_ROUTING, "sid[2]", dt_ip6addr, 192, 128),
	FIELD_END
};
LIST_PROTO(ext_srh, "srh", "segment routing header", srh_fields);

static const struct field rt0_fields[] = {
	EXT(ext_rt0, HDR_ROUTING, "addr[1]", dt_ip6addr, 64, 128),
	EXT(ext_rt0, HDR_ROUTING, "addr[2]", dt_ip6addr, 192, 128),
	FIELD_END
};
LIST_PROTO(ext_rt0, "rt0", "routing header of type 0", rt0_fields);

static const struct field rt2_fields[] = {
	EXT(ext_rt2, HDR_ROUTING, "addr", dt_ip6addr, 64, 128),
	FIELD_END
};
LIST_PROTO(ext_rt2, "rt2", "routing header of type 2", rt2_fields);

static const struct field frag_fields[] = {
	EXT_EXISTS(ext_frag, HDR_FRAGMENT),
	EXT(ext_frag, HDR_FRAGMENT, "nexthdr", dt_inet_proto, 0, 8),
	EXT(ext_frag, HDR_FRAGMENT, "reserved", dt_integer, 8, 8),
	EXT(ext_frag, HDR_FRAGMENT, "frag-off", dt_integer, 16, 13),
	EXT(ext_frag, HDR_FRAGMENT, "reserved2", dt_integer, 29, 2),
	EXT(ext_frag, HDR_FRAGMENT, "more-fragments", dt_integer, 31, 1),
	EXT(ext_frag, HDR_FRAGMENT, "id", dt_integer, 32, 32),
	FIELD_END
};
LIST_PROTO(ext_frag, "frag", "fragment header", frag_fields);

static const struct field dst_fields[] = {
	EXT_EXISTS(ext_dst, HDR_DSTOPTS),
	EXT(ext_dst, HDR_DSTOPTS, "nexthdr", dt_inet_proto, 0, 8),
	EXT(ext_dst, HDR_DSTOPTS, "hdrlength", dt_integer, 8, 8),
	FIELD_END
};
LIST_PROTO(ext_dst, "dst", "destination options", dst_fields);

static const struct field mh_fields[] = {
	EXT_EXISTS(ext_mh, HDR_MH),
	EXT(ext_mh, HDR_MH, "nexthdr", dt_inet_proto, 0, 8),
	EXT(ext_mh, HDR_MH, "hdrlength", dt_integer, 8, 8),
	EXT(ext_mh, HDR_MH, "type", dt_mh_type, 16, 8),
	EXT(ext_mh, HDR_MH, "reserved", dt_integer, 24, 8),
	EXT(ext_mh, HDR_MH, "checksum", dt_integer, 32, 16),
	FIELD_END
};
LIST_PROTO(ext_mh, "mh", "mobility header", mh_fields);

const struct proto *const exthdrs[] = {
	&ext_hbh, &ext_rt, &ext_srh, &ext_rt0, &ext_rt2, &ext_frag, &ext_dst, &ext_mh, NULL
};

/* ---- TCP options ---- */

#define TCPOPT(p, number, n, off, width) XFIELD(p, FK_TCPOPT, number, n, dt_integer, off, width)
/* What all options but eol and nop have. */
#define TCPOPT_COMMON(p, number) \
	XEXISTS(p, FK_TCPOPT, number), TCPOPT(p, number, "length", 8, 8)

static const struct proto opt_eol, opt_nop, opt_maxseg, opt_mss, opt_window, opt_sack_perm,
	opt_sack_permitted, opt_sack, opt_sack0, opt_sack1, opt_sack2, opt_sack3, opt_timestamp,
	opt_echo, opt_md5sig, opt_mptcp, opt_fastopen;

static const struct field eol_fields[] = { XEXISTS(opt_eol, FK_TCPOPT, 0), FIELD_END };
static const struct field nop_fields[] = { XEXISTS(opt_nop, FK_TCPOPT, 1), FIELD_END };
LIST_PROTO(opt_eol, "eol", "end of options", eol_fields);
LIST_PROTO(opt_nop, "nop", "padding", nop_fields);

#define MAXSEG_FIELDS(p) \
	{ TCPOPT_COMMON(p, 2), TCPOPT(p, 2, "size", 16, 16), FIELD_END }
static const struct field maxseg_fields[] = MAXSEG_FIELDS(opt_maxseg);
static const struct field mss_fields[] = MAXSEG_FIELDS(opt_mss);
LIST_PROTO(opt_maxseg, "maxseg", "maximum segment size", maxseg_fields);
LIST_PROTO(opt_mss, "mss", "maximum segment size", mss_fields);

static const struct field window_fields[] = {
	TCPOPT_COMMON(opt_window, 3), TCPOPT(opt_window, 3, "count", 16, 8), FIELD_END
};
LIST_PROTO(opt_window, "window", "window scaling", window_fields);

static const struct field sack_perm_fields[] = { TCPOPT_COMMON(opt_sack_perm, 4), FIELD_END };
static const struct field sack_permitted_fields[] = {
	TCPOPT_COMMON(opt_sack_permitted, 4), FIELD_END
};
LIST_PROTO(opt_sack_perm, "sack-perm", "selective acknowledgement permitted", sack_perm_fields);
LIST_PROTO(opt_sack_permitted, "sack-permitted", "selective acknowledgement permitted",
	   sack_permitted_fields);

/* Block n of the option. */
#define SACK_FIELDS(p, block) { \
	TCPOPT_COMMON(p, 5), TCPOPT(p, 5, "left", 16 + 64 * (block), 32), \
	TCPOPT(p, 5, "right", 48 + 64 * (block), 32), FIELD_END \
}
static const struct field sack_fields[] = SACK_FIELDS(opt_sack, 0);
static const struct field sack0_fields[] = SACK_FIELDS(opt_sack0, 0);
static const struct field sack1_fields[] = SACK_FIELDS(opt_sack1, 1);
static const struct field sack2_fields[] = SACK_FIELDS(opt_sack2, 2);
static const struct field sack3_fields[] = SACK_FIELDS(opt_sack3, 3);
LIST_PROTO(opt_sack, "sack", "selective acknowledgement", sack_fields);
LIST_PROTO(opt_sack0, "sack0", "selective acknowledgement, block 0", sack0_fields);
LIST_PROTO(opt_sack1, "sack1", "selective acknowledgement, block 1", sack1_fields);
LIST_PROTO(opt_sack2, "sack2", "selective acknowledgement, block 2", sack2_fields);
LIST_PROTO(opt_sack3, "sack3", "selective acknowledgement, block 3", sack3_fields);

#define TIMESTAMP_FIELDS(p) { \
	TCPOPT_COMMON(p, 8), TCPOPT(p, 8, "tsval", 16, 32), TCPOPT(p, 8, "tsecr", 48, 32), \
	FIELD_END \
}
static const struct field timestamp_fields[] = TIMESTAMP_FIELDS(opt_timestamp);
static const struct field echo_fields[] = TIMESTAMP_FIELDS(opt_echo);
LIST_PROTO(opt_timestamp, "timestamp", "timestamps", timestamp_fields);
LIST_PROTO(opt_echo, "echo", "timestamps", echo_fields);

static const struct field md5sig_fields[] = { TCPOPT_COMMON(opt_md5sig, 19), FIELD_END };
LIST_PROTO(opt_md5sig, "md5sig", "MD5 signature", md5sig_fields);

static const struct field mptcp_fields[] = {
	TCPOPT_COMMON(opt_mptcp, 30), TCPOPT(opt_mptcp, 30, "subtype", 16, 4), FIELD_END
};
LIST_PROTO(opt_mptcp, "mptcp", "Multipath TCP", mptcp_fields);

static const struct field fastopen_fields[] = { TCPOPT_COMMON(opt_fastopen, 34), FIELD_END };
LIST_PROTO(opt_fastopen, "fastopen", "Fast Open cookie", fastopen_fields);

const struct proto *const tcpopts[] = {
	&opt_eol, &opt_nop, &opt_maxseg, &opt_mss, &opt_window, &opt_sack_perm,
	&opt_sack_permitted, &opt_sack, &opt_sack0, &opt_sack1, &opt_sack2, &opt_sack3,
	&opt_timestamp, &opt_echo, &opt_md5sig, &opt_mptcp, &opt_fastopen, NULL
};

/* ---- IPv4 options; the number is the whole type byte ---- */

#define IPOPT(p, number, n, off, width) XFIELD(p, FK_IPOPT, number, n, dt_integer, off, width)
#define IPOPT_COMMON(p, number) \
	XEXISTS(p, FK_IPOPT, number), IPOPT(p, number, "type", 0, 8), \
	IPOPT(p, number, "length", 8, 8)
#define ROUTE_FIELDS(p, number) { \
	IPOPT_COMMON(p, number), IPOPT(p, number, "ptr", 16, 8), \
	IPOPT(p, number, "addr", 24, 32), FIELD_END \
}

static const struct proto ipopt_lsrr, ipopt_rr, ipopt_ssrr, ipopt_ra;

static const struct field lsrr_fields[] = ROUTE_FIELDS(ipopt_lsrr, 131);
static const struct field rr_fields[] = ROUTE_FIELDS(ipopt_rr, 7);
static const struct field ssrr_fields[] = ROUTE_FIELDS(ipopt_ssrr, 137);
static const struct field ra_fields[] = {
	IPOPT_COMMON(ipopt_ra, 148), IPOPT(ipopt_ra, 148, "value", 16, 16), FIELD_END
};
LIST_PROTO(ipopt_lsrr, "lsrr", "loose source route", lsrr_fields);
LIST_PROTO(ipopt_rr, "rr", "record route", rr_fields);
LIST_PROTO(ipopt_ssrr, "ssrr", "strict source route", ssrr_fields);
LIST_PROTO(ipopt_ra, "ra", "router alert", ra_fields);

const struct proto *const ipopts[] = { &ipopt_lsrr, &ipopt_rr, &ipopt_ssrr, &ipopt_ra, NULL };

/* ---- SCTP chunks ---- */

#define CHUNK(p, number, n, off, width) \
	XFIELD(p, FK_SCTP_CHUNK, number, n, dt_integer, off, width)
#define CHUNK_COMMON(p, number) \
	XEXISTS(p, FK_SCTP_CHUNK, number), CHUNK(p, number, "type", 0, 8), \
	CHUNK(p, number, "flags", 8, 8), CHUNK(p, number, "length", 16, 16)
/* A chunk whose own fields, if any, follow; ends with the END of its table. */
#define CHUNK_PROTO(var, number, n, d, ...) \
	static const struct proto chunk_##var; \
	static const struct field chunk_##var##_fields[] = { \
		CHUNK_COMMON(chunk_##var, number), __VA_ARGS__ \
	}; \
	LIST_PROTO(chunk_##var, n, d, chunk_##var##_fields)
#define INIT_FIELDS(p, number) \
	CHUNK(p, number, "init-tag", 32, 32), CHUNK(p, number, "a-rwnd", 64, 32), \
	CHUNK(p, number, "num-outbound-streams", 96, 16), \
	CHUNK(p, number, "num-inbound-streams", 112, 16), \
	CHUNK(p, number, "initial-tsn", 128, 32)

CHUNK_PROTO(data, 0, "data", "payload data",
	    CHUNK(chunk_data, 0, "tsn", 32, 32), CHUNK(chunk_data, 0, "stream", 64, 16),
	    CHUNK(chunk_data, 0, "ssn", 80, 16), CHUNK(chunk_data, 0, "ppid", 96, 32), FIELD_END);
CHUNK_PROTO(init, 1, "init", "initiation", INIT_FIELDS(chunk_init, 1), FIELD_END);
CHUNK_PROTO(init_ack, 2, "init-ack", "initiation acknowledgement",
	    INIT_FIELDS(chunk_init_ack, 2), FIELD_END);
CHUNK_PROTO(sack, 3, "sack", "selective acknowledgement",
	    CHUNK(chunk_sack, 3, "cum-tsn-ack", 32, 32), CHUNK(chunk_sack, 3, "a-rwnd", 64, 32),
	    CHUNK(chunk_sack, 3, "num-gap-ack-blocks", 96, 16),
	    CHUNK(chunk_sack, 3, "num-dup-tsns", 112, 16), FIELD_END);
CHUNK_PROTO(heartbeat, 4, "heartbeat", "heartbeat", FIELD_END);
CHUNK_PROTO(heartbeat_ack, 5, "heartbeat-ack", "heartbeat acknowledgement", FIELD_END);
CHUNK_PROTO(abort, 6, "abort", "abort", FIELD_END);
CHUNK_PROTO(shutdown, 7, "shutdown", "shutdown",
	    CHUNK(chunk_shutdown, 7, "cum-tsn-ack", 32, 32), FIELD_END);
CHUNK_PROTO(shutdown_ack, 8, "shutdown-ack", "shutdown acknowledgement", FIELD_END);
CHUNK_PROTO(error, 9, "error", "operation error", FIELD_END);
CHUNK_PROTO(cookie_echo, 10, "cookie-echo", "state cookie", FIELD_END);
CHUNK_PROTO(cookie_ack, 11, "cookie-ack", "cookie acknowledgement", FIELD_END);
CHUNK_PROTO(ecne, 12, "ecne", "congestion notification echo",
	    CHUNK(chunk_ecne, 12, "lowest-tsn", 32, 32), FIELD_END);
CHUNK_PROTO(cwr, 13, "cwr", "congestion window reduced",
	    CHUNK(chunk_cwr, 13, "lowest-tsn", 32, 32), FIELD_END);
CHUNK_PROTO(shutdown_complete, 14, "shutdown-complete", "shutdown complete", FIELD_END);
CHUNK_PROTO(asconf_ack, 128, "asconf-ack", "address configuration acknowledgement",
	    CHUNK(chunk_asconf_ack, 128, "seqno", 32, 32), FIELD_END);
CHUNK_PROTO(forward_tsn, 192, "forward-tsn", "forward cumulative TSN",
	    CHUNK(chunk_forward_tsn, 192, "new-cum-tsn", 32, 32), FIELD_END);
CHUNK_PROTO(asconf, 193, "asconf", "address configuration change",
	    CHUNK(chunk_asconf, 193, "seqno", 32, 32), FIELD_END);

const struct proto *const sctp_chunks[] = {
	&chunk_data, &chunk_init, &chunk_init_ack, &chunk_sack, &chunk_heartbeat,
	&chunk_heartbeat_ack, &chunk_abort, &chunk_shutdown, &chunk_shutdown_ack, &chunk_error,
	&chunk_cookie_echo, &chunk_cookie_ack, &chunk_ecne, &chunk_cwr,
	&chunk_shutdown_complete, &chunk_asconf_ack, &chunk_forward_tsn, &chunk_asconf, NULL
};
