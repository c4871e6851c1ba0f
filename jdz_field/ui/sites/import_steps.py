"""What the steps of the import wizard share: the choices made, the bar of steps, a picker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.import_preview import Preview
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.page import Page
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.widgets import button, column

FILE, COLUMNS, CODES, PLACES, ROWS = range(5)


@dataclass
class Choices:
    """What the person settled so far; going back and forth loses nothing."""

    file: Path | None = None
    kind: str = "geohazard"
    proposed: str = ""
    sheet: str | None = None
    crs: str | None = None
    shift: str = ""
    datum: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    leave: set[tuple[str, str]] = field(default_factory=set)
    take: set[tuple[str, str]] = field(default_factory=set)
    remembered: bool = False

    def options(self) -> ImportOptions:
        """As the import wants them."""
        return ImportOptions(
            sheet=self.sheet,
            crs=self.crs,
            mapping=dict(self.mapping),
            codes={name: dict(texts) for name, texts in self.codes.items()},
            shift=self.shift,
            datum=self.datum,
            leave=frozenset(self.leave),
            take=frozenset(self.take),
        )

    def begin(self, file: Path) -> None:
        """Another file: what was settled for the one before is forgotten."""
        self.file, self.sheet, self.proposed = file, None, ""
        self.leave, self.take = set(), set()
        self.forget()

    def use(self, recalled: ImportOptions) -> None:
        """What was settled for a ledger of this header before."""
        self.mapping = dict(recalled.mapping)
        self.codes = {name: dict(texts) for name, texts in recalled.codes.items()}
        self.crs, self.shift, self.datum = recalled.crs, recalled.shift, recalled.datum
        self.remembered = True

    def forget(self) -> None:
        """Nothing of what was settled but file, kind and sheet."""
        self.mapping, self.codes, self.crs = {}, {}, None
        self.shift = self.datum = ""
        self.remembered = False

    def other_kind(self, kind: str) -> None:
        """Another kind: columns and codes mean other fields."""
        self.kind = kind
        self.mapping, self.codes = {}, {}


def keyed(key: str, act: QPushButton) -> QPushButton:
    """A key for a button while it is seen; setting its text does not take it away."""
    QShortcut(QKeySequence(key), act).activated.connect(act.click)
    act.setToolTip(key)
    return act


class Step(QWidget):
    """One step of the wizard.

    Signals:
        settled: a choice changed; the ledger is to be checked anew.
    """

    settled = Signal()

    def __init__(self, app: AppContext, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.app, self.choices = app, choices
        self.preview: Preview | None = None

    def put(self, preview: Preview | None) -> None:
        """Show what the last check found; ``None`` while nothing was checked."""
        self.preview = preview
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""

    def close_files(self) -> None:
        """The page is left: let go of files."""


class StepBar(QWidget):
    """The steps with their numbers; the current one stands out, those done carry a tick.

    Signals:
        wanted(int): the person tapped a step.
    """

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[QPushButton] = []
        flow = Flow(self)
        for number in range(5):
            chip = button("", self._tapped, kind="chip")
            chip.setCheckable(True)
            chip.setProperty("number", number)
            self.chips.append(chip)
            flow.addWidget(chip)

    def show_step(self, current: int, reach: int) -> None:
        """Which step it is, and how far one may go."""
        words = (_("Ledger"), _("Its columns"), _("Codes"), _("Where it lies"), _("Row by row"))
        for number, (chip, word) in enumerate(zip(self.chips, words, strict=True)):
            chip.setText(f"{number + 1}  {word}")
            chip.setChecked(number == current)
            chip.setEnabled(number <= reach)
            icons.give(chip, "check" if number < current else "chevron-right", "accent", 18)

    def _tapped(self) -> None:
        self.wanted.emit(int(self.sender().property("number")))


class Picker(Page):
    """A searchable list above the wizard.

    Signals:
        picked(str, str): what was asked about, and the key that was chosen.
    """

    picked = Signal(str, str)
    wide = True

    def __init__(
        self, app: AppContext, about: str, words: str, rows: Sequence[Row], now: str = ""
    ) -> None:
        super().__init__(app)
        self.about, self._words, self._rows, self._now = about, words, rows, now
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._narrow)
        self.search.returnPressed.connect(self._first)
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.setLayout(column(self.search, self.list, gap=10, margins=12))
        self.list.put(rows)
        self.list.select(now)
        self.retranslate()

    def title(self) -> str:
        """What is asked."""
        return self._words

    def retranslate(self) -> None:
        """The search's hint."""
        self.search.setPlaceholderText(_("Search"))

    def showEvent(self, event: QShowEvent) -> None:
        """Typing searches at once."""
        super().showEvent(event)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _narrow(self) -> None:
        wanted = self.search.text().strip().lower()
        self.list.put([r for r in self._rows if wanted in f"{r.title} {r.line} {r.key}".lower()])

    def _first(self) -> None:
        rows = [row for row in self.list.rows if not row.heading]
        if rows:
            self._chosen(rows[0])

    def _chosen(self, row: Row) -> None:
        self.picked.emit(self.about, row.key)
        self.app.back()
