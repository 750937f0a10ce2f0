# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Runs test programs, reads the lines that they report ("ok NAME", "FAIL NAME reason", "skip NAME
# why"), prints a line a test and keeps the counts. To be sourced; report_init first.

# report_init LOGDIR [FILTER]: logs of failures go to LOGDIR. With a filter only tests whose full
# name (suite/program/name) contains it count.
report_init()
{
	r_logs=$1 r_filter=${2-}
	r_passed=0 r_failed=0 r_skipped=0 r_seen=0
	r_failures=()
	r_pid=
	mkdir -p "$r_logs"
}

# report_wanted ID FILE: whether the filter lets the program run at all: the names match, or its
# text (or, of a compiled one, its strings) has the filter in it and so one of its tests may. A name
# may have been made from words. What stands in front of the filter's last slash is of no test.
report_wanted()
{
	local words=${r_filter##*/}

	[ -z "$r_filter" ] || [[ $1 == *"$r_filter"* ]] || [[ $r_filter == *"${1##*/}"* ]] || {
		[[ $r_filter != */* || $1/ == *"${r_filter%/*}/" ]] &&
			grep -q -a -e "${words//[^[:alnum:]]/.}" "$2" 2>/dev/null
	}
}

# report_line ID LINE: counts and prints one line of the protocol; others are none of its business.
report_line()
{
	local id=$1 word name rest

	read -r word name rest <<<"$2"
	# The rule corpus' own runner puts its suite in front of its names.
	id=$id/${name#rules/}
	[ "$word" != FAIL ] || r_said=1
	[ -z "$r_filter" ] || [[ $id == *"$r_filter"* ]] || return 0
	r_seen=$((r_seen + 1))
	case $word in
	ok)
		r_passed=$((r_passed + 1))
		printf 'ok   %s\n' "$id"
		;;
	skip)
		r_skipped=$((r_skipped + 1))
		printf 'skip %s: %s\n' "$id" "$rest"
		;;
	FAIL)
		r_failed=$((r_failed + 1))
		r_keep=1
		r_failures+=("$id ($r_log)")
		printf 'FAIL %s: %s\n     log: %s\n' "$id" "$rest" "$r_log"
		;;
	esac
}

# log_open ID, log_close: the log of one program stays only if one of its tests failed.
log_open()
{
	r_log=$r_logs/$(printf '%s' "$1" | tr '/ ' '--').log
	r_keep=
	exec {r_fd}>"$r_log"
}

log_close()
{
	exec {r_fd}>&-
	[ -n "$r_keep" ] || rm -f "$r_log"
}

# report_run ID SECONDS COMMAND...: runs a test program within so many seconds. A line "## NAME" in
# its output says that what follows comes from the program NAME of a suite that it runs itself.
report_run()
{
	local id=$1 limit=$2 part=$1 line status fd seen=$r_seen

	shift 2
	r_said=
	log_open "$id"
	exec {fd}< <(exec timeout -k 10 "$limit" "$@" 2>&1 </dev/null)
	r_pid=$!
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		'## '*)
			log_close
			part=$id/${line#'## '}
			log_open "$part"
			;;
		'ok '* | 'FAIL '* | 'skip '*)
			printf '%s\n' "$line" >&"$r_fd"
			report_line "$part" "$line"
			;;
		*) printf '%s\n' "$line" >&"$r_fd" ;;
		esac
	done <&"$fd"
	exec {fd}<&-
	wait "$r_pid"
	status=$?
	r_pid=
	# A program that dies without a word, or has nothing to say, must not look like success.
	if [ $status = 124 ] || [ $status = 137 ]; then
		r_filter='' report_line "$part" "FAIL whole ran into its limit of $limit s"
	elif [ $status != 0 ] && [ -z "$r_said" ]; then
		r_filter='' report_line "$part" "FAIL whole ended with status $status"
	elif [ "$r_seen" = "$seen" ] && [ -z "$r_filter" ]; then
		report_line "$part" "FAIL whole reported no test"
	fi
	log_close
}

# report_end: the closing lines; returns 1 if a test failed or none ran.
report_end()
{
	if [ ${#r_failures[@]} -gt 0 ]; then
		printf '\nFailed:\n'
		printf '     %s\n' "${r_failures[@]}"
	fi
	[ -z "$r_filter" ] || [ "$r_seen" -gt 0 ] || printf 'no test is named like %s\n' "$r_filter"
	printf '%d passed, %d failed, %d skipped\n' $r_passed $r_failed $r_skipped
	[ $r_failed = 0 ] && [ $((r_passed + r_skipped)) -gt 0 ]
}

# report_abort: ends the program that is running, for use in a trap.
report_abort()
{
	[ -z "${r_pid-}" ] || kill "$r_pid" 2>/dev/null
}
