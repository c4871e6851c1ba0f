"""The rows of a workbook by themselves: types, names, lists, beginnings and ends.

pyxform stops at the first mistake; here all are told. They count as errors only when pyxform
refuses the workbook, so that nothing which it takes is refused by us.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from jdz_field.core.i18n import _
from jdz_field.xforms.check_place import meant
from jdz_field.xforms.complaint_words import words
from jdz_field.xforms.complaints import Issue
from jdz_field.xforms.workbook import Book, Row

_BEGIN = re.compile(r"(?i)begin[ _](?P<kind>group|repeat|loop)(?: over (?P<list>\S+))?\s*$")
_END = re.compile(r"(?i)end[ _](?P<kind>group|repeat|loop)\s*$")
_SELECT = re.compile(
    r"(?P<kind>select_one_from_file|select_multiple_from_file|select_one_external|select_one"
    r"|select_multiple|select one from file|select multiple from file|select one|select all that"
    r" apply from|select all that apply|select one from|select1|rank) (?P<list>\S+)"
    r"(?P<other>[ _]or[ _](?:specify[ _])?other)?$"
)
_NAME = re.compile(r"[^\W\d][\w.\-·]*(?::[^\W\d][\w.\-·]*)?")
_UNLABELLED = frozenset(
    (
        "calculate",
        "hidden",
        "start",
        "end",
        "today",
        "deviceid",
        "username",
        "email",
        "phonenumber",
        "simserial",
        "subscriberid",
        "audit",
        "csv-external",
        "xml-external",
        "start-geopoint",
        "background-audio",
        "background-geopoint",
    )
)
_FILES = (".csv", ".xml", ".geojson")
_MEDIA = ("label", "hint", "image", "audio", "video", "big-image")


@dataclass(slots=True)
class _Open:
    """A group or repeat that is not ended yet."""

    kind: str
    row: Row
    names: dict[str, int] = field(default_factory=dict)


def survey_issues(book: Book) -> Iterator[Issue]:
    """Everything that pyxform would refuse the survey sheet for, row by row."""
    if "type" in book.sheet("survey").columns:
        yield from _Survey(book).issues()


class _Survey:
    def __init__(self, book: Book) -> None:
        self._book = book
        self._sheet = book.sheet("survey")
        self._lists = set(book.places.lists)
        self._words = words()
        self._open = [_Open("", Row(0, {}))]
        self._repeats: Counter[str] = Counter()

    def _issue(self, row: Row, column: str, message: str) -> Issue:
        written = self._sheet.written(column)
        return Issue("survey", row.number, written, message, "error", row["name"])

    def _said(self, row: Row, column: str, code: str, **context: str) -> Issue:
        return self._issue(row, column, self._words[code].format(**context))

    def issues(self) -> Iterator[Issue]:
        for row in self._sheet.rows:
            yield from self._row(row)
        for left in self._open[1:]:
            yield self._said(left.row, "type", "SURVEY_002", type=left.kind, name=left.row["name"])

    def _row(self, row: Row) -> Iterator[Issue]:
        kind = " ".join(row["type"].split())
        if not kind:
            if row["name"] or row.texts("label"):
                yield self._said(row, "type", "NO_TYPE")
            return
        end, begin = _END.match(kind), _BEGIN.match(kind)
        if end is not None:
            yield from self._end(row, end["kind"].lower())
            return
        yield from self._name(row, kind)
        if begin is not None:
            yield from self._begin(row, begin["kind"].lower())
        else:
            yield from self._question(row, kind)

    def _end(self, row: Row, kind: str) -> Iterator[Issue]:
        if self._open[-1].kind == kind:
            self._open.pop()
        else:
            yield self._said(row, "type", "SURVEY_001", type=kind)

    def _begin(self, row: Row, kind: str) -> Iterator[Issue]:
        self._open.append(_Open(kind, row))
        name = row["name"]
        if kind == "repeat" and name:
            self._repeats[name] += 1
            if self._repeats[name] > 1:
                yield self._said(row, "name", "NAMES_004", value=name)

    def _name(self, row: Row, kind: str) -> Iterator[Issue]:
        name = row["name"]
        if not name:
            if kind not in ("note", "audit"):
                yield self._said(row, "name", "NO_NAME")
            return
        if not _NAME.fullmatch(name):
            yield self._said(row, "name", "NAMES_008")
            return
        names = self._open[-1].names
        if name == "meta":
            yield self._said(row, "name", "NAMES_005")
        elif name in names:
            yield self._said(row, "name", "NAMES_001", value=name)
        names[name] = row.number

    def _question(self, row: Row, kind: str) -> Iterator[Issue]:
        select = _SELECT.match(kind)
        if select is not None:
            yield from self._select(row, select["kind"], select["list"])
        elif kind in _TAKES_LIST:
            message = _("{type} needs the name of a list after it.").format(type=kind)
            yield self._issue(row, "type", message)
        elif kind not in _known_types() and not kind.startswith("osm"):
            message = self._words["NO_TYPE_KNOWN"].format(type=kind)
            yield self._issue(row, "type", message + meant(kind, _GOOD_TYPES))
        if kind == "calculate" and not row["calculation"] and not row["default"]:
            yield self._said(row, "calculation", "NO_CALCULATION")
        if kind not in _UNLABELLED and not self._visible_text(row):
            yield self._said(row, "label", "NO_LABEL", name=row["name"])

    @staticmethod
    def _visible_text(row: Row) -> bool:
        hidden = row["calculation"] or row["trigger"]
        return bool(hidden) or any(row.texts(column) for column in _MEDIA)

    def _select(self, row: Row, kind: str, name: str) -> Iterator[Issue]:
        if name.startswith("${") or kind == "select_one_external":
            return
        if "file" in kind:
            if not name.endswith(_FILES):
                yield self._said(row, "type", "FILE_ENDING")
        elif not self._lists:
            yield self._said(row, "type", "NO_CHOICES")
        elif name not in self._lists and not name.endswith(_FILES):
            message = self._words["NO_LIST"].format(list=name)
            yield self._issue(row, "type", message + meant(name, self._lists))


_TAKES_LIST = ("select_one", "select_multiple", "rank", "select one", "select multiple")
_GOOD_TYPES = (
    *("text", "integer", "decimal", "range", "select_one", "select_multiple", "rank", "note"),
    *("geopoint", "geotrace", "geoshape", "date", "time", "dateTime", "image", "audio", "video"),
    *("file", "barcode", "acknowledge", "calculate", "hidden", "begin_group", "end_group"),
    *("begin_repeat", "end_repeat", "csv-external", "xml-external", "start", "end", "today"),
    *("deviceid", "username", "email", "phonenumber", "audit", "start-geopoint"),
    *("background-audio", "background-geopoint", "select_one_from_file"),
    "select_multiple_from_file",
)


def _known_types() -> frozenset[str]:
    from pyxform import aliases  # noqa: PLC0415 (slow to import)
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT  # noqa: PLC0415

    extra = (*aliases.settings_header, "image", "imei")
    return frozenset(QUESTION_TYPE_DICT) | frozenset(extra)


def choice_sheet_issues(book: Book) -> Iterator[Issue]:
    """Everything that pyxform would refuse the choices sheet for."""
    sheet, said = book.sheet("choices"), words()
    free = _is_yes(book, "allow_choice_duplicates")
    multiple = _multiple_lists(book)
    seen: set[tuple[str, str]] = set()
    for row in sheet.rows:
        key = (row["list_name"], row["name"])
        column = sheet.written("name")
        if not row["list_name"]:
            continue
        if not row["name"]:
            yield Issue("choices", row.number, column, said["NAMES_006"])
        elif key in seen and not free:
            yield Issue("choices", row.number, column, said["NAMES_007"])
        elif " " in row["name"] and row["list_name"] in multiple:
            message = said["SPACE"].format(choice=row["name"], list=row["list_name"])
            yield Issue("choices", row.number, column, message)
        seen.add(key)


def _is_yes(book: Book, setting: str) -> bool:
    rows = book.sheet("settings").rows
    return bool(rows) and rows[0][setting].lower() in ("yes", "true", "true()")


def _multiple_lists(book: Book) -> set[str]:
    found = set()
    for row in book.sheet("survey").rows:
        select = _SELECT.match(" ".join(row["type"].split()))
        if select is not None and select["kind"].startswith(("select_multiple", "select all")):
            found.add(select["list"])
    return found
