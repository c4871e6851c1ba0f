"""The end of a form: what is missing, what the machine doubts, and then the record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from jdz_field.core.i18n import _
from jdz_field.operations.machine_checks import excusable
from jdz_field.operations.records import FinalizeResult
from jdz_field.ui.form.doubts import Doubts
from jdz_field.ui.form.problems import Problems
from jdz_field.xforms.view import Problem

if TYPE_CHECKING:
    from jdz_field.ui.form.page import FormPage

Go = Callable[[str], None]


class Finishing(QObject):
    """Finishes the form of a page; its two lists stand above the page's foot."""

    def __init__(self, page: FormPage) -> None:
        super().__init__(page)
        self._page = page
        self.problems, self.doubts = Problems(), Doubts(page.driver.say_why)
        self.problems.wanted.connect(page.go_to)
        self.doubts.wanted.connect(page.go_to)
        self.doubts.settled.connect(self._ready)
        self.doubts.finish_wanted.connect(self.finish)
        self.doubts.closed.connect(page.area.setFocus)
        page.driver.finalized.connect(self._finalized)

    def finish(self) -> None:
        """Make the record, or show what stands in its way."""
        page = self._page
        if not page.foot.done.isEnabled():
            return
        page.body.flush()
        found = page.driver.session.problems()
        views = excusable(page.driver.session, page.driver.filling.head.form)
        if any(one.ref not in views or one.kind != "required" for one in found):
            self.show(found)
            return
        self.lock(locked=True)
        page.companions.finish(page.driver.finalize, self.failed)

    def _finalized(self, result: FinalizeResult) -> None:
        page = self._page
        self.lock(locked=False)
        if result.record is None:
            odd = {one.ref for one in result.findings if one.check == "view"}
            rest = [one for one in result.problems if one.ref not in odd]
            if rest:
                self.show(rest)
            else:
                self._doubt(result)
            return
        done = _("Finished: the record is kept and goes out with the next sync.")
        page.app.toast("\n".join([done, *result.notes]))
        page.app.back()

    def _doubt(self, result: FinalizeResult) -> None:
        self.problems.hide()
        self.doubts.put(result.findings, self._page.height() * 9 // 20)
        self.doubts.to_first()

    def _ready(self) -> None:
        self.doubts.done.setFocus()

    def show(self, problems: list[Problem]) -> None:
        """What is missing or wrong: listed, marked, and the first one gone to."""
        page = self._page
        self.doubts.hide()
        for question in page.body.questions.values():
            if question.built:
                question.show_error(question.node.error or "")
        for problem in problems:
            page.body.complain(problem)
        self.list(problems)
        page.go_to(problems[0].ref)

    def list(self, problems: list[Problem]) -> None:
        """List them again."""
        self.problems.put(problems, self._page.height() // 4)

    def changed(self, refs: Collection[str]) -> None:
        """These questions were answered anew."""
        if self.doubts.rows:
            self.doubts.forget(refs)

    def failed(self, error: Exception) -> None:
        """Something could not be written."""
        self.lock(locked=False)
        self._page.foot.show_failure(error)

    def lock(self, *, locked: bool) -> None:
        """While the record is made nothing is answered."""
        self._page.area.setEnabled(not locked)
        self.doubts.setEnabled(not locked)
        self._page.foot.show_busy(busy=locked)
