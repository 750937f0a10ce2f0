# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Helpers for the tests of the kernel module, inside the VM, on top of those of the lab. Scripts
# are started in /lab/tests and begin with ". module/lib.sh".
#
# NFT is the program that loads rules, nft or nff; BACKEND the module under test, nff or intree. The
# in-tree module tells little of itself: what is not known there is taken for right, and tests of
# what only nff has begin with own.

# shellcheck source=../lib.sh
. ./lib.sh

: "${NFT:=nft}" "${BACKEND:=nff}"
[ "$NFT" != nff ] || NFT=$NFF

INTREE="nft_flow_offload nf_flow_table_inet nf_flow_table"

# tidy: what a failed test may have left would make those after it fail, too.
tidy() { topo_up; }

loaded() { lsmod | grep -q "^$1 "; }

# backend_up: loads the module under test, and has the other one out of its way.
backend_up()
{
	local m

	if [ "$BACKEND" = nff ]; then
		for m in $INTREE; do
			! loaded $m || unload $m
		done
		modprobe nff
	else
		! loaded nff || unload nff
		# shellcheck disable=SC2086
		modprobe -a $INTREE
	fi
}

# slow: this kernel checks itself, which takes twenty times as long.
slow() { [ -n "${LAB_SLOW-}" ] || grep -q nff_debug /proc/cmdline; }
! slow || WAIT_FACTOR=10

# need_intree: the open test is about both modules.
need_intree()
{
	modinfo nft_flow_offload >/dev/null 2>&1 || skip "this kernel has no in-tree flowtable"
}

# own: the open test is about something that the in-tree module has not. is_own asks.
own() { is_own || skip "only nff has this"; }
is_own() { [ "$BACKEND" = nff ]; }

# within SECONDS COMMAND...: the command is ended after so many, WAIT_FACTOR times as many where all
# is slow.
within()
{
	local limit=$(($1 * ${WAIT_FACTOR:-1}))

	shift
	timeout "$limit" "$@"
}

# unload MODULE...: waits until they could be unloaded.
unload()
{
	wait_for 20 rmmod "$@"
}

# exec_in NAMESPACE COMMAND...: instead of this (background) shell.
exec_in() { exec ip netns exec "$@"; }

# ctl ARG...: nffctl in the router, which needs no more of it than its network.
ctl() { nsenter --net=/run/netns/rt /lab/nffctl "$@"; }

# load: replaces the router's ruleset by that on standard input.
load()
{
	rt "$NFT" flush ruleset
	rt "$NFT" -f - || fail "the rules do not load"
	is_own || measure
}

# measure: counts packets in front of the flowtable and behind it, for a module that does not.
measure()
{
	local d i=0 hook

	rt nft add table netdev m
	for d in ${DEVICES:-r0, r1}; do
		i=$((i + 1))
		hook="type filter hook ingress device ${d%,} priority"
		rt nft "add chain netdev m before$i { $hook -10; }; add rule netdev m before$i counter;
			add chain netdev m after$i { $hook 10; }; add rule netdev m after$i counter"
	done
}

# measured: packets that the flowtable has taken away.
measured()
{
	rt nft list table netdev m | awk '$1 == "chain" { sign = $2 ~ /^before/ ? 1 : -1 }
		$1 == "counter" { sum += sign * $3 }
		END { print sum + 0 }'
}

# rules [FLOWTABLE-LINES [NAT-LINES [FORWARD-LINES]]]: replaces the router's ruleset by one with a
# flowtable on both devices (DEVICES) and everything offloaded, in a table of FAMILY.
rules()
{
	load <<<"$(offloading "${1-}" "${3:-flow add @f}
			counter" "chain pre {
			type nat hook prerouting priority -100; policy accept;
			${4-}
		}
		chain post {
			type nat hook postrouting priority 100; policy accept;
			${2-}
		}")"
	! slow || ! is_own || keep >/dev/null
}

# keep: flows stay longer than a slow machine takes to look at them.
keep()
{
	local -A number=([inet]=1 [ip]=2 [ip6]=10)

	ctl set family=${number[${FAMILY:-inet}]} table=x flowtable=f tcp=600 udp=600
}

# classic: packets that the forward chain has seen.
classic()
{
	rt nft list chain "${FAMILY:-inet}" x forward | sed -n 's/.*counter packets \([0-9]*\).*/\1/p'
}

