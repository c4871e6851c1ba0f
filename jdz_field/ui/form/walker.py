"""Going through the form: to a question, to the next problem, back to where one was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from jdz_field.ui.form.body import Body
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.paging import Pager
from jdz_field.ui.form.question import Question
from jdz_field.ui.form.scroll import FormScroll
from jdz_field.ui.form.tally import Tally
from jdz_field.xforms.tree import TreeNode

#: Cards that have just opened get their places first, in ms.
_LAND_MS = 20
#: Where one has scrolled to is kept this long after.
_SCROLLED_MS = 400


class Walker(QObject):
    """Leads to questions and knows at which one the person is."""

    def __init__(
        self, driver: Driver, body: Body, pager: Pager, area: FormScroll, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._driver, self._body, self._pager, self._area = driver, body, pager, area
        self._target = ""
        self._offset: int | None = None
        self._landing = QTimer(self, singleShot=True, interval=_LAND_MS)
        self._landing.timeout.connect(self._land)
        self._scrolled = QTimer(self, singleShot=True, interval=_SCROLLED_MS)
        self._scrolled.timeout.connect(self.keep_place)
        area.verticalScrollBar().valueChanged.connect(self._scrolled.start)
        body.advanced.connect(self.advance)

    def stop(self) -> None:
        """The page goes."""
        self._landing.stop()
        self._scrolled.stop()

    # ---- going
    def go_to(self, ref: str) -> None:
        """Turn and scroll to a question, light it and put the keyboard there."""
        self._target, self._offset = ref, None
        self._pager.show(ref)
        if self._body.go_to(ref) is not None:
            self._landing.start()

    def resume(self) -> None:
        """Back to the question the driver is at, where it stood in the window."""
        self._target, self._offset = self._driver.place, self._driver.offset
        if self._target:
            self._pager.show(self._target)
            self._landing.start()

    def to_problem(self, tally: Tally, by: int) -> None:
        """The next (1) or previous (-1) thing that is missing or wrong, round the end."""
        order = [one.ref for one in tally.asked]
        there = problem_after(tally.open, self._driver.place, 1 if by >= 0 else -1, order)
        if not there:
            return
        self.go_to(there)
        for problem in self._driver.session.problems():
            if problem.ref == there:
                self._body.complain(problem)

    def advance(self, ref: str) -> None:
        """To the next question that can be answered now; from the last one nowhere."""
        asked = [node for _control, node in self._driver.session.questions() if node.relevant]
        refs = [node.ref for node in asked]
        after = asked[refs.index(ref) + 1 :] if ref in refs else []
        following = [node for node in after if not node.readonly]
        if following:
            self.go_to(self._past_filled(asked[refs.index(ref)], following))

    def _past_filled(self, answered: TreeNode, following: Sequence[TreeNode]) -> str:
        """Where to go on; part by part, past parts that this answer filled in and that lack none.

        Turning through them again after «nothing unusual» would be a touch each. They stay where
        they are, to be looked at and changed.
        """
        step, first = self._pager.step, following[0].ref
        if step is None or self._pager.view != "groups" or self._body.step_of(first) == step.key:
            return first
        actions = self._driver.session.form.actions
        given = [act.target for act in actions if act.holder is answered.definition]
        lacking = {self._body.step_of(one.ref) for one in self._driver.session.problems()}
        told = [n for n in following if n.value and any(n.definition is one for one in given)]
        filled = {self._body.step_of(n.ref) for n in told} - lacking
        return next((n.ref for n in following if self._body.step_of(n.ref) not in filled), first)

    def focus_first(self) -> None:
        """The keyboard goes where the step that is shown begins."""
        for question in self._body.questions.values():
            if question.isVisible():
                question.editor.take_focus()
                return
        self._area.setFocus()

    def _land(self) -> None:
        found = self._body.go_to(self._target)
        if found is None:
            return
        if self._offset:
            self._area.hold(found, self._offset)
        else:
            self._area.glide_to(found)
        if isinstance(found, Question):
            if self._offset is None:
                found.light()
            found.editor.take_focus()

    # ---- where one is
    def focused(self, widget: QWidget) -> str:
        """The keyboard is in this widget: the question that it is of, if any."""
        here: QWidget | None = widget
        while here is not None and not isinstance(here, Question):
            here = here.parentWidget()
        if not isinstance(here, Question) or not self._body.isAncestorOf(here):
            return ""
        if here.ref != self._driver.place:
            self._driver.history.seal()
            self._driver.moved(here.ref, self._area.top_of(here))
        return here.ref

    def keep_place(self) -> None:
        """Remember where the question stands in the window."""
        here = self._body.questions.get(self._driver.place)
        if here is not None and here.isVisible():
            self._driver.moved(here.ref, self._area.top_of(here))


def problem_after(refs: Iterable[str], here: str, by: int, order: Sequence[str]) -> str:
    """The next (1) or previous (-1) of ``refs`` seen from ``here``, round the end; empty: none.

    ``order`` is the order of the form; ``here`` may be anywhere in it, or nowhere.
    """
    wanted = list(refs)
    if not wanted:
        return ""
    if here in wanted:
        return wanted[(wanted.index(here) + by) % len(wanted)]
    places = {ref: place for place, ref in enumerate(order)}
    at = places.get(here, -1)
    after = [ref for ref in wanted if places.get(ref, len(order)) > at]
    if by > 0:
        return after[0] if after else wanted[0]
    before = [ref for ref in wanted if ref not in after]
    return before[-1] if before else wanted[-1]
