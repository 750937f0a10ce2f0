#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list expectations: those of the kernel's ftp helper and some made by hand, with conntrack -L
# expect as the oracle.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

command -v conntrack >/dev/null || {
	t "expectations"
	skip "no conntrack(8) here"
	exit 0
}

cat >"$TMP/ftp.py" <<'PY'
# FTP as far as its helper reads it: data ports are announced over IPv4 and IPv6. Prints the ports
# of the clients.
import signal, socket, time
signal.alarm(120)
keep, ports = [], []
for i in range(1, 6):
    for family, addr, reply in (
            (socket.AF_INET, "127.0.0.%d" % i,
             b"227 Entering Passive Mode (127,0,0,%d,19,%d)\r\n" % (i, i)),
            (socket.AF_INET6, "::1", b"229 Entering Extended Passive Mode (|||%d|)\r\n" % (5000 + i))):
        s = socket.socket(family, socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        s.bind((addr, 21))
        s.listen()
        c = socket.create_connection((addr, 21))
        a = s.accept()[0]
        s.close()
        a.send(b"220 ready\r\n")
        c.recv(100)
        c.send(b"PASV\r\n" if family == socket.AF_INET else b"EPSV\r\n")
        a.recv(100)
        a.send(reply)
        c.recv(100)
        keep += [c, a]
        ports.append(c.getsockname()[1])
print(*ports, flush=True)
time.sleep(100)
PY

# equal NFF-ARGS -- CONNTRACK-ARGS...: the same lines; each word behind -- is a list of its own, as
# conntrack shows one family at a time.
equal()
{
	local nff_args=() try families

	while [ "$1" != -- ]; do
		nff_args+=("$1")
		shift
	done
	shift
	families=("$@")
	passed_over && return 1
	for ((try = 0; try < 20; try++)); do
		for family in "${families[@]}"; do
			conntrack -L expect -f "$family" 2>/dev/null
		done | sort >"$TMP/wanted"
		nff list expectations "${nff_args[@]}" 2>"$TMP/nff.err" | sort >"$TMP/got"
		cmp -s "$TMP/wanted" "$TMP/got" && return 0
	done
	diff -u "$TMP/wanted" "$TMP/got"
	fail "lists differ: $(diff "$TMP/wanted" "$TMP/got" | grep -m 1 '^[<>]') $(cat "$TMP/nff.err")"
}

t "there are none"
must nff list expectations
same "$out" ""
must nff -j list expectations
same "$out" '{"expectations": []}'

must nft add table inet h
must nft add chain inet h out '{ type filter hook output priority 0; }'
nft add ct helper inet h ftp '{ type "ftp" protocol tcp; }' 2>/dev/null
nft add rule inet h out tcp dport 21 ct helper set '"ftp"' 2>/dev/null || {
	t "expectations of ftp"
	skip "this kernel has no ftp helper"
	exit 0
}
python3 "$TMP/ftp.py" >"$TMP/ftp.log" 2>&1 &
ftp=$!
t "the ftp helper expects"
wait_for 30 grep -q . "$TMP/ftp.log"
read -ra ports <"$TMP/ftp.log"
equal -- ipv4 ipv6
same "$(wc -l <"$TMP/got")" 10
match "$(cat "$TMP/got")" "* dport=5001 *helper=ftp*"

t "made by hand, with masks"
# The ports of the masks, and the flags, differ; the kernel replaces those of the helper by them.
conntrack -I expect -t 300 -s 127.0.0.1 -d 127.0.0.1 --tuple-src 10.0.0.2 --tuple-dst 10.0.0.1 \
	-p tcp --sport "${ports[0]}" --dport 21 --tuple-port-src 20 --tuple-port-dst 5000 \
	--mask-src 255.255.0.0 --mask-dst 255.255.255.255 --mask-port-src 0 \
	--mask-port-dst 65535 2>"$TMP/create.err" || cat "$TMP/create.err"
conntrack -I expect -t 200 -s ::1 -d ::1 --tuple-src fe80::2 --tuple-dst 2001:db8::1 \
	-p tcp --sport "${ports[1]}" --dport 21 --tuple-port-src 20 --tuple-port-dst 5000 \
	--mask-src ffff:: --mask-dst ffff:ffff:: --mask-port-src 0 \
	--mask-port-dst 65535 2>"$TMP/create.err" || cat "$TMP/create.err"
equal -- ipv4 ipv6
match "$(cat "$TMP/got")" "* src=10.0.0.2 dst=10.0.0.1 *mask-src=255.255.0.0*"
match "$(cat "$TMP/got")" "* mask-src=ffff:: *"

t "one family"
equal ip -- ipv4
true_that [ "$(wc -l <"$TMP/got")" -ge 4 ]
equal ip6 -- ipv6
true_that [ "$(wc -l <"$TMP/got")" -ge 4 ]
equal inet -- ipv4 ipv6

t "options of lines"
for option in extended id ktimestamp labels; do
	equal -o $option -- ipv4 ipv6
done
must nff list expectations -o timestamp limit 1
true_that grep -qE '^\[[0-9]{10,}\.[0-9]{6}\]	[0-9]+ proto=' <<<"$out"

t "what matches"
must nff list expectations where tcp dport 4866 ip daddr 127.0.0.0/30
match "$out" "* proto=6 src=127.0.0.1 dst=127.0.0.2 sport=0 dport=4866 *"
same "$(wc -l <<<"$out")" 1
same "$(nff list expectations where tcp dport 5001-5003 | wc -l)" \
	"$(conntrack -L expect -f ipv6 2>/dev/null | grep -c ' dport=500[1-3] ')"
same "$(nff list expectations where ct helper ftp | wc -l)" "$(nff list expectations | wc -l)"
same "$(nff list expectations where ct helper sip)" ""
same "$(nff list expectations where ct original proto-src "${ports[4]}" | wc -l)" 1
must nff list expectations where ct original ip daddr 127.0.0.3
match "$out" "* dst=127.0.0.3 *master-dst=127.0.0.3 *"
same "$(wc -l <<<"$out")" 1
same "$(nff list expectations where meta l4proto tcp | wc -l)" \
	"$(nff list expectations | grep -c proto=6)"
must_fail nff list expectations where ct mark 1
match "$err" "*1:25-31: Error: expectations have no 'ct mark'*"
must_fail nff list expectations where ct reply proto-src 1
match "$err" "*Error: *"

t "JSON has what the lines have"
cat >"$TMP/check-json.py" <<'PY'
import json, re, subprocess, os
def nff(*args):
    return subprocess.run([os.environ["NFF"], *args], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, check=True).stdout
exps = json.loads(nff("-j", "list", "expectations", "sort", "by", "id"))["expectations"]
lines = nff("list", "expectations", "sort", "by", "id").splitlines()
assert len(exps) == len(lines) >= 8, (len(exps), len(lines))
for e, line in zip(exps, lines):
    words = [w.split("=", 1) for w in line.split()[1:]]
    addr = [v for k, v in words if k in ("src", "dst", "mask-src", "mask-dst", "master-src",
                                         "master-dst")]
    assert addr == [e[t][a] for t in ("tuple", "mask", "master") for a in ("saddr", "daddr")], \
        (e, line)
    ports = [int(v) for k, v in words if k in ("sport", "dport")]
    assert ports == [e[t][p] for t in ("tuple", "mask", "master") for p in ("sport", "dport")
                     if p in e[t]], (e, line)
    assert dict(words)["helper"] == e["helper"] and int(dict(words)["class"]) == e["class"]
    proto = {"tcp": 6}.get(e["l4proto"], e["l4proto"])
    assert int(dict(words)["proto"]) == proto, (e, line)
    assert e["family"] == ("ip6" if ":" in e["tuple"]["saddr"] else "ip")
    assert e["flags"] == []
PY
export NFF
must python3 "$TMP/check-json.py"

t "tables, csv and groups"
must nff list expectations -o table
match "$out" "PROTO *SOURCE *MASTER DESTINATION *HELPER*"
same "$(wc -l <<<"$out")" "$(($(nff list expectations | wc -l) + 1))"
must nff list expectations -o csv sort by destination limit 1
match "$out" "family,protocol,source,*
ip,*"
must nff list expectations group by helper
match "$out" "helper=ftp entries=$(nff list expectations | wc -l)"

t "they end"
kill $ftp
wait $ftp 2>/dev/null
conntrack -F >/dev/null 2>&1
# shellcheck disable=SC2016
wait_for 10 sh -c '[ -z "$(conntrack -L expect 2>/dev/null)" ]'
equal -- ipv4 ipv6
same "$(wc -l <"$TMP/got")" 0

t "what there is not is told"
must_fail nff list expectations dying
match "$err" "*1:19-23: Error: *takes no 'dying'*"
must_fail nff list expectations bridge
match "$err" "*no expectations of family bridge*"
must_fail nff list expectations sort by mark
match "$err" "*1:27-30: Error: expectations have no key 'mark'*"
must_fail setpriv --bounding-set=-all --inh-caps=-all "$NFF" list expectations
match "$err" "*cannot list the expectations: Operation not permitted*CAP_NET_ADMIN*"
