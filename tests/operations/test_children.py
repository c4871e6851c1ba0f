"""Sample plots below their 小班: numbered, joined by id or by number, found again elsewhere."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.ledger.export import SUFFIXES
from jdz_field.operations.children import add_child, child_fields, children_of_kind, parent_of
from jdz_field.operations.ledger import export_sites, import_ledger
from jdz_field.operations.projects import create_project
from jdz_field.operations.sites import add_site, delete_site, edit_site

CORNER = {"corner": "东南角水泥桩", "plot_area_m2": 200.0}


@pytest.fixture
def project(tmp_path):
    with create_project(tmp_path / "one", name="一", author="张三") as made:
        yield made


@pytest.fixture
def parent(project):
    given = {"name": "瑶里12小班", "code": "360222L0012", "kind_code": "1", "town": "瑶里镇"}
    return add_site(project, "plot", 117.55, 29.5, given)


def test_plots_are_numbered_within_their_subcompartment(project, parent) -> None:
    first = add_child(project, parent, 117.551, 29.501, CORNER)
    second = add_child(project, parent, 117.552, 29.502, {})
    assert [one.fields["plot_no"] for one in (first, second)] == ["1", "2"]
    assert first.name == "瑶里12小班 样地1"
    assert (first.fields["role"], first.fields["parent"]) == ("sample", parent.id)
    assert (first.fields["parent_code"], first.fields["town"]) == ("360222L0012", "瑶里镇")
    assert (first.lon, first.lat) == (117.551, 29.501)
    assert {one.id for one in project.children(parent)} == {first.id, second.id}
    assert parent_of(project, first).id == parent.id
    delete_site(project, first)
    assert add_child(project, parent, 117.55, 29.5, {}).fields["plot_no"] == "1"
    assert project.check() == []


def test_a_child_has_none_itself_and_other_kinds_have_none(project, parent) -> None:
    child = add_child(project, parent, 117.55, 29.5, {})
    hazard = add_site(project, "geohazard", 117.5, 29.5, {"name": "滑坡"})
    assert children_of_kind(child) is None
    assert project.children(hazard) == []
    assert parent_of(project, hazard) is None
    for site in (child, hazard):
        with pytest.raises(BadInput, match=site.name):
            child_fields(project, site)


def test_the_link_outlives_a_new_number_of_the_parent(project, parent) -> None:
    child = add_child(project, parent, 117.55, 29.5, {})
    edit_site(project, parent.id, {"code": "360222L0099"})
    renamed = project.site(parent.id)
    assert [one.id for one in project.children(renamed)] == [child.id]
    assert parent_of(project, child).code == "360222L0099"
    assert project.site(child.id).fields["parent_code"] == "360222L0099"
    assert project.check() == []


def test_a_child_is_put_below_another_by_its_number(project, parent) -> None:
    child = add_child(project, parent, 117.55, 29.5, {})
    given = {"name": "另一小班", "code": "360222L0013"}
    other = add_site(project, "plot", 117.6, 29.5, given)
    edit_site(project, child.id, {"parent_code": "360222L0013"})
    moved = project.site(child.id)
    assert moved.fields["parent_code"] == "360222L0013"
    assert parent_of(project, moved).id == other.id
    assert [one.id for one in project.children(other)] == [child.id]
    assert project.children(parent) == []


def test_of_two_parents_with_one_number_the_id_tells(project, parent) -> None:
    child = add_child(project, parent, 117.55, 29.5, {})
    twin = add_site(project, "plot", 117.6, 29.5, {"name": "重号", "code": "360222L0012"})
    assert parent_of(project, child).id == parent.id
    assert [one.id for one in project.children(parent)] == [child.id]
    assert project.children(twin) == []


def test_a_number_that_two_share_or_that_is_ones_own_is_no_parent(project, parent) -> None:
    add_site(project, "plot", 117.6, 29.5, {"name": "另一小班", "code": "360222L0012"})
    stray = add_site(project, "plot", 117.6, 29.5, {"name": "样地", "parent_code": "360222L0012"})
    assert parent_of(project, stray) is None
    own = add_site(project, "plot", 117.6, 29.5, {"name": "己", "code": "S1", "parent_code": "S1"})
    assert parent_of(project, own) is None
    assert project.children(own) == []


@pytest.mark.parametrize("suffix", [".csv", ".gpkg", ".shp"])
def test_a_ledger_carries_children_to_another_project(project, parent, tmp_path, suffix) -> None:
    assert suffix in SUFFIXES
    child = add_child(project, parent, 117.551, 29.501, CORNER)
    file = tmp_path / f"plots{suffix}"
    export_sites(project, file, kinds=("plot",))
    with create_project(tmp_path / "two", name="二", author="李四") as other:
        import_ledger(other, file, "plot")
        (there,) = other.sites_by_code("360222L0012")
        (found,) = other.children(there)
        assert found.fields["plot_no"] == "1"
        assert found.fields["corner"] == CORNER["corner"]
        assert (found.lon, found.lat) == pytest.approx((child.lon, child.lat), abs=1e-6)


def test_projects_hang_below_their_programme_unit(project) -> None:
    unit = add_site(project, "works", 117.5, 29.5, {"name": "矿山修复", "kind_code": "A7"})
    made = add_child(project, unit, 117.5, 29.5, {"discipline": "mine"})
    assert (made.fields["level"], made.fields["kind_code"]) == ("project", "A7")
    assert [one.id for one in project.children(unit)] == [made.id]
