"""The main window: navigation, strip, band, stage and toast; where pages open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QWidget

from jdz_field.core.i18n import _, set_language
from jdz_field.geo.tiles import basemaps
from jdz_field.gnss.fix import Fix
from jdz_field.ui import icons, theme
from jdz_field.ui.backups_roller import Roller
from jdz_field.ui.context import AppContext
from jdz_field.ui.listening import Listener
from jdz_field.ui.lock import Guard
from jdz_field.ui.map.here import Here
from jdz_field.ui.map.points import PointIndex
from jdz_field.ui.navigation import Navigation
from jdz_field.ui.pages import Pages
from jdz_field.ui.photo_map import PhotosOnMap
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.read_only import ReadOnlyBand
from jdz_field.ui.stage import Stage
from jdz_field.ui.strip import SampleBand, Strip
from jdz_field.ui.sync_runner import runner_of
from jdz_field.ui.toast import Toast
from jdz_field.ui.tracking import Tracking
from jdz_field.ui.tracking_chip import TrackChip
from jdz_field.ui.tracking_map import TracksOnMap
from jdz_field.ui.warning import NearWarning
from jdz_field.ui.warning_band import WarningBand
from jdz_field.ui.widgets import column

if TYPE_CHECKING:
    from jdz_field.store.project import Project

#: Places of the navigation that are no page: the map itself.
MAP = "map"


class MainWindow(QWidget):
    """The field window of one project.

    Signals:
        closed: it is closed and everything asked of the store is done.
    """

    closed = Signal()

    def __init__(
        self,
        app: AppContext,
        preferences: Preferences,
        *,
        pages: Pages | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.app, self.preferences = app, preferences
        self.setProperty("role", "window")
        self.setMinimumSize(480, 480)
        self.resize(1280, 800)
        self._upright: bool | None = None
        self._over = False
        self._points_late = False
        self._shown: object = None
        self._stood: Fix | None = None
        sources, self._troubles = basemaps(app.path / "basemaps")
        self.navigation = Navigation()
        self.strip = Strip(app.reader.name, app.receiver)
        self.listener = Listener(app.receiver, self)
        self.band = SampleBand()
        self.band.setVisible(app.reader.sample)
        self.stage = Stage(app.jobs, sources)
        app.coordinates = preferences.coordinates
        app.views = preferences.views
        self.pages = pages or Pages(app, self.stage)
        self._main = column(self.strip, self.band, self.stage, gap=0)
        self._main.setStretch(2, 1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.navigation)
        self._layout.addLayout(self._main, 1)
        self.toast = Toast(self.stage)
        self._connect()
        self._begin()

    def _begin_tracks(self) -> None:
        app, chosen = self.app, self.preferences
        self.tracking = app.tracking = Tracking(app, self, plan=chosen.track_plan)
        self.track_chip = TrackChip(self.tracking)
        self.track_chip.join(self.strip, self.strip.fix)
        sound = bool(chosen.near_sound)
        self.warning = NearWarning(app, self, metres=chosen.near_metres, sound=sound)
        app.warning = self.warning
        app.receiver.antenna_changed.connect(self._keep_antenna)
        self.warning_band = WarningBand(app, self.warning, self.stage)
        app.language_changed.connect(self.track_chip.retranslate)
        # The project may still turn out to be one that is only read.
        QTimer.singleShot(0, self.tracking, self.tracking.begin)
        app.tracks_on_map = TracksOnMap(app, self.tracking, self.stage.map)
        QTimer.singleShot(0, app.tracks_on_map, app.tracks_on_map.begin)
        self.photos_on_map = PhotosOnMap(app, self.stage.map)
        self.stage.cones = bool(chosen.cones)
        self.photos_on_map.show_cones(self.stage.cones)
        self.stage.cones_chosen.connect(self._show_cones)
        QTimer.singleShot(0, self.photos_on_map, self.photos_on_map.load)

    def _begin(self) -> None:
        self._begin_tracks()
        self.retranslate()
        self._set_upright(upright=False)
        self.refresh()
        self._listen()
        self.roller = Roller(self.app, self)
        self.syncing = runner_of(self.app)
        self.syncing.begin()
        self.guard = Guard(self)
        self.guard.begin(self.preferences.lock_after)
        self._show_person()
        for sentence in self._troubles:
            self.app.toast(sentence)

    def _connect(self) -> None:
        app, stage = self.app, self.stage
        self.navigation.chosen.connect(app.show_page)
        self.strip.unsent_tapped.connect(self._show_sync)
        self.strip.receiver_tapped.connect(self._show_receiver)
        self.strip.person_tapped.connect(self._show_people)
        app.person_changed.connect(self._show_person)
        app.page_wanted.connect(self.show_page)
        app.site_wanted.connect(self.pages.open_site)
        app.form_wanted.connect(self.pages.open_form)
        app.back_wanted.connect(stage.sheet.pop)
        app.page_pushed.connect(stage.sheet.push)
        app.retitle_wanted.connect(stage.sheet.retitle)
        app.toast_wanted.connect(self._say)
        app.changed.connect(self.refresh)
        app.saved.connect(self.strip.show_saved)
        app.preference_wanted.connect(self.apply_preference)
        app.locate_wanted.connect(self.pages.locate)
        app.receiver.shown.connect(self._show_here)
        stage.site_chosen.connect(self.pages.open_site)
        stage.add_wanted.connect(self.pages.open_add)
        stage.kinds_chosen.connect(self._show_points)
        stage.copied.connect(self._copied)
        stage.told.connect(app.toast)
        stage.page_wanted.connect(app.show_page)
        stage.readout.form_chosen.connect(self._choose_form)
        stage.map.trouble.connect(app.toast)
        stage.sheet.turned.connect(self._turned)
        stage.sheet.left.connect(self._sheet_left)

    def read_only(self, band: ReadOnlyBand) -> None:
        """The project's place cannot be written: say so, make no backups there."""
        self.app.read_only = True
        self.roller.stop()
        self._main.insertWidget(1, band)
        band.show()
        self.app.language_changed.connect(band.retranslate)

    # ---- pages
    def show_page(self, name: str, argument: object = None) -> None:
        """Go to a page by its name; ``map`` closes the sheet."""
        if name == MAP:
            self.stage.sheet.close_by_person()
        else:
            self.pages.open(name, argument)
        self._turned()

    def _show_sync(self) -> None:
        self.show_page("sync")

    def _show_people(self) -> None:
        self.show_page("people")

    def _show_person(self) -> None:
        person = self.app.person
        self.strip.show_person(person.name if person is not None else self.app.reader.author)

    def _show_receiver(self) -> None:
        self.show_page("receiver")

    def _show_here(self) -> None:
        receiver = self.app.receiver
        fix = receiver.latest
        if fix is not None:
            self._stood = fix
        elif not receiver.there:
            self._stood = None
        last = self._stood
        here = None
        if last is not None:
            replay = not receiver.live(last)
            here = Here(last.lon, last.lat, last.accuracy, fix is None, replay)
        self.stage.show_here(here)

    def _turned(self) -> None:
        if self._points_late:
            self._show_points(self.stage.kinds)
        self.navigation.show_place(self.pages.place())

    def _sheet_left(self) -> None:
        self.pages.left()
        if self._points_late:
            self._points_late = False
            self._show_points(self.stage.kinds)
        self.navigation.show_place(MAP)
        self.stage.map.setFocus()

    # ---- what is always seen
    def refresh(self) -> None:
        """Read the store for strip, badge and map."""
        counts = self.app.reader.counts()
        unsent = int(counts["unsent"])
        self.strip.show_unsent(unsent)
        self.navigation.buttons["sync"].set_count(unsent)
        self.navigation.buttons["records"].set_count(int(counts.get("drafts", 0)))
        self._show_points(self.stage.kinds)

    def _show_points(self, kinds: tuple[str, ...]) -> None:
        # A form over the whole map saves with every answer: the map waits until it is seen.
        sheet = self.stage.sheet
        full = bool(getattr(sheet.page, "full", False))
        self._points_late = full and not sheet.covered().isEmpty()
        if self._points_late:
            return
        shown = self._shown

        def read(reader: Project) -> tuple[object, PointIndex] | None:
            now = (reader.stamp(), kinds)
            if now == shown:
                return None
            return now, PointIndex.of(reader.map_points(kinds) if kinds else [])

        self.app.ask(read, self, self._put_points)

    def _put_points(self, read: tuple[object, PointIndex] | None) -> None:
        if read is not None and read[0] != self._shown and not self._over:
            self._shown = read[0]
            self.stage.map.set_index(read[1])

    def _say(self, words: str, undo: Callable[[], None] | None) -> None:
        # A page's button at the thumb stays free.
        room = getattr(self.stage.sheet.page, "toast_room", None)
        self.toast.bottom = 24 + (room() if callable(room) else 0)
        self.toast.say(words, undo)

    def _copied(self, words: str) -> None:
        self.app.toast(_("Copied: {text}").format(text=words))

    def _choose_form(self, form: str) -> None:
        self.app.prefer("coordinates", form)

    # ---- language, theme
    def _show_cones(self, shown: bool) -> None:
        self.photos_on_map.show_cones(shown)
        self.apply_preference("cones", int(shown))

    def apply_preference(self, name: str, value: Any) -> None:
        """Take over and keep a preference by the name of its attribute in ``Preferences``."""
        setattr(self.preferences, name, value)
        self.preferences.save()
        if name == "language":
            set_language(value)
            self.retranslate()
            self.app.language_changed.emit()
        elif name in ("theme", "scale"):
            self.apply_theme()
        elif name == "coordinates":
            self.app.coordinates = value
            self.stage.place()
            self.app.changed.emit()
        elif name == "receiver":
            self._listen()
        elif name == "lock_after":
            self.guard.set_minutes(value)
        elif name == "near_metres":
            self.warning.set_distance(value)
        elif name == "near_sound":
            self.warning.sound = bool(value)

    def _keep_antenna(self, metres: float) -> None:
        self.preferences.antennas[self.preferences.receiver] = metres
        self.preferences.save()

    def _listen(self) -> None:
        self.app.receiver_spec = self.preferences.receiver
        self.app.receiver.antenna = self.preferences.antennas.get(self.preferences.receiver, 0.0)
        self.listener.listen(self.preferences.receiver)

    def apply_theme(self) -> None:
        """Put the chosen theme in force everywhere."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, self.preferences.theme, self.preferences.scale)
        icons.retint(self)
        self.stage.map.render_now()
        self.app.theme_changed.emit()
        self.stage.sheet.place()
        self.stage.place()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.setWindowTitle(_("{project} – Jingdezhen field").format(project=self.app.reader.name))
        self.navigation.retranslate()
        self.strip.retranslate()
        self.band.retranslate()
        self.stage.retranslate()
        self.stage.sheet.retranslate()

    # ---- the window
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rail at the left when wide, bar at the bottom when high."""
        super().resizeEvent(event)
        upright = event.size().height() > event.size().width()
        if upright != self._upright:
            self._set_upright(upright=upright)

    def _set_upright(self, *, upright: bool) -> None:
        self._upright = upright
        way = QBoxLayout.Direction
        self._layout.setDirection(way.BottomToTop if upright else way.LeftToRight)
        self.navigation.set_upright(upright=upright)
        self.stage.set_upright(upright=upright)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when every page may be left; what was asked of the store is finished first."""
        if self._over:
            return
        if not self.stage.sheet.close_by_person() or not self.tracking.leave():
            event.ignore()
            return
        self.app.tracking = self.app.tracks_on_map = self.app.warning = None
        self.listener.stop()
        self.roller.stop()
        self.syncing.rest()
        self.guard.stop()
        self.stage.map.close_files()
        self.app.close()
        super().closeEvent(event)
        self._over = True
        self.closed.emit()
