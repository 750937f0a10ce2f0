// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers for people: few digits, and a unit.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "view.h"

static void put_scaled(struct out *o, uint64_t value, unsigned int base, const char *suffix)
{
	static const char units[] = "kMGTPE";
	double v = (double)value;
	unsigned int unit = 0;

	if (value < base) {
		out_u64(o, value);
		if (*suffix)
			out_puts(o, suffix);
		return;
	}
	/* At most three digits: not 1000k, but 1.0M. */
	for (v /= base; v >= 999.5 && units[unit + 1]; unit++)
		v /= base;
	out_printf(o, v < 99.95 ? "%.1f%c%s" : "%.0f%c%s", v, units[unit], suffix);
}

static void put_duration(struct out *o, uint64_t s)
{
	if (s < 60)
		out_printf(o, "%" PRIu64 "s", s);
	else if (s < 3600)
		out_printf(o, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		out_printf(o, "%" PRIu64 "h%02" PRIu64 "m", s / 3600, s / 60 % 60);
	else
		out_printf(o, "%" PRIu64 "d%02" PRIu64 "h", s / 86400, s / 3600 % 24);
}

static void put_time(struct out *o, uint64_t ns)
{
	time_t t = (time_t)(ns / 1000000000);
	struct tm tm;
	char text[32];

	if (localtime_r(&t, &tm) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		out_puts(o, text);
	else
		out_u64(o, ns);
}

void put_human(struct out *o, enum column_unit unit, uint64_t value)
{
	switch (unit) {
	case COL_PACKETS:
		put_scaled(o, value, 1000, "");
		break;
	case COL_BYTES:
		put_scaled(o, value, 1024, "");
		break;
	case COL_BITRATE:
		put_scaled(o, value, 1000, "bit/s");
		break;
	case COL_SECONDS:
		put_duration(o, value);
		break;
	case COL_TIME:
		put_time(o, value);
		break;
	default:
		out_u64(o, value);
	}
}
