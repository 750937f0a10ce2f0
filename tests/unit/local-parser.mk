# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += tests/unit/test-parse tests/unit/test-query
EXTRA_DIST += tests/unit/parse-dump.h tests/unit/parse-rules.h tests/unit/query-rows.h
