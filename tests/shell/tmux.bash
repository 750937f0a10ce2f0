# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# nff top on a terminal of tmux. To be sourced, behind shell.sh.

# Its sockets go with the test.
export TMUX_TMPDIR=$TMP
n_tmux=0
tm() { tmux -L "nff$$-$n_tmux" -f /dev/null "$@"; }
keys() { tm send-keys -t t "$@"; }
screen() { tm capture-pane -p -t t; }
# shows GLOB: the screen matches it. line N: one line of it, from 0.
# shellcheck disable=SC2053 # a pattern is wanted
shows() { [[ $(screen) == $1 ]]; }
line() { screen | sed -n "$(($1 + 1))p"; }

# top_up ARG...: nff top in a terminal of $SIZE (100x30) with the environment $ENV, started by the
# command $top_in.
top_up()
{
	tm kill-server 2>/dev/null
	# A server that ends still has its socket.
	n_tmux=$((n_tmux + 1))
	tm new-session -d -s t -x "${SIZE%x*}" -y "${SIZE#*x}" \
		"env ${ENV-} ${top_in-} '$NFF' top $* 2>'$TMP/err'; echo status \$?; exec sleep 300"
}

# drawn GLOB: wait until the screen matches.
drawn()
{
	passed_over && return 1
	wait_for 15 shows "$1" && return 0
	screen
	cat "$TMP/err"
	return 1
}
