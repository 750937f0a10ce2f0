#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands on tables.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

t "add in every family"
for family in ip ip6 inet arp bridge netdev; do
	must nff add table $family x
done
same "$(kernel list tables)" "table ip x
table ip6 x
table inet x
table arp x
table bridge x
table netdev x"

t "list tables"
as_nft list tables
as_nft list tables ip6
as_nft list tables bridge
as_nft -a list tables
as_nft_json list tables

t "the family is ip when none is given"
must nff add table nofam
has "table ip nofam"

t "add twice"
ruleset "table ip x { }"
must nff add table ip x

t "create"
must nff create table ip y
has "table ip y"
unchanged nff create table ip y
match "$err" "*exist*"

t "names of all sorts"
for name in a A9 x_y x-y x.y x/y t1 Table filter2; do
	must nff add table inet $name
	has "table inet $name {"
done
as_nft list ruleset

t "longest name"
ruleset ""
name=$(printf 'n%.0s' {1..255})
must nff add table ip "$name"
has "table ip $name {"
unchanged nff add table ip "n$name"

t "comment"
ruleset ""
must nff "add table ip x { comment \"what it is for\"; }"
has 'comment "what it is for"'
as_nft list ruleset
as_nft_json list ruleset

t "dormant"
ruleset ""
must nff "add table ip x { flags dormant; }"
has "flags dormant"
as_nft list tables
as_nft list ruleset
# nft's own JSON of it cannot be parsed.
if ! is_nft; then
	must nff -j list ruleset
	true_that python3 -m json.tool "$TMP/.out" /dev/null
fi

t "dormant table wakes up"
ruleset "table ip x { flags dormant; chain c { type filter hook input priority 0; }; }"
must nff "add table ip x { }"
lacks dormant
must nff "add table ip x { flags dormant; }"
has "flags dormant"

t "block form"
ruleset ""
must nff "table ip x { chain c { accept
}
}"
has accept
must nff "table inet x {}"
has "table inet x"

t "delete by name"
ruleset "table ip x { chain c { accept; }; }
table ip6 x { }"
must nff delete table ip x
same "$(kernel list tables)" "table ip6 x"

t "delete by handle"
ruleset "table ip x { }
table ip y { }"
must nff delete table ip handle "$(handle 'table ip y')"
same "$(kernel list tables)" "table ip x"

t "delete one that is not there"
unchanged nff delete table ip nope
match "$err" "*o such*"

t "destroy"
ruleset "table ip x { }"
if is_nft; then
	skip "nft has no destroy"
else
	must nff destroy table ip x
	lacks "table ip x"
	must nff destroy table ip x
fi

t "flush a table"
ruleset "table ip x { set s { type mark; }; chain a { accept; }; chain b { drop; drop; }; }
table ip y { chain a { accept; }; }"
must nff flush table ip x
same "$(kernel list ruleset)" "table ip x {
	set s {
		type mark
	}

	chain a {
	}

	chain b {
	}
}
table ip y {
	chain a {
		accept
	}
}"

t "flush the ruleset"
must nff flush ruleset
same "$(kernel list ruleset)" ""
must nff flush ruleset

t "flush the ruleset of a family"
ruleset "table ip x { }
table ip6 x { }
table inet x { }"
must nff flush ruleset ip6
same "$(kernel list tables)" "table ip x
table inet x"

t "list one table"
ruleset "table ip x { set s { type mark; elements = { 1, 2 }; }; chain a { counter; }; }
table ip6 x { }"
as_nft list table ip x
as_nft list table x
as_nft list table ip6 x
as_nft -a list table ip x
as_nft -t list table ip x
as_nft -s list table ip x
as_nft_json list table ip x

t "list one that is not there"
must_fail nff list table ip nope
match "$err" "*ope*"

t "list the ruleset of a family"
as_nft list ruleset ip
as_nft list ruleset ip6
as_nft list ruleset inet
as_nft_json list ruleset ip6

t "names that could not be loaded again"
unchanged nff 'add table ip "two words"'
match "$err" "*'two words' is no name for a table*"
unchanged nff 'table ip t { chain "1st" { }; }'
unchanged nff 'table ip t { set "a{b" { type mark; }; }'
