"""The columns of a repeat's table: which questions fit in one, how a cell is typed and shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jdz_field.core.clock import BEIJING
from jdz_field.core.i18n import _
from jdz_field.ui.form.dates import read_date, read_time
from jdz_field.ui.form.number import read_number
from jdz_field.ui.form.picking import exact
from jdz_field.xforms.form import Control, FormDefinition, Phrase
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Choice, Node

#: More questions than this make no table.
MOST_COLUMNS = 30
_NEVER = ("true()", "1")
_NOT_REQUIRED = ("", "false()", "0")
_TYPED = {
    "int": "number",
    "decimal": "number",
    "date": "date",
    "time": "time",
    "dateTime": "moment",
    "string": "text",
    "barcode": "text",
    "": "text",
}
_CONTROLS = {"select1": "one", "select": "several", "trigger": "tick", "range": "number"}
#: Appearances whose questions need more room than a cell.
_LARGE = frozenset(("multiline", "draw", "signature", "annotate", "image-map", "map"))
_POSITION = re.compile(r"\[\d+\]")
_CLOCK = re.compile(r"^(\d{2}:\d{2}).*$")
_HOURS = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_APART = re.compile(r"[\s,，、;；]+")
TICKED = "OK"
_TICKS = frozenset(("ok", "x", "y", "1", "✓", "√", "是", "yes", "true"))


@dataclass(frozen=True, slots=True)
class Column:
    """A question of a repeat.

    Attributes:
        path: below the entry: ``height``, ``crown/width``.
        kind: text, number, date, time, moment, one, several, tick, or words (a note that names
            answers of its entry).
        node: the question as a new entry has it.
        required: it must be answered, at least in some entries.
        fixed: it can never be answered: a calculation, a note.
    """

    path: str
    kind: str
    node: Node
    required: bool = False
    fixed: bool = False

    @property
    def picked(self) -> bool:
        """Whether it is answered from a list."""
        return self.kind in ("one", "several")


def columns_of(session: FormSession, ref: str) -> list[Column] | None:
    """The columns of a repeat's table; ``None`` when its questions are not simple enough."""
    control = _control(session.form, ref)
    if control is None or any(one.tag == "repeat" for one in control.walk() if one is not control):
        return None
    columns = []
    for asked, node in session.entry(ref):
        kind = _kind(session, asked, node)
        if kind is None:
            return None
        if kind:
            levels = asked.definition.chain[control.definition.depth :]
            path = "/".join(level.name for level in levels)
            needed = asked.definition.bind.required not in _NOT_REQUIRED
            columns.append(Column(path, kind, node, required=needed, fixed=_fixed(asked)))
    return columns if 0 < len(columns) <= MOST_COLUMNS else None


def notes_of(session: FormSession, ref: str) -> list[str]:
    """Notes that say the same in every entry: they stand above the table, not in it."""
    return [node.label for asked, node in session.entry(ref) if _kind(session, asked, node) == ""]


def _control(form: FormDefinition, ref: str) -> Control | None:
    definition = form.nodes.get(_POSITION.sub("", ref))
    return None if definition is None else form.by_definition.get(definition)


def _fixed(asked: Control) -> bool:
    return asked.definition.bind.readonly in _NEVER


def _kind(session: FormSession, asked: Control, node: Node) -> str | None:
    """How the column is typed; ``""`` for none, ``None`` when no cell can hold the question."""
    if _LARGE.intersection(node.appearance.split()):
        return None
    note = asked.tag == "input" and _fixed(asked) and not asked.definition.bind.calculate
    if note and node.type == "string":
        return "words" if _changes(session, asked) else ""
    if asked.tag == "input":
        return _TYPED.get(node.type)
    return _CONTROLS.get(asked.tag)


def _changes(session: FormSession, asked: Control) -> bool:
    """Whether a label names answers, so that every entry may say something else."""
    if asked.label is None:
        return False
    texts = session.form.itext.get(session.language, {}).get(asked.label.identifier, {})
    phrases: list[Phrase] = [asked.label, *texts.values()]
    return any(not isinstance(piece, str) for phrase in phrases for piece in phrase.pieces)


# ---- what stands in a cell, what is typed into one


def shown(column: Column, node: Node, choices: Sequence[Choice]) -> str:
    """The answer as a person reads it in a cell."""
    value = node.value
    if column.kind == "words":
        return node.label
    if column.picked:
        labels = {one.value: one.label for one in choices}
        chosen = value.split() if column.kind == "several" else [value]
        return _(", ").join(labels.get(one, one) for one in chosen)
    if column.kind == "number":
        return value.removesuffix(".0")
    if column.kind == "time":
        # Any day will do to bring a time of another zone here.
        here = _local(f"2000-01-01T{value}")
        return here.partition(" ")[2] if here else _CLOCK.sub(r"\1", value)
    return (_local(value) or value) if column.kind == "moment" else value


def _local(value: str) -> str:
    """Date and time of a moment in Beijing; empty when it is none or names no zone."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment.tzinfo else ""


def read(column: Column, typed: str, choices: Sequence[Choice], year: int) -> str:
    """What was typed or pasted, in XForms lexical form; what cannot be read stays as it is.

    ``year`` stands in dates that name none.
    """
    text = typed.strip()
    if column.kind == "number":
        return read_number(text, whole=column.node.type == "int")
    if column.kind == "date":
        return read_date(text, year)
    if column.kind == "time":
        return _zoned(read_time(text))
    if column.kind == "moment":
        return _read_moment(text, year)
    if column.kind == "tick":
        return TICKED if text.casefold() in _TICKS else ""
    return _picked(column, text, choices) if column.picked else typed


def _zoned(clock: str) -> str:
    return f"{clock}:00.000+08:00" if _HOURS.fullmatch(clock) else clock


def _read_moment(text: str, year: int) -> str:
    day, _gap, clock = text.replace("T", " ").partition(" ")
    return f"{read_date(day, year)}T{_zoned(read_time(clock))}" if clock else text


def _picked(column: Column, text: str, choices: Sequence[Choice]) -> str:
    whole = exact(text, choices)
    if whole is not None or column.kind == "one":
        return whole.value if whole is not None else text
    found = [(exact(part, choices), part) for part in _APART.split(text) if part]
    chosen = [one.value if one is not None else part for one, part in found]
    return " ".join(in_order(chosen, choices))


def in_order(chosen: Sequence[str], choices: Sequence[Choice]) -> list[str]:
    """Chosen values in the order of the list, as every ODK client writes them."""
    listed = [one.value for one in choices if one.value in chosen]
    return listed + [one for one in dict.fromkeys(chosen) if one not in listed]
