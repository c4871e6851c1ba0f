"""Photos out: names, table, map file, stamps, and nothing sensitive as it is."""

from __future__ import annotations

import csv

import pytest
from PIL import Image, ImageChops

from jdz_field.core.errors import BadUsage
from jdz_field.operations.answer_files import Question, take_answer
from jdz_field.operations.photo_exports import Leaving, PhotoExport, chosen, export_photos
from jdz_field.operations.photo_sensitive import PEOPLE, SPECIES, PhotoWords, say_of
from jdz_field.operations.photos import add_photos
from jdz_field.operations.projects import create_project
from jdz_field.operations.sites import add_site
from jdz_field.photos.exif import read_photo
from jdz_field.store.check import file_of
from tests.photos.pictures import HERE, camera, jpeg


@pytest.fixture
def project(tmp_path):
    with create_project(tmp_path / "p", name="试点", author="余小敏") as made:
        yield made


def taken(project, tmp_path, name: str = "IMG_1", view: str = "overview", **wanted):
    """A photo with a position at a new site."""
    site = add_site(project, "geohazard", 117.21, 29.31, {"name": f"虚构/示例 {name}"})
    file = tmp_path / f"{name}.jpg"
    size = 500 + 40 * len(project.attachments())
    file.write_bytes(camera("<", HERE, taken="2026:11:22 14:05:06", pixels=jpeg(size, 400)))
    question = Question("r1", f"/d/{name}", site.id, "image", view=view, **wanted)
    return take_answer(project, file, question), project.site(site.id)


