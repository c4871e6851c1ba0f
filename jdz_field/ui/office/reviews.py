"""Records that wait for review: read them, approve, return with a comment, or reject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtGui import QImage, QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _, language
from jdz_field.operations.forms import SITE_QUESTION, form_language
from jdz_field.operations.office import Desk
from jdz_field.operations.office_items import Photo, Review
from jdz_field.operations.position_words import overrides
from jdz_field.ui.form.answers import AnswersView, Line, lines_of, raw_lines
from jdz_field.ui.form.check_lines import check_lines, checks_chip
from jdz_field.ui.form.photo_lines import with_views
from jdz_field.ui.form.position_lines import with_positions
from jdz_field.ui.form.shelf import small
from jdz_field.ui.office.batches import missing_words
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.decisions import Act
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.split import Split
from jdz_field.ui.theme import current
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession

_EDGE = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """A record's answers in words, and its photos."""

    record: str
    title: str
    lines: list[Line]


class ReviewDetail(QWidget):
    """One record large, and the three verdicts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = text("", "heading")
        self.about = text("", "caption")
        self.missing = text("", "attention")
        self.override = text("", "attention")
        self.answers = AnswersView()
        self.comment = QPlainTextEdit()
        self.comment.setTabChangesFocus(True)
        self.comment.setFixedHeight(2 * current().touch())
        self.at, self.questions = button("", self._point, icon="list"), QMenu(self)
        self.at.setText(_("Comment at a question …"))
        self.fault = text("", "error")
        self.approve = button(_("Approve"), kind="primary", icon="check", key="A")
        self.back = button(_("Return"), icon="undo", key="R")
        self.reject = button(_("Reject"), kind="danger", key="X")
        self.comment.setPlaceholderText(
            _("What should be corrected? (needed to return or to reject)")
        )
        scroll = Scroll(margins=24, gap=8)
        for part in (self.name, self.about, self.missing, self.override, self.answers):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        row = line(self.reject, None, self.back, self.approve, gap=12)
        foot = column(line(self.at, None), self.comment, self.fault, row)
        foot.setContentsMargins(16, 10, 16, 10)
        whole = column(scroll, boxed(foot, "bar"), gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def put(self, review: Review) -> None:
        """Show the head; the answers come when the form is here."""
        record = review.record
        self.name.setText(review.name or review.code or record.form)
        self.entitle(review, "")
        gone = sum(not photo.here for photo in review.photos)
        self.missing.setText(missing_words(gone))
        self.missing.setVisible(gone > 0)
        self.override.setText("\n".join(overrides(record.positions)))
        self.override.setVisible(bool(self.override.text()))
        lines = with_positions(raw_lines(record.answers), record.positions)
        self.answers.put([*check_lines(record.checks), *lines])
        self.comment.clear()
        self.offer([])
        self.say("")

    def entitle(self, review: Review, title: str) -> None:
        """Say whose record it is, of when, and of which form."""
        record = review.record
        self.about.setText(joined([review.code, record.author, shown_time(record.finished), title]))

    def offer(self, lines: Sequence[Line]) -> None:
        """Let the comment point at one of these answers."""
        self.questions.clear()
        for label in dict.fromkeys(one.label for one in lines if not one.heading and one.label):
            act = self.questions.addAction(label.replace("&", "&&"))
            act.triggered.connect(partial(self._begin, label))
        self.at.setEnabled(not self.questions.isEmpty())

    def _point(self) -> None:
        self.questions.popup(self.at.mapToGlobal(self.at.rect().topLeft()))

    def _begin(self, label: str, _checked: bool = False) -> None:
        """Begin a line of the comment with the question's name; the person writes on behind it."""
        said = self.comment.toPlainText().rstrip()
        words = _("“{question}”: ").format(question=label)
        self.comment.setPlainText(f"{said}\n{words}" if said else words)
        self.comment.moveCursor(QTextCursor.MoveOperation.End)
        self.comment.setFocus()

    def say(self, words: str) -> None:
        """A sentence above the buttons."""
        self.fault.setText(words)
        self.fault.setVisible(bool(words))


