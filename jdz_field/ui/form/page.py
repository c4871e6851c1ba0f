"""Filling a form: page by page or all at once, saved as one goes, finished with one button."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _, language
from jdz_field.operations.forms import SITE_QUESTION
from jdz_field.operations.records import Filling
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.form.body import Body
from jdz_field.ui.form.carry import CarryBand
from jdz_field.ui.form.companions import Companions
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.dock import Dock
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.file_steps import FileSteps
from jdz_field.ui.form.finishing import Finishing
from jdz_field.ui.form.head import Foot, Head
from jdz_field.ui.form.keys import Keys
from jdz_field.ui.form.maker import Maker
from jdz_field.ui.form.overview import Overview
from jdz_field.ui.form.paging import Pager
from jdz_field.ui.form.positions import Positions
from jdz_field.ui.form.scroll import FormScroll
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.form.sources import Places
from jdz_field.ui.form.swipe import Swipe
from jdz_field.ui.form.tally import Counter, Tally
from jdz_field.ui.form.undo import Done, describe
from jdz_field.ui.form.views import Views
from jdz_field.ui.form.walker import Walker
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import Empty, button, column, line

#: The page's text is never wider than this.
WIDEST = 780
#: A page narrower or lower than this, at normal text size, has a small head and foot.
_SMALL = (600, 480)
#: With more questions than this, entries that came or went are counted so many ms after it.
_MANY, _COUNT_MS = 800, 250


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
        site_id, form = site.id if site else None, filling.head.form
        self.shelf = Shelf(self.app, filling.id, site_id, self, form=form)
        self.body = self._make_body(filling)
        self.pager = Pager(self.body, self)
        self.files = FileSteps(self.shelf, self.body, self)
        steps = (partial(self._step_words, forward=False), partial(self._step_words, forward=True))
        self.head = Head((site.name or site.code) if site else "", session.languages, steps)
        self.head.show_language(session.language)
        self.area = FormScroll(margins=16, gap=16)
        self.positions = Positions(self.driver, self.app.receiver)
        self.area.body.addWidget(self.positions)
        self.area.body.addWidget(self.body)
        self.area.body.addStretch(1)
        self.swipe = Swipe(self.area)
        self.walker = Walker(self.driver, self.body, self.pager, self.area, self)
        self.views = Views(self.app, session.form, self.pager, self.head.view)
        self.overview = Overview(self.body)
        self.foot, self.keys = Foot(), Keys(self)
        self.companions = Companions(self.driver, self.shelf, self.area)
        self._tally = Tally()
        self._counter = Counter(session, self._answered_by_site)
        self._lay()
        self._counting = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._counting.timeout.connect(self._count_again)
        self._connect()
        self._show_counts()
        self.positions.look()
        self.walker.resume()

    def _make_body(self, filling: Filling) -> Body:
        places = Places(filling, self.shelf)
        maker = Maker(
            self.shelf,
            places.sources(),
            places.site,
            self.app.reader.now,
            media=self.driver.media,
            desk=PlaceDesk(self.app, filling),
        )
        question = f"/{filling.session.form.root.name}/{SITE_QUESTION}"
        # The site was chosen on the map: nobody is asked again.
        self._answered_by_site = [question] if filling.site else []
        return Body(self.driver, maker, filling.previous, self._answered_by_site)

    def _lay(self) -> None:
        self.finishing = Finishing(self)
        self.problems, self.doubts = self.finishing.problems, self.finishing.doubts
        self.middle = line(self.area, gap=0)
        self.versions = CarryBand(self.driver)
        bands = (self.head, self.versions, self.companions)
        for part in (*bands, self.middle, self.problems, self.doubts, self.foot):
            if isinstance(part, QWidget):
                self._column.addWidget(part)
            else:
                self._column.addLayout(part, 1)
        self.dock = Dock(self, self.overview, self.middle, self.head)

    def _connect(self) -> None:
        head, foot, driver = self.head, self.foot, self.driver
        self.body.removed.connect(self._offer_back)
        self.body.wanted.connect(self.go_to)
        head.language_chosen.connect(driver.set_language)
        head.list_wanted.connect(self.dock.toggle)
        self.dock.moved.connect(self._fit_width)
        self.dock.closed.connect(self.area.setFocus)
        head.problem_wanted.connect(self._next_problem)
        head.undo_wanted.connect(self.undo)
        head.redo_wanted.connect(self.redo)
        self.views.changed.connect(self.walker.resume)
        self.overview.wanted.connect(self._jump)
        self.overview.wanted.connect(self.companions.jumped)
        self.positions.wanted.connect(self.go_to)
        self.positions.settings_wanted.connect(partial(self.app.show_page, "settings"))
        foot.finish_wanted.connect(self.finalize)
        foot.turn_wanted.connect(self.turn)
        self.pager.turned.connect(self._turned)
        self.swipe.swiped.connect(self.turn)
        self._connect_driver()

    def _connect_driver(self) -> None:
        driver, keys = self.driver, self.keys
        keys.undo.connect(self.undo)
        keys.redo.connect(self.redo)
        keys.act.connect(self._act)
        keys.scroll.connect(self._scroll)
        keys.entered.connect(self._entered)
        keys.typed.connect(driver.typed)
        keys.moved.connect(self._focused)
        driver.changed.connect(self._changed)
        driver.rebuilt.connect(self._rebuilt)
        driver.flush_wanted.connect(self.body.flush)
        driver.history_changed.connect(self._show_history)
        driver.stepped.connect(self._stepped)
        driver.stepped.connect(self.files.follow)
        driver.saved.connect(self.foot.show_saved)
        driver.failed.connect(self.finishing.failed)

    # ---- what the frame asks
    def title(self) -> str:
        """The form's title in the program's language."""
        return self.filling.session.form.title_in(language()) if self.filling else _("Form")

    def leave(self) -> bool:
        """Always: what was answered is kept as a draft."""
        if self.filling is not None:
            self.body.flush()
            self.walker.stop()
            self.companions.leave()
            self.driver.leave()
        return True

    # ---- finishing
    def finalize(self) -> None:
        """Make the record, or show what stands in its way."""
        self.finishing.finish()

    # ---- page by page
    def turn(self, by: int) -> None:
        """On (1) or back (-1); what is missing or wrong is said and stops nobody."""
        self.body.flush()
        left = self.pager.step
        if left is None or not self.pager.turn(by):
            return
        for one in self.driver.session.problems():
            if self.body.step_of(one.ref) == left.key:
                self.body.complain(one)
        self.area.to_top()

    def _turned(self) -> None:
        self.foot.show_step(self.pager.step, self.pager.place, len(self.pager.steps))

    # ---- keys
    def _act(self, what: str) -> None:
        if what in ("next", "back"):
            self.turn(1 if what == "next" else -1)
            self.walker.focus_first()
        elif what == "jump":
            self.dock.toggle()
        elif what == "finish":
            self.finalize()
        else:
            self._next_problem(1 if what == "problem" else -1)

    def _scroll(self, by: int) -> None:
        """A screen further; at the end of a step to the next one."""
        if not self.area.page(by) and self.pager.paged:
            self.turn(by)
            self.walker.focus_first()

    def _entered(self) -> None:
        if self.pager.view == "questions":
            self.turn(1)
            self.walker.focus_first()

    def _jump(self, ref: str) -> None:
        self.dock.went()
        self.go_to(ref)

    # ---- going to a question
    def go_to(self, ref: str) -> None:
        """Turn and scroll to a question, light it and put the keyboard there."""
        self.walker.go_to(ref)

    def _next_problem(self, by: int = 1) -> None:
        self.body.flush()
        self.walker.to_problem(self._tally, by)

    def _focused(self, new: QWidget) -> None:
        ref = self.walker.focused(new)
        if ref:
            self.overview.mark(ref)

    # ---- after an answer
    def _changed(self, refs: tuple[str, ...]) -> None:
        here = self.body.questions.get(self.driver.place)
        with self.area.steady(here):
            self.body.refresh(refs)
            self.pager.follow()
        self.finishing.changed(refs)
        self.walker.keep_place()
        if self._counter.follow(refs):
            self._show_counts()
        elif self._counter.size < _MANY:
            self._count_again()
        else:
            self._counting.start()
        self.positions.look()

    def _rebuilt(self) -> None:
        with self.area.steady(None):
            self.body.build()
            self.pager.rebuilt()
        self.overview.forget()
        self._counter = Counter(self.driver.session, self._answered_by_site)
        self._show_counts()
        self.walker.resume()

    def _count_again(self) -> None:
        self._counter.count()
        self._show_counts()

    def _show_counts(self) -> None:
        self._tally = self._counter.tally()
        self.head.show_tally(self._tally)
        self.foot.show_tally(self._tally)
        self.overview.put(self._tally)
        if self.problems.isVisible():
            self.finishing.list(self.driver.session.problems())

    # ---- taking back
    def undo(self) -> None:
        """Take the last step back and go where it was."""
        self.body.flush()
        self.driver.undo()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.body.flush()
        self.driver.redo()

    def _stepped(self, step: Done, forward: bool) -> None:
        words = _("Done again: {what}") if forward else _("Taken back: {what}")
        session = self.driver.session
        self.app.toast(words.format(what=describe(session, step, forward=forward)))
        gone = step.kind != "answer" and forward is not (step.kind == "add")
        self.go_to(step.ref.rpartition("[")[0] if gone else step.ref)

    def _step_words(self, *, forward: bool) -> str:
        history = self.driver.history
        steps = history.undone if forward else history.done
        return describe(self.driver.session, steps[-1], forward=True) if steps else ""

    def _show_history(self) -> None:
        history = self.driver.history
        self.head.show_steps(undo=bool(history.done), redo=bool(history.undone))

    # ---- repeats
    def _offer_back(self, _ref: str, _held: dict[str, Any]) -> None:
        step = self.driver.history.done[-1]
        self.app.toast(_("The entry was removed."), partial(self.driver.bring_back, step))

    # ---- the window
    def showEvent(self, event: QShowEvent) -> None:
        """Keys work at once, before any field is touched."""
        super().showEvent(event)
        if self.filling is None:
            return
        self.swipe.follow()
        # Not before the sheet that it comes in has taken its place.
        QTimer.singleShot(0, self, self._take_keys)

    def _take_keys(self) -> None:
        here = self.window().focusWidget()
        if self.isVisible() and (here is None or not self.isAncestorOf(here)):
            self.area.setFocus()

    def toast_room(self) -> int:
        """Pixels at the foot that no toast may cover: the way on is there."""
        return self.foot.height() if self.filling is not None else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The overview beside the form when there is room; the text never too wide."""
        super().resizeEvent(event)
        if self.filling is None:
            return
        size, scale = event.size(), current().scale
        compact = size.width() < _SMALL[0] * scale or size.height() < _SMALL[1] * scale
        self.head.set_compact(compact=compact)
        self.foot.set_compact(compact=compact)
        self.dock.place()
        self._fit_width()
        self.views.fit(event.size())

    def _fit_width(self) -> None:
        room = self.width() - self.dock.taken()
        side = max(16, (room - round(WIDEST * current().scale)) // 2)
        self.area.body.setContentsMargins(side, 16, side, 32)
