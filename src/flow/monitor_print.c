// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What monitors print: an event as conntrack(8) prints it, or as one JSON object a line; gaps and
 * figures as comments.
 */
#include <errno.h>
#include <time.h>

#include "json.h"
#include "monitor.h"
#include "users.h"

static const struct {
	char line[11];
	const char *name;
} event_names[3] = {
	{ "    [NEW] ", "new" }, { " [UPDATE] ", "update" }, { "[DESTROY] ", "destroy" },
};

/* QUERY_NEW, QUERY_UPDATE, QUERY_DESTROY to 0, 1, 2. */
static unsigned int event_index(unsigned int ev)
{
	return ev == QUERY_NEW ? 0 : ev == QUERY_UPDATE ? 1 : 2;
}

int64_t monitor_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Whoever reads line by line, with -l, gets the whole line at once. */
static void end_of_line(struct monitor *m)
{
	if (m->line_buffered)
		out_flush(&m->n->out);
}

int monitor_shown(struct monitor *m, unsigned int ev)
{
	m->shown[event_index(ev)]++;
	end_of_line(m);
	if (--m->left && !m->n->out.err)
		return 0;
	m->done = true;
	return -ECANCELED;
}

void monitor_json(struct monitor *m, json_t *obj)
{
	json_write(&m->n->out, obj);
	out_putc(&m->n->out, '\n');
	end_of_line(m);
}

/* The name of the program is looked up once for many events of the same socket. */
static const char *user_name(struct monitor *m, uint32_t portid)
{
	if (m->user_port != portid) {
		m->user_port = portid;
		netlink_user(portid, m->user_name, sizeof(m->user_name));
	}
	return m->user_name;
}

static void print_json(struct watch *w, unsigned int ev, const void *rec, uint32_t portid,
		       bool resynced, int64_t now)
{
	struct monitor *m = w->m;
	json_t *obj = json_object();

	json_object_set_new(obj, "event", json_string(event_names[event_index(ev)].name));
	json_object_set_new(obj, "time", json_integer(now));
	json_object_set_new(obj, w->src->type->one, w->src->type->json(rec, now));
	if (resynced)
		json_object_set_new(obj, "resynchronised", json_true());
	if (portid) {
		json_object_set_new(obj, "portid", json_integer(portid));
		if (*user_name(m, portid))
			json_object_set_new(obj, "program", json_string(user_name(m, portid)));
	}
	json_write(&m->n->out, obj);
	out_putc(&m->n->out, '\n');
}

static void print_line(struct watch *w, unsigned int ev, const void *rec, uint32_t portid,
		       bool resynced, int64_t now)
{
	struct monitor *m = w->m;
	struct out *o = &m->n->out;

	if (m->timestamp)
		out_printf(o, "[%-.8lld.%-.6ld]\t", (long long)(now / 1000000000),
			   (long)(now % 1000000000 / 1000));
	out_write(o, event_names[event_index(ev)].line, 10);
	w->src->type->line(o, rec, m->line_flags, now);
	if (w->src->plain_lines)
		portid = 0;
	else if (!portid && !resynced)
		return;
	/* These go to the end of the line. It has not been written: that is up to end_of_line(). */
	while (o->len && (o->buf[o->len - 1] == '\n' || o->buf[o->len - 1] == ' '))
		o->len--;
	if (portid) {
		out_printf(o, " [USERSPACE] portid=%u", portid);
		if (*user_name(m, portid))
			out_printf(o, " progname=%s", user_name(m, portid));
	}
	out_puts(o, resynced ? " [RESYNC]\n" : "\n");
}

void monitor_print(struct watch *w, unsigned int ev, const void *rec, uint32_t portid,
		   bool resynced)
{
	int64_t now = monitor_now();

	(w->m->json ? print_json : print_line)(w, ev, rec, portid, resynced, now);
}

void monitor_gap(struct watch *w)
{
	struct monitor *m = w->m;

	if (m->json)
		monitor_json(m, json_pack("{s:{s:s,s:I,s:I}}", "gap", "of", w->src->name, "overrun",
					  (json_int_t)m->overruns, "time",
					  (json_int_t)monitor_now()));
	else
		out_printf(&m->n->out, "# %s: overrun %llu: events were lost here%s\n",
			   w->src->name, (unsigned long long)m->overruns,
			   w->src->type ? "; what they told follows as [RESYNC]" : "");
	end_of_line(m);
}

void monitor_gap_end(struct watch *w)
{
	struct monitor *m = w->m;

	if (m->json)
		monitor_json(m, json_pack("{s:{s:s,s:I,s:I,s:I,s:I}}", "resynchronised", "of",
					  w->src->name, "overrun", (json_int_t)m->overruns, "new",
					  (json_int_t)w->gap[0], "update", (json_int_t)w->gap[1],
					  "destroy", (json_int_t)w->gap[2]));
	else
		out_printf(&m->n->out, "# %s: overrun %llu: resynchronised %llu new, %llu update, "
			   "%llu destroy\n", w->src->name, (unsigned long long)m->overruns,
			   (unsigned long long)w->gap[0], (unsigned long long)w->gap[1],
			   (unsigned long long)w->gap[2]);
	end_of_line(m);
}

void monitor_dying(struct watch *w)
{
	struct monitor *m = w->m;

	if (m->json)
		monitor_json(m, json_pack("{s:{s:s,s:I}}", "dying", "of", w->src->name, "count",
					  (json_int_t)w->dying));
	else
		out_printf(&m->n->out, "# %s: dying: %llu\n", w->src->name,
			   (unsigned long long)w->dying);
	end_of_line(m);
}

static uint64_t sum(const uint64_t v[3])
{
	return v[0] + v[1] + v[2];
}

/* Is there a source that has a list of the dying, and was it looked at? */
static bool count_dying(const struct monitor *m, uint64_t *dying)
{
	bool any = false;

	*dying = 0;
	for (unsigned int i = 0; i < m->n_watches; i++) {
		if (!m->q->options[QO_RELIABLE].given || !m->watches[i].src->dump_dying)
			continue;
		any = true;
		*dying += m->watches[i].dying;
	}
	return any;
}

void monitor_summary(struct monitor *m)
{
	uint64_t dying;
	bool has_dying = count_dying(m, &dying);
	json_t *s;

	if (!m->json) {
		diag_note(&m->n->diags, "%llu events: %llu new, %llu update, %llu destroy; "
			  "%llu overruns, %llu resynchronised", (unsigned long long)sum(m->shown),
			  (unsigned long long)m->shown[0], (unsigned long long)m->shown[1],
			  (unsigned long long)m->shown[2], (unsigned long long)m->overruns,
			  (unsigned long long)sum(m->resynced));
		if (has_dying)
			diag_note(&m->n->diags, "%llu dying", (unsigned long long)dying);
		return;
	}
	s = json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "events", (json_int_t)sum(m->shown), "new",
		      (json_int_t)m->shown[0], "update", (json_int_t)m->shown[1], "destroy",
		      (json_int_t)m->shown[2], "overruns", (json_int_t)m->overruns,
		      "resynchronised", (json_int_t)sum(m->resynced));
	if (has_dying)
		json_object_set_new(s, "dying", json_integer((json_int_t)dying));
	monitor_json(m, json_pack("{s:o}", "summary", s));
}
