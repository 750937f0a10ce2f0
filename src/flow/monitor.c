// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * monitor: the command, its options and its loop.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "flow.h"
#include "monitor.h"
#include "view.h"

/* The socket's buffer at most, unless --buffer-size says otherwise: some 60,000 events. */
#define BUFFER_MAX	(64u << 20)
/*
 * Messages that are read behind a loss before it is seen to: what was queued in front of it
 * should come out first, but there may be no end of new ones.
 */
#define SETTLE		200000
/* How often the list of the dying is asked for until it is empty. */
#define DYING_MS	500
/* For what waits when it ends, at most. */
#define LAST_MS		1000

static const struct monitor_source *const sources[] = {
	&conntrack_source, &expectation_source, &flow_source, &ruleset_source, &trace_source,
};
#define N_SOURCES (sizeof(sources) / sizeof(sources[0]))

/* A signal handler is given no argument: SIGINT and SIGTERM end the monitor that runs. */
static volatile sig_atomic_t stop_signal;

static void on_signal(int sig)
{
	stop_signal = sig;
}

/* What was there before, to be put back. */
struct signals {
	struct sigaction sigint, sigterm;
	sigset_t mask;			/* while the monitor waits */
	const volatile sig_atomic_t *out_stop;
};

static void catch_signals(struct monitor *m, struct signals *s)
{
	struct sigaction sa = { .sa_handler = on_signal };

	stop_signal = 0;
	sigaction(SIGINT, &sa, &s->sigint);
	sigaction(SIGTERM, &sa, &s->sigterm);
	sigprocmask(SIG_SETMASK, NULL, &s->mask);
	/* A write to a reader that does not read must end with them, too. */
	s->out_stop = m->n->out.stop;
	m->n->out.stop = NULL;
	m->n->out.stop_blocked = &stop_signal;
}

static void release_signals(struct monitor *m, const struct signals *s)
{
	m->n->out.stop = s->out_stop;
	m->n->out.stop_blocked = NULL;
	sigaction(SIGINT, &s->sigint, NULL);
	sigaction(SIGTERM, &s->sigterm, NULL);
	/* It ends the shell, too, of which this was a command. */
	if (stop_signal == SIGTERM && s->sigterm.sa_handler != SIG_DFL)
		raise(SIGTERM);
}

static int64_t monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- sources ---- */

