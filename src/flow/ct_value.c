// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The values of fields in a conntrack, for matches, and which fields those are.
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "ct_value.h"

#define STATE_BIT(ctinfo) (1u << ((ctinfo) % IP_CT_IS_REPLY + 1))
#define STATE_UNTRACKED_BIT (1u << 6)

/*
 * The state of a packet belongs to the packet, too. A connection is shown in
 * the state that its next packet in the original direction would have.
 */
static unsigned int state_bit(uint32_t status)
{
	if (status & IPS_UNTRACKED)
		return STATE_UNTRACKED_BIT;
	if (status & IPS_SEEN_REPLY)
		return STATE_BIT(IP_CT_ESTABLISHED);
	return status & IPS_EXPECTED ? STATE_BIT(IP_CT_RELATED) : STATE_BIT(IP_CT_NEW);
}

static bool number(uint64_t n, bool has, nff_u128 *v)
{
	*v = n;
	return has;
}

/* Without a direction: the one id that it has, of both or of one of them. */
static unsigned int zone(const struct conntrack *ct, unsigned int dir)
{
	if (ct->has & CT_ZONE)
		return ct->zone;
	if (dir)
		return ct->tuple[dir - 1].zone;
	return ct->tuple[CT_ORIG].has & CTT_ZONE ? ct->tuple[CT_ORIG].zone :
						   ct->tuple[CT_REPLY].zone;
}

/* Of one direction or the sum of both. */
static bool counter(const struct conntrack *ct, unsigned int key, unsigned int dir, nff_u128 *v)
{
	uint64_t packets = 0, bytes = 0;
	uint32_t has = 0;

	for (unsigned int i = dir ? dir - 1 : 0; i < (dir ? dir : 2); i++) {
		has |= ct->counters[i].has;
		packets += ct->counters[i].packets;
		bytes += ct->counters[i].bytes;
	}
	switch (key) {
	case NFT_CT_PKTS:
		return number(packets, has & CTC_PACKETS, v);
	case NFT_CT_BYTES:
		return number(bytes, has & CTC_BYTES, v);
	default:
		return number(packets ? bytes / packets : 0,
			      has & CTC_PACKETS && has & CTC_BYTES, v);
	}
}

static bool helper(const struct conntrack *ct, nff_u128 *v)
{
	char name[16] = "";
	uint32_t len = ct->helper.len < sizeof(name) ? ct->helper.len : sizeof(name);

	if (!(ct->has & CT_HELPER))
		return false;
	memcpy(name, ct->helper.s, len);
	*v = value_import(name, BO_BIG, sizeof(name));
	return true;
}

static bool labels(const struct conntrack *ct, nff_u128 *v)
{
	uint32_t len = ct->labels.len < 16 ? ct->labels.len : 16;

	*v = 0;
	for (uint32_t i = 0; i < len; i++)
		*v |= (nff_u128)(uint8_t)ct->labels.s[i] << 8 * i;
	return true;
}

static bool ct_key_value(const struct conntrack *ct, const struct field *f, unsigned int dir,
			 nff_u128 *v)
{
	switch (f->key) {
	case NFT_CT_STATE:
		return number(state_bit(ct->status), ct->has & CT_STATUS, v);
	case NFT_CT_STATUS:
		return number(ct->status, ct->has & CT_STATUS, v);
	case NFT_CT_MARK:
		return number(ct->mark, true, v);
	case NFT_CT_SECMARK:
		return number(ct->secmark, true, v);
	case NFT_CT_EXPIRATION:
		return number((uint64_t)ct->timeout * 1000, ct->has & CT_TIMEOUT, v);
	case NFT_CT_HELPER:
		return helper(ct, v);
	case NFT_CT_LABELS:
		return labels(ct, v);
	case NFT_CT_ZONE:
		return number(zone(ct, dir), true, v);
	case NFT_CT_ID:
		return number(ct->id, ct->has & CT_ID, v);
	case NFT_CT_PKTS:
	case NFT_CT_BYTES:
	case NFT_CT_AVGPKT:
		return counter(ct, f->key, dir, v);
	default:
		return ct_tuple_value(&ct->tuple[dir ? dir - 1 : CT_ORIG], ct->family, f, v);
	}
}

bool ct_value(const void *rec, const struct field *f, unsigned int dir, nff_u128 *v)
{
	const struct conntrack *ct = rec;

	switch (f->kind) {
	case FK_CT:
		return ct_key_value(ct, f, dir, v);
	case FK_PAYLOAD:
	case FK_META:
		return ct_tuple_value(&ct->tuple[CT_ORIG], ct->family, f, v);
	case FK_RECORD:
		if (f->key == RECORD_TCP_STATE)
			return number(ct->proto.tcp_state, ct->proto.has & CTP_TCP_STATE, v);
		if (f->key == RECORD_SCTP_STATE)
			return number(ct->proto.sctp_state, ct->proto.has & CTP_SCTP_STATE, v);
		if (f->key == RECORD_DCCP_STATE)
			return number(ct->proto.dccp_state, ct->proto.has & CTP_DCCP_STATE, v);
		return false;
	default:
		return false;
	}
}

bool ct_knows(const struct field *f, unsigned int dir)
{
	(void)dir;
	if (f->kind == FK_RECORD)
		return f->key == RECORD_TCP_STATE || f->key == RECORD_SCTP_STATE ||
		       f->key == RECORD_DCCP_STATE;
	if (f->kind != FK_CT)
		return ct_tuple_knows(f);
	switch (f->key) {
	case NFT_CT_STATE:
	case NFT_CT_STATUS:
	case NFT_CT_MARK:
	case NFT_CT_SECMARK:
	case NFT_CT_EXPIRATION:
	case NFT_CT_HELPER:
	case NFT_CT_LABELS:
	case NFT_CT_ZONE:
	case NFT_CT_ID:
	case NFT_CT_PKTS:
	case NFT_CT_BYTES:
	case NFT_CT_AVGPKT:
		return true;
	default:
		return ct_tuple_knows(f);
	}
}
