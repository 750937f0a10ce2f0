#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# add, create, update, delete, destroy and flush conntracks, with conntrack(8) as the oracle.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

command -v conntrack >/dev/null || {
	t "changes of conntracks"
	skip "no conntrack(8) here"
	exit 0
}

A="ip saddr 10.0.0.1 ip daddr 10.0.0.2"
A6="ip6 saddr fd00::1 ip6 daddr fd00::2"
tcp="$A tcp sport 1024 tcp dport 80"

# entries [ARG...]: what is there, without what differs from one to the next.
entries()
{
	conntrack -L "$@" 2>/dev/null | sed 's/ use=[0-9]*//' | sort
}

empty()
{
	conntrack -F >/dev/null 2>&1
}

count()
{
	cat /proc/sys/net/netfilter/nf_conntrack_count
}

# as WORDS -- ARG...: "add conntrack WORDS" makes the entry that `conntrack -I ARG...` makes.
as()
{
	local words=$1 try

	shift 2
	passed_over && return 1
	# a second may pass between the two
	for ((try = 0; try < 20; try++)); do
		empty
		conntrack -I "$@" >/dev/null 2>"$TMP/create.err" || {
			fail "conntrack -I $*: $(head -n 1 "$TMP/create.err")"
			return
		}
		entries >"$TMP/wanted"
		empty
		must nff "add conntrack ${words//[$'\n\t']/ }" || return
		same "$out$err" "" || return
		entries >"$TMP/got"
		cmp -s "$TMP/wanted" "$TMP/got" && return 0
	done
	same "$(cat "$TMP/got")" "$(cat "$TMP/wanted")" "$words"
}

a4=(-s 10.0.0.1 -d 10.0.0.2)
a6=(-s fd00::1 -d fd00::2)

t "added as by conntrack -I: TCP and its states"
for state in syn_sent syn_recv established fin_wait close_wait last_ack time_wait close; do
	as "$tcp set state $state set timeout 500s" -- "${a4[@]}" -p tcp --sport 1024 --dport 80 \
		--state "${state^^}" -t 500
done
as "$A6 tcp sport 1024 tcp dport 80 set timeout 10m" -- "${a6[@]}" -p tcp --sport 1024 \
	--dport 80 --state ESTABLISHED -t 600

t "added as by conntrack -I: other protocols"
as "$A udp sport 5 udp dport 53 set timeout 60" -- "${a4[@]}" -p udp --sport 5 --dport 53 -t 60
as "$A udplite sport 5 udplite dport 53 set timeout 60" -- "${a4[@]}" -p udplite --sport 5 \
	--dport 53 -t 60
as "$A meta l4proto udp th sport 5 th dport 53 set timeout 60" -- "${a4[@]}" -p udp --sport 5 \
	--dport 53 -t 60
as "$A icmp type echo-request icmp id 7 set timeout 60" -- "${a4[@]}" -p icmp --icmp-type 8 \
	--icmp-code 0 --icmp-id 7 -t 60
as "$A icmp type timestamp-request icmp code 0 ct original proto-src 7 set timeout 60" -- "${a4[@]}" -p icmp \
	--icmp-type 13 --icmp-code 0 --icmp-id 7 -t 60
as "$A6 icmpv6 type echo-request icmpv6 id 7 set timeout 60" -- "${a6[@]}" -p icmpv6 \
	--icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 7 -t 60
as "$A sctp sport 1 sctp dport 2 set state established set vtag-original 1 set vtag-reply 2
	set timeout 60" -- "${a4[@]}" -p sctp --sport 1 --dport 2 --state ESTABLISHED \
	--orig-vtag 1 --reply-vtag 2 -t 60
as "$A meta l4proto gre ct original proto-src 1 ct original proto-dst 0xffff set timeout 60" -- \
	"${a4[@]}" -p gre --srckey 1 --dstkey 0xffff -t 60
as "$A meta l4proto 41 set timeout 60" -- "${a4[@]}" -p 41 -t 60
as "ct original ip saddr 10.0.0.1 ct original ip daddr 10.0.0.2 ct original protocol udp
	ct original proto-src 5 ct original proto-dst 53 set timeout 60" -- "${a4[@]}" -p udp \
	--sport 5 --dport 53 -t 60

t "added as by conntrack -I: DCCP"
if conntrack -I "${a4[@]}" -p dccp --sport 1 --dport 2 --state OPEN --role client -t 60 \
		>/dev/null 2>&1; then
	as "$A dccp sport 1 dccp dport 2 set state open set role server set timeout 60" -- \
		"${a4[@]}" -p dccp --sport 1 --dport 2 --state OPEN --role server -t 60
