"""Where recordings grow before they are taken: found again after a kill, and offered."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from jdz_field.core.clock import BEIJING
from jdz_field.ui.form.recorder import repaired

_FOLDER, _GONE = "recordings", ".gone"
#: A piece that was thrown away is had back for so long, seconds.
_KEPT_S = 86_400


class Pieces:
    """Recordings of one question of one draft.

    Args:
        project: the project's folder.
        record: id of the draft; ``known``: ids of every draft and record there is.
        ref: the question.
    """

    def __init__(
        self, project: Path, record: str, ref: str, known: Callable[[], Collection[str]]
    ) -> None:
        self._root = project / _FOLDER
        self._mark = sha256(ref.encode()).hexdigest()[:16]
        self._record, self._known = record, known
        self._home = self._root / f"{record}--{self._mark}"

    def fresh(self) -> Path:
        """A name for a new recording."""
        stamp = datetime.now(UTC).astimezone(BEIJING).strftime("%Y%m%d-%H%M%S")
        return self._home / f"recording-{stamp}.wav"

    def found(self) -> tuple[Path, float] | None:
        """A piece that was left, with its seconds; one whose draft was never written counts too."""
        self._sweep()
        for folder in (self._home, *self._orphans()):
            for file in sorted(folder.glob("*.wav")) if folder.is_dir() else ():
                seconds = repaired(file)
                if seconds > 0:
                    return file, seconds
                self.forget(file)
        return None

    def _orphans(self) -> list[Path]:
        if not self._root.is_dir():
            return []
        folders = [f for f in self._root.glob(f"*--{self._mark}") if f != self._home]
        known = set(self._known()) if folders else set()
        return [f for f in folders if f.name.partition("--")[0] not in known]

    def forget(self, file: Path) -> None:
        """It is taken, or empty: its place is cleared."""
        with suppress(OSError):
            file.unlink()
            file.parent.rmdir()

    def throw_away(self, file: Path) -> Path:
        """Put it aside; ``bring_back`` has it again for a day."""
        return file.replace(file.with_suffix(_GONE))

    @staticmethod
    def bring_back(gone: Path) -> Path:
        """Undo of ``throw_away``."""
        return gone.replace(gone.with_suffix(".wav"))

    def _sweep(self) -> None:
        with suppress(OSError):
            for gone in self._root.glob(f"*/*{_GONE}"):
                if gone.stat().st_mtime < time.time() - _KEPT_S:
                    shutil.rmtree(gone.parent, ignore_errors=True)
