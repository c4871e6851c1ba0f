"""What a person says of a photo: caption, view, whether it is sensitive and which parts are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QPushButton, QWidget

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_sensitive import (
    MOST_LETTERS,
    REASONS,
    PhotoWords,
    reason_words,
    say_of,
)
from jdz_field.operations.photo_views import views
from jdz_field.photos.blur import Area, areas_of, text_of
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.flow import Flow
from jdz_field.ui.page import Page
from jdz_field.ui.photo_pictures import picture
from jdz_field.ui.sites.photo_zoom import ZoomCanvas
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, set_role, text

#: Smaller parts, as shares, are slips of a finger.
_LEAST = 0.01
#: Keys move a part by this share; with Shift they change its size.
_STEP = 0.02
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class PartsCanvas(ZoomCanvas):
    """The picture, on which parts are drawn by dragging; a tap on one takes it away.

    Keys: arrows move the last part, with Shift they change its size, Delete takes it away.
    """

    parts_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.parts: list[Area] = []
        self.drawing = False
        self._from: QPointF | None = None
        self._to: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a part."""
        if not self.drawing:
            super().mousePressEvent(event)
        elif not self.image.isNull():
            self._from = self._to = self.share(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw it larger."""
        if self._from is None:
            super().mouseMoveEvent(event)
        else:
            self._to = self.share(event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep it; where nothing was drawn, take away what lies there."""
        if self._from is None or self._to is None:
            super().mouseReleaseEvent(event)
            return
        drawn = QRectF(self._from, self._to).normalized()
        at, self._from, self._to = self._from, None, None
        if drawn.width() > _LEAST and drawn.height() > _LEAST:
            self._keep(Area(drawn.x(), drawn.y(), drawn.width(), drawn.height()))
        else:
            hit = [p for p in self.parts if QRectF(*p).contains(at)]
            if hit:
                self.parts.remove(hit[-1])
                self._tell()

    def add_part(self) -> None:
        """A part in the middle, to be moved by keys or drawn over."""
        self._keep(Area(0.4, 0.4, 0.2, 0.2))
        self.setFocus()

    def _keep(self, area: Area) -> None:
        self.parts.append(area)
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.parts_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, resize or take away the last part."""
        key = Qt.Key(event.key())
        if not self.parts or key not in (*_ARROWS, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            super().keyPressEvent(event)
            return
        last = self.parts.pop()
        if key in _ARROWS:
            dx, dy = (step * _STEP for step in _ARROWS[key])
            sized = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.parts.append(_resized(last, dx, dy) if sized else _moved(last, dx, dy))
        self._tell()

    def paint_over(self, painter: QPainter) -> None:
        """The parts: hidden from others, seen here through a veil."""
        shown = [QRectF(*part) for part in self.parts]
        if self._from is not None and self._to is not None:
            shown.append(QRectF(self._from, self._to).normalized())
        where = self.frame()
        painter.setPen(QPen(QColor("#FFD600"), 3))
        painter.setBrush(QColor(0, 0, 0, 130))
        for part in shown:
            painter.drawRect(
                QRectF(
                    where.left() + part.x() * where.width(),
                    where.top() + part.y() * where.height(),
                    part.width() * where.width(),
                    part.height() * where.height(),
                )
            )


def _moved(area: Area, dx: float, dy: float) -> Area:
    x = min(max(area.x + dx, 0.0), 1 - area.wide)
    y = min(max(area.y + dy, 0.0), 1 - area.high)
    return Area(x, y, area.wide, area.high)


def _resized(area: Area, dx: float, dy: float) -> Area:
    wide = min(max(area.wide + dx, _LEAST), 1 - area.x)
    high = min(max(area.high + dy, _LEAST), 1 - area.y)
    return Area(area.x, area.y, wide, high)


class PhotoWordsPage(Page):
    """Caption, view, mark; kept with Done, or when the page is left."""

    full = True

    def __init__(
        self,
        app: AppContext,
        photo: Attachment,
        told: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``told`` is called when the words are in the store."""
        super().__init__(app, parent)
        self.photo, self._told = photo, told
        self.view, self.reason = photo.view or "", photo.sensitive or ""
        self.canvas = PartsCanvas()
        self.canvas.parts = _parts(photo)
        self.labels = {name: text("", "section") for name in ("caption", "view", "mark", "parts")}
        self.caption, self.note = (
            QLineEdit(photo.caption or ""),
            QLineEdit(photo.sensitive_note or ""),
        )
        for entry in (self.caption, self.note):
            entry.setMaxLength(MOST_LETTERS)
        self.views, self.reasons = QWidget(), QWidget()
        codes = [one.code for one in views()]
        self.view_chips = self._chips(self.views, ["", *codes], self._view_chosen)
        self.reason_chips = self._chips(self.reasons, ["", *REASONS], self._reason_chosen)
        self.hint = text("", "caption")
        self.add = button("", self.canvas.add_part, icon="plus")
        self.clear = button("", self._clear, kind="quiet", icon="erase")
        self.done = button("", self.finish, kind="primary", icon="check", key="Ctrl+Return")
        self.fault = text("", "error")
        self.fault.hide()
        self._lay_out()
        self.canvas.parts_changed.connect(self._show_state)
        self.caption.returnPressed.connect(self.finish)
        self.retranslate()
        self._show_state()
        path = app.path
        app.jobs.without_store(lambda: picture(path, photo), self, self._take, app.say_failure)

    def _chips(
        self, holder: QWidget, codes: list[str], chosen: Callable[[], None]
    ) -> dict[str, QPushButton]:
        flow, made = Flow(holder, gap=6), {}
        for code in codes:
            chip = button("", chosen, kind="chip")
            chip.setObjectName(code)
            chip.setCheckable(True)
            made[code] = chip
            flow.addWidget(chip)
        return made

    def _lay_out(self) -> None:
        side = Scroll(margins=16, gap=8)
        parts_row = QWidget()
        flow = Flow(parts_row, gap=8)
        flow.addWidget(self.add)
        flow.addWidget(self.clear)
        self.parts_box = QWidget()
        self.parts_box.setLayout(
            column(self.note, self.labels["parts"], self.hint, parts_row, gap=8)
        )
        for part in (
            *(self.labels["caption"], self.caption, self.labels["view"], self.views),
            *(self.labels["mark"], self.reasons, self.parts_box, self.fault),
        ):
            side.body.addWidget(part)
        side.body.addStretch(1)
        side.setMinimumWidth(340)
        foot = line(None, self.done)
        foot.setContentsMargins(12, 8, 12, 8)
        self.halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.halves.setSpacing(0)
        self.halves.addWidget(self.canvas, 3)
        self.halves.addWidget(side, 2)
        whole = column(self.halves, boxed(foot, "bar"), gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.setFocusProxy(self.caption)

    def title(self) -> str:
        """The heading."""
        return _("About this photo")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = {
            "caption": _("Caption"),
            "view": _("View"),
            "mark": _("May it be seen by others?"),
            "parts": _("What is hidden"),
        }
        for name, label in self.labels.items():
            label.setText(words[name])
        self.caption.setPlaceholderText(_("What the photo shows"))
        self.note.setPlaceholderText(_("Why, in words (optional)"))
        self.add.setText(_("Add a part"))
        self.clear.setText(_("Hide all of it"))
        self.done.setText(_("Done"))
        self.view_chips[""].setText(_("None"))
        for one in views():
            self.view_chips[one.code].setText(one.label)
            self.view_chips[one.code].setToolTip(one.hint)
        for reason, chip in self.reason_chips.items():
            sensitive = _("Sensitive: {why}").format(why=reason_words(reason))
            chip.setText(sensitive if reason else _("Yes, as it is"))
        self._show_state()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Picture beside the words where it is wide, above them where it is high."""
        super().resizeEvent(event)
        upright = event.size().height() > event.size().width()
        way = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        self.halves.setDirection(way)

    def leave(self) -> bool:
        """Always; what was said is kept."""
        self._save()
        return True

    def finish(self) -> None:
        """Keep it and go back."""
        self.app.back()

    def _view_chosen(self) -> None:
        self.view = self.sender().objectName()
        self._show_state()

    def _reason_chosen(self) -> None:
        self.reason = self.sender().objectName()
        self._show_state()

    def _clear(self) -> None:
        self.canvas.parts = []
        self.canvas.update()
        self._show_state()

    def _show_state(self) -> None:
        for chips, now in ((self.view_chips, self.view), (self.reason_chips, self.reason)):
            for code, chip in chips.items():
                chip.setChecked(code == now)
                set_role(chip, "on" if code == now else "off", "state")
        self.canvas.drawing = bool(self.reason)
        self.parts_box.setVisible(bool(self.reason))
        self.clear.setVisible(bool(self.canvas.parts))
        count = len(self.canvas.parts)
        self.hint.setText(
            _("Parts blurred in exports: {n}. Drag to add one, tap one to take it away.").format(
                n=count
            )
            if count
            else _("All of it is blurred in exports. Drag on the picture to hide only a part.")
        )

    def _take(self, image: QImage) -> None:
        self.canvas.show_image(image, _("This photo is not on this device yet, or it is damaged."))

    def words(self) -> PhotoWords:
        """What the page says now."""
        return PhotoWords(
            caption=self.caption.text(),
            view=self.view if self.view != (self.photo.view or "") else None,
            sensitive=self.reason,
            areas=text_of(self.canvas.parts) or "" if self.reason else None,
            note=self.note.text() if self.reason else None,
        )

    def _save(self) -> None:
        try:
            words = self.words()
            words.fields()
        except BadInput as error:
            self.app.say_failure(error)
            return
        photo_id, told = self.photo.id, self._told

        def work(project: Project) -> int:
            return say_of(project, [photo_id], words)

        def done(_changed: object) -> None:
            if told is not None:
                told()

        self.app.write(work, self.app, done, self._failed)

    def _failed(self, error: Exception) -> None:
        self.app.toast(sentence(error))


def _parts(photo: Attachment) -> list[Area]:
    try:
        return list(areas_of(photo.sensitive_areas))
    except BadInput:
        return []
