#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every example ruleset that is shipped loads, and nff and nft list it alike.

# shellcheck source=lib.sh
. ./lib.sh

example()
{
	local word

	rt nft flush ruleset
	# The devices that it names, by whatever name that looks like one.
	for word in $(grep -v '^[[:space:]]*#' "$1" |
		grep -o -w -E '(eth|lan|wan|ppp|wg|br|br-lan|dsl|isp|wlan|enp|eno|vlan|lo)[0-9a-z.-]*' | sort -u); do
		ip -n rt link add "$word" type dummy 2>/dev/null
	done
	must rt nff -f "$1"
	must rt nff list ruleset
	same "$out" "$(rt nft list ruleset)" "nff and nft"
	rt nff list ruleset >"$TMP/listing"
	rt nft flush ruleset
	must rt nff -f "$TMP/listing"
	same "$(rt nft list ruleset)" "$(cat "$TMP/listing")" "listing loaded again"
}

ip netns add rt
found=
for file in /lab/files/examples/*.nft; do
	[ -e "$file" ] || continue
	found=1
	t "$(basename "$file" .nft)" example "$file"
done
if [ -z "$found" ]; then
	t examples
	skip "none are shipped"
fi
