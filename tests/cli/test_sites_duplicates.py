"""``sites duplicates``, ``merge`` and ``two`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run
from jdz_field.store.project import Project

Out = pytest.CaptureFixture[str]


def test_duplicates_are_listed_merged_and_remembered_as_two(tmp_path: Path, capsys: Out) -> None:
    folder = tmp_path / "p"
    with Project.create(folder, name="试", author="甲") as project:
        for number, east in (("a", 117.4), ("b", 117.4001), ("c", 117.4002)):
            project.edit(
                "geohazard",
                number,
                {"name": "瑶里滑坡", "geometry": f"POINT ({east} 29.5)", "town": f"{number}镇"},
            )

    def do(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run(["--project", str(folder), "sites", *words, "--json"]) == code
        said = capsys.readouterr()
        return json.loads(said.out) if code == 0 else said.err

    assert len(do("duplicates")) == 3
    assert do("duplicates")[0]["differs"]["town"] == ["a镇", "b镇"]
    assert do("two", "a", "c")["ids"] == ["a", "c"]
    assert do("merge", "b", "a", "--take", "town") == {"stays": "a", "goes": "b", "changes": 2}
    assert do("duplicates", "--kind", "geohazard") == []
    assert do("show", "a")["town"] == "b镇"
    assert "volcano" in do("merge", "c", "a", "--take", "volcano", code=2)
    do("merge", "c", "nobody", code=3)
    assert run(["--project", str(folder), "sites", "duplicates"]) == 0
