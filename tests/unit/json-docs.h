/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents for the tests of JSON: statements that print again as they were
 * read, and whole documents with every object and command.
 */
#ifndef NFF_TEST_JSON_DOCS_H
#define NFF_TEST_JSON_DOCS_H

#include <stdlib.h>
#include "eval.h"
#include "json.h"

/* As deep as expressions may be, about. */
#define JSON_TEST_DEPTH 60

#define PAYLOAD(p, f) "{\"payload\": {\"protocol\": \"" p "\", \"field\": \"" f "\"}}"
#define MATCH(op, left, right) \
	"{\"match\": {\"op\": \"" op "\", \"left\": " left ", \"right\": " right "}}"
#define META(k) "{\"meta\": {\"key\": \"" k "\"}}"
#define CT(k) "{\"ct\": {\"key\": \"" k "\"}}"

static const char *const json_statements[] = {
	"{\"accept\": null}",
	"{\"drop\": null}",
	"{\"continue\": null}",
	"{\"return\": null}",
	"{\"jump\": {\"target\": \"other\"}}",
	"{\"goto\": {\"target\": \"other\"}}",
	MATCH("==", PAYLOAD("ip", "saddr"), "\"1.2.3.4\""),
	MATCH("!=", PAYLOAD("tcp", "dport"), "22"),
	MATCH("<", PAYLOAD("ip", "ttl"), "5"),
	MATCH(">=", META("length"), "100"),
	MATCH("==", PAYLOAD("tcp", "dport"), "{\"set\": [22, {\"range\": [80, 90]}]}"),
	MATCH("==", PAYLOAD("ip", "saddr"), "{\"prefix\": {\"addr\": \"1.2.3.0\", \"len\": 24}}"),
	MATCH("==", PAYLOAD("ip6", "daddr"), "{\"range\": [\"dead::1\", \"dead::9\"]}"),
	MATCH("==", PAYLOAD("ip", "saddr"), "\"@blocked\""),
	MATCH("==", META("iifname"), "\"eth*\""),
	MATCH("!", CT("state"), "[\"new\", \"related\"]"),
	MATCH("==", "{\"&\": [" CT("mark") ", 255]}", "5"),
	MATCH("==", "{\"|\": [{\"^\": [" CT("mark") ", 255]}, 1]}", "5"),
	MATCH("==", "{\">>\": [{\"<<\": [" CT("mark") ", 2]}, 1]}", "5"),
	MATCH("==", "{\"ct\": {\"key\": \"ip saddr\", \"dir\": \"original\"}}", "\"1.2.3.4\""),
	MATCH("==", "{\"payload\": {\"base\": \"th\", \"offset\": 16, \"len\": 16}}", "22"),
	MATCH("==", "{\"exthdr\": {\"name\": \"frag\"}}", "\"exists\""),
	MATCH("==", "{\"exthdr\": {\"name\": \"srh\", \"field\": \"sid[1]\"}}", "\"dead::1\""),
	MATCH("==", "{\"tcp option\": {\"name\": \"maxseg\", \"field\": \"size\"}}", "1460"),
	MATCH("==", "{\"tcp option\": {\"base\": 200, \"offset\": 16, \"len\": 8}}", "5"),
	MATCH("==", "{\"ip option\": {\"name\": \"rr\", \"field\": \"length\"}}", "5"),
	MATCH("==", "{\"sctp chunk\": {\"name\": \"data\", \"field\": \"tsn\"}}", "5"),
	MATCH("==", "{\"rt\": {\"key\": \"nexthop\", \"family\": \"ip\"}}", "\"1.2.3.4\""),
	MATCH("==", "{\"rt\": {\"key\": \"mtu\"}}", "1500"),
	MATCH("==", "{\"socket\": {\"key\": \"transparent\"}}", "1"),
	MATCH("==", "{\"osf\": {\"key\": \"name\", \"ttl\": \"skip\"}}", "\"Linux\""),
	MATCH("==", "{\"ipsec\": {\"key\": \"reqid\", \"dir\": \"in\", \"spnum\": 1}}", "5"),
	MATCH("==", "{\"ipsec\": {\"key\": \"saddr\", \"family\": \"ip6\", \"dir\": \"out\", "
	      "\"spnum\": 0}}", "\"dead::1\""),
	MATCH("==", "{\"fib\": {\"result\": \"type\", \"flags\": [\"daddr\", \"iif\"]}}",
	      "\"local\""),
	MATCH("==", "{\"fib\": {\"result\": \"oif\", \"flags\": [\"saddr\"]}}", "\"missing\""),
	MATCH("<", "{\"numgen\": {\"mode\": \"random\", \"mod\": 10, \"offset\": 5}}", "7"),
	MATCH("==", "{\"jhash\": {\"mod\": 2, \"seed\": 3735928559, \"offset\": 7, \"expr\": "
	      "{\"concat\": [" PAYLOAD("ip", "saddr") ", " PAYLOAD("ip", "daddr") "]}}}", "0"),
	MATCH("==", "{\"symhash\": {\"mod\": 2}}", "0"),
	MATCH("==", "{\"concat\": [" PAYLOAD("ip", "saddr") ", " PAYLOAD("tcp", "dport") "]}",
	      "{\"set\": [{\"concat\": [\"1.2.3.4\", 80]}, "
	      "{\"elem\": {\"val\": {\"concat\": [\"1.2.3.5\", 81]}, \"comment\": \"x\"}}]}"),
	"{\"vmap\": {\"key\": " META("iifname") ", \"data\": {\"set\": "
	"[[\"lo\", {\"accept\": null}], [\"*\", {\"jump\": {\"target\": \"other\"}}]]}}}",
	"{\"vmap\": {\"key\": " PAYLOAD("ip", "saddr") ", \"data\": \"@verdicts\"}}",
	"{\"counter\": {\"packets\": 5, \"bytes\": 7}}",
	"{\"counter\": \"packets\"}",
	"{\"counter\": {\"map\": {\"key\": " PAYLOAD("ip", "saddr") ", \"data\": \"@names\"}}}",
	"{\"limit\": {\"rate\": 10, \"burst\": 5, \"per\": \"second\"}}",
	"{\"limit\": {\"rate\": 10, \"burst\": 0, \"per\": \"week\", \"inv\": true, "
	"\"rate_unit\": \"mbytes\", \"burst_unit\": \"bytes\"}}",
	"{\"limit\": \"l\"}",
	"{\"quota\": {\"val\": 5, \"val_unit\": \"mbytes\", \"inv\": true, \"used\": 7, "
	"\"used_unit\": \"kbytes\"}}",
	"{\"quota\": \"q\"}",
	"{\"last\": null}",
	"{\"last\": {\"used\": 5}}",
	"{\"ct count\": {\"val\": 5, \"inv\": true}}",
	"{\"ct helper\": \"h\"}",
	"{\"ct timeout\": \"t\"}",
	"{\"ct expectation\": \"e\"}",
	"{\"secmark\": \"s\"}",
	"{\"synproxy\": \"s\"}",
	"{\"synproxy\": {\"mss\": 1460, \"wscale\": 7, \"flags\": [\"timestamp\", \"sack-perm\"]}}",
	"{\"log\": null}",
	"{\"log\": {\"prefix\": \"drop: \", \"level\": \"info\", "
	"\"flags\": [\"tcp sequence\", \"skuid\"]}}",
	"{\"log\": {\"prefix\": \"x\", \"group\": 5, \"snaplen\": 10, \"queue-threshold\": 7}}",
	"{\"log\": {\"flags\": \"all\"}}",
	"{\"reject\": {\"type\": \"tcp reset\"}}",
	"{\"snat\": {\"family\": \"ip\", \"addr\": \"1.2.3.4\", \"port\": {\"range\": [5, 9]}, "
	"\"flags\": [\"random\", \"persistent\"]}}",
	"{\"dnat\": {\"addr\": {\"map\": {\"key\": " PAYLOAD("tcp", "dport") ", \"data\": "
	"{\"set\": [[80, {\"concat\": [\"1.2.3.4\", 8080]}]]}}}}}",
	"{\"masquerade\": null}",
	"{\"redirect\": {\"port\": 22, \"flags\": \"fully-random\"}}",
	"{\"notrack\": null}",
	"{\"reset\": {\"tcp option\": {\"name\": \"sack-perm\"}}}",
	"{\"mangle\": {\"key\": " META("mark") ", \"value\": {\"|\": [" META("mark") ", 16]}}}",
	"{\"mangle\": {\"key\": " CT("event") ", \"value\": [\"new\", \"destroy\"]}}",
	"{\"flow\": {\"op\": \"add\", \"flowtable\": \"@ft\"}}",
	"{\"queue\": {\"num\": 0}}",
	"{\"queue\": {\"num\": {\"range\": [1, 5]}, \"flags\": [\"bypass\", \"fanout\"]}}",
	"{\"dup\": {\"addr\": \"1.2.3.4\", \"dev\": \"eth0\"}}",
	"{\"fwd\": {\"dev\": \"eth0\", \"family\": \"ip\", \"addr\": \"1.2.3.4\"}}",
	"{\"tproxy\": {\"family\": \"ip6\", \"addr\": \"dead::1\", \"port\": 7}}",
	"{\"set\": {\"op\": \"update\", \"elem\": {\"elem\": {\"val\": " PAYLOAD("ip", "saddr") ", "
	"\"timeout\": 60}}, \"set\": \"@s\", \"stmt\": [{\"counter\": null}]}}",
	"{\"meter\": {\"key\": {\"elem\": {\"val\": " PAYLOAD("ip", "saddr") ", \"timeout\": 5}}, "
	"\"stmt\": {\"counter\": null}, \"size\": 100, \"name\": \"m\"}}",
	"{\"map\": {\"op\": \"add\", \"elem\": " PAYLOAD("ip", "saddr") ", \"data\": 5, "
	"\"map\": \"@m\"}}",
	NULL
};