else
	skip "not in this kernel"
fi

t "added as by conntrack -I: zones, mark, status"
as "$tcp ct zone 7 set timeout 60" -- "${a4[@]}" -p tcp --sport 1024 --dport 80 \
	--state ESTABLISHED -t 60 -w 7
as "$tcp ct original zone 7 set timeout 60" -- "${a4[@]}" -p tcp --sport 1024 --dport 80 \
	--state ESTABLISHED -t 60 --orig-zone 7
as "$tcp ct reply zone 65535 set timeout 60" -- "${a4[@]}" -p tcp --sport 1024 --dport 80 \
	--state ESTABLISHED -t 60 --reply-zone 65535
as "$tcp set mark 0xfffffff0 set timeout 60" -- "${a4[@]}" -p tcp --sport 1024 --dport 80 \
	--state ESTABLISHED -t 60 -m 0xfffffff0
as "$tcp set status assured,seen-reply set timeout 60" -- "${a4[@]}" -p tcp --sport 1024 \
	--dport 80 --state ESTABLISHED -t 60 -u ASSURED,SEEN_REPLY
as "$tcp set status seen-reply set status fixed-timeout set timeout 60" -- "${a4[@]}" -p tcp \
	--sport 1024 --dport 80 --state ESTABLISHED -t 60 -u SEEN_REPLY,FIXED_TIMEOUT

t "added as by conntrack -I: NAT"
as "$tcp set snat 192.0.2.1 set timeout 60" -- "${a4[@]}" -p tcp --sport 1024 --dport 80 \
	--state ESTABLISHED -t 60 --src-nat 192.0.2.1
as "$tcp set dnat 10.0.0.9 set timeout 60" -- "${a4[@]}" -p tcp --sport 1024 --dport 80 \
	--state ESTABLISHED -t 60 --dst-nat 10.0.0.9
as "$tcp ct reply ip saddr 10.0.0.9 ct reply proto-src 8080 ct reply ip daddr 192.0.2.1
	ct reply proto-dst 7 set timeout 60" -- "${a4[@]}" -p tcp --sport 1024 --dport 80 \
	--state ESTABLISHED -t 60 -r 10.0.0.9 -q 192.0.2.1 --reply-port-src 8080 \
	--reply-port-dst 7
as "$A6 udp sport 5 udp dport 53 ct reply ip6 daddr fd00::9 set timeout 60" -- "${a6[@]}" -p udp \
	--sport 5 --dport 53 --reply-port-src 53 --reply-port-dst 5 -r fd00::2 -q fd00::9 -t 60
must nff list conntracks where ct status snat
same "$(wc -l <<<"$out")" 1 "entries that the kernel translates"

t "defaults: established, and the kernel's timeout"
empty
must nff "set timeout tcp established 1000s; set timeout udp unreplied 44s"
must nff "set timeout udp replied 55s"
must nff "add conntrack $tcp; add conntrack $A udp sport 1 udp dport 2"
must nff "add conntrack $A udp sport 2 udp dport 2 set status seen-reply"
match "$(entries -p tcp)" "tcp * @(99?|1000) ESTABLISHED *\[UNREPLIED\]*mark=0"
match "$(entries -p udp --sport 1)" "udp * @(3?|4[0-4]) src=*"
match "$(entries -p udp --sport 2)" "udp * @(4?|5[0-5]) src=*"

t "create refuses what is there, add sets what is said"
empty
must nff "create conntrack $tcp set timeout 100s"
must_fail nff "create conntrack $tcp set timeout 200s"
match "$err" "*:1:1-*Error: the conntrack exists already*"
match "$(entries)" "*mark=0*"
must nff "add conntrack $tcp"
match "$(entries)" "tcp * @(9?|100) ESTABLISHED*"
must nff "add conntrack $tcp set mark 9 set state time_wait set status assured"
same "$out$err" ""
match "$(entries)" "tcp * @(9?|100) TIME_WAIT *\[ASSURED\] mark=9"
same "$(count)" 1

t "add of an entry that would be translated otherwise"
must_fail nff "add conntrack $tcp set snat 192.0.2.1"
match "$err" "*exists already*"
reply="ct reply ip daddr 10.0.0.1 ct reply proto-dst 1024"
must_fail nff "add conntrack ip saddr 10.0.0.9 ip daddr 10.0.0.2 tcp sport 1 tcp dport 80 $reply"
match "$err" "*exists already*belong to another connection*"
same "$(count)" 1

