"""A changed file as the few pieces that differ: what to write, and what takes it back."""

from __future__ import annotations

import operator
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from itertools import pairwise
from typing import BinaryIO

_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class Piece:
    """``new`` stands where the old file has ``size`` bytes from offset ``at`` on."""

    at: int
    size: int
    new: bytes


def in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces by offset; ``ValueError`` when two of them overlap."""
    ordered = sorted(pieces, key=lambda piece: (piece.at, piece.size))
    for one, other in pairwise(ordered):
        if one.at + one.size > other.at:
            raise ValueError("pieces overlap")
    return ordered


def trimmed(at: int, old: bytes, new: bytes) -> Piece:
    """The smallest piece that turns ``old``, which lies at ``at``, into ``new``."""
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    return Piece(at + start, len(old) - start - end, new[start : len(new) - end])


def _same(one: bytes, other: bytes) -> int:
    """How many bytes at the start are alike."""
    alike = map(operator.eq, one, other)
    return next((at for at, same in enumerate(alike) if not same), min(len(one), len(other)))


def write_changed(file: BufferedReader, pieces: Sequence[Piece], out: BinaryIO) -> None:
    """Write the whole of ``file`` with ``pieces`` (in order) in their places."""
    buffer = memoryview(bytearray(_BLOCK))
    whole = file.seek(0, os.SEEK_END)
    at = file.seek(0)
    for piece in pieces:
        _copy(file, out, piece.at - at, buffer)
        out.write(piece.new)
        at = file.seek(piece.at + piece.size)
    _copy(file, out, whole - at, buffer)


def _copy(file: BufferedReader, out: BinaryIO, size: int, buffer: memoryview) -> None:
    """Copy so many bytes from where ``file`` stands to where ``out`` does, and go on there."""
    if size >= _BLOCK:
        size -= _copied_by_the_system(file, out, size)
    while size > 0:
        got = file.readinto(buffer[: min(size, len(buffer))])
        if not got:
            raise OSError("the file became shorter while it was read")
        out.write(buffer[:got])
        size -= got


def _copied_by_the_system(file: BufferedReader, out: BinaryIO, size: int) -> int:
    """How many of ``size`` bytes went from file to file without passing through the program.

    Linux: copy_file_range(2), which shares the blocks where the file system can. Where it cannot
    go on, the rest is copied by hand.
    """
    if sys.platform != "linux":
        return 0
    out.flush()
    start, at = file.tell(), out.tell()
    done = 0
    with suppress(OSError):
        while done < size:
            got = os.copy_file_range(
                file.fileno(), out.fileno(), size - done, start + done, at + done
            )
            if not got:
                break
            done += got
    file.seek(start + done)
    out.seek(at + done)
    return done


@dataclass(frozen=True, slots=True)
class Undo:
    """Bytes of the new file: ``new`` at ``at`` stood for ``old``."""

    at: int
    new: bytes
    old: bytes


def undo_of(file: BinaryIO, pieces: Sequence[Piece]) -> Iterator[Undo]:
    """What takes ``pieces`` (in order) back; reads the old bytes from the old file."""
    shift = 0
    for piece in pieces:
        file.seek(piece.at)
        yield Undo(piece.at + shift, piece.new, file.read(piece.size))
        shift += len(piece.new) - piece.size


def taken_back(file: BinaryIO, undos: Sequence[Undo]) -> list[Piece] | None:
    """Pieces that make the old file of the new one; ``None`` when it is not that new one."""
    pieces = []
    for undo in undos:
        file.seek(undo.at)
        if file.read(len(undo.new)) != undo.new:
            return None
        pieces.append(Piece(undo.at, len(undo.new), undo.old))
    return pieces
