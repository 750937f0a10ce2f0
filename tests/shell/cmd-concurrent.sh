#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several programs that change the ruleset at once: each change is made, none is lost, and no
# listing is torn.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

t "writers beside each other"
ruleset "table ip t { chain a { }; chain b { }; chain c { }; chain d { }; }"
pids=()
for chain in a b c d; do
	(
		for i in {1..60}; do
			"$NFF" add rule ip t $chain meta mark "$i" </dev/null || exit 1
		done
	) 2>"$TMP/err.$chain" &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid"
	same $? 0 "writer"
done
for chain in a b c d; do
	same "$(rules $chain | wc -l)" 60 "rules of $chain"
done

t "what needs to look first is repeated when the ruleset moved"
ruleset "table ip t { chain other { }; chain c { meta mark 1; }; set s { type mark; }; }"
(
	while [ ! -e "$TMP/stop" ]; do
		kernel add rule ip t other accept
		kernel flush chain ip t other
	done
) &
noise=$!
for i in {2..60}; do
	must nff add rule ip t c index 0 meta mark $i
	must nff "add element ip t s { $i }"
done
touch "$TMP/stop"
wait $noise
same "$(rules c | wc -l)" 60
same "$(kernel list set ip t s | grep -o 0x | wc -l)" 59

t "listings during changes"
rm -f "$TMP/stop"
ruleset "table ip t { chain c { }; }"
for i in {1..300}; do
	echo "add rule ip t c ip saddr 10.0.0.$((i % 250)) tcp dport { $i, 9999 } accept"
done >"$TMP/fill"
kernel -f "$TMP/fill"
{ echo "flush chain ip t c"; cat "$TMP/fill"; } >"$TMP/refill"
(
	while [ ! -e "$TMP/stop" ]; do
		kernel -f "$TMP/refill"
	done
) &
noise=$!
kernel list ruleset >"$TMP/want"
for i in {1..15}; do
	if ! nff list ruleset >"$TMP/got" 2>"$TMP/err"; then
		fail "listing $i failed: $(cat "$TMP/err")"
		break
	fi
	if ! cmp -s "$TMP/got" "$TMP/want"; then
		fail "listing $i is torn: $(diff "$TMP/got" "$TMP/want" | head -n 3)"
		break
	fi
done
touch "$TMP/stop"
wait $noise