t "a master"
empty
must nff "add conntrack $tcp"
must nff "add conntrack $A tcp sport 20 tcp dport 2000 master $tcp"
must nff list conntracks where ct status expected
match "$out" "*sport=20*"
must_fail nff "add conntrack $A tcp sport 20 tcp dport 2001 master $A tcp sport 3 tcp dport 4"
match "$err" "*no conntrack of its master*"

t "helpers"
empty
if run nff "add conntrack $A tcp sport 5 tcp dport 21 set helper ftp" && [ $status = 0 ]; then
	match "$(entries)" "*helper=ftp*"
	must nff update conntracks where tcp dport 21 set helper ftp
	match "$(entries)" "*helper=ftp*"
	must nff update conntracks where tcp dport 21 set helper none
	unlike "$(entries)" "*helper=ftp*"
	must_fail nff update conntracks where tcp dport 21 set helper ftp
	match "$err" "*does not give another helper*"
	must nff "add conntrack $tcp"
	must_fail nff update conntracks where tcp dport 80 set helper ftp
	match "$err" "*1 conntrack could not be updated*made without one*"
else
	skip "no ftp helper here"
fi
must_fail nff "add conntrack $A tcp sport 6 tcp dport 21 set helper nosuch"
match "$err" "*no helper 'nosuch'*modprobe nf_conntrack_nosuch*"

t "labels"
empty
must_fail nff "add conntrack $A udp sport 1 udp dport 1 set label 5"
match "$err" "*added without its labels*"
must nff add table ip l
must nff add chain ip l c
must nff add rule ip l c ct label set 127
empty
must nff "add conntrack $tcp set label 5,100"
must nff list conntracks where ct label 5
match "$out" "*dport=80*"
must nff update conntracks where ct label 100 set label 7 set label-del 5
must nff list conntracks where ct label 5
same "$out" ""
must nff list conntracks where ct label 7 ct label 100
match "$out" "*dport=80*"
must nff update conntracks where ct label 7 set label-del all
must nff list conntracks where ct label 100
same "$out" ""
must nff delete table ip l

# ---- update, delete ----

# three: conntracks to be changed; two of UDP.
three()
{
	empty
	must nff "add conntrack $tcp set mark 0xabcd"
	must nff "add conntrack $A udp sport 1 udp dport 53 set mark 0x10"
	must nff "add conntrack $A6 udp sport 1 udp dport 53 ct zone 4"
}

t "update by a match, with a mask as conntrack -U has it"
three
must nff update conntracks where ct mark 0xabcd set mark 0x12/0xff
same "$out" "1 conntrack updated"
match "$(entries -p tcp)" "*mark=$((0xab12))"
conntrack -U -s 10.0.0.1 -p tcp -m 0x3/0xf >/dev/null 2>&1
match "$(entries -p tcp)" "*mark=$((0xab13))"
must nff update conntracks where tcp dport 80 set mark 0x4/0xf
match "$(entries -p tcp)" "*mark=$((0xab14))"
must nff update conntracks where udp dport 53 set mark 7
same "$out" "2 conntracks updated"
match "$(entries -p udp)" "*mark=7*"
match "$(entries -f ipv6)" "*mark=7 zone=4*"

t "update timeout, status and state"
must nff update conntracks ip where meta l4proto { tcp, udp } set timeout 1h set status assured
same "$out" "2 conntracks updated"
match "$(entries -p tcp)" "tcp * @(3600|359?) ESTABLISHED*\[ASSURED\]*"
must nff -j update conntracks where tcp dport 80 set state close
same "$out" '{"conntracks": {"updated": 1}}'
match "$(entries -p tcp)" "tcp *CLOSE*"
must nff update conntracks where tcp dport 80 set timeout 50s set status fixed-timeout
must_fail nff update conntracks where tcp dport 80 set timeout 60s
match "$out" "0 conntracks updated"
match "$err" "*could not be updated: Operation not permitted*fixed-timeout*"
must_fail nff update conntracks where udp dport 53 set state close
match "$err" "*2 conntracks could not be updated*match the protocol*"

t "all of them, when it is said so"
three
must nff update conntracks where meta nfproto { ipv4, ipv6 } set mark 1
same "$out" "3 conntracks updated"

t "delete by a match"
three
must nff delete conntracks where udp dport 53
same "$out" "2 conntracks deleted"
same "$(count)" 1
must_fail nff delete conntracks where udp dport 53
match "$err" "*:1:19-23: Error: no conntrack matches*"
same "$out" ""
must nff destroy conntracks where udp dport 53
same "$out" "0 conntracks deleted"
must nff delete conntracks where ct zone 0 -j
same "$out" '{"conntracks": {"deleted": 1}}'
same "$(count)" 0

