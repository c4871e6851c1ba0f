"""``datum`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run

VALUES = ("dx=12.5", "dy=-118.3", "dz=-61.7", "rx=1.2", "ry=-0.7", "rz=2.1", "scale=-3.4")
FIRST = ("add", "虚构示例", *VALUES, "--from", "xian80", "--convention", "position_vector")


class Datum:
    def __init__(self, folder: Path, capsys: Any) -> None:
        self.folder, self.capsys = folder, capsys
        assert run(["init", str(folder)]) == 0
        capsys.readouterr()

    def __call__(self, *words: Any, code: int = 0, group: str = "datum") -> Any:
        line = ["--project", str(self.folder), group, *map(str, words), "--json"]
        assert run(line) == code
        said = self.capsys.readouterr()
        return json.loads(said.out) if code in (0, 1) else said.err


@pytest.fixture
def do(tmp_path: Path, capsys: Any) -> Datum:
    return Datum(tmp_path / "p", capsys)


def test_entered_listed_checked_removed(do: Datum) -> None:
    made = do(*FIRST, "--authority", "市局", "--bounds", "116.5,28.5,118,30")
    assert (made["method"], made["zone"], made["bounds"]) == ("seven", 39, [116.5, 28.5, 118, 30])
    assert do("list") == [made]
    off = do("check", "虚构示例", "3242537.39", "39519431.27", "117.2", "29.3")
    assert 10 < off["off"] < 300
    do("remove", "虚构示例")
    assert do("list") == []


def test_four_parameters_by_their_names(do: Datum) -> None:
    words = ("dx=1", "dy=2", "rotation=0.5", "scale=1")
    made = do("add", "四", *words, "--from", "beijing54", "--convention", "clockwise")
    assert made["method"] == "four"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "x", "dx=a", "--from", "xian80", "--convention", "clockwise"), 2),
        (("add", "x", "dx=1", "--from", "xian80", "--convention", "clockwise"), 3),
        ((*FIRST, "--bounds", "1,2"), 2),
        (("remove", "没有"), 2),
        (("apply", "没有"), 2),
        (("check", "没有", "1", "2", "3", "4"), 2),
    ],
)
def test_what_is_wrong_is_one_sentence(do: Datum, words: tuple[str, ...], code: int) -> None:
    told = do(*words, code=code)
    assert len(told.strip().splitlines()) == 1


def test_waiting_sites_are_shown_then_converted(do: Datum, tmp_path: Path) -> None:
    table = tmp_path / "台账.csv"
    table.write_text(
        "统一编号,名称,县,灾害类型,X坐标(西安80),Y坐标(西安80)\n"
        "360222010001,瑶里滑坡,浮梁县,滑坡,3242537.39,39519431.27\n",
        encoding="utf-8",
    )
    do("import", table, "--kind", "geohazard", group="sites")
    do(*FIRST)
    seen = do("apply", "虚构示例", "--dry-run")
    assert (seen["converted"], seen["left"], seen["sites"][0]["code"]) == (1, 0, "360222010001")
    assert do("show", "360222010001", group="sites")["lon"] is None
    do("apply", "虚构示例")
    assert do("show", "360222010001", group="sites")["lon"] == seen["sites"][0]["lon"]
