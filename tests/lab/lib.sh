# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Helpers for lab tests, inside the VM: shell.sh's, and namespaces with traffic between them. To be
# sourced first:
#
#   . ./lib.sh
#   topo_up
#   rt nff -f rules
#
# The network:
#
#   cl                      rt                        sv
#   c0 10.0.1.2/24 ----- r0 10.0.1.1   10.0.2.1 r1 ----- s0 10.0.2.2/24
#      fd00:1::2/64         fd00:1::1  fd00:2::1            fd00:2::2/64

# shellcheck source=../lib/shell.sh
. "$TESTLIB/shell.sh"

C4=10.0.1.2 C6=fd00:1::2 S4=10.0.2.2 S6=fd00:2::2
R4=10.0.2.1 R6=fd00:2::1

# in_ns NAMESPACE COMMAND...: runs it there; nff is the program to test. cl, rt and sv are short.
in_ns()
{
	local ns=$1

	shift
	if [ "$1" = nff ]; then
		shift
		set -- "$NFF" "$@"
	fi
	ip netns exec "$ns" "$@"
}
cl() { in_ns cl "$@"; }
rt() { in_ns rt "$@"; }
sv() { in_ns sv "$@"; }

# topo_up: makes the network, anew if there was one; forwarding is on, filters are none. Programs take
# long to start in an emulated machine, so that one does what it can.
topo_up()
{
	topo_down
	ip -batch - <<-E
	netns add cl
	netns add rt
	netns add sv
	link add c0 netns cl type veth peer name r0 netns rt
	link add s0 netns sv type veth peer name r1 netns rt
	E
	ip -n cl -batch - <<-E
	link set lo up
	link set c0 up
	E
	ip -n sv -batch - <<-E
	link set lo up
	link set s0 up
	E
	ip -n rt -batch - <<-E
	link set lo up
	link set r0 up
	link set r1 up
	addr add 10.0.1.1/24 dev r0
	addr add 10.0.2.1/24 dev r1
	addr add fd00:1::1/64 dev r0 nodad
	addr add fd00:2::1/64 dev r1 nodad
	E
	ip -n cl -batch - <<-E
	addr add 10.0.1.2/24 dev c0
	addr add fd00:1::2/64 dev c0 nodad
	route add default via 10.0.1.1
	route add default via fd00:1::1
	E
	ip -n sv -batch - <<-E
	addr add 10.0.2.2/24 dev s0
	addr add fd00:2::2/64 dev s0 nodad
	route add default via 10.0.2.1
	route add default via fd00:2::1
	E
	# Offloaded or not, packets and bytes are counted.
	[ -e /proc/sys/net/netfilter/nf_conntrack_acct ] || modprobe nf_conntrack
	rt sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.netfilter.nf_conntrack_acct=1
}

# topo_addr NAMESPACE DEVICE ADDRESS...: duplicate address detection would make tests wait.
topo_addr()
{
	local ns=$1 dev=$2 a nodad

	shift 2
	ip -n "$ns" link set "$dev" up
	for a; do
		nodad=
		[[ $a != *:* ]] || nodad=nodad
		ip -n "$ns" addr add "$a" dev "$dev" $nodad
	done
}

topo_down()
{
	local ns

	for ns in cl rt sv; do
		[ -e /run/netns/$ns ] || continue
		ns_kill $ns
		ip netns del $ns
	done
}

# ns_kill NAMESPACE: ends all that runs in it.
ns_kill()
{
	local p

	for p in /proc/[0-9]*; do
		[ ! "$p/ns/net" -ef "/run/netns/$1" ] || kill -9 "${p#/proc/}" 2>/dev/null
	done
}

# offloading [FLOWTABLE-LINES [FORWARD-LINES [MORE]]]: prints a table of FAMILY (inet) with a flowtable
# on DEVICES (both of the router's), everything offloaded unless FORWARD-LINES say otherwise, and
# MORE of what a table has.
offloading()
{
	cat <<-E
	table ${FAMILY:-inet} x {
		flowtable f {
			hook ingress priority 0
			devices = { ${DEVICES:-r0, r1} }
			${1-}
		}
		chain forward {
			type filter hook forward priority 0; policy accept;
			${2-flow add @f}
		}
		${3-}
	}
	E
}

# serve: an iperf3 server and nothing else in sv; returns once it listens.
serve()
{
	sv iperf3 -s -D >/dev/null 2>&1
	wait_for 10 listening 5201
}

# listening PORT: whether a server in sv is at that TCP port.
listening()
{
	sv cat /proc/net/tcp /proc/net/tcp6 | grep -q -i ":$(printf %04X "$1") [0:]* 0A"
}

# talk tcp|udp ADDRESS [IPERF3-ARG...]: starts a long, slow transfer from cl in the background,
# which goes on until hush or the next talk. What it says is in $TMP/talk.
talk()
{
	local udp=

	[ "$1" = tcp ] || udp=-u
	hush
	serve
	cl iperf3 -c "$2" $udp -b 2M -l 1000 -t $((120 * ${WAIT_FACTOR:-1})) "${@:3}" >"$TMP/talk" 2>&1 &
}

# hush: no more traffic, no conntracks. The server goes too, as it takes its time to notice that a
# client is gone.
hush()
{
	ns_kill cl
	ns_kill sv
	wait
	rt conntrack -F >/dev/null 2>&1
}

# conntracks TEXT...: the lines of conntrack(8) for both families that hold all the texts.
conntracks()
{
	local lines text

	lines=$(rt conntrack -L -f ipv4 2>/dev/null; rt conntrack -L -f ipv6 2>/dev/null)
	for text; do
		lines=$(grep -F -e "$text" <<<"$lines")
	done
	[ -z "$lines" ] || printf '%s\n' "$lines"
}

# steady: conntrack lines without what changes from one moment to the next: counters, references,
# and the time left, which an offloaded entry does not show.
steady()
{
	sed -E 's/packets=[0-9]+ bytes=[0-9]+/counters/g; s/use=[0-9]+/use/
		s/^([a-z0-9]+ +[0-9]+) [0-9]+ /\1 /' | sort
}

# bytes_in: the sum of all bytes= in the lines on standard input.
bytes_in()
{
	grep -o 'bytes=[0-9]*' | awk -F= '{ sum += $2 } END { print sum + 0 }'
}

# offloaded COUNT TEXT...: at least so many offloaded conntracks whose lines hold all the texts.
offloaded()
{
	[ "$(conntracks '[OFFLOAD]' "${@:2}" | wc -l)" -ge "$1" ]
}
