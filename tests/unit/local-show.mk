# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += \
	tests/unit/test-top
tests_unit_test_top_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
