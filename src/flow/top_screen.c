// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * top on a terminal, with ncurses: it compares what is drawn with what is there, so each picture
 * is drawn whole and only what differs is sent.
 */
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "show.h"
#include "top.h"
#include "top_terminal.h"

#define CTRL(c)		((c) & 0x1f)
#define ESCAPE		27
#define GRAPH_ROWS	4
#define GRAPH_LEAST	18		/* lines of a terminal that has room for a graph */
#define FILTER_PAUSE	300		/* milliseconds without a key until a filter is tried */

enum mode { MODE_ROWS, MODE_HELP, MODE_FILTER, MODE_KILL };
enum colour { COLOUR_FAST = 1, COLOUR_CLASSIC, COLOUR_TITLE, COLOUR_ERROR };

struct screen {
	struct top *top;
	enum mode mode;
	bool colours, utf8, quit;
	int at, first;			/* rows: selected, and at the top of the window */
	struct top_line line;
	struct top_filter_error error;	/* of what is being typed; no text: none */
	bool typed;			/* a filter was typed and not tried yet */
	char before[TOP_FILTER_MAX];	/* the filter to go back to */
	struct top_row victim;		/* MODE_KILL: what is asked about */
	enum top_group victim_group;
	char message[256];
	bool message_bad;
	bool shown_acct;
};

/* ---- drawing ---- */

static void pen(const struct screen *s, enum colour colour, attr_t attr)
{
	attr_set(attr, s->colours ? (short)colour : 0, NULL);
}

static void pen_off(void)
{
	attr_set(A_NORMAL, 0, NULL);
}

/* Where the next line of text is put; what does not fit is not. */
static void put_at(int y, int x, const char *text)
{
	if (y >= 0 && y < LINES && x < COLS)
		mvaddnstr(y, x, text, -1);
}

static void put_out(int y, struct out *o)
{
	if (y >= 0 && y < LINES)
		mvaddnstr(y, 0, out_str(o), COLS);
	o->len = 0;
}

static void draw_title(const struct screen *s)
{
	const struct top *t = s->top;
	struct out o;

	out_init_mem(&o);
	out_printf(&o, " nff top%s  %s  by %s%s, per %s, every %gs", t->paused ? "  PAUSED" : "",
		   t->source.flows ? "flows" : "conntracks", top_sort_names[t->view.sort],
		   t->view.reverse ? " up" : "",
		   top_group_names[t->view.group], (double)t->interval / 1000);
	if (t->filter.text[0])
		out_printf(&o, "  where %s", t->filter.text);
	pen(s, COLOUR_TITLE, A_REVERSE | A_BOLD);
	mvhline(0, 0, ' ', COLS);
	put_out(0, &o);
	pen_off();
	out_fini(&o);
}

static void draw_total(const struct screen *s)
{
	const struct top *t = s->top;
	const struct top_total *sum = &t->table.total;
	const char *unit = top_rate_unit(&t->units);
	char a[16], b[16], c[16], d[16];
	struct out o;

	out_init_mem(&o);
	out_printf(&o, " total %s%s  (> %s%s  < %s%s)  %spackets/s  ",
		   top_total(a, sum->rate[0] + sum->rate[1], &t->units), unit,
		   top_total(b, sum->rate[0], &t->units), unit,
		   top_total(c, sum->rate[1], &t->units), unit,
		   show_amount(d, sum->packet_rate[0] + sum->packet_rate[1], 0));
	if (sum->share >= 0)
		out_printf(&o, "fast path %.0f %%  ", 100 * sum->share);
	out_printf(&o, "%u %s", t->table.n, t->source.flows ? "flows" : "conntracks");
	if (t->source.all > t->table.n)
		out_printf(&o, " of %llu", (unsigned long long)t->source.all);
	put_out(1, &o);
	out_fini(&o);
}

/*
 * One cell of the graph, row being counted from its floor: the fast path below, the classic path
 * on top of it.
 */
