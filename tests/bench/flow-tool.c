/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the benchmark of flows: receive a dump of all of the bundled module's and throw it away.
 * Prints how many there were.
 */
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#include "genl.h"
#include "uapi/linux/nff.h"

static int count(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(unsigned long *)arg;
	return 0;
}

int main(void)
{
	struct nl *nl = nl_open(NETLINK_GENERIC);
	struct genl_family family;
	struct msgbuf m = { 0 };
	unsigned long n = 0;
	int err = -1;

	if (nl && !genl_resolve(nl, NFF_GENL_NAME, &family)) {
		genl_begin(&m, &family, NFF_CMD_GET_FLOW, NLM_F_DUMP);
		msg_end(&m);
		err = nl_request(nl, &m, count, &n);
	}
	printf("%lu\n", n);
	if (err)
		fprintf(stderr, "flow-tool: %s\n", strerror(-err));
	return err != 0;
}
