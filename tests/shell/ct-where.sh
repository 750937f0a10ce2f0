#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list conntracks where ...: a table of some hundred entries, and filters whose result must be what
# python picks out of the whole list in JSON. What the kernel filters itself must save messages.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

command -v conntrack >/dev/null || {
	t "filters"
	skip "no conntrack(8) here"
	exit 0
}

# ---- a table ----

python3 - >"$TMP/load" <<'END'
import random
r = random.Random(4)
tcp = ("SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "TIME_WAIT", "CLOSE")
for i in range(600):
    six = r.random() < 0.4
    net = "2001:db8:0:%d::%d" if six else "10.%d.0.%d"
    addr = lambda: net % (r.randrange(3), r.randrange(1, 6))
    line = "-I -t %d -s %s -d %s" % (r.choice((20000, 50000, 90000)), addr(), addr())
    p = r.choice(("tcp", "tcp", "udp", "icmp", "sctp", "dccp", "gre"))
    if p == "icmp" and six:
        line += " -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id %d" % r.randrange(1, 400)
    elif p == "icmp":
        line += " -p icmp --icmp-type %d --icmp-code 0 --icmp-id %d" % (
            r.choice((8, 13)), r.randrange(1, 400))
    elif p == "gre":
        line += " -p gre --srckey %d --dstkey %d" % (r.randrange(99), r.randrange(99))
    else:
        line += " -p %s --sport %d --dport %d" % (p, 1024 + i, r.choice((22, 53, 80, 443, 8080)))
        if p == "tcp":
            line += " --state " + r.choice(tcp)
        elif p == "sctp":
            line += " --state ESTABLISHED --orig-vtag 1 --reply-vtag 2"
        elif p == "dccp":
            line += " --state OPEN --role client"
    if r.random() < 0.6:
        line += " -u " + r.choice(("ASSURED,SEEN_REPLY", "SEEN_REPLY", "FIXED_TIMEOUT"))
    if r.random() < 0.5:
        line += " -m %d" % r.choice((1, 2, 16, 17, 0xff, 0xfffffff0))
    if not six and p in ("tcp", "udp") and r.random() < 0.3:
        line += r.choice((" -n 192.0.2.%d", " -g 198.51.100.%d")) % r.randrange(1, 4)
    zone = r.random()
    if zone < 0.3:
        line += r.choice((" -w %d", " --orig-zone %d", " --reply-zone %d")) % r.randrange(1, 4)
    print(line)
END
while read -r line; do
	# not every kernel knows every protocol
	# shellcheck disable=SC2086
	conntrack $line
done <"$TMP/load" >/dev/null 2>&1

# some with traffic and a label
sysctl -qw net.netfilter.nf_conntrack_acct=1
cat >"$TMP/rules" <<'END'
table inet t {
	set hosts { type ipv4_addr; elements = { 10.0.0.1, 10.1.0.2 }; }
	set nets { type ipv4_addr; flags interval; elements = { 10.1.0.0/24, 10.2.0.2-10.2.0.3 }; }
	set pairs { type ipv4_addr . inet_service; flags interval
		elements = { 10.0.0.1 . 80, 10.1.0.0/16 . 400-500 }; }
	set none { type inet_service; }
	set twice { type inet_service; }
	chain c {
		type filter hook output priority 0;
		udp dport 7001 ct label set 5
		udp dport 7002 ct label set 127
		ct state new
	}
}
table ip other {
	set twice { type inet_service; }
}
END
nff -f "$TMP/rules"
python3 - <<'END'
import socket
s = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for i in range(40)]
for i, one in enumerate(s):
    one.bind(("127.0.0.1", 7100 + i))
    for n in range(i % 4 + 1):
        one.sendto(b"x" * i * 10, ("127.0.0.1", 7000 + i % 3))
END

# ---- filters ----

cat >"$TMP/check.py" <<'END'
import ipaddress, json, subprocess, sys

nff = sys.argv[1]
def entries(*args):
    run = subprocess.run([nff, "-j", "list", "conntracks", *args], capture_output=True, text=True)
    if run.returncode:
        sys.exit("%s: %s" % (" ".join(args), run.stderr))
    return json.loads(run.stdout)["conntracks"]

