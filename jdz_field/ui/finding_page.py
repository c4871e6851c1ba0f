"""Choosing where to go: the nearest sites first, or what is searched for; one tap leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.display import read_position
from jdz_field.geo.measures import way
from jdz_field.store.queries import Found, SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import coordinates
from jdz_field.ui.page import Page
from jdz_field.ui.rows import LongList
from jdz_field.ui.sites.list import PAUSE, STRIDE, SearchLine
from jdz_field.ui.sites.model import SiteModel
from jdz_field.ui.widgets import Empty, button, column, divider, set_role, text

if TYPE_CHECKING:
    from jdz_field.store.project import Project


class FindPage(Page):
    """The list to choose from."""

    def __init__(
        self, app: AppContext, middle: object = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        #: Where the map is: distances are from there until the receiver knows better.
        self._middle: tuple[float, float] | None = middle if isinstance(middle, tuple) else None
        self._asked = 0
        self.model = SiteModel(app.reader, self)
        self.search = SearchLine()
        self.hint = text("", "caption")
        self.place = button("", self._to_place, kind="primary", icon="navigate")
        self.view = LongList(self.model)
        self.view.clicked.connect(self._chosen)
        self.view.activated.connect(self._chosen)
        self.none = Empty("search", "", "")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.none)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.refresh)
        self._near: tuple[float, float] | None = None
        self.search.textChanged.connect(self._typed)
        app.receiver.fixed.connect(self._moved)
        self.search.returnPressed.connect(self._first)
        head = column(self.search, self.hint, self.place, gap=8)
        head.setContentsMargins(16, 12, 16, 8)
        whole = column(head, divider(), self.stack, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.setFocusProxy(self.search)
        self.retranslate()
        self.refresh()

    def title(self) -> str:
        """The heading."""
        return _("Take me to …")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.search.setPlaceholderText(_("Name, number, village, or coordinates"))
        self.none.say(_("Nothing found"), _("No site with a position has all these words."))

    def leave(self) -> bool:
        """Always; a search that waits is not made any more."""
        self._pause.stop()
        return True

    # ---- searching
    def _typed(self) -> None:
        self._pause.start()

    def _moved(self, _fix: object) -> None:
        """Somebody who goes on sees other sites first."""
        here = self._here()
        if here is not None and (self._near is None or way(*self._near, *here)[0] > STRIDE):
            self.refresh()

    def _here(self) -> tuple[float, float] | None:
        fix = self.app.receiver.latest
        return (fix.lon, fix.lat) if fix is not None else self._middle

    def typed_place(self) -> tuple[float, float] | None:
        """The position that is typed or pasted instead of words, if it is one."""
        try:
            return read_position(self.search.text())
        except BadInput:
            return None

    def refresh(self) -> None:
        """Search anew."""
        self._pause.stop()
        self._asked += 1
        asked, here, words = self._asked, self._here(), self.search.text().strip()
        self._near = here
        place = self.typed_place()
        self.place.setVisible(place is not None)
        if place is not None:
            self.place.setText(_("To {name}").format(name=coordinates(*place)))
        self._show_hint()
        query = SiteQuery(text=words, near=here, order="distance", placed="placed")

        def ask(reader: Project) -> tuple[int, Found]:
            return asked, reader.find(query)

        self.app.ask(ask, self, self._show)

    def _show_hint(self) -> None:
        fix = self.app.receiver.latest
        replay = fix is not None and not self.app.receiver.live(fix)
        words = _("Nearest first, from the middle of the map: there is no position now")
        if replay:
            words = _("Replay: from where a recorded log was, not from where you stand")
        elif fix is not None:
            words = _("Nearest first, from where you stand")
        self.hint.setText(words)
        set_role(self.hint, "attention" if replay else "caption")

    def _show(self, answer: tuple[int, Found]) -> None:
        asked, found = answer
        if asked != self._asked:
            return
        self.model.here = found.query.near
        self.model.show_found(found)
        self.stack.setCurrentWidget(self.view if len(found) else self.none)
        if len(found):
            self.view.setCurrentIndex(self.model.index(0, 0))

    # ---- choosing
    def _first(self) -> None:
        if self.typed_place() is not None:
            self._to_place()
        elif not self._pause.isActive():
            self._chosen(self.model.index(0, 0))

    def _chosen(self, index: QModelIndex) -> None:
        site = self.model.site(index.row())
        if site is not None:
            self.app.show_page("guide", site.id)

    def _to_place(self) -> None:
        place = self.typed_place()
        if place is not None:
            self.app.show_page("guide", place)
