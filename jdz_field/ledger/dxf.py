"""ASCII DXF drawings as tables: points, blocks with attributes, texts, outlines.

Read pair by pair (group code, value), so that a drawing of any size stays bounded; only the
ENTITIES section gives rows (Autodesk DXF Reference: group codes 0-9 text, 10/20/30 coordinates,
70 flags, 8 layer). Texts beside a point are its name. Drawings before 2007 (AC1021) are in the
code page of ``$DWGCODEPAGE`` (ANSI_936 is GBK), later ones in UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.ledger.numbers import WIDTHS
from jdz_field.ledger.objects import MAX_OBJECTS, NAME, Objects, shape_of
from jdz_field.ledger.tables import Table, broken

LAYER, BLOCK, ELEVATION = "图层", "块名", "高程"
_BINARY = b"AutoCAD Binary DXF"
_POINTS = frozenset({"POINT", "INSERT"})
_TEXTS = frozenset({"TEXT", "MTEXT"})
_LINES = frozenset({"LWPOLYLINE", "POLYLINE", "LINE"})
#: A text this many of its own heights away still belongs to a point.
_BESIDE = 8.0
_ESCAPE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
_MTEXT = re.compile(r"\\[ACcFfHLlOoQTWp][^;\\]*;|\\[LlOoKk]|[{}]")


@dataclass
class _Entity:
    """One entity: its type and group codes as they came."""

    type: str
    pairs: list[tuple[int, str]] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def get(self, code: int, default: str = "") -> str:
        """The first value of a group code."""
        return next((value for one, value in self.pairs if one == code), default)

    def number(self, code: int) -> float:
        """The first number of a group code; NaN when there is none."""
        return _float(self.get(code, "nan"))

    @property
    def text(self) -> str:
        """What is written: long texts come in parts (group code 3, then 1)."""
        whole = "".join(value for code, value in self.pairs if code in (3, 1))
        plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), whole)
        plain = plain.replace("\\P", " ").replace("\\~", " ").replace("%%d", "°")
        return _MTEXT.sub("", plain).strip()

    @property
    def closed(self) -> bool:
        """Whether the last point is joined to the first (bit 1 of group code 70)."""
        flags = self.get(70, "0").strip()
        return flags.isdigit() and bool(int(flags) & 1)


def refuse_dwg(path: Path) -> BadInput:
    """The sentence for AutoCAD's own binary files."""
    return BadInput(
        _(
            "{file} is a binary drawing; in AutoCAD or 中望CAD save it as DXF (text, version 2007 "
            "or later) and import that file."
        ).format(file=path.name)
    )


def read_dxf(path: Path) -> list[Table]:
    """The entities of a drawing: one table of points, one of outlines; ``BadInput`` if damaged."""
    with path.open("rb") as file:
        if file.read(len(_BINARY)) == _BINARY:
            raise refuse_dwg(path)
    try:
        points, outlines, texts = _sorted(_entities(_pairs(path)))
    except (ValueError, UnicodeError) as error:
        raise broken(path, _("it is no sound drawing")) from error
    # A drawing that only has texts marks its points with them.
    places = points or ([] if outlines else texts)
    tables = []
    if places:
        tables.append(_points_table(path.stem, places, texts if points else []))
    if outlines:
        name = path.stem if not places else _("{name} outlines").format(name=path.stem)
        tables.append(_outlines_table(name, outlines, texts))
    if not tables:
        raise broken(path, _("it holds no points, blocks, texts or outlines"))
    return tables


# ---- pairs and entities


