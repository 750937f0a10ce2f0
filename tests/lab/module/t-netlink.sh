#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The netlink interface: dump, filters, events, isolation, rights, validation.

# shellcheck source=lib.sh
. module/lib.sh

# the tests build upon each other
tidy() { :; }

# fill: a few flows of different kinds.
fill()
{
	rules counter 'oifname r1 ip saddr 10.0.1.3 masquerade' \
		'ct mark set 0x12
		flow add @f'
	keep >/dev/null
	talk tcp $S4 >/dev/null 2>&1
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	sv socat -u UDP6-RECV:7100 OPEN:/dev/null &
	wait_for 10 udp_open
	cl /lab/traffic udp $S4 7000 100:5 port=5001
	cl /lab/traffic udp $S4 7100 100:5 port=5002
	cl /lab/traffic udp $S6 7000 100:5 port=5003
}

filters()
{
	local id

	same "$(flows l4=17)" 3 "UDP"
	same "$(flows l3=10)" 1 "IPv6"
	same "$(flows l3=2 l4=17)" 2
	same "$(flows osrc=10.0.1.0/24 l4=17)" 2
	same "$(flows osrc=10.0.1.2/31 l4=17)" 2
	same "$(flows osrc=10.0.1.4/30 l4=17)" 0
	same "$(flows odst=10.0.2.2)" "$(flows rsrc=10.0.2.2)"
	same "$(flows rdst=fd00:1::/32)" 1
	same "$(flows addr=fd00:2::2)" 1
	same "$(flows addr=::/0)" 1
	same "$(flows osport=5001)" 1
	same "$(flows odport=7000)" 2
	same "$(flows rsport=7100)" 1
	same "$(flows rdport=5003)" 1
	same "$(flows port=7000)" 2
	same "$(flows port=5002)" 1
	same "$(flows mark=0x12)" "$(flows)"
	same "$(flows mark=2 mask=2)" "$(flows)"
	same "$(flows mark=1 mask=1)" 0
	same "$(flows zone=0)" "$(flows)"
	same "$(flows zone=1)" 0
	same "$(flows if=r0)" "$(flows)"
	same "$(flows if=lo)" 0
	same "$(flows family=1 table=x flowtable=f)" "$(flows)"
	same "$(flows family=2)" 0
	same "$(flows table=nope)" 0
	same "$(flows flowtable=g)" 0
	id=$(ctl flows osport=5002 | field id)
	same "$(flows id=$id)" 1
	same "$(ctl get id=$id | field id)" "$id"
	must ctl get osport=5001
	must_fail ctl get l4=17
	match "$out" "*ENOTUNIQ*several*"
	must_fail ctl get osport=1
	match "$out" "*ENOENT*no flow*"
	id=$(ctl flows osport=5001 | field ctid)
	same "$(flows ctid=$id)" 1
	match "$(rt conntrack -L -p udp --sport 5001 -o id 2>/dev/null)" "*id=$id*"
}

deleting()
{
	must ctl del osport=5001
	same "$out" "count 1"
	must ctl del osport=5001
	same "$out" "count 0"
	same "$(flows osport=5001)" 0
	must_fail ctl del
	must ctl del l4=17 l3=2
	same "$out" "count 1"
	must ctl flush table=nope
	same "$out" "count 0"
	must ctl flush
	match "$out" "count [1-9]*"
}

events()
{
	rules
	sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	ctl monitor count=2 seconds=200 >$TMP/ev &
	wait_for 10 grep -q joined $TMP/ev
	cl /lab/traffic udp $S4 7000 100:12 port=5010
	wait_for 10 grep -q ^flow $TMP/ev
	match "$(grep ^flow $TMP/ev)" "*orig $C4:5010>$S4:7000*xmit=neigh*"
	must ctl del osport=5010
	wait_for 10 grep -q ^del $TMP/ev
	match "$(grep ^del $TMP/ev)" "*orig $C4:5010>$S4:7000*packets=10 bytes=1280*reason=10*"
}

# A listener that does not keep up is told.
overrun()
{
	local p

	exec_in rt /lab/nffctl monitor seconds=200 rcvbuf=2304 >$TMP/ev &
	local pid=$!

	wait_for 10 grep -q joined $TMP/ev
	kill -STOP $pid
	for p in $(seq 6000 6040); do
		cl /lab/traffic udp $S4 7000 100:2 port=$p &
	done
	wait_for 30 at_least adds 35
	kill -CONT $pid
	wait_for 10 grep -q 'error ENOBUFS' $TMP/ev
	kill $pid
}

isolation()
{
	true_that [ "$(flows)" -gt 0 ]
	same "$(cl /lab/nffctl flows)" "" "flows of another namespace"
	same "$(cl /lab/nffctl tables)" ""
	must cl /lab/nffctl flush
	same "$out" "count 0"
	true_that [ "$(flows)" -gt 0 ]
}

rights()
{
	local c

	for c in flows tables flush "set family=1 table=x flowtable=f tcp=5" "reset what=3" "monitor seconds=1"; do
		# shellcheck disable=SC2086
		run ip netns exec rt unshare -U /lab/nffctl $c
		match "$out" "*error EPERM*"
	done
	# root of a user namespace may, in a network namespace of that user namespace
	must unshare -U -r -n /lab/nffctl tables
}

validation()
{
	local tcp

	tcp=$(ctl table family=1 table=x flowtable=f | field tcp)
	must_fail ctl flows bad=40:4
	match "$out" "*EINVAL: Unknown attribute type*"
	must_fail ctl flows bad=10:4
	match "$out" "*EINVAL: Unsupported attribute*"
	must_fail ctl del bad=12:7
	match "$out" "error EINVAL: ?*"
	must_fail ctl flows family=11
	match "$out" "*ERANGE: integer out of range*"
	must_fail ctl flush family=7
	match "$out" "*EINVAL: family has no flowtables*"
	must_fail ctl flows osrc=1.2.3.4/33
	match "$out" "*EINVAL: address prefix is not valid*"
	must_fail ctl flows mask=1
	must_fail ctl set family=1 table=x flowtable=f tcp=86401
	match "$out" "*ERANGE*"
	must_fail ctl set family=1 table=x tcp=5
	match "$out" "*needed*"
	must_fail ctl set family=1 table=x flowtable=f
	match "$out" "*settings are missing*"
	must_fail ctl set family=1 table=x flowtable=g tcp=5
	match "$out" "*ENOENT: no such flowtable*"
	must_fail ctl reset what=8
	must_fail ctl reset
	must_fail ctl flush id=1
	match "$out" "*EINVAL: Unknown attribute type*"
	same "$(ctl table family=1 table=x flowtable=f | field tcp)" "$tcp" "setting after errors"
}

fuzz()
{
	local seed

	for seed in 1 2 3 4; do
		must timeout 100 ip netns exec rt /lab/nffctl fuzz 3000 $seed
		match "$out" "refused *"
	done
	must ctl tables
}

backend_up
topo_up
cl ip addr add 10.0.1.3/24 dev c0
fill
wait_for 20 at_least adds 5
t filters filters
t deleting deleting
hush
t events events
t overrun overrun
t isolation isolation
t rights rights
t validation validation
hush
t fuzz fuzz
