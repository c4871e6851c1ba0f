"""Texts as codes: by value, label or synonym, several in one cell, and what a person settled.

What no synonym knows is never guessed: it stays in the remarks and is collected
(``Reading.unknown``) so that it can be asked for once; a text that differs from a name by one
character is proposed (``proposed``), not taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from jdz_field.core.catalogue import CodeList, Field, code_list, table
from jdz_field.core.i18n import _
from jdz_field.ledger.issues import Issue
from jdz_field.ledger.numbers import WIDTHS

_SPLIT = re.compile(r"[、,，;；:：+＋/|\n&·•・﹑､。]|\s+|和|及|以及|与|并")
_SPACES = re.compile(r"\s+")
_BRACKETED = re.compile(r"[(（].*?[)）]")
_NUMBERED = re.compile(r"^[(（]?(\d{1,2}|[a-z])[)）]?[.．、:：\-—_\s]*(\D.*)$", re.I | re.S)
_LISTED = re.compile(r"^\d(?:[.．]\d)+$")
_TAIL = re.compile(r"(等|等等|等措施|等工程|措施)$")
#: ① … ⑨ and ⑴ … ⑼ stand for their digits.
_RINGED = {start + i: f"、{i + 1}、" for start in (ord("①"), ord("⑴"), ord("❶")) for i in range(9)}
#: Longer texts are sentences, not names with a word too many.
_LONGEST = 20


class Reading(NamedTuple):
    """What one cell became: value, fault, note, text for the remarks, texts no list knows."""

    value: Any = None
    issue: Issue | None = None
    note: str | None = None
    kept: str | None = None
    unknown: tuple[str, ...] = ()


NOTHING = Reading()


@dataclass
class _Found:
    """Codes of one cell while its pieces are read."""

    values: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def add(self, reading: Reading) -> None:
        """Take in what one piece became."""
        self.values |= set(str(reading.value).split()) if reading.value else set()
        self.unknown += reading.unknown
        self.notes += [reading.note] if reading.note else []
        self.kept += [reading.kept] if reading.kept and not reading.unknown else []


@cache
def _index(name: str) -> dict[str, str]:
    index: dict[str, str] = {}
    for code in code_list(name).codes:
        for text in (code.value, *code.labels.values(), *code.synonyms):
            index.setdefault(_key(text), code.value)
    return index


def _key(text: str) -> str:
    return _SPACES.sub("", text.translate(WIDTHS)).lower()


def find_code(codes: CodeList, text: str) -> str | None:
    """The code that a text names by value, label or synonym; blanks and brackets aside."""
    index, key = _index(codes.name), _key(text)
    if key.endswith(".0") and key[:-2].isdigit():
        key = key[:-2]
    found = index.get(key) or index.get(_BRACKETED.sub("", key)) or _by_figure(index, key)
    return found or _numbered(index, key)


def _by_figure(index: Mapping[str, str], key: str) -> str | None:
    """Spreadsheets turn 01 into 1."""
    if not (key.isdecimal() and key.isascii()):
        return None
    return next((v for v in index.values() if v.isdigit() and int(v) == int(key)), None)


def _numbered(index: Mapping[str, str], key: str) -> str | None:
    """``01滑坡``, ``1.削坡``: a number before a name; not one that is another's code."""
    found = _NUMBERED.match(key)
    if not found:
        return None
    figure, name = found[1], found[2]
    value = index.get(name) or index.get(_BRACKETED.sub("", name))
    listed = index.get(figure) or _by_figure(index, figure)
    # One digit and a stop before a name is most often its place in a list.
    counted = len(figure) == 1 and len(figure) + len(name) < len(key)
    return value if value and (counted or listed in (None, value)) else None


def codes_reader(
    about: Field, say: Callable[[Field, object, str], Reading], chosen: Mapping[str, str]
) -> Callable[[str], Reading]:
    """The reader of a code field's texts (not empty).

    ``say`` makes the reading of an unreadable cell; ``chosen``: text → code as the person
    settled it, the empty code leaves the value out.
    """
    codes = about.code_list()
    assert codes is not None
    mine = {_key(text): code for text, code in chosen.items()}

    def read(text: str) -> Reading:
        settled = _settled(about, codes, mine, text)
        if settled is not None:
            return settled
        one = find_code(codes, text)
        if one is not None:
            return _named(about, codes, one, text)
        if about.type == "codes":
            return _several(about, codes, text, say, mine)
        return _like(about, codes, text, say)

    return read


def _settled(about: Field, codes: CodeList, mine: Mapping[str, str], text: str) -> Reading | None:
    code = mine.get(_key(text))
    if code is None:
        return None
    if not code:
        note = _("{field}: «{text}» left out as chosen.").format(field=about.label, text=text[:200])
        return Reading(None, None, note, text[:200])
    label = "、".join(codes.label(one) for one in code.split())
    return Reading(code, None, f"{about.label}: {text[:200]} → {label}")


def _named(about: Field, codes: CodeList, value: str, text: str) -> Reading:
    """A code found by name; a synonym (山体滑坡) is noted in the report."""
    code = next(code for code in codes.codes if code.value == value)
    own = {_key(name) for name in (value, *code.labels.values())}
    key = _key(text).removesuffix(".0")
    spellings = {key, _BRACKETED.sub("", key)} | {m[2] for m in [_NUMBERED.match(key)] if m}
    if spellings & own or key.isdigit():
        return Reading(value)
    return Reading(value, None, f"{about.label}: {text[:200]} → {codes.label(value)}")


