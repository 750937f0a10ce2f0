// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Generic netlink: the controller (linux/genetlink.h) is asked for families.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>

#include "genl.h"

void genl_begin(struct msgbuf *m, const struct genl_family *f, uint8_t cmd, uint16_t flags)
{
	msg_begin_genl(m, f->id, flags, cmd, (uint8_t)f->version);
}

struct resolving {
	const char *name;
	struct genl_family *f;
	bool found;
};

static bool is_str(const struct nlattr *a)
{
	return mnl_attr_validate(a, MNL_TYPE_NUL_STRING) == 0;
}

static bool is_u16(const struct nlattr *a)
{
	return mnl_attr_get_payload_len(a) >= sizeof(uint16_t);
}

static bool is_u32(const struct nlattr *a)
{
	return mnl_attr_get_payload_len(a) >= sizeof(uint32_t);
}

static void read_group(const struct nlattr *nest, struct genl_family *f)
{
	const struct nlattr *a;
	const char *name = NULL;
	uint32_t id = 0;

	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GRP_NAME && is_str(a))
			name = mnl_attr_get_str(a);
		else if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GRP_ID && is_u32(a))
			id = mnl_attr_get_u32(a);
	}
	if (!name || f->n_groups == GENL_GROUPS_MAX ||
	    strlen(name) >= sizeof(f->groups[0].name))
		return;
	strcpy(f->groups[f->n_groups].name, name);
	f->groups[f->n_groups++].id = id;
}

/* One family of the dump. */
static int on_family(const struct nlmsghdr *nlh, void *arg)
{
	struct resolving *r = arg;
	struct genl_family f = { 0 };
	const struct nlattr *a, *g;
	const char *name = NULL;

	if (nlh->nlmsg_type != GENL_ID_CTRL || genl_cmd(nlh) != CTRL_CMD_NEWFAMILY)
		return 0;
	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(a)) {
		case CTRL_ATTR_FAMILY_NAME:
			name = is_str(a) ? mnl_attr_get_str(a) : NULL;
			break;
		case CTRL_ATTR_FAMILY_ID:
			f.id = is_u16(a) ? mnl_attr_get_u16(a) : 0;
			break;
		case CTRL_ATTR_VERSION:
			f.version = is_u32(a) ? mnl_attr_get_u32(a) : 0;
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			mnl_attr_for_each_nested(g, a)
				read_group(g, &f);
			break;
		}
	}
	if (name && f.id && strcmp(name, r->name) == 0) {
		*r->f = f;
		r->found = true;
	}
	return 0;
}

int genl_resolve(struct nl *nl, const char *name, struct genl_family *f)
{
	const struct genl_family ctrl = { .id = GENL_ID_CTRL, .version = 2 };
	struct resolving r = { .name = name, .f = f };
	struct msgbuf m = { 0 };
	int err, tries = 8;

	genl_begin(&m, &ctrl, CTRL_CMD_GETFAMILY, NLM_F_DUMP);
	msg_end(&m);
	do {
		r.found = false;
		err = nl_request(nl, &m, on_family, &r);
	} while (err == -EINTR && --tries);
	msgbuf_fini(&m);
	return err ? err : r.found ? 0 : -ENOENT;
}

uint32_t genl_group(const struct genl_family *f, const char *name)
{
	for (unsigned int i = 0; i < f->n_groups; i++)
		if (strcmp(f->groups[i].name, name) == 0)
			return f->groups[i].id;
	return 0;
}
