"""Undo of files that answer: the answer's file belongs to the record again, or no more."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from jdz_field.ui.form.body import Body
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.form.undo import Change, Done


class FileSteps(QObject):
    """Follows steps taken back and done again; files themselves never leave the project."""

    def __init__(self, shelf: Shelf, body: Body, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf, self._body = shelf, body

    def follow(self, step: Done, forward: bool) -> None:
        """A step was taken back, or done again (``forward``)."""
        for change in step.changes if step.kind == "answer" else ():
            if self._body.driver.session.node(change.ref).control == "upload":
                self._follow(change if forward else Change(change.ref, change.after, change.before))

    def _follow(self, change: Change) -> None:
        if change.before:
            self._shelf.let_go(change.ref, change.before)
        if change.after:
            self._shelf.bring_back(
                change.ref, change.after, self, partial(self._show, change.ref, change.after)
            )

    def _show(self, ref: str, name: str) -> None:
        """The file is the record's again: its picture can be shown."""
        question = self._body.questions.get(ref)
        if question is not None and question.node.value == name:
            question.editor.show_value("")
            question.editor.show_value(name)
