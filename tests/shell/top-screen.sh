#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# top with many conntracks: what it shows is right, and a refresh writes no more than what changed,
# so that nothing flickers. TOP_ENTRIES=100000 takes as many.

# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"
# shellcheck source=tmux.bash
. "$(dirname "$0")/tmux.bash"

entries=${TOP_ENTRIES:-10000}
export LC_ALL=C.UTF-8
# shellcheck disable=SC2034 # for top_up
SIZE=100x30
sysctl -qw net.netfilter.nf_conntrack_acct=1

t "groups and totals are those of a list"
cat >"$TMP/services.py" <<'P'
import json, sys
doc = json.load(open(sys.argv[1]))
for g in doc.get("groups", []):
    print(g["service"], g["entries"], g["packets"], g["bytes"])
for r in doc.get("rows", []):
    name = r["l4proto"] + ("/%d" % r["dport"] if "dport" in r else "")
    print(name, r["connections"], *(r["original"][k] + r["reply"][k] for k in ("packets", "bytes")))
P
must "$BUILD/tests/bench/ct-tool" fill "$entries"
must nff top conntracks -b -n 1 -i 10ms -j group by service
cp "$TMP/.out" "$TMP/top"
must nff -j list conntracks group by service
cp "$TMP/.out" "$TMP/list"
same "$(python3 "$TMP/services.py" "$TMP/top" | sort)" \
	"$(python3 "$TMP/services.py" "$TMP/list" | sort)"
match "$(cat "$TMP/top")" "*\"entries\": $entries, *"

t "each has a row of its own"
must nff top conntracks -b -n 1 -i 10ms -j limit 1000000
same "$(python3 -c '
import json, sys
rows = json.load(open(sys.argv[1]))["rows"]
key = lambda r: [r.get(k) for k in ("saddr", "daddr", "l4proto", "sport", "dport", "id")]
print(len(rows), len({str(key(r)) for r in rows}))' "$TMP/.out")" "$entries $entries"

# Eight connections that move, in both families.
cat >"$TMP/move.py" <<'P'
import socket, time
pairs = []
for family, addr in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    for n in range(4):
        to = socket.socket(family, socket.SOCK_DGRAM)
        to.bind((addr, 0))
        s = socket.socket(family, socket.SOCK_DGRAM)
        s.connect(to.getsockname())
        pairs.append((s, to, 100 + 300 * n))
while True:
    for s, to, size in pairs:
        s.send(b"x" * size)
        to.recv(2000)
    time.sleep(0.02)
P
move()
{
	nft -f - <<-N
		table inet t {
			chain c {
				type filter hook output priority 0
				ct state new counter
			}
		}
	N
	python3 "$TMP/move.py" &
	mover=$!
}
moving()
{
	[ "$(nff list conntracks where ct bytes '>' 0 | wc -l)" = 8 ]
}

# refreshes ARG...: what top writes to a terminal, to $TMP/bytes.
refreshes()
{
	TERM=screen-256color must "$TESTLIB/pty-bytes" 100x30 6 q "$NFF" top conntracks -i 400ms "$@"
	cp "$TMP/.out" "$TMP/bytes"
	cat "$TMP/bytes"
}

# so EXPRESSION: true of it, as Python has it.
so()
{
	true_that python3 -c '
import json, sys
sys.exit(not eval(sys.argv[2], json.load(open(sys.argv[1]))))' "$TMP/bytes" "$1"
}

t "where nothing moves, the clock and little else is drawn"
refreshes
so 'status == 0 and cleared == 0'
# the whole screen once
so 'first > 1500'
so 'max(refreshes) * 5 < first'

t "where some connections move, only their lines are drawn"
move
wait_for 10 moving
refreshes
so 'status == 0 and cleared == 0'
# 8 lines, the total and the graph, of a screen of 3000 cells
so 'max(refreshes) < first and rewritten < 1200'

t "grouped, too"
refreshes group by service
so 'status == 0 and cleared == 0'
so 'max(refreshes) < first and rewritten < 1200'

# All parts of the screen are there, and the lines of the table are full.
cat >"$TMP/whole.py" <<'P'
import sys
lines = sys.stdin.read().split("\n")
head = next(i for i, line in enumerate(lines) if line.startswith("PROTO"))
rows = lines[head + 1:29]
assert lines[0].startswith(" nff top  conntracks  by bytes"), lines[0]
assert lines[1].startswith(" total "), lines[1]
assert lines[1].split()[-2] == sys.argv[1], lines[1]
assert lines[29].startswith(" q quit"), lines[29]
assert all(row.startswith(("tcp ", "udp ", "icmp ", "icmpv6 ")) for row in rows), rows
assert len(rows) >= 18, rows
P
whole()
{
	screen | python3 "$TMP/whole.py" "$((entries + 8))"
}

t "every look at the screen sees all of it"
top_up conntracks -i 200ms sort by bytes
drawn "* total *$((entries + 8)) conntracks*udp *"
for _ in {1..40}; do
	true_that whole
done

t "the last of all lines, and the first"
# at_begin: the first line of the table is one of those that move.
at_begin()
{
	[[ $(screen | sed -n '/^PROTO/{n;p}') =~ ^udp\ *(127.0.0.1|\[::1\]): ]]
}
keys End
wait_for 15 eval '! at_begin'
true_that whole
keys Home
wait_for 15 at_begin

t "groups on the screen are those of a list"
keys g g g
drawn "*per service*
SERVICE *"
want=$(nff list conntracks group by service where tcp dport 443 |
	sed 's/.* entries=\([0-9]*\) .*/\1/')
drawn "*
tcp 443 * $want *"
keys q
drawn "status 0*"
same "$(cat "$TMP/err")" ""
tm kill-server
kill $mover
wait $mover 2>/dev/null
true
