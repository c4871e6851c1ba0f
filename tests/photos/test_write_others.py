"""PNG, WebP, TIFF and DNG get a position; their image data stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.photos.writer import write_gps
from tests.photos.containers import ALL, OTHERS, dng, pillow, tiff
from tests.photos.judge import SPOT, judged, lost, pixels

KINDS = {name: ALL[name] for name in OTHERS if not name.startswith("avif")}


def test_every_kind_gets_a_position_and_loses_nothing(tmp_path: Path, tool: Any) -> None:
    for name, (old, new, before, after) in judged(tmp_path, tool("exiftool"), KINDS).items():
        assert lost(old, new) == {}, name
        assert new["ExifTool:Validate"] == old["ExifTool:Validate"], name
        assert new["Composite:GPSLongitude"] == pytest.approx(SPOT.lon, abs=1e-9), name
        assert new["Composite:GPSLatitude"] == pytest.approx(SPOT.lat, abs=1e-9), name
        assert new["EXIF:GPS:GPSHPositioningError"] == 4.2, name
        assert pixels(after.read_bytes()) == pixels(before.read_bytes()), name


@pytest.mark.parametrize("data", [tiff(), tiff(">"), dng()], ids=["little", "big", "dng"])
def test_no_byte_of_a_tiff_moves(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(data)
    write_gps(path, SPOT)
    new = path.read_bytes()
    assert data[:4] == new[:4]
    assert new[8 : len(data)] == data[8:]


def chunks(data: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big") + 12
        found.append(data[at : at + size])
        at += size
    return found


def test_every_other_chunk_of_a_png_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    old = pillow("PNG")
    path.write_bytes(old)
    write_gps(path, SPOT)
    new = chunks(path.read_bytes())
    assert [one for one in new if one[4:8] != b"eXIf"] == chunks(old)
    names = [one[4:8] for one in new]
    assert names.index(b"eXIf") < names.index(b"IDAT")


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".png", pillow("PNG")[:-20]),
        (".png", b"\x89PNG\r\n\x1a\n"),
        (".webp", pillow("WEBP")[:-9]),
        (".webp", b"RIFF\x04\0\0\0WEBP"),
        (".webp", b"RIFF\x0c\0\0\0WEBPVP8 \xff\0\0\0"),
        (".tif", b"II*\0\xff\xff\0\0"),
        (".tif", b"MM\0*\0\0\0\x08\0\x05"),
        (".tif", b"II+\0\x08\0\0\0\x10\0\0\0"),
        (".nef", tiff()),
        (".cr2", tiff()[:8] + b"CR\2\0" + tiff()[12:]),
        (".cr3", b"\0\0\0\x18ftypcrx \0\0\0\1crx isom"),
        (".bmp", pillow("BMP")),
    ],
)
def test_what_is_damaged_or_a_makers_own_is_refused(
    tmp_path: Path, suffix: str, data: bytes
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        write_gps(path, SPOT)
    assert str(caught.value).endswith("。")
    assert path.read_bytes() == data
    assert len(list(tmp_path.iterdir())) == 1


@settings(
    max_examples=120, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(sorted(OTHERS)),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damage_is_refused_or_does_no_harm(
    tmp_path: Path, name: str, changes: list[tuple[int, int]]
) -> None:
    suffix, data = ALL[name]
    broken = bytearray(data)
    for at, value in changes:
        broken[at % len(broken)] = value
    path = tmp_path / f"a{suffix}"
    path.write_bytes(broken)
    try:
        write_gps(path, SPOT)
    except BadInput:
        assert path.read_bytes() == broken
    path.unlink()
    assert list(tmp_path.iterdir()) == []
