#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Routes, neighbours and devices change under traffic that is on the fast path.

# shellcheck source=lib.sh
. module/lib.sh

# second: another link between router and server, 10.0.3.0/24, r2 and s2.
second()
{
	ip link add s2 netns sv type veth peer name r2 netns rt
	topo_addr rt r2 10.0.3.1/24 fd00:3::1/64
	topo_addr sv s2 10.0.3.2/24 fd00:3::2/64
	sv sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.s0.rp_filter=0 net.ipv4.conf.s2.rp_filter=0
	rt sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.r1.rp_filter=0 net.ipv4.conf.r2.rp_filter=0
}

tidy() { topo_up; second; }

packets() { sv cat "/sys/class/net/$1/statistics/rx_packets"; }
moves() { [ "$(packets "$1")" -gt $(($2 + 30)) ]; }

# goes_by DEVICE: traffic, which is offloaded, comes in on that device of the server.
goes_by()
{
	local n h

	n=$(packets "$1") h=$(stat_of hits)
	wait_for 20 moves "$1" "$n"
	wait_for 20 grown hits "$((h + 10))"
}

route()
{
	local dest=$1 via=$2

	DEVICES="r0, r1, r2" rules
	talk udp "${3:-$S4}"
	goes_by s0
	must rt ip route add "$dest" via "$via" dev r2
	goes_by s2
	must rt ip route del "$dest" via "$via" dev r2
	goes_by s0
	true_that at_least removed.6 2
	hush
}

policy()
{
	DEVICES="r0, r1, r2" rules
	rt ip route add default via 10.0.3.2 dev r2 table 7
	talk udp $S4
	goes_by s0
	must rt ip rule add iif r0 to $S4 table 7 pref 10
	goes_by s2
	must rt ip rule del pref 10
	goes_by s0
	hush
}

# marks that a rule sets in prerouting choose the route: the flow has to follow what it learned
by_mark()
{
	load <<-E
	table inet x {
		flowtable f {
			hook ingress priority 0
			devices = { r0, r1, r2 }
		}
		chain pre {
			type filter hook prerouting priority -150; policy accept;
			iifname r0 meta mark set 7
		}
		chain forward {
			type filter hook forward priority 0; policy accept;
			flow add @f
		}
	}
	E
	rt ip rule add fwmark 7 table 7 pref 10
	talk udp $S4
	goes_by s2
	rt ip rule del pref 10
	rt ip route flush table 7
	hush
}

# neigh: the server gets another MAC address
neigh()
{
	rules
	talk "$1" "$2"
	goes_by s0
	ip -n sv link set s0 address "$3"
	ip -n rt neigh flush dev r1
	goes_by s0
	# and as a router hears of it by itself
	ip -n sv link set s0 address "$4"
	rt ip neigh replace "$2" lladdr "$4" dev r1
	goes_by s0
	rt ip neigh del "$2" dev r1
	rt ip neigh flush dev r1
	hush
}

down_up()
{
	rules
	talk udp $S4
	goes_by s0
	ip -n rt link set r1 down
	wait_for 10 is_stat flows 0
	ip -n rt link set r1 up
	goes_by s0
	true_that at_least removed.8 1
	hush
}

mtu_change()
{
	rules
	talk udp $S4
	goes_by s0
	ip -n rt link set r1 mtu 1400
	true_that at_least removed.8 1
	goes_by s0
	! is_own || match "$(ctl flows l4=17)" "*mtu=1400*"
	ip -n rt link set r1 mtu 1500
	hush
}

# A device that traffic is sent on goes for good; nothing holds it back.
dev_del()
{
	DEVICES="r0, r2" rules
	rt ip route add $S4/32 via 10.0.3.2 dev r2
	talk udp $S4
	goes_by s2
	must within 20 ip -n rt link del r2
	goes_by s0
	hush
}

# The whole router goes under traffic.
netns_del()
{
	DEVICES="r0, r1" rules
	talk udp $S4
	goes_by s0
	must within 20 ip netns del rt
	! is_own || wait_for 30 unused
	topo_up
}
unused() { [ "$(lsmod | awk '$1 == "nff" { print $3 }')" = 0 ]; }

backend_up
topo_up
second
t route4 route 10.0.2.2/32 10.0.3.2
t route6 route fd00:2::2/128 fd00:3::2 $S6
t policy-routing policy
t route-by-mark by_mark
t neighbour4 neigh udp $S4 02:00:00:00:aa:01 02:00:00:00:aa:02
t neighbour6 neigh udp $S6 02:00:00:00:aa:03 02:00:00:00:aa:04
t device-down-up down_up
t device-mtu mtu_change
t device-deleted dev_del
t namespace-deleted netns_del
