"""The warning itself: which point, how far, which way, and what its card says to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QLabel

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.nearness import Near, rule
from jdz_field.ui import icons, theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.receiver import FIXED
from jdz_field.ui.sites.away import compass
from jdz_field.ui.stage import Stage
from jdz_field.ui.warning import NearWarning, card_lines
from jdz_field.ui.widgets import button, column, line, set_role, text

_WIDEST, _AIR = 620, 12


class WarningBand(QFrame):
    """Lies above map and pages, takes no focus, and goes when the person is away or says so."""

    def __init__(self, app: AppContext, warning: NearWarning, parent: Stage) -> None:
        super().__init__(parent)
        self._map = parent.map
        self._app, self._warning, self._area = app, warning, parent
        self._site = ""
        self.setProperty("role", "near")
        self.icon = QLabel()
        self.words = text("", "heading")
        self.detail = text("", "strong")
        self.card = text("")
        self.source = text("", "caption")
        self.open = button("", self._open_site, icon="pin")
        self.close_it = button("", warning.dismiss, kind="danger", icon="check")
        for each in (self.open, self.close_it):
            # What is being typed goes on being typed.
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head = line(self.icon, column(self.words, self.detail, gap=2), gap=12)
        head.setStretch(1, 1)
        acts = line(None, self.open, self.close_it)
        self._column = column(head, self.card, self.source, acts, margins=14, gap=6)
        self.setLayout(self._column)
        self.setAccessibleName(_("Warning"))
        warning.changed.connect(self.show_told)
        app.language_changed.connect(self.retranslate)
        app.theme_changed.connect(self.retranslate)
        parent.installEventFilter(self)
        parent.sheet.moved.connect(self.place)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.open.setText(_("Open its card"))
        self.close_it.setText(_("I know"))
        self._site = ""
        self.show_told()

    def show_told(self) -> None:
        """What the person is warned of now."""
        told = self._warning.told
        if not told:
            self.hide()
            return
        nearest = told[0]
        self._say(nearest, len(told) - 1)
        if nearest.danger.id != self._site:
            self._site = nearest.danger.id
            self._say_card(nearest)
        self.place()
        self.show()
        self.raise_()

    def _say(self, near: Near, others: int) -> None:
        grade = code_list("danger_grade").label(near.danger.grade)
        name = near.danger.name or _("a site without a name")
        self.words.setText(_("Near a point of high danger: {name}").format(name=name))
        parts = [self._distance(near), grade]
        if others:
            more = ngettext("{n} more near", "{n} more near", others).format(n=others)
            parts.append(more)
        self.detail.setText(" · ".join(parts))

    def _distance(self, near: Near) -> str:
        if self._app.receiver.state != FIXED:
            # An old position says nothing of now.
            return _("position out of date")
        if near.metres < 1:
            return _("you are inside it")
        metres = round(near.metres, -1) if near.metres >= 100 else round(near.metres)
        return _("{n} m to the {direction} ({bearing}°)").format(
            n=f"{metres:.0f}", direction=compass(near.bearing), bearing=f"{near.bearing:03.0f}"
        )

    def _say_card(self, near: Near) -> None:
        lines = [f"{label}：{said}" for label, said in card_lines(self._app, near.danger.id)]
        self.card.setText("\n".join(lines))
        self.card.setVisible(bool(lines))
        general = rule().certainty == "general"
        distance = _("The distance of the warning is general knowledge; settings change it.")
        self.source.setText(distance if general else "")
        self.source.setVisible(general)
        icons.give(self.icon, "warning", "error", 40)
        set_role(self, f"near-{near.danger.grade.lower()}")

    def _open_site(self) -> None:
        site = self._site
        self._warning.dismiss()
        self._app.open_site(site)

    def place(self) -> None:
        """At the top, in the middle."""
        widest = round(_WIDEST * max(theme.current().scale, 1.0))
        # Beside the sheet when the map is wide enough there, else above it.
        room = self._area.width() - self._map.margins.right
        room = room if room >= _WIDEST * 2 // 3 else self._area.width()
        width = min(room - 2 * _AIR, widest)
        self.setFixedWidth(width)
        height = self._column.heightForWidth(width)
        self.setGeometry((room - width) // 2, _AIR, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)
