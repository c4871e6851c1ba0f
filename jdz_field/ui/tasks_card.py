"""What the office asks for, on the page «Today»: a row a task, the most urgent first."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.tasks import Todo, open_tasks
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import column, text

#: Rows that the card shows; the heading counts all.
FEW = 6


class TasksCard(QWidget):
    """Heading and rows; nothing at all while nothing is asked for. A tap starts the form."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.heading = text("", "section")
        self.card = RowCard()
        self.card.chosen.connect(self._start)
        self.setLayout(column(self.heading, self.card, gap=8))
        self.hide()

    def refresh(self, reader: Project) -> None:
        """Read the tasks anew."""
        todos = open_tasks(reader)
        self.setVisible(bool(todos))
        self.heading.setText(joined([_("Asked for by the office"), f"{len(todos)}"]))
        self.card.put([task_row(todo) for todo in todos[:FEW]])

    def _start(self, row: Row) -> None:
        todo: Todo = row.data
        reader = self._app.reader
        known = any(form.form_id == todo.task.form for form in reader.forms())
        if not known:
            self._app.toast(_("The form of this task comes with the next sync."))
        elif reader.site(todo.task.site) is None:
            self._app.toast(_("The site of this task comes with the next sync."))
        else:
            begun = [
                draft.id
                for draft in reader.drafts()
                if (draft.form, draft.site) == (todo.task.form, todo.task.site)
            ]
            self._app.open_form(todo.task.form, todo.task.site, begun[0] if begun else None)


def task_row(todo: Todo) -> Row:
    """The site, the form with the office's note, and how long there is."""
    role = "error" if todo.days < 0 else "attention" if todo.days <= 2 else ""
    return Row(
        key=todo.task.id,
        title=todo.site,
        line=joined([todo.form, todo.task.note]),
        chip=due_words(todo.days),
        chip_role=role,
        data=todo,
    )


def due_words(days: int) -> str:
    """How long there is."""
    if days < 0:
        return ngettext("{n} day late", "{n} days late", -days).format(n=-days)
    if days == 0:
        return _("today at the latest")
    return ngettext("{n} day left", "{n} days left", days).format(n=days)
