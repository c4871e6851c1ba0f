"""The head of a site's page: mark, name, number, where, what is threatened, its state."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _
from jdz_field.core.positions import Provenance
from jdz_field.core.sites import Site
from jdz_field.operations.position_words import override_words, position_words
from jdz_field.ui import marks
from jdz_field.ui.flow import Flow
from jdz_field.ui.numbers import coordinates
from jdz_field.ui.sites import words
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import button, clear, column, line, text


class Heading(QWidget):
    """The head.

    Signals:
        copy_wanted: a text for the clipboard.
        locate_wanted: show the site on the map.
        guide_wanted: lead the person there.
    """

    copy_wanted = Signal(str)
    locate_wanted = Signal()
    guide_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._site: Site | None = None
        self.mark = QLabel()
        self.name = text("", "title")
        self.about = text("", "secondary")
        self.chips = QWidget()
        self._flow = Flow(self.chips, gap=6)
        self.code = button("", self._copy_code, kind="quiet", icon="copy")
        self.place = button("", self._copy_place, kind="quiet", icon="locate")
        self.guide = button("", self.guide_wanted.emit, icon="navigate")
        names = column(self.name, self.about, gap=2)
        top = line(self.mark, names, gap=14)
        top.setStretch(1, 1)
        self._keys = QWidget()
        keys = Flow(self._keys, gap=4)
        keys.addWidget(self.code)
        keys.addWidget(self.place)
        keys.addWidget(self.guide)
        self.found = text("", "caption")
        self.warning = text("", "attention")
        told = column(self.found, self.warning, gap=2)
        self.setLayout(column(top, self.chips, self._keys, told, gap=10))

    def show_how(self, how: Provenance | None) -> None:
        """Say how the position was found; nothing when nobody knows."""
        said = (position_words(how), override_words(how)) if how is not None else ("", "")
        for label, words_ in zip((self.found, self.warning), said, strict=True):
            label.setText(words_)
            label.setVisible(bool(words_))

    def show_site(self, site: Site) -> None:
        """Show ``site``."""
        self._site = site
        ratio = max(self.devicePixelRatioF(), 1.0)
        self.mark.setPixmap(marks.pixmap(words.mark_of(site), 60, ratio))
        self.name.setText(words.title(site))
        self.about.setText(joined((words.kind_words(site), words.place_words(site))))
        clear(self._flow)
        for label in self._chips(site):
            self._flow.addWidget(label)
        self.chips.updateGeometry()
        self.code.setText(site.code or _("no number"))
        self.code.setToolTip(_("Copy the number"))
        has_place = site.lon is not None and site.lat is not None
        self.place.setText(
            coordinates(site.lon, site.lat)
            if site.lon is not None and site.lat is not None
            else _("no position")
        )
        self.place.setEnabled(has_place)
        self.guide.setVisible(has_place and not site.deleted)
        self.guide.setText(_("Take me there"))
        self.guide.setToolTip(_("Distance and bearing to the site (Ctrl+G)"))
        self.guide.setShortcut("Ctrl+G")
        self.place.setToolTip(_("Copy the coordinates and show the site on the map"))

    def _chips(self, site: Site) -> list[QLabel]:
        chip, role = words.state_chip(site)
        told = [(chip, f"chip-{role}" if role else "chip")]
        told.append((words.grade_words(site), "chip"))
        told += [(first, "chip") for first in words.first_words(site)]
        told.append((words.visited_words(site, utc_now()), "chip"))
        return [text(say, look, wrap=False) for say, look in told if say]

    def _copy_code(self) -> None:
        self.copy_wanted.emit(self.code.text())

    def _copy_place(self) -> None:
        site = self._site
        if site is not None and site.lon is not None and site.lat is not None:
            self.copy_wanted.emit(coordinates(site.lon, site.lat, fine=True))
        self.locate_wanted.emit()
