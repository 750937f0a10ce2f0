#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Real traffic on the fast path: content, NAT of each kind, checksums, counters.

# shellcheck source=lib.sh
. module/lib.sh

# both ways, content compared, most packets on the fast path
content()
{
	rules "$2" "$3"
	true_that copy "$1" $TMP/in $TMP/out
	true_that fetch "$1" $TMP/in $TMP/out2
	true_that at_least hits 200
	match "$(stat_of adds)" "[2-9]"
}

dnat()
{
	FAMILY=$1 rules '' '' '' "iifname r0 tcp dport 8000 dnat to $2"
	true_that copy "$3" $TMP/in $TMP/out 8000 "$4"
	true_that at_least hits 200
}

# An address of the router's own, translated to the server: forwarded, though sent to the router.
redirect_forward()
{
	rules '' '' '' "ip daddr 10.0.1.1 tcp dport 8000 dnat ip to $S4:7000"
	true_that copy 10.0.1.1 $TMP/in $TMP/out 8000 7000
	true_that at_least hits 200
}

# redirect ends at the router: nothing to offload, and it works.
redirect()
{
	local pid

	rules '' '' '' 'iifname r0 tcp dport 8000 redirect to :7000'
	rt socat -u TCP-LISTEN:7000,reuseaddr OPEN:$TMP/out,creat,trunc &
	pid=$!
	wait_for 10 rt_listening
	true_that timeout 60 ip netns exec cl socat -u OPEN:$TMP/small TCP:$S4:8000
	wait $pid
	true_that cmp -s $TMP/small $TMP/out
	same "$(stat_of adds)" 0 "flows"
}
rt_listening() { rt cat /proc/net/tcp | grep -q ":1B58 0* *00000000:0000 0A\|:1B58 00000000:0000 0A"; }

snat_port()
{
	rules '' 'oifname r1 ip protocol tcp snat ip to 10.0.2.1:3000-3100'
	true_that copy $S4 $TMP/in $TMP/out
	true_that at_least hits 200
}

both_nat()
{
	rules '' 'oifname r1 masquerade' '' 'iifname r0 tcp dport 8000 dnat ip to 10.0.2.2:7000'
	true_that copy 10.0.2.99 $TMP/in $TMP/out 8000 7000
	true_that at_least hits 200
}

# udp FAMILY-OPTION ADDRESS NAT [SOCAT-OPTION]: datagrams there and back, each checked.
udp()
{
	local i got

	rules '' "$3"
	sv socat UDP6-RECVFROM:7000,fork EXEC:cat &
	wait_for 10 udp_open
	# one socket, so one connection: twelve lines, each echoed
	for i in $(seq 12); do echo "line $i"; sleep 0.1; done |
		timeout 20 ip netns exec cl socat -t 2 - "UDP:$2:7000${4-}" >$TMP/echo
	got=$(grep -c '^line' $TMP/echo)
	same "$got" 12 "lines echoed"
	true_that at_least hits 10
	hush
}

# UDP without a checksum keeps it that way through address translation.
zero_sum()
{
	rules '' 'oifname r1 masquerade'
	sv nft -f - <<-E
	table ip c {
		chain i {
			type filter hook input priority 0;
			udp dport 7000 udp checksum 0 counter
		}
	}
	E
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	cl /lab/nffctl udp0 $S4 7000 20
	sv nft list ruleset >$TMP/c
	match "$(cat $TMP/c)" "*counter packets 20 *"
	true_that at_least hits 15
	sv nft flush ruleset
	hush
}

# TTL: a packet that dies here is answered by the stack.
ttl()
{
	rules
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	cl /lab/nffctl udp $S4 7000 100:10
	match "$(cl /lab/nffctl udp $S4 7000 100:10 ttl=1:3 port=5555 2>&1)" "*EHOSTUNREACH*"
	match "$(cl /lab/nffctl udp $S6 7000 100:10 ttl=1:3 port=5555 2>&1)" "*EHOSTUNREACH*"
	true_that at_least classic.1 2
	hush
}

