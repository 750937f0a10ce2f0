/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bundled kernel module's netlink interface (uapi/linux/nff.h). (src/netlink/module.c)
 */
#ifndef NFF_FLOW_MODULE_H
#define NFF_FLOW_MODULE_H

#include "devices.h"
#include "genl.h"
#include "nff.h"

struct flow_module {
	struct nl *nl;			/* NULL: not opened yet */
	struct genl_family family;
	struct devices devices;		/* names of the devices in what it tells */
};

/*
 * The module, opened with the first use (*m is owned by n): 1, 0 where it is not loaded, or -1
 * with a diagnostic.
 */
int flow_module_find(struct nff *n, struct flow_module **m);
/* The same where it is needed: NULL with a diagnostic at loc. */
struct flow_module *flow_module_need(struct nff *n, struct loc loc);
void flow_module_free(struct flow_module *m);

/* The top-level attributes that name flowtables: what h gives, the rest is any. */
void flow_put_selector(struct msgbuf *m, const struct handle *h);
/*
 * What the kernel said against a request of it, in words: "cannot WHAT: ...", and a hint. h: what
 * the request named, or NULL. -1.
 */
int flow_module_error(struct nff *n, struct loc loc, const char *what, int err);

/* A request without a dump; its answer's NFF_ATTR_COUNT goes to *count (NULL: not wanted).
 * m is finished. 0 or -errno. */
int flow_module_request(struct flow_module *mod, struct msgbuf *m, uint32_t *count);

#endif
