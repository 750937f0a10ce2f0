/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handle that everything hangs off. The code behind main.c is a library:
 * it never exits, never prints by itself but to n->out, and reports through
 * n->diags.
 */
#ifndef NFF_H
#define NFF_H

#include <stdbool.h>
#include <stdint.h>
#include "ast.h"
#include "diag.h"
#include "out.h"
#include "source.h"

enum {
	DEBUG_SCANNER	= 1 << 0,
	DEBUG_PARSER	= 1 << 1,
	DEBUG_EVAL	= 1 << 2,
	DEBUG_NETLINK	= 1 << 3,	/* print the bytecode that is sent and received */
	DEBUG_MNL	= 1 << 4,	/* print the netlink messages in hex */
	DEBUG_ALL	= (1 << 5) - 1,
};

struct nl;
struct flow_module;
struct scope;

struct nff {
	struct print_opts print;
	bool check;			/* -c */
	bool json;			/* -j: input (where it is no plain text) and output */
	unsigned int debug;		/* DEBUG_* */

	struct out out;
	struct diags diags;
	struct sources sources;

	struct arena vars;		/* what must outlive one input: -D, shell defines */
	struct scope *globals;		/* parse.h */
	const char **include_paths;	/* in order; n_include_paths of them */
	unsigned int n_include_paths;

	struct nl *nl;			/* nl.h; opened with the first use */
	struct flow_module *module;	/* flow_module.h; opened with the first use */
};

struct nff *nff_new(int out_fd);
void nff_free(struct nff *n);

/* -I; -D NAME=VALUE: returns 0, or -1 with a diagnostic. */
void nff_add_include_path(struct nff *n, const char *path);
int nff_define(struct nff *n, const char *assignment);

/*
 * Parse, evaluate and run one input: 0, or -1 with diagnostics in n->diags.
 * One input is one transaction.
 */
int nff_run_text(struct nff *n, const char *name, const char *text, size_t len);
int nff_run_file(struct nff *n, const char *path);

#endif
