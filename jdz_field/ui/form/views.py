"""Which view a form is shown in: the person's choice for it, else the one that fits the screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Signal

from jdz_field.ui.context import AppContext
from jdz_field.ui.form.head import ViewButton
from jdz_field.ui.form.paging import VIEWS, Pager, View, fitting_view
from jdz_field.ui.theme import current
from jdz_field.xforms.form import FormDefinition


class Views(QObject):
    """Keeps a pager in the right view and remembers what the person chose.

    Signals:
        changed(): the form is paged otherwise now.
    """

    changed = Signal()

    def __init__(
        self, app: AppContext, form: FormDefinition, pager: Pager, button: ViewButton
    ) -> None:
        super().__init__(pager)
        self._app, self._form, self._pager, self._button = app, form, pager, button
        self._size = QSize()
        button.chosen.connect(self.choose)

    def choose(self, view: str) -> None:
        """The person's choice for this form; empty: whatever fits the screen."""
        name = self._form.form_id
        others = {key: value for key, value in self._app.views.items() if key != name}
        self._app.views = others | ({name: view} if view else {})
        self._app.prefer("views", self._app.views)
        self.fit(self._size)

    def fit(self, size: QSize) -> None:
        """The page has this size now."""
        self._size = size
        chosen = self._app.views.get(self._form.form_id, "")
        fitting = fitting_view(self._form, size.width(), size.height(), current().scale)
        view: View = next((v for v in VIEWS if v == chosen), fitting)
        self._button.show_view(view, chosen=bool(chosen))
        if view != self._pager.view:
            self._pager.set_view(view)
            self.changed.emit()
