#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands on counters, quotas, limits and other stateful objects; reset.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

base='table ip t {
	counter c1 { packets 5 bytes 500; }
	counter c2 { packets 7 bytes 700; }
	quota q1 { over 10 mbytes used 1 kbytes; }
	limit l1 { rate 10/second; }
	ct helper ftp { type "ftp" protocol tcp; }
	chain c { counter packets 3 bytes 30; counter name c1; }
}'

t "add"
ruleset "table ip t { }"
must nff add counter ip t a
must nff "add counter ip t b { packets 1 bytes 2; }"
must nff add quota ip t a over 5 mbytes
must nff "add quota ip t b { until 100 bytes; }"
must nff add limit ip t a rate 5/second
must nff "add limit ip t b { rate over 1 mbytes/minute burst 20 kbytes; }"
must nff "add ct helper ip t ftp { type \"ftp\" protocol tcp; }"
must nff "add ct expectation ip t e { protocol udp; dport 9; timeout 1m; size 5; l3proto ip; }"
must nff "add synproxy ip t s { mss 1460; wscale 7; timestamp sack-perm; }"
as_nft list ruleset
as_nft_json list ruleset
same "$(kernel list counters | grep -c counter)" 2

t "list"
ruleset "$base"
as_nft list counters
as_nft list counters ip
as_nft list counter ip t c1
as_nft list quotas
as_nft list quota ip t q1
as_nft list limits
as_nft list limit ip t l1
as_nft list ct helper ip t ftp
as_nft list ct helpers table ip t
as_nft -a list counters
as_nft -s list ruleset
as_nft_json list counters
as_nft_json list quotas
must_fail nff list counter ip t nope

t "reset one"
ruleset "$base"
must nff reset counter ip t c1
same "$out" "table ip t {
	counter c1 {
		packets 5 bytes 500
	}
}"
match "$(kernel list counter ip t c1)" "*packets 0 bytes 0*"
match "$(kernel list counter ip t c2)" "*packets 7 bytes 700*"

t "reset all"
ruleset "$base"
must nff reset counters
match "$out" "*packets 5 bytes 500*packets 7 bytes 700*"
match "$(kernel list counter ip t c2)" "*packets 0 bytes 0*"
must nff reset quotas
match "$(kernel list quota ip t q1)" "*over 10 mbytes
*"

t "reset rules"
ruleset "$base"
if is_nft; then
	skip "nft resets no rules"
else
	run nff reset rules
	if [ $status != 0 ]; then
		match "$err" "*yntax*"
	else
		match "$(rules c)" "counter packets 0 bytes 0*"
	fi
fi

t "delete"
ruleset "$base"
must nff delete counter ip t c2
must nff delete limit ip t l1
must nff delete quota ip t q1
lacks c2
unchanged nff delete counter ip t c1
unchanged nff delete counter ip t nope

