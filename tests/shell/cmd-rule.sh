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
