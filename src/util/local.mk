# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += src/util/arena.c src/util/devices.c src/util/out.c src/util/suggest.c
