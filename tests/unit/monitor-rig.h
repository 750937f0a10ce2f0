/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A monitor of records without a kernel: events come through a socket pair, dumps from whoever
 * tests, and what is printed stays in memory. Used by unit tests and the fuzz target.
 */
#ifndef NFF_MONITOR_RIG_H
#define NFF_MONITOR_RIG_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../src/flow/flow_texts.h"
#include "flow_record.h"
#include "monitor.h"
#include "parse.h"

struct rig {
	struct nff n;			/* first: what a source is given leads here */
	struct cmds cmds;
	struct arena text;		/* of the command */
	struct monitor m;
	struct watch w;
	struct monitor_source src;	/* the real one, but for its dumps */
	struct devices devices;
	int fd;				/* the kernel's end */
	/* What exists: calls rig_dumped() for each and goes on while that returns 0. */
	int (*dump)(struct rig *rig);
	void *arg;			/* of who tests */
	uint64_t dying;			/* what the kernel would say how many are */
};

/* One message of a dump. */
static inline int rig_dumped(struct rig *rig, const struct nlmsghdr *nlh)
{
	struct flow_texts texts = { 0 };
	struct watch *w = &rig->w;
	struct flow *f = w->rec;
	int err;

	if (rig->src.dumped)
		return rig->src.dumped(nlh, w);
	if (flow_decode(nlh, 1010 * 1000000000ull, &rig->devices, f) < 0) {
		rig->m.malformed++;
		return 0;
	}
	/* as flow_dump() has it: good until this returns */
	f->texts = &texts;
	err = monitor_dumped(w, f);
	f->texts = NULL;
	return err;
}

static inline int rig_dump(struct watch *w)
{
	struct rig *rig = (struct rig *)w->m->n;

	if (!rig->src.dumped)
		((struct flow *)w->rec)->devices = &rig->devices;
	return rig->dump ? rig->dump(rig) : 0;
}

static inline int rig_count_dying(struct watch *w, uint64_t *count)
{
	*count = ((struct rig *)w->m->n)->dying;
	return 0;
}

/*
 * A monitor that runs: command is that of a user, "monitor conntracks where ...". false where it
 * does not start.
 */
static inline bool rig_init(struct rig *rig, const struct monitor_source *src, const char *command)
{
	struct listen_opts opts = { .limit = 1 << 20, .datagram = src->datagram };
	uint32_t text;
	int fds[2];

	diags_init(&rig->n.diags);
	out_init_mem(&rig->n.out);
	rig->n.globals = scope_new(&rig->n.vars, NULL);
	text = sources_add_text(&rig->n.sources, "test", command, strlen(command));
	rig->cmds.last = &rig->cmds.first;
	if (parse_source(&rig->n, &rig->text, text, &rig->cmds) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) < 0)
		return false;
	rig->fd = fds[1];
	rig->src = *src;
	rig->src.dump = rig_dump;
	if (src->dump_dying)
		rig->src.dump_dying = rig_dump;
	if (src->count_dying)
		rig->src.count_dying = rig_count_dying;
	rig->m = (struct monitor){
		.n = &rig->n, .cmd = rig->cmds.first, .q = rig->cmds.first->query,
		.left = UINT64_MAX, .watches = &rig->w, .n_watches = 1,
	};
	arena_init(&rig->m.arena);
	rig->w = (struct watch){
		.m = &rig->m, .src = &rig->src, .listen = listen_on(fds[0], &opts), .busy = true,
		.events = QUERY_NEW | QUERY_UPDATE | QUERY_DESTROY,
	};
	return watch_start(&rig->w) == 0;
}

/* A datagram of the kernel; longer than any before it is one that does not fit, and is lost. */
static inline bool rig_send(struct rig *rig, const void *data, size_t len)
{
	return send(rig->fd, data, len, MSG_DONTWAIT) == (ssize_t)len;
}

/* Until nothing waits: 0, or -1 with a diagnostic. */
static inline int rig_pump(struct rig *rig)
{
	int more = 1;

	while (more > 0 && !rig->m.done)
		more = watch_pump(&rig->w);
	return more < 0 ? -1 : 0;
}

static inline void rig_fini(struct rig *rig)
{
	watch_finish(&rig->w);
	listen_close(rig->w.listen);
	close(rig->fd);
	arena_free(&rig->m.arena);
	arena_free(&rig->text);
	arena_free(&rig->n.vars);
	sources_fini(&rig->n.sources);
	diags_fini(&rig->n.diags);
	out_fini(&rig->n.out);
	devices_fini(&rig->devices);
}

#endif
