#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Flowtables as objects: what is listed, devices that come and go, and the errors.

# shellcheck source=lib.sh
. ./lib.sh

load()
{
	rt nft flush ruleset
	cat >"$TMP/rules"
	must rt nff -f "$TMP/rules"
}

# both_list COMMAND...: nff prints what nft prints.
both_list()
{
	must rt nff "$@"
	same "$out" "$(rt nft "$@")" "nff and nft: $*"
}

listing()
{
	load <<-EOF
	table ip a {
		flowtable one {
			hook ingress priority 0; devices = { r0, r1 };
		}
		chain forward {
			type filter hook forward priority 0; policy accept;
			ip protocol { tcp, udp } flow add @one
		}
	}
	table ip6 a {
		flowtable two {
			hook ingress priority filter - 10; devices = { "r0" }; counter;
		}
	}
	table inet b {
		flowtable three {
			hook ingress priority -100; devices = { r1 };
		}
		flowtable none {
			hook ingress priority 5
		}
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state established,related accept
			meta l4proto tcp flow offload @three
		}
	}
	EOF
	both_list list ruleset
	both_list list flowtables
	both_list list flowtables inet
	both_list list flowtable ip a one
	both_list list flowtable inet b three
	both_list list table inet b
	both_list -a list ruleset

	# And back: nff's listing loads, in nff and in nft, to the same.
	rt nff list ruleset >"$TMP/listing"
	rt nft flush ruleset
	must rt nff -f "$TMP/listing"
	same "$(rt nft list ruleset)" "$(cat "$TMP/listing")" "listing loaded by nff"
	rt nft flush ruleset
	must rt nft -f "$TMP/listing"
	same "$(rt nff list ruleset)" "$(cat "$TMP/listing")" "listing loaded by nft"
}

devices()
{
	load <<-EOF
	table inet x {
		flowtable f {
			hook ingress priority 0; devices = { r0 };
		}
	}
	EOF
	must rt nff 'add flowtable inet x f { hook ingress priority 0; devices = { r1, d0 }; }'
	same "$(devs)" "d0 r0 r1"
	both_list list flowtables
	must rt nff 'delete flowtable inet x f { hook ingress priority 0; devices = { r0, d0 }; }'
	same "$(devs)" "r1"
	both_list list flowtables
	must_fail rt nff 'delete flowtable inet x f { hook ingress priority 0; devices = { d0 }; }'
	same "$(devs)" "r1"
	must rt nff 'delete flowtable inet x f'
	same "$(rt nft list flowtables inet)" "table inet x {
}"
}

# devs: the devices of the flowtables, as nft sees them.
devs()
{
	rt nft list flowtables | sed -n 's/.*devices = { \(.*\) }.*/\1/p' | tr -d '",' |
		tr ' ' '\n' | sort | xargs
}

variable()
{
	load <<-EOF
	define lan = { r0, d0 }
	table inet x {
		flowtable f {
			hook ingress priority 0; devices = \$lan;
		}
	}
	EOF
	same "$(devs)" "d0 r0"
}

# The form in which the feature was first announced.
rfc()
{
	rt nft flush ruleset
	cat >"$TMP/rules" <<-EOF
	table ip x { flowtable w { hook ingress priority -100; devices = { eth0, eth1 }; } chain y { type filter hook forward priority 0; policy accept; ip protocol tcp flow offload @w; } }
	EOF
	must rt nff -f "$TMP/rules"
	both_list list ruleset
	same "$(devs)" "eth0 eth1"
	match "$(rt nft list ruleset)" "*flow add @w*"
}

in_use()
{
	load <<-EOF
	table inet x {
		flowtable f {
			hook ingress priority 0; devices = { r0, r1 };
		}
		chain forward {
			type filter hook forward priority 0;
			meta l4proto tcp flow add @f
		}
	}
	EOF
	local before
	before=$(rt nft list ruleset)
	must_fail rt nff delete flowtable inet x f
	match "$err" "*in use*"
	match "$err" "*delete flowtable inet x f*"
	same "$(rt nft list ruleset)" "$before" "ruleset after the error"
}

no_device()
{
	rt nft flush ruleset
	cat >"$TMP/rules" <<-EOF
	table inet x {
		flowtable f {
			hook ingress priority 0
			devices = { r0, nodev7 }
		}
	}
	EOF
	must_fail rt nff -f "$TMP/rules"
	match "$err" "*nodev7*"
	match "$err" "*$TMP/rules:[0-9]*:[0-9]*"
	same "$(rt nft list ruleset)" "" "ruleset after the error"
}

no_flowtable()
{
	rt nft flush ruleset
	must_fail rt nff 'add table inet x; add chain inet x y; add rule inet x y flow add @nosuch'
	match "$err" "*:57-72: Error: *there is no flowtable 'nosuch' in table 'x'*"
	same "$(rt nft list ruleset)" "" "ruleset after the error"
}

# veth cannot offload to hardware: refused, with the reason, and nothing stays behind.
hardware()
{
	rt nft flush ruleset
	must_fail rt nff 'table inet x { flowtable f { hook ingress priority 0; devices = { r0 }; flags offload; } }'
	match "$err" "*hardware*"
	match "$err" "*r0*"
	same "$(rt nft list ruleset)" "" "ruleset after the error"
}

check_only()
{
	rt nft flush ruleset
	must rt nff -c 'table inet x { flowtable f { hook ingress priority 0; devices = { r0 }; } }'
	same "$(rt nft list ruleset)" "" "ruleset after a check"
}

# gone: the in-tree modules, as soon as nothing of theirs is left.
gone()
{
	rmmod nft_flow_offload nf_flow_table_inet nf_flow_table 2>/dev/null
	! lsmod | grep -q '^nf_flow_table'
}

# The modprobe.d snippet prefers the bundled module; where that is missing, as here, flowtables work.
snippet()
{
	rt nft flush ruleset
	wait_for 20 gone
	mkdir -p /etc/modprobe.d
	cp /lab/files/modprobe.d/nff.conf /etc/modprobe.d/
	must rt nff 'table inet x { flowtable f { hook ingress priority 0; devices = { r0 }; };
		chain y { type filter hook forward priority 0; flow add @f; }; }'
	rm /etc/modprobe.d/nff.conf
	match "$(lsmod)" "*nf_flow_table_inet *"
	rt nft flush ruleset
}

topo_up
for dev in d0 eth0 eth1; do
	ip -n rt link add $dev type dummy
done
t listing listing
t devices-come-and-go devices
t devices-in-a-variable variable
t rfc-form rfc
t flowtable-in-use in_use
t modprobe-snippet-without-module snippet
t device-that-is-not-there no_device
t flowtable-that-is-not-there no_flowtable
t hardware-offload-refused hardware
t check-leaves-no-trace check_only
