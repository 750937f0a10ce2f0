// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumps of the module's flows, record by record as they come in.
 */
#include <time.h>

#include "flow_dump.h"
#include "flow_texts.h"
#include "rows.h"
#include "uapi/linux/nff.h"

struct dumping {
	struct flow_module *mod;
	const struct match *match;
	flow_cb cb;
	void *arg;
	uint64_t malformed;
	unsigned long received;		/* nl_received() with the last flow */
	uint64_t now;			/* when that came */
	struct rows_decoder decoder;
	struct flow_texts texts;
};

/* The clock of the last tick is good enough for ages, and costs nothing. */
static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int on_flow(const struct nlmsghdr *nlh, void *arg)
{
	struct dumping *d = arg;
	unsigned long received = nl_received(d->mod->nl);
	struct flow f;

	/* Flows that came together have one time: the clock takes longer than an address. */
	if (received != d->received) {
		d->received = received;
		d->now = now_ns();
	}
	if (nlh->nlmsg_type != d->mod->family.id)
		return 0;
	if (flow_decode_next(&d->decoder, nlh, &f) < 0) {
		d->malformed++;
		return 0;
	}
	f.now = d->now;
	f.devices = &d->mod->devices;
	f.texts = &d->texts;
	if (d->match && !match_record(d->match, &f))
		return 0;
	return d->cb(&f, d->arg);
}

int flow_dump(struct flow_module *mod, const struct handle *h, const struct match *match,
	      flow_cb cb, void *arg, uint64_t *malformed)
{
	struct dumping d = { .mod = mod, .match = match, .cb = cb, .arg = arg };
	struct msgbuf m = { 0 };
	int err;

	genl_begin(&m, &mod->family, NFF_CMD_GET_FLOW, NLM_F_DUMP);
	flow_put_selector(&m, h);
	if (match)
		flow_put_filter(&m, match);
	msg_end(&m);
	err = nl_request(mod->nl, &m, on_flow, &d);
	msgbuf_fini(&m);
	*malformed += d.malformed;
	return err;
}
