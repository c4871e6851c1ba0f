"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.photos.files import DiskFull, disk_fault, replacing, sweep, sync_folder


def test_the_new_file_takes_the_name_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "景德镇.bin"
    target.write_bytes(b"old")
    with replacing(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ValueError()]
)
def test_a_fault_leaves_the_old_file_and_nothing_beside(
    tmp_path: Path, error: BaseException
) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")

    def interrupted() -> None:
        with replacing(target) as file:
            file.write(b"ne")
            raise error

    with pytest.raises(type(error)):
        interrupted()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_name_as_long_as_the_system_allows(tmp_path: Path) -> None:
    target = tmp_path / ("滑" * 83 + ".jpg")
    with replacing(target) as file:
        file.write(b"x")
    assert target.read_bytes() == b"x"


def test_leftovers_of_a_killed_run_are_swept_but_not_fresh_ones_nor_anything_else(
    tmp_path: Path,
) -> None:
    names = (".jdz-0011223344556677.part", ".jdz-8811223344556677.part", "a.part", ".jdz-x")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    old = time.time() - 7200
    for name in names[:1] + names[2:]:
        os.utime(tmp_path / name, (old, old))
    sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names[1:])
    sweep(tmp_path / "no")


def test_a_folder_can_be_brought_to_the_disk(tmp_path: Path) -> None:
    sync_folder(tmp_path)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(errno.ENOSPC, "no space"), DiskFull, "已满"),
        (OSError(errno.EFBIG, "too big"), DiskFull, "已满"),
        (PermissionError(errno.EACCES, "denied"), Unavailable, "无法写入"),
        (OSError(errno.EIO, "I/O error"), Unavailable, "I/O error"),
    ],
)
def test_every_disk_fault_has_its_sentence(
    error: OSError, kind: type[Unavailable], words: str
) -> None:
    told = disk_fault(error, Path("D:/照片"))
    assert type(told) is kind
    assert words in str(told)
    assert "照片" in str(told)
