// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Protocols of the link and network layers, and how protocols are found.
 *
 * Places and widths: IEEE 802.3, 802.1Q; RFC 826 (arp), 791 and 2474 (ip), 8200 (ip6).
 */
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "field.h"
#include "proto_tab.h"

#define ETHERTYPE_IP4	0x0800
#define ETHERTYPE_ARP4	0x0806
#define ETHERTYPE_8021Q	0x8100
#define ETHERTYPE_IP6	0x86dd
#define ETHERTYPE_8021AD 0x88a8

/* ---- link layer ---- */

static const struct proto_link ethertype_links[] = {
	{ ETHERTYPE_8021Q, &proto_vlan },
	{ ETHERTYPE_8021AD, &proto_vlan },
	{ ETHERTYPE_ARP4, &proto_arp },
	{ ETHERTYPE_IP4, &proto_ip },
	{ ETHERTYPE_IP6, &proto_ip6 },
	{ 0, NULL },
};

static const struct field ether_fields[] = {
	PFIELD(proto_ether, "daddr", dt_etheraddr, 0, 48),
	PFIELD(proto_ether, "saddr", dt_etheraddr, 48, 48),
	PFIELD(proto_ether, "type", dt_ethertype, 96, 16),
	FIELD_END
};

const struct proto proto_ether = {
	.name = "ether", .desc = "Ethernet", .base = PB_LL, .hdr_bits_known = 1, .hdr_len = 14,
	.fields = ether_fields, .next_field = &ether_fields[2], .links = ethertype_links,
	.ethertype = -1, .l4proto = -1,
};

static const struct field vlan_fields[] = {
	PFIELD(proto_vlan, "pcp", dt_integer, 0, 3),
	PFIELD(proto_vlan, "dei", dt_integer, 3, 1),
	PALIAS(proto_vlan, "cfi", dt_integer, 3, 1),
	PFIELD(proto_vlan, "id", dt_integer, 4, 12),
	PFIELD(proto_vlan, "type", dt_ethertype, 16, 16),
	FIELD_END
};

const struct proto proto_vlan = {
	.name = "vlan", .desc = "VLAN tag", .base = PB_LL, .hdr_bits_known = 1, .hdr_len = 4,
	.fields = vlan_fields, .next_field = &vlan_fields[4], .links = ethertype_links,
	.ethertype = ETHERTYPE_8021Q, .l4proto = -1,
};

/* ---- network layer ---- */

static const struct field arp_fields[] = {
	PFIELD(proto_arp, "htype", dt_integer, 0, 16),
	PFIELD(proto_arp, "ptype", dt_ethertype, 16, 16),
	PFIELD(proto_arp, "hlen", dt_integer, 32, 8),
	PFIELD(proto_arp, "plen", dt_integer, 40, 8),
	PFIELD(proto_arp, "operation", dt_arpop, 48, 16),
	/* addresses as ARP for IPv4 over Ethernet has them */
	PFIELD(proto_arp, "saddr ether", dt_etheraddr, 64, 48),
	PFIELD(proto_arp, "saddr ip", dt_ipaddr, 112, 32),
	PFIELD(proto_arp, "daddr ether", dt_etheraddr, 144, 48),
	PFIELD(proto_arp, "daddr ip", dt_ipaddr, 192, 32),
	FIELD_END
};

const struct proto proto_arp = {
	.name = "arp", .desc = "Address Resolution Protocol", .base = PB_NH, .hdr_bits_known = 1,
	.hdr_len = 28, .fields = arp_fields, .ethertype = ETHERTYPE_ARP4, .l4proto = -1,
};

static const struct proto_link ip_links[] = {
	{ IPPROTO_ICMP, &proto_icmp },
	{ IPPROTO_IGMP, &proto_igmp },
	{ IPPROTO_ESP, &proto_esp },
	{ IPPROTO_AH, &proto_ah },
	{ IPPROTO_COMP, &proto_comp },
	{ IPPROTO_UDP, &proto_udp },
	{ IPPROTO_UDPLITE, &proto_udplite },
	{ IPPROTO_TCP, &proto_tcp },
	{ IPPROTO_DCCP, &proto_dccp },
	{ IPPROTO_SCTP, &proto_sctp },
	{ IPPROTO_ICMPV6, &proto_icmpv6 },
	{ 0, NULL },
};

