"""Leads to a chosen place: keeps the panel, the line on the map and the receiver in step.

Needs no network: a position and a place are all it takes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from jdz_field.core.i18n import _
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.finding_layer import FindingLayer
from jdz_field.ui.finding_panel import FindingPanel
from jdz_field.ui.finding_way import Target, Way, target_of, way_to
from jdz_field.ui.map.view import Margins
from jdz_field.ui.numbers import coordinates
from jdz_field.ui.receiver_words import words_of
from jdz_field.ui.stage import Stage

#: The panel is at most so wide; space around it.
_WIDEST, _AIR = 460, 12
#: Pixels around person and goal when both are brought into view.
_AROUND = 70
#: Nearer than this the map need not come closer.
_CLOSE_ZOOM = 17.5


class Finder(QObject):
    """The way to one place.

    Attributes:
        target: whereto; ``None`` when nobody is being led.
        way: the way as the last position that counted said it; ``None`` before the first.

    Signals:
        changed: another target, or none any more.
    """

    changed = Signal()

    def __init__(self, app: AppContext, stage: Stage) -> None:
        super().__init__(stage)
        self._app, self._stage = app, stage
        self.target: Target | None = None
        self.way: Way | None = None
        self.layer = FindingLayer()
        self.panel = FindingPanel(stage)
        self.panel.hide()
        self.panel.end_wanted.connect(self.end_by_person)
        self.panel.site_wanted.connect(self._open_site)
        self.panel.receiver_wanted.connect(self._open_receiver)
        self.panel.pace_wanted.connect(self.show_both)
        app.receiver.fixed.connect(self._moved)
        app.receiver.state_changed.connect(self._show)
        app.changed.connect(self._look_again)
        app.language_changed.connect(self._retranslate)
        app.theme_changed.connect(self._show)
        stage.sheet.moved.connect(self.place)
        stage.installEventFilter(self)
        stage.map.installEventFilter(self)

    # ---- beginning and ending
    def to_site(self, site_id: str) -> bool:
        """Lead to a site; ``False``, and a sentence, when it has no place."""
        site = self._app.reader.site(site_id)
        target = target_of(site) if site is not None else None
        if target is None:
            self._app.toast(_("This site has no position; nobody can be led there."))
            return False
        self._begin(target)
        self._stage.map.select(site_id, site.geometry if site is not None else None)
        return True

    def to_place(self, lon: float, lat: float) -> None:
        """Lead to a place on the ground (degrees)."""
        self._begin(Target(coordinates(lon, lat), lon, lat))

    def _begin(self, target: Target) -> None:
        self.target, self.way = target, None
        self.layer.goal = (target.lon, target.lat)
        self._stage.map.add_layer(self.layer)
        self.panel.show_name(target.name, site=bool(target.site))
        self._show()
        self.panel.show()
        self.place()
        self.show_both()
        self._stage.map.setFocus()
        self.changed.emit()

    def end_by_person(self) -> None:
        """Stop; a slip can be taken back."""
        before = self.target
        if before is None:
            return
        self.stop()
        self._app.toast(
            _("No longer leading to {name}.").format(name=before.name), self._back(before)
        )

    def _back(self, target: Target) -> Callable[[], None]:
        def again() -> None:
            self._begin(target)

        return again

    def stop(self) -> None:
        """Lead nowhere."""
        self.target = self.way = None
        self.layer.goal = self.layer.start = None
        self._stage.map.remove_layer(self.layer)
        self.panel.hide()
        self.changed.emit()

    # ---- what the receiver says
    def _moved(self, _fix: object) -> None:
        self._show()

    def _show(self) -> None:
        target = self.target
        if target is None:
            return
        receiver = self._app.receiver
        fix = receiver.latest
        if fix is not None:
            self.way = way_to(target, fix)
            self.layer.start, self.layer.goal = (fix.lon, fix.lat), (self.way.lon, self.way.lat)
            if self.way.metres == 0:
                self.layer.goal = (target.lon, target.lat)
            self.panel.show_way(self.way, replay=not receiver.live(fix))
        else:
            # An old position says nothing of now: no arrow, no line.
            self.layer.start = None
            words = words_of(receiver).long
            self.panel.show_lost(self.way, words, there=receiver.there)
        self._stage.map.redraw_layer(self.layer)
        self.place()

    def _look_again(self) -> None:
        """The site may have been moved or deleted meanwhile."""
        target = self.target
        if target is None:
            return
        if not target.site:
            renewed: Target | None = Target(
                coordinates(target.lon, target.lat), target.lon, target.lat
            )
        else:
            site = self._app.reader.site(target.site)
            renewed = target_of(site) if site is not None and not site.deleted else None
        if renewed is None:
            self.stop()
            self._app.toast(_("{name} is gone; it is no longer led to.").format(name=target.name))
        elif renewed != target:
            self.target = renewed
            self.layer.goal = (renewed.lon, renewed.lat)
            self.panel.show_name(renewed.name, site=bool(renewed.site))
            self._show()

    # ---- on the stage
    def show_both(self) -> None:
        """Bring person and goal into view, or the goal alone."""
        target, view = self.target, self._stage.map.view
        if target is None:
            return
        fix = self._app.receiver.latest
        if fix is None:
            self._stage.map.go_to(target.lon, target.lat)
            return
        west, east = sorted((fix.lon, target.lon))
        south, north = sorted((fix.lat, target.lat))
        m = self._stage.map.margins
        top = m.top + self.panel.height() + _AROUND
        around = Margins(m.left + _AROUND, top, m.right + _AROUND, m.bottom + _AROUND)
        fitted = view.fitted((west, south, east, north), around)
        if fitted.zoom > _CLOSE_ZOOM:
            middle = (west + east) / 2, (south + north) / 2
            fitted = view.centred(*middle, _CLOSE_ZOOM, around)
        self._stage.map.move_to(fitted)

    def place(self) -> None:
        """At the top left of what the sheet leaves free."""
        if self.target is None:
            return
        margins, area = self._stage.map.margins, self._stage.rect()
        free = area.width() - margins.right - margins.left
        wide = round(_WIDEST * min(max(theme.current().scale, 1.0), 1.5))
        self.panel.setFixedWidth(max(min(wide, free - 2 * _AIR), 260))
        layout = self.panel.layout()
        assert layout is not None
        layout.activate()
        self.panel.resize(self.panel.width(), layout.heightForWidth(self.panel.width()))
        self.panel.move(margins.left + _AIR, _AIR)
        self.panel.stackUnder(self._stage.sheet)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep its place when the window changes its size; Escape on the map ends it."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        elif self.target is not None and _is_escape(event):
            self.end_by_person()
            return True
        return super().eventFilter(watched, event)

    def _open_site(self) -> None:
        if self.target is not None and self.target.site:
            self._app.open_site(self.target.site)

    def _open_receiver(self) -> None:
        self._app.show_page("receiver")

    def _retranslate(self) -> None:
        self.panel.retranslate()
        if self.target is not None:
            self.panel.show_name(self.target.name, site=bool(self.target.site))
            self._show()


def _is_escape(event: QEvent) -> bool:
    pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
    return pressed and event.key() == Qt.Key.Key_Escape  # type: ignore[attr-defined]
