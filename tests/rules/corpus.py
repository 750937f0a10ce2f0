# SPDX-License-Identifier: GPL-2.0-or-later
"""The formats of the corpus (corpus/README tells them), and what exec is given of them."""
import os
import re
import shutil
import sys

FILTER_HOOKS = ["prerouting", "input", "forward", "output", "postrouting"]
# Chains that %in may name, a family: name -> its declaration.
CHAINS = {f: {h: f"type filter hook {h} priority 0" for h in FILTER_HOOKS}
          for f in ("ip", "ip6", "inet", "bridge")}
CHAINS["arp"] = {h: f"type filter hook {h} priority 0" for h in ("input", "output")}
CHAINS["netdev"] = {h: f"type filter hook {h} device nd0 priority 0" for h in ("ingress", "egress")}
CHAINS["inet"]["ingress"] = "type filter hook ingress device nd0 priority 0"
for _f in ("ip", "ip6", "inet"):
    for _h, _p in (("prerouting", -100), ("input", 100), ("output", -100), ("postrouting", 100)):
        CHAINS[_f]["nat_" + _h] = f"type nat hook {_h} priority {_p}"
    CHAINS[_f]["route_output"] = "type route hook output priority -150"
for _f in CHAINS:
    CHAINS[_f]["plain"] = ""


class Case:
    """One rule in one family, or one line of bad/, or one whole file."""

    def __init__(self, name, text, lineno=0, opts=None, place=None):
        self.name, self.text, self.lineno, self.opts = name, text, lineno, opts or {}
        self.family, self.chain = place or (None, None)
        self.line = None        # of rules.nft
        self.bad = {}           # check -> detail
        self.skip = None


class Unit:
    """What is run in one namespace."""

    def __init__(self, kind, name, source):
        self.kind, self.name, self.source = kind, name, source
        self.cases, self.devices, self.with_, self.chains = [], [], [], []
        self.lab = False        # all of it needs the lab
        self.dir = None
        self.rest = None        # how the listing differs apart from the rules

    def part(self, cases):
        """A unit with some of the cases, to be tried afresh."""
        u = Unit(self.kind, self.name, self.source)
        u.cases, u.devices, u.with_, u.chains = cases, self.devices, self.with_, self.chains
        for c in cases:
            c.bad, c.skip = {}, None
        return u


def read(path):
    try:
        with open(path, errors="replace") as f:
            return f.read()
    except FileNotFoundError:
        return ""


def word(text):
    return re.sub(r"\s+", "_", text.strip())


def places_of(words, path, no):
    places = [tuple(w.split(":")) for w in words]
    for p in places:
        if len(p) != 2 or p[1] not in CHAINS.get(p[0], ()):
            sys.exit(f"{path}:{no}: no such place: {':'.join(p)}")
    return places


