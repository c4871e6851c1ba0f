"""The page of tracks: record one's own, and what was recorded or imported, by day and person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations import tracks
from jdz_field.operations.tracks import ADDED, ALREADY, Imported, day_of_entry
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.store.tracks import FILE, TrackEntry
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.page import Page
from jdz_field.ui.photo_room import fetch_files
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.tracking_panel import TrackPanel
from jdz_field.ui.tracking_words import shown_hours, shown_km
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Empty, Scroll, boxed, button, column

if TYPE_CHECKING:
    from jdz_field.ui.tracking_map import TracksOnMap

#: Tracks that the list shows at once.
_PORTION = 200
_MORE = "more"
#: Tracks that one touch brings onto the map.
_ON_MAP = 50


class TracksPage(Page):
    """Above what records; below the list, and what can be done with the chosen one."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self._most = _PORTION
        self._found: dict[str, TrackEntry] = {}
        self.on_map: TracksOnMap | None = app.tracks_on_map
        self.panel = TrackPanel(app)
        self.who = QComboBox()
        self.who.currentIndexChanged.connect(self._filtered)
        self.day = QComboBox()
        self.day.currentIndexChanged.connect(self._filtered)
        for box in (self.who, self.day):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.all_shown = button("", self._show_all, icon="map")
        self.load = button("", self._import, icon="import")
        self.save_all = button("", self._export_all, icon="export")
        self.card = RowCard()
        self.list = self.card.list
        self.card.chosen.connect(self._chosen)
        self.empty = Empty("route", "", "")
        self._build_foot()
        self._lay_out()
        if self.on_map is not None:
            self.on_map.changed.connect(self.refresh_soon)
        self.retranslate()

    def _build_foot(self) -> None:
        self.name = QLineEdit()
        self.name.returnPressed.connect(self._rename)
        self.name.editingFinished.connect(self._rename)
        self.show_it = button("", self._toggle_shown, icon="map")
        self.bring = button("", self._fetch, icon="import")
        self.save = button("", self._export_one, icon="export")
        self.drop = button("", self._delete, kind="quiet", icon="trash")
        acts = QWidget()
        flow = Flow(acts)
        for each in (self.show_it, self.bring, self.save, self.drop):
            flow.addWidget(each)
        self.foot = boxed(column(self.name, acts, margins=12), "bar")

    def _lay_out(self) -> None:
        bar = QWidget()
        flow = Flow(bar)
        for each in (self.day, self.who, self.all_shown, self.load, self.save_all):
            flow.addWidget(each)
        scroll = Scroll(gap=12)
        for part in (self.panel, bar, self.card, self.empty):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        whole = column(scroll, self.foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading of the sheet."""
        return _("Tracks")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.panel.retranslate()
        self.load.setText(_("Import GPX"))
        self.load.setToolTip(_("Tracks of other devices: GPX, KML, KMZ, NMEA logs"))
        self.save_all.setText(_("Export all"))
        self.save.setText(_("Export GPX"))
        self.bring.setText(_("Fetch from the centre"))
        self.bring.setToolTip(_("The file of another device's track"))
        self.drop.setText(_("Delete"))
        self.name.setPlaceholderText(_("Title"))
        self.name.setAccessibleName(_("Title of the track"))
        self.who.setAccessibleName(_("Whose tracks"))
        self.day.setAccessibleName(_("Of which day"))
        self.all_shown.setText(_("Show all"))
        self.all_shown.setToolTip(_("All tracks of the list on the map"))
        self.empty.say(
            _("No tracks yet"),
            _("Start one above: it goes on while you fill forms and while the window is locked."),
        )

    # ---- reading
    def refresh(self) -> None:
        """Read the tracks anew."""
        every = self.app.reader.tracks()
        persons, days = {one.person for one in every}, {day_of_entry(one) for one in every}
        _fill(self.who, _("Everybody"), {p: p or _("Unknown person") for p in sorted(persons)})
        _fill(self.day, _("Every day"), {d: d for d in sorted(days, reverse=True)})
        found = [one for one in every if self._wanted(one)]
        self._found = {one.id: one for one in found}
        self.card.put(self._rows(found))
        self.card.setVisible(bool(every))
        self.empty.setVisible(not every)
        for each in (self.save_all, self.all_shown):
            each.setEnabled(bool(found))
        self.panel.show_state()
        self._show_foot()

    def _wanted(self, one: TrackEntry) -> bool:
        who, day = self.who.currentData(), self.day.currentData()
        return (who is None or one.person == who) and (day is None or day_of_entry(one) == day)

    def _rows(self, found: list[TrackEntry]) -> list[Row]:
        rows: list[Row] = []
        day = ""
        for one in found[: self._most]:
            if day_of_entry(one) != day:
                day = day_of_entry(one)
                rows.append(Row(f"#{day}", day, heading=True))
            rows.append(self._row(one))
        if len(found) > self._most:
            rows.append(Row(_MORE, _("Show more")))
        return rows

    def _row(self, one: TrackEntry) -> Row:
        shown = self.on_map is not None and one.id in self.on_map.shown
        source = _("from a file") if one.origin == FILE else ""
        plain = one.title in ("", day_of_entry(one))
        title = one.person or _("Unknown person") if plain else one.title
        return Row(
            key=one.id,
            title=title,
            line=joined([shown_hours(one), "" if plain else one.person, source]),
            right=shown_km(one.length),
            chip=_("on the map") if shown else "",
            chip_role="accent",
            data=one,
        )

    def chosen(self) -> TrackEntry | None:
        """The track that was chosen in the list."""
        return self._found.get(self.list.key())

    def _chosen(self, row: Row) -> None:
        if row.key == _MORE:
            self._most += _PORTION
            self.refresh()
            return
        if self.on_map is not None and row.key in self._found:
            self.on_map.show_track(self._found[row.key], go=True)
        self._show_foot()

    def _filtered(self) -> None:
        self._most = _PORTION
        self.refresh()

    def _show_foot(self) -> None:
        one = self.chosen()
        self.foot.setVisible(one is not None)
        if one is None:
            return
        if not self.name.hasFocus():
            self.name.setText(one.title)
        here = file_of(self.app.reader.path, one.sha256) is not None
        self.bring.setVisible(not here)
        self.save.setVisible(here)
        self.show_it.setVisible(self.on_map is not None)
        shown = self.on_map is not None and one.id in self.on_map.shown
        self.show_it.setText(_("Hide on map") if shown else _("Show on map"))

    # ---- acts
    def _toggle_shown(self) -> None:
        one = self.chosen()
        if one is None or self.on_map is None:
            return
        if one.id in self.on_map.shown:
            self.on_map.hide_track(one.id)
        else:
            self.on_map.show_track(one, go=True)
        self._show_foot()

    def _show_all(self) -> None:
        if self.on_map is None:
            return
        found = [*self._found.values()][:_ON_MAP]
        for one in found:
            self.on_map.show_track(one)
        if found:
            self.on_map.show_track(found[0], go=True)
        if len(self._found) > _ON_MAP:
            words = _("The {n} newest are shown; choose a day or a person for others.")
            self.app.toast(words.format(n=_ON_MAP))

    def _fetch(self) -> None:
        one = self.chosen()
        if one is not None:
            fetch_files(self.app, [one], self, self.refresh)

    def _rename(self) -> None:
        one, title = self.chosen(), self.name.text().strip()
        if one is not None and title and title != one.title:
            self.app.write(lambda project: tracks.rename(project, one.id, title), self)

    def _delete(self) -> None:
        one = self.chosen()
        if one is None:
            return

        def back() -> None:
            self.app.write(lambda project: tracks.delete(project, one.id, deleted=False), self)

        def done(_entry: TrackEntry) -> None:
            self.app.toast(_("The track is deleted; its file stays."), back)

        self.app.write(lambda project: tracks.delete(project, one.id), self, done)

    def _export_one(self) -> None:
        one = self.chosen()
        if one is not None:
            self._export([one], f"{day_of_entry(one)}-{one.title or one.id[:8]}.gpx")

    def _export_all(self) -> None:
        found = [*self._found.values()]
        if found:
            day = day_of_entry(found[0])
            self._export(found, _("tracks-{day}.gpx").format(day=day))

    def _export(self, entries: list[TrackEntry], name: str) -> None:
        safe = "".join("-" if c in '/\\:*?"<>|' else c for c in name)
        out = self.app.questions.save_file(self, _("Export as GPX"), safe, "GPX (*.gpx)")
        if out is None:
            return

        def work(reader: Project) -> int:
            return tracks.export(reader, entries, out)

        self.app.ask(work, self, lambda n: self._exported(n, out))

    def _exported(self, count: int, out: Path) -> None:
        words = ngettext("{n} track written: {file}", "{n} tracks written: {file}", count)
        self.app.toast(words.format(n=count, file=out.name))

    def _import(self) -> None:
        files = self.app.questions.open_files(
            self, _("Choose tracks"), _("Tracks (*.gpx *.kml *.kmz *.nmea *.log *.txt);;* (*)")
        )
        if not files:
            return
        self.app.write(lambda project: tracks.import_tracks(project, files), self, self._imported)

    def _imported(self, found: list[Imported]) -> None:
        counts = {s: sum(one.status == s for one in found) for s in (ADDED, ALREADY)}
        parts = [_("{n} added").format(n=counts[ADDED])]
        if counts[ALREADY]:
            parts.append(_("{n} were here already").format(n=counts[ALREADY]))
        problems = [one.problem for one in found if one.problem]
        self.app.toast(" ".join([", ".join(parts) + ".", *problems[:2]]))
        entries = [one.entry for one in found if one.entry is not None]
        if entries:
            self._most = max(self._most, _PORTION)
            self.refresh()
            self.list.select(entries[-1].id)
            if self.on_map is not None:
                self.on_map.show_track(entries[-1], go=True)
            self._show_foot()


def _fill(box: QComboBox, every: str, choices: dict[str, str]) -> None:
    """The choices of a filter, what was chosen staying; hidden when there is nothing to choose."""
    wanted = [None, *choices]
    if [box.itemData(n) for n in range(box.count())] != wanted:
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem(every, None)
        for data, words in choices.items():
            box.addItem(words, data)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        box.blockSignals(False)
    box.setVisible(len(choices) > 1)
