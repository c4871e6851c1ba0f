"""Which editor a question gets, by its type, control and appearance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from jdz_field.core.clock import Now, utc_now
from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.dates import WhenEditor
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.media import MediaEditor
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.form.place import PlaceEditor, Source
from jdz_field.ui.form.search import SearchEditor
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.form.simple import NoteEditor, RangeEditor, TriggerEditor
from jdz_field.ui.form.text import LineEditor, MultilineEditor
from jdz_field.xforms.view import Choice, Node

#: More choices than this are searched, not laid out.
MANY = 12
_SEARCHED = ("minimal", "autocomplete", "search", "rank")
_COLUMNS = re.compile(r"columns-(\d+)")


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes editors for one form.

    Attributes:
        shelf: where files of this record go and come from.
        sources: where positions can be taken from.
        site: longitude and latitude of the site, when there is one.
    """

    shelf: Shelf
    sources: Sequence[Source] = ()
    site: tuple[float, float] | None = None
    now: Now = utc_now

    def make(self, node: Node, choices: Sequence[Choice], *, note: bool) -> Editor:
        """The editor of a question; ``note``: it can never be answered."""
        if note:
            return NoteEditor()
        if node.control in ("select1", "select", "rank"):
            return self._select(node, choices)
        if node.control == "upload":
            return MediaEditor(self.shelf, node.ref, node.mediatype)
        if node.control == "trigger":
            return TriggerEditor()
        if node.control == "range":
            return _range(node) or NumberEditor(whole=node.type == "int")
        return self._typed(node)

    def _select(self, node: Node, choices: Sequence[Choice]) -> Editor:
        several = node.control != "select1"
        words = node.appearance.split()
        if len(choices) > MANY or node.control == "rank" or any(w in _SEARCHED for w in words):
            return SearchEditor(several=several)
        found = _COLUMNS.search(node.appearance)
        columns = int(found[1]) if found else 1 if "list" in words else 0
        if "likert" in words:
            columns = len(choices)
        return ToggleEditor(several=several, columns=columns)

    def _typed(self, node: Node) -> Editor:
        if node.type in ("int", "decimal"):
            return NumberEditor(whole=node.type == "int")
        if node.type in ("date", "time", "dateTime"):
            return WhenEditor(
                with_date=node.type != "time", with_time=node.type != "date", now=self.now
            )
        if node.type == "geopoint":
            return PlaceEditor(list(self.sources), self.site)
        if "multiline" in node.appearance or "rows" in node.parameters:
            return MultilineEditor()
        if "numbers" in node.appearance:
            return NumberEditor(whole=False)
        return LineEditor()


def _range(node: Node) -> Editor | None:
    """A slider, when the form names both ends and a step."""
    try:
        start, end, step = (Decimal(node.parameters[key]) for key in ("start", "end", "step"))
    except (KeyError, InvalidOperation):
        return None
    if step == 0 or start == end:
        return None
    return RangeEditor(start, end, abs(step))
