"""``report card`` on a real project, judged by the text of the PDF."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jdz_field.cli.root import run
from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import set_language
from jdz_field.core.ids import new_id
from jdz_field.operations.projects import create_project
from jdz_field.store.editing import Edit

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = [
    "/data/warning/alarm_signal\t鸣锣",
    "/data/warning/order_issuer\t示例员甲",
    "/data/warning/order_phone\t13900000001",
    "/data/warning/shelter\t示例小学操场",
    "/data/warning/escape_route\t沿村道向南",
    "/data/escape_line\t29.3 117.2 0 0; 29.301 117.205 0 0",
    "/data/household[1]/head\t示例户主",
    "/data/household[1]/people\t2",
    "/data/household[1]/building\tbrick",
    "/data/household[1]/address\t示例村一组 1 号",
    "/data/household[1]/relation\t位于前缘下方 20 米",
    "/data/household[1]/member[1]/name\t示例成员",
    "/data/household[1]/member[1]/sex\tfemale",
    "/data/household[1]/member[1]/age\t8",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one point and its household."""
    folder = tmp_path / "project"
    with create_project(folder, name="试点", author="余小敏", sample=True) as project:
        fields = {"code": "360222010001", "name": "示例滑坡", "kind_code": "01"}
        fields["county_code"] = "360222"
        other = {"code": "360222010002", "name": "邻近崩塌", "kind_code": "02"}
        project.edit_many(
            [
                Edit("geohazard", new_id(), {**fields, "geometry": "POINT (117.2 29.3)"}),
                Edit("geohazard", new_id(), {**other, "geometry": "POINT (117.21 29.3)"}),
                Edit("mine", new_id(), {"code": "M1", "name": "示例矿山"}),
            ],
            origin="edit",
        )
    return folder


def today() -> str:
    return f"{utc_now().astimezone(BEIJING):%Y-%m-%d}"


def line(folder: Path, *words: object) -> int:
    """One command in this project."""
    return run(["--project", str(folder), *map(str, words)])


def words_of(pdf: Path) -> str:
    """The text of a PDF, as poppler reads it."""
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return done.stdout.decode()


def survey(folder: Path) -> None:
    """Fill in the card survey of the point."""
    answers = folder.parent / "answers.tsv"
    lines = [f"answer\t{one}" for one in ANSWERS]
    answers.write_text("\n".join(lines), encoding="utf-8")
    assert line(folder, "forms", "add", ROOT / "forms" / "card_survey.xlsx") == 0
    words = ("records", "new", "card_survey", "--site", "360222010001", "--answers", answers)
    assert line(folder, *words) == 0


