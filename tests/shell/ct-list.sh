#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kinds of lines and lists that conntrack(8) has besides the plain one: -o extended, id,
# timestamp, ktimestamp and labels, the lists of dying and unconfirmed entries, and counters that
# begin anew. The oracle is conntrack itself.
# shellcheck source=ct.bash
. "$(dirname "$0")/ct.bash"

count()
{
	wc -l <"$TMP/got"
}

own_etc

sysctl -qw net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_timestamp=1

# Labels are kept where a rule sets them.
must nft add table inet labels
must nft add chain inet labels out '{ type filter hook output priority 0; }'
must nft add rule inet labels out udp dport 53 ct label set 3 ct label set 5
must nft add rule inet labels out udp dport 54 ct label set 44

create -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1024 --dport 80 --state ESTABLISHED \
	-u ASSURED,SEEN_REPLY -m 0xfffffff0
for state in NONE SYN_SENT SYN_RECV FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE LISTEN; do
	create -s 10.0.1.1 -d 10.0.0.2 -p tcp --sport $((++port + 2000)) --dport 80 --state $state
done
for state in CLOSED COOKIE_WAIT COOKIE_ECHOED ESTABLISHED SHUTDOWN_SENT SHUTDOWN_RECD \
	SHUTDOWN_ACK_SENT; do
	create -s 10.0.1.2 -d 10.0.0.2 -p sctp --sport $((++port + 2000)) --dport 80 \
		--state $state --orig-vtag 1 --reply-vtag 2
done
for state in REQUEST RESPOND PARTOPEN OPEN CLOSEREQ CLOSING TIMEWAIT; do
	# its ports are not taken
	create -s 10.0.2.$((++port)) -d 10.0.0.2 -p dccp --sport 1 --dport 2 --state $state \
		--role client
done
create -s 10.0.0.1 -d 10.0.0.2 -r 10.0.0.9 -q 192.0.2.1 -p udp --sport 54 --dport 65535 \
	--reply-port-src 5353 --reply-port-dst 7 -u SEEN_REPLY
create -s 10.0.0.1 -d 10.0.0.2 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 9
create -s 10.0.0.1 -d 10.0.0.2 -p gre --srckey 1 --dstkey 0xffff
create -s 10.0.0.1 -d 10.0.0.2 -p udplite --sport 1 --dport 2
create -s 10.0.0.1 -d 10.0.0.2 -p 41 -w 9
create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 --orig-zone 8
create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 --reply-zone 65535
create -s 2001:db8::1 -d 2001:db8:1:2:3:4:5:6 -p tcp --sport 1 --dport 4 --state SYN_SENT \
	-u SEEN_REPLY,FIXED_TIMEOUT -m 7
create -s fe80::1:0:0:1 -d ff02::1 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 9
for port in 53 54 55; do
	echo x >/dev/udp/127.0.0.1/$port
done
ping -q -c 1 -W 2 127.0.0.1 >/dev/null
ping -q -c 1 -W 2 ::1 >/dev/null

t "the family in front"
equal -o extended -- -o extended
true_that [ "$(count)" -ge 20 ]
match "$(cat "$TMP/got")" "*ipv6     10 *"

t "the id behind"
equal -o id -- -o id
match "$(cat "$TMP/got")" "* id=*"

t "a list has no time of its own"
equal -o timestamp -- -o timestamp

t "when it began"
equal -o ktimestamp -- -o ktimestamp
match "$(cat "$TMP/got")" "*\[start=*"

t "when it began, in the local time"
export TZ=Asia/Tokyo
equal -o ktimestamp,extended,id -- -o ktimestamp,extended,id
export TZ=UTC
equal -o ktimestamp -- -o ktimestamp
unset TZ

t "several at once"
equal -o extended,id,timestamp -- -o extended,id,timestamp
equal ip6 -o id,extended -- -f ipv6 -o id,extended

t "labels, and no file of their names"
[ "$has_etc" = yes ] || skip "no overlay over /etc here"
equal -o labels -- -o labels
unlike "$(cat "$TMP/got")" "*labels*"
match "$(cat "$TMP/nff.err")" "*no label has a name*"

