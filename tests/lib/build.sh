# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Builds nff out of tree. To be sourced after host.sh.

# build_nff DIR LOG [CONFIGURE-ARG...]: autogen, configure and make as far as something has changed;
# also what `make check` would run, without running it. Output goes to LOG. Fails with the end of
# the log shown.
build_nff()
{
	local dir=$1 log=$2 jobs

	shift 2
	jobs=$(nproc)
	mkdir -p "$dir" "${log%/*}"
	{
		build_configure "$dir" "$@" &&
		make -C "$dir" -j"$jobs" &&
		make -C "$dir" -j"$jobs" check TESTS=
	} >"$log" 2>&1 </dev/null && return 0
	tail -n 30 "$log" >&2
	say "build failed; the whole log: $log"
	return 1
}

build_configure()
{
	local dir=$1 args

	shift
	if [ ! -e "$TREE/configure" ] || [ "$TREE/configure.ac" -nt "$TREE/configure" ]; then
		(cd "$TREE" && ./autogen.sh) || return 1
	fi
	args=$(printf '%q ' "$@")
	if [ ! -e "$dir/config.status" ] || [ "$(cat "$dir/.configured" 2>/dev/null)" != "$args" ]; then
		(cd "$dir" && "$TREE/configure" "$@") || return 1
		printf '%s\n' "$args" >"$dir/.configured"
	fi
}

# build_module KERNEL DIR LOG: the kernel module against a lab kernel's headers, in a copy of its
# sources since kbuild writes beside them. Gives DIR/kernel/nff.ko.
build_module()
{
	local headers

	headers=$("$TREE/tests/lab/kernel" path "$1" headers) || return 1
	mkdir -p "$2/kernel" "$2/include" "${3%/*}"
	{
		# -u keeps the times of what has not changed, and so saves make the work.
		cp -ru "$TREE/kernel/." "$2/kernel/" &&
		cp -ru "$TREE/include/uapi" "$2/include/" &&
		make -C "$headers" M="$2/kernel" -j"$(nproc)" modules
	} >"$3" 2>&1 </dev/null && [ -e "$2/kernel/nff.ko" ] && return 0
	tail -n 30 "$3" >&2
	say "the kernel module did not build for $1; the whole log: $3"
	return 1
}
