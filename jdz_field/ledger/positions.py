"""Where rows lie: pairs of columns in any spelling, order and zone, a whole chunk at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

import numpy as np

from jdz_field.core.i18n import _
from jdz_field.geo.coordinates import Resolved, as_dms, parse_coordinate, resolve, split_pair
from jdz_field.geo.crs import MODERN, Datum, Numbers, Reference, datum_named_in, zone_of
from jdz_field.geo.datum import NO_CONVERSION, Conversion, DatumSet, to_modern
from jdz_field.geo.shift import SHIFTS, from_shift, known_shift
from jdz_field.ledger.columns import PAIRS
from jdz_field.ledger.issues import Issue
from jdz_field.ledger.layout import Layout
from jdz_field.ledger.values import is_empty, shown

#: Two positions of one row may differ by this much (degrees, about 100 m).
_DIFFERENCE = 0.001
_PARTS = ("lon_d", "lon_m", "lon_s", "lat_d", "lat_m", "lat_s")


@dataclass(slots=True)
class Placed:
    """Positions of a chunk: EPSG:4490 degrees (NaN: none), faults and kept texts by place."""

    lon: Numbers
    lat: Numbers
    issues: dict[int, list[Issue]] = field(default_factory=dict)
    kept: dict[int, list[str]] = field(default_factory=dict)
    #: Rows with numbers of a datum that is not converted.
    legacy: dict[int, str] = field(default_factory=dict)
    #: What was done to a row's numbers, for its notes.
    notes: dict[int, list[str]] = field(default_factory=dict)
    #: Rows that say something about a position, even if no more than half of it.
    tried: dict[int, str] = field(default_factory=dict)

    def fault(self, place: int, code: str, message: str) -> None:
        """Note a fault of one row."""
        self.issues.setdefault(place, []).append(Issue(code, message))

    def note(self, place: int, text: str) -> None:
        """Note what was done to one row."""
        self.notes.setdefault(place, []).append(text)

    def keep(self, place: int, text: str) -> None:
        """Keep a text for the remarks of one row."""
        self.kept.setdefault(place, []).append(text)


@dataclass(frozen=True, slots=True)
class Pair:
    """Columns that give a position: ``east`` and ``north`` indices, or one column for both.

    ``certain``: the headings say which is which, so that the other order is a fault; ``flipped``:
    most rows have them the other way round. ``datum``: one that is not converted; ``named``: the
    one that the headings name; ``by``: the parameter set that converts it. ``given``: the system
    that the person or the file names. ``shift``: what its degrees are, as the person says.
    """

    east: tuple[int, ...]
    north: tuple[int, ...]
    headings: tuple[str, str]
    certain: bool
    system: Reference | None
    datum: Datum | None = None
    flipped: bool = False
    single: bool = False
    given: Reference | None = None
    named: Datum | None = None
    by: DatumSet | None = None
    shift: str = ""

    def words(self, columns: Sequence[Sequence[Any]], place: int) -> str:
        """The row's own spelling, for the remarks."""
        indices = dict.fromkeys((*self.east, *self.north))
        texts = [shown(columns[i][place]) for i in indices if columns[i][place] is not None]
        names = "/".join(dict.fromkeys(self.headings))
        return f"{names}：{'，'.join(text for text in texts if text)}"


def pairs_of(
    layout: Layout, system: Reference | None, conversion: Conversion = NO_CONVERSION
) -> list[Pair]:
    """Every pair of columns that can place a row, degrees first.

    ``conversion`` is for the columns whose heading does not name another datum.
    """
    have = layout.columns
    found = []
    used: set[str] = set()
    for east, north in PAIRS:
        if east in have and north in have and not used & {east, north}:
            used |= {east, north}
            certain = (east, north) != ("y", "x")
            found.append(_pair(layout, system, (east,), (north,), certain=certain))
    if {"lon_d", "lat_d"} <= have.keys():
        lon = tuple(p for p in _PARTS[:3] if p in have)
        lat = tuple(p for p in _PARTS[3:] if p in have)
        found.insert(0, _pair(layout, system, lon, lat, certain=True))
    if "position" in have:
        found.append(_pair(layout, system, ("position",), ("position",), certain=False))
    return [_oriented(_converting(pair, conversion), layout) for pair in found]


def _converting(pair: Pair, conversion: Conversion) -> Pair:
    """What the person says is for columns that name the same datum, or none."""
    by, shift = conversion.datum, known_shift(conversion.shift)
    said = pair.named or pair.datum
    if by is not None and said in (None, by.datum):
        return replace(pair, datum=None, by=by)
    if shift is not None and said in (None, shift):
        return replace(pair, datum=None, shift=conversion.shift)
    return pair


