"""What an import would do: kind, columns, coordinates, places, what is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.import_preview import (
    column_label,
    letters,
    positions_words,
    preview,
    propose_kind,
    readable,
    remember,
)
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

HEAD = "统一编号,名称,县,灾害类型,经度,纬度,威胁人口"
ROWS = ["360222010001,甲滑坡,浮梁县,滑坡,117.4,29.5,12", "360222010002,乙滑坡,浮梁县,滑坡,121,25,3"]

Write = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    with Project.create(tmp_path / "p", name="试", author="甲") as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(head: str, rows: Sequence[str], name: str = "l.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return path

    return make


def test_everything_is_understood_and_nothing_written(project: Project, write: Write) -> None:
    found = preview(project, write(HEAD, ROWS), "geohazard")
    assert [one.field for one in found.columns] == [
        *("code", "name", "county_code", "kind_code", "lon", "lat", "threatened_people")
    ]
    assert found.columns[1].samples == ("甲滑坡", "乙滑坡")
    assert all(one.why for one in found.columns)
    assert found.positions.form == "degrees"
    assert "经度" in positions_words(found.positions)
    assert [(spot.row, spot.issue) for spot in found.spots] == [(2, ""), (3, "outside_city")]
    assert found.report is not None
    assert (found.report.imported, found.report.refused) == (1, 1)
    assert project.search(SiteQuery()) == []


def test_a_table_without_coordinates_says_what_it_lacks(project: Project, write: Write) -> None:
    rows = ["360222010001,甲,浮梁县,滑坡,1,2,3"] * 2
    file = write(HEAD.replace("经度", "子").replace("纬度", "丑"), rows)
    found = preview(project, file, "geohazard")
    assert found.lacking == ("position",)
    assert found.report is None
    assert positions_words(found.positions)
    mapping = {"子": "lon", "丑": "lat"}
    named = preview(project, file, "geohazard", ImportOptions(mapping=mapping))
    assert named.lacking == ()
    assert named.report is not None


@pytest.mark.parametrize(
    ("x", "y", "form", "zone", "swapped"),
    [
        ("3264000", "39540000", "metres", 39, False),
        ("3264000", "540000", "metres", 0, False),
        ("117.4", "29.5", "degrees", 0, False),
    ],
)
def test_coordinates_are_told_in_words(
    project: Project, write: Write, x: str, y: str, form: str, zone: int, swapped: bool
) -> None:
    head = HEAD.replace("经度", "X坐标").replace("纬度", "Y坐标")
    rows = [f"36022201000{n},甲{n},浮梁县,滑坡,{x},{y},3" for n in range(5)]
    found = preview(project, write(head, rows), "geohazard").positions
    assert (found.form, found.zone) == (form, zone)
    assert not swapped
    assert "X坐标" in positions_words(found)


def test_an_older_datum_is_named(project: Project, write: Write) -> None:
    head = HEAD.replace("经度", "X(北京54)").replace("纬度", "Y(北京54)")
    rows = [f"36022201000{n},甲{n},浮梁县,滑坡,3264000,39540000,3" for n in range(5)]
    found = preview(project, write(head, rows), "geohazard")
    assert found.positions.datum == "Beijing 1954"
    assert found.spots == []


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (HEAD, "l.csv", "geohazard"),
        ("图斑编号,矿山名称,矿种,采矿证号,中心点经度,中心点纬度,图斑面积", "l.csv", "mine"),
        ("小班号,树种,造林年度,经度,纬度,面积", "l.csv", "plot"),
        ("编号,名称,经度,纬度", "风险区.csv", "risk"),
    ],
)
def test_the_kind_is_proposed_from_what_stands_in_it(
    write: Write, head: str, name: str, kind: str
) -> None:
    row = ",".join(["1"] * (head.count(",") + 1))
    assert propose_kind(write(head, [row] * 3, name)) == kind


def test_what_was_settled_is_used_again(project: Project, write: Write) -> None:
    file = write(HEAD.replace("威胁人口", "某列"), ROWS)
    first = preview(project, file, "geohazard", recall=True)
    assert first.recalled is None
    assert first.header is not None
    remember(first.header, "geohazard", ImportOptions(mapping={"某列": "threatened_people"}))
    again = preview(project, file, "geohazard", recall=True)
    assert again.recalled is not None
    assert again.columns[-1].field == "threatened_people"
    assert preview(project, file, "geohazard").columns[-1].field != "threatened_people"
    # A field of then that is none now is no stumbling block.
    remember(first.header, "geohazard", ImportOptions(mapping={"某列": "volcano"}))
    assert preview(project, file, "geohazard", recall=True).recalled is None


def test_headings_that_stand_twice_are_named_by_letter(project: Project, write: Write) -> None:
    file = write(HEAD.replace("威胁人口", "备注,备注"), [f"{row},再" for row in ROWS])
    names = [one.name for one in preview(project, file, "geohazard").columns]
    assert names[-2:] == ["G", "H"]


def test_labels_and_letters() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert column_label("geohazard", None) == column_label("geohazard", "ignored")
    names = [name for name, label in readable("geohazard") if label]
    assert "lon" in names
    assert "threatened_people" in names


def test_what_is_no_ledger_is_one_sentence(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"PK\x03\x04broken")
    wrong: list[tuple[Any, type[Exception]]] = [
        (lambda: preview(project, file, "geohazard"), BadInput),
        (lambda: propose_kind(file), BadInput),
    ]
    for act, error in wrong:
        with pytest.raises(error, match=r"x\.xlsx"):
            act()


def test_a_sheet_that_is_not_there(project: Project, write: Write) -> None:
    with pytest.raises(BadUsage):
        preview(project, write(HEAD, ROWS), "geohazard", ImportOptions(sheet="没有"))