static int cannot_listen(struct monitor *m, const struct monitor_source *src, int err)
{
	struct nff *n = m->n;

	diag_error(&n->diags, m->cmd->loc, "cannot monitor the %s: %s", src->name, strerror(-err));
	if (err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else if (err == -ENOENT && src->bus == NETLINK_NETFILTER)
		diag_hint(&n->diags, "the kernel may lack conntrack netlink; "
			  "try 'modprobe nf_conntrack_netlink'");
	return -1;
}

static int open_watch(struct monitor *m, struct watch *w, const struct listen_opts *opts)
{
	int err;

	w->listen = listen_open(opts);
	if (!w->listen)
		return cannot_listen(m, w->src, -errno);
	err = w->src->join(w);
	if (err == -EOPNOTSUPP && m->all)
		return err;
	if (err)
		return err == -ENOTCONN ? -1 : cannot_listen(m, w->src, err);
	return w->src->type ? watch_start(w) : 0;
}

static const uint8_t needs_events[] = { QO_RELIABLE, QO_BUFFER };

static int start_watch(struct monitor *m, const struct monitor_source *src, uint64_t buffer)
{
	struct listen_opts opts = {
		.bus = src->bus,
		.limit = buffer,
		.datagram = src->datagram,
		.reliable = m->q->options[QO_RELIABLE].given,
	};
	struct watch *w = &m->watches[m->n_watches];
	int err;

	if (m->q->options[QO_INTERVAL].given && !src->tick && !src->look_ms)
		return diag_error(&m->n->diags, m->q->options[QO_INTERVAL].loc,
				  "there is no --interval for %s", src->name);
	if (m->q->where && !src->type && !m->all)
		return diag_error(&m->n->diags, m->q->where_loc, "there is no 'where' for the %s",
				  src->name);
	if (m->q->family && !src->type && !m->all)
		return diag_error(&m->n->diags, m->cmd->loc,
				  "the %s is monitored for all families", src->name);
	for (unsigned int i = 0; src->look_ms && i < sizeof(needs_events); i++)
		if (m->q->options[needs_events[i]].given)
			return diag_error(&m->n->diags, m->q->options[needs_events[i]].loc,
					  "this is of no use where there are no events");
	*w = (struct watch){
		.m = m, .src = src, .busy = true, .events = m->q->events ? m->q->events :
		QUERY_NEW | QUERY_UPDATE | QUERY_DESTROY,
	};
	m->n_watches++;
	if (src->look_ms && !m->interval_ms)
		m->interval_ms = src->look_ms;
	err = open_watch(m, w, &opts);
	if (err == -EOPNOTSUPP) {
		/* "monitor all", of what there is */
		listen_close(w->listen);
		m->n_watches--;
		return 0;
	}
	if (err < 0)
		return -1;
	return src->start ? src->start(w) : 0;
}

/*
 * Without a word for what is meant it is the ruleset, as in nft(8), and traces, which are no events
 * of their own kinds.
 */
static uint64_t kinds_wanted(const struct query *q)
{
	if (q->kinds)
		return q->kinds;
	return 1ull << OBJ_RULESET | (q->events ? 0 : 1ull << OBJ_TRACE);
}

static int start_sources(struct monitor *m, uint64_t buffer)
{
	uint64_t kinds = kinds_wanted(m->q);
	uint64_t left = kinds & ~(1ull << OBJ_ALL);
	int err = 0;

	m->all = kinds & 1ull << OBJ_ALL;
	m->watches = xcalloc(N_SOURCES, sizeof(*m->watches));
	for (unsigned int i = 0; i < N_SOURCES && !err; i++) {
		const struct monitor_source *src = sources[i];

		if (!m->all && !(kinds & src->kinds))
			continue;
		left &= ~src->kinds;
		if (src->instead)
			src = src->instead(m);
		err = src ? start_watch(m, src, buffer) : -1;
	}
	for (unsigned int k = 0; k < OBJ_MAX && !err; k++)
		if (left & 1ull << k)
			err = diag_error(&m->n->diags, m->cmd->loc, "there is no way to monitor %s",
					 obj_name(k));
	return err;
}

static void stop_sources(struct monitor *m)
{
	for (unsigned int i = 0; i < m->n_watches; i++) {
		struct watch *w = &m->watches[i];

		if (w->src->finish)
			w->src->finish(w);
		if (w->src->type)
			watch_finish(w);
		listen_close(w->listen);
	}
	free(m->watches);
}

/* ---- the loop ---- */

static int on_message(const struct nlmsghdr *nlh, void *arg)
{
	struct watch *w = arg;

	return w->src->type ? watch_message(w, nlh) : w->src->message(w, nlh);
}

static int settle(struct watch *w)
{
	bool lost = w->lost;

	w->lost = false;
	w->since_lost = 0;
	return w->src->type ? watch_drained(w, lost) : w->src->drained(w, lost);
}

int watch_pump(struct watch *w)
{
	int ret = listen_receive(w->listen, on_message, w);

	if (ret > 0) {
		w->busy = true;
		w->since_lost += w->lost ? (unsigned int)ret : 0;
		return w->since_lost > SETTLE && settle(w) < 0 ? -1 : 1;
	}
	switch (ret) {
	case -ECANCELED:
		return 0;
	case -ENOBUFS:
		w->m->overruns++;
		w->lost = w->busy = true;
		if (w->src->type)
			known_lost(&w->known);
		return 1;
	case -EAGAIN:
		if (!w->busy)
			return 0;
		/* A dump takes its time: there may be more now. */
		w->busy = w->lost;
		return settle(w) < 0 ? -1 : w->busy;
	default:
		return diag_error(&w->m->n->diags, w->m->cmd->loc, "cannot receive events of the "
				  "%s: %s", w->src->name, strerror(-ret));
	}
}

/* All sources once, as watch_pump(). */
static int pump_all(struct monitor *m)
{
	int more = 0;

	for (unsigned int i = 0; i < m->n_watches && !m->done; i++) {
		int ret = watch_pump(&m->watches[i]);

		if (ret < 0)
			return ret;
		more |= ret;
	}
	return more;
}

struct timers {
	int64_t end, tick, dying;	/* INT64_MAX: never */
};

static bool any_dying(const struct monitor *m)
{
	for (unsigned int i = 0; i < m->n_watches; i++)
		if (m->watches[i].dying)
			return true;
	return false;
}

static int tick(struct watch *w)
{
	if (w->src->look_ms)
		return watch_look(w);
	return w->src->tick ? w->src->tick(w) : 0;
}

/* What is due: 0, or -1 with a diagnostic. */
static int run_timers(struct monitor *m, struct timers *t, int64_t now)
{
	int err = 0;

	if (now >= t->end) {
		m->done = true;
		return 0;
	}
	if (now >= t->tick) {
		t->tick = now - now % (int64_t)m->interval_ms + (int64_t)m->interval_ms;
		for (unsigned int i = 0; i < m->n_watches && !err; i++)
			err = tick(&m->watches[i]);
	}
	if (now >= t->dying) {
		for (unsigned int i = 0; i < m->n_watches && !err; i++)
			if (m->watches[i].dying)
				err = watch_dying(&m->watches[i]);
		t->dying = INT64_MAX;
	}
	if (t->dying == INT64_MAX && any_dying(m))
		t->dying = now + DYING_MS;
	return err;
}

static int64_t next_timer(const struct timers *t, int64_t now)
{
	int64_t next = t->end < t->tick ? t->end : t->tick;

	if (t->dying < next)
		next = t->dying;
	return next == INT64_MAX ? -1 : next > now ? next - now : 0;
}

/*
 * Sleep until there is an event, a timer is due, a signal comes, or whoever reads the output has
 * gone, which a write would tell with the next event only.
 */
static void wait_for_events(struct monitor *m, const struct signals *s, int64_t ms)
{
	struct pollfd fds[N_SOURCES + 1];
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };
	sigset_t blocked = s->mask;
	unsigned int n = m->n_watches;

	for (unsigned int i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = listen_fd(m->watches[i].listen),
					  .events = POLLIN };
	fds[n] = (struct pollfd){ .fd = m->n->out.fd };
	/* Between the look at the flag and the sleep no signal may pass. */
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	if (!stop_signal)
		ppoll(fds, n + 1, ms < 0 ? NULL : &ts, &s->mask);
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
	if (fds[n].revents & (POLLERR | POLLNVAL) && !m->n->out.err)
		m->n->out.err = EPIPE;
}

