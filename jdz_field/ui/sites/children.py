"""Below a site: its sample plots or projects, the act that adds one, and the way back up."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.children import children_of_kind, parent_of
from jdz_field.ui.context import AppContext
from jdz_field.ui.rows import Row
from jdz_field.ui.sites import words
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import joined, shown
from jdz_field.ui.widgets import button, column, text


class Below(QWidget):
    """The children of a site and a button for the next one; or the way to its parent."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._site: Site | None = None
        self._parent_id = ""
        self.up = button("", self._open_parent, icon="chevron-up")
        self.head = text("", "section")
        self.list = RowCard()
        self.add = button("", self.add_child, icon="plus")
        self.list.chosen.connect(self._open)
        self.setLayout(column(self.up, self.head, self.list, self.add, gap=8))

    def show_site(self, site: Site) -> None:
        """Show what is below ``site`` and what is above it."""
        self._site = site
        reader = self._app.reader
        above = parent_of(reader, site)
        self._parent_id = above.id if above else ""
        self.up.setVisible(above is not None)
        if above is not None:
            self.up.setText(_("Belongs to {site}").format(site=words.title(above)))
        about = children_of_kind(site)
        found = reader.children(site) if about else []
        self.list.put([_row(one) for one in found])
        self.list.setVisible(bool(found))
        self.head.setVisible(bool(found))
        self.add.setVisible(about is not None and not site.deleted)
        if about is not None:
            self.head.setText(f"{about.label} {len(found)}")
            self.add.setText(about.add_label)
        self.setVisible(above is not None or about is not None)

    def add_child(self) -> None:
        """Go to the page that adds one."""
        if self._site is not None:
            self._app.show_page("add_child", self._site.id)

    def _open(self, row: Row) -> None:
        self._app.open_site(row.key)

    def _open_parent(self) -> None:
        self._app.open_site(self._parent_id)


def _row(site: Site) -> Row:
    stage = site.fields.get("stage")
    about = (
        shown(site.kind, "plot_area_m2", site.fields.get("plot_area_m2")),
        str(site.fields.get("corner") or ""),
        code_list("works_stage").label(str(stage)) if stage else "",
        site.code,
    )
    chip, role = words.state_chip(site)
    return Row(key=site.id, title=words.title(site), line=joined(about), chip=chip, chip_role=role)
