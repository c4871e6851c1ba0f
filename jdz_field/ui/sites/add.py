"""Adding a site found in the field: kind, name, place; the office gives the final number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from jdz_field.core.catalogue import Children, site_kind, site_kinds
from jdz_field.core.changes import Value
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.children import add_child, child_fields
from jdz_field.operations.sites import add_site
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.page import Page
from jdz_field.ui.sites.editors import Editor, editor_for
from jdz_field.ui.sites.place import PlaceInput
from jdz_field.ui.widgets import Scroll, button, clear, column, divider, line, text


class AddSitePage(Page):
    """The form of a new site. While it is open, a tap on the map moves the pin."""

    def __init__(
        self,
        app: AppContext,
        map_: MapWidget,
        parent: QWidget | None = None,
        *,
        below: Site | None = None,
    ) -> None:
        super().__init__(app, parent)
        self._map, self._below = map_, below
        self.kind = below.kind if below else "geohazard"
        self.kinds: dict[str, QPushButton] = {}
        self.kind_label, self.name_label = text("", "section"), text("", "section")
        self.place_label = text("", "section")
        self.chips = QWidget()
        flow = Flow(self.chips)
        for kind in site_kinds():
            chip = button(kind.label, self._kind_clicked, kind="chip")
            chip.setCheckable(True)
            self.kinds[kind.name] = chip
            flow.addWidget(chip)
        self.name = QLineEdit()
        self.editors: dict[str, Editor] = {}
        self._own_room = column(gap=8)
        self.place = PlaceInput(app)
        self.note = text("", "caption")
        self.wrong = text("", "error")
        self.wrong.hide()
        self.save = button("", self._save, kind="primary", icon="check")
        self.place.moved.connect(self._moved)
        self._lay_out()
        map_.place_tapped.connect(self.set_place)
        self.retranslate()
        self._choose_kind(self.kind)
        if below is not None:
            self.kind_label.hide()
            self.chips.hide()
            self.name.setText(str(child_fields(app.reader, below)["name"]))

    def _lay_out(self) -> None:
        scroll = Scroll(gap=8)
        for part in (self.kind_label, self.chips, self.name_label, self.name):
            scroll.body.addWidget(part)
        scroll.body.addLayout(self._own_room)
        for part in (self.place_label, self.place, self.note):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = column(self.wrong, line(self.save), gap=6)
        foot.setContentsMargins(12, 10, 12, 10)
        whole = column(scroll, divider(), foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading."""
        about = self._children
        return about.add_label if about else _("Add a site")

    @property
    def _children(self) -> Children | None:
        return site_kind(self.kind).children if self._below else None

    def retranslate(self) -> None:
        """Every text in the language in force."""
        for kind in site_kinds():
            self.kinds[kind.name].setText(kind.label)
        self.kind_label.setText(_("Type"))
        self.name_label.setText(site_kind(self.kind).by_name["name"].label)
        self.name.setPlaceholderText(_("Township, village, what it is"))
        self.place_label.setText(_("Position"))
        self.place.retranslate()
        self.note.setText(_("The site gets a provisional number; the office gives the final one."))
        self.save.setText(_("Save the site"))
        self.save.setToolTip(_("Save the site (Ctrl+S)"))
        self.save.setShortcut("Ctrl+S")

    def set_place(self, lon: float, lat: float) -> None:
        """Take over a place."""
        if self.isVisible() or self.place.place is None:
            self.place.set_place(lon, lat)

    def leave(self) -> bool:
        """Take the pin away; what was typed is a few words, so nothing is asked."""
        self.place.stop_receiver()
        self._map.set_pin(None)
        return True

    def _moved(self, place: tuple[float, float] | None) -> None:
        self._map.set_pin(place)
        if place is not None and not self._map.in_sight(*place):
            self._map.go_to(*place)

    def _kind_clicked(self) -> None:
        chip = self.sender()
        name = next((n for n, c in self.kinds.items() if c is chip), self.kind)
        self._choose_kind(name)

    def _choose_kind(self, name: str) -> None:
        self.kind = self.place.kind = name
        for kind, chip in self.kinds.items():
            chip.setChecked(kind == name)
        clear(self._own_room)
        about = site_kind(name)
        asked = self._children.ask if self._children else about.ask
        self.editors = {}
        for field in (about.by_name[one] for one in asked):
            editor = self.editors[field.name] = editor_for(field)
            self._own_room.addWidget(text(field.label, "section"))
            self._own_room.addWidget(editor)

    def _save(self) -> None:
        place, name = self.place.place, self.name.text().strip()
        if place is None or not name:
            self._say_wrong(
                _("Tap the map or type a position first.") if name else _("Give the site a name.")
            )
            (self.place.lon if name else self.name).setFocus()
            return
        fields: dict[str, Value] = {"name": name}
        fields |= {n: value for n, one in self.editors.items() if (value := one.value())}
        self.save.setEnabled(False)
        self.app.write(self._work(place, fields), self, self._saved, self._refused)

    def _work(
        self, place: tuple[float, float], fields: dict[str, Value]
    ) -> Callable[[Project], Site]:
        kind, below, how = self.kind, self._below, self.place.how
        if below is not None:
            return lambda project: add_child(project, below, *place, fields, how)
        return lambda project: add_site(project, kind, *place, fields, how)

    def _saved(self, site: Site) -> None:
        self._map.set_pin(None)
        self.app.toast(_("Saved with the provisional number {code}.").format(code=site.code))
        self.app.back()
        self.app.open_site(site.id)

    def _refused(self, error: Exception) -> None:
        self.save.setEnabled(True)
        if isinstance(error, JdzError):
            self._say_wrong(str(error))
        else:
            self.app.say_failure(error)

    def _say_wrong(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.show()
