#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# monitor trace: line for line with nft monitor trace, but for what nff tells better: see plain().
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

# tracers N: so many sockets listen to traces.
tracers()
{
	[ "$(awk '$4 ~ /^000001[04]0$/' /proc/net/netlink | wc -l)" = "$1" ]
}

rules()
{
	nft flush ruleset
	nft -f - <<'N'
table inet x {
	set hosts { type ipv4_addr; elements = { 127.0.0.1, 127.0.0.3 }; }
	chain pre {
		type filter hook prerouting priority raw; policy accept;
		meta nftrace set 1
	}
	chain in {
		type filter hook input priority filter; policy drop;
		udp dport { 1001, 1002 } counter accept comment "two"
		udp dport vmap { 1003 : jump other, 1004 : drop }
		tcp dport 1005 meta mark set 0x5 reject with tcp reset
		tcp sport 1005 accept
		udp dport 1006 goto {
			ip saddr @hosts accept
		}
	}
	chain other {
		ip saddr @hosts return
		drop
	}
}
N
}

# packets: to each of the ports, from this namespace to itself.
packets()
{
	local p

	for p in 1001 1002 1003 1004 1006 1007; do
		echo hi >/dev/udp/127.0.0.1/$p
		[ ! -e /proc/net/if_inet6 ] || echo hi >/dev/udp/::1/$p
	done
	{ echo hi >/dev/tcp/127.0.0.1/1005; } 2>/dev/null
	echo end >/dev/udp/127.0.0.1/1009
}

# nft has a blank at the end of some lines, reads messages of ICMP as if they were all of one type,
# shows counters as they were at some time, and does not know the rules of blocks.
plain()
{
	sed -E 's/ +$//; s/counter packets [0-9]+ bytes [0-9]+/counter/; / __chain[0-9]+ /d; /icmp/d' "$1"
}

start()
{
	timeout --foreground 60 "$NFF" "${@:3}" >"$TMP/$1" 2>"$TMP/$1.err" </dev/null &
	pids+=($!)
	wait_for 20 tracers "$2"
}

stop()
{
	local p

	for p in "$@"; do
		wait_for 20 grep -q 'udp dport 1009\|"right": 1009' "$p"
	done
	kill "${pids[@]}"
	wait "${pids[@]}"
	pids=()
}
pids=()

ip link set lo up
rules
timeout 5 nft monitor trace >"$TMP/probe" 2>&1 &
pids=($!)
tracing=''
wait_for 20 tracers 1
echo hi >/dev/udp/127.0.0.1/1009
for _ in {1..20}; do
	grep -q 1009 "$TMP/probe" && tracing=1 && break
	sleep 0.1
done
kill "${pids[@]}"
wait "${pids[@]}" 2>/dev/null
pids=()

t "as nft prints it"
[ -n "$tracing" ] || skip "this kernel has no traces"
start got 1 monitor trace
timeout --foreground 60 nft monitor trace >"$TMP/wanted" 2>/dev/null &
pids+=($!)
wait_for 20 tracers 2
packets
stop "$TMP/got" "$TMP/wanted"
same "$(plain "$TMP/got")" "$(plain "$TMP/wanted")"
for text in "packet: iif \"lo\" " "rule udp dport { 1001, 1002 } counter accept comment \"two\" (verdict accept)" \
	"rule udp dport vmap { 1003 : jump other, 1004 : drop } (verdict jump other)" \
	"other rule ip saddr @hosts return (verdict return)" "(verdict drop)" \
	" in policy drop" "tcp dport 1005 tcp flags == syn"; do
	match "$(cat "$TMP/got")" "*$text*"
done
match "$(cat "$TMP/got.err")" "*[1-9]* events:*"

t "a block of rules is shown whole"
[ -n "$tracing" ] || skip "this kernel has no traces"
start got 1 monitor trace
packets
stop "$TMP/got"
match "$(cat "$TMP/got")" "*rule udp dport 1006 goto {*ip saddr @hosts accept*} (verdict goto __chain*"

t "rules that come and go while it runs"
[ -n "$tracing" ] || skip "this kernel has no traces"
start got 1 monitor trace
echo hi >/dev/udp/127.0.0.1/1001
wait_for 20 grep -q 'rule udp dport { 1001, 1002 }' "$TMP/got"
# the handles begin anew with the table
nft delete table inet x
nft -f - <<'N'
table inet x {
	chain in {
		type filter hook input priority filter; policy drop;
		meta nftrace set 1
		udp dport 1001 accept comment "new"
		udp dport 1009 drop
		tcp dport 1005 reject with tcp reset
		tcp sport 1005 accept
	}
}
N
echo hi >/dev/udp/127.0.0.1/1001
wait_for 20 grep -q 'rule udp dport 1001 accept comment "new" (verdict accept)' "$TMP/got"
packets
stop "$TMP/got"

t "JSON, one object a message"
[ -n "$tracing" ] || skip "this kernel has no traces"
rules
start got 1 -j monitor trace
packets
stop "$TMP/got"
must python3 - "$TMP/got" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
traces = [x["trace"] for x in lines if "trace" in x]
assert {"id", "time", "family", "table", "chain", "type"} <= traces[0].keys(), traces[0]
assert any({"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}},
                      "right": 1001}} in t.get("packet", ()) for t in traces)
rule = [t for t in traces if t["type"] == "rule" and t["chain"] == "other"][0]
assert rule["verdict"] == {"return": None} and rule["handle"] > 0 and len(rule["expr"]) == 2, rule
assert any(t["type"] == "policy" and t["policy"] == "drop" for t in traces)
PY

t "with the time, and so many of them"
[ -n "$tracing" ] || skip "this kernel has no traces"
start got 1 monitor trace -o timestamp -n 2
packets
wait "${pids[@]}"
same "$?" 0
pids=()
same "$(grep -c $'^\\[[0-9]*\\.[0-9]*\\]\ttrace id ' "$TMP/got")" "$(wc -l <"$TMP/got")"

t "monitor without a word tells them, too"
[ -n "$tracing" ] || skip "this kernel has no traces"
start got 1 monitor
packets
stop "$TMP/got"
match "$(cat "$TMP/got")" "*trace id * inet x in policy drop*"

t "what makes no sense is refused"
must_fail nff monitor trace where ip saddr 1.2.3.4
match "$err" "*no 'where' for the trace*"
must_fail nff monitor trace --interval 1s
must_fail nff monitor new trace
match "$err" "*neither new nor*"
must_fail nff monitor inet trace
nft flush ruleset
