# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += \
	tests/unit/test-show-flow \
	tests/unit/test-top
tests_unit_test_show_flow_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_unit_test_top_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
