#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Follow the lines of "nff monitor conntracks -o id" and compare with what is there.

events.py EVENTS LIST: EVENTS is what the monitor printed, LIST what "conntrack -L -o id" prints
now. Fails where a connection is new or destroyed twice, or where those that are left are not
those that are there. Prints what was seen: "new=3 destroy=2 gaps=0 resync=0 bytes=1234", bytes
being those of destroyed connections.
"""
import re
import sys


def key(line):
    """Of a connection: the kernel's number of it alone is not unique."""
    return (re.search(r" id=(\d+)", line).group(1),
            re.search(r"src=\S+ dst=\S+(?: sport=\S+ dport=\S+)?", line).group(0))


def main():
    live, seen = set(), {"new": 0, "update": 0, "destroy": 0, "gaps": 0, "resync": 0, "bytes": 0}
    bad = []
    for line in open(sys.argv[1]):
        if line.startswith("#"):
            seen["gaps"] += "events were lost" in line
            continue
        kind = line[:10].strip(" []").lower()
        seen[kind] += 1
        seen["resync"] += "[RESYNC]" in line
        k = key(line)
        if kind == "new":
            if k in live:
                bad.append("new twice: " + line)
            live.add(k)
        elif kind == "destroy":
            if k not in live:
                bad.append("destroyed twice, or never new: " + line)
            live.discard(k)
            seen["bytes"] += sum(int(n) for n in re.findall(r" bytes=(\d+)", line))
    there = {key(line) for line in open(sys.argv[2])}
    if live - there:
        bad.append("%d are not there, %s" % (len(live - there), min(live - there)))
    if there - live:
        bad.append("%d were not told, %s" % (len(there - live), min(there - live)))
    print(" ".join("%s=%d" % item for item in seen.items()))
    for line in bad[:5]:
        print(line.strip(), file=sys.stderr)
    return 1 if bad else 0


sys.exit(main())
