"""Files that answer a question: taken in, changed copies of them, let go and brought back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from jdz_field.core.changes import ATTACHMENT, Value
from jdz_field.core.clock import local_text
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photos import REFUSED, Cancelled, Copied, add_photos
from jdz_field.photos.copies import longest_side, write_copy
from jdz_field.photos.exif import read_photo
from jdz_field.photos.files import disk_fault
from jdz_field.photos.kinds import AUDIO, IMAGE, VIDEO, kind_of
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.store.project import Project

#: A picture older than this is no fresh one; cameras' clocks run a little wrong.
FRESH = timedelta(hours=2)
#: Names of changed copies: ``IMG_1-marked.jpg`` of ``IMG_1.jpg``.
MARKED, SMALL = "marked", "small"
_COPY = re.compile(r"(.+)-(?:marked|small)(?:-\d+)?\.jpg", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """The question that a file answers.

    Attributes:
        record: id of the draft or record; ``site`` its site.
        path: the question's path in the record.
        kind: ``image``, ``audio``, ``video``, or ``""`` when any file answers.
        longest: longest side of the answer's picture in pixels (``max-pixels``); 0: as it is.
        fresh: only a picture that was taken just now answers.
        view: code of the view that its picture shows.
    """

    record: str
    path: str
    site: str | None = None
    kind: str = ""
    longest: int = 0
    fresh: bool = False
    view: str = ""


def take_answer(
    project: Project,
    file: Path,
    question: Question,
    *,
    cancelled: Cancelled | None = None,
    copied: Copied | None = None,
) -> Attachment:
    """Copy a file into the project, durably, as the answer; the original is only read.

    A picture larger than the question wants is answered by a smaller copy; the picture itself
    is kept with the record, without a question.

    Raises:
        BadInput: the file cannot be read, is empty, or is of a wrong kind.
        Unavailable: the disk is full or fails, or the person stopped it; nothing changed.
    """
    _check(file, question)
    view = {"view": question.view or None}
    if not (question.kind == IMAGE and 0 < question.longest < longest_side(file)):
        return _told(project, _add(project, file, question, question.path, cancelled, copied), view)
    small = thumbnail(file, question.longest).jpeg
    original = _told(project, _add(project, file, question, None, cancelled, copied), view)
    return add_copy(project, small, original, file, question, SMALL)


def add_copy(
    project: Project,
    jpeg: bytes,
    original: Attachment | None,
    source: Path | None,
    question: Question,
    name: str,
) -> Attachment:
    """Enter a changed copy of ``original`` (whose bytes lie at ``source``) as the answer.

    The copy keeps the EXIF data, names its original and is as sensitive; the original stays with
    the record, without a question. Marks on a smaller copy are a copy of the full picture.
    """
    stem = name if original is None else f"{Path(_plain(original.filename)).stem}-{name}"
    with TemporaryDirectory(prefix="jdz-") as folder:
        target = Path(folder) / f"{stem}.jpg"
        try:
            write_copy(jpeg, source, target)
        except OSError as error:
            raise disk_fault(error, target) from error
        made = _add(project, target, question, question.path, None, None)
    made = _told(project, made, _of_copy(original, question, name))
    if original is not None and original.path == question.path and original.id != made.id:
        gone = _COPY.fullmatch(original.filename) is not None
        fields = {"record": None, "path": None} if gone else {"path": None}
        project.edit(ATTACHMENT, original.id, fields)
    return made


def _of_copy(original: Attachment | None, question: Question, name: str) -> dict[str, Value]:
    """What a copy says of itself, and takes over from its original."""
    if original is None:
        return {"view": question.view or None}
    kept = ("caption", "sensitive", "sensitive_areas", "sensitive_note", "direction_ref")
    return {
        **{one: getattr(original, one) for one in kept},
        "view": question.view or original.view,
        "original": original.original or original.sha256,
        "variant": name,
    }


def _told(project: Project, made: Attachment, fields: dict[str, Value]) -> Attachment:
    """Say more of an attachment that was just entered."""
    news = {name: value for name, value in fields.items() if getattr(made, name) != value}
    if news:
        project.edit(ATTACHMENT, made.id, news)
    return replace(made, **news)


def _plain(filename: str) -> str:
    """The name of the picture that a copy was made of."""
    found = _COPY.fullmatch(filename)
    return f"{found[1]}.jpg" if found else filename


def originals(project: Project, answer: Attachment) -> list[Attachment]:
    """The untouched pictures behind a changed copy, kept with its record."""
    if answer.record is None or not _COPY.fullmatch(answer.filename):
        return []
    stem = Path(_plain(answer.filename)).stem
    found = project.attachments(record=answer.record)
    return [a for a in found if a.path is None and Path(a.filename).stem == stem]


def let_go(project: Project, answer: Attachment) -> list[Attachment]:
    """The file answers no more, and its original goes along; both stay in the project.

    Gives what was let go, for ``put_back``.
    """
    gone = [answer, *originals(project, answer)]
    for one in gone:
        project.edit(ATTACHMENT, one.id, {"record": None, "path": None})
    return gone


def put_back(project: Project, gone: Sequence[Attachment]) -> None:
    """Files that were let go belong to their record and question again."""
    for one in gone:
        project.edit(ATTACHMENT, one.id, {"record": one.record, "path": one.path})


def _add(
    project: Project,
    file: Path,
    question: Question,
    path: str | None,
    cancelled: Cancelled | None,
    copied: Copied | None,
) -> Attachment:
    report = add_photos(
        project,
        [file],
        record=question.record,
        site=question.site,
        path=path,
        any_file=True,
        cancelled=cancelled,
        copied=copied,
    )
    if report.stopped or not report.files:
        raise Unavailable(_("Copying was stopped; nothing changed."))
    added = report.files[0]
    if added.status == REFUSED or added.attachment is None:
        raise BadInput(added.problem or _("{file} cannot be taken.").format(file=file.name))
    return added.attachment


def _check(file: Path, question: Question) -> None:
    try:
        if not file.is_file():
            raise BadInput(
                _("{file} is no file, or it is gone; choose another.").format(file=file.name)
            )
        if file.stat().st_size == 0:
            raise BadInput(_("{file} is empty; choose another.").format(file=file.name))
        kind = kind_of(file)
    except OSError as error:
        text = _("{file} cannot be read ({what}); put the card in again or choose another.")
        raise BadInput(text.format(file=file.name, what=error.strerror or error)) from error
    if question.kind and kind != question.kind and not _either(kind, question.kind, file):
        raise BadInput(_wrong_kind(question.kind).format(file=file.name))
    if question.fresh:
        _check_fresh(file)


def _either(kind: str, wanted: str, file: Path) -> bool:
    """Containers that hold sound or film look alike from outside: the name decides."""
    sounds = (".m4a", ".3gp", ".3ga", ".amr", ".weba", ".mka", ".ogg", ".oga", ".opus")
    return wanted == AUDIO and kind == VIDEO and file.suffix.lower() in sounds


def _wrong_kind(wanted: str) -> str:
    return {
        IMAGE: _("{file} is no picture; choose a photo (JPEG, PNG, HEIC …)."),
        AUDIO: _("{file} is no sound; choose a recording (WAV, MP3, M4A, AMR …)."),
        VIDEO: _("{file} is no film; choose a video (MP4, MOV, AVI …)."),
    }[wanted]


def _check_fresh(file: Path) -> None:
    info = read_photo(file)
    taken = info.taken or datetime.fromtimestamp(file.stat().st_mtime, UTC)
    moment = taken if taken.tzinfo else taken.astimezone()
    if datetime.now(UTC) - moment > FRESH:
        raise BadInput(
            _("{file} was taken on {when}; this question wants a picture taken now.").format(
                file=file.name, when=local_text(moment)
            )
        )


Progress = Callable[[int, int], None]


def counted(file: Path, report: Progress) -> Copied:
    """Turns blocks of bytes (each told twice: copied, checked) into done and total."""
    done, total = 0, max(1, 2 * (file.stat().st_size if file.is_file() else 0))

    def heard(size: int) -> None:
        nonlocal done
        done += size
        report(min(done, total), total)

    return heard
