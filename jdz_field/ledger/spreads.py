"""Cells that hold several fields: 12户36人, 120×30×2m. Each field gets its own part.

A column is taken apart only when the other fields have no column of their own; the parts then
are read like any cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jdz_field.core.catalogue import SiteKind
from jdz_field.ledger.headings import Heading
from jdz_field.ledger.layout import Layout
from jdz_field.ledger.numbers import halved

Parts = tuple[Any, ...]

_PEOPLE, _HOUSES = "threatened_people", "threatened_households"
_SIZES = ("length", "width", "thickness")
_MEN, _HOMES = re.compile(r"[人口名]"), re.compile(r"[户家]")
_TWO = re.compile(r"^(\d+)\s*[/、,，\\|]\s*(\d+)$")
_TIMES = re.compile(
    r"^(?:约)?(\d+(?:\.\d+)?)\s*(?:m|米)?\s*[*×xX✕╳]\s*(\d+(?:\.\d+)?)\s*(?:m|米)?"
    r"(?:\s*[*×xX✕╳]\s*(\d+(?:\.\d+)?)\s*(?:m|米)?)?$"
)
_NAMED = re.compile(r"(长|宽|厚)度?\s*[:：]?\s*约?\s*(\d+(?:\.\d+)?)\s*(?:m|米)?")
_COUNTED = re.compile(r"(约|近)?[\d一二三四五六七八九十百两〇零]+[余多]?\s*(户|家|人|口|名)")


@dataclass(frozen=True, slots=True)
class Spread:
    """A column, the fields that its cells give (its own first), and what takes a cell apart."""

    index: int
    fields: tuple[str, ...]
    parts: Callable[[Any], Parts | None]

    def columns(self, cells: Sequence[Any]) -> list[list[Any]]:
        """A column for each field."""
        rows = [self.parts(cell) or self._whole(cell) for cell in cells]
        return [list(column) for column in zip(*rows, strict=True)]

    def _whole(self, cell: Any) -> Parts:
        return (cell, *[None] * (len(self.fields) - 1))


def spreads_of(layout: Layout, kind: SiteKind) -> list[Spread]:
    """Every column of a table that may hold several fields."""
    have = layout.columns
    found = []
    for own, other in ((_PEOPLE, _HOUSES), (_HOUSES, _PEOPLE)):
        if own in have and other not in have and other in kind.by_name:
            match = layout.heading(own)
            assert match is not None
            found.append(Spread(have[own], (own, other), _counts(own, match.heading)))
    missing = [name for name in _SIZES if name in kind.by_name and name not in have]
    if "volume" in have and len(missing) == len(_SIZES):
        found.append(Spread(have["volume"], ("volume", *_SIZES), _sizes))
    if "size" in have and len(missing) == len(_SIZES):
        found.append(Spread(have["size"], _SIZES, _only_sizes))
    return found


def _counts(own: str, heading: Heading) -> Callable[[Any], Parts | None]:
    words = heading.text
    first = _HOUSES if _HOMES.search(words) and _MEN.search(words) else own
    if first != own and _MEN.search(words).start() < _HOMES.search(words).start():  # type: ignore[union-attr]
        first = _PEOPLE

    def parts(cell: Any) -> Parts | None:
        if not isinstance(cell, str):
            return None
        text = halved(cell)
        two = _TWO.match(text)
        if two:
            numbers = two.groups()
            both = {first: numbers[0], _HOUSES if first == _PEOPLE else _PEOPLE: numbers[1]}
            named = _HOMES.search(words) and _MEN.search(words)
            return (both[own], both[_other(own)]) if named else None
        pieces = [m[0] for m in _COUNTED.finditer(text)]
        men = [piece for piece in pieces if _MEN.search(piece)]
        homes = [piece for piece in pieces if _HOMES.search(piece)]
        if len(men) != 1 or len(homes) != 1:
            return None
        return (men[0], homes[0]) if own == _PEOPLE else (homes[0], men[0])

    return parts


def _other(own: str) -> str:
    return _HOUSES if own == _PEOPLE else _PEOPLE


def _only_sizes(cell: Any) -> Parts | None:
    if not isinstance(cell, str):
        return None
    text = halved(cell)
    found = _TIMES.match(text)
    if found:
        return tuple(f"{value}m" if value else None for value in found.groups())
    named = dict(_NAMED.findall(text))
    return tuple(named.get(name) for name in "长宽厚") if named else None


def _sizes(cell: Any) -> Parts | None:
    found = _only_sizes(cell)
    if found is None or not isinstance(cell, str):
        return None
    rest = _NAMED.sub("", halved(cell)) if not _TIMES.match(halved(cell)) else ""
    rest = rest.strip(" ,，;；、。体积:：")
    return (rest or None, *found)
