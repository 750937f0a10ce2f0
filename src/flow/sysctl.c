// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * list sysctls, set sysctl: lines that can be loaded again. What cannot be set - a counter, or
 * what only the first network namespace may set - is listed as a comment.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change.h"
#include "datatype.h"
#include "flow.h"
#include "query.h"
#include "suggest.h"
#include "sysctl.h"
#include "view.h"

#define SYSCTL_DIR "/proc/sys/net/netfilter/"
#define SYSCTL_PATH_MAX (sizeof(SYSCTL_DIR) + NAME_MAX)

/* Words for values from 0 on, by enum sysctl_unit; NULL: numbers. */
static const char *const switch_words[] = { "off", "on", "auto" };

static const char *const unit_names[] = {
	[SYSCTL_NUMBER] = "number", [SYSCTL_ENTRIES] = "entries", [SYSCTL_SECONDS] = "seconds",
	[SYSCTL_BYTES] = "bytes", [SYSCTL_PACKETS] = "packets", [SYSCTL_PROTOCOL] = "protocol",
	[SYSCTL_SWITCH] = "on/off", [SYSCTL_SWITCH_AUTO] = "on/off/auto",
};

static bool is_switch(const struct sysctl_row *r)
{
	return r->unit == SYSCTL_SWITCH || r->unit == SYSCTL_SWITCH_AUTO;
}

static int sysctl_open(const char *name, int flags)
{
	char path[SYSCTL_PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), SYSCTL_DIR "%s", name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int sysctl_read(const char *name, uint64_t *value)
{
	int fd = sysctl_open(name, O_RDONLY);
	char text[64], *end;
	ssize_t n;
	int err;

	if (fd < 0)
		return fd;
	n = read(fd, text, sizeof(text) - 1);
	err = -errno;
	close(fd);
	if (n < 0)
		return err;
	text[n] = '\0';
	errno = 0;
	*value = strtoull(text, &end, 10);
	return end == text || errno || strspn(end, " \t\n") != strlen(end) ? -EPROTO : 0;
}

int sysctl_write(const char *name, uint64_t value)
{
	int fd = sysctl_open(name, O_WRONLY);
	char text[32];
	int len, err = 0;

	if (fd < 0)
		return fd;
	len = snprintf(text, sizeof(text), "%llu\n", (unsigned long long)value);
	if (write(fd, text, (size_t)len) != len)
		err = errno ? -errno : -EIO;
	close(fd);
	return err;
}

/* Of a sysctl's file: may root of this namespace write it? */
static bool writable(const char *name)
{
	char path[SYSCTL_PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), SYSCTL_DIR "%s", name);
	return stat(path, &st) == 0 && st.st_mode & S_IWUSR;
}

int sysctl_error(struct nff *n, struct loc loc, const char *name, int err)
{
	bool fixed = writable(name) == false;

	diag_error(&n->diags, loc, "cannot set %s: %s", name, strerror(-err));
	if (err == -ENOENT)
		diag_hint(&n->diags, "this kernel does not have it, or the module that gives it "
			  "is not loaded");
	else if ((err == -EACCES || err == -EPERM) && fixed)
		diag_hint(&n->diags, "it can only be read here: the kernel sets it by itself, or "
			  "lets only the first network namespace change it");
	else if (err == -EACCES || err == -EPERM)
		diag_hint(&n->diags, "this needs the capability CAP_NET_ADMIN in the network "
			  "namespace: run nff as root or with sudo");
	else if (err == -EROFS)
		diag_hint(&n->diags, "/proc/sys is mounted read-only, as it is in many "
			  "containers");
	else if (err == -EINVAL)
		diag_hint(&n->diags, "the value is out of the range that this kernel takes");
	return -1;
}

/* ---- list ---- */

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_ours(const struct dirent *d)
{
	static const char *const prefixes[] = { "nf_conntrack_", "nf_flowtable_", "nf_hooks_" };

	for (unsigned int i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(d->d_name, prefixes[i], strlen(prefixes[i])) == 0)
			return 1;
	return 0;
}

static void print_value(struct out *o, const struct sysctl_row *r, uint64_t v)
{
	if (is_switch(r) && v <= r->max)
		out_puts(o, switch_words[v]);
	else if (r->unit == SYSCTL_SECONDS)
		out_duration(o, v * 1000);
	else
		out_u64(o, v);
}

static void print_line(struct out *o, const struct sysctl_row *r, uint64_t v, bool can_set)
{
	out_puts(o, can_set ? "set sysctl " : "# read-only: ");
	out_puts(o, r->name);
	out_putc(o, ' ');
	print_value(o, r, v);
	/* durations and switches speak for themselves */
	if (r->unit != SYSCTL_SECONDS && r->unit != SYSCTL_NUMBER && !is_switch(r))
		out_printf(o, "\t# %s", unit_names[r->unit]);
	out_putc(o, '\n');
}

static void add_json(json_t *list, const struct sysctl_row *r, uint64_t v, bool can_set)
{
	json_t *j = json_object();

	json_object_set_new(j, "name", json_string(r->name));
	json_object_set_new(j, "value", json_integer((json_int_t)v));
	json_object_set_new(j, "unit", json_string(unit_names[r->unit]));
	json_object_set_new(j, "writable", json_boolean(can_set));
	json_array_append_new(list, j);
}

