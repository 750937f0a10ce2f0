# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading what exec has kept: listings, bytecode, JSON, messages."""
import json
import os
import re

from corpus import read


# What the JSON of nft does not tell, or tells as garbage.
UNTOLD = {
    "table": ["comment", "flags"],
    "chain": ["comment", "dev"],
    "set": ["auto-merge", "dynamic"],
    "map": ["auto-merge", "dynamic", "map"],
    "flowtable": ["counter", "flags"],
}


class Out:
    """Results of one unit."""

    def __init__(self, unit):
        self.dir = unit.dir

    def text(self, name):
        return read(os.path.join(self.dir, name))

    def steady(self, name):
        return steady(self.text(name))

    def rc(self, name):
        return int(self.text(name + ".rc").strip() or 0)

    def failed(self, name):
        """How a call failed, or None."""
        rc = self.rc(name)
        if not rc:
            return None
        first = (self.text(name + ".err").strip().split("\n") or [""])[0]
        return f"{how(rc)} {first}".strip()

    def dropped(self, name):
        """Lines that load() of exec took out: {line: message}."""
        said, text = {}, self.text(name + ".said")
        for m in re.finditer(r"^\S*?\.try:(\d+):([^\n]*)", text, re.M):
            said.setdefault(int(m.group(1)), "column " + m.group(2))
        for m in re.finditer(r"^(\d+) rc=(\d+) ?(.*)$", text, re.M):
            said.setdefault(int(m.group(1)), f"{how(int(m.group(2)))} {m.group(3)}")
        return said


def how(rc):
    if rc in (124, 137):
        return "hangs"
    return f"dies of signal {rc - 128}" if rc > 128 else f"status {rc}"


def steady(text):
    """Without what time changes."""
    text = re.sub(r" expires \d\S*", " expires -", text)
    return re.sub(r'"expires": \d+', '"expires": 0', text)


def in_order(x):
    """With the elements of sets sorted: the kernel gives some in any order. For text and JSON."""
    if isinstance(x, str):
        return re.sub(r"\{ (.*?) \}", lambda m: "{ " + ", ".join(sorted(m[1].split(", "))) + " }", x)
    if isinstance(x, dict):
        return {k: sorted(v, key=str) if k == "set" and isinstance(v, list) else in_order(v)
                for k, v in x.items()}
    return [in_order(y) for y in x] if isinstance(x, list) else x


def without_handles(text):
    return steady(re.sub(r" # handle \d+$", "", text, flags=re.M)).strip()


def rules_of(listing):
    """The rules of a listing with handles: {(family, table, chain): [(handle, text)]}, and the rest
    of it, without the rules and handles. A rule may take several lines."""
    rules, rest, table, chain, begun = {}, [], None, None, []
    for line in listing.split("\n"):
        body = line.strip()
        depth = len(line) - len(line.lstrip("\t"))
        if body and depth == 0:
            m = re.match(r"table (\S+) (\S+) \{", body)
            table = m and (m.group(1), m.group(2))
        elif depth == 1:
            m = re.match(r"chain (\S+) \{", body)
            chain, begun = m and m.group(1), []
        elif table and chain and not re.match(r"(type|policy|flags|comment) .*", body):
            m = re.match(r"(.*\S)?\s*# handle (\d+)$", body)
            begun.append(line)
            if m:
                text = re.sub(r"\s*# handle \d+$", "", "\n".join(begun)).strip()
                rules.setdefault(table + (chain,), []).append((int(m.group(2)), text))
                begun = []
            continue
        rest.append(re.sub(r" # handle \d+$", "", line))
    return rules, "\n".join(rest)


def code_of(text):
    """Bytecode of rules: {(family, table, chain): [(handle, code)]}. Names of anonymous sets and of
    blocks of rules are put back to what these hold: they depend on what else there is."""
    sets, rules, blocks, cur = {}, {}, {}, None
    for line in text.split("\n"):
        m = re.match(r"(\S+) (\S+) @(\S+)$", line)
        if m:
            cur = sets.setdefault(m.groups(), [])
            continue
        m = re.match(r"(\S+) (\S+) (\S+) (\d+)(?: \d+)?\s*$", line)
        if m:
            cur = []
            to = blocks if re.match(r"__chain\d+$", m.group(3)) else rules
            to.setdefault(m.groups()[:3], []).append((int(m.group(4)), cur))
        elif line.startswith("table ") or not line.strip():
            cur = None
        elif cur is not None and line.startswith(("  ", "\t")):
            cur.append(line.strip())

    def with_sets(key, lines):
        def block(m):
            inner = blocks.get((key[0], key[1], m.group()), ())
            return "{" + "\n\n".join(with_sets(key, lines) for _, lines in inner) + "}"

        def content(m):
            elems = sorted(sets.get((key[0], key[1], m.group()), ["?"]))
            return f"{m.group().rstrip('0123456789')}{{{' | '.join(elems)}}}"
        lines = re.sub(r"\b__(?:set|map|objmap)\d+\b", content, "\n".join(lines))
        return steady(re.sub(r"\b__chain\d+\b", block, lines))

    return {key: [(h, with_sets(key, lines)) for h, lines in entries]
            for key, entries in rules.items()}


def plain_type(t):
    """A type that nft tells so that it can be loaded: "mark"."""
    return not isinstance(t, dict) and "integer" not in t and " . " not in t


def json_of(text):
    """JSON of rules: {(family, table, chain): [(handle, rule)]}, and the other objects."""
    def known(x):
        """Without statements on maps and blocks of rules: nft has no JSON for them, and gives
        their text."""
        if isinstance(x, str):
            return " @" not in x and not x.startswith(("jump {", "goto {"))
        return not (isinstance(x, dict) and ("map" in x or any(
            "rules" in (x.get(k) or ()) for k in ("jump", "goto"))))

    rules, rest = {}, []
    for o in json.loads(steady(text))["nftables"]:
        if "rule" in o:
            r = o["rule"]
            r["expr"] = [x for x in r["expr"] if known(x)]
            rules.setdefault((r["family"], r["table"], r["chain"]), []).append(
                (r.pop("handle", 0), r))
        elif "metainfo" not in o:
            (kind, v), = o.items()
            v.pop("handle", None)
            for key in UNTOLD.get(kind, ()):
                v.pop(key, None)
            # Nor types that have a width but no name: nff tells what they are the type of.
            if not plain_type(v.get("type", "")):
                v.pop("type")
            rest.append(o)
    return rules, rest


def differ(got, want):
    """The first line on which two texts differ."""
    if got is None:
        return "is missing"
    for x, y in zip(got.split("\n") + [""], (want or "").split("\n") + [""]):
        if x != y:
            return f"got `{x.strip()}', wanted `{y.strip()}'"
    return "differ in length"
