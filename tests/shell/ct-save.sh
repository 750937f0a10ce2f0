#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# list conntracks -o save: the commands that it prints make the same entries again.

# shellcheck source=ct.bash
. "$(dirname "$0")/ct.bash"

create -s 10.0.0.1 -d 10.0.1.1 -p tcp --sport 1001 --dport 80 --state TIME_WAIT -u ASSURED,SEEN_REPLY -m 5
create -s fd00::1 -d fd00::2 -p tcp --sport 1001 --dport 80 --state ESTABLISHED
create -s 10.0.0.1 -d 10.0.1.1 -p udp --sport 1001 --dport 80 --src-nat 1.2.3.4:500 -u SEEN_REPLY
create -s 10.0.0.1 -d 10.0.1.2 -p udp --sport 1001 --dport 80 --dst-nat 1.2.3.4:500 -w 5
create -s 10.0.0.1 -d 10.0.1.2 -p udp --sport 1002 --dport 80 --orig-zone 7
create -s fd00::1 -d fd00::2 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 77
create -s 10.0.0.1 -d 10.0.0.2 -p icmp --icmp-type 13 --icmp-code 0 --icmp-id 77
create -s 10.0.0.1 -d 10.0.1.1 -p sctp --sport 1001 --dport 80 --state ESTABLISHED --orig-vtag 5 \
	--reply-vtag 6
create -s 10.0.0.1 -d 10.0.1.1 -p dccp --sport 1001 --dport 80 --state OPEN --role client
create -s 10.0.0.1 -d 10.0.1.1 -p gre --srckey 1 --dstkey 2
create -s 10.0.0.1 -d 10.0.1.1 -p 99

# What does not change by itself, sorted.
lasting()
{
	sed 's/ set timeout [0-9]*s//' "$1" | sort
}

t "they load to what there was"
must nff list conntracks -o save
cp "$TMP/.out" "$TMP/saved"
nff -j list conntracks >"$TMP/before.json"
must nff flush conntracks
must nff -f "$TMP/saved"
must nff list conntracks -o save
same "$(lasting "$TMP/.out")" "$(lasting "$TMP/saved")"

t "in JSON, too"
nff -j list conntracks >"$TMP/after.json"
python3 - "$TMP/before.json" "$TMP/after.json" >"$TMP/differ" <<'PY'
import json, sys
def read(path):
    entries = json.load(open(path))["conntracks"]
    for e in entries:
        for key in "timeout", "id", "use", "start":
            e.pop(key, None)
    return sorted(json.dumps(e, sort_keys=True) for e in entries)
a, b = map(read, sys.argv[1:])
print(*set(a) ^ set(b), sep="\n")
print(len(a) == len(b) > 5)
PY
same "$(cat "$TMP/differ")" "
True"

t "sorted, limited and filtered as any list"
must nff list conntracks where tcp dport 80 sort by source desc limit 1 -o save
match "$out" "add conntrack ip6 saddr fd00::1 ip6 daddr fd00::2 tcp sport 1001 tcp dport 80 set state established*"

t "not of groups, and not of what cannot be made"
must_fail nff list conntracks group by protocol -o save
match "$err" "*no output format 'save' here*"
must_fail nff list expectations -o save
match "$err" "*no output format 'save' here*"
