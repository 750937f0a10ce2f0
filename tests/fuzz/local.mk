# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzz targets with a driver of their own: bounded runs, as unit tests. tests/fuzz/run has libFuzzer.
unit_programs += tests/fuzz/fuzz-records
tests_fuzz_fuzz_records_SOURCES = tests/fuzz/fuzz-records.c tests/fuzz/seeds.c tests/fuzz/driver.c \
	tests/fuzz/fuzz.h
tests_fuzz_fuzz_records_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
EXTRA_DIST += tests/fuzz/run
