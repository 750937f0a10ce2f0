#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# 200,000 flows (a tenth of them where all is slow): all are dumped, once each, also while others
# come and go; deletion is complete and the memory comes back.

# shellcheck source=lib.sh
. module/lib.sh

PG=/proc/net/pktgen
PORTS=450
! slow || PORTS=142
N=$((PORTS * (PORTS - 1)))
# without those of eleven ports
LEFT=$((N - 11 * PORTS))

pg() { echo "$2" >"$PG/$1"; }

# send ROUNDS: each of N flows gets so many packets. pktgen lives in the first namespace.
send()
{
	pg kpktgend_0 rem_device_all
	pg kpktgend_0 "add_device p0"
	for line in "xmit_mode netif_receive" "clone_skb 0" "delay 0" "pkt_size 60" \
		"dst_mac $(cat /sys/class/net/p0/address)" "src_mac 02:00:00:00:00:01" \
		"dst 10.8.0.2" "src_min 10.7.0.2" "src_max 10.7.0.2" \
		"udp_src_min 2000" "udp_src_max $((2000 + PORTS))" \
		"udp_dst_min 3000" "udp_dst_max $((2999 + PORTS))" \
		"count $((N * $1))"; do
		pg p0 "$line"
	done
	pg pgctrl start
}

# slab: flows that have memory. KASAN keeps what was freed until the cache is told to shrink.
slab()
{
	! slow || echo 1 >/sys/kernel/slab/nff_flow/shrink
	awk '$1 == "nff_flow" { print $2 }' /proc/slabinfo
}
slab_below() { [ "$(slab)" -lt "$1" ]; }

many()
{
	local ids pid

	send 2
	same "$(/lab/nffctl tables | field flows)" $N "flows"
	/lab/nffctl flows | grep -o ' id=[0-9]*' >$TMP/all
	same "$(wc -l <$TMP/all)" $N "flows in the dump"
	same "$(sort -u $TMP/all | wc -l)" $N "different flows in the dump"
	# some go while the rest is dumped; what stays is there once
	/lab/nffctl del odport=3000 >/dev/null
	(for p in $(seq 3001 3010); do /lab/nffctl del odport=$p; done) >/dev/null &
	pid=$!
	/lab/nffctl flows >$TMP/some
	wait $pid
	sed -n 's/.*>10\.8\.0\.2:\([0-9]*\) .*/\1/p' $TMP/some | awk '$1 > 3010' >$TMP/stayed
	same "$(wc -l <$TMP/stayed)" $LEFT "flows that stayed"
	same "$(grep -o ' id=[0-9]*' $TMP/some | sort | uniq -d | wc -l)" 0 "flows shown twice"
	same "$(/lab/nffctl flush)" "count $LEFT"
	same "$(/lab/nffctl flows | wc -l)" 0
	wait_for 30 slab_below 1000
}

modprobe -a pktgen dummy
backend_up
ip link add p0 type dummy
ip link add p1 type dummy
ip link set p0 up; ip link set p1 up
ip addr add 10.7.0.1/24 dev p0; ip addr add 10.8.0.1/24 dev p1
ip neigh add 10.8.0.2 lladdr 02:00:00:00:00:02 dev p1 nud permanent
ip neigh add 10.7.0.2 lladdr 02:00:00:00:00:01 dev p0 nud permanent
sysctl -q -w net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_max=1000000 \
	net.ipv4.conf.all.rp_filter=0 net.netfilter.nf_conntrack_udp_timeout=600
echo 262144 >/sys/module/nf_conntrack/parameters/hashsize
$NFT -f - <<-E
table inet x {
	flowtable f {
		hook ingress priority 0
		devices = { p0, p1 }
	}
	chain forward {
		type filter hook forward priority 0; policy accept;
		flow add @f
	}
}
E
/lab/nffctl set family=1 table=x flowtable=f udp=900
t "$N flows" many
$NFT flush ruleset
conntrack -F >/dev/null 2>&1
ip link del p0; ip link del p1
t unload unload nff
