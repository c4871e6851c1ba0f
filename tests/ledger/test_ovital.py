"""奥维's exports: .ovjsn is read, .ovobj is told how to come as something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.ledger.files import open_ledger
from tests.ledger.conftest import Check


def label(name: str, lon: float, lat: float, **more: Any) -> dict[str, Any]:
    detail = {"Lat": lat, "Lng": lon, "Gcj02": 1, **more}
    return {"Type": 7, "Object": {"Name": name, "ObjectDetail": detail}}


def write(folder: Path, *items: Any, mark: str = "utf-8-sig") -> Path:
    path = folder / "a.ovjsn"
    path.write_text(json.dumps({"ObjItems": items}, ensure_ascii=False), encoding=mark)
    return path


def test_labels_in_folders_with_their_comments(tmp_path: Path, check: Check) -> None:
    labels = [
        label(f"点{i}", 117.4 + i / 1000, 29.5, Comment="灾害类型：滑坡\n威胁人数：12人")
        for i in range(3)
    ]
    folder = {"Object": {"Name": "瑶里镇", "ObjectDetail": {"ObjChildren": labels}}}
    rows = check(write(tmp_path, folder, label("外", 117.45, 29.5)))
    assert [row.fields["name"] for row in rows] == ["点0", "点1", "点2", "外"]
    assert rows[0].fields["kind_code"] == "01"
    assert rows[0].fields["threatened_people"] == 12
    assert [row.fields.get("town") for row in rows] == [*["瑶里镇"] * 3, None]
    assert rows[1].fields["geometry"] == "POINT (117.401 29.5)"


def test_lines_and_areas(tmp_path: Path, check: Check) -> None:
    run = [29.5, 117.4, 29.6, 117.4, 29.6, 117.5]
    line = {"Object": {"Name": "线", "ObjectDetail": {"Latlng": run}}}
    area = {"Type": 10, "Object": {"Name": "面", "ObjectDetail": {"Latlng": run}}}
    shapes = [row.fields["geometry"] for row in check(write(tmp_path, line, area), "works")]
    assert shapes[0].startswith("LINESTRING (117.4 29.5")
    assert shapes[1].startswith("POLYGON")


def test_that_degrees_may_be_shifted_is_told(tmp_path: Path) -> None:
    (table,) = open_ledger(write(tmp_path, label("甲", 117.4, 29.5), mark="utf-8"))
    assert "gcj02" in table.notes[0]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"ObjItems": 3}', "[" * 100_000, '{"a": 1}', "\ud800"]
)
def test_what_is_no_ovjsn(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ovjsn"
    path.write_text(text or " ", encoding="utf-8", errors="surrogatepass")
    with pytest.raises(BadInput):
        open_ledger(path)


def test_odd_items_are_left_out(tmp_path: Path) -> None:
    odd = [None, 3, {"Object": 3}, {"Object": {"ObjectDetail": 3}}, label("甲", "x", 29)]  # type: ignore[arg-type]
    (table,) = open_ledger(write(tmp_path, *odd, label("乙", 117.4, 29.5)))
    assert sum(1 for _row in table.rows()) == 3


def test_a_binary_export_says_how_to_export_again(tmp_path: Path) -> None:
    (tmp_path / "a.ovobj").write_bytes(b"\x00\x01binary" * 10)
    with pytest.raises(BadInput, match=r"ovjsn"):
        open_ledger(tmp_path / "a.ovobj")
