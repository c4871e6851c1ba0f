"""Which column holds which field: by the catalogue's synonyms, by content, by ``--map``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jdz_field.core.catalogue import SiteKind, site_kind, table
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.geo.coordinates import parse_coordinate
from jdz_field.ledger.coded import find_code
from jdz_field.ledger.headings import Header, Heading, bare, key
from jdz_field.ledger.values import is_empty, shown

#: Columns that place a row; no catalogue fields.
PLACES = (
    *("lon", "lat", "north", "east", "x", "y", "position"),
    *("lon_d", "lon_m", "lon_s", "lat_d", "lat_m", "lat_s", "geometry"),
)
#: Columns that make a position together: east or longitude first.
PAIRS = (("lon", "lat"), ("east", "north"), ("y", "north"), ("east", "x"), ("y", "x"))
ID, IGNORED = "id", "ignored"

#: How well a heading fits: named by the person, word for word, without its brackets, with the
#: heading above, by a part of it, by content alone.
_MAPPED, _EXACT, _BARE, _JOINED, _PART, _CONTENT = 100.0, 60.0, 50.0, 45.0, 20.0, 10.0

#: Where the city's coordinates lie: degrees, and metres with and without zone prefix.
_CITY = (
    ("lon", ((116, 119),)),
    ("lat", ((28, 31),)),
    ("north", ((3.1e6, 3.4e6),)),
    ("east", ((4.8e5, 6e5), (39.4e6, 39.7e6), (20.4e6, 20.7e6))),
)


@dataclass(frozen=True, slots=True)
class Match:
    """One column and the field or place it was taken for; ``None``: nothing is read from it."""

    heading: Heading
    field: str | None
    score: float = 0.0


@cache
def _synonyms(kind: str) -> dict[str, tuple[str, ...]]:
    """Field or place → its headings."""
    found: dict[str, tuple[str, ...]] = {}
    for field in site_kind(kind).fields:
        own = (field.name, short_name(kind, field.name), *field.labels.values(), *field.synonyms)
        found[field.name] = tuple(dict.fromkeys(own))
    for place, words in table("ledger")["positions"].items():
        found[str(place)] = tuple(words)
    return found


@cache
def short_names(kind: str) -> dict[str, str]:
    """Field → name of at most ten letters (shapefiles hold no more); all different."""
    names = [field.name for field in site_kind(kind).fields]
    cut = [name[:10] for name in names]
    found: dict[str, str] = {}
    for name in names:
        # threatened_people and threatened_households: thr_people, thr_househ.
        first, _line, rest = name.partition("_")
        short = name[:10] if cut.count(name[:10]) == 1 else f"{first[:3]}_{rest}"[:10]
        stem, number = short, len(found)
        while short in found.values():
            short = f"{stem[: 9 - len(str(number))]}_{number}"
            number += 1
        found[name] = short
    return found


def short_name(kind: str, field: str) -> str:
    """The ten-letter name of a field."""
    return short_names(kind)[field]


@cache
def _keys(kind: str) -> dict[str, str]:
    """Heading key → field; earlier fields win."""
    found: dict[str, str] = {}
    for field, words in _synonyms(kind).items():
        for word in words:
            found.setdefault(key(word), field)
    return found


@cache
def _bare_keys(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, words in _synonyms(kind).items():
        for word in words:
            found.setdefault(bare(word) or key(word), field)
    return found


def _by_name(kind: str, heading: Heading) -> tuple[str, float] | None:
    own, joined = heading.own, heading.above + heading.own
    exact = _keys(kind).get(key(own))
    if exact and heading.above and len(key(own)) <= 2:
        # 度 / 分 / 秒 or X / Y below a heading: the two together say more.
        together = _keys(kind).get(key(joined))
        if together:
            return together, _EXACT
    if exact:
        return exact, _EXACT
    for text, keys, score in (
        (key(joined), _keys(kind), _JOINED),
        (bare(own), _bare_keys(kind), _BARE),
        (bare(heading.above) + bare(own), _bare_keys(kind), _JOINED),
    ):
        if text in keys:
            return keys[text], score
    fallback = table("ledger")["fallback"].get(key(own))
    if fallback in site_kind(kind).by_name:
        return str(fallback), _CONTENT
    return _by_part(kind, bare(own) or key(own))


def _by_part(kind: str, text: str) -> tuple[str, float] | None:
    """The longest synonym inside a heading; of equals the last, which names the thing."""
    best: tuple[int, int, str] | None = None
    for word, field in _keys(kind).items():
        at = text.rfind(word)
        if len(word) < 2 or at < 0 or field in (IGNORED, ID) or word.isascii():
            continue
        if best is None or (len(word), at) > best[:2]:
            best = (len(word), at, field)
    return (best[2], _PART * best[0] / len(text)) if best else None


def match_columns(
    kind: SiteKind,
    header: Header,
    sample: Sequence[Sequence[Any]],
    mapping: Mapping[str, str] | None = None,
) -> list[Match]:
    """Every column with its field; a field has one column, a column one field.

    ``mapping``: heading, or column letter, → field or place. Raises ``BadUsage`` for an unknown
    field or column.
    """
    proposals: list[tuple[float, int, str]] = []
    chosen = _mapped(kind, header, mapping or {})
    for heading in header.headings:
        if heading.index in chosen:
            continue
        named = _by_name(kind.name, heading)
        cells = [row[heading.index] for row in sample if heading.index < len(row)]
        if named and (named[1] > _PART or _plausible(kind, named[0], cells)):
            better = _preferred(kind, heading, named[0], cells)
            proposals.append((named[1] + better, heading.index, named[0]))
        elif named is None and (field := _by_content(kind, cells)):
            proposals.append((_CONTENT, heading.index, field))
    taken = set(chosen.values())
    scores: dict[int, float] = {}
    for score, index, field in sorted(proposals, key=lambda p: (-p[0], p[1])):
        if field not in taken:
            chosen[index], scores[index] = field, score
            if field != IGNORED:
                taken.add(field)
    return [
        Match(h, chosen.get(h.index), scores.get(h.index, _MAPPED if h.index in chosen else 0.0))
        for h in header.headings
    ]


def _preferred(kind: SiteKind, heading: Heading, field: str, cells: Sequence[Any]) -> float:
    """A little more for a field's own name, and for numbers that look like a site's.

    Of 编号 (1, 2, 3 …) and 统一编号, or of 编号 (360222…) and 图斑编号, the right one.
    """
    about = kind.by_name.get(field)
    own = bool(about and key(heading.own) in map(key, (field, *about.labels.values())))
    sound = field == "code" and _share(_filled(cells), _is_number_of_hazard) > 0.5
    return 2.0 * own + 4.0 * sound


def _mapped(kind: SiteKind, header: Header, mapping: Mapping[str, str]) -> dict[int, str]:
    chosen: dict[int, str] = {}
    for column, field in mapping.items():
        name = _field_named(kind, field)
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
    return _keys(kind.name).get(key(text))


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


# ---- content


def _filled(cells: Sequence[Any]) -> list[str]:
    return [t for c in cells if c is not None and not is_empty(t := shown(c))]


def _share(cells: Sequence[Any], test: Any) -> float:
    return sum(bool(test(cell)) for cell in cells) / len(cells) if cells else 0.0


def _plausible(kind: SiteKind, field: str, cells: Sequence[Any]) -> bool:
    """Whether a column that was named only in part could hold this field."""
    texts = _filled(cells)
    if not texts:
        return True
    if field in PLACES:
        return field == "position" or _share(texts, parse_coordinate) > 0.5
    wanted = kind.by_name[field]
    codes = wanted.code_list()
    if codes is not None and wanted.type == "code":
        return _share(texts, lambda t: find_code(codes, t)) > 0.3
    if wanted.type in ("integer", "decimal"):
        return _share(texts, lambda t: any(sign.isdigit() for sign in t)) > 0.5
    return True


def _by_content(kind: SiteKind, cells: Sequence[Any]) -> str | None:
    """What a column without a known heading holds, when its content leaves no doubt."""
    texts = _filled(cells)
    if len(texts) < 3:
        return None
    if kind.name == "geohazard" and _share(texts, _is_number_of_hazard) > 0.8:
        return "code"
    for name in ("county_code", "kind_code"):
        codes = kind.by_name[name].code_list()
        if codes and _share(texts, lambda t, c=codes: not t.isdigit() and find_code(c, t)) > 0.8:
            return name
    return _place_by_content(texts)


def _place_by_content(texts: Sequence[str]) -> str | None:
    """A coordinate column of the city's: fractions in the range of its degrees or metres."""
    values = [c.value for t in texts if (c := parse_coordinate(t))]
    if len(values) <= 0.8 * len(texts):
        return None
    for place, ranges in _CITY:
        if _share(values, lambda v, r=ranges: v % 1 and any(a < v < b for a, b in r)) > 0.8:
            return place
    return None


def _is_number_of_hazard(text: str) -> bool:
    plain = text.strip()
    return len(plain) == 12 and plain.isdigit() and plain.startswith("36")
