# SPDX-License-Identifier: GPL-2.0-or-later
tool_programs += tests/bench/ct-tool tests/bench/flow-tool tests/bench/measure
EXTRA_DIST += tests/bench/conntracks tests/bench/flows tests/bench/monitor
