"""HEIC and AVIF, which are built alike, get a position at the end of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.photos.writer import write_gps
from tests.photos.containers import ALL, OTHERS, exif_block, pillow
from tests.photos.judge import SPOT, judged, lost, pixels

KINDS = {name: ALL[name] for name in OTHERS if name.startswith("avif")}


def test_a_position_comes_in_and_nothing_is_lost(tmp_path: Path, tool: Any) -> None:
    for name, (old, new, before, after) in judged(tmp_path, tool("exiftool"), KINDS).items():
        assert lost(old, new) == {}, name
        assert new["ExifTool:Validate"] == old["ExifTool:Validate"], name
        assert new["Composite:GPSLongitude"] == pytest.approx(SPOT.lon, abs=1e-9), name
        assert pixels(after.read_bytes()) == pixels(before.read_bytes()), name


@pytest.mark.parametrize("exif", [b"", exif_block()], ids=["without", "with"])
def test_no_byte_of_the_image_data_moves(tmp_path: Path, exif: bytes) -> None:
    data = pillow("AVIF", exif)
    at = data.index(b"mdat")
    path = tmp_path / "a.avif"
    path.write_bytes(data)
    for number in range(3):
        write_gps(path, SPOT)
        assert path.read_bytes()[at : len(data)] == data[at:], number
    assert pixels(path.read_bytes()) == pixels(data)


def test_a_last_box_without_a_size_gets_one(tmp_path: Path, tool: Any) -> None:
    data = pillow("AVIF", exif_block())
    at = data.index(b"mdat") - 4
    path = tmp_path / "a.avif"
    path.write_bytes(data[:at] + b"\0\0\0\0" + data[at + 4 :])
    write_gps(path, SPOT)
    assert path.read_bytes()[at : len(data)] == data[at:]
    assert pixels(path.read_bytes()) == pixels(data)


def test_cut_at_any_byte_it_is_refused_or_whole(tmp_path: Path) -> None:
    data = pillow("AVIF", exif_block())
    path = tmp_path / "a.avif"
    for end in range(12, len(data), 5):
        path.write_bytes(data[:end])
        with pytest.raises(BadInput):
            write_gps(path, SPOT)
        assert path.read_bytes() == data[:end]
