"""Writes a position into a picture: only what holds its EXIF data changes, the image data never.

JPEG, PNG, WebP, TIFF, DNG, HEIC and AVIF, told apart by their first bytes. Makers' raw files are
not written to: their layout is nobody's but the maker's.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.photos.faults import odd
from jdz_field.photos.files import disk_fault, part_of, take_name, writing
from jdz_field.photos.pieces import Piece, Undo, in_order, undo_of, write_changed
from jdz_field.photos.spares import Spares
from jdz_field.photos.splice import Position
from jdz_field.photos.write_heic import heic_pieces
from jdz_field.photos.write_jpeg import jpeg_pieces
from jdz_field.photos.write_others import png_pieces, tiff_pieces, webp_pieces

__all__ = ["Position", "Staged", "pieces_for", "stage", "stage_pieces", "write_gps"]

_RAW = frozenset({".nef", ".nrw", ".arw", ".sr2", ".pef", ".cr2", ".srw", ".3fr", ".iiq", ".erf"})


@dataclass(frozen=True, slots=True)
class Staged:
    """A new file, whole and on the disk under another name, that waits to take its own.

    ``undos`` turn it into the file that it was made of; ``before`` and ``after`` are their sizes.
    """

    part: Path
    target: Path
    undos: tuple[Undo, ...]
    before: int
    after: int

    def take_name(self, spares: Spares | None = None) -> None:
        """Become ``target``, in one step; ``Unavailable`` when the disk refuses."""
        try:
            (spares.replace if spares else take_name)(self.part, self.target)
        except OSError as error:
            self.drop()
            raise disk_fault(error, self.target) from error

    def drop(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):
            self.part.unlink()


def write_gps(source: Path, position: Position, target: Path | None = None) -> None:
    """Write ``position`` into ``source`` itself, or into a copy at ``target``.

    Atomic: at any instant the old file or the new one is there, whole and on the disk (the
    folder's entry is the caller's to bring there, see ``files.sync_folder``). Permissions and
    times of the file are kept. ``BadInput`` when the picture is broken, its EXIF data have no
    room or its kind is not written; ``Unavailable`` when the disk fails or the file is marked
    read-only. None of these leaves anything behind.
    """
    stage(source, position, target).take_name()


def stage(
    source: Path,
    position: Position,
    target: Path | None = None,
    *,
    spares: Spares | None = None,
) -> Staged:
    """The file that ``write_gps`` would make, still without its name; errors as there."""
    return stage_pieces(source, lambda file: pieces_for(file, source, position), target, spares)


def stage_pieces(
    source: Path,
    change: Callable[[BinaryIO], Sequence[Piece]],
    target: Path | None = None,
    spares: Spares | None = None,
) -> Staged:
    """A changed copy of ``source``, durable, ready to take the name ``target`` or its own.

    It is written over one of the ``spares`` when there is one.
    """
    in_place = target is None
    # A link is followed, or it would be replaced by a file.
    target = source.resolve() if target is None else target
    try:
        if in_place:
            _refuse_read_only(target)
        with source.open("rb") as file:
            pieces = _ordered(change(file))
            undos = tuple(undo_of(file, pieces))
            part = part_of(target)
            with writing(part, spares.open(part) if spares else None) as out:
                write_changed(file, pieces, out)
                after = out.tell()
                before = file.tell()
    except OSError as error:
        raise disk_fault(error, target) from error
    staged = Staged(part, target, undos, before, after)
    try:
        shutil.copystat(source, part)
    except OSError as error:
        staged.drop()
        raise disk_fault(error, target) from error
    return staged


def _ordered(pieces: Sequence[Piece]) -> list[Piece]:
    try:
        return in_order(pieces)
    except ValueError as error:
        raise odd() from error


def _refuse_read_only(target: Path) -> None:
    """A file that somebody protected stays, though its folder would let it be replaced."""
    if target.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        return
    text = _(
        "{place} is marked read-only, so nothing was written; "
        "take the mark off or write copies into a folder."
    )
    raise Unavailable(text.format(place=target))


def pieces_for(file: BinaryIO, source: Path, position: Position) -> list[Piece]:
    """The pieces that change; ``BadInput`` for what is broken or not written."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return png_pieces(file, position)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return webp_pieces(file, position)
    if head[4:8] == b"ftyp" and head[8:12] != b"crx ":
        return heic_pieces(file, position)
    if head[:4] in (b"II*\0", b"MM\0*") and source.suffix.lower() not in _RAW:
        return tiff_pieces(file, position)
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+") or head[4:8] == b"ftyp":
        text = _(
            "Positions are not written into this kind of file ({kind}), its data could be harmed; "
            "keep the position in the project instead."
        )
        raise BadInput(text.format(kind=source.suffix.lower() or "?"))
    return jpeg_pieces(file, position)
