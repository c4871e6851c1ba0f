"""Selects with the same choices as one grid: a row each, the choices as heads of the columns.

So XLSForm's ``table-list`` groups are drawn, and ``field-list`` groups whose questions have the
appearances ``label`` and ``list-nolabel``. Where a row is too narrow for its choices, questions
stand below each other with their choices' labels, and the heads go.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.looks import Look, look_of
from jdz_field.ui.form.question import Question
from jdz_field.ui.widgets import column, divider
from jdz_field.xforms.view import Node

_SELECTS = frozenset(("select1", "select"))
#: A row's choices take this share of its width at most (as ``Question`` stands them beside).
_SHARE = 0.5
#: Space between rows, and between questions below each other.
_GAP, _APART = 6, 20


def is_head(node: Node) -> bool:
    """Whether a question only shows its choices, as heads above others: nobody answers it."""
    return node.control in _SELECTS and "label" in node.appearance.split()


def lists_choices(node: Node) -> bool:
    """Whether a question is a row without labels of its own."""
    return node.control in _SELECTS and "list-nolabel" in node.appearance.split()


class ListedRows:
    """An ``Arrangement`` (of sections): what lines up shares its columns, the rest is as ever."""

    def __init__(self) -> None:
        self._rows = _Rows()
        self._column = column(self._rows)

    def layout(self) -> QVBoxLayout:
        """The column."""
        return self._column

    def put(self, part: QWidget, node: Node) -> None:
        """Below what is there."""
        self._rows.put(part, node)


class _Rows(QWidget):
    """The rows, with lines between them."""

    def __init__(self) -> None:
        super().__init__()
        self._column = column(gap=_GAP)
        self.setLayout(self._column)
        self._questions: list[Question] = []
        self._lines: dict[Question, QFrame] = {}
        #: How the rows stood last: beside, width of the choices, how many rows.
        self._as_shared = (False, -1, 0)

    def put(self, part: QWidget, node: Node) -> None:
        if isinstance(part, Question) and (is_head(node) or lists_choices(node)):
            self._questions.append(part)
            if not is_head(node):
                self._lines[part] = divider()
                self._column.addWidget(self._lines[part])
        self._column.addWidget(part)

    def _rows_shown(self) -> Iterator[tuple[Question, ToggleEditor]]:
        for question in self._questions:
            editor = question.editor if question.built else None
            if isinstance(editor, ToggleEditor):
                yield question, editor

    def share(self) -> None:
        """One width for the choices of all rows; below each other where that is too wide."""
        rows = list(self._rows_shown())
        shared = max((editor.grid.one_row() for _question, editor in rows), default=0)
        wide = shared <= self.width() * _SHARE
        if (wide, shared, len(rows)) == self._as_shared:
            self._draw_lines(wide=wide)
            return
        self._as_shared = (wide, shared, len(rows))
        self._column.setSpacing(_GAP if wide else _APART)
        for question, editor in rows:
            head = is_head(question.node)
            editor.row_width = shared if wide else 0
            editor.set_look(look_of(question.node.appearance) if wide or head else Look())
            if head:
                self._send(question, away=not wide)
            question.stand()
        self._draw_lines(wide=wide)

    def _send(self, head: Question, *, away: bool) -> None:
        """Heads stand above columns alone; they come back when their rows are in sight."""
        head.setProperty("away", away)
        seen = any(not row.isHidden() for row in self._lines)
        head.setVisible(not away and seen and head.node.relevant)

    def _draw_lines(self, *, wide: bool) -> None:
        for question, line in self._lines.items():
            if line.isHidden() == (wide and not question.isHidden()):
                line.setVisible(wide and not question.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another way to stand."""
        super().resizeEvent(event)
        self.share()

    def event(self, event: QEvent) -> bool:
        """A row that is relevant now lines up too."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.share()
        return super().event(event)
