"""Which questions are on the screen together, and going from one screen to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from PySide6.QtCore import QObject, Signal

from jdz_field.core.i18n import _
from jdz_field.ui.form.steps import Mode, Step
from jdz_field.xforms.form import FormDefinition

#: ``all``: one long page; ``groups``, ``questions``: as ``Body.steps`` has them.
View = Literal["all", "groups", "questions"]
VIEWS: tuple[View, ...] = ("all", "groups", "questions")
#: Narrower than this, at normal text size, shows one question at a time.
NARROW = 560


def view_name(view: View) -> str:
    """What a person calls it."""
    names = {
        "all": _("Everything on one page"),
        "groups": _("Part by part"),
        "questions": _("One question at a time"),
    }
    return names[view]


def fitting_view(form: FormDefinition, width: int, height: int, scale: float) -> View:
    """The view that suits a form on a screen; ``scale``: how much larger than normal text is.

    A form that asks for ``pages`` (XLSForm settings, ``style``) is paged: by its ``field-list``
    groups when it has any, which is how every ODK client pages it, else by its parts. Other
    forms are paged where a long page would be read through a keyhole.
    """
    if width < NARROW * scale:
        return "questions"
    if "pages" in form.style.split():
        return "questions" if _has_field_lists(form) else "groups"
    return "groups" if height > width else "all"


def _has_field_lists(form: FormDefinition) -> bool:
    return any(
        control.tag in ("group", "repeat") and "field-list" in control.appearance.split()
        for top in form.controls
        for control in top.walk()
    )


class Paged(Protocol):
    """What is paged: the form's body."""

    def steps(self, mode: Mode) -> list[Step]:
        """The relevant steps in order."""
        ...

    def show_step(self, key: str | None) -> None:
        """Show one step alone; None: everything."""
        ...

    def step_of(self, ref: str) -> str:
        """The key of the step that a question is in."""
        ...


class Pager(QObject):
    """Shows one step of a body after the other.

    Signals:
        turned(): another step is shown, or there are more or fewer.
    """

    turned = Signal()

    def __init__(self, body: Paged, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._body = body
        self.view: View = "all"
        self.steps: Sequence[Step] = ()
        self._key: str | None = None

    @property
    def paged(self) -> bool:
        """Whether less than the whole form is shown."""
        return self.view != "all" and len(self.steps) > 1

    @property
    def place(self) -> int:
        """The place of the step that is shown, from 0."""
        keys = [step.key for step in self.steps]
        return keys.index(self._key) if self._key in keys else 0

    @property
    def step(self) -> Step | None:
        """The step that is shown; None when everything is."""
        return self.steps[self.place] if self.paged else None

    def first(self) -> bool:
        """Whether there is none before it."""
        return not self.paged or self.place == 0

    def last(self) -> bool:
        """Whether there is none after it."""
        return not self.paged or self.place == len(self.steps) - 1

    def set_view(self, view: View) -> None:
        """Show the form this way from now on, at its beginning."""
        self.view = view
        self._key = None
        self._read()
        self._show()

    def follow(self) -> None:
        """After an answer: other steps may be relevant now; the one shown stays if it is."""
        if self.view == "all":
            return
        before, place = self.steps, self.place
        self._read()
        keys = [step.key for step in self.steps]
        if self._key not in keys and keys:
            # It went away under one's hand: what stands in its place now is shown.
            after = [s.key for s in before[place:]] + [s.key for s in before[:place][::-1]]
            self._key = next((key for key in after if key in keys), keys[0])
            self._show()
        elif self.steps != before:
            self._show()

    def rebuilt(self) -> None:
        """The body was drawn anew."""
        self._read()
        self._show()

    def turn(self, by: int) -> bool:
        """Go on (1) or back (-1); False when there is nothing there."""
        if not self.paged or not 0 <= self.place + by < len(self.steps):
            return False
        self._key = self.steps[self.place + by].key
        self._show()
        return True

    def show(self, ref: str) -> bool:
        """Turn to the step with a question; whether that was another one."""
        key = self._body.step_of(ref) if self.view != "all" else ""
        if not key or key == self._key or key not in [step.key for step in self.steps]:
            return False
        self._key = key
        self._show()
        return True

    def _read(self) -> None:
        self.steps = self._body.steps(self.view) if self.view != "all" else ()

    def _show(self) -> None:
        step = self.step
        self._key = step.key if step is not None else None
        self._body.show_step(self._key)
        self.turned.emit()