#define LISTED(name, more) "{\"" name "\": {\"family\": \"ip\", \"name\": \"n\", " \
	"\"table\": \"t\", \"handle\": 0" more "}}"

/* Objects that print again as they were read. */
static const char *const json_objects_listed[] = {
	"{\"table\": {\"family\": \"inet\", \"name\": \"t\", \"handle\": 0, "
	"\"flags\": \"dormant\", \"comment\": \"c\"}}",
	"{\"chain\": {\"family\": \"ip\", \"table\": \"t\", \"name\": \"c\", \"handle\": 0}}",
	LISTED("counter", ", \"comment\": \"c\", \"packets\": 5, \"bytes\": 7"),
	LISTED("quota", ", \"bytes\": 10485760, \"used\": 5, \"inv\": true"),
	LISTED("limit", ", \"rate\": 10, \"per\": \"hour\", \"rate_unit\": \"kbytes\", "
	       "\"burst\": 500, \"burst_unit\": \"bytes\""),
	LISTED("ct helper", ", \"type\": \"ftp\", \"protocol\": \"tcp\", \"l3proto\": \"ip\""),
	LISTED("ct timeout", ", \"protocol\": \"tcp\", \"l3proto\": \"ip\", "
	       "\"policy\": {\"established\": 100, \"close\": 5}"),
	LISTED("ct expectation", ", \"protocol\": \"tcp\", \"dport\": 9876, \"timeout\": 60000, "
	       "\"size\": 12, \"l3proto\": \"ip\""),
	LISTED("synproxy", ", \"mss\": 1460, \"wscale\": 7, \"flags\": [\"timestamp\"]"),
	LISTED("secmark", ", \"context\": \"system_u\""),
	"{\"set\": {\"family\": \"ip\", \"name\": \"n\", \"table\": \"t\", "
	"\"type\": [\"ipv4_addr\", \"inet_service\"], \"handle\": 0, \"comment\": \"c\", "
	"\"policy\": \"memory\", \"size\": 1000, \"flags\": [\"interval\", \"timeout\"], "
	"\"timeout\": 93600, \"gc-interval\": 30, \"auto-merge\": true, \"elem\": "
	"[{\"elem\": {\"val\": {\"concat\": [\"1.2.3.4\", 80]}, \"timeout\": 600, "
	"\"expires\": 599, \"comment\": \"x\", \"counter\": {\"packets\": 3, \"bytes\": 5}}}, "
	"{\"concat\": [{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}, "
	"{\"range\": [1, 100]}]}], \"stmt\": [{\"counter\": null}]}}",
	"{\"map\": {\"family\": \"ip\", \"name\": \"n\", \"table\": \"t\", "
	"\"type\": \"ipv4_addr\", \"handle\": 0, \"map\": [\"ipv4_addr\", \"inet_service\"], "
	"\"dynamic\": true, "
	"\"elem\": [[\"1.2.3.4\", {\"concat\": [\"10.0.0.1\", 80]}]]}}",
	"{\"map\": {\"family\": \"ip\", \"name\": \"n\", \"table\": \"t\", "
	"\"type\": \"ipv4_addr\", \"handle\": 0, \"map\": \"counter\", "
	"\"elem\": [[\"1.2.3.4\", \"c\"], [\"*\", \"d\"]]}}",
	NULL
};

