# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += src/lang/datatype.c src/lang/symbols.c src/lang/value.c src/lang/types_net.c \
	src/lang/types_sys.c src/lang/types_time.c src/lang/symfile.c src/lang/types.h \
	src/lang/proto.c src/lang/proto_l4.c src/lang/proto_ext.c src/lang/proto_tab.h \
	src/lang/meta.c src/lang/ct.c src/lang/record.c src/lang/names.c src/lang/proto_ctx.c \
	src/lang/print_expr.c src/lang/print_set.c src/lang/print_stmt.c src/lang/print_obj.c \
	src/lang/print_int.h src/lang/describe.c
