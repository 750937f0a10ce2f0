#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list conntracks, line for line with conntrack -L as the oracle.
# shellcheck source=ct.bash
. "$(dirname "$0")/ct.bash"

count()
{
	wc -l <"$TMP/got"
}

t "an empty table lists nothing"
must nff list conntracks
same "$out" ""
same "$err" ""

t "an empty table in JSON"
must nff -j list conntracks
same "$out" '{"conntracks": []}'

sysctl -qw net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_timestamp=1

create -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1024 --dport 80 --state ESTABLISHED \
	-u ASSURED,SEEN_REPLY -m 0xfffffff0
for state in SYN_SENT SYN_RECV FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE LISTEN; do
	create -s 10.0.1.1 -d 10.0.0.2 -p tcp --sport $((++port + 2000)) --dport 80 --state $state
done
create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 53 --dport 65535
create -s 10.0.0.1 -d 10.0.0.2 -r 10.0.0.9 -q 192.0.2.1 -p udp --sport 54 --dport 65535 \
	--reply-port-src 5353 --reply-port-dst 7 -u SEEN_REPLY
create -s 10.0.0.1 -d 10.0.0.2 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 9
create -s 10.0.0.1 -d 10.0.0.2 -p sctp --sport 1 --dport 2 --state ESTABLISHED --orig-vtag 1 \
	--reply-vtag 2
create -s 10.0.0.1 -d 10.0.0.2 -p dccp --sport 1 --dport 2 --state OPEN --role client
create -s 10.0.0.1 -d 10.0.0.2 -p gre --srckey 1 --dstkey 0xffff
create -s 10.0.0.1 -d 10.0.0.2 -p udplite --sport 1 --dport 2
create -s 10.0.0.1 -d 10.0.0.2 -p 41
create -s 10.0.0.1 -d 10.0.0.2 -p 132 -w 6
create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 -w 7
create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 --orig-zone 8
create -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2 --reply-zone 65535
create -s 2001:db8::1 -d 2001:db8:1:2:3:4:5:6 -p tcp --sport 1 --dport 4 --state SYN_SENT \
	-u SEEN_REPLY,FIXED_TIMEOUT -m 7
create -s ::1 -d ::ffff:10.0.0.1 -p udp --sport 1 --dport 4
create -s fe80::1:0:0:1 -d ff02::1 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 9

t "made by hand, all families"
equal --
true_that [ "$(count)" -ge 20 ]

t "IPv4 only"
equal ip -- -f ipv4
true_that [ "$(count)" -ge 15 ]

t "IPv6 only"
equal ip6 -- -f ipv6
same "$(count)" 3

t "inet is both"
equal inet --
true_that [ "$(count)" -ge 18 ]

t "other families have none"
must_fail nff list conntracks bridge
match "$err" "*no conntracks of family bridge*"

t "the short form"
must nff list ct
same "$(wc -l <<<"$out")" "$(conntrack -L 2>/dev/null | wc -l)"

t "offloaded only: there are none"
equal offload -- -u OFFLOAD
same "$(count)" 0
must nff list conntracks ip6 offload
same "$out" ""

t "without accounting and timestamps"
conntrack -F 2>/dev/null
sysctl -qw net.netfilter.nf_conntrack_acct=0 net.netfilter.nf_conntrack_timestamp=0
create -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1 --dport 2 --state ESTABLISHED -u ASSURED
create -s 2001:db8::1 -d 2001:db8::2 -p udp --sport 1 --dport 2 -w 3
equal --
same "$(count)" 2
unlike "$(cat "$TMP/got")" "*packets=*"

t "JSON has what the lines have"
must nff -j list conntracks
printf '%s\n' "$out" >"$TMP/json"
# shellcheck disable=SC2016
must python3 - "$TMP/json" <<'PY'
import json, sys
cts = json.load(open(sys.argv[1]))["conntracks"]
assert len(cts) == 2, cts
tcp = [c for c in cts if c["l4proto"] == "tcp"][0]
assert tcp["family"] == "ip" and tcp["state"] == "ESTABLISHED", tcp
assert tcp["original"] == {"saddr": "10.0.0.1", "daddr": "10.0.0.2", "sport": 1, "dport": 2}, tcp
assert tcp["reply"] == {"saddr": "10.0.0.2", "daddr": "10.0.0.1", "sport": 2, "dport": 1}, tcp
assert "assured" in tcp["status"] and "confirmed" in tcp["status"], tcp
assert tcp["mark"] == 0 and 4000 < tcp["timeout"] <= 5000, tcp
udp = [c for c in cts if c["l4proto"] == "udp"][0]
assert udp["family"] == "ip6" and udp["zone"] == 3, udp
PY

# ---- real traffic, through a router that masquerades ----

