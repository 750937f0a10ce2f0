# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Two namespaces, a and b, with a wire between them; conntrack looks on in a and counts. To be
# sourced.

# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

pair_up()
{
	ip netns add a
	ip netns add b
	ip link add x netns a type veth peer name y netns b
	ip -n a addr add 10.0.0.1/24 dev x
	ip -n b addr add 10.0.0.2/24 dev y
	ip -n a link set x up
	ip -n b link set y up
	ip -n a link set lo up
	ip -n b link set lo up
	ip netns exec a sysctl -q -w net.netfilter.nf_conntrack_acct=1
	ip netns exec a nft -f - <<-E
		table ip t {
			chain o {
				type filter hook output priority 0;
				ct state new counter
			}
		}
	E
}

# a ARG...: nff in a.
a() { ip netns exec a "$NFF" "$@" </dev/null; }

# listening PORT: does something listen there in b, over TCP?
listening()
{
	ip netns exec b cat /proc/net/tcp | grep -q -i ":$(printf %04X "$1") [0:]* 0A"
}
