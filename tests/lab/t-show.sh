#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# show and top with the kernel's own flowtable: what is on the fast path, and why not.

# shellcheck source=lib.sh disable=SC2154
. ./lib.sh

# rules [DEVICES [FORWARD-LINES [PRE-LINES]]]: a new ruleset with a flowtable.
rules()
{
	rt nft flush ruleset
	rt nft -f - <<-E
	table inet x {
		flowtable f {
			hook ingress priority 0
			devices = { ${1:-r0, r1} }
			counter
		}
		ct helper ftp-h {
			type "ftp" protocol tcp
		}
		chain pre {
			type filter hook prerouting priority 0; policy accept;
			${3-}
		}
		chain forward {
			type filter hook forward priority 0; policy accept;
			${2-meta l4proto { tcp, udp \} flow add @f}
			ct state new counter
		}
	}
	E
}

# member NAME: of the JSON in $out, the first one.
member() { grep -o "\"$1\": [^,}]*" <<<"$out" | head -n 1; }

topo_up

# in_tree_gone: what scripts before this one have loaded, once their namespaces are gone.
in_tree_gone()
{
	local m

	for m in nft_flow_offload nf_flow_table_inet nf_flow_table; do
		! lsmod | grep -q "^$m " || rmmod "$m" 2>/dev/null
	done
	! lsmod | grep -q '^nf_flow_table '
}

t "features before anything is loaded"
wait_for 20 in_tree_gone
# The socket of netfilter itself may be one.
modules() { lsmod | sed 's/ .*//' | grep -v '^nfnetlink$' | sort; }
modules >"$TMP/before"
must rt nff show features
match "$out" "*fast path       none*
nf_flow_table_inet    not loaded *"
match "$out" "*! no fast path is loaded yet
  cure: modprobe *add a flowtable*"
same "$(modules)" "$(cat "$TMP/before")" "modules"

t "features with a flowtable"
rules
must rt nff show features
match "$out" "*fast path       in-tree*
nf_flow_table_inet    loaded *
nft_flow_offload      loaded *"
match "$out" "*! flows cannot be listed*nff-module(8)*"
must rt nff -j show features
match "$(member backend)" '*"in-tree"'

t "a connection on the fast path"
talk tcp $S4
wait_for 30 offloaded 2 tcp "dst=$S4"
port=$(conntracks '[OFFLOAD]' | sed -n 's/.*src=10.0.1.2 .* sport=\([0-9]*\) dport=5201 .*/\1/p' |
	head -n 1)
must rt nff show flow tcp sport "$port"
match "$out" "tcp $C4:$port -> $S4:5201 *is on the fast path
  original   *bit/s now, *B in * packets
  reply      *bit/s now, *B in * packets
  flowtable  of the kernel's own module, which does not tell which one
  rule       inet x forward: *flow add @f*"
must rt nff -j show flow tcp sport "$port"
same "$(member fast_path)" '"fast_path": true'

t "several connections"
must rt nff show flow tcp dport 5201
match "$out" "2 connections match*is on the fast path*is on the fast path*"

t "the share of the fast path"
must rt nff show conntrack
match "$out" "*
offloaded     2 (100.0 %)*
tcp       OFFLOAD                    2 100.0 %          2*"
must rt nff top conntracks -b -n 1 -i 2s
match "$out" "*fast path 100 %*
tcp    $C4:* $S4:5201 *fast *M *"

t "a protocol that is not offloaded"
cl ping -q -c 1 $S4
must rt nff show flow icmp type echo-request
match "$out" "icmp * is not on the fast path*! icmp is not offloaded*"

t "a connection of the router itself"
rt ping -q -c 1 $S4
must rt nff show flow ip saddr 10.0.2.1
match "$out" "*is not on the fast path*! *is this host: only what is forwarded is offloaded*"

t "no rule offloads"
rules "" ""
talk udp $S4
wait_for 30 conntracks "udp" "dst=$S4"
must rt nff show flow udp dport 5201
match "$out" "udp *is not on the fast path*! no rule has a flow statement
  cure: add a rule with 'flow add @f' to a chain of the forward hook*"

t "the rule is about something else"
rules "" "tcp dport 1-65535 flow add @f"
must rt nff show flow udp dport 5201
match "$out" "*! no rule with a flow statement is about this protocol; the first one is: *"

t "devices that are not in the flowtable"
rules lo
must rt nff show flow udp dport 5201
match "$out" "*! neither r0 nor r1, its devices by the routes, is in the flowtable 'f'
  cure: add flowtable inet x f { devices = { r0, r1 } }*"
rules r0
must rt nff show flow udp dport 5201
match "$out" "*! r1 is not in the flowtable 'f': packets that come in on it take the classic path
  cure: add flowtable inet x f { devices = { r1 } }*"

t "a connection with a helper"
modprobe nf_conntrack_ftp
hush
rules "" "flow add @f" 'tcp dport 5201 ct helper set "ftp-h"'
talk tcp $S4
wait_for 30 conntracks helper=ftp "dst=$S4"
must rt nff show flow tcp dport 5201
match "$out" "*is not on the fast path*! *helper*: ftp*"
hush

t "a TCP connection that is not established"
# Nothing answers there.
sv nft -f - <<-E
	table inet y {
		chain i {
			type filter hook input priority 0
			tcp dport 9 drop
		}
	}
E
cl timeout 5 bash -c "exec 3<>/dev/tcp/$S4/9" 2>/dev/null &
wait_for 10 conntracks SYN_SENT
must rt nff show flow tcp dport 9
match "$out" "tcp *[(]SYN_SENT) is not on the fast path*! the TCP connection is not established yet (SYN_SENT)*"

t "a full table"
max=$(sysctl -n net.netfilter.nf_conntrack_max)
hush
sysctl -q -w net.netfilter.nf_conntrack_max=10
for port in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
	cl bash -c "echo x >/dev/udp/$S4/$((2000 + port))"
done
must rt nff show conntrack
sysctl -q -w net.netfilter.nf_conntrack_max="$max"
match "$out" "entries       * of at most 10 (*"
match "$out" "*! the table is *full*
  cure: sysctl -w net.netfilter.nf_conntrack_max=20 *"
match "$out" "*! * packets were dropped so far because the table was full*"
hush
