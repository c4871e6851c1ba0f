"""Taking files in under the hash of their content."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.hashing import sha256
from jdz_field.photos.files import DiskFull
from jdz_field.photos.keep import Stopped, keep, kept_path

DATA = b"photo " * 100_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file to take in."""
    path = tmp_path / "存储卡" / "DCIM" / "照片 1.JPG"
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    return path


def contents(files: Path) -> list[Path]:
    return [p for p in files.rglob("*") if p.is_file()]


def test_it_lies_under_its_hash_and_the_source_is_untouched(tmp_path: Path, source: Path) -> None:
    before = source.stat()
    kept = keep(source, tmp_path / "files")
    assert kept.sha256 == sha256(DATA)
    assert kept.path == tmp_path / "files" / kept.sha256[:2] / f"{kept.sha256}.jpg"
    assert kept.path == kept_path(tmp_path / "files", kept.sha256)
    assert (kept.size, kept.already) == (len(DATA), False)
    assert kept.path.read_bytes() == source.read_bytes() == DATA
    assert source.stat().st_mtime_ns == before.st_mtime_ns
    assert contents(tmp_path / "files") == [kept.path]


def test_the_same_content_again_is_recognised_under_any_name(tmp_path: Path, source: Path) -> None:
    first = keep(source, tmp_path / "files")
    other = source.with_name("copy.jpg")
    other.write_bytes(DATA)
    stamp = first.path.stat().st_mtime_ns
    again = keep(other, tmp_path / "files")
    assert again.already
    assert again.path == first.path
    assert first.path.stat().st_mtime_ns == stamp


@pytest.mark.parametrize("damage", [b"", b"phot", b"x" * len(DATA)])
def test_a_damaged_stored_file_is_made_whole_again(
    tmp_path: Path, source: Path, damage: bytes
) -> None:
    kept = keep(source, tmp_path / "files")
    kept.path.write_bytes(damage)
    again = keep(source, tmp_path / "files")
    assert not again.already
    assert again.path.read_bytes() == DATA


def test_it_can_be_stopped_and_leaves_nothing(tmp_path: Path, source: Path) -> None:
    for calls in range(5):
        left = iter(range(calls))
        with pytest.raises(Stopped):
            keep(source, tmp_path / "files", cancelled=lambda left=left: next(left, None) is None)  # type: ignore[misc]
        assert contents(tmp_path) == [source]
    assert not keep(source, tmp_path / "files", cancelled=lambda: False).already


def test_a_source_that_is_not_there_or_is_a_folder_is_bad_input(tmp_path: Path) -> None:
    for path in (tmp_path / "no.jpg", tmp_path):
        with pytest.raises(BadInput, match="无法读取"):
            keep(path, tmp_path / "files")


@pytest.mark.skipif(os.name != "posix", reason="needs /proc")
def test_a_source_that_changes_meanwhile_is_refused(tmp_path: Path, source: Path) -> None:
    def change() -> bool:
        if (tmp_path / "files").exists() and contents(tmp_path / "files"):
            source.write_bytes(b"other " * 100_000)
        return False

    with pytest.raises(Unavailable, match="发生变化"):
        keep(source, tmp_path / "files", cancelled=change)
    assert contents(tmp_path / "files") == []


FULL = """
import resource, sys
from pathlib import Path
from jdz_field.core.i18n import set_language
from jdz_field.photos.files import DiskFull
from jdz_field.photos.keep import keep
set_language("en")
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
except DiskFull as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path, source: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(source), str(tmp_path / "files")],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.startswith("The disk is full at")
    assert contents(tmp_path / "files") == []


def test_a_files_folder_that_is_a_file_is_unavailable(tmp_path: Path, source: Path) -> None:
    (tmp_path / "files").write_bytes(b"")
    with pytest.raises(Unavailable) as caught:
        keep(source, tmp_path / "files")
    assert not isinstance(caught.value, DiskFull)
