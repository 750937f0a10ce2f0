#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The interactive shell reading from what is no terminal: no prompt, no echo, no history.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

export NFF_HISTFILE=$TMP/history

# shell TEXT: what `nff -i` makes of these lines; sets out, err and status.
shell()
{
	printf '%b' "$1" >"$TMP/in"
	run "$NFF" -i <"$TMP/in"
}

t "lines run one by one"
shell 'add table ip a\nadd table ip b\nlist tables\n'
same "$status" 0
same "$err" ""
same "$out" "table ip a
table ip b"
true_that [ ! -e "$TMP/history" ]

t "a block goes on until it is closed"
shell 'table ip c {\n\tchain d {\n\t\taccept\n\t}\n}\nlist table ip c\n'
same "$status" 0
same "$out" "table ip c {
	chain d {
		accept
	}
}"

t "a line goes on behind a backslash"
shell 'add chain ip c \\\n e\nlist chains ip\n'
same "$status" 0
match "$out" "*chain e*"

t "a string may hold braces"
shell 'add rule ip c d counter comment "{"\nlist chain ip c d\n'
same "$status" 0
match "$out" '*comment "{"*'

t "an error is told at its place and the shell goes on"
shell 'add table ip\nadd nonsense\nlist tables ip\n'
same "$status" 0
match "$err" '*<shell>:1:*^*<shell>:1:*add nonsense*^*'
match "$out" "*table ip a*"

t "each input is a transaction of its own"
shell 'add table ip one; add chain ip nope x\nadd table ip two\nlist tables\n'
same "$status" 0
unlike "$out" "*table ip one*"
match "$out" "*table ip two*"

t "definitions persist"
shell 'define who = 10.1.2.3\nadd rule ip c d ip saddr $who drop\nredefine who = 10.1.2.4
add rule ip c d ip saddr $who drop\nlist chain ip c d\n'
same "$err" ""
match "$out" "*10.1.2.3 drop*10.1.2.4 drop*"

for word in quit exit ' quit ' 'quit;'; do
	t "'$word' leaves"
	shell "$word\\nadd table ip never\\n"
	same "$status" 0
	same "$err" ""
	must nff list tables
	unlike "$out" "*never*"
done

t "empty lines and comments are nothing"
shell '\n  \n\t\n# comment\n'
same "$status" 0
same "$out$err" ""

t "help"
shell 'help\n'
same "$status" 0
match "$out" "*quit*list*tcp*"
shell 'help list\n'
match "$out" "*ruleset*"
shell 'help tcp\n'
match "$out" "*dport*"
shell 'help ct\n'
match "$out" "*mark*"
shell 'help add table ip x y z\n'
match "$out" "nothing can follow*"

t "an input that ends inside of a block is an error"
shell 'table ip open {\n\tchain d {\n'
match "$err" "*<shell>:*"
must nff list tables
unlike "$out" "*open*"

t "a last line without newline counts"
shell 'add table ip last'
same "$status" 0
must nff list tables
match "$out" "*table ip last*"

t "NUL bytes and binary garbage are errors"
printf 'add table \0 x\n\377\376\200\nlist tables\n' >"$TMP/in"
run "$NFF" -i <"$TMP/in"
same "$status" 0
match "$err" "*<shell>:*"
match "$out" "*table ip a*"

t "a read error gives status 1"
run "$NFF" -i <"$TMP"
same "$status" 1
match "$err" "*cannot read*"

t "a full disk gives status 1"
if [ -e /dev/full ]; then
	printf 'list tables\n' >"$TMP/in"
	run bash -c '"$1" -i <"$2" >/dev/full' - "$NFF" "$TMP/in"
	same "$status" 1
	match "$err" "*No space left*"
fi

t "a block of many lines takes time in proportion"
{
	echo 'table ip many {'
	echo '	chain c {'
	seq -f '		counter # %.0f' 1 20000
	printf '\t}\n}\nlist tables\n'
} >"$TMP/in"
must timeout 60 "$NFF" -i <"$TMP/in"
match "$out" "*table ip many*"
