"""Filling a form: one scrollable page, saved as one goes, finished with one button."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.operations.forms import SITE_QUESTION
from jdz_field.operations.records import Filling, FinalizeResult
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.form.body import Body
from jdz_field.ui.form.contents import Contents, counts
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.head import Foot, Head
from jdz_field.ui.form.maker import Maker
from jdz_field.ui.form.place import Source
from jdz_field.ui.form.problems import Problems
from jdz_field.ui.form.question import Question
from jdz_field.ui.form.scroll import FormScroll
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.form.text import TypingEditor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import Empty, button, column, line
from jdz_field.xforms.view import Problem

#: The page's text is never wider than this; beside it, from this width on, the contents.
WIDEST, WITH_CONTENTS = 780, 1000


class FormPage(QWidget):
    """Fills a form: a fresh one for a site, a draft, or a correction (``replaces``)."""

    full = True

    def __init__(
        self,
        app: AppContext,
        form_id: str,
        site_id: str | None = None,
        draft_id: str | None = None,
        *,
        replaces: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.app = app
        self.filling: Filling | None = None
        self._column = column(gap=0)
        self.setLayout(self._column)
        try:
            if draft_id:
                self.filling = Filling.resume(app.reader, draft_id)
            else:
                self.filling = Filling.start(app.reader, form_id, site_id, replaces=replaces)
        except JdzError as error:
            back = button(_("Back"), app.back, kind="primary")
            self._column.addWidget(Empty("error", sentence(error), "", back))
            return
        self._build(self.filling)

    def _build(self, filling: Filling) -> None:
        site, session = filling.site, filling.session
        self.driver = Driver(self.app, filling, self)
        self.shelf = Shelf(self.app, filling.id, site.id if site else None, self)
        maker = Maker(
            self.shelf,
            self._sources(),
            _place(filling),
            self.app.reader.now,
            desk=PlaceDesk(self.app, filling),
        )
        question = f"/{session.form.root.name}/{SITE_QUESTION}"
        # The site was chosen on the map: nobody is asked again.
        self._answered_by_site = [question] if site else []
        self.body = Body(self.driver, maker, filling.previous, self._answered_by_site)
        self.head = Head((site.name or site.code) if site else "", session.languages)
        self.head.show_language(session.language)
        self.area = FormScroll(margins=16, gap=16)
        self.area.body.addWidget(self.body)
        self.area.body.addStretch(1)
        self.contents, self.problems, self.foot = Contents(), Problems(), Foot()
        middle = line(self.contents, self.area, gap=0)
        middle.setStretch(1, 1)
        for part in (self.head, middle, self.problems, self.foot):
            if isinstance(part, QWidget):
                self._column.addWidget(part)
            else:
                self._column.addLayout(part, 1)
        self._target = filling.head.place
        self._landing = QTimer(self)
        self._landing.setSingleShot(True)
        self._landing.setInterval(20)
        self._landing.timeout.connect(self._land)
        self._connect()
        self._count()
        if self._target:
            self._landing.start()

    def _connect(self) -> None:
        self.body.removed.connect(self._offer_back)
        self.body.wanted.connect(self.go_to)
        self.head.language_chosen.connect(self.driver.set_language)
        self.contents.wanted.connect(self.go_to)
        self.problems.wanted.connect(self.go_to)
        self.foot.finish_wanted.connect(self.finalize)
        self.driver.changed.connect(self._changed)
        self.driver.rebuilt.connect(self._rebuilt)
        self.driver.saved.connect(self.foot.show_saved)
        self.driver.failed.connect(self._failed)
        self.driver.finalized.connect(self._finalized)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focused)

    # ---- what the frame asks
    def title(self) -> str:
        """The form's title."""
        return self.filling.session.form.title if self.filling else _("Form")

    def leave(self) -> bool:
        """Always: what was answered is kept as a draft."""
        if self.filling is not None:
            self._flush()
            self.driver.leave()
        return True

    # ---- finishing
    def finalize(self) -> None:
        """Make the record, or show what stands in its way."""
        self._flush()
        found = self.driver.session.problems()
        if found:
            self._show_problems(found)
            return
        self._lock(locked=True)
        self.driver.finalize()

    def _finalized(self, result: FinalizeResult) -> None:
        self._lock(locked=False)
        if result.record is None:
            self._show_problems(list(result.problems))
            return
        self.app.toast(_("Finished: the record is kept and goes out with the next sync."))
        self.app.back()

    def _show_problems(self, problems: list[Problem]) -> None:
        for question in self.body.questions.values():
            if question.built:
                question.show_error(question.node.error or "")
        for problem in problems:
            self.body.complain(problem)
        self._list(problems)
        self.go_to(problems[0].ref)

    def _list(self, problems: list[Problem]) -> None:
        self.problems.put(problems, self.height() // 4)

    def _lock(self, *, locked: bool) -> None:
        self.area.setEnabled(not locked)
        self.foot.show_busy(busy=locked)

    def _flush(self) -> None:
        """Answer what is being typed."""
        for question in self.body.questions.values():
            if question.built and isinstance(question.editor, TypingEditor):
                question.editor.flush()

    # ---- going to a question
    def go_to(self, ref: str) -> None:
        """Scroll to a question, light it and put the keyboard there."""
        self._target = ref
        if self.body.go_to(ref) is not None:
            # Cards that have just opened get their places first.
            self._landing.start()

    def _land(self) -> None:
        found = self.body.go_to(self._target)
        if found is None:
            return
        self.area.glide_to(found)
        if isinstance(found, Question):
            found.light()
            found.editor.take_focus()

    def _focused(self, _old: QWidget | None, new: QWidget | None) -> None:
        here = new
        while here is not None and not isinstance(here, Question):
            here = here.parentWidget()
        if isinstance(here, Question) and self.body.isAncestorOf(here):
            self.driver.place = here.ref
            self.contents.mark(self.body.part_of(here.ref))

    # ---- after an answer
    def _changed(self, refs: tuple[str, ...]) -> None:
        here = self.body.questions.get(self.driver.place)
        with self.area.steady(here):
            self.body.refresh(refs)
        self._count()
        if self.problems.isVisible():
            self._list(self.driver.session.problems())

    def _rebuilt(self) -> None:
        place = self.driver.place
        with self.area.steady(None):
            self.body.build()
        self._count()
        self._target = place
        self._landing.start()

    def _count(self) -> None:
        parts = counts(self.driver.session, self._answered_by_site)
        done, asked = sum(p[0] for p in parts), sum(p[1] for p in parts)
        self.head.show_progress(done, asked)
        self.contents.put(self.body, parts)

    def _failed(self, error: Exception) -> None:
        self._lock(locked=False)
        self.foot.show_failure(error)

    # ---- repeats
    def _offer_back(self, ref: str, held: dict[str, Any]) -> None:
        def back() -> None:
            self.driver.put_back(ref, held)

        self.app.toast(_("The entry was removed."), back)

    # ---- where positions come from
    def _sources(self) -> list[Source]:
        sources = [Source(_("From a photo"), "image", self._photo_place)]
        if self.filling is not None and _place(self.filling) is not None:
            sources.insert(0, Source(_("As the site"), "pin", self._site_place))
        return sources

    def _site_place(self) -> tuple[float, float, float] | None:
        place = _place(self.filling) if self.filling is not None else None
        return (*place, 0.0) if place is not None else None

    def _photo_place(self) -> tuple[float, float, float] | None:
        """Of the newest photo of this record that has a position."""
        for a in reversed(self.app.reader.attachments(record=self.shelf.record)):
            if a.lon is not None and a.lat is not None:
                return a.lon, a.lat, a.accuracy or 0.0
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Contents beside the form when there is room; the text never too wide."""
        super().resizeEvent(event)
        if self.filling is None:
            return
        beside = event.size().width() >= WITH_CONTENTS * current().scale
        self.contents.setVisible(beside)
        room = event.size().width() - (self.contents.width() if beside else 0)
        side = max(16, (room - round(WIDEST * current().scale)) // 2)
        self.area.body.setContentsMargins(side, 16, side, 32)


def _place(filling: Filling) -> tuple[float, float] | None:
    """Longitude and latitude of the site."""
    site = filling.site
    if site is None or site.lon is None or site.lat is None:
        return None
    return site.lon, site.lat
