# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += tests/unit/test-decompile tests/unit/test-typeof
EXTRA_DIST += tests/unit/record-ruleset tests/unit/ruleset-recorded.h
