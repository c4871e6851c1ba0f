"""The sites page: search as you type, filters, the list, and the ways to get more sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QStackedWidget, QWidget

from jdz_field.core.i18n import _
from jdz_field.store.queries import Facets, Found, SiteQuery
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import things
from jdz_field.ui.page import Page
from jdz_field.ui.rows import LongList
from jdz_field.ui.sites.away import away
from jdz_field.ui.sites.filters import Filters
from jdz_field.ui.sites.model import SiteModel
from jdz_field.ui.sites.remembered import recall, remember
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Empty, button, column, divider, line, text, tool

if TYPE_CHECKING:
    from jdz_field.store.project import Project

#: Typing that pauses for so many ms is searched for.
PAUSE = 30
#: A search that takes longer (ms) is told; one that has moved so many metres is near elsewhere.
PATIENCE, STRIDE = 300, 20.0


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the reading lane found; nothing when the question was outdated before it began."""

    asked: int
    found: Found | None = None
    facets: Facets | None = None


class SearchLine(QLineEdit):
    """A search field; the arrow down goes to the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "search")
        self.loupe = QLabel(self)
        self.loupe.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        icons.give(self.loupe, "search", "ink2", 22)
        self.clear_all = tool("close", "", self.clear)
        self.clear_all.setParent(self)
        self.clear_all.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTextMargins(34, 0, 44, 0)
        self.textChanged.connect(self._show_clear)
        self._show_clear()

    def _show_clear(self) -> None:
        self.clear_all.setVisible(bool(self.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Loupe at the left, clearing at the right, both in the middle."""
        super().resizeEvent(event)
        side = self.height() - 8
        self.loupe.setGeometry(16, 0, 24, self.height())
        self.clear_all.setFixedSize(side, side)
        self.clear_all.move(self.width() - side - 6, 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down leaves the field."""
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)


class SitesPage(Page):
    """Every site of the project."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.model = SiteModel(app.reader, self)
        self.search = SearchLine()
        self.filters = Filters()
        self._person = ""
        self._asked = 0
        self._answered = 0
        self._stood: tuple[float, float] | None = None
        self.found = text("", "caption", wrap=False)
        self.view = self._make_view()
        self.import_first = button("", self._import, kind="primary", icon="import")
        self.nothing = Empty("sites", "", "", self.import_first)
        self.show_all = button("", self.reset)
        self.no_match = Empty("search", "", "", self.show_all)
        self.stack = QStackedWidget()
        for part in (self.view, self.no_match, self.nothing):
            self.stack.addWidget(part)
        self.imports, self.exports = (
            button("", act, icon=name)
            for act, name in ((self._import, "import"), (self._export, "export"))
        )
        self.print, self.add = (
            tool("print", "", self._print),
            button("", self._add, icon="plus"),
        )
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.refresh)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._say_searching)
        self.search.textChanged.connect(self._typed)
        self.filters.changed.connect(self._chosen)
        app.receiver.fixed.connect(self._moved)
        self._lay_out()
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self.search.setFocus)
        app.theme_changed.connect(self._tint)
        self.retranslate()

    def _make_view(self) -> LongList:
        view = LongList(self.model)
        view.clicked.connect(self._open)
        view.activated.connect(self._open)
        return view

    def _lay_out(self) -> None:
        head = column(self.search, self.filters, gap=10)
        head.setContentsMargins(16, 12, 16, 4)
        count = line(self.found, None)
        count.setContentsMargins(16, 4, 16, 6)
        foot = line(self.imports, self.exports, self.print, None, self.add)
        foot.setContentsMargins(16, 10, 16, 10)
        self.foot = QWidget()
        self.foot.setProperty("role", "surface")
        self.foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.foot.setLayout(foot)
        whole = column(head, count, divider(), self.stack, divider(), self.foot, gap=0)
        whole.setStretch(3, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading."""
        return _("Sites")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.search.setPlaceholderText(_("Name, number, township, person, telephone, pinyin"))
        self.search.setToolTip(_("Search (Ctrl+F)"))
        self.search.clear_all.setToolTip(_("Clear"))
        self.search.clear_all.setAccessibleName(_("Clear"))
        self.filters.retranslate()
        self.nothing.say(
            _("No sites yet"),
            _("The county's ledger brings them in: Excel, CSV, GeoPackage, Shapefile or KML."),
        )
        self.no_match.say(_("Nothing found"), _("No site has all these words and filters."))
        self.import_first.setText(_("Import a ledger"))
        self.show_all.setText(_("Show all sites"))
        self.imports.setText(_("Import a ledger"))
        self.imports.setToolTip(_("Import a ledger (Ctrl+I)"))
        self.imports.setShortcut("Ctrl+I")
        self.exports.setText(_("Export"))
        self.exports.setToolTip(_("Write the sites of the list to a file"))
        self.print.setToolTip(_("Print and reports (Ctrl+Shift+P)"))
        self.print.setAccessibleName(_("Print and reports"))
        self.print.setShortcut("Ctrl+Shift+P")
        self.add.setText(_("Add a site"))
        self.add.setToolTip("Ctrl+N")

    def refresh(self) -> None:
        """Search anew in the background; the place in the list stays when the question does."""
        self._pause.stop()
        self._recall()
        self._look_where()
        self._asked += 1
        asked, query = self._asked, self.query()
        if not self._patience.isActive():
            self._patience.start()

        def ask(reader: Project) -> _Answer:
            # Whoever types on has asked something else by now.
            return _Answer(asked, reader.find(query) if asked == self._asked else None)

        self.app.ask(ask, self, self._show)

    def _show(self, answer: _Answer) -> None:
        if answer.found is None or answer.asked < self._answered:
            return
        self._answered = answer.asked
        self._patience.stop()
        top = self.view.verticalScrollBar().value()
        same = self.model.query == answer.found.query
        self.model.here = self._stood
        self.model.show_found(answer.found)
        if same:
            self.view.verticalScrollBar().setValue(top)
        count = len(answer.found)
        nowhere = answer.found.query.order == "distance" and answer.found.query.near is None
        self.found.setText(
            joined((things(count), _("no position yet: by name") if nowhere else ""))
        )
        empty = count == 0 and not (self.search.text().strip() or self.filters.narrow)
        self.stack.setCurrentWidget(
            self.view if count else self.nothing if empty else self.no_match
        )
        for part in (self.foot, self.found):
            part.setVisible(not empty)
        self._count_beside(answer)

    def _count_beside(self, answer: _Answer) -> None:
        asked, query = answer.asked, self.query()

        def ask(reader: Project) -> _Answer:
            return _Answer(asked, facets=reader.facets(query) if asked == self._asked else None)

        self.app.ask(ask, self, self._show_counts)

    def _show_counts(self, answer: _Answer) -> None:
        if answer.facets is not None:
            self.filters.count(answer.facets)

    def _say_searching(self) -> None:
        self.found.setText(_("Searching…"))

    def query(self) -> SiteQuery:
        """What is searched for now."""
        return self.filters.query(self.search.text().strip(), self._stood)

    # ---- who and where
    def _recall(self) -> None:
        person = self.app.reader.author
        if person != self._person:
            self._person = person
            self.filters.choose(recall(self.app.path, person))

    def _chosen(self) -> None:
        remember(self.app.path, self._person, self.filters.chosen())
        self.refresh()

    def _look_where(self) -> None:
        fix = self.app.receiver.latest
        if fix is not None:
            self._stood = (fix.lon, fix.lat)

    def _moved(self, _fix: object) -> None:
        """Distances follow the person, a step at a time; the order when it is by distance."""
        fix, before = self.app.receiver.latest, self._stood
        if fix is None or not self.isVisible():
            return
        if before is not None and away(before, fix.lon, fix.lat)[0] < STRIDE:
            return
        self._stood = self.model.here = (fix.lon, fix.lat)
        if self.filters.order.value == "distance":
            self.refresh()
        else:
            self.view.viewport().update()

    def reset(self) -> None:
        """No words, no filters."""
        self.search.clear()
        self.filters.reset()
        self._chosen()

    def _typed(self) -> None:
        self._pause.start()

    def _open(self, index: QModelIndex) -> None:
        site = self.model.site(index.row())
        if site is not None:
            self.app.open_site(site.id)

    def _import(self) -> None:
        self.app.show_page("import")

    def _export(self) -> None:
        self.app.show_page("export", self.query())

    def _print(self) -> None:
        self.app.show_page("reports", self.query())

    def _add(self) -> None:
        self.app.show_page("add")

    def _tint(self) -> None:
        self.view.fit()
        self.view.viewport().update()
