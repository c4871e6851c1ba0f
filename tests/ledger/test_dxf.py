"""Drawings: points and their texts, blocks with attributes, outlines, code pages, damage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.ledger.files import open_ledger
from tests.ledger.conftest import Check

#: 117.2°E 29.3°N in EPSG:4527.
EAST, NORTH = 39519431.27, 3242537.39


def drawing(*entities: list[tuple[int, Any]], version: str = "AC1021", page: str = "") -> str:
    pairs: list[tuple[int, Any]] = [(0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, version)]
    if page:
        pairs += [(9, "$DWGCODEPAGE"), (3, page)]
    pairs += [(0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES")]
    for entity in entities:
        pairs += entity
    pairs += [(0, "ENDSEC"), (0, "EOF")]
    return "".join(f"{code:>3}\n{value}\n" for code, value in pairs)


def point(dx: float = 0, layer: str = "滑坡") -> list[tuple[int, Any]]:
    return [(0, "POINT"), (8, layer), (10, EAST + dx), (20, NORTH), (30, 88.5)]


def text(words: str, dx: float = 0) -> list[tuple[int, Any]]:
    return [(0, "TEXT"), (8, "注记"), (10, EAST + dx), (20, NORTH + 2), (40, 3.0), (1, words)]


def write(folder: Path, body: str, encoding: str = "utf-8") -> Path:
    path = folder / "a.dxf"
    path.write_bytes(body.encode(encoding))
    return path


def test_points_their_layer_as_kind_and_the_text_beside_as_name(
    tmp_path: Path, check: Check
) -> None:
    body = drawing(*[one for i in range(3) for one in (point(i * 100), text(f"点{i}", i * 100))])
    rows = check(write(tmp_path, body))
    assert [row.fields["name"] for row in rows] == ["点0", "点1", "点2"]
    assert {row.fields["kind_code"] for row in rows} == {"01"}
    assert rows[0].fields["elevation"] == 88.5
    assert rows[0].fields["geometry"].startswith("POINT (117.2")


@pytest.mark.parametrize(
    ("version", "page", "encoding"),
    [("AC1015", "ANSI_936", "gb18030"), ("AC1021", "ANSI_936", "utf-8"), ("AC1018", "", "gbk")],
)
def test_code_pages(tmp_path: Path, check: Check, version: str, page: str, encoding: str) -> None:
    body = drawing(point(), text("瑶里"), version=version, page=page)
    (row,) = check(write(tmp_path, body, encoding))
    assert row.fields["name"] == "瑶里"


def test_blocks_with_attributes(tmp_path: Path, check: Check) -> None:
    block = [(0, "INSERT"), (8, "0"), (2, "隐患点"), (66, 1), (10, EAST), (20, NORTH)]
    for tag, value in (("统一编号", "360222010001"), ("名称", "\\U+7476\\U+91CC滑坡")):
        block += [(0, "ATTRIB"), (10, EAST), (20, NORTH), (1, value), (2, tag)]
    (row,) = check(write(tmp_path, drawing([*block, (0, "SEQEND")])))
    assert row.code == "360222010001"
    assert row.fields["name"] == "瑶里滑坡"


def test_closed_outlines_are_areas_named_by_the_text_inside(tmp_path: Path, check: Check) -> None:
    corners = ((0, 0), (100, 0), (100, 100), (0, 100))
    outline: list[tuple[int, Any]] = [(0, "LWPOLYLINE"), (8, "图斑"), (90, 4), (70, 1)]
    for dx, dy in corners:
        outline += [(10, EAST + dx), (20, NORTH + dy)]
    old: list[tuple[int, Any]] = [(0, "POLYLINE"), (8, "图斑"), (70, 0), (10, 0), (20, 0)]
    for dx, dy in corners[:3]:
        old += [(0, "VERTEX"), (10, EAST + dx), (20, NORTH + dy + 500)]
    rows = check(
        write(tmp_path, drawing(outline, text("图斑甲", 50), old, [(0, "SEQEND")])), "mine"
    )
    assert rows[0].fields["geometry"].startswith("POLYGON")
    assert rows[0].fields["name"] == "图斑甲"
    assert rows[1].fields["geometry"].startswith("LINESTRING")


def test_texts_alone_are_points(tmp_path: Path, check: Check) -> None:
    rows = check(write(tmp_path, drawing(text("甲"), text("乙", 90))))
    assert [row.fields["name"] for row in rows] == ["甲", "乙"]


@pytest.mark.parametrize(
    "body",
    [
        b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(50),
        b"AC1032" + bytes(100),
        b"x\ny\n" * 20,
        drawing().encode(),
    ],
)
def test_what_is_no_drawing_is_told_in_one_sentence(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.dxf"
    path.write_bytes(body)
    with pytest.raises(BadInput) as error:
        open_ledger(path)
    assert "\n" not in str(error.value)


def test_a_point_without_numbers_has_no_place(tmp_path: Path) -> None:
    body = "  0\nSECTION\n  2\nENTITIES\n  0\nPOINT\n 8\nA\n 10\nabc\n"
    (table,) = open_ledger(write(tmp_path, body))
    assert [cells[-1] for _row, cells in table.rows()] == [None]
