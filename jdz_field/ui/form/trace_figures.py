"""What a line or an area measures, in words, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.geo.measures import HECTARE, MU
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.widgets import column, set_role, text


def shown_length(metres: float) -> str:
    """``412.3 m``, ``12,345 m``: lengths stay metres."""
    return f"{metres:,.1f} m" if metres < 10_000 else f"{metres:,.0f} m"


def shown_area(square_metres: float) -> str:
    """``12.35 mu · 0.823 ha · 8,233 m²``."""
    return " · ".join(
        (
            _("{n} mu").format(n=f"{square_metres / MU:,.2f}"),
            _("{n} ha").format(n=f"{square_metres / HECTARE:,.3f}"),
            f"{square_metres:,.0f} m²",
        )
    )


def shown_count(trace: Trace) -> str:
    """``17 points``."""
    count = len(trace.vertices)
    return ngettext("{n} point", "{n} points", count).format(n=f"{count:,}")


def summary(trace: Trace) -> str:
    """Measures in one line; empty for nothing."""
    if not trace.vertices:
        return ""
    words = [shown_count(trace), shown_length(trace.length())]
    if trace.closed and len(trace.vertices) > 2:
        words.insert(0, shown_area(trace.area()))
    return " · ".join(words)


def fault(trace: Trace, crossed: bool) -> str:
    """What is wrong with it, in a sentence; empty when nothing is."""
    if crossed and trace.closed:
        return _("The outline crosses itself where it is red; its area means nothing until then.")
    if crossed:
        return _("The line crosses itself where it is red.")
    return trace.missing()


class Figures(QWidget):
    """The measures, large, and the fault below them."""

    def __init__(self, trace: Trace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace = trace
        self.large = text("", "title", wrap=False)
        self.small = text("", "secondary")
        self.fault = text("", "error")
        self.fault.hide()
        self.setLayout(column(self.large, self.small, self.fault, gap=2))
        if trace.closed:
            self.large.setToolTip(
                _("On the ellipsoid. The form's own area() reckons on a sphere: 0.3 % more.")
            )

    def show_trace(self, *, crossed: bool, complaint: str = "") -> None:
        """Measure anew; ``complaint`` is what the form says against it."""
        trace = self._trace
        if trace.closed:
            known = len(trace.vertices) > 2 and not crossed
            parts = shown_area(trace.area()).split(" · ") if known else ["—"]
            self.large.setText(parts[0])
            around = _("perimeter {length}").format(length=shown_length(trace.length()))
            rest = [*parts[1:], around, shown_count(trace)]
        else:
            self.large.setText(shown_length(trace.length()))
            far = trace.length() >= 1000
            rest = [f"{trace.length() / 1000:,.3f} km"] if far else []
            rest.append(shown_count(trace))
        self.small.setText(" · ".join(rest))
        words = fault(trace, crossed) or complaint
        self.fault.setText(words)
        self.fault.setVisible(bool(words))
        set_role(self.fault, "error" if crossed or complaint else "attention")
