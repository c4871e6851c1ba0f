"""Geotagging taken back gives each file its very bytes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.photos.journal import NAME, entries, note
from jdz_field.photos.taking_back import CHANGED, RESTORED, UNTOUCHED, take_back
from jdz_field.photos.writer import Position, stage
from tests.photos.containers import ALL
from tests.photos.judge import SPOT
from tests.photos.pictures import camera


def tag(path: Path, position: Position = SPOT) -> None:
    staged = stage(path, position)
    note(path.parent, [staged])
    staged.take_name()


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_kind_comes_back_byte_for_byte(tmp_path: Path, name: str) -> None:
    suffix, data = ALL[name]
    path = tmp_path / f"山体{suffix}"
    path.write_bytes(data)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    tag(path)
    assert path.read_bytes() != data
    tag(path, Position(100.0, -20.0))
    (done,) = take_back([path])
    assert done.status == RESTORED
    assert path.read_bytes() == data
    assert path.stat().st_mtime == 1_700_000_000
    assert [one.status for one in take_back([path])] == [UNTOUCHED]


def test_a_renamed_file_comes_back_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(camera())
    tag(path)
    other = path.rename(tmp_path / "瑶里 滑坡.jpg")
    assert [one.status for one in take_back([other])] == [RESTORED]
    assert other.read_bytes() == camera()


def test_what_another_program_changed_stays(tmp_path: Path, tool: Any) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(camera())
    tag(path)
    subprocess.run([tool("exiftool"), "-q", "-overwrite_original", "-Artist=x", path], check=True)
    now = path.read_bytes()
    (done,) = take_back([path])
    assert done.status == CHANGED
    assert done.problem is not None
    assert path.read_bytes() == now


def test_a_file_that_was_never_written_is_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(camera())
    assert [one.status for one in take_back([path])] == [UNTOUCHED]
    assert [p.name for p in tmp_path.iterdir()] == ["a.jpg"]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    (done,) = take_back([tmp_path / "no.jpg"])
    assert done.problem is not None


def test_damaged_lines_of_the_journal_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(camera())
    (tmp_path / NAME).write_bytes(b'{"file": "a.jpg", "before": 1, "aft')
    tag(path)
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'\xff\xfe\n[1]\n{"pieces": 3}\n{"file": 1, "before": "x"}\n' + b"[" * 5000)
    assert len(entries(tmp_path)) == 1
    assert [one.status for one in take_back([path])] == [RESTORED]
    assert path.read_bytes() == camera()


def test_a_file_marked_read_only_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(camera())
    path.chmod(0o444)
    with pytest.raises(Unavailable, match="只读"):
        stage(path, SPOT)
    assert path.read_bytes() == camera()
    assert [p.name for p in tmp_path.iterdir()] == ["a.jpg"]
    path.chmod(0o644)
