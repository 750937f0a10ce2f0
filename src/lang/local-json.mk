# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += src/lang/json_names.c \
	src/lang/json_exprs.c src/lang/json_field.c src/lang/json_stmts.c \
	src/lang/json_out.c src/lang/json_out_stmt.c src/lang/json_out_obj.c \
	src/lang/json_out_util.c \
	src/lang/json_in.c src/lang/json_in_cmd.c src/lang/json_in_set.c src/lang/json_in_obj.c \
	src/lang/json_in_stmt.c src/lang/json_in_state.c src/lang/json_in_addr.c \
	src/lang/json_in_expr.c src/lang/json_in_util.c src/lang/json_places.c
