// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Monitors from the datagram to the line: what is told of events that came, were lost, were cut or
 * are not known, and that a reader who believes it sees the world as it is.
 */
#include <linux/netfilter/nf_conntrack_common.h>

#include "ct-recorded.h"
#include "expect-recorded.h"
#include "flow-gen.h"
#include "monitor-rig.h"
#include "unit.h"

#define CT_DEL ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE)
#define EXP_DEL ((NFNL_SUBSYS_CTNETLINK_EXP << 8) | IPCTNL_MSG_EXP_DELETE)

static const struct {
	unsigned int ev;
	uint16_t type, flags;
	const char *prefix;
} ct_events[] = {
	{ QUERY_NEW, CT_NEW, NLM_F_CREATE | NLM_F_EXCL, "    [NEW] " },
	{ QUERY_UPDATE, CT_NEW, 0, " [UPDATE] " },
	{ QUERY_DESTROY, CT_DEL, 0, "[DESTROY] " },
};

/* ---- recorded ones ---- */

static void recorded(void)
{
	struct rig rig = { 0 };
	struct msgbuf msg = { 0 };
	struct conntrack ct;
	struct out want;

	out_init_mem(&want);
	CHECK(rig_init(&rig, &conntrack_source, "monitor conntracks"));
	rig.m.line_flags = LINE_ID | LINE_EXTENDED;
	for (size_t i = 0; i < N_CT_RECORDED; i++) {
		struct nlmsghdr *nlh;

		unhex(&msg, ct_recorded[i]);
		nlh = (struct nlmsghdr *)msg.buf;
		CHECK_INT(ct_decode(nlh, &ct), 0);
		/* that one line of them has an age does not matter: they are of the same second */
		for (unsigned int ev = 0; ev < 3; ev++) {
			nlh->nlmsg_type = ct_events[ev].type;
			nlh->nlmsg_flags = ct_events[ev].flags;
			nlh->nlmsg_pid = 0;
			CHECK(rig_send(&rig, msg.buf, msg.len));
			CHECK_INT(rig_pump(&rig), 0);
			out_drop(&want);
			out_puts(&want, ct_events[ev].prefix);
			ct_print(&want, &ct, rig.m.line_flags, monitor_now());
			CHECK_STR(out_str(&rig.n.out), out_str(&want));
			out_drop(&rig.n.out);
		}
	}
	CHECK_INT(rig.m.shown[0] + rig.m.shown[1] + rig.m.shown[2], 3 * N_CT_RECORDED);
	CHECK_INT(known_count(&rig.w.known), 0);
	rig_fini(&rig);
	out_fini(&want);
	msgbuf_fini(&msg);
}

/* What is none of a source's messages, or none that can be read, prints nothing. */
static void passed_over(void)
{
	struct rig rig = { 0 };
	struct msgbuf msg = { 0 };
	struct nlmsghdr *nlh;
	unsigned int bad = 0;

	CHECK(rig_init(&rig, &conntrack_source, "monitor conntracks"));
	unhex(&msg, ct_recorded[0]);
	nlh = (struct nlmsghdr *)msg.buf;
	/* of a newer kernel, of another subsystem, of netlink itself */
	for (unsigned int type = 0; type < 0x10000; type += 77) {
		nlh->nlmsg_type = (uint16_t)type;
		if (type == CT_NEW || type == CT_DEL)
			continue;
		CHECK(rig_send(&rig, msg.buf, msg.len));
		CHECK_INT(rig_pump(&rig), 0);
	}
	CHECK_INT(rig.m.malformed, 0);
	/* cut: the rest of a datagram that says it is longer, and a message that is short */
	nlh->nlmsg_type = CT_NEW;
	for (size_t len = 1; len < msg.len; len++) {
		struct conntrack ct;

		nlh->nlmsg_len = (uint32_t)msg.len;
		CHECK(rig_send(&rig, msg.buf, len));
		if (len < sizeof(*nlh))
			continue;
		nlh->nlmsg_len = (uint32_t)len;
		bad += ct_decode(nlh, &ct) < 0;
		if (ct_decode(nlh, &ct) < 0)
			CHECK(rig_send(&rig, msg.buf, len));
		CHECK_INT(rig_pump(&rig), 0);
	}
	CHECK(bad > 50);
	CHECK_INT(rig.m.malformed, bad);
	CHECK_STR(out_str(&rig.n.out), "");
	rig_fini(&rig);
	msgbuf_fini(&msg);
}

