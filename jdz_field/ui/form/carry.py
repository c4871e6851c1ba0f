"""A newer version of the form that is being filled: said, shown in plain words, carried over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _, ngettext
from jdz_field.core.sites import Draft
from jdz_field.operations.versions import carry_over, newer_version, take_back, what_changes
from jdz_field.store.project import Project
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.marked import plain
from jdz_field.ui.icons import give
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, set_role, text, tool
from jdz_field.xforms.carry import CHOICE, REQUIRED, TYPE, Carry, Told

#: More questions than this are counted, not listed.
_LISTED = 40


class CarryBand(QFrame):
    """Over an open draft: a newer version is there, or the way back from it.

    What the band starts closes the form and opens it again on the other version.
    """

    def __init__(self, driver: Driver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._driver, self._app = driver, driver.app
        self._newer = ""
        self.sign, self.words = text("", wrap=False), text("")
        self.see = button(_("See what would change"), self.show_changes, kind="quiet", icon="eye")
        self.undo = button(_("Back to the version before"), self.back, kind="quiet", icon="undo")
        self.shut = tool("close", _("Close"), self.hide)
        row = line(self.sign, self.words, self.see, self.undo, self.shut)
        row.setContentsMargins(16, 4, 8, 4)
        row.setStretch(1, 1)
        self.setLayout(row)
        self.look()

    def look(self) -> None:
        """Say what there is to say about the version; hidden when there is nothing."""
        head = self._driver.filling.head
        self._newer = newer_version(self._app.reader, head) or ""
        carried = head.carried is not None and not self._newer
        if self._newer:
            words = _("A newer version of this form is there; this draft stays on its own.")
        else:
            words = _("This draft was carried over to the newer version of the form.")
        self.words.setText(words)
        set_role(self, "note")
        give(self.sign, "info", "accent")
        self.see.setVisible(bool(self._newer))
        self.undo.setVisible(carried)
        self.setVisible(bool(self._newer) or carried)

    # ---- looking
    def show_changes(self) -> None:
        """A page that says in plain words what carrying over would change."""
        self._driver.flush_wanted.emit()
        try:
            carry = what_changes(self._app.reader, self._draft(), self._newer)
        except JdzError as error:
            self._app.say_failure(error)
            return
        page = CarryPage(carry, self._draft().form_version, self._newer)
        page.agreed.connect(self._agreed)
        page.stayed.connect(self._stayed)
        self._app.push(page)

    def _draft(self) -> Draft:
        return self._driver.filling.draft(self._app.reader)

    def _stayed(self) -> None:
        self._app.back()
        self.hide()

    def _agreed(self) -> None:
        self._app.back()
        newer = self._newer
        self._turn_into(lambda project, draft: carry_over(project, draft, newer))

    def back(self) -> None:
        """Bring the draft back as it was before it was carried over."""
        self._driver.flush_wanted.emit()
        self._turn_into(take_back)

    # ---- doing
    def _turn_into(self, how: Callable[[Project, Draft], Draft]) -> None:
        draft, driver = self._draft(), self._driver

        def work(project: Project) -> Draft:
            # What was answered last is in it, whatever is still on its way to the store.
            project.save_draft(draft)
            return how(project, draft)

        # Nothing of this session may be written over what comes now.
        driver.closed = True
        self.setEnabled(False)
        self._app.write(work, self, self._turned, self._failed)

    def _turned(self, draft: Draft) -> None:
        self._app.back()
        self._app.open_form(draft.form, draft.site, draft.id)
        self._app.toast(_("The draft is on version {version} now.").format(version=_v(draft)))

    def _failed(self, error: Exception) -> None:
        self._driver.closed = False
        self.setEnabled(True)
        self._app.say_failure(error)


def _v(draft: Draft) -> str:
    return draft.form_version or "—"


class CarryPage(QWidget):
    """What would become of the answers, in plain words, and the choice.

    Signals:
        agreed(): carry the draft over.
        stayed(): leave it on its version.
    """

    wide = True
    agreed = Signal()
    stayed = Signal()

    def __init__(self, carry: Carry, old: str, new: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = Scroll(margins=20, gap=14)
        self._say(_summary(carry, old or "—", new or "—"), "body")
        aside = _("They are put aside, not thrown away: the version before can be brought back.")
        self._listed(_("No place in the new version"), carry.lost, "warning", aside)
        self._listed(_("To look at again"), carry.changed, "warning", "")
        self._listed(_("Required now and still empty"), carry.required, "note", "")
        self._listed(_("Elsewhere in the form now"), carry.moved, "", "")
        self._listed(_("New questions"), carry.new, "", "")
        self.area.body.addStretch(1)
        self.stay = button(_("Stay with this version"), self.stayed.emit, kind="quiet")
        self.go = button(_("Carry over"), self.agreed.emit, kind="primary", icon="check")
        bar = line(None, self.stay, self.go)
        bar.setContentsMargins(16, 8, 16, 8)
        whole = column(self.area, boxed(bar, "bar"), gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading of the sheet."""
        return _("A newer version of the form")

    def _say(self, words: str, role: str) -> None:
        self.area.body.addWidget(text(words, role))

    def _listed(self, heading: str, told: Sequence[Told], role: str, after: str) -> None:
        if not told:
            return
        inside = column(text(f"{heading} · {len(told)}", "strong"), margins=16, gap=8)
        for one in told[:_LISTED]:
            inside.addLayout(_row(one))
        rest = len(told) - _LISTED
        if rest > 0:
            more = ngettext("and {n} more", "and {n} more", rest)
            inside.addWidget(text(more.format(n=rest), "caption"))
        if after:
            inside.addWidget(text(after, "caption"))
        self.area.body.addWidget(boxed(inside, role or "card"))


def _row(told: Told) -> QHBoxLayout:
    value = told.value
    why = {TYPE: _("the question takes another kind of answer"), CHOICE: _("no such choice")}
    if told.why in why:
        value = _("{value} ({why})").format(value=value, why=why[told.why])
    if told.why == REQUIRED:
        value = _("required")
    row = line(text(plain(told.label), "secondary" if told.value else "body"), gap=16)
    row.setAlignment(Qt.AlignmentFlag.AlignTop)
    if value:
        row.addWidget(text(value, "body" if told.value else "secondary"))
        row.setStretch(0, 2)
        row.setStretch(1, 3)
    return row


def _summary(carry: Carry, old: str, new: str) -> str:
    kept = ngettext(
        "{n} answer is carried over as it is.",
        "{n} answers are carried over as they are.",
        carry.kept,
    ).format(n=carry.kept)
    words = [_("You are filling version {old}; version {new} is there.").format(old=old, new=new)]
    words.append(kept)
    if carry.smooth:
        words.append(_("Nothing is lost, and nothing has to be answered again."))
    return " ".join(words)
