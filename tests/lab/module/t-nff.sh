#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nff's view of the module: flows and filters, delete, flush and reset, settings of flowtables,
# their statistics, and flows that come and go.

# shellcheck source=lib.sh
. module/lib.sh

NFT=$NFF

# settings: what the module has, "TCP UDP SIZE".
settings()
{
	echo "$(stat_of tcp) $(stat_of udp) $(stat_of size)"
}

block()
{
	printf 'table inet x { flowtable f { hook ingress priority 0; devices = { r0, r1 }; %s } }' "$1"
}

load_block() { must rt nff -f - <<<"$(block "$1")"; }

set_and_listed()
{
	rt nff flush ruleset
	load_block 'timeout tcp 90s udp 20s; size 65536;'
	same "$(settings)" "90 20 65536"
	must rt nff list flowtables
	match "$out" "*timeout tcp 1m30s udp 20s*size 65536*"
	must rt nff -j list flowtable inet x f
	match "$out" '*"timeout": {"tcp": 90, "udp": 20}, "size": 65536*'
	# what is listed loads again, as text and as JSON
	rt nff list ruleset >$TMP/text
	rt nff -j list ruleset >$TMP/json
	rt nff flush ruleset
	must rt nff -f $TMP/text
	same "$(settings)" "90 20 65536"
	rt nff flush ruleset
	must rt nff -j -f $TMP/json
	same "$(settings)" "90 20 65536"
	same "$(rt nff list ruleset)" "$(cat $TMP/text)"
	# what is the default is not listed
	rt nff flush ruleset
	load_block ''
	same "$(settings)" "0 0 0"
	same "$(rt nff list flowtables | grep -c -e timeout -e size)" 0
}

changed_again()
{
	rt nff flush ruleset
	load_block 'timeout tcp 90s udp 20s; size 5;'
	load_block 'size 6'
	same "$(settings)" "90 20 6" "only what is given changes"
	load_block 'timeout udp 0s'
	same "$(settings)" "90 0 6"
	must rt nff add flowtable inet x f '{ hook ingress priority 0; timeout tcp 1h; }'
	same "$(settings)" "3600 0 6"
	# checking changes nothing
	must rt nff -c -f - <<<"$(block 'size 7')"
	same "$(settings)" "3600 0 6"
	# all or nothing
	must_fail rt nff -f - <<<"$(block 'size 8'); add rule inet x nope accept"
	same "$(settings)" "3600 0 6"
	must_fail rt nff -f - <<<"$(block 'timeout tcp 2d')"
	match "$err" "*too long*"
	# in one input with its removal
	must rt nff -f - <<<"flush ruleset; $(block 'size 9')"
	same "$(settings)" "0 0 9"
	must rt nff -f - <<<"$(block 'size 10')
		add table inet y
		add flowtable inet y g { hook ingress priority 1; devices = { r0 }; size 11; }"
	same "$(ctl tables | sed -n 's/.* size=\([0-9]*\) .*/\1/p' | sort | xargs)" "10 11"
	# nothing is left of what was made to see which module it will be
	same "$(rt nff list tables | xargs)" "table inet x table inet y"
}

# fill: some flows of different kinds, which stay.
fill()
{
	local p

	rules 'timeout tcp 10m udp 10m' 'oifname r1 ip saddr 10.0.1.2 udp dport 7100 masquerade' \
		'udp dport 7000 ct mark set 0x12
		udp dport 7100 ct mark set 0x21
		flow add @f'
	for p in 7000 7100; do
		sv socat -u UDP6-RECV:$p OPEN:/dev/null &
	done
	wait_for 10 udp_open
	for p in 5001 5002 5003; do
		cl /lab/traffic udp $S4 7000 100:$((p - 4997)) port=$p
	done
	cl /lab/traffic udp $S4 7100 100:5 port=5010
	cl /lab/traffic udp $S6 7000 100:5 port=5020
	cl /lab/traffic udp $S6 7100 100:9 port=5021
}

# the conntrack ids of the lines on standard input
line_ids() { sed -n 's/.* id=\([0-9]*\)$/\1/p' | sort; }

# filter EXPRESSION PATTERN: "where EXPRESSION" gives the lines that match the pattern, and not
# "EXPRESSION" of all flows is empty by accident.
filter()
{
	local got want

	got=$(rt nff list flows where "$1" | line_ids)
	want=$(grep -E -e "$2" $TMP/all | line_ids)
	same "$got" "$want" "where $1"
	[ -n "$want" ] || [ "${3-}" = none ] || fail "where $1: the test matches nothing"
}

