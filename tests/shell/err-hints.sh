#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Errors whose cause is known come with a hint at the cure.

# shellcheck source=cmd.bash
. "$(dirname "$0")/cmd.bash"

if is_nft; then
	t "hints"
	skip "nft gives none"
	exit 0
fi
device d0 d1
ruleset "table ip t {
	chain c { accept; }
	chain d { jump c; }
}"

# Does this kernel have flowtables? Without, the lab tests what there is to say about them.
flowtables()
{
	kernel -c 'add flowtable ip t f { hook ingress priority 0; devices = { d0 }; }' 2>/dev/null
}

t "a flowtable on a kernel without"
if flowtables; then
	skip "this kernel has flowtables"
else
	unchanged nff 'add flowtable ip t f { hook ingress priority 0; devices = { d0, d1 }; }'
	match "$err" "*hint: *flowtable*"
	match "$err" "*modprobe*"
fi

t "a flow statement on a kernel without"
if flowtables; then
	skip "this kernel has flowtables"
else
	unchanged nff 'add rule ip t c flow add @f'
	match "$err" "*hint: *flowtable*"
	unchanged nff 'add flowtable ip t f { hook ingress priority 0; devices = { d0 }; }; add rule ip t c flow offload @f'
	match "$err" "*hint: *flowtable*"
fi

t "a device that is not there"
unchanged nff 'add rule ip t c iif nosuchdev accept'
match "$err" "*nosuchdev*"

t "a device of a flowtable that is not there"
if flowtables; then
	unchanged nff 'add flowtable ip t f { hook ingress priority 0; devices = { d0, nosuchdev }; }'
	match "$err" "*nosuchdev*"
else
	skip "this kernel has no flowtables"
fi

t "a device of a chain that is not there"
kernel add table netdev n
if kernel -c 'add chain netdev n c { type filter hook ingress device nosuchdev priority 0; }' 2>/dev/null; then
	skip "this kernel takes any name"
else
	unchanged nff 'add chain netdev n c { type filter hook ingress device nosuchdev priority 0; }'
	match "$err" "*nosuchdev*"
fi

t "a chain in use"
unchanged nff delete chain ip t c
match "$err" "*hint: *use*"

# powerless ARGS...: nff as root, but without the capability.
powerless()
{
	run setpriv --bounding-set=-net_admin --inh-caps=-net_admin "$NFF" "$@" </dev/null
}

t "without CAP_NET_ADMIN"
for args in "add table ip x" "flush ruleset" "delete table ip t"; do
	# shellcheck disable=SC2086
	powerless $args
	same $status 1
	match "$err" "*hint: *CAP_NET_ADMIN*"
done
powerless list ruleset
[ $status = 0 ] || match "$err" "*hint: *CAP_NET_ADMIN*"

t "as another user"
# A user who may not even read the program's folder cannot tell anything.
cp "$NFF" "$TMP/nff-copy" 2>/dev/null
chmod 755 "$TMP" "$TMP/nff-copy"
run setpriv --reuid=65534 --regid=65534 --clear-groups "$TMP/nff-copy" add table ip x </dev/null
if [ $status -gt 100 ]; then
	skip "cannot be run as another user"
else
	same $status 1
	match "$err" "*hint: *CAP_NET_ADMIN*"
	lacks "table ip x"
fi

t "root of a user namespace of its own"
if unshare -U -r -n true 2>/dev/null; then
	run unshare -U -r -n "$NFF" 'add table ip x; list tables' </dev/null
	same $status 0
	run unshare -U -r "$NFF" add table ip x </dev/null
	same $status 1
	match "$err" "*hint: *"
	lacks "table ip x"
else
	skip "no user namespaces"
fi

t "a table that another process owns"
if kernel -c 'add table ip o { flags owner; }' 2>/dev/null; then
	skip "needs a process that stays"
else
	skip "nft cannot make one"
fi
