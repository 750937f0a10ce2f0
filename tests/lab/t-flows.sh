#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is told of flows where the kernel's own flowtable has them: what conntrack knows, and what
# nobody knows. The bundled module's flows are tested in module/t-nff.sh.

# shellcheck source=lib.sh
. ./lib.sh

gone_told() { [ "$(grep -c DESTROY $TMP/ev)" -ge 1 ]; }
come_told() { [ "$(grep -c '\[NEW\] tcp .*OFFLOAD' $TMP/ev)" -ge 2 ]; }

topo_up
must rt nff -f - <<<"$(offloading)"
talk tcp $S4
wait_for 30 offloaded 1 dport=5201

t "list flows shows what conntrack knows"
must rt nff list flows
match "$out" "tcp *src=$C4 dst=$S4 *dport=5201 *[[]OFFLOAD[]]*"
match "$err" "*Warning: the kernel's own flowtable does not tell its flows*hint:*bundled module nff*"
same "$(grep -vc OFFLOAD <<<"$out")" 0 "others"

t "list flows takes filters of conntracks"
must rt nff list flows where tcp dport 5201
match "$out" "*dport=5201*"
must rt nff list flows where tcp dport 99
same "$out" ""
must rt nff -j list flows where ip saddr $C4
match "$out" '{"conntracks": \[{*"offload"*'

t "what only the bundled module knows is refused at its place"
must_fail rt nff list flows inet x f
match "$err" "*:1:19: Error: the kernel's own flowtable does not tell which flows it holds*"
must_fail rt nff list flows where flowtable f
must_fail rt nff list flows inet x nope
match "$err" "*there is no such flowtable*"
must_fail rt nff flush flows
match "$err" "*module nff is not loaded*modprobe nff*"
must_fail rt nff delete flows inet x f where tcp dport 5201
match "$err" "*module nff is not loaded*"

t "monitor flows looks at what conntrack knows"
must_fail rt nff monitor flows --reliable --for 1
match "$err" "*:1:15-24: Error: this is of no use where there are no events*"
must_fail rt nff monitor flows --for 1 where flowtable f
must rt nff monitor flows ruleset --for 100ms
must_fail rt nff monitor flows ruleset --for 1 --interval 1s
match "$err" "*there is no --interval for ruleset*"
# no child of this shell: talk waits for all of those
(
	ip netns exec rt "$NFF" monitor flows -l --interval 200ms where tcp dport 5201 \
		>$TMP/ev 2>$TMP/told &
	echo $! >$TMP/pid
)
wait_for 10 grep -q 'tell when a flow comes or goes' $TMP/told
# iperf3 has two connections; what was there at the begin is not new
hush
wait_for 20 gone_told
same "$(grep -c NEW $TMP/ev)" 0
match "$(grep DESTROY $TMP/ev | head -n 1)" "*tcp *src=$C4 dst=$S4 *dport=5201 packets=[1-9]* bytes=[1-9]*"
talk tcp $S4
wait_for 30 offloaded 2 dport=5201
wait_for 20 come_told
kill -INT "$(cat $TMP/pid)"
wait_for 20 grep -q events: $TMP/told
same "$(grep -c RESYNC $TMP/ev)" 0
match "$(tail -n 1 $TMP/told)" "*events: *; 0 overruns, 0 resynchronised"

t "show flowtables tells what others know"
must rt nff show flowtables
match "$out" "flowtable inet x f*nf_flow_table, the kernel's own*r0 up, r1 up*rules         1 *not told; [1-9]*! the kernel's own flowtable does not tell*cure:*nff*"
must rt nff -j show flowtables
match "$out" '*"module": "nf_flow_table"*"devices": \[{"name": "r0", "state": "up"}*"offloaded-conntracks": [1-9]*'

t "settings are refused, and nothing is left"
must_fail rt nff -f - <<-E
	add table inet y
	add flowtable inet y g { hook ingress priority 0; devices = { r0 }; size 5; }
	E
match "$err" "/dev/stdin:2:*kernel's own*modprobe nff*"
must_fail rt nff list table inet y
must_fail rt nff add flowtable inet x f '{ timeout tcp 5s; }'
match "$err" "*kernel's own*"
same "$(rt nff list flowtables | grep -c -e timeout -e size)" 0

hush
topo_down
