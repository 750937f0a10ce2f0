# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/lang/eval.c \
	src/lang/eval_decl.c \
	src/lang/eval_set.c \
	src/lang/eval_stmt.c
