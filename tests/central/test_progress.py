"""The plan at the centre: over the network, within what a person sees, entered with a source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from jdz_field.central import progress as acts
from jdz_field.central.accounts import Caller
from jdz_field.central.office import Office
from jdz_field.core.clock import to_text, utc_now
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.figures import Figure
from jdz_field.core.progress_json import progress_json
from jdz_field.sync.merge_decide import MovedOn
from tests.central.plan_work import fill
from tests.central.tablet import Tablet, open_office

FIGURE = {
    "indicator": 2, "year": 2024, "value": 68.5, "source": "林业局", "document": "林调〔2024〕9号",
}  # fmt: skip


def now() -> str:
    return to_text(utc_now())


def told(office: Office, caller: Caller | None = None) -> dict[str, Any]:
    found = acts.progress(office, now(), caller) if caller else acts.progress(office, now())
    return progress_json(found)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Only to be read."""
    with open_office(tmp_path_factory.mktemp("plan")) as made:
        yield made, fill(made, Tablet.enrol(made))


def test_a_person_sees_the_progress_of_their_counties_and_kinds(filled: Any) -> None:
    office, ids = filled
    leping = told(office, Caller("d", "u", "field", counties=frozenset({"360281"})))
    done = {p["id"]: [q["done"] for q in p["quantities"]] for p in leping["programmes"]}
    assert done["A2"] == [None, None]
    assert done["B3"] == [0.045]
    assert {one["county"] for one in leping["records"].values()} == {"360281"}
    mines = told(office, Caller("d", "u", "office", kinds=frozenset({"mine"})))
    assert {one["kind"] for one in mines["records"].values()} == {"mine"}
    assert mines["projects"] == []
    # What the office entered of the whole city is nobody's secret.
    assert leping["indicators"][1]["value"] == mines["indicators"][1]["value"] == 68.02
    assert told(office)["records"].keys() > leping["records"].keys()
    assert ids["rA12024"] in told(office)["records"]


def test_postgresql_says_the_same(filled: Any, postgres_url: str, tmp_path: Path) -> None:
    whole, ids = filled
    with Office(postgres_url, tmp_path / "files") as office:
        names = {new: old for old, new in fill(office, Tablet.enrol(office)).items()}
        assert _plain(told(office), names) == _plain(told(whole), {v: k for k, v in ids.items()})


def _plain(found: dict[str, Any], names: dict[str, str]) -> list[Any]:
    return [
        [(i["no"], i["value"], sorted(map(names.get, i["records"]))) for i in found["indicators"]],
        [
            (q["name"], q["done"], q["accepted"], sorted(map(names.get, q["records"])))
            for p in found["programmes"]
            for q in p["quantities"]
        ],
        [(p["name"], p["planned"], [n["code"] for n in p["notes"]]) for p in found["projects"]],
    ]


# ---- over the network


def test_the_progress_is_told_to_every_device(call: httpx.Client, field: httpx.Client) -> None:
    for client in (call, field):
        answer = client.get("/v1/progress")
        assert answer.status_code == 200
        assert len(answer.json()["indicators"]) == 16
    assert httpx.get(f"{call.base_url}/v1/progress").status_code == 401


def test_a_day_that_is_none_is_refused(call: httpx.Client) -> None:
    for day in ("2026-02-30", "gestern", "20260101", "x" * 30, "2099-01-01"):
        assert call.get("/v1/progress", params={"as_of": day}).status_code in (400, 422), day


def test_a_figure_is_entered_corrected_and_taken_back(call: httpx.Client, office: Office) -> None:
    kept = call.post("/v1/progress/figures", json=FIGURE).json()
    assert (kept["entered_by"], kept["state"]) == ("Li", "valid")
    other = FIGURE | {"id": kept["id"], "value": 68.7, "why": "抄错"}
    assert call.post("/v1/progress/figures", json=other).status_code == 201
    line = call.get("/v1/progress").json()["indicators"][1]
    assert (line["value"], len(line["figures"])) == (68.7, 1)
    assert [e.fields.get("value") for e in office.history(kept["id"])] == [68.5, 68.7]
    gone = f"/v1/progress/figures/{kept['id']}/withdraw"
    assert call.post(gone, json={"why": " "}).status_code in (400, 422)
    assert call.post(gone, json={"why": "文件作废"}).status_code == 200
    line = call.get("/v1/progress").json()["indicators"][1]
    assert (line["how"], line["value"]) == ("none", None)
    yesterday = {"as_of": "2020-01-01"}
    assert call.get("/v1/progress", params=yesterday).json()["indicators"][1]["figures"] == []
    assert office.audit_is_whole()


