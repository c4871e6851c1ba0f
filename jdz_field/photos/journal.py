"""What takes geotagging back: beside the photos, the few bytes that each of them lost.

One line a written file, added and brought to the disk before the file takes its name; so whatever
was written can be taken back, after a kill too. Nothing here is ever needed to read a photo.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jdz_field.photos.files import sync_folder
from jdz_field.photos.pieces import Undo
from jdz_field.photos.writer import Staged

NAME = ".jdz-geotag.jsonl"
#: A line is some kilobytes; a bound against files that only bear the name.
_LONGEST_LINE = 1 << 22
_MOST_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Entry:
    """One written file: its name then, its size before and after, and the way back."""

    name: str
    before: int
    after: int
    undos: tuple[Undo, ...]


def note(folder: Path, staged: Sequence[Staged]) -> None:
    """Add what takes these files back, durably; ``OSError`` as it comes."""
    path = folder / NAME
    new = not path.exists()
    with path.open("ab") as file:
        # A line that a full disk or a kill cut off must not swallow the next one.
        lines = b"".join(b"\n" + _line(one) for one in staged)
        file.write(lines + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync_folder(folder)


def _line(staged: Staged) -> bytes:
    undos = [[u.at, _text(u.new), _text(u.old)] for u in staged.undos]
    line = {
        "file": staged.target.name,
        "before": staged.before,
        "after": staged.after,
        "pieces": undos,
    }
    return json.dumps(line, ensure_ascii=False).encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def entries(folder: Path) -> list[Entry]:
    """What the journal of a folder says, the oldest first; damaged lines are passed over."""
    try:
        with (folder / NAME).open("rb") as file:
            data = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return []
    return list(_entries(data))


def _entries(data: bytes) -> Iterator[Entry]:
    for line in data.split(b"\n"):
        if not line or len(line) > _LONGEST_LINE:
            continue
        try:
            found: dict[str, Any] = json.loads(line)
            undos = tuple(
                Undo(int(at), base64.b64decode(new), base64.b64decode(old))
                for at, new, old in found["pieces"]
            )
            yield Entry(str(found["file"]), int(found["before"]), int(found["after"]), undos)
        except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
            continue
