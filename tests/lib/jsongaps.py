# SPDX-License-Identifier: GPL-2.0-or-later
"""Where JSON listings of nff are not nft's (1.0.6), on purpose.

nff tells what its listing needs to load again; nft leaves some of that out. In newer versions nft
uses the same keys, and version 1.0.6 ignores those that it does not know.
"""

# The flag of a table nft lists from memory that was freed.
LEFT_OUT = {"table": ["comment", "flags"], "chain": ["comment", "dev", "flags"],
            "flowtable": ["counter", "flags"], "set": ["auto-merge", "dynamic"],
            "map": ["auto-merge", "dynamic"]}


def as_nft(elem):
    """An object of a listing as nft has it. Concatenated data of a map are one string there, which
    it cannot load itself."""
    (kind, obj), = elem.items()
    obj = {k: v for k, v in obj.items() if k not in LEFT_OUT.get(kind, ())}
    if isinstance(obj.get("map"), list):
        obj["map"] = " . ".join(obj["map"])
    return {kind: obj}


def same(a, b):
    """Is a what b, which is nft's, stands for?

    What nft has no JSON for is text there, numbers from 2^63 on are negative, and with -n those of
    16 bits stand in the wrong order. Addresses of a conntrack may come without their family, a set
    of plain integers without what its type is of: nft may then fail to load them."""
    if isinstance(a, dict) and "typeof" in a:
        return True
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, str) and "map" in a:
        return b.startswith(("add @", "update @", "delete @"))
    if isinstance(a, dict) and isinstance(b, str) and a.keys() & {"jump", "goto"}:
        return b.startswith(("jump {", "goto {"))
    if isinstance(a, str) and isinstance(b, int) and b < 0 and a.startswith("0x"):
        return int(a, 16) - 2**64 == b
    if type(a) is type(b) is int and a != b:
        return 0 <= a < 2**16 and a.to_bytes(2, "big") == b.to_bytes(8, "little", signed=True)[:2]
    if b in ("saddr", "daddr") and a in ("ip " + b, "ip6 " + b):
        return True
    return type(a) is type(b) and a == b