filters()
{
	rt nff list flows >$TMP/all
	same "$(wc -l <$TMP/all)" 6 "flows"
	filter 'meta l4proto udp' '^udp '
	filter 'meta l4proto tcp' '^tcp ' none
	filter 'meta nfproto ipv6' ' src=fd00:1::2 '
	filter 'ip saddr 10.0.1.2' '17 [0-9]* src=10.0.1.2 '
	filter 'ip saddr 10.0.1.0/24' '17 [0-9]* src=10.0.1.2 '
	filter 'ip saddr 10.0.1.4/30' nothing none
	filter 'ip saddr != 10.0.1.2' nothing none
	filter 'ip6 daddr fd00:2::/32' ' src=fd00:1::2 '
	filter 'udp sport 5001-5002' ' sport=500[12] dport'
	filter 'udp sport { 5001, 5020 }' ' sport=50(01|20) dport'
	filter 'udp dport 7100' ' dport=7100 packets'
	filter 'th dport != 7100' ' dport=7000 packets'
	filter 'ct mark 0x12' ' mark=18 '
	filter 'ct mark and 0x20 == 0x20' ' mark=33 '
	filter 'ct mark != 0x12' ' mark=33 '
	filter 'ct reply ip daddr 10.0.2.1' ' nat=snat '
	filter 'ct original proto-dst 7000' ' dport=7000 packets'
	filter 'ct zone 0' .
	filter 'ct packets > 4' ' packets=([5-9]) '
	filter 'ct original bytes < 500' ' bytes=[1-4][0-9][0-9] rate=[0-9]+ src='
	filter 'iifname "r0"' ' iif=r0 '
	filter 'oif r1 udp dport 7000' ' dport=7000 packets'
	filter 'iifname "r*" ct mark 0x21' ' mark=33 '
	filter 'iifname "lo"' nothing none
	filter 'flowtable "f"' .
	filter 'flowtable "g"' nothing none
	must_fail rt nff list flows where ct helper ftp
	match "$err" "*flows have no 'ct helper'*"
	must_fail rt nff list flows inet x nope
	match "$err" "*no such flowtable*"
}

forms()
{
	rt nff list flows sort by packets limit 1 >$TMP/one
	match "$(cat $TMP/one)" "*sport=5021 *"
	must rt nff list flows group by mark
	match "$out" "*18*"
	must rt nff list flows -o csv
	same "$(wc -l <<<"$out")" 7
	must rt nff -j list flows where udp sport 5010
	match "$out" '{"flows": \[{"id": *"flowtable": {"family": "inet", "table": "x", "name": "f"}*"snat"*'
	must rt nff list flows -o extended where udp sport 5010
	match "$out" "ipv4     2 udp *xmit=neighbour/none*"
}

changes()
{
	local id

	must_fail rt nff delete flows
	match "$err" "*delete all*flush flows*"
	must rt nff -c delete flows where udp sport 5001
	same "$(flows)" 6
	cl /lab/traffic udp $S4 7000 100:3 port=5001
	must rt nff delete flows where udp sport 5001
	same "$out" "1 flow deleted"
	same "$(flows osport=5001)" 0
	# the connection goes on, and comes back
	match "$(conntracks sport=5001)" "*sport=5001*"
	same "$(conntracks sport=5001 OFFLOAD)" ""
	must_fail rt nff delete flows where udp sport 5001
	match "$err" "*no flow matches*"
	must rt nff destroy flows where udp sport 5001
	same "$out" "0 flows deleted"
	must rt nff -j delete flows where ip saddr 10.0.0.0/8 udp dport 7000
	same "$out" '{"flows": {"deleted": 2}}'
	same "$(flows)" 3
	must rt nff reset flows where udp sport 5010
	same "$out" "1 flow reset"
	match "$(rt nff list flows where udp sport 5010)" "*packets=0 bytes=0 *"
	match "$(rt nff list flows where udp sport 5021)" "*packets=[1-9] *"
	must rt nff flush flows ip
	same "$out" "0 flows deleted"
	must_fail rt nff flush flows inet x nope
	must rt nff flush flows inet x f
	same "$out" "3 flows deleted"
	same "$(rt nff list flows)" ""
}

statistics()
{
	must rt nff show flowtables
	match "$out" "*flowtable inet x f*nff, the bundled one*r0 up, r1 up*0 now, 6 at most, no limit*"
	match "$out" "*tcp 10m, udp 10m*added         6 flows*"
	# on a slow machine a second packet may come before the first one is confirmed
	match "$out" "*[6-9] unconfirmed: first packet*user: deleted or flushed*"
	must rt nff -j show flowtables inet x f
	match "$out" '*"module": "nff"*"flows": 0, "peak": 6,*"unconfirmed": [6-9]*"user": 6*'
	ip -n rt link add d9 type dummy
	must rt nff add flowtable inet x h '{ hook ingress priority 0; devices = { d9 }; size 3; }'
	must rt nff show flowtables inet x h
	match "$out" "*d9 down*limit 3*! the device d9*is down*! no rule offloads to the flowtable 'h'*"
	rt nff delete flowtable inet x h
}

offloaded_tcp()
{
	rules counter 'oifname r1 masquerade'
	big $TMP/file 4
	must copy $S4 $TMP/file $TMP/got
	must rt nff show flowtables
	match "$out" "*hit rate      [1-9]*.* %*removed*tcp-fin: the connection is closed*"
}

