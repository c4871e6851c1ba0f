"""The fourth step of an import: how coordinates were understood, and where the rows would land."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.geo.tiles import basemaps
from jdz_field.operations.datums import datum_sets
from jdz_field.operations.import_preview import Positions, Preview, Spot, positions_words
from jdz_field.store.queries import MapPoint
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.map.base import halo_text
from jdz_field.ui.map.view import Margins
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.rows import Row
from jdz_field.ui.sites.import_steps import Choices, Picker, Step, keyed
from jdz_field.ui.widgets import Scroll, boxed, button, column, divider, line, text

#: Below this width the map stands under the words.
_NARROW = 900
#: A single row is shown this close.
_CLOSE = 14.0
#: Words beside so many marks at once.
_MOST_WORDS = 80
SHIFTS = ("", "gcj02", "bd09")
#: Systems of the county's ledgers (EPSG registry), those of an older datum last.
SYSTEMS = (
    ("EPSG:4490", "CGCS2000", ""),
    ("EPSG:4548", "CGCS2000 / 3°", "117°E"),
    ("EPSG:4527", "CGCS2000 / 3°", "39"),
    ("EPSG:4509", "CGCS2000 / 6°", "117°E"),
    ("EPSG:4498", "CGCS2000 / 6°", "20"),
    ("EPSG:32650", "WGS 84 / UTM 50N", "117°E"),
    ("EPSG:2384", "西安80 / 3°", "117°E"),
    ("EPSG:2363", "西安80 / 3°", "39"),
    ("EPSG:2436", "北京54 / 3°", "117°E"),
    ("EPSG:2415", "北京54 / 3°", "39"),
)


def issue_word(issue: str) -> tuple[str, str]:
    """The word and the colour of what is wrong with a place."""
    return {
        "outside_city": (_("outside the city"), "error"),
        "county_mismatch": (_("another county"), "attention"),
        "axes_swapped": (_("axes swapped"), "accent"),
    }[issue]


class SpotTool:
    """Rings and words over the rows whose place is doubtful."""

    def __init__(self) -> None:
        self.spots: Sequence[Spot] = ()
        self.map: MapWidget | None = None

    def take(self, event: QEvent) -> bool:
        """The map moves as ever."""
        del event
        return False

    def tap(self, at: QPointF) -> bool:
        """A tap means the mark below."""
        del at
        return False

    def paint(self, painter: QPainter) -> None:
        """A ring in the colour of the fault, and its word."""
        if self.map is None:
            return
        now, view = theme.current(), self.map.view
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = now.font("caption", bold=True)
        painter.setFont(font)
        metrics, words = QFontMetricsF(font), 0
        for spot in self.spots:
            px, py = view.at(spot.lon, spot.lat)
            if not (0 <= px <= view.width and 0 <= py <= view.height):
                continue
            word, tint = issue_word(spot.issue)
            painter.setPen(QPen(now.colour(tint), 3.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(px, py), 19, 19)
            words += 1
            if words <= _MOST_WORDS:
                wide = metrics.horizontalAdvance(word)
                box = QRectF(px + 22, py - metrics.height() / 2, wide + 6, metrics.height())
                halo_text(painter, box, word, tint)


class PlacesStep(Step):
    """Words and questions at the left or above, the map beside.

    Signals:
        row_wanted(int): show this row of the ledger.
    """

    row_wanted = Signal(int)

    def __init__(self, app: AppContext, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(app, choices, parent)
        self.said, self.faults = text(""), text("", "secondary")
        self.question = text("", "section")
        self.shifts: dict[str, QPushButton] = {}
        self.shift_hint = text("", "caption")
        self.old_hint = text("")
        self.old_box = boxed(column(self.old_hint, margins=12), "warning")
        self.system = button("", self._ask_system, icon="scale")
        self.datum = button("", self._ask_datum, icon="scale")
        self.tool = SpotTool()
        self._map: MapWidget | None = None
        self.about = text("", wrap=True)
        self.look = button("", self._look, icon="list")
        self.next = keyed("F8", button("", self.next_doubtful, icon="chevron-right"))
        self._row: int | None = None
        self._at = -1
        self._shown: tuple[object, ...] = ()
        self._lay_out()

    def _lay_out(self) -> None:
        shifts = QWidget()
        flow = Flow(shifts)
        for name in SHIFTS:
            chip = button("", self._shift_clicked, kind="chip")
            chip.setCheckable(True)
            chip.setProperty("name", name)
            self.shifts[name] = chip
            flow.addWidget(chip)
        self.words = Scroll(margins=0, gap=10)
        for part in (
            *(boxed(column(self.said, self.faults, margins=12), "note"), self.old_box),
            *(self.datum, self.system, self.question, shifts, self.shift_hint),
        ):
            self.words.body.addWidget(part)
        self.words.body.addStretch(1)
        foot = line(self.about, self.next, self.look, gap=8, margins=4)
        foot.setStretch(0, 1)
        beside = QWidget()
        self._beside = column(divider(), foot, gap=4)
        beside.setLayout(self._beside)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        self._box.addWidget(self.words, 2)
        self._box.addWidget(beside, 3)

    @property
    def map(self) -> MapWidget:
        """The map; made anew after its files were let go."""
        if self._map is None:
            sources, _troubles = basemaps(self.app.path / "basemaps")
            self._map = MapWidget(self.app.jobs, sources, self)
            self._map.setMinimumHeight(240)
            self._map.trouble.connect(self.app.toast)
            self._map.site_tapped.connect(self._tapped)
            self._map.pile_tapped.connect(self._pile)
            self._map.tool, self.tool.map = self.tool, self._map
            self._beside.insertWidget(0, self._map, 1)
            self._shown = ()
        return self._map

    def showEvent(self, event: QShowEvent) -> None:
        """The map and its rows."""
        super().showEvent(event)
        self._show_spots()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Upright the map stands under the words."""
        super().resizeEvent(event)
        upright = self.width() < _NARROW
        way = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        if self._box.direction() != way:
            self._box.setDirection(way)
        # Upright the questions are read before the map is looked at.
        self.words.setMinimumHeight(min(380, self.height() // 2) if upright else 0)

    # ---- what is shown
    def put(self, preview: Preview | None) -> None:
        """What was understood, and every row on the map."""
        super().put(preview)
        self._row, self._at = None, -1
        if self.isVisible():
            self._show_spots()

    def _show_spots(self) -> None:
        spots = self.preview.spots if self.preview else []
        self.map.set_places([self._point(spot) for spot in spots])
        self.tool.spots = [spot for spot in spots if spot.issue]
        seen = (self.choices.file, self.choices.crs, self.choices.shift, self.choices.datum)
        if spots and seen != self._shown:
            self._shown = seen
            self._fit(spots)
        self.retranslate()

    def _point(self, spot: Spot) -> MapPoint:
        kind = self.choices.kind
        return MapPoint(
            str(spot.row), kind, spot.kind_code, spot.lon, spot.lat, None, False, False, spot.name
        )

    def _fit(self, spots: Sequence[Spot]) -> None:
        # What lies outside would make a dot of the city.
        within = [spot for spot in spots if spot.issue != "outside_city"] or spots
        lons, lats = [s.lon for s in within], [s.lat for s in within]
        box = (min(lons), min(lats), max(lons), max(lats))
        view = self.map.view.fitted(box, Margins(50, 50, 50, 50))
        if view.zoom > _CLOSE:
            view = view.centred((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, _CLOSE)
        self.map.set_view(view)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        found = self.preview.positions if self.preview else Positions()
        self.said.setText(positions_words(found))
        spots = self.preview.spots if self.preview else []
        counts = Counter(spot.issue for spot in spots if spot.issue)
        told = [f"{issue_word(issue)[0]}: {n:,}" for issue, n in sorted(counts.items())]
        self.faults.setText(
            "   ".join([_("{n} rows have a place.").format(n=f"{len(spots):,}"), *told])
        )
        self._show_shift(found)
        self._show_datum(found)
        self.system.setText(
            _("Coordinates are {system}").format(system=self.choices.crs)
            if self.choices.crs
            else _("Name the system …")
        )
        self.look.setText(_("Show the row"))
        self.next.setText(_("Next doubtful"))
        self.next.setVisible(bool(counts))
        self._show_row(self._row)

    def _show_shift(self, found: Positions) -> None:
        shifted = found.datum in ("GCJ-02", "BD-09") or bool(self.choices.shift)
        matters = found.form == "degrees" and (not found.datum or shifted)
        self.question.setText(_("Do the degrees come from a phone's map?"))
        words = {"": _("No, true degrees"), "gcj02": "GCJ-02", "bd09": "BD-09"}
        for name, chip in self.shifts.items():
            chip.setText(words[name])
            chip.setChecked(name == self.choices.shift)
        self.shift_hint.setText(
            _(
                "Amap and Tencent show GCJ-02, Baidu BD-09: 300 to 1000 m beside the true place. "
                "Receivers and surveyors give true degrees."
            )
        )
        for part in (self.question, self.shifts[""].parentWidget(), self.shift_hint):
            if part is not None:
                part.setVisible(matters)

    def _show_datum(self, found: Positions) -> None:
        older = bool(found.datum) and found.datum not in ("GCJ-02", "BD-09")
        self.old_box.setVisible(older)
        self.old_hint.setText(
            _(
                "{datum} is never converted in silence: with the office's parameter set the rows "
                "get their place; without it the numbers are kept and marked 待转换."
            ).format(datum=found.datum)
        )
        self.datum.setVisible(older)
        self.datum.setText(self.choices.datum or _("Choose a parameter set …"))

    # ---- what is chosen
    def _shift_clicked(self) -> None:
        self.choices.shift = str(self.sender().property("name"))
        self.retranslate()
        self.settled.emit()

    def _ask_system(self) -> None:
        rows = [Row("", _("As it was found"))]
        for code, name, zone in SYSTEMS:
            words = _("zone {zone}").format(zone=zone) if zone.isdigit() else zone
            rows.append(Row(code, f"{name}  {words}".strip(), code))
        picker = Picker(self.app, "", _("What the coordinates are"), rows, self.choices.crs or "")
        picker.picked.connect(self._system_picked)
        self.app.push(picker)

    def _system_picked(self, _about: str, code: str) -> None:
        self.choices.crs = code or None
        self.settled.emit()

    def _ask_datum(self) -> None:
        rows = [Row("", _("Keep them 待转换"), _("The numbers stay in the remarks."))]
        rows += self.datum_rows()
        picker = Picker(self.app, "", _("Parameter set"), rows, self.choices.datum)
        picker.picked.connect(self._datum_picked)
        self.app.push(picker)

    def datum_rows(self) -> list[Row]:
        """The parameter sets that the project knows."""
        sets = datum_sets(self.app.reader)
        found = self.preview.positions.datum if self.preview else ""
        return [
            Row(
                one.name,
                one.name,
                " · ".join(filter(None, (str(one.datum), one.authority, one.area))),
                "",
                _("another datum") if str(one.datum) != found else "",
                "attention",
            )
            for one in sets
        ]

    def _datum_picked(self, _about: str, name: str) -> None:
        self.choices.datum = name
        self.settled.emit()

    # ---- rows and marks
    def _tapped(self, key: str) -> None:
        self._show_row(int(key))

    def _pile(self, keys: Sequence[str]) -> None:
        self._show_row(int(keys[0]))

    def show_row(self, row: int) -> None:
        """Bring a row's place to the middle."""
        spot = self._spot(row)
        if spot is not None:
            self.map.go_to(spot.lon, spot.lat, max(self.map.view.zoom, _CLOSE))
            self._show_row(row)

    def next_doubtful(self) -> None:
        """The next row whose place is doubtful."""
        if self.tool.spots:
            self._at = (self._at + 1) % len(self.tool.spots)
            self.show_row(self.tool.spots[self._at].row)

    def _spot(self, row: int | None) -> Spot | None:
        spots = self.preview.spots if self.preview else []
        return next((spot for spot in spots if spot.row == row), None)

    def _show_row(self, row: int | None) -> None:
        self._row = row
        spot = self._spot(row)
        if self._map is not None:
            self._map.select(str(row) if spot else None)
        self.look.setVisible(spot is not None)
        if spot is None:
            self.about.setText(_("Tap a mark to see its row."))
            return
        words = [_("Row {n}").format(n=spot.row), spot.name]
        if spot.issue:
            words.append(issue_word(spot.issue)[0])
        self.about.setText(" · ".join(words))

    def _look(self) -> None:
        if self._row is not None:
            self.row_wanted.emit(self._row)

    def close_files(self) -> None:
        """Let the base maps go."""
        if self._map is not None:
            self._map.tool = self.tool.map = None
            self._map.close_files()
            self._map.hide()
            self._map.deleteLater()
            self._map = None