int flow_list_sysctls(struct nff *n, const struct cmd *cmd)
{
	struct dirent **files = NULL;
	json_t *list = NULL;
	bool json = change_json(n, cmd);
	int count;

	if (query_check(n, cmd, QUERY_OPTION(QO_JSON)) < 0)
		return -1;
	count = scandir(SYSCTL_DIR, &files, is_ours, by_name);
	if (count <= 0) {
		free(files);
		diag_error(&n->diags, cmd->loc, "cannot list the sysctls: %s",
			   count < 0 ? strerror(errno) : "there are none");
		diag_hint(&n->diags, "conntrack gives them; try 'modprobe nf_conntrack'");
		return -1;
	}
	if (json)
		list = json_array();
	for (int i = 0; i < count; i++) {
		const char *name = files[i]->d_name;
		const struct sysctl_row *known = sysctl_find(name);
		struct sysctl_row unknown = { .name = name, .unit = SYSCTL_NUMBER };
		uint64_t v;

		if (sysctl_read(name, &v) == 0) {
			if (json)
				add_json(list, known ? known : &unknown, v, writable(name));
			else
				print_line(&n->out, known ? known : &unknown, v, writable(name));
		}
		free(files[i]);
	}
	free(files);
	return json ? change_print_json(n, "sysctls", list) : 0;
}

/* ---- set ---- */

int parse_seconds(struct nff *n, const struct name *word, uint64_t min, uint64_t max,
		  uint64_t *seconds)
{
	uint64_t ms;

	if (!parse_duration(word->s, &ms)) {
		diag_error(&n->diags, word->loc, "'%.40s' is no time", word->s);
		diag_hint(&n->diags, "a time is written as 30s, 5m, 2h, 5d or 1d12h; a plain "
			  "number is seconds");
		return -1;
	}
	*seconds = ms / 1000;
	if (ms % 1000)
		return diag_error(&n->diags, word->loc, "the kernel counts whole seconds here");
	if (*seconds < min || *seconds > max)
		return diag_error(&n->diags, word->loc,
				  "the time must be between %llu and %llu seconds",
				  (unsigned long long)min, (unsigned long long)max);
	return 0;
}

/* The value of a switch by its word. */
static bool switch_value(const struct sysctl_row *r, const char *word, uint64_t *v)
{
	for (*v = 0; *v <= r->max; (*v)++)
		if (strcmp(word, switch_words[*v]) == 0)
			return true;
	return false;
}

static int parse_value(struct nff *n, const struct sysctl_row *r, const struct name *word,
		       uint64_t *value)
{
	const char *err = NULL;
	nff_u128 v;

	if (r->unit == SYSCTL_SECONDS)
		return parse_seconds(n, word, r->min, r->max, value);
	if (is_switch(r) && switch_value(r, word->s, value))
		return 0;
	if (r->unit == SYSCTL_PROTOCOL &&
	    datatype_parse(&dt_inet_proto, word->s, 8, &v, &err) == 0) {
		*value = (uint64_t)v;
		return 0;
	}
	if (!parse_u128(word->s, &v)) {
		diag_error(&n->diags, word->loc, "'%.40s' is no number", word->s);
		if (is_switch(r))
			diag_hint(&n->diags, "%s is %s", r->name, r->max == 1 ?
				  "off or on" : "off, on or auto");
		return -1;
	}
	if (v < r->min || v > r->max)
		return diag_error(&n->diags, word->loc, "%s must be between %llu and %llu",
				  r->name, (unsigned long long)r->min, (unsigned long long)r->max);
	*value = (uint64_t)v;
	return 0;
}

/* Is it one that this kernel has and nff does not know? */
static bool in_kernel(const char *name)
{
	char path[SYSCTL_PATH_MAX];

	return !strchr(name, '/') &&
	       snprintf(path, sizeof(path), SYSCTL_DIR "%s", name) < (int)sizeof(path) &&
	       access(path, F_OK) == 0;
}

static int unknown_sysctl(struct nff *n, const struct name *name)
{
	struct suggestion near;
	const struct sysctl_row *r;

	diag_error(&n->diags, name->loc, "there is no sysctl '%.64s' of conntrack or flowtables",
		   name->s);
	suggest_init(&near, name->s, strlen(name->s));
	for (r = sysctl_rows; r->name; r++) {
		suggest(&near, r->name);
		if (strncmp(r->name, "nf_conntrack_", 13) == 0)
			suggest(&near, r->name + 13);
	}
	if (near.best)
		diag_hint(&n->diags, "did you mean '%s'?", near.best);
	else
		diag_hint(&n->diags, "'list sysctls' shows those that there are");
	return -1;
}

int flow_set_sysctl(struct nff *n, const struct cmd *cmd)
{
	const struct query_word *name = cmd->query->words, *value = name ? name->next : NULL;
	const struct sysctl_row *row;
	struct sysctl_row unknown;
	uint64_t v, now;
	int err;

	if (!value || value->next) {
		diag_error(&n->diags, value ? value->next->word.loc : cmd->loc,
			   "a sysctl takes one name and one value");
		diag_hint(&n->diags, "for example: set sysctl nf_conntrack_max 262144");
		return -1;
	}
	row = sysctl_find(name->word.s);
	if (!row) {
		if (!in_kernel(name->word.s))
			return unknown_sysctl(n, &name->word);
		unknown = (struct sysctl_row){ name->word.s, SYSCTL_NUMBER, 0, UINT64_MAX };
		row = &unknown;
	}
	if (parse_value(n, row, &value->word, &v) < 0)
		return -1;
	err = sysctl_read(row->name, &now);
	if (err)
		return sysctl_error(n, name->word.loc, row->name, err);
	if (!writable(row->name))
		return sysctl_error(n, name->word.loc, row->name, -EACCES);
	if (n->check)
		return 0;
	err = sysctl_write(row->name, v);
	return err ? sysctl_error(n, err == -EINVAL ? value->word.loc : name->word.loc, row->name,
				  err) : 0;
}
