"""Help: how to do the main things, and every key."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.context import AppContext
from jdz_field.ui.page import Page
from jdz_field.ui.widgets import Scroll, boxed, clear, column, text


class HelpPage(Page):
    """A page of short answers."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self._scroll = Scroll(gap=10)
        self.setLayout(column(self._scroll))
        self.retranslate()

    def title(self) -> str:
        """The heading."""
        return _("Help")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        clear(self._scroll.body)
        for heading, words in _answers():
            box = column(text(heading, "strong"), text(words, "secondary"), gap=4)
            box.setContentsMargins(14, 12, 14, 12)
            self._scroll.body.addWidget(boxed(box))
        self._scroll.body.addWidget(text(_("Keys"), "section"))
        grid = QGridLayout()
        grid.setContentsMargins(14, 12, 14, 12)
        grid.setColumnStretch(1, 1)
        for row, (keys, words) in enumerate(_keys()):
            grid.addWidget(text(keys, "strong", wrap=False), row, 0)
            grid.addWidget(text(words), row, 1)
        self._scroll.body.addWidget(boxed(grid))
        self._scroll.body.addStretch(1)


def _answers() -> list[tuple[str, str]]:
    return [
        (
            _("Inspect a site"),
            _(
                "Tap it on the map or in the list, then «Start inspection». Every answer is "
                "saved at once; you can stop at any time and go on from «Today»."
            ),
        ),
        (
            _("A site that is not there yet"),
            _("Press long on the map, or «Add a site». It gets a provisional number."),
        ),
        (
            _("Bring in the county's ledger"),
            _(
                "«Sites», «Import a ledger». You see what would happen to each row before "
                "anything is written, and can take the import back."
            ),
        ),
        (
            _("Send and receive"),
            _(
                "«Sync», when there is a network, or pack a file for a USB stick. Nothing is "
                "deleted here before the centre has confirmed it."
            ),
        ),
        (
            _("Two people changed the same field"),
            _("Your value is kept beside the centre's; the office decides, and you see how."),
        ),
    ]


def _keys() -> list[tuple[str, str]]:
    return [
        ("Ctrl+1 … Ctrl+5", _("Today, map, sites, records, sync")),
        ("Ctrl+,   F1", _("Settings, help")),
        ("Ctrl+F", _("Search the sites")),
        ("Ctrl+N", _("Add a site")),
        ("Ctrl+I", _("Import a ledger")),
        ("Ctrl+Enter", _("Start the inspection of the site shown")),
        ("Ctrl+P", _("Add photos")),
        ("Ctrl+Z", _("Undo, while it is offered")),
        ("Esc", _("Back")),
        ("← ↑ → ↓   + −   0", _("Move and zoom the map, the whole city")),
        ("Enter   Ins", _("On the map: open what is in the middle, add there")),
    ]