def table(folder) -> list[dict[str, str]]:
    with (folder / "photos.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_copies_say_what_they_show_and_originals_stay(project, tmp_path) -> None:
    photo, site = taken(project, tmp_path)
    say_of(project, [photo.id], PhotoWords(caption="=坡顶裂缝"))
    before = file_of(project.path, photo.sha256).read_bytes()
    made = export_photos(project, tmp_path / "out", PhotoExport())
    (name,) = made.files
    assert name == f"{site.code}_虚构示例 IMG_1_全貌_20261122-140506.jpg"
    assert (tmp_path / "out" / name).read_bytes() == before
    (row,) = table(tmp_path / "out")
    assert (row["view"], row["caption"], row["person"]) == ("overview", "'=坡顶裂缝", "余小敏")
    assert (float(row["lon"]), float(row["lat"])) == (photo.lon, photo.lat)
    kml = (tmp_path / "out" / "photos.kml").read_text(encoding="utf-8")
    assert f"{photo.lon},{photo.lat}" in kml
    assert f'img src="{name}"' in kml.replace("&quot;", '"')


def test_people_are_blurred_without_metadata_or_left_out(project, tmp_path) -> None:
    photo, _site = taken(project, tmp_path)
    say_of(project, [photo.id], PhotoWords(sensitive=PEOPLE))
    before = file_of(project.path, photo.sha256).read_bytes()
    made = export_photos(project, tmp_path / "out", PhotoExport())
    assert (made.blurred, made.left_out) == (1, 0)
    copy = tmp_path / "out" / made.files[0]
    info = read_photo(copy)
    assert (info.lon, info.taken) == (None, None)
    with Image.open(file_of(project.path, photo.sha256)) as one, Image.open(copy) as other:
        assert one.size == other.size
        assert ImageChops.difference(one.convert("RGB"), other).getextrema()[0][1] > 50
    left = export_photos(project, tmp_path / "less", PhotoExport(sensitive="leave-out"))
    assert (left.files, left.left_out) == ((), 1)
    assert table(tmp_path / "less") == []
    # What is in the project is as it was.
    assert file_of(project.path, photo.sha256).read_bytes() == before
    assert project.check() == []


def test_only_marked_parts_are_blurred(project, tmp_path) -> None:
    photo, _site = taken(project, tmp_path)
    say_of(project, [photo.id], PhotoWords(sensitive=PEOPLE, areas="0 0 0.3 0.3"))
    made = export_photos(project, tmp_path / "out", PhotoExport())
    with (
        Image.open(file_of(project.path, photo.sha256)) as one,
        Image.open(tmp_path / "out" / made.files[0]) as other,
    ):
        wide, high = one.size
        rest = (wide // 2, high // 2, wide, high)
        plain = ImageChops.difference(one.convert("RGB").crop(rest), other.crop(rest))
        assert max(high for _low, high in plain.getextrema()) < 40


def test_nothing_tells_where_a_protected_species_is(project, tmp_path) -> None:
    photo, site = taken(project, tmp_path, name="SPECIES")
    say_of(project, [photo.id], PhotoWords(sensitive=SPECIES))
    made = export_photos(project, tmp_path / "out", PhotoExport(stamp=True))
    (row,) = table(tmp_path / "out")
    assert (row["site_code"], row["site_name"], row["record"], row["accuracy"]) == ("",) * 4
    assert abs(float(row["lon"]) - photo.lon) + abs(float(row["lat"]) - photo.lat) > 0.001
    for file in (tmp_path / "out").iterdir():
        content = file.read_bytes()
        assert site.code.encode() not in content
        assert f"{photo.lon}".encode() not in content
    assert site.code not in made.files[0]


def test_a_stamp_is_on_the_copy_only_and_the_camera_s_words_stay(project, tmp_path) -> None:
    photo, _site = taken(project, tmp_path)
    made = export_photos(project, tmp_path / "out", PhotoExport(stamp=True, longest=300))
    copy = tmp_path / "out" / made.files[0]
    assert read_photo(copy).lon == photo.lon
    with Image.open(copy) as image:
        assert max(image.size) == 300
        foot = image.crop((0, image.height - 12, image.width, image.height))
        assert max(foot.getextrema()[0]) > 180


def test_the_original_leaves_where_a_smaller_copy_answers(project, tmp_path) -> None:
    small, _site = taken(project, tmp_path, longest=200)
    (one,) = chosen(project, PhotoExport())
    assert one.sha256 == small.original
    file_of(project.path, one.sha256).unlink()
    assert [a.id for a in chosen(project, PhotoExport())] == [small.id]


def test_what_is_chosen_leaves_and_nothing_else(project, tmp_path) -> None:
    first, site = taken(project, tmp_path)
    second, _other = taken(project, tmp_path, name="IMG_2", view="damage")
    assert chosen(project, PhotoExport(sites=(site.id,))) == [first]
    assert chosen(project, PhotoExport(views=("damage",))) == [second]
    assert chosen(project, PhotoExport(records=("r9",))) == []


def test_a_photo_that_is_not_here_or_broken_is_listed(project, tmp_path) -> None:
    gone, _site = taken(project, tmp_path)
    broken, _other = taken(project, tmp_path, name="IMG_2")
    file_of(project.path, gone.sha256).unlink()
    file_of(project.path, broken.sha256).write_bytes(b"no picture")
    made = export_photos(project, tmp_path / "out", PhotoExport(stamp=True))
    assert made.files == ()
    assert {one["file"] for one in made.refused} == {"IMG_1.jpg", "IMG_2.jpg"}


def test_a_folder_that_holds_something_is_refused(project, tmp_path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    with pytest.raises(BadUsage):
        export_photos(project, tmp_path / "out", PhotoExport())
    with pytest.raises(BadUsage):
        export_photos(project, tmp_path / "new", PhotoExport(sensitive="keep"))
    assert not (tmp_path / "new").exists()


def test_stopping_leaves_whole_files_only(project, tmp_path) -> None:
    taken(project, tmp_path)
    taken(project, tmp_path, name="IMG_2")
    asked = iter([False, True])
    made = export_photos(project, tmp_path / "out", PhotoExport(), cancelled=lambda: next(asked))
    assert made.cancelled
    assert len(made.files) == 1
    assert [file.suffix for file in (tmp_path / "out").iterdir()] == [".jpg"]


def test_parts_that_cannot_be_read_hide_the_whole_picture(project, tmp_path) -> None:
    photo, _site = taken(project, tmp_path)
    project.edit("attachment", photo.id, {"sensitive": PEOPLE, "sensitive_areas": "nonsense"})
    assert Leaving(project).areas(project.attachments()[0]) == ()


def test_two_photos_of_one_second_get_two_names(project, tmp_path) -> None:
    for number in (1, 2):
        file = tmp_path / f"{number}.jpg"
        file.write_bytes(camera("<", taken="2026:11:22 14:05:06", pixels=jpeg(60 + number, 40)))
        add_photos(project, [file])
    made = export_photos(project, tmp_path / "out", PhotoExport())
    assert sorted(made.files) == ["20261122-140506-2.jpg", "20261122-140506.jpg"]
