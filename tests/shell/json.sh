#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands in JSON do what they do to nft; what nff refuses is told with its place and path, and
# changes nothing.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

base="table ip t {
	set s { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 }; }
	set to { type ipv4_addr; flags timeout; }
	map m { type ipv4_addr : verdict; }
	counter n { packets 5 bytes 7
	}
	quota q { 10 mbytes used 5 bytes
	}
	chain c { type filter hook input priority 0; policy accept;
		counter accept
		tcp dport 22 drop
	}
	chain other {
		return
	}
}
table ip6 t { }"

doc()
{
	printf '{"nftables": [%s]}\n' "$1" >"$TMP/doc.json"
}

# both ELEMENTS: nff and nft accept the document, and make the same ruleset of it.
both()
{
	local want

	passed_over && return 1
	doc "$1"
	ruleset "$base"
	if ! "$NFT" -j -f "$TMP/doc.json" >"$TMP/nft.out" 2>"$TMP/nft.err"; then
		fail "nft refuses $1: $(head -n 1 "$TMP/nft.err")"
		return 1
	fi
	want=$(kernel list ruleset)
	ruleset "$base"
	must nff -j -f "$TMP/doc.json" || return 1
	same "$(kernel list ruleset)" "$want" "$1"
}

# like TEXT ELEMENTS: the document makes of the ruleset what the commands of TEXT make of it.
like()
{
	local want

	passed_over && return 1
	ruleset "$base"
	kernel "$1" || fail "nft refuses $1"
	want=$(kernel list ruleset)
	doc "$2"
	ruleset "$base"
	must nff -j -f "$TMP/doc.json" || return 1
	same "$(kernel list ruleset)" "$want" "$2"
}

N='"family": "ip", "table": "t"'
C="$N, \"chain\": \"c\""

t "add"
both '{"add": {"table": {"family": "inet", "name": "new"}}}'
both '{"table": {"family": "inet", "name": "new"}}'
both '{"create": {"table": {"family": "inet", "name": "new"}}}'
both "{\"add\": {\"chain\": {$N, \"name\": \"new\"}}}"
both "{\"add\": {\"chain\": {$N, \"name\": \"new\", \"type\": \"nat\", \"hook\": \"prerouting\", \"prio\": -100, \"policy\": \"accept\"}}}"
both '{"table": {"family": "netdev", "name": "d"}}, {"chain": {"family": "netdev", "table": "d", "name": "new", "type": "filter", "hook": "ingress", "prio": -5, "dev": "lo"}}'
both "{\"add\": {\"rule\": {$C, \"comment\": \"new\", \"expr\": [{\"accept\": null}]}}}"
both "{\"insert\": {\"rule\": {$C, \"expr\": [{\"drop\": null}]}}}"
both "{\"add\": {\"rule\": {$C, \"index\": 0, \"expr\": [{\"log\": null}]}}}"
both "{\"insert\": {\"rule\": {$C, \"index\": 1, \"expr\": [{\"log\": null}]}}}"
both "{\"add\": {\"rule\": {$C, \"expr\": []}}}"
both "{\"add\": {\"set\": {$N, \"name\": \"a\", \"type\": [\"ipv4_addr\", \"inet_service\"], \"flags\": [\"interval\"], \"size\": 100, \"elem\": [{\"concat\": [{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}, {\"range\": [1, 5]}]}]}}}"
both "{\"add\": {\"set\": {$N, \"name\": \"a\", \"type\": \"ipv4_addr\", \"flags\": [\"timeout\"], \"timeout\": 600, \"gc-interval\": 5, \"policy\": \"memory\"}}}"
both "{\"add\": {\"map\": {$N, \"name\": \"a\", \"type\": \"inet_service\", \"map\": \"verdict\", \"elem\": [[22, {\"accept\": null}], [80, {\"jump\": {\"target\": \"other\"}}]]}}}"
both "{\"add\": {\"map\": {$N, \"name\": \"a\", \"type\": \"ipv4_addr\", \"map\": \"counter\", \"elem\": [[\"10.0.0.1\", \"n\"]]}}}"
both "{\"add\": {\"element\": {$N, \"name\": \"s\", \"elem\": [\"10.0.0.3\", \"10.0.0.4\"]}}}"
both "{\"add\": {\"element\": {$N, \"name\": \"m\", \"elem\": [[\"10.0.0.3\", {\"drop\": null}]]}}}"
both "{\"add\": {\"counter\": {$N, \"name\": \"a\"}}}"
both "{\"add\": {\"counter\": {$N, \"name\": \"a\", \"packets\": 3, \"bytes\": 4, \"comment\": \"c\"}}}"
both "{\"add\": {\"quota\": {$N, \"name\": \"a\", \"bytes\": 1048576, \"inv\": true}}}"
both "{\"add\": {\"limit\": {$N, \"name\": \"a\", \"rate\": 5, \"per\": \"minute\", \"rate_unit\": \"kbytes\", \"burst\": 5, \"burst_unit\": \"bytes\"}}}"
both "{\"add\": {\"ct helper\": {$N, \"name\": \"a\", \"type\": \"ftp\", \"protocol\": \"tcp\", \"l3proto\": \"ip\"}}}"
both "{\"metainfo\": {\"version\": \"1\", \"release_name\": \"x\", \"json_schema_version\": 1}}, {\"table\": {\"family\": \"inet\", \"name\": \"new\"}}"

