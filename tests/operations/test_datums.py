"""Parameter sets of a project; ledgers and waiting sites converted with them, on the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.geo.crs import legacy_from_degrees
from jdz_field.geo.datum import DatumSet, to_legacy
from jdz_field.geo.shift import to_bd09, to_gcj02
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.datums import (
    add_datum,
    apply_datum,
    control,
    datum_named,
    datum_sets,
    remove_datum,
)
from jdz_field.operations.ledger import import_ledger
from jdz_field.operations.sites import edit_site, resolve
from jdz_field.store.project import Project

SEVEN = DatumSet(
    "市局七参数(虚构示例)",
    "xian80",
    "seven",
    {"dx": 12.5, "dy": -118.3, "dz": -61.7, "rx": 1.2, "ry": -0.7, "rz": 2.1, "scale": -3.4},
    "coordinate_frame",
)
FOUR = replace(
    SEVEN,
    name="浮梁四参数(虚构示例)",
    method="four",
    parameters={"dx": -12.3, "dy": 101.2, "rotation": 1.5, "scale": -4.2},
    convention="clockwise",
)
CODE = "360222010001"
HEAD = ("统一编号", "名称", "县", "灾害类型", "X坐标(西安80)", "Y坐标(西安80)")
Write = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p", name="试", author="余小敏") as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(*rows: Sequence[Any], head: Sequence[Any] = HEAD) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (head, *rows):
            book.active.append(list(row))
        book.save(tmp_path / "l.xlsx")
        return tmp_path / "l.xlsx"

    return make


def old(one: DatumSet, lon: float, lat: float, prefix: bool = True) -> tuple[float, float]:
    """North and east in the old datum's zone 39, as a ledger has them."""
    x, y = legacy_from_degrees(one.datum, 39, *to_legacy(one, np.array([lon]), np.array([lat])))
    return round(float(y[0]), 3), round(float(x[0]) - (0 if prefix else 39e6), 3)


def row(one: DatumSet, prefix: bool = True, code: str = CODE) -> tuple[Any, ...]:
    return (code, "瑶里滑坡", "浮梁县", "滑坡", *old(one, 117.4, 29.5, prefix))


def test_a_set_is_stored_with_who_and_when_and_forgotten(project: Project) -> None:
    made = add_datum(project, SEVEN)
    assert (made.by, made.at[:2]) == ("余小敏", "20")
    assert datum_sets(project) == [made]
    assert datum_named(project, SEVEN.name) == made
    with pytest.raises(BadUsage, match="虚构示例"):
        add_datum(project, SEVEN)
    with pytest.raises(BadInput):
        add_datum(project, replace(SEVEN, name="坏", zone=7))
    remove_datum(project, SEVEN.name)
    assert datum_sets(project) == []
    with pytest.raises(BadUsage):
        remove_datum(project, SEVEN.name)


@pytest.mark.parametrize("one", [SEVEN, FOUR])
@pytest.mark.parametrize("prefix", [True, False])
def test_a_ledger_is_converted_only_with_the_set_that_is_named(
    project: Project, write: Write, one: DatumSet, prefix: bool
) -> None:
    add_datum(project, one)
    file = write(row(one, prefix))
    (raw,) = import_ledger(project, file, "geohazard", dry_run=True).rows
    assert [issue.code for issue in raw.issues] == ["legacy_datum"]
    done = import_ledger(project, file, "geohazard", ImportOptions(datum=one.name))
    assert any(one.name in note for note in done.rows[0].notes)
    site = resolve(project, CODE)
    assert (site.lon, site.lat) == pytest.approx((117.4, 29.5), abs=1e-8)
    assert one.name in site.fields["remarks"]
    assert "待转换" not in site.fields["remarks"]
    again = import_ledger(project, file, "geohazard", ImportOptions(datum=one.name))
    assert (again.unchanged, again.updated) == (1, 0)


def test_a_set_of_another_datum_does_not_touch_a_row(project: Project, write: Write) -> None:
    other = add_datum(project, replace(SEVEN, source="beijing54"))
    done = import_ledger(project, write(row(SEVEN)), "geohazard", ImportOptions(datum=other.name))
    assert [issue.code for issue in done.rows[0].issues] == ["legacy_datum"]


