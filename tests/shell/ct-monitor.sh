#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# monitor conntracks and expectations: line for line with conntrack -E, and without silent loss.
# shellcheck source=monitor.bash disable=SC2154
. "$(dirname "$0")/monitor.bash"

tool=$BUILD/tests/bench/ct-tool
sysctl -qw net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_timestamp=1

# Something of every kind.
events()
{
	create -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1024 --dport 80 --state ESTABLISHED \
		-u ASSURED,SEEN_REPLY -m 0xfffffff0
	create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 53 --dport 65535
	create -s 10.0.0.1 -d 10.0.0.2 -r 10.0.0.9 -q 192.0.2.1 -p udp --sport 54 --dport 65535 \
		--reply-port-src 5353 --reply-port-dst 7 -u SEEN_REPLY
	create -s 10.0.0.1 -d 10.0.0.2 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 9
	create -s 10.0.0.1 -d 10.0.0.2 -p sctp --sport 1 --dport 2 --state ESTABLISHED \
		--orig-vtag 1 --reply-vtag 2
	create -s 10.0.0.1 -d 10.0.0.2 -p gre --srckey 1 --dstkey 0xffff
	create -s 10.0.0.1 -d 10.0.0.2 -p 41
	create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 -w 7
	create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 --orig-zone 8
	create -s 2001:db8::1 -d 2001:db8:1:2:3:4:5:6 -p tcp --sport 1 --dport 4 \
		--state SYN_SENT -u SEEN_REPLY,FIXED_TIMEOUT -m 7
	conntrack -U -s 10.0.0.1 -m 5 >/dev/null 2>&1
	conntrack -U -s 2001:db8::1 -m 8 >/dev/null 2>&1
	conntrack -D -p udp >/dev/null 2>&1
	conntrack -F >/dev/null 2>&1
}

# as_conntrack OPTIONS...: the same events, to the byte.
as_conntrack()
{
	passed_over && return 1
	watch conntracks "$@"
	conntrack -E "$@" >"$TMP/wanted" 2>/dev/null &
	peer=$!
	wait_for 20 listening 2 00000007
	events
	wait_for 20 eval '[ $(wc -l <"$TMP/got") = $(wc -l <"$TMP/wanted") ]' || true
	kill -INT $peer
	wait $peer
	stop INT
	same "$status" 0
	same "$(plain "$TMP/got")" "$(plain "$TMP/wanted")"
	true_that [ "$(wc -l <"$TMP/wanted")" -ge 18 ]
}

t "as conntrack prints them"
as_conntrack
match "$err" "*events: 10 new, * update, 10 destroy; 0 overruns, 0 resynchronised*"

t "with times"
as_conntrack -o timestamp
match "$out" "[[]*.??????]*[[]NEW]*"

t "extended"
as_conntrack -o extended

t "with numbers and times"
as_conntrack -o timestamp,id,extended

t "expectations as conntrack prints them"
must nft -f - <<'N'
table ip t {
	ct expectation e {
		protocol udp
		dport 9
		timeout 1h
		size 8
		l3proto ip
	}
	chain c {
		type filter hook output priority 0
		tcp dport 7 ct expectation set "e"
	}
}
N
watch expectations
conntrack -E expect >"$TMP/wanted" 2>/dev/null &
peer=$!
wait_for 20 listening 2 00000038
must python3 - <<'P'
import socket
s = socket.socket()
s.bind(("127.0.0.1", 7))
s.listen()
c = socket.create_connection(("127.0.0.1", 7))
P
conntrack -F expect >/dev/null 2>&1
wait_for 20 eval '[ $(wc -l <"$TMP/wanted") = 2 ]'
wait_for 20 eval '[ $(wc -l <"$TMP/got") = 2 ]'
kill $peer
stop
same "$out" "$(cat "$TMP/wanted")"
nft flush ruleset
conntrack -F 2>/dev/null