#define NAMED "\"family\": \"inet\", \"table\": \"t\", \"name\": \"n\""
#define RULE "\"family\": \"inet\", \"table\": \"t\", \"chain\": \"c\""

/* One command each. */
static const char *const json_commands[] = {
	"{\"metainfo\": {\"version\": \"1\", \"release_name\": \"x\", \"json_schema_version\": 1}}",
	"{\"add\": {\"table\": {\"family\": \"inet\", \"name\": \"t\"}}}",
	"{\"create\": {\"chain\": {" NAMED ", \"type\": \"filter\", \"hook\": \"input\", "
	"\"prio\": -10, \"policy\": \"drop\", \"comment\": \"c\"}}}",
	"{\"add\": {\"chain\": {\"family\": \"netdev\", \"table\": \"t\", \"name\": \"n\", "
	"\"type\": \"filter\", \"hook\": \"ingress\", \"prio\": 0, \"dev\": [\"lo\", \"eth0\"]}}}",
	"{\"rename\": {\"chain\": {" NAMED ", \"newname\": \"m\"}}}",
	"{\"add\": {\"rule\": {" RULE ", \"index\": 2, \"expr\": [{\"accept\": null}]}}}",
	"{\"insert\": {\"rule\": {" RULE ", \"handle\": 2, \"expr\": [{\"accept\": null}]}}}",
	"{\"replace\": {\"rule\": {" RULE ", \"handle\": 2, \"expr\": []}}}",
	"{\"delete\": {\"rule\": {" RULE ", \"handle\": 2}}}",
	"{\"destroy\": {\"table\": {\"family\": \"inet\", \"name\": \"t\"}}}",
	"{\"delete\": {\"set\": {\"family\": \"inet\", \"table\": \"t\", \"handle\": 5}}}",
	"{\"add\": {\"flowtable\": {" NAMED ", \"hook\": \"ingress\", \"prio\": 0, "
	"\"dev\": [\"eth0\", \"eth1\"], \"counter\": true, \"flags\": \"offload\"}}}",
	"{\"delete\": {\"flowtable\": {" NAMED ", \"dev\": \"eth0\"}}}",
	"{\"add\": {\"element\": {" NAMED ", \"elem\": [\"1.2.3.4\", \"1.2.3.5\"]}}}",
	"{\"add\": {\"element\": {" NAMED ", \"elem\": [[\"1.2.3.4\", {\"drop\": null}]]}}}",
	"{\"delete\": {\"element\": {" NAMED ", \"elem\": \"1.2.3.4\"}}}",
	"{\"add\": {\"set\": {" NAMED ", \"type\": {\"typeof\": " META("mark") "}}}}",
	"{\"add\": {\"map\": {" NAMED ", \"type\": \"ipv4_addr\", "
	"\"map\": \"ipv4_addr . inet_service\"}}}",
	"{\"list\": {\"ruleset\": null}}",
	"{\"list\": {\"sets\": {\"family\": \"ip\", \"table\": \"t\"}}}",
	"{\"list\": {\"flowtables\": null}}",
	"{\"list\": {\"chain\": {" NAMED "}}}",
	"{\"reset\": {\"counters\": null}}",
	"{\"reset\": {\"quota\": {" NAMED "}}}",
	"{\"flush\": {\"ruleset\": {\"family\": \"ip6\"}}}",
	"{\"flush\": {\"set\": {" NAMED "}}}",
	NULL
};

/* Just enough of a context for the reader and for evaluation. */
struct json_run {
	struct nff n;
	struct arena arena;
	struct cmds cmds;
	int ret;
};

static inline void json_run(struct json_run *r, const char *text, size_t len)
{
	memset(r, 0, sizeof(*r));
	diags_init(&r->n.diags);
	arena_init(&r->arena);
	r->cmds.last = &r->cmds.first;
	r->ret = json_parse_source(&r->n, &r->arena,
				   sources_add_text(&r->n.sources, "doc", text, len), &r->cmds);
}

static inline void json_run_end(struct json_run *r)
{
	diags_fini(&r->n.diags);
	sources_fini(&r->n.sources);
	arena_free(&r->arena);
}

/* {"nftables": [ELEMENT]} of a static buffer */
static inline const char *json_document(const char *element)
{
	static char text[16384];

	snprintf(text, sizeof(text), "{\"nftables\": [%s]}", element);
	return text;
}

static inline const char *json_rule_document(const char *statement)
{
	static char text[8192];

	snprintf(text, sizeof(text), "{\"rule\": {" RULE ", \"expr\": [%s]}}", statement);
	return json_document(text);
}

#endif
