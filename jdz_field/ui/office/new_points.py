"""Sites found in the field: the office gives each its final number."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.i18n import _
from jdz_field.operations.office import Desk
from jdz_field.operations.office_items import NewPoint
from jdz_field.ui.form.answers import AnswersView, Line
from jdz_field.ui.form.editor import half_width
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.decisions import Act
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.split import Split
from jdz_field.ui.values import field_label, joined, kind_label, shown, shown_point
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text

#: Fields that are said elsewhere on the page, or are the program's own.
_SAID = frozenset({"code", "name", "provisional", "status", "deleted", "sample"})


class NewPointDetail(QWidget):
    """One new point: what is known of it, and the field for its number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = text("", "heading")
        self.about = text("", "caption")
        self.facts = AnswersView()
        self.label = text(_("Final unified number"), "strong")
        self.hint = text("", "caption")
        self.number = QLineEdit()
        self.fault = text("", "error")
        self.give = button(_("Give this number"), kind="primary", icon="check")
        self.number.returnPressed.connect(self.give.click)
        scroll = Scroll(margins=24, gap=10)
        scroll.body.addWidget(self.name)
        scroll.body.addWidget(self.about)
        scroll.body.addWidget(self.facts)
        scroll.body.addStretch(1)
        row = line(self.number, self.give)
        row.setStretch(0, 1)
        foot = column(self.label, self.hint, row, self.fault)
        foot.setContentsMargins(16, 10, 16, 10)
        whole = column(scroll, boxed(foot, "bar"), gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def put(self, point: NewPoint) -> None:
        """Show this point; the start of its number is there already."""
        site = point.site
        self.name.setText(site.name or site.code)
        self.about.setText(
            joined([kind_label(site.kind), _("provisional {code}").format(code=site.code)])
        )
        self.facts.put(_facts(point))
        self.number.setText(number_start(point))
        self.hint.setText(
            _("County, kind and running number: 12 digits.") if site.kind == "geohazard" else ""
        )
        self.hint.setVisible(bool(self.hint.text()))
        self.say("")

    def say(self, words: str) -> None:
        """A sentence below the number."""
        self.fault.setText(words)
        self.fault.setVisible(bool(words))


def _facts(point: NewPoint) -> list[Line]:
    site = point.site
    found = []
    if site.lon is not None and site.lat is not None:
        found.append(Line(_("Position"), shown_point(site.lon, site.lat)))
    for name in site_kind(site.kind).by_name if site.kind in SITE_KINDS else {}:
        value = site.fields.get(name)
        if name not in _SAID and value not in (None, ""):
            found.append(Line(field_label(site.kind, name), shown(site.kind, name, value)))
    return found


def number_start(point: NewPoint) -> str:
    """County and kind of a geohazard point's unified number; empty for other kinds."""
    site = point.site
    county, kind = site.fields.get("county_code"), site.fields.get("kind_code")
    return f"{county}{kind}" if site.kind == "geohazard" and county and kind else ""


class NewPointsPage(OfficePage):
    """The list, and the point that was chosen."""

    name = "numbers"
    drawing = "number"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self.items: dict[str, NewPoint] = {}
        self._taken: dict[str, tuple[NewPoint, str]] = {}
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.detail = NewPointDetail()
        self.detail.give.clicked.connect(self.give)
        self.content.setLayout(column(Split(self.list, self.detail)))
        office.outbox.taken_back.connect(self._back)
        office.refused.connect(self._refused)
        office.settled.connect(self._settled)
        self.retranslate()

    def fetch(self, desk: Desk) -> list[NewPoint]:
        """Every site without a final number."""
        return desk.new_points()

    def show_items(self, items: list[NewPoint]) -> int:
        """What is numbered and on its way is left out."""
        self.items = {p.site.id: p for p in items if not self.office.pending(p.site.id)}
        self._draw()
        return len(self.items)

    def empty_words(self) -> tuple[str, str]:
        """No new points."""
        return (
            _("No new points"),
            _("A point that is found in the field comes here for its final number."),
        )

    def give(self) -> None:
        """Give the number that is entered to the point that is shown."""
        point = self.items.get(self.list.key())
        if point is None:
            return
        code = half_width(self.detail.number.text()).replace(" ", "")
        if not code or code == number_start(point):
            self.detail.say(_("Enter the whole number."))
            self.detail.number.setFocus()
            return
        site = point.site.id
        del self.items[site]
        self._taken[site] = (point, code)

        def send(desk: Desk) -> Any:
            return desk.give_number(site, code)

        words = _("{name} gets {code}").format(name=point.site.name or point.number, code=code)
        self.office.outbox.put(Act(site, words, send))
        self._draw()
        self.recount(len(self.items))

    def _draw(self) -> None:
        self.list.put([_row(point) for point in self.items.values()])
        if self.list.key() not in self.items and self.items:
            self.list.select(next(iter(self.items)))
        if self.items:
            self.detail.put(self.items[self.list.key()])

    def _chosen(self, row: Row) -> None:
        self.detail.put(self.items[row.key])

    def _back(self, key: str) -> None:
        if key in self._taken:
            point, code = self._taken.pop(key)
            self.items = {key: point, **self.items}
            self._draw()
            self.list.select(key)
            self.detail.put(point)
            self.detail.number.setText(code)
            self.recount(len(self.items))

    def _refused(self, key: str, words: str) -> None:
        if key in self._taken:
            self._back(key)
            self.detail.say(words)

    def _settled(self, key: str) -> None:
        if self._taken.pop(key, None) is not None:
            self.load()


def _row(point: NewPoint) -> Row:
    site = point.site
    place = joined(
        [
            shown(site.kind, "county_code", site.fields.get("county_code")),
            str(site.fields.get("town") or ""),
        ]
    )
    return Row(
        key=site.id,
        title=site.name or site.code,
        line=joined([kind_label(site.kind), place]),
        right=point.number,
    )