class ReviewsPage(OfficePage):
    """The list, the oldest first, and the record that was chosen."""

    name = "reviews"
    drawing = "review"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self.items: dict[str, Review] = {}
        self._taken: dict[str, Review] = {}
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.detail = ReviewDetail()
        self.detail.approve.clicked.connect(self._approve)
        self.detail.back.clicked.connect(self._return)
        self.detail.reject.clicked.connect(self._reject)
        self.content.setLayout(column(Split(self.list, self.detail)))
        office.outbox.taken_back.connect(self._back)
        office.refused.connect(self._refused)
        office.settled.connect(self._settled)
        self.retranslate()

    def fetch(self, desk: Desk) -> list[Review]:
        """Everything that was received and not reviewed."""
        return desk.reviews("received")

    def show_items(self, items: list[Review]) -> int:
        """The oldest first; what is decided and on its way is left out."""
        ordered = sorted(items, key=lambda item: item.record.finished)
        self.items = {
            item.record.id: item for item in ordered if not self.office.pending(item.record.id)
        }
        self._draw()
        return len(self.items)

    def empty_words(self) -> tuple[str, str]:
        """Nothing to review."""
        return (
            _("Nothing to review"),
            _("Finished records come here when a tablet syncs."),
        )

    def _draw(self) -> None:
        self.list.put([_row(item) for item in self.items.values()])
        if self.list.key() not in self.items and self.items:
            self.list.select(next(iter(self.items)))
        if self.items:
            self._show(self.items[self.list.key()])

    def _chosen(self, row: Row) -> None:
        self._show(self.items[row.key])

    def _show(self, item: Review) -> None:
        self.detail.put(item)
        self.office.ask(lambda desk: told(desk, item), self, self._told, self.office.say_failure)

    def _told(self, found: Told) -> None:
        item = self.items.get(found.record)
        if item is None or self.list.key() != found.record:
            return
        photos = {photo.filename: photo for photo in item.photos}

        def ask(filename: str, show: Callable[[QImage], None]) -> None:
            self._picture(photos.get(filename), show)

        self.detail.entitle(item, found.title)
        self.detail.answers.put(found.lines, ask)
        self.detail.offer(found.lines)

    def _picture(self, photo: Photo | None, show: Callable[[QImage], None]) -> None:
        if photo is None or not photo.shown:
            return
        folder = self.office.folder()

        def fetch(desk: Desk) -> QImage:
            return small(desk.fetch_photo(photo, folder), _EDGE)

        self.office.ask(fetch, self, show, self.office.say_failure)

    # ---- verdicts
    def _approve(self) -> None:
        self._give("approved")

    def _return(self) -> None:
        self._give("returned")

    def _reject(self) -> None:
        self._give("rejected")

    def _give(self, verdict: str) -> None:
        item = self.items.get(self.list.key())
        if item is None:
            return
        comment = self.detail.comment.toPlainText().strip()
        if not comment and verdict != "approved":
            self.detail.say(_("Write what is wrong: the person in the field will read it."))
            self.detail.comment.setFocus()
            return
        key = item.record.id
        self._taken[key] = self.items.pop(key)

        def send(desk: Desk) -> Any:
            desk.review(key, verdict, comment)

        self.office.outbox.put(Act(key, _said(item, verdict), send))
        self._draw()
        self.recount(len(self.items))

    def _back(self, key: str) -> None:
        item = self._taken.pop(key, None)
        if item is not None:
            self.items = {key: item, **self.items}
            self._draw()
            self.list.select(key)
            self._show(item)
            self.recount(len(self.items))

    def _refused(self, key: str, words: str) -> None:
        if key in self._taken:
            self._back(key)
            self.office.toast(words)
            self.load()

    def _settled(self, key: str) -> None:
        if self._taken.pop(key, None) is not None and not self.items:
            self.load()


def told(desk: Desk, item: Review) -> Told:
    """The answers with the form's labels; with their names when the form is not published."""
    record = item.record
    try:
        form = parse_form(desk.form_xml(record.form, record.form_version))
    except JdzError:
        lines = with_positions(raw_lines(record.answers), record.positions)
        return Told(record.id, record.form, [*check_lines(record.checks), *lines])
    session = FormSession(
        form, answers=record.answers, language=form_language(form), first_load=False
    )
    lines = lines_of(session, [f"/{form.root.name}/{SITE_QUESTION}"])
    lines = with_positions(lines, record.positions)
    photos = {photo.filename: photo for photo in item.photos}
    lines = [*check_lines(record.checks), *with_views(lines, photos, session, record.form)]
    return Told(record.id, form.title_in(language()), lines)


def _said(item: Review, verdict: str) -> str:
    words = {
        "approved": _("Approved: {name}"),
        "returned": _("Returned: {name}"),
        "rejected": _("Rejected: {name}"),
    }
    return words[verdict].format(name=item.name or item.code or item.record.form)


def _row(item: Review) -> Row:
    record = item.record
    gone = sum(not photo.here for photo in item.photos)
    coarse = _("Accuracy not kept") if overrides(record.positions) else ""
    return Row(
        key=record.id,
        title=item.name or item.code or record.form,
        line=joined([record.author, _("correction") if record.replaces else "", item.code]),
        right=shown_time(record.finished),
        chip=coarse or (missing_words(gone) if gone else checks_chip(record.checks)),
        chip_role="attention",
    )