def _inside(codes: CodeList, key: str) -> list[str]:
    """The codes whose names stand in a text, longest names only, in the text's order."""
    names = _index(codes.name).items()
    inside = {name: value for name, value in names if len(name) > 1 and name in key}
    longest = [n for n in inside if not any(n != o and n in o for o in inside)]
    return list(dict.fromkeys(inside[name] for name in sorted(longest, key=key.find)))


def _negated(key: str) -> bool:
    return bool(re.search(r"[非无不未疑]", key.replace("不稳定", "")))


def _like(
    about: Field, codes: CodeList, text: str, say: Callable[[Field, object, str], Reading]
) -> Reading:
    """A text that holds exactly one label (滑坡体隐患): read, noted and kept; else unknown."""
    key = _key(text)
    values = _inside(codes, key)
    many = about.type == "codes"
    before = _NUMBERED.match(key)
    said = find_code(codes, before[1]) if before and not many else None
    if said is not None and said not in values:
        return _unknown(about, text, (text,), say)
    if values and (many or len(values) == 1) and not _negated(key) and len(key) <= _LONGEST:
        labels = "、".join(map(codes.label, values))
        return Reading(" ".join(values), None, f"{about.label}: {text[:200]} → {labels}", text)
    return _unknown(about, text, (text,), say)


def _unknown(
    about: Field,
    text: str,
    pieces: tuple[str, ...],
    say: Callable[[Field, object, str], Reading],
) -> Reading:
    fault = say(about, text, _("is not in the list"))
    if about.name != "kind_code":
        return fault._replace(unknown=pieces)
    message = _("{field}: «{text}» is in no list; left empty, kept in the remarks.").format(
        field=about.label, text=fault.kept
    )
    return fault._replace(issue=Issue("unknown_kind", message), unknown=pieces)


def _pieces(text: str) -> list[str]:
    plain = text.translate(_RINGED)
    if _LISTED.match(plain.strip()):
        plain = re.sub(r"[.．]", "、", plain)
    found = [piece.strip(" .．、()（）") for piece in _SPLIT.split(plain)]
    empty = table("ledger")["words"]["empty"]
    return [piece for piece in found if piece and piece not in empty]


def _several(
    about: Field,
    codes: CodeList,
    text: str,
    say: Callable[[Field, object, str], Reading],
    mine: Mapping[str, str],
) -> Reading:
    """Several codes in one cell; those that are unknown are kept and reported."""
    found = _Found()
    for piece in _pieces(text):
        found.add(_piece(about, codes, piece, say, mine))
    # In the list's order, so that the same set is always the same text.
    value = " ".join(c.value for c in codes.codes if c.value in found.values) or None
    note = "; ".join(found.notes) or None
    if found.unknown:
        fault = say(about, "、".join(found.unknown), _("is not in the list"))
        return Reading(value, fault.issue, note, text[:200], tuple(found.unknown))
    return Reading(value, None, note, "、".join(found.kept) or None)


def _piece(
    about: Field,
    codes: CodeList,
    piece: str,
    say: Callable[[Field, object, str], Reading],
    mine: Mapping[str, str],
) -> Reading:
    settled = _settled(about, codes, mine, piece)
    if settled is not None:
        return settled
    shorter = _TAIL.sub("", piece) or piece
    code = find_code(codes, piece) or find_code(codes, shorter)
    if code is not None:
        return _named(about, codes, code, shorter)
    joined = _segments(codes, _key(shorter))
    if joined:
        labels = "、".join(map(codes.label, joined))
        return Reading(" ".join(joined), None, f"{about.label}: {piece} → {labels}")
    return _like(about, codes, piece, say)


def _segments(codes: CodeList, key: str) -> list[str]:
    """``削坡护坡挡墙``: names without anything between them; none unless they fill the text."""
    if not 4 <= len(key) <= 60:
        return []
    index = _index(codes.name)
    best: list[list[str] | None] = [[]] + [None] * len(key)
    for end in range(2, len(key) + 1):
        for start in range(end - 1):
            before, name = best[start], index.get(key[start:end])
            if before is not None and name and best[end] is None:
                best[end] = [*before, name]
    return best[-1] or []


# ---- proposals


def proposed(codes: CodeList, text: str) -> str:
    """The code whose name differs from the text by one character; empty when not just one."""
    key = _key(text)
    near = {value for name, value in _index(codes.name).items() if _near(key, name)}
    if len(near) == 1:
        return near.pop()
    digits = list(dict.fromkeys(key))
    if key.isdecimal() and len(key) > 1 and len(digits) == len(key):
        values = [find_code(codes, digit) for digit in digits]
        return " ".join(v for v in values if v) if all(values) else ""
    return ""


def _near(text: str, name: str) -> bool:
    if min(len(text), len(name)) < 2 or name.isdigit() or abs(len(text) - len(name)) > 1:
        return False
    return text != name and any(one == text for one in _one_off(text, name))


def _one_off(text: str, name: str) -> Iterator[str]:
    """Spellings of ``name`` with one character changed, left out or added, as ``text`` has it."""
    for i in range(len(name) + 1):
        if len(text) == len(name) and i < len(name):
            yield f"{name[:i]}{text[i]}{name[i + 1 :]}"
            yield f"{name[:i]}{name[i : i + 2][::-1]}{name[i + 2 :]}"
        elif len(text) < len(name):
            yield name[:i] + name[i + 1 :]
        elif len(text) > len(name):
            yield f"{name[:i]}{text[i]}{name[i:]}"