/* ---- a world, its events, and a reader ---- */

#define PLACES	300

struct world {
	uint32_t id[PLACES];		/* 0: nothing is there */
	uint32_t next;			/* id to give */
	struct msgbuf msg;
	size_t too_long;		/* length of the next datagram that is lost */
	bool full;			/* a datagram found no room: the test is wrong */
	bool lost, busy;		/* events are lost now; things happen while it is dumped */
	unsigned int dumps;
};

static void put_side(struct msgbuf *m, uint16_t type, uint32_t id, bool reply)
{
	uint32_t addr[2] = { 0x0100000a, id };
	size_t tuple = attr_nest(m, type), nest = attr_nest(m, CTA_TUPLE_IP);

	attr_data(m, CTA_IP_V4_SRC, &addr[reply], 4);
	attr_data(m, CTA_IP_V4_DST, &addr[!reply], 4);
	attr_nest_end(m, nest);
	nest = attr_nest(m, CTA_TUPLE_PROTO);
	attr_u8(m, CTA_PROTO_NUM, IPPROTO_UDP);
	attr_u16(m, reply ? CTA_PROTO_DST_PORT : CTA_PROTO_SRC_PORT, 1000);
	attr_u16(m, reply ? CTA_PROTO_SRC_PORT : CTA_PROTO_DST_PORT, 53);
	attr_nest_end(m, nest);
	attr_nest_end(m, tuple);
}

/* As the kernel: a destroy event says neither status nor mark. */
static const struct nlmsghdr *ct_message(struct world *wd, unsigned int ev, uint32_t id)
{
	struct msgbuf *m = &wd->msg;

	m->len = 0;
	msg_begin(m, ct_events[ev].type, ct_events[ev].flags, 0, AF_INET, 0);
	put_side(m, CTA_TUPLE_ORIG, id, false);
	put_side(m, CTA_TUPLE_REPLY, id, true);
	attr_u32(m, CTA_ID, id);
	if (ev != 2) {
		attr_u32(m, CTA_STATUS, IPS_CONFIRMED | (ev ? IPS_SEEN_REPLY : 0));
		attr_u32(m, CTA_MARK, id % 3);
	}
	/* Of a kernel to come. */
	attr_u32(m, 77, 1);
	msg_end(m);
	return (const struct nlmsghdr *)m->buf;
}

static void happen(struct rig *rig)
{
	struct world *wd = rig->arg;
	uint32_t *id = &wd->id[rnd() % PLACES];
	unsigned int ev = !*id ? 0 : coin() ? 1 : 2;
	/* shorter than its header */
	struct nlmsghdr junk[2] = { { sizeof(junk[0]) + 2, CT_NEW, 0, 0, 0 } };

	if (!*id)
		*id = ++wd->next;
	ct_message(wd, ev, *id);
	if (ev == 2)
		*id = 0;
	if (wd->lost)
		return;
	wd->full |= !rig_send(rig, wd->msg.buf, wd->msg.len);
	if (rnd() % 50 == 0)
		wd->full |= !rig_send(rig, junk, sizeof(junk[0]) + 4);
}

/* Events are lost: some of them, and that they were is told behind those that were queued. */
static void lose(struct rig *rig)
{
	static const char nothing[1 << 16];
	struct world *wd = rig->arg;

	wd->lost = true;
	for (unsigned int i = 0; i < 40; i++)
		happen(rig);
	wd->lost = false;
	/* more than what was made room for since the last one */
	wd->too_long += 192;
	wd->full |= !rig_send(rig, nothing, wd->too_long);
}

