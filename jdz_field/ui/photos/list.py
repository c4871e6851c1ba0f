"""The pile as a table: each photo with its picture, where it goes and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.ui import icons
from jdz_field.ui.form.shelf import small
from jdz_field.ui.photos.plan import Pile, Shot
from jdz_field.ui.photos.thumbs import Lanes, Make, Thumbs
from jdz_field.ui.photos.words import chip_of, reason_of
from jdz_field.ui.rows import Row, RowDelegate, RowList, row_height
from jdz_field.ui.theme import current
from jdz_field.ui.values import joined, shown_time

#: Gives the name of a site's id.
Named = Callable[[str], str]


class PileDelegate(RowDelegate):
    """Rows whose pictures come when they are in sight."""

    def __init__(self, thumbs: Thumbs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbs = thumbs

    def _picture(self, painter: QPainter, row: Row, inner: QRect) -> None:
        side = inner.height()
        place = QRect(inner.x(), inner.y(), side, side)
        picture = self._thumbs.get(row.key, maker(Path(row.key))) if row.data else None
        if picture is not None and not picture.isNull():
            painter.drawPixmap(place, picture)
        else:
            painter.fillRect(place, current().colour("sunken"))
            middle = QRect(0, 0, 24, 24)
            middle.moveCenter(place.center())
            painter.drawPixmap(middle, icons.pixmap("image", "ink2"))
        inner.setLeft(inner.left() + side + 12)


class PileList(RowList):
    """The list; several rows can be marked."""

    def __init__(self, lanes: Lanes, named: Named, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._named = named
        self.thumbs = Thumbs(lanes, row_height(two_lines=True) - 16, self)
        self.thumbs.arrived.connect(self._arrived)
        self.setItemDelegate(PileDelegate(self.thumbs, self))
        self.setSelectionMode(RowList.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setAccessibleName(_("Photos"))

    def show_pile(self, pile: Pile) -> None:
        """Every photo as a row; one is always chosen."""
        self.thumbs.resize(row_height(two_lines=True) - 16)
        self.put([self._row(shot, pile) for shot in pile.shots])
        if pile.shots and self.key() not in {shot.key for shot in pile.shots}:
            self.select(pile.shots[0].key)

    def keys(self) -> Sequence[str]:
        """The keys of the rows that are marked, else of the one that was chosen."""
        keys = [row.key for row in self.selected()]
        return keys or ([self.key()] if self.key() else [])

    def _row(self, shot: Shot, pile: Pile) -> Row:
        moment = pile.moment(shot)
        chip, role = chip_of(shot)
        when = shown_time(moment.isoformat()) if moment else _("no time")
        return Row(
            key=shot.key,
            title=shot.title,
            line=joined([self._belongs(shot), reason_of(shot), when]),
            chip=chip,
            chip_role=role,
            data=not shot.info.broken,
        )

    def _belongs(self, shot: Shot) -> str:
        site = self._named(shot.site) if shot.site else ""
        if shot.record is None:
            return site or _("no site")
        return joined([site, _("the record")])

    def _arrived(self, _key: str) -> None:
        self.viewport().update()


def maker(file: Path) -> Make:
    """What makes the picture of a file, in a worker thread."""
    return lambda: small(file, 200)
