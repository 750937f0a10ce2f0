/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conntracks as JSON objects. Members are there where the kernel told them;
 * names are those of the rule language.
 */
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "conntrack.h"
#include "ct_text.h"
#include "record_json.h"

json_t *json_bytes(const char *s, size_t len)
{
	json_t *j = json_stringn(s, len);
	char *copy;

	if (j || !(copy = malloc(len + 1)))
		return j;
	for (size_t i = 0; i < len; i++)
		copy[i] = (unsigned char)s[i] < 0x80 ? s[i] : '?';
	j = json_stringn(copy, len);
	free(copy);
	return j;
}

void json_set_number(json_t *obj, const char *name, bool has, uint64_t v)
{
	if (has)
		json_object_set_new(obj, name, json_integer(v > INT64_MAX ? INT64_MAX :
							    (json_int_t)v));
}

void json_set_text(json_t *obj, const char *name, bool has, struct ct_str s)
{
	if (has)
		json_object_set_new(obj, name, json_bytes(s.s, s.len));
}

json_t *json_family(uint8_t family)
{
	return family == NFPROTO_IPV4 ? json_string("ip") :
	       family == NFPROTO_IPV6 ? json_string("ip6") : json_integer(family);
}

json_t *json_l4proto(unsigned int l4proto)
{
	const struct ct_l4 *l4 = ct_l4(l4proto);

	return l4->kind != CT_L4_NONE ? json_string(l4->name) : json_integer(l4proto);
}

static void set_addr(json_t *obj, const char *name, const uint8_t *addr, bool v4, bool v6)
{
	char text[PUT_IP6_MAX], *end;

	if (!v4 && !v6)
		return;
	end = v6 ? put_ip6(text, addr) : put_ip4(text, addr);
	json_object_set_new(obj, name, json_stringn(text, (size_t)(end - text)));
}

json_t *json_tuple(const struct ct_tuple *t)
{
	static const char *const port_names[][2] = {
		[CT_L4_PORTS]	= { "sport", "dport" },
		[CT_L4_GRE]	= { "srckey", "dstkey" },
	};
	json_t *obj = json_object();
	unsigned int kind = ct_l4(t->l4proto)->kind;

	set_addr(obj, "saddr", t->src, t->has & CTT_SRC4, t->has & CTT_SRC6);
	set_addr(obj, "daddr", t->dst, t->has & CTT_DST4, t->has & CTT_DST6);
	if (kind == CT_L4_PORTS || kind == CT_L4_GRE) {
		json_set_number(obj, port_names[kind][0], t->has & CTT_SPORT, t->sport);
		json_set_number(obj, port_names[kind][1], t->has & CTT_DPORT, t->dport);
	} else if (kind == CT_L4_ICMP) {
		json_set_number(obj, "type", t->has & CTT_ICMP_TYPE, t->icmp_type);
		json_set_number(obj, "code", t->has & CTT_ICMP_CODE, t->icmp_code);
		json_set_number(obj, "id", t->has & CTT_ICMP_ID, t->icmp_id);
	}
	json_set_number(obj, "zone", t->has & CTT_ZONE, t->zone);
	return obj;
}

static void set_dir(json_t *obj, const char *name, const struct conntrack *ct, enum ct_dir dir)
{
	const struct ct_counters *c = &ct->counters[dir];
	json_t *t;

	if (!ct->tuple[dir].has)
		return;
	t = json_tuple(&ct->tuple[dir]);
	json_set_number(t, "packets", c->has & CTC_PACKETS, c->packets);
	json_set_number(t, "bytes", c->has & CTC_BYTES, c->bytes);
	json_object_set_new(obj, name, t);
}

/* Names, and the numbers of bits that a newer kernel may have. */
static json_t *status_json(uint32_t status)
{
	json_t *list = json_array();

	for (const struct ct_status_name *s = ct_status_names; s->name; s++) {
		if (status & s->bit)
			json_array_append_new(list, json_string(s->name));
		status &= ~s->bit;
	}
	for (int bit = 0; bit < 32; bit++)
		if (status >> bit & 1)
			json_array_append_new(list, json_integer(bit));
	return list;
}

/* The numbers of the labels that are set. */
static json_t *labels_json(struct ct_str labels)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < labels.len * 8; i++)
		if (labels.s[i / 8] >> i % 8 & 1)
			json_array_append_new(list, json_integer(i));
	return list;
}

json_t *ct_json(const struct conntrack *ct)
{
	const char *state = ct_state(ct);
	json_t *obj = json_object();

	json_set_number(obj, "id", ct->has & CT_ID, ct->id);
	json_object_set_new(obj, "family", json_family(ct->family));
	json_object_set_new(obj, "l4proto", json_l4proto(ct->tuple[CT_ORIG].l4proto));
	json_set_number(obj, "timeout", ct->has & CT_TIMEOUT, ct->timeout);
	if (state)
		json_object_set_new(obj, "state", json_string(state));
	set_dir(obj, "original", ct, CT_ORIG);
	set_dir(obj, "reply", ct, CT_REPLY);
	if (ct->has & CT_STATUS)
		json_object_set_new(obj, "status", status_json(ct->status));
	json_set_number(obj, "mark", ct->has & CT_MARK, ct->mark);
	json_set_number(obj, "secmark", ct->has & CT_SECMARK, ct->secmark);
	json_set_text(obj, "secctx", ct->has & CT_SECCTX, ct->secctx);
	json_set_number(obj, "zone", ct->has & CT_ZONE, ct->zone);
	json_set_number(obj, "start", ct->has & CT_START, ct->start);
	json_set_number(obj, "stop", ct->has & CT_STOP, ct->stop);
	json_set_text(obj, "helper", ct->has & CT_HELPER, ct->helper);
	if (ct->has & CT_LABELS)
		json_object_set_new(obj, "labels", labels_json(ct->labels));
	if (ct->master.has)
		json_object_set_new(obj, "master", json_tuple(&ct->master));
	json_set_number(obj, "use", ct->has & CT_USE, ct->use);
	return obj;
}