static int dump_world(struct rig *rig)
{
	struct world *wd = rig->arg;
	int err = 0;

	wd->dumps++;
	for (unsigned int i = 0; i < PLACES && !err; i++) {
		if (wd->id[i])
			err = rig_dumped(rig, ct_message(wd, 1, wd->id[i]));
		if (wd->busy && rnd() % 8 == 0)
			happen(rig);
		if (wd->busy && rnd() % 2000 == 0)
			lose(rig);
	}
	/* inconsistent: once more */
	return err ? err : wd->busy && rnd() % 4 == 0 ? -EINTR : 0;
}

/* ---- who believes what is told ---- */

struct reader {
	bool *live;			/* by id */
	unsigned int lines, gaps, resynced, wrong;
};

static void reader_hears(struct reader *r, char kind, uint32_t id)
{
	/* N, U, D; what is there is what was made and not destroyed */
	r->wrong += kind == 'N' ? r->live[id] : !r->live[id];
	r->live[id] = kind != 'D';
}

static void read_line(struct reader *r, const char *line)
{
	const char *id = strstr(line, " id=");

	if (line[0] == '#') {
		r->gaps += strstr(line, "events were lost") != NULL;
		return;
	}
	r->resynced += strstr(line, "[RESYNC]") != NULL;
	if (!id || (strncmp(line, "    [NEW] udp", 13) && strncmp(line, " [UPDATE] udp", 13) &&
		    strncmp(line, "[DESTROY] udp", 13)))
		r->wrong++;
	else
		reader_hears(r, line[strspn(line, " [")], (uint32_t)atoll(id + 4));
}

static void read_object(struct reader *r, const char *line)
{
	json_t *obj = json_loads(line, 0, NULL);
	const char *event = json_string_value(json_object_get(obj, "event"));
	json_t *ct = json_object_get(obj, "conntrack");

	r->gaps += json_is_object(json_object_get(obj, "gap"));
	r->resynced += json_is_true(json_object_get(obj, "resynchronised"));
	if (!json_is_object(obj))
		r->wrong++;
	else if (event)
		reader_hears(r, event[0] - 'a' + 'A', (uint32_t)json_integer_value(
							      json_object_get(ct, "id")));
	json_decref(obj);
}

static void read_all(struct reader *r, struct rig *rig)
{
	char *text = strdup(out_str(&rig->n.out)), *line, *rest = text;

	while ((line = strsep(&rest, "\n")) && *line) {
		r->lines++;
		(rig->m.json ? read_object : read_line)(r, line);
	}
	/* the last line is whole */
	r->wrong += rest != NULL || (line && *line);
	free(text);
	out_drop(&rig->n.out);
}

/* Some of what exists, as a filter sees it: what has mark 1, or all. */
static void live_through(const char *command, bool json, bool filtered)
{
	struct world wd = { .too_long = 3000 };
	struct rig rig = { .dump = dump_world, .arg = &wd };
	struct reader r = { .live = calloc(1 << 20, 1) };

	rnd_state = 9;
	for (unsigned int i = 0; i < PLACES; i += 2)
		wd.id[i] = ++wd.next;
	for (unsigned int i = 0; i < PLACES; i++)
		r.live[wd.id[i]] = wd.id[i] && (!filtered || wd.id[i] % 3 == 1);
	CHECK(rig_init(&rig, &conntrack_source, command));
	rig.m.json = json;
	rig.m.line_flags = LINE_ID;
	wd.busy = true;
	for (unsigned int round = 0; round < 3000; round++) {
		for (unsigned int i = 0; i < 30; i++)
			happen(&rig);
		if (rnd() % 10 == 0 && wd.too_long < 60000)
			lose(&rig);
		if (coin())
			CHECK(watch_pump(&rig.w) >= 0);
		else
			CHECK_INT(rig_pump(&rig), 0);
		read_all(&r, &rig);
	}
	wd.busy = false;
	CHECK_INT(rig_pump(&rig), 0);
	read_all(&r, &rig);
	CHECK(!wd.full);
	CHECK_INT(r.wrong, 0);
	CHECK(r.gaps > 50 && r.resynced > 500 && wd.dumps > r.gaps);
	CHECK_INT(r.resynced, rig.m.resynced[0] + rig.m.resynced[1] + rig.m.resynced[2]);
	CHECK(rig.m.malformed > 500 && rig.m.repeated > 50);
	for (unsigned int i = 0; i < PLACES; i++)
		if (wd.id[i] && (!filtered || wd.id[i] % 3 == 1)) {
			CHECK(r.live[wd.id[i]]);
			r.live[wd.id[i]] = false;
		}
	CHECK(!memchr(r.live, true, 1 << 20));
	rig_fini(&rig);
	free(r.live);
	msgbuf_fini(&wd.msg);
}

