# SPDX-License-Identifier: GPL-2.0-or-later
"""What has to agree, for each kind of unit; the head of `run' tells the checks."""
import json
import re

from outcome import Out, code_of, differ, how, in_order, json_of, rules_of, steady, without_handles

# Options of list that the listing is compared with, too.
VARIANTS = ["list", "-n", "-s", "-t", "-y", "-p", "-T", "-S", "-u"]


class Broken(Exception):
    """Results cannot be matched up with the rules of a unit: they are tried in smaller parts."""


def same(case, a, b):
    if "unsorted" in case.opts and a and b:
        return in_order(a) == in_order(b)
    return a == b


def match_up(cases, lost, rules):
    """Cases to (handle, text) of a listing of the chains that they were added to, in order."""
    got, at = {}, {}
    for c in cases:
        if c.line in lost:
            continue
        key = (c.family, "t", c.chain)
        i = at[key] = at.get(key, 0) + 1
        if i > len(rules.get(key, ())):
            raise Broken("rules are missing from nft's listing")
        got[c] = rules[key][i - 1]
    if any(len(v) != at.get(k, 0) for k, v in rules.items() if k[2] != "target"):
        raise Broken("nft lists more rules than were added")
    return got


def pick(cases, rules):
    """{case: (handle, _)} and {place: [(handle, x)]} -> {case: x or None}"""
    index = {(k, h): x for k, entries in rules.items() for h, x in entries}
    return {c: index.get(((c.family, "t", c.chain), h)) for c, (h, _) in cases.items()}