t "delete, flush, rename"
both '{"delete": {"table": {"family": "ip6", "name": "t"}}}'
both "{\"delete\": {\"element\": {$N, \"name\": \"s\", \"elem\": \"10.0.0.1\"}}}"
both "{\"delete\": {\"set\": {$N, \"name\": \"s\"}}}"
both "{\"delete\": {\"map\": {$N, \"name\": \"m\"}}}"
both "{\"delete\": {\"counter\": {$N, \"name\": \"n\"}}}"
both "{\"flush\": {\"chain\": {$N, \"name\": \"other\"}}}, {\"delete\": {\"chain\": {$N, \"name\": \"other\"}}}"
both "{\"flush\": {\"table\": {\"family\": \"ip\", \"name\": \"t\"}}}"
both "{\"flush\": {\"set\": {$N, \"name\": \"s\"}}}"
both '{"flush": {"ruleset": null}}'
both '{"flush": {"ruleset": {"family": "ip6"}}}'
both "{\"rename\": {\"chain\": {$N, \"name\": \"other\", \"newname\": \"else\"}}}"

t "rules by handle"
ruleset "$base"
h=$(handle "tcp dport 22")
doc "{\"replace\": {\"rule\": {$C, \"handle\": $h, \"expr\": [{\"log\": null}]}}}, {\"add\": {\"rule\": {$C, \"handle\": $h, \"expr\": [{\"notrack\": null}]}}}, {\"insert\": {\"rule\": {$C, \"handle\": $h, \"expr\": [{\"continue\": null}]}}}"
must nff -j -f "$TMP/doc.json"
same "$(rules c)" "$(printf '%s\n' "counter packets 0 bytes 0 accept" continue log notrack)"
doc "{\"delete\": {\"rule\": {$C, \"handle\": $h}}}"
must nff -j -f "$TMP/doc.json"
lacks log

t "what nft 1.0 leaves out"
like "add table ip6 u { comment \"c\"; flags dormant; }" '{"table": {"family": "ip6", "name": "u", "comment": "c", "flags": "dormant"}}'
like "add chain ip t x { comment \"c\"; }" "{\"chain\": {$N, \"name\": \"x\", \"comment\": \"c\"}}"
like "add set ip t x { type ipv4_addr; flags interval; auto-merge; }" "{\"set\": {$N, \"name\": \"x\", \"type\": \"ipv4_addr\", \"flags\": [\"interval\"], \"auto-merge\": true}}"
like "add set ip t x { type ipv4_addr; flags dynamic; size 5; }" "{\"set\": {$N, \"name\": \"x\", \"type\": \"ipv4_addr\", \"size\": 5, \"dynamic\": true}}"
like "add set ip t x { type ipv4_addr; flags dynamic; size 5; }" "{\"set\": {$N, \"name\": \"x\", \"type\": \"ipv4_addr\", \"size\": 5, \"flags\": \"dynamic\"}}"
like "add set ip t x { type ipv4_addr; comment \"c\"; }" "{\"set\": {$N, \"name\": \"x\", \"type\": \"ipv4_addr\", \"comment\": \"c\"}}"
like "add set ip t x { typeof ip length; }" "{\"set\": {$N, \"name\": \"x\", \"type\": {\"typeof\": {\"payload\": {\"protocol\": \"ip\", \"field\": \"length\"}}}}}"
like "add map ip t x { type ipv4_addr : ipv4_addr . inet_service; }" "{\"map\": {$N, \"name\": \"x\", \"type\": \"ipv4_addr\", \"map\": \"ipv4_addr . inet_service\"}}"
like "add ct timeout ip t a { protocol tcp; l3proto ip; policy = { established : 100, close : 5 }; }" "{\"ct timeout\": {$N, \"name\": \"a\", \"protocol\": \"tcp\", \"l3proto\": \"ip\", \"policy\": {\"established\": 100, \"close\": 5}}}"
like "add ct expectation ip t a { protocol tcp; dport 9876; timeout 1m; size 12; l3proto ip; }" "{\"ct expectation\": {$N, \"name\": \"a\", \"protocol\": \"tcp\", \"dport\": 9876, \"timeout\": 60000, \"size\": 12, \"l3proto\": \"ip\"}}"
like "add synproxy ip t x { mss 1460; wscale 7; timestamp; }" "{\"synproxy\": {$N, \"name\": \"x\", \"mss\": 1460, \"wscale\": 7, \"flags\": [\"timestamp\"]}}"
like "add set ip t x { type ipv4_addr; flags dynamic; size 5; }; add rule ip t other add @x { ip saddr }" "{\"set\": {$N, \"name\": \"x\", \"type\": \"ipv4_addr\", \"size\": 5}}, {\"rule\": {$N, \"chain\": \"other\", \"expr\": [{\"set\": {\"op\": \"add\", \"elem\": {\"payload\": {\"protocol\": \"ip\", \"field\": \"saddr\"}}, \"set\": \"@x\"}}]}}"

