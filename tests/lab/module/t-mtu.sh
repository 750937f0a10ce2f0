#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Packets larger than the next link, for which the classic path has to take over.

# shellcheck source=lib.sh
. module/lib.sh

# mtu CLIENT-SIDE SERVER-SIDE: all combinations of link sizes; PMTU discovery has to work through
# the classic path, which sends the ICMP errors.
mtu()
{
	ip -n cl link set c0 mtu $1; ip -n rt link set r0 mtu $1
	ip -n rt link set r1 mtu $2; ip -n sv link set s0 mtu $2
	sleep 0.2
	for a in $S4 $S6; do
		rules
		true_that copy $a $TMP/in $TMP/out
		true_that fetch $a $TMP/in $TMP/out2
		true_that at_least hits 200
	done
	ip -n cl link set c0 mtu 1500; ip -n rt link set r0 mtu 1500
	ip -n rt link set r1 mtu 1500; ip -n sv link set s0 mtu 1500
	cl ip route flush cache; sv ip route flush cache
}

# The ends know nothing of a narrow route in the middle: only the stack's ICMP errors tell them,
# which is before the connection gets to the rule.
pmtu()
{
	local a

	rt ip route replace 10.0.2.0/24 dev r1 mtu 1300
	rt ip -6 route replace fd00:2::/64 dev r1 mtu 1300
	rt ip route replace 10.0.1.0/24 dev r0 mtu 1400
	rt ip -6 route replace fd00:1::/64 dev r0 mtu 1400
	for a in $S4 $S6; do
		rules
		true_that copy $a $TMP/in $TMP/out
		true_that fetch $a $TMP/in $TMP/out2
		true_that at_least hits 200
	done
	rt ip route replace 10.0.2.0/24 dev r1
	rt ip -6 route replace fd00:2::/64 dev r1
	rt ip route replace 10.0.1.0/24 dev r0
	rt ip -6 route replace fd00:1::/64 dev r0
	cl ip route flush cache; sv ip route flush cache
}

# A big datagram that may not be fragmented gets the ICMP error, one that may gets through.
udp_too_big()
{
	ip -n rt link set r1 mtu 1300; ip -n sv link set s0 mtu 1300
	rules
	sv socat -u UDP6-RECV:7000 OPEN:$TMP/got,creat,trunc &
	wait_for 10 udp_open
	cl /lab/traffic udp $S4 7000 1000:10 1400:3 1000:10 df=0
	wait_for 10 got_bytes $((20 * 1000 + 3 * 1400))
	true_that at_least classic.2 3
	match "$(cl /lab/traffic udp $S4 7001 1000:5 1400:2 1000:1 df=1 2>&1)" "*EMSGSIZE*"
	ip -n rt link set r1 mtu 1500; ip -n sv link set s0 mtu 1500
	hush
}
got_bytes() { [ "$(stat -c %s $TMP/got)" = "$1" ]; }

backend_up
topo_up
big $TMP/in 3
for a in 1500 9000; do
	for b in 1300 9000; do
		t mtu-$a-$b mtu $a $b
	done
done
t pmtu-discovery pmtu
t udp-too-big udp_too_big
