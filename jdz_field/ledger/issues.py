"""What can be wrong with a row, and which faults keep it out.

``refused``: importing the row would put a site where none is, put it nowhere, or give two sites
one number; the row stands in the report with its number and reason, and is taken as soon as the
ledger is mended and imported again. ``warning``: the row is imported; what could not be read is
left empty and its text kept in the remarks, so that the office or a visit can settle it.

- ``no_position`` refused: a point that nobody can walk to or draw. (``legacy_datum`` is a warning
  although it has no place yet: its numbers are kept and become one when parameters are known.)
- ``outside_city`` refused: over 2 km beyond the outlines, so a slip of the pen or another city's.
- ``duplicate_code`` refused: the first row with a number keeps it, later ones never overwrite it.
- ``bad_geometry`` refused: an area or line where the kind of site is a point.
- ``axes_swapped``, ``county_mismatch``, ``bad_value``, ``unknown_kind``, ``legacy_datum``,
  ``positions_differ``: warnings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

REFUSING = frozenset({"no_position", "outside_city", "duplicate_code", "bad_geometry"})

OK, WARNING, REFUSED = "ok", "warning", "refused"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault of a row: a code for programs, a sentence for the person."""

    code: str
    message: str

    def to_json(self) -> dict[str, str]:
        """As the command line prints it."""
        return {"code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Rows with the same fields and an id each, with nothing to say of them: a line for each."""

    numbers: Sequence[int]
    ids: Sequence[str]
    names: tuple[str, ...]
    lines: Sequence[tuple[Any, ...]]

    def __iter__(self) -> Iterator[CheckedRow]:
        """The rows one by one."""
        for number, id_, line in zip(self.numbers, self.ids, self.lines, strict=True):
            yield CheckedRow(number, dict(zip(self.names, line, strict=True)), id=id_)


@dataclass(slots=True)
class CheckedRow:
    """One row that was read: its number in the file, what it became, and what is wrong with it.

    ``fields`` are the catalogue's, without empty ones, ``geometry`` as WKT; ``notes`` say what
    was read as something else (``约30人 → 30``); ``id`` is set when the file carries our own.
    """

    row: int
    fields: dict[str, Any]
    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    id: str | None = None

    @property
    def code(self) -> str | None:
        """The site's number, if the row has one."""
        return self.fields.get("code")

    @property
    def status(self) -> str:
        """``ok``, ``warning`` or ``refused``."""
        if not self.issues:
            return OK
        return REFUSED if any(i.code in REFUSING for i in self.issues) else WARNING

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "row": self.row,
            "status": self.status,
            "code": self.code,
            "issues": [issue.to_json() for issue in self.issues],
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row below the header that is no site: a sum, a remark, a repeated header."""

    row: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A text of a code field that no synonym knows: asked for once, however often it stands.

    ``proposal``: a code whose name is one character away, to be confirmed; else empty.
    """

    field: str
    text: str
    count: int
    proposal: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "field": self.field,
            "text": self.text,
            "count": self.count,
            "proposal": self.proposal,
        }
