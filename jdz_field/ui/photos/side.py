"""Beside the pile: the photo that was chosen, the track, the camera's clock, the site."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.form.preview import Preview
from jdz_field.ui.form.shelf import small
from jdz_field.ui.photos.plan import Pile, Shot, clock_error
from jdz_field.ui.photos.sketch import PhotoSketch
from jdz_field.ui.values import joined, shown_point, shown_time
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text

_EDGE = 900


class Side(QWidget):
    """The right half of the page.

    Signals:
        track_wanted(): choose a track.
        offset_wanted(float): the camera's clock is so many seconds behind.
        site_wanted(object): the chosen photos belong to this site (``None``: to none).
        gone(): take the chosen photos off the pile.
    """

    track_wanted = Signal()
    offset_wanted = Signal(float)
    site_wanted = Signal(object)
    gone = Signal()

    def __init__(self, app: AppContext, *, fixed: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app, self._fixed = app, fixed
        self._key = ""
        self.sketch = PhotoSketch()
        self.sketch.setFixedHeight(240)
        self.track = button("", self.track_wanted.emit, icon="route")
        self.tracks = text("", "caption")
        self.clock_label = text("", "strong")
        self.clock_hint = text("", "caption")
        self.clock = NumberEditor(whole=False)
        self.clock.show_value("0")
        self.clock.answered.connect(self._offset)
        self.use_clock = button("", self._use_clock, kind="quiet")
        self._suggested = 0.0
        self.name = text("", "heading")
        self.about = text("", "caption")
        self.problem = text("", "attention")
        self.preview = Preview()
        self.site_label = text("", "strong")
        self.site = QComboBox()
        self.site.activated.connect(self._site_chosen)
        self.off = button("", self.gone.emit, kind="quiet", icon="close")
        self._put_together()
        self.retranslate()

    def _put_together(self) -> None:
        scroll = Scroll(margins=16, gap=10)
        track = line(self.track, self.tracks)
        track.setStretch(1, 1)
        clock = line(self.clock, self.use_clock, None)
        self.clock_box = boxed(
            column(self.clock_label, self.clock_hint, clock, margins=12), "sunken"
        )
        head = line(self.name, self.off)
        head.setStretch(0, 1)
        scroll.body.addWidget(self.sketch)
        scroll.body.addLayout(track)
        scroll.body.addWidget(self.clock_box)
        scroll.body.addLayout(head)
        for part in (self.about, self.problem, self.site_label, self.site, self.preview):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.track.setText(_("Place by a track"))
        self.clock_label.setText(_("The camera's clock is behind by, in seconds"))
        self.clock_hint.setText(_("Photograph the receiver's screen to know it. Ahead: a minus."))
        self.site_label.setText(_("Belongs to"))
        self.off.setText(_("Leave out"))

    def show_pile(self, pile: Pile) -> None:
        """Tracks, clock and the sketch."""
        sites = {shot.site for shot in pile.shots if shot.site}
        points = [self._app.reader.site(site) for site in sites if site]
        self.sketch.put(
            pile,
            [(p.lon, p.lat) for p in points if p and p.lon is not None and p.lat is not None],
        )
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
        self.clock_box.setVisible(bool(pile.tracks))
        self._suggest(clock_error(pile), pile.timing.clock_offset)

    def _suggest(self, error: float | None, now: float) -> None:
        wanted = error is not None and abs(error - now) >= 1
        self.use_clock.setVisible(wanted)
        if error is not None and wanted:
            self._suggested = round(error)
            self.use_clock.setText(
                _("By the photos' receiver: {n} s").format(n=f"{self._suggested:g}")
            )

    def show_shot(self, shot: Shot | None, pile: Pile, selected: int) -> None:
        """The photo, where it was taken, its site."""
        self.setEnabled(shot is not None)
        if shot is None:
            return
        self.sketch.mark(shot.key)
        several = _("{n} photos chosen").format(n=selected)
        self.name.setText(shot.info.file.name if selected <= 1 else several)
        self.about.setText(self._about(shot, pile))
        problem = shot.placed.problem if shot.placed is not None else shot.info.problem
        self.problem.setText(problem or "")
        self.problem.setVisible(bool(problem))
        self._offer_sites(shot)
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

    def _offer_sites(self, shot: Shot) -> None:
        self.site_label.setVisible(not self._fixed)
        self.site.setVisible(not self._fixed)
        self.site.clear()
        self.site.addItem(_("No site"), None)
        known = {near.site for near in shot.near}
        for near in shot.near:
            self.site.addItem(f"{near.name} · {near.distance_m:.0f} m", near.site)
        if shot.site and shot.site not in known:
            site = self._app.reader.site(shot.site)
            self.site.addItem(site.name if site is not None else shot.site, shot.site)
        self.site.setCurrentIndex(max(0, self.site.findData(shot.site)))

    def _site_chosen(self, row: int) -> None:
        self.site_wanted.emit(self.site.itemData(row))

    def _offset(self, entered: str) -> None:
        try:
            self.offset_wanted.emit(float(entered or 0))
        except ValueError:
            self.clock.mark_invalid(True)
        else:
            self.clock.mark_invalid(False)

    def _use_clock(self) -> None:
        self.clock.show_value(f"{self._suggested:g}")
        self.offset_wanted.emit(self._suggested)
