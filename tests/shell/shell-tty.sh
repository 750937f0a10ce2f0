#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The interactive shell on a terminal: prompts, editing, completion, history, signals.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

export NFF_HISTFILE=$TMP/history

# drive [ENV-ARG...]: the steps on standard input (tests/lib/pty-drive) have to go well, with what
# env(1) makes of the environment; sets out.
drive()
{
	must env "$@" "$TESTLIB/pty-drive" "$NFF"
}

t "prompts, blocks and leaving"
drive <<'STEPS'
expect nff>
line add table ip a
expect nff>
line table ip b {
expect ...>
line chain c { }
expect ...>
line }
expect nff>
line list tables
expect table ip a\r\ntable ip b
expect nff>
line quit
eof
status 0
STEPS

t "Ctrl-D leaves"
drive <<'STEPS'
expect nff>
send \x04
eof
status 0
STEPS

t "errors are shown with their place"
drive <<'STEPS'
expect nff>
line add table nonsense x y
expect <shell>:1:
expect ^
expect nff>
line quit
eof
STEPS

t "Ctrl-C drops the line and an open block"
drive <<'STEPS'
expect nff>
send add table ip dropped
expect dropped
send \x03
expect nff>
line table ip dropped {
expect ...>
line chain x {
expect ...>
send \x03
expect nff>
line list tables
expect table ip a
absent dropped
expect nff>
line quit
eof
status 0
STEPS
must nff list tables
unlike "$out" "*dropped*"

t "Ctrl-C in a search, and before its line is read"
drive <<'STEPS'
expect nff>
line list tables
expect nff>
send \x12tab
expect tab
send \x03
expect nff>
send add table ip too_late
send \x03
expect nff>
send \x16\x03
line list tables
expect table ip a
absent too_late
expect nff>
line quit
eof
status 0
STEPS

t "Ctrl-C stops a long listing"
if command -v conntrack >/dev/null && [ -x "$BUILD/tests/bench/ct-tool" ]; then
	must "$BUILD/tests/bench/ct-tool" fill 100000
	drive <<-'STEPS'
	expect nff>
	line list conntracks
	expect sport=
	send \x03
	expect nff>
	line list tables
	expect table ip a
	expect nff>
	line quit
	eof
	status 0
	STEPS
	true_that [ "$(grep -c sport= "$TMP/.out")" -lt 100000 ]
	conntrack -F 2>/dev/null
else
	skip "no conntracks to list"
fi

t "Ctrl-Z and back"
drive <<'STEPS'
expect nff>
send list
expect list
send \x1a
stopped
signal CONT
expect nff> list
line  tables
expect table ip a
expect nff>
line quit
eof
status 0
STEPS

t "SIGTERM ends it with the terminal restored"
drive <<'STEPS'
expect nff>
signal TERM
eof
status 0
STEPS

t "the history is kept"
rm -f "$NFF_HISTFILE"
drive <<'STEPS'
expect nff>
line list tables
expect nff>
line list tables
expect nff>
line list ruleset
expect nff>
line quit
eof
STEPS
same "$(cat "$NFF_HISTFILE")" "list tables
list ruleset
quit"
same "$(stat -c %a "$NFF_HISTFILE")" 600
drive <<'STEPS'
expect nff>
send \x1b[A\x1b[A\x1b[A
line
expect table ip a
expect nff>
send \x04
eof
STEPS

t "the history has a bound"
seq -f 'list tables # %.0f' 1 1500 >"$NFF_HISTFILE"
chmod 644 "$NFF_HISTFILE"
drive <<'STEPS'
expect nff>
send \x04
eof
STEPS
same "$(wc -l <"$NFF_HISTFILE")" 1000
same "$(tail -n 1 "$NFF_HISTFILE")" "list tables # 1500"
same "$(stat -c %a "$NFF_HISTFILE")" 600

t "the history in XDG_STATE_HOME"
drive -u NFF_HISTFILE XDG_STATE_HOME="$TMP/state" <<'STEPS'
expect nff>
line list tables
expect nff>
send \x04
eof
STEPS
same "$(cat "$TMP/state/nff/history")" "list tables"

t "the history in HOME"
drive -u NFF_HISTFILE -u XDG_STATE_HOME HOME="$TMP" <<'STEPS'
expect nff>
line list tables
expect nff>
send \x04
eof
STEPS
same "$(cat "$TMP/.nff_history")" "list tables"

t "a history that cannot be written gives one warning"
drive NFF_HISTFILE=/proc/none/history <<'STEPS'
expect the history cannot be kept in /proc/none/history
expect nff>
line list tables
absent cannot be kept
expect nff>
send \x04
eof
status 0
STEPS

t "no history is kept on request"
drive NFF_HISTFILE= HOME="$TMP/nohome" <<'STEPS'
expect nff>
line list tables
expect nff>
send \x04
eof
STEPS
true_that [ ! -e "$TMP/nohome" ]

# ---- completion ----

nff add table ip filter_one
nff add table ip6 filter_six
nff add chain ip filter_one mychain
nff add chain ip a otherchain
nff add set ip filter_one myset '{ type ipv4_addr; }'

t "TAB completes words of the grammar"
drive <<'STEPS'
expect nff>
send flu\t
expect flush\x20
send rule\t
expect ruleset
send \x03
expect nff>
send list tab\t\t\t
expect table
expect tables
send \x03
expect nff>
send add rule ip filter_one mychain tcp dp\t
expect dport
send \x03
expect nff>
send add rule ip filter_one mychain ct sta\t\t\t
expect state
expect status
send \x03
expect nff>
line quit
eof
STEPS

t "TAB completes names of the kernel"
drive <<'STEPS'
expect nff>
send list table ip fil\t
expect filter_one\x20
send \x03
expect nff>
send list table ip6 fil\t
expect filter_six\x20
send \x03
expect nff>
send list chain ip filter_one my\t
expect mychain\x20
send \x03
expect nff>
send list set ip filter_one my\t
expect myset\x20
send \x03
expect nff>
send add rule ip filter_one mychain ip saddr @my\t
expect @myset\x20
send \x03
expect nff>
line quit
eof
STEPS

t "TAB completes devices, variables and files"
mkdir -p "$TMP/inc"
echo 'add table ip included' >"$TMP/inc/some-rules.nft"
{
	cat <<-'STEPS'
	expect nff>
	line define my_network = 10.0.0.0/8
	expect nff>
	send add rule ip filter_one mychain ip saddr $my_n\t
	expect $my_network\x20
	send \x03
	expect nff>
	send add flowtable ip filter_one f { hook ingress priority 0; devices = { l\t
	expect { lo\x20
	send \x03
	expect nff>
	STEPS
	echo "send include \"$TMP/inc/some-r\\t"
	cat <<-'STEPS'
	expect some-rules.nft"
	line
	expect nff>
	line list tables
	expect table ip included
	line quit
	eof
	STEPS
} >"$TMP/steps"
drive <"$TMP/steps"

t "TAB completes inside a block"
drive <<'STEPS'
expect nff>
line table ip filter_one {
expect ...>
send cha\t
expect chain\x20
line mychain {
expect ...>
send ip dad\t
expect daddr\x20
line 1.2.3.4 drop
expect ...>
line }
expect ...>
line }
expect nff>
line list chain ip filter_one mychain
expect ip daddr 1.2.3.4 drop
expect nff>
line quit
eof
STEPS

t "TAB completes the shell's own words"
drive <<'STEPS'
expect nff>
send qui\t
expect quit
send \x03
expect nff>
send help icmpv\t
expect help icmpv6
line
expect type
expect nff>
line quit
eof
STEPS

t "TAB without privilege finds the words all the same"
must setpriv --bounding-set=-all --inh-caps=-all "$TESTLIB/pty-drive" "$NFF" <<'STEPS'
expect nff>
send list table ip fil\t
send \x03
expect nff>
send flu\t
expect flush\x20
send \x03
expect nff>
line quit
eof
STEPS
