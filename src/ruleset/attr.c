// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading attributes of messages that may be malformed.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "attr.h"

static bool attr_fits(const struct nlattr *attr, const char *end)
{
	size_t left = end - (const char *)attr;

	return (const char *)attr <= end && left >= sizeof(*attr) &&
	       attr->nla_len >= sizeof(*attr) && attr->nla_len <= left;
}

static void attrs_index(const struct nlattr *attr, const char *end, const struct nlattr **tb,
			unsigned int max)
{
	memset(tb, 0, sizeof(*tb) * (max + 1));
	for (; attr_fits(attr, end); attr = mnl_attr_next(attr)) {
		unsigned int type = mnl_attr_get_type(attr);

		if (type <= max)
			tb[type] = attr;
	}
}

bool attrs_of_msg(const struct nlmsghdr *nlh, const struct nlattr **tb, unsigned int max)
{
	if (nlh->nlmsg_len < MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(struct nfgenmsg)))
		return false;
	attrs_index(mnl_nlmsg_get_payload_offset(nlh, sizeof(struct nfgenmsg)),
		    (const char *)nlh + nlh->nlmsg_len, tb, max);
	return true;
}

void attrs_of_nest(const struct nlattr *nest, const struct nlattr **tb, unsigned int max)
{
	attrs_index(mnl_attr_get_payload(nest), (const char *)nest + nest->nla_len, tb, max);
}

const struct nlattr *nest_first(const struct nlattr *nest)
{
	const struct nlattr *attr = mnl_attr_get_payload(nest);

	return attr_fits(attr, (const char *)nest + nest->nla_len) ? attr : NULL;
}

const struct nlattr *nest_next(const struct nlattr *nest, const struct nlattr *attr)
{
	attr = mnl_attr_next(attr);
	return attr_fits(attr, (const char *)nest + nest->nla_len) ? attr : NULL;
}

uint64_t attr_uint(const struct nlattr *attr)
{
	const void *p;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	if (!attr)
		return 0;
	p = mnl_attr_get_payload(attr);
	switch (mnl_attr_get_payload_len(attr)) {
	case 1:
		return *(const uint8_t *)p;
	case 2:
		memcpy(&u16, p, sizeof(u16));
		return ntohs(u16);
	case 4:
		memcpy(&u32, p, sizeof(u32));
		return ntohl(u32);
	case 8:
		memcpy(&u64, p, sizeof(u64));
		return be64toh(u64);
	default:
		return 0;
	}
}

const char *attr_text(const struct nlattr *attr)
{
	const char *s;

	if (!attr)
		return NULL;
	s = mnl_attr_get_payload(attr);
	return memchr(s, 0, mnl_attr_get_payload_len(attr)) ? s : NULL;
}

const char *attr_string(struct arena *a, const struct nlattr *attr)
{
	const char *s = attr_text(attr);

	return s ? arena_strdup(a, s) : NULL;
}
