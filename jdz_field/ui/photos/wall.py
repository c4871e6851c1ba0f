"""A wall of thumbnails: thousands of photos, of which only those in sight cost anything."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.thumbnails import stored_thumbnail
from jdz_field.ui import icons
from jdz_field.ui.photos.thumbs import Lanes, Make, Thumbs
from jdz_field.ui.theme import current
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import by_finger

_Index = QModelIndex | QPersistentModelIndex
PHOTO = int(Qt.ItemDataRole.UserRole)
#: Side of a thumbnail at 100 % text, and the space around it, pixels.
SIDE, GAP = 168, 8


class WallModel(QAbstractListModel):
    """Photos in order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.photos: list[Attachment] = []

    def put(self, photos: Sequence[Attachment]) -> None:
        """Show these."""
        self.beginResetModel()
        self.photos = list(photos)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """How many."""
        return 0 if parent.isValid() else len(self.photos)

    def data(self, index: _Index, role: int = PHOTO) -> object:
        """The attachment, and what a screen reader says of it."""
        if not index.isValid():
            return None
        photo = self.photos[index.row()]
        if role == PHOTO:
            return photo
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _("Photo {name}").format(name=photo.filename)
        if role == Qt.ItemDataRole.ToolTipRole:
            return joined([photo.filename, shown_time(photo.taken), photo.caption or ""])
        return None


class WallDelegate(QStyledItemDelegate):
    """Draws one thumbnail as it is, with what is missing of it in a corner."""

    def __init__(self, thumbs: Thumbs, project: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbs, self._project = thumbs, project

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """All of one size."""
        del option, index
        return QSize(self._thumbs.side + GAP, self._thumbs.side + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """The thumbnail or a drawing, marks, and the frame of what is chosen."""
        photo: Attachment = index.data(PHOTO)
        side, box = self._thumbs.side, option.rect
        place = QRect(box.x() + GAP // 2, box.y() + GAP // 2, side, side)
        picture = self._thumbs.get(photo.sha256, maker(self._project, photo.sha256))
        if picture is not None and not picture.isNull():
            painter.drawPixmap(place, picture)
        else:
            painter.drawPixmap(place, _blank(current().name, side))
        words = _lacks(photo)
        if words:
            band = _band(words, current().name, current().scale, side)
            painter.drawPixmap(place.x(), place.y() + side - band.height(), band)
        self._frame(painter, option, place)

    def _frame(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect) -> None:
        state, theme = option.state, current()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent" if chosen else "ink"), 4 if chosen else 2))
            painter.drawRect(QRectF(place).adjusted(1, 1, -1, -1))


def _lacks(photo: Attachment) -> str:
    """What is missing of a photo, in words."""
    words = [_("belongs nowhere")] if photo.site is None and photo.record is None else []
    return joined([*words, _("no position")] if photo.lon is None else words)


@lru_cache(maxsize=8)
def _blank(theme: str, side: int) -> QPixmap:
    """What stands where no thumbnail is; drawn once, for a wall shows dozens with every frame."""
    del theme
    made = QPixmap(side, side)
    made.fill(current().colour("sunken"))
    painter = QPainter(made)
    painter.drawPixmap((side - 40) // 2, (side - 40) // 2, icons.pixmap("image", "ink2", 40))
    painter.end()
    return made


@lru_cache(maxsize=32)
def _band(words: str, theme: str, scale: float, side: int) -> QPixmap:
    """The words at the foot of a thumbnail; drawn once."""
    del theme, scale
    now = current()
    font = now.font("caption")
    metrics = QFontMetrics(font)
    made = QPixmap(side, metrics.height() + 6)
    made.fill(now.colour("attention_soft"))
    painter = QPainter(made)
    painter.setFont(font)
    painter.setPen(now.colour("attention"))
    told = metrics.elidedText(words, Qt.TextElideMode.ElideRight, side - 16)
    left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    painter.drawText(made.rect().adjusted(8, 0, -8, 0), left, told)
    painter.end()
    return made


def maker(project: Path, sha256: str) -> Make:
    """What makes the thumbnail of a stored photo, in a worker thread."""
    return lambda: QImage.fromData(stored_thumbnail(project, sha256))


class Wall(QListView):
    """The wall itself: scrolled by finger, wheel and keys.

    Signals:
        opened(object): the ``Attachment`` that was tapped, or chosen with Enter.
    """

    opened = Signal(object)

    def __init__(self, lanes: Lanes, project: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbs = Thumbs(lanes, side(), self)
        self.thumbs.arrived.connect(self._arrived)
        self._model = WallModel(self)
        self.setModel(self._model)
        self.setItemDelegate(WallDelegate(self.thumbs, project, self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # One that comes and goes would take its width from the last column.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(_("Photos"))
        self.setProperty("role", "wall")
        by_finger(self)
        self.activated.connect(self._open)
        self.clicked.connect(self._clicked)
        self._fit()

    @property
    def photos(self) -> list[Attachment]:
        """Those that are shown, in order."""
        return self._model.photos

    def put(self, photos: Sequence[Attachment]) -> None:
        """Show these; what was in sight stays in sight."""
        if [p.id for p in photos] == [p.id for p in self.photos]:
            self._model.photos = list(photos)
            self.viewport().update()
            return
        top, now = self.verticalScrollBar().value(), self.current()
        self._model.put(photos)
        if now is not None:
            self.show_photo(now.id)
        self.verticalScrollBar().setValue(top)

    def current(self) -> Attachment | None:
        """The photo that the keys are at."""
        found = self.currentIndex().data(PHOTO)
        return found if isinstance(found, Attachment) else None

    def chosen(self) -> list[Attachment]:
        """Those that are marked."""
        return [index.data(PHOTO) for index in self.selectedIndexes()]

    def show_photo(self, photo_id: str) -> None:
        """Go to a photo."""
        row = next((n for n, p in enumerate(self.photos) if p.id == photo_id), None)
        if row is not None:
            self.setCurrentIndex(self._model.index(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many in a line as fit, the rest of the width shared among them."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        wanted = side() + GAP
        room = max(wanted, self.viewport().width() - 2)
        columns = max(2, room // wanted)
        cell = max(80, room // columns)
        if cell - GAP != self.thumbs.side or not self.gridSize().isValid():
            self.thumbs.resize(cell - GAP)
            self.setGridSize(QSize(cell, cell))

    def _arrived(self, _key: str) -> None:
        self.viewport().update()

    def _clicked(self, index: QModelIndex) -> None:
        # With a key held down, or several marked, the person is choosing, not looking.
        if len(self.selectedIndexes()) == 1:
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        photo = index.data(PHOTO)
        if isinstance(photo, Attachment):
            self.opened.emit(photo)


def side() -> int:
    """Side of a thumbnail with the person's size of text."""
    return round(SIDE * min(current().scale, 1.5))