static void the_reader_sees_the_world(void)
{
	live_through("monitor conntracks", false, false);
}

static void in_json(void)
{
	live_through("monitor conntracks", true, false);
}

static void through_a_filter(void)
{
	live_through("monitor conntracks where ct mark 1", false, true);
}

/* ---- hostile messages ---- */

#define POOL 24

static const struct hostile {
	const struct monitor_source *src;
	const char *commands[2];
	void (*gen)(struct msgbuf *m);
	const char *const *recorded;
	size_t n_recorded;
	uint16_t new, del;		/* types; 0: told by the command of generic netlink */
} hostiles[] = {
	{ &conntrack_source, { "monitor conntracks", "monitor conntracks where ct mark != 5 "
	  "th dport < 40000" }, gen_conntrack, ct_recorded, N_CT_RECORDED, CT_NEW, CT_DEL },
	{ &expectation_source, { "monitor expectations", "monitor expectations where th dport != 21" },
	  gen_expectation, expect_recorded, N_EXPECT_RECORDED, EXP_NEW, EXP_DEL },
	{ &flow_source, { "monitor flows", "monitor flows where ct bytes > 5 iif != 1" },
	  gen_flow, NULL, 0, 0, 0 },
};

/* Of few different records, so that they meet again. */
struct pool {
	const struct hostile *h;
	struct msgbuf msgs[POOL];
	struct edge edge;
	uint64_t shown[3], resynced[3];	/* in all lives */
};

static const struct nlmsghdr *any_message(struct pool *p)
{
	const struct msgbuf *m = &p->msgs[rnd() % POOL];
	struct nlmsghdr *nlh;

	nlh = rnd() % 3 ? mutate(&p->edge, m) : (struct nlmsghdr *)m->buf;
	nlh->nlmsg_pid = rnd() % 8 ? 0 : UINT32_MAX;
	nlh->nlmsg_flags = (uint16_t)(coin() ? NLM_F_CREATE : 0);
	if (p->h->new)
		nlh->nlmsg_type = rnd() % 3 ? p->h->new : p->h->del;
	return nlh;
}

static int dump_any(struct rig *rig)
{
	int err = 0;

	for (uint64_t n = rnd() % 100; n && !err; n--) {
		const struct nlmsghdr *nlh = any_message(rig->arg);

		err = rig_dumped(rig, nlh);
	}
	return err ? err : rnd() % 4 ? 0 : -EINTR;
}

/* Some datagrams: of one message, of several, and of what is none at its end. */
static void send_any(struct rig *rig)
{
	char datagram[16384];
	size_t len = 0;

	for (uint64_t n = 1 + rnd() % 3; n; n--) {
		const struct nlmsghdr *nlh = any_message(rig->arg);
		size_t all = NLMSG_ALIGN(nlh->nlmsg_len);

		if (len + all > sizeof(datagram))
			break;
		memset(datagram + len + all - NLMSG_ALIGNTO, 0, NLMSG_ALIGNTO);
		memcpy(datagram + len, nlh, nlh->nlmsg_len);
		len += all;
	}
	if (rnd() % 16 == 0)
		len = 1 + rnd() % len;
	rig_send(rig, datagram, len);
}

