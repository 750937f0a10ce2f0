# SPDX-License-Identifier: GPL-2.0-or-later
nff_sources += src/netlink/nl.c src/netlink/genl.c src/netlink/listen.c src/netlink/module.c \
	src/netlink/msgbuf.c src/netlink/users.c \
	src/netlink/route.c
