// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Grammar actions of commands about records: conntracks, flows, expectations (query.h).
 */
#include <string.h>

#include "build.h"
#include "parser.h"
#include "query.h"

struct query *query(struct parser *p)
{
	struct query *q = p->query;

	if (q)
		return q;
	q = p->query = arena_new(p->arena, struct query);
	q->sort_last = &q->sort;
	q->group_last = &q->group;
	q->set_last = &q->set;
	q->words_last = &q->words;
	return q;
}

void query_verb(struct parser *p, enum cmd_op op)
{
	p->op = op;
	p->options = true;
}

void add_query(struct parser *p, struct loc loc, enum obj_kind obj)
{
	struct query *q = query(p);

	q->family = p->h.family;
	/* of the rest there is no such view */
	if (p->op == CMD_SHOW && obj != OBJ_FLOWTABLES && obj != OBJ_CONNTRACK &&
	    obj != OBJ_FEATURES && obj != OBJ_FLOW) {
		parse_error(p, loc, "there is nothing to show of %s", obj_name(obj));
		parse_hint(p, "show takes flowtables, conntrack, features and flow; 'list %s' "
			   "prints them", obj_name(obj));
		return;
	}
	add_cmd(p, loc, obj)->query = q;
}

void query_unused(struct parser *p)
{
	const struct query *q = p->query;

	/* what has a query is checked where it is answered */
	if (!q || p->cmd->obj >= OBJ_CONNTRACKS || p->op == CMD_MONITOR || p->op == CMD_SHOW ||
	    p->op == CMD_TOP)
		return;
	for (unsigned int i = 0; i < QO_MAX; i++)
		if (q->options[i].given)
			parse_error(p, q->options[i].loc, "'%s %s' takes no option --%s",
				    cmd_name(p->op), obj_name(p->cmd->obj), query_options[i].name);
}

void add_counters(struct parser *p, struct loc loc, enum obj_kind obj, struct loc obj_loc)
{
	if (obj != OBJ_COUNTERS)
		parse_error(p, obj_loc, "of conntrack only the counters can be reset");
	else
		add_query(p, loc, OBJ_CONNTRACKS);
}

void add_monitor(struct parser *p, struct loc loc)
{
	struct query *q = query(p);

	q->family = p->h.family;
	add_cmd(p, loc, OBJ_ALL)->query = q;
}

void monitor_kind(struct parser *p, enum obj_kind obj)
{
	query(p)->kinds |= (uint64_t)1 << obj;
}

void query_offload(struct parser *p, struct loc loc)
{
	query(p)->offload = true;
	query(p)->offload_loc = loc;
}

void query_source(struct parser *p, unsigned int source, struct loc loc)
{
	query(p)->source = (uint8_t)source;
	query(p)->source_loc = loc;
}

void query_where(struct parser *p, struct loc loc)
{
	struct query *q = query(p);

	if (q->where)
		parse_error(p, loc, "there is a 'where' already; put all matches behind one");
	q->where_loc = loc;
	p->in_query = true;
}

void query_match(struct parser *p, enum query_part part, struct loc loc, struct expr *match)
{
	struct query *q = query(p);
	struct stmt **first[] = {
		[QUERY_WHERE] = &q->where, [QUERY_TUPLE] = &q->tuple, [QUERY_MASTER] = &q->master,
	};
	struct stmt **last[] = {
		[QUERY_WHERE] = &q->where_last, [QUERY_TUPLE] = &q->tuple_last,
		[QUERY_MASTER] = &q->master_last,
	};
	struct stmt *s = stmt_expr(p, ST_MATCH, loc, match);

	if (*last[part])
		(*last[part])->next = s;
	else
		*first[part] = s;
	*last[part] = s;
}

static struct query_key *query_key(struct parser *p, struct query_key ***last, const char *name,
				   struct loc loc)
{
	struct query_key *k = arena_new(p->arena, struct query_key);

	k->name = (struct name){ name, loc };
	list_add_tail(*last, k);
	return k;
}

struct query_key *query_sort(struct parser *p, const char *name, struct loc loc)
{
	return query_key(p, &query(p)->sort_last, name, loc);
}

void query_group(struct parser *p, const char *name, struct loc loc)
{
	query_key(p, &query(p)->group_last, name, loc);
}

void query_limit(struct parser *p, uint64_t limit, struct loc loc)
{
	struct query *q = query(p);

	q->limit = limit;
	q->has_limit = true;
	q->limit_loc = loc;
}

void query_set(struct parser *p, const char *key, struct loc key_loc, struct expr *value)
{
	struct query *q = query(p);
	struct query_assign *a = arena_new(p->arena, struct query_assign);

	p->in_assign = false;
	a->key = (struct name){ key, key_loc };
	a->value = value;
	list_add_tail(q->set_last, a);
}

void add_setting(struct parser *p, const char *word, struct loc loc)
{
	struct query *q = query(p);
	struct query_word *w = arena_new(p->arena, struct query_word);

	w->word = (struct name){ word, loc };
	list_add_tail(q->words_last, w);
	want_word(p, "setting", NULL);
}

void query_option(struct parser *p, unsigned int option, struct loc loc, const char *value,
		  struct loc value_loc)
{
	struct query_option_value *o = &query(p)->options[option];

	if (o->given)
		parse_error(p, loc, "option --%s is given twice", query_options[option].name);
	*o = (struct query_option_value){ loc, value, value_loc, true };
}

void unknown_option(struct parser *p, struct loc loc)
{
	const struct source *s = sources_get(&p->n->sources, loc.src);
	const char *text = s->text + loc.off;
	struct suggestion near;
	const struct query_option_row *r;

	parse_error(p, loc, "there is no option '%.*s' for commands", (int)loc.len, text);
	if (loc.len < 3)
		return;
	suggest_init(&near, text + 2, loc.len - 2);
	for (r = query_options; r->name; r++)
		suggest(&near, r->name);
	if (near.best)
		parse_hint(p, "did you mean --%s?", near.best);
}

const char *join_words(struct parser *p, const char *a, const char *b)
{
	return arena_printf(p->arena, "%s,%s", a, b);
}
