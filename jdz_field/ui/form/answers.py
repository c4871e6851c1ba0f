"""A record's answers to be read: labels of the form, answers in words, photos in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.last_time import shown_answer
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.preview import Preview
from jdz_field.ui.widgets import clear, column, text
from jdz_field.ui.widgets import line as beside
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Node

_SELECTS = frozenset(("select1", "select", "rank"))
#: Gives the picture of a file name, some time: ``ask(filename, show)``.
AskPicture = Callable[[str, Callable[[QImage], None]], None]


@dataclass(frozen=True, slots=True)
class Line:
    """A heading (no value), an answer, or a photo (``file``).

    ``raw``: a place's answer as it is kept; ``note`` and ``warning`` stand below the value.
    """

    label: str
    value: str = ""
    file: str = ""
    heading: bool = False
    raw: str = ""
    note: str = ""
    warning: str = ""


def lines_of(session: FormSession, left_out: Sequence[str] = ()) -> list[Line]:
    """What was answered and counts, in the order of the form, under its headings."""
    found: list[Line] = []
    for node in session.outline():
        _walk(session, node, found, frozenset(left_out))
    return [
        line
        for place, line in enumerate(found)
        # A heading with nothing below it says nothing.
        if not line.heading or (place + 1 < len(found) and not found[place + 1].heading)
    ]


def _walk(session: FormSession, node: Node, found: list[Line], left_out: frozenset[str]) -> None:
    if not node.relevant or node.ref in left_out:
        return
    if node.kind == "question":
        line = _line(session, node)
        if line is not None:
            found.append(line)
        return
    if node.kind == "instance" or (node.kind == "group" and node.label):
        name = plain(node.label) or _("Entry")
        words = f"{name} {node.position}" if node.kind == "instance" else name
        found.append(Line(words, heading=True))
    for ref in node.children:
        _walk(session, session.node(ref), found, left_out)


def _line(session: FormSession, node: Node) -> Line | None:
    if not node.value:
        return None
    label = plain(node.label) or node.name
    if node.control == "upload":
        return Line(label, node.value, file=node.value)
    choices = session.choices(node.ref) if node.control in _SELECTS else ()
    raw = node.value if node.type == "geopoint" else ""
    return Line(label, shown_answer(node.type, node.value, choices), raw=raw)


def raw_lines(answers: Mapping[str, Any]) -> list[Line]:
    """The answers by their names, when the form itself is not here."""
    found: list[Line] = []
    for name, value in answers.items():
        if name == "meta" or value in (None, ""):
            continue
        rows = value if isinstance(value, list) else [value]
        if all(isinstance(row, Mapping) for row in rows):
            for row in rows:
                found += [Line(name, heading=True), *raw_lines(row)]
        else:
            found.append(Line(name, _(", ").join(str(row) for row in rows)))
    return found


class AnswersView(QWidget):
    """The lines as a column: labels in second ink, answers beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)

    def put(self, lines: Sequence[Line], ask: AskPicture | None = None) -> None:
        """Show these; ``ask`` brings pictures."""
        clear(self._column)
        for line in lines:
            if line.heading:
                self._column.addSpacing(6)
                self._column.addWidget(text(line.label, "heading"))
            else:
                self._column.addWidget(self._answer(line, ask))

    def _answer(self, line: Line, ask: AskPicture | None) -> QWidget:
        box = QWidget()
        told = [text(line.value)]
        told += [text(line.note, "caption")] if line.note else []
        told += [text(line.warning, "attention")] if line.warning else []
        label = text(line.label, "secondary")
        words = beside(label, column(*told, gap=2), gap=16)
        words.setAlignment(label, Qt.AlignmentFlag.AlignTop)
        words.setStretch(0, 2)
        words.setStretch(1, 3)
        inside = column(words, gap=6)
        box.setLayout(inside)
        if line.file and ask is not None:
            picture = Preview()
            inside.addWidget(picture)
            ask(line.file, _show_in(picture))
        return box


def _show_in(preview: Preview) -> Callable[[QImage], None]:
    def show(image: QImage) -> None:
        # Another record may be shown by now.
        if shiboken6.isValid(preview):
            preview.put(image)

    return show
