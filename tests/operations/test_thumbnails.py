"""Small pictures that the project keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.operations.photos import add_photos
from jdz_field.operations.thumbnails import make_thumbnails, stored_thumbnail, thumbnail_path
from jdz_field.store.project import Project
from tests.photos.pictures import camera, jpeg


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "a.jpg").write_bytes(camera(pixels=jpeg(900, 600)))
    with Project.create(tmp_path / "p", name="p", author="a") as made:
        add_photos(made, [tmp_path / "a.jpg"])
        yield made


def sha(project: Project) -> str:
    return project.attachments()[0].sha256


def test_it_is_made_once_and_kept(project: Project) -> None:
    first = stored_thumbnail(project.path, sha(project))
    kept = thumbnail_path(project.path, sha(project))
    assert kept.read_bytes() == first
    stamp = kept.stat().st_mtime_ns
    assert stored_thumbnail(project.path, sha(project)) == first
    assert kept.stat().st_mtime_ns == stamp


@pytest.mark.parametrize("damage", [b"", b"half", b"\xff\xd8 cut"])
def test_a_torn_one_is_made_anew(project: Project, damage: bytes) -> None:
    whole = stored_thumbnail(project.path, sha(project))
    thumbnail_path(project.path, sha(project)).write_bytes(damage)
    assert stored_thumbnail(project.path, sha(project)) == whole


def test_a_photo_that_is_not_here_is_said(project: Project) -> None:
    with pytest.raises(BadInput):
        stored_thumbnail(project.path, "ab" * 32)


def test_where_nothing_can_be_kept_it_is_still_shown(project: Project) -> None:
    (project.path / "thumbnails").write_text("no folder")
    assert stored_thumbnail(project.path, sha(project)).startswith(b"\xff\xd8")


def test_ahead_of_being_asked_until_it_is_stopped(project: Project) -> None:
    assert make_thumbnails(project.path, [sha(project), "ab" * 32]) == 1
    assert make_thumbnails(project.path, [sha(project)], cancelled=lambda: True) == 0