static void draw_cell(const struct screen *s, int y, int x, int row, double all, double fast)
{
	static const char *const eighths[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	bool is_fast = fast >= row + (fast >= row + 1 ? 0 : 0.5) || fast >= all;
	int part = (int)((all - row) * 8 + 0.5);

	if (all <= row || !part)
		return;
	part = part > 8 ? 8 : part;
	pen(s, is_fast ? COLOUR_FAST : COLOUR_CLASSIC, A_NORMAL);
	if (!s->utf8)
		put_at(y, x, is_fast ? "#" : ":");
	else if (!is_fast && !s->colours)
		put_at(y, x, "░");
	else
		put_at(y, x, eighths[part]);
}

/* The newest value on the right; the highest one shown reaches the ceiling. */
static int draw_graph(const struct screen *s, int y)
{
	const struct top_table *t = &s->top->table;
	uint32_t shown = t->n_graph < TOP_GRAPH ? t->n_graph : TOP_GRAPH;
	int width = COLS - 1 < (int)shown ? COLS - 1 : (int)shown;
	char text[48], number[16];
	double most = 0;

	if (LINES < GRAPH_LEAST)
		return y;
	for (int i = 0; i < width; i++) {
		double v = (double)t->graph[(t->n_graph - 1 - (uint32_t)i) % TOP_GRAPH];

		most = v > most ? v : most;
	}
	for (int i = 0; i < width && most > 0; i++) {
		uint32_t n = (t->n_graph - 1 - (uint32_t)i) % TOP_GRAPH;
		double scale = GRAPH_ROWS / most;

		for (int row = 0; row < GRAPH_ROWS; row++)
			draw_cell(s, y + GRAPH_ROWS - 1 - row, COLS - 1 - i, row,
				  (double)t->graph[n] * scale, (double)t->graph_fast[n] * scale);
	}
	pen_off();
	snprintf(text, sizeof(text), " %s%s", top_total(number, most, &s->top->units),
		 top_rate_unit(&s->top->units));
	put_at(y, 0, text);
	if (!s->colours) {
		put_at(y + 1, 1, s->utf8 ? "█ fast path" : "# fast path");
		put_at(y + 2, 1, s->utf8 ? "░ classic path" : ": classic path");
	} else {
		pen(s, COLOUR_FAST, A_NORMAL);
		put_at(y + 1, 1, "fast path");
		pen(s, COLOUR_CLASSIC, A_NORMAL);
		put_at(y + 2, 1, "classic path");
		pen_off();
	}
	return y + GRAPH_ROWS;
}

static uint32_t n_rows(const struct screen *s)
{
	return s->top->view.n < s->top->limit ? s->top->view.n : (uint32_t)s->top->limit;
}

/* Keep the selected row one that there is, and in the window. */
static void clamp(struct screen *s, int window)
{
	int n = (int)n_rows(s);

	s->at = s->at >= n ? n - 1 : s->at;
	s->at = s->at < 0 ? 0 : s->at;
	if (window < 1)
		return;
	if (s->first > s->at)
		s->first = s->at;
	if (s->first < s->at - window + 1)
		s->first = s->at - window + 1;
}

static void draw_rows(struct screen *s, int y)
{
	const struct top *t = s->top;
	int window = LINES - 2 - y;
	struct top_layout l;
	struct out o;

	top_layout(&l, COLS, t->view.group);
	out_init_mem(&o);
	top_put_head(&o, &l, &t->units);
	pen(s, COLOUR_TITLE, A_REVERSE);
	if (y < LINES)
		mvhline(y, 0, ' ', COLS);
	put_out(y, &o);
	pen_off();
	clamp(s, window);
	for (int i = 0; i < window && s->first + i < (int)n_rows(s); i++) {
		const struct top_row *r = t->view.rows[s->first + i];
		bool fast = r->i.flags & TOP_OFFLOAD;

		top_put_row(&o, &l, &t->units, r, t->table.now, t->n->print.services);
		pen(s, fast ? COLOUR_FAST : 0, s->first + i == s->at ? A_REVERSE : A_NORMAL);
		put_out(y + 1 + i, &o);
		pen(s, fast ? COLOUR_FAST : COLOUR_CLASSIC, A_NORMAL);
		if (l.history) {
			top_put_spark(&o, r, t->view.round, l.history, s->utf8);
			put_at(y + 1 + i, COLS - l.history, out_str(&o));
			o.len = 0;
		}
		pen_off();
	}
	out_fini(&o);
}

static void draw_help(int y)
{
	static const char *const lines[] = {
		"  Up Down PgUp PgDn Home End   select a line",
		"  s, S       sort by the next key: rate, bytes, packets, age; S the one before",
		"  r          the other way round",
		"  g, G       group by the next key: connection, source, destination, service",
		"  /          filter, in the match language: tcp dport { 80, 443 }",
		"  k          delete conntracks (flows: take them off the fast path)",
		"  p, Space   pause",
		"  u          units of rates: bit/s and B/s, steps of 1000 and of 1024",
		"  + -        longer or shorter between two looks",
		"  Ctrl-L     draw all again",
		"  q, Ctrl-C  quit",
		"",
		"  >  original direction: from the side that opened the connection;  <  reply",
		"  fast: on the fast path;  AGE >: it began before top looked first",
		"",
		"  any key goes back",
	};

	const int n = sizeof(lines) / sizeof(lines[0]);

	for (int i = 0; i < n && y + i < LINES - 1; i++)
		mvaddnstr(y + i, 0, lines[i], COLS);
}

/* ---- the last line ---- */

static void draw_filter(const struct screen *s)
{
	const char *prompt = "where ";
	int width = COLS - (int)strlen(prompt) - 1, from = 0;

	if (s->line.at > width)
		from = s->line.at - width;
	if (s->error.text[0]) {
		int at = (int)strlen(prompt) + s->error.at - from;

		pen(s, COLOUR_ERROR, A_BOLD);
		mvhline(LINES - 2, 0, ' ', COLS);
		mvaddnstr(LINES - 2, 0, s->error.text, COLS);
		pen_off();
		put_at(LINES - 1, 0, prompt);
		mvaddnstr(LINES - 1, (int)strlen(prompt), s->line.text + from, width);
		/* The place of the mistake, where there is text. */
		if (at >= (int)strlen(prompt) && at < COLS)
			mvchgat(LINES - 1, at, 1, A_UNDERLINE | A_BOLD,
				s->colours ? COLOUR_ERROR : 0, NULL);
	} else {
		put_at(LINES - 1, 0, prompt);
		mvaddnstr(LINES - 1, (int)strlen(prompt), s->line.text + from, width);
	}
	move(LINES - 1, (int)strlen(prompt) + s->line.at - from);
}

static void draw_kill(const struct screen *s)
{
	struct out o;

	out_init_mem(&o);
	out_puts(&o, s->top->source.flows ? "take off the fast path: " : "delete: ");
	top_put_name(&o, s->victim_group, &s->victim, s->top->n->print.services);
	if (s->victim_group != TOP_BY_CONNECTION)
		out_printf(&o, " (%u connections)", s->victim.members);
	out_puts(&o, "? y/n");
	pen(s, COLOUR_ERROR, A_BOLD);
	put_out(LINES - 1, &o);
	pen_off();
	out_fini(&o);
}

static void draw_status(const struct screen *s)
{
	static const char keys[] = " q quit  p pause  s sort  r reverse  g group  "
				   "/ filter  k kill  u units  ? help";
	const struct top *t = s->top;

	if (s->message[0]) {
		pen(s, s->message_bad ? COLOUR_ERROR : COLOUR_TITLE, A_BOLD);
		mvaddnstr(LINES - 1, 0, s->message, COLS);
	} else {
		mvaddnstr(LINES - 1, 0, keys, COLS);
	}
	pen_off();
	if (!t->no_acct)
		return;
	pen(s, COLOUR_ERROR, A_BOLD);
	mvaddnstr(LINES - 2, 0, "conntrack counts nothing: sysctl -w "
		  "net.netfilter.nf_conntrack_acct=1; flows count: nff top flows", COLS);
	pen_off();
}

static void draw(struct screen *s)
{
	int y = 2;

	erase();
	draw_title(s);
	draw_total(s);
	y = draw_graph(s, y);
	if (s->mode == MODE_HELP)
		draw_help(y);
	else
		draw_rows(s, y);
	curs_set(s->mode == MODE_FILTER);
	if (s->mode == MODE_KILL)
		draw_kill(s);
	else if (s->mode != MODE_FILTER)
		draw_status(s);
	else
		draw_filter(s);
	refresh();
}

/* ---- keys ---- */

static void say(struct screen *s, bool bad, const char *text)
{
	snprintf(s->message, sizeof(s->message), "%s", text);
	s->message_bad = bad;
}

static void next_units(struct top_units *u)
{
	if (u->binary)
		u->bytes = !u->bytes;
	u->binary = !u->binary;
}

static void change_interval(struct top *t, bool longer)
{
	static const uint64_t steps[] = { 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000 };
	unsigned int n = sizeof(steps) / sizeof(steps[0]), i = 0;

	while (i < n - 1 && steps[i] < t->interval)
		i++;
	if (longer && i < n - 1 && steps[i] <= t->interval)
		i++;
	else if (!longer && i > 0)
		i--;
	t->interval = steps[i];
}

static void begin_filter(struct screen *s)
{
	s->mode = MODE_FILTER;
	s->error.text[0] = '\0';
	snprintf(s->before, sizeof(s->before), "%s", s->top->filter.text);
	top_line_set(&s->line, s->before);
}

static void begin_kill(struct screen *s)
{
	if (!n_rows(s))
		return;
	s->victim = *s->top->view.rows[s->at];
	s->victim_group = s->top->view.group;
	s->mode = MODE_KILL;
}

static void select_row(struct screen *s, int key)
{
	int page = LINES > 10 ? LINES - 9 : 1;

	switch (key) {
	case KEY_UP:
		s->at--;
		break;
	case KEY_DOWN:
		s->at++;
		break;
	case KEY_PPAGE:
		s->at -= page;
		break;
	case KEY_NPAGE:
		s->at += page;
		break;
	case KEY_HOME:
		s->at = s->first = 0;
		break;
	case KEY_END:
		s->at = (int)n_rows(s) - 1;
		break;
	}
	clamp(s, 0);
}

static void arrange(struct screen *s, int key)
{
	struct top_view *v = &s->top->view;

	switch (key) {
	case 's':
		v->sort = (v->sort + 1) % TOP_SORT_MAX;
		break;
	case 'S':
		v->sort = (v->sort + TOP_SORT_MAX - 1) % TOP_SORT_MAX;
		break;
	case 'g':
		v->group = (v->group + 1) % TOP_GROUP_MAX;
		break;
	case 'G':
		v->group = (v->group + TOP_GROUP_MAX - 1) % TOP_GROUP_MAX;
		break;
	case 'r':
		v->reverse = !v->reverse;
		break;
	}
	s->at = s->first = 0;
	top_view_update(v, &s->top->table);
}

static void key_of_rows(struct screen *s, int key)
{
	s->message[0] = '\0';
	switch (key) {
	case 'q':
	case CTRL('c'):
		s->quit = true;
		break;
	case 'p':
	case ' ':
		s->top->paused = !s->top->paused;
		break;
	case 's':
	case 'S':
	case 'g':
	case 'G':
	case 'r':
		arrange(s, key);
		break;
	case '/':
	case 'f':
		begin_filter(s);
		break;
	case 'k':
	case KEY_DC:
		begin_kill(s);
		break;
	case 'u':
		next_units(&s->top->units);
		break;
	case '+':
	case '-':
		change_interval(s->top, key == '+');
		break;
	case '?':
	case 'h':
	case KEY_F(1):
		s->mode = MODE_HELP;
		break;
	default:
		select_row(s, key);
	}
}

/* ---- the filter ---- */

/* Take over what was typed, if it is right: then rows come and go at once. */
static bool try_filter(struct screen *s, const char *text)
{
	struct top *t = s->top;

	s->typed = false;
	s->error.text[0] = '\0';
	if (!strcmp(text, t->filter.text))
		return true;
	if (!top_filter_set(&t->filter, &t->source, text, &s->error))
		return false;
	s->at = s->first = 0;
	if (top_step(t, TOP_LOOK_MEMBERS) < 0)
		s->quit = true;
	return true;
}

static void key_of_filter(struct screen *s, int key)
{
	switch (top_line_key(&s->line, key)) {
	case TOP_EDIT_CHANGED:
		s->typed = true;
		break;
	case TOP_EDIT_DONE:
		if (try_filter(s, s->line.text))
			s->mode = MODE_ROWS;
		break;
	case TOP_EDIT_CANCEL:
		try_filter(s, s->before);
		s->mode = MODE_ROWS;
		break;
	case TOP_EDIT_NONE:
		break;
	}
}

/* ---- deleting ---- */

static void tell_deleted(struct screen *s, uint32_t done, uint32_t gone, int err)
{
	const char *what = s->top->source.flows ? "flow" : "conntrack";
	bool bad = err != 0;

	if (err == -EBUSY)
		snprintf(s->message, sizeof(s->message), "%u deleted; the kernel deletes no "
			 "conntrack that is on the in-tree fast path: it goes when its flow ends",
			 done);
	else if (err)
		snprintf(s->message, sizeof(s->message), "%u deleted, then: %s", done,
			 strerror(-err));
	else if (gone && !done)
		snprintf(s->message, sizeof(s->message), "it was gone already");
	else
		snprintf(s->message, sizeof(s->message), "%u %s%s %s", done, what,
			 done == 1 ? "" : "s", s->top->source.flows ?
			 "taken off the fast path; the connections go on" : "deleted");
	s->message_bad = bad;
}

static void delete_victim(struct screen *s)
{
	const struct top_table *t = &s->top->table;
	uint32_t done = 0, gone = 0;
	int err = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct top_item *item = &t->rows[i].i;
		int ret;

		if (top_group_key(item, s->victim_group) != s->victim.i.key)
			continue;
		ret = top_delete(&s->top->source, item);
		if (!ret)
			done++;
		else if (ret == -ENOENT)
			gone++;
		else if (!err)
			err = ret;
	}
	tell_deleted(s, done, gone || !done, err);
	if (top_step(s->top, TOP_LOOK_MEMBERS) < 0)
		s->quit = true;
}

