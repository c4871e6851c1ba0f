"""Taking photos in: a pile, where each was taken, what it belongs to, all at one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.geo.tracks import TRACK_SUFFIXES
from jdz_field.operations import photo_pile
from jdz_field.operations.photos import (
    REFUSED,
    AddReport,
    Belongs,
    RecordFinder,
    SiteFinder,
)
from jdz_field.operations.tracks import tracks_between
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Task
from jdz_field.ui.page import Page
from jdz_field.ui.photos import plan
from jdz_field.ui.photos.gathering import Gathering, accepts, dropped
from jdz_field.ui.photos.list import PileList
from jdz_field.ui.photos.plan import Pile
from jdz_field.ui.photos.remembering import Banner
from jdz_field.ui.photos.side import Side
from jdz_field.ui.photos.taking import TakingIn
from jdz_field.ui.photos.words import taken_in
from jdz_field.ui.photos.writing import Writing
from jdz_field.ui.rows import Row
from jdz_field.ui.split import Split
from jdz_field.ui.widgets import Empty, button, column, frame, line, text

#: A change of the pile is kept so many milliseconds after the last one.
_KEEP_AFTER = 800
#: Clocks that are wrong by more than this were never set; own tracks are looked for so far around.
_WRONG_BY = timedelta(days=1)


class PhotosPage(Page):
    """The pile at the left, the photo that was chosen and the map at the right."""

    full = True

    def __init__(
        self, app: AppContext, argument: object = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self.pile = Pile()
        self.site, self.record = _belongs(app, str(argument or ""))
        points = app.reader.map_points()
        self._finder = SiteFinder(points)
        self._names = {point.id: point.name for point in points}
        self._own = True
        self._reading: Task | None = None
        self.list = PileList(app.jobs, self._site_name)
        self.list.chosen.connect(self._chosen)
        self.list.selectionModel().selectionChanged.connect(self._show_chosen)
        self.side = Side(app, points, fixed=bool(self.site or self.record))
        self.taking, self.writing = TakingIn(app, self), Writing(app, self)
        self.gathering = Gathering(app)
        self.banner = Banner(app)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.words = text("", "secondary")
        self.stop = button("", self._stop, kind="quiet")
        self.stop.hide()
        self.go = button("", self.take_in, kind="primary", icon="check")
        self.stack = QStackedWidget()
        self._keep_soon = QTimer(self, singleShot=True, interval=_KEEP_AFTER)
        self._connect()
        self._put_together()
        self.retranslate()

    def _connect(self) -> None:
        self._keep_soon.timeout.connect(self._keep)
        self.side.place_wanted.connect(self._give)
        self.side.again_wanted.connect(self._again)
        self.side.gone.connect(self._take_out)
        self.side.offset_wanted.connect(self._set_offset)
        self.side.track_wanted.connect(self.ask_for_track)
        self.side.own_wanted.connect(self._set_own)
        self.side.write_wanted.connect(self._write)
        self.side.map.chosen.connect(self._from_map)
        self.gathering.files_wanted.connect(self.add)
        self.gathering.wall_wanted.connect(self._wall)
        self.banner.wanted.connect(self._recall)
        self.taking.progressed.connect(self._progressed)
        self.taking.finished.connect(self._taken_in)
        self.taking.failed.connect(self._not_taken_in)
        self.writing.began.connect(self._begin)
        self.writing.progressed.connect(self._counted)
        self.writing.finished.connect(self._written)

    def _put_together(self) -> None:
        self.first = button("", self.gathering.ask_for_files, kind="primary", icon="image")
        self.empty = Empty("image", "", "", self.first)
        self.stack.addWidget(self.empty)
        split = Split(self.list, self.side)
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 4)
        self.stack.addWidget(split)
        row = line(self.words, self.bar, self.stop, self.go, gap=12)
        row.setContentsMargins(20, 8, 20, 8)
        row.setStretch(0, 1)
        foot = frame("bar")
        foot.setLayout(row)
        whole = column(self.gathering, self.banner, self.stack, foot, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.setAcceptDrops(True)
        if not self._fixed():
            self.banner.look()

    # ---- what the frame asks
    def title(self) -> str:
        """The heading: where the photos go."""
        site = self.app.reader.site(self.site) if self.site else None
        if site is not None:
            return _("Photos of {site}").format(site=site.name or site.code)
        return _("Photos of the record") if self.record else _("Take photos in")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.gathering.retranslate()
        self.banner.retranslate()
        self.stop.setText(_("Stop"))
        self.first.setText(_("Choose photos"))
        self.empty.say(
            _("No photos yet"),
            _("Choose photos, a folder or the card, or drop them here. Originals are only read."),
        )
        self.side.retranslate()
        self._draw()

    def leave(self) -> bool:
        """Not while photos are being taken in or written."""
        if self._reading is not None:
            self._reading.cancel()
        self._keep()
        return not (self.taking.running() or self.writing.running())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Photos and folders may be dropped here."""
        accepts(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        if self.gathering.isEnabled():
            dropped(event, self.gathering)

    # ---- gathering
    def ask_for_folder(self) -> None:
        """Add all photos of a folder."""
        self.gathering.ask_for_folder()

    def add(self, paths: list[Path]) -> None:
        """Read these photos and lay them on the pile."""
        pile, finder, site = self.pile, self._finder, self._fixed()
        self._read(
            lambda task: plan.add(
                pile, paths, finder, site, progress=task.report, cancelled=task.cancelled
            )
        )

    def add_stored(self, names: Mapping[Path, str]) -> None:
        """Lay photos of the project on the pile that belong nowhere yet, with their names."""
        pile, finder = self.pile, self._finder
        files = list(names)
        self._read(lambda _task: plan.named(plan.add(pile, files, finder, None), names))

    def _recall(self, kept: photo_pile.Pile) -> None:
        now, finder = self.pile, self._finder
        self._read(
            lambda task: plan.recalled(
                kept, now, finder, progress=task.report, cancelled=task.cancelled
            )
        )

    def ask_for_track(self) -> None:
        """Compare with a recorded track."""
        words = _("Tracks ({patterns})").format(
            patterns=" ".join(f"*{suffix}" for suffix in TRACK_SUFFIXES)
        )
        files = self.app.questions.open_files(self, _("Choose tracks"), words)
        if files:
            self.use_tracks(files)

    def use_tracks(self, files: list[Path]) -> None:
        """Give photos without a position the track's."""
        pile, finder, site = self.pile, self._finder, self._fixed()
        self._read(lambda _task: plan.with_tracks(pile, files, finder, site))

    def _set_offset(self, seconds: float) -> None:
        pile = replace(self.pile, timing=replace(self.pile.timing, clock_offset=seconds))
        self._settle(pile)

    def _set_own(self, wanted: bool) -> None:
        self._own = wanted
        mine = [t for t in self.pile.tracks if t.file.is_relative_to(self.app.path)]
        others = tuple(track for track in self.pile.tracks if track not in mine)
        self._settle(self.pile if wanted else replace(self.pile, tracks=others))

    def _read(self, work: Callable[[Task], Pile]) -> None:
        """Make another pile beside the window, then find its records and tracks."""
        self._begin(_("Reading the photos …"))
        self._reading = self.app.jobs.long_without_store(
            work, self, self._settle, self._not_computed, self._counted
        )

    def _settle(self, pile: Pile) -> None:
        self._reading = None
        fixed, finder, own = self._fixed(), self._finder, self._own
        here = self.site or self.record

        def work(project: Project) -> Pile:
            span, records, there = plan.span(pile), None, pile
            if span is not None and own:
                start, end = span[0] - _WRONG_BY, span[1] + _WRONG_BY
                there = plan.with_tracks(there, tracks_between(project, start, end), finder, fixed)
            if span is not None and not here:
                records = RecordFinder.of(project, *span)
            return plan.with_clocks(plan.settled(there, finder, fixed, records))

        self._begin(_("Looking for records, sites and tracks …"))
        self.app.ask(work, self, self._computed, self._not_computed)

    def _fixed(self) -> str | None:
        return self.site or self.record

    def _computed(self, pile: Pile) -> None:
        self.pile = pile
        self._end()
        self._changed()

    def _not_computed(self, error: Exception) -> None:
        self._reading = None
        self._end()
        self.app.say_failure(error)
        self._draw()

    # ---- showing
    def _begin(self, words: str) -> None:
        self.words.setText(words)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.stop.show()
        self.gathering.setEnabled(False)
        self.go.setEnabled(False)

    def _end(self) -> None:
        self.words.setText("")
        self.bar.hide()
        self.stop.hide()
        self.gathering.setEnabled(True)
        self.go.setEnabled(bool(self.pile.good()))

    def _counted(self, done: int, total: int) -> None:
        self._progressed(done, total, _("{done} of {all} read").format(done=done, all=total))

    def _progressed(self, done: int, total: int, words: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.words.setText(words)

    def _changed(self) -> None:
        self._draw()
        self._keep_soon.start()

    def _draw(self) -> None:
        shots = self.pile.shots
        self.stack.setCurrentIndex(1 if shots else 0)
        self.list.show_pile(self.pile)
        self.side.show_pile(self.pile)
        self._show_chosen()
        good = len(self.pile.good())
        self.go.setEnabled(good > 0 and not self.bar.isVisible())
        said = ngettext("Take in {n} photo", "Take in {n} photos", good).format(n=good)
        self.go.setText(said if good else _("Take in"))
        if not self.bar.isVisible():
            self.words.setText(self._sums() if shots else "")

    def _sums(self) -> str:
        shots = self.pile.shots
        return _("{placed} of {all} have a position; {given} have a place to go to").format(
            placed=sum(shot.position is not None for shot in shots),
            all=len(shots),
            given=len(shots) if self._fixed() else sum(bool(s.site or s.record) for s in shots),
        )

    def _site_name(self, site_id: str) -> str:
        if site_id not in self._names:
            site = self.app.reader.site(site_id)
            self._names[site_id] = (site.name or site.code) if site is not None else site_id
        return self._names[site_id]

    def _chosen(self, _row: Row) -> None:
        self._show_chosen()

    def _from_map(self, key: str) -> None:
        self.list.select(key)
        self._show_chosen()

    def _show_chosen(self) -> None:
        key = self.list.key()
        shot = next((one for one in self.pile.shots if one.key == key), None)
        self.side.show_shot(shot, self.pile, len(self.list.keys()))

    # ---- choosing
    def _give(self, site: str | None, record: str | None) -> None:
        self.pile = plan.choose(self.pile, self.list.keys(), site, record)
        self._changed()

    def _again(self) -> None:
        self.pile = plan.proposed_again(self.pile, self.list.keys())
        self._changed()

    def _take_out(self) -> None:
        self.pile = plan.without(self.pile, self.list.keys())
        self._changed()

    def _wall(self) -> None:
        self.app.show_page("wall", self.site)

    def _keep(self) -> None:
        """Let the pile outlast the window; one of a single site or record is soon made again."""
        self._keep_soon.stop()
        if self._fixed() or self.banner.isVisibleTo(self) or self.app.read_only:
            return
        kept, path = plan.remembered(self.pile), self.app.path
        self.app.jobs.without_store(
            lambda: photo_pile.remember(path, kept), self, _nothing, _nothing
        )

    # ---- writing and taking in
    def _write(self) -> None:
        self.writing.choose(self.pile)

    def _written(self, files: list[Path]) -> None:
        self._end()
        pile = self.pile
        if files:
            self._read(lambda _task: plan.reread(pile, files))

    def take_in(self) -> None:
        """Copy everything into the project, each photo to what it belongs to."""
        fixed = Belongs(self.record, self.site)
        each = {
            shot.info.file: fixed if self._fixed() else shot.belongs for shot in self.pile.good()
        }
        if each:
            self._keep()
            self._begin(_("Copying and checking …"))
            self.taking.start(self.pile, each)

    def _taken_in(self, report: AddReport) -> None:
        self._end()
        self.app.wrote()
        done = [str(photo.file) for photo in report.files if photo.status != REFUSED]
        self.pile = plan.without(self.pile, done)
        self.app.toast(taken_in(report))
        self._changed()
        if not self.pile.shots:
            self._keep()
            self.app.back()

    def _not_taken_in(self, error: Exception) -> None:
        self._end()
        self.app.wrote()
        self.app.say_failure(error)
        self._draw()

    def _stop(self) -> None:
        self.taking.stop()
        self.writing.stop()
        if self._reading is not None:
            self._reading.cancel()


def _belongs(app: AppContext, argument: str) -> tuple[str | None, str | None]:
    """Site and record that an id names."""
    if not argument:
        return None, None
    if app.reader.site(argument) is not None:
        return argument, None
    found = app.reader.draft(argument) or app.reader.record(argument)
    return (found.site, argument) if found is not None else (None, None)


def _nothing(_result: object) -> None:
    """A pile that cannot be kept is no reason to stop the person."""
