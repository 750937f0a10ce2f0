#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Large batches: loaded whole, acknowledged whole, listed whole.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

# many N: so many rules of the form that the speed is measured with.
many()
{
	echo "flush ruleset"
	echo "table ip t {"
	echo "	chain c {"
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "ip saddr 10.%d.%d.%d tcp dport %d ct state established counter accept\n",
			i / 65536 % 256, i / 256 % 256, i % 256, i % 65535 + 1 }'
	echo "	}"
	echo "}"
}

slow=1
! grep -q -a __asan_init "$NFF" || slow=6

t "50,000 rules"
many 50000 >"$TMP/in"
must timeout $((60 * slow)) "$NFF" -f "$TMP/in"
timeout $((60 * slow)) "$NFF" list ruleset >"$TMP/listed" || fail "cannot list"
kernel list ruleset >"$TMP/wanted"
true_that cmp "$TMP/listed" "$TMP/wanted"
same "$(grep -c counter "$TMP/wanted")" 50000

t "an error in the last of 50,000 rules"
{
	many 50000 | head -n -2
	echo "jump nowhere"
	echo "}"
	echo "}"
} >"$TMP/in"
ruleset "table ip was { }"
must_fail timeout $((60 * slow)) "$NFF" -f "$TMP/in"
match "$err" "*:50004:*nowhere*"
same "$(kernel list ruleset)" "table ip was {
}"

# Listing so many takes the kernel a minute: the handle of the last one tells that all are there.
t "200,000 rules"
many 200000 >"$TMP/in"
must timeout $((100 * slow)) "$NFF" -f "$TMP/in"
must kernel delete rule ip t c handle 200001
must_fail kernel delete rule ip t c handle 200002
kernel flush ruleset

t "as a user whose socket buffer is small"
many 20000 >"$TMP/in"
chmod 755 "$TMP"
if unshare -U -r -n true 2>/dev/null; then
	# The kernel takes no more than net.core.wmem_max from it.
	run unshare -U -r -n timeout $((60 * slow)) "$NFF" -f "$TMP/in"
	if [ $status != 0 ]; then
		same $status 1
		is_nft || match "$err" "*hint: *wmem_max*"
	fi
else
	skip "no user namespaces"
fi