# stat_of NAME [FLOWTABLE]: one number of the flowtable's statistics; 0 if it is not there, nothing
# if the module under test does not tell.
stat_of()
{
	local v

	case $BACKEND:$1 in
	nff:*)
		v=$(ctl tables flowtable="${2:-f}")
		if [[ " $v" =~ [[:space:]]"$1="([^[:space:]]+) ]]; then
			echo "${BASH_REMATCH[1]}"
		else
			echo 0
		fi
		;;
	*:hits) measured ;;
	*:flows) conntracks '[OFFLOAD]' | wc -l ;;
	esac
}

# grown NAME OLD: the statistic is larger than OLD. at_least NAME VALUE. is_stat NAME VALUE. All are
# true of what is not known.
stat_test()
{
	local v

	v=$(stat_of "$2" "${4-}")
	[ -z "$v" ] || [ "$v" "$1" "${3:-0}" ]
}
grown() { stat_test -gt "$@"; }
at_least() { stat_test -ge "$@"; }
is_stat() { stat_test -eq "$@"; }

# flows [WORD=VALUE...]: number of flows.
flows() { ctl flows "$@" | grep -c '^flow'; }

# field NAME: the first such field of the lines on standard input.
field() { tr ' ' '\n' | sed -n "s/^$1=//p" | head -n 1; }

# big FILE MEGABYTES: a file with changing content.
big()
{
	[ -e "$1" ] || dd if=/dev/urandom of="$1" bs=1M count="$2" status=none
}

# addr ADDRESS: as socat wants it.
addr()
{
	case $1 in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

# copy ADDRESS SOURCE DEST [PORT [LISTEN-PORT]]: sends a file from cl to sv over TCP.
copy()
{
	local port=${4:-7000} listen=${5:-${4:-7000}} pid want

	rm -f "$3"
	# exec: so that the process to be killed is socat itself
	exec_in sv socat -u "TCP6-LISTEN:$listen,reuseaddr" "OPEN:$3,creat,trunc" &
	pid=$!
	wait_for 10 listening "$listen" || return 1
	within 90 ip netns exec cl socat -u "OPEN:$2" "TCP:$(addr "$1"):$port" || {
		kill $pid
		return 1
	}
	wait $pid
	cmp -s "$2" "$3"
}

# fetch: the other way round, from sv to cl.
fetch()
{
	local pid

	rm -f "$3"
	exec_in sv socat -u "OPEN:$2" "TCP6-LISTEN:7001,reuseaddr" &
	pid=$!
	wait_for 10 listening 7001 || return 1
	within 90 ip netns exec cl socat -u "TCP:$(addr "$1"):7001" "OPEN:$3,creat,trunc" || {
		kill $pid
		return 1
	}
	wait $pid
	cmp -s "$2" "$3"
}

# running: traffic of talk still moves on the fast path.
hits_grow()
{
	local old

	old=$(stat_of hits)
	wait_for 20 grown hits "$((old + 20))"
}

# received: bytes that the router has sent to the server so far.
received() { sv cat /sys/class/net/s0/statistics/rx_bytes; }
received_more() { [ "$(received)" -gt $(($1 + $2)) ]; }

# udp_open: a server in sv is at UDP port 7000.
udp_open() { sv cat /proc/net/udp6 | grep -q ':1B58 '; }

# hold: an idle TCP connection between port 6000 of cl and 7000 of sv, which echoes what it gets.
hold()
{
	sv socat TCP-LISTEN:7000,reuseaddr EXEC:cat &
	wait_for 10 listening 7000
	rm -f $TMP/fifo; mkfifo $TMP/fifo
	exec_in cl socat - TCP:$S4:7000,bind=:6000,reuseaddr <$TMP/fifo >$TMP/echo &
	holder=$!
	exec 9>$TMP/fifo
}
# say_it TIMES WORD: over it. echoed TIMES WORD: came back.
say_it() { for i in $(seq "$1"); do echo "$2" >&9; sleep 0.1; done; }
echoed() { [ "$(grep -c "$2" $TMP/echo)" -ge "$1" ]; }
# drop: ends it.
drop() { exec 9>&-; hush; }

# path PATTERN: how the flow of talk goes.
path()
{
	! is_own || match "$(ctl flows port=5201 | tail -n 1)" "$1"
}

# both_ways: files go over IPv4 and IPv6, most of it on the fast path.
both_ways()
{
	true_that copy $S4 $TMP/in $TMP/out
	true_that fetch $S4 $TMP/in $TMP/out2
	true_that copy $S6 $TMP/in $TMP/out
	true_that at_least hits 150
}