t "only some kinds of events"
watch new,destroy conntracks
wait_for 20 listening 1 00000005
events
wait_for 20 eval '[ $(grep -c DESTROY "$TMP/got") = 10 ]'
stop
unlike "$out" "*UPDATE*"

t "a filter"
watch destroy conntracks where ct mark 5 tcp dport 80 -n 1
wait_for 20 listening 1 00000005
events
ended
same "$status" 0
match "$out" "[[]DESTROY] tcp *mark=5 *"
same "$(wc -l <"$TMP/got")" 1

t "the end after a time"
watch conntracks --for 1s
ended
same "$status" 0
match "$err" "0 events: *"

t "JSON, an object a line"
"$NFF" -j monitor conntracks -n 12 >"$TMP/got" 2>"$TMP/got.err" &
pid=$!
wait_for 20 listening 1 00000007
events
ended
same "$status" 0
must python3 - "$TMP/got" <<'P'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
assert len(events) == 13, len(events)
assert events[0]["event"] == "new" and events[0]["conntrack"]["mark"] == 0xfffffff0, events[0]
assert events[0]["portid"] and events[0]["time"] > 10**18, events[0]
assert events[12]["summary"]["events"] == 12, events[12]
assert events[12]["summary"]["overruns"] == 0, events[12]
P

t "the flow of events through a pipe, at once"
("$NFF" monitor conntracks -l -n 1 | head -n 1 >"$TMP/line") 2>/dev/null &
wait_for 20 listening 1 00000007
create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 53 --dport 65535
wait_for 20 grep -q NEW "$TMP/line"
wait
conntrack -F 2>/dev/null

# ---- nothing is lost in silence ----

# settled: what "conntrack -L" says and what the monitor told are the same.
settled()
{
	conntrack -L -o id >"$TMP/there" 2>/dev/null
	"$TESTLIB/events.py" "$TMP/got" "$TMP/there" >"$TMP/seen" 2>"$TMP/bad"
}

none_dying()
{
	[ "$(conntrack -L dying 2>/dev/null | wc -l)" = 0 ]
}

t "a tiny buffer: what was missed is told"
for i in {1..20}; do create -s 192.0.2.$i -d 10.0.0.2 -p udp --sport 1 --dport 2; done
watch conntracks -o id --buffer-size 4k -l
wait_for 20 listening 1 00000007
# What is there already is known without being told.
must conntrack -L -o id
sed 's/^/    [NEW] /' "$TMP/.out" >"$TMP/before"
conntrack -D -s 192.0.2.7 >/dev/null 2>&1
must "$tool" churn 20000 500
conntrack -D -p icmp >/dev/null 2>&1
stop
same "$status" 0
grep -v "^conntrack" "$TMP/before" | cat - "$TMP/got" >"$TMP/all"
mv "$TMP/all" "$TMP/got"
true_that settled
cat "$TMP/seen" "$TMP/bad"
match "$(cat "$TMP/seen")" "*gaps=[1-9]*resync=[1-9]*"
match "$err" "*overruns, *resynchronised*"
unlike "$err" "* 0 overruns*"

t "and after a flush"
conntrack -F 2>/dev/null
watch conntracks -o id --buffer-size 16k
wait_for 20 listening 1 00000007
must "$tool" churn 20000 500
conntrack -F 2>/dev/null
must "$tool" churn 3000 200
stop
true_that settled
cat "$TMP/seen" "$TMP/bad"
match "$(cat "$TMP/seen")" "*gaps=[1-9]*"
conntrack -F 2>/dev/null

t "a large buffer: nothing is missed"
watch conntracks -o id
wait_for 20 listening 1 00000007
must "$tool" churn 20000 500
stop
true_that settled
same "$(cat "$TMP/seen")" "new=20000 update=0 destroy=19500 gaps=0 resync=0 bytes=0"
conntrack -F 2>/dev/null

# Each connection is one socket that sends 3 packets of 128 bytes, and nobody answers.
udp()
{
	python3 - <<'P'
import socket
sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sink.bind(("127.0.0.1", 9))
for i in range(1500):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 20000 + i))
    for n in range(3):
        s.sendto(b"x" * 100, ("127.0.0.1", 9))
