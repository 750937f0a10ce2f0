# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Monitors in the background, and conntrack -E beside them. To be sourced; without conntrack the
# script ends, skipped.

# shellcheck source=ct.bash disable=SC2154
. "$(dirname "${BASH_SOURCE[0]}")/ct.bash"

# listening N MASK: so many sockets listen to these groups (proc(5), /proc/net/netlink).
listening()
{
	[ "$(awk -v m="$2" '$4 == m' /proc/net/netlink | wc -l)" = "$1" ]
}

# watch ARGS...: a monitor in the background; its output is $TMP/got, its process $pid.
watch()
{
	timeout --foreground 60 "$NFF" monitor "$@" </dev/null >"$TMP/got" 2>"$TMP/got.err" &
	pid=$!
}

# stop [SIGNAL]: end it; sets status, out and err.
stop()
{
	kill "-${1:-TERM}" $pid
	ended
}

ended()
{
	wait $pid
	status=$?
	out=$(cat "$TMP/got")
	err=$(cat "$TMP/got.err")
}

# plain FILE: whoever looks a program up may come too late, and the clocks of both run on.
plain()
{
	sed 's/ progname=[^ ]*//; s/^\[[0-9]*\.[0-9]\{6\}\]\t/[TIME]\t/' "$1"
}
