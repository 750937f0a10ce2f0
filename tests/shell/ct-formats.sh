#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lists of conntracks as tables, csv and JSON; sorted, limited and grouped. What is sorted and
# summed is compared with what Python makes of the JSON list.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

command -v conntrack >/dev/null || {
	t "formats of conntracks"
	skip "no conntrack(8) here"
	exit 0
}

# Conntracks of many kinds, and counters that differ: some traffic over lo.
sysctl -qw net.netfilter.nf_conntrack_acct=1
must nft add table inet t
must nft add chain inet t out '{ type filter hook output priority 0; }'
must nft add rule inet t out ct state new
{
	for ((i = 1; i <= 120; i++)); do
		case $((i % 4)) in
		0) proto="-p udp --sport $i --dport 53" ;;
		1) proto="-p tcp --sport $i --dport $((i % 3 ? 443 : 80)) --state ESTABLISHED" ;;
		2) proto="-p icmp --icmp-type 8 --icmp-code 0 --icmp-id $i" ;;
		3) proto="-p $((40 + i % 2))" ;;
		esac
		echo "-I -t $((1000 + i * 37 % 97 * 100)) -s 10.0.$((i % 5)).$i -d 192.0.2.$((i % 7 + 1))" \
			"-m $((i % 3)) $proto"
	done
	for ((i = 1; i <= 30; i++)); do
		echo "-I -t $((5000 + i)) -s 2001:db8::$((i % 4)):$i -d 2001:db8:f::1 -p udp --sport $i --dport 53 -w 5"
	done
} >"$TMP/entries"
while read -r line; do
	# shellcheck disable=SC2086
	conntrack $line >/dev/null 2>&1
done <"$TMP/entries"
for ((i = 1; i <= 12; i++)); do
	ping -q -c $((i % 4 + 1)) -i 0.01 -s $((i * 40)) -W 2 127.0.0.$i >/dev/null
	head -c $((i * 100)) /dev/zero >"/dev/udp/127.0.0.1/$((9000 + i % 3))"
done

cat >"$TMP/common.py" <<'PY'
# What the tests know of the lists: columns, computed from JSON.
import csv, ipaddress, io, json, subprocess, sys, os
NFF = os.environ["NFF"]

