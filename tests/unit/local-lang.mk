# SPDX-License-Identifier: GPL-2.0-or-later
unit_programs += \
	tests/unit/test-datatype \
	tests/unit/test-field \
	tests/unit/test-names \
	tests/unit/test-print
