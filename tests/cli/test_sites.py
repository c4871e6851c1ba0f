"""``sites`` on the command line: JSON, exit codes, one sentence for what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run
from jdz_field.cli.sites import sites

TABLE = (
    "统一编号,名称,县,乡镇,灾害类型,经度,纬度,威胁人口\n"
    "360222010001,瑶里滑坡,浮梁县,瑶里镇,滑坡,117.4,29.5,12\n"
    "360222010002,鹅湖滑坡,浮梁县,鹅湖镇,滑坡,29.5,117.5,约30人\n"
    "360222010003,无坐标点,浮梁县,鹅湖镇,滑坡,,,3\n"
)

Out = pytest.CaptureFixture[str]


class Commands:
    """Runs ``sites`` commands on one project."""

    def __init__(self, folder: Path, capsys: Out) -> None:
        self.folder, self.capsys = folder, capsys
        assert run(["init", str(folder), "--author", "甲"]) == 0
        capsys.readouterr()

    def __call__(self, *words: str | Path, code: int = 0) -> Any:
        """The JSON that a command prints."""
        text = self.text(*words, "--json", code=code)
        return json.loads(text) if code in (0, 1) else text

    def text(self, *words: str | Path, code: int = 0) -> str:
        """What a command prints; its sentence when it fails."""
        arguments = ["--project", str(self.folder), "sites", *map(str, words)]
        assert run(arguments) == code
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        return said.out if code in (0, 1) else said.err.strip()


@pytest.fixture
def do(tmp_path: Path, capsys: Out) -> Commands:
    return Commands(tmp_path / "p", capsys)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_import_prints_what_became_of_each_row(do: Commands, table: Path) -> None:
    data = do("import", table, "--kind", "geohazard", code=1)
    wanted = ("read", "imported", "updated", "unchanged", "refused", "warnings")
    assert [data[name] for name in wanted] == [3, 2, 0, 0, 1, 1]
    assert [(row["row"], row["status"], row["code"]) for row in data["rows"]] == [
        (2, "ok", "360222010001"),
        (3, "warning", "360222010002"),
        (4, "refused", "360222010003"),
    ]
    assert [issue["code"] for issue in data["rows"][1]["issues"]] == ["axes_swapped"]
    assert [issue["code"] for issue in data["rows"][2]["issues"]] == ["no_position"]
    again = do("import", table, "--kind", "geohazard", code=1)
    assert (again["imported"], again["unchanged"]) == (0, 2)


def test_import_options(do: Commands, table: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.xlsx"
    data = do(
        *("import", table, "--kind", "geohazard", "--dry-run", "--report", report),
        *("--map", "名称=村组", "--crs", "EPSG:4490"),
        code=1,
    )
    assert data["dry_run"]
    assert data["columns"]["名称"] == "village"
    assert report.exists()
    assert do("list") == []
    assert "试运行" in do.text("import", table, "--kind", "geohazard", "--dry-run", code=1)


def test_list_show_search(do: Commands, table: Path) -> None:
    do("import", table, "--kind", "geohazard", code=1)
    listed = do("list")
    assert [site["code"] for site in listed] == ["360222010001", "360222010002"]
    first = do("show", "360222010001")
    assert first == listed[0] | {"position": {"method": "file"}}
    assert first["kind"] == "geohazard"
    assert first["kind_code"] == "01"
    assert (first["lon"], first["lat"]) == (117.4, 29.5)
    assert first["threatened_people"] == 12
    assert first["version"] == 0
    assert first["local"]["unsent"] is True
    assert [site["code"] for site in do("search", "鹅湖")] == ["360222010002"]
    assert [site["code"] for site in do("search", "0001")] == ["360222010001"]
    assert do("search", "没有这个") == []
    assert do("list", "--kind", "mine") == []
    assert len(do("list", "--limit", "1")) == 1
    assert [site["town"] for site in do("list", "--town", "鹅湖镇")] == ["鹅湖镇"]
    assert "瑶里滑坡" in do.text("list")
    assert "威胁人口: 12 人" in do.text("show", "360222010001")


def test_set_history_delete_restore_undo(do: Commands, table: Path) -> None:
    made = do("import", table, "--kind", "geohazard", code=1)
    done = do("set", "360222010001", "threatened_people=20", "lon=117.41", "稳定性=较差")
    assert done["change"]
    assert done["version"] == 0
    shown = do("show", "360222010001")
    assert (shown["threatened_people"], shown["lon"], shown["lat"]) == (20, 117.41, 29.5)
    assert do("set", "360222010001", "threatened_people=20")["change"] is None
    history = do("history", "360222010001")
    assert history[0]["change"] == done["change"]
    assert history[0]["fields"]["threatened_people"] == [12, 20]
    assert do("delete", "360222010001")["change"]
    assert [site["code"] for site in do("list")] == ["360222010002"]
    assert len(do("list", "--deleted")) == 2
    assert do("restore", "360222010001")["change"]
    assert do("undo", made["import"])["undone"] == 1
    assert [site["code"] for site in do("list")] == ["360222010001"]


def test_what_a_person_reads(do: Commands, table: Path) -> None:
    said = do.text("import", table, "--kind", "geohazard", code=1)
    assert "读取 3 行" in said
    assert "没有位置" in said
    assert "sites undo" in said
    assert "已保存" in do.text("set", "360222010001", "status=已核销", "provisional=是")
    assert "没有差别" in do.text("set", "360222010001", "status=closed")
    shown = do.text("show", "360222010001")
    assert "状态: 已核销" in shown
    assert "临时编号: 是" in shown
    assert "甲" in do.text("history", "360222010001").splitlines()[0]
    assert "已保存" in do.text("delete", "360222010001")
    assert "已删除" in do.text("show", "360222010001")
    assert "已保存" in do.text("restore", "360222010001")
    assert "没有找到" in do.text("search", "没有这个")
    assert "LS" in do.text("add", "--kind", "plot", "--lon", "117.4", "--lat", "29.5")


def test_add_gives_a_provisional_number(do: Commands) -> None:
    site = do(
        *("add", "--kind", "geohazard", "--lon", "117°24'00\"", "--lat", "29.5"),
        *("新发现", "kind_code=滑坡"),
    )
    assert site["code"].startswith("360222LS")
    assert site["name"] == "新发现"
    assert site["provisional"] is True
    # Metres, north and east in either order.
    other = do("add", "--kind", "mine", "--lon", "3264681", "--lat", "39538770")
    assert other["lon"] == pytest.approx(117.4, abs=1e-3)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".csv", ".xlsx", ".kml"])
def test_export(do: Commands, table: Path, tmp_path: Path, suffix: str) -> None:
    do("import", table, "--kind", "geohazard", code=1)
    assert do("export", tmp_path / f"out{suffix}")["written"] == 2
    assert (tmp_path / f"out{suffix}").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "999"), 3),
        (("set", "360222010001", "threatened_people=若干"), 3),
        (("set", "360222010001", "nonsense=1"), 3),
        (("set", "360222010001", "nonsense"), 2),
        (("set", "360222010001"), 2),
        (("undo", "x"), 2),
        (("import", "missing.xlsx", "--kind", "geohazard"), 3),
        (("import", "missing.xlsx"), 2),
        (("import", "missing.xlsx", "--kind", "volcano"), 2),
        (("add", "--kind", "geohazard", "--lon", "x", "--lat", "y"), 3),
        (("export", "out.doc"), 2),
        (("export", "/nowhere/at/all/out.csv"), 4),
        (("export", "out.csv", "--crs", "EPSG:2384"), 3),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_the_right_exit_code(
    do: Commands, table: Path, words: tuple[str, ...], code: int
) -> None:
    do("import", table, "--kind", "geohazard", code=1)
    sentence = do.text(*words, code=code)
    assert sentence
    assert "\n" not in sentence


def test_an_ambiguous_number_lists_the_ids(do: Commands, tmp_path: Path) -> None:
    from jdz_field.store.project import Project

    with Project.open(do.folder) as project:
        for subject in ("0189a", "0189b"):
            project.edit("geohazard", subject, {"code": "360222010001"})
    sentence = do.text("show", "360222010001", code=3)
    assert "0189a" in sentence
    assert "0189b" in sentence
    assert do("show", "0189b")["id"] == "0189b"


def test_every_leaf_takes_json() -> None:
    for command in sites.commands.values():
        assert any("--json" in parameter.opts for parameter in command.params), command.name


def test_a_grade_that_a_rule_gives_is_kept_as_stated_and_said_so(do: Commands, table: Path) -> None:
    do("import", table, "--kind", "geohazard", code=1)
    do("set", "360222010001", "threatened_assets=10")
    told = do("set", "360222010001", "danger_grade=A")["notes"]
    assert told[0] == "险情等级:"
    assert "特大型" in told[-1]
    shown = do("show", "360222010001")
    assert (shown["danger_grade"], shown["danger_grade_stated"]) == ("D", "A")
    assert do("set", "360222010001", "remarks=看过")["notes"] == []
