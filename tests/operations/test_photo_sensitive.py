"""Sensitive photos: the mark is the picture's, places of species are rough, words are checked."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.sites import Attachment
from jdz_field.geo.tracks import distance_m
from jdz_field.operations.answer_files import Question, take_answer
from jdz_field.operations.photo_sensitive import (
    PEOPLE,
    SPECIES,
    PhotoWords,
    Sensitive,
    coarse,
    find_photo,
    known_choice,
    reason_words,
    say_of,
)
from jdz_field.operations.photos import add_photos
from jdz_field.operations.projects import create_project
from tests.photos.pictures import HERE, camera, jpeg


@pytest.fixture
def project(tmp_path):
    with create_project(tmp_path / "p", name="试点", author="余小敏") as made:
        file = tmp_path / "IMG_1.jpg"
        file.write_bytes(camera("<", HERE, pixels=jpeg(800, 600)))
        wanted = Question("r1", "/data/a", kind="image", longest=400, view="overview")
        take_answer(made, file, wanted)
        yield made


def both(project) -> tuple[Attachment, Attachment]:
    found = {a.variant: a for a in project.attachments(record="r1")}
    return found["small"], found[None]


def test_a_mark_on_a_copy_is_its_originals_too(project) -> None:
    small, whole = both(project)
    words = PhotoWords(caption="  户主 ", sensitive=PEOPLE, areas="0.1 0.1 0.2 0.2", note="两人")
    assert say_of(project, [small.id], words) == 2
    small, whole = both(project)
    assert (small.caption, whole.caption) == ("户主", None)
    assert (small.sensitive, whole.sensitive, whole.sensitive_areas, whole.sensitive_note) == (
        PEOPLE, PEOPLE, "0.1 0.1 0.2 0.2", "两人",
    )  # fmt: skip
    assert say_of(project, [small.id], words) == 0
    assert say_of(project, [whole.id], PhotoWords(sensitive="")) == 2
    small, whole = both(project)
    assert (small.sensitive, small.sensitive_areas, small.sensitive_note) == (None, None, None)
    assert small.caption == "户主"
    assert project.check() == []


def test_a_copy_without_a_mark_of_its_own_is_sensitive_all_the_same(project) -> None:
    small, whole = both(project)
    project.edit("attachment", whole.id, {"sensitive": SPECIES})
    known = Sensitive(project.attachments())
    small, whole = both(project)
    assert known.mark(small) == whole
    assert known.species(small)
    assert {a.id for a in known.family(small, project.attachments())} == {small.id, whole.id}


def row(name: str, **fields: object) -> Attachment:
    return Attachment(name, name * 64, f"{name}.jpg", 1, "image/jpeg", **fields)


def test_of_two_marks_the_one_that_hides_more_counts() -> None:
    part = row("a", sensitive=PEOPLE, sensitive_areas="0 0 0.1 0.1")
    whole = row("b", original="a" * 64, sensitive=PEOPLE)
    for order in ([part, whole], [whole, part]):
        found = Sensitive(order).mark(part)
        assert found is not None
        assert found.sensitive_areas is None


def test_places_of_species_are_rough_and_the_same_within_a_square() -> None:
    one = row("a", sensitive=SPECIES, lon=117.2, lat=29.3)
    place = Sensitive([one]).place(one)
    assert place == coarse(117.2, 29.3)
    assert distance_m(117.2, 29.3, *place) > 100
    other = row("b", lon=117.2, lat=29.3)
    assert Sensitive([one, other]).place(other) == (117.2, 29.3)
    assert Sensitive([]).place(row("c")) is None


@given(st.floats(70, 140), st.floats(15, 55))
def test_a_rough_place_is_near_and_tells_no_more_than_its_square(lon, lat) -> None:
    there = coarse(lon, lat, 10_000)
    assert distance_m(lon, lat, *there) <= 10_000 * math.sqrt(2) / 2 * 1.02
    assert coarse(*there, 10_000) == there


@pytest.mark.parametrize(
    "words",
    [
        PhotoWords(view="side"),
        PhotoWords(sensitive="secret"),
        PhotoWords(areas="1 2 3"),
        PhotoWords(caption="长" * 501),
        PhotoWords(note="长" * 501),
    ],
)
def test_words_that_do_not_fit_change_nothing(project, words) -> None:
    before = project.attachments()
    with pytest.raises(BadInput):
        say_of(project, [before[0].id], words)
    assert project.attachments() == before


def test_words_in_either_language_name_a_view_and_nothing_is_cleared_unasked(project) -> None:
    small, _whole = both(project)
    say_of(project, [small.id], PhotoWords(view="受损"))
    assert both(project)[0].view == "damage"
    say_of(project, [small.id], PhotoWords(view="", caption=""))
    assert both(project)[0].view is None
    with pytest.raises(BadInput, match="nowhere"):
        say_of(project, ["nowhere"], PhotoWords(caption="x"))


def test_a_photo_is_found_by_id_hash_and_name(project, tmp_path) -> None:
    small, whole = both(project)
    assert find_photo(project, small.id) == small
    assert find_photo(project, whole.sha256[:12]) == whole
    assert find_photo(project, "img_1.JPG") == whole
    with pytest.raises(BadInput):
        find_photo(project, "IMG_2.jpg")
    other = tmp_path / "b" / "IMG_1.jpg"
    other.parent.mkdir()
    other.write_bytes(camera("<", HERE, pixels=jpeg(80, 64)))
    add_photos(project, [other])
    with pytest.raises(BadInput, match=whole.id):
        find_photo(project, "IMG_1.jpg")


def test_other_choices_are_wrong_usage() -> None:
    assert known_choice("blur") == "blur"
    with pytest.raises(BadUsage):
        known_choice("keep")
    assert reason_words("from_a_newer_program") == "from_a_newer_program"
    assert reason_words(None) == ""
