#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Hostile input gives an error: no crash, no hang, no memory without bounds.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

if is_nft; then
	t "hostile input"
	skip "nft does not survive it"
	exit 0
fi
# afresh: the ruleset that all start with.
afresh()
{
	ruleset "table ip t { chain c { }; set s { type ipv4_addr; flags interval; }; }"
	before=$(kernel -a list ruleset)
}

afresh
# Sanitizers reserve terabytes of addresses: no limit on these then.
limit=4000000
"$NFF" -v >/dev/null
if grep -q -a __asan_init "$NFF"; then
	limit=unlimited
fi

# survive FILE: nff ends by itself, within a time and with bounded memory; it may be no error.
survive()
{
	passed_over && return 1
	once "$1"
	[ $status != 0 ] || afresh
}

once()
{
	run bash -c 'ulimit -v "$2"; exec timeout -k 1 60 "$0" -f "$1" </dev/null' "$NFF" "$1" $limit
	[ $status -le 1 ] || fail "status $status: $(head -n 1 "$TMP/.err")"
	[ "$(wc -c <"$TMP/.err")" -lt 1000000 ] || fail "$(wc -c <"$TMP/.err") bytes of messages"
}

# refuse FILE: the same, and it is an error that changes nothing.
refuse()
{
	passed_over && return 1
	once "$1"
	same $status 1
	true_that test -s "$TMP/.err"
	same "$(kernel -a list ruleset)" "$before"
}

