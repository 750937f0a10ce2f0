#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is never offloaded: it works all the same, and each refusal is counted with its reason.

# shellcheck source=lib.sh
. module/lib.sh

# refused REASON COUNT: and nothing took the fast path.
refused()
{
	true_that at_least "refused.$1" "$2"
	true_that is_stat hits 0
	true_that is_stat flows 0
	hush
}

sink()
{
	sv socat -u UDP6-RECV:7000 OPEN:$TMP/got,creat,trunc &
	wait_for 10 udp_open
}
got_bytes() { [ "$(stat -c %s $TMP/got)" = "$1" ]; }

options()
{
	rules
	sink
	cl /lab/traffic udp "$1" 7000 100:10 opts=1
	wait_for 10 got_bytes 1000
	refused 9 9
}

fragments()
{
	rules
	sink
	cl /lab/traffic udp "$1" 7000 4000:10 df=0
	wait_for 10 got_bytes 40000
	refused 10 9
}

other_protocol()
{
	rules
	true_that cl ping -c 5 -i 0.2 -q "$1"
	refused 2 8
}

# A connection that is being opened, here to a server whose answers are lost.
tcp_state()
{
	rules
	ip -n sv route add blackhole "$C4"
	within 5 ip netns exec cl socat -u OPEN:/dev/null "TCP:$S4:7000,connect-timeout=4" 2>/dev/null
	ip -n sv route del blackhole "$C4"
	refused 3 2
}

# Only in one direction does anything come: the first packet of each connection is refused.
unconfirmed()
{
	local p

	rules
	sink
	for p in 5001 5002 5003; do
		cl /lab/traffic udp "$1" 7000 100:1 port=$p
	done
	refused 4 3
}

untracked()
{
	load <<-E
	table inet x {
		flowtable f { hook ingress priority 0; devices = { r0, r1 }; }
		chain raw { type filter hook prerouting priority -300; notrack; }
		chain c { type filter hook forward priority 0; flow add @f; }
	}
	E
	sink
	cl /lab/traffic udp $S4 7000 100:10
	wait_for 10 got_bytes 1000
	refused 1 10
}

helper()
{
	rt modprobe nf_conntrack_ftp 2>/dev/null || skip "no FTP helper"
	load <<-E
	table ip x {
		ct helper ftp { type "ftp" protocol tcp; }
		flowtable f { hook ingress priority 0; devices = { r0, r1 }; }
		chain pre { type filter hook prerouting priority -150; tcp dport 7000 ct helper set "ftp"; }
		chain c { type filter hook forward priority 0; flow add @f; }
	}
	E
	true_that copy $S4 $TMP/small $TMP/out
	refused 5 3
}

# The FTP helper writes the translated address, which is longer, into the payload; all that comes
# after has its sequence numbers moved. The connection that it announces is a plain one.
ftp_nat()
{
	local line

	rt modprobe nf_nat_ftp 2>/dev/null || skip "no FTP NAT helper"
	ip -n rt addr add 10.0.2.200/24 dev r1
	load <<-E
	table ip x {
		ct helper ftp { type "ftp" protocol tcp; }
		flowtable f { hook ingress priority 0; devices = { r0, r1 }; }
		chain pre { type filter hook prerouting priority -150; tcp dport 7000 ct helper set "ftp"; }
		chain post { type nat hook postrouting priority 100; oifname r1 snat to 10.0.2.200; }
		chain c { type filter hook forward priority 0; flow add @f; }
	}
	E
	hold
	# the helper looks at whole lines, and knows where one begins from the one before
	for line in "USER a" "PORT 10,0,1,2,30,40" $(seq 101 110); do
		printf '%s\r\n' "$line" >&9
		wait_for 10 echoed 1 "${line:0:4}"
	done
	match "$(cat $TMP/echo)" "USER a*PORT 10,0,2,200,30,40*101*110*"
	exec 9>&-
	true_that at_least refused.6 10
	ip -n rt addr del 10.0.2.200/24 dev r1
	refused 5 1
}

synproxy()
{
	rt sysctl -q -w net.netfilter.nf_conntrack_tcp_loose=0 net.ipv4.tcp_syncookies=2 \
		net.ipv4.tcp_timestamps=1
	modprobe nft_synproxy 2>/dev/null || skip "no synproxy"
	load <<-E
	table ip x {
		flowtable f { hook ingress priority 0; devices = { r0, r1 }; }
		chain raw {
			type filter hook prerouting priority -300;
			iifname r0 tcp dport 7000 tcp flags syn notrack
		}
		chain c {
			type filter hook forward priority 0;
			iifname r0 tcp dport 7000 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
			ct state invalid drop
			flow add @f
		}
	}
	E
	true_that copy $S4 $TMP/small $TMP/out
	rt sysctl -q -w net.netfilter.nf_conntrack_tcp_loose=1 net.ipv4.tcp_syncookies=1
	refused 6 10
}

