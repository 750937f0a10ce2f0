# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/flow/show.c \
	src/flow/show.h \
	src/flow/show_conntrack.c \
	src/flow/show_features.c \
	src/flow/show_flow.c \
	src/flow/show_flow.h \
	src/flow/show_flow_rule.c \
	src/flow/show_flow_why.c \
	src/flow/top.c \
	src/flow/top.h \
	src/flow/top_filter.c \
	src/flow/top_line.c \
	src/flow/top_model.c \
	src/flow/top_sample.c \
	src/flow/top_screen.c \
	src/flow/top_terminal.c \
	src/flow/top_terminal.h \
	src/flow/top_source.c \
	src/flow/top_text.c
