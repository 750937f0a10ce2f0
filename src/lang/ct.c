// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys of ct, rt, socket, osf and ipsec (linux/netfilter/nf_tables.h: enum
 * nft_ct_keys, nft_rt_keys, nft_socket_keys, nft_xfrm_keys).
 */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "field.h"

#define KEY(fk, n, d, k, t, bo, width, fl, np) \
	{ .name = (n), .desc = (d), .type = &(t), .kind = (fk), .byteorder = (bo), \
	  .flags = (fl), .key = (k), .bits = (width), .nfproto = (np) }
#define CT(...) KEY(FK_CT, __VA_ARGS__)

#define SET	FF_SETTABLE
#define DIR	FF_DIR_REQUIRED
#define DIROPT	FF_DIR_OPTIONAL
#define V4	NFPROTO_IPV4
#define V6	NFPROTO_IPV6

const struct field ct_fields[] = {
	CT("state", "state of the connection", NFT_CT_STATE, dt_ct_state, BO_HOST, 32, 0, 0),
	CT("direction", "direction of the packet", NFT_CT_DIRECTION, dt_ct_dir, BO_HOST, 8, 0, 0),
	CT("status", "status of the connection", NFT_CT_STATUS, dt_ct_status, BO_HOST, 32, 0, 0),
	CT("mark", "mark of the connection", NFT_CT_MARK, dt_mark, BO_HOST, 32, SET, 0),
	CT("secmark", "security mark of the connection", NFT_CT_SECMARK, dt_integer, BO_HOST, 32,
	   SET, 0),
	CT("expiration", "time until the connection expires", NFT_CT_EXPIRATION, dt_time, BO_HOST,
	   32, 0, 0),
	CT("helper", "helper of the connection", NFT_CT_HELPER, dt_string, BO_BIG, 128, 0, 0),
	CT("l3proto", "network protocol", NFT_CT_L3PROTOCOL, dt_nfproto, BO_HOST, 8, DIROPT, 0),
	/* which of the "ip" and "ip6" rows is meant depends on the family: see ct_field() */
	CT("saddr", "source address", NFT_CT_SRC, dt_invalid, BO_BIG, 0, DIR, 0),
	CT("daddr", "destination address", NFT_CT_DST, dt_invalid, BO_BIG, 0, DIR, 0),
	CT("protocol", "transport protocol", NFT_CT_PROTOCOL, dt_inet_proto, BO_BIG, 8, DIROPT, 0),
	CT("proto-src", "source port or id", NFT_CT_PROTO_SRC, dt_inet_service, BO_BIG, 16, DIR,
	   0),
	CT("proto-dst", "destination port or id", NFT_CT_PROTO_DST, dt_inet_service, BO_BIG, 16,
	   DIR, 0),
	CT("label", "labels of the connection", NFT_CT_LABELS, dt_ct_label, BO_HOST, 128, SET, 0),
	CT("bytes", "bytes seen", NFT_CT_BYTES, dt_integer, BO_HOST, 64, DIROPT, 0),
	CT("packets", "packets seen", NFT_CT_PKTS, dt_integer, BO_HOST, 64, DIROPT, 0),
	CT("avgpkt", "average bytes a packet", NFT_CT_AVGPKT, dt_integer, BO_HOST, 64, DIROPT, 0),
	CT("zone", "conntrack zone", NFT_CT_ZONE, dt_integer, BO_HOST, 16, SET | DIROPT, 0),
	CT("event", "events that are reported", NFT_CT_EVENTMASK, dt_ct_eventbit, BO_HOST, 32,
	   SET | FF_SET_ONLY, 0),
	CT("ip saddr", "IPv4 source address", NFT_CT_SRC_IP, dt_ipaddr, BO_BIG, 32, DIR, V4),
	CT("ip daddr", "IPv4 destination address", NFT_CT_DST_IP, dt_ipaddr, BO_BIG, 32, DIR, V4),
	CT("ip6 saddr", "IPv6 source address", NFT_CT_SRC_IP6, dt_ip6addr, BO_BIG, 128, DIR, V6),
	CT("ip6 daddr", "IPv6 destination address", NFT_CT_DST_IP6, dt_ip6addr, BO_BIG, 128, DIR,
	   V6),
	CT("id", "id of the connection", NFT_CT_ID, dt_integer, BO_BIG, 32, 0, 0),
	{ .name = NULL }
};

