// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking flows off the fast path by the id of their conntrack (uapi/linux/nff.h:
 * NFF_CMD_DEL_FLOW).
 */
#include <errno.h>

#include "change_offload.h"
#include "flow_module.h"
#include "uapi/linux/nff.h"

int offload_release(struct nff *n, struct loc loc, const struct conntrack *ct)
{
	struct flow_module *mod;
	struct msgbuf m = { 0 };
	uint32_t count = 0;
	size_t filter;
	int err = flow_module_find(n, &mod);

	if (err <= 0)
		return err;
	genl_begin(&m, &mod->family, NFF_CMD_DEL_FLOW, 0);
	filter = attr_nest(&m, NFF_ATTR_FILTER);
	attr_u32(&m, NFF_FILTER_CT_ID, ct->id);
	attr_nest_end(&m, filter);
	err = flow_module_request(mod, &m, &count);
	msgbuf_fini(&m);
	if (err && err != -ENOENT)
		return flow_module_error(n, loc, "take a flow off the fast path", err);
	return !err && count > 0;
}
