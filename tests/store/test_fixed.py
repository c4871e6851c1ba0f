"""Fields of photos reach projects that were made before there were such fields."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from jdz_field.core.changes import Change
from jdz_field.core.errors import BadInput
from jdz_field.core.sites import Attachment
from jdz_field.store import fixed, layers
from jdz_field.store.project import Project
from tests.store.tools import Clock, entry, photo


def with_file(project: Project, **fields: str | None) -> Attachment:
    """A photo whose file lies in the project."""
    one = photo(**fields)
    folder = project.path / "files" / one.sha256[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{one.sha256}.jpg").write_bytes(b"photo")
    project.add_attachment(one)
    return one


NEW = {
    "direction_ref": "magnetic",
    "view": "overview",
    "sensitive": "people",
    "sensitive_areas": "0.1 0.1 0.2 0.2",
    "sensitive_note": "户主",
    "original": "a" * 64,
    "variant": "small",
}


@contextmanager
def before(monkeypatch) -> Iterator[None]:
    """The program as it was before photos had these fields."""
    with monkeypatch.context() as patch:
        patch.setattr(fixed, "PHOTO_FIELDS", ())
        forget()
        yield
    forget()


def forget() -> None:
    for cached in (layers.layer, layers.layers, layers.layers_of):
        cached.cache_clear()


def test_every_field_of_an_attachment_has_its_column() -> None:
    there = {name for name, _type in (*fixed.ATTACHMENT_FIELDS, *fixed.PHOTO_FIELDS)}
    assert there | {"id", "geometry"} == set(Attachment.__dataclass_fields__)
    assert set(NEW) == {name for name, _type in fixed.PHOTO_FIELDS}


def test_fields_come_back_as_they_were_given(project) -> None:
    one = with_file(project, **NEW)
    assert project.attachments() == [one]
    project.edit("attachment", one.id, {"sensitive": None, "sensitive_areas": None})
    (now,) = project.attachments()
    assert (now.sensitive, now.sensitive_areas, now.sensitive_note) == (None, None, "户主")
    assert project.check() == []


def test_an_older_project_is_copied_gains_the_columns_and_what_extra_kept(
    tmp_path, monkeypatch
) -> None:
    with before(monkeypatch):
        project = Project.create(tmp_path / "p", author="张三", name="旧", now=Clock())
        old = with_file(project, caption="坡顶")
        # A centre of a newer version sent a field that this program has no column for.
        change = Change("c1", "d2", "李四", "2026-11-22T07:00:00.000Z-000000-d2", "attachment",
                        "a-far", {n: (None, v) for n, v in {"sha256": "b" * 64, "filename": "x.jpg",
                        "size": 1, "mime": "image/jpeg", "view": "damage"}.items()})  # fmt: skip
        project.begin_feed("e1")
        project.apply_feed([entry(1, change, 1)], 1)
        assert project.check() == []
        project.close()
    with pytest.raises(BadInput, match="旧版"):
        Project.open(tmp_path / "p", read_only=True)
    with Project.open(tmp_path / "p", now=Clock()) as newer:
        assert newer.check() == []
        found = {one.id: one for one in newer.attachments()}
        assert found["a-far"].view == "damage"
        assert found[old.id].caption == "坡顶"
        newer.edit("attachment", old.id, {"view": "overview"})
        assert newer.check() == []
    (kept,) = (tmp_path / "p" / "backups").glob("*-catalogue.gpkg")
    with closing(sqlite3.connect(tmp_path / "p" / "field.gpkg")) as connection:
        views = connection.execute("SELECT view, extra FROM photos ORDER BY view").fetchall()
        assert views == [("damage", None), ("overview", None)]
    with closing(sqlite3.connect(kept)) as connection:
        assert "view" not in {row[1] for row in connection.execute("PRAGMA table_info('photos')")}
