// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show features: what this kernel, with what is loaded now, lets nff do, and how to get the rest.
 * Looking changes nothing: no module is loaded by it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "flow.h"
#include "flow_module.h"
#include "nl.h"
#include "nl_open.h"
#include "show.h"
#include "view.h"

/* How a part of the kernel is there. */
enum presence { ABSENT, AVAILABLE, BUILT_IN, LOADED };
static const char *const presence_names[] = {
	[ABSENT] = "missing", [AVAILABLE] = "not loaded", [BUILT_IN] = "built in",
	[LOADED] = "loaded",
};

enum { M_NF_TABLES, M_CONNTRACK, M_CTNETLINK, M_NAT, M_FLOW_TABLE, M_FLOW_INET, M_FLOW_EXPR,
	M_NFF, M_MAX };

static const struct module_row {
	const char *name, *what;
} module_rows[M_MAX] = {
	[M_NF_TABLES] = { "nf_tables", "rules" },
	[M_CONNTRACK] = { "nf_conntrack", "connection tracking" },
	[M_CTNETLINK] = { "nf_conntrack_netlink", "conntracks: list, change, monitor" },
	[M_NAT] = { "nf_nat", "snat, dnat, masquerade, redirect" },
	[M_FLOW_TABLE] = { "nf_flow_table", "in-tree fast path" },
	[M_FLOW_INET] = { "nf_flow_table_inet", "in-tree flowtables of ip, ip6 and inet" },
	[M_FLOW_EXPR] = { "nft_flow_offload", "in-tree flow statement" },
	[M_NFF] = { "nff", "bundled fast path, every flow visible" },
};

/* A sysctl. */
static const struct setting_row {
	const char *name, *path, *what;
} setting_rows[] = {
	{ "accounting", "net/netfilter/nf_conntrack_acct", "packets and bytes of conntracks" },
	{ "timestamps", "net/netfilter/nf_conntrack_timestamp", "when conntracks began" },
	{ "events", "net/netfilter/nf_conntrack_events", "monitor conntracks" },
	{ "forwarding", "net/ipv4/ip_forward", "forwarding of IPv4" },
	{ "forwarding6", "net/ipv6/conf/all/forwarding", "forwarding of IPv6" },
};
#define N_SETTINGS (sizeof(setting_rows) / sizeof(setting_rows[0]))
enum { S_ACCOUNTING, S_TIMESTAMPS, S_EVENTS, S_FORWARDING, S_FORWARDING6 };

/* yes, no, or not to be found out. */
enum answer { NO, YES, UNKNOWN };
static const char *const answer_names[] = { "no", "yes", "unknown" };

enum backend { BACKEND_NONE, BACKEND_INTREE, BACKEND_NFF, BACKEND_BOTH, BACKEND_UNKNOWN };
static const struct {
	const char *name, *text;
} backends[] = {
	[BACKEND_NONE] = { "none", "none" },
	[BACKEND_INTREE] = { "in-tree", "in-tree: conntrack tells what is offloaded, no more" },
	[BACKEND_NFF] = { "nff", "nff, the bundled module: every flow, with counters and reasons" },
	[BACKEND_BOTH] = { "both", "both are loaded: the one loaded first serves new flowtables" },
	[BACKEND_UNKNOWN] = { "unknown", "unknown" },
};

struct features {
	struct utsname kernel;
	enum answer admin, zones;
	enum presence modules[M_MAX];
	enum backend backend;
	bool has[N_SETTINGS];
	uint64_t setting[N_SETTINGS];
	char probe_error[256];		/* why a flowtable cannot be made; "": it can */
};

/* ---- modules ---- */

