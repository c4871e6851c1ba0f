"""Values that rules give: in every way of writing a site, beside what was stated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.grades import effective, rules_of
from jdz_field.store.editing import Edit
from jdz_field.store.given import given_column
from jdz_field.store.project import Project
from tests.store.test_external import external, outside
from tests.store.tools import Clock, add_site, geohazard

_GIVEN = ("danger_grade", "disaster_grade", "scale_grade")
_COLUMNS = ", ".join(f"{name}, {name}_stated" for name in _GIVEN)


def stored(project: Project, site: str) -> dict[str, str | None]:
    row = project._db.row(f"SELECT {_COLUMNS} FROM geohazard WHERE id = ?", (site,))
    names = [part for name in _GIVEN for part in (name, f"{name}_stated")]
    return {name: value for name, value in zip(names, row, strict=True) if value is not None}


def test_a_grade_follows_from_its_inputs_and_is_not_logged(project) -> None:
    site = add_site(project, threatened_people=600, threatened_assets=1.0, volume=52000.0)
    assert stored(project, site) == {"danger_grade": "B", "scale_grade": "D"}
    project.edit("geohazard", site, {"threatened_people": 20})
    assert project.site(site).fields["danger_grade"] == "D"
    assert stored(project, site)["danger_grade"] == "D"
    named = {name for one in project.unsent_changes() for name in one.fields}
    assert not named & set(_GIVEN)
    assert project.check() == []


def test_what_was_stated_is_kept_and_stands_where_the_rule_says_nothing(project) -> None:
    site = add_site(project, threatened_people=None, danger_grade="C")
    found = project.site(site)
    assert (found.fields["danger_grade"], found.stated) == ("C", {"danger_grade": "C"})
    # One figure alone gives the least there can be: a higher stated grade stands.
    project.edit("geohazard", site, {"threatened_people": 3})
    assert stored(project, site) == {"danger_grade": "C", "danger_grade_stated": "C"}
    project.edit("geohazard", site, {"threatened_assets": 2.0})
    assert stored(project, site) == {"danger_grade": "D", "danger_grade_stated": "C"}
    assert project.site(site).stated == {"danger_grade": "C"}
    assert project.check() == []


def test_an_import_by_columns_gives_the_same_grades(project) -> None:
    edits = []
    for n in range(2100):
        fields = geohazard(n, threatened_people=n, threatened_assets=float(n % 7 * 2000))
        fields |= {"volume": float(n * 100)} | ({"danger_grade": "ABCD"[n % 4]} if n % 3 else {})
        edits.append(Edit("geohazard", f"00000000-0000-5000-8000-{n:012d}", fields))
    project.edit_many(edits, origin="import:x")
    for edit in edits[::37]:
        gives = {name: v for name, v in effective("geohazard", edit.fields).items() if v}
        stated = (
            {"danger_grade_stated": edit.fields["danger_grade"]}
            if "danger_grade" in edit.fields
            else {}
        )
        assert stored(project, edit.subject) == gives | stated
    assert project.check() == []


def test_inputs_edited_in_qgis_give_another_grade(project) -> None:
    site = add_site(project, threatened_people=20, threatened_assets=1.0)
    outside(project, "UPDATE geohazard SET threatened_people = 1200")
    project.notice_external()
    assert stored(project, site) == {"danger_grade": "A"}
    (change,) = external(project)
    assert change.fields == {"threatened_people": (20, 1200)}
    assert project.check() == []


def test_a_grade_typed_over_in_qgis_was_stated(project) -> None:
    site = add_site(project, threatened_people=20, threatened_assets=1.0)
    outside(project, "UPDATE geohazard SET danger_grade = 'A'")
    project.notice_external()
    assert stored(project, site) == {"danger_grade": "D", "danger_grade_stated": "A"}
    (change,) = external(project)
    assert change.fields == {"danger_grade": (None, "A")}
    outside(project, "UPDATE geohazard SET danger_grade_stated = NULL")
    project.notice_external()
    assert stored(project, site) == {"danger_grade": "D"}
    assert project.check() == []


def test_a_row_made_in_qgis_states_its_grade(project) -> None:
    outside(project, "INSERT INTO geohazard (name, danger_grade) VALUES ('新点', 'C')")
    project.notice_external()
    (site,) = project.sites_by_code(external(project)[0].subject)
    assert (site.fields["danger_grade"], site.stated) == ("C", {"danger_grade": "C"})
    assert project.check() == []


@pytest.mark.parametrize("kind", ["geohazard", "risk"])
def test_titles_and_lists_of_both_columns_are_there(project, kind) -> None:
    sql = (
        "SELECT column_name, title, constraint_name FROM gpkg_data_columns"
        " WHERE table_name = ? AND column_name LIKE 'danger_grade%' ORDER BY 1"
    )
    assert project._db.rows(sql, (kind,)) == [
        ("danger_grade", "险情等级", "jdz_danger_grade"),
        ("danger_grade_stated", "险情等级（原列）", "jdz_danger_grade"),
    ]


def test_a_project_of_rules_opens_as_it_was(project) -> None:
    site = add_site(project, threatened_people=600, danger_grade="D")
    project.close()
    with Project.open(project.path, now=Clock()) as again:
        assert stored(again, site)["danger_grade"] == "B"
    assert not any((project.path / "backups").iterdir())


_CELLS = {
    "kind_code": st.sampled_from(["01", "02", "03", "04", "?"]),
    "threatened_people": st.integers(-5, 3000),
    "threatened_assets": st.floats(-1, 2e4, width=32),
    "volume": st.floats(0, 2e7),
    "deaths": st.integers(0, 40),
    "danger_grade": st.sampled_from(["A", "B", "C", "D", "?"]),
    "scale_grade": st.sampled_from(["A", "D"]),
}


@given(
    st.sets(st.sampled_from(sorted(_CELLS)), min_size=1).flatmap(
        lambda names: st.lists(
            st.fixed_dictionaries({name: _CELLS[name] for name in sorted(names)}), min_size=1
        )
    )
)
def test_a_column_at_a_time_says_the_same_as_one_by_one(sites) -> None:
    columns = {name: [site[name] for site in sites] for name in sites[0]}
    for name, by in rules_of("geohazard").items():
        wanted = [effective("geohazard", site)[name] for site in sites]
        assert given_column(by, name, columns, len(sites)) == wanted
