#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Everything at once, for STRESS_ROUNDS rounds: traffic, dumps, removals, tables, devices and
# namespaces that come and go, random messages. Then the module goes, and a kernel with kmemleak
# is asked for leaks.

# shellcheck source=lib.sh
. module/lib.sh

rounds=${STRESS_ROUNDS:-10}
! slow || rounds=3

traffic()
{
	local i

	for ((i = 0; i < rounds * 3; i++)); do
		cl /lab/traffic udp $S4 7000 100:20 1400:5 port=$((6000 + i % 7)) ttl=1:1
		cl /lab/traffic udp $S6 7000 100:20 port=$((6000 + i % 5))
		cl timeout 5 socat -u OPEN:$TMP/small TCP:$S4:7200
	done
}

dumps()
{
	local i

	for ((i = 0; i < rounds * 5; i++)); do
		ctl flows; ctl tables; ctl flows l4=17; ctl del port=6001; ctl get port=6002
		ctl reset what=3; ctl set family=1 table=x flowtable=f tcp=$((i % 3)) udp=1
	done
}

tables()
{
	local i

	for ((i = 0; i < rounds; i++)); do
		rules counter 'oifname r1 masquerade'
		ctl flush
		rt $NFT 'add flowtable inet x g { hook ingress priority 5; devices = { d9 }; }'
		rt ip link add d9 type dummy; rt ip link set d9 up
		rt $NFT 'add flowtable inet x g { hook ingress priority 5; devices = { d9 }; }'
		rt ip link set r1 down; rt ip link set r1 up
		rt ip link del d9
		rules
		rt conntrack -F
		ip -n rt neigh flush dev r1
		rt ip route add 10.0.2.2/32 dev r1; rt ip route del 10.0.2.2/32 dev r1
	done
}

spaces()
{
	local i

	for ((i = 0; i < rounds; i++)); do
		ip netns add z
		ip -n z link add d0 type dummy
		printf 'table inet x {\nflowtable f {\nhook ingress priority 0\ndevices = { d0 }\n}
			chain c {\ntype filter hook forward priority 0\nflow add @f\n}\n}\n' |
			ip netns exec z $NFT -f -
		ip netns exec z /lab/nffctl tables
		ip netns del z
	done
}

messages()
{
	local i

	for ((i = 1; i <= rounds; i++)); do
		rt /lab/nffctl fuzz 200 "$i"
	done
}

# taken: how often each CPU has taken packets in, one number a CPU.
taken() { awk '$1 == "NET_RX:" { for (i = 2; i <= NF; i++) print $i }' /proc/softirqs; }

stress()
{
	local pids='' job cpu before after

	mapfile -t before < <(taken)
	rules
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	sv socat -u TCP6-LISTEN:7200,reuseaddr,fork OPEN:/dev/null &
	for job in traffic dumps tables spaces messages; do
		$job >/dev/null 2>&1 &
		pids+=" $!"
	done
	# shellcheck disable=SC2086
	wait $pids
	ns_kill sv
	rt $NFT flush ruleset
	mapfile -t after < <(taken)
	for cpu in 0 1; do
		[ $((after[cpu] - before[cpu])) -ge 100 ] || fail "CPU $cpu had no traffic"
	done
}

leaks()
{
	local file=/sys/kernel/debug/kmemleak

	topo_down
	unload nff
	[ -e $file ] || return 0
	echo scan >$file
	sleep 6
	echo scan >$file
	same "$(cat $file)" "" "leaks"
}

backend_up
topo_up
dd if=/dev/urandom of=$TMP/small bs=100k count=1 status=none
t stress stress
t leaks leaks
