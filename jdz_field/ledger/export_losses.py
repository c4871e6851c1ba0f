"""What a format cannot hold of the sites that were written to it, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from jdz_field.core.i18n import _
from jdz_field.ledger.export_batch import Batch
from jdz_field.ledger.export_dxf import MAX_TEXT
from jdz_field.ledger.export_tables import MAX_CELL, is_formula

#: Bytes of a text in a shapefile's table (dBASE III).
MAX_SHP = 254


def losses(suffix: str, batches: Sequence[Batch], encoding: str = "UTF-8") -> list[str]:
    """One sentence for each thing that the files do not hold; none when they hold everything."""
    told: list[str] = []
    for batch in batches:
        if batch.profile is not None:
            told += _by_profile(batch)
        told += {
            ".shp": lambda b=batch: list(_shp(b, encoding)),
            ".csv": lambda b=batch: list(_csv(b)),
            ".xlsx": lambda b=batch: _long(b, MAX_CELL, None),
            ".kml": lambda b=batch: list(_kml(b)),
            ".kmz": lambda b=batch: list(_kml(b)),
            ".dxf": lambda b=batch: list(_dxf(b)),
        }.get(suffix, list)()
    return list(dict.fromkeys(told))


def _texts(batch: Batch) -> Iterator[tuple[str, str]]:
    for site in batch.sites:
        for name, value in site.fields.items():
            if isinstance(value, str):
                yield name, value


def _long(batch: Batch, limit: int, encoding: str | None) -> list[str]:
    """Texts that are longer than the format holds, by field."""
    counts: dict[str, int] = {}
    for name, text in _texts(batch):
        size = len(text) if encoding is None else len(text.encode(encoding, "replace"))
        if size > limit and name in batch.kind.by_name:
            counts[name] = counts.get(name, 0) + 1
    words = _("{n} texts of «{field}» are cut: the format holds {limit} {unit} of each.")
    unit = _("characters") if encoding is None else _("bytes")
    return [
        words.format(n=n, field=batch.kind.by_name[name].label, limit=limit, unit=unit)
        for name, n in counts.items()
    ]


def _by_profile(batch: Batch) -> list[str]:
    assert batch.profile is not None
    held = {one.field for one in batch.profile.columns}
    left = {
        name for site in batch.sites for name, value in site.fields.items() if value is not None
    } - held
    labels = [one.label for one in batch.kind.fields if one.name in left]
    if not labels:
        return []
    words = _("The profile «{profile}» has no columns for: {fields}.")
    return [words.format(profile=batch.profile.label, fields="、".join(labels))]


def _shp(batch: Batch, encoding: str) -> Iterator[str]:
    yield _("Names of fields have at most ten letters; …_fields.csv beside the file explains them.")
    yield from _long(batch, MAX_SHP, encoding)
    if len(set(shapely.get_type_id(batch.shapes).tolist()) - {-1}) > 1:
        yield _("Points, lines and areas stand in shapefiles of their own.")
    if encoding.upper() == "GBK":
        odd = sum(text != text.encode("gbk", "replace").decode("gbk") for _n, text in _texts(batch))
        if odd:
            yield _("{n} texts have characters that GBK lacks; write UTF-8.").format(n=odd)


def _csv(batch: Batch) -> Iterator[str]:
    odd = sum(is_formula(text) for _name, text in _texts(batch))
    if odd:
        yield _(
            "{n} texts begin with =, +, - or @; a spreadsheet would calculate them: import the "
            "columns as text, or write .xlsx."
        ).format(n=odd)


def _kml(batch: Batch) -> Iterator[str]:
    odd = sum("\r" in text or text != text.strip() for _name, text in _texts(batch))
    if odd:
        yield _("{n} texts lose blanks or line ends.").format(n=odd)


def _dxf(batch: Batch) -> Iterator[str]:
    bare = int(shapely.is_missing(batch.shapes).sum())
    if bare:
        yield _("{n} sites without a position are not in the drawing.").format(n=bare)
    if bool(np.isin(shapely.get_type_id(batch.shapes), (1, 2, 3, 4, 5, 6, 7)).any()):
        yield _("Outlines have their layer and name alone, no other fields.")
    if any("\n" in text for _name, text in _texts(batch)):
        yield _("Line ends in texts became blanks.")
    yield from _long(batch, MAX_TEXT, None)