def test_the_work_card_says_what_the_ledger_says(
    folder: Path, tool: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    tool("pdftotext")
    out = folder.parent / "card.pdf"
    assert line(folder, "report", "card", "360222010001", "-o", out, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "files": [str(out)],
        "cards": 1,
        "without": [],
    }
    told = words_of(out)
    assert "地质灾害防灾工作明白卡" in told
    assert "360222010001" in told
    assert "虚构示例" in told
    assert "内部使用" in told
    assert "117°12′" in told
    assert "邻近崩塌" in told
    assert "Watching" not in told


def test_the_same_day_gives_the_same_bytes(folder: Path) -> None:
    first, second = folder.parent / "a.pdf", folder.parent / "b.pdf"
    for out in (first, second):
        words = ("report", "card", "360222010001", "-o", out, "--as-of", today())
        assert line(folder, *words) == 0
    assert first.read_bytes() == second.read_bytes()


def test_a_household_card_comes_from_the_survey(
    folder: Path, tool: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    tool("pdftotext")
    survey(folder)
    capsys.readouterr()
    out = folder.parent / "card.pdf"
    words = ("report", "card", "360222010001", "--kind", "household", "-o", out, "--json")
    assert line(folder, *words) == 0
    assert json.loads(capsys.readouterr().out)["cards"] == 1
    told = words_of(out)
    for word in ("示例户主", "砖混", "示例成员", "女", "位于前缘下方 20 米", "户主签名", "鸣锣"):
        assert word in told
    assert line(folder, "report", "card", "360222010001", "-o", out) == 0
    assert "绿线为撤离路线" in words_of(out)


def test_in_english_every_label_is_english(folder: Path) -> None:
    survey(folder)
    out = folder.parent / "card.pdf"
    words = ("--lang", "en", "report", "card", "360222010001", "--kind", "household", "-o", out)
    assert line(folder, *words) == 0
    set_language("zh")
    told = words_of(out)
    assert "Head" in told
    assert "Brick and concrete" in told
    assert "户主签名" not in told


def test_pictures_are_a_file_a_page(folder: Path) -> None:
    out = folder.parent / "card.png"
    assert line(folder, "report", "card", "360222010001", "360222010002", "-o", out) == 0
    assert out.read_bytes()[:4] == b"\x89PNG"
    assert (folder.parent / "card-2.png").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("360222010001", "--kind", "household", "-o", "x.pdf"), 3, "明白卡信息采集"),
        (("M1", "-o", "x.pdf"), 3, "示例矿山"),
        (("360222010009", "-o", "x.pdf"), 3, "360222010009"),
        (("360222010001", "-o", "x.docx"), 2, "x.docx"),
        (("360222010001", "-o", "x.pdf", "--as-of", "yesterday"), 2, "yesterday"),
        (("360222010001", "-o", "nowhere/x.pdf"), 4, "x.pdf"),
        (("360222010001", "-o", "x.pdf", "--as-of", "2999-01-01"), 2, "2999-01-01"),
        (("360222010001", "-o", "x.pdf", "--as-of", "2001-01-01"), 3, "示例滑坡"),
        (("360222010001", "-o", "x.pdf", "--map-number", "12345"), 2, "12345"),
        (("-o", "x.pdf"), 3, "没有选择点位"),
        (("--county", "火星县", "-o", "x.pdf"), 2, "火星县"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    folder: Path,
    words: tuple[str, ...],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert line(folder, "report", "card", *words) == code
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


def record_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The id of the record that ``survey`` makes."""
    survey(folder)
    capsys.readouterr()
    assert line(folder, "records", "list", "--json") == 0
    return str(json.loads(capsys.readouterr().out)[0]["id"])


def test_a_record_is_printed_by_its_id_and_by_its_site(
    folder: Path, tool: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    tool("pdftotext")
    id_ = record_of(folder, capsys)
    out = folder.parent / "r.pdf"
    assert line(folder, "report", "record", id_, "-o", out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["records"] == 1
    assert "示例户主" in words_of(out)
    words = ("report", "record", "--site", "360222010001", "-o", folder.parent / "r.docx")
    assert line(folder, *words) == 0
    assert "姓名和电话" in capsys.readouterr().out
    words = ("report", "record", id_, "-o", out, "--personal", "leave-out")
    assert line(folder, *words) == 0
    assert "示例户主" not in words_of(out)
    words = ("report", "record", id_, "-o", out, "--map-number", "赣S(2026)001号")
    assert line(folder, *words) == 0
    assert "内部使用" not in words_of(out)


def test_the_ledger_and_the_table_of_changes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder.parent / "l.xlsx"
    assert line(folder, "report", "ledger", "-o", out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["sites"] == 2
    assert line(folder, "report", "movement", "-o", out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["adds_up"] is True
    assert told["total"]["new"]["sites"] == ["360222010001", "360222010002"]
    assert {"from", "to", "rows", "total", "moves", "files"} <= set(told)


def test_households_and_batches(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    survey(folder)
    capsys.readouterr()
    out = folder.parent / "h.xlsx"
    words = ("report", "households", "360222010001", "-o", out, "--json")
    assert line(folder, *words) == 0
    assert json.loads(capsys.readouterr().out)["households"] == 1
    cards = folder.parent / "c.pdf"
    words = ("report", "card", "--county", "浮梁县", "--kind", "household", "-o", cards)
    assert line(folder, *words) == 0
    both = ("report", "card", "360222010001", "360222010002", "--kind", "household", "-o", cards)
    assert line(folder, *both) == 1
    assert "邻近崩塌" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("record", "00000000", "-o", "x.pdf"), 3, "00000000"),
        (("record", "-o", "x.pdf"), 3, "没有选择记录"),
        (("record", "--site", "999", "-o", "x.pdf"), 3, "999"),
        (("ledger", "--kind", "moon", "-o", "x.pdf"), 2, "moon"),
        (("ledger", "--town", "无此镇", "-o", "x.pdf"), 3, "在册"),
        (("ledger", "-o", "x.csv"), 2, "x.csv"),
        (("movement", "--from", "2999-01-01", "-o", "x.pdf"), 2, "2999-01-01"),
        (("movement", "--kind", "works", "-o", "x.pdf"), 3, "修复工程"),
        (("households", "360222010001", "-o", "x.pdf"), 3, "明白卡信息采集"),
        (("households", "M1", "-o", "x.pdf"), 3, "示例矿山"),
    ],
)
def test_other_reports_that_cannot_be_made_are_one_sentence(
    folder: Path,
    words: tuple[str, ...],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert line(folder, "report", *words) == code
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


def test_without_a_font_nothing_is_printed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from jdz_field.reports import typeset

    monkeypatch.setattr(typeset, "CHINESE", ("No such family",))
    for words in (("card", "360222010001"), ("ledger",), ("movement",)):
        out = folder.parent / "x.pdf"
        assert line(folder, "report", *words, "-o", out) == 4
        assert "字体" in capsys.readouterr().err
        assert not out.exists()
