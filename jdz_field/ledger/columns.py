"""Which column holds which field: by its heading, by its content, by what the person says.

Every column gets candidates from its heading (``synonyms``) and from its cells (``content``);
cells that cannot be what the heading says take most of its weight. The best pairs win, a field
has one column and a column one field. Each match says why, so that it can be confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jdz_field.core.catalogue import SiteKind
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.ledger.content import PLACES, by_content, filled, is_hazard_number, plausible, share
from jdz_field.ledger.headings import Header, Heading, key
from jdz_field.ledger.synonyms import (
    FALLBACK,
    ID,
    IGNORED,
    PART,
    by_name,
    is_own,
    keys,
    short_name,
    short_names,
)

__all__ = ("ID", "IGNORED", "PAIRS", "PLACES", "Match", "match_columns", "short_name",
           "short_names")  # fmt: skip

#: Columns that make a position together: east or longitude first.
PAIRS = (("lon", "lat"), ("east", "north"), ("y", "north"), ("east", "x"), ("y", "x"))

#: Named by the person.
_MAPPED = 100.0
#: Below this share of fitting cells a heading loses most of its weight, and a part all of it.
_UNFIT, _DOUBTED = 0.2, 0.15
#: So many cells, spread over the sample, tell what a column holds.
_JUDGED = 60
BY_PERSON, BY_HEADING, BY_PART, BY_CONTENT = "person", "heading", "part", "content"


@dataclass(frozen=True, slots=True)
class Match:
    """One column and the field or place it was taken for; ``None``: nothing is read from it.

    ``score`` is 100 when the person said it, about 60 for a heading word for word, 40 for cells
    that leave no doubt, less for parts of a heading; ``reason``: ``person``, ``heading``,
    ``part``, ``content`` or empty.
    """

    heading: Heading
    field: str | None
    score: float = 0.0
    reason: str = ""

    @property
    def because(self) -> str:
        """The reason in the language in force."""
        return {
            BY_PERSON: _("as you said"),
            BY_HEADING: _("by heading"),
            BY_PART: _("by a part of the heading"),
            BY_CONTENT: _("by content"),
        }.get(self.reason, "")


@dataclass(frozen=True, slots=True, order=True)
class _Candidate:
    score: float
    index: int
    field: str
    reason: str


def match_columns(
    kind: SiteKind,
    header: Header,
    sample: Sequence[Sequence[Any]],
    mapping: Mapping[str, str] | None = None,
) -> list[Match]:
    """Every column with its field; a field has one column, a column one field.

    ``mapping``: heading, or column letter, → field or place; an empty field leaves the column
    out. Raises ``BadUsage`` for an unknown field or column.
    """
    chosen = {
        index: _Candidate(_MAPPED, index, name, BY_PERSON)
        for index, name in _mapped(kind, header, mapping or {}).items()
    }
    found: list[_Candidate] = []
    for heading in header.headings:
        if heading.index not in chosen:
            cells = [row[heading.index] for row in sample if heading.index < len(row)]
            found += _candidates(kind, heading, filled(cells))
    taken = {one.field for one in chosen.values()} - {IGNORED}
    for one in sorted(found, key=lambda c: (-c.score, c.index)):
        if one.index not in chosen and one.field not in taken:
            chosen[one.index] = one
            taken |= {one.field} - {IGNORED}
    return [_match(heading, chosen.get(heading.index)) for heading in header.headings]


def _match(heading: Heading, one: _Candidate | None) -> Match:
    return Match(heading, one.field, one.score, one.reason) if one else Match(heading, None)


def _candidates(kind: SiteKind, heading: Heading, texts: Sequence[str]) -> list[_Candidate]:
    found = []
    named = by_name(kind.name, heading)
    some = texts[:: len(texts) // _JUDGED + 1]
    for field, score in named.items():
        fits = plausible(kind, field, some)
        partly = score <= PART and score != FALLBACK
        if partly and fits <= 0.5 and field != "position":
            continue
        weight = _DOUBTED if fits < _UNFIT and field != IGNORED else 1.0
        total = score * weight + _preferred(kind, heading, field, texts)
        found.append(_Candidate(total, heading.index, field, BY_PART if partly else BY_HEADING))
    sure = any(one.score > PART for one in found)
    for field, score in ({} if sure else by_content(kind, some)).items():
        # A sound heading is believed before what cells merely look like.
        if field not in named:
            found.append(_Candidate(score, heading.index, field, BY_CONTENT))
    return found


def _preferred(kind: SiteKind, heading: Heading, field: str, texts: Sequence[str]) -> float:
    """A little more for a field's own name, and for numbers that look like a site's.

    Of 编号 (1, 2, 3 …) and 统一编号, or of 编号 (360222…) and 图斑编号, the right one.
    """
    sound = field == "code" and share(texts, is_hazard_number) > 0.5
    counted = field == "code" and _is_count(texts)
    return 2.0 * is_own(kind.name, heading, field) + 4.0 * sound - 30.0 * counted


def _is_count(texts: Sequence[str]) -> bool:
    """Whether a column only counts its rows: 1, 2, 3 …"""
    figures = [int(text) for text in texts if text.isdecimal() and len(text) < 7]
    return (
        len(figures) > 2
        and len(figures) == len(texts)
        and figures == list(range(figures[0], figures[0] + len(figures)))
    )


def _mapped(kind: SiteKind, header: Header, mapping: Mapping[str, str]) -> dict[int, str]:
    chosen: dict[int, str] = {}
    for column, field in mapping.items():
        name = IGNORED if not field else _field_named(kind, field)
        index = _column_named(header, column)
        if name is None:
            raise BadUsage(
                _("--map {column}={field}: {kind} has no field «{field}».").format(
                    column=column, field=field, kind=kind.label
                )
            )
        if index is None:
            raise BadUsage(
                _("--map {column}={field}: the table has no column «{column}».").format(
                    column=column, field=field
                )
            )
        chosen[index] = name
    return chosen


def _field_named(kind: SiteKind, text: str) -> str | None:
    if text in kind.by_name or text in PLACES or text in (ID, IGNORED):
        return text
    return keys(kind.name).get(key(text))


def _column_named(header: Header, text: str) -> int | None:
    wanted = key(text)
    for heading in header.headings:
        if wanted in (key(heading.own), key(heading.text), key(heading.above + heading.own)):
            return heading.index
    letters = text.strip().upper()
    if letters.isascii() and letters.isalpha() and len(letters) <= 3:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        return number - 1 if number <= max(h.index for h in header.headings) + 1 else None
    return None
