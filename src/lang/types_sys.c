// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types whose names come from the system: devices, users, groups, and the
 * number-to-name files (symfile.c).
 */
#include <ctype.h>
#include <dirent.h>
#include <grp.h>
#include <net/if.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "types.h"

/* What stands in quotes in a listing. */
static void out_name(struct out *o, const char *name)
{
	out_putc(o, '"');
	out_puts(o, name);
	out_putc(o, '"');
}

int ifindex_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
		  const char **err)
{
	unsigned int index = if_nametoindex(text);
	nff_u128 number;

	(void)dt;
	(void)bits;
	if (!index) {
		if (!parse_u128(text, &number))
			*err = "interface does not exist";
		return -1;
	}
	*value = index;
	return 0;
}

void ifindex_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		   const struct print_opts *opts, struct out *o)
{
	char name[IF_NAMESIZE];

	(void)dt;
	(void)bits;
	(void)opts;
	if (value <= UINT32_MAX && if_indextoname(value, name))
		out_name(o, name);
	else
		out_u128(o, value);
}

int uid_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
	      const char **err)
{
	const struct passwd *pw;

	(void)dt;
	(void)bits;
	if (isdigit((unsigned char)text[0]))
		return -1;
	pw = getpwnam(text);
	if (!pw) {
		*err = "user does not exist";
		return -1;
	}
	*value = pw->pw_uid;
	return 0;
}

void uid_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
	       const struct print_opts *opts, struct out *o)
{
	const struct passwd *pw = opts->guid ? getpwuid(value) : NULL;

	(void)dt;
	(void)bits;
	if (pw)
		out_name(o, pw->pw_name);
	else
		out_u128(o, value);
}

int gid_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
	      const char **err)
{
	const struct group *gr;

	(void)dt;
	(void)bits;
	if (isdigit((unsigned char)text[0]))
		return -1;
	gr = getgrnam(text);
	if (!gr) {
		*err = "group does not exist";
		return -1;
	}
	*value = gr->gr_gid;
	return 0;
}

void gid_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
	       const struct print_opts *opts, struct out *o)
{
	const struct group *gr = opts->guid ? getgrgid(value) : NULL;

	(void)dt;
	(void)bits;
	if (gr)
		out_name(o, gr->gr_name);
	else
		out_u128(o, value);
}

/* ---- numbers with a file of names ---- */

static int symfile_parse(struct symfile *sf, const char *text, nff_u128 *value)
{
	uint64_t v;

	if (!symfile_value(sf, text, &v))
		return -1;
	*value = v;
	return 0;
}

static bool symfile_print(struct symfile *sf, nff_u128 value, const struct print_opts *opts,
			  struct out *o)
{
	const char *name = opts->numeric_symbol ? NULL : symfile_name(sf, value);

	if (name)
		out_name(o, name);
	return name;
}

int mark_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
	       const char **err)
{
	(void)dt;
	(void)bits;
	(void)err;
	return symfile_parse(&symfile_marks, text, value);
}

void mark_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		const struct print_opts *opts, struct out *o)
{
	(void)dt;
	(void)bits;
	if (!symfile_print(&symfile_marks, value, opts, o))
		out_printf(o, "0x%08llx", (unsigned long long)value);
}

int realm_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
		const char **err)
{
	(void)dt;
	(void)bits;
	(void)err;
	return symfile_parse(&symfile_realms, text, value);
}

void realm_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		 const struct print_opts *opts, struct out *o)
{
	(void)dt;
	(void)bits;
	if (!symfile_print(&symfile_realms, value, opts, o))
		out_u128(o, value);
}

int devgroup_parse(const struct datatype *dt, const char *text, unsigned int bits,
		   nff_u128 *value, const char **err)
{
	(void)dt;
	(void)bits;
	(void)err;
	return symfile_parse(&symfile_groups, text, value);
}

void devgroup_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		    const struct print_opts *opts, struct out *o)
{
	(void)dt;
	(void)bits;
	if (!symfile_print(&symfile_groups, value, opts, o))
		out_u128(o, value);
}

const char *ct_label_name(unsigned int bit)
{
	return symfile_name(&symfile_labels, bit);
}

bool ct_labels_named(void)
{
	uint64_t value;

	return symfile_row(&symfile_labels, 0, &value);
}

