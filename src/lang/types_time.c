// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types of time: durations (ct expiration), and date, hour and day of meta.
 * People write local time; the kernel counts nanoseconds since the epoch and
 * seconds of the day, both in UTC.
 */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "types.h"

#define NSEC_PER_SEC	1000000000ull
#define SEC_PER_DAY	86400

int duration_type_parse(const struct datatype *dt, const char *text, unsigned int bits,
			nff_u128 *value, const char **err)
{
	uint64_t ms;

	(void)dt;
	(void)bits;
	(void)err;
	if (!parse_duration(text, &ms))
		return -1;
	*value = ms;
	return 0;
}

void duration_type_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
			 const struct print_opts *opts, struct out *o)
{
	(void)dt;
	(void)bits;
	if (opts->numeric_time && !(value % 1000)) {
		out_u128(o, value / 1000);
		out_putc(o, 's');
	} else {
		out_duration(o, value);
	}
}

/* ---- date ---- */

int date_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
	       const char **err)
{
	static const char *const formats[] = { "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d" };
	unsigned int i;

	(void)dt;
	(void)bits;
	for (i = 0; i < 3; i++) {
		struct tm tm = { .tm_isdst = -1 };
		const char *end = strptime(text, formats[i], &tm);
		time_t t;

		if (!end || *end)
			continue;
		t = mktime(&tm);
		if (t == -1)
			break;
		*value = (nff_u128)(uint64_t)t * NSEC_PER_SEC;
		return 0;
	}
	/* or seconds since the epoch */
	if (parse_u128(text, value) && *value <= INT64_MAX / NSEC_PER_SEC) {
		*value *= NSEC_PER_SEC;
		return 0;
	}
	*err = "wrong time format: expected \"YYYY-MM-DD [HH:MM[:SS]]\"";
	return -1;
}

void date_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		const struct print_opts *opts, struct out *o)
{
	time_t t = (uint64_t)value / NSEC_PER_SEC;
	struct tm tm;
	char buf[64];

	(void)dt;
	(void)bits;
	(void)opts;
	if (localtime_r(&t, &tm) && strftime(buf, sizeof(buf), "%Y-%m-%d %T", &tm))
		out_printf(o, "\"%s\"", buf);
	else
		out_u128(o, value);
}

/* ---- hour of the day ---- */

/* Seconds that local time is ahead of UTC now: what an hour of the day is meant by. */
static long utc_offset(void)
{
	time_t now = time(NULL);
	struct tm tm;

	return localtime_r(&now, &tm) ? tm.tm_gmtoff : 0;
}

int hour_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
	       const char **err)
{
	static const char *const formats[] = { "%H:%M:%S", "%H:%M" };
	nff_u128 seconds;
	unsigned int i;

	(void)dt;
	(void)bits;
	for (i = 0; i < 2; i++) {
		struct tm tm = { 0 };
		const char *end = strptime(text, formats[i], &tm);
		long s;

		if (!end || *end)
			continue;
		s = tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec - utc_offset();
		*value = (s % SEC_PER_DAY + SEC_PER_DAY) % SEC_PER_DAY;
		return 0;
	}
	/* or seconds of the day, in UTC */
	if (parse_u128(text, &seconds) && seconds <= SEC_PER_DAY) {
		*value = seconds;
		return 0;
	}
	*err = "wrong time format: expected \"HH:MM[:SS]\"";
	return -1;
}

void hour_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		const struct print_opts *opts, struct out *o)
{
	uint32_t s;

	(void)dt;
	(void)bits;
	(void)opts;
	s = ((long)((uint64_t)value % SEC_PER_DAY) + utc_offset() + SEC_PER_DAY) % SEC_PER_DAY;
	out_printf(o, "\"%02u:%02u", s / 3600, s / 60 % 60);
	if (s % 60)
		out_printf(o, ":%02u", s % 60);
	out_putc(o, '"');
}

/* ---- day of the week ---- */

int day_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
	      const char **err)
{
	nff_u128 number;

	(void)dt;
	(void)bits;
	if (!parse_u128(text, &number))
		return -1;
	if (number > 6) {
		*err = "days are numbered from 0 (Sunday) to 6";
		return -1;
	}
	*value = number;
	return 0;
}

void day_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
	       const struct print_opts *opts, struct out *o)
{
	const char *name = NULL;

	(void)bits;
	if (!opts->numeric_symbol && value <= 6)
		name = symbol_by_value(dt->symbols, value);
	if (name)
		out_printf(o, "\"%s\"", name);
	else
		out_u128(o, value);
}
