#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# add, create, delete, destroy and flush expectations, with conntrack(8) as the oracle.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

command -v conntrack >/dev/null || {
	t "changes of expectations"
	skip "no conntrack(8) here"
	exit 0
}
nff "add conntrack ip saddr 10.0.0.9 ip daddr 10.0.0.2 tcp sport 1 tcp dport 21 set helper ftp" \
		2>"$TMP/helper.err" || {
	t "changes of expectations"
	skip "no ftp helper here: $(head -n 1 "$TMP/helper.err")"
	exit 0
}

# masters: three connections with a helper, which waits for one more of each of them.
masters()
{
	conntrack -F >/dev/null 2>&1
	for i in 1 2 3; do
		must nff "add conntrack ${master[i]} set helper ftp"
	done
}
for i in 1 2 3; do
	master[i]="ip saddr 10.0.0.$i ip daddr 10.0.0.100 tcp sport 5 tcp dport 21"
done
m=${master[1]}

# entries: as conntrack(8) shows them, without the time that is left.
entries()
{
	conntrack -L expect 2>/dev/null | sed 's/^[0-9]* //' | sort
}

full="mask-src=255.255.255.255 mask-dst=255.255.255.255"
of="master-src=10.0.0.1 master-dst=10.0.0.100 sport=5 dport=21"

t "the whole connection"
masters
must nff "add expectation ip saddr 10.0.0.100 ip daddr 10.0.0.1 tcp sport 20 tcp dport 2000 master $m"
same "$out$err" ""
same "$(entries)" "proto=6 src=10.0.0.100 dst=10.0.0.1 sport=20 dport=2000 $full sport=65535 \
dport=65535 $of class=0 helper=ftp"

t "the source is left open"
masters
must nff "add expectation ip daddr 10.0.0.1 tcp dport 2000 master $m set flags inactive"
same "$(entries)" "proto=6 src=0.0.0.0 dst=10.0.0.1 sport=0 dport=2000 mask-src=0.0.0.0 \
mask-dst=255.255.255.255 sport=0 dport=65535 $of INACTIVE class=0 helper=ftp"

t "a network as source, timeout, class and flags"
masters
net="ip saddr 10.0.0.0/24 ip daddr 10.0.0.1 udp dport 2000"
must nff "add expectation $net master $m set timeout 77s set class 0 set flags permanent,inactive"
same "$(entries)" "proto=17 src=10.0.0.0 dst=10.0.0.1 sport=0 dport=2000 mask-src=255.255.255.0 \
mask-dst=255.255.255.255 sport=0 dport=65535 $of PERMANENT,INACTIVE class=0 helper=ftp"
match "$(conntrack -L expect 2>/dev/null)" "7[67] proto=17*"

t "add sets the timeout of one that is there, create refuses it"
must nff "add expectation $net master $m set timeout 50s"
match "$(conntrack -L expect 2>/dev/null)" "@(50|4?) proto=17*"
must_fail nff "create expectation $net master $m"
match "$err" "*the expectation exists already*"
same "$(entries | wc -l)" 1

t "IPv6"
conntrack -F >/dev/null 2>&1
m6="ip6 saddr fd00::1 ip6 daddr fd00::2 tcp sport 5 tcp dport 21"
must nff "add conntrack $m6 set helper ftp"
must nff "add expectation ip6 daddr fd00::1 tcp dport 2000 master $m6"
match "$(conntrack -L expect -f ipv6 2>/dev/null)" "*src=:: dst=fd00::1*dport=2000*mask-src=:: *"
must nff delete expectations ip6 where tcp dport 2000
same "$out" "1 expectation deleted"

t "in a zone"
conntrack -F >/dev/null 2>&1
must nff "add conntrack $m ct zone 4 set helper ftp"
must_fail nff "add expectation ip daddr 10.0.0.1 tcp dport 2000 master $m"
match "$err" "*no conntrack of its master*"
must nff "add expectation ip daddr 10.0.0.1 tcp dport 2000 master $m ct zone 4"
same "$(entries | wc -l)" 1
must nff "delete expectations where tcp dport 2000"
match "$err" "*Warning: 1 expectations were not found again*ct zone NUMBER*"
must nff "delete expectation ip daddr 10.0.0.1 tcp dport 2000 ct zone 4"
same "$out" "1 expectation deleted"
same "$(entries)" ""

# three: an expectation of each master.
three()
{
	masters
	for i in 1 2 3; do
		must nff "add expectation ip daddr 10.0.0.$i tcp dport 200$i master ${master[i]}"
	done
}

