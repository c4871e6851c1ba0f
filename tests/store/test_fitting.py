"""Projects follow the catalogue: forward with a copy first, backward without losing a value."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from jdz_field.core import catalogue
from jdz_field.core.catalogue import Field
from jdz_field.core.errors import BadInput
from jdz_field.core.grades import rules_of
from jdz_field.store import layers
from jdz_field.store.db import connect
from jdz_field.store.project import Project
from tests.store.tools import Clock, add_site

NEW = (
    Field("drone", "text", {"zh": "无人机编号", "en": "Drone"}),
    Field("flown", "boolean", {"zh": "已飞", "en": "Flown"}),
    Field("height", "decimal", {"zh": "航高", "en": "Height"}, unit="m"),
    Field(
        "risk_class", "code", {"zh": "分级", "en": "Class"}, codes="danger_grade",
        derived=True, rule="danger_grade",
    ),
)  # fmt: skip


def raw(path: Path) -> sqlite3.Connection:
    return connect(path / "field.gpkg")


def _forget() -> None:
    for cached in (layers.layer, layers.layers, layers.layers_of, rules_of):
        cached.cache_clear()


@contextmanager
def with_fields(monkeypatch, more: tuple[Field, ...] = (), without: str = "") -> Iterator[None]:
    """The program with another catalogue of geohazard points."""
    plain = catalogue.site_kind("geohazard")
    fields = tuple(f for f in (*plain.fields, *more) if f.name != without)
    other = replace(plain, fields=fields, by_name={f.name: f for f in fields})

    def kind(name: str) -> catalogue.SiteKind:
        return other if name == "geohazard" else catalogue.site_kind(name)

    with monkeypatch.context() as patch:
        patch.setattr("jdz_field.store.layers.site_kind", kind)
        patch.setattr("jdz_field.core.grades.site_kind", kind)
        _forget()
        yield
    _forget()


def test_a_new_field_migrates_an_older_project_after_a_copy(project, monkeypatch) -> None:
    site = add_site(project, threatened_people=600)
    project.close()
    with with_fields(monkeypatch, NEW):
        with pytest.raises(BadInput, match="旧版"):
            Project.open(project.path, read_only=True)
        with Project.open(project.path, now=Clock()) as newer:
            newer.edit("geohazard", site, {"drone": "D-7", "flown": False, "height": 5.0})
            fields = newer.site(site).fields
            assert (fields["drone"], fields["flown"], fields["height"]) == ("D-7", False, 5.0)
            assert fields["risk_class"] == "B"
            assert newer.check() == []
    (kept,) = (project.path / "backups").glob("*-catalogue.gpkg")
    with closing(sqlite3.connect(kept)) as connection:
        names = {row[1] for row in connection.execute("PRAGMA table_info('geohazard')")}
        assert "drone" not in names


def test_a_project_of_a_newer_catalogue_keeps_what_it_holds(project, monkeypatch) -> None:
    site = add_site(project)
    project.close()
    with (
        with_fields(monkeypatch, NEW),
        Project.open(project.path, now=Clock()) as newer,
    ):
        given = {"drone": "D-7", "flown": True, "height": 5.0, "risk_class": "C"}
        newer.edit("geohazard", site, given)
    # The older program: it knows none of them, shows and proves them all the same.
    with Project.open(project.path, now=Clock()) as older:
        assert older.check() == []
        assert {n: older.site(site).fields[n] for n in given} == given
        older.edit("geohazard", site, {"town": "瑶里镇"})
        assert older.check() == []
    with closing(raw(project.path)) as connection:
        sql = "SELECT drone, flown, height, risk_class_stated FROM geohazard"
        assert connection.execute(sql).fetchone() == ("D-7", 1, 5.0, "C")
        titles = "SELECT title FROM gpkg_data_columns WHERE column_name = 'drone'"
        assert connection.execute(titles).fetchone() == ("无人机编号",)
    with (
        with_fields(monkeypatch, NEW),
        Project.open(project.path, now=Clock()) as newer,
    ):
        fields = newer.site(site).fields
        assert (fields["drone"], fields["flown"], fields["town"]) == ("D-7", True, "瑶里镇")
        assert newer.check() == []
    with closing(raw(project.path)) as connection:
        sql = "SELECT drone, flown, extra FROM geohazard"
        assert connection.execute(sql).fetchone() == ("D-7", 1, None)


def test_columns_that_a_person_added_in_qgis_are_theirs(project, monkeypatch) -> None:
    site = add_site(project)
    project.close()
    with closing(raw(project.path)) as connection:
        connection.execute("ALTER TABLE geohazard ADD COLUMN my_note TEXT")
        connection.execute("INSERT INTO jdz_writer VALUES (1)")
        connection.execute("UPDATE geohazard SET my_note = '看过'")
        connection.execute("DELETE FROM jdz_writer")
    for fields in (NEW, ()):
        with (
            with_fields(monkeypatch, fields),
            Project.open(project.path, now=Clock()) as opened,
        ):
            assert opened.check() == []
            assert "my_note" not in opened.site(site).fields
    with closing(raw(project.path)) as connection:
        assert connection.execute("SELECT my_note FROM geohazard").fetchone() == ("看过",)


def test_what_was_the_grades_column_is_what_was_stated(project) -> None:
    """A project from before rules gave grades: its column held what the ledger said."""
    site = add_site(project, threatened_people=600, danger_grade="D")
    project.close()
    with closing(raw(project.path)) as connection:
        connection.execute("INSERT INTO jdz_writer VALUES (1)")
        for event in ("insert", "update", "delete", "identity"):
            connection.execute(f"DROP TRIGGER jdz_geohazard_{event}")
        connection.execute("UPDATE geohazard SET danger_grade = danger_grade_stated")
        connection.execute("ALTER TABLE geohazard DROP COLUMN danger_grade_stated")
        connection.execute("DELETE FROM jdz_writer")
        connection.execute("DELETE FROM jdz_settings WHERE key IN ('layers', 'fields')")
    with Project.open(project.path, now=Clock()) as again:
        found = again.site(site)
        assert (found.fields["danger_grade"], found.stated) == ("B", {"danger_grade": "D"})
        assert again.check() == []
    with closing(raw(project.path)) as connection:
        sql = "SELECT danger_grade, danger_grade_stated FROM geohazard"
        assert connection.execute(sql).fetchone() == ("B", "D")


def test_other_limits_give_other_grades_on_the_next_opening(project, monkeypatch) -> None:
    add_site(project, threatened_people=60)
    project.close()
    rules = catalogue.table("grades")["rules"]["danger_grade"]["inputs"]
    monkeypatch.setitem(rules[0], "limits", [10, 50, 1000])
    from jdz_field.core.grades import rule

    rule.cache_clear()
    _forget()
    try:
        Project.open(project.path, now=Clock()).close()
        with closing(raw(project.path)) as connection:
            sql = "SELECT danger_grade FROM geohazard"
            assert connection.execute(sql).fetchone() == ("B",)
    finally:
        monkeypatch.undo()
        rule.cache_clear()
        _forget()
