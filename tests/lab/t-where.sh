#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Filters of conntracks on each kernel: the result is the same whether the kernel knows a filter or
# not, and few offloaded entries of a large table do not bring all of it to user space.

# shellcheck source=lib.sh
. ./lib.sh

ENTRIES=1500

# A flow on the fast path, and many entries that are not.
fill()
{
	local i

	must rt nff -f - <<<"$(offloading)"
	talk udp $S4
	wait_for 30 offloaded 1 udp "dst=$S4"
	for ((i = 0; i < ENTRIES; i++)); do
		printf -- '-I -t 9000 -p udp -s 2001:db8::%x -d 2001:db8:1::1 --sport %d --dport 53' \
			$((i % 30 + 1)) $((i + 1000))
		printf ' -m %d -w %d\n' $((i % 100)) $((i % 50 + 1))
	done >"$TMP/load"
	rt conntrack -R "$TMP/load" >/dev/null 2>&1
	same "$(rt nff list conntracks ip6 | wc -l)" $ENTRIES
	# counts what netlink sends in this namespace
	must rt ip link add nlm type nlmon
	must rt ip link set nlm up
}

sent()
{
	rt cat /proc/net/dev | awk '$1 == "nlm:" { print $2 }'
}

# moved WORDS...: lists, and prints bytes that the kernel sent and how many entries were shown.
moved()
{
	local before

	before=$(sent)
	rt nff list conntracks "$@" >"$TMP/shown"
	echo $(($(sent) - before)) "$(wc -l <"$TMP/shown")"
}

# saves LEAST MOST WORDS...: so many entries, and hardly more bytes than they need.
saves()
{
	local bytes n all

	read -r all n < <(moved)
	[ "$all" -gt $((ENTRIES * 100)) ] || fail "only $all bytes for all entries"
	read -r bytes n < <(moved "${@:3}")
	if [ "$n" -lt "$1" ] || [ "$n" -gt "$2" ] || [ "$bytes" -gt $((n * 500 + 2000)) ]; then
		fail "$n entries, $bytes bytes; all are $all bytes"
	fi
}

# found N WORDS...
found()
{
	same "$(rt nff list conntracks "${@:2}" | wc -l)" "$1" "${*:2}"
}

# Whatever the kernel makes of them.
equal()
{
	found $((ENTRIES / 30)) ip6 where ip6 saddr 2001:db8::5
	found $((ENTRIES - ENTRIES / 30)) where ip6 saddr != 2001:db8::5
	found $((ENTRIES / 30)) where ip6 saddr 2001:db8::5 udp dport 53
	found $((ENTRIES / 50)) where ct zone 7
	found $((ENTRIES / 100)) where ct zone 7 ct mark 6
	found 0 where ct zone 7 ct mark 7
	found 1 ip6 where udp sport 1234
	found $ENTRIES where ct status ! offload meta nfproto ipv6
	found 0 where ct status offload meta nfproto ipv6
}

topo_up
t fill fill
t offloaded saves 1 4 where ct status offload
t offloaded-by-word saves 1 4 offload
t offloaded-of-a-protocol saves 1 2 where ct status offload ip protocol udp
t marked saves $((ENTRIES / 100)) $((ENTRIES / 100 + 4)) where ct mark 7
t masked saves $((ENTRIES / 100)) $((ENTRIES / 100 + 4)) where ct mark '&' 0x7f == 7
t port saves 1 1 ip6 where udp sport 1500
t equal equal
t_end
