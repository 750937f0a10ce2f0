# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/flow/cmd.c \
	src/flow/ct_decode.c \
	src/flow/ct_json.c \
	src/flow/ct_list.c \
	src/flow/ct_names.c \
	src/flow/ct_print.c \
	src/flow/ct_text.c \
	src/flow/ct_text.h \
	src/flow/rows.c \
	src/flow/rows.h
