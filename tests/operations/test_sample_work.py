"""Sample work: whole, reproducible, marked; stopped where one says so."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.hashing import sha256
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.operations.sample import make_sample, sample_edits
from jdz_field.operations.sample_work import FORMS, LICENSED, SEASONS, WHOLE, Size, make_work
from jdz_field.photos.keep import kept_path
from jdz_field.store.project import Project

SIZE = Size(24, 96, 2)
FEW = {"geohazard": 30, "mine": 5, "plot": 4, "risk": 2, "works": 2}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "p"
    wanted, edits = dict(FEW), []
    for edit in sample_edits(1):
        if wanted[edit.kind] > 0:
            wanted[edit.kind] -= 1
            edits.append(edit)
    with create_project(folder, name="虚构示例", author="张三", sample=True) as project:
        project.edit_many(edits, origin="import:few")
    return folder


def copies(template: Path, folder: Path, count: int = 1) -> Iterator[Project]:
    for number in range(count):
        shutil.copytree(template, folder / f"{number}")
        with Project.open(folder / f"{number}") as project:
            yield project


def told(project: Project) -> str:
    """Everything that was made, as one text."""
    records = sorted(project.records(limit=10_000), key=lambda one: one.id)
    files = sorted((a.id, a.sha256, a.filename) for a in project.attachments())
    said = [(r.id, r.form, r.author, r.started, r.finished, r.answers) for r in records]
    return json.dumps([said, files], ensure_ascii=False, sort_keys=True)


def test_equal_seeds_give_equal_records_photos_and_tracks(template: Path, tmp_path: Path) -> None:
    made = []
    for number, project in enumerate(copies(template, tmp_path, 3)):
        done = make_work(project, SIZE, seed=2 if number == 2 else 1)
        assert (done.records, done.tracks, done.stopped) == (24, 2, False)
        assert project.check() == []
        made.append(told(project))
    assert made[0] == made[1]
    assert made[0] != made[2]


def test_every_record_is_whole_and_of_its_season(template: Path, tmp_path: Path) -> None:
    for project in copies(template, tmp_path):
        make_work(project, SIZE)
        for record in project.records(limit=100):
            first = next(day for day, _days in SEASONS if day.year == int(record.finished[:4]))
            assert f"{first}" <= record.finished[:10] < f"{first.year}-07-02"
            forms = [form for form, _weight in (*FORMS[record.site_kind or ""], *LICENSED)]
            assert record.form in forms
            again = Filling.start(project, record.form, record.site, replaces=record.id)
            assert record.answers["site_id"] == record.site
            problems = [p for p in again.session.problems() if p.kind != "required"]
            assert problems == []
        photos = [a for a in project.attachments() if a.mime == "image/jpeg"]
        assert len({a.sha256 for a in photos}) == len(photos)
        for photo in photos:
            content = kept_path(project.path / "files", photo.sha256).read_bytes()
            assert sha256(content) == photo.sha256
            assert b"SAMPLE" in content
        assert {t.person[:2] for t in project.tracks()} == {"示例"}


def test_stopped_it_keeps_whole_records(template: Path, tmp_path: Path) -> None:
    asked: list[tuple[int, int]] = []
    for project in copies(template, tmp_path):
        done = make_work(
            project, SIZE, progress=lambda *n: asked.append(n), cancelled=lambda: len(asked) > 4
        )
        assert (done.records, done.tracks, done.stopped) == (5, 0, True)
        assert asked[-1] == (5, 26)
        assert project.check() == []
        assert len(project.records(limit=100)) == 5


def test_a_project_without_sites_gets_no_visits(tmp_path: Path) -> None:
    with create_project(tmp_path / "p", name="空", author="张三", sample=True) as project:
        assert make_work(project, SIZE).records == 0


if __name__ == "__main__":
    # python -m tests.operations.test_sample_work FOLDER [VISITS]: the whole, and how long it takes.
    visits = int(sys.argv[2]) if len(sys.argv) > 2 else WHOLE.visits
    with create_project(Path(sys.argv[1]), name="虚构示例", author="示例", sample=True) as whole:
        started = time.monotonic()
        sites = make_sample(whole)
        sites_s = time.monotonic() - started
        print(f"{sites} sites {sites_s:.1f} s", make_work(whole, Size(visits, 320, 360)))