const struct field rt_fields[] = {
	KEY(FK_RT, "classid", "routing realm", NFT_RT_CLASSID, dt_realm, BO_HOST, 32, 0, 0),
	/* likewise: see rt_field() */
	KEY(FK_RT, "nexthop", "next hop", NFT_RT_NEXTHOP4, dt_invalid, BO_BIG, 0, FF_NOT_LIST, 0),
	KEY(FK_RT, "ip nexthop", "IPv4 next hop", NFT_RT_NEXTHOP4, dt_ipaddr, BO_BIG, 32, 0, V4),
	KEY(FK_RT, "ip6 nexthop", "IPv6 next hop", NFT_RT_NEXTHOP6, dt_ip6addr, BO_BIG, 128, 0,
	    V6),
	KEY(FK_RT, "mtu", "TCP maximum segment size of the route", NFT_RT_TCPMSS, dt_integer,
	    BO_HOST, 16, 0, 0),
	KEY(FK_RT, "ipsec", "leaves through IPsec", NFT_RT_XFRM, dt_boolean, BO_HOST, 8, 0, 0),
	{ .name = NULL }
};

const struct field socket_fields[] = {
	KEY(FK_SOCKET, "transparent", "has IP_TRANSPARENT set", NFT_SOCKET_TRANSPARENT,
	    dt_integer, BO_HOST, 8, 0, 0),
	KEY(FK_SOCKET, "mark", "mark of the socket", NFT_SOCKET_MARK, dt_mark, BO_HOST, 32, 0, 0),
	KEY(FK_SOCKET, "wildcard", "is bound to any address", NFT_SOCKET_WILDCARD, dt_integer,
	    BO_HOST, 8, 0, 0),
	/* expr->field.num is the level */
	KEY(FK_SOCKET, "cgroupv2", "control group of the socket", NFT_SOCKET_CGROUPV2,
	    dt_cgroupv2, BO_HOST, 64, 0, 0),
	{ .name = NULL }
};

/* key: NFT_OSF_F_VERSION for the version */
const struct field osf_fields[] = {
	KEY(FK_OSF, "name", "operating system", 0, dt_string, BO_BIG, 128, 0, 0),
	KEY(FK_OSF, "version", "operating system and version", NFT_OSF_F_VERSION, dt_string,
	    BO_BIG, 128, 0, 0),
	{ .name = NULL }
};

const struct field xfrm_fields[] = {
	KEY(FK_XFRM, "reqid", "request id of the policy", NFT_XFRM_KEY_REQID, dt_integer, BO_HOST,
	    32, DIR, 0),
	KEY(FK_XFRM, "spi", "Security Parameter Index", NFT_XFRM_KEY_SPI, dt_integer, BO_BIG, 32,
	    DIR, 0),
	KEY(FK_XFRM, "ip saddr", "IPv4 tunnel source", NFT_XFRM_KEY_SADDR_IP4, dt_ipaddr, BO_BIG,
	    32, DIR, V4),
	KEY(FK_XFRM, "ip daddr", "IPv4 tunnel destination", NFT_XFRM_KEY_DADDR_IP4, dt_ipaddr,
	    BO_BIG, 32, DIR, V4),
	KEY(FK_XFRM, "ip6 saddr", "IPv6 tunnel source", NFT_XFRM_KEY_SADDR_IP6, dt_ip6addr,
	    BO_BIG, 128, DIR, V6),
	KEY(FK_XFRM, "ip6 daddr", "IPv6 tunnel destination", NFT_XFRM_KEY_DADDR_IP6, dt_ip6addr,
	    BO_BIG, 128, DIR, V6),
	{ .name = NULL }
};

/* Keys that depend on the family, with the keys that say it themselves. */
static const struct {
	uint16_t key, key4, key6;
} ct_addr_keys[] = {
	{ NFT_CT_SRC, NFT_CT_SRC_IP, NFT_CT_SRC_IP6 },
	{ NFT_CT_DST, NFT_CT_DST_IP, NFT_CT_DST_IP6 },
};

const struct field *ct_field(unsigned int key, unsigned int nfproto)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (ct_addr_keys[i].key != key)
			continue;
		if (nfproto == NFPROTO_IPV4)
			key = ct_addr_keys[i].key4;
		else if (nfproto == NFPROTO_IPV6)
			key = ct_addr_keys[i].key6;
		break;
	}
	return field_by_key(ct_fields, key);
}

const struct field *rt_field(unsigned int key, unsigned int nfproto)
{
	if (key == NFT_RT_NEXTHOP4 && nfproto == NFPROTO_IPV6)
		key = NFT_RT_NEXTHOP6;
	return field_by_key(rt_fields, key);
}
