"""Where in what a person wrote a part of the form stands: rows of a workbook, or elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice

from jdz_field.core.i18n import _
from jdz_field.xforms.complaints import Issue, Severity
from jdz_field.xforms.workbook import Book

#: Nodes that pyxform adds; the number is the row they come from.
_MADE = re.compile(
    r"(?:generated_note_name_|generated_table_list_label_|reserved_name_for_field_list_labels_)(\d+)"
)
#: No space follows a full-width stop.
_GAP = re.compile(r"(?<=[。？：；）]) +")
#: Words are compared with no more than so many, whose length differs by no more than that.
_MOST, _NEAR = 500, 4
_ENTITY = {
    "@create": "create_if",
    "@update": "update_if",
    "@id": "entity_id",
    "@baseVersion": "entity_id",
    "label": "label",
}


class Places:
    """Makes issues out of paths of the record; without a workbook they name the element."""

    def __init__(self, book: Book | None) -> None:
        self.book = book
        rows = () if book is None else book.sheet("survey").rows
        self.rows = {row.number: row for row in rows}

    def issue(
        self, ref: str, column: str, message: str, severity: Severity = "error", dataset: str = ""
    ) -> Issue:
        """An issue of the node ``ref``; ``dataset``: of the entity whose node it is."""
        if self.book is None:
            return Issue("", 0, column, message, severity, _question(ref), ref)
        sheet, row, name = self._cell(ref, column, dataset)
        column = self.book.sheet(sheet).written(name) if row else name
        question = self.rows[row]["name"] if sheet == "survey" and row in self.rows else ""
        return Issue(sheet if row else "", row, column, message, severity, question)

    def choice(
        self, list_name: str, number: int, column: str, message: str, severity: Severity
    ) -> Issue:
        """An issue of the choice with that place (from 0) in a list."""
        if self.book is None:
            path = f"instance('{list_name}')/root/item[{number + 1}]"
            return Issue("", 0, column, message, severity, path=path)
        rows = self.book.places.lists.get(list_name, [])
        row = rows[number] if number < len(rows) else 0
        column = self.book.sheet("choices").written(column)
        return Issue("choices" if row else "", row, column, message, severity)

    def list(self, list_name: str, column: str, message: str, severity: Severity) -> Issue:
        """An issue of a list as a whole."""
        if self.book is None:
            return Issue("", 0, column, message, severity, path=f"instance('{list_name}')")
        rows = self.book.places.lists.get(list_name, [])
        column = self.book.sheet("choices").written(column)
        return Issue("choices", rows[0] if rows else 0, column, message, severity)

    def setting(self, column: str, message: str, severity: Severity) -> Issue:
        """An issue of the form as a whole."""
        if self.book is None:
            return Issue("", 0, column, message, severity)
        rows = self.book.sheet("settings").rows
        return Issue("settings", rows[0].number if rows else 0, column, message, severity)

    def _cell(self, ref: str, column: str, dataset: str) -> tuple[str, int, str]:
        assert self.book is not None
        name = ref.rpartition("/")[2]
        if ref.endswith("/meta/instanceName"):
            return "settings", 2, "instance_name"
        if "/meta/entity" in ref:
            return "entities", self._entity_row(dataset), _ENTITY.get(name, "list_name")
        places = self.book.places
        made = _MADE.fullmatch(name)
        if made is not None:
            return "survey", int(made[1]), column
        row = places.row_of_path(ref)
        if not row and name.endswith("_count"):
            row, column = places.row_of_path(ref.removesuffix("_count")), "repeat_count"
        elif not row and name.endswith("_other"):
            row = places.row_of_path(ref.removesuffix("_other"))
        return "survey", row, column

    def _entity_row(self, dataset: str) -> int:
        assert self.book is not None
        rows = self.book.sheet("entities").rows
        named = [row.number for row in rows if row["list_name"] == dataset]
        return (named or [row.number for row in rows] or [0])[0]


def _question(ref: str) -> str:
    name = ref.rpartition("/")[2]
    return "" if name.startswith(("@", "#")) else name


def nearest(word: str, known: Iterable[str], cutoff: float = 0.7) -> str:
    """What a misspelt word may have been meant to be, ``""`` when nothing is near."""
    near = (one for one in known if abs(len(one) - len(word)) <= _NEAR)
    lowered = {one.lower(): one for one in islice(near, _MOST)}
    found = get_close_matches(word.lower(), lowered, 1, cutoff)
    return lowered[found[0]] if found else ""


def meant(word: str, known: Iterable[str]) -> str:
    """``" Did you mean …?"`` or nothing."""
    found = nearest(word, known)
    return " " + _("Did you mean {name}?").format(name=found) if found else ""


def listed(words: Iterable[str], most: int = 6) -> str:
    """A few words, and how many more there are."""
    all_words = list(words)
    shown = ", ".join(all_words[:most])
    if len(all_words) <= most:
        return shown
    return _("{words} and {n} more").format(words=shown, n=len(all_words) - most)


def ordered(issues: Iterable[Issue]) -> list[Issue]:
    """Without repetitions, in the order of the sheets, errors first within a cell."""
    sheets = {"survey": 0, "choices": 1, "external_choices": 2, "entities": 3, "settings": 4}
    tidy = (replace(one, message=_GAP.sub("", one.message)) for one in issues)
    unique = list(dict.fromkeys(tidy))
    return sorted(
        unique, key=lambda one: (sheets.get(one.sheet, 5), one.row, one.severity == "warning")
    )


def without_known(issues: Iterable[Issue], known: Iterable[Issue]) -> Iterator[Issue]:
    """Those whose cell has no complaint yet."""
    taken = {one.place for one in known if one.row or one.path}
    return (one for one in issues if one.place not in taken)


def as_warnings(issues: Iterable[Issue]) -> Iterator[Issue]:
    """The same as warnings."""
    return (replace(one, severity="warning") for one in issues)
