#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# monitor conntracks, byte for byte with conntrack -E: events that the kernel makes itself of real
# traffic, of each protocol and state, with each kind of line.
# shellcheck source=monitor.bash disable=SC2154
. "$(dirname "$0")/monitor.bash"

own_etc
if [ "$has_etc" = yes ]; then
	mkdir -p /etc/xtables
	printf '0 zero\n3 web\n5 dmz\n127 last\n' >/etc/xtables/connlabel.conf
fi
sysctl -qw net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_timestamp=1 \
	net.netfilter.nf_conntrack_checksum=0

net_up()
{
	ip netns add b
	ip link add x type veth peer name y netns b
	ip addr add 10.0.0.1/24 dev x
	ip addr add fd00::1/64 dev x nodad
	ip -n b addr add 10.0.0.2/24 dev y
	ip -n b addr add fd00::2/64 dev y nodad
	ip link set x up
	ip -n b link set y up
	ip -n b link set lo up
	# Neighbours are no part of it.
	local mac_x mac_y
	mac_x=$(cat /sys/class/net/x/address)
	mac_y=$(ip -n b -j link show y |
		python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["address"])')
	ip neigh replace 10.0.0.2 dev x lladdr "$mac_y"
	ip neigh replace fd00::2 dev x lladdr "$mac_y"
	ip -n b neigh replace 10.0.0.1 dev y lladdr "$mac_x"
	ip -n b neigh replace fd00::1 dev y lladdr "$mac_x"
}

net_up
# What is made by hand is nothing for the sockets. No answer of a kernel mixes with it: b does not
# see it, and here, where conntrack wants to see it through, what would go back is thrown away.
ip netns exec b nft -f - <<-N
	table inet t {
		chain in {
			type filter hook input priority 0
			tcp dport >= 9000 drop
			meta l4proto { 33, 47, 50, 132, 136, 253 } drop
			icmp id 77 drop
			icmpv6 id 77 drop
		}
	}
N
nft -f - <<-N
	table inet t {
		chain first {
			type filter hook output priority raw
			tcp sport >= 9000 tcp flags & rst == rst drop
			icmp type destination-unreachable drop
			icmpv6 type { destination-unreachable, parameter-problem } drop
			udp dport 7005 ct zone set 8
		}
		chain marks {
			type filter hook output priority 0
			udp dport 7002 ct mark set 0xfffffff0
			udp dport 7003 ct label set 3 ct label set 5
			udp dport 7004 ct label set 44
			tcp sport 9002 tcp flags & fin == fin ct mark set 5
			ct state new counter
		}
		chain leads {
			type nat hook output priority -100
			ip daddr 10.0.0.2 tcp dport 7010 dnat to 10.0.0.2:7001
		}
		chain hides {
			type nat hook postrouting priority srcnat
			ip saddr 10.0.0.1 tcp sport 2001 tcp dport 7001 snat to 10.0.0.1:30000
		}
	}
N

# kinds: the options of each pair of listeners, and of conntrack where those are others.
kinds=("" "-o id" "-o labels" "-o extended" "-o timestamp" "-o ktimestamp" "-o labels,id,extended"
	"-o timestamp,ktimestamp,labels,id,extended" "-o labels,timestamp")
filters=("new|-e NEW" "update|-e UPDATES" "destroy|-e DESTROY" "new,destroy|-e NEW,DESTROY"
	"|-p tcp" "|-p udp" "|-f ipv6" "|-s 10.0.0.1 -p tcp --dport 7001")
wheres=("" "" "" "" "where meta l4proto tcp" "where meta l4proto udp" "where meta nfproto ipv6"
	"where ip saddr 10.0.0.1 tcp dport 7001")

pids=()
# pair N "NFF-EVENTS" "NFF-REST" "CONNTRACK-ARGS"
# shellcheck disable=SC2086 # words
pair()
{
	timeout --foreground 120 "$NFF" monitor $2 conntracks $3 </dev/null >"$TMP/got.$1" \
		2>"$TMP/got.err.$1" &
	pids+=($!)
	timeout --foreground 120 conntrack -E $4 </dev/null >"$TMP/wanted.$1" 2>/dev/null &
	pids+=($!)
}