# A flow when it comes, what it moves, and when it leaves with its last counters.
monitors()
{
	local pid

	rules 'timeout udp 10m'
	udp_open || sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	exec_in rt "$NFF" monitor flows -l --interval 1s where udp sport 5100 >$TMP/ev 2>&1 &
	pid=$!
	wait_for 10 monitoring
	cl /lab/traffic udp $S4 7000 100:12 port=5101
	cl /lab/traffic udp $S4 7000 100:21 port=5100
	wait_for 10 grep -q '\[NEW\] udp .* sport=5100 ' $TMP/ev
	wait_for 10 grep -q '\[RATE\] udp .* sport=5100 ' $TMP/ev
	same "$(grep -c 5101 $TMP/ev)" 0
	rt nff delete flows where udp sport 5100
	wait_for 10 grep -q DESTROY $TMP/ev
	# 20 packets of 128 bytes: the first one was refused
	match "$(grep DESTROY $TMP/ev)" \
		"*src=$C4 dst=$S4 sport=5100 dport=7000 packets=19 bytes=2432 *flowtable=inet/x/f iif=r0 oif=r1 nat=none age=* reason=user"
	kill -INT $pid
	wait $pid
	exec_in rt "$NFF" -j monitor flows destroy -l >$TMP/ev 2>&1 &
	pid=$!
	wait_for 10 monitoring
	rt nff flush ruleset
	wait_for 10 grep -q '"event": "destroy".*"sport": 5101.*"packets": 10, .*"reason": "[a-z]*"' $TMP/ev
	kill -INT $pid
	wait $pid
}

# monitoring: somebody listens to the module's events.
monitoring() { rt awk '$2 == 16 && $4 ~ /[1-9a-f]/ { f = 1 } END { exit !f }' /proc/net/netlink; }

# A small buffer and many flows: what was lost is found, and told once. The module sends each event
# before a dump shows what it is about, so none of them comes behind what the dump has told.
resync()
{
	local pid round

	rules 'timeout udp 10m'
	udp_open || sv socat -u UDP6-RECV:7000 OPEN:/dev/null &
	wait_for 10 udp_open
	exec_in rt "$NFF" monitor flows --buffer-size 2304 >$TMP/ev 2>&1 &
	pid=$!
	wait_for 10 monitoring
	kill -STOP $pid
	datagrams 2
	wait_for 30 at_least adds 25
	kill -CONT $pid
	wait_for 10 grep -q 'overrun 1: resynchronised' $TMP/ev
	for round in 1 2 3 4; do
		wait_for 30 told NEW $((25 * round))
		rt nff flush flows
		wait_for 30 told DESTROY $((25 * round))
		# the second one in case that conntrack has forgotten the connection
		[ $round = 4 ] || datagrams 2
	done
	same "$(rt nff list flows | wc -l)" 0
	kill -INT $pid
	wait $pid
	same "$(grep -c '\[NEW\]' $TMP/ev)" 100
	same "$(grep -c '\[DESTROY\]' $TMP/ev)" 100
	same "$(grep '\[DESTROY\]' $TMP/ev | grep -o ' sport=6[0-9]*' | sort | uniq -c |
		awk '{ print $1 }' | uniq -c)" "     25 4"
}

# datagrams COUNT: so many on each of 25 connections.
datagrams()
{
	local p pids=()

	for p in $(seq 6000 6024); do
		cl /lab/traffic udp $S4 7000 100:$1 port=$p &
		pids+=($!)
	done
	wait "${pids[@]}"
}

# told EVENT COUNT
told() { [ "$(grep -c "\[$1\]" $TMP/ev)" -ge $2 ]; }

# Without the capability each command says so.
rights()
{
	local c

	for c in "list flows" "flush flows" "show flowtables"; do
		# shellcheck disable=SC2086
		must_fail rt unshare -U "$NFF" $c
		match "$err" "*not permitted*"
	done
}

# Of the kernel's own flowtable there is nothing to set.
in_tree()
{
	need_intree
	rt nff flush ruleset
	unload nff
	modprobe -a nf_flow_table nf_flow_table_inet nft_flow_offload
	modprobe nff
	must_fail rt nff -f - <<<"$(block 'size 5')"
	match "$err" "*/dev/stdin:1:77-82:*kernel's own*modprobe nff*"
	same "$(rt nff list ruleset)" "" "nothing is left"
	must rt nff -f - <<<"$(block '')"
	must_fail rt nff -c -f - <<<"$(block 'size 5')"
	match "$err" "*kernel's own*"
	must_fail rt nff list flows inet x f
	match "$err" "*does not tell which flows*"
	must rt nff show flowtables
	match "$out" "*nf_flow_table, the kernel's own*0 offloaded connections*"
	rt nff flush ruleset
	unload nff
	must_fail rt nff -f - <<<"$(block 'size 5')"
	match "$err" "*kernel's own*"
	same "$(rt nff list ruleset)" ""
}

backend_up
topo_up
t "settings are set, listed and loaded again" set_and_listed
t "settings change with a block that is loaded again" changed_again
fill
t "filters give what reading the list gives" filters
t "flows have all forms of lists" forms
t "flows are deleted, reset and flushed" changes
t "show flowtables" statistics
t "show flowtables after a transfer" offloaded_tcp
t "monitor flows" monitors
t "what a monitor lost is found" resync
t "rights" rights
hush
t "the kernel's own module is told" in_tree
topo_down
