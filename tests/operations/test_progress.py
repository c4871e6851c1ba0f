"""The plan's progress of a device: as the centre says it, and as plain SQL finds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jdz_field.central import progress as acts
from jdz_field.central.accounts import Caller
from jdz_field.core.clock import from_text, to_text, utc_now
from jdz_field.core.errors import BadUsage
from jdz_field.core.progress_json import progress_json
from jdz_field.operations.progress import project_progress
from jdz_field.operations.progress_document import write_progress
from jdz_field.store.project import Project
from tests.central.plan_work import fill
from tests.central.tablet import Tablet
from tests.sync.centre import Centre, centre, synced
from tests.sync.places import project

#: Written without a look at the code: approved records that nobody corrected, of sites that
#: stand, the newest of each site and quantity, in the plan's units.
_NEWEST = """
WITH given AS (
  SELECT r.id, w.id AS site, w.kind_code AS programme, w.county_code AS county, w.town,
    json_extract(r.answers, '$.done.quantity_name') AS quantity,
    json_extract(r.answers, '$.done.quantity_done') / CASE json_extract(r.answers, '$.done.unit')
      WHEN 'ha' THEN 100.0 WHEN 'mu' THEN 1500.0 WHEN 'm2' THEN 1e6 WHEN 'm' THEN 1e3 ELSE 1 END
      AS amount,
    json_extract(r.answers, '$.visit.survey_date') AS day, r.finished,
    json_extract(r.answers, '$.done.stage') = '6'
      AND json_extract(r.answers, '$.done.verdict') = 'good' AS accepted
  FROM records r JOIN works w ON w.id = r.site
  WHERE r.review = 'approved' AND r.deleted = 0 AND w.deleted = 0
    AND r.id NOT IN (SELECT replaces FROM records WHERE replaces IS NOT NULL
                     AND review = 'approved')
), ranked AS (
  SELECT *, row_number() OVER (
    PARTITION BY site, quantity ORDER BY day DESC, finished DESC, id DESC) AS place
  FROM given WHERE day <= :day
)
SELECT * FROM ranked WHERE place = 1
"""
_MINES = """
WITH given AS (
  SELECT r.id, m.id AS site, json_extract(r.answers, '$.acceptance') IN ('1', '2') AS accepted,
    json_extract(r.answers, '$.accepted_area_m2') / 1e6 AS amount,
    row_number() OVER (PARTITION BY m.id ORDER BY json_extract(r.answers, '$.visit.accepted_day')
      DESC, r.finished DESC, r.id DESC) AS place
  FROM records r JOIN mine m ON m.id = r.site
  WHERE r.form = 'mine_acceptance' AND r.review = 'approved' AND r.deleted = 0
    AND m.deleted = 0 AND m.population = 'legacy'
)
SELECT round(sum(amount), 6), count(*) FROM given WHERE place = 1 AND accepted
"""


@dataclass
class Pair:
    """A centre and a device that pulled everything."""

    hub: Centre
    device: Project


@contextmanager
def _pair(folder: Path) -> Iterator[Pair]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDZ_FIELD_CONFIG", str(folder / "config"))
        patch.setenv("JDZ_FIELD_KEYRING", "off")
        with centre(folder / "centre") as hub, project(folder / "one", "张三") as device:
            fill(hub.office, Tablet.enrol(hub.office))
            hub.admit(device)
            synced(device, hub.url)
            yield Pair(hub, device)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Only to be read."""
    with _pair(tmp_path_factory.mktemp("plan")) as made:
        yield made


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """To be changed."""
    with _pair(tmp_path) as made:
        yield made


@pytest.fixture
def device(both: Pair) -> Project:
    return both.device


def at_centre(hub: Centre, until: str) -> dict[str, Any]:
    return progress_json(acts.progress(hub.office, until))


def _rows(device: Project, sql: str, **given: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(device.path / "field.gpkg")) as database:
        database.row_factory = sqlite3.Row
        return list(database.execute(sql, given))


def test_a_device_says_what_the_centre_says(both: Pair) -> None:
    hub, device = both.hub, both.device
    now = utc_now()
    ours = dict(project_progress(device, now))
    assert ours.pop("unsettled") == 0
    theirs = at_centre(hub, to_text(now))
    assert len(theirs["records"]) > 20
    assert ours == theirs


def test_the_figures_are_those_of_plain_sql(device: Project) -> None:
    found = project_progress(device, utc_now())
    rows = _rows(device, _NEWEST, day="9999")
    assert len(rows) == 9
    for programme in found["programmes"]:
        for quantity in programme["quantities"]:
            own = [
                r for r in rows
                if (r["programme"], r["quantity"]) == (programme["id"], quantity["name"])
            ]  # fmt: skip
            if not own:
                continue
            assert sorted(quantity["records"]) == sorted(r["id"] for r in own)
            assert quantity["done"] == pytest.approx(sum(r["amount"] for r in own))
            assert quantity["accepted"] == pytest.approx(
                sum(r["amount"] for r in own if r["accepted"])
            )
            towns = {(t["county"], t["town"]): t["done"] for t in quantity["towns"]}
            assert towns == {(r["county"], r["town"]): pytest.approx(r["amount"]) for r in own}


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_the_years_are_those_of_plain_sql(device: Project, year: int) -> None:
    found = project_progress(device, utc_now())
    rows = _rows(device, _NEWEST, day=f"{year}-12-31")
    told = {
        (p["id"], q["name"]): y["done"]
        for p in found["programmes"]
        for q in p["quantities"]
        for y in q["years"]
        if y["year"] == year and y["records"] and p["id"] not in ("A4", "A7", "B3")
    }
    assert told == {(r["programme"], r["quantity"]): pytest.approx(r["amount"]) for r in rows}


