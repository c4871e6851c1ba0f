"""The sites page: search as you type, filters, the list, and the ways to get more sites."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QStackedWidget, QWidget

from jdz_field.core.i18n import _
from jdz_field.store.queries import SiteQuery
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import things
from jdz_field.ui.page import Page
from jdz_field.ui.rows import RowDelegate
from jdz_field.ui.sites.filters import Filters
from jdz_field.ui.sites.model import SiteModel
from jdz_field.ui.widgets import Empty, button, by_finger, column, divider, line, text, tool

#: Typing that pauses for so many ms is searched for.
PAUSE = 120


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
        self.found = text("", "caption", wrap=False)
        self.view = self._make_view()
        self.import_first = button("", self._import, kind="primary", icon="import")
        self.nothing = Empty("sites", "", "", self.import_first)
        self.show_all = button("", self.reset)
        self.no_match = Empty("search", "", "", self.show_all)
        self.stack = QStackedWidget()
        for part in (self.view, self.no_match, self.nothing):
            self.stack.addWidget(part)
        self.imports = button("", self._import, icon="import")
        self.add = button("", self._add, icon="plus")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.refresh)
        self.search.textChanged.connect(self._typed)
        self.filters.changed.connect(self.refresh)
        self._lay_out()
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self.search.setFocus)
        app.theme_changed.connect(self._tint)
        self.retranslate()

    def _make_view(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(RowDelegate(view))
        view.setUniformItemSizes(True)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setMouseTracking(True)
        by_finger(view)
        view.clicked.connect(self._open)
        view.activated.connect(self._open)
        return view

    def _lay_out(self) -> None:
        head = column(self.search, self.filters, gap=10)
        head.setContentsMargins(16, 12, 16, 4)
        count = line(self.found, None)
        count.setContentsMargins(16, 4, 16, 6)
        foot = line(self.imports, None, self.add)
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
        self.search.setPlaceholderText(_("Name, number, township, person, initials"))
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
        self.add.setText(_("Add a site"))
        self.add.setToolTip("Ctrl+N")

    def refresh(self) -> None:
        """Search anew; the place in the list stays."""
        self._pause.stop()
        top = self.view.verticalScrollBar().value()
        same = self.model.query == self.query()
        count = self.model.show_query(self.query())
        if same:
            self.view.verticalScrollBar().setValue(top)
        self.found.setText(things(count))
        empty = count == 0 and not (self.search.text().strip() or self.filters.narrow)
        self.stack.setCurrentWidget(
            self.view if count else self.nothing if empty else self.no_match
        )
        for part in (self.foot, self.found):
            part.setVisible(not empty)

    def query(self) -> SiteQuery:
        """What is searched for now."""
        return self.filters.query(self.search.text().strip())

    def reset(self) -> None:
        """No words, no filters."""
        self.search.clear()
        self.filters.reset()
        self.refresh()

    def _typed(self) -> None:
        self._pause.start()

    def _open(self, index: QModelIndex) -> None:
        site = self.model.site(index.row())
        if site is not None:
            self.app.open_site(site.id)

    def _import(self) -> None:
        self.app.show_page("import")

    def _add(self) -> None:
        self.app.show_page("add")

    def _tint(self) -> None:
        self.view.viewport().update()
