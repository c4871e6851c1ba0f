"""What outlasts a stop or a kill of taking photos in: the pile, and which of it is done.

Both lie in the project's folder ``intake``. The pile is replaced whole. The files that are done
are told line by line after the store has them; a line that was lost or torn costs only reading
its photo once more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jdz_field.photos.files import replacing

#: The folder in the project; ``PASTED`` below it holds pictures from the clipboard.
FOLDER, PASTED = "intake", "pasted"
_PILE, _DONE = "pile.json", "done.jsonl"


@dataclass(frozen=True, slots=True)
class Choice:
    """One photo of a pile: its file and what a person or a proposal chose for it.

    ``chosen``: by the person; a proposal made anew leaves it alone.
    """

    file: str
    record: str | None = None
    site: str | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Pile:
    """A pile as it is remembered; ``tracks`` are files, ``clock_offset`` and ``max_gap`` seconds.

    ``offset_s``: the zone of cameras that name none, seconds east of Greenwich.
    """

    photos: tuple[Choice, ...]
    tracks: tuple[str, ...] = ()
    clock_offset: float = 0.0
    max_gap: float = 300.0
    offset_s: float = 28_800.0


def remember(project: Path, pile: Pile) -> None:
    """Keep a pile, durably; an empty one is forgotten. ``OSError`` as it comes."""
    if not pile.photos:
        forget(project)
        return
    folder = project / FOLDER
    folder.mkdir(exist_ok=True)
    with replacing(folder / _PILE) as file:
        file.write(json.dumps(asdict(pile), ensure_ascii=False).encode())


def recall(project: Path) -> Pile | None:
    """The pile that was remembered; ``None`` when there is none or it cannot be read."""
    try:
        data = json.loads((project / FOLDER / _PILE).read_text(encoding="utf-8"))
        photos = tuple(Choice(**one) for one in data.pop("photos"))
        return Pile(photos=photos, **{**data, "tracks": tuple(data["tracks"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def forget(project: Path) -> None:
    """The pile is done with: it, and what was pasted into it, go."""
    folder = project / FOLDER
    with suppress(OSError):
        (folder / _PILE).unlink()
    with suppress(OSError):
        for file in (folder / PASTED).iterdir():
            file.unlink()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is still the one that was taken in: bytes and nanoseconds."""

    size: int
    mtime: int

    @classmethod
    def of(cls, file: Path) -> Stamp | None:
        """The file's own; ``None`` when it cannot be asked."""
        try:
            told = file.stat()
        except OSError:
            return None
        return cls(told.st_size, told.st_mtime_ns)


class Journal:
    """Which files of a run are in the store already, with their SHA-256."""

    def __init__(self, project: Path) -> None:
        self._file = project / FOLDER / _DONE
        self._known = _read(self._file)

    def hash_of(self, file: Path) -> str | None:
        """The SHA-256 of a file that an earlier run took in and that has not changed since."""
        known = self._known.get(str(file.absolute()))
        return known[0] if known is not None and known[1] == Stamp.of(file) else None

    def note(self, done: Mapping[Path, tuple[str, Stamp | None]]) -> None:
        """These files are in the store: SHA-256 and stamp. A disk that refuses costs no photo."""
        lines = [
            json.dumps([str(file.absolute()), sha256, stamp.size, stamp.mtime])
            for file, (sha256, stamp) in done.items()
            if stamp is not None
        ]
        with suppress(OSError):
            self._file.parent.mkdir(exist_ok=True)
            with self._file.open("a", encoding="utf-8") as out:
                out.write("".join(f"{line}\n" for line in lines))

    def clear(self) -> None:
        """The run came to its end."""
        with suppress(OSError):
            self._file.unlink()


def _read(file: Path) -> dict[str, tuple[str, Stamp]]:
    known: dict[str, tuple[str, Stamp]] = {}
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return known
    for line in lines:
        with suppress(ValueError, TypeError):
            told: tuple[Any, ...] = tuple(json.loads(line))
            name, sha256, size, mtime = told
            known[str(name)] = (str(sha256), Stamp(int(size), int(mtime)))
    return known