t "labels by name"
[ "$has_etc" = yes ] || skip "no overlay over /etc here"
mkdir -p /etc/xtables
printf '0 zero\n3 web\n5 dmz\n127 last\n' >/etc/xtables/connlabel.conf
equal -o labels -- -o labels
match "$(cat "$TMP/got")" "* labels=web,dmz*"
# one whose labels have no name
match "$(cat "$TMP/got")" "* labels
*"
equal -o labels,id,extended -- -o labels,id,extended
same "$(cat "$TMP/nff.err")" ""

t "the dying"
equal dying -- dying
equal dying ip6 -- dying -f ipv6

# A listener that does not read, with reliable delivery: what it has not been told of stays.
t "the dying that a listener holds back"
cat >"$TMP/hold.py" <<'PY'
import signal, socket, time
signal.alarm(60)
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
s.setsockopt(270, 4, 1)        # SOL_NETLINK, NETLINK_BROADCAST_ERROR
s.setsockopt(270, 5, 1)        # NETLINK_NO_ENOBUFS
s.bind((0, 4))                 # NF_NETLINK_CONNTRACK_DESTROY
print("listens", flush=True)
time.sleep(50)
PY
python3 "$TMP/hold.py" >"$TMP/hold.log" &
hold=$!
wait_for 20 grep -q listens "$TMP/hold.log"
for ((i = 1; i <= 100; i++)); do
	create -s 10.9.0.$i -d 10.0.0.2 -p udp --sport 1 --dport 2
done
conntrack -D -d 10.0.0.2 -p udp --sport 1 --dport 2 >/dev/null 2>&1
if [ "$(conntrack -L dying 2>/dev/null | wc -l)" = 0 ]; then
	skip "none is dying here"
else
	equal dying -- dying
	true_that [ "$(count)" -ge 10 ]
	equal dying -o id,extended -- dying -o id,extended
fi
kill $hold
wait $hold 2>/dev/null

t "the unconfirmed"
equal unconfirmed -- unconfirmed

t "what only other commands take is refused"
must_fail nff list conntracks --reliable
match "$err" "*takes no option --reliable*"
match "$err" "*1:17-26:*"
must_fail nff list conntracks limit 1 master tcp dport 1
match "$err" "*takes no 'master'*"
must_fail nff reset conntracks dying
match "$err" "*1:18-22: Error: 'reset conntracks' takes no 'dying'*"
must_fail nff reset conntracks limit 3
match "$err" "*takes no 'limit'*"

# ---- counters ----

# sums: packets and bytes of all entries.
sums()
{
	nff -j list conntracks "$@" | python3 -c '
import json, sys
dirs = [c[d] for c in json.load(sys.stdin)["conntracks"] for d in ("original", "reply")]
print(sum(d["packets"] for d in dirs), sum(d["bytes"] for d in dirs))'
}

t "counters begin anew where they match"
# enough for the sums not to be 0 in the others
ping -q -c 1 -W 2 127.0.0.1 >/dev/null
udp=$(sums where ct protocol udp)
must nff -c reset conntracks where ct protocol icmp
match "$out" "icmp *packets=1 bytes=84*"
unlike "$out" "*udp *"
same "$(sums where ct protocol icmp)" "$(python3 -c "
n = $(nff list conntracks where ct protocol icmp | wc -l) - 1
print(2 * n, 2 * n * 84)")" "with -c they stay"
must nff reset conntracks where ct protocol icmp
match "$out" "icmp *packets=1 bytes=84*"
unlike "$out" "*udp *"
same "$(sums where ct protocol icmp)" "0 0"
same "$(sums where ct protocol udp)" "$udp"

t "counters of all, as a table"
must nff reset conntrack counters -o table
match "$out" "PROTO *PACKETS *BYTES*"
same "$(sums)" "0 0"
same "$(wc -l <<<"$out")" "$(($(nff list conntracks | wc -l) + 1))"

t "counters of one family"
echo x >/dev/udp/127.0.0.1/53
ping -q -c 1 -W 2 ::1 >/dev/null
must nff reset conntracks ip6 -j
match "$out" '{"conntracks": \[*'
same "$(sums ip6)" "0 0"
unlike "$(sums ip)" "0 *"
