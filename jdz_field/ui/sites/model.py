"""The sites as a list model: the numbers of what was found, rows read a page at a time."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jdz_field.core.clock import utc_now
from jdz_field.core.sites import Site
from jdz_field.operations.patrols import due_of, rain_since
from jdz_field.store.queries import Found, SiteQuery
from jdz_field.ui import marks
from jdz_field.ui.rows import Row
from jdz_field.ui.sites import words
from jdz_field.ui.sites.away import away_words

if TYPE_CHECKING:
    from jdz_field.store.project import Project

_Index = QModelIndex | QPersistentModelIndex

#: Rows read at once (a few milliseconds), and pages that are kept.
PAGE, KEEP = 32, 24


class SiteModel(QAbstractListModel):
    """What a query found, row by row.

    Attributes:
        here: where the person is (longitude, latitude), for the distances; ``None``: unknown.
    """

    def __init__(self, reader: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._found: Found | None = None
        self._count = 0
        self._pages: OrderedDict[int, list[Site]] = OrderedDict()
        self.here: tuple[float, float] | None = None
        self._rain: date | None = None

    @property
    def query(self) -> SiteQuery | None:
        """What is shown."""
        return self._found.query if self._found is not None else None

    def show_found(self, found: Found) -> None:
        """Show what was found."""
        self.beginResetModel()
        self._found = found
        self._rain = rain_since(self._reader)
        self._pages.clear()
        self._count = len(found)
        self.endResetModel()

    def site(self, row: int) -> Site | None:
        """The site in a row; ``None`` when it went away meanwhile."""
        page, place = divmod(row, PAGE)
        if self._found is None or not 0 <= row < self._count:
            return None
        if page not in self._pages:
            self._pages[page] = self._reader.sites_of(self._found, PAGE, page * PAGE)
            while len(self._pages) > KEEP:
                self._pages.popitem(last=False)
        self._pages.move_to_end(page)
        found = self._pages[page]
        return found[place] if place < len(found) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many the query finds."""
        return 0 if parent.isValid() else self._count

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row for the delegate, its words for readers."""
        if not index.isValid() or not 0 <= index.row() < self._count:
            return None
        wanted = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.UserRole)
        if role not in wanted:
            return None
        site = self.site(index.row())
        row = Row("", "") if site is None else row_of(site, self.here, self._rain)
        if role == Qt.ItemDataRole.UserRole:
            return row
        return " · ".join(part for part in (row.title, row.line, row.chip, row.right) if part)


def row_of(site: Site, here: tuple[float, float] | None = None, rain: date | None = None) -> Row:
    """The site as a list row; how far away from ``here`` (longitude, latitude) when known.

    ``rain``: the day since which heavy rain is warned of.
    """
    now = utc_now()
    chip, role = words.state_chip(site)
    if not chip and is_overdue(site, now, rain):
        chip, role = words.overdue_words(), "attention"
    visited = words.visited_words(site, now)
    right = visited
    if here is not None and site.lon is not None and site.lat is not None:
        right = away_words(here, site.lon, site.lat)
    return Row(
        key=site.id,
        title=words.title(site),
        line=words.row_line(site, visited if right != visited else ""),
        right=right,
        chip=chip,
        chip_role=role,
        picture=marks.pixmap(words.mark_of(site), 44, 2.0),
    )


def is_overdue(site: Site, now: datetime, rain: date | None = None) -> bool:
    """Whether the site's inspection is overdue."""
    due = due_of(site, now, rain)
    return due is not None and due.overdue