class Rules:
    """A unit of rules. in_a, in_b: what the program and what nft loaded, as nft lists it."""

    def __init__(self, unit, args):
        self.unit, self.args, self.out = unit, args, Out(unit)
        self.cases = [c for c in unit.cases if not c.skip]
        if self.out.text("B.pre.err"):
            raise SystemExit(f"{unit.source}: nft refuses the tables:\n{self.out.text('B.pre.err')}")
        self.lost_a, self.lost_b = self.out.dropped("A"), self.out.dropped("B")
        self.in_a = match_up(self.cases, self.lost_a, rules_of(self.out.steady("A.nft.list"))[0])
        self.in_b = match_up(self.cases, self.lost_b, rules_of(self.out.steady("B.nft.list"))[0])

    def judge(self):
        self.loading()
        self.listing()
        self.json()
        code = pick(self.in_a, code_of(self.out.text("A.nft.code")))
        text_a = {c: t for c, (_, t) in self.in_a.items()}
        text_b = {c: t for c, (_, t) in self.in_b.items()}
        self.reloading(self.in_a, "A.nff.list", "C", "reload", code)
        self.reloading(self.in_a, "A.nff.list", "C", "relist", text_a)
        self.reloading(self.in_a, "A.nff.list", "D", "back", text_a)
        self.reloading(self.in_b, "B.nft.list", "E", "forth", text_b)
        # The program may take more than nft does.
        for c in self.cases:
            if c.skip and not self.args.self:
                c.bad.clear()

    def better(self, case):
        return "better" in case.opts and not self.args.self

    def alone_or_broken(self, why):
        """What spoils the results of a whole unit is told of a rule that is alone in it."""
        if len(self.cases) > 1:
            raise Broken(why)

    def loading(self):
        pre = self.out.failed("A.pre")
        for c in self.cases:
            if pre:
                c.bad["pre"] = "tables: " + pre
            if c.line in self.lost_b:
                c.skip = "nft: " + self.lost_b[c.line]
                if self.args.self:
                    c.bad["load"] = self.lost_b[c.line]
            elif c.line in self.lost_a:
                c.bad["load"] = self.lost_a[c.line]
            elif not self.better(c) and not same(c, self.in_a[c][1], self.in_b[c][1]):
                c.bad["list"] = differ(self.in_a[c][1], self.in_b[c][1])
        if self.args.strict:
            got = pick(self.in_a, code_of(self.out.text("A.nft.code")))
            want = pick(self.in_b, code_of(self.out.text("B.nft.code")))
            for c in self.in_a:
                if c in want and got[c] != want[c] and "list" not in c.bad:
                    c.bad["strict"] = differ(got[c], want[c])

    def listing(self):
        out = self.out
        if out.failed("B.nff.list"):
            self.alone_or_broken("the program cannot list")
            self.cases[0].bad["decomp"] = out.failed("B.nff.list")
        for opt in VARIANTS:
            want, want_rest = rules_of(out.steady("B.nft." + opt))
            got, got_rest = rules_of(out.steady("B.nff." + opt))
            want, got = pick(self.in_b, want), pick(self.in_b, got)
            for c in self.in_b:
                if self.better(c) and got[c] is not None:
                    continue
                if not same(c, got[c], want[c]) and "decomp" not in c.bad:
                    c.bad["decomp"] = opt + ": " + differ(got[c], want[c])
            if got_rest != want_rest and not self.unit.rest:
                self.unit.rest = opt + ": " + differ(got_rest, want_rest)
        got, want = (pick(self.in_b, code_of(out.text(f"B.{p}.code"))) for p in ("nff", "nft"))
        for c in self.in_b:
            if got[c] != want[c]:
                c.bad["debug"] = differ(got[c], want[c])

    def json(self):
        try:
            got = pick(self.in_b, json_of(self.out.text("B.nff.json"))[0])
            want = pick(self.in_b, json_of(self.out.text("B.nft.json"))[0])
        except (ValueError, KeyError) as e:
            self.alone_or_broken("JSON cannot be parsed")
            self.cases[0].bad["json"] = f"cannot be parsed: {e}"
            return
        for c in self.in_b:
            if self.better(c) or "nft-json" in c.opts:
                continue
            if not same(c, got[c], want[c]):
                c.bad["json"] = f"got {json.dumps(got[c])}, wanted {json.dumps(want[c])}"

    def handles(self, listing):
        """{line: (family, handle)} of the rules of a listing."""
        at, family = {}, None
        for n, line in enumerate(listing.split("\n"), 1):
            m = re.match(r"table (\S+) ", line)
            if m:
                family = m.group(1)
            m = re.search(r"# handle (\d+)$", line)
            if line.startswith("\t\t") and m:
                at[n] = family, int(m.group(1))
        return at

    def reloading(self, loaded, listing, name, check, want):
        """A listing was loaded: what came of it is in the results `name'. The lines of a listing are
        known by their handles, and the order of rules is kept."""
        out, text = self.out, self.out.steady(listing)
        if out.failed(listing):
            return
        at, said = self.handles(text), out.dropped(name)
        if any(n not in at for n in said):
            self.alone_or_broken(f"listing does not load ({name})")
            n, why = next(iter(said.items()))
            if "noreload" not in self.cases[0].opts:
                self.cases[0].bad[check] = f"{why}: {text.split(chr(10))[n - 1].strip() if n else ''}"
            return
        lost = {at[n]: why for n, why in said.items()}
        case = {(c.family, h): c for c, (h, _) in loaded.items()}
        is_code = check == "reload"
        rules = (code_of(out.text(f"{name}.nft.code")) if is_code else
                 rules_of(out.steady(f"{name}.nft.list"))[0])
        for key, entries in rules_of(text)[0].items():
            if key[2] == "target":
                continue
            kept = [h for h, _ in entries if (key[0], h) not in lost]
            if len(kept) != len(rules.get(key, ())):
                self.alone_or_broken(f"rules are missing after the reload ({name})")
                self.cases[0].bad[check] = "is missing after the reload"
                return
            for h, (_, x) in zip(kept, rules[key] if kept else ()):
                c = case.get((key[0], h))
                if not c or "noreload" in c.opts or (is_code and "settles" in c.opts):
                    continue
                if not same(c, x, want[c]):
                    c.bad[check] = differ(x, want[c])
        for h, why in lost.items():
            if h in case and "noreload" not in case[h].opts:
                case[h].bad[check] = why


