"""What was chosen on the page of records: its answers, its state, what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Draft, Record
from jdz_field.operations.drafts import is_own, may_look
from jdz_field.operations.forms import SITE_QUESTION, open_session
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.answers import AnswersView, Line, lines_of, raw_lines
from jdz_field.ui.form.check_lines import check_lines
from jdz_field.ui.form.photo_lines import with_views
from jdz_field.ui.form.position_lines import with_positions
from jdz_field.ui.photo_pictures import picture
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, set_role, text, tool

_EDGE = 900


def state_words(state: str) -> tuple[str, str]:
    """A record's state as a word and the role of its chip."""
    return {
        "unsent": (_("Unsent"), "attention"),
        "sent": (_("Sent"), "accent"),
        "received": (_("Received"), "ok"),
        "approved": (_("Approved"), "ok"),
        "returned": (_("Returned"), "error"),
        "rejected": (_("Rejected"), "error"),
    }.get(state, (state, ""))


class RecordDetail(QWidget):
    """A draft or a record, read only.

    Signals:
        resume_wanted(str), drop_wanted(str): go on with, or throw away, this draft.
        correct_wanted(str): correct this record.
    """

    resume_wanted = Signal(str)
    drop_wanted = Signal(str)
    correct_wanted = Signal(str)

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._id = ""
        self._photos: dict[str, Attachment] = {}
        self.name = text("", "heading")
        self.state = text("", "chip", wrap=False)
        self.about = text("", "caption")
        self.comment = text("")
        self.notice = boxed(column(self.comment, margins=12), "fault")
        self.answers = AnswersView()
        self.resume = button("", self._resume, kind="primary", icon="play")
        self.correct = button("", self._correct, kind="primary", icon="edit")
        self.site = button("", self._to_site, kind="quiet", icon="pin")
        self.print = tool("print", "", self._print)
        self.drop = button("", self._drop, kind="quiet", icon="trash")
        self._site = ""
        head = line(self.name, self.state)
        head.setStretch(0, 1)
        scroll = Scroll(margins=20, gap=10)
        scroll.body.addLayout(head)
        for part in (self.about, self.notice, self.answers):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = line(self.drop, self.print, self.site, None, self.correct, self.resume)
        foot.setContentsMargins(12, 8, 16, 8)
        whole = column(scroll, boxed(foot, "bar"), gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.resume.setText(_("Go on"))
        self.correct.setText(_("Correct"))
        self.site.setText(_("To the site"))
        self.drop.setText(_("Throw away"))
        self.print.setToolTip(_("Print and reports"))
        self.print.setAccessibleName(_("Print and reports"))

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self.setVisible(False)

    def show_draft(self, draft: Draft | None) -> None:
        """A draft: how far it is."""
        if draft is None:
            self.show_nothing()
            return
        self._head(draft, _("Draft"), "chip-accent")
        self.about.setText(
            joined([draft.author, _("begun {time}").format(time=shown_time(draft.started))])
        )
        self._say(_("The office returned this record; correct it.") if draft.replaces else "")
        self._buttons(draft=True)
        if self._show_owner(draft):
            self._fill(draft)
        else:
            self.answers.put([], self._ask)

    def _show_owner(self, draft: Draft) -> bool:
        """Say whose it is; whether who works now may read it."""
        person, reader = self._app.person, self._app.reader
        own = is_own(draft, person)
        self.resume.setText(_("Go on") if own else _("Take over"))
        if own:
            return True
        look = may_look(reader, draft, person)
        self.resume.setVisible(look)
        self.drop.setVisible(False)
        words = (
            _("This draft is {name}'s. You can read it, and take it over if they cannot go on.")
            if look
            else _("This draft is {name}'s. The office lets only them open it.")
        )
        self._say(words.format(name=draft.author))
        set_role(self.notice, "note")
        return look

    def show_record(self, record: Record | None) -> None:
        """A finished record: its state, the office's comment, its answers."""
        if record is None:
            self.show_nothing()
            return
        state = self._app.reader.record_state(record.id)
        words, role = state_words(state)
        self._head(record, words, f"chip-{role}" if role else "chip")
        self.about.setText(joined([record.author, shown_time(record.finished)]))
        comment = record.review_comment
        self._say(_("The office says: {words}").format(words=comment) if comment else "")
        self._buttons(draft=False, returned=state == "returned")
        self._fill(record)

    def _head(self, item: Draft | Record, state: str, role: str) -> None:
        self.setVisible(True)
        self._id, self._site = item.id, item.site or ""
        site = self._app.reader.site(item.site) if item.site else None
        forms = {form.form_id: form.title for form in self._app.reader.forms()}
        form = forms.get(item.form, item.form)
        self.name.setText((site.name or site.code) if site is not None else form)
        self.state.setText(state)
        set_role(self.state, role)
        self.site.setVisible(site is not None)

    def _buttons(self, *, draft: bool, returned: bool = False) -> None:
        self.resume.setVisible(draft)
        self.drop.setVisible(draft)
        self.print.setVisible(not draft)
        self.correct.setVisible(returned)

    def _say(self, words: str) -> None:
        self.comment.setText(words)
        set_role(self.notice, "fault")
        self.notice.setVisible(bool(words))

    def _fill(self, item: Draft | Record) -> None:
        self._photos = {a.filename: a for a in self._app.reader.attachments(record=item.id)}
        self.answers.put(self._lines(item), self._ask)

    def _lines(self, item: Draft | Record) -> list[Line]:
        reader = self._app.reader
        site = reader.site(item.site) if item.site else None
        try:
            session = open_session(
                reader, item.form, version=item.form_version, site=site, answers=item.answers
            )
        except JdzError:
            # The form is not in this project (a record from another device, say).
            lines = with_positions(raw_lines(item.answers), item.positions)
            return [*check_lines(item.checks), *lines]
        lines = lines_of(session, [f"/{session.form.root.name}/{SITE_QUESTION}"])
        lines = with_positions(lines, item.positions)
        lines = with_views(lines, self._photos, session, item.form)
        return [*check_lines(item.checks), *lines]

    def _ask(self, filename: str, show: Callable[[QImage], None]) -> None:
        photo = self._photos.get(filename)
        if photo is not None:
            path = self._app.path
            self._app.jobs.without_store(
                lambda: picture(path, photo, _EDGE), self.answers, show, _without
            )

    def _resume(self) -> None:
        self.resume_wanted.emit(self._id)

    def _drop(self) -> None:
        self.drop_wanted.emit(self._id)

    def _print(self) -> None:
        self._app.show_page("reports", ("record", self._id))

    def _correct(self) -> None:
        self.correct_wanted.emit(self._id)

    def _to_site(self) -> None:
        self._app.open_site(self._site)


def _without(_error: Exception) -> None:
    """A file that is no picture is named only."""
