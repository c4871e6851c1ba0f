"""All photos of the project on one wall, by site, by record, or by what they lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.core.sites import Attachment
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.page import Page
from jdz_field.ui.photos.wall import Wall
from jdz_field.ui.sites.photo_view import PhotoView
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import Empty, button, column, frame, line, text

EVERY, NOWHERE, UNPLACED = "", "nowhere", "unplaced"


@dataclass(frozen=True, slots=True)
class Held:
    """The photos of a project, the newest first, and the names of what they belong to."""

    photos: tuple[Attachment, ...]
    sites: tuple[tuple[str, str], ...]
    records: tuple[tuple[str, str], ...]


def held(project: Project) -> Held:
    """Ask the store (in the reading lane)."""
    photos = [a for a in project.attachments() if a.mime.startswith("image/")]
    photos.sort(key=lambda a: a.taken or "", reverse=True)
    return Held(tuple(photos), _sites(project, photos), _records(project, photos))


def _sites(project: Project, photos: Sequence[Attachment]) -> tuple[tuple[str, str], ...]:
    counted = Counter(a.site for a in photos if a.site)
    found = []
    for key, number in counted.items():
        site = project.site(key)
        name = (site.name or site.code) if site is not None else key
        found.append((key, f"{name} · {number}"))
    return tuple(sorted(found, key=lambda one: one[1]))


def _records(project: Project, photos: Sequence[Attachment]) -> tuple[tuple[str, str], ...]:
    counted = Counter(a.record for a in photos if a.record)
    titles = {form.form_id: form.title for form in project.forms()}
    found = []
    for key, number in counted.items():
        one = project.record(key) or project.draft(key)
        if one is not None:
            told = joined([shown_time(one.started), titles.get(one.form, one.form), str(number)])
            found.append((one.started, key, told))
    return tuple((key, told) for _started, key, told in sorted(found, reverse=True))


class WallPage(Page):
    """The wall, its filters above, what can be done with the photos below."""

    full = True

    def __init__(
        self, app: AppContext, argument: object = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self.held = Held((), (), ())
        self._wanted_site = str(argument or "")
        self.wall = Wall(app.jobs, app.path)
        self.wall.opened.connect(self._view)
        self.wall.selectionModel().selectionChanged.connect(self._chosen)
        self.kinds = {key: button("", self._kind, kind="chip") for key in _KINDS}
        for key, one in self.kinds.items():
            one.setCheckable(True)
            one.setProperty("filter", key)
        self.kinds[EVERY].setChecked(True)
        self.site, self.record = QComboBox(), QComboBox()
        for box in (self.site, self.record):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(14)
            box.activated.connect(self._filter)
        self.words = text("", "secondary")
        self.look = button("", self._look, icon="eye")
        self.assign = button("", self._assign, icon="sites")
        self.more = button("", self._add, kind="primary", icon="plus")
        self.first = button("", self._add, kind="primary", icon="plus")
        self.empty = Empty("image", "", "", self.first)
        self.stack = QStackedWidget()
        self._put_together()
        self.retranslate()

    def _put_together(self) -> None:
        filters = Flow()
        for part in (*self.kinds.values(), self.site, self.record):
            filters.addWidget(part)
        strip = frame("strip")
        filters.setContentsMargins(16, 8, 16, 8)
        strip.setLayout(filters)
        self.stack.addWidget(self.wall)
        self.stack.addWidget(self.empty)
        row = line(self.words, self.look, self.assign, self.more, gap=12)
        row.setContentsMargins(20, 8, 20, 8)
        row.setStretch(0, 1)
        foot = frame("bar")
        foot.setLayout(row)
        whole = column(strip, self.stack, foot, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    # ---- what the frame asks
    def title(self) -> str:
        """The heading."""
        return _("Photos of the project")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.look.setText(_("Look at it"))
        self.more.setText(_("Add photos"))
        self.first.setText(_("Add photos"))
        self.wall.setAccessibleName(_("Photos"))
        self._draw()

    def refresh(self) -> None:
        """Ask the store anew, beside the window's thread."""
        self.app.ask(held, self, self._put)

    # ---- showing
    def _put(self, found: Held) -> None:
        self.held = found
        if self._wanted_site:
            self._fill()
            self.site.setCurrentIndex(max(0, self.site.findData(self._wanted_site)))
            self._wanted_site = ""
        self._draw()

    def _draw(self) -> None:
        self._fill()
        counts = {key: sum(map(test, self.held.photos)) for key, test in _KINDS.items()}
        for key, words in _words().items():
            self.kinds[key].setText(f"{words} {counts[key]}")
        self._filter()

    def _fill(self) -> None:
        for box, words, values in (
            (self.site, _("Every site"), self.held.sites),
            (self.record, _("Every record"), self.held.records),
        ):
            now = box.currentData()
            box.clear()
            box.addItem(words, None)
            for key, told in values:
                box.addItem(told, key)
            box.setCurrentIndex(max(0, box.findData(now)))
            box.setEnabled(bool(values))

    def _kind(self) -> None:
        pressed = self.sender()
        for one in self.kinds.values():
            one.setChecked(one is pressed)
        self._filter()

    def _filter(self) -> None:
        kind = next((key for key, one in self.kinds.items() if one.isChecked()), EVERY)
        site, record = self.site.currentData(), self.record.currentData()
        photos = [
            a
            for a in self.held.photos
            if _KINDS[kind](a)
            and (site is None or a.site == site)
            and (record is None or a.record == record)
        ]
        self.wall.put(photos)
        self.stack.setCurrentIndex(0 if photos else 1)
        if self.held.photos:
            self.empty.say(_("No photo is like this"), _("Choose another filter."))
        else:
            self.empty.say(_("No photos yet"), _("Take photos in from a card or a folder."))
        self._chosen()

    def _chosen(self) -> None:
        chosen, shown = self.wall.chosen(), self.wall.photos
        told = ngettext("{n} photo", "{n} photos", len(shown)).format(n=len(shown))
        if len(chosen) > 1:
            told = joined([told, _("{n} chosen").format(n=len(chosen))])
        self.words.setText(told)
        self.look.setEnabled(bool(chosen))
        loose = self._loose()
        self.assign.setVisible(bool(loose))
        self.assign.setText(
            ngettext("Say where {n} belongs", "Say where {n} belong", len(loose)).format(
                n=len(loose)
            )
        )

    # ---- acts
    def _loose(self) -> list[Attachment]:
        """Photos that belong nowhere: of those that are chosen, else of all in sight."""
        chosen = self.wall.chosen()
        among = chosen if len(chosen) > 1 else self.wall.photos
        return [a for a in among if _KINDS[NOWHERE](a)]

    def _view(self, photo: Attachment) -> None:
        self.app.push(PhotoView(self.app, self.wall.photos, photo))

    def _look(self) -> None:
        chosen = self.wall.chosen()
        if chosen:
            several = chosen if len(chosen) > 1 else self.wall.photos
            self.app.push(PhotoView(self.app, several, chosen[0]))

    def _assign(self) -> None:
        from jdz_field.ui.photos.page import PhotosPage  # noqa: PLC0415 - it opens this page

        files = {file_of(self.app.path, a.sha256): a.filename for a in self._loose()}
        named = {file: name for file, name in files.items() if file is not None}
        page = PhotosPage(self.app)
        self.app.push(page)
        page.add_stored(named)

    def _add(self) -> None:
        self.app.show_page("photos")


_KINDS: dict[str, Callable[[Attachment], bool]] = {
    EVERY: lambda _photo: True,
    NOWHERE: lambda a: a.site is None and a.record is None,
    UNPLACED: lambda a: a.lon is None,
}


def _words() -> dict[str, str]:
    return {
        EVERY: _("All"),
        NOWHERE: _("Belong nowhere"),
        UNPLACED: _("Without a position"),
    }
