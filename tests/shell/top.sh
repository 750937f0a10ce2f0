#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# top: on a terminal of tmux with real traffic, and in batch mode.

# shellcheck source=pair.bash disable=SC2154
. "$(dirname "$0")/pair.bash"

# The pair, and two servers in b that throw away what comes in.
net_up()
{
	pair_up
	for port in 7001 7002; do
		ip netns exec b socat -u "TCP-LISTEN:$port" OPEN:/dev/null &
	done
	wait_for 10 listening 7001
	wait_for 10 listening 7002
}

# stream PORT BYTES: so many bytes ten times a second, until the end.
stream()
{
	ip netns exec a bash -c "
		exec 3>/dev/tcp/10.0.0.2/$1
		while head -c $2 /dev/zero >&3; do
			sleep 0.1
		done" &
}

# shellcheck source=tmux.bash
. "$(dirname "$0")/tmux.bash"
# shellcheck disable=SC2034 # for top_up
top_in="ip netns exec a"

export LC_ALL=C.UTF-8
SIZE=100x30
net_up
stream 7001 20000
stream 7002 2000
both()
{
	[ "$(a list conntracks | grep -c ESTABLISHED)" = 2 ]
}
wait_for 10 both

t "rates on a terminal, the fastest first"
top_up -i 500ms
drawn "*conntracks  by rate, per connection, every 0.5s*
tcp    10.0.0.1:* *10.0.0.2:7001 *M *
tcp    10.0.0.1:* *10.0.0.2:7002 *k *"
match "$(line 1)" " total *Mbit/s  (> *Mbit/s  < *bit/s)  *packets/s  fast path 0 %  2 conntracks*"
drawn "*█*"

t "keys of order"
keys s
drawn "*by bytes, per*"
keys s
drawn "*by packets, per*"
keys s
drawn "*by age, per*"
keys s
drawn "*by rate, per*"
keys r
drawn "*by rate up, per*10.0.0.2:7002*10.0.0.2:7001*"
keys r
drawn "*by rate, per*10.0.0.2:7001*10.0.0.2:7002*"

t "keys of groups"
keys g
drawn "*per source*
SOURCE *CONNS*
10.0.0.1 * 2 *"
keys g
drawn "*per destination*
DESTINATION *
10.0.0.2 * 2 *"
keys g
drawn "*per service*
SERVICE *
tcp 7001 * 1 *
tcp 7002 * 1 *"
keys g
drawn "*per connection*"

t "units"
keys u
drawn "* total * Mibit/s*Ki *"
keys u
drawn "*> B/s *"
match "$(line 1)" "* [kM]B/s *"
keys u
drawn "* total * [KM]iB/s*"
keys u
drawn "*> bit/s*"
match "$(line 1)" "*Mbit/s *"

t "a filter is tried as it is typed"
keys / "tcp dpor"
drawn "*unknown field 'dpor' of 'tcp': did you mean 'dport'?*
where tcp dpor*"
# The one before goes on.
match "$(screen)" "*:7001*:7002*"
keys "t 7002"
drawn "*where tcp dport 7002
 total * 1 conntracks of 2*
where tcp dport 7002*"
unlike "$(screen)" "*:7001*"
keys Enter
drawn "*q quit*"
unlike "$(screen)" "*:7001*"

t "a filter that is wrong is not left by Return, but by Escape"
keys / " foo" Enter
drawn "*where tcp dport 7002 foo*"
unlike "$(screen)" "*q quit*"
keys Escape
drawn "*every 0.5s  where tcp dport 7002*q quit*"

t "only matches are filters"
keys / C-u "tcp dport 7001 sort by bytes"
drawn "*where tcp dport 7001 sort by bytes*"
drawn "*sort*
where tcp dport 7001 sort by bytes*"
unlike "$(line 28)" ""
keys C-u "; flush ruleset"
drawn "*
where ; flush ruleset*"
keys Escape
same "$(ip netns exec a nft list tables)" "table ip t"

t "without a filter again"
keys / C-u Enter
drawn "*:7001*:7002*q quit*"
unlike "$(line 0)" "*where*"

t "pause"
frozen()
{
	local before

	before=$(screen)
	# Several looks would have been made.
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		[ "$(screen)" = "$before" ] || return 1
		sleep 0.1
	done
}
keys p
drawn " nff top  PAUSED *"
true_that frozen
keys p
drawn " nff top  conntracks *"

t "help"
keys '?'
drawn "*sort by the next key*any key goes back*"
keys x
drawn "*:7001*"
unlike "$(screen)" "*any key*"

t "another size of the terminal"
tm resize-window -t t -x 140 -y 40
drawn "*PACKETS *"
same "$(screen | wc -l)" 40
match "$(line 39)" " q quit*"
tm resize-window -t t -x 80 -y 12
# No room for the graph.
match_small()
{
	[[ $(line 2) == PROTO* ]] && [[ $(line 11) == " q quit"* ]]
}
wait_for 10 match_small
tm resize-window -t t -x 100 -y 30
drawn "*classic path*q quit*"

t "deleting asks"
keys s s s s
keys End k
drawn "*delete: tcp 10.0.0.1:* -> 10.0.0.2:7002[?] y/n*"
keys n
drawn "*nothing was deleted*"
true_that both
# What is deleted comes back with its next packet, and counts from 0.
packets()
{
	ip netns exec a conntrack -L -p tcp --dport "$1" 2>/dev/null |
		sed 's/.* dport=[0-9]* packets=\([0-9]*\).*src.*/\1/'
}
old1=$(packets 7001) old2=$(packets 7002)
keys k
drawn "*delete: tcp*7002*y/n*"
keys y
drawn "*1 conntrack deleted*"
begun_again()
{
	[ "$(packets 7002)" -lt "$old2" ]
}
wait_for 10 begun_again
true_that [ "$(packets 7001)" -ge "$old1" ]

