"""What a person chose on this machine: language, theme, text size, recent projects.

Kept as JSON in the person's configuration folder; never in a project. A damaged file is
treated as empty: preferences are not worth a sentence.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from jdz_field.operations.preferences_place import configuration

log = logging.getLogger(__name__)

#: How many projects the first page remembers.
MOST_RECENT = 6


def default_file() -> Path:
    """``window.json`` in the configuration folder (``JDZ_FIELD_CONFIG`` names another)."""
    return configuration() / "window.json"


@dataclass
class Preferences:
    """The choices.

    ``language`` empty: the program's default; ``scale`` 1.0 to 2.0; ``receiver`` as
    ``gnss.sources.source_of`` reads it, empty for none; ``lock_after`` idle minutes, 0 never;
    ``disk_warned``: the day on which it was last said that the disk is not encrypted;
    ``track_plan``: how densely one's track is kept; ``near_metres``: at which distance points of
    high danger warn, -1 as the catalogue says, 0 never; ``near_sound``: 1 with a sound;
    ``antennas``: metres of the antenna above the ground, by receiver;
    ``cones``: 1 where the map shows which way photos look;
    ``camera``: the folder of the camera program's pictures, empty for the system's own.
    """

    language: str = ""
    theme: str = "light"
    scale: float = 1.0
    coordinates: str = "decimal"
    receiver: str = ""
    lock_after: int = 10
    disk_warned: str = ""
    track_plan: str = "usual"
    antennas: dict[str, float] = field(default_factory=dict)
    near_metres: int = -1
    near_sound: int = 0
    cones: int = 1
    camera: str = ""
    recent: list[str] = field(default_factory=list)
    views: dict[str, str] = field(default_factory=dict)
    file: Path | None = None

    @classmethod
    def load(cls, file: Path | None = None) -> Preferences:
        """Read them; what is absent or damaged takes its default."""
        source = file or default_file()
        made = cls(file=source)
        for key, value in _read(source).items():
            known = {f.name: type(getattr(made, f.name)) for f in fields(cls) if f.name != "file"}
            if key in known and isinstance(value, known[key]) and not isinstance(value, bool):
                setattr(made, key, value)
        # A file that somebody edited by hand may lock late, but not never.
        made.lock_after = min(max(made.lock_after, 0), 240)
        made.recent = [str(path) for path in made.recent][:MOST_RECENT]
        made.antennas = {
            str(spec): float(metres)
            for spec, metres in made.antennas.items()
            if isinstance(metres, int | float) and 0 <= metres <= 10
        }
        made.views = {str(form): str(view) for form, view in made.views.items()}
        return made

    def save(self) -> None:
        """Write them; a disk that refuses is no reason to stop the person."""
        if self.file is None:
            return
        data = {key: value for key, value in asdict(self).items() if key != "file"}
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            beside = self.file.with_suffix(".new")
            beside.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
            beside.replace(self.file)
        except OSError:
            log.warning("preferences not saved", exc_info=True)

    def remember(self, project: Path) -> None:
        """Put a project first among the recent ones."""
        name = str(project.resolve())
        self.recent = [name, *(other for other in self.recent if other != name)][:MOST_RECENT]
        self.save()


def _read(source: Path) -> dict[str, Any]:
    try:
        data = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
