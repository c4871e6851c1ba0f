"""At every boundary the forms say what the catalogue's rule says, here and in JavaRosa.

The forms look limits up in ``rule_limits.csv``; behind each stands the limit that ships, for a
device that has no list.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jdz_field.core import planting
from jdz_field.core.catalogue import table
from jdz_field.core.grades import derive, rule
from jdz_field.core.lists import list_rows
from jdz_field.core.planting import MU_PER_HA, Sample, outcome, sample_needed
from jdz_field.core.resources import folder
from jdz_field.geo.measures import HECTARE, MU
from jdz_field.xforms.convert import convert_xlsform
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from tests.xforms.conftest import Oracle
from tests.xforms.test_oracle import agree
from tests.xforms.tools import value

BOOKS = sorted(folder("forms").glob("*.xlsx"))
PEOPLE = ("", "0", "-1", "99", "100", "101", "499", "500", "999", "1000", "100000")
MONEY = ("", "0", "-0.01", "499.99", "500", "4999.99", "5000", "9999.99", "10000", "9999999999")
DEATHS = ("", "0", "-1", "2", "3", "9", "10", "29", "30", "10000")
LOSS = ("", "0", "-1", "99.99", "100", "499.99", "500", "999.99", "1000", "9999999999")
ANGLES = ("", "-0.1", "0", "4.99", "5", "14.99", "15", "24.99", "25", "34.99", "35", "44.99", "45")
AGES = ("", "-1", "0", "99", "100", "299", "300", "499", "500", "5000")
#: Form, the question that is graded, its rule, and (question, input, values to try).
GRADED: list[tuple[str, str, str, list[tuple[str, str, tuple[str, ...]]]]] = [
    (
        "geohazard_inspection",
        "/data/threat/danger_grade",
        "danger_grade",
        [
            ("/data/threat/people", "threatened_people", PEOPLE),
            ("/data/threat/assets", "threatened_assets", MONEY),
        ],
    ),
    (
        "geohazard_review",
        "/data/threat/danger_grade",
        "danger_grade",
        [
            ("/data/threat/threatened_people", "threatened_people", PEOPLE),
            ("/data/threat/threatened_assets", "threatened_assets", MONEY),
        ],
    ),
    (
        "disaster_report",
        "/data/grade",
        "disaster_grade",
        [("/data/deaths", "deaths", DEATHS), ("/data/loss", "direct_loss", LOSS)],
    ),
    (
        "disaster_report",
        "/data/grade",
        "danger_grade",
        [
            ("/data/threatened", "threatened_people", PEOPLE),
            ("/data/loss", "threatened_assets", MONEY),
        ],
    ),
    (
        "plot_survey",
        "/data/site/slope_by_angle",
        "slope_class",
        [("/data/site/slope", "slope", ANGLES)],
    ),
    ("old_tree", "/data/tree/class_by_age", "old_tree_class", [("/data/tree/age", "age", AGES)]),
]
NAMES = [f"{form}-{by}" for form, _ref, by, _given in GRADED]


@cache
def xml_of(name: str) -> str:
    return convert_xlsform(folder("forms") / f"{name}.xlsx").xml


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue's lists as files, for JavaRosa."""
    found = tmp_path_factory.mktemp("limits")
    for name in ("rule_limits", "minimum_density"):
        rows = [dict(row) for row in list_rows(name) or ()]
        with (found / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return found


def session(name: str, *, lists: bool = True) -> FormSession:
    given = {n: list_rows(n) or () for n in ("rule_limits", "minimum_density")} if lists else {}
    return FormSession(parse_form(xml_of(name)), instances=given)


def figures(given: Mapping[str, str]) -> dict[str, Any]:
    return {name: float(text) if text else None for name, text in given.items()}


def pairs(
    given: list[tuple[str, str, tuple[str, ...]]],
) -> list[list[tuple[str, str, str]]]:
    """Each value of each question with the others empty, and with the others at their tops."""
    made = []
    for at, (ref, name, tries) in enumerate(given):
        for text in tries:
            for other in ("", "0", *(["99"] if len(given) > 1 else [])):
                rest = [(r, n, other) for i, (r, n, _t) in enumerate(given) if i != at]
                made.append([(ref, name, text), *rest])
    return made


@pytest.mark.parametrize("lists", [True, False], ids=["list", "no list"])
@pytest.mark.parametrize(("form", "ref", "by", "given"), GRADED, ids=NAMES)
def test_a_form_grades_as_the_rule_does(form, ref, by, given, lists) -> None:
    filling = session(form, lists=lists)
    if form == "disaster_report":
        filling.answer("/data/report_kind", "disaster" if by == "disaster_grade" else "danger")
    for answers in pairs(given):
        for question, _name, text in answers:
            filling.answer(question, text)
        found = derive(rule(by), figures({name: text for _q, name, text in answers}))
        assert value(filling, ref) == (found.value if found else ""), answers


@pytest.mark.parametrize(("form", "ref", "by", "given"), GRADED, ids=NAMES)
def test_javarosa_grades_as_we_do(form, ref, by, given, oracle: Oracle, media: Path) -> None:
    said = []
    if form == "disaster_report":
        kind = "disaster" if by == "disaster_grade" else "danger"
        said.append(f"answer\t/data/report_kind\t{kind}")
    for answers in pairs(given):
        # JavaRosa refuses what breaks a constraint, and keeps what was there.
        if all(not text.startswith("-") for _q, _n, text in answers):
            said += [f"answer\t{question}\t{text}" for question, _name, text in answers]
            said.append("dump")
    agree(oracle, xml_of(form), said, media)


#: Planted, alive and the verdict; one sample plot of 200 m², no design, no species.
RATES = [
    (100, 0, "3"),
    (10000, 4099, "3"),
    (100, 41, "2"),
    (2000, 819, "3"),
    (2000, 820, "2"),
    (1000, 849, "2"),
    (2000, 1699, "2"),
    (2000, 1700, "1"),
    (100, 85, "1"),
    (60, 51, "1"),
    (100, 100, "1"),
]


def plot(planted: int, alive: int, size: int = 200, *more: str) -> list[str]:
    at = "/data/sample[1]"
    said = [f"{at}/sample_size\t{size}", f"{at}/planted\t{planted}", f"{at}/alive\t{alive}"]
    return [f"answer\t{one}" for one in (*more, *said)]


def told(filling: FormSession, said: list[str]) -> FormSession:
    for one in said:
        _answer, ref, text = one.split("\t")
        filling.answer(ref, text)
    return filling


@pytest.mark.parametrize(("planted", "alive", "verdict"), RATES)
@pytest.mark.parametrize("lists", [True, False], ids=["list", "no list"])
def test_the_verdict_goes_by_the_unrounded_rate(planted, alive, verdict, lists) -> None:
    filling = told(session("plot_check", lists=lists), plot(planted, alive))
    found = outcome([Sample(200, planted, alive)])
    assert value(filling, "/data/survival_verdict") == verdict == found.verdict
    assert float(value(filling, "/data/survival")) == found.rate


def test_a_rate_just_below_a_limit_is_not_shown_as_the_limit() -> None:
    filling = told(session("plot_check"), plot(2000, 1699))
    assert value(filling, "/data/survival_shown") == "84.95"
    assert planting.verdict(84.9999999) == "2"
    assert planting.verdict(40.9999999) == "3"


#: Design (trees a mu), species, planted: of how many trees on 200 m² (0.3 mu) it counts.
BASES = [
    ("", "", 50, 50),
    ("200", "", 50, 60),
    ("100", "", 50, 50),
    ("", "9", 10, 33.3),
    ("300", "9", 10, 90),
    ("50", "9", 10, 33.3),
    ("", "9", 40, 40),
    ("", "999", 10, 10),
]


@pytest.mark.parametrize(("design", "species", "planted", "base"), BASES)
def test_planted_is_the_largest_of_design_least_density_and_count(
    design, species, planted, base
) -> None:
    more = [f"/data/stand/species_code\t{species}", f"/data/stand/density\t{design}"]
    filling = told(session("plot_check"), plot(planted, 5, 200, *more))
    found = outcome([Sample(200, planted, 5)], float(design) if design else None, species)
    assert float(found.base) == base
    assert float(value(filling, "/data/sample[1]/base")) == base
    assert float(value(filling, "/data/survival")) == pytest.approx(found.rate, abs=0)
    assert value(filling, "/data/survival_verdict") == found.verdict


def test_several_sample_plots_count_together() -> None:
    filling = told(session("plot_check"), plot(30, 29, 200, "/data/stand/density\t111"))
    filling.add_repeat("/data/sample")
    for name, text in (("sample_size", "100"), ("planted", "20"), ("alive", "2")):
        filling.answer(f"/data/sample[2]/{name}", text)
    found = outcome([Sample(200, 30, 29), Sample(100, 20, 2)], 111)
    assert float(value(filling, "/data/survival")) == found.rate
    assert value(filling, "/data/survival_verdict") == found.verdict


@pytest.mark.parametrize(("planted", "alive"), [(0, 0), (-1, 0)])
def test_without_a_tree_there_is_no_verdict(planted, alive) -> None:
    filling = told(session("plot_check"), plot(planted, alive))
    assert value(filling, "/data/survival_verdict") == ""
    assert outcome([Sample(200, max(planted, 0), alive)]).verdict is None
    assert outcome([]).rate is None


#: Area of the 小班 in hectares and what must be seen of it, in m².
AREAS = [
    ("", None),
    ("0", 0),
    ("-1", 0),
    ("0.01", 3),
    ("9.99", 2997),
    ("10", 3000),
    ("10.01", 3000),
    ("15", 3000),
    ("15.01", 3002),
    ("30", 6000),
    ("30.01", 6000),
    ("60", 6000),
    ("61", 6100),
    ("100000", 10_000_000),
]


@pytest.mark.parametrize(("area", "needed"), AREAS)
@pytest.mark.parametrize("lists", [True, False], ids=["list", "no list"])
def test_how_much_must_be_sampled_goes_by_the_area(area, needed, lists) -> None:
    filling = FormSession(
        parse_form(xml_of("plot_check")),
        instances={"afforestation_plots": [{"name": "s", "label": "s", "area_ha": area}]}
        | ({"rule_limits": list_rows("rule_limits") or ()} if lists else {}),
    )
    filling.answer("/data/site_id", "s")
    wanted = "" if not needed else str(needed)
    assert value(filling, "/data/sample_needed") == wanted
    if area:
        assert round(sample_needed(float(area))) == needed


def test_javarosa_judges_planting_as_we_do(oracle: Oracle, media: Path) -> None:
    said: list[str] = []
    for planted, alive, _verdict in RATES:
        if planted <= 2000:
            # What was alive before may be more than is planted now.
            said += ["answer\t/data/sample[1]/alive\t0", *plot(planted, alive)]
            said.append("dump")
    for design, species, planted, _base in BASES:
        if species != "999":
            more = [f"/data/stand/species_code\t{species}", f"/data/stand/density\t{design}"]
            said += ["answer\t/data/sample[1]/alive\t0", *plot(planted, 5, 200, *more)]
            said.append("dump")
    agree(oracle, xml_of("plot_check"), said, media)


_KEPT = re.compile(r"item\[name='([\w.]+)'\]/value, '([^']*)'\)")


def test_the_limits_behind_the_list_are_the_catalogues() -> None:
    listed = {row["name"]: row["value"] for row in list_rows("rule_limits") or ()}
    kept: dict[str, set[str]] = {}
    for book in BOOKS:
        for text in _formulas(book):
            for name, limit in _KEPT.findall(text):
                kept.setdefault(name, set()).add(limit)
    assert {name: {listed[name]} for name in kept} == kept
    rules = {name.split(".")[0] for name in kept}
    assert rules == {
        "danger_grade", "disaster_grade", "slope_class", "old_tree_class", "survival_verdict",
        "sampling",
    }  # fmt: skip


def test_no_form_holds_a_limit_of_a_rule_by_itself() -> None:
    grading = re.compile(r">=? *(?:85|41|30|500|1000|5000|10000)\b(?! *div)")
    for book in BOOKS:
        assert not [text for text in _formulas(book) if grading.search(text)], book.name


def test_areas_are_converted_by_one_factor() -> None:
    assert pytest.approx(HECTARE / MU, rel=1e-15) == MU_PER_HA
    square = next(u["per"] for u in table("plan/counting")["units"] if u["unit"] == "km²")
    assert square["mu"] == square["ha"] * MU_PER_HA
    factor = re.compile(r"(?:ha|area_ha)\} (?:\*|div) (\d+)|\* (15) div 10000|10000 div (15)\b")
    found = {g for b in BOOKS for t in _formulas(b) for m in factor.findall(t) for g in m if g}
    # 100: a hundredth of a hectare's square metres, for percents.
    assert found == {str(MU_PER_HA), "100"}


@cache
def _formulas(book: Path) -> list[str]:
    loaded = openpyxl.load_workbook(book, read_only=True)
    try:
        rows = list(loaded["survey"].iter_rows(values_only=True))
    finally:
        loaded.close()
    at = [i for i, name in enumerate(rows[0]) if name in ("calculation", "relevant", "constraint")]
    return [str(row[i]) for row in rows[1:] for i in at if i < len(row) and row[i]]


@pytest.mark.parametrize("lists", [True, False], ids=["list", "no list"])
def test_the_deadline_of_a_report_is_the_catalogues(lists: bool) -> None:
    hours = {line["grade"]: str(line["hours"]) for line in table("reporting")["deadlines"]}
    filling = session("disaster_report", lists=lists)
    assert value(filling, "/data/deadline_hours") == hours["A"]
    filling.answer("/data/report_kind", "danger")
    for people, grade in (("5", "D"), ("100", "C"), ("500", "B"), ("1000", "A")):
        filling.answer("/data/threatened", people)
        assert value(filling, "/data/grade") == grade
        assert value(filling, "/data/deadline_hours") == hours[grade]
