#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What an error message points at: file, line, column, the line itself and carets under it.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

ruleset "table ip t {
	set s { type ipv4_addr; }
	chain c { accept; }
	chain in { type filter hook input priority 0; }
}"

# points NAME TEXT WHERE CARETS: loading the text fails with a message at WHERE, followed by the line
# and CARETS under it.
points()
{
	local line

	t "$1"
	must_not_load "$2" || return
	match "$err" "*:$3*: Error: *"
	line=$(grep -m 1 -A 2 ":$3.*: Error: " "$TMP/.err" | sed -n 3p)
	same "$line" "$4" "carets"
}

points "a word that does not belong" 'add rule ip t c tcp nosuch 5' '1:21-26' '                    ^^^^^^'
points "a value out of range" 'add rule ip t c tcp dport 65536' '1:27-31' '                          ^^^^^'
points "a symbol" 'add rule ip t c tcp dport nope' '1:27-30' '                          ^^^^'
points "on a later line" '# one

add rule ip t c accept
add rule ip t c tcp dport nope accept' '4:27-30' '                          ^^^^'
points "in a block" 'table ip t {
	chain c {
		tcp dport nope
	}
}' '3:13-16' '		          ^^^^'
points "one element of a set" 'add rule ip t c tcp dport { 22, nope, 80 }' '1:33-36' '                                ^^^^'
points "one key of a map" 'add rule ip t c tcp dport vmap { 22 : accept, nope : drop }' '1:47-50' \
	'                                              ^^^^'
points "one character" 'add rule ip t c tcp dport 22 }' '1:30' '                             ^'
points "after a continued line" 'add rule ip t c \
	tcp dport nope' '2:12-15' '	          ^^^^'
points "after other commands on the line" 'add table ip y; add rule ip t c tcp dport nope' '1:43-46' \
	'                                          ^^^^'
# nft counts bytes.
is_nft || points "after other letters than Latin ones" \
	'add rule ip t c log prefix "äöü" tcp dport nope' \
	'1:4*' '                                           ^^^^'

# What the kernel refuses is told at the statement, though nothing of a rule is kept to tell it by.
points "a chain that a rule jumps to" 'add rule ip t c tcp dport 22 counter jump nosuch' \
	'1:38-48' '                                     ^^^^^^^^^^^'
points "an object, in a block, behind variables and merged matches" 'define p = { 22, 80 }
table ip t {
	chain d { }
	chain c {
		jump d
		ip ttl 5 ip protocol tcp tcp dport $p counter name "nosuch" accept
	}
}' '6:41-61' '		                                      ^^^^^^^^^^^^^^^^^^^^^'
t "several statements of several rules"
must_not_load 'add rule ip t c jump one
add rule ip t c accept
add rule ip t c tcp dport 22 jump two'
match "$err" "*:1:17-24: Error: *one*:3:30-37: Error: *two*"
t "a warning is told once, though the input is read again"
must_not_load 'undefine nope
add rule ip t c jump one'
same "$(grep -c 'Warning' "$TMP/.err")" 1 "warnings"

t "the name of the file"
echo "add rule ip t c tcp dport nope" >"$TMP/a file.nft"
must_fail nff -f "$TMP/a file.nft"
match "$err" "$TMP/a file.nft:1:27-30: Error: *"
cd "$TMP" || exit 1
must_fail nff -f "a file.nft"
match "$err" "a file.nft:1:27-30: Error: *"

t "without a file"
must_fail nff add rule ip t c tcp dport nope
match "$err" "*Error: *add rule ip t c tcp dport nope*                          ^^^^*"
same "$out" ""

t "messages go to standard error"
must_not_load 'add rule ip t c tcp dport nope'
same "$out" ""

# Errors of the kernel are told at the statement that they are about.
points "a rule in a chain that is not there" 'add table ip y
add rule ip t nope accept' '2:15-18' '              ^^^^'
t "a rule that the kernel refuses"
must_not_load 'add rule ip t c accept
add rule ip t in masquerade
add rule ip t c drop'
match "$err" "*:2:*: Error: *not supported*"
same "$(grep -c ':1:[-0-9]*: Error' "$TMP/.err")" 0
points "a table that is not there" 'add chain ip nope c' '1:14-17' '             ^^^^'
points "a chain to delete" 'delete chain ip t nope' '1:19-22' '                  ^^^^'
t "a chain to jump to"
must_not_load 'add rule ip t c jump nope'
match "$err" "*:1:*-25: Error: *"
points "an element" 'add element ip t s { 10.0.0.1 }
delete element ip t s { 10.0.0.1 }
delete element ip t s { 10.0.0.2 }' '3:25-32' '                        ^^^^^^^^'
points "a rule's handle" 'delete rule ip t c handle 1234' '1:27-30' '                          ^^^^'
points "something that exists" 'create table ip t' '1:17' '                ^'

t "each of several errors"
must_not_load 'add rule ip t c tcp dport nope1
add rule ip t c tcp dport 22
add rule ip t c tcp dport nope2
add rule ip t c ip ttl 256'
match "$err" "*:1:27-31: Error*:3:27-31: Error*:4:24-26: Error*"

t "each of several errors of the kernel"
must_not_load 'create table ip t
add rule ip t c accept
create chain ip t c'
match "$err" "*:1:*Error*:3:*Error*"

t "errors in thousands are not all told"
for i in {1..5000}; do
	echo "add rule ip t c tcp dport nope$i"
done >"$TMP/f.nft"
must_fail nff -f "$TMP/f.nft"
true_that test "$(wc -c <"$TMP/.err")" -lt 100000

t "a long line is not shown whole"
printf 'add rule ip t c tcp dport { %s nope }\n' "$(seq -s, 1 20000 | sed 's/$/,/')" >"$TMP/f.nft"
must_fail nff -f "$TMP/f.nft"
is_nft || match "$err" "*nope*"
is_nft || true_that test "$(wc -c <"$TMP/.err")" -lt 2000

t "what a terminal must not get is not printed"
printf 'add rule ip t c log prefix "\033[31mred\007" nope\n' >"$TMP/f.nft"
must_fail nff -f "$TMP/f.nft"
if is_nft; then
	skip "nft prints it"
else
	unlike "$err" $'*\033*'
	unlike "$err" $'*\a*'
fi

t "an error of a definition is told where the value is"
must_not_load 'define ports = { 22, nope }
add rule ip t c accept
add rule ip t c tcp dport $ports'
match "$err" "*:1:22-25: Error: *"
