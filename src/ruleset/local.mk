# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/ruleset/batch.c \
	src/ruleset/compile.c \
	src/ruleset/compile_expr.c \
	src/ruleset/compile_set.c \
	src/ruleset/compile_stmt.c \
	src/ruleset/insn.c \
	src/ruleset/kernel_error.c
