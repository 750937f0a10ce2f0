#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# show conntrack, show features and show flow, as far as a kernel without flowtables goes.

# shellcheck source=pair.bash disable=SC2154
. "$(dirname "$0")/pair.bash"

# udp PORT: one datagram, never answered.
udp()
{
	ip netns exec a bash -c "echo x >/dev/udp/10.0.0.2/$1"
}

# json EXPRESSION: what it says of the JSON in $out, as Python has it.
json()
{
	python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1" \
		<<<"$out"
}

pair_up

t "an empty table"
must a show conntrack
match "$out" "entries       0 of at most *"
match "$out" "*offloaded     0 (0.0 %)*"
match "$out" "*insert_failed *0  new entries that were there already*"
unlike "$out" "*PROTOCOL*"

t "entries by protocol and state"
ip netns exec b socat -u TCP-LISTEN:80,fork OPEN:/dev/null &
wait_for 10 listening 80
for port in 1001 1002 1003; do
	udp $port
done
exec {keep}> >(ip netns exec a socat -u STDIN TCP:10.0.0.2:80)
established()
{
	a list conntracks | grep -q ESTABLISHED
}
wait_for 10 established
must a show conntrack
match "$out" "entries       4 of at most *"
match "$out" "*
tcp       ESTABLISHED                1  25.0 %          0
udp       UNREPLIED                  3  75.0 %          0
*"

t "the same as JSON, by an option in front or behind"
must a -j show conntrack
before=$out
same "$(json 'd["conntrack"]["entries"]')" 4
same "$(json '[(s["l4proto"], s["state"], s["entries"]) for s in d["conntrack"]["states"]]')" \
	"[('tcp', 'ESTABLISHED', 1), ('udp', 'UNREPLIED', 3)]"
same "$(json 'len(d["conntrack"]["cpus"])')" "$(getconf _NPROCESSORS_CONF)"
same "$(json 'd["conntrack"]["counters"]["drop"]')" 0
must a show conntrack -j
same "$out" "$before"
exec {keep}>&-

t "counters that are off are remarked, with the cure"
must a show conntrack
unlike "$out" "*are not counted*"
ip netns exec a sysctl -q -w net.netfilter.nf_conntrack_acct=0
must a show conntrack
match "$out" "*! packets and bytes are not counted
  cure: sysctl -w net.netfilter.nf_conntrack_acct=1*"
ip netns exec a sysctl -q -w net.netfilter.nf_conntrack_acct=1

t "features of a kernel without flowtables"
must a show features
match "$out" "kernel          $(uname -r) *
CAP_NET_ADMIN   yes
fast path       none
zones           yes
*
nf_tables             built in *
accounting            on *
forwarding            off *
! this kernel has no flowtables: *
  cure: build and load the bundled module, see nff-module(8)*"
match "$out" "*! nothing is forwarded*ip_forward=1*"
must a -j show features
same "$(json 'd["features"]["backend"], d["features"]["net_admin"]')" "('none', True)"
same "$(json 'd["features"]["settings"]["accounting"]')" 1

t "looking at features leaves nothing behind"
same "$(ip netns exec a nft list tables)" "table ip t"

t "settings are followed"
ip netns exec a sysctl -q -w net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_events=0
must a show features
match "$out" "*
events                off *
forwarding            on *"
unlike "$out" "*nothing is forwarded*"
match "$out" "*! conntracks send no events*nf_conntrack_events=1*"
ip netns exec a sysctl -q -w net.ipv4.ip_forward=0 net.netfilter.nf_conntrack_events=2

t "features without the capability"
must setpriv --bounding-set=-net_admin --inh-caps=-net_admin --ambient-caps=-net_admin "$NFF" \
	show features
match "$out" "*CAP_NET_ADMIN   no
fast path       unknown*! without CAP_NET_ADMIN*"

t "clauses that show does not use"
must_fail a show conntrack limit 3
match "$err" "*limit*"
must_fail a show conntrack -o csv
match "$err" "*-o*"

t "without the capability"
must_fail setpriv --bounding-set=-net_admin --inh-caps=-net_admin --ambient-caps=-net_admin \
	ip netns exec a "$NFF" show conntrack
match "$err" "*cannot read the conntracks*CAP_NET_ADMIN*"

t "where a connection is"
ip netns exec a nft flush ruleset
ip netns exec a nft add table ip t
ip netns exec a nft 'add chain ip t o { type filter hook output priority 0; }'
ip netns exec a nft add rule ip t o ct state new counter
udp 1009
must a show flow udp dport 1009
match "$out" "udp 10.0.0.1:* -> 10.0.0.2:1009 is not on the fast path
  original   0 bit/s now, 30 B in 1 packets
*! only its first packet was seen*
! the side that began it is this host: only what is forwarded is offloaded"
must a -j show flow udp dport 1009
same "$(json 'd["flow"]["matches"], d["flow"]["connections"][0]["fast_path"]')" "(1, False)"
same "$(json 'd["flow"]["connections"][0]["conntrack"]["original"]["dport"]')" 1009
match "$(json 'd["flow"]["connections"][0]["reasons"][1]["text"]')" "*is this host*"

t "several connections, of which some are shown"
for port in 3001 3002 3003 3004 3005 3006 3007; do
	udp $port
done
must a show flow udp dport 3000-3999
match "$out" "7 connections match; these are some of them
*"
same "$(grep -c "is not on the fast path" <<<"$out")" 5

t "no such connection"
must_fail a show flow udp dport 9
match "$err" "*1:1-*Error: conntrack has no such connection*hint: *"
must_fail a show flow udp dpor 9
match "$err" "*'dpor'*did you mean 'dport'*"
must_fail a show flow udp dport 9 sort by bytes
match "$err" "*sort*"