def lines_of(unit):
    """(number, places, line) of each line that is no directive."""
    places = []
    for no, line in enumerate(read(unit.source).split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith("%"):
            yield no, places, line
            continue
        key, _, rest = line[1:].partition(" ")
        if key == "in":
            places = places_of(rest.split(), unit.source, no)
        elif key == "raw":
            places = []
        elif key == "chain":
            unit.chains += places_of(rest.split(), unit.source, no)
        elif key == "with":
            fams, _, text = rest.partition(" ")
            unit.with_.append((fams.split(","), text.strip()))
        elif key == "devices":
            unit.devices += rest.split()
        elif key == "lab":
            unit.lab = True
        else:
            sys.exit(f"{unit.source}:{no}: unknown directive")


def read_rules(path, lab):
    """corpus/*.rules"""
    base = os.path.basename(path)[:-len(".rules")]
    unit = Unit("rules", base, path)
    names = set()
    for no, places, line in lines_of(unit):
        text, *rest = re.split(r"\s+;;\s+", line)
        text = text.strip()
        opts = dict((o.split(" ", 1) + [""])[:2] for o in rest)
        for fam, chain in places:
            if "only" in opts and fam not in opts["only"].split(","):
                continue
            name = f"rules/{base}/{fam}:{word(text)}"
            if name in names:
                name = f"rules/{base}/{fam}/{chain}:{word(text)}"
            names.add(name)
            case = Case(name, text, no, opts, (fam, chain))
            if (unit.lab or "lab" in opts) and not lab:
                case.skip = "needs the lab's kernel"
            unit.cases.append(case)
    return unit


def read_bad(path, is_nft):
    """bad/*.rules"""
    base = os.path.basename(path)[:-len(".rules")]
    unit = Unit("bad", base, path)
    names = set()
    for no, places, line in lines_of(unit):
        m = re.match(r"(.*?)\s+;;\s+(\S+)\s+/(.*)/( nft-dies)?$", line)
        if not m:
            sys.exit(f"{path}:{no}: no expectation")
        text, where, pattern, dies = m.groups()
        name = f"rules/bad/{base}/{places[0][0] + ':' if places else ''}{word(text)[:60]}"
        if name in names:
            name += f"/{no}"
        names.add(name)
        case = Case(name, text, no, place=places[0] if places else None)
        case.where, case.pattern = where, re.compile(pattern, re.I)
        if dies and is_nft:
            case.skip = "nft dies"
        unit.cases.append(case)
    return unit


def read_file(path, name):
    """rulesets/*.nft"""
    unit = Unit("file", name, path)
    text = read(path)
    unit.cases.append(Case(f"rules/{name}", text))
    for m in re.finditer(r"^# devices: (.*)$", text, re.M):
        unit.devices += m.group(1).split()
    return unit


def tables_of(unit):
    """The tables that the rules go in, with the chains that are used; devices that these need."""
    chains, devices, text = {}, list(unit.devices), []
    places = unit.chains + [(c.family, c.chain) for c in unit.cases if c.family and not c.skip]
    for fam, chain in dict.fromkeys(places):
        chains.setdefault(fam, []).append(chain)
    for fam, names in chains.items():
        text.append(f"table {fam} t {{\n\tchain target {{\n\t}}")
        for n in sorted(names, key=list(CHAINS[fam]).index):
            decl = CHAINS[fam][n]
            if " nd0 " in decl:
                devices.append("nd0")
            text.append(f"\tchain {n} {{" + (f"\n\t\t{decl};" if decl else "") + "\n\t}")
        text.append("}")
        text += [f"table {fam} t {{\n\t{t}\n}}" for fams, t in unit.with_ if fam in fams]
    return "\n".join(text) + "\n", devices


def unescape(text):
    text = re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m.group(1), 16)), text)
    return text.replace(r"\n", "\n").replace(r"\t", "\t")


def copy_includes(unit):
    src = os.path.dirname(unit.source)
    for inc in re.findall(r'^\s*include\s+"\./([^"]+)"', unit.cases[0].text, re.M):
        name = inc.split("/")[0].split("*")[0]
        path = os.path.join(src, name)
        if os.path.isdir(path):
            shutil.copytree(path, os.path.join(unit.dir, name), dirs_exist_ok=True)
        elif os.path.isfile(path):
            shutil.copyfile(path, os.path.join(unit.dir, name))


def prepare(unit, top, number):
    """The directory that exec works in."""
    name = re.sub("[^A-Za-z0-9.-]", "_", unit.name)
    unit.dir = os.path.join(top, f"{number:04d}-{name}")
    os.makedirs(unit.dir)

    def put(name, text, encoding="utf-8"):
        with open(os.path.join(unit.dir, name), "w", encoding=encoding) as f:
            f.write(text)

    put("kind", unit.kind)
    devices = unit.devices
    if unit.kind == "file":
        shutil.copyfile(unit.source, os.path.join(unit.dir, "ruleset.nft"))
        copy_includes(unit)
    else:
        tables, devices = tables_of(unit)
        put("pre.nft", tables)
    lines = []
    for n, c in enumerate(unit.cases):
        prefix = f"add rule {c.family} t {c.chain} " if c.family else ""
        if unit.kind == "bad":
            c.offset = len(prefix)
            put(f"in-{n}", prefix + (c.text if prefix else unescape(c.text)) + "\n", "latin-1")
        elif unit.kind == "rules" and not c.skip:
            lines.append(prefix + c.text)
            c.line = len(lines)
    put("rules.nft", "\n".join(lines) + "\n")
    put("devices", "\n".join(dict.fromkeys(devices)) + "\n")
