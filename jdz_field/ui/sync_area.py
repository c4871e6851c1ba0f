"""What this tablet holds: all of the city, or some counties and kinds of sites."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from jdz_field.core.catalogue import SITE_KINDS, code_list
from jdz_field.core.i18n import _
from jdz_field.operations.sync_area import Area, area_of, set_area
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.page import Page
from jdz_field.ui.values import joined, kind_label
from jdz_field.ui.widgets import Scroll, button, column, divider, set_role, text


def area_words(reader: Project) -> str:
    """What is held, in one line."""
    area, codes = area_of(reader), code_list("county")
    counties = "、".join(codes.label(code) for code in area.counties) or _("All counties")
    kinds = "、".join(kind_label(kind) for kind in area.kinds) or _("every kind")
    return joined([counties, kinds])


class AreaPage(Page):
    """Chips of counties and of kinds; none chosen means all."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.why = text("", "secondary")
        self.heads = {name: text("", "section") for name in ("county", "kind")}
        self.counties = {row.value: self._chip() for row in code_list("county").codes}
        self.kinds = {kind: self._chip() for kind in SITE_KINDS}
        self.keep = button("", self._keep, kind="primary", icon="done")
        scroll = Scroll(gap=10)
        scroll.body.addWidget(self.why)
        for name, chips in (("county", self.counties), ("kind", self.kinds)):
            scroll.body.addWidget(self.heads[name])
            room = QWidget()
            flow = Flow(room)
            for chip in chips.values():
                flow.addWidget(chip)
            scroll.body.addWidget(room)
        scroll.body.addStretch(1)
        foot = column(self.keep)
        foot.setContentsMargins(12, 10, 12, 10)
        whole = column(scroll, divider(), foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        chosen = area_of(app.reader)
        for code, chip in self.counties.items():
            chip.setChecked(code in chosen.counties)
        for kind, chip in self.kinds.items():
            chip.setChecked(kind in chosen.kinds)
        self.retranslate()

    def _chip(self) -> QPushButton:
        chip = button("", self._mark, kind="chip")
        chip.setCheckable(True)
        return chip

    def title(self) -> str:
        """The heading."""
        return _("What this tablet holds")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.why.setText(
            _(
                "Choose what this tablet needs; nothing chosen means all that you may see. With "
                "the next sync what is chosen comes; other sites stay here to be read only."
            )
        )
        self.heads["county"].setText(_("Counties"))
        self.heads["kind"].setText(_("Kinds of sites"))
        for code, chip in self.counties.items():
            chip.setText(code_list("county").label(code))
        for kind, chip in self.kinds.items():
            chip.setText(kind_label(kind))
        self.keep.setText(_("Keep this choice"))
        self._mark()

    def _mark(self) -> None:
        for chip in (*self.counties.values(), *self.kinds.values()):
            set_role(chip, "on" if chip.isChecked() else "off", "state")

    def chosen(self) -> Area:
        """What is marked."""
        return Area(
            tuple(code for code, chip in self.counties.items() if chip.isChecked()),
            tuple(kind for kind, chip in self.kinds.items() if chip.isChecked()),
        )

    def _keep(self) -> None:
        area = self.chosen()

        def done(_result: object) -> None:
            self.app.toast(_("The choice is kept."))
            self.app.back()

        self.app.write(lambda project: set_area(project, area), self, done)
