// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fields that only records have, not packets: they can stand behind "where" beside the fields
 * of rules (field.h).
 */
#include <string.h>

#include "field.h"

#define RECORD(n, d, k, t, bo, width) \
	{ .name = (n), .desc = (d), .type = &(t), .kind = FK_RECORD, .byteorder = (bo), \
	  .key = (k), .bits = (width) }

const struct field record_fields[] = {
	RECORD("flowtable", "flowtable that holds the flow", RECORD_FLOWTABLE, dt_string, BO_BIG,
	       128),
	{ .name = NULL }
};

const struct field *record_field(const char *word, unsigned int len)
{
	const struct field *f;

	for (f = record_fields; f->name; f++)
		if (strncmp(f->name, word, len) == 0 && !f->name[len])
			return f;
	return NULL;
}