class E:
    """An entry with a default for what it lacks."""
    def __init__(self, e):
        self.e = e
        self.o, self.r = e["original"], e["reply"]
        self.ip, self.ip6 = e["family"] == "ip", e["family"] == "ip6"
        self.p = e["l4proto"]
        self.mark, self.st = e.get("mark", 0), e["status"]
        self.zone = e.get("zone", self.o.get("zone", self.r.get("zone", 0)))
    def within(self, d, key, net):
        a = ipaddress.ip_address(getattr(self, d)[key])
        n = ipaddress.ip_network(net)
        return a.version == n.version and a in n
    def sum(self, key):
        return self.o.get(key, 0) + self.r.get(key, 0)

whole = entries()
bad = 0
for line in sys.stdin:
    if not line.strip():
        continue
    words, want = line.rstrip("\n").split("\t")
    got = sorted(x["id"] for x in entries(*words.strip().split(" ")))
    wanted = sorted(x["id"] for x in whole if eval(want, {"x": E(x), "any": any}))
    if got != wanted:
        print("'%s': %d entries, wanted %d" % (words, len(got), len(wanted)))
        bad += 1
    elif not wanted or len(wanted) == len(whole):
        print("'%s' does not tell entries apart: %d" % (words, len(wanted)))
        bad += 1
print(len(whole), "entries")
sys.exit(bad != 0)
END

# filters NAME: lines "WORDS<tab>python expression about x" on standard input.
filters()
{
	t "$1"
	if ! run python3 "$TMP/check.py" "$NFF"; then
		fail "$out $err"
	elif [ "$status" != 0 ]; then
		fail "$out $err"
	fi
}

filters "what the kernel filters, too" <<'END'
ip	x.ip
ip6	x.ip6
where meta nfproto ipv6	x.ip6
where meta l4proto tcp	x.p == "tcp"
where ct l3proto ipv4 ct protocol udp	x.ip and x.p == "udp"
ip where meta l4proto tcp	x.ip and x.p == "tcp"
where ip protocol tcp	x.ip and x.p == "tcp"
where ip6 nexthdr udp	x.ip6 and x.p == "udp"
where ct mark 16	x.mark == 16
where ct mark 0	x.mark == 0
where ct mark 0xfffffff0	x.mark == 0xfffffff0
where ct mark & 0x10 == 0x10	x.mark & 16
where ct mark and 0xff == 0x11	x.mark & 0xff == 0x11
where ct mark & 0x10 == 0x10 ct mark & 0x1 == 0	x.mark & 0x11 == 0x10
where ct status assured	"assured" in x.st
where ct status ! assured	"assured" not in x.st
where ct status ! assured,seen-reply	"assured" not in x.st and "seen-reply" not in x.st
where ct status fixed-timeout	"fixed-timeout" in x.st
where ct zone 0	x.zone == 0
where ct zone 2	x.zone == 2
where ct zone 2 ct mark 16	x.zone == 2 and x.mark == 16
where ip saddr 10.1.0.2	x.ip and x.o["saddr"] == "10.1.0.2"
where ip daddr 10.1.0.2 udp dport 53	x.o["daddr"] == "10.1.0.2" and x.p == "udp" and x.o["dport"] == 53
where ct reply ip daddr 192.0.2.1	x.ip and x.r["daddr"] == "192.0.2.1"
where ct reply ip saddr 198.51.100.2 ct protocol tcp	x.ip and x.r["saddr"] == "198.51.100.2" and x.p == "tcp"
ip where tcp dport 443	x.ip and x.p == "tcp" and x.o["dport"] == 443
ip6 where tcp dport 443	x.ip6 and x.p == "tcp" and x.o["dport"] == 443
ip6 where sctp dport 80	x.ip6 and x.p == "sctp" and x.o["dport"] == 80
ip where icmp type echo-request	x.p == "icmp" and x.o["type"] == 8
where icmp type timestamp-request	x.p == "icmp" and x.o["type"] == 13
where icmpv6 type echo-request	x.p == "icmpv6" and x.o["type"] == 128
where ip6 saddr 2001:db8:0:1::2	x.ip6 and x.o["saddr"] == "2001:db8:0:1::2"
where ip6 saddr 2001:db8:0:1::2 tcp dport 22	x.ip6 and x.o["saddr"] == "2001:db8:0:1::2" and x.p == "tcp" and x.o["dport"] == 22
END

