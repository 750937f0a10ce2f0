#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How flows leave: end of the connection, timeout, limit, request; and what conntrack has then.

# shellcheck source=lib.sh
. module/lib.sh

ct_state() { conntracks "$@" | head -n 1 | awk '{ print $4 }'; }
ct_left() { conntracks "$@" | head -n 1 | awk '{ print $3 }'; }
state_is() { [ "$(ct_state "${@:2}")" = "$1" ]; }
offload_off() { ! offloaded 1 "$@"; }

fin()
{
	rules
	hold
	say_it 5 one
	wait_for 10 offloaded 1 sport=6000
	true_that [ "$(ct_left sport=6000)" != 300 ]
	exec 9>&-
	wait_for 10 state_is TIME_WAIT sport=6000
	true_that offload_off sport=6000
	true_that [ "$(ct_left sport=6000)" -le 120 ]
	wait_for 10 is_stat flows 0
	true_that is_stat removed.2 1
	drop
}

rst()
{
	rules
	hold
	say_it 5 one
	wait_for 10 offloaded 1 sport=6000
	# a process that dies with data unread resets
	kill -9 $holder
	ip netns pids sv | xargs -r kill -STOP
	cl ip tcp_metrics flush >/dev/null 2>&1
	cl /lab/traffic tcp $C4 6000 $S4 7000 1 4
	wait_for 10 is_stat flows 0
	true_that offload_off sport=6000
	ip netns pids sv | xargs -r kill -CONT
	drop
}

# invalid: a segment that has no place in the connection hands it back to conntrack, which judges
# that segment; the connection goes on, and back to the fast path.
invalid()
{
	rules
	hold
	say_it 5 one
	wait_for 10 offloaded 1 sport=6000
	cl /lab/traffic tcp $C4 6000 $S4 7000 1 "$1"
	wait_for 10 at_least removed.14 1
	# the server answers a SYN, and that packet brings the flow back
	if [ "$1" != 2 ]; then
		wait_for 10 is_stat flows 0
		match "$(ct_state sport=6000)" ESTABLISHED
		true_that [ "$(ct_left sport=6000)" -gt 1000 ]
	fi
	say_it 5 two
	wait_for 10 echoed 5 two
	wait_for 10 offloaded 1 sport=6000
	drop
}

# The kernel's timeouts hold for a flowtable that has none of its own.
sysctls()
{
	local name=net.netfilter.nf_flowtable_udp_timeout

	rt sysctl -n $name >/dev/null 2>&1 || skip "no $name here"
	rt sysctl -q -w $name=2
	rules
	if is_own; then
		same "$(ctl table family=1 table=x flowtable=f | field udp_now)" 2
	fi
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	cl /lab/traffic udp $S4 7000 100:8 port=5557
	wait_for 10 offloaded 1 sport=5557
	wait_for 10 offload_off sport=5557
	true_that is_stat removed.1 1
	# and it is back with the next packet
	cl /lab/traffic udp $S4 7000 100:2 port=5557
	wait_for 2 offloaded 1 sport=5557
	rt sysctl -q -w $name=30
	hush
}

# timeout: back on the classic path, with conntrack's own timeout, and in again with the next packet
timeout_of()
{
	local old

	own
	rules
	# long enough to be seen before it is over
	must ctl set family=1 table=x flowtable=f tcp=$((2 * ${WAIT_FACTOR:-1})) udp=1
	hold
	say_it 5 one
	wait_for 10 offloaded 1 sport=6000
	wait_for 20 is_stat removed.1 1
	true_that offload_off sport=6000
	match "$(ct_state sport=6000)" ESTABLISHED
	true_that [ "$(ct_left sport=6000)" -gt 400000 ]
	old=$(stat_of adds)
	say_it 5 two
	wait_for 10 echoed 5 two
	wait_for 10 offloaded 1 sport=6000
	true_that grown adds "$old"
	exec 9>&-
	wait_for 10 state_is TIME_WAIT sport=6000
	drop
}

# Offloaded for longer than conntrack's timeout.
ct_timeout()
{
	rules
	rt sysctl -q -w net.netfilter.nf_conntrack_udp_timeout=2 net.netfilter.nf_conntrack_udp_timeout_stream=2
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	cl /lab/traffic udp $S4 7000 100:8 port=5555
	wait_for 10 offloaded 1 sport=5555
	sleep 5
	true_that offloaded 1 sport=5555
	if is_own; then
		must ctl flush
		same "$out" "count 1"
	else
		rt $NFT flush ruleset
	fi
	wait_for 20 gone sport=5555
	rt sysctl -q -w net.netfilter.nf_conntrack_udp_timeout=30 net.netfilter.nf_conntrack_udp_timeout_stream=120
	hush
}

# A conntrack entry deleted by request takes its flow with it.
ct_deleted()
{
	rules
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	cl /lab/traffic udp $S4 7000 100:8 port=5556
	wait_for 10 offloaded 1 sport=5556
	must rt conntrack -D -p udp --sport 5556
	wait_for 10 is_stat flows 0
	true_that is_stat removed.5 1
	hush
}
gone() { [ -z "$(conntracks "$@")" ]; }

limit()
{
	local p

	own
	rules
	must ctl set family=1 table=x flowtable=f size=3
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	for p in 5001 5002 5003 5004 5005; do
		cl /lab/traffic udp $S4 7000 100:4 port=$p
	done
	true_that is_stat flows 3
	true_that at_least refused.18 2
	must ctl set family=1 table=x flowtable=f size=0
	cl /lab/traffic udp $S4 7000 100:4 port=5006
	true_that is_stat flows 4
	hush
}

# Deleting a flow moves its connection to the classic path, which puts it back.
by_request()
{
	local id adds

	own
	rules
	talk tcp $S4
	wait_for 20 at_least adds 2
	hits_grow
	# iperf3's control connection is quiet, the other one is not
	id=$(ctl flows port=5201 | tail -n 1 | field id)
	adds=$(stat_of adds)
	must ctl del id=$id
	same "$out" "count 1"
	wait_for 20 grown adds "$adds"
	hits_grow
	must ctl flush
	hits_grow
	true_that at_least removed.10 2
	true_that ns_alive
	drop
}
ns_alive() { ip netns pids cl | grep -q .; }

# The table goes under traffic; the connections go on, and conntrack has them back.
table_gone()
{
	local n

	rules
	talk tcp $S4
	wait_for 20 at_least adds 2
	hits_grow
	rt $NFT flush ruleset
	rt $NFT add table ip keep '{ chain c { type filter hook forward priority 0; ct state invalid drop; }; }'
	n=$(received)
	wait_for 20 received_more "$n" 300000
	true_that offload_off dport=5201
	rules
	hits_grow
	drop
}

ct_killed()
{
	rules
	talk udp $S4
	wait_for 20 at_least adds 1
	hits_grow
	# conntrack's own way to kill entries of a device's masqueraded connections and the like
	ip -n rt link set r1 down
	wait_for 10 is_stat flows 0
	ip -n rt link set r1 up
	hits_grow
	hush
}

backend_up
topo_up
t tcp-fin fin
t tcp-rst rst
t tcp-syn invalid 2
t tcp-no-ack invalid 8
t tcp-no-flags invalid 0
t timeout timeout_of
t timeout-sysctl sysctls
t conntrack-timeout ct_timeout
t conntrack-deleted ct_deleted
t size-limit limit
t delete-and-flush by_request
t table-gone table_gone
t device-down ct_killed
