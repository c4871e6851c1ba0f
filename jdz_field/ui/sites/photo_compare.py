"""Two photos of one view side by side: what changed since the last visit.

Both move together. While the new one is not taken yet, the old one alone is the guide: from
where, in which direction.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_views import apart_m, label_of
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.photo_lines import direction_words
from jdz_field.ui.page import Page
from jdz_field.ui.photo_pictures import picture
from jdz_field.ui.sites.photo_zoom import STEP, Look, ZoomCanvas, look_by_key
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import column, line, text, tool


class ComparePage(Page):
    """An older photo and a newer one; ``new`` ``None``: it is not taken yet.

    ``older``: photos of the view from earlier visits, newest first; arrows go through them.
    """

    full = True

    def __init__(
        self,
        app: AppContext,
        older: Sequence[Attachment],
        new: Attachment | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(app, parent)
        self.older, self.new = list(older), new
        self.place = 0
        self.look = Look(self)
        self.left, self.right = ZoomCanvas(self.look), ZoomCanvas(self.look)
        self.about_left, self.about_right = text("", "strong"), text("", "strong")
        self.apart = text("", "secondary")
        self.back = tool("chevron-left", "", self.show_older, kind="")
        self.on = tool("chevron-right", "", self.show_newer, kind="")
        self.closer = tool("plus", "", self._closer, kind="")
        self.wider = tool("minus", "", self._wider, kind="")
        self.whole = tool("image", "", self.look.whole, kind="")
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retranslate()
        self._show()

    def _lay_out(self) -> None:
        sides = []
        for canvas, about in ((self.left, self.about_left), (self.right, self.about_right)):
            side = QWidget()
            inside = column(about, canvas, gap=6)
            inside.setStretch(1, 1)
            side.setLayout(inside)
            sides.append(side)
        self.sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.sides.setSpacing(8)
        for side in sides:
            self.sides.addWidget(side, 1)
        sides[1].setVisible(self.new is not None)
        foot = line(self.back, self.on, self.apart, self.wider, self.whole, self.closer, gap=8)
        foot.setStretch(2, 1)
        whole = column(self.sides, foot, gap=8)
        whole.setContentsMargins(12, 8, 12, 8)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading."""
        name = label_of(self.older[self.place].view) if self.older else ""
        words = _("Last visit beside now") if self.new is not None else _("As it was last time")
        return joined([words, name])

    def retranslate(self) -> None:
        """Every text in the language in force."""
        for made, words in (
            (self.back, _("Older (Page Up)")),
            (self.on, _("Newer (Page Down)")),
            (self.closer, _("Closer (+)")),
            (self.wider, _("Wider (−)")),
            (self.whole, _("Whole picture (0)")),
        ):
            made.setToolTip(words)
            made.setAccessibleName(words)
        self._say()

    def show_older(self) -> None:
        """The visit before."""
        self._go(1)

    def show_newer(self) -> None:
        """The visit after."""
        self._go(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """``+ − 0`` and arrows look; Page Up and Down go through the visits."""
        if look_by_key(self.look, event):
            return
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_Left):
            self.show_older()
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_Right):
            self.show_newer()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other where it is wide, below each other where it is high."""
        super().resizeEvent(event)
        upright = event.size().height() > event.size().width()
        way = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        self.sides.setDirection(way)

    def _closer(self) -> None:
        self.look.zoom(STEP)

    def _wider(self) -> None:
        self.look.zoom(1 / STEP)

    def _go(self, by: int) -> None:
        wanted = self.place + by
        if 0 <= wanted < len(self.older):
            self.place = wanted
            self._show()
            self.app.retitle_wanted.emit()

    def _show(self) -> None:
        self._say()
        self._ask(self.left, self.older[self.place] if self.older else None)
        if self.new is not None:
            self._ask(self.right, self.new)

    def _say(self) -> None:
        one = self.older[self.place] if self.older else None
        self.back.setEnabled(self.place + 1 < len(self.older))
        self.on.setEnabled(self.place > 0)
        self.about_left.setText(_told(one) if one else _("There is no photo of this view yet."))
        self.about_right.setText(_told(self.new) if self.new else "")
        metres = apart_m(one, self.new) if one and self.new else None
        if self.new is None:
            self.apart.setText(_("Take the new one from the same place, in the same direction."))
        elif metres is None:
            self.apart.setText(_("Distance not known: a photo has no position."))
        else:
            self.apart.setText(_("Taken {n} m from each other").format(n=round(metres)))

    def _ask(self, canvas: ZoomCanvas, photo: Attachment | None) -> None:
        canvas.show_image(QImage(), _("Opening …") if photo else "")
        if photo is None:
            return
        path, side = self.app.path, canvas

        def done(answer: tuple[str, QImage]) -> None:
            shown = self.older[self.place] if side is self.left else self.new
            if shown is not None and shown.id == answer[0]:
                missing = _("This photo is not on this device yet, or it is damaged.")
                side.show_image(answer[1], missing)

        self.app.jobs.without_store(
            lambda: (photo.id, picture(path, photo)), self, done, self.app.say_failure
        )


def _told(photo: Attachment) -> str:
    when = shown_time(photo.taken) if photo.taken else _("no time")
    return joined([when, direction_words(photo), photo.caption or ""])