t "a flag of a table that nft lists wrongly"
ruleset
doc '{"table": {"family": "ip", "name": "x", "flags": "x"}}'
must nff -j -f "$TMP/doc.json"
match "$err" "*doc.json:1:*Warning: 'x' is no flag of a table*"

t "queries"
ruleset "$base"
doc "{\"list\": {\"ruleset\": null}}"
must nff -j -f "$TMP/doc.json"
same "$out" "$(nff -j list ruleset)"
for what in tables chains sets maps counters quotas flowtables "ct helpers" limits; do
	doc "{\"list\": {\"$what\": null}}"
	must nff -j -f "$TMP/doc.json"
	same "$out" "$(nff -j list "$what")" "$what"
done
doc "{\"list\": {\"set\": {$N, \"name\": \"s\"}}}"
must nff -j -f "$TMP/doc.json"
same "$out" "$(nff -j list set ip t s)"
doc "{\"reset\": {\"counter\": {$N, \"name\": \"n\"}}}"
must nff -j -f "$TMP/doc.json"
has "packets 0 bytes 0"

t "the output is one line"
ruleset "$base"
must nff -j list ruleset
same "$(wc -l <"$TMP/.out")" 1
same "$(sed -E 's/("version": )"[^"]*"/\1"V"/; s/("handle": )[0-9]+/\1H/; s/(H\}\}).*/\1/' <<<"$out")" \
	'{"nftables": [{"metainfo": {"version": "V", "release_name": "nff", "json_schema_version": 1}}, {"table": {"family": "ip", "name": "t", "handle": H}}'

# refused PATTERN ELEMENTS: told with file, line and column; nothing has changed.
refused()
{
	passed_over && return 1
	doc "$2"
	unchanged nff -j -f "$TMP/doc.json" || return 1
	match "$err" "$TMP/doc.json:$1*"
}

t "errors"
ruleset "$base"
refused '1:15-*Error: nftables\[0\]: *foo* is nothing that can be added' '{"foo": {}}'
refused '1:*Error: nftables\[1\].add.rule.expr\[0\].match: the key *op* is missing' \
	"{\"table\": {\"family\": \"ip\", \"name\": \"x\"}}, {\"add\": {\"rule\": {$C, \"expr\": [{\"match\": {\"left\": 1, \"right\": 1}}]}}}"
refused '1:*Error: nftables\[0\].rule.expr\[1\].counter: unknown key *foo*' "{\"rule\": {$C, \"expr\": [{\"accept\": null}, {\"counter\": {\"foo\": 1}}]}}"
refused '1:*Error: malformed JSON:*' '{"table": '
refused '2:3-*Error: nftables\[0\].table: the key *name* is missing' '{"table":
  {"family": "ip"}}'
refused "1:*Error: there is no set 'nope'*" "{\"rule\": {$C, \"expr\": [{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": \"ip\", \"field\": \"saddr\"}}, \"right\": \"@nope\"}}]}}"
refused '1:*Error: *' "{\"chain\": {$N, \"name\": \"x\"}}, {\"delete\": {\"chain\": {$N, \"name\": \"nope\"}}}"
refused '1:*Error: nftables\[0\].metainfo.json_schema_version: *' '{"metainfo": {"json_schema_version": 2}}'
refused '1:*Error: nftables\[0\].rule.expr\[0\].xt: *iptables*' "{\"rule\": {$C, \"expr\": [{\"xt\": {\"type\": \"match\", \"name\": \"foo\"}}]}}"

t "deep and large input"
ruleset "$base"
python3 -c 'print("{\"nftables\": " + "[" * 100000)' >"$TMP/deep.json"
unchanged nff -j -f "$TMP/deep.json"
python3 -c 'print("{\"nftables\": [" + ",".join(["{\"table\": {\"family\": \"ip\", \"name\": \"%s\"}}" % ("x" * 300)] * 50000) + "]}")' >"$TMP/large.json"
unchanged nff -j -f "$TMP/large.json"
match "$err" "*the name is too long*"

t "text is text with -j, too"
ruleset "$base"
must nff -j add table ip x
has "table ip x"

t_end
