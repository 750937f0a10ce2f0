# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += \
	tests/unit/test-arena \
	tests/unit/test-out \
	tests/unit/test-msgbuf \
	tests/unit/test-nl \
	tests/unit/test-conntrack \
	tests/unit/test-known \
	tests/unit/test-monitor \
	tests/unit/test-expect \
	tests/unit/test-view \
	tests/unit/test-flow \
	tests/unit/test-flowtable \
	tests/unit/test-match \
	tests/unit/test-settings \
	tests/unit/test-trace \
	tests/unit/test-ct-encode
tests_unit_test_conntrack_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_unit_test_flow_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
tests_unit_test_trace_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src
EXTRA_DIST += tests/unit/unit.h tests/unit/ct-recorded.h tests/unit/ct-gen.h \
	tests/unit/ct-lines.h tests/unit/flow-gen.h tests/unit/monitor-rig.h \
	tests/unit/expect-recorded.h
# The kernel's answers are the test's.
tests_unit_test_settings_LDFLAGS = -Wl,--wrap=nl_request,--wrap=nl_batch,--wrap=list_names
