"""What a ledger would change of sites that are here, cell by cell, and what it lists no more."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.changes import Value
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.sites import point_of
from jdz_field.ledger.books import MAX_ROWS, Book
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project

#: So many of each are listed; beyond it they are counted.
LISTED = 10_000
#: In ``ImportOptions.leave`` and ``take``: every site, or every field.
EVERY = "*"
#: The status of a site that is 已核销 (``codes/site_status.toml``).
CLOSED = "closed"
_GEOMETRY = "geometry"

T = TypeVar("T")


class Bounded(list[T], Generic[T]):
    """A list that takes so many and counts the rest in ``more``."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        super().__init__(items)
        self.more = 0

    def put(self, item: T) -> None:
        """Add an item, or count it when the list is full."""
        if len(self) < LISTED:
            self.append(item)
        else:
            self.more += 1

    @property
    def total(self) -> int:
        """How many there are, listed or not."""
        return len(self) + self.more


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell of a ledger that says something else than the site here.

    Attributes:
        id: the site.
        code: its number.
        name: its name.
        field: name of the field, ``geometry`` for the position (WKT, EPSG:4490).
        before: what the site says.
        after: what the ledger says.
        row: the ledger's row.
        since: a person changed it here since a ledger was imported; left unless asked for.
        taken: whether the import takes it.
        author: who changed the field here last, empty when nobody is known.
        at: when (UTC).
        by_import: the last change was an import's.
    """

    id: str
    code: str
    name: str
    field: str
    before: Value
    after: Value
    row: int = 0
    since: bool = False
    taken: bool = True
    author: str = ""
    at: str = ""
    by_import: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Site and field, as ``ImportOptions.leave`` and ``take`` hold them."""
        return (self.id, self.field)

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "row": self.row,
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "changed_here_since": self.since,
            "taken": self.taken,
            "changed_by": self.author,
            "changed_at": self.at,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """A site that an earlier import of this ledger brought and that it lists no more."""

    id: str
    code: str
    name: str
    town: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {"id": self.id, "code": self.code, "name": self.name, "town": self.town}


class Decided(Protocol):
    """What a person decided of differences: ``ImportOptions``, or a window's choices."""

    @property
    def leave(self) -> Set[tuple[str, str]]:
        """Those that are not taken."""

    @property
    def take(self) -> Set[tuple[str, str]]:
        """Those that are, though a person changed the value here."""


def taken(options: Decided, site: str, field: str, *, since: bool) -> bool:
    """Whether a difference is taken: as the person said, else unless it was changed here since.

    A cell that is named goes before its row, that before its column, that before everything.
    """
    for key in ((site, field), (site, EVERY), (EVERY, field), (EVERY, EVERY)):
        if key in options.leave:
            return False
        if key in options.take:
            return True
    return not since


def cells_named(
    project: Project, kind: str, texts: Sequence[str], option: str
) -> frozenset[tuple[str, str]]:
    """``CODE:FIELD`` texts as sites' ids and fields; either may be ``*``.

    Raises ``BadUsage`` for another form, an unknown number or field.
    """
    found: set[tuple[str, str]] = set()
    for text in texts:
        code, colon, name = (part.strip() for part in text.rpartition(":"))
        field = _field_named(kind, name)
        sites = [s.id for s in project.sites_by_code(code)] if code != EVERY else [EVERY]
        if not colon or not code or field is None or not sites:
            why = {
                not sites: _("no site has the number «{code}»").format(code=code),
                field is None: _("{kind} has no field «{field}»").format(
                    kind=site_kind(kind).label, field=name
                ),
                not colon or not code: _("it is not CODE:FIELD"),
            }[True]
            raise BadUsage(f"{option} {text}: {why}.")
        found |= {(site, field) for site in sites}
    return frozenset(found)


def _field_named(kind: str, name: str) -> str | None:
    if name in (EVERY, _GEOMETRY) or name in site_kind(kind).by_name:
        return name
    if name in (_("Position"), "position"):
        return _GEOMETRY
    fields = site_kind(kind).fields
    return next((f.name for f in fields if name in (*f.labels.values(), *f.synonyms)), None)


# ---- in words


