"""Drafts beside the store, for when it is busy: an answer is on the disk within a second anyway.

While something long holds the store (an import, a lock of another program), the form page writes
its draft as ``drafts/<id>.json`` into the project folder. What is found there when the project is
opened again goes into the store, unless the store knows better.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jdz_field.core.files import replace
from jdz_field.core.sites import Draft
from jdz_field.store.project import Project

log = logging.getLogger(__name__)

FOLDER = "drafts"


def put(folder: Path, draft: Draft) -> None:
    """Write a draft into the project folder, whole or not at all; ``OSError`` when it cannot."""
    target = _file(folder, draft.id)
    target.parent.mkdir(exist_ok=True)
    beside = target.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as stream:
        json.dump(asdict(draft), stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    replace(beside, target)


def drop(folder: Path, draft: str) -> None:
    """The store has it: what lies beside it goes."""
    try:
        _file(folder, draft).unlink(missing_ok=True)
    except OSError:
        # It is older than the store's: the next start looks at it and drops it.
        log.warning("late draft not removed", exc_info=True)


def waiting(folder: Path) -> list[Path]:
    """The files that a busy store left behind."""
    return sorted((folder / FOLDER).glob("*.json"))


def take_in(project: Project) -> int:
    """Move what was left behind into the store; gives how many drafts were newer than there."""
    taken = 0
    for file in waiting(project.path):
        draft = _read(file)
        if draft is None:
            file.replace(file.with_suffix(".unreadable"))
            continue
        known = project.draft(draft.id)
        newer = known is None or known.updated < draft.updated
        if newer and project.record(draft.id) is None:
            project.save_draft(draft)
            taken += 1
        drop(project.path, draft.id)
    return taken


def _file(folder: Path, draft: str) -> Path:
    return folder / FOLDER / f"{draft}.json"


def _read(file: Path) -> Draft | None:
    try:
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        draft = Draft(**data)
    except (OSError, ValueError, TypeError):
        log.warning("late draft %s cannot be read", file, exc_info=True)
        return None
    # A name from outside is no path.
    return draft if draft.id == file.stem else None
