"""Records on paper as files: .pdf, .png (a file a page), .docx for an office that edits further."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from jdz_field.core.i18n import _, language
from jdz_field.core.sites import Site
from jdz_field.operations.report_answers import Answer
from jdz_field.operations.report_common import (
    Cancelled,
    Progress,
    Written,
    check,
    marks_of,
    put,
    put_pages,
    suffix_of,
    unknown_words,
)
from jdz_field.operations.report_record import RecordRequest, Sheet, Sheets, rows_of, sheets
from jdz_field.reports.document import Block, Cell, Paper, document
from jdz_field.reports.typeset import Format, typeset
from jdz_field.reports.workbook import Marks
from jdz_field.store.project import Project

SUFFIXES = (".pdf", ".docx", ".png")
#: Records of one file: their pictures lie in memory together.
AT_ONCE = 50


def write_records(
    project: Project,
    out: Path,
    request: RecordRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Written:
    """Write records to ``out``; more than ``AT_ONCE`` go into ``out-2.pdf`` and so on.

    Raises:
        BadUsage: another suffix, a day to come, what is no map number.
        BadInput: no record is named, or one that is not there.
        Unavailable: the disk, a file that is open elsewhere, no font with Chinese signs.
        Stopped: ``cancelled`` said so; files of before stay.
    """
    privacy = request.issue.privacy
    plain = out.with_name(out.name.removesuffix(".age")) if privacy.closed else out
    suffix = suffix_of(plain, SUFFIXES)
    files: list[Path] = []
    told: dict[str, None] = {}
    starts = range(0, max(1, len(request.ids)), AT_ONCE)
    for number, start in enumerate(starts, 1):
        part = replace(request, ids=request.ids[start : start + AT_ONCE])
        made = sheets(
            project, part, progress=_shifted(progress, start, len(request.ids)), cancelled=cancelled
        )
        pages = rendered(project, part, made, suffix)
        check(cancelled)
        target = out if number == 1 else out.with_name(f"{out.stem}-part{number}{out.suffix}")
        files += _put(request, target, pages, suffix)
        told |= dict.fromkeys(made.told)
    return Written(tuple(files), len(request.ids), tuple(told))


def _put(request: RecordRequest, out: Path, pages: list[bytes], suffix: str) -> list[Path]:
    privacy = request.issue.privacy

    def work(target: Path) -> tuple[Path, ...]:
        if suffix == ".png":
            return put_pages(target, pages)
        put(target, pages[0])
        return (target,)

    files, left = privacy.write(out, work)
    return [left] if privacy.closed else list(files)


def _shifted(progress: Progress | None, start: int, total: int) -> Progress | None:
    if progress is None:
        return None

    def tell(done: int, _total: int) -> None:
        progress(start + done, total)

    return tell


def rendered(project: Project, request: RecordRequest, made: Sheets, suffix: str) -> list[bytes]:
    """The bytes: one file, or one a page for .png."""
    invented = [Site("", "", {"sample": one.sample}) for one in made.sheets]
    marks = marks_of(project, request.issue, made.made, invented)
    if suffix == ".docx":
        return [
            document([_paper(one, made.pictures) for one in made.sheets], marks, made=made.made)
        ]
    form: Format = "png" if suffix == ".png" else "pdf"
    data = _data(made, marks)
    return typeset("record", data, made=made.made, form=form, pictures=made.pictures)


def _data(made: Sheets, marks: Marks) -> dict[str, Any]:
    return {
        "lang": language(),
        "mark": marks.mark,
        "sample": marks.sample,
        "foot": marks.foot,
        "unknown": unknown_words(),
        "words": {
            "verdict": _("Verdict"),
            "photos": _("Photos"),
            "colon": _(": "),
            "signatures": signatures(),
        },
        "records": [_record(one) for one in made.sheets],
    }


def signatures() -> list[str]:
    """Who signs below."""
    return [_("Filled in by:"), _("Checked by:"), _("Date:")]


def _record(one: Sheet) -> dict[str, Any]:
    return {
        "title": one.title,
        "head": [list(row) for row in one.head],
        "notes": list(one.notes),
        "verdicts": [asdict(answer) for answer in one.read.verdicts],
        "map": one.map,
        "sections": [
            {
                "title": section.title,
                "rows": [[asdict(answer) for answer in row] for row in rows_of(section)],
            }
            for section in one.read.sections
        ],
        "photos": [asdict(photo) for photo in one.photos],
    }


# ---- .docx
def _paper(one: Sheet, pictures: Mapping[str, bytes]) -> Paper:
    blocks = [Block(rows=[[Cell(words, strong=n % 2 == 0) for n, words in enumerate(_filled(row))]
                          for row in one.head])]  # fmt: skip
    blocks += [Block(words=words) for words in one.notes]
    if one.read.verdicts:
        blocks.append(Block(heading=_("Verdict")))
        blocks += [Block(words=f"{a.label}{_(': ')}{a.value}", strong=True) for a in
                   one.read.verdicts]  # fmt: skip
    for section in one.read.sections:
        blocks.append(Block(heading=section.title))
        rows = [[cell for answer in row for cell in _cells(answer)] for row in rows_of(section)]
        blocks.append(Block(rows=rows))
    if one.photos:
        blocks.append(Block(heading=_("Photos")))
    for photo in one.photos:
        blocks.append(Block(picture=pictures.get(photo.name, b""), words=photo.words))
    blocks.append(Block(words="          ".join(signatures())))
    return Paper(one.title, blocks)


def _filled(row: tuple[str, ...]) -> list[str]:
    return [words or unknown_words() for words in row]


def _cells(answer: Answer) -> list[Cell]:
    told = filter(None, (answer.value or unknown_words(), answer.note, answer.warning))
    return [Cell(answer.label, strong=True), Cell("\n".join(told))]
