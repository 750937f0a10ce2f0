# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += \
	tests/unit/test-arena \
	tests/unit/test-out \
	tests/unit/test-msgbuf \
	tests/unit/test-nl
EXTRA_DIST += tests/unit/unit.h
