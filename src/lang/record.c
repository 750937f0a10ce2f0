// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fields that only records have, not packets: they can stand behind "where" beside the fields
 * of rules (field.h).
 */
#include <ctype.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "field.h"
#include "types.h"

/* ---- types ---- */

/* All bits of a status, of which rules name some. */
static const struct symbol status_symbols[] = {
	{ "expected", IPS_EXPECTED },
	{ "seen-reply", IPS_SEEN_REPLY },
	{ "assured", IPS_ASSURED },
	{ "confirmed", IPS_CONFIRMED },
	{ "snat", IPS_SRC_NAT },
	{ "dnat", IPS_DST_NAT },
	{ "seq-adjust", IPS_SEQ_ADJUST },
	{ "snat-done", IPS_SRC_NAT_DONE },
	{ "dnat-done", IPS_DST_NAT_DONE },
	{ "dying", IPS_DYING },
	{ "fixed-timeout", IPS_FIXED_TIMEOUT },
	{ "template", IPS_TEMPLATE },
	{ "untracked", IPS_UNTRACKED },
	{ "helper", IPS_HELPER },
	{ "offload", IPS_OFFLOAD },
	{ "hw-offload", IPS_HW_OFFLOAD },
	{ NULL, 0 }
};

/* Numbers of linux/netfilter/nf_conntrack_tcp.h (enum tcp_conntrack). */
static const struct symbol tcp_state_symbols[] = {
	{ "none", 0 }, { "syn_sent", 1 }, { "syn_recv", 2 }, { "established", 3 },
	{ "fin_wait", 4 }, { "close_wait", 5 }, { "last_ack", 6 }, { "time_wait", 7 },
	{ "close", 8 }, { "syn_sent2", 9 }, { "listen", 9 },
	{ NULL, 0 }
};

/* linux/netfilter/nf_conntrack_sctp.h (enum sctp_conntrack) */
static const struct symbol sctp_state_symbols[] = {
	{ "none", 0 }, { "closed", 1 }, { "cookie_wait", 2 }, { "cookie_echoed", 3 },
	{ "established", 4 }, { "shutdown_sent", 5 }, { "shutdown_recd", 6 },
	{ "shutdown_ack_sent", 7 }, { "heartbeat_sent", 8 }, { "heartbeat_acked", 9 },
	{ NULL, 0 }
};

/* enum ct_dccp_states of the kernel (net/netfilter), which no uapi header has */
static const struct symbol dccp_state_symbols[] = {
	{ "none", 0 }, { "request", 1 }, { "respond", 2 }, { "partopen", 3 }, { "open", 4 },
	{ "closereq", 5 }, { "closing", 6 }, { "timewait", 7 }, { "ignore", 8 }, { "invalid", 9 },
	{ NULL, 0 }
};

/* Lines of conntracks have states in capitals; they are taken, too. */
static TYPE_PARSE(state_parse)
{
	char lower[32];
	uint64_t n;
	size_t i;

	(void)bits;
	(void)err;
	for (i = 0; text[i] && i < sizeof(lower) - 1; i++)
		lower[i] = (char)tolower((unsigned char)text[i]);
	lower[i] = '\0';
	if (text[i] || !symbol_by_name(dt->symbols, lower, &n))
		return -1;
	*value = n;
	return 0;
}

#define STATE_TYPE(n, d, s) \
	{ .name = (n), .desc = (d), .id = DT_INTEGER, .byteorder = BO_HOST, .bits = 8, \
	  .base = &dt_integer, .symbols = (s), .parse = state_parse }

static const struct datatype dt_tcp_state = STATE_TYPE("tcp_state", "state of a TCP connection",
						       tcp_state_symbols);
static const struct datatype dt_sctp_state = STATE_TYPE("sctp_state", "state of an SCTP connection",
							sctp_state_symbols);
static const struct datatype dt_dccp_state = STATE_TYPE("dccp_state", "state of a DCCP connection",
							dccp_state_symbols);
static const struct datatype dt_record_status = {
	.name = "ct_status", .desc = "conntrack status", .id = DT_CT_STATUS, .byteorder = BO_HOST,
	.bits = 32, .flags = DTF_BITMASK | DTF_HEX_SYMBOLS, .base = &dt_bitmask,
	.symbols = status_symbols,
};

/* ---- fields ---- */

#define RECORD(n, d, k, t, bo, width) \
	{ .name = (n), .desc = (d), .type = &(t), .kind = FK_RECORD, .byteorder = (bo), \
	  .key = (k), .bits = (width) }
/* The same as a key of rules, in another form. */
#define RECORD_CT(n, d, k, t, width) \
	{ .name = (n), .desc = (d), .type = &(t), .kind = FK_CT, .byteorder = BO_HOST, .key = (k), \
	  .bits = (width) }
#define FIELD_END { .name = NULL }

const struct field record_fields[] = {
	RECORD("flowtable", "flowtable that holds the flow", RECORD_FLOWTABLE, dt_string, BO_BIG,
	       128),
	FIELD_END
};

/* A timeout may be longer than the 32 bits of milliseconds that a rule sees. */
const struct field record_ct_fields[] = {
	RECORD_CT("status", "status of the connection", NFT_CT_STATUS, dt_record_status, 32),
	RECORD_CT("timeout", "time until the connection expires", NFT_CT_EXPIRATION, dt_time, 64),
	RECORD_CT("expiration", "time until the connection expires", NFT_CT_EXPIRATION, dt_time,
		  64),
	FIELD_END
};

static const struct field tcp_record_fields[] = {
	RECORD("state", "state of the connection", RECORD_TCP_STATE, dt_tcp_state, BO_HOST, 8),
	FIELD_END
};

static const struct field sctp_record_fields[] = {
	RECORD("state", "state of the connection", RECORD_SCTP_STATE, dt_sctp_state, BO_HOST, 8),
	FIELD_END
};

static const struct field dccp_record_fields[] = {
	RECORD("state", "state of the connection", RECORD_DCCP_STATE, dt_dccp_state, BO_HOST, 8),
	FIELD_END
};

const struct field *record_proto_fields(const struct proto *proto)
{
	if (proto == &proto_tcp)
		return tcp_record_fields;
	if (proto == &proto_sctp)
		return sctp_record_fields;
	return proto == &proto_dccp ? dccp_record_fields : NULL;
}

const struct field *record_field(const char *word, unsigned int len)
{
	const struct field *f;

	for (f = record_fields; f->name; f++)
		if (strncmp(f->name, word, len) == 0 && !f->name[len])
			return f;
	return NULL;
}
