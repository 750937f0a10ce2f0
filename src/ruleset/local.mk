# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/ruleset/batch.c \
	src/ruleset/batch_debug.c \
	src/ruleset/compile.c \
	src/ruleset/compile_dynamic.c \
	src/ruleset/compile_expr.c \
	src/ruleset/compile_merge.c \
	src/ruleset/compile_object.c \
	src/ruleset/compile_set.c \
	src/ruleset/compile_stmt.c \
	src/ruleset/echo.c \
	src/ruleset/insn.c \
	src/ruleset/kernel_error.c \
	src/ruleset/monitor.c \
	src/ruleset/monitor_trace.c \
	src/ruleset/obj_attrs.c \
	src/ruleset/rule_index.c \
	src/ruleset/settings.c \
	src/ruleset/trace.c \
	src/ruleset/udata.c
EXTRA_DIST += src/ruleset/compile_int.h src/ruleset/trace.h