def _pairs(path: Path) -> Iterator[tuple[int, str]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace") as file:
        while True:
            code, value = file.readline(), file.readline(1 << 20)
            if not value:
                return
            yield int(code), value.rstrip("\r\n")


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        lines = [line.strip() for line in islice(file, 400)]
    after = dict(zip(lines, lines[2:], strict=False))
    version = after.get(b"$ACADVER", b"AC1021")
    if version >= b"AC1021":
        return "utf-8"
    page = after.get(b"$DWGCODEPAGE", b"ANSI_936").upper()
    return "gb18030" if page in (b"ANSI_936", b"GB2312", b"GBK") else "cp1252"


def _entities(pairs: Iterator[tuple[int, str]]) -> Iterator[_Entity]:
    section, last = "", ""
    current: _Entity | None = None
    for code, value in pairs:
        word = value.strip()
        if code == 2 and last == "SECTION":
            section = word
        if code == 0:
            if current is not None and section == "ENTITIES":
                yield current
            last, current = word, None
            if section == "ENTITIES" and word not in ("SECTION", "ENDSEC", "EOF"):
                current = _Entity(word)
        elif current is not None:
            current.pairs.append((code, value))
    if current is not None and section == "ENTITIES":
        yield current


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _sorted(entities: Iterator[_Entity]) -> tuple[list[_Entity], list[_Entity], list[_Entity]]:
    """Points and blocks, outlines, texts; attributes and vertices go to what they belong to."""
    points: list[_Entity] = []
    outlines: list[_Entity] = []
    texts: list[_Entity] = []
    parent: _Entity | None = None
    for entity in islice(entities, MAX_OBJECTS):
        if entity.type == "ATTRIB" and parent is not None:
            parent.attributes.setdefault(entity.get(2).strip(), entity.text)
            continue
        if entity.type == "VERTEX" and parent is not None:
            parent.points += _at(entity)
            continue
        parent = entity if entity.type in ("INSERT", "POLYLINE") else None
        if entity.type in _POINTS:
            points.append(entity)
        elif entity.type in _TEXTS:
            texts.append(entity)
        elif entity.type in _LINES:
            outlines.append(_with_points(entity))
    return points, outlines, texts


def _at(entity: _Entity) -> list[tuple[float, float]]:
    x, y = entity.number(10), entity.number(20)
    return [(x, y)] if np.isfinite(x) and np.isfinite(y) else []


def _with_points(entity: _Entity) -> _Entity:
    if entity.type == "POLYLINE":
        # Its own 10, 20, 30 hold only the height.
        return entity
    xs = [_float(value) for code, value in entity.pairs if code in (10, 11)]
    ys = [_float(value) for code, value in entity.pairs if code in (20, 21)]
    pairs = zip(xs, ys, strict=False)
    entity.points = [(x, y) for x, y in pairs if np.isfinite(x) and np.isfinite(y)]
    return entity


# ---- tables


def _points_table(name: str, points: list[_Entity], texts: list[_Entity]) -> Table:
    objects = Objects()
    names = _beside(points, texts)
    for i, entity in enumerate(points):
        place = _at(entity)
        fields: dict[str, Any] = {LAYER: entity.get(8).strip(), **entity.attributes}
        if entity.type == "INSERT":
            fields[BLOCK] = entity.get(2).strip()
        if entity.type in _TEXTS:
            fields[NAME] = entity.text
        elif i in names:
            fields.setdefault(NAME, names[i])
        height = entity.number(30)
        if np.isfinite(height) and height:
            fields[ELEVATION] = height
        objects.add(fields, shape_of(place))
    return objects.table(name, None)


def _beside(points: list[_Entity], texts: list[_Entity]) -> dict[int, str]:
    """The text nearest to each point, each text once, within a few letters' height."""
    said = [(text, at[0]) for text in texts if (at := _at(text)) and text.text]
    if not said or not points:
        return {}
    tree = shapely.STRtree([shapely.Point(at) for _text, at in said])
    found: dict[int, tuple[float, int]] = {}
    for i, point in enumerate(points):
        for place in _at(point):
            near = int(tree.nearest(shapely.Point(place)))
            text, (x, y) = said[near]
            away = float(np.hypot(x - place[0], y - place[1]))
            if away <= _BESIDE * max(_height(text), 1e-9):
                found[i] = (away, near)
    taken: dict[int, str] = {}
    used: set[int] = set()
    for i, (_away, near) in sorted(found.items(), key=lambda one: one[1]):
        if near not in used:
            used.add(near)
            taken[i] = said[near][0].text
    return taken


def _height(text: _Entity) -> float:
    height = text.number(40)
    return height if np.isfinite(height) else 1.0


def _outlines_table(name: str, outlines: list[_Entity], texts: list[_Entity]) -> Table:
    objects = Objects()
    said = [(text, at[0]) for text in texts if (at := _at(text)) and text.text]
    tree = shapely.STRtree([shapely.Point(at) for _text, at in said])
    for entity in outlines:
        points = entity.points
        closed = entity.closed or (len(points) > 3 and points[0] == points[-1])
        shape = shape_of(points, area=closed)
        fields: dict[str, Any] = {LAYER: entity.get(8).strip()}
        inside = _inside(tree, said, shape)
        if inside:
            fields[NAME] = inside
        objects.add(fields, shape)
    return objects.table(name, None)


def _inside(
    tree: shapely.STRtree,
    said: list[tuple[_Entity, tuple[float, float]]],
    shape: BaseGeometry | None,
) -> str:
    """The first text within an outline."""
    if shape is None or shape.geom_type != "Polygon" or not shape.is_valid:
        return ""
    found = sorted(tree.query(shape, predicate="contains").tolist())
    return said[found[0]][0].text.translate(WIDTHS).strip() if found else ""