def test_mines_and_farmland_are_those_of_plain_sql(device: Project) -> None:
    indicators = {i["no"]: i for i in project_progress(device, utc_now())["indicators"]}
    (mines,) = _rows(device, _MINES)
    assert (indicators[15]["value"], indicators[16]["value"]) == tuple(mines)
    farmland = [
        r["amount"]
        for r in _rows(device, _NEWEST, day="9999")
        if r["quantity"] == "high_standard" and r["accepted"]
    ]
    assert indicators[14]["value"] == pytest.approx(429.2 + sum(farmland))
    assert len(farmland) == 1


def test_money_is_that_of_plain_sql(device: Project) -> None:
    found = project_progress(device, utc_now())
    sql = (
        "SELECT kind_code AS programme, sum(planned_central) + sum(planned_province)"
        " + sum(planned_county) AS planned, sum(spent_central) + total(spent_social) AS spent"
        " FROM works WHERE deleted = 0 GROUP BY kind_code"
    )
    rows = {r["programme"]: (r["planned"], r["spent"]) for r in _rows(device, sql)}
    told = {m["programme"]: (m["planned"], m["spent"]) for m in found["money"]["programmes"]}
    assert told == rows
    assert found["money"]["plan"] == 372_584


def test_what_the_centre_has_not_taken_is_said_and_does_not_count(pair: Pair) -> None:
    hub, device = pair.hub, pair.device
    before = project_progress(device, utc_now())
    site = before["projects"][0]["id"]
    device.edit("works", site, {"planned_central": 5.0})
    after = project_progress(device, utc_now())
    assert after["unsettled"] == 1
    assert after["projects"] == before["projects"]
    synced(device, hub.url)
    held = project_progress(device, utc_now())
    # A field role's change of controlled money waits for the office.
    assert held["projects"] == before["projects"]
    (proposal,) = hub.office.proposals()
    hub.office.settle("proposals", proposal["id"], "approve", "")
    synced(device, hub.url)
    now = project_progress(device, utc_now())
    assert now["projects"][0]["sources"]["central"]["planned"] == 5
    assert now["unsettled"] == 0


def test_an_earlier_moment_stays_what_it_was(pair: Pair) -> None:
    hub, device = pair.hub, pair.device
    then = utc_now()
    before = project_progress(device, then)
    record = next(iter(before["records"]))
    hub.office.review(record, "rejected")
    synced(device, hub.url)
    assert project_progress(device, then) == before
    assert record not in project_progress(device, utc_now())["records"]


def test_a_person_of_one_county_has_its_progress_and_what_left_counts_no_more(
    pair: Pair, tmp_path: Path
) -> None:
    office = pair.hub.office
    office.add_user("李四", "field", ["360222"])
    seen = Caller("", "李四", "field", counties=frozenset({"360222"}))
    with project(tmp_path / "two", "李四") as two:
        pair.hub.admit(two)
        moved: set[str] = set()
        for _turn in range(2):
            synced(two, pair.hub.url)
            until = utc_now()
            ours, theirs = project_progress(two, until), acts.progress(office, to_text(until), seen)
            told = progress_json(theirs)
            assert ours["programmes"] == told["programmes"]
            assert ours["projects"] == told["projects"]
            counties = {one["county"] for one in ours["records"].values()}
            assert counties == {"360222"}
            assert moved.isdisjoint(one["id"] for one in ours["projects"])
            site = ours["projects"][0]["id"]
            moved.add(site)
            office.set_values(site, {"county_code": "360281", "town": "接渡镇"})


# ---- documents


def test_a_workbook_names_the_records_behind_every_figure(device: Project, tmp_path: Path) -> None:
    found = project_progress(device, utc_now())
    (file,) = write_progress(found, tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[:3] == ["指标", "重点工程", "分乡镇"]
    assert book.sheetnames[-1] == "前后不一致"
    cells = [row for row in book["指标"].iter_rows(values_only=True) if row[0] in range(1, 17)]
    assert [row[0] for row in cells] == list(range(1, 17))
    assert "未在本系统测量" in cells[0]
    assert cells[14][7] == "0.063"
    numbers = {
        row[0]: row[-1]
        for row in book["记录"].iter_rows(values_only=True)
        if isinstance(row[0], int)
    }
    first, last = map(int, str(cells[14][9]).split("–"))
    assert [numbers[n] for n in range(first, last + 1)] == found["indicators"][14]["records"]
    flat = str([*book["前后不一致"].iter_rows(values_only=True)])
    assert all(f"I{n:02d}" in flat for n in range(1, 30))
    book.close()


@pytest.mark.parametrize("suffix", [".xlsx", ".pdf"])
def test_the_same_moment_gives_the_same_bytes(device: Project, tmp_path: Path, suffix: str) -> None:
    found = project_progress(device, from_text("2030-01-01T00:00:00.000Z"))
    one, two = (write_progress(found, tmp_path / f"{n}{suffix}")[0].read_bytes() for n in "ab")
    assert one == two


def test_an_empty_project_gives_a_report_too(tmp_path: Path) -> None:
    with project(tmp_path / "fresh") as fresh:
        found = project_progress(fresh, utc_now())
    assert {i["how"] for i in found["indicators"]} == {"none"}
    (file,) = write_progress(found, tmp_path / "p.pdf")
    assert file.read_bytes().startswith(b"%PDF")
    with pytest.raises(BadUsage, match=r"p\.docx"):
        write_progress(found, tmp_path / "p.docx")