# Exact counters, ours and conntrack's, and the bytes that the wire saw.
counters()
{
	local line

	rules counter
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	cl /lab/nffctl udp $S4 7000 100:1002 port=5555
	wait_for 10 at_least hits 1000
	line=$(ctl flows osport=5555)
	same "$(field packets <<<"$line")" 1000 packets
	same "$(field bytes <<<"$line")" 128000 bytes
	match "$(conntracks '[OFFLOAD]' sport=5555)" "*packets=1002 bytes=128256 *"
	must ctl reset what=2
	same "$out" "count 1"
	same "$(ctl flows osport=5555 | field packets)" 0 "packets after reset"
	must ctl reset what=1
	same "$(stat_of hits)" 0 "hits after reset"
	same "$(stat_of flows)" 1 "flows after reset"
	hush
}

# Never offloaded, and counted: options, helper, fragments, unreplied TCP, local packets.
refusals()
{
	rules
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	cl /lab/nffctl udp $S4 7000 100:10 opts=1 port=5001
	true_that at_least refused.9 5
	cl /lab/nffctl udp $S4 7000 4000:10 df=0 port=5002
	true_that at_least refused.10 5
	cl ping -c 3 -i 0.2 $S4 >/dev/null
	true_that at_least refused.2 2
	same "$(stat_of hits)" 0 hits
	same "$(flows)" 0 flows
	hush
}

helper()
{
	rt modprobe nf_conntrack_ftp 2>/dev/null || skip "no FTP helper"
	rules '' '' 'ct state new ct helper set "ftp"
			flow add @f' 2>/dev/null || true
	rt nft flush ruleset
	must rt nft -f - <<-E
	table ip x {
		ct helper ftp { type "ftp" protocol tcp; }
		flowtable f { hook ingress priority 0; devices = { r0, r1 }; }
		chain pre { type filter hook prerouting priority -150; tcp dport 7000 ct helper set "ftp"; }
		chain c { type filter hook forward priority 0; flow add @f; }
	}
	E
	true_that copy $S4 $TMP/small $TMP/out
	true_that at_least refused.5 3
	same "$(stat_of hits)" 0 hits
}

gre()
{
	modprobe ip_gre 2>/dev/null
	ip -n cl link add g0 type gre local $C4 remote $S4 2>/dev/null || skip "no GRE"
	ip -n sv link add g0 type gre local $S4 remote $C4
	ip -n cl addr add 10.9.0.1/24 dev g0; ip -n sv addr add 10.9.0.2/24 dev g0
	ip -n cl link set g0 up; ip -n sv link set g0 up
	rules
	true_that cl ping -c 20 -i 0.05 -q 10.9.0.2
	true_that at_least hits 30
	match "$(ctl flows l4=47)" "flow *l4=47*"
	rules '' 'oifname r1 masquerade'
	rt conntrack -F >/dev/null 2>&1
	cl ping -c 10 -i 0.05 -q 10.9.0.2 >/dev/null
	same "$(stat_of hits)" 0 "hits with NAT"
	true_that at_least refused.17 1
	ip -n cl link del g0; ip -n sv link del g0
	hush
}

backend_up
topo_up
big $TMP/in 8
big $TMP/small 1
t tcp4 content $S4
t tcp6 content $S6
t tcp4-counter content $S4 counter
t tcp4-masquerade content $S4 '' 'oifname r1 masquerade'
t tcp6-masquerade content $S6 counter 'oifname r1 masquerade'
t tcp4-snat-port snat_port
t tcp4-dnat-port dnat ip $S4:7000 10.0.2.77 7000
t tcp6-dnat-port dnat ip6 "[$S6]:7000" fd00:2::77 7000
t redirect-to-forward redirect_forward
t redirect-to-router redirect
t dnat-and-masquerade both_nat
t udp4 udp 4 $S4 ''
t udp6 udp 6 "[$S6]" ''
t udp4-masquerade udp 4 $S4 'oifname r1 masquerade'
t udp6-masquerade udp 6 "[$S6]" 'oifname r1 masquerade'
t udp-zero-checksum zero_sum
t ttl ttl
t counters counters
t refusals refusals
t helper helper
t gre gre
