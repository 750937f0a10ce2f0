#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The examples of doc/nff-flows.8 that are marked so are typed in, and have to print what the page
# says, but for numbers.
# shellcheck source=../lib/shell.sh disable=SC2154
. "$TESTLIB/shell.sh"

[ -e /proc/sys/net/netfilter/nf_conntrack_max ] || {
	t "examples"
	skip "no conntrack here"
	exit 0
}

python3 - "$TREE/doc/nff-flows.8" "$NFF" <<'PY'
import re, subprocess, sys

page, nff = open(sys.argv[1]).read(), sys.argv[2]
blocks = re.findall(r'^\.\\" @run\n\.EX\n(.*?)^\.EE', page, re.M | re.S)
failed = not blocks
if not blocks:
    print("FAIL examples there-are-none")

def run(command):
    # as a shell takes it: a script's text is one argument, quotes and all
    done = subprocess.run(["sh", "-c", '"$0" ' + command, nff], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return done.stdout

def pattern(line):
    """A line of the page as a regular expression: numbers are any, "..." is any lines."""
    if line == "...":
        return r"(?:.*\n)*?"
    return re.sub(r"\d+", r"\\d+", re.escape(line)) + r"\n"

for number, block in enumerate(blocks, 1):
    text = block.replace(r"\&", "").replace(r"\-", "-").replace("\\e\n", "")
    subprocess.run([nff, "flush conntracks"], stdout=subprocess.DEVNULL)
    parts = re.split(r"^# nff ", text, flags=re.M)
    bad = None if not parts[0].strip() else "it does not begin with a command"
    for part in parts[1:]:
        command, _, wanted = part.partition("\n")
        got = run(command)
        expect = "".join(pattern(l) for l in wanted.splitlines())
        if not re.fullmatch(expect, got):
            bad = f"`nff {command}` printed: {got!r}, and not: {wanted!r}"
            break
    name = f"example-{number}"
    failed |= bool(bad)
    print(f"FAIL {name} {bad}" if bad else f"ok {name}")
sys.exit(1 if failed else 0)
PY
