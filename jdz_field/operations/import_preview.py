"""What an import would do, to be looked at before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np

from jdz_field.core.catalogue import SITE_KINDS, SiteKind, site_kind
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import point_of
from jdz_field.geo.coordinates import parse_coordinate, resolve, split_pair
from jdz_field.geo.crs import Numbers, reference
from jdz_field.geo.geometry import anchor
from jdz_field.ledger.columns import ID, IGNORED, PLACES, Match
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.headings import SEARCHED, Header, key
from jdz_field.ledger.issues import CheckedRow
from jdz_field.ledger.layout import Layout, lay_out
from jdz_field.ledger.memory import Memory, merged
from jdz_field.ledger.options import NO_CHOICE, ImportOptions
from jdz_field.ledger.positions import Pair, pairs_of
from jdz_field.ledger.tables import Table
from jdz_field.ledger.values import is_empty, shown
from jdz_field.operations.ledger import import_ledger
from jdz_field.operations.ledger_run import Cancelled, ImportReport, Progress
from jdz_field.operations.sites import known_kind
from jdz_field.store.project import Project

#: Rows below the header that tell the kind.
_ENOUGH = 40
#: Cells of a column that are shown with it.
SAMPLES = 3
#: A zone prefix stands from here on (metres).
_PREFIXED = 1e6
#: Degrees end here.
_DEGREES = 360.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, text table or layer of the file."""

    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is understood.

    Attributes:
        name: how ``ImportOptions.mapping`` names it: its heading, or its letter.
        heading: its words.
        samples: some of its cells.
        field: field or place it is read as; ``None`` when nothing is read from it.
        why: in words, why it is read so; empty when nothing is.
    """

    name: str
    heading: str
    samples: tuple[str, ...]
    field: str | None
    why: str

    @property
    def read(self) -> bool:
        """Whether something is read from it."""
        return self.field is not None and self.field != IGNORED


@dataclass(frozen=True, slots=True)
class Positions:
    """How the coordinates were understood.

    Attributes:
        headings: the columns that give them.
        form: ``degrees``, ``metres``, ``shapes`` or empty.
        zone: the zone prefix of metres, 0 without one.
        swapped: the columns hold the axes the other way round.
        datum: an older or shifted datum that the file or the person names; empty for none.
    """

    headings: tuple[str, ...] = ()
    form: str = ""
    zone: int = 0
    swapped: bool = False
    datum: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a row would land: its number, degrees (EPSG:4490), and the gravest thing about it."""

    row: int
    lon: float
    lat: float
    name: str
    kind_code: str | None
    issue: str = ""


@dataclass(slots=True)
class Preview:
    """A ledger as it would be taken in; ``report`` is ``None`` while columns are lacking.

    ``recalled``: what was settled for a ledger of this header before, and was used here.
    """

    kind: str
    sheets: tuple[Sheet, ...] = ()
    sheet: str = ""
    columns: tuple[Column, ...] = ()
    positions: Positions = Positions()
    recalled: ImportOptions | None = None
    header: Header | None = None
    lacking: tuple[str, ...] = ()
    report: ImportReport | None = None
    spots: list[Spot] = field(default_factory=list)


