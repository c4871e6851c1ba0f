"""Beside the pile: the map, the tracks, the clock, the photo that was chosen and its place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from jdz_field.core.i18n import _
from jdz_field.store.queries import MapPoint
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.preview import Preview
from jdz_field.ui.form.shelf import small
from jdz_field.ui.photos.clock import ClockBox
from jdz_field.ui.photos.photo_map import PhotoMap
from jdz_field.ui.photos.plan import Pile, Shot
from jdz_field.ui.photos.words import record_reason
from jdz_field.ui.values import joined, shown_point, shown_time
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text, touch

_EDGE = 900
#: Item data: the person goes back to what was proposed.
PROPOSED = "proposed"
_BETWEEN = "|"


class Side(QWidget):
    """The right half of the page.

    Signals:
        track_wanted(): choose a track.
        own_wanted(bool): compare with the project's own tracks, or not.
        offset_wanted(float): the camera's clock is so many seconds behind.
        place_wanted(object, object): the chosen photos belong to this site and this record
            (``None``: to none).
        again_wanted(): what was proposed for the chosen photos counts.
        write_wanted(): write the places into the photo files.
        gone(): take the chosen photos off the pile.
    """

    track_wanted = Signal()
    own_wanted = Signal(bool)
    offset_wanted = Signal(float)
    place_wanted = Signal(object, object)
    again_wanted = Signal()
    write_wanted = Signal()
    gone = Signal()

    def __init__(
        self,
        app: AppContext,
        points: Sequence[MapPoint],
        *,
        fixed: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._app, self._fixed = app, fixed
        self._key = ""
        self.map = PhotoMap(app, points)
        self.map.setFixedHeight(280)
        self.track = button("", self.track_wanted.emit, icon="route")
        self.own = QCheckBox()
        self.own.setMinimumHeight(touch())
        self.own.setChecked(True)
        self.own.toggled.connect(self.own_wanted)
        self.tracks = text("", "caption")
        self.write = button("", self.write_wanted.emit, icon="save")
        self.clock = ClockBox()
        self.clock.offset_wanted.connect(self.offset_wanted)
        self.name = text("", "heading")
        self.about, self.problem = text("", "caption"), text("", "attention")
        self.preview = Preview()
        self.site_label = text("", "strong")
        self.site = QComboBox()
        self.site.activated.connect(self._site_chosen)
        self.off = button("", self.gone.emit, kind="quiet", icon="close")
        self._put_together()
        self.retranslate()

    def _put_together(self) -> None:
        scroll = Scroll(margins=16, gap=10)
        self.clock_box = boxed(column(self.clock, margins=12), "sunken")
        head = line(self.name, self.off)
        head.setStretch(0, 1)
        scroll.body.addWidget(self.site_label)
        scroll.body.addWidget(self.site)
        scroll.body.addLayout(head)
        scroll.body.addWidget(self.about)
        scroll.body.addWidget(self.problem)
        scroll.body.addWidget(self.map)
        scroll.body.addLayout(line(self.track, self.own, None))
        scroll.body.addWidget(self.tracks)
        scroll.body.addLayout(line(self.write, None))
        scroll.body.addWidget(self.clock_box)
        scroll.body.addWidget(self.preview)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.track.setText(_("Place by a track"))
        self.own.setText(_("The project's own tracks"))
        self.write.setText(_("Write places into the photos …"))
        self.site_label.setText(_("Belongs to"))
        self.off.setText(_("Leave out"))
        self.clock.retranslate()

    def show_pile(self, pile: Pile) -> None:
        """Tracks, clock and the map."""
        self.map.put(pile)
        told = [
            _("{file}: {n} points, {start} to {end}").format(
                file=track.file.name,
                n=track.points,
                start=shown_time(track.start.isoformat()),
                end=shown_time(track.end.isoformat())[-5:],
            )
            for track in pile.tracks
        ]
        self.tracks.setText("\n".join(told))
        self.tracks.setVisible(bool(told))
        by_track = sum(shot.source == "track" for shot in pile.shots)
        self.write.setVisible(by_track > 0)
        self.clock_box.setVisible(bool(pile.tracks))
        self.clock.show_pile(pile)

    def show_shot(self, shot: Shot | None, pile: Pile, selected: int) -> None:
        """The photo, where it was taken, what it belongs to."""
        self.setEnabled(shot is not None)
        self.map.mark(shot)
        self.clock.show_shot(shot)
        if shot is None:
            return
        several = _("{n} photos chosen").format(n=selected)
        self.name.setText(shot.title if selected <= 1 else several)
        self.about.setText(self._about(shot, pile))
        problem = shot.placed.problem if shot.placed is not None else shot.info.problem
        self.problem.setText(problem or "")
        self.problem.setVisible(bool(problem))
        self._offer(shot)
        if shot.key != self._key:
            self._key = shot.key
            self.preview.setVisible(not shot.info.broken)
            self._ask(shot)

    def _about(self, shot: Shot, pile: Pile) -> str:
        moment, position = pile.moment(shot), shot.position
        gap = ""
        if shot.placed is not None and shot.placed.match is not None:
            gap = _("{gap:.0f} s from the nearest point").format(gap=shot.placed.match.gap_s)
        return joined(
            [
                shown_time(moment.isoformat()) if moment else _("no time"),
                shown_point(*position) if position else _("no position"),
                gap,
                joined([shot.info.make, shot.info.model]),
            ]
        )

    def _ask(self, shot: Shot) -> None:
        key, file = shot.key, shot.info.file

        def show(image: QImage) -> None:
            if key == self._key:
                self.preview.put(image)

        def without(_error: Exception) -> None:
            self.preview.hide()

        if not shot.info.broken:
            self._app.jobs.without_store(lambda: small(file, _EDGE), self, show, without)

    def _offer(self, shot: Shot) -> None:
        self.site_label.setVisible(not self._fixed)
        self.site.setVisible(not self._fixed)
        self.site.clear()
        self.site.addItem(_("Nothing"), _coded(None, None))
        for one in shot.records:
            words = joined([one.title, one.name, record_reason(one)])
            self.site.addItem(words, _coded(one.site, one.record))
        for near in shot.near:
            self.site.addItem(f"{near.name} · {near.distance_m:.0f} m", _coded(near.site, None))
        chosen = _coded(shot.site, shot.record)
        if shot.site and self.site.findData(chosen) < 0:
            site = self._app.reader.site(shot.site)
            self.site.addItem(site.name if site is not None else shot.site, chosen)
        if shot.chosen:
            self.site.addItem(_("As proposed"), PROPOSED)
        self.site.setCurrentIndex(max(0, self.site.findData(chosen)))

    def _site_chosen(self, row: int) -> None:
        data = str(self.site.itemData(row))
        if data == PROPOSED:
            self.again_wanted.emit()
        else:
            site, record = data.split(_BETWEEN)
            self.place_wanted.emit(site or None, record or None)


def _coded(site: str | None, record: str | None) -> str:
    # Qt gives tuples back as lists, which no item is found by.
    return f"{site or ''}{_BETWEEN}{record or ''}"
