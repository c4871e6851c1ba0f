"""What was measured: kept beside the preferences, written out, made a site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from jdz_field.core.errors import BadInput
from jdz_field.operations.measuring import Measured, add_measured, keep, kept
from jdz_field.operations.projects import create_project

SQUARE = ((117.2, 29.3), (117.21, 29.3), (117.21, 29.31), (117.2, 29.31))
BOW = (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])


def shape(places: tuple[tuple[float, float], ...] = SQUARE, *, closed: bool = True) -> Measured:
    return Measured(closed, tuple((*place, 0.0, 0.0) for place in places))


@pytest.fixture(autouse=True)
def _configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))


def test_it_is_kept_for_its_own_project_until_cleared(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    keep(one, shape())
    keep(other, shape(closed=False))
    assert kept(one) == shape()
    assert kept(other) == shape(closed=False)
    keep(one, Measured(closed=True, positions=()))
    assert kept(one) is None
    keep(other, None)
    assert kept(other) is None


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[1]",
        '{"%s": 7}',
        '{"%s": {"closed": true}}',
        '{"%s": {"closed": true, "positions": [[1]]}}',
        '{"%s": {"closed": true, "positions": [[500, 29, 0, 0]]}}',
        '{"%s": {"closed": true, "positions": [["a", 29, 0, 0]]}}',
    ],
)
def test_a_damaged_file_keeps_nothing_and_stops_nobody(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "config" / "measured.json"
    file.parent.mkdir()
    name = json.dumps(str(tmp_path.resolve()))[1:-1]
    file.write_text(damage.replace("%s", name), encoding="utf-8")
    assert kept(tmp_path) is None
    keep(tmp_path, shape())
    assert kept(tmp_path) == shape()


def test_it_is_written_as_wkt_and_geojson() -> None:
    ring = shapely.from_wkt(shape().wkt())
    assert shapely.equals_exact(ring, shapely.from_geojson(shape().geojson()), 1e-8)
    assert ring.geom_type == "Polygon"
    assert shapely.from_wkt(shape(closed=False).wkt()).geom_type == "LineString"


@pytest.mark.parametrize(
    ("places", "closed"), [(SQUARE[:2], True), (SQUARE[:1], False), ((SQUARE[0],) * 4, True)]
)
def test_too_few_points_are_no_shape(places: tuple[tuple[float, float], ...], closed: bool) -> None:
    with pytest.raises(BadInput):
        shape(places, closed=closed).wkt()


def test_the_place_of_a_crossing_is_found() -> None:
    assert shape().crossing() is None
    place = shape(BOW).crossing()
    assert place == pytest.approx((117.205, 29.305), abs=1e-6)


def test_an_area_becomes_a_site(tmp_path: Path) -> None:
    with create_project(tmp_path / "p", name="试点", author="余小敏") as project:
        site = add_measured(project, "plot", shape(), {"name": "后山小班"})
        assert site.name == "后山小班"
        assert site.geometry is not None
        assert shapely.from_wkt(site.geometry).area == pytest.approx(1e-4)
        assert site.fields["provisional"]


@pytest.mark.parametrize(
    ("kind", "measured"),
    [
        ("geohazard", shape()),
        ("plot", shape(BOW)),
        ("plot", shape(SQUARE[:2])),
        ("nowhere", shape()),
    ],
)
def test_what_cannot_be_a_site_is_refused_and_nothing_is_written(
    tmp_path: Path, kind: str, measured: Measured
) -> None:
    with create_project(tmp_path / "p", name="试点", author="余小敏") as project:
        with pytest.raises(BadInput):
            add_measured(project, kind, measured, {"name": "x"})
        assert not project.map_points()
