"""Takes geotagging back: each file gets the very bytes that it had before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.i18n import _
from jdz_field.photos.files import DiskFull, disk_fault, sweep, sync_folder
from jdz_field.photos.journal import Entry, entries
from jdz_field.photos.pieces import Piece, taken_back
from jdz_field.photos.writer import stage_pieces

RESTORED, UNTOUCHED, CHANGED = "restored", "untouched", "changed"


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one file.

    ``status``: ``restored``; ``untouched``, when nothing was written to it or that was taken
    back already; ``changed``, when it is no longer what was written, so it stays as it is.
    """

    file: Path
    status: str
    problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``photos geotag --undo`` prints it."""
        return {"file": str(self.file), "status": self.status, "problem": self.problem}


@dataclass(slots=True)
class _Journals:
    """The journals of the folders, each read once."""

    known: dict[Path, list[Entry]] = field(default_factory=dict)

    def of(self, file: Path) -> list[Entry]:
        """The entries that may concern a file, the newest first; renamed files are found too."""
        folder = file.parent
        if folder not in self.known:
            self.known[folder] = entries(folder)[::-1]
        size = file.stat().st_size
        return [one for one in self.known[folder] if size == one.after or one.name == file.name]


def take_back(files: Sequence[Path]) -> list[Restored]:
    """Undo all geotagging of ``files`` in place, as far back as it goes.

    Every file is whole at any instant, as it is or as it was. ``Unavailable`` when the disk is
    full; other faults become the file's problem.
    """
    journals = _Journals()
    done = []
    folders = {file.resolve().parent for file in files}
    for folder in folders:
        sweep(folder)
    try:
        for file in files:
            try:
                done.append(_restore(file, journals))
            except DiskFull:
                raise
            except JdzError as error:
                done.append(Restored(file, CHANGED, str(error)))
    finally:
        for folder in folders:
            sync_folder(folder)
    return done


def _restore(file: Path, journals: _Journals) -> Restored:
    restored = False
    try:
        target = file.resolve()
        # Each step back must fit the bytes of the file, so it ends after as many as there were.
        for _step in range(len(journals.of(target)) + 1):
            if not _step_back(target, journals.of(target)):
                break
            restored = True
        if restored:
            return Restored(file, RESTORED)
        named = [one for one in journals.of(target) if one.name == target.name]
    except OSError as error:
        raise disk_fault(error, file) from error
    if not named or target.stat().st_size in {one.before for one in named}:
        return Restored(file, UNTOUCHED)
    text = _("The file was changed by another program after it was geotagged; it stays as it is.")
    return Restored(file, CHANGED, text)


def _step_back(target: Path, candidates: Sequence[Entry]) -> bool:
    """Undo the newest write that fits; whether there was one."""
    size = target.stat().st_size
    for entry in candidates:
        if entry.after != size or not _fits(target, entry):
            continue
        stage_pieces(target, lambda file, entry=entry: _back(file, entry)).take_name()  # type: ignore[misc]
        return True
    return False


def _fits(target: Path, entry: Entry) -> bool:
    with target.open("rb") as file:
        return taken_back(file, entry.undos) is not None


def _back(file: BinaryIO, entry: Entry) -> list[Piece]:
    pieces = taken_back(file, entry.undos)
    if pieces is None:
        raise BadInput(_("The file changed while it was read; try again."))
    return pieces