/* Labels are bits, named by their number. */
int ct_label_parse(const struct datatype *dt, const char *text, unsigned int bits,
		   nff_u128 *value, const char **err)
{
	nff_u128 bit;
	uint64_t v;

	(void)dt;
	(void)bits;
	if (symfile_value(&symfile_labels, text, &v))
		bit = v;
	else if (!parse_u128(text, &bit)) {
		*err = "no such conntrack label in connlabel.conf";
		return -1;
	}
	if (bit >= 128) {
		*err = "conntrack label is out of range: there are 128 of them, from 0";
		return -1;
	}
	*value = (nff_u128)1 << bit;
	return 0;
}

void ct_label_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		    const struct print_opts *opts, struct out *o)
{
	bool first = true;
	unsigned int i;

	(void)dt;
	(void)bits;
	if (!value)
		out_puts(o, "0x0");
	for (i = 0; i < 128; i++) {
		if (!(value >> i & 1))
			continue;
		if (!first)
			out_putc(o, ',');
		first = false;
		if (!symfile_print(&symfile_labels, i, opts, o))
			out_u64(o, i);
	}
}

/* ---- handles of traffic control ---- */

#define CLASSID_ROOT 0xffffffffu

static bool parse_hex16(const char *s, size_t len, uint32_t *value)
{
	char *end;

	if (!len || len > 4 || !isxdigit((unsigned char)s[0]))
		return false;
	*value = strtoul(s, &end, 16);
	return end == s + len;
}

int classid_parse(const struct datatype *dt, const char *text, unsigned int bits, nff_u128 *value,
		  const char **err)
{
	const char *colon = strchr(text, ':');
	uint32_t major = 0, minor = 0;

	(void)dt;
	(void)bits;
	(void)err;
	if (!strcmp(text, "none")) {
		*value = 0;
	} else if (!strcmp(text, "root")) {
		*value = CLASSID_ROOT;
	} else {
		if (!colon || text[1] == '\0')
			return -1;
		/* either side may be left out, as in tc(8) */
		if (colon != text && !parse_hex16(text, colon - text, &major))
			return -1;
		if (colon[1] && !parse_hex16(colon + 1, strlen(colon + 1), &minor))
			return -1;
		*value = major << 16 | minor;
	}
	return 0;
}

void classid_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		   const struct print_opts *opts, struct out *o)
{
	uint32_t v = value;

	(void)dt;
	(void)bits;
	(void)opts;
	if (v == CLASSID_ROOT)
		out_puts(o, "root");
	else if (!v)
		out_puts(o, "none");
	else
		out_printf(o, "%x:%x", v >> 16, v & 0xffff);
}

/* ---- control groups: named by path, known by inode ---- */

#define CGROUP_ROOT	"/sys/fs/cgroup"
#define CGROUP_DEPTH	32

int cgroupv2_parse(const struct datatype *dt, const char *text, unsigned int bits,
		   nff_u128 *value, const char **err)
{
	char path[4096];
	struct stat st;

	(void)dt;
	(void)bits;
	if (snprintf(path, sizeof(path), CGROUP_ROOT "/%s", text) >= (int)sizeof(path) ||
	    stat(path, &st)) {
		*err = "no such control group under " CGROUP_ROOT;
		return -1;
	}
	*value = st.st_ino;
	return 0;
}

/* Find the directory with that inode on a device; path is extended to it. */
static bool find_cgroup(char *path, size_t size, dev_t dev, uint64_t inode, unsigned int depth)
{
	size_t len = strlen(path);
	const struct dirent *d;
	bool found = false;
	struct stat st;
	DIR *dir;

	dir = depth ? opendir(path) : NULL;
	if (!dir)
		return false;
	while (!found && (d = readdir(dir))) {
		if (d->d_name[0] == '.' || (d->d_type != DT_DIR && d->d_type != DT_UNKNOWN))
			continue;
		if (snprintf(path + len, size - len, "/%s", d->d_name) >= (int)(size - len) ||
		    lstat(path, &st) || !S_ISDIR(st.st_mode) || st.st_dev != dev)
			continue;
		found = st.st_ino == inode || find_cgroup(path, size, dev, inode, depth - 1);
	}
	closedir(dir);
	if (!found)
		path[len] = '\0';
	return found;
}

void cgroupv2_print(const struct datatype *dt, nff_u128 value, unsigned int bits,
		    const struct print_opts *opts, struct out *o)
{
	char path[4096] = CGROUP_ROOT;
	struct stat st;

	(void)dt;
	(void)bits;
	(void)opts;
	if (!stat(path, &st) && find_cgroup(path, sizeof(path), st.st_dev, value, CGROUP_DEPTH))
		out_name(o, path + strlen(CGROUP_ROOT "/"));
	else
		out_u128(o, value);
}
