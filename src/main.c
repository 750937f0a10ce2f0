// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nff: options, then one call.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "config.h"
#include "nff.h"
#include "shell.h"

struct option_row {
	char letter;
	const char *name;
	const char *arg;	/* NULL: takes none */
	const char *help;
	size_t flag;		/* offset of the bool in struct nff that it sets, or NO_FLAG */
};

#define FLAG(member) offsetof(struct nff, member)
#define NO_FLAG ((size_t)-1)

/* One table for getopt, for its long forms and for the help text. */
static const struct option_row option_rows[] = {
	{ 'h', "help", NULL, "show this help", NO_FLAG },
	{ 'v', "version", NULL, "show the version", NO_FLAG },
	{ 'V', NULL, NULL, "show the version and what nff is built with", NO_FLAG },
	{ 'c', "check", NULL, "let the kernel check the commands, change nothing",
	  FLAG(check) },
	{ 'f', "file", "FILE", "read commands from FILE (- is standard input)", NO_FLAG },
	{ 'D', "define", "NAME=VALUE", "define a variable before the input is read", NO_FLAG },
	{ 'i', "interactive", NULL, "read commands from the terminal", NO_FLAG },
	{ 'I', "includepath", "DIRECTORY", "search DIRECTORY for included files", NO_FLAG },
	{ 'e', "echo", NULL, "print what was added, as the kernel has it",
	  FLAG(print.echo) },
	{ 'a', "handle", NULL, "print the handles of objects",
	  FLAG(print.handles) },
	{ 'j', "json", NULL, "read and print JSON", NO_FLAG },
	{ 'n', "numeric", NULL, "print numbers only; the same as -y -p -T and no symbols", NO_FLAG },
	{ 's', "stateless", NULL, "leave out what changes with traffic (counters, ...)",
	  FLAG(print.stateless) },
	{ 't', "terse", NULL, "leave out the elements of sets",
	  FLAG(print.terse) },
	{ 'S', "service", NULL, "print services by name",
	  FLAG(print.services) },
	{ 'N', "reversedns", NULL, "print addresses by name",
	  FLAG(print.names) },
	{ 'u', "guid", NULL, "print users and groups by name",
	  FLAG(print.guid) },
	{ 'p', "numeric-protocol", NULL, "print protocols by number",
	  FLAG(print.numeric_proto) },
	{ 'y', "numeric-priority", NULL, "print priorities by number",
	  FLAG(print.numeric_prio) },
	{ 'T', "numeric-time", NULL, "print times as numbers",
	  FLAG(print.numeric_time) },
	{ 'd', "debug", "LEVEL[,LEVEL]",
	  "debug: scanner, parser, eval, netlink, mnl, all", NO_FLAG },
};
#define N_OPTIONS (sizeof(option_rows) / sizeof(option_rows[0]))

struct args {
	bool interactive;
	const char *file;
};

static void usage(FILE *f)
{
	fprintf(f, "Usage: nff [options] [command...]\n\n"
		   "Put forwarded traffic on the flow-offload fast path, and see what runs there.\n\n");
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option_row *r = &option_rows[i];
		char left[64];

		if (!r->help)
			continue;
		snprintf(left, sizeof(left), "-%c%s%s%s%s", r->letter, r->name ? ", --" : "",
			 r->name ? r->name : "", r->arg ? " " : "", r->arg ? r->arg : "");
		fprintf(f, "  %-30s %s\n", left, r->help);
	}
	fprintf(f, "\nWithout command and file nff reads commands from the terminal. See nff(8).\n");
}

static int version(bool with_features)
{
	printf("nff %s\n", PACKAGE_VERSION);
	if (with_features)
		printf("  line editing:\treadline\n  top:\t\tncurses\n  JSON:\t\tjansson\n  bytecode:\tlibnftnl\n");
	return 0;
}

static int set_debug(struct nff *n, const char *levels)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} rows[] = {
		{ "scanner", DEBUG_SCANNER }, { "parser", DEBUG_PARSER },
		{ "eval", DEBUG_EVAL }, { "netlink", DEBUG_NETLINK },
		{ "mnl", DEBUG_MNL }, { "all", DEBUG_ALL },
	};

	while (*levels) {
		size_t len = strcspn(levels, ","), i;

		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (strlen(rows[i].name) == len && !strncmp(rows[i].name, levels, len))
				break;
		if (i == sizeof(rows) / sizeof(rows[0])) {
			fprintf(stderr, "nff: unknown debug level '%.*s'; "
				"there are scanner, parser, eval, netlink, mnl and all\n",
				(int)len, levels);
			return -1;
		}
		n->debug |= rows[i].bit;
		levels += len + (levels[len] == ',');
	}
	return 0;
}

