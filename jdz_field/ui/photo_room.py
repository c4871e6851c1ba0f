"""Room for photos: what they take, which may go, what comes back; and in what order they travel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_policy import POLICIES, policy, policy_words, set_policy
from jdz_field.operations.photo_space import Freed, Space, fetch, free_confirmed, space
from jdz_field.operations.sync import connect, run_sync
from jdz_field.store.project import Project
from jdz_field.store.tracks import TrackEntry
from jdz_field.sync.engine import SyncReport
from jdz_field.sync.sending import AT_ONCE
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.jobs import Task
from jdz_field.ui.page import Page
from jdz_field.ui.photo_pictures import photo_words
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.settings import Choice
from jdz_field.ui.values import joined, shown_size
from jdz_field.ui.widgets import Scroll, button, column, line, text

#: Rows that are listed; the figures count all.
_LISTED = 200


def fetch_files(
    app: AppContext,
    files: Sequence[Attachment | TrackEntry],
    owner: QObject,
    done: Callable[[], None],
) -> None:
    """Bring photos or tracks from the centre, beside the store's own lane."""
    wanted = list(files)

    def work(project: Project, task: object) -> Freed:
        del task
        with connect(project) as client:
            return fetch(project, wanted, client)

    def came(found: Freed) -> None:
        if found.refused:
            app.toast(found.refused[0]["message"])
        done()

    app.toast(_("Fetching from the centre …"))
    app.jobs.with_own_store(work, owner, came, app.say_failure)


class PhotoRoomPage(Page):
    """Figures, the policy, the list of what may go, and the one button that lets it go."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.found = Space()
        self.figures = text("", "heading")
        self.safe = text("", "secondary")
        self.order_head, self.list_head = text("", "section"), text("", "section")
        self.order = Choice(self._choose, POLICIES)
        self.order_hint = text("", "caption")
        self.list = RowList()
        self.list.setMinimumHeight(220)
        self.free = button("", self._free, kind="primary", icon="trash")
        self.back = button("", self._fetch_all, icon="import")
        self.send = button("", self._send, icon="sync")
        self.all = button("", lambda: self.app.show_page("wall"), icon="image")
        self.out = button("", lambda: self.app.show_page("photo_export"), icon="export")
        ways = QWidget()
        flow = Flow(ways)
        for each in (self.all, self.out):
            flow.addWidget(each)
        scroll = Scroll(gap=8)
        for part in (
            *(self.figures, self.safe, ways, self.order_head, self.order, self.order_hint),
            self.send,
            *(self.list_head, self.list),
        ):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = line(self.back, None, self.free)
        foot.setContentsMargins(12, 10, 12, 10)
        whole = column(scroll, foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.retranslate()

    def title(self) -> str:
        """The heading."""
        return _("Room for photos")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.order_head.setText(_("How photos go to the centre"))
        self.list_head.setText(_("May go from this machine"))
        self.back.setText(_("Fetch all again"))
        self.send.setText(_("Send the originals now"))
        self.all.setText(_("All photos"))
        self.out.setText(_("Export photos"))
        self.refresh()

    def refresh(self) -> None:
        """Count anew, in the reader: nothing is written."""
        self.found = found = space(self.app.reader)
        now = policy(self.app.reader)
        self.order.show_value(now, {word: policy_words(word) for word in POLICIES})
        self.order_hint.setText(_hint(now))
        self.figures.setText(
            _("{n} photos and films take {size}").format(
                n=f"{found.here:,}", size=shown_size(found.bytes)
            )
            if found.here
            else _("No photos or films on this machine")
        )
        self.safe.setText(_safe(found))
        self.safe.setVisible(bool(found.here or found.away))
        self.free.setVisible(bool(found.here))
        self.out.setEnabled(bool(found.here or found.away))
        self.list.put([_row(one) for one in found.free[:_LISTED]])
        self.list.setVisible(bool(found.free))
        self.list_head.setVisible(bool(found.free))
        self.free.setText(
            _("Free {size}").format(size=shown_size(found.free_bytes))
            if found.free
            else _("Nothing may go")
        )
        self.free.setEnabled(bool(found.free))
        self.back.setVisible(bool(found.away))
        self.send.setVisible(now != AT_ONCE and found.unsent > 0)

    def _choose(self, word: str) -> None:
        self.app.write(lambda project: set_policy(project, word), self)

    def _send(self) -> None:
        """A sync in which no original waits."""

        def work(project: Project, task: Task) -> SyncReport:
            return run_sync(project, originals=True, cancelled=task.cancelled)

        self.send.setEnabled(False)
        self.app.toast(_("Sending the originals …"))
        self.app.jobs.with_own_store(work, self, self._sent, self._failed)

    def _sent(self, report: SyncReport) -> None:
        self.send.setEnabled(True)
        self.app.toast(_("{n} files arrived at the centre.").format(n=report.attachments))
        self.app.wrote()
        self.refresh()

    def _free(self) -> None:
        found = self.found
        asked = _(
            "Take {n} files ({size}) off this machine? The centre has confirmed each of them; small"
            " pictures stay, and the files can be fetched again."
        ).format(n=len(found.free), size=shown_size(found.free_bytes))
        if self.app.questions.confirm(self, asked, act=_("Free the room")):
            self.free.setEnabled(False)
            self.app.jobs.with_own_store(
                lambda project, _task: free_confirmed(project, found.free),
                self,
                self._freed,
                self._failed,
            )

    def _freed(self, done: Freed) -> None:
        words = [_("{size} freed.").format(size=shown_size(done.bytes))]
        if done.refused:
            count = len(done.refused)
            stayed = ngettext("{n} file stays: {why}", "{n} files stay: {why}", count)
            words.append(stayed.format(n=count, why=done.refused[0]["message"]))
        self.app.toast(" ".join(words))
        self.app.wrote()
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self.send.setEnabled(True)
        self.app.say_failure(error)
        self.refresh()

    def _fetch_all(self) -> None:
        fetch_files(self.app, self.found.away, self, self.refresh)


def _safe(found: Space) -> str:
    parts = [
        _("{n} not confirmed by the centre yet: they stay.").format(n=found.unsent)
        if found.unsent
        else "",
        _("{n} are at the centre only.").format(n=len(found.away)) if found.away else "",
    ]
    return " ".join(part for part in parts if part) or _("Everything is at the centre too.")


def _hint(word: str) -> str:
    return {
        "at-once": _("Every photo goes as it is, in the order of arrival."),
        "small-first": _("Small copies go first; originals follow while the connection is good."),
        "by-hand": _("Small copies go; originals when you ask for them here."),
    }[word]


def _row(one: Attachment) -> Row:
    return Row(
        key=one.id,
        title=one.filename,
        line=joined([photo_words(one)]),
        right=shown_size(one.size),
    )