static void key_of_kill(struct screen *s, int key)
{
	s->mode = MODE_ROWS;
	if (key == 'y' || key == 'Y')
		delete_victim(s);
	else
		say(s, false, "nothing was deleted");
}

static void suspend(void)
{
	def_prog_mode();
	endwin();
	kill(getpid(), SIGSTOP);
	reset_prog_mode();
	clearok(stdscr, TRUE);
}

static void on_key(struct screen *s, int key)
{
	if (key == KEY_RESIZE || key == CTRL('l'))
		clearok(stdscr, TRUE);
	else if (key == CTRL('z'))
		suspend();
	else if (s->mode == MODE_FILTER)
		key_of_filter(s, key);
	else if (s->mode == MODE_KILL)
		key_of_kill(s, key);
	else if (s->mode == MODE_HELP)
		s->mode = MODE_ROWS;
	else
		key_of_rows(s, key);
}

/* ---- the loop ---- */

/* Wait for a key until a time, at most. false: a signal, or the terminal has gone. */
static bool wait_key(struct screen *s, int sfd, uint64_t until)
{
	uint64_t now = top_monotonic();
	struct pollfd p[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN }, { .fd = sfd, .events = POLLIN },
	};
	int timeout = until > now ? (int)((until - now) / 1000000 + 1) : 0, key;

	if (poll(p, 2, timeout) < 0 && errno != EINTR)
		return false;
	if (p[1].revents)
		return false;
	if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		return false;
	while (!s->quit && (key = getch()) != ERR)
		on_key(s, key);
	return true;
}

