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
	true_that at_least adds 2
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
	true_that within 60 ip netns exec cl socat -u OPEN:$TMP/small TCP:$S4:8000
	wait $pid
	true_that cmp -s $TMP/small $TMP/out
	true_that is_stat adds 0
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
	sv socat UDP6-LISTEN:7000 EXEC:cat &
	wait_for 10 udp_open
	# one socket, so one connection: twelve lines, each a datagram that comes back before the
	# next one is sent
	: >$TMP/echo
	(for i in $(seq 12); do echo "line $i"; wait_for 10 back $i; done) |
		within 60 ip netns exec cl socat -t 0.1 - "UDP:$2:7000${4-}" >$TMP/echo
	got=$(grep -c '^line' $TMP/echo)
	same "$got" 12 "lines echoed"
	true_that at_least hits 10
	hush
}

back() { [ "$(grep -c '^line' $TMP/echo)" = "$1" ]; }

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
	cl /lab/traffic udp0 $S4 7000 20
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
	cl /lab/traffic udp $S4 7000 100:10
	match "$(cl /lab/traffic udp $S4 7000 100:10 ttl=1:3 port=5555 2>&1)" "*EHOSTUNREACH*"
	match "$(cl /lab/traffic udp $S6 7000 100:10 ttl=1:3 port=5555 2>&1)" "*EHOSTUNREACH*"
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
	cl /lab/traffic udp $S4 7000 100:1002 port=5555
	wait_for 10 at_least hits 1000
	match "$(conntracks '[OFFLOAD]' sport=5555)" "*packets=1002 bytes=128256 *"
	if is_own; then
		line=$(ctl flows osport=5555)
		same "$(field packets <<<"$line")" 1000 packets
		same "$(field bytes <<<"$line")" 128000 bytes
		must ctl reset what=2
		same "$out" "count 1"
		same "$(ctl flows osport=5555 | field packets)" 0 "packets after reset"
		must ctl reset what=1
		true_that is_stat hits 0
		true_that is_stat flows 1
	fi
	hush
}

# accounting ADDRESS PACKET-SIZE FLOWTABLE-LINE ACCT: one flow, sent from both CPUs at once and
# answered: no packet is lost, none is counted twice, in either direction.
accounting()
{
	local line packets classic_ bytes cpu pids='' before

	rt sysctl -q -w net.netfilter.nf_conntrack_acct=$4
	# an echo that comes after its sender is gone makes an ICMP error, which is not counted here
	rules "$3" '' 'meta l4proto != udp accept
		flow add @f'
	exec_in sv /lab/traffic echo 7000 &
	wait_for 10 udp_open
	before=$(answered)
	cl /lab/traffic udp "$1" 7000 100:5 port=5555
	for cpu in 0 1; do
		exec_in cl busybox taskset -c $cpu /lab/traffic udp "$1" 7000 100:300 port=5555 &
		pids+=" $!"
	done
	# shellcheck disable=SC2086
	wait $pids
	# all 605 of them
	wait_for 20 is_answered "$((${before% *} + 605)) $((${before#* } + 605))"
	classic_=$(classic)
	true_that [ "$classic_" -lt 20 ]
	if is_own; then
		line=$(ctl flows osport=5555)
		packets=$(sum packets <<<"$line") bytes=$(sum bytes <<<"$line")
		same "$((packets + classic_))" 1210 "packets of the flow, and those of the rules"
		same "$bytes" $((packets * $2)) bytes
		same "$(stat_of hits)" "$packets" hits
		match "$line" "*mtu=1500 packets=[56]?? *mtu=1500 packets=[56]?? *"
	fi
	if [ "$4" = 1 ]; then
		match "$(conntracks '[OFFLOAD]' sport=5555)" \
			"*packets=605 bytes=$((605 * $2)) *packets=605 bytes=$((605 * $2)) *"
	fi
	rt sysctl -q -w net.netfilter.nf_conntrack_acct=1
	hush
}
sum() { grep -o " $1=[0-9]*" | awk -F= '{ sum += $2 } END { print sum + 0 }'; }

# answered: datagrams that the server has got, and sent back, both families; "N N".
answered()
{
	sv cat /proc/net/snmp /proc/net/snmp6 | awk '
		$1 == "Udp:" && $2 ~ /^[0-9]/ { got += $2; sent += $5 }
		$1 == "Udp6InDatagrams" { got += $2 }
		$1 == "Udp6OutDatagrams" { sent += $2 }
		END { print got, sent }'
}
is_answered() { [ "$(answered)" = "$1" ]; }

