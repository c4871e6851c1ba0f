"""``sites import`` of a ledger that comes again: what differs is listed, taken, left, written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run

HEAD = "统一编号,名称,县,乡镇,灾害类型,经度,纬度,威胁人口\n"
CODES = ("360222010001", "360222010002", "360222010003")

Out = pytest.CaptureFixture[str]


def table(folder: Path, *people: int) -> Path:
    path = folder / "ledger.csv"
    rows = (
        f"{CODES[n]},瑶里{n}号滑坡,浮梁县,瑶里镇,滑坡,117.4{n},29.5,{count}\n"
        for n, count in enumerate(people)
    )
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def test_differences_are_taken_left_listed_and_written(tmp_path: Path, capsys: Out) -> None:
    folder = tmp_path / "p"
    assert run(["init", str(folder), "--author", "甲"]) == 0

    def do(*words: str | Path, code: int = 0) -> Any:
        capsys.readouterr()
        base = ["--project", str(folder), "sites", "import", "--kind", "geohazard", "--json"]
        assert run([*base, *map(str, words)]) == code
        said = capsys.readouterr()
        return json.loads(said.out) if code == 0 else said.err.strip()

    do(table(tmp_path, 1, 2, 3))
    out = tmp_path / "d.csv"
    left = f"{CODES[0]}:threatened_people"
    data = do(table(tmp_path, 11, 12), "--leave", left, "--differences", out)
    assert [(d["code"], d["before"], d["after"], d["taken"]) for d in data["differences"]] == [
        (CODES[0], 1, 11, False),
        (CODES[1], 2, 12, True),
    ]
    assert [one["code"] for one in data["missing"]] == [CODES[2]]
    assert (data["updated"], data["unchanged"]) == (1, 1)
    assert CODES[1] in out.read_text(encoding="utf-8-sig")
    assert "--take" in do(table(tmp_path, 11), "--take", "nobody:name", code=2)
    capsys.readouterr()
    words = ["--project", str(folder), "sites", "import", "--kind", "geohazard", "--dry-run"]
    assert run([*words, str(table(tmp_path, 11, 12))]) == 0
    text = capsys.readouterr().out
    assert CODES[2] in text
    assert "1" in text
