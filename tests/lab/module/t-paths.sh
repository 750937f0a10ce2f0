#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Devices in layers: VLAN, bridge, both; and IPsec, which stays on the classic path.

# shellcheck source=lib.sh
. module/lib.sh

# vlan DEVICES: tagged links; the flowtable has the VLAN devices or those below.
vlan()
{
	topo_up
	ip -n cl addr flush dev c0; ip -n rt addr flush dev r0
	ip -n cl link add c0.5 link c0 type vlan id 5
	ip -n rt link add r0.5 link r0 type vlan id 5
	topo_addr cl c0.5 10.0.1.2/24 fd00:1::2/64
	topo_addr rt r0.5 10.0.1.1/24 fd00:1::1/64
	ip -n cl route add default via 10.0.1.1
	ip -n cl route replace default via fd00:1::1
	ip netns exec rt sysctl -q -w net.ipv6.conf.r0/5.forwarding=1
	DEVICES=$1 rules
	both_ways
	talk tcp $S4
	wait_for 20 at_least adds 3
	hits_grow
	path "$2"
	hush
}

# qinq: a VLAN in a VLAN
qinq()
{
	topo_up
	ip -n cl addr flush dev c0; ip -n rt addr flush dev r0
	for n in cl:c0 rt:r0; do
		ip -n ${n%:*} link add ${n#*:}.o link ${n#*:} type vlan proto 802.1ad id 100
		ip -n ${n%:*} link add ${n#*:}.i link ${n#*:}.o type vlan id 7
		ip -n ${n%:*} link set ${n#*:}.o up
	done
	topo_addr cl c0.i 10.0.1.2/24 fd00:1::2/64
	topo_addr rt r0.i 10.0.1.1/24 fd00:1::1/64
	ip -n cl route add default via 10.0.1.1
	ip -n cl route replace default via fd00:1::1
	DEVICES="r0, r1" rules
	both_ways
	talk tcp $S4
	wait_for 20 at_least adds 3
	path "*iif=r0*in=88a8:100 in=8100:7*"
	hush
}

# bridge MODE: the router's client side is a bridge with a port; in MODE vlan it filters VLANs, the
# port is tagged, and the router's address is on a VLAN device above the bridge.
bridge_()
{
	local l3=br0

	topo_up
	ip -n rt addr flush dev r0
	ip -n rt link add br0 type bridge
	ip -n rt link set r0 master br0
	ip -n rt link set br0 up
	if [ "$1" = vlan ]; then
		rt ip link set br0 type bridge vlan_filtering 1
		rt bridge vlan add dev br0 vid 9 self
		rt bridge vlan add dev r0 vid 9
		ip -n rt link add br0.9 link br0 type vlan id 9
		l3=br0.9
		ip -n cl addr flush dev c0
		ip -n cl link add c0.9 link c0 type vlan id 9
		topo_addr cl c0.9 10.0.1.2/24 fd00:1::2/64
		ip -n cl route add default via 10.0.1.1
		ip -n cl route replace default via fd00:1::1
	fi
	topo_addr rt $l3 10.0.1.1/24 fd00:1::1/64
	DEVICES="r0, r1" rules
	both_ways
	talk tcp $S4
	wait_for 20 at_least adds 3
	hits_grow
	path "$2"
	if [ "$1" = roam ]; then
		roam
	fi
	hush
}

# The client moves to another port of the bridge; its traffic follows.
roam()
{
	local n

	ip link add c1 netns cl type veth peer name r9 netns rt
	ip -n rt link set r9 master br0; ip -n rt link set r9 up
	ip -n cl link set c1 address "$(cl cat /sys/class/net/c0/address)"
	ip -n cl link add brc type bridge 2>/dev/null
	ip -n cl addr flush dev c0
	ip -n cl link set c0 down
	topo_addr cl c1 10.0.1.2/24
	ip -n cl route add default via 10.0.1.1
	n=$(received)
	wait_for 30 received_more "$n" 200000
	n=$(received)
	wait_for 30 received_more "$n" 200000
}

# ipsec: client and router speak ESP; everything works, nothing of it is offloaded.
ipsec()
{
	topo_up
	modprobe -a esp4 xfrm_user 2>/dev/null
	local k1=0x00112233445566778899aabbccddeeff01020304 dir
	for n in cl rt; do
		ip -n $n xfrm state add src $C4 dst 10.0.1.1 proto esp spi 0x100 mode tunnel \
			aead 'rfc4106(gcm(aes))' $k1 128 2>/dev/null || skip "no ESP"
		ip -n $n xfrm state add src 10.0.1.1 dst $C4 proto esp spi 0x101 mode tunnel \
			aead 'rfc4106(gcm(aes))' $k1 128
	done
	ip -n cl xfrm policy add src $C4 dst 10.0.2.0/24 dir out tmpl src $C4 dst 10.0.1.1 proto esp mode tunnel
	ip -n cl xfrm policy add src 10.0.2.0/24 dst $C4 dir in tmpl src 10.0.1.1 dst $C4 proto esp mode tunnel
	ip -n rt xfrm policy add src 10.0.2.0/24 dst $C4 dir out tmpl src 10.0.1.1 dst $C4 proto esp mode tunnel
	for dir in in fwd; do
		ip -n rt xfrm policy add src $C4 dst 10.0.2.0/24 dir $dir tmpl src $C4 dst 10.0.1.1 proto esp mode tunnel
	done
	rules
	true_that copy $S4 $TMP/small $TMP/out
	true_that fetch $S4 $TMP/small $TMP/out2
	true_that is_stat hits 0
	true_that is_stat adds 0
	true_that at_least refused.11 10
	# a policy that comes while a flow is on the fast path takes it off
	ip -n cl xfrm policy flush; ip -n rt xfrm policy flush
	talk tcp $S4
	hits_grow
	ip -n rt xfrm policy add src 10.0.2.0/24 dst $C4 dir out tmpl src 10.0.1.1 dst $C4 proto esp mode tunnel
	wait_for 10 at_least refused.11 12
	wait_for 10 at_least removed.6 1
	hush
}

backend_up
big $TMP/in 4
big $TMP/small 1
t vlan-upper vlan "r0.5, r1" "*iif=r0.5*"
t vlan-lower vlan "r0, r1" "*iif=r0 *in=8100:5*"
t qinq qinq
t bridge bridge_ plain "*iif=r0 *xmit=direct iif=r1 oif=r0 *"
t bridge-vlan bridge_ vlan "*iif=r0 *in=8100:9*xmit=direct iif=r1 oif=r0 *out=8100:9*"
t bridge-roaming bridge_ roam "*xmit=direct*"
t ipsec ipsec
