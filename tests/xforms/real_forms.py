"""Forms as designers write them, with answers as people type them, made by chance.

Left out on purpose (docs/xforms.md lists why we differ): ``%a`` and ``%b``, lowered counts, limits
of -1 in ``weighted-checklist``, points of one number. What the reference says after an expression
of the form failed is not compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

_COLUMNS = (
    "type",
    "name",
    "label::English (en)",
    "label::中文 (zh)",
    "relevant",
    "required",
    "read_only",
)
_COLUMNS += ("constraint", "default", "calculation", "choice_filter", "repeat_count", "trigger")
_COLUMNS += ("parameters", "appearance")
_CHOICES: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("yn", "yes", "Yes", "", "", "1"),
    ("yn", "no", "No", "", "", "0"),
    ("sex", "f", "Female", "", "", ""),
    ("sex", "m", "Male", "", "", ""),
    ("prov", "jx", "Jiangxi", "", "", "45"),
    ("prov", "ah", "Anhui", "", "", "61"),
    ("city", "jdz", "Jingdezhen", "jx", "", "1.6"),
    ("city", "nc", "Nanchang", "jx", "", "6.2"),
    ("city", "hs", "Huangshan", "ah", "", "1.3"),
    ("city", "other", "Other", "*", "", ""),
    ("county", "fl", "Fuliang", "jx", "jdz", "0.3"),
    ("county", "lp", "Leping", "jx", "jdz", "0.9"),
    ("county", "cj", "Changjiang", "jx", "jdz", "07"),
    ("county", "xj", "Xinjian", "jx", "nc", "1e5"),
    ("county", "sx", "She", "ah", "hs", "-0"),
    ("county", "other", "Other", "*", "*", "abc"),
    ("sym", "fever", "Fever", "", "", "3"),
    ("sym", "cough", "Cough", "", "", "2"),
    ("sym", "pain", "Pain 疼", "", "", "5"),
    ("sym", "none", "None", "", "", "0"),
    ("sym", "other", "Other", "", "", ""),
)
_NUMBERS = (
    "0",
    "1",
    "2",
    "7",
    "18",
    "65",
    "-3",
    "0.1",
    "1000000",
    "12345678",
    "",
    "",
    "3.75",
    "abc",
    "1e5",
)
_INTEGERS = (
    "0",
    "1",
    "2",
    "3",
    "17",
    "18",
    "-3",
    "2147483647",
    "2147483648",
    "",
    "2.5",
    "abc",
    "007",
    "+5",
    " 4",
)
_TEXTS = (
    "王五",
    "a",
    "  two  words ",
    "12",
    "1e5",
    "-0",
    "",
    "0012",
    "😀x甲",
    "NaN",
    "3.50",
    "yes",
    "2024-02-29",
)
_TEXTS += (
    "13907981234",
    "true",
    "x" * 40,
    "a,b;c",
    "Infinity",
    ".5",
    "5.",
    'O\'Neil "q" <&>',
    "1 000",
)
_DATES = (
    "2024-02-29",
    "2020-02-29",
    "1969-12-31",
    "2026-01-01",
    "2025-12-31",
    "",
    "1950-06-15",
    "2023-02-29",
)
_DATES += ("29/02/2024", "1899-12-31", "2100-03-01", "2024-1-5")
_SEX = ("select_one sex",)
_POINT, _NOTHING, _ADULT = "'29.3 117.2 0 0'", "''", "'18'"
_NO_DAY, _SHORT_DAY = "'2023-02-29'", "'2024-2-3'"
_ANSWERS: dict[str, tuple[str, ...]] = {
    "integer": _INTEGERS,
    "decimal": _NUMBERS,
    "text": _TEXTS,
    "date": _DATES,
    "dateTime": (
        "2024-02-29T10:20:30.000+08:00",
        "2026-01-01T00:00:00.000Z",
        "",
        "2024-02-29",
        "x",
    ),
    "time": ("08:30:00.000+08:00", "23:59:59.000Z", "", "8:30", "25:00"),
    "geopoint": ("29.3 117.2 0 0", "29.31 117.21", "91 181 0 0", "29.3 117.2 50.5 3", "", "x"),
    "geoshape": ("29 117 0 0; 29.01 117 0 0; 29.01 117.01 0 0; 29 117 0 0", "", "29 117"),
    "geotrace": ("29 117 0 0; 29.01 117 0 0", "29 117 0 0; 29.01 117 0 0; 29.02 117.01 0 0", ""),
    "select_one yn": ("yes", "no", ""),
    "select_one sex": ("f", "m", ""),
    "select_one prov": ("jx", "ah", "jx", ""),
    "select_one city": ("jdz", "nc", "hs", "other", ""),
    "select_one county": ("fl", "lp", "cj", "xj", "sx", "other", ""),
    "select_multiple sym": (
        "fever",
        "fever cough",
        "none",
        "none fever",
        "other",
        "",
        "pain other cough",
        "zz fever",
        "fever fever",
    ),
    "acknowledge": ("OK", ""),
    "range": ("0", "5", "10", "", "11"),
    "count": ("1", "2", "3"),
}


@dataclass(frozen=True)
class Asked:
    """A question, a calculation or a group: where it lies and what it may be answered with."""

    name: str
    kind: str
    path: tuple[tuple[str, bool], ...]
    asked: bool = True

    @property
    def repeats(self) -> tuple[str, ...]:
        return tuple(name for name, repeated in self.path if repeated)


@dataclass
class RealForm:
    """One form out of scenes; ``${…}`` names only what stands before it."""

    random: Random
    rows: list[dict[str, str]] = field(default_factory=list)
    known: list[Asked] = field(default_factory=list)
    counted: set[str] = field(default_factory=set)
    at: list[tuple[str, bool]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    # ---- rows

    def add(self, kind: str, stem: str, **columns: str) -> str:
        name = f"{stem}{len(self.rows)}"
        row = {
            "type": kind,
            "name": name,
            "label::English (en)": f"{stem}?",
            "label::中文 (zh)": f"问{stem}",
        }
        if kind == "calculate":
            row |= {"label::English (en)": "", "label::中文 (zh)": ""}
        self.rows.append(row | columns)
        self.known.append(Asked(name, kind, (*self.at, (name, False)), kind != "calculate"))
        return name

    def calc(self, stem: str, expression: str, **columns: str) -> str:
        return self.add("calculate", stem, calculation=expression, **columns)

    def begin(self, kind: str, stem: str, **columns: str) -> str:
        name = f"{stem}{len(self.rows)}"
        self.rows.append(
            {
                "type": f"begin_{kind}",
                "name": name,
                "label::English (en)": stem,
                "label::中文 (zh)": stem,
            }
            | columns
        )
        self.at.append((name, kind == "repeat"))
        return name

    def end(self) -> None:
        _name, repeated = self.at.pop()
        self.rows.append({"type": "end_repeat" if repeated else "end_group"})

    def markdown(self) -> str:
        used = [c for c in _COLUMNS if any(row.get(c) for row in self.rows)]
        lines = ["| survey |", "| | " + " | ".join(used) + " |"]
        lines += [
            "| | " + " | ".join(row.get(c, "").replace("|", "\\|") for c in used) + " |"
            for row in self.rows
        ]
        lines += [
            "| choices |",
            "| | list_name | name | label::English (en) | label::中文 (zh) | p | c | w |",
        ]
        lines += [
            f"| | {of} | {n} | {t} | 中{t} | {p} | {c} | {w} |" for of, n, t, p, c, w in _CHOICES
        ]
        lines += [
            "| settings |",
            "| | form_title | form_id | default_language |",
            "| | t | t | English (en) |",
        ]
        return "\n".join(lines)

    # ---- what may be named here

    def here(self) -> tuple[str, ...]:
        return tuple(name for name, repeated in self.at if repeated)

    def single(self, *kinds: str) -> str:
        mine = self.here()
        found = [
            q
            for q in self.known
            if q.repeats == mine[: len(q.repeats)] and (not kinds or q.kind in kinds)
        ]
        return self.random.choice(found).name if found else ""

    def ref(self, kinds: tuple[str, ...], otherwise: str) -> str:
        name = self.single(*kinds)
        return f"${{{name}}}" if name else otherwise

    def pick(self, *given: str) -> str:
        return self.random.choice(given)

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    # ---- expressions

    def num(self, depth: int = 0) -> str:
        r, deeper = self.ref, depth + 1
        if depth > 2:
            return self.pick("0", "1", "2.5", "-1", "100", "''", "'3'", "'x'")
        n = lambda: self.num(deeper)  # noqa: E731
        county = lambda: r(("select_one county",), "'fl'")  # noqa: E731
        prov = lambda: r(("select_one prov",), "'jx'")  # noqa: E731
        makers: list[Callable[[], str]] = [
            lambda: r(("integer", "decimal"), "4"),
            lambda: r(("integer", "decimal"), "4"),
            lambda: r(("calculate", "text"), "'12'"),
            lambda: self.pick("0", "1", "18", "0.5", "365.25", "-1", "1000000"),
            lambda: f"{n()} {self.pick('+', '-', '*', 'div', 'mod')} {n()}",
            lambda: f"({n()} {self.pick('+', '-', '*', 'div')} {n()}) * {n()}",
            lambda: f"-({n()})",
            lambda: f"round({n()}, {self.pick('0', '1', '2', '-1')})",
            lambda: f"round({n()})",
            lambda: f"int({n()})",
            lambda: f"number({self.txt(deeper)})",
            lambda: f"number({self.boo(deeper)})",
            lambda: f"if({self.boo(deeper)}, {n()}, {n()})",
            lambda: f"coalesce({r((), '1')}, {n()})",
            lambda: f"string-length({self.txt(deeper)})",
            lambda: f"count-selected({r(('select_multiple sym',), self.q('a b'))})",
            lambda: f"abs({n()})",
            lambda: f"pow({n()}, {self.pick('2', '0.5', '-1', '0')})",
            lambda: f"min({n()}, {n()})",
            lambda: f"int(({self.day(deeper)} - {self.day(deeper)}) div 365.25)",
            lambda: f"{self.day(deeper)} - {self.day(deeper)}",
            lambda: f"decimal-date-time({self.day(deeper)})",
            lambda: f"int(format-date({self.day(deeper)}, '%Y'))",
            lambda: f"number(instance('county')/root/item[name = {county()}]/w)",
            lambda: f"count(instance('county')/root/item[p = {prov()} and c != 'nc'])",
            lambda: f"sum(instance('{self.pick('prov', 'sym')}')/root/item[w != '']/w)",
            lambda: f"count-non-empty({r((), '/data')})",
            lambda: f"sqrt({n()})",
            lambda: f"{n()} + {self.boo(deeper)}",
            lambda: f"decimal-time({r(('time',), '')})" if self.single("time") else "0.5",
            lambda: (
                f"round(distance({r(('geotrace', 'geoshape'), '')}), 2)"
                if self.single("geotrace", "geoshape")
                else "2.7"
            ),
            lambda: (
                f"round(area({r(('geoshape',), self.q(''))}), 1)"
                if self.single("geoshape")
                else "3.14"
            ),
            lambda: f"boolean-from-string({self.txt(deeper)}) * 1",
            lambda: f"log10({n()})",
        ]
        return self.random.choice(makers)()

    def quoted(self, *given: str) -> str:
        return f"'{self.pick(*given)}'"

    @staticmethod
    def q(text: str) -> str:
        return f"'{text}'"

    def txt(self, depth: int = 0) -> str:
        r, deeper = self.ref, depth + 1
        if depth > 2:
            return self.q(self.pick("", "a", "甲乙丙", "😀x", "12", "1e5", " a  b ", "-0", "007"))
        t, n = (lambda: self.txt(deeper)), (lambda: self.num(deeper))
        many = lambda: r(("select_multiple sym",), self.q("fever cough"))  # noqa: E731
        county = lambda: r(("select_one county",), "'fl'")  # noqa: E731
        makers: list[Callable[[], str]] = [
            lambda: r((), "'x'"),
            lambda: r(("text",), "'王五'"),
            lambda: r((), "'y'"),
            lambda: f"concat({t()}, {self.q(self.pick(' ', '-', '／'))}, {t()})",
            lambda: f"substr({t()}, {self.pick('0', '1', '2', '-2')})",
            lambda: f"substr({t()}, {self.pick('0', '1')}, {self.pick('1', '2', '-1', '99')})",
            lambda: f"string({n()})",
            lambda: f"string({self.boo(deeper)})",
            lambda: f"concat({n()}, {t()})",
            lambda: (
                f"translate({t()}, {self.quoted('0123456789', 'abc', '甲乙')}, "
                f"{self.quoted('', 'ABC', '零一二三四五六七八九')})"
            ),
            lambda: f"normalize-space({t()})",
            lambda: f"if({self.boo(deeper)}, {t()}, {t()})",
            lambda: f"if({self.boo(deeper)}, {t()}, if({self.boo(deeper)}, {n()}, {t()}))",
            lambda: f"coalesce({t()}, {t()})",
            lambda: f"selected-at({many()}, {self.pick('0', '1', '5', '-1', n())})",
            lambda: f"substring-before({t()}, {self.q(self.pick(' ', '-', 'x', ''))})",
            lambda: f"substring-after({t()}, {self.q(self.pick(' ', '-', 'x', ''))})",
            lambda: (
                f"format-date({self.day(deeper)}, "
                f"{self.quoted('%Y-%m-%d', '%d/%m/%y', '%e, %Y', '%Y年%m月%d日', '%n')})"
            ),
            lambda: f"format-date-time({self.day(deeper)}, '%Y-%m-%d %H:%M:%S.%3')",
            lambda: f"join({self.q(self.pick(', ', ''))}, {t()}, {n()}, {t()})",
            lambda: f"string({self.day(deeper)})",
            lambda: f"{self.day(deeper)} + {self.pick('1', '365', '0.5', '-30')}",
            lambda: f"date({self.day(deeper)} + {self.pick('1', '365', '0.5', '-30')})",
            lambda: f"instance('county')/root/item[name = {county()}]/label",
            lambda: f"instance('sym')/root/item[position() = {self.pick('1', '3', '9')}]/name",
            lambda: f"instance('county')/root/item[name = {county()}][w > 0.5]/name",
            lambda: f"concat(instance('sym')/root/item[selected({many()}, name)]/w)",
            lambda: f"join(' ', instance('sym')/root/item[selected({many()}, name)]/w)",
            lambda: (
                f"jr:choice-name({r(_SEX, 'x')}, '{r(_SEX, 'x')}')"
                if self.single("select_one sex")
                else "'nn'"
            ),
            lambda: f"selected-at({r(('geopoint',), _POINT)}, {self.pick('0', '1', '3')})",
            lambda: f"digest({t()}, 'SHA-1')",
            lambda: f"base64-decode({self.q('55Sy')})",
        ]
        return self.random.choice(makers)()

    def day(self, depth: int = 0) -> str:
        deeper = depth + 1
        dates = (
            "date('2020-02-29')",
            "date('2024-12-31')",
            "date('1969-07-20')",
            "date('2026-01-01')",
        )
        if depth > 2:
            return self.pick(*dates)
        makers: list[Callable[[], str]] = [
            lambda: self.ref(("date", "dateTime"), dates[0]),
            lambda: self.ref(("date",), dates[1]),
            lambda: self.pick(*dates),
            lambda: f"date({self.day(deeper)} + {self.pick('1', '365', '-1', '30.4')})",
            lambda: f"date({self.pick(_NO_DAY, _NOTHING, '19000', '0', _SHORT_DAY)})",
            lambda: f"date({self.ref(('text',), self.q('2024-05-06'))})",
            lambda: f"if({self.boo(deeper)}, {self.day(deeper)}, {self.day(deeper)})",
            lambda: f"date-time({self.day(deeper)})",
            lambda: (
                f"date(concat('2024-', {self.pick('1', '12', '13')}, '-', {self.pick('01', '31')}))"
            ),
        ]
        return self.random.choice(makers)()

    def boo(self, depth: int = 0) -> str:
        r, deeper = self.ref, depth + 1
        if depth > 2:
            return self.pick("true()", "false()", "1 = 1", "'' = ''")
        b = lambda: self.boo(deeper)  # noqa: E731
        many = lambda: r(("select_multiple sym",), self.q("fever cough"))  # noqa: E731
        makers: list[Callable[[], str]] = [
            lambda: f"{r(('select_one yn',), self.q('yes'))} = {self.q(self.pick('yes', 'no'))}",
            lambda: f"selected({many()}, {self.q(self.pick('fever', 'other', 'none', ''))})",
            lambda: f"not(selected({many()}, {self.q(self.pick('fever', 'none'))}))",
            lambda: (
                f"{r(('integer', 'decimal'), '5')} {self.pick('>', '>=', '<', '<=', '=', '!=')} "
                f"{self.pick('0', '18', '2', _NOTHING, _ADULT)}"
            ),
            lambda: f"{self.num(deeper)} {self.pick('>', '<', '=', '!=')} {self.num(deeper)}",
            lambda: f"{r((), self.q(''))} {self.pick('=', '!=')} ''",
            lambda: f"{r((), self.q(''))} {self.pick('=', '!=', '>')} {r((), self.q('1'))}",
            lambda: f"{b()} and {b()}",
            lambda: f"{b()} or {b()}",
            lambda: f"({b()} or {b()}) and not({b()})",
            lambda: f"{self.day(deeper)} {self.pick('>', '<=', '=')} {self.day(deeper)}",
            lambda: f"{r(('date',), self.q('2024-01-01'))} {self.pick('>', '<')} '2024-01-01'",
            lambda: f"{self.day(deeper)} < today()",
            lambda: (
                f"regex({self.txt(deeper)}, "
                f"{self.quoted('^[0-9]+$', '.*[a-z].*', '.{2}', '[^ ]+', '^1[3-9][0-9]{9}$')})"
            ),
            lambda: f"contains({self.txt(deeper)}, {self.q(self.pick('', 'a', '甲', ' '))})",
            lambda: f"starts-with({self.txt(deeper)}, {self.q(self.pick('', '1', '王', 'a'))})",
            lambda: f"ends-with({self.txt(deeper)}, {self.q(self.pick('', '0', '丙'))})",
            lambda: f"boolean({self.txt(deeper)})",
            lambda: f"boolean-from-string({self.txt(deeper)})",
            lambda: f"string-length({r((), self.q('x'))}) > {self.pick('0', '3')}",
            lambda: (
                f"checklist({self.pick('1', '-1')}, {self.pick('1', '2', '-1')}, "
                f"{b()}, {b()}, {b()})"
            ),
            lambda: f"weighted-checklist(1, 5, {b()}, {self.num(deeper)}, {b()}, 2)",
            lambda: f"count-selected({many()}) {self.pick('>', '=')} {self.pick('0', '1', '2')}",
            lambda: f"{self.txt(deeper)} {self.pick('=', '!=')} {self.num(deeper)}",
            lambda: f"{b()} = {self.pick('true()', b(), '1', self.q('true'), self.q(''))}",
        ]
        return self.random.choice(makers)()

    # ---- scenes

    def maybe(self, p: float = 0.3, **more: str) -> dict[str, str]:
        columns = dict(more)
        if self.chance(p):
            columns["relevant"] = self.boo()
        if self.chance(p * 0.7):
            columns["required"] = self.pick("yes", self.boo())
        if self.chance(p * 0.3):
            columns["read_only"] = self.pick("yes", self.boo())
        return columns

    def household(self) -> None:
        columns = {}
        counter = ""
        if self.chance(0.4):
            counter = self.add("integer", "n", constraint=". >= 0 and . <= 20")
            self.known[-1] = Asked(counter, "count", (*self.at, (counter, False)))
            columns["repeat_count"] = f"${{{counter}}}"
        elif self.chance(0.3):
            columns["relevant"] = self.boo()
        member = self.begin("repeat", "member", **columns)
        if counter:
            self.counted.add(member)
        name = self.add("text", "name", **self.maybe(0.2))
        line = self.calc("line", "position(..)")
        sex = self.add("select_one sex", "sex", required=self.pick("", "yes"))
        dob = self.add("date", "dob", constraint=". <= today()")
        age = self.calc("age", f"int((date('2026-01-01') - ${{{dob}}}) div 365.25)")
        adult = self.calc("adult", f"if(${{{age}}} >= 18, 1, 0)")
        weight = self.add("decimal", "weight", constraint=". > 0 and . < 300", **self.maybe(0.3))
        self.add("select_one yn", "preg", relevant=f"${{{sex}}} = 'f' and ${{{age}}} > 12")
        if self.chance(0.4):
            self.calc("head", f"if(${{{line}}} = 1, 'head', concat('member ', ${{{line}}}))")
        inner = ""
        if self.chance(0.5):
            inner = self.begin(
                "repeat", "asset", **({"relevant": f"${{{age}}} > 17"} if self.chance(0.4) else {})
            )
            price = self.add("decimal", "price")
            amount = self.add("integer", "amount", default=self.pick("", "1"))
            cost = self.calc("cost", f"${{{price}}} * ${{{amount}}}")
            self.fill(self.random.randint(0, 2))
            self.end()
            self.calc("worth", f"sum(${{{cost}}})")
            self.calc("assets", f"count(${{{inner}}})")
        self.fill(self.random.randint(0, 3))
        self.end()
        ref = {
            "n": f"${{{name}}}",
            "a": f"${{{age}}}",
            "d": f"${{{adult}}}",
            "w": f"${{{weight}}}",
            "m": f"${{{member}}}",
        }
        pool = (
            "count({m})",
            "sum({d})",
            "sum({w})",
            "min({a})",
            "join(', ', {n})",
            "count-non-empty({n})",
            "indexed-repeat({n}, {m}, 1)",
            "indexed-repeat({n}, {m}, 2)",
            "indexed-repeat({n}, {m}, count({m}))",
            "round(sum({w}) div count({m}), 1)",
            "if(count({m}) = 0, 'none', concat(count({m}), ' people'))",
            "concat({n})",
            "count({m}[" + f"{sex} = 'f'])",
            "sum({m}[" + f"{sex} = 'f']/{weight})",
            "max({w})",
            "sum({d}) div count({m}) * 100",
            "count({m}[position() > 1])",
            "indexed-repeat({n}, {m}, 99)",
            "string({n})",
            "{m}[position() = 2]/" + name,
            "join('、', {m}[" + f"{adult} = 1]/{name})",
        )
        for _turn in range(self.random.randint(2, 5)):
            self.calc(
                "agg",
                self.pick(*pool).format(**ref),
                **({"relevant": self.boo()} if self.chance(0.1) else {}),
            )

    def cascade(self) -> None:
        wrap = self.chance(0.3)
        if wrap:
            self.begin("group", "place", **self.maybe(0.4))
        prov = self.add("select_one prov", "prov", **self.maybe(0.1))
        city = self.add("select_one city", "city", choice_filter=f"p = ${{{prov}}} or p = '*'")
        cut = self.pick(
            f"p = ${{{prov}}} and c = ${{{city}}} or name = 'other'",
            f"(p = ${{{prov}}} and c = ${{{city}}}) or c = '*'",
            f"c = ${{{city}}}",
        )
        county = self.add(
            "select_one county", "county", choice_filter=cut, required=self.pick("", "yes")
        )
        self.add(
            "text",
            "other",
            relevant=f"${{{county}}} = 'other' or ${{{city}}} = 'other'",
            required="yes",
        )
        if self.chance(0.6):
            self.calc(
                "where", f"concat(${{{prov}}}, '/', ${{{city}}}, '/', coalesce(${{{county}}}, '-'))"
            )
        if self.chance(0.4):
            self.calc("pop", f"instance('county')/root/item[name = ${{{county}}}]/w")
        if self.chance(0.3):
            self.calc("popn", f"number(instance('county')/root/item[name = ${{{county}}}]/w) * 10")
        self.fill(self.random.randint(0, 2))
        if wrap:
            self.end()

    def symptoms(self) -> None:
        many = self.add(
            "select_multiple sym",
            "sym",
            constraint="not(selected(., 'none') and count-selected(.) > 1)",
            **self.maybe(0.1),
        )
        self.add("text", "symo", relevant=f"selected(${{{many}}}, 'other')", required="yes")
        self.calc(
            "score",
            f"if(selected(${{{many}}}, 'fever'), 3, 0) + if(selected(${{{many}}}, 'cough'), 2, 0)",
        )
        if self.chance(0.5):
            self.calc("first", f"selected-at(${{{many}}}, 0)")
        if self.chance(0.4):
            self.add("select_one sym", "worst", choice_filter=f"selected(${{{many}}}, name)")
            self.known[-1] = Asked(self.known[-1].name, "select_one sym", self.known[-1].path)
        if self.chance(0.4):
            self.calc("cnt", f"count-selected(${{{many}}})")
        group = self.begin("group", "severe", relevant=f"count-selected(${{{many}}}) >= 2")
        self.fill(self.random.randint(1, 3))
        self.end()
        assert group

    def measures(self) -> None:
        weight = self.add("decimal", "kg", constraint=". >= 0.5 and . <= 250")
        height = self.add(
            "decimal", "m", constraint=self.pick(". > 0", f". < ${{{weight}}} or . = ''")
        )
        bmi = self.calc("bmi", f"round(${{{weight}}} div (${{{height}}} * ${{{height}}}), 1)")
        self.calc(
            "class",
            f"if(${{{bmi}}} < 18.5, 'thin', if(${{{bmi}}} < 25, 'fine', "
            f"if(${{{bmi}}} >= 25, 'heavy', '?')))",
        )
        self.fill(self.random.randint(0, 3))

    def dates(self) -> None:
        start = self.add("date", "from", default=self.pick("", "2024-02-28", "date(today() - 1)"))
        till = self.add("date", "till", constraint=f". >= ${{{start}}}")
        self.calc("days", f"${{{till}}} - ${{{start}}}")
        self.calc("next", f"date(${{{till}}} + {self.pick('1', '365', '0.5')})")
        self.calc("fmt", f"format-date(${{{start}}}, '%Y年%m月%d日 %y')")
        if self.chance(0.4):
            self.add("dateTime", "when", constraint=f". > ${{{start}}}")
        if self.chance(0.3):
            self.add("time", "clock")
        self.fill(self.random.randint(0, 2))

    def identity(self) -> None:
        number = self.add(
            "text",
            "phone",
            constraint=self.pick(
                "regex(., '^1[3-9][0-9]{9}$')",
                "string-length(.) = 11",
                "regex(., '^[\\u4e00-\\u9fa5]+$')",
                ". > 5",
            ),
        )
        self.calc("mask", f"concat(substr(${{{number}}}, 0, 3), '****', substr(${{{number}}}, 7))")
        self.calc(
            "digits", f"translate(${{{number}}}, translate(${{{number}}}, '0123456789', ''), '')"
        )
        self.fill(self.random.randint(0, 2))

    def places(self) -> None:
        point = self.add(
            "geopoint",
            "gps",
            required=self.pick("", "yes"),
            constraint=self.pick("", "selected-at(., 0) > 20", "number(selected-at(., 3)) < 10"),
        )
        self.calc("lat", f"number(substring-before(${{{point}}}, ' '))")
        if self.chance(0.5):
            shape = self.add("geoshape", "plot")
            self.calc("ha", f"round(area(${{{shape}}}) div 10000, 3)")
        if self.chance(0.5):
            trace = self.add("geotrace", "walk")
            self.calc("len", f"int(distance(${{{trace}}}))")
        self.fill(self.random.randint(0, 2))

    def triggers(self) -> None:
        # A question may set another off; the reference runs the action after recalculating.
        base = self.add(self.pick("integer", "text", "select_one yn"), "base")
        self.add(
            self.pick("text", "integer", "calculate"),
            "set",
            trigger=f"${{{base}}}",
            calculation=self.pick(f"${{{base}}}", self.num(), self.txt()),
        )
        self.calc("uses", self.num())
        self.calc("kept", self.txt() if self.at else f"once({self.txt()})")
        kind = self.pick("text", "integer", "decimal", "date")
        self.add(
            kind,
            "dyn",
            default=self.pick("today()", "date(today() - 1)")
            if kind == "date"
            else self.pick("1 + 1", "if(1 = 1, 5, 6)"),
        )

    def chain(self) -> None:
        first = self.add("select_one yn", "gate")
        self.begin("group", "g1", relevant=f"${{{first}}} = 'yes'")
        second = self.add("select_one yn", "gate", default=self.pick("", "yes"))
        self.begin("group", "g2", relevant=f"${{{second}}} = 'yes'")
        third = self.add("integer", "val", default=self.pick("", "9"))
        self.fill(self.random.randint(0, 2))
        self.end()
        self.calc("in", f"${{{third}}} + 1")
        self.end()
        self.calc("out", f"coalesce(${{{third}}}, 'n/a')")
        self.add(
            "text",
            "why",
            relevant=f"${{{third}}} != ''",
            required=f"${{{third}}} > 5",
            read_only=f"${{{third}}} = 2",
        )

    def fill(self, count: int) -> None:
        """Loose questions and calculations with expressions of every sort."""
        for _turn in range(count):
            if self.chance(0.55):
                self.calc("c", self.random.choice((self.num, self.txt, self.boo, self.day))())
                continue
            kind = self.pick(
                "integer",
                "decimal",
                "text",
                "date",
                "select_one yn",
                "select_one sex",
                "select_multiple sym",
                "text",
                "acknowledge",
            )
            columns = self.maybe(0.35)
            if self.chance(0.25) and kind in ("integer", "decimal"):
                columns["constraint"] = self.pick(". > 0", f". <= {self.num()}", self.boo())
            elif self.chance(0.2):
                columns["constraint"] = self.boo()
            if self.chance(0.12) and kind in ("integer", "decimal", "text"):
                columns["calculation"] = f"{self.num()} + 0 * {len(self.rows)}"
            self.add(kind, "q", **columns)

    def grow(self, scenes: int) -> None:
        """So many scenes, some in groups."""
        # The lists must be used by something that always stands there.
        for kind in ("prov", "county", "sym", "sex"):
            self.add(f"select_one {kind}", "l", choice_filter="name != ''")
            self.known.pop()
        made: tuple[Callable[[], None], ...] = (
            self.household,
            self.cascade,
            self.symptoms,
            self.measures,
            self.dates,
            self.identity,
        )
        made += (self.places, self.triggers, self.chain)
        for _turn in range(scenes):
            scene = self.random.choice(made)
            if self.chance(0.15):
                self.begin("group", "grp", **self.maybe(0.3))
                scene()
                self.end()
            else:
                scene()

    # ---- answers

    def script(self, length: int, *, broken: float = 0.06) -> list[str]:
        lines = ["dump", "validate"]
        for _turn in range(length):
            lines += self._command(broken)
        return [*lines, "dump", "validate", "dump"]

    def _place(self, one: Asked, upto: str = "") -> str:
        steps = []
        for name, repeated in one.path:
            steps.append(f"{name}[{self.random.choice((1, 1, 1, 2, 2, 3))}]" if repeated else name)
            if name == upto:
                break
        return "/data/" + "/".join(steps)

    def _repeat_place(self, one: Asked) -> str:
        """The repeat without its position; the reference wants one on every step above it."""
        steps = []
        for name, repeated in one.path:
            if name == one.repeats[-1]:
                break
            steps.append(f"{name}[{self.random.choice((1, 1, 2)) if repeated else 1}]")
        return "/data/" + "/".join([*steps, one.repeats[-1]])

    def _command(self, broken: float) -> list[str]:
        asked = [q for q in self.known if q.asked]
        if self.chance(broken):
            return [self._broken(asked), "dump"]
        roll = self.random.random()
        free = [q for q in asked if q.repeats and q.repeats[-1] not in self.counted]
        if roll < 0.16 and free:
            one = self.random.choice(free)
            place = self._repeat_place(one)
            return [f"repeat\t{place}", "dump", *self._validate()]
        if roll < 0.22 and free:
            one = self.random.choice(free)
            return [f"remove\t{self._place(one, one.repeats[-1])}", "dump", *self._validate()]
        lists = [q for q in asked if q.kind.startswith("select")]
        if roll < 0.30 and lists:
            # The reference takes back what is not offered any more, but not what follows from it.
            place = self._place(self.random.choice(lists))
            return [f"answer\t{place}\t", f"choices\t{place}"]
        if roll < 0.34:
            return [f"lang\t{self.pick('English (en)', '中文 (zh)')}", "dump"]
        if roll < 0.38:
            return ["validate", "dump"]
        one = self.random.choice(asked)
        values = _ANSWERS.get(one.kind) or _ANSWERS["select_multiple sym"]
        value = self.pick(*values)
        place = self._place(one)
        if one.kind == "count":
            self.counts[place] = min(4, max(self.counts.get(place, 0), int(value)))
            value = str(self.counts[place])
        return [f"answer\t{place}\t{value}", "dump", *self._validate()]

    def _validate(self) -> list[str]:
        return ["validate"] if self.chance(0.5) else []

    def _broken(self, asked: list[Asked]) -> str:
        one = self._place(self.random.choice(asked))
        return self.pick(
            "answer",
            "answer\t",
            f"answer\t{one}x\t5",
            "answer\t/data/none\t1",
            "bogus\tx",
            f"remove\t{one}",
            f"repeat\t{one}",
            "repeat\t/data/none",
            "remove\t/data/none[1]",
            "choices\t/data/none",
            "choices",
            "lang\tKlingon",
            "lang",
            "time\tx",
            f"answer\t{one}[7]\t1",
            "",
            "   ",
            "DUMP",
            "dump\textra",
            f"choices\t{one}",
            "validate\tnow",
            "answer\tnonsense\t1",
            "repeat",
            "remove",
        )
