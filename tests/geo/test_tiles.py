"""MBTiles: what is read, what is refused; the arithmetic of Web Mercator."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.geo.tiles import (
    MAX_LATITUDE,
    MAX_TILE_BYTES,
    MBTiles,
    basemaps,
    from_unit,
    ground_metres,
    to_unit,
)


def make(path: Path, tiles: dict[tuple[int, int, int], bytes], **metadata: str) -> Path:
    """An MBTiles file with tiles by zoom, column, row (XYZ)."""
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    database.execute(
        "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER,"
        " tile_data BLOB)"
    )
    database.executemany("INSERT INTO metadata VALUES (?, ?)", list(metadata.items()))
    rows = [(z, x, (1 << z) - 1 - y, data) for (z, x, y), data in tiles.items()]
    database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    return path


def test_a_tile_is_found_by_its_row_from_the_north(tmp_path: Path) -> None:
    file = make(tmp_path / "a.mbtiles", {(2, 1, 0): b"north", (2, 1, 3): b"south"}, format="png")
    tiles = MBTiles(file)
    assert tiles.tile(2, 1, 0) == b"north"
    assert tiles.tile(2, 1, 3) == b"south"
    assert tiles.tile(2, 1, 1) is None
    tiles.close()


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    file = make(
        tmp_path / "a.mbtiles",
        {(5, 26, 13): b"x", (7, 105, 53): b"y"},
        name="影像",
        format="jpg",
        bounds="116.9,28.7,117.7,29.9",
        attribution="天地图",
    )
    tiles = MBTiles(file)
    source = tiles.source
    assert (source.name, source.format, source.attribution) == ("影像", "jpg", "天地图")
    assert (source.min_zoom, source.max_zoom) == (5, 7)
    assert source.bounds == (116.9, 28.7, 117.7, 29.9)
    tiles.close()


@pytest.mark.parametrize("bounds", ["", "1,2,3", "a,b,c,d", "5,5,1,1", "nan,1,2,3", "inf,0,1,1"])
def test_bounds_that_make_no_sense_are_ignored(tmp_path: Path, bounds: str) -> None:
    tiles = MBTiles(make(tmp_path / "a.mbtiles", {(0, 0, 0): b"x"}, bounds=bounds))
    assert tiles.source.bounds is None
    tiles.close()


def test_tiles_are_read_from_many_threads(tmp_path: Path) -> None:
    wanted = {(8, x, y): f"{x} {y}".encode() for x in range(16) for y in range(16)}
    tiles = MBTiles(make(tmp_path / "a.mbtiles", wanted))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda key: tiles.tile(*key), wanted))
    assert found == list(wanted.values())
    tiles.close()


def test_the_file_is_not_touched(tmp_path: Path) -> None:
    file = make(tmp_path / "a.mbtiles", {(0, 0, 0): b"x"})
    before = file.read_bytes()
    tiles = MBTiles(file)
    tiles.tile(0, 0, 0)
    tiles.close()
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="底图"):
        MBTiles(tmp_path / "none.mbtiles")


@pytest.mark.parametrize(
    "content", [b"", b"not a database" * 100, b"SQLite format 3\x00" + b"x" * 90]
)
def test_a_file_that_is_no_mbtiles_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.mbtiles"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=r"a\.mbtiles"):
        MBTiles(file)


def test_vector_tiles_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="pbf"):
        MBTiles(make(tmp_path / "a.mbtiles", {(0, 0, 0): b"x"}, format="pbf"))


def test_a_file_without_tiles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="瓦片"):
        MBTiles(make(tmp_path / "a.mbtiles", {}))


def test_a_monstrous_tile_is_not_read(tmp_path: Path) -> None:
    tiles = MBTiles(make(tmp_path / "a.mbtiles", {(0, 0, 0): bytes(MAX_TILE_BYTES + 1)}))
    assert tiles.tile(0, 0, 0) is None
    tiles.close()


def test_a_closed_file_says_so_in_a_sentence(tmp_path: Path) -> None:
    tiles = MBTiles(make(tmp_path / "a.mbtiles", {(0, 0, 0): b"x"}))
    tiles.close()
    with pytest.raises(Unavailable, match=r"a\.mbtiles"):
        tiles.tile(0, 0, 0)


def test_a_bad_base_map_does_not_hide_a_good_one(tmp_path: Path) -> None:
    make(tmp_path / "b.mbtiles", {(0, 0, 0): b"x"}, name="好")
    (tmp_path / "a.mbtiles").write_bytes(b"bad")
    opened, problems = basemaps(tmp_path)
    assert [tiles.source.name for tiles in opened] == ["好"]
    assert len(problems) == 1
    for tiles in opened:
        tiles.close()


def test_no_folder_no_base_maps(tmp_path: Path) -> None:
    assert basemaps(tmp_path / "none") == ([], [])


@given(st.floats(-180, 180), st.floats(-MAX_LATITUDE, MAX_LATITUDE))
def test_there_and_back_again(lon: float, lat: float) -> None:
    back = from_unit(*to_unit(lon, lat))
    assert back == pytest.approx((lon, lat), abs=1e-9)


def test_known_places_of_web_mercator() -> None:
    assert to_unit(0, 0) == pytest.approx((0.5, 0.5))
    assert to_unit(-180, MAX_LATITUDE) == pytest.approx((0, 0), abs=1e-9)
    assert to_unit(0, 90) == to_unit(0, MAX_LATITUDE)
    # A tile at zoom 0 spans the equator: 40,075,017 m / 256 px.
    assert ground_metres(0, 0) == pytest.approx(156_543.03, abs=0.01)
    assert ground_metres(60, 3) == pytest.approx(156_543.03 / 16, abs=0.01)
