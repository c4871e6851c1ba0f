"""``forms check``: everything that is wrong with a form, each with its sheet, row and column.

Two passes: the cells of the workbook by themselves (also when pyxform refuses it, which stops at
the first mistake), then the XForm that comes of it, whose every expression, text, list and file
is looked at. An XForm file has the second pass only, with paths of elements in place of rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.i18n import _
from jdz_field.xforms.check_cells import cell_issues
from jdz_field.xforms.check_facts import Facts, read_facts
from jdz_field.xforms.check_lists import list_issues
from jdz_field.xforms.check_logic import logic_issues
from jdz_field.xforms.check_place import Places, ordered, without_known
from jdz_field.xforms.check_survey import choice_sheet_issues, survey_issues
from jdz_field.xforms.check_tables import Tables
from jdz_field.xforms.check_texts import media_issues, text_issues
from jdz_field.xforms.check_types import setting_issues, sheet_issues, type_issues
from jdz_field.xforms.check_values import constraint_issues, value_issues
from jdz_field.xforms.check_views import view_issues
from jdz_field.xforms.complaints import Issue
from jdz_field.xforms.convert import (
    Refused,
    is_workbook,
    open_book,
    read_form_file,
    xform_of,
)
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormDefinition, FormError, FormProblem
from jdz_field.xforms.list_files import read_list
from jdz_field.xforms.media import list_file, media_folder
from jdz_field.xforms.safe_xml import read_xml, xml_text
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.workbook import Book

#: More complaints of one sort than this tell nothing new.
MOST = 300


@dataclass(frozen=True, slots=True)
class Media:
    """Where a form's files lie; ``wanted``: somebody said so, and they must be there.

    ``given``: file names of lists that the project itself gives.
    """

    folder: Path | None = None
    wanted: bool = False
    given: Collection[str] = ()


def check_form(
    path: Path, media: Path | None = None, given: Collection[str] = ()
) -> tuple[list[Issue], FormDefinition | None]:
    """Everything that is wrong with a form, and the form itself when it can be used at all.

    Args:
        media: the folder of the form's own files; by default ``<stem>-media`` beside it.
        given: file names of lists that come from elsewhere (entity lists of a project).

    BadInput or Unavailable when there is no such file or it cannot be read.
    """
    data = read_form_file(path)
    beside = media_folder(path)
    place = Media(beside if media is None and beside.is_dir() else media, bool(media), given)
    try:
        if not is_workbook(path):
            return _judged(xml_text(data, path.name), None, place)
        return _checked_book(open_book(path), path.name, place)
    except Refused as error:
        return [error.issue], None
    except BadInput as error:
        return [Issue("", 0, "", str(error))], None


def valid(issues: list[Issue]) -> bool:
    """Whether a form can be used: warnings do not count."""
    return all(issue.severity == "warning" for issue in issues)


def _checked_book(book: Book, name: str, media: Media) -> tuple[list[Issue], FormDefinition | None]:
    sheets = list(sheet_issues(book))
    try:
        xml = xform_of(book, name, [])
    except Refused as refused:
        own = [*survey_issues(book), *choice_sheet_issues(book)]
        found = [*sheets, *own, *without_known(cell_issues(book, references=True), own)]
        errors = [one for one in found if one.severity == "error"]
        rest = [] if _told(refused.issue, errors) else [refused.issue]
        return ordered([*rest, *found]), None
    cells = list(cell_issues(book, references=False))
    issues, form = _judged(xml, book, media)
    return ordered([*sheets, *cells, *without_known_errors(issues, cells)]), form


def _told(issue: Issue, errors: list[Issue]) -> bool:
    """Whether what pyxform complains of has been said already."""
    return any(
        issue.message == one.message
        or (issue.row and (issue.sheet, issue.row) == (one.sheet, one.row))
        for one in errors
    )


def without_known_errors(issues: list[Issue], cells: list[Issue]) -> Iterator[Issue]:
    """Leave out errors of expressions that their cells have been told of."""
    taken = {one.place for one in cells if one.severity == "error"}
    return (one for one in issues if one.severity != "error" or one.place not in taken)


def _judged(xml: str, book: Book | None, media: Media) -> tuple[list[Issue], FormDefinition | None]:
    places = Places(book)
    try:
        facts = read_facts(read_xml(xml, _("The form")))
    except BadInput as error:
        return [Issue("", 0, "", str(error))], None
    files, unreadable = _files(facts, media)
    tables = Tables(facts, files)
    passes = (
        setting_issues(facts, places),
        logic_issues(facts, places, tables),
        list_issues(facts, places, tables),
        value_issues(facts, places, tables),
        type_issues(facts, places),
        view_issues(facts, places),
        text_issues(facts, places),
        media_issues(facts, places, media.folder, wanted=media.wanted, given=media.given),
    )
    issues = [*unreadable, *(one for found in passes for one in islice(found, MOST))]
    form = _form(xml, places, issues)
    if form is not None and valid(issues):
        issues += constraint_issues(form, places, files)
    return ordered(issues), form


def _files(facts: Facts, media: Media) -> tuple[Mapping[str, StaticNode], list[Issue]]:
    """The lists in files, and complaints of those that cannot be read."""
    found: dict[str, StaticNode] = {}
    issues: list[Issue] = []
    for name, source in facts.lists.items():
        file = None
        if media.folder is not None and source.document is None:
            file = list_file(source.src, media.folder)
        if file is None or not file.is_file():
            continue
        try:
            found[name] = read_list(file)
        except JdzError as error:
            issues.append(Issue("", 0, "", str(error)))
    return found, issues


def _form(xml: str, places: Places, issues: list[Issue]) -> FormDefinition | None:
    """The form as it will run; what it is refused for is added when nobody has said so yet."""
    try:
        form = parse_form(xml)
    except FormError as error:
        _add(issues, FormProblem(error.ref, str(error), error.column), places)
        return None
    except BadInput as error:
        if valid(issues):
            issues.append(Issue("", 0, "", str(error)))
        return None
    if valid(issues):
        for problem in form.problems:
            _add(issues, problem, places)
    return form


def _add(issues: list[Issue], problem: FormProblem, places: Places) -> None:
    if not problem.ref:
        made = Issue("", 0, problem.column, problem.message)
    else:
        made = places.issue(problem.ref, problem.column, problem.message)
    if valid(issues):
        issues.append(made)
