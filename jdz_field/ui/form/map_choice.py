"""A select with the appearance ``map``: choices on the map, the list beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.choice_list import ChoiceRows, ChoiceView
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.map_choice_tool import ChoiceTool, choice_feature
from jdz_field.ui.form.map_stage import MapStage
from jdz_field.ui.form.marked import plain
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import boxed, button, column, divider, line, text
from jdz_field.xforms.view import Choice, Node

#: Columns that are no property of a choice, and how many properties are shown.
_STYLE = ("marker-color", "marker-symbol", "stroke", "stroke-width", "fill")
_NOT_SHOWN = frozenset(("name", "label", "geometry", "itextId", *_STYLE))
_MOST_SHOWN = 8
_PANEL = 376


class MapChoiceEditor(Editor):
    """The list as ever (``inner``), and a button that opens the map."""

    def __init__(
        self,
        inner: Editor,
        desk: PlaceDesk,
        node: Node,
        *,
        quick: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.inner, self._desk, self._node, self._quick = inner, desk, node, quick
        self._value = ""
        self._choices: Sequence[Choice] = ()
        self.on_map = button(_("Choose on the map"), self.open_map, icon="map")
        self.setFocusProxy(self.on_map)
        self.setLayout(column(self.on_map, inner))
        inner.answered.connect(self.answered)
        inner.settled.connect(self.settled)
        inner.advance.connect(self.advance)

    def show_value(self, value: str) -> None:
        """Show what is chosen."""
        self._value = value
        self.inner.show_value(value)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these."""
        self._choices = choices
        self.inner.set_choices(choices)

    def set_readonly(self, readonly: bool) -> None:
        """Legible, not to be changed."""
        self.inner.set_readonly(readonly)
        self.on_map.setVisible(not readonly)

    def mark_invalid(self, invalid: bool) -> None:
        """As the list does."""
        self.inner.mark_invalid(invalid)

    def open_map(self) -> None:
        """Choose on the map."""
        details = self._desk.details(self._node.ref)
        page = ChoiceMapPage(
            self._desk, self._node, self._choices, details, self._value, quick=self._quick
        )
        page.taken.connect(self._taken)
        self._desk.open(page)

    def _taken(self, value: str) -> None:
        self.show_value(value)
        self.answered.emit(value)
        self.settled.emit()
        if self._quick:
            self.advance.emit()


