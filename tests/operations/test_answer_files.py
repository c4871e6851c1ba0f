"""Files that answer questions: what is taken, refused, let go and brought back."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import pytest

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.hashing import sha256_file
from jdz_field.operations.answer_files import (
    Question,
    add_copy,
    counted,
    let_go,
    put_back,
    take_answer,
)
from jdz_field.operations.projects import create_project
from jdz_field.photos.exif import read_photo
from jdz_field.store.check import file_of
from tests.photos.pictures import HERE, camera, jpeg

PICTURE = Question("r1", "/data/picture", kind="image")


@pytest.fixture
def project(tmp_path):
    with create_project(tmp_path / "p", name="试点", author="余小敏") as made:
        yield made


@pytest.fixture
def photo(tmp_path):
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(camera("<", HERE, pixels=jpeg(800, 600)))
    return file


def linked(project):
    return {(a.filename, a.path) for a in project.attachments(record="r1")}


def test_a_file_is_copied_whole_before_it_answers(project, photo):
    made = take_answer(project, photo, PICTURE)
    kept = file_of(project.path, made.sha256)
    assert (made.record, made.path, made.filename) == ("r1", "/data/picture", "IMG_1.jpg")
    assert kept.name.startswith(sha256_file(photo))
    assert kept.read_bytes() == photo.read_bytes()
    assert not list(project.check())


def test_a_large_picture_is_answered_by_a_smaller_copy_and_kept_whole(project, photo):
    wanted = Question("r1", "/data/picture", kind="image", longest=400)
    made = take_answer(project, photo, wanted)
    assert linked(project) == {("IMG_1.jpg", None), ("IMG_1-small.jpg", "/data/picture")}
    small = read_photo(file_of(project.path, made.sha256))
    assert (small.width, small.height) == (400, 300)
    assert small.lon == pytest.approx(made.lon)
    assert made.lon is not None


def test_a_small_picture_is_taken_as_it_is(project, photo):
    take_answer(project, photo, Question("r1", "/data/picture", kind="image", longest=800))
    assert linked(project) == {("IMG_1.jpg", "/data/picture")}


def test_a_marked_copy_answers_in_the_place_of_its_original(project, photo):
    first = take_answer(project, photo, PICTURE)
    once = add_copy(project, jpeg(80, 60), first, photo, PICTURE, "marked")
    assert linked(project) == {("IMG_1.jpg", None), ("IMG_1-marked.jpg", "/data/picture")}
    assert once.lon == pytest.approx(first.lon)
    twice = add_copy(project, jpeg(90, 60), once, photo, PICTURE, "marked")
    assert linked(project) == {("IMG_1.jpg", None), (twice.filename, "/data/picture")}
    assert not list(project.check())


def test_a_sketch_has_no_original(project):
    made = add_copy(project, jpeg(), None, None, PICTURE, "sketch")
    assert (made.filename, made.path) == ("sketch.jpg", "/data/picture")


def test_what_is_let_go_stays_in_the_project_and_comes_back(project, photo):
    first = take_answer(project, photo, PICTURE)
    marked = add_copy(project, jpeg(80, 60), first, photo, PICTURE, "marked")
    gone = let_go(project, marked)
    assert linked(project) == set()
    assert all(file_of(project.path, a.sha256) for a in gone)
    put_back(project, gone)
    assert linked(project) == {("IMG_1.jpg", None), ("IMG_1-marked.jpg", "/data/picture")}


def test_copying_is_told_and_can_be_stopped(project, tmp_path):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"\0\0\0\x20ftypisom" + bytes(3_000_000))
    wanted = Question("r1", "/data/film", kind="video")
    told = []
    take_answer(project, film, wanted, copied=counted(film, lambda *t: told.append(t)))
    assert told[-1] == (2 * film.stat().st_size, 2 * film.stat().st_size)
    other = tmp_path / "other.mp4"
    other.write_bytes(film.read_bytes() + b"!")
    with pytest.raises(Unavailable, match="已停止"):
        take_answer(project, other, wanted, cancelled=lambda: True)
    assert linked(project) == {("film.mp4", "/data/film")}
    assert not list((project.path / "files").glob(".jdz-*"))


@pytest.mark.parametrize(
    ("kind", "content", "told"),
    [
        ("image", b"MZ\x90\0 a program", "不是图片"),
        ("audio", jpeg(), "不是录音"),
        ("video", b"ID3\4 a song", "不是视频"),
        ("", b"", "空文件"),
        ("image", jpeg()[:60], "图片"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(project, tmp_path, kind, content, told):
    file = tmp_path / "x.jpg"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=told):
        take_answer(project, file, Question("r1", "/data/q", kind=kind))
    assert linked(project) == set()


def test_a_card_that_was_pulled_out_says_so(project, tmp_path):
    with pytest.raises(BadInput, match="不在原处"):
        take_answer(project, tmp_path / "gone.jpg", PICTURE)
    with pytest.raises(BadInput, match="不是文件"):
        take_answer(project, tmp_path, PICTURE)


def test_only_a_fresh_picture_answers_where_the_form_says_so(project, tmp_path):
    wanted = Question("r1", "/data/q", kind="image", fresh=True)
    old, new = tmp_path / "old.jpg", tmp_path / "new.jpg"
    for file in (old, new):
        file.write_bytes(jpeg())
    os.utime(old, (time.time() - 86_400, time.time() - 86_400))
    with pytest.raises(BadInput, match="现场新拍"):
        take_answer(project, old, wanted)
    assert take_answer(project, new, wanted).filename == "new.jpg"
    stamped = tmp_path / "stamped.jpg"
    stamped.write_bytes(camera("<", HERE, taken="2020:01:01 08:00:00"))
    with pytest.raises(BadInput, match="2020"):
        take_answer(project, stamped, wanted)
    now = datetime.now(UTC).astimezone().strftime("%Y:%m:%d %H:%M:%S")
    stamped.write_bytes(camera(">", HERE, taken=now))
    os.utime(stamped, (1, 1))
    assert take_answer(project, stamped, wanted)


@pytest.mark.parametrize(("name", "answers"), [("a.m4a", True), ("a.3gp", True), ("a.mp4", False)])
def test_sounds_in_a_film_container_go_by_their_names(project, tmp_path, name, answers):
    file = tmp_path / name
    file.write_bytes(b"\0\0\0\x20ftypisom" + bytes(100))
    wanted = Question("r1", "/data/q", kind="audio")
    if answers:
        assert take_answer(project, file, wanted)
    else:
        with pytest.raises(BadInput, match="不是录音"):
            take_answer(project, file, wanted)