def _pair(
    layout: Layout,
    system: Reference | None,
    east: tuple[str, ...],
    north: tuple[str, ...],
    *,
    certain: bool,
) -> Pair:
    first, second = layout.heading(east[0]), layout.heading(north[0])
    words = [m.heading.text for m in (first, second) if m]
    named = datum = datum_named_in(" ".join(words))
    if datum is None and system is not None:
        datum = system.datum
    elif datum is None:
        datum = datum_named_in(layout.header.title)
    return Pair(
        east=tuple(layout.columns[name] for name in east),
        north=tuple(layout.columns[name] for name in north),
        headings=(first.heading.own if first else "", second.heading.own if second else ""),
        certain=certain,
        system=system if system is not None and system.modern else None,
        given=system,
        datum=None if datum in MODERN else datum,
        single=east == north,
        named=named,
    )


def _oriented(pair: Pair, layout: Layout) -> Pair:
    """X and Y: the order that most of the sample rows have is the column's."""
    if pair.certain or pair.single or pair.datum is not None or not layout.sample:
        return pair
    columns = columns_of(layout.sample, layout.width)
    first, second = _numbers(pair, columns, Placed(np.empty(0), np.empty(0)))
    found = _found(pair, first, second)
    known = np.isfinite(found.lon)
    return replace(pair, flipped=bool(found.swapped[known].sum() * 2 > known.sum()))


def _found(pair: Pair, first: Numbers, second: Numbers) -> Resolved:
    """Numbers as EPSG:4490 degrees, converted as the person said."""
    if pair.by is not None:
        return by_set(pair.by, resolve(first, second, pair.given, old=pair.by.frame))
    found = resolve(first, second, pair.system)
    return unshifted(pair.shift, found) if pair.shift else found


def by_set(by: DatumSet, found: Resolved) -> Resolved:
    """Degrees of an older datum as EPSG:4490 ones; NaN outside what the set is valid for."""
    lon, lat = to_modern(by, found.lon, found.lat)
    return replace(found, lon=lon, lat=lat)


def unshifted(shift: str, found: Resolved) -> Resolved:
    """Degrees of a phone map as true ones; metres are never those of a phone map."""
    lon, lat = from_shift(shift, found.lon, found.lat)
    return replace(
        found,
        lon=np.where(found.planar, found.lon, lon),
        lat=np.where(found.planar, found.lat, lat),
    )


def tell_conversion(
    by: DatumSet | None, shift: str, place: int, words: str, placed: Placed
) -> None:
    """Note what converted the numbers of a row; an older datum's stay in the remarks."""
    if by is not None:
        note = _("Converted from {datum} with the parameter set «{name}».")
        placed.note(place, note.format(datum=by.datum, name=by.name))
        # Chinese, as all remarks that imports write: equal files give equal rows.
        placed.keep(place, f"坐标由{by.datum}经参数“{by.name}”转换：{words}")
    elif shift:
        note = _("Degrees taken as {datum} and converted, as you said.")
        placed.note(place, note.format(datum=SHIFTS[shift]))


def columns_of(rows: Sequence[Sequence[Any]], width: int) -> list[Sequence[Any]]:
    """Rows turned into at least ``width`` columns of equal length; short rows are filled up."""
    equal = len(set(map(len, rows))) == 1
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True) if equal else zip_longest(*rows))
    return columns + [[None] * len(rows)] * (width - len(columns))


def place(pairs: Sequence[Pair], columns: Sequence[Sequence[Any]], placed: Placed) -> None:
    """Place the rows that have no position yet; ``columns[i]`` are the cells of column ``i``."""
    for pair in pairs:
        first, second = _numbers(pair, columns, placed)
        if pair.datum is not None:
            _keep_legacy(pair, columns, np.isfinite(first) & np.isfinite(second), placed)
        else:
            _resolve(pair, columns, (first, second), placed)


def _resolve(
    pair: Pair, columns: Sequence[Sequence[Any]], numbers: tuple[Numbers, Numbers], placed: Placed
) -> None:
    first, second = numbers[::-1] if pair.flipped else numbers
    found = _found(pair, first, second)
    known = np.isfinite(found.lon)
    for i in np.flatnonzero(np.isfinite(first) & np.isfinite(second) & ~known).tolist():
        _lost(pair, columns, i, placed)
    for i in np.flatnonzero(np.isfinite(first) != np.isfinite(second)).tolist():
        placed.tried.setdefault(i, pair.words(columns, i))
    before = np.isfinite(placed.lon)
    apart = np.maximum(abs(found.lon - placed.lon), abs(found.lat - placed.lat)) > _DIFFERENCE
    for i in np.flatnonzero(before & known & apart).tolist():
        words = pair.words(columns, i)
        message = _("The row gives two positions; the first is taken, «{text}» kept as a remark.")
        placed.fault(i, "positions_differ", message.format(text=words))
        placed.keep(i, words)
    fresh = known & ~before
    placed.lon = np.where(fresh, found.lon, placed.lon)
    placed.lat = np.where(fresh, found.lat, placed.lat)
    _tell(pair, columns, fresh, found, placed)
    if not pair.single:
        for i in np.flatnonzero(fresh & found.swapped).tolist():
            words = pair.words(columns, i)
            message = _("The coordinates stood in the wrong columns ({text}); they were swapped.")
            placed.fault(i, "axes_swapped", message.format(text=words))


