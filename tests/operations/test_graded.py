"""Grades of a ledger beside those of the rule: kept, compared, updated, exported."""

from __future__ import annotations

import csv

import pytest

from jdz_field.operations.ledger import export_sites, import_ledger
from jdz_field.operations.projects import create_project
from jdz_field.operations.sites import edit_site, to_flat_json

HEAD = [
    "统一编号",
    "名称",
    "灾害类型",
    "东经",
    "北纬",
    "威胁人口(人)",
    "威胁财产(万元)",
    "险情等级",
]
CODE = "360222010001"


def ledger(path, people="600", assets="10", grade="小型"):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerow([CODE, "瑶里滑坡", "滑坡", "117.55", "29.5", people, assets, grade])
    return path


@pytest.fixture
def project(tmp_path):
    with create_project(tmp_path / "p", name="一", author="张三") as made:
        yield made


def test_a_grade_that_disagrees_is_shown_beside_the_rules(project, tmp_path) -> None:
    import_ledger(project, ledger(tmp_path / "a.csv"), "geohazard")
    (site,) = project.sites_by_code(CODE)
    shown = to_flat_json(site)
    assert (shown["danger_grade"], shown["danger_grade_stated"]) == ("B", "D")


def test_the_same_ledger_again_changes_nothing(project, tmp_path) -> None:
    import_ledger(project, ledger(tmp_path / "a.csv"), "geohazard")
    again = import_ledger(project, ledger(tmp_path / "a.csv"), "geohazard")
    assert (again.unchanged, again.updated) == (1, 0)


def test_a_ledger_that_agrees_or_says_nothing_has_no_difference(project, tmp_path) -> None:
    import_ledger(project, ledger(tmp_path / "a.csv", grade=""), "geohazard")
    (site,) = project.sites_by_code(CODE)
    assert to_flat_json(site)["danger_grade"] == "B"
    assert "danger_grade_stated" not in to_flat_json(site)
    agreeing = import_ledger(project, ledger(tmp_path / "b.csv", grade="大型"), "geohazard")
    assert (agreeing.unchanged, agreeing.updated) == (1, 0)


def test_a_corrected_ledger_replaces_what_it_said(project, tmp_path) -> None:
    import_ledger(project, ledger(tmp_path / "a.csv"), "geohazard")
    import_ledger(project, ledger(tmp_path / "b.csv", grade="大型"), "geohazard")
    (site,) = project.sites_by_code(CODE)
    assert site.stated == {"danger_grade": "B"}
    assert "danger_grade_stated" not in to_flat_json(site)


def test_what_goes_out_comes_back_the_same(project, tmp_path) -> None:
    import_ledger(project, ledger(tmp_path / "a.csv", grade=""), "geohazard")
    export_sites(project, tmp_path / "out.gpkg", kinds=("geohazard",))
    again = import_ledger(project, tmp_path / "out.gpkg", "geohazard")
    assert (again.unchanged, again.updated) == (1, 0)


def test_a_grade_moves_with_its_inputs(project, tmp_path) -> None:
    import_ledger(project, ledger(tmp_path / "a.csv", grade=""), "geohazard")
    (site,) = project.sites_by_code(CODE)
    edit_site(project, site.id, {"threatened_people": "1200"})
    assert project.site(site.id).fields["danger_grade"] == "A"
    assert project.check() == []
