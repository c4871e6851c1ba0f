"""Which forms are offered where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.catalogue import SITE_KINDS, table
from jdz_field.core.errors import BadInput
from jdz_field.core.resources import folder
from jdz_field.core.sites import Site
from jdz_field.operations import form_choice
from jdz_field.operations.form_choice import choices, main_form, offers
from jdz_field.operations.forms import add_form
from jdz_field.operations.projects import create_project
from jdz_field.operations.sites import add_site
from jdz_field.store.project import Project
from tests.xforms.books import survey


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project with every form that ships."""
    with create_project(tmp_path / "p", name="试点", author="甲") as made:
        yield made


def site(project: Project, kind: str, **fields: Any) -> Site:
    """A new site of this kind."""
    return add_site(project, kind, 117.2, 29.3, {"name": "虚构示例", **fields})


def test_every_form_that_ships_is_offered_somewhere() -> None:
    shipped = {file.stem for file in folder("forms").glob("*.xlsx")}
    assert {offer.id for offer in offers()} == shipped
    assert {kind for offer in offers() for kind in offer.kinds} == set(SITE_KINDS)


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("geohazard", "geohazard_inspection"),
        ("risk", "risk_survey"),
        ("mine", "mine_inspection"),
        ("plot", "plot_check"),
    ],
)
def test_the_usual_form_of_a_kind_comes_first(project: Project, kind: str, first: str) -> None:
    found = choices(project, site(project, kind))
    assert (found[0].id, found[0].first) == (first, True)
    assert not any(one.first for one in found[1:])
    assert main_form(project, site(project, kind)) == first


@pytest.mark.parametrize(
    ("programme", "first"),
    [("A1", "water_works"), ("B2", "soil_works"), ("A6", "corridor_check"), ("A4", None)],
)
def test_works_begin_with_their_programmes_form(
    project: Project, programme: str, first: str | None
) -> None:
    works = site(project, "works", kind_code=programme)
    assert main_form(project, works) == first
    assert "farmland_check" in [one.id for one in choices(project, works)]


def test_some_forms_need_no_site(project: Project) -> None:
    found = choices(project)
    assert [one.id for one in found] == ["disaster_report", "old_tree", "clue_report"]
    assert [one.id for one in found if one.urgent] == ["disaster_report"]


def test_a_countys_own_form_goes_by_the_list_it_looks_up(project: Project, tmp_path: Path) -> None:
    head = ("type", "name", "label")
    own = survey(tmp_path / "own.xlsx", head, ("text", "a", "A"))
    mines = survey(
        tmp_path / "mines.xlsx", head, ("select_one_from_file mine_sites.csv", "site_id", "Mine")
    )
    for file in (own, mines):
        add_form(project, file)
    mine, point = site(project, "mine"), site(project, "geohazard")
    assert "own" in [one.id for one in choices(project)]
    assert "mines" in [one.id for one in choices(project, mine)]
    assert not {"own", "mines"} & {one.id for one in choices(project, point)}


def test_without_forms_nothing_is_offered(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p", name="试点", author="甲") as bare:
        assert choices(bare) == []
        assert main_form(bare, site(bare, "mine")) is None


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The entries of the catalogue's list, to be spoiled."""
    found = [dict(entry) for entry in table("forms")["forms"]]
    monkeypatch.setattr(form_choice, "table", lambda _name: {"forms": found})
    offers.cache_clear()
    yield found
    offers.cache_clear()


@pytest.mark.parametrize("spoil", [{}, {"id": "x", "kinds": ["moon"]}])
def test_a_spoiled_list_is_refused(listed: list[dict[str, Any]], spoil: dict[str, Any]) -> None:
    listed.append(spoil or listed[0])
    with pytest.raises(BadInput, match="catalogue/forms"):
        offers()
