#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# PPPoE between client and router, which the kernels for the cloud have not: --kernel 6.1-full.

# shellcheck source=lib.sh
. module/lib.sh

# pppoe MODE DEVICES PATTERN: a session between client and router; in MODE vlan in a VLAN.
pppoe()
{
	local c=c0 r=r0 client router

	modprobe pppoe 2>/dev/null || skip "no PPPoE in this kernel"
	topo_up
	ip -n cl addr flush dev c0; ip -n rt addr flush dev r0
	if [ "$1" = vlan ]; then
		ip -n cl link add c0.5 link c0 type vlan id 5
		ip -n rt link add r0.5 link r0 type vlan id 5
		ip -n cl link set c0.5 up
		ip -n rt link set r0.5 up
		c=c0.5 r=r0.5
	fi
	modprobe ppp_generic
	must session cl $c rt $r
	client=$out
	must session rt $r cl $c
	router=$out
	# as negotiated, and as large as the session allows
	topo_addr cl ppp0 10.0.1.2/24 fd00:1::2/64
	topo_addr rt ppp0 10.0.1.1/24 fd00:1::1/64
	ip -n cl link set ppp0 mtu 1492
	ip -n rt link set ppp0 mtu 1492
	ip -n cl route replace default dev ppp0
	ip -n cl -6 route replace default dev ppp0
	DEVICES=$2 rules
	both_ways
	talk tcp $S4
	wait_for 20 at_least adds 3
	hits_grow
	path "$3"
	# the session ends under traffic
	kill "$router"
	wait_for 10 is_stat flows 0
	kill "$client"
	hush
}

# session NAMESPACE DEVICE PEER PEER'S-DEVICE: prints the process to be killed.
session()
{
	/lab/traffic pppoe "$1" "$2" "$(in_ns "$3" cat "/sys/class/net/$4/address")" 77
}

backend_up
big $TMP/in 4
t pppoe-upper pppoe plain "ppp0, r1" "*iif=ppp0 *"
t pppoe-lower pppoe plain "r0, r1" "*iif=r0 *in=8864:77*"
t pppoe-vlan pppoe vlan "r0, r1" "*iif=r0 *in=8100:5 in=8864:77*"
