"""XLSForm → XForm through pyxform, with its complaints as sheet, row, column and a sentence."""

from __future__ import annotations

import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormDefinition, FormError, FormProblem
from jdz_field.xforms.workbook import SheetPlaces, places

MAX_FILE = 40_000_000
#: A workbook that unpacks to more than this is a bomb.
MAX_UNPACKED = 400_000_000
_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
_ROW = re.compile(r"^\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings|entities|osm|external_choices)' sheet")
_COLUMN = re.compile(r"the '([^']+)' value|'([^']+)' column")


@dataclass(frozen=True, slots=True)
class Converted:
    """An XForm with what it says of itself; ``source`` is the XLSForm's bytes (None for XML)."""

    xml: str
    form_id: str
    version: str
    title: str
    warnings: tuple[str, ...] = ()
    source: bytes | None = None


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


class Refused(BadInput):
    """pyxform cannot make a form of the workbook."""

    def __init__(self, file: str, issue: Issue) -> None:
        super().__init__(
            _("{file} is no usable form: {issue}").format(file=file, issue=issue.sentence())
        )
        self.issue = issue


def convert_xlsform(path: Path) -> Converted:
    """The XForm of an XLSForm (.xlsx, .xls) or of an XForm file (.xml).

    BadInput names file, sheet, row and column; Unavailable when the file cannot be read. Nothing
    is started and nothing is fetched: pyxform's own validator (Java) is not run.
    """
    data = _read(path)
    if path.suffix.lower() not in _WORKBOOKS:
        return _described(data.decode("utf-8", "replace"), (), None)
    _refuse_bombs(path)
    said: list[str] = []
    xml = _convert(path, said)
    return _described(xml, tuple(said), data)


def _described(xml: str, said: tuple[str, ...], source: bytes | None) -> Converted:
    form = parse_form(xml)
    return Converted(xml, form.form_id, form.version, form.title, said, source)


def _read(path: Path) -> bytes:
    if path.suffix.lower() not in (*_WORKBOOKS, ".xml"):
        raise BadInput(
            _("{file} is no form; give an XLSForm (.xlsx, .xls) or an XForm (.xml).").format(
                file=path.name
            )
        )
    try:
        if path.stat().st_size > MAX_FILE:
            raise BadInput(_("{file} is too large for a form.").format(file=path.name))
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(_("There is no file {file}; check the path.").format(file=path)) from None
    except OSError as error:
        raise Unavailable(
            _("{file} cannot be read: {reason}; check the disk and the permissions.").format(
                file=path, reason=error.strerror or error
            )
        ) from None


def _refuse_bombs(path: Path) -> None:
    if path.suffix.lower() == ".xls":
        return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise _no_workbook(path) from None
    if size > MAX_UNPACKED:
        raise BadInput(_("{file} is too large for a form.").format(file=path.name))
    if "xl/workbook.xml" not in names:
        raise _no_workbook(path)


def _no_workbook(path: Path) -> BadInput:
    return BadInput(
        _("{file} is no Excel workbook; open it in a spreadsheet and save it as .xlsx.").format(
            file=path.name
        )
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """pyxform and openpyxl warn and log where nobody reads it."""
    logger = logging.getLogger("pyxform")
    before = logger.disabled
    logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before


def _convert(path: Path, said: list[str]) -> str:
    from pyxform.errors import PyXFormError, PyXFormReadError  # noqa: PLC0415 (slow to import)
    from pyxform.xls2xform import convert  # noqa: PLC0415

    try:
        with _quiet():
            return str(convert(str(path), warnings=said, validate=False).xform)
    except PyXFormReadError:
        raise _no_workbook(path) from None
    except PyXFormError as error:
        raise Refused(path.name, _issue(error, path)) from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        # pyxform stumbles over some workbooks without saying so itself.
        message = _("The form cannot be converted ({reason}).").format(reason=str(error)[:200])
        raise Refused(path.name, Issue("", 0, "", message)) from None


def _issue(error: Any, path: Path) -> Issue:
    """pyxform's complaint with its place; its code tells which sentence of ours says it."""
    context = dict(error.context or {})
    text = str(error).split("\n")[0]
    found = _ROW.match(text)
    row = int(found[1]) if found else int(context.get("row") or 0)
    sheet = _SHEET.search(text)
    column = _COLUMN.search(text)
    code = error.code.name if error.code else ""
    named = str(context.get("sheet") or context.get("sheet_name") or "")
    place = Issue(
        named or (sheet[1] if sheet else "survey" if row else ""),
        row,
        str(context.get("column") or (column and (column[1] or column[2])) or ""),
        _ours(code, context) or _ROW.sub("", text),
    )
    return place if place.row else _located(place, context, path)


def _located(issue: Issue, context: dict[str, Any], path: Path) -> Issue:
    """Find the row by the name that the complaint is about."""
    name = str(context.get("name") or context.get("value") or context.get("q") or "")
    row = _places(path).row_of_name(name) if name else 0
    return Issue("survey", row, issue.column, issue.message) if row else issue


def _ours(code: str, context: dict[str, Any]) -> str:
    """The common complaints in our words (and languages)."""
    table = {
        "PYREF_001": _("A reference must look like ${{name}}."),
        "PYREF_003": _("There is no question {q}; check the name inside ${{…}}."),
        "PYREF_004": _("{q} is the name of several questions; make names unique."),
        "NAMES_001": _("The name {value} is used twice here; make names unique."),
        "NAMES_004": _("The repeat {value} has the name of another; make names unique."),
        "NAMES_006": _("A choice has no name."),
        "NAMES_007": _("A choice has the name of another in its list; make names unique."),
        "NAMES_008": _("A name must begin with a letter and hold only letters, digits, - _ and ."),
        "LABEL_001": _("A choice has no label."),
        "SURVEY_001": _("end_{type} has no begin_{type} before it."),
        "SURVEY_002": _("begin_{type} {name} is never ended; add end_{type}."),
        "HEADER_003": _("The sheet {sheet_name} lacks the column {missing}."),
        "ENTITY_001": _("save_to needs an entities sheet."),
        "ENTITY_004": _("There is no entity list {dataset} on the entities sheet."),
        "ENTITY_005": _("The entity list {dataset} needs a label."),
        "ENTITY_007": _("The entity list {dataset} needs an entity_id to be updated."),
    }
    known = table.get(code)
    if known is None:
        return ""
    values = {key: "" if value is None else value for key, value in context.items()}
    return known.format_map(_Blank(values))


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _places(path: Path) -> SheetPlaces:
    return places(path)


def check_form(path: Path) -> tuple[list[Issue], FormDefinition | None]:
    """Everything that is wrong with a form, and the form itself when it can be used at all.

    BadInput or Unavailable when there is no such file or it cannot be read.
    """
    data = _read(path)
    try:
        xml = data.decode("utf-8", "replace")
        if path.suffix.lower() in _WORKBOOKS:
            _refuse_bombs(path)
            xml = _convert(path, [])
        form = parse_form(xml)
    except Refused as error:
        return [error.issue], None
    except FormError as error:
        return [_placed(FormProblem(error.ref, str(error), error.column), path)], None
    except BadInput as error:
        return [Issue("", 0, "", str(error))], None
    return [_placed(problem, path) for problem in form.problems], form


def _placed(problem: FormProblem, path: Path) -> Issue:
    if not problem.ref or path.suffix.lower() not in _WORKBOOKS:
        return Issue("", 0, problem.column, problem.message)
    row = _places(path).row_of_path(problem.ref)
    return Issue("survey" if row else "", row, problem.column, problem.message)
