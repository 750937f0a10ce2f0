# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += src/lang/json_names.c \
	src/lang/json_out.c src/lang/json_out_field.c src/lang/json_out_stmt.c \
	src/lang/json_out_obj.c src/lang/json_out_util.c
