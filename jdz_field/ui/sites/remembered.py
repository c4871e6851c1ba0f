"""The filters and the order that each person of a project used last, on this machine."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from jdz_field.ui.preferences import default_file

log = logging.getLogger(__name__)


def _file() -> Path:
    return default_file().with_name("lists.json")


def _all() -> dict[str, Any]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _key(project: Path, person: str) -> str:
    return f"{project.resolve()}|{person}"


def recall(project: Path, person: str) -> dict[str, str]:
    """What a person chose in a project; nothing when the file is damaged."""
    found = _all().get(_key(project, person), {})
    if not isinstance(found, dict):
        return {}
    return {str(name): value for name, value in found.items() if isinstance(value, str)}


def remember(project: Path, person: str, chosen: dict[str, str]) -> None:
    """Keep what a person chose; a disk that refuses is no reason to stop the person."""
    kept = _all()
    kept[_key(project, person)] = chosen
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(file)
    except OSError:
        log.warning("filters not saved", exc_info=True)
