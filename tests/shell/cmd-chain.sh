#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands on chains.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

base="table ip t {
	chain input { type filter hook input priority 0; policy accept; }
	chain a { counter; }
	chain b { jump a; }
}"

t "add"
ruleset "table ip t { }"
must nff add chain ip t c
must nff add chain t d
must nff add chain ip t c
same "$(kernel list table ip t)" "table ip t {
	chain c {
	}

	chain d {
	}
}"

t "add base chains of every hook"
ruleset "table ip t { }
table inet t { }
table arp t { }
table bridge t { }"
for hook in prerouting input forward output postrouting; do
	for family in ip inet bridge; do
		must nff "add chain $family t $hook { type filter hook $hook priority 0; }"
	done
done
must nff "add chain arp t input { type filter hook input priority 0; policy drop; }"
must nff "add chain arp t output { type filter hook output priority -1; }"
must nff "add chain ip t nat { type nat hook postrouting priority srcnat; }"
must nff "add chain ip t route { type route hook output priority mangle + 3; policy drop; }"
as_nft list ruleset
as_nft -y list ruleset
as_nft list chains
as_nft_json list chains
same "$(kernel list ruleset | grep -c ' hook ')" 19

t "priorities"
ruleset "table ip t { }"
for priority in raw mangle dstnat filter security "filter - 1" "filter + 20" -400 4000 "raw+5" \
	-2147483648 2147483647; do
	n=c$((++i))
	must nff "add chain ip t $n { type filter hook prerouting priority $priority; }"
done
as_nft list ruleset
as_nft -y list ruleset

t "netdev chains"
device d0 d1
ruleset "table netdev t { }"
must nff "add chain netdev t one { type filter hook ingress device d0 priority 0; }"
must nff "add chain netdev t two { type filter hook ingress device \"d1\" priority filter + 1; policy drop; }"
must nff "add chain netdev t both { type filter hook ingress devices = { d0, d1 } priority 5; }"
must nff "add chain netdev t out { type filter hook egress device d0 priority 0; }"
has 'device "d1" priority'
as_nft list ruleset
as_nft_json list ruleset

t "inet ingress"
ruleset "table inet t { }"
must nff "add chain inet t one { type filter hook ingress device d0 priority 0; }"
must nff "add chain inet t two { type filter hook ingress devices = { d0, d1 } priority filter + 1; }"
as_nft list ruleset

t "policy of a chain that is there"
ruleset "$base"
must nff "add chain ip t input { policy drop; }"
has "policy drop"
must nff "chain ip t input { policy accept; }"
has "policy accept"
must nff "add chain ip t input { type filter hook input priority 0; policy drop; }"
has "policy drop"

t "chain comment"
ruleset "table ip t { }"
must nff "add chain ip t c { comment \"about it\"; }"
must nff "add chain ip t i { type filter hook input priority 0; comment \"and it\"; }"
has 'comment "about it"'
as_nft list ruleset
as_nft_json list ruleset

t "create"
ruleset "$base"
must nff create chain ip t new
unchanged nff create chain ip t new
unchanged nff create chain ip t input "{ type filter hook input priority 0; }"

t "delete by name"
ruleset "$base"
must nff delete chain ip t b
lacks "chain b"

t "delete by handle"
ruleset "$base"
must nff delete chain ip t handle "$(handle 'chain b {')"
lacks "chain b"

t "delete with a jump to it"
ruleset "$base"
unchanged nff delete chain ip t a
match "$err" "*usy*"

t "delete what is not there"
unchanged nff delete chain ip t nope
unchanged nff delete chain ip nope input
unchanged nff delete chain ip t handle 9999

t "destroy"
ruleset "$base"
if is_nft; then
	skip "nft has no destroy"
else
	must nff destroy chain ip t b
	lacks "chain b"
	must nff destroy chain ip t b
fi

t "rename"
ruleset "$base"
must nff rename chain ip t b c
has "chain c"
lacks "chain b"
must nff rename chain t c d
has "chain d"

t "rename to a name that is taken"
ruleset "$base"
unchanged nff rename chain ip t b a
unchanged nff rename chain ip t nope x

t "flush"
ruleset "$base"
must nff flush chain ip t b
same "$(rules b)" ""
same "$(rules a)" "counter packets 0 bytes 0"
must nff delete chain ip t a

t "list"
ruleset "$base
table ip6 u { chain c { accept; }; }"
as_nft list chain ip t input
as_nft list chain t a
as_nft list chains
as_nft list chains ip
as_nft list chains ip6
as_nft list chains arp
as_nft -a list chain ip t b
as_nft -s list chain ip t a
as_nft_json list chain ip t b
as_nft_json list chains
must_fail nff list chain ip t nope
match "$err" "*nope*"

t "names of all sorts"
ruleset "table ip t { }"
for name in A9 x_y x-y x.y x/y a/b/c-d.e; do
	must nff add chain ip t $name
	must nff add rule ip t $name accept
	has "chain $name {"
done
as_nft list ruleset
