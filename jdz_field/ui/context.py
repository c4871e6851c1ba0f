"""What every page of the field window is given: the store, the lanes, and ways to ask the frame.

A page is ``Page(app: AppContext)``. It lives in a sheet over the map, at least 400 px wide
(1280×800: 480; upright: the window's width), unless it sets the class attribute ``wide = True``
(up to 820 px) or ``full = True`` (the whole area). It may define ``title() -> str`` for the
sheet's heading and ``leave() -> bool`` (``False`` keeps it open).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.core.clock import utc_now
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.operations import late_drafts
from jdz_field.operations.disk import Disk
from jdz_field.operations.heights import height_offset
from jdz_field.operations.people import People
from jdz_field.operations.people_file import Person
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.numbers import choose_form, chosen_form
from jdz_field.ui.preferences import default_file
from jdz_field.ui.questions import Questions
from jdz_field.ui.receiver import Receiver

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from jdz_field.store.project import Project
    from jdz_field.ui.tracking import Tracking
    from jdz_field.ui.tracking_map import TracksOnMap
    from jdz_field.ui.warning import NearWarning

log = logging.getLogger(__name__)

T = TypeVar("T")

#: How often the window looks for writes of the command line, in ms.
LOOK_EVERY = 2000


class AppContext(QObject):
    """The open project as the pages see it. Lives on the GUI thread.

    Attributes:
        path: the project folder.
        jobs: the lanes of background work; ``jobs.with_store(work, owner, done, failed)``.
        reader: a read-only ``Project`` for the GUI thread's tables; never write with it.
        questions: asks the person (files, confirmation); tests put their own there.
        coordinates: the form in which the person reads coordinates (``geo.display.FORMS``).
        views: how the person wants forms paged, by form: ``all``, ``groups`` or ``questions``.
        read_only: the project's place cannot be written; every write ends with a sentence.
        backup_wrong: why the last backup made by itself failed, empty when it did not.
        receiver: the GNSS receiver of this machine; ``receiver_spec`` names it, empty for none.
        people: the persons of this tablet; ``person`` works now, ``None`` before a name is known;
            ``people_wrong``: why the list of persons could not be read, empty when it could.
        tracking, tracks_on_map, warning: the window's recording of tracks, what of tracks its map
            shows, and its warnings near points of high danger; ``None`` without a window.
        lock_after: idle minutes until the window locks, 0 never.
        disk: whether the project's disk is encrypted, ``None`` until the system has answered.

    Signals:
        changed: something in the store changed; show it anew.
        saved: the moment (``datetime``, UTC) at which something was last written.
        language_changed, theme_changed: show texts / pictures anew.
        person_changed: another person works, or their name or PIN is another.
        every other: what the method of like name asks; only the frame listens.
    """

    changed = Signal()
    saved = Signal(object)
    language_changed = Signal()
    theme_changed = Signal()
    site_wanted = Signal(str)
    form_wanted = Signal(object, object, object)
    page_wanted = Signal(str, object)
    back_wanted = Signal()
    preference_wanted = Signal(str, object)
    locate_wanted = Signal(str)
    other_wanted = Signal()
    restore_wanted = Signal(object, str)
    retitle_wanted = Signal()
    lock_wanted = Signal()
    switch_wanted = Signal(str)
    person_changed = Signal()
    page_pushed = Signal(object)
    toast_wanted = Signal(str, object)

    tracking: Tracking | None = None
    tracks_on_map: TracksOnMap | None = None
    warning: NearWarning | None = None

    def __init__(
        self,
        path: Path,
        jobs: Jobs[Project],
        reader: Project,
        questions: Questions | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.jobs = jobs
        self.reader = reader
        self.questions = questions or Questions()
        choose_form("decimal")
        self.views: dict[str, str] = {}
        self.receiver = Receiver(self)
        self.receiver.replay_counts = reader.sample
        self.read_heights()
        self.receiver_spec = ""
        self.backup_wrong = ""
        self.read_only = False
        self.people = People(default_file().parent)
        self.person: Person | None = None
        self.people_wrong = ""
        self.lock_after = 0
        self.disk: Disk | None = None
        try:
            self.person = self.people.begin(reader.author, invented=reader.sample)
        except JdzError as error:
            self.people_wrong = str(error)
        self._closed = False
        self._seen = reader.data_version()
        self._look = QTimer(self)
        self._look.setInterval(LOOK_EVERY)
        self._look.timeout.connect(self.look)
        self._look.start()
        if late_drafts.waiting(path):
            # The last window went while the store was busy.
            self.write(late_drafts.take_in, self)

    def read_heights(self) -> None:
        """Take over what the project knows of heights above the 1985 datum."""
        known = height_offset(self.reader)
        self.receiver.offset_1985 = known.metres if known is not None else None

    @property
    def coordinates(self) -> str:
        """The form in which every window of this program writes positions."""
        return chosen_form()

    @coordinates.setter
    def coordinates(self, form: str) -> None:
        choose_form(form)

    # ---- asking the frame
    def open_site(self, site_id: str) -> None:
        """Show the page of a site, and the site on the map."""
        self.site_wanted.emit(site_id)

    def open_form(
        self, form_id: str, site_id: str | None = None, draft_id: str | None = None
    ) -> None:
        """Start a form (for a site), or resume the draft ``draft_id``."""
        if self.read_only:
            self.toast(_("Nothing can be entered here: this place cannot be written."))
            return
        self.form_wanted.emit(form_id, site_id, draft_id)

    def show_page(self, name: str, argument: object = None) -> None:
        """Go to ``today``, ``map``, ``sites``, ``records``, ``sync`` or ``settings``."""
        self.page_wanted.emit(name, argument)

    def prefer(self, name: str, value: object) -> None:
        """Choose a preference of this machine: ``language``, ``theme``, ``scale``, …"""
        self.preference_wanted.emit(name, value)

    def push(self, page: QWidget) -> None:
        """Show a page of one's own making above the one that is open."""
        self.page_pushed.emit(page)

    def back(self) -> None:
        """Leave the page that is shown for the one below it."""
        self.back_wanted.emit()

    def toast(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Say something in passing; with ``undo``, offer it for ten seconds."""
        self.toast_wanted.emit(text, undo)

    # ---- who works
    def know(self, person: Person | None) -> None:
        """What is known of the person who works now is another."""
        self.person = person
        self.people_wrong = ""
        self.person_changed.emit()

    def become(
        self,
        person: Person,
        done: Callable[[], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Let this person be the author of everything written after what waits now."""

        def after(_result: object) -> None:
            self.know(person)
            if done is not None:
                done()

        name = person.name
        self.write(lambda project: project.set_setting("author", name), self, after, failed)

    # ---- reading what takes long enough to be felt
    def ask(
        self,
        work: Callable[[Project], T],
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Ask ``work(reader)`` in the reading lane, then ``done(result)``; it must not write."""
        if self._closed:
            return
        path, kind = self.path, type(self.reader)

        def opened() -> Project:
            return kind.open(path, read_only=True)

        self.jobs.with_reader(opened, work, owner, done, failed or self.say_failure)

    # ---- writing
    def write(
        self,
        work: Callable[[Project], Any],
        owner: QObject,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Write in the store lane, then ``done(result)`` and the signals ``saved``, ``changed``.

        Without ``failed`` the error's sentence is said as a toast.
        """

        def after(result: Any) -> None:
            if done is not None:
                done(result)
            self.wrote()

        self.jobs.with_store(work, owner, after, failed or self.say_failure)

    def wrote(self) -> None:
        """Tell every page that something was written just now."""
        self.kept()
        if not self._closed:
            self.changed.emit()

    def kept(self) -> None:
        """Something was written that no other page shows (a draft, with every answer)."""
        # The last write may be told after the window has closed: nobody looks any more.
        if self._closed:
            return
        self._seen = self.reader.data_version()
        self.saved.emit(utc_now())

    def say_failure(self, error: Exception) -> None:
        """Say in one sentence what went wrong."""
        self.toast(sentence(error))

    def look(self) -> None:
        """Notice what another process (the command line, QGIS) wrote meanwhile."""
        now = self.reader.data_version()
        if now != self._seen:
            self._seen = now
            self.changed.emit()

    def close(self) -> None:
        """Stop looking, finish the lanes, close the reader; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        self._look.stop()
        self.receiver.close()
        self.jobs.close()
        self.reader.close()


def sentence(error: Exception) -> str:
    """The sentence of an error for the person; faults of ours are named as such."""
    if isinstance(error, JdzError):
        return str(error)
    log.error("fault", exc_info=error)
    return _("Something went wrong in the program ({what}); what was saved is safe.").format(
        what=type(error).__name__
    )