# It is ready, or has ended.
mroute_told() { grep -q ready $TMP/mroute || ! kill -0 "$1" 2>/dev/null; }

multicast()
{
	load <<-E
	table ip x {
		flowtable f { hook ingress priority 0; devices = { r0, r1 }; }
		chain c { type filter hook forward priority 0; flow add @f; counter; }
	}
	E
	exec_in rt /lab/traffic mroute $C4 239.1.2.3 r0 r1 >$TMP/mroute &
	local pid=$!

	wait_for 10 mroute_told $pid
	grep -q ready $TMP/mroute || skip "no multicast routing"
	ip -n cl route add 239.0.0.0/8 dev c0
	sv socat -u UDP4-RECV:7000,ip-add-membership=239.1.2.3:s0 OPEN:$TMP/got,creat,trunc &
	wait_for 10 sv grep -q ':1B58 ' /proc/net/udp
	# its reach is one hop unless told otherwise
	cl /lab/traffic udp 239.1.2.3 7000 ttl=9:10
	wait_for 10 got_bytes 1000
	kill $pid
	ip -n cl route del 239.0.0.0/8 dev c0
	refused 12 9
}

broadcast()
{
	rt sysctl -q -w net.ipv4.conf.all.bc_forwarding=1 net.ipv4.conf.r0.bc_forwarding=1
	rules
	sv socat -u UDP4-RECV:7000 OPEN:$TMP/got,creat,trunc &
	wait_for 10 sv grep -q ':1B58 ' /proc/net/udp
	cl /lab/traffic udp 10.0.2.255 7000 100:10
	wait_for 10 got_bytes 1000
	refused 12 9
	rt sysctl -q -w net.ipv4.conf.all.bc_forwarding=0
}

# bridged: the rules see bridged packets, too, if a bridge is told to show them; nothing routes them.
bridged()
{
	modprobe br_netfilter 2>/dev/null || skip "no br_netfilter"
	ip -n rt addr flush dev r0; ip -n rt addr flush dev r1
	ip -n rt link add br0 type bridge
	ip -n rt link set r0 master br0; ip -n rt link set r1 master br0
	ip -n rt link set br0 up
	rt sysctl -q -w net.bridge.bridge-nf-call-iptables=1
	ip -n cl addr add 10.0.7.1/24 dev c0
	ip -n sv addr add 10.0.7.2/24 dev s0
	rules
	true_that copy 10.0.7.2 $TMP/small $TMP/out
	refused 13 10
	topo_up
}

gre_nat()
{
	local ns

	modprobe ip_gre 2>/dev/null
	ip -n cl link add g0 type gre local $C4 remote $S4 2>/dev/null || skip "no GRE"
	ip -n sv link add g0 type gre local $S4 remote $R4
	ip -n cl addr add 10.9.0.1/24 dev g0; ip -n sv addr add 10.9.0.2/24 dev g0
	# What IPv6 says of itself on a new device would be a connection from sv with the same tuple.
	for ns in cl sv; do
		ip netns exec $ns sysctl -q -w net.ipv6.conf.g0.disable_ipv6=1
		ip -n $ns link set g0 up
	done
	rules '' 'oifname r1 masquerade'
	true_that cl ping -c 10 -i 0.1 -q 10.9.0.2
	ip -n cl link del g0; ip -n sv link del g0
	refused 17 5
}

other_devices()
{
	DEVICES=lo rules
	true_that copy $S4 $TMP/small $TMP/out
	refused 15 2
}

backend_up
topo_up
big $TMP/small 1
t ip-options options $S4
t ipv6-extension-header options $S6
t fragments4 fragments $S4
t fragments6 fragments $S6
t icmp other_protocol $S4
t icmpv6 other_protocol $S6
t tcp-not-established tcp_state
t first-packet unconfirmed $S4
t untracked untracked
t helper helper
t sequence-adjusted ftp_nat
t synproxy synproxy
t multicast multicast
t broadcast broadcast
t bridged bridged
t gre-with-nat gre_nat
t devices-not-named other_devices
