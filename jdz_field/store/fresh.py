"""New sites by columns: what many edits write, without an object for each of them.

``blocks_of`` sorts edits that make sites into blocks of equal fields and looks at a column at a
time whether every value is typed as its layer has it; ``rows.save`` and ``log.append`` say the
same of one subject, and the tests hold both ways against each other.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as as_json
from typing import Any

from jdz_field.core.changes import Value
from jdz_field.core.grades import rules_of
from jdz_field.store import geometry, search
from jdz_field.store.layers import GEOMETRY, Layer

#: Longitudes and latitudes.
Points = tuple["array[float]", "array[float]"]

#: A point as ``core.sites.point_wkt`` spells it, which is the canonical spelling.
_AXIS = r"(-?(?:0|[1-9]\d{0,2})(?:\.\d{0,8}[1-9])?)"
_POINT = re.compile(rf"POINT \({_AXIS} {_AXIS}\)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE = 1 << 53


@dataclass(slots=True)
class Block:
    """New sites with the same fields: ids, and values by field; none is missing."""

    layer: Layer
    ids: list[str]
    columns: dict[str, Sequence[Any]]

    def changes(self) -> Iterator[str]:
        """The log's JSON of each: every field from nothing to its value."""
        pairs = ",".join(f"{as_json(name)}:[null,%s]" for name in self.columns)
        types = self.layer.types
        texts = [_JSON.get(types[n], _texts)(values) for n, values in self.columns.items()]
        return map(f"{{{pairs}}}".__mod__, zip(*texts, strict=True))

    def cells(self, points: Points | None) -> tuple[list[str], list[Iterable[Any]]]:
        """Names of the layer's columns, and the values of each; ``points`` are its own."""
        fields = [name for name in self.columns if name != GEOMETRY]
        values: list[Iterable[Any]] = [self.columns[name] for name in fields]
        names = [self.layer.stored.get(name, name) for name in fields]
        for name, given in self._given():
            names.append(name)
            values.append(given)
        if points is not None:
            names += ["geom", "lon", "lat"]
            values += [geometry.point_blobs(*points), *points]
        return names, values

    def _given(self) -> Iterator[tuple[str, Iterable[Any]]]:
        """What rules give of each, as far as the block has what they go by."""
        for name, rule in rules_of(self.layer.kind).items():
            if any(known in self.columns for known in (*rule.inputs, name)):
                from jdz_field.store.given import given_column  # noqa: PLC0415 - loads slowly

                yield name, given_column(rule, name, self.columns, len(self.ids))

    def points(self) -> Points | None:
        """Longitudes and latitudes; ``None`` for sites without a place."""
        texts = self.columns.get(GEOMETRY)
        if texts is None:
            return None
        # The spelling is known: POINT (117.2 29.3)
        numbers = array("d", map(float, " ".join([text[7:-1] for text in texts]).split(" ")))
        return numbers[0::2], numbers[1::2]

    def documents(self) -> search.Columns:
        """What the search indexes hold of each, a column for each text."""
        return search.documents(self.layer, self.columns, len(self.ids))


def _texts(values: Iterable[Any]) -> Iterable[str]:
    return map(as_json, values)


def _booleans(values: Iterable[Any]) -> Iterable[str]:
    return ("true" if value else "false" for value in values)


_JSON: dict[str, Callable[[Iterable[Any]], Iterable[str]]] = {
    "text": _texts,
    "code": _texts,
    "codes": _texts,
    "date": _texts,
    "integer": lambda values: map(str, values),
    "decimal": lambda values: map(float.__repr__, values),
    "boolean": _booleans,
}


# ---- are these values as the layer has them?


def _plain_texts(values: Sequence[Any]) -> bool:
    if set(map(type, values)) != {str} or not all(values):
        return False
    together = "".join(values)
    if together.isprintable():
        return True
    try:
        together.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in together


def _plain_integers(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {int} and min(values) > -_WHOLE and max(values) < _WHOLE


def _plain_decimals(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {float} and all(-1e300 < value < 1e300 for value in values)


def _plain_booleans(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {bool}


def _plain_dates(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {str} and all(map(_DATE.fullmatch, values))


def _plain_points(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == {str} and all(map(_POINT.fullmatch, values))


_PLAIN: Mapping[str, Callable[[Sequence[Any]], bool]] = {
    "text": _plain_texts,
    "code": _plain_texts,
    "codes": _plain_texts,
    "date": _plain_dates,
    "integer": _plain_integers,
    "decimal": _plain_decimals,
    "boolean": _plain_booleans,
    "geometry": _plain_points,
}


def blocks_of(
    layer: Layer, edits: Iterable[tuple[str, Mapping[str, Value]]]
) -> Iterator[tuple[Block, bool]]:
    """Ids and fields of new sites by equal fields, and whether a block is plain throughout."""
    alike: dict[tuple[str, ...], tuple[list[str], list[Iterable[Value]]]] = {}
    for subject, fields in edits:
        names = tuple(fields)
        if names not in alike:
            alike[names] = ([], [])
        ids, values = alike[names]
        ids.append(subject)
        values.append(fields.values())
    for names, (ids, values) in alike.items():
        columns: dict[str, Sequence[Any]] = dict(zip(names, zip(*values, strict=True), strict=True))
        block = Block(layer, ids, columns)
        yield block, is_plain(block)


def is_plain(block: Block) -> bool:
    """Whether every value is typed and spelled as its layer has it."""
    types = block.layer.types
    return bool(block.columns) and all(
        _PLAIN.get(types.get(name, ""), _never)(column) for name, column in block.columns.items()
    )


def _never(_values: Sequence[Any]) -> bool:
    return False