def _lost(pair: Pair, columns: Sequence[Sequence[Any]], place: int, placed: Placed) -> None:
    """Numbers that gave no position: of an older datum they wait for a set that fits."""
    words = pair.words(columns, place)
    if pair.by is not None:
        placed.legacy.setdefault(place, f"{frame_words(pair.by.datum, pair.given)} {words}")
    else:
        _unreadable(pair, words, place, placed)


def _tell(
    pair: Pair, columns: Sequence[Sequence[Any]], fresh: Any, found: Resolved, placed: Placed
) -> None:
    for i in np.flatnonzero(fresh & found.mended).tolist():
        words = pair.words(columns, i)
        note = _("«{text}» was read as {lon}, {lat}.").format(
            text=words, lon=as_dms(float(found.lon[i])), lat=as_dms(float(found.lat[i]))
        )
        placed.note(i, note)
    if pair.by is None and not pair.shift:
        return
    touched = fresh if pair.by is not None else fresh & ~found.planar
    for i in np.flatnonzero(touched).tolist():
        tell_conversion(pair.by, pair.shift, i, pair.words(columns, i), placed)


def _keep_legacy(pair: Pair, columns: Sequence[Sequence[Any]], given: Any, placed: Placed) -> None:
    for i in np.flatnonzero(given).tolist():
        words = frame_words(pair.datum, pair.given)
        placed.legacy.setdefault(i, f"{words} {pair.words(columns, i)}")


def frame_words(datum: Datum | None, system: Reference | None) -> str:
    """The datum and, where the system named says it, the zone: a later conversion needs both."""
    if system is None or not system.projected:
        return str(datum)
    return f"{datum}（{zone_of(system) or '?'}带）"


def _unreadable(pair: Pair, text: str, place: int, placed: Placed) -> None:
    message = _("«{text}» cannot be a position; kept in the remarks.").format(text=text)
    placed.fault(place, "bad_value", message)
    placed.keep(place, text)
    placed.tried.setdefault(place, pair.headings[0])


# ---- cells to numbers


def _numbers(
    pair: Pair, columns: Sequence[Sequence[Any]], placed: Placed
) -> tuple[Numbers, Numbers]:
    if pair.single:
        return _split(pair, columns, placed)
    first = _joined(pair, pair.east, columns, placed)
    second = _joined(pair, pair.north, columns, placed)
    # 0 and 0 is how databases write nothing.
    nothing = (first == 0) & (second == 0)
    first[nothing] = second[nothing] = np.nan
    return first, second


def _joined(
    pair: Pair, indices: tuple[int, ...], columns: Sequence[Sequence[Any]], placed: Placed
) -> Numbers:
    """One axis: a column, or degrees, minutes and seconds in columns of their own."""
    parts = [_column(pair, columns[i], placed) for i in indices]
    if len(parts) == 1:
        return parts[0]
    total = parts[0].copy()
    for part, divisor in zip(parts[1:], (60.0, 3600.0), strict=False):
        total += np.where(np.isnan(part), 0.0, part) / divisor
    return total


def _column(pair: Pair, cells: Sequence[Any], placed: Placed) -> Numbers:
    try:
        # The fast way: numbers, or texts that are plain numbers.
        values = np.array([None if cell == "" else cell for cell in cells], dtype=float)
    except (TypeError, ValueError):
        values = np.array([_cell(pair, cell, i, placed) for i, cell in enumerate(cells)], float)
    values[~np.isfinite(values)] = np.nan
    return values


def _cell(pair: Pair, cell: Any, place: int, placed: Placed) -> float:
    found = parse_coordinate(cell)
    if found is not None:
        return found.value
    text = shown(cell) if cell is not None else ""
    if text and not is_empty(text):
        _unreadable(pair, text, place, placed)
    return np.nan


def _split(pair: Pair, columns: Sequence[Sequence[Any]], placed: Placed) -> tuple[Numbers, Numbers]:
    """Both numbers of a position that stands in one cell."""
    cells = columns[pair.east[0]]
    numbers = np.full((2, len(cells)), np.nan)
    for i, cell in enumerate(cells):
        if cell is None or is_empty(shown(cell)):
            continue
        both = split_pair(cell)
        found = [parse_coordinate(text) for text in both] if both else []
        if len(found) == 2 and found[0] and found[1]:
            numbers[0, i], numbers[1, i] = found[0].value, found[1].value
        else:
            _unreadable(pair, shown(cell), i, placed)
    return numbers[0], numbers[1]
