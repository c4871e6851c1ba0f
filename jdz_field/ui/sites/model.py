"""The sites as a list model that reads a page at a time and keeps the last pages."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from jdz_field.core.clock import utc_now
from jdz_field.core.sites import Site
from jdz_field.store.queries import SiteQuery
from jdz_field.ui import marks
from jdz_field.ui.rows import Row
from jdz_field.ui.sites import words

if TYPE_CHECKING:
    from jdz_field.store.project import Project

_Index = QModelIndex | QPersistentModelIndex

#: Rows read at once, and pages that are kept.
PAGE, KEEP = 100, 12


class SiteModel(QAbstractListModel):
    """What a query finds, row by row."""

    def __init__(self, reader: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._query = SiteQuery()
        self._count = 0
        self._pages: OrderedDict[int, list[Site]] = OrderedDict()

    @property
    def query(self) -> SiteQuery:
        """What is shown."""
        return self._query

    def show_query(self, query: SiteQuery) -> int:
        """Show what ``query`` finds; how many."""
        self.beginResetModel()
        self._query = query
        self._pages.clear()
        self._count = self._reader.count(query)
        self.endResetModel()
        return self._count

    def site(self, row: int) -> Site | None:
        """The site in a row; ``None`` when it went away meanwhile."""
        page, place = divmod(row, PAGE)
        if page not in self._pages:
            self._pages[page] = self._reader.search(self._query, limit=PAGE, offset=page * PAGE)
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
        row = Row("", "") if site is None else row_of(site)
        if role == Qt.ItemDataRole.UserRole:
            return row
        return " · ".join(part for part in (row.title, row.line, row.chip, row.right) if part)


def row_of(site: Site) -> Row:
    """The site as a list row."""
    chip, role = words.state_chip(site)
    return Row(
        key=site.id,
        title=words.title(site),
        line=words.row_line(site),
        right=words.visited_words(site, utc_now()),
        chip=chip,
        chip_role=role,
        picture=marks.pixmap(words.mark_of(site), 44, 2.0),
    )