class File:
    """A whole ruleset."""

    def __init__(self, unit, args):
        self.args, self.out, self.case = args, Out(unit), unit.cases[0]
        self.bad = self.case.bad

    def judge(self):
        out = self.out
        missing = out.text("devices.missing").split()
        if missing:
            self.case.skip = "cannot make " + " ".join(missing)
            return
        if out.failed("B.load"):
            self.case.skip = "nft: " + out.failed("B.load")
            if self.args.self:
                self.bad["load"] = out.failed("B.load")
            return
        want = without_handles(out.text("B.nft.list"))
        if out.failed("A.load"):
            self.bad["load"] = out.failed("A.load")
        else:
            self.check("list", without_handles(out.text("A.nft.list")), want)
            if self.args.strict:
                self.check_code("strict", "A.nft.code", "B.nft.code")
            for name, check in (("C", "reload"), ("D", "back")):
                self.reloading(name, check, "A.nff.list", want)
        self.reloading("E", "forth", "B.nft.list", want)
        self.listing()
        self.json()
        if out.failed("K.load"):
            self.bad["check"] = out.failed("K.load")
        elif out.text("K.list").strip():
            self.bad["check"] = "-c has changed the ruleset"

    def check(self, name, got, want):
        if got != want and name not in self.bad:
            self.bad[name] = differ(got, want)

    def check_code(self, name, got, want):
        got, want = code_of(self.out.text(got)), code_of(self.out.text(want))
        for key, entries in want.items():
            self.check(name, f"{' '.join(key)}\n" + "\n\n".join(x for _, x in got.get(key, [])),
                       f"{' '.join(key)}\n" + "\n\n".join(x for _, x in entries))

    def reloading(self, name, check, listing, want):
        said = self.out.dropped(name)
        if said:
            n, why = next(iter(said.items()))
            line = (self.out.text(listing).split("\n") + [""])[n - 1] if n else ""
            self.bad[check] = f"{why}: {line.strip()}"
            return
        self.check(check, without_handles(self.out.text(f"{name}.nft.list")), want)
        if check != "forth":
            self.check_code(check, f"{name}.nft.code", "A.nft.code")

    def listing(self):
        for opt in VARIANTS:
            if self.out.failed("B.nff." + opt):
                self.bad["decomp"] = f"{opt}: {self.out.failed('B.nff.' + opt)}"
            self.check("decomp", f"{opt}\n{self.out.steady('B.nff.' + opt)}",
                       f"{opt}\n{self.out.steady('B.nft.' + opt)}")
        self.check_code("debug", "B.nff.code", "B.nft.code")

    def json(self):
        try:
            (got, got_rest), (want, want_rest) = (json_of(self.out.text(f"B.{p}.json"))
                                                  for p in ("nff", "nft"))
        except (ValueError, KeyError) as e:
            self.bad["json"] = f"cannot be parsed: {e}"
            return

        def lines(rules, rest):
            rules = [r for key in sorted(rules) for _, r in rules[key]]
            return "\n".join(json.dumps(o) for o in sorted(rest, key=str) + rules)

        # The order of keys says nothing in JSON.
        if got != want or sorted(map(str, got_rest)) != sorted(map(str, want_rest)):
            self.check("json", lines(got, got_rest), lines(want, want_rest))


class Bad:
    """Inputs that have to be refused."""

    def __init__(self, unit, args):
        self.out, self.unit = Out(unit), unit
        if self.out.text("B.pre.err"):
            raise SystemExit(f"{unit.source}: nft refuses the tables:\n{self.out.text('B.pre.err')}")

    def judge(self):
        for n, c in enumerate(self.unit.cases):
            if not c.skip:
                self.one(c, self.out.rc(f"out-{n}"), self.out.text(f"out-{n}.err"),
                         self.out.text(f"changed-{n}"))

    def one(self, c, rc, err, changed):
        if changed:
            c.bad["changed"] = "the ruleset has changed"
        if rc == 0:
            c.bad["accepted"] = "should be refused"
        elif rc != 1:
            c.bad["crash"] = how(rc)
        elif not err.strip():
            c.bad["silent"] = "no message"
        if c.bad:
            return
        first = err.split("\n")[0]
        if not c.pattern.search(err):
            c.bad["message"] = f"got `{first}', wanted /{c.pattern.pattern}/"
        if c.where != "*":
            got = {int(m) - c.offset for m in re.findall(r"^[^\s:]*:\d+:(\d+)", err, re.M)}
            if not got & {int(w) for w in c.where.split("|")}:
                c.bad["column"] = f"got {sorted(got)}, wanted {c.where}: {first}"


JUDGES = {"rules": Rules, "file": File, "bad": Bad}
