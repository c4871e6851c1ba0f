"""How a table is laid out: which sheet, where its header is, which columns hold what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from jdz_field.core.catalogue import SiteKind
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.ledger.columns import IGNORED, PAIRS, PLACES, Match, match_columns
from jdz_field.ledger.headings import (
    SAMPLE,
    SEARCHED,
    Header,
    Heading,
    candidates,
    first_rows,
    key,
    layer_header,
)
from jdz_field.ledger.synonyms import keys
from jdz_field.ledger.tables import Table

#: Fewer recognised columns than this is no header.
_LEAST = 2
_CLEARLY = 1.2
#: So many fields below each other are no chance.
_BELOW = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """A table, its header, its columns, and some of its rows to judge them by."""

    table: Table
    header: Header
    matches: tuple[Match, ...]
    sample: tuple[Sequence[Any], ...] = ()

    @property
    def columns(self) -> dict[str, int]:
        """Field or place → column index."""
        return {
            match.field: match.heading.index
            for match in self.matches
            if match.field is not None and match.field != IGNORED
        }

    @property
    def width(self) -> int:
        """How many columns the headings reach over."""
        return max((match.heading.index for match in self.matches), default=-1) + 1

    @property
    def unread(self) -> list[str]:
        """Headings of columns that hold something and that nothing was read from."""
        return [m.heading.text for m in self.matches if m.field is None and self._full(m)]

    def _full(self, match: Match) -> bool:
        index = match.heading.index
        return any(row[index] not in (None, "") for row in self.sample if index < len(row))

    @property
    def placed(self) -> bool:
        """Whether there is a column that can say where a row lies."""
        have = self.columns.keys()
        single = "geometry" in have or "position" in have or {"lon_d", "lat_d"} <= have
        return single or any(east in have and north in have for east, north in PAIRS)

    def heading(self, field: str) -> Match | None:
        """The column of a field or place."""
        return next((match for match in self.matches if match.field == field), None)


def lay_out(
    tables: Sequence[Table],
    kind: SiteKind,
    *,
    file: str,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    unplaced: bool = False,
) -> Layout:
    """The table to read and its layout: the sheet named, else the one with the best header.

    ``unplaced``: a table without coordinates will do, for a person who is still naming columns.
    Raises ``BadInput`` when no sheet has a header or none has coordinates, ``BadUsage`` for a
    sheet, column or field that is not there.
    """
    chosen = _sheets(tables, sheet, file)
    layouts = [found for table in chosen if (found := _best(table, kind, mapping or {}))]
    if not layouts:
        layouts = [found for table in chosen if (found := _unheaded(table, kind))]
    if not layouts and any(_transposed(table, kind) for table in chosen):
        raise BadInput(
            _(
                "{file}: the fields stand in the first column, one below the other; in Excel copy "
                "the table and paste it transposed, then import it again."
            ).format(file=file)
        )
    if not layouts:
        raise BadInput(
            _(
                "{file}: no header with known columns was found in the first {count} rows; "
                "name the columns with --map COLUMN=FIELD or choose the sheet with --sheet."
            ).format(file=file, count=SEARCHED)
        )
    named = kind.name.casefold()
    best = max(
        layouts,
        key=lambda found: (found.placed, found.table.name.casefold() == named, _weight(found)),
    )
    if not best.placed and not unplaced:
        raise BadInput(
            _(
                "{file}: sheet «{sheet}» has no columns with coordinates; add longitude and "
                "latitude or X and Y, or name them with --map COLUMN=lon --map COLUMN=lat."
            ).format(file=file, sheet=best.table.name)
        )
    return best


def _sheets(tables: Sequence[Table], sheet: str | None, file: str) -> list[Table]:
    if sheet is not None:
        found = [table for table in tables if table.name.strip() == sheet.strip()]
        if not found:
            names = "、".join(table.name for table in tables)
            raise BadUsage(
                _("{file} has no sheet «{sheet}»; it has {names}.").format(
                    file=file, sheet=sheet, names=names
                )
            )
        return found
    shown = [table for table in tables if not table.hidden]
    if not shown:
        raise BadInput(_("{file} holds no sheet or layer that could be read.").format(file=file))
    return shown


def _best(table: Table, kind: SiteKind, mapping: Mapping[str, str]) -> Layout | None:
    """The header under which most columns are known; of equals the first."""
    rows = first_rows(table, SEARCHED + SAMPLE)
    if table.columns is not None:
        headers = [layer_header(table.columns)]
    else:
        headers = candidates(rows[:SEARCHED], table)
    best: Layout | None = None
    failed: BadUsage | None = None
    for header in headers:
        sample = tuple(cells for number, cells in rows if number > header.row)
        try:
            matches = tuple(match_columns(kind, header, sample, mapping))
        except BadUsage as error:
            failed = error
            continue
        layout = Layout(table, header, matches, sample)
        enough = len(layout.columns) >= _LEAST or table.columns is not None
        if enough and (best is None or _better(layout, best)):
            best = layout
    if best is None and failed is not None:
        raise failed
    return best


def _better(layout: Layout, best: Layout) -> bool:
    """Whether a header says clearly more than a taller one, whose last row may only hold units."""
    taller = best.header.height > layout.header.height
    return _weight(layout) > _weight(best) * (_CLEARLY if taller else 1.0)


def _unheaded(table: Table, kind: SiteKind) -> Layout | None:
    """A table without a header whose cells leave no doubt about the position (point lists)."""
    rows = first_rows(table, SEARCHED + SAMPLE)
    full = [row for row in rows if sum(cell not in (None, "") for cell in row[1]) > 1]
    if table.columns is not None or not full:
        return None
    width = max(len(cells) for _number, cells in full)
    # Not the bare letter: L and B are geodesy's names of longitude and latitude.
    headings = tuple(Heading(i, f"{get_column_letter(i + 1)}列") for i in range(width))
    header = Header(full[0][0] - 1, headings)
    sample = tuple(cells for _number, cells in full)
    matches = tuple(match_columns(kind, header, sample, {}))
    return found if (found := Layout(table, header, matches, sample)).placed else None


def _transposed(table: Table, kind: SiteKind) -> bool:
    """Whether known headings stand below each other in one of the first columns."""
    known = keys(kind.name)
    cells = [row[1][:2] for row in first_rows(table, SEARCHED)]
    firsts = [{known.get(key(str(c[i]))) for c in cells if i < len(c) and c[i]} for i in (0, 1)]
    return any(len(found - {None, IGNORED}) >= _BELOW for found in firsts)


def _weight(layout: Layout) -> float:
    """Known columns count by how well they are known; places count double."""
    return sum(
        match.score * (2 if match.field in PLACES else 1)
        for match in layout.matches
        if match.field is not None and match.field != IGNORED
    )
