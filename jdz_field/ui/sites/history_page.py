"""The whole past of a site: who, when, what, from where; and every value of it brought back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout, QWidget

from jdz_field.core.changes import Change, Value
from jdz_field.core.clock import utc_now
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.core.positions import HOW, provenance_at
from jdz_field.core.sites import Site, point_of
from jdz_field.operations.history import Restored, came_from, restore_fields, restore_moment
from jdz_field.operations.position_words import added_words, override_words, position_words
from jdz_field.store.project import Project
from jdz_field.store.queries import HistoryEntry
from jdz_field.ui.context import AppContext
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.numbers import when
from jdz_field.ui.page import Page
from jdz_field.ui.sites import words
from jdz_field.ui.sites.history import state_words
from jdz_field.ui.values import NOTHING, field_label, joined, shown, shown_time
from jdz_field.ui.widgets import Scroll, boxed, button, clear, column, divider, line, text

#: Entries, and fields of one entry, that are drawn before the person asks for more.
ENTRIES, FIELDS = 20, 5
#: Signs of a value that a button names; its tooltip names all of them.
SHORT = 14


class HistoryPage(Page):
    """Every change of one site as a timeline, newest first."""

    def __init__(
        self, app: AppContext, map_: MapWidget, site_id: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self._map, self.site_id = map_, site_id
        self.site: Site | None = None
        self.entries: Sequence[HistoryEntry] = ()
        self.field = ""
        self._most = ENTRIES
        self._whole: set[str] = set()
        self._menu: QMenu | None = None
        self.name = text("", "heading")
        self.filter = button("", self._open_filter, icon="filter", key="Ctrl+F")
        self.cards: list[EntryCard] = []
        self._list = column(gap=10)
        self.more = button("", self._show_more, kind="quiet")
        scroll = Scroll(gap=10)
        for part in (self.name, self.filter):
            scroll.body.addWidget(part)
        scroll.body.addLayout(self._list)
        scroll.body.addWidget(self.more)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll, gap=0))
        self.retranslate()
        self.refresh()

    def title(self) -> str:
        """The heading."""
        return _("History")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.more.setText(_("Earlier changes"))
        self._name_filter()

    def _name_filter(self) -> None:
        kind = self.site.kind if self.site else ""
        label = field_label(kind, self.field) if self.field else _("All fields")
        self.filter.setText(label)
        self.filter.setToolTip(_("Only the changes of one field (Ctrl+F)"))

    def refresh(self) -> None:
        """Read the history anew."""
        self.site = self.app.reader.site(self.site_id)
        self.entries = self.app.reader.site_history(self.site_id)
        self.name.setText(words.title(self.site) if self.site else "")
        self._name_filter()
        self._draw()

    def _draw(self) -> None:
        clear(self._list)
        self.cards = []
        site = self.site
        if site is None:
            return
        seen = [e for e in self.entries if not self.field or self.field in e.change.fields]
        for entry in seen[: self._most]:
            came = came_from(self.app.reader, entry.change).words
            card = EntryCard(entry, site, came, self.field, whole=entry.change.id in self._whole)
            card.newest = entry is self.entries[0]
            card.draw()
            card.value_wanted.connect(self._restore_value)
            card.moment_wanted.connect(self._restore_moment)
            card.place_wanted.connect(self._show_place)
            card.whole_wanted.connect(self._unfold)
            self.cards.append(card)
            self._list.addWidget(card)
        self.more.setVisible(len(seen) > self._most)

    # ---- what is shown
    def choose(self, field: str) -> None:
        """Only the changes of this field; all for the empty name."""
        self.field = field
        self._name_filter()
        self._draw()

    def _open_filter(self) -> None:
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = menu = QMenu(self)
        menu.addAction(_("All fields")).setData("")
        menu.addSeparator()
        kind = self.site.kind if self.site else ""
        names = dict.fromkeys(name for e in self.entries for name in fields_of(e.change))
        for name in sorted(names, key=lambda one: field_label(kind, one)):
            menu.addAction(field_label(kind, name)).setData(name)
        menu.triggered.connect(self._picked)
        menu.popup(self.filter.mapToGlobal(self.filter.rect().bottomLeft()))

    def _picked(self, act: object) -> None:
        self.choose(str(act.data()))  # type: ignore[attr-defined]

    def _show_more(self) -> None:
        self._most += 4 * ENTRIES
        self._draw()

    def _unfold(self, change: str) -> None:
        self._whole.add(change)
        self._draw()

    def _show_place(self, wkt: str) -> None:
        point = point_of(wkt)
        if point is not None:
            self._map.set_pin(point)
            self._map.go_to(*point, 15.0)

    def leave(self) -> bool:
        """Take the pin away."""
        self._map.set_pin(None)
        return True

    # ---- bringing back
    def _restore_value(self, name: str, value: Value) -> None:
        site = self.site
        if site is None:
            return
        said = _("{field} is again: {value}").format(
            field=field_label(site.kind, name), value=shown(site.kind, name, value)
        )
        self._restore(lambda project: restore_fields(project, site, {name: value}), said)

    def _restore_moment(self, change: str, at: str) -> None:
        site = self.site
        if site is None:
            return
        said = _("The site is again as it was on {time}.").format(time=shown_time(at))
        self._restore(lambda project: restore_moment(project, site, change), said)

    def _restore(self, work: Callable[[Project], Restored], said: str) -> None:
        app, site, kind = self.app, self.site, self.site.kind if self.site else ""
        assert site is not None

        def done(restored: Restored) -> None:
            told = said if restored.change else _("Nothing differs; nothing was written.")
            if restored.left:
                names = ", ".join(field_label(kind, name) for name in restored.left)
                told += " " + _("Left as they are: {fields}.").format(fields=names)
            undo = partial(_put_back, app, site, restored.before) if restored.change else None
            app.toast(told, undo)

        app.write(work, self, done, self._refused)

    def _refused(self, error: Exception) -> None:
        self.app.toast(str(error)) if isinstance(error, JdzError) else self.app.say_failure(error)


def _put_back(app: AppContext, site: Site, before: Mapping[str, Value]) -> None:
    app.write(lambda project: restore_fields(project, site, before), app)


def fields_of(change: Change) -> list[str]:
    """The fields that a change tells of; how a position was found stands below the position."""
    return [name for name in change.fields if name != HOW or "geometry" not in change.fields]


class EntryCard(QWidget):
    """One change: when, who, from where, and each field with the way back.

    Signals:
        value_wanted: field name and the value it is to have again.
        moment_wanted: id and time of the change to which the whole site is to go back.
        place_wanted: a position (WKT) to be shown on the map.
        whole_wanted: id of the change whose further fields are to be shown.
    """

    value_wanted = Signal(str, object)
    moment_wanted = Signal(str, str)
    place_wanted = Signal(str)
    whole_wanted = Signal(str)

    def __init__(
        self, entry: HistoryEntry, site: Site, came: str, field: str, *, whole: bool
    ) -> None:
        super().__init__()
        self.entry, self.site = entry, site
        self.newest = False
        self._came, self._field, self._all = came, field, whole

    def draw(self) -> None:
        """Put the parts together."""
        entry = self.entry
        said, role = state_words(entry.state)
        head = line(text(when(entry.at, utc_now()), "strong"), text(said, role, wrap=False))
        head.setStretch(0, 1)
        box = column(head, text(joined((entry.change.author, self._came)), "caption"), gap=4)
        box.setContentsMargins(14, 10, 14, 10)
        wanted = self._field
        names = [n for n in fields_of(entry.change) if not wanted or n == wanted]
        seen = names if self._all else names[:FIELDS]
        for name in seen:
            box.addWidget(divider())
            self._add_field(box, name)
        if len(names) > len(seen):
            more = _("All {n} fields").format(n=len(names))
            box.addWidget(button(more, self._want_all, kind="quiet", icon="chevron-down"))
        if not self.newest and not self._field:
            whole = _("The whole site as it was then")
            box.addWidget(divider())
            box.addWidget(button(whole, self._want_moment, kind="quiet", icon="clock"))
        card: QFrame = boxed(box)
        self.setLayout(column(card))

    def _add_field(self, box: QVBoxLayout, name: str) -> None:
        kind = self.site.kind
        base, new = self.entry.change.fields[name]
        before, after = shown(kind, name, base), shown(kind, name, new)
        told = after if before == NOTHING else f"{before} → {after}"
        if name == HOW:
            told = added_words(base, new) or NOTHING
        box.addWidget(text(field_label(kind, name), "caption"))
        box.addWidget(text(told))
        if name == "geometry":
            self._add_how(box, new)
        acts = line(None, gap=8)
        place = new if isinstance(new, str) else base
        if name == "geometry" and isinstance(place, str) and point_of(place):
            acts.addWidget(
                button(_("Show on the map"), partial(self._want_place, place), icon="pin")
            )
        back = self._way_back(name, base, new)
        if back is not None:
            value = shown(kind, name, back[0])
            words_ = _("Clear again") if value == NOTHING else _("Back to {value}")
            if name == "geometry" and value != NOTHING:
                words_ = _("Back to that place")
            short = value if len(value) <= SHORT else f"{value[: SHORT - 1]}…"
            made = button(
                words_.format(value=short), partial(self._want_value, name, back[0]), icon="undo"
            )
            made.setToolTip(words_.format(value=value))
            acts.addWidget(made)
        if acts.count() > 1:
            box.addLayout(acts)

    def _add_how(self, box: QVBoxLayout, wkt: Value) -> None:
        """How the point that the change set was found."""
        point = point_of(wkt) if isinstance(wkt, str) else None
        pair = self.entry.change.fields.get(HOW)
        how = provenance_at(pair[1], *point) if pair is not None and point is not None else None
        if how is not None:
            box.addWidget(text(position_words(how), "caption"))
            if how.overridden:
                box.addWidget(text(override_words(how), "attention"))

    def _way_back(self, name: str, base: Value, new: Value) -> tuple[Value] | None:
        """The value that this entry offers: what it set, or what was before while that stands."""
        site = self.site
        if name == HOW:
            return None
        present = site.geometry if name == "geometry" else site.fields.get(name)
        if name == "deleted":
            present, base, new = site.deleted, bool(base), bool(new)
        if new != present:
            return (new,)
        made = all(one is None for one, _new in self.entry.change.fields.values())
        return None if made or base == present else (base,)

    def _want_all(self) -> None:
        self.whole_wanted.emit(self.entry.change.id)

    def _want_moment(self) -> None:
        self.moment_wanted.emit(self.entry.change.id, self.entry.at)

    def _want_place(self, wkt: str, *_clicked: object) -> None:
        self.place_wanted.emit(wkt)

    def _want_value(self, name: str, value: Value, *_clicked: object) -> None:
        self.value_wanted.emit(name, value)
