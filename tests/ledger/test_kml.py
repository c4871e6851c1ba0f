"""KML and KMZ as counties have them: folders, tables in descriptions, hostile ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.ledger.files import open_ledger
from tests.ledger.conftest import Check

HEAD = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
POINT = "<Point><coordinates>{lon},{lat},120</coordinates></Point>"


def mark(name: str, inside: str = "", lon: float = 117.4, lat: float = 29.5) -> str:
    return f"<Placemark><name>{name}</name>{inside}{POINT.format(lon=lon, lat=lat)}</Placemark>"


def write(folder: Path, body: str, name: str = "a.kml") -> Path:
    path = folder / name
    path.write_text(f"{HEAD}<Document>{body}</Document></kml>", encoding="utf-8")
    return path


def test_folders_are_towns_and_their_folders_kinds(tmp_path: Path, check: Check) -> None:
    body = ""
    for kind, towns in (("滑坡", ("瑶里镇", "鹅湖镇")), ("崩塌", ("蛟潭镇",))):
        inner = "".join(
            f"<Folder><name>{town}</name>{mark(f'{town}1')}{mark(f'{town}2')}</Folder>"
            for town in towns
        )
        body += f"<Folder><name>{kind}</name>{inner}</Folder>"
    rows = check(write(tmp_path, body))
    assert len(rows) == 6
    assert [row.fields["town"] for row in rows] == [
        *["瑶里镇"] * 2, *["鹅湖镇"] * 2, *["蛟潭镇"] * 2
    ]  # fmt: skip
    assert [row.fields["kind_code"] for row in rows] == [*["01"] * 4, *["02"] * 2]
    assert rows[0].fields["name"] == "瑶里镇1"


@pytest.mark.parametrize(
    "said",
    [
        "<description><![CDATA[<table><tr><td>灾害类型</td><td>滑坡</td></tr>"
        "<tr><td>威胁人口</td><td>12人</td></tr></table>]]></description>",
        "<description>灾害类型：滑坡\n威胁人口：12人</description>",
        "<description><![CDATA[<b>灾害类型</b>：滑坡<br/><b>威胁人口</b>：12人<br>]]></description>",
        '<ExtendedData><Data name="k"><displayName>灾害类型</displayName><value>滑坡</value></Data>'
        '<Data name="威胁人口"><value>12</value></Data></ExtendedData>',
        '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="灾害类型">滑坡</SimpleData>'
        '<SimpleData name="威胁人口">12</SimpleData></SchemaData></ExtendedData>',
    ],
)
def test_fields_of_a_placemark(tmp_path: Path, check: Check, said: str) -> None:
    (row,) = check(write(tmp_path, mark("甲", said)))
    assert row.fields["kind_code"] == "01"
    assert row.fields["threatened_people"] == 12
    assert row.fields["geometry"] == "POINT (117.4 29.5)"


def test_areas_with_holes_and_lines(tmp_path: Path, check: Check) -> None:
    ring = "117.1,29.1 117.2,29.1 117.2,29.2 117.1,29.1"
    hole = "117.15,29.11 117.16,29.11 117.16,29.12 117.15,29.11"
    body = (
        "<Placemark><name>面</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{ring}</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing>"
        f"<coordinates>{hole}</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>"
        "<Placemark><name>线</name><LineString><coordinates>117.1,29.1 117.2,29.2</coordinates>"
        "</LineString></Placemark>"
    )
    area, line = check(write(tmp_path, body), "works")
    assert area.fields["geometry"].count("(") == 3
    assert line.fields["geometry"].startswith("LINESTRING")


def test_kmz_and_ovkmz_and_what_is_told_of_them(tmp_path: Path, check: Check) -> None:
    body = f"{HEAD}<Document>{mark('甲')}{mark('乙 &amp; 丙')}{mark('丁 & 戊')}</Document></kml>"
    # A bare & is a fault of the file; the rest of the name stays.
    names = ["甲", "乙 & 丙", "丁 戊"]
    for name in ("a.kmz", "a.ovkmz"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("doc.kml", body)
            archive.writestr("files/a.png", b"")
        assert [row.fields["name"] for row in check(tmp_path / name)] == names
    (table,) = open_ledger(tmp_path / "a.ovkmz")
    assert "gcj02" in table.notes[0]
    assert open_ledger(tmp_path / "a.kmz")[0].notes == ()


def one_sentence(path: Path) -> str:
    with pytest.raises(BadInput) as error:
        open_ledger(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_hostile_ones(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.kmz"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", b" " * (40 << 20))
    one_sentence(bomb)
    with zipfile.ZipFile(tmp_path / "none.kmz", "w") as archive:
        archive.writestr("a.txt", b"x")
    one_sentence(tmp_path / "none.kmz")
    (tmp_path / "cut.kmz").write_bytes(bomb.read_bytes()[:200])
    one_sentence(tmp_path / "cut.kmz")
    (tmp_path / "other.kml").write_text("<html><body>x</body></html>")
    one_sentence(tmp_path / "other.kml")


def test_entities_are_never_unfolded(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    path = tmp_path / "laughs.kml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a0 "ha">{laughs}]>'
        f'<kml xmlns="http://www.opengis.net/kml/2.2">{mark("&a9;")}</kml>'
    )
    (table,) = open_ledger(path)
    assert sum(len(str(cell)) for _row, cells in table.rows() for cell in cells) < 1000


def test_folders_within_folders_without_end(tmp_path: Path) -> None:
    body = "<Folder>" * 5000 + mark("甲") + "</Folder>" * 5000
    path = write(tmp_path, body)
    try:
        tables = open_ledger(path)
    except BadInput:
        return
    assert sum(1 for _row in tables[0].rows()) <= 1