/*
 * Each event has its line or its object. A name in a line may have anything in it, newlines too, as
 * conntrack(8) prints it; JSON has none of that.
 */
static bool all_are_told(struct rig *rig)
{
	char *text = strdup(out_str(&rig->n.out)), *line, *rest = text;
	uint64_t events = 0;
	bool good = true;

	while (good && (line = strsep(&rest, "\n")) && rest) {
		json_t *obj = rig->m.json ? json_loads(line, 0, NULL) : NULL;

		if (rig->m.json)
			events += json_object_get(obj, "event") != NULL;
		else
			events += !strncmp(line, "    [NEW] ", 10) ||
				  !strncmp(line, " [UPDATE] ", 10) ||
				  !strncmp(line, "[DESTROY] ", 10);
		good = !rig->m.json || json_is_object(obj);
		json_decref(obj);
	}
	good = good && events == rig->m.shown[0] + rig->m.shown[1] + rig->m.shown[2];
	free(text);
	return good;
}

static void one_life(struct pool *p, bool json, const char *command)
{
	struct rig rig = { .dump = dump_any, .arg = p };

	CHECK(rig_init(&rig, p->h->src, command));
	rig.m.json = json;
	rig.m.line_flags = (unsigned int)rnd() & (LINE_EXTENDED | LINE_ID | LINE_KTIMESTAMP |
						  LINE_LABELS);
	/* as --reliable asks for */
	rig.cmds.first->query->options[QO_RELIABLE].given = coin();
	for (unsigned int i = 0; i < 400; i++) {
		send_any(&rig);
		if (rnd() % 3)
			continue;
		rig.w.lost |= rnd() % 20 == 0;
		if (rnd() % 30 == 0)
			rig.dying = rnd() % 3;
		CHECK_INT(coin() ? watch_dying(&rig.w) : 0, 0);
		CHECK(watch_pump(&rig.w) >= 0);
	}
	rig.dying = 0;
	CHECK_INT(watch_dying(&rig.w), 0);
	CHECK_INT(rig_pump(&rig), 0);
	if (json)
		monitor_summary(&rig.m);
	CHECK(all_are_told(&rig));
	CHECK(rig.m.malformed > 0);
	for (unsigned int i = 0; i < 3; i++) {
		p->shown[i] += rig.m.shown[i];
		p->resynced[i] += rig.m.resynced[i];
	}
	rig_fini(&rig);
}

static void lives(const struct hostile *h)
{
	struct pool p = { .h = h };

	rnd_state = 10;
	CHECK(edge_init(&p.edge));
	for (unsigned int i = 0; i < 60 && !unit.failed; i++) {
		for (unsigned int k = 0; k < POOL; k++) {
			if (k < h->n_recorded)
				unhex(&p.msgs[k], h->recorded[k]);
			else
				h->gen(&p.msgs[k]);
		}
		one_life(&p, coin(), h->commands[coin()]);
	}
	for (unsigned int k = 0; k < POOL; k++)
		msgbuf_fini(&p.msgs[k]);
	edge_fini(&p.edge);
	if (unit.failed)
		return;
	CHECK(p.shown[0] > 500 && p.shown[2] > 500);
	CHECK(p.resynced[0] > 20 && p.resynced[2] > 20);
}

static void mutated_conntracks(void)
{
	lives(&hostiles[0]);
}

static void mutated_expectations(void)
{
	lives(&hostiles[1]);
}

static void mutated_flows(void)
{
	lives(&hostiles[2]);
}

int main(void)
{
	RUN(recorded);
	RUN(passed_over);
	RUN(the_reader_sees_the_world);
	RUN(in_json);
	RUN(through_a_filter);
	RUN(mutated_conntracks);
	RUN(mutated_expectations);
	RUN(mutated_flows);
	return unit_status();
}
