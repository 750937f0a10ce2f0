// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The program behind a netlink socket, by way of /proc/net/netlink (proc(5)), which tells the
 * inode of each socket, and the open files of each process.
 */
#include <dirent.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "users.h"

/* The inode of a socket of NETLINK_NETFILTER, or 0. */
static unsigned long socket_inode(uint32_t portid)
{
	FILE *f = fopen("/proc/net/netlink", "re");
	unsigned long inode, found = 0;
	unsigned int bus, port;
	char line[256];

	if (!f)
		return 0;
	while (!found && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %u %u %*s %*s %*s %*s %*s %*s %lu", &bus, &port,
			   &inode) == 3 && bus == NETLINK_NETFILTER && port == portid)
			found = inode;
	fclose(f);
	return found;
}

static bool has_file(const char *pid, const char *target)
{
	char path[64], link[64];
	const struct dirent *d;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (d = readdir(dir))) {
		ssize_t len = readlinkat(dirfd(dir), d->d_name, link, sizeof(link) - 1);

		if (len < 0)
			continue;
		link[len] = '\0';
		found = !strcmp(link, target);
	}
	closedir(dir);
	return found;
}

static void read_name(const char *pid, char *name, size_t size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(name, (int)size, f))
		name[strcspn(name, "\n")] = '\0';
	/* Any process may call itself as it likes. */
	for (char *p = name; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	fclose(f);
}

unsigned int netlink_user(uint32_t portid, char *name, size_t size)
{
	unsigned long inode = socket_inode(portid);
	unsigned int pid = 0;
	const struct dirent *d;
	char target[64];
	DIR *dir;

	name[0] = '\0';
	dir = inode ? opendir("/proc") : NULL;
	if (!dir)
		return 0;
	snprintf(target, sizeof(target), "socket:[%lu]", inode);
	while (!pid && (d = readdir(dir))) {
		if (d->d_name[0] < '1' || d->d_name[0] > '9' || !has_file(d->d_name, target))
			continue;
		pid = (unsigned int)strtoul(d->d_name, NULL, 10);
		read_name(d->d_name, name, size);
	}
	closedir(dir);
	return pid;
}
