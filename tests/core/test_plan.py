"""The plan's figures as the catalogue has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core import plan as module
from jdz_field.core.catalogue import table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.core.plan import plan


@pytest.fixture
def facts(shared: Path) -> dict[str, Any]:
    """The facts as they were read out of the plan."""
    file = shared / "domain" / "seed_facts.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_every_indicator_is_the_plans(facts: dict[str, Any]) -> None:
    for ours, theirs in zip(plan().indicators, facts["indicators"], strict=True):
        assert (ours.no, ours.labels["zh"], ours.base) == (
            theirs["no"],
            theirs["name"],
            theirs["base_2020"],
        )
        assert (ours.near.value, ours.far.value) == (theirs["target_2025"], theirs["target_2035"])
        assert ours.near.at_least is (theirs["op_2025"] == ">=")
        assert ours.far.at_least is (theirs["op_2035"] == ">=")
        assert ours.binding is (theirs["attribute"] == "约束性")
        assert (ours.rolls_up != "") is (theirs["field_observable"] != "no")


def test_every_programme_is_the_plans(facts: dict[str, Any]) -> None:
    for ours, theirs in zip(plan().programmes, facts["programmes"], strict=True):
        assert (ours.id, ours.money) == (theirs["id"], theirs["money_wan_yuan"])
        assert list(ours.where) == theirs["where"]
        assert [q.target for q in ours.quantities] == [q["value"] for q in theirs["quantities"]]
        assert [q.about for q in ours.quantities] == ["op" in q for q in theirs["quantities"]]


def test_money_adds_up_and_every_doubt_is_told(facts: dict[str, Any]) -> None:
    assert plan().total == sum(p.money for p in plan().programmes) == 372_584
    assert [*plan().doubts] == [d["id"] for d in facts["inconsistencies"]]
    for doubt in facts["inconsistencies"]:
        assert list(plan().doubts[doubt["id"]].quotes) == doubt["sources"]


def test_every_contradiction_is_shown_where_it_matters() -> None:
    from jdz_field.operations.progress_phrases import OF_MONEY, OF_PROJECTS

    shown = {d for i in plan().indicators for d in i.doubts}
    shown |= {d for p in plan().programmes for d in p.doubts}
    assert shown | {*OF_MONEY, *OF_PROJECTS} == plan().doubts.keys()


def test_names_are_in_both_languages() -> None:
    timber = plan().indicators[8]
    assert (timber.unit, timber.partly) == ("立方米/亩", True)
    set_language("en")
    assert timber.unit == "m³/mu"
    assert "statistic" in timber.origin
    assert plan().programmes[2].label == "A3 Wetlands"
    assert plan().programmes[2].quantities[1].label == "Intercepting sewers"
    assert "107" in plan().doubts["I01"].label


def test_what_is_asked_by_name() -> None:
    farmland = plan().programme("A8")
    assert farmland is not None
    assert farmland.quantity("high_standard") is not None
    assert farmland.quantity("passage") is None
    assert farmland.years == (2021, 2030)
    assert plan().programme("C1") is None


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    """The files of the plan, to be spoiled."""
    names = ("indicators", "programmes", "money", "doubts")
    found = {n: json.loads(json.dumps(table(f"plan/{n}"))) for n in names}
    monkeypatch.setattr(module, "table", lambda name: found[name.removeprefix("plan/")])
    plan.cache_clear()
    yield found
    plan.cache_clear()


def _double(files: dict[str, dict[str, Any]], name: str) -> None:
    files[name][name].append(dict(files[name][name][0]))


@pytest.mark.parametrize("name", ["indicators", "programmes"])
def test_a_number_that_stands_twice_is_refused(files: dict[str, dict[str, Any]], name: str) -> None:
    _double(files, name)
    with pytest.raises(BadInput, match=name):
        plan()


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("indicators", "rolls_up", "stars"),
        ("indicators", "doubts", ["I99"]),
        ("programmes", "doubts", ["I99"]),
        ("programmes", "later_only", ["moon"]),
        ("programmes", "system", "Z"),
    ],
)
def test_a_reference_to_nothing_is_refused(
    files: dict[str, dict[str, Any]], file: str, key: str, value: object
) -> None:
    files[file][file][0][key] = value
    with pytest.raises(BadInput, match=r"\.toml"):
        plan()


def test_money_that_does_not_add_up_is_said_not_mended(
    files: dict[str, dict[str, Any]],
) -> None:
    files["programmes"]["programmes"][0]["money"] += 1
    with pytest.raises(BadInput, match="372585"):
        plan()


def test_a_target_is_frozen() -> None:
    target = plan().indicators[0].near
    assert replace(target, value=1).value == 1
    assert target.value == 95
