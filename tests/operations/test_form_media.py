"""A form's own files: kept by content, found by name, its lists looked up while filling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.operations import form_media
from jdz_field.operations.definitions import definition
from jdz_field.operations.form_media import form_lists, media_file
from jdz_field.operations.forms import add_form, open_session
from jdz_field.operations.projects import create_project
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from tests.xforms.books import survey

HEAD = ("type", "name", "label", "calculation", "media::image")
ROWS = (
    ("select_one_from_file trees.csv", "tree", "Tree"),
    ("select_one_from_file wells.geojson", "well", "Well"),
    ("calculate", "kind", "", "pulldata('kinds', 'title', 'name', ${tree})"),
    ("note", "n", "See", "", "map.png"),
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with create_project(tmp_path / "p", name="p", author="a") as made:
        yield made


@pytest.fixture
def book(tmp_path: Path) -> Path:
    file = survey(
        tmp_path / "trees.xlsx",
        HEAD,
        *ROWS,
        settings=[("form_id", "version"), ("trees", "1")],
    )
    folder = tmp_path / "trees-media"
    folder.mkdir()
    (folder / "trees.csv").write_text("name,label\n1,松\n2,杉\n", encoding="gb18030")
    (folder / "kinds.csv").write_text("name,title\n1,Pine\n", encoding="utf-8")
    (folder / "wells.geojson").write_text(
        '{"features": [{"id": "w", "properties": {"title": "Well 1"}}]}', encoding="utf-8"
    )
    (folder / "Map.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "Thumbs.db").write_bytes(b"x")
    return file


def test_the_files_beside_a_form_come_along_and_are_used(project: Project, book: Path) -> None:
    add_form(project, book)
    assert sorted(project.form_media("trees", "1")) == [
        "Map.png",
        "kinds.csv",
        "trees.csv",
        "wells.geojson",
    ]
    session = open_session(project, "trees")
    assert [c.label for c in session.choices("/data/tree")] == ["松", "杉"]
    assert [c.label for c in session.choices("/data/well")] == ["Well 1"]
    session.answer("/data/tree", "1")
    assert session.node("/data/kind").value == "Pine"
    assert project.check() == []


def test_a_file_is_found_by_name_and_as_forms_write_it(project: Project, book: Path) -> None:
    add_form(project, book)
    found = media_file(project, "trees", "1", "jr://images/map.png")
    assert found is not None
    assert found.read_bytes().startswith(b"\x89PNG")
    assert found.suffix == ".png"
    assert media_file(project, "trees", "1", "Map.png") == found
    assert media_file(project, "trees", "1", "other.png") is None
    assert media_file(project, "trees", "2", "Map.png") is None
    assert media_file(project, "trees", "1", "jr://images/../../field.gpkg") is None


def test_another_folder_replaces_what_was_there(project: Project, book: Path) -> None:
    add_form(project, book)
    other = book.parent / "other"
    other.mkdir()
    (other / "trees.csv").write_text("name,label\n9,樟\n", encoding="utf-8")
    add_form(project, book, other)
    assert list(project.form_media("trees", "1")) == ["trees.csv"]
    assert [c.label for c in open_session(project, "trees").choices("/data/tree")] == ["樟"]
    assert form_lists(project, definition(project, "trees")).keys() == {"trees"}


def test_without_a_folder_nothing_changes(project: Project, book: Path) -> None:
    add_form(project, book)
    book.with_name("trees-media").rename(book.with_name("gone"))
    add_form(project, book)
    assert len(project.form_media("trees", "1")) == 4
    with pytest.raises(BadInput, match="none"):
        add_form(project, book, book.with_name("none"))


def test_check_names_what_is_missing_or_changed(project: Project, book: Path) -> None:
    add_form(project, book)
    media = project.form_media("trees", "1")
    picture = file_of(project.path, media["Map.png"])
    table = file_of(project.path, media["trees.csv"])
    assert picture is not None
    assert table is not None
    picture.unlink()
    table.write_bytes(b"name\n1\n")
    first, second = project.check()
    assert "Map.png" in first
    assert "trees.csv" in second
    assert "trees" in first


def test_too_many_or_too_large_files_are_refused(
    project: Project, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_media, "MAX_FILE", 10)
    with pytest.raises(BadInput, match=r"kinds\.csv|trees\.csv"):
        add_form(project, book)
    monkeypatch.setattr(form_media, "MOST", 2)
    with pytest.raises(BadInput, match="2"):
        add_form(project, book)
