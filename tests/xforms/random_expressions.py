"""Expressions made by chance over the questions of a random form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

_NUMBERS = ("0", "1", "2", "3.5", "10", "-4", "0.1")
_TEXTS = ("'a'", "'b'", "''", "'x y'", "'12'", "'甲'")
_DATES = ("'2026-04-05'", "'1970-01-01'", "'2024-02-29'")
_PLAIN = "'a c'"
_NUMERIC = ("integer", "decimal", "number", "range")
_DAYS = ("date", "dateTime")
_FORMATS = ("'%Y-%m-%d'", "'%e/%n/%y'", "'%H:%M:%S'", "'%b %a'", "'%d.%m.%Y %3'")


@dataclass(frozen=True)
class Question:
    """A node that expressions may name; ``grouped``: it lies in a group of a repeat."""

    name: str
    kind: str
    repeats: tuple[str, ...]
    path: tuple[str, ...]
    asked: bool = True
    grouped: bool = False


@dataclass
class Expressions:
    """Makes expressions that name only what was grown so far."""

    random: Random
    questions: list[Question] = field(default_factory=list)

    def visible(self, repeats: tuple[str, ...], kinds: tuple[str, ...] = ()) -> Question | None:
        """A question of these kinds that is one node, seen from inside ``repeats``."""
        found = [
            question
            for question in self.questions
            if (not kinds or question.kind in kinds)
            and question.repeats == repeats[: len(question.repeats)]
        ]
        return self.random.choice(found) if found else None

    def reference(self, repeats: tuple[str, ...], kinds: tuple[str, ...], otherwise: str) -> str:
        """``${…}`` of a visible question."""
        found = self.visible(repeats, kinds)
        return f"${{{found.name}}}" if found else otherwise

    def number(self, repeats: tuple[str, ...], depth: int = 0) -> str:
        """An expression that gives a number."""
        pick, more = self.random.choice, depth + 1
        if depth > 2:
            return pick(_NUMBERS)
        made: tuple[Callable[[], str], ...] = (
            lambda: pick(_NUMBERS),
            lambda: self.reference(repeats, _NUMERIC, "5"),
            lambda: self.reference(repeats, _NUMERIC, "6"),
            lambda: self._arithmetic(repeats, more),
            lambda: f"round({self.number(repeats, more)}, {pick('012')})",
            lambda: f"{pick(('int', 'abs', 'sqrt', 'exp10'))}({self.number(repeats, more)})",
            lambda: self._if(repeats, more, self.number),
            lambda: self._aggregate(repeats),
            lambda: self._aggregate(repeats),
            lambda: f"string-length({self.text(repeats, more)})",
            lambda: f"coalesce({self.number(repeats, more)}, {self.number(repeats, more)})",
            lambda: f"pow({self.number(repeats, more)}, 2)",
            lambda: f"min({self.number(repeats, more)}, {self.number(repeats, more)}, 3)",
            lambda: f"count-selected({self.reference(repeats, ('many', 'rank'), _PLAIN)})",
            lambda: f"number({self.day(repeats, more)})",
            lambda: f"round(decimal-date-time({self.day(repeats, more)}), 3)",
            lambda: self._looked_up(repeats, "count({})"),
            lambda: self._indexed(repeats, _NUMERIC) or "8",
        )
        return pick(made)()

    def _arithmetic(self, repeats: tuple[str, ...], depth: int) -> str:
        sign = self.random.choice(("+", "-", "*", "div", "mod"))
        return f"({self.number(repeats, depth)} {sign} {self.number(repeats, depth)})"

    def _if(
        self, repeats: tuple[str, ...], depth: int, make: Callable[[tuple[str, ...], int], str]
    ) -> str:
        condition = self.boolean(repeats, depth)
        return f"if({condition}, {make(repeats, depth)}, {make(repeats, depth)})"

    def _below(self, repeats: tuple[str, ...], kinds: tuple[str, ...] = ()) -> Question | None:
        """A question of a repeat right below ``repeats``.

        Over several levels, and over groups of a repeat, the reference keeps stale values.
        """
        found = [
            question
            for question in self.questions
            if (not kinds or question.kind in kinds)
            and len(question.repeats) == len(repeats) + 1
            and question.repeats[: len(repeats)] == repeats
            and not question.grouped
        ]
        return self.random.choice(found) if found else None

    def _aggregate(self, repeats: tuple[str, ...]) -> str:
        one = self._below(repeats, _NUMERIC)
        if one is None:
            return "number('7')"
        ref, pick = f"${{{one.name}}}", self.random.choice
        made = [f"sum({ref})", f"count({ref})", f"min({ref})", f"count-non-empty({ref})"]
        made += [f"count(${{{one.repeats[-1]}}})", self._indexed(repeats, _NUMERIC) or "9"]
        made.append(f"count(${{{one.repeats[-1]}}}[{ref} {pick(('>', '<', '='))} 2])")
        made.append(f"sum(${{{one.repeats[-1]}}}[position() = {pick('12')}]/{one.name})")
        return pick(made)

    def _indexed(self, repeats: tuple[str, ...], kinds: tuple[str, ...]) -> str:
        one = None if repeats else self._below(repeats, kinds)
        if one is None:
            return ""
        place = self.random.choice(("1", "2", self.reference(repeats, ("integer",), "1")))
        return f"indexed-repeat(${{{one.name}}}, ${{{one.repeats[0]}}}, {place})"

    def _looked_up(self, repeats: tuple[str, ...], frame: str) -> str:
        wanted = self.reference(repeats, ("one", "named", "text"), "'a'")
        condition = self.random.choice((f"name = {wanted}", "f = 'x'", "name != 'b'"))
        return frame.format(f"instance('ab')/root/item[{condition}]")

    def text(self, repeats: tuple[str, ...], depth: int = 0) -> str:
        """An expression that gives a text."""
        pick, more = self.random.choice, depth + 1
        if depth > 2:
            return pick(_TEXTS)

        def deeper() -> str:
            return self.text(repeats, more)

        made: tuple[Callable[[], str], ...] = (
            lambda: pick(_TEXTS),
            lambda: self.reference(repeats, (), "'q'"),
            lambda: self.reference(repeats, (), "'r'"),
            lambda: f"concat({deeper()}, {deeper()})",
            lambda: f"substr({deeper()}, {pick(('0', '1', '-1'))}, {pick('125')})",
            lambda: f"substring-{pick(('before', 'after'))}({deeper()}, {pick(_TEXTS)})",
            lambda: self._if(repeats, more, self.text),
            lambda: f"normalize-space({deeper()})",
            lambda: f"translate({deeper()}, 'abc', 'xy')",
            lambda: f"selected-at({self.reference(repeats, ('many',), _PLAIN)}, {pick('01')})",
            lambda: f"string({self.number(repeats, more)})",
            lambda: f"format-date-time({self.day(repeats, more)}, {pick(_FORMATS)})",
            lambda: f"digest({deeper()}, {pick(('MD5', 'SHA-256'))!r}, 'hex')",
            lambda: f"join('-', {deeper()}, {self.number(repeats, more)})",
            lambda: self._joined(repeats),
            lambda: self._choice_name(repeats),
            lambda: self._looked_up(repeats, "string({}[position() = 1]/label)"),
            lambda: self._indexed(repeats, ("text", "named", "many")) or "'i'",
            lambda: f"string({self.day(repeats, more)})",
        )
        return pick(made)()

    def _joined(self, repeats: tuple[str, ...]) -> str:
        one = self._below(repeats)
        return f"{self.random.choice(('concat(', 'join(1, '))}${{{one.name}}})" if one else "'j'"

    def _choice_name(self, repeats: tuple[str, ...]) -> str:
        # Of a question whose answer is always offered: the reference takes others back here.
        one = self.visible(repeats, ("named",))
        return f"jr:choice-name(${{{one.name}}}, '${{{one.name}}}')" if one else "'n'"

    def day(self, repeats: tuple[str, ...], depth: int = 0) -> str:
        """An expression that gives a date, or a moment, or nothing."""
        pick = self.random.choice
        if depth > 2:
            return f"date({pick(_DATES)})"
        made: tuple[Callable[[], str], ...] = (
            lambda: f"date({pick(_DATES)})",
            lambda: self.reference(repeats, _DAYS, "date('2000-01-01')"),
            lambda: self.reference(repeats, _DAYS, "date('')"),
            lambda: f"date({self.day(repeats, depth + 1)} + {pick(('1', '30', '-400'))})",
            lambda: f"date-time({self.day(repeats, depth + 1)})",
            lambda: self._if(repeats, depth + 1, self.day),
        )
        return pick(made)()

    def boolean(self, repeats: tuple[str, ...], depth: int = 0) -> str:
        """An expression that gives a truth."""
        pick, more = self.random.choice, depth + 1
        if depth > 2:
            return pick(("true()", "false()"))

        def text() -> str:
            return self.text(repeats, more)

        def deeper() -> str:
            return self.boolean(repeats, more)

        made: tuple[Callable[[], str], ...] = (
            lambda: self._compared(repeats, more, self.number),
            lambda: self._compared(repeats, more, self.day),
            lambda: f"{text()} {pick(('=', '!='))} {text()}",
            lambda: f"not({deeper()})",
            lambda: f"({deeper()} {pick(('and', 'or'))} {deeper()})",
            lambda: (
                f"selected({self.reference(repeats, ('one', 'many'), _PLAIN)}, '{pick('abc')}')"
            ),
            lambda: f"{pick(('contains', 'starts-with', 'ends-with'))}({text()}, {text()})",
            lambda: f"boolean({self.number(repeats, more)})",
            lambda: f"boolean-from-string({text()})",
            lambda: f"checklist(1, 2, {deeper()}, {deeper()})",
            lambda: f"weighted-checklist(1, 4, {deeper()}, 2, {deeper()}, 3)",
            lambda: f"regex({text()}, '[a-c]+')",
            lambda: f"{self.reference(repeats, (), 'true()')} != ''",
            lambda: f"geofence({self.reference(repeats, ('geopoint',), '/data/none')}, /data/none)",
        )
        return pick(made)()

    def _compared(
        self, repeats: tuple[str, ...], depth: int, make: Callable[[tuple[str, ...], int], str]
    ) -> str:
        sign = self.random.choice(("<", "<=", ">", ">=", "=", "!="))
        return f"{make(repeats, depth)} {sign} {make(repeats, depth)}"
