"""Measuring on the map: a line or an area, drawn, walked or written, copied or made a site."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.measuring import Measured, keep, kept
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.form.desk import MapDesk
from jdz_field.ui.form.lexical import Vertex
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.form.trace_board import DRAW, TraceBoard
from jdz_field.ui.form.trace_figures import summary
from jdz_field.ui.map.measure_save import SaveBox
from jdz_field.ui.map.view import View
from jdz_field.ui.numbers import coordinates
from jdz_field.ui.widgets import button, line


class MeasurePage(TraceBoard):
    """The tool for a shape of its own. It is kept while one looks elsewhere, until cleared."""

    def __init__(self, app: AppContext, view: object = None, parent: QWidget | None = None) -> None:
        before = kept(app.path)
        trace = Trace(closed=before.closed if before is not None else False)
        if before is not None:
            trace.begin([Vertex(*position) for position in before.positions])
        self.app = app
        self._view = view if isinstance(view, View) else None
        self._kinds: dict[bool, QPushButton] = {}
        self.menu: QMenu | None = None
        super().__init__(MapDesk(app), trace, DRAW, parent)
        self.tool.snapper.on = True
        self._add_kinds()
        self._add_acts()
        self.answered.connect(self._keep)
        self._show_kind()
        self._chose()

    # ---- what there is besides
    def _add_kinds(self) -> None:
        chips = QWidget()
        flow = Flow(chips)
        for closed, words, tip in (
            (False, _("Line"), _("Measure a length")),
            (True, _("Area"), _("Measure an area")),
        ):
            chip = button(words, self._kind_tapped, kind="chip")
            chip.setCheckable(True)
            chip.setToolTip(tip)
            self._kinds[closed] = chip
            flow.addWidget(chip)
        self.inside.removeWidget(self.figures)
        top = line(self.figures, chips)
        top.setStretch(0, 3)
        top.setStretch(1, 2)
        self.inside.insertLayout(0, top)

    def _add_acts(self) -> None:
        self.copy = button(_("Copy"), self.open_copies, icon="copy")
        self.copy.setToolTip(_("Copy it as WKT, GeoJSON, coordinates or figures"))
        self.make = button(_("Make it a site"), self.open_save, icon="plus")
        self.save = SaveBox(self.app)
        self.save.hide()
        self.save.shown.connect(self._make_room)
        self.save.saved.connect(self._saved)
        self.save.refused.connect(self._refused)
        acts = self._acts = QWidget()
        flow = Flow(acts)
        flow.addWidget(self.copy)
        flow.addWidget(self.make)
        self.inside.insertWidget(self.inside.count() - 2, self.save)
        self.inside.insertWidget(self.inside.count() - 2, acts)

    def title(self) -> str:
        """The heading."""
        return _("Measure")

    def _begin(self) -> None:
        if self._trace.vertices or self._view is None:
            super()._begin()
            return
        self.stage.map.set_view(self._view)
        self._focus()

    # ---- line or area
    def _kind_tapped(self) -> None:
        self.set_closed(closed=self.sender() is self._kinds[True])

    def set_closed(self, *, closed: bool) -> None:
        """Measure an area, or a length."""
        self._trace.set_closed(closed=closed)
        self._show_kind()
        self._keep()
        self._changed()

    def _show_kind(self) -> None:
        for closed, chip in self._kinds.items():
            chip.setChecked(closed == self._trace.closed)

    def measured(self) -> Measured:
        """What is drawn."""
        return Measured(
            self._trace.closed,
            tuple((v.lon, v.lat, v.altitude, v.accuracy) for v in self._trace.vertices),
        )

    def _keep(self, _words: str = "") -> None:
        keep(self.app.path, self.measured())

    def _chose(self) -> None:
        super()._chose()
        if hasattr(self, "copy"):
            enough = bool(self._trace.vertices) and not self._trace.missing()
            self.copy.setEnabled(enough)
            self.make.setEnabled(enough)

    # ---- copying
    def open_copies(self) -> None:
        """Offer the ways in which it can be copied."""
        if self.menu is not None:
            self.menu.deleteLater()
        self.menu = QMenu(self)
        ways: tuple[tuple[str, Callable[[], str]], ...] = (
            (_("Figures"), self.figures_text),
            (_("Coordinates, one point a line"), self.coordinates_text),
            ("WKT", self.measured().wkt),
            ("GeoJSON", self.measured().geojson),
        )
        for words, make in ways:
            self.menu.addAction(words).setData(make)
        self.menu.triggered.connect(self._copy)
        up = self.menu.sizeHint().height()
        self.menu.popup(self.copy.mapToGlobal(self.copy.rect().topLeft()) - QPoint(0, up))

    def figures_text(self) -> str:
        """What it measures."""
        return summary(self._trace)

    def coordinates_text(self) -> str:
        """Its points in the form that the person reads."""
        return "\n".join(coordinates(*v.place, fine=True) for v in self._trace.vertices)

    def _copy(self, act: QAction) -> None:
        QGuiApplication.clipboard().setText(act.data()())
        self.app.toast(_("Copied: {text}").format(text=act.text()))

    # ---- a site
    def open_save(self) -> None:
        """Ask what kind of site it is to be."""
        self.save.begin(self.measured())

    def _make_room(self, asking: bool) -> None:
        """What is asked takes the place of what can be drawn."""
        for part in (self._stack, self.chips, self._acts):
            part.setVisible(not asking)
        self.inside.setStretchFactor(self.save, 1 if asking else 0)

    def _refused(self, words: str) -> None:
        place = self.measured().crossing()
        if place is not None:
            self.stage.map.go_to(*place, max(self.stage.map.view.zoom, 15.0))
        self.app.toast(words)

    def _saved(self, site_id: str) -> None:
        # Taken back with Undo while the page is open: nothing that was drawn goes on a slip.
        self.save.stop()
        self._clear()
        self.app.back()
        self.app.open_site(site_id)