for i in "${!kinds[@]}"; do
	pair "k$i" "" "${kinds[i]}" "${kinds[i]}"
done
for i in "${!filters[@]}"; do
	pair "f$i" "${filters[i]%%|*}" "${wheres[i]}" "${filters[i]#*|}"
done

# All of them listen: whatever the mask of their groups, a line each.
all_listen()
{
	[ "$(awk '$2 == 12 && $4 != "00000000"' /proc/net/netlink | wc -l)" = ${#pids[@]} ]
}

# As many lines as the oracle; a line more or less is seen in the comparison.
settled()
{
	local f

	for f in "$TMP"/wanted.*; do
		[ "$(wc -l <"$f")" = "$(wc -l <"$TMP/got.${f##*.}")" ] || return 1
	done
}

t "all of them listen"
wait_for 30 all_listen

t "traffic of each protocol and state"
must timeout 120 "$TESTLIB/ct-traffic.py"
traffic=$out
conntrack -F 2>/dev/null
for _ in {1..100}; do
	settled && break
	sleep 0.1
done
kill -INT "${pids[@]}"
wait "${pids[@]}"

# equal_events N
equal_events()
{
	same "$(plain "$TMP/got.$1")" "$(plain "$TMP/wanted.$1")"
	true_that [ "$(wc -l <"$TMP/wanted.$1")" -ge 10 ]
}

for i in "${!kinds[@]}"; do
	t "lines as of conntrack -E ${kinds[i]}"
	equal_events "k$i"
done
for i in "${!filters[@]}"; do
	t "some of them, as conntrack -E ${filters[i]#*|}"
	equal_events "f$i"
done

events=$(cat "$TMP/got.k7")

# told EVENT PATTERN...: there is such an event with each of them.
told()
{
	local ev=$1 pattern

	shift
	for pattern in "$@"; do
		grep -q "\[$ev\] .*$pattern" <<<"$events" || {
			fail "no [$ev] with $pattern"
			return 1
		}
	done
}

t "states of TCP are told"
told NEW "tcp .* SYN_SENT .*UNREPLIED" "tcp .* ESTABLISHED .*UNREPLIED"
told UPDATE " SYN_RECV " " SYN_SENT2 " " ESTABLISHED .*ASSURED" " FIN_WAIT " " CLOSE_WAIT " \
	" LAST_ACK " " TIME_WAIT " " CLOSE "
told DESTROY "tcp .*sport=2010 " "tcp .*sport=9000 .*UNREPLIED"

t "other protocols are told"
told NEW "udp .*UNREPLIED" "icmp .*type=8" "icmpv6 .*type=128" "gre .*srckey=" "udplite " \
	"unknown  50 " "unknown  253 "
told UPDATE "udp .*src=.*src=.*ASSURED" "icmp .* type=0" "icmpv6 .*type=129" "udplite "
told DESTROY "udp .*dport=7003" "icmp .*id=5 " "icmpv6 .*id=5 "

t "states of SCTP are told"
[ "$traffic" = sctp ] || skip "this kernel does not know the states of SCTP"
told UPDATE " COOKIE_WAIT " " COOKIE_ECHOED " " ESTABLISHED .*ASSURED" " SHUTDOWN_SENT " " SHUTDOWN_ACK_SENT " \
	"sctp .* CLOSED "
told NEW "sctp .*sport=9012 " "sctp .* HEARTBEAT_SENT "

t "marks, zones, labels and NAT are told"
told NEW "dport=7002 .*mark=4294967280" "dport=7005 .*zone=8" "dport=7010 .*sport=7001 "
told DESTROY "sport=2001 dport=7001 .*dport=30000"
[ "$has_etc" = yes ] || skip "no overlay over /etc here"
told NEW "dport=7003 .* labels=web,dmz" "dport=7004 .* labels$"