# repeat N TEXT
repeat()
{
	head -c $(($1 * ${#2})) < <(yes "$2" | tr -d '\n')
}

t "binary garbage"
for i in {1..20}; do
	head -c $((i * 1000)) /dev/urandom >"$TMP/in"
	refuse "$TMP/in"
done

t "the program itself"
refuse "$NFF"

t "NUL bytes"
printf '\0' >"$TMP/in"
refuse "$TMP/in"
printf 'add table ip x\0y\n' >"$TMP/in"
refuse "$TMP/in"
printf 'add rule ip t c log prefix "a\0b"\n' >"$TMP/in"
refuse "$TMP/in"
head -c 10000000 /dev/zero >"$TMP/in"
refuse "$TMP/in"
printf 'add table ip gone\n\0' >"$TMP/in"
refuse "$TMP/in"

t "a line of 10 MB"
repeat 10000000 a >"$TMP/in"
refuse "$TMP/in"
repeat 5000000 'a ' >"$TMP/in"
refuse "$TMP/in"
repeat 10000000 1 >"$TMP/in"
refuse "$TMP/in"
{ printf 'add rule ip t c log prefix "'; repeat 10000000 a; printf '"\n'; } >"$TMP/in"
refuse "$TMP/in"
{ printf 'add rule ip t c '; repeat 1000000 'accept '; } >"$TMP/in"
refuse "$TMP/in"
repeat 10000000 '"' >"$TMP/in"
refuse "$TMP/in"
repeat 3000000 '$a ' >"$TMP/in"
refuse "$TMP/in"
repeat 10000000 '\' >"$TMP/in"
refuse "$TMP/in"
{ printf '# '; repeat 10000000 a; echo; echo 'add rule ip nope c accept'; } >"$TMP/in"
refuse "$TMP/in"
repeat 10000000 ';' >"$TMP/in"
survive "$TMP/in"
repeat 10000000 ' ' >"$TMP/in"
survive "$TMP/in"

t "a set of a million elements that is never closed"
{ printf 'add element ip t s { '; seq -f '10.0.0.0/%.0f,' 1000000; } >"$TMP/in"
refuse "$TMP/in"

t "nesting, 100,000 deep"
repeat 100000 '{' >"$TMP/in"
refuse "$TMP/in"
{ printf 'add rule ip t c tcp dport '; repeat 100000 '{ '; } >"$TMP/in"
refuse "$TMP/in"
{ printf 'add rule ip t c tcp dport '; repeat 100000 '{ '; printf 22; repeat 100000 ' }'; } >"$TMP/in"
refuse "$TMP/in"
{ printf 'add rule ip t c meta mark '; repeat 100000 '('; } >"$TMP/in"
refuse "$TMP/in"
{ printf 'add rule ip t c meta mark '; repeat 100000 '('; printf 1; repeat 100000 ')'; } >"$TMP/in"
survive "$TMP/in"
{ printf 'add rule ip t c meta mark set 1'; repeat 100000 ' | 1'; } >"$TMP/in"
survive "$TMP/in"
{ printf 'add rule ip t c meta mark set meta mark'; repeat 100000 ' | 1'; } >"$TMP/in"
survive "$TMP/in"
{ printf 'add rule ip t c ip saddr 1.1.1.1'; repeat 100000 ' . 1.1.1.1'; } >"$TMP/in"
refuse "$TMP/in"
{ printf 'add rule ip t c ip saddr'; repeat 100000 ' . ip saddr'; printf ' { 1 }'; } >"$TMP/in"
refuse "$TMP/in"
{ printf 'add rule ip t c ct state new'; repeat 100000 ',new'; } >"$TMP/in"
survive "$TMP/in"
{ printf 'add set ip t n { type ipv4_addr'; repeat 100000 ' . ipv4_addr'; printf '; }'; } >"$TMP/in"
refuse "$TMP/in"
repeat 100000 'table ip x { chain c { ' >"$TMP/in"
refuse "$TMP/in"
{ printf 'define v0 = 1\n'; for ((i = 1; i <= 20000; i++)); do echo "define v$i = { \$v$((i - 1)) }"; done
  echo 'add rule ip t c meta mark $v20000'; } >"$TMP/in"
survive "$TMP/in"
{ repeat 100000 'meter m { ip saddr '; } >"$TMP/in"
refuse "$TMP/in"

t "truncated at every byte"
cat >"$TMP/whole" <<'END'
table inet new {
	set s { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/8 . 1-5 }; }
	chain c {
		type filter hook input priority filter + 5; policy drop;
		tcp dport vmap { 22 : accept, 80-90 : jump d } comment "x y"
		ip saddr . tcp dport @s limit rate 5/second burst 3 packets log prefix "z" accept
	}
	chain d { ct state { new, established } counter meta mark set 0x5; }
}
END
size=$(wc -c <"$TMP/whole")
for ((i = 1; i < size - 1; i += 3)); do
	head -c $i "$TMP/whole" >"$TMP/in"
	survive "$TMP/in"
done

t "a byte changed"
for ((i = 0; i < size; i += 7)); do
	{ head -c $i "$TMP/whole"; printf '\377'; tail -c +$((i + 2)) "$TMP/whole"; } >"$TMP/in"
	survive "$TMP/in"
done

t "integers out of range"
for n in -1 65536 4294967295 4294967296 4294967297 18446744073709551615 18446744073709551616 \
	99999999999999999999999999999999999999999999 0xffffffffffffffffffffffffffffffffffffff 0x; do
	for rule in "tcp dport $n" "tcp dport { 1-$n }" "ip ttl $n" "vlan id $n" "ip saddr 10.0.0.0/$n" \
		"limit rate $n/second burst $n packets" "quota $n mbytes" "counter packets $n bytes $n" \
		"meta mark set $n" "log group $n snaplen $n queue-threshold $n" "queue num $n" \
		"numgen inc mod $n offset $n $n" "jhash ip saddr mod $n seed $n offset $n" \
		"@nh,$n,8 1" "@nh,0,$n 1" "@nh,$n,$n $n" "meta mark << $n 1" "ct expiration ${n}d" \
		"reject with icmp $n" "snat to 10.0.0.1:$n" "tcp option $n exists" "ct zone $n" \
		"index $n accept" "position $n accept" "handle $n accept" "meta hour $n" "meta time $n"; do
		printf 'add rule ip t c %s\n' "$rule" >"$TMP/in"
		survive "$TMP/in"
	done
	for cmd in "add chain ip t n$n { type filter hook input priority $n; }" \
		"add chain ip t nn { type filter hook input priority filter + $n; }" \
		"add set ip t n { type ipv4_addr; size $n; timeout ${n}s; gc-interval ${n}d; }" \
		"delete rule ip t c handle $n" "delete table ip handle $n" \
		"add limit ip t l { rate $n/second; }" "add quota ip t q { $n bytes; }" \
		"add element ip t s { 10.0.0.1 timeout ${n}w }" "add counter ip t k { packets $n bytes 0; }"; do
		printf '%s\n' "$cmd" >"$TMP/in"
		survive "$TMP/in"
	done
done

t "names too long"
afresh
long=$(repeat 300 a)
huge=$(repeat 100000 a)
for name in "$long" "$huge"; do
	for cmd in "add table ip $name" "add chain ip t $name" "add set ip t $name { type mark; }" \
		"add counter ip t $name" "add rule ip t c jump $name" "add rule ip t c ip saddr @$name" \
		"add rule ip t c iifname \"$name\"" "add rule ip t c iif $name" \
		"add rule ip t c log prefix \"$name\"" "add rule ip t c accept comment \"$name\"" \
		"add set ip t x { type $name; }" "add rule ip t c ct helper \"$name\"" \
		"add rule ip t c tcp dport $name" "add rule ip t c ip saddr $name" "$name" \
		"add rule ip t c flow add @$name" "delete table ip $name" "list table ip $name" \
		"add rule ip t c meta skuid $name" "add rule ip t c osf name \"$name\"" \
		"add table ip x { comment \"$name\"; }" "define $name = \$$name" "include \"$name\"" \
		"add flowtable ip t $name { hook ingress priority 0; devices = { $name }; }" \
		"add chain netdev n c { type filter hook ingress device $name priority 0; }" \
		"add ct helper ip t h { type \"$name\" protocol tcp; }"; do
		printf '%s\n' "$cmd" >"$TMP/in"
		refuse "$TMP/in"
	done
done

t "in arguments"
run nff "$(repeat 100000 '{')"
same $status 1
run nff "$(printf '\377\376')"
same $status 1
run nff ''
true_that test $status -le 1

t "JSON"
for text in '' '{' '[]' '{}' 'null' '{"nftables": 5}' '{"nftables": [5]}' '{"nftables": [{}]}' \
	'{"nftables": [{"add": 5}]}' '{"nftables": [{"add": {"table": 5}}]}' \
	'{"nftables": [{"add": {"table": {"family": 5, "name": []}}}]}' \
	'{"nftables": [{"add": {"rule": {"family": "ip", "table": "t", "chain": "c", "expr": 5}}}]}' \
	'{"nftables": [{"add": {"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [5]}}}]}' \
	'{"nftables": [{"add": {"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [{"match": {}}]}}}]}' \
	'{"nftables": [{"nosuch": {"table": {"family": "ip", "name": "x"}}}]}'; do
	printf '%s' "$text" >"$TMP/in"
	run bash -c 'exec timeout -k 1 60 "$0" -j -f "$1" </dev/null' "$NFF" "$TMP/in"
	[ $status -le 1 ] || fail "status $status for $text"
	same "$(kernel -a list ruleset)" "$before"
done
{ printf '{"nftables": '; repeat 100000 '['; } >"$TMP/in"
run bash -c 'exec timeout -k 1 60 "$0" -j -f "$1" </dev/null' "$NFF" "$TMP/in"
same $status 1
{ printf '{"nftables": '; repeat 1000 '{"add":'; } >"$TMP/in"
run bash -c 'exec timeout -k 1 60 "$0" -j -f "$1" </dev/null' "$NFF" "$TMP/in"
same $status 1
{
	printf '{"nftables": [{"add": {"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [{"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": '
	repeat 1500 '{"|": [1, '
	printf 1
	repeat 1500 ']}'
	printf '}}]}}}]}'
} >"$TMP/in"
run bash -c 'exec timeout -k 1 60 "$0" -j -f "$1" </dev/null' "$NFF" "$TMP/in"
true_that test $status -le 1
