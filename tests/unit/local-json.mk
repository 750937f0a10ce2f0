# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += tests/unit/test-json tests/unit/test-json-hostile
EXTRA_DIST += tests/unit/json-docs.h
