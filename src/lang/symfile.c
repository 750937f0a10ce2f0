// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that give numbers names: those of iproute2 (rt_realms, rt_marks,
 * group: "number name" lines) and connlabel.conf. They are read once, with the
 * first use; a file that is not there has no names.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "types.h"

struct symfile {
	const char *paths[2];	/* the first one that exists is read */
	bool loaded;
	struct symbol *rows;
	unsigned int n;
};

struct symfile symfile_marks = {
	.paths = { "/etc/iproute2/rt_marks", "/usr/share/iproute2/rt_marks" },
};
struct symfile symfile_realms = {
	.paths = { "/etc/iproute2/rt_realms", "/usr/share/iproute2/rt_realms" },
};
struct symfile symfile_groups = {
	.paths = { "/etc/iproute2/group", "/usr/share/iproute2/group" },
};
struct symfile symfile_labels = {
	.paths = { "/etc/connlabel.conf", "/etc/xtables/connlabel.conf" },
};

static void add_line(struct symfile *sf, char *line)
{
	unsigned long long value;
	char *name, *end;

	line += strspn(line, " \t");
	if (!isdigit((unsigned char)*line))
		return;
	value = strtoull(line, &end, 0);
	name = end + strspn(end, " \t");
	if (name == end)
		return;
	name[strcspn(name, " \t\r\n#")] = '\0';
	if (!*name)
		return;
	sf->rows = xrealloc(sf->rows, (sf->n + 1) * sizeof(*sf->rows));
	sf->rows[sf->n].name = xstrdup(name);
	sf->rows[sf->n++].value = value;
}

static void load(struct symfile *sf)
{
	FILE *f = NULL;
	char line[512];
	unsigned int i;

	if (sf->loaded)
		return;
	sf->loaded = true;
	for (i = 0; i < 2 && !f; i++)
		f = fopen(sf->paths[i], "re");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f))
		add_line(sf, line);
	fclose(f);
}

const char *symfile_row(struct symfile *sf, unsigned int i, uint64_t *value)
{
	load(sf);
	if (i >= sf->n)
		return NULL;
	*value = sf->rows[i].value;
	return sf->rows[i].name;
}

const char *symfile_name(struct symfile *sf, uint64_t value)
{
	unsigned int i;

	load(sf);
	for (i = 0; i < sf->n; i++)
		if (sf->rows[i].value == value)
			return sf->rows[i].name;
	return NULL;
}

bool symfile_value(struct symfile *sf, const char *name, uint64_t *value)
{
	unsigned int i;

	load(sf);
	for (i = 0; i < sf->n; i++) {
		if (!strcmp(sf->rows[i].name, name)) {
			*value = sf->rows[i].value;
			return true;
		}
	}
	return false;
}