def nff(*args):
    return subprocess.run([NFF, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=True).stdout

def traffic(ct, what):
    dirs = [ct[d][what] for d in ("original", "reply") if what in ct[d]]
    return sum(dirs) if dirs else None

def address(text):
    a = ipaddress.ip_address(text)
    return (a.version, int(a))

def service(ct):
    port = ct["original"].get("dport")
    proto = str(ct["l4proto"])
    return proto if port is None or proto == "gre" else "%s/%d" % (proto, port)

COLUMNS = {
    "source": lambda c: address(c["original"]["saddr"]),
    "destination": lambda c: address(c["original"]["daddr"]),
    "protocol": lambda c: str(c["l4proto"]),
    "service": service,
    "sport": lambda c: c["original"].get("sport"),
    "dport": lambda c: c["original"].get("dport"),
    "mark": lambda c: c["mark"],
    "zone": lambda c: c.get("zone"),
    "timeout": lambda c: c["timeout"],
    "packets": lambda c: traffic(c, "packets"),
    "bytes": lambda c: traffic(c, "bytes"),
    "id": lambda c: c["id"],
    "family": lambda c: c["family"],
}
DESCENDING = {"packets", "bytes"}
PY
export NFF PYTHONPATH=$TMP PYTHONDONTWRITEBYTECODE=1

t "there is something to list"
true_that [ "$(nff list conntracks | wc -l)" -ge 150 ]

t "csv is what the JSON list says"
cat >"$TMP/check-csv.py" <<'PY'
from common import *
rows = {int(r["id"]): r for r in csv.DictReader(io.StringIO(nff("list", "conntracks", "-o", "csv"),
                                                            newline=""))}
cts = json.loads(nff("-j", "list", "conntracks"))["conntracks"]
assert len(rows) == len(cts) >= 150, (len(rows), len(cts))
for ct in cts:
    row = rows[ct["id"]]
    assert None not in row and None not in row.values(), row
    for name in COLUMNS:
        if name in ("source", "destination"):
            want = ct["original"]["saddr" if name == "source" else "daddr"]
        else:
            want = COLUMNS[name](ct)
        if name == "timeout":
            assert abs(int(row[name]) - want) <= 5, (row, ct)
        else:
            assert row[name] == ("" if want is None else str(want)), (name, row, ct)
    assert row["status"].split(",") == ct["status"], (row, ct)
    assert row["state"] == ct.get("state", ""), (row, ct)
    assert row["reply-source"] == ct["reply"]["saddr"], (row, ct)
    assert row["original-bytes"] == str(ct["original"].get("bytes", "")), (row, ct)
PY
must python3 "$TMP/check-csv.py"

t "csv begins with the names of the columns"
must nff list conntracks -o csv limit 0
match "$out" "family,protocol,state,source,sport,destination,dport,*"
same "$(wc -l <<<"$out")" 1

t "sorted by every key"
cat >"$TMP/check-sort.py" <<'PY'
from common import *
cts = {c["id"]: c for c in json.loads(nff("-j", "list", "conntracks"))["conntracks"]}

def got(*clauses):
    return [c["id"] for c in json.loads(nff("-j", "list", "conntracks", *clauses))["conntracks"]]

def check(keys, ids):
    """They are in order; keys: of (name, descending)."""
    def order(i):
        out = []
        for name, desc in keys:
            v = COLUMNS[name](cts[i])
            out.append((v is None, v, desc))
        return out
    for a, b in zip(ids, ids[1:]):
        for (an, av, desc), (bn, bv, _) in zip(order(a), order(b)):
            if an != bn:
                assert bn, (keys, cts[a], cts[b])      # none comes last
                break
            if an or av == bv:
                continue
            assert (av > bv) == desc, (keys, cts[a], cts[b])
            break

for name in COLUMNS:
    if name == "timeout":
        # it runs on while we look: whole seconds may differ by then
        continue
    for word, desc in ((None, name in DESCENDING), ("asc", False), ("desc", True)):
        ids = got("sort", "by", name, *([word] if word else []))
        assert sorted(ids) == sorted(cts), name
        check([(name, desc)], ids)
ids = got("sort", "by", "protocol,", "dport", "desc,", "source")
check([("protocol", False), ("dport", True), ("source", False)], ids)
# A limit gives the first of the whole list, whatever the limit.
whole = got("sort", "by", "bytes,", "source,", "id")
for n in (0, 1, 2, 7, 63, 64, 65, len(whole) - 1, len(whole), 100000):
    assert got("sort", "by", "bytes,", "source,", "id", "limit", str(n)) == whole[:n], n
assert len(got("limit", "9")) == 9
PY
must python3 "$TMP/check-sort.py"

t "sorted by time left"
must nff -j list conntracks sort by timeout desc
true_that python3 -c '
import json, sys
left = [c["timeout"] for c in json.loads(sys.argv[1])["conntracks"]]
# entries that are asked for at the turn of a second differ by one
assert all(a >= b - 1 for a, b in zip(left, left[1:])), left' "$out"

t "groups add up"
cat >"$TMP/check-group.py" <<'PY'
from common import *
from collections import defaultdict
cts = json.loads(nff("-j", "list", "conntracks"))["conntracks"]
names = {"source": lambda c: c["original"]["saddr"], "destination": lambda c: c["original"]["daddr"]}
for keys in ("source", "destination", "service", "protocol", "zone", "mark", "family"), \
            ("protocol",), ("source", "mark"), ("zone", "service", "mark"), ("destination",), \
            ("service",), ("zone",), ("mark",), ("dport",), ("source", "destination", "dport"):
    if len(keys) > 4:
        continue
    want = defaultdict(lambda: [0, 0, 0])
    for c in cts:
        key = tuple(names.get(k, COLUMNS[k])(c) for k in keys)
        want[key][0] += 1
        want[key][1] += traffic(c, "packets")
        want[key][2] += traffic(c, "bytes")
    clause = ["group", "by", ",".join(keys)]
    got = json.loads(nff("-j", "list", "conntracks", *clause))["groups"]
    def values(g):
        return [g["entries"], g["packets"], g["bytes"]]
    assert {tuple(g.get(k) for k in keys): values(g) for g in got} == dict(want), keys
    assert len(got) == len(want), keys
    # by bytes, then entries
    order = [(g["bytes"], g["entries"]) for g in got]
    assert order == sorted(order, reverse=True), (keys, order)
    # and the same in the other formats
    rows = list(csv.DictReader(io.StringIO(nff("list", "conntracks", "-o", "csv", *clause),
                                           newline="")))
    assert [[int(r["entries"]), int(r["packets"]), int(r["bytes"])] for r in rows] == \
        [values(g) for g in got], keys
    assert [[r[k] for k in keys] for r in rows] == \
        [["" if g.get(k) is None else str(g[k]) for k in keys] for g in got], keys
    lines = nff("list", "conntracks", *clause).splitlines()
    assert [line.split() for line in lines] == \
        [["%s=%s" % (k, "-" if g.get(k) is None else g[k]) for k in keys] +
         ["entries=%d" % g["entries"], "packets=%d" % g["packets"], "bytes=%d" % g["bytes"]]
         for g in got], keys
    table = nff("list", "conntracks", "-o", "table", *clause).splitlines()
    assert len(table) == len(got) + 1, keys
    # sorted otherwise, and limited
    few = json.loads(nff("-j", "list", "conntracks", *clause, "sort", "by", "entries", "desc,",
                         keys[0], "limit", "3"))["groups"]
    entries = sorted((g["entries"] for g in got), reverse=True)[:3]
    assert [g["entries"] for g in few] == entries, (keys, few)
PY
must python3 "$TMP/check-group.py"

t "groups of what matches"
must nff list conntracks where ct mark 1 ct protocol icmp group by mark,protocol
same "$out" "$(printf 'mark=1 protocol=icmp entries=%d packets=0 bytes=0' \
	"$(conntrack -L -p icmp -m 1 2>/dev/null | wc -l)")"

t "tables have aligned columns"
cat >"$TMP/check-table.py" <<'PY'
import sys
from common import *
lines = nff("list", "conntracks", "-o", "table").splitlines()
head = lines[0]
assert head.split() == ["PROTO", "STATE", "SOURCE", "SPORT", "DESTINATION", "DPORT", "PACKETS",
                        "BYTES", "TIMEOUT", "FLAG", "MARK", "ZONE"], head
for name in ("STATE", "SOURCE", "DESTINATION", "FLAG"):
    at = head.index(name)
    assert all(line[at - 2:at] == "  " for line in lines[1:] if len(line) > at), name
for name in ("SPORT", "DPORT", "PACKETS", "BYTES", "MARK"):
    end = head.index(name) + len(name)
    for line in lines[1:]:
        assert line[end:end + 1] in ("", " "), (name, line)
    assert any(line[end - 1:end].isdigit() for line in lines[1:]), name
assert not any(line.endswith(" ") for line in lines)
PY
must python3 "$TMP/check-table.py"

t "tables have human units"
must nff list conntracks where ct protocol icmp ip daddr 127.0.0.12 -o table
# 12 * 40 bytes of data and 28 of headers, once each way
match "$out" "PROTO  SOURCE     DESTINATION  PACKETS  BYTES *
icmp   127.0.0.1  127.0.0.12*2   1016 *"
must nff list conntracks where ip saddr 10.0.1.1 -o table
match "$out" "* ESTABLISHED *  1h1[78]m *"

t "a table with a limit, and an empty one"
must nff list conntracks where ct mark 1 -o table limit 3
same "$(wc -l <<<"$out")" 4
must nff list conntracks where ct mark 77 -o table
same "$(wc -l <<<"$out")" 1
match "$out" "PROTO  STATE  SOURCE  SPORT  DESTINATION *"

t "names of services on request"
must nff -S list conntracks where udp dport 53 ip saddr 10.0.4.4 -o table
match "$out" "* domain *"
must nff -S list conntracks group by service -o csv
match "$out" "*
udp/domain,60,*"
must nff list conntracks where udp dport 53 ip saddr 10.0.4.4 -o table
unlike "$out" "* domain *"

t "names of hosts on request"
must nff -N list conntracks where ct protocol icmp ip daddr 127.0.0.1 -o table limit 1
match "$out" "* localhost *"
must nff -N list conntracks where ip daddr 127.0.0.1 group by destination
match "$out" "destination=localhost *"

# timeless: the JSON list of standard input without what goes on.
timeless()
{
	sed 's/"timeout": [0-9]*//g'
}

t "the same list by -j in both places, and -o json"
must nff -j list conntracks sort by id
want=$out
must nff list conntracks -j sort by id
same "$(timeless <<<"$out")" "$(timeless <<<"$want")"
must nff list conntracks -o json sort by id
same "$(timeless <<<"$out")" "$(timeless <<<"$want")"

t "what there is not is told at its place"
must_fail nff list conntracks sort by bites
match "$err" "*1:25-29: Error: conntracks have no key 'bites'*did you mean bytes?*"
must_fail nff list conntracks sort by bytes, xyzzy
match "$err" "*1:32-36: Error: conntracks have no key 'xyzzy'*the keys are *source*bytes*"
must_fail nff list conntracks group by bytes
match "$err" "*1:26-30: Error: conntracks cannot be grouped by 'bytes'*"
must_fail nff list conntracks group by source,source
match "$err" "*1:33-38: Error: *twice*"
must_fail nff list conntracks group by source sort by mark
match "$err" "*groups have no key 'mark'*"
must_fail nff list conntracks -o tabel
match "$err" "*1:20-24: Error: *no output format 'tabel'*did you mean table?*"
must_fail nff list conntracks -o csv,table
match "$err" "*one of table, csv, json and save*"
must_fail nff list conntracks -o table,id
match "$err" "*not of table*"
must_fail nff -j list conntracks -o id
match "$err" "*not of json*"
must_fail nff list conntracks group by mark -o id
match "$err" "*groups have no such lines*"

t "nothing is printed where the kernel refuses"
for format in table csv json; do
	run setpriv --bounding-set=-all --inh-caps=-all "$NFF" list conntracks -o $format
	same "$out" "" "$format"
	same "$status" 1
done
