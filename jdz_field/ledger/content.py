"""What a column holds, judged by its cells: numbers of sites, places, towns, phones, codes.

``plausible`` says how many cells could be the field a heading names; ``by_content`` which field a
column holds when its heading does not say, or says something else. County and town names are the
four counties' (resources/boundaries); phone numbers are China's (mobile 1[3-9] and eleven
digits, or an area code).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from jdz_field.core.catalogue import Field, SiteKind, table
from jdz_field.core.resources import resource
from jdz_field.geo.coordinates import parse_coordinate, split_pair
from jdz_field.ledger.coded import find_code
from jdz_field.ledger.dates import parse_date
from jdz_field.ledger.numbers import halved
from jdz_field.ledger.values import is_empty, shown

#: A column that only its cells name, and one whose cells leave no doubt.
LIKELY, CERTAIN = 15.0, 40.0
#: So much of a column must fit, and so few cells say nothing about it.
_MOST, _LEAST = 0.8, 3

#: Columns that place a row; no catalogue fields.
PLACES = (
    *("lon", "lat", "north", "east", "x", "y", "position"),
    *("lon_d", "lon_m", "lon_s", "lat_d", "lat_m", "lat_s", "geometry"),
)
#: Where the city's coordinates lie: degrees, and metres with and without zone prefix.
_CITY = (
    ("lon", ((116, 119),)),
    ("lat", ((28, 31),)),
    ("north", ((3.1e6, 3.4e6),)),
    ("east", ((4.8e5, 6e5), (39.4e6, 39.7e6), (20.4e6, 20.7e6))),
)
_PHONE = re.compile(r"^(\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})$")
_VILLAGE = re.compile(r"(村|组|居委会|社区|自然村|屋|分场)$")
_TOWN_END = re.compile(r"(镇|乡|街道|街道办|街道办事处|林场|农场)$")


def filled(cells: Sequence[Any]) -> list[str]:
    """The texts of the cells that say something."""
    return [t for c in cells if c is not None and not is_empty(t := shown(c))]


def share(texts: Sequence[str], test: Callable[[str], Any]) -> float:
    """How much of a column passes a test; 0 for an empty one."""
    return sum(bool(test(text)) for text in texts) / len(texts) if texts else 0.0


def is_hazard_number(text: str) -> bool:
    """Whether a text is a unified number of the province's."""
    plain = halved(text)
    return len(plain) == 12 and plain.isdigit() and plain.startswith("36")


def is_phone(text: str) -> bool:
    """Whether a text is a telephone number."""
    return bool(_PHONE.match(halved(text)))


@cache
def _town_names() -> frozenset[str]:
    with resource("boundaries", "townships.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    return frozenset(names) | {_TOWN_END.sub("", name) for name in names}


def is_town(text: str) -> bool:
    """Whether a text names one of the city's towns, with or without 镇, 乡, 街道."""
    plain = halved(text).replace(" ", "")
    return plain in _town_names() or _TOWN_END.sub("", plain) in _town_names()


# ---- does it fit


def plausible(kind: SiteKind, field: str, texts: Sequence[str]) -> float:
    """How much of a column could be this field (1 for fields that hold anything)."""
    if not texts:
        return 1.0
    if field in PLACES:
        return _places(field, texts)
    about = kind.by_name.get(field)
    return share(texts, _test(about)) if about else 1.0


def _places(field: str, texts: Sequence[str]) -> float:
    if field in ("position", "geometry"):
        return share(texts, lambda t: any(sign.isdigit() for sign in t))
    return share(texts, parse_coordinate)


def _test(about: Field) -> Callable[[str], Any]:
    if about.name == "code":
        return lambda text: any(sign.isdigit() for sign in text) and not is_phone(text)
    if about.type in ("code", "codes"):
        return _coded(about)
    dated = about.type == "date" or about.name in table("ledger")["dates"]["partial"]
    if dated or about.type in ("integer", "decimal"):
        return lambda text: any(sign.isdigit() or sign in _FIGURES for sign in text)
    if about.pattern and about.name.endswith("phone"):
        return lambda text: sum(sign.isdigit() for sign in text) >= 7
    if about.name.endswith("_name") or about.name in ("town", "village"):
        return lambda text: not halved(text).replace(".", "").isdigit()
    return lambda _text: True


_FIGURES = frozenset("一二三四五六七八九十百两廿几若〇零")


def _coded(about: Field) -> Callable[[str], Any]:
    codes = about.code_list()
    if codes is None:
        return lambda _text: True
    names = [n for code in codes.codes for n in (*code.labels.values(), *code.synonyms)]

    def test(text: str) -> bool:
        return bool(find_code(codes, text)) or any(len(n) > 1 and n in text for n in names)

    return test


# ---- what is it


def by_content(kind: SiteKind, texts: Sequence[str]) -> dict[str, float]:
    """Fields that a column's cells speak for, with how loudly."""
    if len(texts) < _LEAST:
        return {}
    if place := _place_by_content(texts):
        return {place: CERTAIN}
    for name, test, weight in _TESTS:
        if name in kind.by_name and share(texts, test) > _MOST:
            return {name: weight} if name != "code" or kind.name == "geohazard" else {}
    return _lists(kind, texts)


_TESTS: tuple[tuple[str, Callable[[str], Any], float], ...] = (
    ("code", is_hazard_number, CERTAIN),
    ("monitor_phone", is_phone, CERTAIN),
    ("town", is_town, LIKELY),
    ("village", _VILLAGE.search, LIKELY),
)


def _lists(kind: SiteKind, texts: Sequence[str]) -> dict[str, float]:
    """The one code field whose list holds the column's words (figures alone name no list)."""
    worded = [text for text in texts if not halved(text).replace(".", "").isdigit()]
    if len(worded) < _MOST * len(texts):
        return {}
    different = list(dict.fromkeys(worded))
    found = []
    for about in kind.fields:
        codes = about.code_list()
        # A list that knows none of the first few does not know most of all.
        if codes is None or not any(find_code(codes, text) for text in different[:_LEAST]):
            continue
        if share(worded, partial(find_code, codes)) > _MOST:
            found.append(about.name)
    known = [name for name in ("county_code", "kind_code") if name in found]
    chosen = known[:1] or (found if len(found) == 1 else [])
    words = {text for text in worded if len(text) > 1}
    return dict.fromkeys(chosen, LIKELY) if words else {}


def _place_by_content(texts: Sequence[str]) -> str | None:
    """A coordinate column of the city's: fractions in the range of its degrees or metres."""
    if not any(sign.isdigit() for text in texts[:_LEAST] for sign in text):
        return None
    values = [c.value for t in texts if (c := parse_coordinate(t))]
    if len(values) > _MOST * len(texts):
        for place, ranges in _CITY:
            if share_of(values, ranges) > _MOST:
                return place
        return None
    return "position" if share(texts, _is_pair) > _MOST else None


def share_of(values: Sequence[float], ranges: tuple[tuple[float, float], ...]) -> float:
    """How many numbers are no whole ones and lie in one of the ranges."""
    inside = sum(v % 1 != 0 and any(a < v < b for a, b in ranges) for v in values)
    return inside / len(values)


def _is_pair(text: str) -> bool:
    both = split_pair(text)
    found = [parse_coordinate(one) for one in both] if both else []
    return len(found) == 2 and all(c and c.value % 1 for c in found)


def is_date(text: str) -> bool:
    """Whether a text is a date, whole or in part."""
    return parse_date(text, partial=True) is not None
