"""Exports of a project: every format, kind and system comes back; profiles; what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.core.catalogue import SITE_KINDS, Field, site_kind
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Site, point_wkt
from jdz_field.geo.crs import reference
from jdz_field.ledger.export import Extras, batch_of, write
from jdz_field.ledger.export_kml import Picture
from jdz_field.ledger.export_losses import losses
from jdz_field.ledger.export_profiles import LAT, LON, SERIAL, profile, profiles
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.layout import lay_out
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.datums import add_datum
from jdz_field.operations.exporting import ExportRequest, export_request
from jdz_field.operations.ledger import import_ledger
from jdz_field.operations.personal import Privacy
from jdz_field.operations.sites import add_site, resolve
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.ledger.conftest import Check, check  # noqa: F401
from tests.operations.test_datums import SEVEN

SQUARE = "POLYGON ((117.4 29.5, 117.41 29.5, 117.41 29.51, 117.4 29.51, 117.4 29.5))"
LINE = "LINESTRING (117.4 29.5, 117.41 29.505, 117.42 29.51)"
_MARKS = ("sample", "provisional", "county_code", "code")
GIVEN = {"code": "360222010001", "name": "瑶里", "kind_code": "01"}
FORMATS = (".gpkg", ".geojson", ".shp", ".csv", ".xlsx", ".kml", ".kmz", ".dxf")
SYSTEMS = ("EPSG:4490", "EPSG:4527", "EPSG:4548", "EPSG:4509", "EPSG:4498", "EPSG:4326")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p", name="试", author="余小敏") as made:
        yield made


def _value(field: Field, draw: Random) -> Any:
    codes = field.code_list()
    if codes is not None:
        return draw.choice([one.value for one in codes.codes if not one.exclusive])
    high = int(min(field.maximum or 5000, 5000))
    number = draw.randint(int(field.minimum or 0), high)
    day = dt.date(1990, 1, 1) + dt.timedelta(days=draw.randint(0, 13000))
    return {
        "date": day.isoformat(),
        "boolean": draw.random() < 0.5,
        "integer": number,
        "decimal": float(number),
    }.get(field.type, f"点{number}" if field.name in ("name", "town", "signs_feature") else None)


def _fields(kind: str, seed: int) -> dict[str, Any]:
    draw = Random(seed)
    found = {}
    for field in site_kind(kind).fields:
        value = _value(field, draw)
        if value is not None and field.name not in _MARKS and draw.random() < 0.7:
            found[field.name] = value
    return found


@pytest.mark.parametrize("kind", SITE_KINDS)
@pytest.mark.parametrize("suffix", FORMATS)
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_every_format_gives_back_every_kind_in_every_system(
    check: Check,  # noqa: F811
    tmp_path: Path,
    kind: str,
    suffix: str,
    seed: int,
    data: st.DataObject,
) -> None:
    fields = _fields(kind, seed) | {"code": "360222990001", "county_code": "360222"}
    shapes = ["POINT (117.4 29.5)"] if kind == "geohazard" else ["POINT (117.4 29.5)", SQUARE, LINE]
    wkt = data.draw(st.sampled_from(shapes))
    degrees = suffix in (".kml", ".kmz")
    system = "EPSG:4490" if degrees else data.draw(st.sampled_from(SYSTEMS))
    site = Site(new_id(), kind, fields, wkt, 117.4, 29.5)
    batch = batch_of(kind, [site], reference(system))
    folder = tmp_path / new_id()
    folder.mkdir()
    write(folder / f"out{suffix}", [batch])
    (row,) = check(folder / f"out{suffix}", kind=kind, crs=None if suffix != ".dxf" else system)
    assert [issue for issue in row.issues if issue.code in ("no_position", "bad_value")] == []
    if suffix == ".dxf" and wkt != shapes[0]:
        assert losses(suffix, [batch])
        return
    told = {name: value for name, value in row.fields.items() if name != "geometry"}
    assert told == fields
    assert row.fields["geometry"][:7] == wkt[:7] or row.fields["geometry"].startswith("MULTI")


@pytest.mark.parametrize("one", profiles(), ids=lambda one: one.name)
def test_heads_of_a_profile_are_read_as_their_fields(tmp_path: Path, one: Any) -> None:
    kind = site_kind(one.kind)
    site = Site(new_id(), one.kind, {"code": "360222010001"}, "POINT (117.4 29.5)", 117.4, 29.5)
    for suffix in one.suffixes:
        out = tmp_path / f"out{suffix}"
        write(out, [batch_of(one.kind, [site], reference("4490"), profile=one)])
        layout = lay_out(open_ledger(out), kind, file=out.name)
        held = {
            c.head: c.field for c in one.columns if c.field and c.field not in (LON, LAT, SERIAL)
        }
        found = {m.heading.own: m.field for m in layout.matches if m.heading.own in held}
        assert found == {head: held[head] for head in found}
        assert set(found) == set(held)


@pytest.mark.parametrize("one", profiles(), ids=lambda one: one.name)
def test_a_profile_names_fields_of_its_kind(one: Any) -> None:
    kind = site_kind(one.kind)
    special = {LON, LAT, SERIAL, ""}
    assert all(c.field in special or c.field in kind.by_name for c in one.columns)
    assert len({c.head for c in one.columns}) == len(one.columns)
    assert one.certainty in ("source", "general")
    if ".shp" in one.suffixes:
        assert all(len(c.head.encode()) <= 10 for c in one.columns)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_ledger_written_and_taken_in_again_changes_nothing(
    project: Project, tmp_path: Path, suffix: str
) -> None:
    given = {
        "code": "360222010001", "name": "瑶里滑坡", "kind_code": "01", "threatened_people": 12,
        "causes": "2 5", "last_inspected": "2025-06-01", "monitor_phone": "013900000001",
        "volume": 1200.5,
    }  # fmt: skip
    add_site(project, "geohazard", 117.4, 29.5, given)
    out = tmp_path / f"台账{suffix}"
    done = export_request(project, out, ExportRequest(profile="geohazard_ledger"))
    assert done.written == 1
    again = import_ledger(project, out, "geohazard")
    assert (again.unchanged, again.updated, again.imported, again.refused) == (1, 0, 0, 0)


def test_the_workbook_is_as_an_office_keeps_it(project: Project, tmp_path: Path) -> None:
    given = {
        "code": "036022201000",
        "name": "=1+1",
        "kind_code": "01",
        "last_inspected": "2025-06-01",
    }
    add_site(project, "geohazard", 117.4, 29.5, given)
    out = tmp_path / "out.xlsx"
    export_request(project, out, ExportRequest(profile="geohazard_ledger"))
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "景德镇市地质灾害隐患点台账"
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:AA1"]
    assert sheet.freeze_panes == "A3"
    row = {head.value: cell for head, cell in zip(sheet[2], sheet[3], strict=True)}
    assert row["统一编号"].value == "036022201000"
    assert row["隐患点名称"].data_type == "s"
    assert row["灾害类型"].value == "滑坡"
    assert row["最近巡查"].value == dt.datetime.fromisoformat("2025-06-01")
    rules = {
        str(one.sqref).split(":")[0][:-1]: one for one in sheet.data_validations.dataValidation
    }
    kinds = rules[row["灾害类型"].column_letter]
    assert "代码表" in kinds.formula1
    book.close()


@pytest.mark.soffice
def test_libreoffice_opens_the_workbook(project: Project, tmp_path: Path, tool: Any) -> None:
    add_site(project, "geohazard", 117.4, 29.5, {"code": "360222010001", "name": "瑶里"})
    out = tmp_path / "out.xlsx"
    export_request(project, out, ExportRequest(profile="geohazard_ledger"))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    line = [tool("soffice"), home, "--headless", "--convert-to", "csv", "--outdir", tmp_path, out]
    subprocess.run(line, check=True, capture_output=True, timeout=120)
    assert "瑶里" in (tmp_path / "out.csv").read_text(encoding="utf-8", errors="replace")


def test_filters_and_limits_choose(project: Project, tmp_path: Path) -> None:
    add_site(project, "geohazard", 117.4, 29.5, {"name": "一", "town": "瑶里镇"})
    add_site(project, "geohazard", 117.4, 29.5, {"name": "二", "town": "鹅湖镇"})
    out = tmp_path / "out.csv"
    query = SiteQuery(kinds=("geohazard",), town="瑶里镇", order="code")
    assert export_request(project, out, ExportRequest(query)).written == 1
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 2
    every = ExportRequest(SiteQuery(kinds=("geohazard",)), limit=1)
    assert export_request(project, out, every).written == 1


def test_an_older_datum_there_and_back_by_one_set(project: Project, tmp_path: Path) -> None:
    add_datum(project, SEVEN)
    site = add_site(project, "geohazard", 117.4, 29.5, GIVEN)
    out = tmp_path / "out.xlsx"
    export_request(project, out, ExportRequest(datum=SEVEN.name))
    (bare,) = import_ledger(project, out, "geohazard", dry_run=True).rows
    assert [issue.code for issue in bare.issues] == ["legacy_datum"]
    import_ledger(project, out, "geohazard", ImportOptions(datum=SEVEN.name))
    there = resolve(project, "360222010001")
    assert (there.lon, there.lat) == pytest.approx((site.lon, site.lat), abs=2e-8)


@pytest.mark.parametrize(
    ("request_", "name", "error"),
    [
        (ExportRequest(crs="GCJ-02"), "a.csv", BadInput),
        (ExportRequest(crs="百度"), "a.csv", BadInput),
        (ExportRequest(crs="EPSG:2384"), "a.gpkg", BadInput),
        (ExportRequest(profile="nothing"), "a.xlsx", BadUsage),
        (ExportRequest(profile="geohazard_ledger"), "a.shp", BadUsage),
        (ExportRequest(SiteQuery(kinds=("mine",)), profile="geohazard_ledger"), "a.csv", BadUsage),
        (ExportRequest(encoding="BIG5"), "a.shp", BadUsage),
        (ExportRequest(datum="没有"), "a.csv", BadUsage),
        (ExportRequest(crs="EPSG:4548"), "a.kmz", BadUsage),
        (ExportRequest(), "a.doc", BadUsage),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(
    project: Project, tmp_path: Path, request_: ExportRequest, name: str, error: type[Exception]
) -> None:
    add_site(project, "geohazard", 117.4, 29.5, {"name": "瑶里"})
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(error):
        export_request(project, folder / name, request_)
    assert list(folder.iterdir()) == []


def test_stopping_writes_nothing(project: Project, tmp_path: Path) -> None:
    add_site(project, "geohazard", 117.4, 29.5, {"name": "瑶里"})
    done = export_request(project, tmp_path / "a.csv", ExportRequest(), cancelled=lambda: True)
    assert done.cancelled
    assert not (tmp_path / "a.csv").exists()


def test_names_and_telephones_stay_here_when_asked(project: Project, tmp_path: Path) -> None:
    add_site(project, "geohazard", 117.4, 29.5, {"name": "瑶里", "monitor_phone": "13900000001"})
    out = tmp_path / "a.kml"
    query = ExportRequest(SiteQuery(kinds=("geohazard",)))
    done = export_request(project, out, query, privacy=Privacy(leave_out=True))
    assert "13900000001" not in out.read_text(encoding="utf-8")
    assert done.to_json()["personal"] == "leave-out"


def test_what_a_format_cannot_hold_is_said(tmp_path: Path) -> None:
    long, odd = "长" * 300, "=cmd"
    fields = {"code": "1", "remarks": long, "name": odd, "village": "𠮷田村\n二组"}
    both = [
        Site(new_id(), "mine", fields, SQUARE, 117.4, 29.5),
        Site(new_id(), "mine", fields, "POINT (117.4 29.5)", 117.4, 29.5),
        Site(new_id(), "mine", {"code": "3"}),
    ]
    batch = batch_of("mine", both, reference("4490"))
    assert len(losses(".shp", [batch], "GBK")) == 4
    assert len(losses(".csv", [batch])) == 1
    assert len(losses(".dxf", [batch])) == 4
    assert losses(".gpkg", [batch]) == []
    narrow = batch_of("mine", both, reference("4490"), profile=profile("mine_patches"))
    assert losses(".gpkg", [narrow]) == []


def test_shapefiles_in_gbk_and_their_names_explained(tmp_path: Path) -> None:
    site = Site(new_id(), "geohazard", {"code": "1", "name": "瑶里"}, point_wkt(117.4, 29.5))
    made = write(
        tmp_path / "a.shp", [batch_of("geohazard", [site], reference("4490"))], Extras("GBK")
    )
    assert {file.name for file in made} >= {"a.shp", "a.cpg", "a_fields.csv"}
    assert "瑶里".encode("gbk") in (tmp_path / "a.dbf").read_bytes()
    info = pyogrio.read_info(tmp_path / "a.shp")
    with (tmp_path / "a_fields.csv").open(encoding="utf-8-sig", newline="") as file:
        explained = {line[0] for line in csv.reader(file)}
    assert set(info["fields"]) - {"id"} <= explained


def test_pictures_lie_inside_a_kmz(tmp_path: Path) -> None:
    site = Site(new_id(), "geohazard", {"code": "1", "name": "瑶里"}, point_wkt(117.4, 29.5))
    batch = batch_of("geohazard", [site], reference("4490"))
    extras = Extras(pictures={site.id: [Picture("a.jpg", b"x")]})
    write(tmp_path / "a.kmz", [batch], extras)
    with zipfile.ZipFile(tmp_path / "a.kmz") as archive:
        assert archive.namelist() == ["doc.kml", "files/a.jpg"]
        assert "files/a.jpg" in archive.read("doc.kml").decode()


def test_gdal_reads_the_drawing(tmp_path: Path) -> None:
    site = Site(new_id(), "mine", {"code": "1", "name": "瑶里"}, SQUARE)
    point = Site(new_id(), "geohazard", {"code": "1", "name": "瑶里"}, point_wkt(117.4, 29.5))
    batches = [batch_of(s.kind, [s], reference("4548")) for s in (point, site)]
    write(tmp_path / "a.dxf", batches)
    assert "地质灾害隐患点".encode("gbk") in (tmp_path / "a.dxf").read_bytes()
    _about, _fids, shapes, columns = pyogrio.raw.read(tmp_path / "a.dxf", columns=["Layer"])
    assert {"地质灾害隐患点"} <= set(columns[0].tolist())
    assert len(shapes) >= 3
