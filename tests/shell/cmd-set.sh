#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands on sets, maps and their elements.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

base="table ip t {
	set s { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 }; }
	set i { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 }; }
	set p { type ipv4_addr . inet_service; }
	set to { type ipv4_addr; flags timeout; }
	set used { type mark; }
	map m { type inet_service : verdict; }
	map a { type ipv4_addr : mark; elements = { 10.0.0.1 : 1 }; }
	chain c { meta mark @used; }
}"

t "add"
ruleset "table ip t { }"
must nff "add set ip t a { type ipv4_addr; }"
must nff "add set ip t b { type ipv4_addr; flags interval, timeout; timeout 1h30m; gc-interval 10s; size 1000; }"
must nff "add set ip t c { type ipv4_addr . inet_service; elements = { 10.0.0.1 . 22 }; }"
must nff "add set ip t d { typeof ip saddr . tcp dport; flags interval; comment \"x\"; }"
must nff "add set ip t e { type ipv4_addr; counter; }"
must nff "add set ip t f { type ipv4_addr; policy memory; auto-merge; flags interval; }"
must nff "add map ip t g { type ipv4_addr : verdict; }"
must nff "add map ip t h { type ipv4_addr : ipv4_addr . inet_service; elements = { 10.0.0.1 : 10.0.0.2 . 80 }; }"
must nff "add map ip t i { typeof ip saddr : meta mark; }"
as_nft list ruleset
as_nft list sets
as_nft list maps
# nft's JSON does not tell auto-merge.
nff delete set ip t f
as_nft_json list ruleset
same "$(kernel list ruleset | grep -c -E '^	(set|map) ')" 8

t "add again with other elements"
must nff "add set ip t a { type ipv4_addr; elements = { 10.0.0.9 }; }"
has 10.0.0.9
unchanged nff "add set ip t a { type ipv6_addr; }"
unchanged nff "create set ip t a { type ipv4_addr; }"

t "elements"
ruleset "$base"
must nff "add element ip t s { 10.0.0.3, 10.0.0.4 }"
must nff "add element ip t s { 10.0.0.3 }"
must nff "add element ip t i { 192.168.0.0/16, 1.1.1.1-1.1.1.9, 2.2.2.2 }"
must nff "add element ip t p { 10.0.0.1 . 22, 10.0.0.2 . https }"
must nff "add element ip t m { 22 : accept, 80 : jump c, 81 : drop }"
must nff "add element ip t a { 10.0.0.2 : 0x20 }"
must nff 'add element ip t s { 10.0.0.5 comment "five" }'
must nff "add element ip t to { 10.0.0.1 timeout 1h }"
has 'comment "five"'
kernel list ruleset | sed 's/ expires [^ ,}]*//' >"$TMP/want"
nff list ruleset | sed 's/ expires [^ ,}]*//' >"$TMP/got"
same "$(cat "$TMP/got")" "$(cat "$TMP/want")"

t "delete elements"
ruleset "$base"
must nff "delete element ip t s { 10.0.0.1 }"
lacks "10.0.0.1, 10"
must nff "delete element ip t i { 10.0.0.0/8 }"
lacks 10.0.0.0/8
must nff "delete element ip t a { 10.0.0.1 }"
unchanged nff "delete element ip t s { 10.0.0.1 }"
unchanged nff "delete element ip t s { 10.0.0.2, 10.0.0.77 }"

t "create elements"
ruleset "$base"
must nff "create element ip t s { 10.0.0.7 }"
unchanged nff "create element ip t s { 10.0.0.8, 10.0.0.7 }"

t "elements that overlap"
ruleset "$base"
unchanged nff "add element ip t i { 10.1.0.0/16 }"
must nff "add element ip t i { 11.0.0.0/8 }"

t "get elements"
ruleset "$base"
as_nft get element ip t s "{ 10.0.0.1 }"
as_nft get element ip t i "{ 10.5.5.5 }"
as_nft get element ip t s "{ 10.0.0.99 }"
as_nft get element ip t a "{ 10.0.0.1 }"

t "flush"
ruleset "$base"
must nff flush set ip t s
lacks 10.0.0.2
must nff flush map ip t a
same "$(kernel list map ip t a | grep -c elements)" 0

t "delete"
ruleset "$base"
must nff delete set ip t s
must nff delete map ip t m
lacks "set s"
lacks "map m"
unchanged nff delete set ip t nope
unchanged nff delete set ip t used
match "$err" "*usy*"

t "delete by handle"
ruleset "$base"
must nff delete set ip t handle "$(handle 'set p {')"
lacks "set p"

t "list"
ruleset "$base"
as_nft list set ip t s
as_nft list set ip t i
as_nft list map ip t a
as_nft list sets
as_nft list sets ip
as_nft list sets ip6
as_nft list maps
as_nft -t list set ip t s
as_nft -a list set ip t s
as_nft -t list ruleset
as_nft_json list set ip t i
as_nft_json list sets
as_nft_json list maps
must_fail nff list set ip t nope

t "many elements"
ruleset "table ip t { set s { type ipv4_addr; }; map m { type inet_service : mark; flags interval; }; }"
{
	echo "add element ip t s {"
	for i in {0..249}; do
		for j in {0..19}; do
			echo "10.$i.0.$j,"
		done
	done
	echo "}"
	echo "add element ip t m {"
	for i in {1..2000}; do
		echo "$((i * 10))-$((i * 10 + 5)) : $i,"
	done
	echo "}"
} >"$TMP/many"
must nff -f "$TMP/many"
same "$(kernel list set ip t s | grep -o '10\.[0-9.]*' | wc -l)" 5000
same "$(kernel list map ip t m | grep -o ' : 0x' | wc -l)" 2000
as_nft list ruleset

t "adjacent intervals stay apart"
ruleset "table ip t { set s { type ipv4_addr; flags interval; }; }"
must nff "add element ip t s { 10.0.0.0/24, 10.0.1.0/24 }"
as_nft list ruleset

t "auto-merge"
ruleset "table ip t { set s { type ipv4_addr; flags interval; auto-merge; }; }"
must nff "add element ip t s { 10.0.0.0/24, 10.0.1.0/24, 10.0.1.128/25 }"
as_nft list ruleset