def field_label(kind: str, field: str) -> str:
    """The field's label in the language in force."""
    about = site_kind(kind).by_name.get(field) if kind in SITE_KINDS else None
    return about.label if about else _("Position") if field == _GEOMETRY else field


def value_words(kind: str, field: str, value: Value) -> str:
    """A value as a person reads it: labels of codes, yes or no, degrees; empty for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == _GEOMETRY:
        point = point_of(str(value))
        return f"{point[0]:.6f}, {point[1]:.6f}" if point else str(value)[:60]
    about = site_kind(kind).by_name.get(field)
    codes = about.code_list() if about else None
    if codes and isinstance(value, str):
        return "、".join(codes.label(code) for code in value.split())
    text = f"{value:.12g}" if isinstance(value, float) else str(value)
    return f"{text} {about.unit_label}" if about and about.unit else text


def since_words(one: Difference) -> str:
    """Who changed the field here last, and when; empty when nobody is known."""
    if not one.author:
        return ""
    when = local_text(from_text(one.at)) if one.at else ""
    if one.since:
        return _("changed here since by {author}, {when}").format(author=one.author, when=when)
    if one.by_import:
        return _("imported by {author}, {when}").format(author=one.author, when=when)
    return _("last by {author}, {when}").format(author=one.author, when=when)


# ---- as a table


def write_differences(
    out: Path, kind: str, differences: Sequence[Difference], missing: Sequence[Missing] = ()
) -> int:
    """Write the differences, cell by cell, to .xlsx or .csv (UTF-8 with BOM); how many.

    Raises ``BadUsage`` for another suffix, ``Unavailable`` when the disk refuses.
    """
    suffix = out.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise BadUsage(
            _("{file}: differences are written as .xlsx or .csv; name it so.").format(file=out)
        )
    head = (
        *(_("Row"), _("Site number"), _("Site name"), _("Field"), _("Here"), _("In the ledger")),
        *(_("What becomes of it"), _("Changed here last")),
    )
    lines = [_line(kind, one) for one in differences[: MAX_ROWS - 1]]
    try:
        if suffix == ".csv":
            with out.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([head, *lines])
        else:
            _write_book(out, head, lines, missing)
    except OSError as error:
        raise Unavailable(
            _("{file} could not be written ({what}); close it if it is open.").format(
                file=out, what=error.strerror or error
            )
        ) from error
    return len(lines)


def _line(kind: str, one: Difference) -> tuple[Any, ...]:
    return (
        one.row or "",
        one.code,
        one.name,
        field_label(kind, one.field),
        value_words(kind, one.field, one.before),
        value_words(kind, one.field, one.after),
        _("taken") if one.taken else _("left as it is here"),
        since_words(one),
    )


def _write_book(
    out: Path, head: Sequence[str], lines: Sequence[Sequence[Any]], missing: Sequence[Missing]
) -> None:
    book = Book()
    try:
        sheet = book.sheet(_("Differences"), (8, 18, 28, 20, 30, 30, 16, 40), head)
        left = _("left as it is here")
        for line in lines:
            sheet.row(line, shade="warning" if left in line else "")
        if missing:
            heads = (_("Site number"), _("Site name"), _("Town"), "id")
            sheet = book.sheet(_("No longer listed"), (18, 28, 18, 40), heads)
            for one in missing:
                sheet.row((one.code, one.name, one.town, one.id))
        book.save(out)
    finally:
        book.discard()


# ---- no longer listed


def propose_closing(project: Project, ids: Sequence[str], reason: str = "") -> int:
    """Mark sites as 已核销; how many changed.

    The status is a controlled field: from a field role it is a proposal until the office
    approves it. ``reason`` is added to the remarks, so that the office sees where it came from.
    """
    edits = []
    for site in (found for one in ids if (found := project.site(one)) is not None):
        fields: dict[str, Value] = {"status": CLOSED}
        remarks = str(site.fields.get("remarks") or "")
        if reason and reason not in remarks:
            fields["remarks"] = f"{remarks}；{reason}" if remarks else reason
        edits.append(Edit(site.kind, site.id, fields))
    return project.edit_many(edits, origin="edit").updated
