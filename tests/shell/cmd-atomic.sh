#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One input is one transaction: all of it, or nothing.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

base="table ip t {
	set s { type ipv4_addr; elements = { 10.0.0.1 }; }
	counter k { packets 1 bytes 2; }
	chain input { type filter hook input priority 0; policy accept; }
	chain c { meta mark 1; jump d; }
	chain d { counter packets 5 bytes 6; }
}
table ip6 t { chain c { accept; }; }"
ruleset "$base"

# The last line is what fails, of the parser, of evaluation, or of the kernel.
t "a parse error at the end"
unchanged nff "flush ruleset; add table ip new; add rule ip t"
t "an evaluation error at the end"
unchanged nff "flush ruleset; add table ip new; add chain ip new c; add rule ip new c tcp dport nope"
t "a kernel error at the end"
unchanged nff "add table ip new; add rule ip t c accept; delete rule ip t c handle 12345"
t "a kernel error at the start"
unchanged nff "delete chain ip t d; add table ip new"
t "a kernel error in the middle"
unchanged nff "add table ip new; delete table ip nope; add table ip new2"
t "a deletion that comes before an error"
unchanged nff "delete table ip t; add rule ip6 t nope accept"
t "a flush that comes before an error"
unchanged nff "flush ruleset; delete table ip nope"
unchanged nff "flush chain ip t c; delete chain ip t d; delete chain ip t d"
t "elements before an error"
unchanged nff "add element ip t s { 10.0.0.2 }; delete element ip t s { 10.0.0.77 }"
t "a rename before an error"
unchanged nff "rename chain ip t c e; add rule ip t c accept; add rule ip t nope accept"
t "a policy before an error"
unchanged nff "add chain ip t input { policy drop; }; add rule ip t nope accept"
t "a replacement before an error"
unchanged nff "replace rule ip t c handle $(handle 'mark 0x00000001') drop; add rule ip t nope accept"

t "the errors of one input are told at once"
must_fail nff "add rule ip t nope1 accept; add rule ip t nope2 accept; add rule ip t c accept"
match "$err" "*nope1*nope2*"
same "$(rules c | wc -l)" 2

t "a whole file"
{
	echo "flush ruleset"
	for i in {1..500}; do
		echo "add table ip n$i"
		echo "add chain ip n$i c"
		echo "add rule ip n$i c ip saddr { 10.0.0.1, 10.0.0.2 } accept"
	done
	echo "add rule ip n501 c accept"
} >"$TMP/f.nft"
unchanged nff -f "$TMP/f.nft"
match "$err" "*f.nft:1502:*"

t "replacing the ruleset in one input"
must_load "flush ruleset
$base
add rule ip t c meta mark 99"
has "0x00000063"
same "$(kernel list tables | wc -l)" 2

t "add after delete in one input"
must_load "delete table ip t
table ip t {
	chain c {
		drop
	}
}"
same "$(kernel list table ip t)" "table ip t {
	chain c {
		drop
	}
}"

t "add and delete in one input"
must_load "add table ip gone
add chain ip gone c
add rule ip gone c accept
delete table ip gone"
lacks gone

t "what reads during changes sees one of them"
ruleset "table ip t { chain c { meta mark 1; meta mark 1; }; }"
a="flush chain ip t c; $(for _ in {1..20}; do printf 'add rule ip t c meta mark 1; '; done)"
b="flush chain ip t c; $(for _ in {1..20}; do printf 'add rule ip t c meta mark 2; '; done)"
kernel "$a"
(
	for _ in {1..40}; do
		nff "$a" && nff "$b" || exit 1
	done
) &
writer=$!
mixed=0 reads=0
while kill -0 $writer 2>/dev/null && [ $reads -lt 400 ]; do
	got=$(nff list chain ip t c | grep -o 'mark 0x.*' | sort | uniq -c | wc -l)
	reads=$((reads + 1))
	[ "$got" = 1 ] || mixed=$((mixed + 1))
done
wait $writer
same "$?" 0 "writer"
same $mixed 0 "mixed listings out of $reads"