static const struct field ip_fields[] = {
	PFIELD(proto_ip, "version", dt_integer, 0, 4),
	PFIELD(proto_ip, "hdrlength", dt_integer, 4, 4),
	PFIELD(proto_ip, "dscp", dt_dscp, 8, 6),
	PFIELD(proto_ip, "ecn", dt_ecn, 14, 2),
	PFIELD(proto_ip, "length", dt_integer, 16, 16),
	PFIELD(proto_ip, "id", dt_integer, 32, 16),
	PFIELD(proto_ip, "frag-off", dt_integer, 48, 16),
	PFIELD(proto_ip, "ttl", dt_integer, 64, 8),
	PFIELD(proto_ip, "protocol", dt_inet_proto, 72, 8),
	PFIELD(proto_ip, "checksum", dt_integer, 80, 16),
	PFIELD(proto_ip, "saddr", dt_ipaddr, 96, 32),
	PFIELD(proto_ip, "daddr", dt_ipaddr, 128, 32),
	FIELD_END
};

const struct proto proto_ip = {
	.name = "ip", .desc = "IPv4", .base = PB_NH, .hdr_len = 20, .fields = ip_fields,
	.next_field = &ip_fields[8], .links = ip_links, .ethertype = ETHERTYPE_IP4, .l4proto = -1,
};

static const struct field ip6_fields[] = {
	PFIELD(proto_ip6, "version", dt_integer, 0, 4),
	PFIELD(proto_ip6, "dscp", dt_dscp, 4, 6),
	PFIELD(proto_ip6, "ecn", dt_ecn, 10, 2),
	PFIELD(proto_ip6, "flowlabel", dt_integer, 12, 20),
	PFIELD(proto_ip6, "length", dt_integer, 32, 16),
	PFIELD(proto_ip6, "nexthdr", dt_inet_proto, 48, 8),
	PFIELD(proto_ip6, "hoplimit", dt_integer, 56, 8),
	PFIELD(proto_ip6, "saddr", dt_ip6addr, 64, 128),
	PFIELD(proto_ip6, "daddr", dt_ip6addr, 192, 128),
	FIELD_END
};

const struct proto proto_ip6 = {
	.name = "ip6", .desc = "IPv6", .base = PB_NH, .hdr_bits_known = 1, .hdr_len = 40,
	.fields = ip6_fields, .next_field = &ip6_fields[5], .links = ip_links,
	.ethertype = ETHERTYPE_IP6, .l4proto = -1,
};

/* ---- lookups ---- */

const struct proto *const protos[] = {
	&proto_ether, &proto_vlan, &proto_arp, &proto_ip, &proto_icmp, &proto_igmp, &proto_ip6,
	&proto_icmpv6, &proto_ah, &proto_esp, &proto_comp, &proto_udp, &proto_udplite,
	&proto_tcp, &proto_dccp, &proto_sctp, &proto_th, NULL
};

const struct proto *proto_in_list(const struct proto *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp((*list)->name, name))
			return *list;
	return NULL;
}

const struct proto *proto_by_name(const char *name)
{
	return proto_in_list(protos, name);
}

const struct proto *proto_by_ethertype(unsigned int type)
{
	const struct proto_link *l;

	for (l = ethertype_links; l->upper; l++)
		if (l->value == type)
			return l->upper;
	return NULL;
}

const struct proto *proto_by_l4(unsigned int l4proto)
{
	unsigned int i;

	for (i = 0; protos[i]; i++)
		if (protos[i]->l4proto >= 0 && (unsigned int)protos[i]->l4proto == l4proto)
			return protos[i];
	return NULL;
}

const struct field *field_by_name(const struct field *table, const char *name)
{
	for (; table && table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

const struct field *field_by_offset(const struct proto *p, unsigned int bit_off, unsigned int bits)
{
	const struct field *f;

	for (f = p->fields; f && f->name; f++)
		if (!(f->flags & (FF_EXISTS | FF_NOT_LIST)) && f->bit_off == bit_off &&
		    f->bits == bits)
			return f;
	return NULL;
}

const struct field *field_in_list(const struct proto *const *list, unsigned int key,
				  unsigned int bit_off, unsigned int bits)
{
	const struct field *f;

	for (; *list; list++) {
		if ((*list)->fields->key != key)
			continue;
		f = field_by_offset(*list, bit_off, bits);
		if (f)
			return f;
	}
	return NULL;
}

const struct field *field_exists_in_list(const struct proto *const *list, unsigned int key)
{
	const struct field *f;

	for (; *list; list++)
		for (f = (*list)->fields; f->name; f++)
			if (f->flags & FF_EXISTS && f->key == key)
				return f;
	return NULL;
}
