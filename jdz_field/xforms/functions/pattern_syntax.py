"""Java's regular expressions as a tree (what forms use of them; no back references)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.errors import XPathError

#: Whether a character is one of a set.
Test = Callable[[str], bool]
MAX_PATTERN = 2_000
MAX_REPEAT = 1_000
_MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Sign:
    """One character that passes a test."""

    test: Test


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any of these."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times; ``most`` None: without end."""

    part: Part
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Edge:
    r"""``^ $ \b \B``: a place, not a character."""

    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look ahead or behind."""

    part: Part
    ahead: bool
    wanted: bool


Part = Sign | Sequence | Either | Repeat | Edge | Look


def _ascii(signs: str) -> Test:
    allowed = frozenset(signs)
    return lambda sign: sign in allowed


_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SPACES = " \t\n\x0b\f\r"
WORD = _ascii(_LOWER + _UPPER + _DIGITS + "_")
_CLASSES: dict[str, Test] = {"d": _ascii(_DIGITS), "w": WORD, "s": _ascii(_SPACES)}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_LINE_ENDS = _ascii("\n\r\u0085\u2028\u2029")
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


def _han(sign: str) -> bool:
    return sign in "々〇" or any(low <= ord(sign) <= high for low, high in _HAN)


_PROPERTIES: dict[str, Test] = {
    "Lower": _ascii(_LOWER),
    "Upper": _ascii(_UPPER),
    "Alpha": _ascii(_LOWER + _UPPER),
    "Digit": _ascii(_DIGITS),
    "Alnum": _ascii(_LOWER + _UPPER + _DIGITS),
    "Punct": _ascii(_PUNCTUATION),
    "Space": _ascii(_SPACES),
    "ASCII": str.isascii,
    "IsHan": _han,
    "IsAlphabetic": str.isalpha,
    "IsDigit": str.isdecimal,
}


def read_pattern(pattern: str) -> Part:
    """The tree of a pattern; XPathError when it is none or uses what is not supported."""
    if len(pattern) > MAX_PATTERN:
        raise XPathError(_("A regular expression is longer than {n}.").format(n=MAX_PATTERN))
    reader = _Reader(pattern)
    tree = reader.either(0)
    if reader.rest():
        raise reader.refuse()
    return tree


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._fold = False
        self._dot_all = False

    def rest(self) -> str:
        return self._pattern[self._at :]

    def refuse(self) -> XPathError:
        message = _("{text} is no regular expression (at character {n}).")
        return XPathError(message.format(text=self._pattern, n=self._at + 1))

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        if self._at >= len(self._pattern):
            raise self.refuse()
        self._at += 1
        return self._pattern[self._at - 1]

    def _accept(self, text: str) -> bool:
        if self._pattern.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def either(self, depth: int) -> Part:
        if depth > _MAX_DEPTH:
            raise self.refuse()
        parts = [self._sequence(depth)]
        while self._accept("|"):
            parts.append(self._sequence(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            part = self._part(depth)
            if part is not None:
                parts.append(self._repeated(part))
        return Sequence(tuple(parts))

    def _part(self, depth: int) -> Part | None:
        sign = self._next()
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return Sign(self._set(depth))
        if sign == ".":
            return Sign((lambda _sign: True) if self._dot_all else _not(_LINE_ENDS))
        if sign in "^$":
            return Edge(sign)
        if sign in "*+?":
            self._at -= 1
            raise self.refuse()
        return self._escape() if sign == "\\" else Sign(self._literal(sign))

    def _repeated(self, part: Part) -> Part:
        limits = self._limits()
        while limits is not None:
            if isinstance(part, Edge):
                limits = (min(limits[0], 1), 1)
            part = Repeat(part, *limits)
            # Lazy or possessive: matters for what is captured, not for whether all of it matches.
            if not self._accept("?"):
                self._accept("+")
            limits = self._limits()
        return part

    def _limits(self) -> tuple[int, int | None] | None:
        for sign, limits in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._accept(sign):
                return limits
        return self._braces() if self._accept("{") else None

    def _braces(self) -> tuple[int, int | None]:
        inside, mark, _rest = self.rest().partition("}")
        low, comma, high = inside.partition(",")
        if not mark or not low.isdecimal() or (high and not high.isdecimal()):
            raise self.refuse()
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if least > MAX_REPEAT or (most is not None and not least <= most <= MAX_REPEAT):
            raise self.refuse()
        self._at += len(inside) + 1
        return least, most

    def _group(self, depth: int) -> Part | None:
        kept = (self._fold, self._dot_all)
        look = self._look()
        if look is None and self._accept("?") and not self._accept(":") and self._options():
            return None
        tree = self.either(depth + 1)
        if not self._accept(")"):
            raise self.refuse()
        self._fold, self._dot_all = kept
        return tree if look is None else Look(tree, *look)

    def _look(self) -> tuple[bool, bool] | None:
        for mark, look in (
            ("?=", (True, True)),
            ("?!", (True, False)),
            ("?<=", (False, True)),
            ("?<!", (False, False)),
        ):
            if self._accept(mark):
                return look
        return None

    def _options(self) -> bool:
        """``(?i)`` and the like: True when it is the whole group; also ``(?<name>`` and ``(?>``."""
        if self._accept(">"):
            return False
        if self._accept("<"):
            name, mark, _rest = self.rest().partition(">")
            if not mark or not name.isalnum():
                raise self.refuse()
            self._at += len(name) + 1
            return False
        return self._flags()

    def _flags(self) -> bool:
        on = True
        while self._peek() not in (")", ":"):
            sign = self._next()
            if sign == "-":
                on = False
            elif sign == "i":
                self._fold = on
            elif sign == "s":
                self._dot_all = on
            elif sign not in "mux":
                raise self.refuse()
        return self._next() == ")"

    def _literal(self, sign: str) -> Test:
        if self._fold and sign.isascii() and sign.isalpha():
            return _ascii(sign.lower() + sign.upper())
        return lambda other: other == sign

    def _escape(self) -> Part:
        if self._peek() in ("b", "B"):
            return Edge("\\" + self._next())
        if self._peek() in ("A", "Z", "z"):
            return Edge("^" if self._next() == "A" else "$")
        if self._accept("Q"):
            quoted, _mark, _rest = self.rest().partition("\\E")
            self._at += min(len(quoted) + 2, len(self.rest()))
            return Sequence(tuple(Sign(self._literal(sign)) for sign in quoted))
        return Sign(self._escaped())

    def _escaped(self) -> Test:
        sign = self._next()
        if sign in "pP":
            test = self._property()
            return test if sign == "p" else _not(test)
        if sign.lower() in _CLASSES:
            test = _CLASSES[sign.lower()]
            return test if sign.islower() else _not(test)
        return self._literal(self._character(sign))

    def _character(self, sign: str) -> str:
        """The character behind a backslash and ``sign``."""
        if sign in "xu":
            digits = self._pattern[self._at : self._at + (2 if sign == "x" else 4)]
            try:
                made = chr(int(digits, 16))
            except ValueError:
                raise self.refuse() from None
            self._at += len(digits)
            return made
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign.isascii() and sign.isalnum():
            # Back references and letters without a meaning.
            self._at -= 1
            raise self.refuse()
        return sign

    def _property(self) -> Test:
        if self._accept("{"):
            name, mark, _rest = self.rest().partition("}")
            if not mark:
                raise self.refuse()
            self._at += len(name) + 1
        else:
            name = self._next()
        known = _PROPERTIES.get(name)
        if known is not None:
            return known
        if not (1 <= len(name) <= 2 and name[0] in "LMNPSZC"):
            raise self.refuse()
        return lambda sign: unicodedata.category(sign).startswith(name)

    def _set(self, depth: int) -> Test:
        if depth > _MAX_DEPTH:
            raise self.refuse()
        negated = self._accept("^")
        tests: list[Test] = []
        while not (tests and self._accept("]")):
            if self._accept("["):
                tests.append(self._set(depth + 1))
            elif tests and self._accept("&&"):
                # The rest is a set of its own, up to the same bracket.
                return _both(_any(tests), self._set(depth + 1), negated)
            else:
                tests.append(self._member())
        return _not(_any(tests)) if negated else _any(tests)

    def _member(self) -> Test:
        sign = self._next()
        if sign == "\\":
            if self._peek() in tuple("dDwWsSpP"):
                return self._escaped()
            sign = self._character(self._next())
        if self._peek() != "-" or self.rest()[1:2] in ("", "]", "["):
            return self._literal(sign)
        self._next()
        high = self._next()
        if high == "\\":
            high = self._character(self._next())
        if high < sign:
            raise self.refuse()
        return self._range(sign, high)

    def _range(self, low: str, high: str) -> Test:
        if self._fold:
            return lambda sign: low <= sign.lower() <= high or low <= sign.upper() <= high
        return lambda sign: low <= sign <= high


def _not(test: Test) -> Test:
    return lambda sign: not test(sign)


def _any(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    every = tuple(tests)
    return lambda sign: any(test(sign) for test in every)


def _both(one: Test, other: Test, negated: bool) -> Test:
    return lambda sign: (one(sign) and other(sign)) is not negated