traffic()
{
	conntrack -F 2>/dev/null
	sysctl -qw net.netfilter.nf_conntrack_acct=1
	ip netns add client
	ip netns add server
	ip link add c0 type veth peer name eth0 netns client
	ip link add s0 type veth peer name eth0 netns server
	ip addr add 10.1.0.1/24 dev c0
	ip addr add 10.2.0.1/24 dev s0
	ip addr add fd01::1/64 dev c0 nodad
	ip addr add fd02::1/64 dev s0 nodad
	ip link set c0 up
	ip link set s0 up
	ip -n client addr add 10.1.0.2/24 dev eth0
	ip -n client addr add fd01::2/64 dev eth0 nodad
	ip -n server addr add 10.2.0.2/24 dev eth0
	ip -n server addr add fd02::2/64 dev eth0 nodad
	for ns in client server; do
		ip -n $ns link set lo up
		ip -n $ns link set eth0 up
	done
	ip -n client route add default via 10.1.0.1
	ip -n client -6 route add default via fd01::1
	ip -n server route add default via 10.2.0.1
	ip -n server -6 route add default via fd02::1
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	must nft add table ip nat
	must nft add chain ip nat post '{ type nat hook postrouting priority srcnat; }'
	must nft add rule ip nat post oifname s0 masquerade
	must nft add table inet f
	must nft add chain inet f forward_hook '{ type filter hook forward priority 0; }'
	must nft add rule inet f forward_hook ct state new ct mark set 0x2a

	ip netns exec server python3 "$TMP/peer.py" serve >"$TMP/serve.log" 2>&1 &
	peer=$!
	wait_for 20 grep -q ready "$TMP/serve.log"
	ip netns exec client python3 "$TMP/peer.py" talk >"$TMP/talk.log" 2>&1 &
	wait_for 20 grep -q talked "$TMP/talk.log"
	ip netns exec client ping -c 1 -W 2 10.2.0.2 >/dev/null 2>&1
	ip netns exec client ping -c 1 -W 2 fd02::2 >/dev/null 2>&1
	equal --
	true_that [ "$(count)" -ge 5 ]
	match "$(cat "$TMP/got")" "*ESTABLISHED src=10.1.0.2*mark=42*"
	match "$(cat "$TMP/got")" "*dst=10.2.0.1*"
	match "$(cat "$TMP/got")" "*\[UNREPLIED\]*"
	match "$(cat "$TMP/got")" "*\[ASSURED\]*"
	kill $peer
	jobs -p | xargs -r kill 2>/dev/null
	wait
	return 0
}

cat >"$TMP/peer.py" <<'PY'
# Talks TCP and UDP over IPv4 and IPv6, then stays, so that the connections do.
import signal, socket, sys, time
V4, V6 = ("10.2.0.2", socket.AF_INET), ("fd02::2", socket.AF_INET6)
signal.alarm(60)
keep = []
if sys.argv[1] == "serve":
    for addr, family in V4, V6:
        s = socket.socket(family, socket.SOCK_STREAM)
        s.bind((addr, 8080))
        s.listen()
        u = socket.socket(family, socket.SOCK_DGRAM)
        u.bind((addr, 8080))
        keep += [s, u]
    print("ready", flush=True)
    import select
    while True:
        for s in select.select(keep, [], [])[0]:
            if s.type == socket.SOCK_DGRAM:
                data, peer = s.recvfrom(2000)
                s.sendto(data, peer)
            elif s in keep[::2][:2] and s.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                keep.append(s.accept()[0])
            else:
                data = s.recv(2000)
                if data:
                    s.send(data)
                else:
                    keep.remove(s)
else:
    for addr, family in V4, V6:
        s = socket.create_connection((addr, 8080))
        s.send(b"x" * 1000)
        s.recv(1000)
        u = socket.socket(family, socket.SOCK_DGRAM)
        u.connect((addr, 8080))
        for i in range(3):
            u.send(b"hello")
            u.recv(100)
        d = socket.socket(family, socket.SOCK_DGRAM)
        d.sendto(b"nobody answers", (addr, 9))
        r = socket.socket(family, socket.SOCK_STREAM)
        r.connect_ex((addr, 1))
        keep += [s, u, d, r]
    print("talked", flush=True)
    time.sleep(50)
PY
t "real traffic" traffic

t "a closed pipe ends it"
conntrack -F 2>/dev/null
for i in 1 2 3; do create -s 10.0.0.$i -d 10.0.0.9 -p udp --sport 1 --dport 2; done
bash -c 'trap "" PIPE; "$0" list conntracks; echo $? >"$1"' "$NFF" "$TMP/status" | true
same "$(cat "$TMP/status")" 1

t "without privilege the cause is told"
must_fail setpriv --bounding-set=-all --inh-caps=-all "$NFF" list conntracks
match "$err" "*Operation not permitted*"
match "$err" "*CAP_NET_ADMIN*"
