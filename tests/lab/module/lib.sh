# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Helpers for the tests of the kernel module, inside the VM, on top of those of the lab. Scripts
# are started in /lab/tests and begin with ". module/lib.sh".
#
# NFT is the program that loads rules, nft or nff; BACKEND the module under test, nff or intree.

# shellcheck source=../lib.sh
. ./lib.sh

: "${NFT:=nft}" "${BACKEND:=nff}"

backend_up()
{
	if [ "$BACKEND" = nff ]; then
		modprobe nff
	else
		modprobe -a nf_flow_table nf_flow_table_inet nft_flow_offload
	fi
}

# slow: this kernel checks itself, which takes twenty times as long.
slow() { [ -n "${LAB_SLOW-}" ] || grep -q nff_debug /proc/cmdline; }

# unload MODULE...: waits until they could be unloaded.
unload()
{
	wait_for 20 rmmod "$@"
}

# exec_in NAMESPACE COMMAND...: instead of this (background) shell.
exec_in() { exec ip netns exec "$@"; }

# ctl ARG...: nffctl in the router.
ctl() { rt /lab/nffctl "$@"; }

# rules [FLOWTABLE-LINES [NAT-LINES [FORWARD-LINES]]]: replaces the router's ruleset by one with a
# flowtable on both devices (DEVICES) and everything offloaded, in a table of FAMILY.
rules()
{
	rt $NFT flush ruleset
	rt $NFT -f - <<-E
	table ${FAMILY:-inet} x {
		flowtable f {
			hook ingress priority 0
			devices = { ${DEVICES:-r0, r1} }
			${1-}
		}
		chain forward {
			type filter hook forward priority 0; policy accept;
			${3:-flow add @f}
			counter
		}
		chain pre {
			type nat hook prerouting priority -100; policy accept;
			${4-}
		}
		chain post {
			type nat hook postrouting priority 100; policy accept;
			${2-}
		}
	}
	E
}

# classic: packets that the forward chain has seen.
classic()
{
	rt nft list chain "${FAMILY:-inet}" x forward | sed -n 's/.*counter packets \([0-9]*\).*/\1/p'
}

# stat NAME: one number of the flowtable's statistics; 0 if it is not there.
stat_of()
{
	local v

	v=$(ctl tables | tr ' ' '\n' | sed -n "s/^$1=//p" | head -n 1)
	echo "${v:-0}"
}

# grown NAME OLD: the statistic is larger than OLD. at_least NAME VALUE.
grown() { [ "$(stat_of "$1")" -gt "$2" ]; }
at_least() { [ "$(stat_of "$1")" -ge "$2" ]; }
is_stat() { [ "$(stat_of "$1")" = "$2" ]; }

# flows [WORD=VALUE...]: number of flows.
flows() { ctl flows "$@" | grep -c '^flow'; }
flows_are() { [ "$(flows "${@:2}")" = "$1" ]; }

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
	timeout 90 ip netns exec cl socat -u "OPEN:$2" "TCP:$(addr "$1"):$port" || {
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
	timeout 90 ip netns exec cl socat -u "TCP:$(addr "$1"):7001" "OPEN:$3,creat,trunc" || {
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