class ChoiceMapPage(QWidget):
    """Above the form: choose on the map or in the list.

    Signals:
        taken(str): the value that was chosen.
    """

    full = True
    taken = Signal(str)

    def __init__(
        self,
        desk: PlaceDesk,
        node: Node,
        choices: Sequence[Choice],
        details: Sequence[Mapping[str, str]],
        value: str,
        *,
        quick: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._node, self._quick = desk, node, quick
        known = list(details) if len(details) == len(choices) else [{}] * len(choices)
        self._details = known
        self._choices = list(choices)
        labelled = [
            {**row, "label": plain(choice.label)}
            for row, choice in zip(known, choices, strict=True)
        ]
        features = [choice_feature(row) for row in labelled]
        self._features = features
        self.stage = MapStage(desk, desk.answers(node.ref))
        # The sites of the project would cover the choices, which often are the same.
        self.stage.map.set_places([])
        self.tool = ChoiceTool(self.stage, features)
        self.stage.map.tool = self.tool
        self.tool.picked.connect(self.choose)
        self.rows = ChoiceRows()
        missing = _("not on the map")
        self.rows.set_choices(
            [
                choice
                if feature is not None
                else choice._replace(label=f"{choice.label} · {missing}")
                for choice, feature in zip(choices, features, strict=True)
            ]
        )
        self._places = {choice.value: at for at, choice in enumerate(self._choices)}
        self._begun = False
        self._build()
        self.choose(self._places.get(value, -1), move=False)

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.list = ChoiceView(self.rows)
        self.list.picked.connect(self._row_picked)
        self.name = text("", "heading")
        self.about = text("", "secondary")
        self.take = button(_("Choose it"), self._take, kind="primary", icon="check")
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self._take)
        self.take.setToolTip(_("Choose it (Ctrl+Enter)"))
        self.back = button(_("Leave it as it is"), self._desk.close, key="Esc")
        self.all = button(_("Show all"), self.show_all, icon="layers")
        missing = sum(feature is None for feature in self._features)
        self.missing = text(
            _("{n} choices have no place on the map; they are in the list.").format(n=missing),
            "caption",
        )
        if not missing:
            self.missing.hide()
        self._acts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._acts.setSpacing(8)
        self._acts.addWidget(self.take)
        self._acts.addLayout(line(self.all, self.back))
        found = column(divider(), self.name, self.about, gap=4)
        inside = column(self.search, self.list, self.missing, found, self._acts, gap=8)
        inside.setStretch(1, 1)
        inside.setContentsMargins(16, 12, 16, 12)
        self._place_panel(boxed(inside, "surface"))

    def _place_panel(self, panel: QWidget) -> None:
        self.panel = panel
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.stage, 1)
        self._whole.addWidget(self.panel)

    def title(self) -> str:
        """The question."""
        return plain(self._node.label) or self._node.name

    def leave(self) -> bool:
        """Nothing is chosen by leaving."""
        self.stage.close_map()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the chosen one, else with all."""
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            self.list.refresh()
            # Once the page has its size and the sheet has given the focus away.
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        if self.tool.chosen >= 0 and self._features[self.tool.chosen] is not None:
            self._go()
        else:
            self.show_all()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list beside the map, or below it."""
        super().resizeEvent(event)
        size = event.size()
        upright = size.height() > size.width()
        ways = QBoxLayout.Direction
        self._whole.setDirection(ways.TopToBottom if upright else ways.LeftToRight)
        self._acts.setDirection(ways.RightToLeft if upright else ways.TopToBottom)
        most = 16_777_215
        self.panel.setMinimumSize(0, 0)
        self.panel.setMaximumSize(most, most)
        if upright:
            self.panel.setFixedHeight(max(round(size.height() * 0.46), 380))
        else:
            wide = round(_PANEL * (1 + current().scale) / 2)
            self.panel.setFixedWidth(min(wide, size.width() // 2))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search: Down goes into the list, Enter takes its first row."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            if event.key() == Qt.Key.Key_Down and self.rows.count():
                self.list.go_to(max(self.list.row, 0))
                self.list.setFocus()
                return True
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and not event.modifiers() and self.rows.count():
                self._row_picked(0)
                return True
        return super().eventFilter(watched, event)

    # ---- choosing
    def show_all(self) -> None:
        """Every choice on the map."""
        bounds = self.tool.whole()
        if bounds is not None:
            self.stage.fit(bounds)

    def choose(self, place: int, *, move: bool = False) -> None:
        """Mark the choice at a place of the list (-1: none); ``quick`` takes it at once."""
        self.tool.chosen = place
        self._show()
        if place >= 0:
            value = self._choices[place].value
            self.rows.set_chosen([value])
            row = self.rows.row_of(value)
            if row >= 0:
                self.list.go_to(row)
            if move:
                self._go()
            if self._quick and self._begun:
                self._take()
        else:
            self.rows.set_chosen([])
        self.list.refresh()
        self.stage.map.update()

    def _go(self) -> None:
        feature = self._features[self.tool.chosen]
        if feature is not None:
            self.stage.fit(feature.shape.bounds)

    def _searched(self, words: str) -> None:
        self.rows.search(words)
        self.list.go_to(-1)
        self.list.refresh()

    def _row_picked(self, row: int) -> None:
        value = self.rows.choice(row).value
        place = self._places.get(value, -1)
        if place >= 0 and place == self.tool.chosen and self.list.hasFocus():
            self._take()
            return
        self.choose(place, move=True)

    def _show(self) -> None:
        place = self.tool.chosen
        self.take.setEnabled(place >= 0)
        if place < 0:
            self.name.setText(_("Tap a place, or choose from the list."))
            self.about.setText("")
            return
        self.name.setText(plain(self._choices[place].label))
        shown = [
            f"{name}: {value}"
            for name, value in self._details[place].items()
            if value and name not in _NOT_SHOWN and not name.startswith("__")
        ]
        words = "\n".join(shown[:_MOST_SHOWN])
        if self._features[place] is None:
            words = "\n".join(part for part in (_("It has no place on the map."), words) if part)
        self.about.setText(words)

    def _take(self) -> None:
        if self.tool.chosen >= 0:
            self.taken.emit(self._choices[self.tool.chosen].value)
            self._desk.close()
