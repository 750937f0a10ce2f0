# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034
#
# The parts of tests/lab/vm; its variables are used and set freely here.

# What the kernel prints when something is wrong with it.
SPLAT='WARNING: |BUG: |Oops|general protection fault|Kernel panic|possible (recursive|circular|irq)|'
SPLAT+='possible deadlock|INFO: (task|rcu|possible)|UBSAN:|KASAN:|kmemleak: [1-9]|'
SPLAT+='refcount_t:|unregister_netdevice: waiting|scheduling while atomic|Out of memory'

# vm_kernel SPEC: sets image, modules and release.
vm_kernel()
{
	case $1 in
	*:*)
		image=${1%%:*} modules=${1#*:}
		[ -r "$image" ] || fail "no kernel image: $image"
		release=$(file_release "$image")
		if [ -n "$modules" ]; then
			[ -e "$modules/modules.dep" ] || fail "no modules.dep in $modules"
			modules=$(cd "$modules" && pwd)
			release=${modules##*/}
		fi
		;;
	*)
		image=$("$TREE/tests/lab/kernel" path "$1" image) &&
		modules=$("$TREE/tests/lab/kernel" path "$1" modules) &&
		release=$("$TREE/tests/lab/kernel" path "$1" release)
		;;
	esac
}

# file_release BZIMAGE: the release in the image's own version string, whose place its header
# tells (Documentation/arch/x86/boot.rst: kernel_version at 0x20e, counted from 0x200).
file_release()
{
	local at

	at=$(od -An -tu2 -j $((0x20e)) -N2 "$1" | tr -d ' ')
	dd if="$1" bs=1 skip=$((at + 0x200)) count=64 status=none | tr '\0' '\n' | awk 'NR == 1 { print $1 }'
}

# put FILE DEST: a host file in the overlay, with the libraries that the base does not have.
put()
{
	local src=$1 dest=$2 lib to

	case $dest in
	/bin/* | /sbin/* | /lib/* | /lib64/*) dest=/usr$dest ;;
	/*) ;;
	*) dest=/lab/$dest ;;
	esac
	[ -e "$src" ] || fail "no such file: $src"
	mkdir -p "$over${dest%/*}"
	cp -rL "$src" "$over$dest" || fail "cannot copy $src"
	[ -f "$src" ] && [ -x "$src" ] || return 0
	while IFS= read -r lib; do
		to=$lib
		case $to in
		/lib/* | /lib64/*) to=/usr$to ;;
		esac
		[ -e "$base/tree$to" ] || [ -e "$over$to" ] || {
			mkdir -p "$over${to%/*}"
			cp -L "$lib" "$over$to"
		}
	done < <(elf_libs "$src")
}

# The added kernel modules join the base's, and modules.dep and its like are made anew.
put_modules()
{
	local lib=usr/lib/modules/$release m

	mkdir -p "$work/mods/lib/modules"
	cp -rl "$base/tree/$lib" "$work/mods/lib/modules/" 2>/dev/null ||
		cp -r "$base/tree/$lib" "$work/mods/lib/modules/"
	# The index files are links to the cache's: writing them anew must not write through.
	rm -f "$work/mods/lib/modules/$release"/modules.{dep,alias,symbols}*
	rm -f "$work/mods/lib/modules/$release/modules.devname"
	rm -f "$work/mods/lib/modules/$release/modules.softdep"
	mkdir -p "$work/mods/lib/modules/$release/updates" "$over/$lib/updates"
	for m in "${ko[@]}"; do
		[ -r "$m" ] || fail "no such module: $m"
		cp "$m" "$work/mods/lib/modules/$release/updates/"
		cp "$m" "$over/$lib/updates/"
	done
	depmod -b "$work/mods" "$release" || fail "depmod failed"
	cp "$work/mods/lib/modules/$release"/modules.* "$over/$lib/"
}

# vm_overlay [SCRIPT ARG...]: packs what belongs to this run into overlay.cpio.
vm_overlay()
{
	local item src dest guest_nff=

	over=$work/over
	mkdir -p "$over/lab"
	if [ -x "$nff" ]; then
		put "$nff" /usr/sbin/nff
		guest_nff=/usr/sbin/nff
	elif [ -n "${NFF-}" ]; then
		fail "no such program: $nff"
	fi
	for item in "${adds[@]}"; do
		src=${item%%:*}
		case $item in
		*:*) dest=${item#*:} ;;
		*) dest=/lab/$(basename "$src") ;;
		esac
		put "$src" "$dest"
	done
	[ ${#ko[@]} = 0 ] || put_modules
	if [ $# -gt 0 ]; then
		put "$1" "/lab/$(basename "$1")"
		chmod +x "$over/lab/$(basename "$1")"
		item=./$(basename "$1")
		shift
		{
			echo '#!/bin/bash'
			printf 'export NFF=%q LAB_KERNEL=%q\n' "$guest_nff" "$release"
			printf 'exec'
			printf ' %q' "$item" "$@"
			echo
		} >"$over/lab/.run"
		chmod 755 "$over/lab/.run"
	fi
	(cd "$over" && find . -mindepth 1 -print0 |
		cpio --null -o -H newc --quiet -R 0:0) >"$work/overlay.cpio" || fail "cpio failed"
}

# vm_kvm: true when a guest really runs under KVM here. There are machines that have the device
# and on which a guest never comes up, so it is tried once, and the verdict kept until the host's
# kernel changes.
vm_kvm()
{
	local verdict

	[ -w /dev/kvm ] || return 1
	verdict=$LAB_CACHE/kvm-$(uname -r)
	if [ ! -e "$verdict" ]; then
		# No init is needed: the kernel's complaint that there is none tells that it ran.
		timeout -k 2 15 qemu-system-x86_64 -M q35 -nodefaults -no-user-config \
			-display none -monitor none -no-reboot -m 512 -smp 2 \
			-accel kvm -cpu host -kernel "$image" -serial stdio \
			-append "console=ttyS0 panic=-1" </dev/null >"$work/kvm" 2>&1
		if grep -q "Kernel panic.*VFS\|No working init" "$work/kvm"; then
			echo yes >"$verdict"
		else
			say "vm: KVM does not work here, emulating instead"
			echo no >"$verdict"
		fi
	fi
	[ "$(cat "$verdict")" = yes ]
}

# vm_verdict QEMU-STATUS: exits with what the run came to.
vm_verdict()
{
	local line status

	line=$(tr -d '\r' <"$console" | grep -a -o "lab-$nonce exit=[0-9]*" | tail -n 1)
	status=${line##*=}
	if [ -z "$allow_splat" ] && grep -a -q -E "$SPLAT" "$console"; then
		say "vm: the kernel reported:"
		tr -d '\r' <"$console" | grep -a -n -E "$SPLAT" | head -n 5 | sed 's/^/vm:   /' >&2
		keep=1
		fail "kernel problem"
	fi
	[ -n "$line" ] && exit "$status"
	case $1 in
	124 | 137) fail "no end within $timeout s" ;;
	0) fail "the machine stopped before the script ended" ;;
	*) fail "qemu ended with status $1" ;;
	esac
}