def preview(
    project: Project,
    file: Path,
    kind: str,
    options: ImportOptions = NO_CHOICE,
    *,
    recall: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Preview:
    """Understand a ledger and check every row of it; nothing is written.

    A table without coordinates is no error here: ``lacking`` says what is to be named.
    ``recall``: what was settled before for a ledger with this header is used too.
    Raises as ``import_ledger`` does for everything else.
    """
    about = known_kind(kind)
    tables = open_ledger(file)
    layout = _laid_out(tables, about, file, options)
    recalled = Memory().recall(layout.header, kind) if recall else None
    if recalled is not None:
        options = merged(options, recalled)
        try:
            layout = _laid_out(tables, about, file, options)
        except BadUsage:
            # A field of then is none of the catalogue's now.
            recalled, options = None, replace(options, mapping={})
    found = Preview(
        kind,
        tuple(Sheet(table.name, table.hidden) for table in tables),
        layout.table.name,
        tuple(_columns(layout, recalled)),
        _positions(layout, options),
        recalled,
        layout.header,
        lacking(layout),
    )
    if layout.placed:
        found.report = import_ledger(
            project, file, kind, options, dry_run=True, progress=progress, cancelled=cancelled
        )
        found.spots = [spot for row in found.report.rows if (spot := _spot(row)) is not None]
    return found


def _laid_out(
    tables: Sequence[Table], about: SiteKind, file: Path, options: ImportOptions
) -> Layout:
    return lay_out(
        tables,
        about,
        file=file.name,
        sheet=options.sheet,
        mapping=options.mapping,
        unplaced=True,
    )


def remember(header: Header, kind: str, options: ImportOptions) -> None:
    """Keep what was settled for ledgers of this header; ``Unavailable`` if it cannot be written."""
    Memory().remember(header, options, kind)


def propose_kind(file: Path) -> str:
    """The kind of sites that a ledger most likely lists: named in a title, or by its columns.

    Raises ``BadInput`` when the file is no ledger.
    """
    tables = [_head_of(table) for table in open_ledger(file) if not table.hidden]
    weights = {kind: _weight(tables, site_kind(kind), file) for kind in SITE_KINDS}
    return max(weights, key=lambda kind: weights[kind])


def _head_of(table: Table) -> Table:
    """The table as far as its layout needs it, read once."""
    rows = list(islice(table.rows(), SEARCHED + _ENOUGH))
    return replace(table, rows=lambda: iter(rows))


def _weight(tables: Sequence[Table], kind: SiteKind, file: Path) -> float:
    try:
        layout = lay_out(tables, kind, file=file.name, unplaced=True)
    except BadInput:
        return 0.0
    own = {f.name for f in kind.fields} - _common()
    known = sum(m.score * (2 if m.field in own else 1) for m in layout.matches if m.field)
    words = f"{layout.header.title} {layout.table.name} {file.stem}".lower()
    named = any(word in words for word in (kind.name, *_NAMES.get(kind.name, ())))
    return known + 400.0 * named


#: Words of titles, sheets and file names that tell what is listed.
_NAMES = {
    "geohazard": ("隐患点", "地质灾害点", "地灾点"),
    "risk": ("风险区", "切坡", "斜坡单元"),
    "mine": ("矿山", "图斑", "采矿"),
    "plot": ("造林", "小班", "样地", "营造林"),
    "works": ("工程", "项目"),
}


def _common() -> set[str]:
    """Fields that every kind has: they tell nothing."""
    counts = Counter(f.name for kind in SITE_KINDS for f in site_kind(kind).fields)
    return {name for name, number in counts.items() if number == len(SITE_KINDS)}


# ---- columns


def _columns(layout: Layout, recalled: ImportOptions | None) -> list[Column]:
    words = Counter(key(match.heading.text) for match in layout.matches)
    known = recalled.mapping if recalled else {}
    found = [_column(layout, match, words[key(match.heading.text)] > 1) for match in layout.matches]
    return [replace(one, why=_("remembered")) if one.name in known else one for one in found]


def _column(layout: Layout, match: Match, several: bool) -> Column:
    heading = match.heading
    texts: dict[str, None] = {}
    for row in layout.sample:
        cell = row[heading.index] if heading.index < len(row) else None
        if cell is not None and not is_empty(text := shown(cell)):
            texts.setdefault(text[:40])
        if len(texts) == SAMPLES:
            break
    letter = letters(heading.index)
    name = letter if several or not key(heading.text) else heading.text
    why = match.because if match.field is not None else ""
    return Column(name, heading.text or letter, tuple(texts), match.field, why)


def letters(index: int) -> str:
    """A spreadsheet's name of a column, counted from 0."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def lacking(layout: Layout) -> tuple[str, ...]:
    """What a ledger cannot do without and has not: ``position``."""
    return () if layout.placed else ("position",)


def place_label(name: str) -> str:
    """A column that places a row, in words."""
    return {
        "lon": _("Longitude"),
        "lat": _("Latitude"),
        "north": _("Metres north (X)"),
        "east": _("Metres east (Y)"),
        "x": _("X"),
        "y": _("Y"),
        "position": _("Both coordinates in one cell"),
        "lon_d": _("Longitude: degrees"),
        "lon_m": _("Longitude: minutes"),
        "lon_s": _("Longitude: seconds"),
        "lat_d": _("Latitude: degrees"),
        "lat_m": _("Latitude: minutes"),
        "lat_s": _("Latitude: seconds"),
        "geometry": _("Geometry"),
    }[name]


def column_label(kind: str, name: str | None) -> str:
    """A field or place that a column may be read as, in words."""
    if name is None or name == IGNORED:
        return _("not read")
    if name == ID:
        return _("Identifier of this program")
    if name in PLACES:
        return place_label(name)
    return site_kind(kind).by_name[name].label


def readable(kind: str) -> list[tuple[str, str]]:
    """What a column can be read as: name and label, places first."""
    names = [*(name for name in PLACES if name != "geometry")]
    names += [f.name for f in site_kind(kind).fields]
    return [(name, column_label(kind, name)) for name in names]


# ---- coordinates


def _positions(layout: Layout, options: ImportOptions) -> Positions:
    if "geometry" in layout.columns:
        system = layout.table.system
        datum = "" if system is None or system.modern else str(system.datum)
        return Positions((layout.table.name,), "shapes", datum=datum)
    pairs = pairs_of(layout, reference(options.crs) if options.crs else None)
    if not pairs:
        return Positions()
    pair = pairs[0]
    headings = tuple(dict.fromkeys(word for word in pair.headings if word))
    first, second = _sampled(layout, pair)
    values = np.concatenate((first, second))
    datum = str(pair.datum) if pair.datum is not None else ""
    if not len(values):
        return Positions(headings, datum=datum)
    if np.median(np.abs(values)) < _DEGREES:
        swapped = bool(resolve(first, second).swapped.mean() > 0.5)
        return Positions(headings, "degrees", 0, swapped, datum)
    prefixed = values[values > 10 * _PREFIXED]
    zone = int(np.median(prefixed) // _PREFIXED) if len(prefixed) else 0
    return Positions(headings, "metres", zone, pair.flipped, datum)


def _sampled(layout: Layout, pair: Pair) -> tuple[Numbers, Numbers]:
    """The first numbers of a pair, as they stand."""
    found: list[tuple[float, float]] = []
    for row in layout.sample:
        cells = [row[i] if i < len(row) else None for i in (pair.east[0], pair.north[0])]
        both = (split_pair(cells[0]) if pair.single else cells) or ("", "")
        one, two = (parse_coordinate(cell) for cell in both)
        if one is not None and two is not None:
            found.append((one.value, two.value))
    numbers = np.array(found, dtype=float).reshape(-1, 2)
    return numbers[:, 0], numbers[:, 1]


def positions_words(found: Positions) -> str:
    """How coordinates were understood, in a sentence."""
    if not found.form:
        return _("No coordinates were understood.")
    columns = "、".join(found.headings)
    if found.form == "shapes":
        text = _("Shapes of the layer «{columns}».").format(columns=columns)
    elif found.form == "degrees":
        text = _("Degrees of longitude and latitude in «{columns}».").format(columns=columns)
    elif found.zone:
        text = _("Gauss-Krüger metres with zone {zone} in «{columns}».").format(
            zone=found.zone, columns=columns
        )
    else:
        text = _("Gauss-Krüger metres without zone in «{columns}»: 3° zone of 117°E.").format(
            columns=columns
        )
    if found.swapped:
        text += " " + _("The columns hold the axes the other way round; that is set right.")
    if found.datum:
        text += " " + _("They are {datum}.").format(datum=found.datum)
    return text


# ---- the map


def _spot(row: CheckedRow) -> Spot | None:
    geometry = row.fields.get("geometry")
    at = point_of(geometry) or (anchor(geometry) if isinstance(geometry, str) else None)
    if at is None:
        return None
    codes = [issue.code for issue in row.issues]
    grave = next((c for c in ("outside_city", "county_mismatch", "axes_swapped") if c in codes), "")
    name = str(row.fields.get("name") or row.code or row.row)
    return Spot(row.row, at[0], at[1], name, row.fields.get("kind_code"), grave)
