#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list, in all forms and with all options, against nft.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

device d0
everything="table ip t {
	comment \"t\"
	set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.1.1 }; }
	map m { type inet_service : verdict; elements = { 22 : accept }; }
	counter c1 { packets 10 bytes 20; }
	chain input {
		type filter hook input priority filter; policy drop;
		iif lo accept
		tcp dport { 22, 443 } ct state new counter packets 5 bytes 6 accept comment \"in\"
		tcp dport vmap @m
		ip protocol icmp icmp type echo-request limit rate 5/second accept
		meta skuid 0 meta hour \"08:00\"-\"17:00\" log prefix \"x \" level info
		meta priority 1:2 meta mark set 5
		counter name c1
	}
	chain nat {
		type nat hook postrouting priority srcnat; policy accept;
		oifname \"d0\" masquerade
	}
	chain empty { }
}
table ip6 t { chain c { ip6 saddr ::1 udp dport 53 drop; }; }
table inet t { chain c { type filter hook forward priority filter - 5; meta l4proto { tcp, udp } th dport 53 accept; reject; }; }
table netdev t { chain c { type filter hook ingress device d0 priority 0; }; }
table arp t { chain c { arp operation request; }; }
table bridge t { chain c { ether type ip6 vlan id 5; }; }"
everything=${everything/ether type ip6 vlan id 5/vlan id 5}

t "an empty ruleset"
as_nft list ruleset
as_nft list tables
as_nft list chains
as_nft list sets
as_nft_json list ruleset
as_nft_json list tables

t "ruleset"
ruleset "$everything"
as_nft list ruleset
as_nft_json list ruleset

for opt in -a -n -nn -s -t -S -y -p -T -u -N -as -an -ast -nns "-a -n -s" --handle --numeric --stateless \
	--terse --service --numeric-priority --numeric-protocol --numeric-time --guid; do
	t "with $opt"
	# shellcheck disable=SC2086 # several words
	as_nft $opt list ruleset
	# shellcheck disable=SC2086
	[ "$opt" = -N ] || as_nft_json $opt list ruleset
done

t "options after the command are words of it"
must_fail nff list ruleset -a

for what in tables chains sets maps counters quotas limits flowtables meters synproxys; do
	t "list $what"
	# shellcheck disable=SC2086
	as_nft list $what
	for family in ip ip6 inet arp bridge netdev; do
		# shellcheck disable=SC2086
		as_nft list $what $family
	done
done

t "list tables and chains in JSON"
for what in tables chains sets maps counters; do
	as_nft_json list $what
done

t "list a table of each family"
for family in ip ip6 inet arp bridge netdev; do
	as_nft list table $family t
	as_nft -a list table $family t
	as_nft_json list table $family t
	as_nft list ruleset $family
done

t "list chain"
as_nft list chain ip t input
as_nft list chain ip t empty
as_nft list chain ip t nat
as_nft list chain netdev t c

t "list hooks"
as_nft list hooks
as_nft list hooks ip
as_nft list hooks ip6
as_nft list hooks inet
as_nft list hooks arp
as_nft list hooks bridge
as_nft list hooks netdev device d0

t "list flowtables"
as_nft list flowtables
as_nft list flowtables ip

t "two lists in one command line"
as_nft "list tables; list chains"

t "list after add in one input"
ruleset ""
must nff "add table ip x; list tables"
match "$out" "*"
has "table ip x"

t "what is listed loads"
ruleset "$everything"
kernel list ruleset >"$TMP/want"
nff list ruleset >"$TMP/listing"
kernel flush ruleset
must nff -f "$TMP/listing"
same "$(kernel list ruleset)" "$(cat "$TMP/want")"
kernel flush ruleset
must kernel -f "$TMP/listing"
same "$(kernel list ruleset)" "$(cat "$TMP/want")"

# In nft's JSON a table has no comment, and the chain of a device does not load.
t "what is listed in JSON loads"
ruleset "${everything/comment \"t\"/}"
nff delete table netdev t
kernel list ruleset >"$TMP/want"
nff -j list ruleset >"$TMP/listing"
kernel flush ruleset
must nff -j -f "$TMP/listing"
same "$(kernel list ruleset)" "$(cat "$TMP/want")"
nff -j list ruleset >"$TMP/listing"
kernel flush ruleset
must kernel -j -f "$TMP/listing"
same "$(kernel list ruleset)" "$(cat "$TMP/want")"

t "a large ruleset"
{
	echo "table ip big {"
	for i in {1..50}; do
		echo "chain c$i {"
		for j in {1..40}; do
			echo "ip saddr 10.0.$i.$j tcp dport { $i, $j, 1000-2000 } counter accept"
		done
		echo "}"
	done
	echo "}"
} >"$TMP/big"
ruleset "$(cat "$TMP/big")"
as_nft list ruleset
as_nft_json list ruleset
as_nft -a list ruleset
