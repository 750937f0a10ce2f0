# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/flow/cmd.c \
	src/flow/column.c \
	src/flow/human.c \
	src/flow/names.c \
	src/flow/names.h \
	src/flow/known.c \
	src/flow/monitor.c \
	src/flow/monitor_ct.c \
	src/flow/monitor_print.c \
	src/flow/monitor_records.c \
	src/flow/query.c \
	src/flow/record_json.h \
	src/flow/view.c \
	src/flow/view_group.c \
	src/flow/view_impl.h \
	src/flow/view_sort.c \
	src/flow/view_table.c \
	src/flow/ct_decode.c \
	src/flow/ct_json.c \
	src/flow/ct_list.c \
	src/flow/ct_names.c \
	src/flow/ct_print.c \
	src/flow/ct_record.c \
	src/flow/ct_request.c \
	src/flow/ct_text.c \
	src/flow/ct_text.h \
	src/flow/ct_value.c \
	src/flow/match.c \
	src/flow/match_int.h \
	src/flow/match_run.c \
	src/flow/rows.c \
	src/flow/rows.h \
	src/flow/tuple_value.c
