"""The table of what counts: it names only what there is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest

from jdz_field.core import plan_counting as module
from jdz_field.core.catalogue import table
from jdz_field.core.errors import BadInput
from jdz_field.core.plan import plan
from jdz_field.core.plan_counting import counting
from jdz_field.core.resources import folder


def _questions(form: str) -> set[str]:
    """Paths of the questions of a form that ships."""
    book = openpyxl.load_workbook(folder("forms") / f"{form}.xlsx", read_only=True)
    groups: list[str] = []
    found = set()
    for kind, name, *_rest in book["survey"].iter_rows(min_row=2, values_only=True):
        if str(kind).startswith(("begin_", "begin ")):
            groups.append(str(name))
        elif str(kind).startswith(("end_", "end ")):
            groups.pop()
        elif name:
            found.add(".".join([*groups, str(name)]))
    book.close()
    return found


@pytest.mark.parametrize("form", counting().forms)
def test_every_path_is_a_question_of_its_form(form: str) -> None:
    rule, questions = counting().forms[form], _questions(form)
    paths = {rule.day, rule.amount, rule.quantity_at, rule.unit_at, rule.programme, rule.outline}
    paths |= {rule.spent, *(rule.accepted or {})}
    assert paths - {""} <= questions


def test_sample_plots_are_read_where_the_forms_have_it() -> None:
    timber = counting().timber
    for form in timber.forms:
        assert {timber.day, timber.amount, timber.plot} <= _questions(form)


def test_units_become_the_plans() -> None:
    rules = counting()
    assert rules.converted(1500, "mu", "km²") == 1
    assert rules.converted(250, "ha", "km²") == 2.5
    assert rules.converted(494_000, "m2", "km²") == 0.494
    assert rules.converted(2500, "m", "km") == 2.5
    assert rules.converted(3, "place", "places") == 3
    assert rules.converted(3, "m3", "km²") is None
    assert rules.converted(3, "km", "km²") is None
    every = {q.units["en"] for p in plan().programmes for q in p.quantities}
    assert every == rules.per.keys()


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    found = json.loads(json.dumps(table("plan/counting")))
    others = {"plan/counting": found}
    monkeypatch.setattr(module, "table", others.__getitem__)
    counting.cache_clear()
    yield found
    counting.cache_clear()


def _twice(data: dict[str, Any]) -> None:
    data["records"].append(dict(data["records"][0]))


def _kind(data: dict[str, Any]) -> None:
    data["records"][0]["site"] = "moon"


def _quantity(data: dict[str, Any]) -> None:
    data["records"][1]["quantity"] = "stars"


def _programme(data: dict[str, Any]) -> None:
    data["counties"][0]["programmes"]["360202"] = "C9"


def _unit(data: dict[str, Any]) -> None:
    del data["units"][0]


def _word(data: dict[str, Any]) -> None:
    data["stated"].pop(0)


def _roll(data: dict[str, Any]) -> None:
    data["indicators"][0]["rolls_up"] = "moons"


@pytest.mark.parametrize("spoil", [_twice, _kind, _quantity, _programme, _unit, _word, _roll])
def test_a_table_that_names_what_there_is_not_is_refused(
    data: dict[str, Any], spoil: Callable[[dict[str, Any]], None]
) -> None:
    spoil(data)
    with pytest.raises(BadInput, match=r"counting\.toml"):
        counting()