P
}

reliable()
{
	must nft -f - <<'N'
table ip t {
	chain c {
		type filter hook output priority 0
		ct state new accept
	}
}
N
	watch conntracks -o id --buffer-size 32k --reliable
	wait_for 20 listening 1 00000007
	udp
	conntrack -F 2>/dev/null
	wait_for 60 none_dying
	stop
	true_that settled
	cat "$TMP/seen" "$TMP/bad" "$TMP/got.err"
	match "$(cat "$TMP/seen")" "new=1500 *destroy=1500 gaps=[1-9]* bytes=$((1500 * 3 * 128))"
	match "$out" *"dying: "[1-9]*"dying: 0"*
	match "$err" *"0 dying"*
	nft flush ruleset
	return 0
}
t "every destroy event, with its bytes" reliable

t "JSON tells the gap"
"$NFF" -j monitor conntracks --buffer-size 4k >"$TMP/got" 2>/dev/null &
pid=$!
wait_for 20 listening 1 00000007
must "$tool" churn 5000 100
stop
must python3 - "$TMP/got" <<'P'
import json, sys
live, gaps, marked = set(), 0, 0
for line in open(sys.argv[1]):
    e = json.loads(line)
    gaps += "gap" in e
    if "event" not in e:
        continue
    marked += "resynchronised" in e
    key = e["conntrack"]["id"], json.dumps(e["conntrack"]["original"]["saddr"])
    if e["event"] == "new":
        assert key not in live, line
        live.add(key)
    else:
        live.remove(key)
assert gaps and marked and len(live) == 100, (gaps, marked, len(live))
assert e["summary"]["overruns"] >= gaps and e["summary"]["resynchronised"] == marked, e
P
conntrack -F 2>/dev/null

# ---- how it ends ----

t "a reader that goes away ends it"
bash -c 'trap "" PIPE; "$0" monitor conntracks 2>"$2"; echo $? >"$1"' "$NFF" "$TMP/status" \
	"$TMP/pipe.err" | true
wait_for 20 test -s "$TMP/status"
same "$(cat "$TMP/status")" 1
match "$(cat "$TMP/pipe.err")" "*cannot write to standard output*"

t "a full disk ends it"
timeout 30 "$NFF" monitor conntracks >/dev/full 2>"$TMP/got.err" &
pid=$!
wait_for 20 listening 1 00000007
create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 53 --dport 65535
wait $pid
same $? 1
match "$(cat "$TMP/got.err")" "*cannot write to standard output*"
conntrack -F 2>/dev/null

t "a reader that does not read does not keep it alive"
mkfifo "$TMP/fifo"
sleep 60 <"$TMP/fifo" &
peer=$!
"$NFF" monitor conntracks >"$TMP/fifo" 2>"$TMP/got.err" &
pid=$!
wait_for 20 listening 1 00000007
must "$tool" churn 3000 100
# It blocks in a write to the full pipe.
wait_for 20 grep -q pipe "/proc/$pid/wchan"
kill $pid
wait_for 20 eval '! kill -0 $pid'
kill $peer
wait 2>/dev/null
conntrack -F 2>/dev/null

t "without privilege the cause is told"
must_fail setpriv --bounding-set=-all --inh-caps=-all "$NFF" monitor conntracks
match "$err" "*Operation not permitted*"
match "$err" "*CAP_NET_ADMIN*"

t "what makes no sense is refused"
must_fail nff monitor conntracks sort by bytes
match "$err" "*takes no 'sort by'*"
must_fail nff monitor conntracks --interval 5s
match "$err" "*no --interval for conntracks*"
must_fail nff monitor conntracks --buffer-size many
match "$err" "*no size*"
must_fail nff monitor conntracks -n 0
must_fail nff monitor ruleset where ct mark 1
match "$err" "*no 'where' for the ruleset*"
must_fail nff monitor conntracks where iif lo
