#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# include: paths, globs, directories, loops, and places in what is included.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

TMP=$(mktemp -d "$TMP/include.XXXXXX") && cd "$TMP" || exit 1
mkdir -p d/sub e 'with space'
echo "add table ip d-a" >d/a.nft
echo "add table ip d-b" >d/b.nft
echo "add table ip d-hidden" >d/.hidden.nft
echo "add table ip d-sub" >d/sub/c.nft
echo "add table ip d-other" >d/other.conf
echo "add table ip sp" >'with space/f.nft'
echo "add table ip cwd" >cwd.nft

tables()
{
	kernel list tables | sed 's/table ip //' | tr '\n' ' '
}

# include TEXT: a file with that text, loaded into an empty ruleset.
include()
{
	kernel flush ruleset
	printf '%s\n' "$1" >main.nft
	run nff -f main.nft
}

# as_included TEXT: the same tables as with nft.
as_included()
{
	local want

	passed_over && return 1
	kernel flush ruleset
	printf '%s\n' "$1" >main.nft
	kernel -f main.nft 2>/dev/null
	want="$? $(tables)"
	include "$1"
	same "$status $(tables)" "$want"
}

t "a path"
as_included "include \"$TMP/d/a.nft\""
same "$(tables)" "d-a "

t "relative to where nff was started"
as_included 'include "./cwd.nft"'
same "$(tables)" "cwd "
as_included 'include "./d/sub/../a.nft"'

t "single quotes"
as_included "include './cwd.nft'"

t "a path with a space"
as_included 'include "./with space/f.nft"'
same "$(tables)" "sp "

t "globs"
as_included 'include "./d/*.nft"'
same "$(tables)" "d-a d-b "
as_included 'include "./d/[b-z].nft"'
as_included 'include "./d/?.nft"'
as_included 'include "./*/a.nft"'
as_included "include \"$TMP/d/*\""

t "a glob that matches nothing is no error"
as_included 'include "./d/nope*.nft"'
same "$status" 0

# nft takes it, and reads nothing.
t "a directory"
if is_nft; then
	skip "nft reads none of its files"
else
	include 'include "./d/"'
	match "$status $(tables)" "0 d-a d-b *"
	unlike "$(tables)" "*hidden*"
	include "include \"$TMP/d\""
	match "$status $(tables)" "0 d-a d-b *"
	include 'include "./e/"'
	same "$status $(tables)" "0 "
fi

t "what is not there"
include 'include "./nope.nft"'
same $status 1
match "$err" "*main.nft:1:*nope.nft*"

t "in a table and in a chain"
cat >chain.part <<'END'
tcp dport 22 accept
tcp dport 80 drop
END
cat >table.part <<'END'
chain x {
	accept
}
set s { type mark; }
END
include 'table ip t {
	include "./table.part"
	chain c {
		include "./chain.part"
	}
}'
same $status 0
has "tcp dport 80 drop"
has "set s"

t "definitions go both ways"
echo 'define from_below = 22' >define.nft
echo 'add rule ip t c tcp dport $from_above' >use.nft
include 'define from_above = 80
include "./define.nft"
add table ip t
add chain ip t c
add rule ip t c tcp dport $from_below
include "./use.nft"'
same $status 0
has "tcp dport 22"
has "tcp dport 80"

t "nested"
for i in {1..10}; do
	echo "include \"./n$((i + 1)).nft\"" >n$i.nft
done
echo "add table ip deep" >n11.nft
include 'include "./n1.nft"'
same $status 0
same "$(tables)" "deep "

t "a file that includes itself"
echo 'include "./self.nft"' >self.nft
include 'include "./self.nft"'
same $status 1
true_that test -n "$err"
true_that test "$(wc -l <"$TMP/.err")" -lt 200

t "a loop of two files"
echo 'include "./l2.nft"' >l1.nft
echo 'include "./l1.nft"' >l2.nft
include 'include "./l1.nft"'
same $status 1
true_that test -n "$err"

t "a directory that includes itself"
mkdir -p loop
echo 'include "./loop/*.nft"' >loop/x.nft
include 'include "./loop/*.nft"'
same $status 1

t "twice the same file is no loop"
echo 'add table ip twice' >twice.nft
include 'include "./twice.nft"
include "./twice.nft"'
same $status 0

t "an error in what is included tells its own place"
printf 'add table ip x\nadd rule ip x c tcp dport nope\n' >bad.nft
include '# a line
include "./bad.nft"'
same $status 1
match "$err" "*bad.nft:2:27*"
match "$err" "*main.nft:2:*"
same "$(tables)" ""

t "an error after an included file"
include 'include "./cwd.nft"
add rule ip nope nope accept'
same $status 1
match "$err" "*main.nft:2:*"
same "$(tables)" ""

t "without permission, a directory, a device"
include 'include "/dev/null"'
true_that test $status -le 1

t "an included file without a newline at its end"
printf 'add table ip cut' >cut.nft
if is_nft; then
	skip "nft wants one"
else
	include 'include "./cut.nft"
add table ip after'
	same $status 0
	same "$(tables)" "cut after "
fi

t "on the command line and from standard input"
kernel flush ruleset
must nff 'include "./cwd.nft"'
same "$(tables)" "cwd "
must_load 'include "./d/a.nft"'
same "$(tables)" "cwd d-a "

t "standard input that is a socket, by both of its names"
for name in - /dev/stdin; do
	must nff flush ruleset
	must python3 - "$NFF" $name <<'PY'
import socket, subprocess, sys
here, there = socket.socketpair()
there.send(b"add table ip from-a-socket\n")
there.close()
sys.exit(subprocess.call([sys.argv[1], "-f", sys.argv[2]], stdin=here))
PY
	has "table ip from-a-socket"
done

t "many files"
mkdir -p many
for i in {100..399}; do
	echo "add table ip m$i" >many/$i.nft
done
include 'include "./many/*.nft"'
same $status 0
same "$(tables | wc -w)" 300
same "$(tables | cut -d' ' -f1-3)" "m100 m101 m102"