def test_a_figure_that_makes_no_sense_is_refused(call: httpx.Client) -> None:
    for wrong in (
        {"indicator": 17}, {"value": 101}, {"value": -1}, {"value": "much"}, {"source": ""},
        {"document": " "}, {"year": 1900}, {"stated_on": "soon"}, {"id": "gone"},
        {"note": "x" * 600}, {"value": None},
    ):  # fmt: skip
        answer = call.post("/v1/progress/figures", json=FIGURE | wrong)
        assert answer.status_code in (400, 422), wrong
    assert call.get("/v1/progress").json()["indicators"][1]["figures"] == []


def test_only_the_office_enters_figures_and_money(field: httpx.Client) -> None:
    assert field.post("/v1/progress/figures", json=FIGURE).status_code == 403
    assert field.post("/v1/progress/figures/x/withdraw", json={"why": "x"}).status_code == 403
    money = {"values": {"planned_central": 1}}
    assert field.post("/v1/progress/projects/x/money", json=money).status_code == 403


def _project(office: Office, tablet: Tablet) -> str:
    change = tablet.change("w1", "works", kind_code="A2", county_code="360222", town="鹅湖镇")
    office.receive(tablet.batch(change))
    return "w1"


def test_money_is_written_as_a_version_and_seen_by_everybody(
    call: httpx.Client, office: Office, tablet: Tablet
) -> None:
    where = f"/v1/progress/projects/{_project(office, tablet)}/money"
    values = {"planned_central": 1200, "budget": 2000, "money_document": "赣财〔2023〕1号"}
    done = call.post(where, json={"values": values, "why": "下达", "seen_version": 1})
    assert done.json()["version"] == 2
    (one,) = call.get("/v1/progress").json()["projects"]
    assert (one["planned"], one["budget"], one["changed"]["by"]) == (1200, 2000, "Li")
    assert [n["code"] for n in one["notes"]] == ["budget"]
    late = call.post(where, json={"values": {"budget": 1}, "seen_version": 1})
    assert late.status_code == 409
    assert call.post(where, json={"values": {"budget": None}}).status_code == 200
    assert call.get("/v1/progress").json()["projects"][0]["budget"] is None


def test_what_is_no_money_is_refused(call: httpx.Client, office: Office, tablet: Tablet) -> None:
    where = f"/v1/progress/projects/{_project(office, tablet)}/money"
    for values in (
        {"name": "x"}, {"planned_central": -1}, {"planned_central": "much"}, {"budget": 1e12},
    ):  # fmt: skip
        assert call.post(where, json={"values": values}).status_code in (400, 422), values
    assert office.history("w1")[-1].version == 1


def test_money_of_what_is_no_project_in_sight_is_refused(office: Office, tablet: Tablet) -> None:
    _project(office, tablet)
    office.receive(tablet.batch(tablet.change("g1", "geohazard", kind_code="01")))
    elsewhere = Caller("d", "u", "office", counties=frozenset({"360281"}))
    for project, caller in (("gone", None), ("g1", None), ("w1", elsewhere)):
        more = {"caller": caller} if caller else {}
        with pytest.raises(BadInput):
            acts.set_money(office, project, {"budget": 1.0}, who="Li", **more)
    with pytest.raises(MovedOn):
        acts.set_money(office, "w1", {"budget": 1.0}, seen=7, who="Li")
    with pytest.raises(BadUsage):
        acts.withdraw_figure(office, "gone", "", who="Li")
    with pytest.raises(BadInput):
        acts.withdraw_figure(office, "w1", "falsch", who="Li")
    with pytest.raises(BadInput):
        acts.enter_figure(office, Figure("w1", 2, 2024, 1, "a", "b"), who="Li")
