"""Exporting sites: which, in which format, under whose columns, in which system; then the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.i18n import _
from jdz_field.geo.display import DECIMAL, MINUTES, SECONDS, as_minutes, as_seconds
from jdz_field.ledger.export import SUFFIXES
from jdz_field.ledger.export_profiles import profiles
from jdz_field.operations.coordinate_forms import TABLES
from jdz_field.operations.exporting import Exported, ExportRequest, export_request
from jdz_field.operations.personal import Carried, carried
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Task
from jdz_field.ui.numbers import chosen_form
from jdz_field.ui.page import Page
from jdz_field.ui.personal_choice import PersonalChoice
from jdz_field.ui.progress import Waiting
from jdz_field.ui.settings import Choice
from jdz_field.ui.sites.exporting_words import format_words, system_words
from jdz_field.ui.widgets import Scroll, boxed, button, column, divider, line, text

SHOWN, ALL = "shown", "all"
#: Formats in the order of their use, and systems by their EPSG codes.
FORMATS = (".xlsx", ".csv", ".shp", ".gpkg", ".kmz", ".kml", ".dxf", ".geojson")
SYSTEMS = ("4490", "4548", "4527", "4509", "4498", "4326")
_DEGREES = (".kml", ".kmz")
_SPELLINGS = (DECIMAL, MINUTES, SECONDS)
_ALL = 1 << 40


class ExportPage(Page):
    """The choices, one below the other, and the button that writes the file.

    ``query`` is the list's filter; without one, only everything and the kinds are offered.
    """

    wide = True

    def __init__(
        self, app: AppContext, query: SiteQuery | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self.query = query
        self.scope, self.suffix, self.profile, self.crs = (
            SHOWN if query else ALL,
            ".xlsx",
            "",
            "4490",
        )
        self.done: Exported | None = None
        self._task: Task | None = None
        self._asked = 0
        self.labels = {
            name: text("", "section")
            for name in ("what", "format", "columns", "system", "spelling")
        }
        self.scopes = Choice(self.choose_scope, ((SHOWN,) if query else ()) + (ALL, *SITE_KINDS))
        self.formats = Choice(self.choose_format, FORMATS)
        self.purpose = text("", "secondary")
        self.profiles = Choice(self.choose_profile, ("", *(one.name for one in profiles())))
        self.systems = Choice(self.choose_system, SYSTEMS)
        self.spelling = DECIMAL
        self.spellings = Choice(self.choose_spelling, _SPELLINGS)
        self.personal = PersonalChoice()
        self.result = text("", "strong")
        self.held = text("", "secondary")
        self.folder = button("", self._open_folder, icon="folder")
        self.box = boxed(column(self.result, self.held, self.folder, margins=12), "note")
        self.waiting = Waiting()
        self.waiting.stop_wanted.connect(self._stop)
        self.go = button("", self._ask, kind="primary", icon="export")
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=8)
        self.area = scroll
        parts = (
            *(self.box, self.labels["what"], self.scopes, self.labels["format"], self.formats),
            *(self.purpose, self.labels["columns"], self.profiles, self.labels["system"]),
            *(self.systems, self.labels["spelling"], self.spellings, self.personal),
        )
        for part in parts:
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = column(self.waiting, line(None, self.go), gap=8)
        foot.setContentsMargins(16, 10, 16, 10)
        whole = column(scroll, divider(), foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.box.hide()

    def title(self) -> str:
        """The heading."""
        return _("Export sites")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.labels["what"].setText(_("Which sites"))
        self.labels["format"].setText(_("Format"))
        self.labels["columns"].setText(_("Columns"))
        self.labels["system"].setText(_("Coordinate system"))
        self.labels["spelling"].setText(_("Degrees are written as"))
        self.go.setText(_("Write the file"))
        self.folder.setText(_("Open the folder"))
        self.personal.retranslate()
        self._show()

    def refresh(self) -> None:
        """Count again what is chosen."""
        self._count()
        self._show()

    def leave(self) -> bool:
        """Stop an export that runs."""
        self._stop()
        return True

    # ---- choices
    def choose_scope(self, scope: str) -> None:
        """Which sites: the list's, all, or those of a kind."""
        self.scope = scope
        self._count()
        self._show()

    def choose_format(self, suffix: str) -> None:
        """The format, by its suffix."""
        self.suffix = suffix
        self._show()

    def choose_profile(self, name: str) -> None:
        """Whose columns; a profile is for one kind, which is then the one chosen."""
        self.profile = name
        kind = next((one.kind for one in profiles() if one.name == name), None)
        if kind is not None and self._kinds() != (kind,):
            self.choose_scope(kind)
        self._show()

    def choose_system(self, crs: str) -> None:
        """The system, by its EPSG code."""
        self.crs = crs
        self._show()

    def choose_spelling(self, form: str) -> None:
        """How degrees are written in tables."""
        self.spelling = form
        self._show()

    def _spelled(self) -> bool:
        """Whether degrees are written as texts a person reads."""
        return self.suffix in TABLES and self.crs == "4490"

    def _kinds(self) -> tuple[str, ...]:
        return self._query().kinds

    def _query(self) -> SiteQuery:
        if self.scope == SHOWN and self.query is not None:
            return replace(self.query, order="code")
        kinds = () if self.scope == ALL else (self.scope,)
        return SiteQuery(kinds=kinds, order="code")

    def _fitting(self) -> set[str]:
        """Profiles for the format and the kinds chosen."""
        kinds = set(self._kinds())
        return {
            one.name
            for one in profiles()
            if self.suffix in one.suffixes and (not kinds or kinds == {one.kind})
        }

    def _show(self) -> None:
        fitting = self._fitting()
        if self.profile not in fitting:
            self.profile = ""
        labels = {one.name: one.label for one in profiles()} | {"": _("All fields")}
        scopes = {kind: site_kind(kind).label for kind in SITE_KINDS} | {ALL: _("Everything")}
        if self.query is not None:
            count = self.app.reader.count(self.query)
            scopes[SHOWN] = _("The {n} sites of the list").format(n=f"{count:,}")
        self.scopes.show_value(self.scope, scopes)
        self.formats.show_value(
            self.suffix, {one: one.removeprefix(".").upper() for one in FORMATS}
        )
        self.purpose.setText(format_words(self.suffix))
        self.profiles.show_value(self.profile, labels)
        for name, chip in self.profiles.chips.items():
            chip.setVisible(not name or name in fitting)
        self.labels["columns"].setVisible(bool(fitting))
        self.profiles.setVisible(bool(fitting))
        metres = self.suffix not in _DEGREES
        self.labels["system"].setVisible(metres)
        self.systems.setVisible(metres)
        self.systems.show_value(self.crs, {code: system_words(code) for code in SYSTEMS})
        words = {one: _example(one) for one in _SPELLINGS}
        if chosen_form() in words:
            words[chosen_form()] = _("{example} · as you chose").format(
                example=words[chosen_form()]
            )
        self.spellings.show_value(self.spelling, words)
        for part in (self.labels["spelling"], self.spellings):
            part.setVisible(self._spelled())
        self.go.setEnabled(self._task is None)

    def _count(self) -> None:
        """Whom the sites chosen name; read away from the window's thread."""
        self._asked += 1
        asked, query = self._asked, self._query()

        def work(project: Project, _task: Task) -> tuple[int, Carried]:
            return asked, carried(project.search(query, limit=_ALL))

        self.app.jobs.with_own_store(work, self, self._counted, self.app.say_failure)

    def _counted(self, answer: tuple[int, Carried]) -> None:
        asked, found = answer
        if asked == self._asked:
            self.personal.about(found)

    # ---- writing
    def _ask(self) -> None:
        privacy = self.personal.privacy()
        if privacy is None:
            return
        words = f"{self.suffix.removeprefix('.').upper()} (*{self.suffix})"
        start = _("Sites") + self.suffix
        out = self.app.questions.save_file(self, _("Where the file goes"), start, words)
        if out is None:
            return
        out = out if out.suffix.lower() in SUFFIXES else Path(f"{out}{self.suffix}")
        crs = "" if self.suffix in _DEGREES or self.crs == "4490" else f"EPSG:{self.crs}"
        form = self.spelling if self._spelled() else ""
        request = ExportRequest(self._query(), crs, self.profile, coordinates=form)
        self.waiting.begin(_("Writing {file}").format(file=out.name))
        self.box.hide()

        def work(project: Project, task: Task) -> Exported:
            return export_request(
                project, out, request, privacy=privacy, progress=task.report,
                cancelled=task.cancelled,
            )  # fmt: skip

        self._task = self.app.jobs.with_own_store(
            work, self, self._written, self._failed, self.waiting.tell
        )
        self._show()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _written(self, done: Exported) -> None:
        self._end()
        self.personal.forget()
        if done.cancelled:
            self.app.toast(_("Stopped; nothing was written."))
            return
        self.done = done
        said = _("Wrote {n} sites to {file}.").format(n=f"{done.written:,}", file=done.file.name)
        self.result.setText(said)
        told = [*done.told, *filter(None, (done.sentence,))]
        self.held.setText("\n".join(f"• {one}" for one in told))
        self.held.setVisible(bool(told))
        self.box.show()
        self.area.verticalScrollBar().setValue(0)

    def _failed(self, error: Exception) -> None:
        self._end()
        self.app.say_failure(error)

    def _end(self) -> None:
        self._task = None
        self.waiting.end()
        self._show()

    def _open_folder(self) -> None:
        if self.done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.done.file.parent)))


def _example(form: str) -> str:
    """A longitude of the city in this form."""
    place = 117.2034
    if form == MINUTES:
        return as_minutes(place) + "E"
    return as_seconds(place) + "E" if form == SECONDS else f"{place}"