t "deleting a group"
keys g
drawn "*per source*
10.0.0.1 * 2 *"
keys k
drawn "*delete: source 10.0.0.1 (2 connections)[?] y/n*"
keys y
drawn "*2 conntracks deleted*"

t "quit leaves the terminal as it was"
keys q
drawn "status 0*"
same "$(cat "$TMP/err")" ""

t "colours"
top_up
drawn "*:7001*:7002*"
unlike "$(tm capture-pane -p -e -t t | grep -c $'\e\[[0-9;]*3[0-7]')" 0
ENV="NO_COLOR=1" top_up
drawn "*:7001*:7002*"
# Bold and reverse are no colours.
same "$(tm capture-pane -p -e -t t | grep -c $'\e\[[0-9;]*3[0-7]')" 0
match "$(screen)" "*░ classic path*"
ENV="TERM=vt100" top_up
drawn "*:7001*:7002*"
same "$(tm capture-pane -p -e -t t | grep -c $'\e\[[0-9;]*3[0-7]')" 0

t "without UTF-8"
ENV="LC_ALL=C" top_up -i 300ms
drawn "*:7001*:7002*"
drawn "*:::*classic path*"
unlike "$(screen)" "*▇*"
keys C-c
drawn "status 0*"

t "a signal leaves the terminal as it was"
top_up
drawn "*:7001*:7002*"
for pid in $(ip netns pids a); do
	[[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") != "$NFF top"* ]] || kill "$pid"
done
drawn "status 0*"

t "filter, order, group and number of looks from the command line"
top_up where tcp dport 7001 sort by packets group by service -n 2 -i 300ms
drawn "*by packets, per service, every 0.3s  where tcp dport 7001*
tcp 7001 *"
drawn "status 0*"

t "what the kernel filters counts in the total"
must a update conntracks where tcp dport 7002 set mark 5
top_up where ct mark 5
drawn "* total * 1 conntracks of 2*
tcp *:7002 *"
top_up
drawn "* total * 2 conntracks*:7002 *"
unlike "$(line 1)" "*conntracks of*"

t "conntrack that does not count is told"
ip netns exec a sysctl -q -w net.netfilter.nf_conntrack_acct=0
top_up
drawn "*conntrack counts nothing: sysctl -w net.netfilter.nf_conntrack_acct=1*"
must a top -b -n 1 -i 10ms
match "$err" "*conntrack does not count*nf_conntrack_acct=1*"
ip netns exec a sysctl -q -w net.netfilter.nf_conntrack_acct=1
tm kill-server

t "no terminal"
must_fail a top
match "$err" "*top needs a terminal*top -b*"
must_fail env TERM=nonsense script -q -e -c "ip netns exec a '$NFF' top" /dev/null
match "$out$err" "*top needs a terminal, and knows none of the kind 'nonsense'*"

t "mistakes in the command"
must_fail a top -b where tcp dpor 3
match "$err" "*1:18-21: Error*'dpor'*"
must_fail a top -b sort by nonsense
match "$err" "*does not sort by 'nonsense'*rate, bytes, packets and age*"
must_fail a top -b group by nonsense
match "$err" "*does not group by 'nonsense'*connection, source, destination and service*"
must_fail a top -b sort by rate, bytes
match "$err" "*one key*"
must_fail a top -o csv
match "$err" "*-o*"
must_fail a top flows -b
match "$err" "*nff is not loaded*modprobe nff*"

# json EXPRESSION: what it says of the lines of $out, as Python has it.
json()
{
	python3 -c '
import json, sys
d = [json.loads(line) for line in sys.stdin]
print(eval("(" + sys.argv[1] + ")"))' "$1" <<<"$out"
}

t "batch mode as text"
must a top -b -n 2 -i 300ms
same "$(grep -c "^PROTO" <<<"$out")" 2
same "$(grep -c "^tcp .*10.0.0.2:7001 .*M " <<<"$out")" 2
must a top -b -n 1 -i 300ms limit 1 sort by bytes asc
same "$(grep -c "^tcp" <<<"$out")" 1
match "$out" "*10.0.0.2:7002*"

t "batch mode as JSON, an object a look"
must a top -b -n 3 -i 300ms -j group by service where tcp dport 7001-7002
same "$(json 'len(d)')" 3
same "$(json '[r["dport"] for r in d[2]["rows"]]')" "[7001, 7002]"
same "$(json 'd[0]["kind"], d[0]["group"], d[0]["entries"], d[0]["fast_path_share"]')" \
	"('conntracks', 'service', 2, 0.0)"

t "rates agree with what was sent"
# What one look has more than the one before, over the time between them, is the rate.
must a top -b -n 5 -i 500ms -j where tcp dport 7001
same "$(json 'all(
	abs((d[i]["rows"][0]["original"]["bytes"] - d[i - 1]["rows"][0]["original"]["bytes"]) /
	    d[i]["seconds"] - d[i]["rows"][0]["original"]["bytes_per_second"]) < 50
	for i in range(1, 5))')" True

t "bytes agree with the traffic"
# A file of a known size, its headers apart: at least 52 bytes of headers a packet.
ip netns exec b socat -u TCP-LISTEN:7003 OPEN:/dev/null &
wait_for 10 listening 7003
head -c 300000 /dev/zero >"$TMP/file"
ip netns exec a socat -u "OPEN:$TMP/file" TCP:10.0.0.2:7003
must a top -b -n 1 -i 10ms -j where tcp dport 7003
same "$(json '300000 <= d[0]["rows"][0]["original"]["bytes"] -
	52 * d[0]["rows"][0]["original"]["packets"] < 300100')" True
