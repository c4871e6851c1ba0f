"""Lines reach the disk; a disk that refuses is said, what waits is written later."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest

from jdz_field.operations import tracks_writer
from jdz_field.operations.tracks_writer import TrackWriter


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


class Full:
    """A disk that takes ``room`` more bytes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 1 << 40
        disk = self

        class Narrow(FileIO):
            def write(self, data) -> int:  # type: ignore[no-untyped-def]
                part = bytes(data)[: disk.room]
                if not part:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                disk.room -= len(part)
                return super().write(part)

        monkeypatch.setattr(tracks_writer, "FileIO", Narrow)


def test_lines_are_written_in_order(tmp_path: Path) -> None:
    path = tmp_path / "tracks" / "a.track"
    writer = TrackWriter(path, every=0.01)
    for n in range(50):
        writer.add(b"%d\n" % n, 1)
    until(lambda: writer.kept == 50)
    assert path.read_bytes() == b"".join(b"%d\n" % n for n in range(50))
    writer.add(b"last\n")
    assert writer.close()
    assert path.read_bytes().endswith(b"49\nlast\n")


def test_a_full_disk_is_said_and_what_waits_is_written_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Full(monkeypatch)
    path = tmp_path / "a.track"
    writer = TrackWriter(path, every=0.01)
    writer.add(b"first\n", 1)
    until(lambda: writer.kept == 1)
    disk.room = 3
    writer.add(b"second\n", 1)
    until(lambda: bool(writer.problem))
    assert "满" in writer.problem or "full" in writer.problem
    assert (writer.kept, writer.waiting) == (1, 1)
    disk.room = 1 << 40
    until(lambda: writer.kept == 2)
    assert writer.problem == ""
    assert writer.close()
    # The three bytes of the first try are not there twice.
    assert path.read_bytes() == b"first\nsecond\n"


def test_closing_on_a_full_disk_says_that_not_all_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Full(monkeypatch)
    writer = TrackWriter(tmp_path / "a.track", every=0.01)
    disk.room = 0
    writer.add(b"first\n", 1)
    assert not writer.close()
    assert writer.kept == 0


def test_what_waits_is_bounded_and_what_is_lost_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks_writer, "MOST_WAITING", 3)
    disk = Full(monkeypatch)
    disk.room = 0
    writer = TrackWriter(tmp_path / "a.track", every=60)
    for _n in range(5):
        writer.add(b"point\n", 1)
    assert (writer.waiting, writer.lost) == (3, 2)
    disk.room = 1 << 40
    assert writer.close()


def test_it_goes_on_after_what_counts_and_cuts_off_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.track"
    path.write_bytes(b"whole\nhal")
    writer = TrackWriter(path, every=0.01, good=6, kept=1)
    writer.add(b"next\n", 1)
    assert writer.close()
    assert writer.kept == 2
    assert path.read_bytes() == b"whole\nnext\n"
