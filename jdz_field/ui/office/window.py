"""The office window: navigation, a strip that says whether the centre answers, the pages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QStackedWidget, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.office import Desk
from jdz_field.operations.office_login import Login, open_desk
from jdz_field.operations.office_people import shut_out
from jdz_field.ui import icons
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.office.batches import BatchesPage
from jdz_field.ui.office.conflicts import ConflictsPage
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.draws import DrawsPage
from jdz_field.ui.office.navigation import OfficeNavigation
from jdz_field.ui.office.new_points import NewPointsPage
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.office.people import PeoplePage
from jdz_field.ui.office.plan import PlanPage
from jdz_field.ui.office.proposals import ProposalsPage
from jdz_field.ui.office.reports import ReportsOfficePage
from jdz_field.ui.office.reviews import ReviewsPage
from jdz_field.ui.office.sign_in import SignInPage
from jdz_field.ui.office.tasks import TasksPage
from jdz_field.ui.strip import SampleBand
from jdz_field.ui.toast import Toast
from jdz_field.ui.widgets import column, line, text, tool

#: The centre is asked anew this often, in ms.
REFRESH_MS = 60_000
PAGES: tuple[type[OfficePage], ...] = (
    ConflictsPage,
    ProposalsPage,
    ReviewsPage,
    NewPointsPage,
    BatchesPage,
    TasksPage,
    DrawsPage,
    PlanPage,
    PeoplePage,
    ReportsOfficePage,
)


class _NoDesk:
    """Stands in the lane before somebody signed in."""

    def close(self) -> None:
        """Nothing to close."""


def _centre_name(desk: Desk) -> tuple[str, bool]:
    """Its name, and whether invented sample data lie there."""
    info = desk.info()
    return str(info.get("centre") or ""), bool(info.get("sample"))


class OfficeStrip(QFrame):
    """Which centre, and whether it answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.name = text("", "strong", wrap=False)
        self.sign = QLabel()
        self.state = text("", "secondary", wrap=False)
        self.again = tool("sync", _("Ask the centre anew (F5)"))
        self.again.setShortcut("F5")
        row = line(self.name, None, self.sign, self.state, 8, self.again)
        row.setContentsMargins(16, 4, 8, 4)
        self.setLayout(row)

    def show_centre(self, words: str) -> None:
        """The centre's address or name."""
        self.name.setText(words)

    def show_reached(self, reached: bool) -> None:
        """Whether the last question was answered."""
        icons.give(self.sign, "done" if reached else "no-signal", "ok" if reached else "error", 20)
        self.state.setText(_("Connected") if reached else _("The centre does not answer"))


class OfficeWindow(QWidget):
    """The window. Without ``start`` it asks to sign in first."""

    def __init__(
        self,
        start: Callable[[], Desk] | None = None,
        *,
        url: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "window")
        self.setMinimumSize(480, 480)
        self.resize(1280, 800)
        self.setWindowTitle(_("Jingdezhen field: office"))
        self._upright: bool | None = None
        self.office: OfficeContext | None = None
        self.pages: dict[str, OfficePage] = {}
        self.navigation = OfficeNavigation()
        self.navigation.chosen.connect(self.show_page)
        self.strip = OfficeStrip()
        self.strip.again.clicked.connect(self.refresh)
        self.band = SampleBand()
        self.band.hide()
        self.stack = QStackedWidget()
        self.main = QWidget()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._put_together()
        self.toast = Toast(self.main)
        self._tick = QTimer(self)
        self._tick.setInterval(REFRESH_MS)
        self._tick.timeout.connect(self.refresh)
        self._sign_in: SignInPage | None = None
        self._first: Jobs[_NoDesk] | None = None
        if start is None:
            self._ask_to_sign_in(url)
        else:
            self.connect_to(start, url)

    def _put_together(self) -> None:
        main = column(self.strip, self.band, self.stack, gap=0)
        main.setStretch(2, 1)
        self.main.setLayout(main)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.navigation)
        self._layout.addWidget(self.main, 1)

    # ---- connecting
    def connect_to(self, start: Callable[[], Desk], url: str) -> None:
        """Work with the centre that ``start`` opens (in the lane)."""
        self.office = OfficeContext(start, parent=self)
        self.office.toast_wanted.connect(self.toast.say)
        self.office.counted.connect(self.navigation.set_count)
        self.office.reached.connect(self.strip.show_reached)
        self.strip.show_centre(url)
        for cls in PAGES:
            page = cls(self.office)
            self.pages[page.name] = page
            self.stack.addWidget(page)
        self.navigation.show()
        self.strip.show()
        self.show_page("conflicts")
        self.office.ask(_centre_name, self, self._named, self._unnamed)
        self.refresh()
        self._tick.start()

    def _named(self, centre: tuple[str, bool]) -> None:
        name, sample = centre
        self.band.setVisible(sample)
        if name:
            self.strip.show_centre(name)

    def _unnamed(self, error: Exception) -> None:
        """Who only audits has one page. Otherwise the pages say what is the matter."""
        if not shut_out(error):
            return
        for name in [name for name in self.pages if name != "people"]:
            del self.pages[name]
            self.navigation.buttons[name].hide()
        self.show_page("people")

    def _ask_to_sign_in(self, url: str) -> None:
        self._first = Jobs(_NoDesk, self)
        self._sign_in = SignInPage(self._first, url)
        self._sign_in.signed_in.connect(self._signed_in)
        self.stack.addWidget(self._sign_in)
        self.navigation.hide()
        self.strip.hide()

    def _signed_in(self, login: Login) -> None:
        if self._sign_in is not None:
            self.stack.removeWidget(self._sign_in)
            self._sign_in.deleteLater()
            self._sign_in = None
        self.connect_to(lambda: open_desk(login), login.url)

    # ---- pages
    def show_page(self, name: str) -> None:
        """Go to conflicts, proposals, reviews, numbers or batches."""
        self.stack.setCurrentWidget(self.pages[name])
        self.navigation.show_place(name)

    def refresh(self) -> None:
        """Ask the centre anew for every page."""
        for page in self.pages.values():
            page.load()

    # ---- the window
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rail at the left when wide, bar at the bottom when high."""
        super().resizeEvent(event)
        upright = event.size().height() > event.size().width()
        if upright != self._upright:
            self._upright = upright
            way = QBoxLayout.Direction
            self._layout.setDirection(way.BottomToTop if upright else way.LeftToRight)
            self.navigation.set_upright(upright=upright)

    def closeEvent(self, event: QCloseEvent) -> None:
        """What was decided goes to the centre first."""
        self._tick.stop()
        if self.office is not None:
            self.office.close()
            self.office = None
        if self._first is not None:
            self._first.close()
            self._first = None
        super().closeEvent(event)
