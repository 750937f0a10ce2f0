// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "group by": sums of entries, packets and bytes. The groups are records themselves, with columns
 * of their own, and are shown by a second view: sorted, limited and in each format like others.
 */
#include <stdlib.h>
#include <string.h>

#include "record_json.h"
#include "view_impl.h"

#define GROUP_KEYS_MAX	4
#define GROUP_SUMS	3

/* A key of a group, as its records have it. */
struct group_key {
	bool has, has_number;
	uint64_t number;
	const char *text;		/* where the column has a text */
	uint8_t order_len, order[COLUMN_ORDER_MAX];
};

struct group {
	struct group *next;		/* in its bucket */
	const struct view_group *of;
	const char *id;			/* the keys as column_order() gives them */
	size_t id_len;
	uint64_t hash;
	bool counted;			/* by packets and bytes */
	uint64_t entries, packets, bytes;
	struct group_key keys[];
};

struct view_group {
	struct arena arena;
	const struct column *keys[GROUP_KEYS_MAX];
	unsigned int n_keys;
	struct column columns[GROUP_KEYS_MAX + GROUP_SUMS + 1];
	struct record_type type;
	struct query query;		/* of the second view */
	struct query_key by_sum[2], by_key[GROUP_KEYS_MAX];	/* how it is sorted by default */
	struct view view;
	struct group **buckets;
	size_t n_buckets, n;		/* a power of two; groups */
};

/* ---- groups as records ---- */

static bool key_number(const struct group *g, unsigned int i, uint64_t *value)
{
	*value = g->keys[i].number;
	return g->keys[i].has_number;
}

static bool key_text(const struct group *g, unsigned int i, struct out *o)
{
	if (g->keys[i].has)
		out_puts(o, g->keys[i].text);
	return g->keys[i].has;
}

static unsigned int key_order(const struct group *g, unsigned int i, uint8_t *bytes)
{
	memcpy(bytes, g->keys[i].order, g->keys[i].order_len);
	return g->keys[i].order_len;
}

/* The functions of a column do not know which one it is: a set of them for each key. */
#define KEY(i) \
	static bool number_##i(const void *rec, uint64_t *value) \
	{ \
		return key_number(rec, i, value); \
	} \
	static bool text_##i(const void *rec, const struct print_opts *opts, struct out *o) \
	{ \
		(void)opts; \
		return key_text(rec, i, o); \
	} \
	static unsigned int order_##i(const void *rec, uint8_t bytes[COLUMN_ORDER_MAX]) \
	{ \
		return key_order(rec, i, bytes); \
	}
KEY(0)
KEY(1)
KEY(2)
KEY(3)
#undef KEY

static const struct {
	bool (*number)(const void *rec, uint64_t *value);
	bool (*text)(const void *rec, const struct print_opts *opts, struct out *o);
	unsigned int (*order)(const void *rec, uint8_t bytes[COLUMN_ORDER_MAX]);
} key_functions[GROUP_KEYS_MAX] = {
	{ number_0, text_0, order_0 }, { number_1, text_1, order_1 },
	{ number_2, text_2, order_2 }, { number_3, text_3, order_3 },
};

static bool sum_entries(const void *rec, uint64_t *value)
{
	*value = ((const struct group *)rec)->entries;
	return true;
}

static bool sum_packets(const void *rec, uint64_t *value)
{
	*value = ((const struct group *)rec)->packets;
	return ((const struct group *)rec)->counted;
}

static bool sum_bytes(const void *rec, uint64_t *value)
{
	*value = ((const struct group *)rec)->bytes;
	return ((const struct group *)rec)->counted;
}

static const struct column sum_columns[GROUP_SUMS] = {
	{ .name = "entries", .unit = COL_NUMBER, .flags = COLF_TABLE | COLF_DESC,
	  .number = sum_entries },
	{ .name = "packets", .unit = COL_PACKETS, .flags = COLF_TABLE | COLF_DESC,
	  .number = sum_packets },
	{ .name = "bytes", .unit = COL_BYTES, .flags = COLF_TABLE | COLF_DESC,
	  .number = sum_bytes },
};

