"""Old files are written over only where nobody can see it."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jdz_field.photos import spares as module
from jdz_field.photos.files import writing
from jdz_field.photos.spares import Spares

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux says whether a file is open elsewhere"
)


def replaced(folder: Path, spares: Spares, name: str = "a.jpg", old: bytes = b"old" * 9) -> Path:
    """A file of the folder that was replaced, its old one kept."""
    target, part = folder / name, folder / f".jdz-{name}.part"
    target.write_bytes(old)
    part.write_bytes(b"new")
    spares.replace(part, target)
    assert target.read_bytes() == b"new"
    return target


def rewritten(folder: Path, spares: Spares) -> tuple[Path, bool]:
    """A new part with five bytes, and whether it took an old file's room."""
    part = folder / ".jdz-next.part"
    over = spares.open(part)
    with writing(part, over) as out:
        out.write(b"fresh")
    assert part.read_bytes() == b"fresh"
    return part, over is not None


def test_an_old_file_is_written_over_and_cut_to_the_new_size(tmp_path: Path) -> None:
    spares = Spares()
    target = replaced(tmp_path, spares)
    spares.names_are_kept([tmp_path])
    part, used = rewritten(tmp_path, spares)
    assert used
    assert target.read_bytes() == b"new"
    spares.drop()
    assert sorted(tmp_path.iterdir()) == sorted([part, target])


def test_before_the_names_are_on_the_disk_nothing_is_written_over(tmp_path: Path) -> None:
    spares = Spares()
    replaced(tmp_path, spares)
    _part, used = rewritten(tmp_path, spares)
    assert not used
    spares.drop()


@pytest.mark.parametrize("way", ["reader", "map", "process"])
def test_a_file_that_somebody_reads_keeps_its_bytes(tmp_path: Path, way: str) -> None:
    spares, old = Spares(), b"old" * 2000
    (tmp_path / "a.jpg").write_bytes(old)
    with (tmp_path / "a.jpg").open("rb") as file:
        if way == "map":
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            file.close()
        (tmp_path / ".jdz-1.part").write_bytes(b"new")
        spares.replace(tmp_path / ".jdz-1.part", tmp_path / "a.jpg")
        spares.names_are_kept([tmp_path])
        if way == "process":
            spare = next(p for p in tmp_path.glob(".jdz-*.part"))
            code = "import sys; f = open(sys.argv[1], 'rb'); print(1, flush=True); sys.stdin.read()"
            pipe = subprocess.PIPE
            command = [sys.executable, "-c", code, str(spare)]
            file.close()
            with subprocess.Popen(command, stdin=pipe, stdout=pipe) as other:
                assert other.stdout is not None
                other.stdout.readline()
                assert not rewritten(tmp_path, spares)[1]
            return
        assert not rewritten(tmp_path, spares)[1]
        if way == "map":
            assert view[:] == old
            view.close()
        else:
            assert file.read() == old


def test_a_file_with_another_name_keeps_its_bytes(tmp_path: Path) -> None:
    spares = Spares()
    (tmp_path / "a.jpg").write_bytes(b"old")
    os.link(tmp_path / "a.jpg", tmp_path / "b.jpg")
    (tmp_path / ".jdz-1.part").write_bytes(b"new")
    spares.replace(tmp_path / ".jdz-1.part", tmp_path / "a.jpg")
    spares.names_are_kept([tmp_path])
    assert not rewritten(tmp_path, spares)[1]
    assert (tmp_path / "b.jpg").read_bytes() == b"old"


def test_a_name_that_an_old_file_gets_later_keeps_its_bytes(tmp_path: Path) -> None:
    spares = Spares()
    replaced(tmp_path, spares)
    os.link(next(tmp_path.glob(".jdz-*.part")), tmp_path / "kept.jpg")
    spares.names_are_kept([tmp_path])
    assert not rewritten(tmp_path, spares)[1]
    assert (tmp_path / "kept.jpg").read_bytes() == b"old" * 9


def test_only_so_much_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 60)
    spares = Spares()
    for number in range(4):
        replaced(tmp_path, spares, f"{number}.jpg")
    assert len(list(tmp_path.glob(".jdz-*.part"))) == 2
    spares.drop()
    assert not list(tmp_path.glob(".jdz-*.part"))


def test_a_replacement_that_fails_leaves_the_old_file_and_nothing_beside(tmp_path: Path) -> None:
    spares = Spares()
    (tmp_path / "a.jpg").write_bytes(b"old")
    with pytest.raises(FileNotFoundError):
        spares.replace(tmp_path / ".jdz-none.part", tmp_path / "a.jpg")
    assert [file.name for file in tmp_path.iterdir()] == ["a.jpg"]
    assert (tmp_path / "a.jpg").read_bytes() == b"old"
