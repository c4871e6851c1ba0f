"""Pictures, sounds and films of a label: the picture is shown, the others open by a button."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.choice_media import Find, nothing, open_outside, read_picture
from jdz_field.ui.theme import RADIUS, current
from jdz_field.ui.widgets import button, clear, column, line, text

#: A picture is read at most this large, and shown at most this high, in pixels.
_EDGE, _HIGH = 1600, 320
#: What sounds, films and other files are opened by.
_ICONS = {"audio": "volume", "video": "play"}
#: Names of texts that are no file.
_NO_FILES = frozenset(("big-image", "autoplay"))


class LabelMedia(QWidget):
    """What a form shows or plays beside a question's or group's words."""

    def __init__(self, find: Find = nothing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self._media: Mapping[str, str] = {}
        self._column = column(gap=6)
        self.setLayout(self._column)
        self.hide()

    def put(self, media: Mapping[str, str]) -> None:
        """Show these; a form without any costs nothing."""
        if media == self._media:
            return
        self._media = dict(media)
        clear(self._column)
        missing = []
        buttons: list[QWidget] = []
        for kind, name in self._media.items():
            if kind in _NO_FILES or not name:
                continue
            file = self._find(name)
            if file is None:
                missing.append(name.rpartition("/")[2])
            elif kind == "image":
                self._column.addWidget(Picture(file, self._large() or file))
            else:
                buttons.append(_opener(kind, file))
        if buttons:
            self._column.addLayout(line(*buttons, None))
        if missing:
            words = _("Not on this machine: {files}").format(files=_(", ").join(missing))
            self._column.addWidget(text(words, "caption"))
        self.setVisible(self._column.count() > 0)

    def _large(self) -> Path | None:
        """The larger picture that a tap opens, when the form has one."""
        name = self._media.get("big-image", "")
        return self._find(name) if name else None


class Opener:
    """Opens one file outside."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def open(self) -> None:
        """With the program that the system has for it."""
        open_outside(self._file)


def _opener(kind: str, file: Path) -> QWidget:
    names = {"audio": _("Listen"), "video": _("Watch")}
    made = button(names.get(kind, _("Open")), icon=_ICONS.get(kind, "file"))
    made.setToolTip(file.name)
    opener = Opener(file)
    made.clicked.connect(opener.open)
    # It lives as long as its button.
    made.setProperty("opener", opener)
    return made


class Picture(QAbstractButton):
    """A label's picture in its own proportions; a tap opens it large."""

    def __init__(self, file: Path, large: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._opener = Opener(large)
        self._picture: QPixmap | None = None
        self.setAccessibleName(_("Picture of the question"))
        self.setToolTip(_("Open large"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.clicked.connect(self._opener.open)

    @property
    def picture(self) -> QPixmap:
        """It, read when it is first needed: most labels are scrolled to later."""
        if self._picture is None:
            self._picture = read_picture(self._file, _EDGE)
        return self._picture

    def hasHeightForWidth(self) -> bool:
        """Its proportions stay."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as so wide, within reason."""
        return self._fitted(width).height()

    def sizeHint(self) -> QSize:
        """As large as a page lets it be."""
        return self._fitted(640)

    def minimumSizeHint(self) -> QSize:
        """It can always be tapped."""
        return QSize(current().touch(), current().touch())

    def _fitted(self, width: int) -> QSize:
        picture = self.picture.size()
        if picture.isEmpty():
            return QSize(width, current().touch())
        room = QSize(max(width, 1), _HIGH)
        if picture.width() <= room.width() and picture.height() <= room.height():
            return picture.expandedTo(QSize(1, current().touch()))
        return picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture at the left, a frame when the keyboard is on it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.picture.isNull():
            painter.setPen(current().colour("ink2"))
            words = _("{file} is no picture that can be shown.").format(file=self._file.name)
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), words)
            return
        place = QRect(self.rect().topLeft(), self._fitted(self.width()))
        painter.drawPixmap(place, self.picture)
        if self.hasFocus():
            painter.setPen(QPen(current().colour("accent"), 3))
            painter.drawRoundedRect(place.adjusted(1, 1, -2, -2), RADIUS, RADIUS)
