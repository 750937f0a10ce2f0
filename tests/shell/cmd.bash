# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the tests of commands share: nft tells what is in the kernel, and what nff should print. To be
# sourced; runs in a network namespace of its own, with nothing in it.

# shellcheck source=../lib/shell.sh
. "$TESTLIB/shell.sh"
: "${NFT:=nft}"
export LC_ALL=C.UTF-8 TZ=UTC

# ruleset [TEXT]: replaces the whole ruleset, by nft, with TEXT or standard input.
ruleset()
{
	"$NFT" flush ruleset
	if [ $# -gt 0 ]; then
		"$NFT" -f - <<<"$1" || fail "nft refuses the test's own ruleset"
	else
		"$NFT" -f - || fail "nft refuses the test's own ruleset"
	fi
}

# kernel ARGS...: what nft lists.
kernel()
{
	"$NFT" "$@" </dev/null
}

# has TEXT: what nft lists of everything contains it.
has()
{
	match "$(kernel list ruleset)" "*$1*"
}

lacks()
{
	unlike "$(kernel list ruleset)" "*$1*"
}

# rules CHAIN: the rules of a chain of `table ip t', one a line.
rules()
{
	kernel list chain ip t "$1" | sed -n '3,$ { /^\t\t/ { /^\t\ttype /d; s/^\t\t//; p } }'
}

# handle TEXT: the handle of the line that has TEXT in it.
handle()
{
	kernel -a list ruleset | grep -m 1 -F -- "$1" | sed 's/.*# handle //'
}

# as_nft ARGS...: nff prints what nft prints and ends as it does.
as_nft()
{
	local want want_status

	passed_over && return 1
	want=$(kernel "$@" 2>/dev/null)
	want_status=$?
	run nff "$@"
	if [ $want_status != $status ]; then
		fail "\`$*' ends with $status, nft's with $want_status: $(head -n 1 "$TMP/.err")"
		return 1
	fi
	same "$out" "$want" "\`$*'"
}

# as_nft_json ARGS...: the same for JSON, whatever the order of keys and the version that is told.
as_nft_json()
{
	passed_over && return 1
	must nff -j "$@" || return 1
	kernel -j "$@" >"$TMP/nft.json"
	PYTHONPATH=$TESTLIB PYTHONDONTWRITEBYTECODE=1 \
		python3 - "$TMP/.out" "$TMP/nft.json" >"$TMP/diff" 2>&1 <<'END' || {
import json, sys
from jsongaps import as_nft, same
def doc(path):
    return [as_nft(o) for o in json.load(open(path))["nftables"] if "metainfo" not in o]
got, want = doc(sys.argv[1]), doc(sys.argv[2])
for i, w in enumerate(want):
    g = got[i] if i < len(got) else None
    if not same(g, w):
        sys.exit(f"got {json.dumps(g)}, wanted {json.dumps(w)}")
if len(got) != len(want):
    sys.exit(f"{len(got)} objects, wanted {len(want)}")
END
		cat "$TMP/diff"
		fail "\`-j $*': $(head -c 300 "$TMP/diff")"
	}
}

# unchanged COMMAND...: fails and leaves the ruleset as it was.
unchanged()
{
	local before

	passed_over && return 1
	before=$(kernel -a list ruleset)
	must_fail "$@"
	same "$(kernel -a list ruleset)" "$before" "ruleset after \`$*'"
}

# load TEXT: nff -f - with that text; sets out, err and status.
load()
{
	printf '%s\n' "$1" >"$TMP/.in"
	run "$NFF" -f - <"$TMP/.in"
}

must_load()
{
	passed_over && return 1
	load "$1"
	[ $status = 0 ] || fail "status $status: $(head -n 1 "$TMP/.err")"
}

must_not_load()
{
	passed_over && return 1
	load "$1"
	[ $status -ge 1 ] && [ $status -lt 124 ] || fail "status $status"
}

# device NAME...: devices that do nothing; which kind of device the kernel has does not matter.
device()
{
	local name

	for name; do
		ip link add "$name" type dummy 2>/dev/null ||
			ip link add "$name" type bridge || return 1
	done
}

# is_nft: the program tested is nft itself, which lacks what only nff (or a newer nft) has.
is_nft()
{
	[ "$(basename "$NFF")" = nft ]
}
