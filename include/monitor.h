/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * monitor: events of the kernel as they come, from several sources in one loop.
 *
 * A source is a row: which words of the language mean it, which multicast groups it joins, and
 * what it does with a message. Sources of records (conntracks, expectations, flows) say how to
 * decode one, how to dump them all and what to keep of each (known.h); lines, JSON, the filter,
 * gaps and what is told after a gap are the same for all of them.
 *
 * To add a source of records: fill in a struct monitor_source and put it into the table of
 * src/flow/monitor.c.
 * The ruleset is another kind (src/ruleset/monitor.c), which handles its messages itself.
 */
#ifndef NFF_MONITOR_H
#define NFF_MONITOR_H

#include "known.h"
#include "listen.h"
#include "nff.h"
#include "query.h"
#include "record.h"

struct watch;
struct monitor;

struct monitor_source {
	uint64_t kinds;			/* 1 << enum obj_kind of the words that mean it */
	const char *name;		/* "conntracks" */
	int bus;			/* NETLINK_NETFILTER, NETLINK_GENERIC */
	size_t datagram;		/* bytes of the longest one that is expected */
	/*
	 * Listen to the groups (listen_join() on w->listen) that w->events needs: 0, or -errno.
	 * -EOPNOTSUPP: this kernel has no such events; with "monitor all" that is no error.
	 */
	int (*join)(struct watch *w);

	/* The source that is used in place of this one, as things are. NULL: always this one. */
	const struct monitor_source *(*instead)(struct monitor *m);
	/*
	 * Nothing tells events of it: what exists is dumped each so often (milliseconds, unless
	 * --interval says otherwise) and compared. 0: there are events.
	 */
	unsigned int look_ms;

	/* ---- records; type is NULL for a source that is none ---- */
	const struct record_type *type;
	const struct known_type *known;
	/* Lines do not tell which program made an event, and have no blank at their end. */
	bool plain_lines;
	/*
	 * An event to a record, and *ev to QUERY_NEW, QUERY_UPDATE or QUERY_DESTROY. 0; 1: it is
	 * none of ours; -EPROTO: malformed.
	 */
	int (*decode)(const struct nlmsghdr *nlh, void *rec, unsigned int *ev);
	/*
	 * Hand each record that exists to monitor_dumped(), and go on while that returns 0. 0, or
	 * -errno of the kernel (-EINTR: inconsistent, it is done again) or of monitor_dumped().
	 */
	int (*dump)(struct watch *w);
	/* One message of that, where it is of ctnetlink; arg: the watch. As a nl_cb. */
	int (*dumped)(const struct nlmsghdr *nlh, void *arg);
	/*
	 * What is about to go but has an event still to come: as dump. It is asked for with
	 * --reliable only. NULL: there is no such thing.
	 */
	int (*dump_dying)(struct watch *w);
	/* How many those are. */
	int (*count_dying)(struct watch *w, uint64_t *count);
	/* Before the filter sees an event: add what it lacks and is known (kept as in known.h). */
	void (*complete)(void *rec, const void *kept);
	/*
	 * --interval: called each time it is over, to print a line for each record, with what
	 * w->priv remembers. NULL: --interval is refused. 0, or -1 with a diagnostic.
	 */
	int (*tick)(struct watch *w);

	/* ---- others ---- */
	/* After the groups have been joined: 0, or -1 with a diagnostic. Sets w->priv. */
	int (*start)(struct watch *w);
	/* 0, or -errno. */
	int (*message)(struct watch *w, const struct nlmsghdr *nlh);
	/* Nothing waits any more. lost: events were lost. 0, or -1 with a diagnostic. */
	int (*drained)(struct watch *w, bool lost);
	/* Both kinds, where there is one: give w->priv up. */
	void (*finish)(struct watch *w);
};

/* A source that runs. */
struct watch {
	struct monitor *m;
	const struct monitor_source *src;
	struct listen *listen;
	unsigned int events;		/* QUERY_*: what is to be shown */
	void *priv;			/* of the source */
	bool busy;			/* messages came since nothing waited */
	bool lost;			/* events were lost and not told yet */
	unsigned int since_lost;	/* messages handled since */

	/* records */
	struct match *match;		/* NULL: no filter */
	struct known known;
	void *rec;			/* one that is being decoded */
	void *rec2;			/* one made of what is known */
	unsigned int dumped;		/* since the socket was looked after */
	uint64_t dying;			/* with --reliable: as far as we know */
	bool in_dying;			/* what is dumped is dying */
	bool in_gap;			/* events were lost, and not all that they told is told */
	uint64_t gap[3];		/* told since then: new, update, destroy */
};

struct monitor {
	struct nff *n;
	const struct cmd *cmd;
	const struct query *q;
	struct arena arena;		/* of what lives as long as it runs */
	bool json;
	bool line_buffered;
	bool timestamp;			/* "-o timestamp" */
	bool all;			/* "monitor all": what this kernel lacks is left out */
	unsigned int line_flags;	/* LINE_* */
	uint64_t interval_ms;		/* 0: none */
	bool done;			/* end with the message that is being handled */
	uint64_t left;			/* --count: events still to show */
	uint64_t shown[3];		/* new, update, destroy */
	uint64_t resynced[3];
	uint64_t overruns, repeated, malformed;
	struct watch *watches;
	unsigned int n_watches;
	/* Who made an event: the last one that was looked up. */
	uint32_t user_port;
	char user_name[64];
};


/* For dump and dump_dying: a record that exists. 0, or -errno. */
int monitor_dumped(struct watch *w, const void *rec);

/* An event has been printed: counts it, and flushes with --line-buffered. 0, or -ECANCELED. */
int monitor_shown(struct monitor *m, unsigned int ev);
/* A line of JSON; the reference is taken. */
void monitor_json(struct monitor *m, json_t *obj);
/* Nanoseconds since 1970. */
int64_t monitor_now(void);

/* ---- the loop (src/flow/monitor.c) ---- */

/* Some of what waits: 1 where there may be more, 0 where there is not, -1 with a diagnostic. */
int watch_pump(struct watch *w);

/* ---- sources of records (src/flow/monitor_records.c) ---- */

/* 0, or -1 with a diagnostic. */
int watch_start(struct watch *w);
void watch_finish(struct watch *w);
/* 0, or -errno; -ECANCELED: m->done. */
int watch_message(struct watch *w, const struct nlmsghdr *nlh);
/* Nothing waits any more. lost: events were lost. 0, or -1 with a diagnostic. */
int watch_drained(struct watch *w, bool lost);
/* Of a source without events: look what has changed. 0, or -1 with a diagnostic. */
int watch_look(struct watch *w);
/* With --reliable: ask again how many are dying, and tell where that has changed. */
int watch_dying(struct watch *w);

/* ---- lines (src/flow/monitor_print.c) ---- */

/* resynced: the event itself was lost. portid: the socket that made it, 0: no user. */
void monitor_print(struct watch *w, unsigned int ev, const void *rec, uint32_t portid,
		   bool resynced);
/* Events were lost here. */
void monitor_gap(struct watch *w);
/* What was missed has been told: w->gap. */
void monitor_gap_end(struct watch *w);
void monitor_dying(struct watch *w);
/* The figures at the end, to the diagnostics or to the output. */
void monitor_summary(struct monitor *m);

extern const struct monitor_source conntrack_source, expectation_source, flow_source,
	offload_source, ruleset_source, trace_source;

#endif
