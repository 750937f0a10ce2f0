#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# monitor ruleset: line for line with nft monitor. Where nff differs on purpose the difference is
# taken out of both, below.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

# listening N: so many sockets listen to the changes of the ruleset.
listening()
{
	# nft listens to traces with the same one
	[ "$(awk '$4 ~ /^00000[01]40$/' /proc/net/netlink | wc -l)" = "$1" ]
}

# watch OPTIONS -- ARGS: a monitor of nff and one of nft, in the background.
watch()
{
	local options=() sockets=2

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	# without a word nff has one more, for traces
	[ $# -gt 0 ] || sockets=3
	timeout --foreground 60 "$NFF" "${options[@]}" monitor "$@" </dev/null >"$TMP/got" \
		2>"$TMP/got.err" &
	pid=$!
	timeout --foreground 60 nft "${options[@]}" monitor "$@" >"$TMP/wanted" 2>/dev/null &
	peer=$!
	wait_for 20 listening $sockets
}

# Both have seen the last change, which is a table of that name.
stop()
{
	nft add table ip the_end
	wait_for 20 grep -q the_end "$TMP/got"
	wait_for 20 grep -q the_end "$TMP/wanted"
	nft delete table ip the_end
	kill $pid $peer
	wait $pid
	status=$?
	wait $peer
	sed -i '/the_end/,$d' "$TMP/got" "$TMP/wanted"
}

# What nft does otherwise: a blank at the end of some lines; "delete set" for maps, and for
# anonymous sets, which went with their rule; flushed elements of intervals are not told; times
# that run on.
plain()
{
	sed -E 's/ +$//; s/^delete map /delete set /; /^delete set ip6? [a-z]+ __/d
		s/expires [0-9a-z]+/expires TIME/' "$1"
}

as_nft()
{
	stop
	same "$status" 0
	same "$(plain "$TMP/got")" "$(plain "$TMP/wanted")"
}

changes()
{
	nft -f - <<'N'
add table ip x
add chain ip x y { type filter hook forward priority 0; policy accept; }
add chain ip x z
add set ip x s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.1.1-192.168.1.7 } }
add set ip x t { type inet_service; flags timeout; timeout 10s; elements = { 22 comment "ssh", 80 timeout 5s } }
add set ip x c { type ipv4_addr . inet_service; elements = { 1.2.3.4 . 5 } }
add map ip x m { type ipv4_addr : inet_service; elements = { 1.2.3.4 : 80 } }
add map ip x vm { type inet_service : verdict; elements = { 1 : drop } }
add counter ip x c1
add limit ip x l1 { rate 5/second }
add quota ip x q { over 10 mbytes }
add rule ip x y ip saddr 10.0.0.0/8 tcp dport { 22, 80 } counter accept comment "hi"
add rule ip x y ip saddr @s drop
insert rule ip x y udp dport 53 jump z
add rule ip x y tcp dport vmap { 1 : accept, 2-5 : drop }
add rule ip x y ip saddr . tcp dport @c accept
N
	nft add element ip x s '{ 172.16.0.0/12 }'
	nft delete element ip x s '{ 10.0.0.0/8, 172.16.0.0/12 }'
	nft delete element ip x s '{ 192.168.1.1-192.168.1.7 }'
	nft add element ip x t '{ 443, 8080 }'
	nft delete element ip x t '{ 443 }'
	nft delete element ip x c '{ 1.2.3.4 . 5 }'
	nft delete element ip x m '{ 1.2.3.4 : 80 }'
	nft replace rule ip x y handle "$(handle udp)" udp dport 54 accept
	nft insert rule ip x y position "$(handle vmap)" tcp dport 9 accept
	nft delete rule ip x y handle "$(handle vmap)"
	nft flush chain ip x y
	nft delete counter ip x c1
	nft flush set ip x t
	nft delete set ip x s
	nft delete chain ip x z
	nft add table ip x '{ flags dormant; }'
	nft add chain ip x y '{ policy drop; }'
	nft delete table ip x
	nft add table inet e
	nft flush ruleset
}

handle()
{
	nft -a list chain ip x y | sed -n "s/.*$1.*handle //p"
}

t "as nft prints it"
watch --
changes
as_nft
true_that [ "$(wc -l <"$TMP/got")" -ge 60 ]
match "$(cat "$TMP/got")" *"# new generation "*" by process "*" (nft)"*

t "with handles"
watch -a --
nft add table ip x
nft add chain ip x y
nft add rule ip x y counter accept
nft flush ruleset
stop
match "$(cat "$TMP/got")" *"add rule ip x y counter packets 0 bytes 0 accept # handle "*