static int loop(struct screen *s, int sfd, uint64_t looks)
{
	struct top *t = s->top;
	uint64_t last = top_monotonic();

	while (!s->quit) {
		uint64_t until = last + t->interval * 1000000;

		draw(s);
		if (s->typed && until > top_monotonic() + FILTER_PAUSE * 1000000ull)
			until = top_monotonic() + FILTER_PAUSE * 1000000ull;
		if (t->paused && !s->typed)
			until = top_monotonic() + 3600 * 1000000000ull;
		if (!wait_key(s, sfd, until))
			break;
		if (s->typed && s->mode == MODE_FILTER && top_monotonic() >= until)
			try_filter(s, s->line.text);
		if (t->paused || top_monotonic() < last + t->interval * 1000000)
			continue;
		last = top_monotonic();
		if (top_step(t, TOP_LOOK) < 0)
			return -1;
		if (looks && --looks == 0)
			break;
	}
	return t->n->diags.errors ? -1 : 0;
}

static void set_up(struct screen *s)
{
	const char *no_colour = getenv("NO_COLOR");

	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(50);
	s->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	s->colours = has_colors() && (!no_colour || !*no_colour) && start_color() == OK;
	if (!s->colours)
		return;
	use_default_colors();
	init_pair(COLOUR_FAST, COLOR_GREEN, -1);
	init_pair(COLOUR_CLASSIC, COLOR_YELLOW, -1);
	init_pair(COLOUR_TITLE, COLOR_CYAN, -1);
	init_pair(COLOUR_ERROR, COLOR_RED, -1);
}

