#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Options, and where the commands come from.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

t "commands from the arguments"
ruleset ""
must nff add table ip x
must nff "add table ip y"
must nff 'add table ip z; add chain ip z c' ';' add rule ip z c accept
has "table ip x"
has "table ip y"
has accept

t "-f FILE"
ruleset ""
echo "add table ip f" >"$TMP/f.nft"
must nff -f "$TMP/f.nft"
has "table ip f"
must nff --file "$TMP/f.nft"
must nff --file="$TMP/f.nft"

t "-f -"
ruleset ""
must_load "table ip x {
	chain c {
		accept
	}
}"
has accept

t "-f without a newline at the end"
ruleset ""
printf 'add table ip x' >"$TMP/f.nft"
must nff -f "$TMP/f.nft"
has "table ip x"

t "-f of an empty file"
: >"$TMP/empty"
must nff -f "$TMP/empty"
printf '\n\n   \t\n# nothing\n' >"$TMP/empty"
must nff -f "$TMP/empty"

t "-f with Windows line ends"
ruleset ""
printf 'add table ip x\r\n' >"$TMP/f.nft"
run nff -f "$TMP/f.nft"
true_that test $status -le 1

t "-f of a pipe"
ruleset ""
must nff -f <(echo "add table ip x")
has "table ip x"

t "-f of what is not there"
must_fail nff -f "$TMP/nope.nft"
match "$err" "*nope.nft*"
must_fail nff -f "$TMP"

t "an executable file"
ruleset ""
printf '#!%s -f\ntable ip x {\n}\n' "$NFF" >"$TMP/x.nft"
chmod +x "$TMP/x.nft"
must "$TMP/x.nft"
has "table ip x"

t "-c checks and changes nothing"
ruleset "table ip x { }"
must nff -c add table ip y
must nff --check "add chain ip x c { type filter hook input priority 0; }"
echo "add table ip z" >"$TMP/f.nft"
must nff -c -f "$TMP/f.nft"
same "$(kernel list ruleset)" "table ip x {
}"
unchanged nff -c add rule ip x nope accept
unchanged nff -c delete table ip nope
unchanged nff -c add rule ip x c tcp dport nope

t "-e echoes what was added"
ruleset "table ip x { chain c { }; }"
must nff -e add rule ip x c tcp dport 22 accept
match "$out" "*add rule ip x c tcp dport 22 accept*"
must nff --echo add rule ip x c tcp dport '{ 1, 2 }' counter
match "$out" "*tcp dport { 1, 2 } counter packets 0 bytes 0*"

t "-e -a tells handles"
must nff -e -a insert rule ip x c meta mark 7
match "$out" "*meta mark 0x00000007 # handle *"
h=$(sed -n 's/.*0x00000007 # handle //p' <<<"$out")
must nff delete rule ip x c handle "$h"
lacks 0x00000007
must nff -ea add table ip y
match "$out" "*table ip y # handle *"

t "-e -j tells handles in JSON"
run "$NFF" -e -a -j -f - <<<'{"nftables": [{"add": {"rule": {"family": "ip", "table": "x", "chain": "c", "expr": [{"drop": null}]}}}]}'
same $status 0
match "$out" '*"handle": *'

t "-e echoes nothing when it fails"
must_fail nff -e "add rule ip x c accept; add rule ip x nope accept"
same "$out" ""

t "-a"
ruleset "table ip x { chain c { accept; }; set s { type mark; }; }"
must nff -a list ruleset
match "$out" "*table ip x { # handle*chain c { # handle*accept # handle*"
must nff --handle list ruleset
match "$out" "*accept # handle*"

t "-s"
ruleset "table ip x { chain c { counter packets 5 bytes 6; quota 10 bytes used 5 bytes; }; }"
must nff -s list ruleset
unlike "$out" "*packets 5*"
unlike "$out" "*used*"
must nff --stateless list ruleset
unlike "$out" "*packets 5*"

t "-t"
ruleset "table ip x { set s { type mark; elements = { 1 }; }; }"
must nff -t list ruleset
unlike "$out" "*elements*"
must nff --terse list ruleset
unlike "$out" "*elements*"

t "-j"
must nff -j list ruleset
match "$out" '{"nftables": *'
must nff --json list ruleset
match "$out" '{"nftables": *'

t "-D"
ruleset "table ip x { chain c { }; }"
echo 'add rule ip x c tcp dport $port accept' >"$TMP/f.nft"
must nff -D port=22 -f "$TMP/f.nft"
has "tcp dport 22"
echo 'add rule ip x c ip saddr $net accept' >"$TMP/f.nft"
must nff --define 'net={ 10.0.0.0/8, 192.168.0.0/16 }' -f "$TMP/f.nft"
has "ip saddr { 10.0.0.0/8, 192.168.0.0/16 }"
printf 'add rule ip x c iifname $dev\n' >"$TMP/f.nft"
must nff -D dev=lo0 -f "$TMP/f.nft"
has 'iifname "lo0"'
echo 'add rule ip x c meta mark { $a, $b }' >"$TMP/f.nft"
must nff -D a=1 -D b=2 -f "$TMP/f.nft"

t "-D that makes no sense"
for arg in "" x =5 x= 1x=5 "x y=5"; do
	run nff -D "$arg" list tables
	true_that test $status -le 1
done
must_fail nff -D x list tables

t "-I"
ruleset ""
mkdir -p "$TMP/inc/sub" "$TMP/inc2"
echo "add table ip one" >"$TMP/inc/one.nft"
echo "add table ip two" >"$TMP/inc2/two.nft"
echo "add table ip sub" >"$TMP/inc/sub/s.nft"
must nff -I "$TMP/inc" 'include "one.nft"'
has "table ip one"
must nff -I "$TMP/inc" --includepath "$TMP/inc2" 'include "two.nft"; include "sub/s.nft"'
has "table ip two"
has "table ip sub"
must_fail nff -I "$TMP/inc2" 'include "one.nft"'
match "$err" "*one.nft*"

t "-d netlink"
ruleset "table ip x { chain c { }; }"
must nff -d netlink add rule ip x c tcp dport 22 counter accept
want=$(kernel flush chain ip x c; kernel --debug=netlink add rule ip x c tcp dport 22 counter accept)
same "$(grep -o '\[.*\]' <<<"$out")" "$(grep -o '\[.*\]' <<<"$want")"
as_nft --debug=netlink list chain ip x c

t "-d netlink of sets"
want=$(kernel -d netlink 'add rule ip x c tcp dport { 22, 80-90 } ip saddr . tcp dport { 10.0.0.1 . 22 }')
kernel flush chain ip x c
must nff -d netlink 'add rule ip x c tcp dport { 22, 80-90 } ip saddr . tcp dport { 10.0.0.1 . 22 }'
same "$(grep -o '\[.*\]' <<<"$out")" "$(grep -o '\[.*\]' <<<"$want")"

t "-d of every level"
for level in scanner parser eval netlink mnl all scanner,netlink; do
	must nff -d $level add rule ip x c accept
	must nff --debug=$level list tables
done
must_fail nff -d nope list tables

t "-v, -V, -h"
must nff -v
match "$out" "nf* *"
must nff --version
must nff -V
must nff -h
match "$out" "*Usage*"
must nff --help

t "options that are not there"
must_fail nff -Z list tables
must_fail nff --nope list tables
must_fail nff -f

t "a file that is a directory, a device"
must_fail nff -f /
must nff -f /dev/null

t "-f and a command"
ruleset ""
printf 'add table ip f\n' >"$TMP/f.nft"
run nff -f "$TMP/f.nft" add table ip g
true_that test $status -le 1
