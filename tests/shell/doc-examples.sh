#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each example of the man page is tried, so that the page cannot go stale. The
# comments in doc/nff.8 say how: see the head of that file. Those that need a
# flowtable are tried in the lab.
. "$TESTLIB/shell.sh"

page=$TREE/doc/nff.8
base='
table inet base {
	chain forward { type filter hook forward priority filter; }
	chain postrouting { type nat hook postrouting priority srcnat; }
	chain prerouting { type nat hook prerouting priority dstnat; }
	chain elsewhere { }
}
table bridge base {
	chain forward { type filter hook forward priority filter; }
}
'

# examples KIND: prints the blocks that follow a comment of that kind, each
# ended by a line with a form feed.
examples()
{
	awk -v kind="$1" '
		/^\.\\" @/ { want = (substr($0, 5) == "@" kind) }
		/^\.EX/ { on = want; want = 0; next }
		/^\.EE/ { if (on) printf "\f\n"; on = 0 }
		on' "$page" | sed 's/\\(dq/"/g; s/\\-/-/g; s/\\e/\\/g'
}

load_base()
{
	"$NFF" flush ruleset && printf '%s' "$base" | "$NFF" -f -
}

try_commands()
{
	local text=$TMP/example.nft n=0

	while IFS= read -r -d $'\f' block; do
		[ -n "${block//[$'\n']/}" ] || continue
		n=$((n + 1))
		printf '%s\n' "$block" >"$text"
		load_base && must "$NFF" -f "$text" || return 1
	done < <(examples cmd)
	[ "$n" -ge 6 ] || fail "only $n examples found"
}

try_rules()
{
	local kind=$1 family=$2 chain=$3 n=0 line

	load_base || return 1
	while IFS= read -r line; do
		line=${line//$'\f'/}
		[ -n "$line" ] || continue
		n=$((n + 1))
		must "$NFF" add rule "$family" base "$chain" "$line" || return 1
	done < <(examples "$kind")
	[ "$n" -ge 3 ] || fail "only $n rules found"
}

t commands try_commands
t inet-rules try_rules "rule inet" inet forward
t bridge-rules try_rules "rule bridge" bridge forward
t nat-rules try_rules nat inet postrouting
t nat-in-rules try_rules natin inet prerouting
