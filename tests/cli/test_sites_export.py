"""``sites export``: profiles, filters, what is not held, refusals in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_sites import Commands

TABLE = (
    "统一编号,名称,县,乡镇,灾害类型,经度,纬度,威胁人口\n"
    "360222010001,瑶里滑坡,浮梁县,瑶里镇,滑坡,117.4,29.5,12\n"
    "360222010002,=鹅湖,浮梁县,鹅湖镇,滑坡,117.5,29.5,3\n"
)


@pytest.fixture
def do(tmp_path, capsys) -> Commands:
    made = Commands(tmp_path / "p", capsys)
    table = tmp_path / "台账.csv"
    table.write_text(TABLE, encoding="utf-8")
    made("import", table, "--kind", "geohazard")
    return made


def test_a_profile_and_a_filter(do: Commands, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    done = do("export", out, "--profile", "geohazard_ledger", "--town", "瑶里镇")
    assert (done["written"], done["files"]) == (1, [str(out)])
    again = do("import", out, "--kind", "geohazard")
    assert (again["unchanged"], again["updated"], again["imported"]) == (1, 0, 0)


def test_what_is_not_held_is_listed(do: Commands, tmp_path: Path) -> None:
    done = do("export", tmp_path / "out.csv", "--kind", "geohazard")
    assert len(done["not_held"]) == 1
    assert done["not_held"][0] in do.text("export", tmp_path / "b.csv", "--kind", "geohazard")


def test_a_limit_is_kept(do: Commands, tmp_path: Path) -> None:
    assert do("export", tmp_path / "out.dxf", "--crs", "EPSG:4548", "--limit", "1")["written"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("a.csv", "--crs", "gcj02"), 3),
        (("a.csv", "--profile", "x"), 2),
        (("a.csv", "--datum", "x"), 2),
        (("a.kmz", "--crs", "EPSG:4548"), 2),
        (("a.doc",), 2),
    ],
)
def test_refusals(do: Commands, tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    told = do("export", tmp_path / words[0], *words[1:], code=code)
    assert len(told.splitlines()) == 1
    assert not (tmp_path / words[0]).exists()
