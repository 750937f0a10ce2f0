# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += src/util/source.c src/util/diag.c src/lang/ast.c
