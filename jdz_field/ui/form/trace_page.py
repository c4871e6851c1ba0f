"""Above the form: the tool for a question that asks for a line or an area."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.ui.form.averaging import limits_of
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.form.trace_board import DRAW, LIST, WALK, TraceBoard
from jdz_field.xforms.view import Node

__all__ = ["DRAW", "LIST", "WALK", "TracePage"]


class TracePage(TraceBoard):
    """The tool for a geotrace or geoshape. What is drawn is answered at once: nothing to save."""

    def __init__(
        self,
        desk: PlaceDesk,
        node: Node,
        trace: Trace,
        mode: str = DRAW,
        parent: QWidget | None = None,
    ) -> None:
        self._node, self._form = node, desk
        self._incremental = node.parameters.get("incremental", "") == "true"
        others, gate = desk.others(node.ref), desk.limits(node).gate
        limits = limits_of(node.parameters)._replace(gate=gate)
        super().__init__(desk, trace, mode, parent, others=others, limits=limits)

    def title(self) -> str:
        """The question."""
        return plain(self._node.label) or self._node.name

    def _complaint(self) -> str:
        if not self._incremental or self._answer_soon.isActive():
            return ""
        node = self._form.node(self._node.ref)
        return (node.error or "") if node is not None and self._trace.vertices else ""
