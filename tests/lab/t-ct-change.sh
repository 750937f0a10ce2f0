#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Changes of conntracks that are on the fast path, timeouts of flowtables, and sysctls that only
# the first network namespace may set. BACKEND: intree, or nff for the bundled module.

# shellcheck source=lib.sh
. ./lib.sh

: "${BACKEND:=intree}"

rules()
{
	rt nft flush ruleset
	must rt nff -f - <<<"$(offloading)"
}

# on_path: a UDP flow (and the TCP connection that iperf3 talks about it with) is offloaded.
on_path()
{
	rules
	talk udp $S4
	wait_for 30 offloaded 1 udp "dst=$S4"
}

# An offloaded one is updated; its flow goes on.
update()
{
	on_path
	must rt nff update conntracks offload where ip protocol udp set mark 0x5/0xff
	same "$out" "1 conntrack updated"
	match "$(conntracks udp '[OFFLOAD]')" "*mark=5*"
	hush
}

# gone ID: there is no conntrack of that id.
gone()
{
	[ -z "$(rt nff list conntracks where ct id "$1")" ]
}

delete_one()
{
	local id

	on_path
	id=$(rt nff list conntracks offload -o id where ip protocol udp | sed 's/.*id=//')
	must rt nff delete conntracks "$@" where ct id "$id"
	same "$out" "1 conntrack deleted"
	wait_for 10 gone "$id"
	if [ "$*" = --offloaded ] && [ "$BACKEND" = intree ]; then
		match "$err" "*Warning: 1 flows were not taken off the fast path first*own flowtable*"
	else
		same "$err" ""
	fi
	# the traffic makes a new one, which goes on the fast path again
	wait_for 30 offloaded 1 udp "dst=$S4"
	hush
}

flow_timeouts()
{
	local dir=/proc/sys/net/netfilter

	must rt nff set timeout flow tcp 31s
	must rt nff set timeout flow udp 1m
	same "$(rt cat $dir/nf_flowtable_tcp_timeout $dir/nf_flowtable_udp_timeout)" $'31\n60'
	must rt nff list timeouts
	match "$out" "*set timeout flow tcp 31s*set timeout flow udp 1m*"
}

# The first namespace's own.
sysctls()
{
	must nff set sysctl nf_conntrack_max 12345
	same "$(cat /proc/sys/net/netfilter/nf_conntrack_max)" 12345
	must nff set sysctl buckets 2048
	same "$(cat /proc/sys/net/netfilter/nf_conntrack_buckets)" 2048
	must nff list sysctls
	match "$out" "*set sysctl nf_conntrack_buckets 2048*set sysctl nf_conntrack_max 12345*"
	must_fail nff set sysctl nf_conntrack_max 2147483648
	must_fail rt nff set sysctl nf_conntrack_max 5
	match "$err" "*only the first network namespace*"
}

# Before anything else loads it.
by_sysctl()
{
	must rt nff set timeout tcp established 2d
	same "$(rt cat /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established)" 172800
	rt nff list timeouts >"$TMP/with"
	match "$(cat "$TMP/with")" "*set timeout tcp established 2d*"
	modprobe nfnetlink_cttimeout || return 0
	must rt nff set timeout tcp established 3d
	same "$(rt cat /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established)" 259200
	must rt nff list timeouts
	match "$out" "*set timeout tcp established 3d*set timeout tcp syn_sent2 *"
}

[ "$BACKEND" = intree ] || modprobe "$BACKEND"
topo_up
t timeouts-with-and-without-their-module by_sysctl
t update-of-an-offloaded-one update
t delete-of-an-offloaded-one delete_one
t delete-off-the-fast-path-first delete_one --offloaded
[ "$BACKEND" != intree ] || t timeouts-of-flowtables flow_timeouts
t sysctls-of-the-first-namespace sysctls
