// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * meta keys (linux/netfilter/nf_tables.h, enum nft_meta_keys).
 */
#include <string.h>
#include <linux/netfilter/nf_tables.h>

#include "field.h"

#define META(n, d, k, t, bo, width, fl) \
	{ .name = (n), .desc = (d), .type = &(t), .kind = FK_META, .byteorder = (bo), \
	  .flags = (fl), .key = (k), .bits = (width) }

#define BARE	(FF_UNQUALIFIED | FF_PRINT_BARE)
#define UNQ	FF_UNQUALIFIED
#define SET	FF_SETTABLE

const struct field meta_fields[] = {
	META("length", "packet length", NFT_META_LEN, dt_integer, BO_HOST, 32, 0),
	META("protocol", "EtherType of the packet", NFT_META_PROTOCOL, dt_ethertype, BO_BIG, 16,
	     0),
	META("priority", "TC packet priority", NFT_META_PRIORITY, dt_classid, BO_HOST, 32, SET),
	META("mark", "packet mark", NFT_META_MARK, dt_mark, BO_HOST, 32, UNQ | SET),
	META("iif", "input interface index", NFT_META_IIF, dt_ifindex, BO_HOST, 32, BARE),
	META("iifname", "input interface name", NFT_META_IIFNAME, dt_ifname, BO_BIG, 128, BARE),
	META("iiftype", "input interface hardware type", NFT_META_IIFTYPE, dt_arphrd, BO_HOST, 16,
	     UNQ),
	META("oif", "output interface index", NFT_META_OIF, dt_ifindex, BO_HOST, 32, BARE),
	META("oifname", "output interface name", NFT_META_OIFNAME, dt_ifname, BO_BIG, 128, BARE),
	META("oiftype", "output interface hardware type", NFT_META_OIFTYPE, dt_arphrd, BO_HOST,
	     16, UNQ),
	META("skuid", "user of the originating socket", NFT_META_SKUID, dt_uid, BO_HOST, 32, UNQ),
	META("skgid", "group of the originating socket", NFT_META_SKGID, dt_gid, BO_HOST, 32,
	     UNQ),
	META("nftrace", "trace the packet", NFT_META_NFTRACE, dt_integer, BO_HOST, 1, UNQ | SET),
	META("rtclassid", "routing realm", NFT_META_RTCLASSID, dt_realm, BO_HOST, 32, UNQ),
	META("secmark", "security mark", NFT_META_SECMARK, dt_integer, BO_HOST, 32, SET),
	META("nfproto", "family of the packet", NFT_META_NFPROTO, dt_nfproto, BO_HOST, 8, 0),
	META("l4proto", "transport protocol", NFT_META_L4PROTO, dt_inet_proto, BO_HOST, 8, 0),
	META("ibrname", "input bridge name", NFT_META_BRI_IIFNAME, dt_ifname, BO_BIG, 128, UNQ),
	META("ibriport", "input bridge name", NFT_META_BRI_IIFNAME, dt_ifname, BO_BIG, 128,
	     UNQ | FF_ALIAS),
	META("obrname", "output bridge name", NFT_META_BRI_OIFNAME, dt_ifname, BO_BIG, 128, UNQ),
	META("obriport", "output bridge name", NFT_META_BRI_OIFNAME, dt_ifname, BO_BIG, 128,
	     UNQ | FF_ALIAS),
	META("pkttype", "packet type", NFT_META_PKTTYPE, dt_pkttype, BO_HOST, 8, UNQ | SET),
	META("cpu", "CPU that handles the packet", NFT_META_CPU, dt_integer, BO_HOST, 32, UNQ),
	META("iifgroup", "input interface group", NFT_META_IIFGROUP, dt_devgroup, BO_HOST, 32,
	     BARE),
	META("oifgroup", "output interface group", NFT_META_OIFGROUP, dt_devgroup, BO_HOST, 32,
	     BARE),
	META("cgroup", "control group of the socket", NFT_META_CGROUP, dt_integer, BO_HOST, 32,
	     UNQ),
	META("random", "pseudo-random number", NFT_META_PRANDOM, dt_integer, BO_BIG, 32, UNQ),
	META("ipsec", "was decrypted by IPsec", NFT_META_SECPATH, dt_boolean, BO_HOST, 8, UNQ),
	META("secpath", "was decrypted by IPsec", NFT_META_SECPATH, dt_boolean, BO_HOST, 8,
	     FF_ALIAS),
	META("iifkind", "input interface kind", NFT_META_IIFKIND, dt_ifname, BO_BIG, 128, UNQ),
	META("oifkind", "output interface kind", NFT_META_OIFKIND, dt_ifname, BO_BIG, 128, UNQ),
	META("ibrpvid", "PVID of the input bridge port", NFT_META_BRI_IIFPVID, dt_integer,
	     BO_HOST, 16, 0),
	META("ibrvproto", "VLAN protocol of the input bridge", NFT_META_BRI_IIFVPROTO,
	     dt_ethertype, BO_BIG, 16, 0),
	META("time", "time of packet reception", NFT_META_TIME_NS, dt_time_date, BO_HOST, 64,
	     UNQ),
	META("day", "day of week of packet reception", NFT_META_TIME_DAY, dt_time_day, BO_HOST, 8,
	     UNQ),
	META("hour", "hour of day of packet reception", NFT_META_TIME_HOUR, dt_time_hour, BO_HOST,
	     32, UNQ),
	META("sdif", "slave device interface index", NFT_META_SDIF, dt_ifindex, BO_HOST, 32, 0),
	META("sdifname", "slave device interface name", NFT_META_SDIFNAME, dt_ifname, BO_BIG, 128,
	     0),
	{ .name = NULL }
};

const struct field *field_by_key(const struct field *table, unsigned int key)
{
	for (; table && table->name; table++)
		if (table->key == key && !(table->flags & (FF_ALIAS | FF_NOT_LIST)))
			return table;
	return NULL;
}

const struct field *meta_field(unsigned int key)
{
	return field_by_key(meta_fields, key);
}

const struct field *meta_unqualified(const char *name)
{
	const struct field *f = field_by_name(meta_fields, name);

	return f && f->flags & FF_UNQUALIFIED ? f : NULL;
}
