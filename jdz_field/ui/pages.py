"""Which pages there are, when they are made, and how they open in the sheet."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.drafts import is_own
from jdz_field.ui.context import AppContext
from jdz_field.ui.finding import Finder
from jdz_field.ui.stage import Stage

#: Lasting pages: name → module and class, made when first shown (``Page(app)``).
LASTING = {
    "today": ("jdz_field.ui.today", "TodayPage"),
    "sites": ("jdz_field.ui.sites.list", "SitesPage"),
    "records": ("jdz_field.ui.records", "RecordsPage"),
    "sync": ("jdz_field.ui.sync_page", "SyncPage"),
    "settings": ("jdz_field.ui.settings", "SettingsPage"),
    "help": ("jdz_field.ui.help", "HelpPage"),
}
#: Pages that lie above others and are made anew: name → module and class.
ABOVE = {
    "import": ("jdz_field.ui.sites.importing", "ImportPage"),
    "export": ("jdz_field.ui.sites.exporting", "ExportPage"),
    "duplicates": ("jdz_field.ui.sites.duplicates", "DuplicatesPage"),
    "receiver": ("jdz_field.ui.receiver_page", "ReceiverPage"),
    "backups": ("jdz_field.ui.backups", "BackupsPage"),
    "people": ("jdz_field.ui.people", "PeoplePage"),
    "wall": ("jdz_field.ui.photos.wall_page", "WallPage"),
    "measure": ("jdz_field.ui.map.measure_page", "MeasurePage"),
    "find": ("jdz_field.ui.finding_page", "FindPage"),
    "tracks": ("jdz_field.ui.tracks_page", "TracksPage"),
    "photo_room": ("jdz_field.ui.photo_room", "PhotoRoomPage"),
    "forms": ("jdz_field.ui.forms_page", "FormsPage"),
    "photo_export": ("jdz_field.ui.photo_export", "PhotoExportPage"),
    "reports": ("jdz_field.ui.reports_page", "ReportsPage"),
}


class Pages:
    """Opens pages in the stage's sheet."""

    def __init__(self, app: AppContext, stage: Stage) -> None:
        self.app, self.stage = app, stage
        self._lasting: dict[str, QWidget] = {}
        self._place = "map"
        self.finder = Finder(app, stage)
        self._pushed: dict[str, Callable[[object], QWidget]] = {
            "move": self._move_page,
            "add_child": self._child_page,
            "history": self._history_page,
            "photos": self._photos_page,
        }

    def place(self) -> str:
        """The place of the navigation that the person is at."""
        return self._place if self.stage.sheet.covered().isValid() else "map"

    def lasting(self, name: str) -> QWidget:
        """A lasting page, made when first asked for; ``KeyError`` for no such page."""
        if name not in self._lasting:
            module, cls = LASTING[name]
            maker: Callable[[AppContext], QWidget] = getattr(import_module(module), cls)
            self._lasting[name] = maker(self.app)
        return self._lasting[name]

    def open(self, name: str, argument: object = None) -> None:
        """Open a page by name; ``photos`` (argument: a site's or record's id) lies above others."""
        if name in ABOVE:
            self._open_above(*ABOVE[name], argument)
            return
        if name == "add":
            self.open_add(*self.stage.map.middle())
            return
        if name == "guide":
            self.guide(argument)
            return
        if name in self._pushed:
            self.stage.sheet.push(self._pushed[name](argument))
            return
        page = self.lasting(name)
        if self.stage.sheet.open_root(page):
            self._place = name
            self.forget_site()
            show = getattr(page, "show_argument", None)
            if argument is not None and callable(show):
                show(argument)

    def _move_page(self, argument: object) -> QWidget:
        from jdz_field.ui.sites.move import MovePage  # noqa: PLC0415 - when wanted

        return MovePage(self.app, self.stage.map, str(argument))

    def _child_page(self, argument: object) -> QWidget:
        from jdz_field.ui.sites.add import AddSitePage  # noqa: PLC0415 - when wanted

        below = self.app.reader.site(str(argument))
        return AddSitePage(self.app, self.stage.map, below=below)

    def _history_page(self, argument: object) -> QWidget:
        from jdz_field.ui.sites.history_page import HistoryPage  # noqa: PLC0415 - when wanted

        return HistoryPage(self.app, self.stage.map, str(argument))

    def _photos_page(self, argument: object) -> QWidget:
        from jdz_field.ui.photos.page import PhotosPage  # noqa: PLC0415 - when wanted

        return PhotosPage(self.app, argument)

    def _open_above(self, module: str, cls: str, argument: object) -> None:
        made = getattr(import_module(module), cls)
        if not isinstance(self.stage.sheet.page, made):
            more = () if argument is None else (argument,)
            self.stage.sheet.push(made(self.app, *more))

    def open_site(self, site_id: str) -> None:
        """The page of a site above what is open, the site ringed on the map."""
        from jdz_field.ui.sites.page import SitePage  # noqa: PLC0415 - when wanted

        site = self.app.reader.site(site_id)
        if site is None:
            return
        top = self.stage.sheet.page
        if isinstance(top, SitePage) and not self.stage.sheet.pop_quietly():
            return
        self.stage.sheet.push(SitePage(self.app, site_id))
        self.stage.map.select(site_id, site.geometry)
        if site.lon is not None and site.lat is not None:
            self.stage.map.go_to(site.lon, site.lat)

    def locate(self, site_id: str) -> None:
        """Bring a site to the middle of the map."""
        site = self.app.reader.site(site_id)
        if site is not None and site.lon is not None and site.lat is not None:
            self.stage.map.go_to(site.lon, site.lat, 15.0)

    def guide(self, to: object) -> None:
        """Lead to a site (its id) or a place (longitude, latitude); the map comes into view."""
        if isinstance(to, tuple):
            self.finder.to_place(*to)
        elif not self.finder.to_site(str(to)):
            return
        self.stage.sheet.close_by_person()

    def open_form(self, form_id: str, site_id: str | None, draft_id: str | None) -> None:
        """A form over the whole stage."""
        from jdz_field.ui.form.page import FormPage  # noqa: PLC0415 - when wanted

        draft = self.app.reader.draft(draft_id) if draft_id else None
        if draft is not None and not is_own(draft, self.app.person):
            # It is looked at, and taken over, where it says whose it is.
            self.open("records", draft.id)
            self.app.toast(_("This draft is {name}'s.").format(name=draft.author))
            return
        self.stage.sheet.push(FormPage(self.app, form_id, site_id, draft_id))

    def open_add(self, lon: float | None, lat: float | None) -> None:
        """The page that adds a site, at a place or without one."""
        from jdz_field.ui.sites.add import AddSitePage  # noqa: PLC0415 - when wanted

        if isinstance(self.stage.sheet.page, AddSitePage):
            if lon is not None and lat is not None:
                self.stage.sheet.page.set_place(lon, lat)
            return
        page = AddSitePage(self.app, self.stage.map)
        self.stage.sheet.push(page)
        if lon is not None and lat is not None:
            page.set_place(lon, lat)

    def left(self) -> None:
        """The sheet was closed: the person is at the map."""
        self._place = "map"
        self.forget_site()

    def forget_site(self) -> None:
        """No site is chosen any more."""
        self.stage.map.select(None)
        self.stage.map.set_pin(None)
