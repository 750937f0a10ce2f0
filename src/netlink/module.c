// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bundled kernel module: whether it is there, requests and their errors.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "flow_module.h"
#include "uapi/linux/nff.h"

int flow_module_find(struct nff *n, struct flow_module **m)
{
	struct flow_module *mod = n->module;
	int err;

	*m = mod;
	if (mod)
		return 1;
	mod = xcalloc(1, sizeof(*mod));
	mod->nl = nl_open(NETLINK_GENERIC);
	err = mod->nl ? genl_resolve(mod->nl, NFF_GENL_NAME, &mod->family) : -errno;
	if (!err) {
		*m = n->module = mod;
		return 1;
	}
	flow_module_free(mod);
	if (err == -ENOENT)
		return 0;
	return diag_error(&n->diags, (struct loc){ 0 }, "cannot ask for the module nff: %s",
			  strerror(-err));
}

struct flow_module *flow_module_need(struct nff *n, struct loc loc)
{
	struct flow_module *mod;
	int found = flow_module_find(n, &mod);

	if (found == 0) {
		diag_error(&n->diags, loc, "the bundled module nff is not loaded");
		diag_hint(&n->diags, "'modprobe nff' loads it; the kernel's own flowtable does not "
			  "tell its flows, 'list conntracks offload' shows what conntrack knows");
	}
	return found == 1 ? mod : NULL;
}

void flow_module_free(struct flow_module *m)
{
	if (!m)
		return;
	nl_close(m->nl);
	devices_fini(&m->devices);
	free(m);
}

void flow_put_selector(struct msgbuf *m, const struct handle *h)
{
	if (h->family)
		attr_u8(m, NFF_ATTR_FAMILY, h->family);
	if (h->table.s)
		attr_str(m, NFF_ATTR_TABLE, h->table.s);
	if (h->obj.s)
		attr_str(m, NFF_ATTR_FLOWTABLE, h->obj.s);
}

int flow_module_error(struct nff *n, struct loc loc, const char *what, int err)
{
	const char *ext = n->module ? nl_ext_msg(n->module->nl) : NULL;

	diag_error(&n->diags, loc, "cannot %s: %s%s%s", what, strerror(-err), ext ? ": " : "",
		   ext ? ext : "");
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else if (err == -EINVAL && !ext)
		diag_hint(&n->diags, "the module that is loaded may be older than this nff");
	return -1;
}

static int on_count(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a;

	if (genl_cmd(nlh))
		mnl_attr_for_each(a, nlh, 4)
			if (mnl_attr_get_type(a) == NFF_ATTR_COUNT &&
			    mnl_attr_validate(a, MNL_TYPE_U32) == 0)
				*(uint32_t *)arg = mnl_attr_get_u32(a);
	return 0;
}

int flow_module_request(struct flow_module *mod, struct msgbuf *m, uint32_t *count)
{
	uint32_t unused;

	msg_end(m);
	if (!count)
		count = &unused;
	*count = 0;
	return nl_request(mod->nl, m, on_count, count);
}
