#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Control plane: flowtables of all families, namespaces and devices that go away, load orders.

# shellcheck source=lib.sh
. module/lib.sh

# free: the module has no users.
free() { [ "$(lsmod | awk '$1 == "nff" { print $3 }')" = 0 ]; }

# types FAMILY: a flowtable and a rule of each kind are listed as they were given.
types()
{
	rt $NFT flush ruleset
	must rt $NFT "add table $1 x"
	must rt $NFT "add flowtable $1 x f { hook ingress priority -7; devices = { r0, r1 }; counter; }"
	must rt $NFT "add flowtable $1 x g { hook ingress priority 3; }"
	must rt $NFT "add chain $1 x c { type filter hook forward priority 0; }"
	must rt $NFT "add rule $1 x c flow add @f"
	must rt $NFT list ruleset
	match "$out" "*hook ingress priority filter - 7*devices = { r0, r1 }*counter*flow add @f*"
	must ctl tables
	match "$out" "*x f flags=2 priority=-7*"
	must_fail rt $NFT "delete flowtable $1 x f"
	must_fail rt $NFT "add rule $1 x c flow add @nope"
	must rt $NFT "add chain $1 x o { type filter hook output priority 0; }"
	must_fail rt $NFT "add rule $1 x o flow add @f"
	must rt $NFT "delete table $1 x"
}

hardware()
{
	rt $NFT flush ruleset
	must rt $NFT add table inet x
	must_fail rt $NFT "add flowtable inet x f { hook ingress priority 0; devices = { r0 }; flags offload; }"
	true_that grep -q 'not supported\|refuses hardware offload' <<<"$err"
}

many()
{
	rt $NFT flush ruleset
	must rt $NFT "add table inet x; add table ip y;
		add flowtable inet x f { hook ingress priority 0; devices = { r0 }; };
		add flowtable ip y f { hook ingress priority 1; devices = { r0, r1 }; };
		add flowtable inet x g { hook ingress priority 0; devices = { r1 }; };"
	must ctl tables
	same "$(grep -c ^table <<<"$out")" 3 "number of flowtables"
	must rt $NFT "add flowtable inet x g { hook ingress priority 0; devices = { lo }; }"
	must rt $NFT "delete flowtable inet x g { hook ingress priority 0; devices = { r1 }; }"
	must rt $NFT flush ruleset
	must ctl tables
	same "$out" "" "flowtables after a flush"
}

# An aborted batch leaves nothing.
abort()
{
	rt $NFT flush ruleset
	must_fail rt $NFT -f - <<-E
	add table inet x
	add flowtable inet x f { hook ingress priority 0; devices = { r0, r1 }; }
	add chain inet x c { type filter hook forward priority 0; }
	add rule inet x c flow add @f
	delete chain inet x nope
	E
	must ctl tables
	same "$out" ""
	wait_for 10 free
}

dev_gone()
{
	rt $NFT flush ruleset
	must rt ip link add d0 type dummy
	must rt $NFT "add table inet x; add flowtable inet x f { hook ingress priority 0; devices = { d0, r0 }; }"
	must rt ip link del d0
	must rt nft list flowtables
	unlike "$out" "*d0*"
	must rt $NFT flush ruleset
}

spaces()
{
	local i n=100

	! slow || n=10
	for i in $(seq $n); do
		ip netns add "n$i"
		ip -n "n$i" link add d0 type dummy
		printf 'table inet x {\nflowtable f {\nhook ingress priority 0\ndevices = { d0 }\n}
			chain c {\ntype filter hook forward priority 0\nflow add @f\n}\n}\n' |
			ip netns exec "n$i" $NFT -f - || fail "namespace $i"
	done
	same "$(ip netns exec n5 /lab/nffctl tables | grep -c ^table)" 1 "tables seen in one namespace"
	for i in $(seq $n); do
		ip netns del "n$i"
	done
	wait_for 60 free
}

# intree_first: the in-tree types are found first, but rules get this module's expression.
intree_first()
{
	need_intree
	unload nff
	must modprobe -a nf_flow_table_inet nft_flow_offload
	must modprobe nff
	must rt $NFT "add table inet x; add flowtable inet x f { hook ingress priority 0; devices = { r0 }; };
		add chain inet x c { type filter hook forward priority 0; }"
	must ctl tables
	same "$out" "" "flowtables of this module"
	must_fail rt $NFT "add rule inet x c flow add @f"
	match "$(dmesg | tail -n 5)" "*flowtable f of table x belongs to another module*"
	must rt $NFT flush ruleset
	unload nff
	must rt $NFT "add table inet x; add flowtable inet x f { hook ingress priority 0; devices = { r0 }; };
		add chain inet x c { type filter hook forward priority 0; }; add rule inet x c flow add @f"
	# the in-tree expression stays with its table while this module comes
	must modprobe nff
	must rt nft list ruleset
	match "$out" "*flow add @f*"
	must rt $NFT flush ruleset
	unload nft_flow_offload nf_flow_table_inet nf_flow_table
}

nff_first()
{
	need_intree
	modprobe nff
	must modprobe -a nf_flow_table_inet nft_flow_offload
	rules
	must ctl tables
	match "$out" "table 1 x f *"
	talk tcp $S4
	wait_for 20 at_least hits 100
	hush
	must rt $NFT flush ruleset
	unload nft_flow_offload nf_flow_table_inet nf_flow_table
}

# The modprobe.d snippet makes this module the one that loads.
autoload()
{
	unload nff
	mkdir -p /etc/modprobe.d
	cp /lab/files/modprobe.d/nff.conf /etc/modprobe.d/
	must rt $NFT "add table inet x; add flowtable inet x f { hook ingress priority 0; devices = { r0 }; };
		add chain inet x c { type filter hook forward priority 0; }; add rule inet x c flow add @f"
	true_that loaded nff
	must ctl tables
	match "$out" "table 1 x f *"
	must rt $NFT flush ruleset
	rm /etc/modprobe.d/nff.conf
}

# The module cannot go while it is used, and goes and comes back between uses under traffic.
reload()
{
	local i

	backend_up
	rules
	talk tcp $S4
	for i in 1 2 3; do
		wait_for 20 at_least hits 50
		must_fail rmmod nff
		must rt $NFT flush ruleset
		unload nff
		must modprobe nff
		rules
	done
	hits_grow
	hush
	must rt $NFT flush ruleset
	wait_for 10 free
}

backend_up
topo_up
for f in ip ip6 inet; do
	t "types-$f" types $f
done
t hardware-refused hardware
t several-flowtables many
t aborted-batch abort
t device-gone dev_gone
t namespaces spaces
t intree-loaded-first intree_first
t intree-loaded-second nff_first
t autoload autoload
t reload-under-traffic reload
