#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# JSON of flowtables, and of statements that the build machine's kernel may lack: listed as nft lists
# them, and loaded by nff and by nft.

# shellcheck source=lib.sh
. ./lib.sh

# json PROGRAM ARGS...: its JSON, without who made it.
json()
{
	rt "$1" -j "${@:2}" | sed 's/{"metainfo": {[^}]*}}\(, \)\{0,1\}//'
}

# alike COMMAND...: nff prints what nft prints, to the byte.
alike()
{
	same "$(json nff "$@")" "$(json nft "$@")" "nff and nft: -j $*"
}

# reloads: the listing loads, by nff and by nft, into what it was.
reloads()
{
	local before who

	before=$(rt nft list ruleset)
	rt nff -j list ruleset >"$TMP/nff.json"
	rt nft -j list ruleset >"$TMP/nft.json"
	for who in "nff nff" "nft nff" "nff nft"; do
		rt nft flush ruleset
		must rt "${who% *}" -j -f "$TMP/${who#* }.json"
		same "$(rt nft list ruleset)" "$before" "loaded by ${who% *} from the listing of ${who#* }"
	done
}

listing()
{
	rt nft flush ruleset
	rt nft -f - <<-EOF
	table inet x {
		flowtable one {
			hook ingress priority filter; devices = { r0, r1 };
		}
		flowtable two {
			hook ingress priority -5; devices = { d0 };
		}
		chain forward {
			type filter hook forward priority filter; policy accept;
			ip protocol { tcp, udp } flow add @one
			meta l4proto tcp ct state established flow add @two
		}
	}
	table ip6 x {
		flowtable none {
			hook ingress priority 10
		}
	}
	EOF
	alike list ruleset
	alike list flowtables
	alike list flowtables inet
	alike list flowtable inet x one
	alike list table inet x
	reloads
}

counters()
{
	local before

	rt nft flush ruleset
	rt nft 'table inet x { flowtable f { hook ingress priority 0; devices = { r0 }; counter; }; }'
	must rt nff -j list flowtables
	match "$out" '*"dev": "r0", "counter": true}}*'
	# nft's JSON knows no counters.
	before=$(rt nft list ruleset)
	rt nff -j list ruleset >"$TMP/nff.json"
	rt nft flush ruleset
	must rt nff -j -f "$TMP/nff.json"
	same "$(rt nft list ruleset)" "$before"
}

statements()
{
	rt nft flush ruleset
	rt nft -f - <<-EOF
	table inet x {
		chain a {
			type filter hook input priority filter
			queue
			queue num 5
			queue num 5 bypass
			queue num 1-5 bypass,fanout
			queue to numgen inc mod 2
			meta l4proto tcp synproxy mss 1460 wscale 7 timestamp sack-perm
			meta l4proto tcp synproxy sack-perm
			log prefix "a" group 5 snaplen 10 queue-threshold 7
		}
		chain b {
			type filter hook prerouting priority filter
			meta l4proto tcp tproxy to :5
			meta l4proto tcp tproxy ip to 1.2.3.4
			meta l4proto tcp tproxy ip6 to [dead::1]:7
		}
	}
	table ip x {
		chain a {
			type filter hook prerouting priority filter
			dup to 1.2.3.4
			dup to 1.2.3.4 device "d0"
		}
	}
	EOF
	alike list ruleset
	reloads
}

netdev()
{
	rt nft flush ruleset
	rt nft -f - <<-EOF
	table netdev x {
		chain a {
			type filter hook ingress device r0 priority filter
			fwd to d0
			fwd ip to 1.2.3.4 device d0
			dup to d0
		}
	}
	EOF
	same "$(json nff list ruleset | sed 's/"dev": "r0", //')" "$(json nft list ruleset)"
	rt nff -j list ruleset >"$TMP/nff.json"
	for who in nff nft; do
		rt nft flush ruleset
		must rt $who -j -f "$TMP/nff.json"
		match "$(rt nft list ruleset)" '*device "r0"*fwd to "d0"*fwd ip to 1.2.3.4*dup to "d0"*'
	done
}

devices()
{
	local f='"flowtable": {"family": "inet", "table": "x", "name": "f"'

	rt nft flush ruleset
	must rt nff -j -f - <<-EOF
	{"nftables": [{"table": {"family": "inet", "name": "x"}},
	 {"add": {$f, "hook": "ingress", "prio": 0, "dev": "r0"}}}]}
	EOF
	match "$(rt nft list ruleset)" "*devices = { r0 }*"
	must rt nff -j -f - <<<"{\"nftables\": [{\"add\": {$f, \"hook\": \"ingress\", \"prio\": 0, \"dev\": [\"r1\", \"d0\"]}}}]}"
	match "$(rt nft list ruleset)" "*devices = { d0, r0, r1 }*"
	must rt nff -j -f - <<<"{\"nftables\": [{\"delete\": {$f, \"dev\": [\"r0\", \"d0\"]}}}]}"
	match "$(rt nft list ruleset)" "*devices = { r1 }*"
	must rt nff -j -f - <<<"{\"nftables\": [{\"delete\": {$f}}}]}"
	unlike "$(rt nft list ruleset)" "*flowtable*"
	printf '{"nftables": [\n{"add": {"flowtable": {"family": "inet", "table": "x", "name": "f", "hook": "ingress", "prio": 0,\n "dev": ["r0", "nodev7"]}}}]}\n' >"$TMP/doc"
	must_fail rt nff -j -f "$TMP/doc"
	match "$err" "$TMP/doc:3:16-23: *nodev7*"
}

topo_up
ip -n rt link add d0 type dummy
t listing listing
t counters counters
t statements statements
t netdev netdev
t devices devices
t_end