/* Does a line of the file name the module? prefix: what stands in front of its name. */
static bool file_names(const char *path, const char *module, bool is_path)
{
	FILE *f = fopen(path, "re");
	size_t len = strlen(module), cap = 0;
	char *line = NULL;
	bool found = false;

	while (f && !found && getline(&line, &cap, f) > 0) {
		char *end = line + strcspn(line, is_path ? ":\n" : " \n"), *name = line;

		*end = '\0';
		if (is_path && strrchr(line, '/'))
			name = strrchr(line, '/') + 1;
		/* Files may have '-' where modules have '_'. */
		for (char *c = name; *c; c++)
			*c = *c == '-' ? '_' : *c;
		found = !strncmp(name, module, len) &&
			(is_path ? !strncmp(name + len, ".ko", 3) : !name[len]);
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

static enum presence find_module(const struct features *f, const char *name)
{
	char path[256];

	if (file_names("/proc/modules", name, false))
		return LOADED;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", f->kernel.release);
	if (file_names(path, name, true))
		return BUILT_IN;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", f->kernel.release);
	return file_names(path, name, true) ? AVAILABLE : ABSENT;
}

/* What works without a module being loaded is built in, whatever files say. */
static void works(struct features *f, int module)
{
	if (f->modules[module] != LOADED)
		f->modules[module] = BUILT_IN;
}

static bool is_there(const struct features *f, int module)
{
	return f->modules[module] >= BUILT_IN;
}

/* ---- probes ---- */

static int ask(struct nff *n, unsigned int subsys, unsigned int type, int zone)
{
	struct msgbuf m = { 0 };
	int err;

	msg_begin(&m, (uint16_t)(subsys << 8 | type), 0, 0, AF_UNSPEC, 0);
	if (zone)
		attr_u16(&m, CTA_ZONE, (uint16_t)zone);
	msg_end(&m);
	err = nl_request(n->nl, &m, NULL, NULL);
	msgbuf_fini(&m);
	return err;
}

/* A request to a subsystem makes nfnetlink load its module: only where that cannot happen. */
static void probe_netlink(struct nff *n, struct features *f)
{
	uint64_t value;
	int err;

	if (show_sysctl("net/netfilter/nf_conntrack_max", &value))
		works(f, M_CONNTRACK);
	if (f->modules[M_NF_TABLES] != AVAILABLE) {
		err = ask(n, NFNL_SUBSYS_NFTABLES, NFT_MSG_GETGEN, 0);
		f->admin = err == -EPERM ? NO : YES;
		if (!err)
			works(f, M_NF_TABLES);
	}
	if (f->modules[M_CTNETLINK] == AVAILABLE)
		return;
	err = ask(n, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET_STATS, 0);
	f->admin = err == -EPERM ? NO : YES;
	if (err)
		return;
	works(f, M_CTNETLINK);
	/* The zone is read before it is noticed that no conntrack was named. */
	err = ask(n, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, 1);
	f->zones = err == -EOPNOTSUPP ? NO : err == -EINVAL ? YES : UNKNOWN;
}

/* What would the kernel say to these objects? error: room for 256 bytes. */
static bool probe(const char *objects, char *error)
{
	struct nff *n = nff_new(-1);
	char text[256];
	bool ok;

	/* It does not commit a batch that is only checked. */
	n->check = true;
	snprintf(text, sizeof(text), "add table inet nff-probe\n%s\n", objects);
	ok = nff_run_text(n, "<probe>", text, strlen(text)) == 0;
	if (!ok && n->diags.first && error)
		snprintf(error, 256, "%s", n->diags.first->text);
	nff_free(n);
	return ok;
}

/* An attempt makes the kernel load what there is to load: only where that is nothing. */
static void probe_builtin(struct features *f, int module, const char *objects)
{
	if (f->modules[module] == ABSENT && is_there(f, M_NF_TABLES) && probe(objects, NULL))
		works(f, module);
}

static void probe_backend(struct nff *n, struct features *f)
{
	struct flow_module *module;
	bool nff, intree = f->modules[M_FLOW_INET] >= BUILT_IN;

	nff = flow_module_find(n, &module) > 0;
	if (nff)
		works(f, M_NFF);
	if (f->admin == NO) {
		f->backend = BACKEND_UNKNOWN;
		return;
	}
	f->backend = nff && intree ? BACKEND_BOTH : nff ? BACKEND_NFF :
		     intree ? BACKEND_INTREE : BACKEND_NONE;
	/* With nothing loaded, the attempt would load what there is. */
	if (f->backend == BACKEND_NONE && (f->modules[M_FLOW_INET] == AVAILABLE ||
					   f->modules[M_NFF] == AVAILABLE ||
					   f->modules[M_NF_TABLES] == AVAILABLE))
		return;
	if (!is_there(f, M_NF_TABLES) ||
	    !probe("add flowtable inet nff-probe f { hook ingress priority 0; }", f->probe_error))
		return;
	if (f->backend == BACKEND_NONE) {
		works(f, M_FLOW_TABLE);
		works(f, M_FLOW_INET);
		works(f, M_FLOW_EXPR);
		f->backend = BACKEND_INTREE;
	}
}

static int look(struct nff *n, struct features *f)
{
	if (!nff_nl(n))
		return -1;
	uname(&f->kernel);
	f->admin = f->zones = UNKNOWN;
	for (int i = 0; i < M_MAX; i++)
		f->modules[i] = find_module(f, module_rows[i].name);
	probe_netlink(n, f);
	probe_builtin(f, M_NAT, "add chain inet nff-probe c { type nat hook output priority 0; }");
	probe_backend(n, f);
	for (unsigned int i = 0; i < N_SETTINGS; i++)
		f->has[i] = show_sysctl(setting_rows[i].path, &f->setting[i]);
	return 0;
}

/* ---- what is missing ---- */

static bool is_off(const struct features *f, int setting)
{
	return f->has[setting] && !f->setting[setting];
}

static void judge_module(const struct features *f, int module, const char *option,
			 struct remarks *r)
{
	const struct module_row *m = &module_rows[module];

	if (is_there(f, module))
		return;
	remark(r, "%s is %s: %s", m->name, presence_names[f->modules[module]], m->what);
	if (f->modules[module] == AVAILABLE)
		remark_cure(r, "modprobe %s, or it is loaded when it is first used", m->name);
	else
		remark_cure(r, "a kernel with %s (Debian's linux-image packages have it)", option);
}

static void judge_backend(const struct features *f, struct remarks *r)
{
	switch (f->backend) {
	case BACKEND_NONE:
		if (f->modules[M_NFF] == AVAILABLE || f->modules[M_FLOW_INET] == AVAILABLE) {
			remark(r, "no fast path is loaded yet");
			remark_cure(r, "modprobe %s, or add a flowtable, which loads one",
				    f->modules[M_NFF] == AVAILABLE ? "nff" : "nft_flow_offload");
			break;
		}
		remark(r, "this kernel has no flowtables%s%s", f->probe_error[0] ? ": " : "",
		       f->probe_error);
		remark_cure(r, "build and load the bundled module, see nff-module(8); or a kernel "
			    "with CONFIG_NF_FLOW_TABLE");
		break;
	case BACKEND_INTREE:
		remark(r, "flows cannot be listed, watched or taken off the fast path one by one: "
		       "the in-tree flowtable does not tell them");
		remark_cure(r, f->modules[M_NFF] == AVAILABLE ?
			    "delete the flowtables, rmmod nft_flow_offload nf_flow_table_inet, "
			    "modprobe nff" : "the bundled module, see nff-module(8)");
		break;
	case BACKEND_BOTH:
		remark(r, "two fast paths are loaded");
		remark_cure(r, "delete the flowtables, rmmod the one that is not wanted; "
			    "modprobe.d/nff.conf says which one is loaded by itself");
		break;
	default:
		break;
	}
}

static void judge(const struct features *f, struct remarks *r)
{
	if (f->admin == NO) {
		remark(r, "without CAP_NET_ADMIN in this network namespace the kernel says "
		       "nothing about rules, conntracks and flows");
		remark_cure(r, "run nff as root or with sudo");
		return;
	}
	judge_module(f, M_NF_TABLES, "CONFIG_NF_TABLES", r);
	judge_module(f, M_CONNTRACK, "CONFIG_NF_CONNTRACK", r);
	judge_module(f, M_CTNETLINK, "CONFIG_NF_CT_NETLINK", r);
	judge_backend(f, r);
	if (is_off(f, S_ACCOUNTING)) {
		remark(r, "packets and bytes of conntracks are not counted");
		remark_cure(r, "sysctl -w net.netfilter.nf_conntrack_acct=1");
	}
	if (is_off(f, S_TIMESTAMPS)) {
		remark(r, "it is not known when conntracks began");
		remark_cure(r, "sysctl -w net.netfilter.nf_conntrack_timestamp=1");
	}
	if (is_off(f, S_EVENTS)) {
		remark(r, "conntracks send no events: monitor sees nothing");
		remark_cure(r, "sysctl -w net.netfilter.nf_conntrack_events=1");
	}
	if (is_off(f, S_FORWARDING) && is_off(f, S_FORWARDING6)) {
		remark(r, "nothing is forwarded, so nothing takes the fast path");
		remark_cure(r, "sysctl -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
	}
}

/* ---- output ---- */

/* "on", "off", and a mode that is neither: events begin with the first listener. */
static const char *setting_text(const struct features *f, unsigned int i)
{
	return !f->has[i] ? "not there" : !f->setting[i] ? "off" :
	       i == S_EVENTS && f->setting[i] == 2 ? "auto" : "on";
}

static void print(struct out *o, const struct features *f)
{
	out_printf(o, "kernel          %s %s\n", f->kernel.release, f->kernel.machine);
	out_printf(o, "CAP_NET_ADMIN   %s\n", answer_names[f->admin]);
	out_printf(o, "fast path       %s\n", backends[f->backend].text);
	out_printf(o, "zones           %s\n", answer_names[f->zones]);
	out_printf(o, "\n%-22s%-12s%s\n", "MODULE", "STATE", "FOR");
	for (unsigned int i = 0; i < M_MAX; i++)
		out_printf(o, "%-22s%-12s%s\n", module_rows[i].name,
			   presence_names[f->modules[i]], module_rows[i].what);
	out_printf(o, "\n%-22s%-12s%s\n", "SETTING", "VALUE", "FOR");
	for (unsigned int i = 0; i < N_SETTINGS; i++)
		out_printf(o, "%-22s%-12s%s\n", setting_rows[i].name, setting_text(f, i),
			   setting_rows[i].what);
}

static json_t *answer_json(enum answer a)
{
	return a == UNKNOWN ? json_null() : json_boolean(a == YES);
}

static json_t *features_json(const struct features *f, const struct remarks *r)
{
	json_t *modules = json_object(), *settings = json_object();

	for (unsigned int i = 0; i < M_MAX; i++)
		json_object_set_new(modules, module_rows[i].name,
				    json_string(presence_names[f->modules[i]]));
	for (unsigned int i = 0; i < N_SETTINGS; i++)
		json_object_set_new(settings, setting_rows[i].name, f->has[i] ?
				    json_integer((json_int_t)f->setting[i]) : json_null());
	return json_pack("{s:{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o}}", "features", "kernel",
			 f->kernel.release, "machine", f->kernel.machine, "net_admin",
			 answer_json(f->admin), "backend", backends[f->backend].name, "zones",
			 answer_json(f->zones), "modules", modules, "settings", settings,
			 "remarks", remarks_json(r));
}

int flow_show_features(struct nff *n, const struct cmd *cmd)
{
	struct features f = { 0 };
	struct remarks r;

	if (query_check(n, cmd, QUERY_OPTION(QO_JSON)) < 0 || look(n, &f) < 0)
		return -1;
	remarks_init(&r);
	judge(&f, &r);
	if (show_is_json(n, cmd->query)) {
		show_json(n, features_json(&f, &r));
	} else {
		print(&n->out, &f);
		remarks_print(&r, &n->out);
	}
	remarks_fini(&r);
	return 0;
}
