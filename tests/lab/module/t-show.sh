#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# show and top with the bundled module: where a connection is, with which rates, and why not.

# shellcheck source=lib.sh
. module/lib.sh

# member NAME: of the JSON in $out, the first one.
member() { grep -o "\"$1\": [^,}]*" <<<"$out" | head -n 1; }

topo_up
backend_up

t "features"
must rt nff show features
match "$out" "*fast path       nff, the bundled module*
nff                   loaded *"
rules 'counter'
must rt nff -j show features
same "$(member backend)" '"backend": "nff"'

t "a connection on the fast path"
talk udp $S4
wait_for 30 offloaded 1 udp "dst=$S4"
wait_for 20 at_least hits 50
must rt nff show flow udp dport 5201
match "$out" "udp $C4:* -> $S4:5201 is on the fast path
  flowtable  inet x f
  original   r0 -> r1, *Mbit/s now, *bit/s since it began, *B in * packets
  reply      *
  age        *s, leaves the fast path after *s without a packet
  NAT        none
  rule       inet x forward: flow add @f"
must rt nff -j show flow udp dport 5201
same "$(member fast_path)" '"fast_path": true'

t "top shows flows where there are any"
must rt nff top -b -n 1 -i 3s
match "$out" "* flows *fast path 100 %*
udp    $C4:* $S4:5201 *fast *[12].[0-9][0-9]M * *"
# 2 Mbit/s of payload of 1000 bytes, and 28 bytes of headers with each, in bursts on a busy machine.
must rt nff top -b -n 1 -i 5s -j where udp dport 5201
rate=$(grep -o '"original": {[^}]*}' <<<"$out" | sed 's/.*bytes_per_second": \([0-9]*\).*/\1/')
true_that [ "$rate" -gt 50000 ]
true_that [ "$rate" -lt 600000 ]

t "a refusal has the module's words"
rules '' '' 'meta l4proto udp flow add @f'
must rt nff add flowtable inet x f '{ hook ingress priority 0; size 1; }'
hush
talk udp $S4
wait_for 30 offloaded 1 udp "dst=$S4"
cl bash -c "exec 3<>/dev/udp/$S4/9; for i in 1 2 3 4 5; do echo x >&3; sleep 0.1; done"
must rt nff show flow udp dport 9
match "$out" "*is not on the fast path*! the flowtable 'f' is full: it has 1 flows*"
match "$out" "*has refused, of all connections: * packets (*full*)*"
hush
