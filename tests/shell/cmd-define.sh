#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# define, redefine, undefine, and variables wherever they may stand.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

# as_loaded NAME TEXT: nff loads the text to the ruleset that nft loads it to.
as_loaded()
{
	t "$1"
	printf '%s\n' "$2" >"$TMP/text.nft"
	kernel flush ruleset
	must kernel -f "$TMP/text.nft"
	kernel list ruleset >"$TMP/want"
	kernel flush ruleset
	must nff -f "$TMP/text.nft"
	same "$(kernel list ruleset)" "$(cat "$TMP/want")"
}

device d0 d1

as_loaded "values of all sorts" '
define addr = 10.0.0.1
define net = 10.0.0.0/8
define range = 10.0.0.1-10.0.0.9
define addr6 = 2001:db8::1
define net6 = 2001:db8::/32
define port = 22
define ports = 1-1023
define service = ssh
define dev = d0
define qdev = "d1"
define mac = 00:11:22:33:44:55
define fwmark = 0x10
define icmptype = echo-request
define cts = established
add table inet t
add chain inet t c
add rule inet t c ip saddr $addr ip daddr $net
add rule inet t c ip saddr $range
add rule inet t c ip6 saddr $addr6 ip6 daddr $net6
add rule inet t c tcp dport $port tcp sport $ports
add rule inet t c tcp dport $service
add rule inet t c iifname $dev oifname $qdev
add rule inet t c iif $dev
add rule inet t c ether saddr $mac
add rule inet t c meta mark $fwmark meta mark set $fwmark ct mark set $fwmark
add rule inet t c icmp type $icmptype
add rule inet t c ct state $cts
add rule inet t c ip saddr != $net tcp dport != $port'

as_loaded "sets" '
define one = { 10.0.0.1 }
define two = { 10.0.0.1, 10.0.0.2 }
define ports = { 22, 80-90, https }
define devs = { d0, d1, "lo" }
define more = { $two, 10.0.0.3 }
define lines = {
	10.0.1.1,
	10.0.1.2,	# the second
	10.0.1.3,
}
table ip t {
	set s { type ipv4_addr; elements = $two; }
	set r { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, $two }; }
	chain c {
		ip saddr $one
		ip saddr $two
		ip saddr $more
		ip saddr != $two
		ip saddr $lines
		tcp dport $ports accept
		iifname $devs accept
		ip saddr { $two, 192.168.0.1 }
		tcp dport { 443, $ports }
	}
}
add element ip t s $lines'

as_loaded "maps" '
define key = 10.0.0.5
define val = 10.1.1.5
define keyport = 8080
table ip t {
	chain other { }
	chain c {
		tcp dport vmap { $keyport : accept, 81 : drop }
	}
	chain n {
		type nat hook prerouting priority dstnat
		dnat to ip daddr map { $key : $val }
		dnat to $val
		tcp dport 80 dnat to $val:8080
	}
}
'

as_loaded "places" '
define prio = -10
define pol = "drop"
define next = other
define dev = d0
define devs = { d0, d1 }
define base = 100
table ip t {
	chain in { type filter hook input priority $prio; policy $pol; }
	chain other { }
	chain c {
		jump $next
		goto $next
	}
}
table netdev t {
	chain a { type filter hook ingress device $dev priority $base; }
	chain b { type filter hook ingress devices = $devs priority $prio; }
}'

as_loaded "inside a block" '
table ip t {
	define inner = 22
	chain c {
		define deeper = 80
		tcp dport $inner
		tcp dport $deeper
	}
}'

as_loaded "redefine" '
define p = 22
add table ip t
add chain ip t c
add rule ip t c tcp dport $p
redefine p = 80
add rule ip t c tcp dport $p'

as_loaded "undefine and define again" '
define p = 22
add table ip t
add chain ip t c
add rule ip t c tcp dport $p
undefine p
define p = 80
add rule ip t c tcp dport $p'

as_loaded "in terms of others" '
define a = 10.0.0.1
define b = $a
define c = { $a, 10.0.0.2 }
define d = { $c, 10.0.0.3 }
define p = 22
define r = { $p, 80 }
add table ip t
add chain ip t c
add rule ip t c ip saddr $b ip saddr $c ip saddr $d
add rule ip t c ip saddr . tcp dport { $a . $p }
add rule ip t c tcp dport $r'

as_loaded "in a log prefix" '
define name = "web"
define n2 = 5
add table ip t
add chain ip t c
add rule ip t c log prefix "to $name: "
add rule ip t c log prefix "a $name b $n2 c"'

t "unknown, twice, undefined"
kernel flush ruleset
kernel add table ip t
kernel add chain ip t c
must_not_load 'add rule ip t c tcp dport $nope'
match "$err" "*nope*"
must_not_load 'define a = 1
define a = 2'
match "$err" "*:2:8*"
must_not_load 'define a = 1
undefine a
add rule ip t c tcp dport $a'
match "$err" "*:3:2*"
must_not_load 'define a = $a'
must_not_load 'table ip t {
	chain c {
		define in = 22
	}
	chain d {
		tcp dport $in
	}
}'

t "a type error tells of the value"
must_not_load 'define a = nosuch
add rule ip t c tcp dport $a'
match "$err" "*:[12]:*nosuch*"

t "from the command line to the file"
printf 'add rule ip t c tcp dport $p\n' >"$TMP/f.nft"
must nff -D p=4242 -f "$TMP/f.nft"
has "tcp dport 4242"
must_fail nff -f "$TMP/f.nft"

t "definitions of definitions"
{
	echo "define v0 = 22"
	for i in {1..15}; do
		echo "define v$i = \$v$((i - 1))"
	done
	echo 'add rule ip t c tcp dport $v15'
} >"$TMP/f.nft"
must nff -f "$TMP/f.nft"
has "tcp dport 22"

t "a thousand definitions of definitions"
{
	echo "define v0 = 22"
	for i in {1..1000}; do
		echo "define v$i = \$v$((i - 1))"
	done
	echo 'add rule ip t c tcp dport $v1000'
} >"$TMP/f.nft"
run nff -f "$TMP/f.nft"
true_that test $status -le 1

t "definitions that double do not fill the memory"
{
	echo "define v0 = { 1, 2 }"
	for i in {1..40}; do
		echo "define v$i = { \$v$((i - 1)), \$v$((i - 1)) }"
	done
	echo 'add rule ip t c tcp dport $v40'
} >"$TMP/f.nft"
if is_nft; then
	skip "nft is killed"
else
	# Sanitizers reserve terabytes of addresses.
	limit=4000000
	! grep -q -a __asan_init "$NFF" || limit=unlimited
	run bash -c 'ulimit -v "$2"; exec timeout 60 "$0" -f "$1"' "$NFF" "$TMP/f.nft" $limit
	true_that test $status -le 1
fi