t "delete in zones, and by family and id"
empty
must nff "add conntrack $tcp; add conntrack $tcp ct zone 5"
must nff "add conntrack $A udp sport 1 udp dport 2 ct original zone 6"
must nff delete conntracks where ct zone 5
same "$out" "1 conntrack deleted"
same "$(entries | grep -c zone=5)" 0
must nff delete conntracks ip where ct original zone 6
same "$(count)" 1
id=$(conntrack -L -o id 2>/dev/null | sed 's/.*id=//')
must nff delete conntracks where ct id "$id"
same "$(count)" 0

t "many"
empty
for ((i = 1; i <= 2000; i++)); do
	echo "add conntrack $A udp sport $i udp dport $((i % 2 + 1)) set timeout 1h"
done >"$TMP/many"
must nff -f "$TMP/many"
same "$(count)" 2000
must nff update conntracks where udp dport 2 set mark 3
same "$out" "1000 conntracks updated"
must nff delete conntracks where ct mark 3
same "$out" "1000 conntracks deleted"
same "$(count)" 1000
must nff delete conntracks where udp sport 1-600
same "$out" "300 conntracks deleted"

t "two at once delete each entry once"
empty
must nff -f "$TMP/many"
for i in 1 2; do
	"$NFF" destroy conntracks where udp dport 1-2 >"$TMP/racer$i" 2>&1 &
done
wait
same "$(cat "$TMP"/racer[12] | grep -c -v -E '^[0-9]+ conntracks? deleted$')" 0 \
	"lines that are no number: $(cat "$TMP"/racer[12])"
same "$(awk '{ n += $1 } END { print n }' "$TMP"/racer[12])" 2000 "deleted by both"
same "$(count)" 0

t "flush, of a family and of all"
three
must nff flush conntracks ip6
same "$out" "1 conntrack deleted"
same "$(entries -f ipv6)$(count)" 2
must nff -j flush conntracks
same "$out" '{"conntracks": {"deleted": 2}}'
same "$(count)" 0

t "check changes nothing"
three
entries >"$TMP/before"
must nff -c "add conntrack $A udp sport 9 udp dport 9; delete conntracks where udp dport 53
	update conntracks where udp dport 53 set mark 0x99; flush conntracks"
same "$out$err" ""
same "$(entries | sed 's/ [0-9]* / T /2')" "$(sed 's/ [0-9]* / T /2' "$TMP/before")"
must_fail nff -c "delete conntracks where tcp dport nosuchport"

t "in one file with rules, in order, behind the transaction"
empty
cat >"$TMP/file" <<-END
	add conntrack $tcp
	add table ip filetest
	update conntracks where tcp dport 80 set mark 5
END
must nff -f "$TMP/file"
same "$out" "1 conntrack updated"
must nff list tables
match "$out" "*filetest*"
printf 'delete conntracks where tcp dport 80\nadd chain ip nosuch c\n' >"$TMP/file"
must_fail nff -f "$TMP/file"
same "$(count)" 1 "nothing is deleted when the transaction fails"
must nff delete table ip filetest

# ---- errors ----

# refused COMMAND PLACE TEXT: an error at that place of the line, whose message has the text.
refused()
{
	must_fail nff "$1"
	match "$err" "<command line>:1:$2: Error: *$3*"
}

t "what touches all entries is refused"
three
refused "delete conntracks" 1-17 "this would delete all conntracks*'flush conntracks' does that"
refused "destroy conntracks" 1-18 "this would destroy all conntracks*'flush conntracks'"
refused "delete conntracks ip" 1-20 "all conntracks"
refused "update conntracks set mark 1" 1-28 "this would update all conntracks*where meta nfproto"
refused "flush conntracks where tcp dport 80" 18-22 "takes no 'where'*'delete conntracks'"
refused "flush conntracks bridge" 1-23 "no conntracks of family bridge"
same "$(count)" 3

t "clauses that a command does not use"
refused "delete conntracks where tcp dport 1 limit 3" 37-43 "takes no 'limit'"
refused "delete conntracks where tcp dport 1 set mark 1" 41-44 "takes no 'set'"
refused "update conntracks where tcp dport 1 set mark 1 --offloaded" 48-58 "takes no option"
refused "delete conntracks dying where tcp dport 1" 19-23 "takes no 'dying'"
refused "update conntracks where tcp dport 1" 1-35 "nothing is to be set"

