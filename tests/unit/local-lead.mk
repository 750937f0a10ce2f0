# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += \
	tests/unit/test-insn
