"""Rows below the header that are no sites: sums, remarks, headings repeated on every page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from jdz_field.core.catalogue import SiteKind, table
from jdz_field.core.i18n import _
from jdz_field.ledger.headings import key
from jdz_field.ledger.layout import Layout
from jdz_field.ledger.numbers import WIDTHS
from jdz_field.ledger.synonyms import keys

#: So many headings in a row of data are no chance.
_HEADINGS = 4
_NAMING = ("code", "name", "field_code", "geometry", "lon", "lat", "x", "y", "north", "east")
#: Pairs of columns that hold a place in two numbers.
_PLACES = (("lon", "lat"), ("x", "y"), ("east", "north"))


@cache
def _totals() -> re.Pattern[str]:
    words = "|".join(re.escape(w) for w in table("ledger")["words"]["totals"])
    return re.compile(rf"^(本页|全市|全县|以上)?({words})([\s(:：]|\d|共|数|$)", re.I)


@cache
def _notes() -> re.Pattern[str]:
    words = "|".join(re.escape(w) for w in table("ledger")["words"]["notes"])
    return re.compile(rf"^({words})\w{{0,4}}\s*[:：]", re.I)


class Outsiders:
    """Tells rows that are no sites from those that are, for one table."""

    def __init__(self, layout: Layout, kind: SiteKind | None = None) -> None:
        self._known = keys(kind.name) if kind else {}
        self._foreign = False
        columns = layout.columns
        self._code = columns.get("code", -1)
        self._naming = [columns[name] for name in _NAMING if name in columns]
        self._words = {match.heading.index: key(match.heading.own) for match in layout.matches}
        self._starts = {str(word)[0] for word in table("ledger")["words"]["totals"]}
        self._starts |= {start.upper() for start in self._starts} | set("本全以")
        notes = {str(word)[0] for word in table("ledger")["words"]["notes"]}
        notes |= {start.upper() for start in notes} | set(" \t\u3000")
        self._doubtful = frozenset(self._starts | notes)
        pairs = ([columns[name] for name in pair] for pair in _PLACES if columns.keys() >= {*pair})
        self._place = next(pairs, [])

    def plainly_a_site(self, cells: Sequence[Any]) -> bool:
        """The common cases at a glance."""
        return not self._foreign and (self._plainly_numbered(cells) or self._plainly_placed(cells))

    def _plainly_placed(self, cells: Sequence[Any]) -> bool:
        """Two plain numbers for its place, and no cell that begins as a sum or a remark does."""
        if not self._place or len(cells) <= max(self._place):
            return False
        for index in self._place:
            cell = cells[index]
            if cell.__class__ is str:
                if not cell.replace(".", "", 1).isdecimal():
                    return False
            elif cell.__class__ is not float:
                return False
        number = cells[self._code] if 0 <= self._code < len(cells) else None
        if number and not (number.__class__ is str and number[-1].isdecimal()):
            return False
        return not any(cell.__class__ is str and cell[:1] in self._doubtful for cell in cells)

    def _plainly_numbered(self, cells: Sequence[Any]) -> bool:
        """A number of digits, and no word of a sum before it."""
        if not 0 <= self._code < len(cells):
            return False
        number, first = cells[self._code], cells[0]
        if not (number.__class__ is int or (number.__class__ is str and number.isdecimal())):
            return False
        if first is None or first == "":
            return False
        return first is number or first.__class__ is not str or first[:1] not in self._starts

    def reason(self, cells: Sequence[Any]) -> str | None:
        """Why a row is no site (in the language in force); ``None`` when it is one.

        A row with a number is a site, whatever else it holds.
        """
        return self._heading(cells) or self._reason(cells)

    def _heading(self, cells: Sequence[Any]) -> str | None:
        if self._repeated(cells):
            self._foreign = False
            return _("repeated header")
        if self._foreign or self._heads_another(cells):
            self._foreign = True
            return _("row of another table below this one")
        return None

    def _reason(self, cells: Sequence[Any]) -> str | None:
        first = cells[0] if cells else None
        if first is None or first == "":
            first = next((cell for cell in cells if cell not in (None, "")), None)
        number = cells[self._code] if 0 <= self._code < len(cells) else None
        if isinstance(first, str) and first.strip()[:1] in self._starts and self._sums(first):
            return _("sum row")
        if isinstance(number, str) and (self._sums(number) or key(number) in self._words.values()):
            return _("sum row") if self._sums(number) else _("repeated header")
        if isinstance(first, str) and _notes().match(first.strip()) and _sparse(cells):
            return _("remark row")
        if number not in (None, "") and _is_number(number, cells):
            return None
        return self._unnumbered(cells, first)

    def _repeated(self, cells: Sequence[Any]) -> bool:
        full = [i for i, cell in enumerate(cells) if cell not in (None, "")]
        same = sum(
            isinstance(cells[i], str) and key(cells[i]) == self._words.get(i, "") for i in full
        )
        return same >= 2 and same * 2 > len(full)

    def _heads_another(self, cells: Sequence[Any]) -> bool:
        """Whether a row holds the headings of another table of the same sheet."""
        words = [cell for cell in cells if cell not in (None, "")]
        known = sum(isinstance(word, str) and key(word) in self._known for word in words)
        return known >= _HEADINGS and known * 10 >= 6 * len(words)

    def _sums(self, text: str) -> bool:
        plain = re.sub(r"\s+", "", text.translate(WIDTHS))
        return bool(_totals().match(plain)) and not plain[:6].isdigit()

    def _unnumbered(self, cells: Sequence[Any], first: Any) -> str | None:
        full = [i for i, cell in enumerate(cells) if cell not in (None, "")]
        if any(isinstance(cells[i], str) and self._sums(cells[i]) for i in full):
            return _("sum row")
        if isinstance(first, str) and _notes().match(first.strip()):
            return _("remark row")
        named = any(i in full for i in self._naming)
        return _("remark row") if len(full) <= (1 if named else 2) else None


def _is_number(cell: Any, cells: Sequence[Any]) -> bool:
    """Whether what stands in the number's column is one, not a sentence that begins there."""
    if not isinstance(cell, str):
        return True
    if not any(sign.isdigit() for sign in cell):
        return False
    alone = sum(other not in (None, "") for other in cells) <= 2
    return not (alone and any("\u4e00" <= sign <= "\u9fff" for sign in cell))


def _sparse(cells: Sequence[Any]) -> bool:
    """Whether so few cells are full that a row can be a line of signatures."""
    full = sum(cell not in (None, "") for cell in cells)
    return full <= 3 or (full <= 6 and full * 2 <= len(cells))