static void set_numeric(struct print_opts *p)
{
	p->numeric_prio = p->numeric_proto = p->numeric_symbol = p->numeric_time = true;
}

/* 0: go on; 1: done, successfully; -1: bad usage. */
static int set_option(struct nff *n, struct args *args, int letter, const char *arg)
{
	switch (letter) {
	case 'h':
		usage(stdout);
		return 1;
	case 'v':
	case 'V':
		version(letter == 'V');
		return 1;
	case 'f':
		if (args->file) {
			fprintf(stderr, "nff: only one -f can be given; "
				"use include in the file for more\n");
			return -1;
		}
		args->file = arg;
		return 0;
	case 'D':
		return nff_define(n, arg);
	case 'i':
		args->interactive = true;
		return 0;
	case 'I':
		nff_add_include_path(n, arg);
		return 0;
	case 'j':
		n->json = n->print.json = true;
		return 0;
	case 'n':
		set_numeric(&n->print);
		return 0;
	case 'd':
		return set_debug(n, arg);
	}
	return -1;
}

/* An option that sets a flag, and nothing more. */
static bool set_flag(struct nff *n, int letter)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		if (option_rows[i].letter != letter || option_rows[i].flag == NO_FLAG)
			continue;
		*(bool *)((char *)n + option_rows[i].flag) = true;
		return true;
	}
	return false;
}

static int read_options(struct nff *n, struct args *args, int argc, char **argv)
{
	struct option longs[N_OPTIONS + 1] = { 0 };
	char letters[2 * N_OPTIONS + 2] = "+";
	size_t n_longs = 0, len = 1;
	int c, err;

	for (size_t i = 0; i < N_OPTIONS; i++) {
		const struct option_row *r = &option_rows[i];

		if (!r->help)
			continue;
		letters[len++] = r->letter;
		if (r->arg)
			letters[len++] = ':';
		if (r->name)
			longs[n_longs++] = (struct option){
				r->name, r->arg ? required_argument : no_argument, NULL, r->letter };
	}
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		err = set_flag(n, c) ? 0 : set_option(n, args, c, optarg);
		if (err) {
			if (c == '?')
				fprintf(stderr, "Try 'nff --help'.\n");
			return err;
		}
	}
	return 0;
}

/* The words of the command line as one text. */
static int run_words(struct nff *n, int argc, char **argv)
{
	struct out text;
	int err;

	out_init_mem(&text);
	for (int i = 0; i < argc; i++) {
		if (i)
			out_putc(&text, ' ');
		out_puts(&text, argv[i]);
	}
	out_putc(&text, '\n');
	err = nff_run_text(n, "<command line>", out_str(&text), text.len);
	out_fini(&text);
	return err;
}

static int run(struct nff *n, const struct args *args, int argc, char **argv)
{
	if (args->interactive && (args->file || argc)) {
		fprintf(stderr, "nff: -i goes without file and command\n");
		return -1;
	}
	if (args->file && argc) {
		fprintf(stderr, "nff: give either -f or a command, not both\n");
		return -1;
	}
	if (args->interactive || (!args->file && !argc && isatty(STDIN_FILENO)))
		return shell_run(n) ? -1 : 0;
	if (args->file)
		return nff_run_file(n, args->file);
	if (argc)
		return run_words(n, argc, argv);
	fprintf(stderr, "nff: no command given; try 'nff --help', or 'nff -f -' to read "
		"standard input\n");
	return -1;
}

/*
 * A standard stream that is closed would be the next file or socket opened.
 * Nothing can be written to what stands in for it: that is an error as with
 * any output that is lost.
 */
static void hold_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			_exit(EXIT_FAILURE);
}

static int cannot_write(int error)
{
	fprintf(stderr, "nff: cannot write to standard output: %s\n", strerror(error));
	return -1;
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	struct nff *n;
	int err, flushed;

	hold_standard_streams();
	n = nff_new(STDOUT_FILENO);
	/* A reader that goes away is an error of writing, told as such. */
	signal(SIGPIPE, SIG_IGN);
	err = read_options(n, &args, argc, argv);
	if (!err)
		err = run(n, &args, argc - optind, argv + optind);
	else if (err > 0)
		err = fflush(stdout) ? cannot_write(errno) : 0;

	flushed = out_flush(&n->out);
	diags_tell(&n->diags, &n->sources);
	if (flushed < 0)
		err = cannot_write(-flushed);
	nff_free(n);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
