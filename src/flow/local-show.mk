# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/flow/show.c \
	src/flow/show.h \
	src/flow/show_conntrack.c \
	src/flow/show_features.c