static int no_terminal(struct top *t)
{
	const char *term = getenv("TERM");

	diag_error(&t->n->diags, t->source.cmd->loc, "top needs a terminal%s%s%s",
		   isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) ? ", and knows none of the kind '"
		   : "", isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) ? term ? term : "" : "",
		   isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) ? "'" : "");
	diag_hint(&t->n->diags, "'top -b' prints text, 'top -b -n 3 -j' three objects of JSON");
	return -1;
}

/* The signal that ended it has done its work: ncurses would end the program with it. */
static void take_signals(int sfd)
{
	struct signalfd_siginfo info;

	while (sfd >= 0 && read(sfd, &info, sizeof(info)) > 0)
		;
	if (sfd >= 0)
		close(sfd);
}

int top_screen(struct top *t, uint64_t looks)
{
	struct screen s = { .top = t };
	sigset_t old, set;
	SCREEN *term = NULL;
	char *locale;
	int sfd, err;

	out_flush(&t->n->out);
	/* ncurses asks for the character set; nothing else may depend on it. */
	locale = strdup(setlocale(LC_CTYPE, NULL));
	setlocale(LC_CTYPE, "");
	if (terminal_is_known())
		term = newterm(NULL, stdout, stdin);
	if (!term) {
		err = no_terminal(t);
	} else {
		sigemptyset(&set);
		sigaddset(&set, SIGTERM);
		sigaddset(&set, SIGHUP);
		sigaddset(&set, SIGINT);
		sigprocmask(SIG_BLOCK, &set, &old);
		sfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
		set_up(&s);
		err = loop(&s, sfd, looks);
		endwin();
		delscreen(term);
		take_signals(sfd);
		sigprocmask(SIG_SETMASK, &old, NULL);
	}
	setlocale(LC_CTYPE, locale ? locale : "C");
	free(locale);
	return err;
}
