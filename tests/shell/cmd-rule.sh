#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands on rules: where they go, and how they are found again.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

base="table ip t {
	chain c {
		meta mark 1
		meta mark 2
		meta mark 3
	}
	chain d { }
}"

marks()
{
	rules c | sed 's/.*mark 0x0*//' | tr '\n' ' '
}

t "add goes last, insert goes first"
ruleset "$base"
must nff add rule ip t c meta mark 9
must nff insert rule ip t c meta mark 8
must nff add rule t c meta mark 7
must nff rule ip t c meta mark 6
same "$(marks)" "8 1 2 3 9 7 6 "

t "several in one command line"
ruleset "$base"
must nff "add rule ip t c meta mark 4; add rule ip t c meta mark 5 ; insert rule ip t c meta mark 6"
same "$(marks)" "6 1 2 3 4 5 "

t "after a position"
ruleset "$base"
must nff add rule ip t c position "$(handle 'mark 0x00000002')" meta mark 9
same "$(marks)" "1 2 9 3 "

t "before a position"
ruleset "$base"
must nff insert rule ip t c position "$(handle 'mark 0x00000002')" meta mark 9
same "$(marks)" "1 9 2 3 "

t "after and before a handle"
ruleset "$base"
must nff add rule ip t c handle "$(handle 'mark 0x00000002')" meta mark 9
must nff insert rule ip t c handle "$(handle 'mark 0x00000002')" meta mark 8
same "$(marks)" "1 8 2 9 3 "

t "by index"
ruleset "$base"
must nff add rule ip t c index 0 meta mark 9
must nff insert rule ip t c index 0 meta mark 8
must nff add rule ip t c index 4 meta mark 7
must nff insert rule ip t c index 2 meta mark 6
same "$(marks)" "8 1 6 9 2 3 7 "

t "an index that is not there"
ruleset "$base"
unchanged nff add rule ip t c index 3 meta mark 9
unchanged nff insert rule ip t c index 100 meta mark 9
unchanged nff add rule ip t d index 0 meta mark 9

t "an index of a rule in the same input"
ruleset "table ip t { chain c { }; }"
must_load "add rule ip t c meta mark 1
add rule ip t c meta mark 3
add rule ip t c index 0 meta mark 2
insert rule ip t c index 0 meta mark 4"
same "$(marks)" "4 1 2 3 "

t "a position that is not there"
ruleset "$base"
unchanged nff add rule ip t c position 9999 meta mark 9
unchanged nff add rule ip t d position "$(handle 'mark 0x00000002')" meta mark 9

t "replace"
ruleset "$base"
h=$(handle 'mark 0x00000002')
must nff replace rule ip t c handle "$h" meta mark 9
same "$(marks)" "1 9 3 "

t "replace one that is not there"
unchanged nff replace rule ip t c handle 9999 meta mark 9
unchanged nff replace rule ip t d handle "$(handle 'mark 0x00000001')" meta mark 9
unchanged nff replace rule ip t c meta mark 9

t "replace with an invalid one"
unchanged nff replace rule ip t c handle "$(handle 'mark 0x00000001')" jump nowhere

t "delete"
ruleset "$base"
must nff delete rule ip t c handle "$(handle 'mark 0x00000002')"
same "$(marks)" "1 3 "
must nff delete rule t c handle "$(handle 'mark 0x00000001')"
same "$(marks)" "3 "

t "delete one that is not there"
unchanged nff delete rule ip t c handle 9999
unchanged nff delete rule ip t nope handle 1
unchanged nff delete rule ip t c

t "delete twice in one input"
ruleset "$base"
h=$(handle 'mark 0x00000002')
unchanged nff "delete rule ip t c handle $h; delete rule ip t c handle $h"

t "destroy"
ruleset "$base"
if is_nft; then
	skip "nft has no destroy"
else
	h=$(handle 'mark 0x00000002')
	must nff destroy rule ip t c handle "$h"
	same "$(marks)" "1 3 "
	must nff destroy rule ip t c handle "$h"
fi

t "comment"
ruleset "$base"
must nff 'add rule ip t d counter accept comment "let in # all; of {it}"'
has 'comment "let in # all; of {it}"'
as_nft list chain ip t d
as_nft_json list chain ip t d

t "block form adds"
ruleset "$base"
must_load "table ip t {
	chain c {
		meta mark 4; meta mark 5

		# a comment
		meta mark 6
	}
}"
same "$(marks)" "1 2 3 4 5 6 "

t "flush and fill in one input"
must_load "flush chain ip t c
add rule ip t c meta mark 7"
same "$(marks)" "7 "

t "rules in every family"
ruleset "table ip t { chain c { }; }
table ip6 t { chain c { }; }
table inet t { chain c { }; }
table arp t { chain c { }; }
table bridge t { chain c { }; }
table netdev t { chain c { }; }"
for family in ip ip6 inet arp bridge netdev; do
	must nff add rule $family t c meta mark 1 counter accept
	must nff insert rule $family t c meta mark 0 drop