t "values that cannot be set"
u="update conntracks where tcp dport 1 set"
refused "$u foo 1" 41-43 "has no 'foo' that can be set*there are mark, timeout"
refused "$u timeot 1" 41-46 "has no 'timeot'*did you mean 'timeout'"
refused "$u zone 1" 41-44 "stays in the zone"
refused "$u mark 1 set mark 2" 52-55 "'mark' is set twice"
refused "$u mark foo" 46-48 "'foo'"
refused "$u mark 0x100/0xff" 46-55 "bits that its mask leaves"
refused "$u mark 0x1ffffffff" 46-56 ""
refused "$u timeout never" 49-53 "no time"
refused "$u timeout 1m,2m" 49-53 "'timeout' is set to one value"
refused "$u timeout 1m/2" 49-52 "'timeout' is set to one value"
refused "$u mark 1-2" 46-48 "a mark is one number"
refused "$u mark \$nosuch" 47-52 "unknown variable"
refused "$u timeout 0" 49 "between 1 and"
refused "$u status snat" 48-51 "cannot be set*assured, seen-reply and fixed-timeout"
refused "$u status assured,nosuch" 56-61 "'nosuch' is no status"
refused "$u label 128" 47-49 ""
refused "$u label nosuchlabel" 47-57 ""
refused "$u helper averyverylonghelpername" 48-70 "15 characters"
refused "$u state nosuch" 47-52 "no state of any protocol"
refused "$u role boss" 46-49 "client or server"
refused "$u vtag-original x" 55 "no number"
refused "$u snat 10.0.0.1" 41-44 "new entries only"

t "connections that are not spelled out"
a="add conntrack"
refused "$a ip saddr 10.0.0.1 tcp sport 1 tcp dport 2" "1-*" "not spelled out*lacks ip daddr"
refused "$a ip daddr 10.0.0.1 tcp sport 1 tcp dport 2" "1-*" "not spelled out*lacks ip saddr"
refused "$a $A" "1-*" "lacks a protocol"
refused "$a $A tcp dport 2" "1-*" "lacks the source port"
refused "$a $A udp sport 2" "1-*" "lacks the destination port"
refused "$a $A icmp id 2" "1-*" "lacks the type"
refused "$a $A icmp type redirect" "1-*" "no connections of this type"
refused "$a $A meta l4proto 41 ct original proto-src 5" "*" "protocol 41 has no ports"
refused "$a ip saddr 10.0.0.0/24 ip daddr 10.0.0.2 tcp sport 1 tcp dport 2" 24-34 "one value"
refused "$a ip saddr { 10.0.0.1, 10.0.0.3 } ip daddr 10.0.0.2" 24-45 "one value"
refused "$a ip saddr != 10.0.0.1 ip daddr 10.0.0.2" 15-34 "'!=' cannot be used"
refused "$a $A tcp sport > 5" 51-63 "'>' cannot be used"
refused "$a $A tcp sport 1 tcp sport 2" 63-73 "contradicts"
refused "$a $A tcp sport 1 udp dport 2" "*" ""
refused "$a ip saddr 10.0.0.1 ip6 daddr fd00::1" "*" ""
refused "$a ct original ip saddr 10.0.0.1 ct reply ip6 saddr fd00::1" "*" ""
refused "$a $tcp ct mark 5" 79-85 "says nothing*set mark VALUE"
refused "$a $tcp ip ttl 5" 79-84 "says nothing"
refused "$a $tcp set state listening" 89-97 "no state of tcp"
refused "$a $A udp sport 1 udp dport 2 set state established" "*" "no state of udp"
refused "$a $tcp set snat fd00::1" "*" ""
refused "$a $tcp set snat 10.0.0.0/8" "*" "one address"
refused "$a $tcp where ct mark 1" 79-83 "takes no 'where'"
refused "$a $tcp master $A6 tcp sport 1 tcp dport 2" "*" "another family"
refused "$a $tcp master $A" "*" "not spelled out"
same "$(count)" 3

t "without privilege the cause is told"
for command in "add conntrack $A udp sport 7 udp dport 7" "delete conntracks where udp dport 53" \
		"update conntracks where udp dport 53 set mark 1" "flush conntracks"; do
	must_fail setpriv --bounding-set=-all --inh-caps=-all "$NFF" "$command"
	match "$err" "*Operation not permitted*CAP_NET_ADMIN*"
	same "$out" ""
done
same "$(count)" 3
