#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The main job: nff loads a rule file with a flowtable, real connections go onto the fast path, and
# nff shows them there with their counters growing.

# shellcheck source=lib.sh
. ./lib.sh

# rules FAMILY PROTOCOL WORD [NAT]: a forward chain that offloads one protocol and counts what
# still comes by. WORD is add or offload.
rules()
{
	cat <<-EOF
	table $1 x {
		flowtable f {
			hook ingress priority 0
			devices = { r0, r1 }
			counter
		}
		chain forward {
			type filter hook forward priority 0; policy accept;
			meta l4proto $2 flow $3 @f
			meta l4proto $2 counter
		}
		chain nat {
			type nat hook postrouting priority 100; policy accept;
			${4-}
		}
	}
	EOF
}

# classic: packets that the counting rule has seen, and so went the classic way.
classic()
{
	rt nft list ruleset | sed -n 's/.*counter packets \([0-9]*\).*/\1/p'
}

grown()
{
	[ "$(rt nff list conntracks offload | bytes_in)" -gt $(($1 + 100000)) ]
}

# offload_case FAMILY PROTOCOL ADDRESS WORD [NAT REPLY]: REPLY is what the answering side sees.
offload_case()
{
	local family=$1 proto=$2 addr=$3 word=$4 flows=1 before seen mine

	rt nft flush ruleset
	rules "$family" "$proto" "$word" "${5-}" >"$TMP/rules"
	must rt nff -f "$TMP/rules"
	talk "$proto" "$addr"
	# iperf3 has a TCP connection to talk about the test, and one more for a TCP test.
	[ "$proto" = udp ] || flows=2
	wait_for 30 offloaded $flows "$proto" "dst=$addr"

	must rt nff list conntracks offload
	mine=$out
	same "$(grep -c -v -F '[OFFLOAD]' <<<"$mine")" 0 "lines that are not offloaded"
	same "$(steady <<<"$mine")" "$(conntracks '[OFFLOAD]' | steady)" "nff and conntrack"
	match "$mine" "$proto *dst=$addr *dport=5201 packets=* bytes=* src=$addr *"
	[ $# -lt 6 ] || match "$mine" "* src=$addr dst=$6 sport=5201 *"

	seen=$(classic)
	before=$(bytes_in <<<"$mine")
	wait_for 30 grown "$before"
	same "$(classic)" "$seen" "packets on the classic path"
	must rt nff list conntracks
	match "$out" "*[[]OFFLOAD]*"
}

topo_up
# Each family, protocol and spelling, not all by all: they do not depend on each other.
t ip-tcp-add offload_case ip tcp $S4 add
t ip-udp-offload offload_case ip udp $S4 offload
t ip6-tcp-offload offload_case ip6 tcp $S6 offload
t ip6-udp-add offload_case ip6 udp $S6 add
t inet-tcp4-offload offload_case inet tcp $S4 offload
t inet-tcp6-add offload_case inet tcp $S6 add
t inet-udp4-add offload_case inet udp $S4 add
t inet-udp6-offload offload_case inet udp $S6 offload
t ip-tcp-masquerade offload_case ip tcp $S4 add "oifname r1 masquerade" $R4
t inet-udp-masquerade offload_case inet udp $S4 add "oifname r1 masquerade" $R4
t ip6-tcp-masquerade offload_case ip6 tcp $S6 add "oifname r1 masquerade" $R6
