#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list sysctls, set sysctl; the files of the kernel are the oracle.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

dir=/proc/sys/net/netfilter
[ -e $dir/nf_conntrack_max ] || {
	t "sysctls"
	skip "no conntrack here"
	exit 0
}

# value NAME: what the kernel has.
value()
{
	cat "$dir/$1"
}

t "all that there are are listed, with their values"
must nff list sysctls
same "$err" ""
printf '%s\n' "$out" >"$TMP/list"
must nff -j list sysctls
printf '%s\n' "$out" >"$TMP/json"
must python3 - "$TMP/json" "$TMP/list" $dir <<'PY'
import json, os, re, sys
rows = json.load(open(sys.argv[1]))["sysctls"]
have = sorted(f for f in os.listdir(sys.argv[3])
              if re.match("nf_(conntrack|flowtable|hooks)_", f))
assert [r["name"] for r in rows] == have, (have, rows)
for r in rows:
    path = sys.argv[3] + "/" + r["name"]
    assert r["name"].endswith("_count") or int(open(path).read()) == r["value"], r
    assert r["writable"] == bool(os.stat(path).st_mode & 0o200), r
    assert r["unit"] in ("entries", "seconds", "bytes", "packets", "protocol", "on/off",
                         "on/off/auto"), r
lines = open(sys.argv[2]).read().splitlines()
assert len(lines) == len(rows)
for r, line in zip(rows, lines):
    prefix = "set sysctl " if r["writable"] else "# read-only: "
    assert line.startswith(prefix + r["name"] + " "), line
PY

t "units are shown"
match "$(cat "$TMP/list")" "*nf_conntrack_acct off*"
match "$(cat "$TMP/list")" "*nf_conntrack_tcp_timeout_established 5d*"
match "$(cat "$TMP/list")" "*nf_conntrack_max *# entries*"
match "$(cat "$TMP/list")" "*nf_conntrack_frag6_high_thresh *# bytes*"
match "$(cat "$TMP/list")" "*# read-only: nf_conntrack_count *"

t "names long, short and dotted"
must nff set sysctl nf_conntrack_acct on
same "$out$err$(value nf_conntrack_acct)" 1
must nff set sysctl acct 0
same "$(value nf_conntrack_acct)" 0
must nff set sysctl net.netfilter.nf_conntrack_acct 1
same "$(value nf_conntrack_acct)" 1
must nff set sysctl hooks_lwtunnel off
same "$(value nf_hooks_lwtunnel)" 0

t "values by their units"
must nff set sysctl tcp_timeout_close 1m30s
same "$(value nf_conntrack_tcp_timeout_close)" 90
must nff set sysctl tcp_timeout_close 12
same "$(value nf_conntrack_tcp_timeout_close)" 12
must nff set sysctl log_invalid tcp
same "$(value nf_conntrack_log_invalid)" 6
must nff set sysctl log_invalid 255
same "$(value nf_conntrack_log_invalid)" 255
must nff set sysctl events on
same "$(value nf_conntrack_events)" 1
must nff set sysctl tcp_max_retrans 7
same "$(value nf_conntrack_tcp_max_retrans)" 7
must nff set sysctl frag6_low_thresh 1000000
same "$(value nf_conntrack_frag6_low_thresh)" 1000000

t "the list is loaded again"
must nff -f "$TMP/list"
must nff list sysctls
same "$out" "$(cat "$TMP/list")"

t "check changes nothing, and finds errors"
must nff -c set sysctl acct on
same "$out$err$(value nf_conntrack_acct)" 0
must_fail nff -c set sysctl acct 2
must_fail nff -c set sysctl count 2

t "sysctls and timeouts in one file, in order"
printf 'set sysctl acct on\nset timeout tcp close 20s\nset sysctl tcp_timeout_close 21s\n' \
	>"$TMP/file"
must nff -f "$TMP/file"
same "$(value nf_conntrack_acct)$(value nf_conntrack_tcp_timeout_close)" 121

refused()
{
	must_fail nff "$1"
	match "$err" "<command line>:1:$2: Error: *$3*"
}

t "errors, at their places"
refused "set sysctl tcp_lose 1" 12-19 "there is no sysctl*did you mean 'tcp_loose'"
refused "set sysctl nf_conntrack_mx 1" 12-26 "there is no sysctl*did you mean 'nf_conntrack_max'"
refused "set sysctl zzzzzz 1" 12-17 "there is no sysctl*'list sysctls'"
refused "set sysctl nf_log/0 1" 12-19 "there is no sysctl"
refused "set sysctl acct maybe" 17-21 "no number*is off or on"
refused "set sysctl acct 2" 17 "between 0 and 1"
refused "set sysctl log_invalid 256" 24-26 "between 0 and 255"
refused "set sysctl tcp_timeout_close soon" 30-33 "no time"
refused "set sysctl tcp_timeout_close 0" 30 "between 1 and"
refused "set sysctl tcp_timeout_close 2147483647" 30-39 "out of the range"
refused "set sysctl frag6_low_thresh 999999999999" 29-40 "out of the range"
refused "set sysctl acct" 1-15 "one name and one value"
refused "set sysctl acct 1 2" 19 "one name and one value"
refused "set sysctl nf_conntrack_count 7" 12-29 "can only be read here"
refused "list sysctls limit 3" 14-20 "takes no 'limit'"
[ -e $dir/nf_conntrack_dccp_timeout_open ] ||
	refused "set sysctl dccp_timeout_open 3s" 12-28 "does not have it"

t "the maximum is that of the first namespace"
refused "set sysctl nf_conntrack_max 7" 12-27 "can only be read here*first network namespace"

t "a read-only /proc is explained"
must mount --bind /proc/sys /proc/sys
must mount -o remount,ro,bind /proc/sys
must_fail nff set sysctl acct off
match "$err" "*Read-only file system*mounted read-only*"
umount /proc/sys

t "without privilege the cause is told"
must_fail setpriv --bounding-set=-all --inh-caps=-all --reuid 65534 --clear-groups "$NFF" \
	set sysctl acct off
match "$err" "*CAP_NET_ADMIN*"
same "$(value nf_conntrack_acct)" 1
