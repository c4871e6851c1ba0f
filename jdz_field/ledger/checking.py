"""Rows of a ledger as sites: read, placed, compared with what they say of themselves.

Pure: no store. Rows are taken in chunks and columns at a time, so that numbers are transformed
and looked up together. Nothing is changed in silence: a text that became something else is a
note, a text that could not be read is an issue and stays in the remarks
(``【台账原文】威胁人口：若干``, always in Chinese, so that equal files give equal rows).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from jdz_field.core.catalogue import Field, SiteKind, code_list
from jdz_field.core.i18n import _
from jdz_field.core.ids import is_uuid
from jdz_field.core.sites import point_wkt
from jdz_field.geo.crs import Reference
from jdz_field.ledger.coded import Reading, proposed
from jdz_field.ledger.columns import ID
from jdz_field.ledger.content import filled
from jdz_field.ledger.counties import Where, locate, mismatch, number_county, outside_city
from jdz_field.ledger.firsts import Firsts
from jdz_field.ledger.headings import Heading
from jdz_field.ledger.issues import CheckedRow, Issue, Skipped, Unmatched
from jdz_field.ledger.layout import Layout
from jdz_field.ledger.numbers import factor
from jdz_field.ledger.options import NO_CHOICE, ImportOptions
from jdz_field.ledger.positions import Placed, columns_of, pairs_of, place
from jdz_field.ledger.shapes import ShapeColumn, place_shapes
from jdz_field.ledger.spreads import spreads_of
from jdz_field.ledger.sums import Outsiders
from jdz_field.ledger.tables import Row, chunks
from jdz_field.ledger.unified import LENGTH as UNIFIED
from jdz_field.ledger.unified import number_faults, uses_unified
from jdz_field.ledger.values import ColumnReader, reader_for, words

KEPT = "【台账原文】"
#: No person settles more texts than these one by one.
MAX_UNMATCHED = 1000
#: Kinds of sites that cannot do without a kind code.
_MUST_HAVE_KIND = frozenset({"geohazard", "risk"})


class Checker:
    """Reads one table; ``rows()`` gives every site row once.

    ``skipped`` lists rows that are no sites, ``numbers`` holds the row that has each number, as
    far as the rows in hand ask for it.
    """

    def __init__(
        self,
        layout: Layout,
        kind: SiteKind,
        system: Reference | None = None,
        *,
        sample: bool,
        options: ImportOptions = NO_CHOICE,
    ) -> None:
        self.layout, self.kind, self.sample = layout, kind, sample
        self.options = options
        self.skipped: list[Skipped] = []
        self._unmatched: Counter[tuple[str, str]] = Counter()
        self.numbers: dict[str, int] = {}
        self._firsts = Firsts()
        self._outsiders = Outsiders(layout, kind)
        self._pairs = pairs_of(layout, system, options.conversion)
        columns = layout.columns
        self._shape = (
            ShapeColumn(
                columns["geometry"], layout.table.system or system, kind, options.conversion
            )
            if "geometry" in columns
            else None
        )
        self._readers = [
            (name, index, self._reader(name, index))
            for name, index in columns.items()
            if name in kind.by_name
        ]
        self._spreads = spreads_of(layout, kind)
        self._take_apart()
        self._unified = kind.name == "geohazard" and uses_unified(self._sampled("code"))
        self._id = columns.get(ID)

    def _take_apart(self) -> None:
        """Readers of the fields that share a column; their parts stand beyond the table's width."""
        beyond = self.layout.width
        for spread in self._spreads:
            for name in spread.fields:
                if name not in self.layout.columns:
                    self._readers.append((name, beyond, self._reader(name, spread.index)))
                    beyond += 1

    def _apart(self, columns: list[Sequence[Any]]) -> list[Sequence[Any]]:
        """The columns with those that hold several fields taken apart, in the readers' order."""
        parted = columns[: self.layout.width]
        for spread in self._spreads:
            for name, cells in zip(
                spread.fields, spread.columns(columns[spread.index]), strict=True
            ):
                if name in self.layout.columns:
                    parted[spread.index] = cells
                else:
                    parted.append(cells)
        return parted

    def _sampled(self, name: str) -> list[str]:
        """What the first rows hold in the column of a field."""
        index = self.layout.columns.get(name, -1)
        rows = self.layout.sample if index >= 0 else ()
        return filled([row[index] for row in rows if index < len(row)])

    def _reader(self, name: str, index: int) -> ColumnReader:
        field = self.kind.by_name[name]
        heading = next(m.heading for m in self.layout.matches if m.heading.index == index)
        chosen = self.options.codes.get(name)
        return reader_for(field, scale=_scale(field, heading), chosen=chosen)

    @property
    def unmatched(self) -> list[Unmatched]:
        """Texts of code fields that no synonym knows, the most frequent first."""
        found = []
        for (name, text), count in self._unmatched.most_common():
            codes = self.kind.by_name[name].code_list()
            near = proposed(codes, text) if codes else ""
            found.append(Unmatched(name, text, count, near))
        return found

    def told(self) -> tuple[list[Skipped], Mapping[tuple[str, str], int]]:
        """What it says beside the rows, for ``retell``."""
        return self.skipped, self._unmatched

    def retell(self, skipped: list[Skipped], unmatched: Mapping[tuple[str, str], int]) -> None:
        """Say what another checker of the same table told."""
        self.skipped, self._unmatched = skipped, Counter(unmatched)

    def rows(self) -> Iterator[CheckedRow]:
        """Every site row below the header, checked, in the order of the file."""
        below = (row for row in self.layout.table.rows() if row[0] > self.layout.header.row)
        for block in chunks(below):
            kept = [row for row in block if self._is_site(row)]
            if kept:
                yield from self._check(kept)

    def _is_site(self, row: Row) -> bool:
        number, cells = row
        if not any(cells):
            return False
        if self._outsiders.plainly_a_site(cells):
            return True
        reason = self._outsiders.reason(cells)
        if reason is None:
            return True
        text = " ".join(str(cell) for cell in cells if cell not in (None, ""))
        self.skipped.append(Skipped(number, reason, text[:80]))
        return False

    # ---- one chunk

    def _check(self, rows: Sequence[Row]) -> list[CheckedRow]:
        columns = columns_of([cells for _number, cells in rows], self.layout.width)
        if self._spreads:
            columns = self._apart(columns)
        checked, odd = self._read(rows, columns)
        placed = Placed(np.full(len(rows), np.nan), np.full(len(rows), np.nan))
        shapes: dict[int, str] = {}
        if self._shape is not None:
            shapes = place_shapes(self._shape, columns[self._shape.index], placed)
        place(self._pairs, columns, placed)
        where = locate(placed.lon, placed.lat)
        lon, lat = placed.lon.tolist(), placed.lat.tolist()
        earlier = self._firsts.recall(row.fields["code"] for row in checked if "code" in row.fields)
        self.numbers = dict(earlier)
        for i, row in enumerate(checked):
            if i in odd:
                self._note(row, odd[i])
            known = lon[i] == lon[i]
            if known:
                row.fields["geometry"] = shapes.get(i) or point_wkt(lon[i], lat[i])
            if placed.notes and i in placed.notes:
                row.notes += placed.notes[i]
                _keep(row, placed.kept.pop(i, ()))
            if not (known and self._plainly_right(row, where.county[i])) or i in placed.issues:
                self._judge(row, i, known, placed, where)
        self._firsts.keep({code: n for code, n in self.numbers.items() if code not in earlier})
        return checked

    def _plainly_right(self, row: CheckedRow, here: str | None) -> bool:
        """The common case at a glance: a new number, or none, of the county around the point."""
        fields = row.fields
        if here is None or "kind_code" not in fields or fields.get("county_code") != here:
            return False
        code = fields.get("code")
        if code is None:
            return True
        if code in self.numbers or code[:6] != here:
            return False
        if self._unified and (len(code) != UNIFIED or code[6:8] != fields["kind_code"]):
            return False
        self.numbers[code] = row.row
        return True

    def _read(
        self, rows: Sequence[Row], columns: Sequence[Sequence[Any]]
    ) -> tuple[list[CheckedRow], dict[int, list[tuple[str, Reading]]]]:
        """Cells to values, a column at a time; and the readings that have something to say."""
        names = [name for name, _index, _reader in self._readers]
        values = []
        odd: dict[int, list[tuple[str, Reading]]] = {}
        for name, index, reader in self._readers:
            found, told = reader.column(columns[index])
            values.append(found)
            for i, reading in told:
                odd.setdefault(i, []).append((name, reading))
        lines = zip(*values, strict=True) if values else (() for _row in rows)
        checked = [
            CheckedRow(number, self._fields(names, line))
            for (number, _cells), line in zip(rows, lines, strict=True)
        ]
        if self._id is not None:
            for row, cell in zip(checked, columns[self._id], strict=True):
                row.id = cell if isinstance(cell, str) and is_uuid(cell) else None
        return checked, odd

    def _fields(self, names: Sequence[str], line: tuple[Any, ...]) -> dict[str, Any]:
        fields = dict(zip(names, line, strict=True))
        if None in line:
            fields = {name: value for name, value in fields.items() if value is not None}
        if self.sample:
            fields["sample"] = True
        return fields

    def _note(self, row: CheckedRow, readings: Sequence[tuple[str, Reading]]) -> None:
        kept = []
        for name, reading in readings:
            if reading.issue is not None:
                row.issues.append(reading.issue)
            if reading.note is not None:
                row.notes.append(reading.note)
            for text in reading.unknown:
                if (name, text) in self._unmatched or len(self._unmatched) < MAX_UNMATCHED:
                    self._unmatched[name, text] += 1
            if reading.kept is not None:
                kept.append(f"{self.kind.by_name[name].labels['zh']}：{reading.kept}")
        _keep(row, kept)

    # ---- what a row says of itself

    def _judge(self, row: CheckedRow, i: int, known: bool, placed: Placed, where: Where) -> None:
        if placed.issues and i in placed.issues:
            row.issues += placed.issues[i]
        if placed.kept and i in placed.kept:
            _keep(row, placed.kept[i])
        if not known:
            self._unplaced(row, i, placed)
        if self.kind.name in _MUST_HAVE_KIND and "kind_code" not in row.fields:
            self._without_kind(row)
        code = row.fields.get("code")
        first = row.row if code is None else self.numbers.setdefault(code, row.row)
        # A number that another row holds says nothing about this one's county.
        self._county(row, i, where, code if first == row.row else None)
        if self._unified and code is not None and first == row.row:
            row.issues += number_faults(code, row.fields.get("kind_code"))
        if first != row.row:
            message = _("The number {code} already stands in row {row}, which keeps it.")
            row.issues.append(Issue("duplicate_code", message.format(code=code, row=first)))

    def _unplaced(self, row: CheckedRow, i: int, placed: Placed) -> None:
        if i in placed.legacy:
            message = _(
                "Coordinates of {text} are not converted without the office's parameters; "
                "they are kept in the remarks, the site has no position yet."
            ).format(text=placed.legacy[i])
            row.issues.append(Issue("legacy_datum", message))
            _keep(row, [f"坐标待转换：{placed.legacy[i]}"])
        elif any(issue.code == "bad_geometry" for issue in row.issues):
            return
        elif i in placed.tried:
            message = _("No position: «{text}» does not give one.")
            row.issues.append(Issue("no_position", message.format(text=placed.tried[i])))
        else:
            row.issues.append(Issue("no_position", _("No position: the cells are empty.")))

    def _without_kind(self, row: CheckedRow) -> None:
        codes = code_list(str(self.kind.by_name["kind_code"].codes))
        if "kind_code" in self.layout.columns:
            if not any(issue.code == "unknown_kind" for issue in row.issues):
                row.issues.append(Issue("unknown_kind", _("The kind is empty.")))
            return
        number = row.fields.get("code", "")
        if self.kind.name == "geohazard" and len(number) == 12 and number[6:8] in codes:
            row.fields["kind_code"] = number[6:8]
            note = _("Kind {kind} from digits 7 and 8 of the number.")
            row.notes.append(note.format(kind=codes.label(number[6:8])))

    def _county(self, row: CheckedRow, i: int, where: Where, code: str | None) -> None:
        outside = outside_city(where, i)
        named = row.fields.get("county_code")
        number = number_county(self.kind.name, code)
        if outside is not None:
            row.issues.append(Issue("outside_city", outside))
        elif (here := where.county[i]) is None or named != here or number not in (None, here):
            wrong = mismatch(where, i, named, number)
            if wrong is not None:
                row.issues.append(Issue("county_mismatch", wrong))
        if named is None and where.county[i] is not None:
            row.fields["county_code"] = where.county[i]
            note = _("County {name} from the position.")
            row.notes.append(note.format(name=code_list("county").label(where.county[i])))


def _scale(field: Field, heading: Heading) -> float:
    """The factor of the unit that a heading names (万m³ over a field in m³)."""
    if not field.unit:
        return 1.0
    return next((f for text in heading.units if (f := factor(field.unit, text))), 1.0)


def _keep(row: CheckedRow, texts: Sequence[str]) -> None:
    """Put texts that the values do not hold into the remarks."""
    if texts:
        before = row.fields.get("remarks")
        told = "；".join(texts)
        if before and KEPT in before:
            row.fields["remarks"] = f"{before}；{told}"
        else:
            row.fields["remarks"] = f"{before + '；' if before else ''}{KEPT}{told}"


def is_sample(layout: Layout) -> bool:
    """Whether the title says that the table is invented."""
    title = f"{layout.header.title} {layout.table.name}"
    return any(word in title for word in words("sample"))
