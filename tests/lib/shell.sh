# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Helpers for test scripts, on the machine's own kernel (tests/shell) and in the lab. To be sourced
# first:
#
#   . "$TESTLIB/shell.sh"
#   t "a table is added"
#   must nff add table ip x
#   same "$(nff list tables)" "table ip x"
#   t "an unknown table is named"
#   must_fail nff list table ip nope
#   match "$err" "*nope*"
#
# `t NAME` opens a test that lasts until the next one or the end of the script. The first assertion
# that fails ends it as failed; those that follow in the same test are passed over. A test that
# makes no assertion passes. Results go to standard output as lines "ok NAME", "FAIL NAME reason"
# and "skip NAME why", where NAME is one word (spaces become dashes); all else that a script prints
# is its log.
#
# The runner sets NFF (program to test), TESTLIB, TMP (an empty directory, removed afterwards), and
# TREE (the source tree; not in the lab), and runs each script in namespaces of its own.

: "${NFF:=nff}"
# By hand, outside of tests/run, a test would change the network and the files of this machine.
if [ -z "${TMP:-}" ]; then
	echo "${0##*/}: TMP is not set: tests are run by tests/run, in namespaces of their own" >&2
	exit 2
fi
out='' err='' status=0
t_name='' t_state=''
t_failed=0

# nff ARGS...: the program to test, with no terminal to ask.
nff()
{
	"$NFF" "$@" </dev/null
}

# t NAME [COMMAND ARG...]: opens a test. With a command (or function), the test is that command
# alone, run in a subshell that ends at the first failed assertion; a status other than 0 fails it.
# After a failure the script's function tidy is called if it has one.
t()
{
	t_end
	t_name=${1//[[:space:]]/-}
	t_state=open
	shift
	[ $# -gt 0 ] || return 0
	local why=$TMP/.t-why

	rm -f "$why"
	# shellcheck disable=SC2030,SC2031 # meant to stay in there
	(
		trap - EXIT
		t_state=sub
		"$@"
	)
	status=$?
	if [ -s "$why" ]; then
		case $(head -c 5 "$why") in
		skip:) skip "$(tail -c +6 "$why")" ;;
		*) fail "$(cat "$why")" ;;
		esac
	elif [ $status != 0 ]; then
		fail "$1 returned $status"
	fi
	[ "$t_state" != failed ] || ! declare -F tidy >/dev/null || tidy
	t_end
}

# t_end: closes the open test; called by t and at the end of the script.
t_end()
{
	# shellcheck disable=SC2031
	[ "$t_state" != open ] || printf 'ok %s\n' "$t_name"
	t_state=
}

# fail REASON: the open test has failed; returns 1.
fail()
{
	if [ "$t_state" = sub ]; then
		printf '%s' "$*" >"$TMP/.t-why"
		exit 1
	fi
	if [ "$t_state" = open ]; then
		printf 'FAIL %s %s\n' "$t_name" "$(printf '%s' "$*" | tr '\n' ' ')"
		t_state=failed
		t_failed=$((t_failed + 1))
	elif [ -z "$t_state" ]; then
		printf 'FAIL %s %s\n' "${0##*/}" "outside of a test: $*"
		t_failed=$((t_failed + 1))
	fi
	return 1
}

# skip WHY: the open test cannot be run here.
skip()
{
	if [ "$t_state" = sub ]; then
		printf 'skip:%s' "$*" >"$TMP/.t-why"
		exit 0
	fi
	[ "$t_state" != open ] || printf 'skip %s %s\n' "$t_name" "$*"
	t_state=skipped
}

# passed_over: true when the open test has already failed or been skipped.
passed_over()
{
	[ "$t_state" = failed ] || [ "$t_state" = skipped ]
}

# run COMMAND...: runs it whatever comes of it; sets out, err and status.
run()
{
	"$@" >"$TMP/.out" 2>"$TMP/.err"
	status=$?
	out=$(tr -d '\0' <"$TMP/.out")
	err=$(tr -d '\0' <"$TMP/.err")
}

# must COMMAND...: has to succeed; sets out, err and status.
must()
{
	passed_over && return 1
	run "$@"
	[ $status = 0 ] && return 0
	printf '%s: status %d\n%s\n%s\n' "$*" $status "$out" "$err"
	fail "\`$*' failed ($status): $(head -n 1 "$TMP/.err")"
}

# must_fail COMMAND...: has to fail by itself: a signal, and so a crash, gives a status above 128,
# timeout gives 124, and a sanitizer finding 99 (see tests/run).
must_fail()
{
	passed_over && return 1
	run "$@"
	[ $status -ge 1 ] && [ $status -lt 99 ] && return 0
	printf '%s: status %d\n%s\n%s\n' "$*" $status "$out" "$err"
	fail "\`$*' did not fail as it should (status $status)"
}

# same GOT WANTED [WHAT]: texts are equal.
same()
{
	passed_over && return 1
	[ "$1" != "$2" ] || return 0
	printf '%s\n' "$1" >"$TMP/.got"
	printf '%s\n' "$2" >"$TMP/.wanted"
	diff -u --label wanted --label got "$TMP/.wanted" "$TMP/.got"
	fail "${3:-text} differs: $(diff "$TMP/.wanted" "$TMP/.got" | grep -m 1 '^[<>]')"
}

# match TEXT GLOB: the text matches the shell pattern; unlike TEXT GLOB: it does not.
match()
{
	passed_over && return 1
	# shellcheck disable=SC2053 # a pattern is wanted
	[[ $1 == $2 ]] && return 0
	printf 'wanted: %s\ngot: %s\n' "$2" "$1"
	fail "no \`$2' in: $(printf '%s' "$1" | head -n 1)"
}

unlike()
{
	passed_over && return 1
	# shellcheck disable=SC2053
	[[ $1 != $2 ]] && return 0
	fail "unwanted \`$2' in: $(printf '%s' "$1" | head -n 1)"
}

# true_that COMMAND...: an assertion of any other kind.
true_that()
{
	passed_over && return 1
	"$@" || fail "not so: $*"
}

# wait_for SECONDS COMMAND...: polls until the command succeeds; gives up, failing the test, after
# so many seconds, WAIT_FACTOR times as many where all is slow. The command's output is not shown.
wait_for()
{
	local end

	passed_over && return 1
	end=$((SECONDS + $1 * ${WAIT_FACTOR:-1}))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -le $end ] || {
			fail "waited in vain for: $*"
			return 1
		}
		sleep 0.1
	done
}

trap 't_end; [ $t_failed = 0 ] || exit 1' EXIT
trap 'fail "interrupted, after ${SECONDS} s"; exit 1' TERM INT HUP
