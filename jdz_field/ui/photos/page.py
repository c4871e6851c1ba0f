"""Taking photos in: a pile, where each was taken, which site it belongs to, all at one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.photos import REFUSED, AddReport, SiteFinder, Timing, add_photos
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.shelf import small
from jdz_field.ui.jobs import Task
from jdz_field.ui.page import Page
from jdz_field.ui.photos import plan
from jdz_field.ui.photos.cards import card_roots
from jdz_field.ui.photos.plan import Pile, Shot
from jdz_field.ui.photos.side import Side
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.split import Split
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import Empty, button, column, frame, line, text

_THUMB = 160


class PhotosPage(Page):
    """The pile at the left, the photo that was chosen and the track at the right."""

    full = True

    def __init__(
        self, app: AppContext, argument: object = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self.pile = Pile()
        self.site, self.record = _belongs(app, str(argument or ""))
        self._finder = SiteFinder(app.reader.map_points())
        self._pictures: dict[str, QPixmap] = {}
        self._task: Task | None = None
        self.list = RowList()
        self.list.setSelectionMode(RowList.SelectionMode.ExtendedSelection)
        self.list.chosen.connect(self._chosen)
        self.side = Side(app, fixed=bool(self.site or self.record))
        self.side.site_wanted.connect(self._give_site)
        self.side.gone.connect(self._take_out)
        self.side.offset_wanted.connect(self._set_offset)
        self.side.track_wanted.connect(self.ask_for_track)
        self.side.sketch.chosen.connect(self._from_sketch)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.words = text("", "secondary")
        self.stop = button("", self._stop, kind="quiet")
        self.stop.hide()
        self.files = button("", self.ask_for_files, icon="file")
        self.folder = button("", self.ask_for_folder, icon="folder")
        self.card = button("", self._from_card, icon="card")
        self.go = button("", self.take_in, kind="primary", icon="check")
        self.stack = QStackedWidget()
        self._put_together()
        self.retranslate()
        self._draw()

    def _put_together(self) -> None:
        top = line(self.files, self.folder, self.card, None)
        top.setContentsMargins(16, 8, 16, 8)
        strip = frame("strip")
        strip.setLayout(top)
        self.first = button("", self.ask_for_files, kind="primary", icon="image")
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
        whole = column(strip, self.stack, foot, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    # ---- what the frame asks
    def title(self) -> str:
        """The heading: where the photos go."""
        site = self.app.reader.site(self.site) if self.site else None
        if site is not None:
            return _("Photos of {site}").format(site=site.name or site.code)
        return _("Photos of the record") if self.record else _("Take photos in")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.files.setText(_("Photos"))
        self.folder.setText(_("Folder"))
        self.card.setText(_("Memory card"))
        self.stop.setText(_("Stop"))
        self.first.setText(_("Choose photos"))
        self.empty.say(
            _("No photos yet"),
            _("Choose photos, a folder or the card. The originals are only read."),
        )
        self.side.retranslate()
        self._draw()

    def leave(self) -> bool:
        """Not while photos are being taken in."""
        return self._task is None

    # ---- gathering
    def ask_for_files(self) -> None:
        """Add single photos."""
        files = self.app.questions.open_files(self, _("Choose photos"), _("Photos (*.jpg *.jpeg)"))
        self.add(files)

    def ask_for_folder(self) -> None:
        """Add all photos of a folder."""
        folder = self.app.questions.folder(self, _("Choose a folder with photos"))
        self.add([folder] if folder is not None else [])

    def _from_card(self) -> None:
        roots = [root / "DCIM" for root in card_roots()]
        if roots:
            self.add(roots)
        else:
            self.app.toast(_("There is no memory card with photos in this machine."))

    def add(self, paths: list[Path]) -> None:
        """Read these photos and lay them on the pile."""
        if paths:
            pile, finder, site = self.pile, self._finder, self.site
            self._busy(_("Reading the photos …"))
            self._compute(lambda: plan.add(pile, paths, finder, site))

    def ask_for_track(self) -> None:
        """Compare with a recorded track."""
        files = self.app.questions.open_files(self, _("Choose tracks"), _("Tracks (*.gpx)"))
        if files:
            self.use_tracks(files)

    def use_tracks(self, files: list[Path]) -> None:
        """Give photos without a position the track's."""
        pile, finder, site = self.pile, self._finder, self.site
        self._busy(_("Reading the track …"))
        self._compute(lambda: plan.with_tracks(pile, files, finder, site))

    def _set_offset(self, seconds: float) -> None:
        timing: Timing = replace(self.pile.timing, clock_offset=seconds)
        pile = replace(self.pile, timing=timing)
        finder, site = self._finder, self.site
        self._compute(lambda: plan.settled(pile, finder, site))

    def _compute(self, work: Callable[[], Pile]) -> None:
        self.app.jobs.without_store(work, self, self._computed, self._not_computed)

    def _computed(self, pile: Pile) -> None:
        self.pile = pile
        self._busy("")
        self._draw()
        self._next_picture()

    def _not_computed(self, error: Exception) -> None:
        self._busy("")
        self.app.say_failure(error)
        self._draw()

    # ---- showing
    def _busy(self, words: str) -> None:
        self.words.setText(words)
        self.bar.setRange(0, 0)
        self.bar.setVisible(bool(words))
        for part in (self.files, self.folder, self.card):
            part.setEnabled(not words)
        self.go.setEnabled(not words and bool(self.pile.good()))

    def _draw(self) -> None:
        shots = self.pile.shots
        self.stack.setCurrentIndex(1 if shots else 0)
        self.list.put([self._row(shot) for shot in shots])
        if shots and self.list.key() not in {shot.key for shot in shots}:
            self.list.select(shots[0].key)
        self.side.show_pile(self.pile)
        self._show_chosen()
        good = len(self.pile.good())
        self.go.setEnabled(good > 0)
        self.go.setText(
            ngettext("Take in {n} photo", "Take in {n} photos", good).format(n=good)
            if good
            else _("Take in")
        )
        placed = sum(shot.position is not None for shot in shots)
        self.words.setText(
            _("{placed} of {all} have a position").format(placed=placed, all=len(shots))
            if shots
            else ""
        )

    def _row(self, shot: Shot) -> Row:
        moment = self.pile.moment(shot)
        chip, role = chip_of(shot)
        site = self.app.reader.site(shot.site) if shot.site else None
        belongs = (site.name or site.code) if site is not None else _("no site")
        return Row(
            key=shot.key,
            title=shot.info.file.name,
            line=joined([shown_time(moment.isoformat()) if moment else _("no time"), belongs]),
            chip=chip,
            chip_role=role,
            picture=self._pictures.get(shot.key),
        )

    def _next_picture(self) -> None:
        """One small picture after the other, so that the list is there at once."""
        wanted = next((s for s in self.pile.good() if s.key not in self._pictures), None)
        if wanted is None:
            return
        file, key = wanted.info.file, wanted.key

        def drawn(image: QImage) -> None:
            self._pictures[key] = QPixmap.fromImage(image)
            self.list.put([self._row(shot) for shot in self.pile.shots])
            self._next_picture()

        def skipped(_error: Exception) -> None:
            self._pictures[key] = QPixmap()
            self._next_picture()

        self.app.jobs.without_store(lambda: small(file, _THUMB), self, drawn, skipped)

    def _chosen(self, _row: Row) -> None:
        self._show_chosen()

    def _from_sketch(self, key: str) -> None:
        self.list.select(key)
        self._show_chosen()

    def _show_chosen(self) -> None:
        key = self.list.key()
        shot = next((one for one in self.pile.shots if one.key == key), None)
        self.side.show_shot(shot, self.pile, len(self._selected()))

    def _selected(self) -> list[str]:
        keys = [str(row.key) for row in self.list.selected()]
        return keys or ([self.list.key()] if self.list.key() else [])

    def _give_site(self, site: object) -> None:
        self.pile = plan.choose(self.pile, self._selected(), str(site) if site else None)
        self._draw()

    def _take_out(self) -> None:
        self.pile = plan.without(self.pile, self._selected())
        self._draw()

    # ---- taking in
    def take_in(self) -> None:
        """Copy everything into the project, each photo to its site."""
        groups: dict[str | None, list[Path]] = {}
        for shot in self.pile.good():
            groups.setdefault(self.site or shot.site, []).append(shot.info.file)
        if not groups:
            return
        total = sum(len(files) for files in groups.values())
        tracks, timing = [track.file for track in self.pile.tracks], self.pile.timing
        record = self.record

        def work(project: Project, task: Task) -> list[AddReport]:
            reports: list[AddReport] = []
            for site, files in groups.items():
                before = sum(len(report.files) for report in reports)

                def progress(done: int, _of: int, before: int = before) -> None:
                    task.report(before + done, total)

                reports.append(
                    add_photos(
                        project, files, record=record, site=site, track=tracks, timing=timing,
                        progress=progress, cancelled=task.cancelled,
                    )
                )  # fmt: skip
            return reports

        self._busy(_("Copying and checking …"))
        self.stop.show()
        self._task = self.app.jobs.with_own_store(
            work, self, self._taken_in, self._not_taken_in, self._progressed
        )

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.words.setText(_("Copied {done} of {all}").format(done=done, all=total))

    def _taken_in(self, reports: list[AddReport]) -> None:
        self._task = None
        self.stop.hide()
        self._busy("")
        self.app.wrote()
        photos = [photo for report in reports for photo in report.files]
        done = {str(photo.file) for photo in photos if photo.status != REFUSED}
        self.pile = plan.without(self.pile, list(done))
        said = ngettext("{n} photo is in the project.", "{n} photos are in the project.", len(done))
        self.app.toast(said.format(n=len(done)))
        self._draw()
        if not self.pile.shots:
            self.app.back()

    def _not_taken_in(self, error: Exception) -> None:
        self._task = None
        self.stop.hide()
        self._busy("")
        self.app.wrote()
        self.app.say_failure(error)
        self._draw()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()


def chip_of(shot: Shot) -> tuple[str, str]:
    """Where its position comes from, as a word and the role of its chip."""
    if shot.info.broken:
        return _("Damaged"), "error"
    if shot.source == "exif":
        return _("From the photo"), "accent"
    if shot.placed is not None and shot.placed.match is not None:
        return _("Track, {gap:.0f} s").format(gap=shot.placed.match.gap_s), "ok"
    return _("No position"), "attention"


def _belongs(app: AppContext, argument: str) -> tuple[str | None, str | None]:
    """Site and record that an id names."""
    if not argument:
        return None, None
    if app.reader.site(argument) is not None:
        return argument, None
    draft = app.reader.draft(argument)
    record = app.reader.record(argument)
    found = draft or record
    return (found.site, argument) if found is not None else (None, None)
