"""The filters above the list of sites: chips that open a menu each, with counts beside the values.

Shut, only the chips that let less than everything through are seen; the button says how many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from jdz_field.core import patrol
from jdz_field.core.catalogue import code_list, site_kind, site_kinds
from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.patrols import duty_words
from jdz_field.store.queries import NEVER, UNVISITED, Facets, Placed, SiteOrder, SiteQuery
from jdz_field.ui.flow import Flow
from jdz_field.ui.widgets import button, set_role

#: Orders of the list, as in ``SiteQuery``.
ORDERS = ("name", "distance", "grade", "visited", "code", "updated")

_STATE: dict[str, dict[str, Any]] = {
    "unsent": {"unsent": True},
    "sent": {"unsent": False},
    "conflict": {"held": "conflict"},
    "proposed": {"held": "proposed"},
    "mine": {"mine": True},
}


class FilterChip(QPushButton):
    """One filter: its name when it lets everything through, else what it lets through.

    Signals:
        chosen: the value (text, or ``None`` for everything).
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, optional: bool = True) -> None:
        super().__init__(parent)
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.value: str | None = None
        self.allowed = True
        self._optional = optional
        self._name = ""
        self._options: Sequence[tuple[str, str]] = ()
        self._counts: Mapping[str, int] = {}
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._picked)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def offer(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        """Its name and its values with their words."""
        self._name, self._options = name, options
        if self.value is not None and self.value not in {value for value, _words in options}:
            self.value = None
        self._show()

    def count(self, counts: Mapping[str, int]) -> None:
        """How many sites each value would leave."""
        self._counts = counts

    def set_value(self, value: str | None) -> None:
        """Let only ``value`` through, or everything."""
        self.value = value
        self._show()

    def values(self) -> list[str]:
        """The values it offers."""
        return [value for value, _words in self._options]

    def words(self) -> list[str]:
        """What its menu says."""
        self._fill()
        return [act.text() for act in self._menu.actions()]

    def _fill(self) -> None:
        self._menu.clear()
        every = ((None, _("All")),) if self._optional else ()
        for value, words in (*every, *self._options):
            count = self._counts.get(value) if value is not None else None
            act = self._menu.addAction(words if count is None else f"{words}  ({count:,})")
            act.setCheckable(True)
            act.setChecked(value == self.value)
            act.setData(value)
            act.setEnabled(count != 0 or value == self.value)

    def _picked(self, act: object) -> None:
        self.set_value(act.data())  # type: ignore[attr-defined]
        self.chosen.emit(self.value)

    def _show(self) -> None:
        words = next((w for v, w in self._options if v == self.value), None)
        self.setText(f"{words or self._name}  ▾")
        self.setAccessibleName(self._name)
        self.setToolTip(self._name)
        on = self.value is not None and self._optional
        self.setChecked(on)
        set_role(self, "on" if on else "off", "state")


class Filters(QWidget):
    """Every filter of the list, its order, and the way back to everything.

    Signals:
        changed: the person chose another filter or order.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.more = button("", self._open_or_shut, icon="filter")
        self.order = FilterChip(optional=False)
        self.order.value = ORDERS[0]
        self.kind, self.county, self.town = FilterChip(), FilterChip(), FilterChip()
        self.own_kind, self.grade, self.status = FilterChip(), FilterChip(), FilterChip()
        self.visit, self.state, self.place = FilterChip(), FilterChip(), FilterChip()
        self.clear = button("", self._clear)
        self.is_open = False
        self._towns: Sequence[str] = ()
        flow = Flow(self)
        for part in (self.more, self.order, *self.chips.values(), self.clear):
            flow.addWidget(part)
        for chip in (self.order, *self.chips.values()):
            chip.chosen.connect(self._chosen)
        self.retranslate()

    @property
    def chips(self) -> dict[str, FilterChip]:
        """The filters by the names under which they are remembered."""
        return {
            "kind": self.kind,
            "county": self.county,
            "town": self.town,
            "kind_code": self.own_kind,
            "grade": self.grade,
            "status": self.status,
            "visit": self.visit,
            "state": self.state,
            "place": self.place,
        }

    def retranslate(self) -> None:
        """Every word in the language in force."""
        self.clear.setText(_("Clear all"))
        self.clear.setToolTip(_("Show all sites"))
        self.kind.offer(_("Type"), [(kind.name, kind.label) for kind in site_kinds()])
        self.county.offer(_("County"), _options("county"))
        self.town.offer(_("Township"), [(town, town) for town in self._towns])
        self.grade.offer(_("Grade"), _options("danger_grade"))
        self.status.offer(_("Status"), _options("site_status"))
        self.visit.offer(_("Last visit"), _visits())
        self.state.offer(_("State"), _states())
        self.place.offer(_("Position"), _places())
        self.order.offer(_("Order"), _orders())
        self._offer_own_kinds()
        self._show()

    def query(self, text: str, near: tuple[float, float] | None = None) -> SiteQuery:
        """What the filters, the order and ``text`` mean; ``near``: where the person is."""
        visit, state = self.visit.value, self.state.value
        told: dict[str, Any] = {
            name: self.chips[name].value
            for name in ("county", "town", "kind_code", "grade", "status")
        }
        if visit is not None:
            told |= {"overdue": True} if visit == "overdue" else {"unvisited": int(visit)}
        if state is not None:
            told |= _STATE[state]
        return SiteQuery(
            text=text,
            kinds=(self.kind.value,) if self.kind.value else (),
            placed=cast("Placed | None", self.place.value),
            near=near,
            order=cast("SiteOrder", self.order.value),
            **told,
        )

    def count(self, facets: Facets) -> None:
        """Say beside each value how many sites it would leave."""
        for name in ("kind", "county", "town", "kind_code", "grade", "status"):
            told = facets.get(name, {})
            chip = self.chips[name]
            chip.count({value: told.get(value, 0) for value in chip.values()})
        self._towns = sorted({*facets.get("town", {}), *filter(None, [self.town.value])})
        self.town.offer(_("Township"), [(town, town) for town in self._towns])
        self.town.count(facets.get("town", {}))
        overdue = facets.get("overdue", {}).get("true", 0)
        self.visit.count({**facets.get("unvisited", {}), "overdue": overdue})
        unsent = facets.get("unsent", {})
        self.state.count(
            {
                **facets.get("held", {}),
                "unsent": unsent.get("true", 0),
                "sent": unsent.get("false", 0),
                "mine": facets.get("mine", {}).get("true", 0),
            }
        )
        self.place.count(facets.get("placed", {}))

    def chosen(self) -> dict[str, str]:
        """What lets less than everything through, and the order; to be remembered."""
        values = {name: chip.value for name, chip in self.chips.items() if chip.value is not None}
        return {**values, "order": self.order.value or ORDERS[0]}

    def choose(self, chosen: Mapping[str, str]) -> None:
        """Choose what was remembered; values there are no more let everything through."""
        town = chosen.get("town")
        self._towns = [town] if town else []
        for name, chip in self.chips.items():
            chip.set_value(chosen.get(name))
        order = chosen.get("order", "")
        self.order.set_value(order if order in ORDERS else ORDERS[0])
        self.retranslate()

    def reset(self) -> None:
        """Let everything through."""
        for chip in self.chips.values():
            chip.set_value(None)
        self._offer_own_kinds()
        self._show()

    @property
    def narrow(self) -> bool:
        """Whether any filter is set."""
        return any(chip.value is not None for chip in self.chips.values())

    def open(self) -> None:
        """Show every filter."""
        self.is_open = True
        self._show()

    def _open_or_shut(self) -> None:
        self.is_open = not self.is_open
        self._show()

    def _clear(self) -> None:
        self.reset()
        self.changed.emit()

    def _chosen(self) -> None:
        self._offer_own_kinds()
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        active = sum(chip.value is not None for chip in self.chips.values())
        for chip in self.chips.values():
            chip.setVisible(chip.allowed and (self.is_open or chip.value is not None))
        self.clear.setVisible(active > 0)
        words = _("Filters")
        if active:
            words = ngettext("{n} filter", "{n} filters", active).format(n=active)
        self.more.setText(f"{words}  {'▴' if self.is_open else '▾'}")
        self.more.setToolTip(_("Fewer filters") if self.is_open else _("All filters"))
        self.updateGeometry()

    def _offer_own_kinds(self) -> None:
        kind = self.kind.value or "geohazard"
        field = site_kind(kind).by_name.get("kind_code")
        self.own_kind.allowed = field is not None and field.codes is not None
        if field is not None and field.codes:
            self.own_kind.offer(field.label, _options(field.codes))
        self.grade.allowed = "danger_grade" in site_kind(kind).by_name
        if not self.grade.allowed:
            self.grade.set_value(None)


def _options(name: str) -> list[tuple[str, str]]:
    return [(code.value, code.label) for code in code_list(name).codes]


def _visits() -> list[tuple[str, str]]:
    """Overdue, never, longer ago than so many days."""
    days = [
        (str(n), ngettext("over {n} day ago", "over {n} days ago", n).format(n=n))
        for n in UNVISITED
        if n != NEVER
    ]
    return [("overdue", _overdue()), (str(NEVER), _("Never inspected")), *days]


def _overdue() -> str:
    """That it is overdue, and by which rule; one that nobody of the city has confirmed says so."""
    duty = patrol.duty("geohazard", utc_now().astimezone(BEIJING).date())
    if duty is None:
        return _("Overdue")
    return _("Overdue ({duty})").format(duty=duty_words(duty))


def _states() -> list[tuple[str, str]]:
    return [
        ("unsent", _("Unsent")),
        ("sent", _("Nothing unsent")),
        ("conflict", _("In conflict")),
        ("proposed", _("At the office")),
        ("mine", _("Changed by me")),
    ]


def _places() -> list[tuple[str, str]]:
    return [
        ("placed", _("With position")),
        ("unplaced", _("Without position")),
        ("legacy", _("Coordinates to be converted")),
    ]


def _orders() -> list[tuple[str, str]]:
    names = {
        "name": _("By name"),
        "distance": _("Nearest first"),
        "grade": _("Worst first"),
        "visited": _("Longest unvisited first"),
        "code": _("By number"),
        "updated": _("Last changed first"),
    }
    return [(order, names[order]) for order in ORDERS]
