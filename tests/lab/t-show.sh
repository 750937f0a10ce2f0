#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# show and top with the kernel's own flowtable: what is on the fast path, and why not.

# shellcheck source=lib.sh disable=SC2154
. ./lib.sh

# rules [DEVICES [FORWARD-LINES [PRE-LINES]]]: a new ruleset with a flowtable.
rules()
{
	rt nft flush ruleset
	rt nft -f - <<<"$(DEVICES=${1-} offloading counter "${2-meta l4proto { tcp, udp \} flow add @f}
			ct state new counter" "ct helper ftp-h {
			type \"ftp\" protocol tcp
		}
		chain pre {
			type filter hook prerouting priority 0; policy accept;
			${3-}
		}")"
}

# member NAME: of the JSON in $out, the first one.
member() { grep -o "\"$1\": [^,}]*" <<<"$out" | head -n 1; }

topo_up

# in_tree_gone: what scripts before this one have loaded, once their namespaces are gone.
in_tree_gone()
{
	local m

	for m in nft_flow_offload nf_flow_table_inet nf_flow_table; do
		! lsmod | grep -q "^$m " || rmmod "$m" 2>/dev/null
	done
	! lsmod | grep -q '^nf_flow_table '
}

t "features before anything is loaded"
wait_for 20 in_tree_gone
# The socket of netfilter itself may be one.
modules() { lsmod | sed 's/ .*//' | grep -v '^nfnetlink$' | sort; }
modules >"$TMP/before"
must rt nff show features
match "$out" "*fast path       none*
nf_flow_table_inet    not loaded *"
match "$out" "*! no fast path is loaded yet
  cure: modprobe *add a flowtable*"
same "$(modules)" "$(cat "$TMP/before")" "modules"

t "features with a flowtable"
rules
must rt nff show features
match "$out" "*fast path       in-tree*
nf_flow_table_inet    loaded *
nft_flow_offload      loaded *"
match "$out" "*! flows cannot be listed*nff-module(8)*"
must rt nff -j show features
match "$(member backend)" '*"in-tree"'

t "a connection on the fast path"
talk tcp $S4
wait_for 30 offloaded 2 tcp "dst=$S4"
port=$(conntracks '[OFFLOAD]' | sed -n 's/.*src=10.0.1.2 .* sport=\([0-9]*\) dport=5201 .*/\1/p' |
	head -n 1)
must rt nff show flow tcp sport "$port"
match "$out" "tcp $C4:$port -> $S4:5201 *is on the fast path
  original   *bit/s now, *B in * packets
  reply      *bit/s now, *B in * packets
  flowtable  of the kernel's own module, which does not tell which one
  devices    r0 -> r1, by the routes
  rule       inet x forward: *flow add @f*"
must rt nff -j show flow tcp sport "$port"
same "$(member fast_path)" '"fast_path": true'

t "several connections"
must rt nff show flow tcp dport 5201
match "$out" "2 connections match*is on the fast path*is on the fast path*"

t "the share of the fast path"
must rt nff show conntrack
match "$out" "*
offloaded     2 (100.0 %)*
tcp       OFFLOAD                    2 100.0 %          2*"
must rt nff top conntracks -b -n 1 -i 2s
match "$out" "*fast path 100 %*
tcp    $C4:* $S4:5201 *fast *M *"

t "a protocol that is not offloaded"
cl ping -q -c 1 $S4
must rt nff show flow icmp type echo-request
match "$out" "icmp * is not on the fast path*! icmp is not offloaded*"

t "a connection of the router itself"
rt ping -q -c 1 $S4
must rt nff show flow ip saddr 10.0.2.1
match "$out" "*is not on the fast path*! *is this host: only what is forwarded is offloaded*"

t "no rule offloads"
rules "" ""
talk udp $S4
wait_for 30 conntracks "udp" "dst=$S4"
must rt nff show flow udp dport 5201
match "$out" "udp *is not on the fast path*! no rule has a flow statement
  cure: add a rule with 'flow add @f' to a chain of the forward hook*"

t "the rule is about something else"
rules "" "tcp dport 1-65535 flow add @f"
must rt nff show flow udp dport 5201
match "$out" "*
  devices    r0 -> r1, by the routes

! rule 'tcp dport 1-65535 flow add @f' in chain inet x forward is not for it: *"

# Of $out, in one line.
flat() { tr -s '\n ' ' ' <<<"$out"; }

t "rules that are about other connections"
rules "" '
	ip saddr 10.9.0.0/16 meta mark 5 flow add @f
	iifname "r9" flow add @f
	ip daddr 10.0.2.0/24 udp dport { 53, 6000-7000 } counter flow add @f'
must rt nff show flow udp dport 5201
unlike "$out" "*  rule  *"
match "$(flat)" "*! rule 'ip saddr 10.9.0.0/16 meta mark 0x00000005 flow add @f' in chain inet x \
forward is not for it: ip saddr 10.9.0.0/16 ! rule 'iifname \"r9\" flow add @f' in chain inet x \
forward is not for it: iifname \"r9\" ! rule 'ip daddr 10.0.2.0/24 udp dport { 53, 6000-7000 } \
counter packets * flow add @f' in chain inet x forward is not for it: udp dport { 53, 6000-7000 } "
must rt nff -j show flow udp dport 5201
match "$out" '*"oif": "r1", "rules": \[{*"matches": "no", "because": "ip saddr 10.9.0.0/16"}, *'

