# SPDX-License-Identifier: GPL-2.0-or-later
tool_programs += tests/bench/ct-tool tests/bench/measure
EXTRA_DIST += tests/bench/conntracks tests/bench/monitor
