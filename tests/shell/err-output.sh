#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Output that cannot be written is an error, and the exit status tells.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

{
	echo "table ip t {"
	echo "chain c {"
	for i in {1..3000}; do
		echo "ip saddr 10.0.$((i / 250)).$((i % 250)) tcp dport $i counter accept"
	done
	echo "}"
	echo "}"
} >"$TMP/big"
ruleset "$(cat "$TMP/big")"

t "a closed pipe"
if is_nft; then
	skip "nft does not tell"
else
	nff list ruleset 2>"$TMP/err" | head -c 0
	status=${PIPESTATUS[0]}
	true_that test "$status" != 0
	nff list ruleset 2>"$TMP/err" | head -n 1 >/dev/null
	status=${PIPESTATUS[0]}
	true_that test "$status" != 0
fi

t "a pipe closed with SIGPIPE ignored"
if is_nft; then
	skip "nft does not tell"
else
	status=$(trap '' PIPE; set -o pipefail; nff list ruleset 2>"$TMP/err" | head -c 0; echo "${PIPESTATUS[0]}")
	same "$status" 1
	true_that test -s "$TMP/err"
fi

for args in "list ruleset" "list tables" "-j list ruleset" "list chains" "-h" "-v" "-V" \
	"list conntracks" "-e add rule ip t c accept" "-d netlink list ruleset"; do
	t "a full disk: $args"
	if is_nft; then
		skip "nft does not tell"
		continue
	fi
	# There may be no conntrack to list, and so nothing to write.
	[ "$args" != "list conntracks" ] || ping -c 1 -q 127.0.0.1 >/dev/null 2>&1
	# shellcheck disable=SC2086
	if [ -n "$(nff $args | head -c 1)" ]; then
		nff $args >/dev/full 2>"$TMP/err"
		same $? 1
		match "$(cat "$TMP/err")" "*space*"
	fi
done

t "standard output closed"
if is_nft; then
	skip "nft does not tell"
else
	nff list ruleset >&- 2>"$TMP/err"
	same $? 1
fi

t "standard error closed"
nff list table ip nope 2>&-
same $? 1
nff list tables >"$TMP/o" 2>&-
same $? 0

t "standard input closed"
"$NFF" list tables <&- >"$TMP/o"
same $? 0
same "$(cat "$TMP/o")" "table ip t"

t "no output where there is none to give"
must nff add table ip quiet
same "$out$err" ""
must nff delete table ip quiet
same "$out$err" ""

t "a slow reader gets all of it"
nff list ruleset | { sleep 0.3; cat; } | md5sum >"$TMP/a"
kernel list ruleset | md5sum >"$TMP/b"
same "$(cat "$TMP/a")" "$(cat "$TMP/b")"