t "more of them than are told"
rules "" "$(printf 'udp dport %d flow add @f\n' 1 2 3 4 5 6 7)"
must rt nff show flow udp dport 5201
same "$(grep -c "^! rule '" <<<"$out")" 5
match "$(flat)" "*is not for it: udp dport 5 ! and 2 more rules with a flow statement "

t "a rule that depends on its packets"
rules "" 'udp dport 5201 meta mark 5 flow add @f'
must rt nff show flow udp dport 5201
match "$out" "*
  rule       inet x forward: udp dport 5201 meta mark 0x00000005 flow add @f
             if meta mark 0x00000005
*"
match "$(flat)" "*! rule 'udp dport 5201 meta mark 0x00000005 flow add @f' in chain inet x forward is \
for it only if: meta mark 0x00000005 *"
must rt nff -j show flow udp dport 5201
match "$out" '*"matches": "maybe", "because": "meta mark 0x00000005"}*'

t "a rule in a chain that others lead to"
rules "" ""
rt nft -f - <<-E
	add chain inet x fast
	add rule inet x forward ip saddr 10.9.0.1 jump fast
	add rule inet x fast flow add @f
E
must rt nff show flow udp dport 5201
match "$(flat)" "*! rule 'flow add @f' in chain inet x fast is for it only if: a rule leads to chain \
'fast' *"

t "sets are looked up"
rules "" ""
rt nft -f - <<-E
	add set inet x nets { type ipv4_addr; flags interval; elements = { 10.9.0.0/16, 10.8.0.1-10.8.0.9 }; }
	add rule inet x forward ip saddr @nets udp dport 5201 flow add @f
E
must rt nff show flow udp dport 5201
match "$(flat)" "*! rule 'ip saddr @nets udp dport 5201 flow add @f' in chain inet x forward is not \
for it: ip saddr @nets *"
rt nft add element inet x nets '{ 10.0.1.0/24 }'
wait_for 30 offloaded 1 udp "dst=$S4"
must rt nff show flow udp dport 5201
match "$out" "udp *is on the fast path*
  devices    r0 -> r1, by the routes
  rule       inet x forward: ip saddr @nets udp dport 5201 flow add @f"

t "of several rules those that are for it"
hush
rules "" '
	tcp dport 5201 flow add @f
	ip saddr 10.9.0.0/16 flow add @f
	iifname "r0" oifname "r*" udp dport 5000-5300 flow add @f'
talk udp $S4
wait_for 30 offloaded 1 udp "dst=$S4"
must rt nff show flow udp dport 5201
match "$out" "udp *is on the fast path*"
same "$(grep -c "^  rule  " <<<"$out")" 1
match "$out" '*  rule       inet x forward: iifname "r0" oifname "r\*" udp dport 5000-5300 flow add @f'
unlike "$out" "*!*"
hush
rules "" ""
talk udp $S4
wait_for 30 conntracks "udp" "dst=$S4"

t "devices that are not in the flowtable"
rules lo
must rt nff show flow udp dport 5201
match "$out" "*! neither r0 nor r1, its devices by the routes, is in the flowtable 'f'
  cure: add flowtable inet x f { devices = { r0, r1 } }*"
rules r0
must rt nff show flow udp dport 5201
match "$out" "*! r1 is not in the flowtable 'f': packets that come in on it take the classic path
  cure: add flowtable inet x f { devices = { r1 } }*"

t "a connection with a helper"
modprobe nf_conntrack_ftp
hush
rules "" "flow add @f" 'tcp dport 5201 ct helper set "ftp-h"'
talk tcp $S4
wait_for 30 conntracks helper=ftp "dst=$S4"
must rt nff show flow tcp dport 5201
match "$out" "*is not on the fast path*! *helper*: ftp*"
hush

t "a TCP connection that is not established"
# Nothing answers there.
sv nft -f - <<-E
	table inet y {
		chain i {
			type filter hook input priority 0
			tcp dport 9 drop
		}
	}
E
cl timeout 5 bash -c "exec 3<>/dev/tcp/$S4/9" 2>/dev/null &
wait_for 10 conntracks SYN_SENT
must rt nff show flow tcp dport 9
match "$out" "tcp *[(]SYN_SENT) is not on the fast path*! the TCP connection is not established yet (SYN_SENT)*"

t "a full table"
max=$(sysctl -n net.netfilter.nf_conntrack_max)
hush
sysctl -q -w net.netfilter.nf_conntrack_max=10
for port in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
	cl bash -c "echo x >/dev/udp/$S4/$((2000 + port))"
done
must rt nff show conntrack
sysctl -q -w net.netfilter.nf_conntrack_max="$max"
match "$out" "entries       * of at most 10 (*"
match "$out" "*! the table is *full*
  cure: sysctl -w net.netfilter.nf_conntrack_max=20 *"
match "$out" "*! * packets were dropped so far because the table was full*"
hush
