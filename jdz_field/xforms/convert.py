"""XLSForm → XForm through pyxform, with its complaints as sheet, row, column and a sentence."""

from __future__ import annotations

import logging
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.xforms.additions import completed
from jdz_field.xforms.apart import Said, convert_apart, is_large
from jdz_field.xforms.complaints import Issue, explain
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.safe_xml import xml_text
from jdz_field.xforms.workbook import Book, read_book, sheet_with_column_twice, unreadable

MAX_FILE = 40_000_000
#: A workbook that unpacks to more than this is a bomb.
MAX_UNPACKED = 150_000_000
#: A workbook has some dozens of parts.
MAX_PARTS = 5_000
#: So much of a part is looked at for a DTD, bytes.
_BEGINNING = 4_096
_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
#: How pyxform begins to say that it could not read a file at all.
_NOT_READ = "Argument 'definition'"


@dataclass(frozen=True, slots=True)
class Converted:
    """An XForm with what it says of itself; ``source`` is the XLSForm's bytes (None for XML)."""

    xml: str
    form_id: str
    version: str
    title: str
    warnings: tuple[str, ...] = ()
    source: bytes | None = None
    #: The title by language, when the form has it in several.
    titles: Mapping[str, str] = field(default_factory=dict)


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
    data = read_form_file(path)
    if not is_workbook(path):
        return _described(xml_text(data, path.name), (), None)
    book = open_book(path)
    said: list[str] = []
    return _described(xform_of(book, path.name, said), tuple(said), data)


def is_workbook(path: Path) -> bool:
    """Whether a file is to be read as an XLSForm, by its name."""
    return path.suffix.lower() in _WORKBOOKS


def _described(xml: str, said: tuple[str, ...], source: bytes | None) -> Converted:
    form = parse_form(xml)
    return Converted(xml, form.form_id, form.version, form.title, said, source, dict(form.titles))


def read_form_file(path: Path) -> bytes:
    """The bytes of a form file; BadInput or Unavailable when they cannot be had."""
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
    """BadInput for a workbook that is none, unpacks to too much, or holds a DTD."""
    if path.suffix.lower() == ".xls":
        return
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
                raise BadInput(_("{file} is too large for a form.").format(file=path.name))
            sound = any(part.filename == "xl/workbook.xml" for part in parts)
            sound = sound and not any(_declares(archive, part) for part in parts)
    except unreadable():
        raise _no_workbook(path) from None
    if not sound:
        raise _no_workbook(path)


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part begins with a DTD, which no spreadsheet program writes."""
    if not part.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(part) as stream:
        begin = stream.read(_BEGINNING)
    return b"<!DOCTYPE" in begin or b"<!ENTITY" in begin


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


def open_book(path: Path) -> Book:
    """The sheets of a workbook; BadInput when it is none, Refused when pyxform says why."""
    from pyxform.errors import PyXFormError, PyXFormReadError  # noqa: PLC0415 (slow to import)

    _refuse_bombs(path)
    try:
        with _quiet():
            return read_book(path)
    except PyXFormReadError:
        raise _no_workbook(path) from None
    except PyXFormError as error:
        issue = explain(error, None)
        if str(error).startswith(_NOT_READ):
            raise _no_workbook(path) from None
        sheet = sheet_with_column_twice(path, issue.column)
        row = 1 if sheet else 0
        raise Refused(path.name, replace(issue, sheet=issue.sheet or sheet, row=row)) from None
    except unreadable():
        raise _no_workbook(path) from None


def xform_of(book: Book, name: str, said: list[str]) -> str:
    """The XForm of a workbook, pyxform's warnings in ``said``; Refused when it makes none.

    A large workbook is converted in a process of its own; BadInput when that takes too long.
    """
    from pyxform.errors import PyXFormError  # noqa: PLC0415 (slow to import)
    from pyxform.xls2xform import convert  # noqa: PLC0415

    try:
        if is_large(book.data):
            return completed(convert_apart(book.data, name, said), book)
        with _quiet():
            made = convert(dict(book.data), warnings=said, validate=False)
            return completed(str(made.xform), book)
    except (PyXFormError, Said) as error:
        raise Refused(name, explain(error, book)) from None
    except unreadable() as error:
        # pyxform stumbles over some workbooks without saying so itself.
        message = _("The form cannot be converted ({reason}).").format(reason=str(error)[:200])
        raise Refused(name, Issue("", 0, "", message)) from None