def test_rows_outside_the_area_keep_waiting(project: Project, write: Write) -> None:
    one = add_datum(project, replace(SEVEN, bounds=(100.0, 20.0, 101.0, 21.0)))
    done = import_ledger(project, write(row(SEVEN)), "geohazard", ImportOptions(datum=one.name))
    assert [issue.code for issue in done.rows[0].issues] == ["legacy_datum"]
    assert "待转换" in resolve(project, CODE).fields["remarks"]


@pytest.mark.parametrize(
    "options",
    [
        *(ImportOptions(datum="没有"), ImportOptions(shift="wgs")),
        ImportOptions(datum=SEVEN.name, shift="bd09"),
        ImportOptions(datum=SEVEN.name, crs="EPSG:4548"),
        ImportOptions(datum=SEVEN.name, crs="EPSG:2436"),
    ],
)
def test_contradictions_are_refused(project: Project, write: Write, options: ImportOptions) -> None:
    add_datum(project, SEVEN)
    with pytest.raises(BadUsage):
        import_ledger(project, write(row(SEVEN)), "geohazard", options)


@pytest.mark.parametrize("one", [SEVEN, FOUR])
@pytest.mark.parametrize("prefix", [True, False])
def test_what_waits_is_converted_later(
    project: Project, write: Write, one: DatumSet, prefix: bool
) -> None:
    import_ledger(project, write(row(one, prefix)), "geohazard", ImportOptions(crs="EPSG:2384"))
    edit_site(project, resolve(project, CODE).id, {"name": "瑶里"})
    add_datum(project, one)
    (seen,) = apply_datum(project, one.name, dry_run=True)
    assert (seen.lon, seen.lat) == pytest.approx((117.4, 29.5), abs=1e-7)
    assert resolve(project, CODE).geometry is None
    before = len(project.site_history(resolve(project, CODE).id))
    apply_datum(project, one.name)
    site = resolve(project, CODE)
    assert (site.lon, site.lat) == pytest.approx((117.4, 29.5), abs=1e-7)
    assert one.name in site.fields["remarks"]
    assert len(project.site_history(site.id)) == before + 1
    assert apply_datum(project, one.name) == []


def test_another_zone_than_the_set_is_for_is_not_guessed(project: Project, write: Write) -> None:
    file = write(row(FOUR, prefix=False))
    import_ledger(project, file, "geohazard", ImportOptions(crs="EPSG:2385"))
    add_datum(project, FOUR)
    (seen,) = apply_datum(project, FOUR.name)
    assert seen.problem
    assert resolve(project, CODE).geometry is None


@pytest.mark.parametrize(("shift", "forward"), [("gcj02", to_gcj02), ("bd09", to_bd09)])
def test_degrees_of_phone_maps_only_when_said(
    project: Project, write: Write, shift: str, forward: Any
) -> None:
    lon, lat = forward(np.array([117.4]), np.array([29.5]))
    cells = (CODE, "瑶里滑坡", "浮梁县", "滑坡", float(lon[0]), float(lat[0]))
    file = write(cells, head=(*HEAD[:4], "经度", "纬度"))
    (plain,) = import_ledger(project, file, "geohazard", dry_run=True).rows
    assert not plain.notes
    done = import_ledger(project, file, "geohazard", ImportOptions(shift=shift))
    assert done.rows[0].notes
    site = resolve(project, CODE)
    assert (site.lon, site.lat) == pytest.approx((117.4, 29.5), abs=1e-8)


def test_a_heading_that_names_cgcs2000_is_believed(project: Project, write: Write) -> None:
    cells = (CODE, "瑶里滑坡", "浮梁县", "滑坡", 117.4, 29.5)
    file = write(cells, head=(*HEAD[:4], "经度(CGCS2000)", "纬度(CGCS2000)"))
    import_ledger(project, file, "geohazard", ImportOptions(shift="gcj02"))
    assert resolve(project, CODE).lon == 117.4


def test_a_control_point_typed_as_texts() -> None:
    north, east = old(SEVEN, 117.4, 29.5)
    off = control(SEVEN, (str(north), str(east)), ("117°24'00\"", "29.5"))
    assert np.hypot(*off) < 0.002
    with pytest.raises(BadInput):
        control(SEVEN, ("x", "1"), ("117.4", "29.5"))
