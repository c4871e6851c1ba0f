"""How a person likes to see the parts of forms on this machine: kept beside the preferences."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from jdz_field.ui.preferences import default_file

log = logging.getLogger(__name__)

#: The oldest of more habits than this are forgotten.
_MOST = 500


class Habits:
    """Words under keys, in ``forms.json``; a damaged file is treated as empty."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or default_file().with_name("forms.json")

    def get(self, key: str) -> str:
        """What was last chosen; empty when nothing was."""
        return self._read().get(key, "")

    def keep(self, key: str, word: str) -> None:
        """Remember a choice; a disk that refuses is no reason to stop the person."""
        habits = self._read()
        habits.pop(key, None)
        habits[key] = word
        kept = dict(list(habits.items())[-_MOST:])
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside = self._file.with_suffix(".new")
            beside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
            beside.replace(self._file)
        except OSError:
            log.warning("habit not kept", exc_info=True)

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {str(key): word for key, word in found.items() if isinstance(word, str)}
