#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules named by their index, which may be rules of the same input.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

# both TEXT: nff and nft make the same ruleset of it.
both()
{
	local ours

	ruleset ""
	must nff "$1"
	ours=$(kernel list ruleset)
	ruleset "$1"
	same "$ours" "$(kernel list ruleset)" "nff and nft"
}

base='add table ip t
add chain ip t c
add rule ip t c meta mark 1
add rule ip t c meta mark 2'

t "an index counts the rules of the same input"
both "$base
insert rule ip t c index 0 meta mark 3
add rule ip t c index 0 meta mark 4
insert rule ip t c index 2 meta mark 5
add rule ip t c index 4 meta mark 6"

t "an index counts what the kernel has"
ruleset "$base"
must nff 'insert rule ip t c index 1 meta mark 3; add rule ip t c index 2 meta mark 4'
same "$(kernel list chain ip t c | grep -o 'mark 0x.*')" "mark 0x00000001
mark 0x00000003
mark 0x00000002
mark 0x00000004"

t "flushed rules are not counted"
ruleset "$base"
must_fail nff 'flush chain ip t c; add rule ip t c accept; insert rule ip t c index 1 drop'
match "$err" "*no rule with index 1*"
must nff 'flush chain ip t c; add rule ip t c accept; insert rule ip t c index 0 drop'
same "$(kernel list chain ip t c | grep -cE 'accept|drop')" 2
