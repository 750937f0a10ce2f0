#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many chains, elements and anonymous sets in one batch.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

slow=1
! grep -q -a __asan_init "$NFF" || slow=6

t "20,000 chains and jumps"
{
	echo "flush ruleset"
	echo "table ip t {"
	for i in {1..20000}; do
		printf 'chain c%d {\n}\n' "$i"
	done
	echo "chain every {"
	for i in {1..20000}; do
		echo "meta mark $i jump c$i"
	done
	echo "}"
	echo "}"
} >"$TMP/in"
must timeout $((100 * slow)) "$NFF" -f "$TMP/in"
same "$(kernel list chain ip t every | grep -c jump)" 20000
nff list ruleset >"$TMP/listed"
kernel list ruleset >"$TMP/wanted"
true_that cmp "$TMP/listed" "$TMP/wanted"

t "100,000 elements of a set and of an interval set"
{
	echo "flush ruleset"
	echo "table ip t {"
	echo "set s { type ipv4_addr; elements = {"
	awk 'BEGIN { for (i = 0; i < 100000; i++)
		printf "10.%d.%d.%d,\n", i / 65536 % 256, i / 256 % 256, i % 256 }'
	echo "}; }"
	echo "set i { type ipv4_addr; flags interval; elements = {"
	awk 'BEGIN { for (i = 0; i < 50000; i++)
		printf "10.%d.%d.%d/31,\n", i / 16384 % 256, i / 64 % 256, i % 64 * 4 }'
	echo "}; }"
	echo "}"
} >"$TMP/in"
must timeout $((60 * slow)) "$NFF" -f "$TMP/in"
same "$(kernel list set ip t s | grep -o '10\.[0-9.]*' | wc -l)" 100000
nff list ruleset >"$TMP/listed"
kernel list ruleset >"$TMP/wanted"
true_that cmp "$TMP/listed" "$TMP/wanted"

t "10,000 anonymous sets"
{
	echo "flush ruleset"
	echo "table ip t {"
	echo "chain c {"
	awk 'BEGIN { for (i = 1; i <= 10000; i++) printf "tcp dport { %d, %d, %d-%d } accept\n",
		i, i + 10001, i + 20002, i + 20005 }'
	echo "}"
	echo "}"
} >"$TMP/in"
must timeout $((100 * slow)) "$NFF" -f "$TMP/in"
nff list ruleset >"$TMP/listed"
kernel list ruleset >"$TMP/wanted"
true_that cmp "$TMP/listed" "$TMP/wanted"
same "$(grep -c dport "$TMP/wanted")" 10000
