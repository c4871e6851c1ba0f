"""A changed file as the few pieces that differ: what to write, and what takes it back."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
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
    at = 0
    file.seek(0)
    for piece in pieces:
        _copy(file, out, piece.at - at, buffer)
        out.write(piece.new)
        at = file.seek(piece.at + piece.size)
    while size := file.readinto(buffer):
        out.write(buffer[:size])


def _copy(file: BufferedReader, out: BinaryIO, size: int, buffer: memoryview) -> None:
    while size > 0:
        got = file.readinto(buffer[: min(size, len(buffer))])
        if not got:
            raise OSError("the file became shorter while it was read")
        out.write(buffer[:got])
        size -= got


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
