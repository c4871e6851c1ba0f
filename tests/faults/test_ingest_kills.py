"""Seven kills by chance; ``python -m tests.faults.ingest_kills --count 200`` runs more."""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults import ingest_kills


def test_a_kill_leaves_every_file_whole_and_what_was_reported(tmp_path: Path) -> None:
    *_before, found = ingest_kills.run(7, 5, tmp_path, photos=60)
    assert found.wrong == []
    assert found.kills == 7
    assert found.reported > 20


def test_a_loss_would_be_noticed(tmp_path: Path) -> None:
    found = ingest_kills.Run()
    life = ingest_kills.Life(tmp_path, random.Random(1), found, photos=12)
    while not life.one(2.0):
        pass
    assert found.wrong == []
    stored = next(p for p in (life.path / "files").rglob("*.jpg"))
    stored.write_bytes(b"half")
    (life.path / photo_name(life)).unlink()
    life.look()
    assert any("is not its content" in one for one in found.wrong)
    assert "the pile is not remembered" in found.wrong


def photo_name(life: ingest_kills.Life) -> Path:
    """The remembered pile's file, below the project."""
    return next((life.path / "intake").glob("pile.json")).relative_to(life.path)