static int loop(struct monitor *m, struct timers *t, const struct signals *s)
{
	while (!m->done && !stop_signal && !m->n->out.err) {
		int more = pump_all(m);
		int64_t now = monotonic_ms();

		if (more < 0 || run_timers(m, t, now) < 0)
			return -1;
		if (more || m->done)
			continue;
		/* Whoever looks on sees all that has happened. */
		if (out_flush(&m->n->out) == 0)
			wait_for_events(m, s, next_timer(t, now));
	}
	return 0;
}

/* What waits when the end is asked for has happened before it. */
static int take_the_rest(struct monitor *m)
{
	int64_t end = monotonic_ms() + LAST_MS;
	int more = 1;

	if (!m->left)
		return 0;
	m->done = false;
	while (more > 0 && !m->done && !m->n->out.err && monotonic_ms() < end)
		more = pump_all(m);
	for (unsigned int i = 0; i < m->n_watches && more >= 0; i++)
		if (m->watches[i].src->type && watch_dying(&m->watches[i]) < 0)
			more = -1;
	/* What the last ones of the dying were waited for. */
	return more < 0 || pump_all(m) < 0 ? -1 : 0;
}

static int run(struct monitor *m, uint64_t for_ms)
{
	int64_t now = monotonic_ms();
	struct timers t = {
		.end = for_ms ? now + (int64_t)for_ms : INT64_MAX,
		.tick = m->interval_ms ? now + (int64_t)m->interval_ms : INT64_MAX,
		.dying = INT64_MAX,
	};
	struct signals s;
	int err;

	catch_signals(m, &s);
	err = loop(m, &t, &s);
	if (!err && !m->n->out.err) {
		err = take_the_rest(m);
		monitor_summary(m);
		out_flush(&m->n->out);
	}
	release_signals(m, &s);
	return err;
}

/* ---- the command ---- */

#define MONITOR_USES (QUERY_FAMILY | QUERY_WHERE | QUERY_OPTION(QO_OUTPUT) | \
		      QUERY_OPTION(QO_JSON) | QUERY_OPTION(QO_COUNT) | \
		      QUERY_OPTION(QO_INTERVAL) | QUERY_OPTION(QO_FOR) | \
		      QUERY_OPTION(QO_RELIABLE) | QUERY_OPTION(QO_BUFFER) | QUERY_OPTION(QO_LINE))

static int read_options(struct monitor *m, uint64_t *buffer, uint64_t *for_ms)
{
	const struct query_option_value *o = m->q->options;
	enum query_format format;

	if (query_check(m->n, m->cmd, MONITOR_USES) < 0 ||
	    query_output(m->n, m->q, 1 << FORMAT_LINE | 1 << FORMAT_JSON, &format,
			 &m->line_flags) < 0)
		return -1;
	m->json = format == FORMAT_JSON;
	m->timestamp = m->line_flags & LINE_TIMESTAMP;
	m->line_flags &= ~(unsigned int)LINE_TIMESTAMP;
	m->line_buffered = o[QO_LINE].given;
	m->left = UINT64_MAX;
	if ((o[QO_COUNT].given &&
	     query_number(m->n, &o[QO_COUNT], 1, UINT64_MAX, &m->left) < 0) ||
	    (o[QO_BUFFER].given && query_size(m->n, &o[QO_BUFFER], buffer) < 0) ||
	    (o[QO_FOR].given && query_time(m->n, &o[QO_FOR], for_ms) < 0) ||
	    (o[QO_INTERVAL].given && query_time(m->n, &o[QO_INTERVAL], &m->interval_ms) < 0))
		return -1;
	return 0;
}

int flow_monitor(struct nff *n, const struct cmd *cmd)
{
	struct monitor m = { .n = n, .cmd = cmd, .q = cmd->query };
	uint64_t buffer = BUFFER_MAX, for_ms = 0;
	int err;

	arena_init(&m.arena);
	err = read_options(&m, &buffer, &for_ms);
	if (!err)
		err = start_sources(&m, buffer);
	if (!err) {
		/* what is to be said of the beginning, and not hours later */
		diags_tell(&n->diags, &n->sources);
		err = run(&m, for_ms);
	}
	stop_sources(&m);
	arena_free(&m.arena);
	return err;
}
