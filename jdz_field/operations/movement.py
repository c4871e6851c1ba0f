"""The table of changes (变动表): opening + new − closed ± changed = closing, by town and kind.

Pure: from what happened to each site to the figures and the names behind each. The closing figures
come from the sites as they stand at the end, not from the sum; where the two differ, it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jdz_field.operations.report_state import registered
from jdz_field.store.past import Course, Event

NEW, REACTIVATED, MOVED_IN = "new", "reactivated", "moved_in"
CLOSED, REMOVED, MOVED_OUT = "closed", "removed", "moved_out"
#: What makes a figure larger, and what makes it smaller.
PLUS, MINUS = (NEW, REACTIVATED, MOVED_IN), (CLOSED, REMOVED, MOVED_OUT)
WAYS = (*PLUS, *MINUS)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A line of the table: county code, township, code of the kind; empty where not known."""

    county: str
    town: str
    kind: str


@dataclass(frozen=True, slots=True)
class Known:
    """A site as the table names it, and its fields as they are at the end."""

    id: str
    code: str
    name: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """One step of one site: the line that it counts in, how, which event made it.

    ``other``: the line that it came from or went to, when it went from one to another.
    """

    site: str
    way: str
    cell: Cell
    event: Event
    other: Cell | None = None


@dataclass
class Line:
    """The figures of one line, as the ids behind each."""

    opening: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    moves: dict[str, list[Move]] = field(default_factory=lambda: {way: [] for way in WAYS})

    @property
    def sum(self) -> int:
        """Opening and what happened since."""
        more = sum(len(self.moves[way]) for way in PLUS)
        return len(self.opening) + more - sum(len(self.moves[way]) for way in MINUS)

    @property
    def adds_up(self) -> bool:
        """Whether the sum is the closing figure."""
        return self.sum == len(self.closing)


@dataclass(frozen=True, slots=True)
class Movement:
    """The table: its lines in order, every site that it names, and all moves in the order of time.

    ``odd``: ids of sites whose steps do not lead to where they stand at the end.
    """

    lines: Mapping[Cell, Line]
    sites: Mapping[str, Known]
    moves: Sequence[Move]
    odd: frozenset[str]

    @property
    def adds_up(self) -> bool:
        """Whether every line does."""
        return not self.odd and all(line.adds_up for line in self.lines.values())

    def total(self, cells: Iterable[Cell]) -> Line:
        """Several lines as one; what only went between them is in it both ways."""
        whole = Line()
        for cell in cells:
            one = self.lines[cell]
            whole.opening += one.opening
            whole.closing += one.closing
            for way in WAYS:
                whole.moves[way] += one.moves[way]
        return whole


@dataclass(frozen=True, slots=True)
class Story:
    """One site: as it stood at the beginning and at the end, and what happened between.

    ``opening`` and ``closing``: fields by name, ``deleted`` among them; ``None``: not there yet.
    """

    id: str
    opening: Mapping[str, Any] | None
    closing: Mapping[str, Any] | None
    course: Course | None = None


def movement(
    stories: Iterable[Story], begin: str, end: str, inside: Callable[[Cell], bool]
) -> Movement:
    """The table of a period: after ``begin`` until ``end`` (``core.clock`` text).

    ``inside``: whether a line is asked for; the others are left out with their moves.
    """
    lines: dict[Cell, Line] = {}
    sites: dict[str, Known] = {}
    odd: set[str] = set()
    moves: list[Move] = []
    for story in stories:
        first, last = cell_of(story.opening), cell_of(story.closing)
        steps = list(_steps(story, begin, end)) if story.course else []
        if first is None and last is None and not steps:
            continue
        _name(sites, story)
        if first is not None:
            lines.setdefault(first, Line()).opening.append(story.id)
        if last is not None:
            lines.setdefault(last, Line()).closing.append(story.id)
        for move in steps:
            lines.setdefault(move.cell, Line()).moves[move.way].append(move)
        moves += steps
        if _led(first, steps) != last:
            odd.add(story.id)
    ordered = {cell: lines[cell] for cell in sorted(lines) if inside(cell)}
    moves = [move for move in moves if inside(move.cell)]
    moves.sort(key=lambda one: (one.event.at, one.event.hlc, one.site, one.way in PLUS))
    return Movement(ordered, sites, moves, frozenset(odd))


def cell_of(fields: Mapping[str, Any] | None) -> Cell | None:
    """The line that a site counts in; ``None`` when it is not in the register."""
    if fields is None or not registered(fields, deleted=bool(fields.get("deleted"))):
        return None
    names = ("county_code", "town", "kind_code")
    return Cell(*(str(fields.get(name) or "") for name in names))


def _name(sites: dict[str, Known], story: Story) -> None:
    fields = story.closing or story.opening or {}
    code, name = (str(fields.get(one) or "") for one in ("code", "name"))
    sites[story.id] = Known(story.id, code, name, fields)


def _steps(story: Story, begin: str, end: str) -> Iterator[Move]:
    """Every way in and out of a line, in the order of time."""
    state = dict(story.opening or {})
    before, seen = cell_of(story.opening), dict(story.opening or {})
    for event in story.course.events if story.course else ():
        if not begin < event.at <= end:
            continue
        state.update(event.fields)
        after = cell_of(state)
        if after != before:
            yield from _crossed(story.id, before, after, (seen, state), event)
        before, seen = after, dict(state)


def _crossed(
    site: str,
    before: Cell | None,
    after: Cell | None,
    states: tuple[Mapping[str, Any], Mapping[str, Any]],
    event: Event,
) -> Iterator[Move]:
    was, now = states
    if before is not None and after is not None:
        yield Move(site, MOVED_OUT, before, event, after)
        yield Move(site, MOVED_IN, after, event, before)
    elif after is not None:
        back = was.get("status") == "closed" or was.get("deleted") or was.get("merged_into")
        yield Move(site, REACTIVATED if back else NEW, after, event)
    elif before is not None:
        closed = now.get("status") == "closed" and not now.get("deleted")
        yield Move(site, CLOSED if closed else REMOVED, before, event)


def _led(first: Cell | None, steps: Sequence[Move]) -> Cell | None:
    """Where the steps lead."""
    here = first
    for move in steps:
        here = move.cell if move.way in PLUS else None
    return here
