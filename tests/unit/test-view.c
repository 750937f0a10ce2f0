/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Views of records of a made-up type: order, limit, groups, csv; units, and values of options.
 */
#include <stdlib.h>

#include "unit.h"
#include "view.h"

struct thing {
	int has;
	uint64_t size;
	const char *name;
};

static bool thing_size(const void *rec, uint64_t *value)
{
	*value = ((const struct thing *)rec)->size;
	return ((const struct thing *)rec)->has;
}

static bool thing_name(const void *rec, const struct print_opts *opts, struct out *o)
{
	(void)opts;
	out_puts(o, ((const struct thing *)rec)->name);
	return true;
}

static void thing_line(struct out *o, const void *rec, unsigned int flags, int64_t now)
{
	(void)flags;
	(void)now;
	out_printf(o, "%s ", ((const struct thing *)rec)->name);
}

static json_t *thing_json(const void *rec, int64_t now)
{
	(void)now;
	return json_pack("{s:s}", "name", ((const struct thing *)rec)->name);
}

static bool thing_traffic(const void *rec, uint64_t *packets, uint64_t *bytes)
{
	*packets = 1;
	return thing_size(rec, bytes);
}

static const struct column thing_columns[] = {
	{ .name = "name", .flags = COLF_TABLE | COLF_GROUP, .text = thing_name },
	{ .name = "size", .unit = COL_BYTES, .flags = COLF_TABLE | COLF_DESC,
	  .number = thing_size },
	{ .name = NULL }
};

static const struct record_type thing_type = {
	.name = "things", .one = "thing", .size = sizeof(struct thing), .columns = thing_columns,
	.line = thing_line, .json = thing_json, .traffic = thing_traffic,
};

static const struct thing things[] = {
	{ 1, 300, "c" }, { 0, 0, "none" }, { 1, 100, "a" }, { 1, 70000, "long" }, { 1, 100, "b" },
	{ 1, 5, "a,\"q\"" }, { 1, 100, "a" },
};

/* What the things look like. keys: "-size +name"; group likewise; format: of -o, or NULL. */
static const char *show(struct nff *n, const char *sort, const char *group, int64_t limit,
			const char *format)
{
	struct query_key keys[4] = { 0 }, group_key = { .name = { group, { 0 } } };
	struct query q = { .has_limit = limit >= 0, .limit = (uint64_t)limit };
	char words[64];
	unsigned int i = 0;
	struct view v;

	snprintf(words, sizeof(words), "%s", sort);
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "), i++) {
		keys[i].order = *w == '-' ? -1 : *w == '+' ? 1 : 0;
		keys[i].name.s = w + (keys[i].order != 0);
		if (i)
			keys[i - 1].next = &keys[i];
	}
	q.sort = i ? keys : NULL;
	q.group = group ? &group_key : NULL;
	q.options[QO_OUTPUT] = (struct query_option_value){ .value = format,
							    .given = format != NULL };
	out_drop(&n->out);
	if (view_init(&v, n, &q, &thing_type) < 0)
		return "refused";
	for (i = 0; i < sizeof(things) / sizeof(things[0]); i++)
		if (view_add(&v, &things[i]) < 0)
			break;
	view_end(&v, true);
	return out_str(&n->out);
}

static void sorted(void)
{
	struct nff *n = nff_new(-1);

	CHECK_STR(show(n, "", NULL, -1, NULL), "c none a long b a,\"q\" a ");
	CHECK_STR(show(n, "size", NULL, -1, NULL), "long c a b a a,\"q\" none ");
	CHECK_STR(show(n, "+size", NULL, -1, NULL), "a,\"q\" a b a c long none ");
	CHECK_STR(show(n, "name", NULL, -1, NULL), "a a a,\"q\" b c long none ");
	CHECK_STR(show(n, "-name", NULL, -1, NULL), "none long c b a,\"q\" a a ");
	CHECK_STR(show(n, "+size -name", NULL, -1, NULL), "a,\"q\" b a a c long none ");
	CHECK_STR(show(n, "color", NULL, -1, NULL), "refused");
	nff_free(n);
}

static void limited(void)
{
	struct nff *n = nff_new(-1);

	CHECK_STR(show(n, "", NULL, 2, NULL), "c none ");
	CHECK_STR(show(n, "", NULL, 0, NULL), "");
	for (int limit = 0; limit <= 8; limit++) {
		char all[64], *end = all;

		snprintf(all, sizeof(all), "%s", show(n, "+size -name", NULL, -1, NULL));
		for (int i = 0; i < limit && (end = strchr(end, ' ')); i++)
			end++;
		if (end)
			*end = '\0';
		CHECK_STR(show(n, "+size -name", NULL, limit, NULL), all);
	}
	nff_free(n);
}