# several: flowtables of several tables on the same devices, each with its own traffic. (Within a
# table nf_tables has a device in one flowtable only.)
several()
{
	load <<-E
	table inet x {
		flowtable f {
			hook ingress priority 0
			devices = { r0, r1 }
		}
		chain forward {
			type filter hook forward priority 0; policy accept;
			ip protocol tcp flow add @f
		}
	}
	table inet y {
		flowtable g {
			hook ingress priority 1
			devices = { r0, r1 }
		}
		chain forward {
			type filter hook forward priority 1; policy accept;
			meta l4proto udp flow add @g
		}
	}
	table ip z {
		flowtable h {
			hook ingress priority 2
			devices = { r1, r0 }
		}
		chain forward {
			type filter hook forward priority 2; policy accept;
			flow add @h
		}
	}
	E
	exec_in sv /lab/traffic echo 7000 &
	wait_for 10 udp_open
	true_that copy $S4 $TMP/small $TMP/out
	cl /lab/traffic udp $S4 7000 100:50 port=5555
	cl /lab/traffic udp $S6 7000 100:50 port=5555
	wait_for 10 offloaded 2 sport=5555
	if is_own; then
		# large segments are few
		true_that at_least hits 30 f
		true_that at_least hits 150 g
		same "$(flows flowtable=f l4=17)" 0
		same "$(flows flowtable=g l4=17)" 2
		# the third one came too late for all of them
		true_that is_stat adds 0 h
		same "$(ctl tables | grep -c ^table)" 3
		# what leaves one of them may enter another
		rt $NFT delete table inet y
		true_that is_stat flows 0 h
		cl /lab/traffic udp $S4 7000 100:20 port=5555
		true_that is_stat flows 1 h
		true_that at_least hits 15 h
	fi
	true_that copy $S6 $TMP/small $TMP/out
	rt $NFT flush ruleset
	hush
}

# Packets that cannot take the fast path while their flow does: fragments and options go the
# classic way, arrive, and change nothing about the flow.
odd_packets()
{
	local adds

	rules
	rm -f $TMP/got
	sv socat -u UDP6-RECV:7000 OPEN:$TMP/got,creat,trunc &
	wait_for 10 udp_open
	cl /lab/traffic udp $1 7000 100:20 4000:5 opted=7 100:1 df=0 port=5555
	wait_for 10 got_bytes $((28 * 100 + 5 * 4000))
	true_that at_least classic.3 10
	true_that is_stat adds 1
	true_that offloaded 1 sport=5555
	hush
}
got_bytes() { [ "$(stat -c %s $TMP/got)" = "$1" ]; }

# GRE with content inside, both families.
gre()
{
	local kind=$1 a=$2 b=$3 more=$4

	modprobe -a ip_gre ip6_gre 2>/dev/null
	# shellcheck disable=SC2086
	ip -n cl link add g0 type $kind local $a remote $b $more 2>/dev/null || skip "no GRE"
	# shellcheck disable=SC2086
	ip -n sv link add g0 type $kind local $b remote $a $more
	ip -n cl addr add 10.9.0.1/24 dev g0; ip -n sv addr add 10.9.0.2/24 dev g0
	ip -n cl link set g0 up; ip -n sv link set g0 up
	rules
	true_that copy 10.9.0.2 $TMP/in $TMP/out
	true_that fetch 10.9.0.2 $TMP/in $TMP/out2
	true_that at_least hits 200
	! is_own || match "$(ctl flows l4=47)" "flow *l4=47*"
	ip -n cl link del g0; ip -n sv link del g0
	hush
}

# What a listing tells of a flow.
attributes()
{
	local line

	own
	load <<-E
	table ip x {
		flowtable f { hook ingress priority 0; devices = { r0, r1 }; }
		chain raw { type filter hook prerouting priority -300; ct zone set 7; }
		chain pre {
			type nat hook prerouting priority -100;
			udp dport 8000 dnat to $S4:7000
		}
		chain post { type nat hook postrouting priority 100; oifname r1 masquerade; }
		chain c {
			type filter hook forward priority 0;
			ct mark set 0x2a
			flow add @f
		}
	}
	E
	must ctl set family=2 table=x flowtable=f udp=40
	exec_in sv /lab/traffic echo 7000 &
	wait_for 10 udp_open
	cl /lab/traffic udp 10.0.2.99 8000 100:20 port=5555
	line=$(ctl flows)
	match "$line" "flow 2 x f id=* l4=17 orig $C4:5555>10.0.2.99:8000 xmit=neigh iif=r0 oif=r1 mtu=1500 *"
	match "$line" "* reply $S4:7000>$R4:5555 xmit=neigh iif=r1 oif=r0 mtu=1500 *"
	# translated source and destination, conntrack counts too
	match "$line" "* flags=7 ctid=[1-9]* mark=42 zone=7 *"
	true_that [ $(($(date +%s) - $(field created <<<"$line"))) -le $((20 * ${WAIT_FACTOR:-1})) ]
	same $((($(field idle <<<"$line") + $(field left <<<"$line") + 50) / 100)) 400 "idle and left"
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
t accounting4 accounting $S4 128 '' 1
t accounting6 accounting $S6 148 '' 1
t accounting-flowtable accounting $S4 128 counter 0
t accounting-none accounting $S4 128 '' 0
t several-flowtables several
t odd-packets4 odd_packets $S4
t odd-packets6 odd_packets $S6
t gre4 gre gre $C4 $S4 ''
t gre6 gre ip6gre $C6 $S6 'encaplimit none'
t attributes attributes