for what in "new rules" "destroy" "tables" "chains" "sets" "elements" "new"; do
	t "monitor $what"
	# shellcheck disable=SC2086
	watch -- $what
	changes
	# Something of each kind, named so that the end is known.
	nft add table ip the_end
	nft "add set ip the_end the_end { type ipv4_addr; elements = { 10.9.9.9 } }"
	nft "add chain ip the_end the_end; add rule ip the_end the_end accept"
	nft "delete element ip the_end the_end { 10.9.9.9 }"
	wait_for 20 grep -q the_end "$TMP/got"
	wait_for 20 grep -q the_end "$TMP/wanted"
	kill $pid $peer
	wait $pid $peer
	nft flush ruleset
	sed -i '/the_end/,$d' "$TMP/got" "$TMP/wanted"
	# nft leaves objects out where it is asked for some kinds of events only
	same "$(plain "$TMP/got" | grep -vE '^(add|delete) (counter|quota|limit) ')" \
		"$(plain "$TMP/wanted")"
	true_that [ -s "$TMP/wanted" ]
done

t "JSON, as commands that load"
timeout --foreground 60 "$NFF" -j monitor ruleset </dev/null >"$TMP/got" 2>/dev/null &
pid=$!
wait_for 20 listening 1
nft -f - <<'N'
table inet x {
	set s { type ipv4_addr; elements = { 1.2.3.4, 1.2.3.5 } }
	counter c { packets 1 bytes 2 }
	chain y { type filter hook forward priority 0; tcp dport { 1, 2 } counter name c accept; }
}
N
nft delete element inet x s '{ 1.2.3.5 }'
wait_for 20 grep -q '"delete"' "$TMP/got"
kill $pid
wait $pid
must nft list ruleset
wanted=$out
nft flush ruleset
grep -v summary "$TMP/got" | while read -r line; do
	printf '{"nftables": [%s]}\n' "$line" >"$TMP/one"
	nft -j -f "$TMP/one" || echo "does not load: $line"
done >"$TMP/log" 2>&1
same "$(cat "$TMP/log")" ""
must nft list ruleset
same "$out" "$wanted"
nft flush ruleset

t "lines that load to the same ruleset"
timeout --foreground 60 "$NFF" monitor ruleset </dev/null >"$TMP/got" 2>/dev/null &
pid=$!
wait_for 20 listening 1
changes_kept()
{
	nft -f - <<'N'
table inet x {
	set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.1-192.0.2.9 } }
	map m { type inet_service : verdict; elements = { 1 : accept } }
	chain y { type filter hook forward priority 0; ip saddr @s tcp dport { 1, 2 } accept; }
}
N
	nft add rule inet x y tcp dport vmap @m
	nft 'add rule inet x y jump { ip saddr { 10.0.0.1, 10.0.0.2 } drop; counter; } comment "block"'
	nft delete element inet x s '{ 10.0.0.0/8 }'
	nft add table ip the_end
}
changes_kept
wait_for 20 grep -q the_end "$TMP/got"
kill $pid
wait $pid
must nft list ruleset
wanted=$out
nft flush ruleset
must nff -f "$TMP/got"
must nft list ruleset
same "$out" "$wanted"
nft flush ruleset

t "everything at once"
timeout --foreground 60 "$NFF" monitor all </dev/null >"$TMP/got" 2>"$TMP/got.err" &
pid=$!
wait_for 20 listening 2
nft add table ip x
wait_for 20 grep -q "add table ip x" "$TMP/got"
if command -v conntrack >/dev/null; then
	conntrack -I -t 50 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 >/dev/null 2>&1
	wait_for 20 grep -q "NEW. udp" "$TMP/got"
fi
kill $pid
wait $pid
same $? 0

t "an overrun is told, and the ruleset as it is"
timeout --foreground 60 "$NFF" monitor ruleset --buffer-size 1k </dev/null >"$TMP/got" 2>/dev/null &
pid=$!
wait_for 20 listening 1
kill -STOP "$(pgrep -P $pid)"
{
	echo "add table ip x"
	for i in {1..2000}; do echo "add chain ip x c$i"; done
} >"$TMP/many"
must nft -f "$TMP/many"
kill -CONT "$(pgrep -P $pid)"
wait_for 20 grep -q "chain c2000" "$TMP/got"
kill $pid
wait $pid
match "$(cat "$TMP/got")" *"# ruleset: overrun 1: events were lost here"*"flush ruleset"*"table ip x {"*
sed -n '/^flush ruleset/,$p' "$TMP/got" >"$TMP/again"
must nff -f "$TMP/again"
must nft list chain ip x c2000

nft flush ruleset
t "in the shell, until Ctrl-C"
(
	wait_for 20 listening 1
	nft add table ip zz
) &
must "$TESTLIB/pty-drive" "$NFF" <<'STEPS'
expect nff>
line monitor ruleset
expect add table ip zz
send \x03
expect 1 events: 1 new
expect nff>
line list tables
expect table ip zz
expect nff>
line quit
eof
status 0
STEPS
wait

t "in the shell, until a signal that ends both"
(
	wait_for 20 listening 1
	nft add table ip zy
) &
must "$TESTLIB/pty-drive" "$NFF" <<'STEPS'
expect nff>
line monitor ruleset
expect add table ip zy
signal TERM
eof
STEPS
wait