t "delete one that is spelled out"
three
must nff "delete expectation ip daddr 10.0.0.2 tcp dport 2002"
same "$out" "1 expectation deleted"
same "$(entries | grep -c dport=2002)" 0
must_fail nff "delete expectation ip daddr 10.0.0.2 tcp dport 2002"
match "$err" "*there is no such expectation*"
must nff -j "destroy expectation ip daddr 10.0.0.2 tcp dport 2002"
same "$out" '{"expectations": {"deleted": 0}}'
same "$(entries | wc -l)" 2

t "delete by a match"
three
must nff delete expectations where tcp dport 2001-2002
same "$out" "2 expectations deleted"
match "$(entries)" "*dport=2003*"
must_fail nff delete expectations where tcp dport 2001-2002
match "$err" "*:1:21-25: Error: no expectation matches*"
must nff destroy expectations where tcp dport 2001-2002
same "$out" "0 expectations deleted"
must nff delete expectations ip where ip daddr 10.0.0.3 -j
same "$out" '{"expectations": {"deleted": 1}}'
same "$(entries)" ""

t "flush"
three
must nff flush expectations
same "$out" "3 expectations deleted"
same "$(entries)" ""
must nff -j flush expectations
same "$out" '{"expectations": {"deleted": 0}}'

t "check changes nothing"
three
must nff -c "delete expectations where tcp dport 2001; flush expectations
	delete expectation ip daddr 10.0.0.1 tcp dport 2001
	add expectation ip daddr 10.0.0.1 tcp dport 2009 master $m"
same "$out$err" ""
same "$(entries | wc -l)" 3

# refused COMMAND PLACE TEXT: an error at that place of the line, whose message has the text.
refused()
{
	must_fail nff "$1"
	match "$err" "<command line>:1:$2: Error: *$3*"
}

t "errors"
a="add expectation ip daddr 10.0.0.1 tcp dport 2009"
refused "$a" "1-48" "has a master*for example"
refused "add expectation tcp dport 2009 master $m" "*" "not spelled out*lacks ip daddr"
refused "add expectation ip daddr 10.0.0.1 tcp sport 2009 master $m" "*" "the destination port"
refused "add expectation ip daddr 10.0.0.1 master $m" "*" "lacks a protocol"
refused "add expectation ip daddr 10.0.0.0/24 tcp dport 1 master $m" 26-36 "one value*source"
refused "add expectation ip daddr 10.0.0.1 tcp dport 1-5 master $m" 45-47 "one value"
refused "$a ct reply ip daddr 10.0.0.1 master $m" "*" "original direction only"
refused "$a master ip saddr 10.0.0.1" "*" "not spelled out"
refused "$a master $m6" "*" "another family"
refused "$a master ip saddr 10.0.0.1 ip daddr 10.0.0.2 tcp sport 6 tcp dport 6" "*" \
	"No such file*no conntrack of its master"
must nff "add conntrack ip saddr 10.0.0.1 ip daddr 10.0.0.2 tcp sport 6 tcp dport 6"
refused "$a master ip saddr 10.0.0.1 ip daddr 10.0.0.2 tcp sport 6 tcp dport 6" "*" \
	"its master has no helper"
refused "$a master $m set class 9" "*" "may not have that class"
refused "$a master $m set helper ftp" "*" "has the helper of its master"
refused "$a master $m set flags userspace" "*" "permanent and inactive"
refused "$a master $m set flags permanent,nosuch" "*" "'nosuch' is no flag"
refused "$a master $m set timeout 0" "*" "between 1 and"
refused "$a master $m set clas 0" "*" "has no 'clas'*did you mean 'class'"
refused "$a master $m where tcp dport 1" "*" "takes no 'where'"
refused "delete expectations" 1-19 "this would delete all expectations*'flush expectations'"
refused "destroy expectations ip" 1-23 "all expectations"
refused "delete expectations bridge where tcp dport 1" "*" "no expectations of family bridge"
refused "delete expectations where ip ttl 1" "*" ""
refused "flush expectations ip" "*" "takes no family"
refused "flush expectations where tcp dport 1" 20-24 "takes no 'where'*'delete expectations'"
same "$(entries | wc -l)" 3

t "without privilege the cause is told"
for command in "$a master $m" "delete expectations where tcp dport 2001" "flush expectations" \
		"delete expectation ip daddr 10.0.0.1 tcp dport 2001"; do
	must_fail setpriv --bounding-set=-all --inh-caps=-all "$NFF" "$command"
	match "$err" "*Operation not permitted*CAP_NET_ADMIN*"
	same "$out" ""
done
same "$(entries | wc -l)" 3
