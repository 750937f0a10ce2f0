#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Scripts as people write them, with nff in the place of nft: each command ends as with nft and prints
# the same, and what is in the kernel afterwards is the same to the handle.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

# One run: a script on standard input, in a fresh namespace, with nft being the program $1.
run_as()
{
	local real

	real=$(command -v "$1")
	# shellcheck disable=SC2016 # for the script to expand
	printf '#!/bin/bash\n"%s" "$@"\nstatus=$?\necho "[$status] $*"\nexit $status\n' "$real" >"$TMP/bin/nft"
	chmod +x "$TMP/bin/nft"
	(cd "$TMP/work" && PATH=$TMP/bin:$PATH unshare -n bash -c '
		ip link set lo up
		. /dev/stdin
		'"$(command -v "$NFT")"' -a list ruleset' 2>"$TMP/err") |
		sed -E 's/expires [0-9a-z]+/expires T/; /^ *\^[~^ ]*$/d; /^# new generation/d; s/ +$//' |
		grep -v '^$'
}

# both NAME: the script on standard input.
both()
{
	t "$1"
	rm -rf "$TMP/work"
	mkdir -p "$TMP/bin" "$TMP/work"
	cat >"$TMP/script"
	run_as "$NFT" <"$TMP/script" >"$TMP/want"
	run_as "$NFF" <"$TMP/script" >"$TMP/got"
	grep -q '^\[0\]' "$TMP/want" || fail "the script does nothing: $(head -n 1 "$TMP/err")"
	same "$(cat "$TMP/got")" "$(cat "$TMP/want")" "what the script did"
}

both "commands of a masquerading script" <<'X'
nft add table ip nat
nft 'add chain nat postrouting { type nat hook postrouting priority 100 ; }'
nft add rule nat postrouting oif lo masquerade
nft add rule nat postrouting oifname "eth0" snat 1.2.3.4
nft add rule nat postrouting ip saddr 192.168.0.0/24 oifname "e*" masquerade persistent,random
nft add rule nat postrouting ip daddr 10.0.0.0/8 counter packets 3 bytes 500 accept
nft -s list table nat
nft -a list chain ip nat postrouting
nft delete rule nat postrouting handle 3
nft delete rule ip nat postrouting handle 99
nft insert rule nat postrouting position 4 tcp dport 1 accept
nft insert rule nat postrouting index 0 tcp dport 2 accept
nft add rule nat postrouting index 2 tcp dport 3 accept
nft add rule nat postrouting handle 4 tcp dport 4 accept
nft replace rule nat postrouting handle 4 tcp dport 6 accept
nft replace rule nat postrouting handle 400 tcp dport 6 accept
nft add rule nat postrouting index 200 tcp dport 3 accept
nft -e insert rule nat postrouting ct state new
nft list table nat -a
nft delete chain nat postrouting
nft list chains
nft list ruleset inet
X

both "heredocs" <<'X'
nft -f - <<E
table inet filter {
	counter seen { packets 4 bytes 300
	}
	set s { type ifname; }
	map m { type ifname : mark; comment "marks"; }
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		iif lo accept comment "loopback"
		icmpv6 type { nd-neighbor-solicit, nd-router-advert } counter name seen accept
		tcp dport { ssh, http } accept; udp dport 67-68 log prefix "dhcp: " level info accept
		reject
	}
}
E
nft -f /dev/stdin <<E
add element inet filter s { "veth1" }; add element inet filter m { "veth1" : 1, "veth10" : 10 }
insert rule inet filter input iifname @s meta mark set iifname map @m
E
nft get element inet filter s '{ "veth1" }'
nft get element inet filter m '{ veth10 }'
nft get element inet filter s '{ "veth2" }'
nft list counter inet filter seen
nft reset counters
nft list counters
nft -nn list ruleset
printf 'add rule inet filter input accept\nadd rule inet filter nosuch drop\n' | nft -f -
nft -c 'delete table inet filter'
nft flush set inet filter s
X

both "sets that were there before their elements" <<'X'
nft add table inet t
while read -r type elem; do
	name=${type%%_*}${#type}
	nft "add set inet t $name { type $type; flags interval; }"
	nft "add element inet t $name { $elem }"
	nft "add map inet t m$name { type mark : $type; }"
	nft "add element inet t m$name { 7 : $elem }"
done <<E
ipv4_addr 1.2.3.4
ipv6_addr fe80::1
ether_addr 00:11:22:33:44:55
inet_service 80
mark 0x99
ifname "eth0"
iface_index "lo"
fib_addrtype local
iface_type ether
uid 1000
devgroup 5
E
nft 'add set inet t a { typeof arp operation; }'
nft 'add element inet t a { request }'
nft list sets
X

both "ranges with auto-merge" <<'X'
nft add table t
nft 'add set t s { type ipv4_addr; flags interval; auto-merge; elements = { 10.0.0.0/8 }; }'
nft add element t s '{ 11.0.0.0/8 }'
nft add element t s '{ 10.5.0.0/16 }'
nft list set t s
nft delete element t s '{ 10.5.0.0/16 }'
nft add element t s '{ 1.0.0.0/8 comment "one", 11.0.0.0-12.0.0.5, 13.7.7.7 }'
nft -f - <<E
add element t s { 2.0.0.2 }
add element t s { 2.0.0.3 }
add element t s { 2.0.0.1 }
E
nft list set t s
nft -f - <<E
flush set t s
add element t s { 50.0.0.0-50.0.0.10 }
add element t s { 50.0.0.11-50.0.0.20 }
E
nft add element t s '{ 50.0.0.5-60.0.0.10 }'
nft delete element t s '{ 50.0.0.0-60.0.0.10 }'
nft 'add set t p { type inet_service; flags interval; auto-merge; elements = { 1-10, 5-20, 21, 23 }; }'
nft add element t p '{ 22 }'
nft 'add set t whole { type ipv4_addr; flags interval; auto-merge; elements = { 0.0.0.0/1 }; }'
nft add element t whole '{ 128.0.0.0/1 }'
nft list ruleset
X

both "old forms" <<'X'
nft add table t
nft add chain t c '{ type filter hook input priority 0; }'
nft 'add set t s { type ipv4_addr; flags dynamic,timeout; timeout 1m; }'
nft add rule t c set add ip saddr @s
nft add rule t c set update ip saddr timeout 5s @s counter
nft add rule t c tcp dport 22 meter m '{ ip saddr limit rate over 10/second }' drop
nft add rule t c flow table f '{ ip saddr timeout 1m limit rate 10/second }'
nft list meters
nft list meter ip t m
nft add rule t c reset tcp option sack-perm
nft add rule t c meta hour '"23:00"-"01:00"' drop
nft add rule t c ip saddr 1.1.1.1 accept comment "\"$(printf 'x%.0s' {1..128})\""
nft add rule t c ip saddr 1.1.1.1 accept comment "\"$(printf 'x%.0s' {1..129})\""
X

both "echoes" <<'X'
nft -e -a 'add table t; add chain t c'
nft -e add rule t c accept
nft -e -a insert rule t c index 0 ct state new
nft -e 'add set t s { type ipv4_addr; flags interval; }'
nft -e 'add element t s { 1.2.3.0/24, 5.5.5.5 }'
nft -e 'add element t s { 6.6.6.6 }'
nft -e -a 'add rule t c ip saddr { 1.1.1.1, 2.2.2.2 } tcp dport vmap { 22 : accept }'
X
