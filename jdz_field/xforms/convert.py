"""XLSForm → XForm through pyxform, with its complaints as sheet, row, column and a sentence."""

from __future__ import annotations

import logging
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.xforms.complaints import Issue, explain
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormDefinition, FormError, FormProblem
from jdz_field.xforms.workbook import places, unreadable

MAX_FILE = 40_000_000
#: A workbook that unpacks to more than this is a bomb.
MAX_UNPACKED = 400_000_000
_WORKBOOKS = (".xlsx", ".xlsm", ".xls")


@dataclass(frozen=True, slots=True)
class Converted:
    """An XForm with what it says of itself; ``source`` is the XLSForm's bytes (None for XML)."""

    xml: str
    form_id: str
    version: str
    title: str
    warnings: tuple[str, ...] = ()
    source: bytes | None = None


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
        raise Refused(path.name, explain(error, path)) from None
    except unreadable() as error:
        if not places(path).by_name:
            raise _no_workbook(path) from None
        # pyxform stumbles over some workbooks without saying so itself.
        message = _("The form cannot be converted ({reason}).").format(reason=str(error)[:200])
        raise Refused(path.name, Issue("", 0, "", message)) from None


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
    row = places(path).row_of_path(problem.ref)
    return Issue("survey" if row else "", row, problem.column, problem.message)
