#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# show flow: which devices a forwarded connection passes, asked for as forwarding does.

# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

# A client with several addresses, and a router with two ways out, behind which nothing answers.
topology()
{
	ip netns add cl
	ip netns add rt
	ip netns add net
	ip link add e netns cl type veth peer name c netns rt
	for i in 1 2; do
		ip link add u$i netns rt type veth peer name p$i netns net
		ip -n net link set p$i up
	done
	for i in 2 3 4; do
		ip -n cl addr add 10.0.1.$i/24 dev e
		ip -n cl addr add 2001:db8:1::$i/64 dev e nodad
	done
	ip -n rt addr add 10.0.1.1/24 dev c
	ip -n rt addr add 2001:db8:1::1/64 dev c nodad
	ip -n cl link set e up
	# Nobody answers there.
	ip -n rt link set u1 arp off
	ip -n rt link set u2 arp off
	for dev in lo c u1 u2; do
		ip -n rt link set $dev up
	done
	ip netns exec rt sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.c.rp_filter=0 \
		net.ipv4.conf.u1.rp_filter=0
	ip -n cl route add default via 10.0.1.1
	ip -n cl route add default via 2001:db8:1::1
	for v in -4 -6; do
		ip -n rt $v route add default dev u1
		ip -n rt $v route add default dev u2 table 100
	done
	ip -n rt rule add from 10.0.1.2 lookup 100
	ip -n rt -6 rule add from 2001:db8:1::2 lookup 100
	ip netns exec rt nft -f - <<-E
		table inet t {
			chain f {
				type filter hook forward priority 0;
				ct state new counter
			}
		}
	E
}

# rt ARG...: nff in the router.
rt() { ip netns exec rt "$NFF" "$@" </dev/null; }

# send SOURCE DESTINATION: a datagram, which the router has seen when this returns.
send()
{
	local to=$2

	[ "${to#*:}" = "$to" ] || to="[$to]"
	echo x | ip netns exec cl socat -u STDIN "UDP-DATAGRAM:$to:7,bind=${1}"
	wait_for 10 tracked "src=${1//[\[\]]/} "
}
tracked() { rt list conntracks | grep -q -F "$1"; }

topology
for i in 2 3 4; do
	send 10.0.1.$i 192.0.2.9
	send "[2001:db8:1::$i]" 2001:db8:9::9
done

t "a rule by source decides"
must rt show flow ip saddr 10.0.1.2
match "$out" "udp 10.0.1.2:* -> 192.0.2.9:7 is not on the fast path
  devices    c -> u2, by the routes

!*"
must rt show flow ip saddr 10.0.1.3
match "$out" "*
  devices    c -> u1, by the routes
*"
must rt -j show flow ip saddr 10.0.1.2
match "$out" '*"iif": "c", "oif": "u2", "rules": \[\]*'
must rt show flow ip6 saddr 2001:db8:1::2
match "$out" "udp \[2001:db8:1::2\]:* is not on the fast path
  devices    c -> u2, by the routes
*"
must rt show flow ip6 saddr 2001:db8:1::3
match "$out" "*
  devices    c -> u1, by the routes
*"

t "a source that may not go there"
ip -n rt rule add from 10.0.1.4 lookup 200
ip -n rt route add prohibit default table 200
must rt show flow ip saddr 10.0.1.4
match "$out" "*! there is no route to the answering side now*"
unlike "$out" "*devices*"
ip -n rt -6 rule add from 2001:db8:1::4 lookup 200
ip -n rt -6 route add prohibit default table 200
must rt show flow ip6 saddr 2001:db8:1::4
match "$out" "*! there is no route to the answering side now*"

t "what a filter of reverse paths refuses is asked for by the destination"
ip netns exec rt sysctl -q -w net.ipv4.conf.all.rp_filter=1
ip -n rt rule add from 192.0.2.9 lookup 300
ip -n rt route add 10.0.1.0/24 dev u1 table 300
must_fail ip -n rt route get 192.0.2.9 from 10.0.1.2 iif c
must rt show flow ip saddr 10.0.1.2
match "$out" "*
  devices    c -> u1, by the routes
*"