static void grouped(void)
{
	struct nff *n = nff_new(-1);

	CHECK_STR(show(n, "", "name", -1, NULL),
		  "name=long entries=1 packets=1 bytes=70000\n"
		  "name=c entries=1 packets=1 bytes=300\n"
		  "name=a entries=2 packets=2 bytes=200\n"
		  "name=b entries=1 packets=1 bytes=100\n"
		  "name=a,\"q\" entries=1 packets=1 bytes=5\n"
		  "name=none entries=1\n");
	CHECK_STR(show(n, "entries name", "name", 2, "csv"),
		  "name,entries,packets,bytes\na,2,2,200\n\"a,\"\"q\"\"\",1,1,5\n");
	CHECK_STR(show(n, "", "name", 1, "json"), "{\"groups\": [{\"name\": \"long\", "
		  "\"entries\": 1, \"packets\": 1, \"bytes\": 70000}]}\n");
	CHECK_STR(show(n, "", "size", -1, NULL), "refused");
	CHECK_STR(show(n, "size", "name", -1, NULL), "refused");
	nff_free(n);
}

static void formats(void)
{
	struct nff *n = nff_new(-1);

	CHECK_STR(show(n, "", NULL, 2, "csv"), "name,size\nc,300\nnone,\n");
	CHECK_STR(show(n, "", NULL, 2, "json"),
		  "{\"things\": [{\"name\": \"c\"}, {\"name\": \"none\"}]}\n");
	CHECK_STR(show(n, "", NULL, 0, "json"), "{\"things\": []}\n");
	CHECK_STR(show(n, "size", NULL, 3, "table"),
		  "NAME   SIZE\nlong  68.4k\nc       300\na       100\n");
	CHECK_STR(show(n, "", NULL, 0, "table"), "NAME  SIZE\n");
	CHECK_STR(show(n, "", NULL, 0, "csv,table"), "refused");
	CHECK_STR(show(n, "", NULL, 0, "xml"), "refused");
	nff_free(n);
}

static const char *human(enum column_unit unit, uint64_t v)
{
	static struct out o;

	out_fini(&o);
	out_init_mem(&o);
	put_human(&o, unit, v);
	return out_str(&o);
}

static void units(void)
{
	CHECK_STR(human(COL_BYTES, 0), "0");
	CHECK_STR(human(COL_BYTES, 1023), "1023");
	CHECK_STR(human(COL_BYTES, 1024), "1.0k");
	CHECK_STR(human(COL_BYTES, 12897485), "12.3M");
	CHECK_STR(human(COL_BYTES, 1048575), "1.0M");
	CHECK_STR(human(COL_BYTES, 123u << 20), "123M");
	CHECK_STR(human(COL_BYTES, UINT64_MAX), "16.0E");
	CHECK_STR(human(COL_PACKETS, 999), "999");
	CHECK_STR(human(COL_PACKETS, 999949), "1.0M");
	CHECK_STR(human(COL_PACKETS, 1500), "1.5k");
	CHECK_STR(human(COL_BITRATE, 2000000), "2.0Mbit/s");
	CHECK_STR(human(COL_SECONDS, 59), "59s");
	CHECK_STR(human(COL_SECONDS, 251), "4m11s");
	CHECK_STR(human(COL_SECONDS, 7260), "2h01m");
	CHECK_STR(human(COL_SECONDS, 431999), "4d23h");
	CHECK_STR(human(COL_NUMBER, 1234567), "1234567");
}

static uint64_t value(int (*read)(struct nff *, const struct query_option_value *, uint64_t *),
		      const char *text)
{
	struct query_option_value o = { .value = text, .given = true };
	struct nff *n = nff_new(-1);
	uint64_t v = 0;

	if (read(n, &o, &v) < 0)
		v = n->diags.errors ? UINT64_MAX : 0;
	nff_free(n);
	return v;
}

static void option_values(void)
{
	static const char *const no_sizes[] = {
		"", "M", "1.5M", "-1", "0", "64Mb", "64 M", "99999999999999999999", "1M1k",
		"18446744073709551615G",
	};
	static const char *const no_times[] = { "", "s", "0", "5x", "1s1m", "-5s", "1m30s30s" };

	CHECK_INT(value(query_size, "64M"), 64 << 20);
	CHECK_INT(value(query_size, "32k"), 32 << 10);
	CHECK_INT(value(query_size, "1048576"), 1 << 20);
	for (size_t i = 0; i < sizeof(no_sizes) / sizeof(no_sizes[0]); i++)
		CHECK(value(query_size, no_sizes[i]) == UINT64_MAX);
	CHECK_INT(value(query_time, "5"), 5000);
	CHECK_INT(value(query_time, "5s"), 5000);
	CHECK_INT(value(query_time, "500ms"), 500);
	CHECK_INT(value(query_time, "1m30s"), 90000);
	CHECK_INT(value(query_time, "1d2h3m4s5ms"), 93784005);
	for (size_t i = 0; i < sizeof(no_times) / sizeof(no_times[0]); i++)
		CHECK(value(query_time, no_times[i]) == UINT64_MAX);
}

int main(void)
{
	RUN(sorted);
	RUN(limited);
	RUN(grouped);
	RUN(formats);
	RUN(units);
	RUN(option_values);
	return unit_status();
}