/* "source=10.0.0.1 entries=3 packets=12 bytes=1430" */
static void group_line(struct out *o, const void *rec, unsigned int flags, int64_t now)
{
	static const struct print_opts plain;
	const struct group *g = rec;
	const struct column *c = g->of->columns;

	(void)flags;
	(void)now;
	for (; c->name; c++) {
		size_t start = o->len;

		out_printf(o, "%s%s=", c == g->of->columns ? "" : " ", c->name);
		if (column_put(c, rec, &plain, false, o))
			continue;
		/* A key that its records do not have is told; a sum that nobody counted is not. */
		if (c < g->of->columns + g->of->n_keys)
			out_putc(o, '-');
		else
			o->len = start;
	}
	out_putc(o, '\n');
}

static json_t *group_json(const void *rec, int64_t now)
{
	const struct group *g = rec;
	json_t *obj = json_object();
	uint64_t v;

	(void)now;
	for (const struct column *c = g->of->columns; c->name; c++) {
		size_t i = (size_t)(c - g->of->columns);

		/* a number even where people see a name */
		if (c->number && c->number(rec, &v))
			json_object_set_new(obj, c->name, json_integer((json_int_t)v));
		else if (!c->number && g->keys[i].has)
			json_object_set_new(obj, c->name, json_bytes(g->keys[i].text,
								     strlen(g->keys[i].text)));
	}
	return obj;
}

/* ---- grouping ---- */

/* The columns of groups: the keys, as their records have them, and the sums. */
static void make_columns(struct view_group *vg)
{
	for (unsigned int i = 0; i < vg->n_keys; i++) {
		const struct column *c = vg->keys[i];

		vg->columns[i] = (struct column){
			.name = c->name, .title = c->title, .unit = c->unit,
			.flags = COLF_TABLE | (c->flags & COLF_DESC),
			.number = c->number ? key_functions[i].number : NULL,
			.text = c->text ? key_functions[i].text : NULL,
			.order = c->order ? key_functions[i].order : NULL,
		};
	}
	memcpy(&vg->columns[vg->n_keys], sum_columns, sizeof(sum_columns));
	vg->type = (struct record_type){
		.name = "groups", .one = "group", .columns = vg->columns,
		.line = group_line, .json = group_json,
	};
}

/* By bytes; where these are the same or not counted, by entries; then by the keys themselves. */
static void make_query(const struct view *v, struct view_group *vg)
{
	vg->by_sum[0].name.s = "bytes";
	vg->by_sum[0].next = &vg->by_sum[1];
	vg->by_sum[1].name.s = "entries";
	vg->by_sum[1].next = &vg->by_key[0];
	for (unsigned int i = 0; i < vg->n_keys; i++) {
		vg->by_key[i].name.s = vg->keys[i]->name;
		vg->by_key[i].next = i + 1 < vg->n_keys ? &vg->by_key[i + 1] : NULL;
	}
	vg->query = *v->query;
	vg->query.group = NULL;
	if (!vg->query.sort)
		vg->query.sort = &vg->by_sum[0];
}

static int group_keys(struct view *v, struct view_group *vg)
{
	for (const struct query_key *k = v->query->group; k; k = k->next) {
		const struct column *c = column_find(v->n, v->type, &k->name, true);

		if (!c)
			return -1;
		if (vg->n_keys == GROUP_KEYS_MAX)
			return diag_error(&v->n->diags, k->name.loc,
					  "'group by' takes at most %d keys", GROUP_KEYS_MAX);
		for (unsigned int i = 0; i < vg->n_keys; i++)
			if (vg->keys[i] == c)
				return diag_error(&v->n->diags, k->name.loc,
						  "'group by' has the key '%s' twice", c->name);
		vg->keys[vg->n_keys++] = c;
	}
	return 0;
}

static void free_group(struct view *v)
{
	arena_free(&v->group->arena);
	free(v->group->buckets);
	free(v->group);
	v->group = NULL;
}

