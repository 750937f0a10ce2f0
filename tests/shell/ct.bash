# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests of lists share whose oracle is conntrack(8). To be sourced; without conntrack the script
# ends, skipped.

# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

command -v conntrack >/dev/null || {
	t "whole"
	skip "no conntrack(8) here"
	exit 0
}

# create ARGS...: a conntrack made by hand; fails where this kernel does not know its protocol.
create()
{
	conntrack -I -t 5000 "$@" >/dev/null 2>"$TMP/create.err"
}

# equal NFF-ARGS -- CONNTRACK-ARGS: both print the same lines, in whatever order. As time goes on,
# both are asked again until no second has passed between them.
equal()
{
	local nff_args=() try

	while [ "$1" != -- ]; do
		nff_args+=("$1")
		shift
	done
	shift
	passed_over && return 1
	for ((try = 0; try < 20; try++)); do
		conntrack -L "$@" 2>/dev/null | sort >"$TMP/wanted"
		nff list conntracks "${nff_args[@]}" 2>"$TMP/nff.err" | sort >"$TMP/got"
		cmp -s "$TMP/wanted" "$TMP/got" && return 0
	done
	diff -u "$TMP/wanted" "$TMP/got"
	fail "lists differ: $(diff "$TMP/wanted" "$TMP/got" | grep -m 1 '^[<>]') $(cat "$TMP/nff.err")"
}

# own_etc: an /etc of our own, without names of labels; sets has_etc to yes where that could be had.
# shellcheck disable=SC2034 # for who sources this
own_etc()
{
	mkdir "$TMP/etc"
	mount -t tmpfs etc "$TMP/etc"
	mkdir "$TMP/etc/upper" "$TMP/etc/work"
	has_etc=$(mount -t overlay etc /etc -o \
		"lowerdir=/etc,upperdir=$TMP/etc/upper,workdir=$TMP/etc/work" 2>&1 && echo yes)
	[ "$has_etc" = yes ] && rm -rf /etc/xtables /etc/connlabel.conf
}
