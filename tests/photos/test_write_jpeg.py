"""JPEGs of every shape get a position; exiftool judges what else changed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.photos.writer import write_gps
from tests.photos.containers import JPEGS, several, with_preview
from tests.photos.judge import SPOT, judged, lost
from tests.photos.pictures import image_data, jpeg


def test_every_kind_of_jpeg_gets_a_position_and_loses_nothing(tmp_path: Path, tool: Any) -> None:
    kinds = {name: (".jpg", data) for name, data in JPEGS.items()}
    for name, (old, new, before, after) in judged(tmp_path, tool("exiftool"), kinds).items():
        assert lost(old, new) == {}, name
        assert new["ExifTool:Validate"] == old["ExifTool:Validate"], name
        assert new["Composite:GPSLongitude"] == pytest.approx(SPOT.lon, abs=1e-9), name
        assert new["EXIF:GPS:GPSHPositioningError"] == 4.2, name
        assert image_data(after.read_bytes()) == image_data(before.read_bytes()), name


def extracted(program: str, file: Path, tag: str) -> bytes:
    return subprocess.run([program, "-b", f"-{tag}", file], capture_output=True, check=True).stdout


@pytest.mark.parametrize("before", [False, True])
def test_a_second_picture_is_still_found(tmp_path: Path, tool: Any, before: bool) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(several(before))
    program = tool("exiftool")
    assert extracted(program, path, "MPImage2") == jpeg(32, 24)
    write_gps(path, SPOT)
    assert extracted(program, path, "MPImage2") == jpeg(32, 24)


def test_the_first_pictures_size_is_told_anew(tmp_path: Path, tool: Any) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(several())
    write_gps(path, SPOT)
    size = path.stat().st_size - len(jpeg(32, 24))
    told = extracted(tool("exiftool"), path, "MPImage1:MPImageLength")
    assert int(told or b"0") == size


def test_a_makers_preview_behind_the_picture_is_still_found(tmp_path: Path, tool: Any) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(with_preview())
    program = tool("exiftool")
    assert extracted(program, path, "PreviewImage") == jpeg(40, 30)
    write_gps(path, SPOT)
    assert extracted(program, path, "PreviewImage") == jpeg(40, 30)


def test_a_film_behind_the_picture_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    data = JPEGS["motion photo"]
    path.write_bytes(data)
    write_gps(path, SPOT)
    film = data[data.index(b"\xff\xd9\0\0\0\x18ftyp") :]
    assert path.read_bytes().endswith(film)


def test_a_trailer_that_counts_from_the_start_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    data = jpeg() + b"AXS!\1\0\0\1\0\0\0\0"
    path.write_bytes(data)
    with pytest.raises(BadInput):
        write_gps(path, SPOT)
    assert path.read_bytes() == data