int view_group_init(struct view *v)
{
	struct view_group *vg = v->group = xcalloc(1, sizeof(*vg));

	if (v->line_flags) {
		diag_error(&v->n->diags, v->query->options[QO_OUTPUT].value_loc,
			   "groups have no such lines");
		goto fail;
	}
	if (group_keys(v, vg) < 0)
		goto fail;
	make_columns(vg);
	make_query(v, vg);
	if (view_init(&vg->view, v->n, &vg->query, &vg->type) < 0)
		goto fail;
	vg->n_buckets = 256;
	vg->buckets = xcalloc(vg->n_buckets, sizeof(vg->buckets[0]));
	return 0;
fail:
	free_group(v);
	return -1;
}

static uint64_t hash_bytes(const char *p, size_t len)
{
	uint64_t h = 14695981039346656037u;	/* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)p[i]) * 1099511628211u;
	return h;
}

static void grow_buckets(struct view_group *vg)
{
	size_t n = vg->n_buckets * 4;
	struct group **buckets = xcalloc(n, sizeof(buckets[0])), *g, *next;

	for (size_t i = 0; i < vg->n_buckets; i++) {
		for (g = vg->buckets[i]; g; g = next) {
			next = g->next;
			g->next = buckets[g->hash & (n - 1)];
			buckets[g->hash & (n - 1)] = g;
		}
	}
	free(vg->buckets);
	vg->buckets = buckets;
	vg->n_buckets = n;
}

/* A group with the keys of this record, whose id is in v->scratch. */
static struct group *new_group(struct view *v, const void *rec, uint64_t hash)
{
	struct view_group *vg = v->group;
	struct group *g = arena_alloc(&vg->arena,
				      sizeof(*g) + vg->n_keys * sizeof(g->keys[0]));

	g->of = vg;
	g->hash = hash;
	g->id_len = v->scratch.len;
	g->id = arena_memdup(&vg->arena, v->scratch.buf, g->id_len);
	for (unsigned int i = 0; i < vg->n_keys; i++) {
		const struct column *c = vg->keys[i];
		struct group_key *k = &g->keys[i];

		if (c->number)
			k->has_number = k->has = c->number(rec, &k->number);
		if (c->order)
			k->order_len = (uint8_t)c->order(rec, k->order);
		if (c->text) {
			out_drop(&v->scratch);
			k->has = c->text(rec, &v->n->print, &v->scratch);
			k->text = arena_strdup(&vg->arena, out_str(&v->scratch));
		}
	}
	if (vg->n >= vg->n_buckets)
		grow_buckets(vg);
	vg->n++;
	g->next = vg->buckets[hash & (vg->n_buckets - 1)];
	vg->buckets[hash & (vg->n_buckets - 1)] = g;
	return g;
}

void view_group_add(struct view *v, const void *rec)
{
	struct view_group *vg = v->group;
	uint64_t packets, bytes, hash;
	struct group *g;

	out_drop(&v->scratch);
	for (unsigned int i = 0; i < vg->n_keys; i++)
		column_order(vg->keys[i], rec, false, &v->scratch);
	hash = hash_bytes(v->scratch.buf, v->scratch.len);
	for (g = vg->buckets[hash & (vg->n_buckets - 1)]; g; g = g->next)
		if (g->hash == hash && g->id_len == v->scratch.len &&
		    !memcmp(g->id, v->scratch.buf, g->id_len))
			break;
	if (!g)
		g = new_group(v, rec, hash);
	g->entries++;
	if (v->type->traffic && v->type->traffic(rec, &packets, &bytes)) {
		g->counted = true;
		g->packets += packets;
		g->bytes += bytes;
	}
}

void view_group_end(struct view *v, bool show)
{
	struct view_group *vg = v->group;

	for (size_t i = 0; show && i < vg->n_buckets; i++)
		for (const struct group *g = vg->buckets[i]; g; g = g->next)
			if (view_add(&vg->view, g) < 0)
				break;
	view_end(&vg->view, show);
	free_group(v);
}
