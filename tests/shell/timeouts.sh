#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list timeouts, set timeout; the sysctls of the kernel are the oracle.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

dir=/proc/sys/net/netfilter
[ -e $dir/nf_conntrack_max ] || {
	t "timeouts"
	skip "no conntrack here"
	exit 0
}

# seconds SYSCTL: what the kernel has.
seconds()
{
	cat "$dir/nf_conntrack_$1"
}

t "each line of the list is a time that the kernel has"
must nff list timeouts
same "$err" ""
printf '%s\n' "$out" >"$TMP/timeouts"
true_that [ "$(wc -l <"$TMP/timeouts")" -ge 20 ]
same "$(grep -c -v -E '^set timeout [a-z0-9]+ ([a-z0-9_]+ )?[0-9dhms]+$' "$TMP/timeouts")" 0
match "$out" "*set timeout tcp established 5d*"
match "$out" "*set timeout generic 10m*"

t "JSON has the same, in seconds, as the sysctls have them"
must nff -j list timeouts
printf '%s\n' "$out" >"$TMP/json"
must python3 - "$TMP/json" "$TMP/timeouts" <<'PY'
import json, sys
rows = json.load(open(sys.argv[1]))["timeouts"]
assert len(rows) == len(open(sys.argv[2]).readlines())
names = {("tcp", "retrans"): "tcp_timeout_max_retrans", ("tcp", "unack"):
         "tcp_timeout_unacknowledged", ("udp", "unreplied"): "udp_timeout",
         ("udp", "replied"): "udp_timeout_stream", ("gre", "unreplied"): "gre_timeout",
         ("gre", "replied"): "gre_timeout_stream", ("tcp", "syn_sent2"): None}
for r in rows:
    key = (r["protocol"], r.get("state"))
    if r["protocol"] == "flow":
        continue
    name = names.get(key, r["protocol"] + "_timeout" + ("_" + key[1] if key[1] else ""))
    if name:
        text = open("/proc/sys/net/netfilter/nf_conntrack_" + name).read()
        assert int(text) == r["timeout"], (r, text)
PY
must nff list timeouts -j
same "$out" "$(cat "$TMP/json")"

t "each of them can be set, and only it changes"
n=0
while read -r _ _ words; do
	cp "$TMP/timeouts" "$TMP/wanted"
	n=$((n + 1))
	sed -i "s/^set timeout ${words% *} .*/set timeout ${words% *} 1h${n}s/" "$TMP/wanted"
	must nff "set timeout ${words% *} 1h${n}s"
	same "$out$err" ""
	must nff list timeouts
	same "$out" "$(cat "$TMP/wanted")" "${words% *}"
	must nff "set timeout $words"
done <"$TMP/timeouts"
must nff list timeouts
same "$out" "$(cat "$TMP/timeouts")"

t "times in all spellings"
must nff set timeout tcp established 1d2h3m4s
same "$(seconds tcp_timeout_established)" 93784
must nff set timeout tcp established 300
same "$(seconds tcp_timeout_established)" 300
must nff set timeout udp replied 5m
same "$(seconds udp_timeout_stream)" 300
must nff set timeout tcp ESTABLISHED 7d
same "$(seconds tcp_timeout_established)" 604800

t "a long one, which the kernel checks"
must nff set timeout tcp close 2147483
same "$(seconds tcp_timeout_close)" 2147483
run nff set timeout tcp close 2147484
[ $status != 0 ] || same "$(seconds tcp_timeout_close)" 2147484
must_fail nff set timeout tcp close 2147483647
match "$err" "*Invalid argument*out of the range*"
must_fail nff set timeout tcp syn_sent2 60d
match "$err" "*at most 2147483 seconds*"

t "the list is loaded again"
must nff -f "$TMP/timeouts"
must nff list timeouts
same "$out" "$(cat "$TMP/timeouts")"

t "check changes nothing, and finds errors"
must nff -c set timeout tcp established 1h
same "$out$err" ""
same "$(seconds tcp_timeout_established)" 432000
must_fail nff -c set timeout tcp establish 1h
must_fail nff -c set timeout tcp established never

# refused COMMAND PLACE TEXT: an error at that place of the line, whose message has the text.
refused()
{
	must_fail nff "$1"
	match "$err" "<command line>:1:$2: Error: *$3*"
}

t "errors, at their places"
refused "set timeout tpc established 5d" 13-15 "no protocol with timeouts*did you mean 'tcp'"
refused "set timeout xyzzy 5d" 13-17 "no protocol with timeouts*there are tcp, udp, icmp"
refused "set timeout tcp establishd 5d" 17-26 "no state of tcp*did you mean 'established'"
refused "set timeout sctp nothing_like 5d" 18-29 "no state of sctp*there are closed, cookie_wait"
refused "set timeout icmp new 5d" 18-20 "one timeout and no states"
refused "set timeout tcp 5d" 17-18 "a timeout for each state"
refused "set timeout tcp" 1-15 "a protocol, a state and a time*set timeout tcp established 5d"
refused "set timeout tcp close 5d 6d" 26-27 "a protocol, a state and a time"
refused "set timeout tcp close soon" 23-26 "no time*30s, 5m"
refused "set timeout tcp close 500ms" 23-27 "whole seconds"
refused "set timeout tcp close 1500ms" 23-28 "whole seconds"
refused "set timeout tcp close 0" 23 "between 1 and"
refused "set timeout tcp close 99999999999" 23-33 "between 1 and"
refused "list timeouts where ct mark 1" 15-19 "takes no 'where'"
refused "list timeouts -o csv" 15-16 "takes no option --output"

t "without flowtables in the kernel their timeouts are refused"
if [ -e $dir/nf_flowtable_tcp_timeout ]; then
	must nff set timeout flow tcp 31s
	same "$(cat $dir/nf_flowtable_tcp_timeout)" 31
else
	must_fail nff set timeout flow tcp 31s
	match "$err" "*nf_flowtable_tcp_timeout*this kernel does not have it*"
fi

t "without privilege the cause is told"
for command in "set timeout tcp close 11s" "set timeout tcp close 2147484"; do
	must_fail setpriv --bounding-set=-all --inh-caps=-all --reuid 65534 --clear-groups \
		"$NFF" "$command"
	match "$err" "*CAP_NET_ADMIN*"
done
same "$(seconds tcp_timeout_close)" 10
