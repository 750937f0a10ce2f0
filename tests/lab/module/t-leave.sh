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

# hold: an idle TCP connection between port 6000 of cl and 7000 of sv, which echoes what it gets.
hold()
{
	sv socat TCP-LISTEN:7000,reuseaddr EXEC:cat &
	wait_for 10 listening 7000
	rm -f $TMP/fifo; mkfifo $TMP/fifo
	exec_in cl socat - TCP:$S4:7000,bind=:6000,reuseaddr <$TMP/fifo >$TMP/echo &
	holder=$!
	exec 9>$TMP/fifo
}
say_it() { for i in $(seq "$1"); do echo "$2" >&9; sleep 0.1; done; }
echoed() { [ "$(grep -c "$2" $TMP/echo)" -ge "$1" ]; }
drop() { exec 9>&-; hush; }

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
	same "$(flows)" 0
	same "$(stat_of removed.2)" 1 "removals by FIN"
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
	cl /lab/nffctl rst $C4 6000 $S4 7000 1
	wait_for 10 is_stat flows 0
	true_that offload_off sport=6000
	ip netns pids sv | xargs -r kill -CONT
	drop
}

# timeout: back on the classic path, with conntrack's own timeout, and in again with the next packet
timeout_of()
{
	local old

	rules
	must ctl set family=1 table=x flowtable=f tcp=2 udp=1
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
	cl /lab/nffctl udp $S4 7000 100:8 port=5555
	wait_for 10 offloaded 1 sport=5555
	sleep 5
	true_that offloaded 1 sport=5555
	must ctl flush
	same "$out" "count 1"
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
	cl /lab/nffctl udp $S4 7000 100:8 port=5556
	wait_for 10 offloaded 1 sport=5556
	must rt conntrack -D -p udp --sport 5556
	wait_for 10 is_stat flows 0
	same "$(stat_of removed.5)" 1
	hush
}
gone() { [ -z "$(conntracks "$@")" ]; }

limit()
{
	local p

	rules
	must ctl set family=1 table=x flowtable=f size=3
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	for p in 5001 5002 5003 5004 5005; do
		cl /lab/nffctl udp $S4 7000 100:4 port=$p
	done
	same "$(stat_of flows)" 3
	true_that at_least refused.18 2
	must ctl set family=1 table=x flowtable=f size=0
	cl /lab/nffctl udp $S4 7000 100:4 port=5006
	same "$(stat_of flows)" 4
	hush
}

# Deleting a flow moves its connection to the classic path, which puts it back.
by_request()
{
	local id adds

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
	rt nft flush ruleset
	rt nft add table ip keep '{ chain c { type filter hook forward priority 0; ct state invalid drop; }; }'
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
t timeout timeout_of
t conntrack-timeout ct_timeout
t conntrack-deleted ct_deleted
t size-limit limit
t delete-and-flush by_request
t table-gone table_gone
t device-down ct_killed