filters "what only nff can" <<'END'
where tcp dport { 22, 80 }	x.p == "tcp" and x.o["dport"] in (22, 80)
where tcp dport != { 22, 80 }	x.p == "tcp" and x.o["dport"] not in (22, 80)
where th dport 50-100	x.p in ("tcp", "udp", "sctp", "dccp") and 50 <= x.o.get("dport", 0) <= 100
where tcp sport > 1300	x.p == "tcp" and x.o["sport"] > 1300
where ip saddr 10.1.0.0/16	x.within("o", "saddr", "10.1.0.0/16")
where ip saddr != 10.1.0.0/16	x.ip and not x.within("o", "saddr", "10.1.0.0/16")
where ip6 daddr 2001:db8:0:2::/64	x.within("o", "daddr", "2001:db8:0:2::/64")
where ip6 saddr != 2001:db8:0:1::2	x.ip6 and x.o["saddr"] != "2001:db8:0:1::2"
where ip saddr { 10.0.0.0/16, 10.2.0.3 }	x.within("o", "saddr", "10.0.0.0/16") or x.within("o", "saddr", "10.2.0.3/32")
where ip saddr . tcp dport { 10.1.0.1 . 80, 10.2.0.0/16 . 400-500 }	x.ip and x.p == "tcp" and (x.o["saddr"] == "10.1.0.1" and x.o["dport"] == 80 or x.within("o", "saddr", "10.2.0.0/16") and x.o["dport"] == 443)
where ct state new	"seen-reply" not in x.st
where ct state established	"seen-reply" in x.st
where ct state { new, related } meta l4proto tcp	x.p == "tcp" and "seen-reply" not in x.st
where ct status snat	"snat" in x.st
where ct status dnat	"dnat" in x.st
where ct status snat,dnat	"snat" in x.st or "dnat" in x.st
where ct status & (assured|snat) == assured|snat	"snat" in x.st and "assured" in x.st
where tcp state established	x.e.get("state") == "ESTABLISHED" and x.p == "tcp"
where tcp state { SYN_SENT, time_wait }	x.p == "tcp" and x.e["state"] in ("SYN_SENT", "TIME_WAIT")
where tcp state != established	x.p == "tcp" and x.e["state"] != "ESTABLISHED"
where sctp state established	x.p == "sctp"
where ct timeout < 6h	x.e["timeout"] < 21600
where ct timeout 10h-20h	36000 <= x.e["timeout"] <= 72000
where ct original zone 2	x.e.get("zone", x.o.get("zone", 0)) == 2
where ct reply zone != 0	x.e.get("zone", x.r.get("zone", 0)) != 0
where ct mark > 100	x.mark > 100
where ct mark { 1, 16-20 }	x.mark in (1, 16, 17)
where ct original proto-src 100-1100	100 <= x.o.get("sport", x.o.get("src-key", x.o.get("srckey", x.o.get("id", 0)))) <= 1100
where icmp id < 200	x.p == "icmp" and x.o["type"] == 8 and x.o["id"] < 200
where ct bytes > 100	x.sum("bytes") > 100
where ct original packets 2	x.o.get("packets") == 2
where ct reply packets 0 udp dport 7001	x.p == "udp" and x.o["dport"] == 7001
where ct avgpkt > 200	x.sum("packets") and x.sum("bytes") // x.sum("packets") > 200
where ct label 5	5 in x.e.get("labels", [])
where ct label 5,127	any(n in (5, 127) for n in x.e.get("labels", []))
where ct label ! 5	5 not in x.e.get("labels", [])
END

