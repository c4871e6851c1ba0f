"""What pyxform says of a workbook it refuses → sheet, row, column and a sentence of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from jdz_field.core.i18n import _
from jdz_field.xforms.workbook import places

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings|entities|osm|external_choices)' sheet")
_COLUMN = re.compile(r"the '([^']+)' value|'([^']+)' column")
_PLACE = re.compile(r"\\\{(\w+)\\\}")

Context = dict[str, str]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with a form; ``row`` counts from 1, 0 when unknown."""

    sheet: str
    row: int
    column: str
    message: str

    def to_json(self) -> dict[str, Any]:
        """As ``forms check`` prints it; what is unknown is null."""
        return {
            "sheet": self.sheet or None,
            "row": self.row or None,
            "column": self.column or None,
            "message": self.message,
        }

    def sentence(self) -> str:
        """For a person: where, then what."""
        where = [
            _("sheet {name}").format(name=self.sheet) if self.sheet else "",
            _("row {n}").format(n=self.row) if self.row else "",
            _("column {name}").format(name=self.column) if self.column else "",
        ]
        place = " ".join(part for part in where if part)
        return f"{place}: {self.message}" if place else self.message


def explain(error: Any, path: Path) -> Issue:
    """The issue behind a ``PyXFormError``; what we have no words for keeps pyxform's own."""
    text = " ".join(str(error).split("\n")[0].split())
    found = _ROW.search(text)
    plain = _ROW.sub("", text)
    code, context = _recognized(plain)
    context |= {name: str(value) for name, value in (error.context or {}).items() if value}
    sheet, column = _SHEET.search(plain), _COLUMN.search(plain)
    row = int(found[1]) if found else int(context.get("row", "0") or 0)
    issue = Issue(
        context.get("sheet") or context.get("sheet_name") or (sheet[1] if sheet else ""),
        row,
        context.get("column") or (column and (column[1] or column[2])) or "",
        _in_our_words(code, context) or plain,
    )
    issue = replace(issue, column=issue.column or _COLUMNS.get(code, ""))
    if not issue.sheet and issue.row:
        issue = replace(issue, sheet="survey")
    return issue if issue.row else _located(issue, code, context, path)


@cache
def _templates() -> list[tuple[str, re.Pattern[str]]]:
    """Every coded message as a pattern, and the uncoded ones that people meet."""
    from pyxform.errors import ErrorCode  # noqa: PLC0415 (slow to import)

    coded = [(code.name, _pattern(code.value.msg)) for code in ErrorCode]
    return coded + [(name, re.compile(text)) for name, text in _UNCODED.items()]


def _pattern(template: str) -> re.Pattern[str]:
    plain = _ROW.sub("", template.replace("[row : {row}]", ""))
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


_UNCODED = {
    "NO_CHOICES": r"There should be a choices sheet",
    "NO_LIST": r"List name not in choices sheet: (?P<list>\S+)",
    "NO_TYPE_KNOWN": r"Unknown question type '(?P<type>.*)'",
    "NO_NAME": r"Question or group with no name",
    "NO_TYPE": r"Question with no type",
    "NO_LABEL": r"The survey element named '(?P<name>.*)' has no label or hint",
    "SPACE": r"Choice names with spaces .* See \[(?P<choice>.*)\] in \[(?P<list>.*)\]",
    "NO_CALCULATION": r"Missing calculation",
}
_COLUMNS = {
    "NO_LIST": "type",
    "NO_TYPE_KNOWN": "type",
    "NO_TYPE": "type",
    "NO_NAME": "name",
    "NO_LABEL": "label",
    "NO_CALCULATION": "calculation",
    "SPACE": "name",
    "SURVEY_001": "type",
    "SURVEY_002": "type",
}


def _located(issue: Issue, code: str, context: Context, path: Path) -> Issue:
    """Find the row by what the complaint is about."""
    rows = places(path)
    if code == "SPACE":
        row = rows.row_of_choice(context["list"], context["choice"])
        return replace(issue, sheet="choices", row=row)
    if code == "NO_CHOICES":
        return replace(issue, sheet="choices")
    if code == "NO_TYPE_KNOWN":
        row = rows.row_of_type(context["type"])
    else:
        name = context.get("name") or context.get("value") or context.get("q") or ""
        row = rows.row_of_name(name) if name else 0
    return replace(issue, sheet="survey", row=row) if row else issue


def _in_our_words(code: str, context: Context) -> str:
    table: dict[str, Callable[[], str]] = {**_references(), **_names(), **_others()}
    known = table.get(code)
    return known().format_map(_Blank(context)) if known is not None else ""


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def _references() -> dict[str, Callable[[], str]]:
    return {
        "PYREF_001": lambda: _("A reference must look like ${{name}}."),
        "PYREF_003": lambda: _("There is no question {q}; check the name inside ${{…}}."),
        "PYREF_004": lambda: _("{q} is the name of several questions; make names unique."),
        "SURVEY_001": lambda: _("end_{type} has no begin_{type} before it."),
        "SURVEY_002": lambda: _("begin_{type} {name} is never ended; add end_{type}."),
        "HEADER_003": lambda: _("The sheet {sheet_name} lacks the column {missing}."),
        "NO_CHOICES": lambda: _("A choices sheet with list_name, name and label is missing."),
        "NO_LIST": lambda: _("The choices sheet has no list {list}."),
    }


def _names() -> dict[str, Callable[[], str]]:
    bad = _("A name must begin with a letter and hold only letters, digits, - _ and .")
    return {
        "NAMES_001": lambda: _("The name {value} is used twice here; make names unique."),
        "NAMES_004": lambda: _("The repeat {value} has the name of another; make names unique."),
        "NAMES_006": lambda: _("A choice has no name."),
        "NAMES_007": lambda: _("A choice has the name of another in its list; make names unique."),
        "NAMES_008": lambda: bad,
        "NAMES_009": lambda: bad,
        "NO_NAME": lambda: _("A question has no name."),
        "SPACE": lambda: _("The choice {choice} of {list} must not have a space in its name."),
    }


def _others() -> dict[str, Callable[[], str]]:
    return {
        "LABEL_001": lambda: _("A choice has no label."),
        "NO_LABEL": lambda: _("{name} has no label."),
        "NO_TYPE": lambda: _("A question has no type."),
        "NO_TYPE_KNOWN": lambda: _("{type} is no type of question."),
        "NO_CALCULATION": lambda: _("The calculation is missing."),
        "ENTITY_001": lambda: _("save_to needs an entities sheet."),
        "ENTITY_004": lambda: _("There is no entity list {dataset} on the entities sheet."),
        "ENTITY_005": lambda: _("The entity list {dataset} needs a label."),
        "ENTITY_007": lambda: _("The entity list {dataset} needs an entity_id to be updated."),
    }
