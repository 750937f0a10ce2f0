# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the scripts that run on the host (setup, run, demo, lab/*) share. To be sourced.

# The source tree, found from this file so that scripts work from any directory.
TREE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Kernels, base initramfs images and the KVM verdict are kept outside of the tree: they are large
# and survive a fresh checkout.
LAB_CACHE=${NFF_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/nff-lab}

# say TEXT...: progress, on stderr so that it never mixes with what a script gives on stdout.
say()
{
	printf '%s\n' "$*" >&2
}

# die TEXT...: an error of the script itself, as opposed to a failed test.
die()
{
	printf '%s: error: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

need_root()
{
	[ "$(id -u)" = 0 ] || die "must be run as root: sudo $0"
}

# apt_get ARGS...: quiet, never asks, waits for another apt to finish instead of failing.
apt_get()
{
	DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 \
		-o Acquire::Retries=3 "$@"
}

# elf_libs FILE: the shared libraries (and loader) that FILE needs, one path a line; nothing for a
# script or a static binary.
elf_libs()
{
	ldd "$1" 2>/dev/null | awk '
		$2 == "=>" && $3 ~ /^\// { print $3; next }
		$1 ~ /^\// { print $1 }'
}