filters "sets of tables" <<'END'
where ip saddr @hosts	x.o["saddr"] in ("10.0.0.1", "10.1.0.2")
where ip saddr != @hosts	x.ip and x.o["saddr"] not in ("10.0.0.1", "10.1.0.2")
where ip saddr @nets ct mark 16	x.mark == 16 and (x.within("o", "saddr", "10.1.0.0/24") or x.o["saddr"] in ("10.2.0.2", "10.2.0.3"))
where ip saddr . tcp dport @pairs	x.p == "tcp" and (x.o["saddr"] == "10.0.0.1" and x.o["dport"] == 80 or x.within("o", "saddr", "10.1.0.0/16") and x.o["dport"] == 443)
where tcp dport != @none	x.p == "tcp"
END

# ---- what is moved to user space ----

# moved WORDS...: bytes that nff received from netlink.
moved()
{
	strace -f -e trace=recvmsg,recvfrom,recvmmsg -o "$TMP/strace" "$NFF" "$@" >"$TMP/got" </dev/null
	awk '/recv/ && $NF > 0 { sum += $NF } END { print sum + 0 }' "$TMP/strace"
}

t "the kernel does not send what it can filter"
if ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
	skip "no strace here"
else
	all=$(moved list conntracks)
	while read -r words; do
		# shellcheck disable=SC2086
		few=$(moved list conntracks $words)
		n=$(wc -l <"$TMP/got")
		# an entry takes 400 bytes at most, as do the answers around them
		if [ "$n" = 0 ] || [ "$few" -ge $((n * 400 + 1000)) ] || [ "$few" -ge "$all" ]; then
			fail "'$words': $few bytes for $n entries; all are $all bytes"
		fi
	done <<'END'
where ct status assured
where ct status ! assured ct mark 16
where ct mark & 0xff == 0x11
where ip saddr 10.1.0.2
where ip saddr 10.1.0.2 ip daddr 10.2.0.1
ip6 where tcp dport 443
where ct reply ip daddr 192.0.2.1
where icmp type echo-request
END
fi

t "entries in another direction's zone are found by the kernel, too"
conntrack -I -t 5000 -s 10.9.0.1 -d 10.9.0.2 -p udp --sport 1 --dport 2 --reply-zone 77 >/dev/null 2>&1
must nff list conntracks where ct zone 77
match "$out" "*src=10.9.0.1*"
same "$(nff list conntracks where ct original zone 77)" ""

t "a filter that the kernel refuses is done without it"
must nff list conntracks ip where icmp type 3
same "$out$err" ""
if strace -o /dev/null true 2>/dev/null; then
	strace -f -e trace=sendto,sendmsg,sendmmsg -o "$TMP/strace" \
		"$NFF" list conntracks ip where icmp type 3 </dev/null
	same "$(grep -c send "$TMP/strace")" 2 requests
fi
must nff list conntracks ip where icmp type != 3 icmp code 0 icmp id 1-400
match "$out" "*icmp *"

# ---- errors ----

t "a match that makes no sense is an error at its place"
must_fail nff list conntracks where ct mark 1 tcp flags syn
match "$err" "*:1:33-41: Error: conntracks have no 'tcp flags'*hint: *tcp state*"

t "a typing error in a key has a hint"
must_fail nff list conntracks where ct statsu assured
match "$err" "*unknown field 'statsu' of 'ct'*did you mean 'status'*"

t "a set that is not there, or in several tables"
must_fail nff list conntracks where tcp dport @nope
match "$err" "*:1:33-37: Error: no table has a set 'nope'*"
must_fail nff list conntracks where tcp dport @twice
match "$err" "*:1:33-38: Error: several tables have a set 'twice'*"
must_fail nff list conntracks where tcp dport @hosts
match "$err" "*:1:23-38: Error: the set 'hosts' holds values of type ipv4_addr, not inet_service*"

t "filters are of no use in a rule"
must_fail nff add rule inet t c tcp state established
match "$err" "*unknown field 'state' of 'tcp'*"
must_fail nff add rule inet t c ct status offload
match "$err" "*'offload' is no conntrack status*"
t_end
