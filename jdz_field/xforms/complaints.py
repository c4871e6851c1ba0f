"""What is wrong with a form, and what pyxform says of a workbook it refuses in words of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from jdz_field.core.i18n import _
from jdz_field.xforms.complaint_words import COLUMNS, UNCODED, words
from jdz_field.xforms.workbook import Book

_ROW = re.compile(r"\[row\s*:\s*(?:(\d+)|unknown|None)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings|entities|osm|external_choices)' sheet")
_VALUE = re.compile(r"the '([^']+)' value|'([^']+)' column")
_PLACE = re.compile(r"\\\{(\w+)\\\}")

#: pyxform's own names of columns, and those of the XLSForm reference.
_ALIASES = {"dataset": "list_name"}

Context = dict[str, str]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with a form.

    Attributes:
        row: counts from 1, 0 when unknown.
        severity: an ``error`` makes the form useless or wrong, a ``warning`` wants a look.
        question: the name of the question it is about, when it is about one.
        path: the element of an XForm (``/data/tree/height``), which has no rows.
    """

    sheet: str
    row: int
    column: str
    message: str
    severity: Severity = "error"
    question: str = ""
    path: str = ""

    def to_json(self) -> dict[str, Any]:
        """As ``forms check`` prints it; what is unknown is null, a path only with an XForm."""
        found = {
            "sheet": self.sheet or None,
            "row": self.row or None,
            "column": self.column or None,
            "message": self.message,
            "severity": self.severity,
            "question": self.question or None,
        }
        return found | {"path": self.path} if self.path else found

    def sentence(self) -> str:
        """For a person: where, then what."""
        where = [
            self.path,
            _("sheet {name}").format(name=self.sheet) if self.sheet else "",
            _("row {n}").format(n=self.row) if self.row else "",
            _("column {name}").format(name=self.column) if self.column else "",
        ]
        place = " ".join(part for part in where if part)
        return f"{place}: {self.message}" if place else self.message

    @property
    def place(self) -> tuple[str, int, str]:
        """What two complaints about one cell have in common; languages do not matter."""
        return self.sheet, self.row, self.column.partition("::")[0] or self.path


def explain(error: Any, book: Book | None) -> Issue:
    """The issue behind a ``PyXFormError``; what we have no words for keeps pyxform's own."""
    text = " ".join(str(error).split("\n")[0].split())
    found = _ROW.search(text)
    plain = _ROW.sub("", text)
    code, context = _recognized(plain)
    context |= {name: str(value) for name, value in (error.context or {}).items() if value}
    sheet, column = _SHEET.search(plain), _VALUE.search(plain)
    row = int(found[1]) if found and found[1] else int(context.get("row", "0") or 0)
    issue = Issue(
        context.get("sheet") or context.get("sheet_name") or (sheet[1] if sheet else ""),
        row,
        _column(code, context) or _first(column),
        words().get(code, "").format_map(_Blank(context)) or plain,
    )
    if book is None:
        return issue
    if not issue.sheet and issue.row:
        issue = replace(issue, sheet="survey")
    issue = issue if issue.row else _located(issue, code, context, book)
    return _as_written(_named(issue, book), book)


def _column(code: str, context: Context) -> str:
    said = context.get("column", "").partition(" ")[0]
    found = _ALIASES.get(said, said) or COLUMNS.get(code, "")
    if code == "TWICE_COLUMN":
        return context["name"]
    if found or not ("sheet_name" in context or "columns" in context):
        return found
    # Complaints about the first row.
    named = context.get("header") or context.get("missing") or context.get("columns") or ""
    return named.partition(",")[0].strip("'")


def _first(found: re.Match[str] | None) -> str:
    return (found[1] or found[2] or "") if found else ""


@cache
def _templates() -> list[tuple[str, re.Pattern[str]]]:
    """Every coded message as a pattern, and the uncoded ones."""
    from pyxform.errors import ErrorCode  # noqa: PLC0415 (slow to import)

    coded = [(code.name, _pattern(code.value.msg)) for code in ErrorCode]
    return coded + [(name, re.compile(text)) for name, text in UNCODED]


def _pattern(template: str) -> re.Pattern[str]:
    plain = _ROW.sub("", template.replace("[row : {row}]", "").replace("[row : 1]", ""))
    plain = " ".join(plain.replace("{{", "\0").replace("}}", "\1").split())
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.*?)"

    pattern = _PLACE.sub(group, re.escape(plain))
    return re.compile(pattern.replace("\0", r"\{").replace("\1", r"\}") + "$")


def _recognized(text: str) -> tuple[str, Context]:
    for code, pattern in _templates():
        found = pattern.match(text)
        if found is not None:
            return code, {name: value or "" for name, value in found.groupdict().items()}
    return "", {}


def _located(issue: Issue, code: str, context: Context, book: Book) -> Issue:
    """Find the row by what the complaint is about."""
    places = book.places
    if code == "MEDIA_TYPE":
        return replace(issue, sheet="survey", row=1, column=f"media::{context['kind']}")
    if code.startswith("HEADER_0") and issue.sheet:
        return replace(issue, row=1)
    if code == "SPACE":
        row = places.row_of_choice(context["list"], context["choice"])
        return replace(issue, sheet="choices", row=row)
    if code in _SHEETS:
        return replace(issue, sheet=_SHEETS[code], row=1 if issue.column else 0)
    kind = context.get("type") or _TYPES.get(code, "")
    row = 0
    if code == "NO_TYPE_KNOWN" or code in _TYPES:
        row = places.row_of_type(kind)
    elif code in _PARAMETERS:
        row = _row_of_parameter(book, context.get("parameter", ""))
    if not row:
        name = next((context[key] for key in ("name", "value", "q") if context.get(key)), "")
        row = places.row_of_name(name) if name else 0
    return replace(issue, sheet="survey", row=row) if row else issue


#: Complaints about a sheet as a whole or its column names.
_SHEETS = {
    "NO_CHOICES": "choices",
    "NO_EXTERNAL": "external_choices",
    "NO_SURVEY": "survey",
    "HEADER_005": "entities",
    "EMPTY_ID": "settings",
    "ENCRYPTED_ID": "settings",
}
_TYPES = {
    "INCLUDE": "include",
    "AUDIT_VALUE": "audit",
    "AUDIT_REASONS": "audit",
    "AUDIT_PRIORITY": "audit",
    "AUDIT_WHOLE": "audit",
    "AUDIT_MINIMUM": "audit",
    "AUDIT_AGE": "audit",
    "AUDIT_LOCATION": "audit",
}
_PARAMETERS = frozenset(("TRUE_OR_FALSE", "SEED_VALUE", "SEED_ALONE", "WHOLE_NUMBER", "QUALITY"))


def _row_of_parameter(book: Book, parameter: str) -> int:
    for row in book.sheet("survey").rows:
        if parameter and parameter in row["parameters"]:
            return row.number
    return 0


def _named(issue: Issue, book: Book) -> Issue:
    if issue.sheet != "survey" or not issue.row or issue.question:
        return issue
    found = (row["name"] for row in book.sheet("survey").rows if row.number == issue.row)
    return replace(issue, question=next(found, ""))


def _as_written(issue: Issue, book: Book) -> Issue:
    return replace(issue, column=book.sheet(issue.sheet).written(issue.column))


class _Blank(dict[str, str]):
    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__({name: text.strip("'") for name, text in known.items()})

    def __missing__(self, key: str) -> str:
        return "?"