done
as_nft -a list ruleset
as_nft_json -a list ruleset
same "$(kernel list ruleset | grep -c 'mark')" 12

t "a rule in a set's and a chain's input"
ruleset ""
must_load "add table inet x
add set inet x s { type ipv4_addr; }
add chain inet x later
add chain inet x c
add rule inet x c ip saddr @s jump later
add element inet x s { 10.0.0.1 }
add rule inet x later ip saddr { 10.0.0.1, 10.0.0.2 } accept"
as_nft list ruleset
has "ip saddr @s jump later"

t "the rules of one input keep their order"
ruleset "table ip t { chain c { }; }"
for i in {1..300}; do
	echo "add rule ip t c meta mark $i"
done >"$TMP/many"
must nff -f "$TMP/many"
same "$(rules c | sed 's/.*mark //' | while read -r n; do echo $((n)); done | tr '\n' ' ')" \
	"$(seq 300 | tr '\n' ' ')"

t "blocks of rules are added, replaced and deleted with their rule"
ruleset "table ip t { chain c { meta mark 1; }; }"
must nff 'add rule ip t c meta mark 2 jump { meta mark set 3; accept; } comment "two"'
must nff "insert rule ip t c goto {
	ip saddr { 10.0.0.1, 10.0.0.2 } counter drop
}"
must nff 'add rule ip t c index 0 jump { drop }'
for args in "-a list ruleset" "list chain ip t c" "-s list table ip t" "list chains"; do
	# shellcheck disable=SC2086
	as_nft $args
done
# the handle of a rule stands behind its block
must nff replace rule ip t c handle "$(kernel -a list chain ip t c |
	sed -n 's/.*comment "two" # handle //p')" 'meta mark 4 jump { reject; }'
as_nft -a list ruleset
same "$(kernel list ruleset | grep -c 'jump {')" 2
must nff flush chain ip t c
same "$(kernel list ruleset)" "table ip t {
	chain c {
	}
}"

t "a block of rules has no name"
ruleset "table ip t { chain c { }; }"
must nff 'add rule ip t c jump { drop; }'
block=$(nft --debug=netlink list ruleset | sed -n 's/.*jump -> \(__chain[0-9]*\).*/\1/p')
match "$block" "__chain*"
unchanged nff add rule ip t "$block" accept
unchanged nff add rule ip t c jump "$block"
unchanged nff delete chain ip t "$block"
must_fail nff list chain ip t "$block"
unlike "$err" "*did you mean*"
unlike "$(nff -j list ruleset)" "*__chain*"

t "blocks of rules in JSON"
ruleset "table ip t { chain c { }; }"
must nff 'add rule ip t c meta mark 2 jump { meta mark set 3 comment "in"; accept; } comment "two"'
must nff 'add rule ip t c goto { }'
want=$(kernel list ruleset)
must nff -j list ruleset
match "$out" '*"jump": {"rules": \[{"comment": "in", "expr": \[{*}\]}, {"expr": \[{"accept": null}\]}\]}*'
printf '%s\n' "$out" >"$TMP/blocks.json"
must nff flush ruleset
must nff -j -f "$TMP/blocks.json"
same "$(kernel list ruleset)" "$want"
# bad JUMP: a rule with it in JSON is refused.
bad()
{
	printf '{"nftables": [{"add": {"rule": {"family": "ip", "table": "t", "chain": "c",
		"expr": [{"jump": %s}]}}}]}' "$1" >"$TMP/bad.json"
	unchanged nff -j -f "$TMP/bad.json"
}
bad '{"rules": [{"expr": [{"jump": {"rules": []}}]}]}'
match "$err" "*cannot stand inside*"
bad '{"rules": 5}'
match "$err" "*an array is needed*"
bad '{"rules": [], "target": "c"}'
bad '{"rules": [{}]}'
bad '{"rules": [5]}'

t "blocks of rules are echoed and shown as bytecode"
ruleset "table ip t { chain c { }; }"
must nff -e 'add rule ip t c jump { meta mark { 1, 2 } drop; }'
same "$out" "add rule ip t c jump {
			meta mark { 0x00000001, 0x00000002 } drop
		}"
must nff --debug=netlink 'add rule ip t c meta mark 1 goto { drop; } counter'
match "$out" "*immediate reg 0 drop*cmp eq reg 1 0x00000001*immediate reg 0 goto \]*counter*"

t "what is wrong in a block is told there, and the rest is read on"
ruleset "table ip t { chain c { }; }"
printf '%s\n' 'add rule ip t c jump {' '	nonsense' '	accept' '}' 'add rule ip t c nonsense' \
	>"$TMP/bad.nft"
unchanged nff -f "$TMP/bad.nft"
match "$err" "*:2:2-9: Error*:5:17-24: Error*"
unchanged nff 'add rule ip t c jump { drop'
match "$err" "*is not closed*"
