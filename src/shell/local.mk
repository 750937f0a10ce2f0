# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += \
	src/shell/complete.c \
	src/shell/help.c \
	src/shell/history.c \
	src/shell/shell.c \
	src/shell/shell_int.h \
	src/shell/tty.c
