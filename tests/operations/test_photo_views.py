"""Views: what a form wants, what a visit lacks, what a copy takes over from its original."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from jdz_field.core import i18n
from jdz_field.core.catalogue import SITE_KINDS, table
from jdz_field.core.errors import BadInput
from jdz_field.core.resources import folder
from jdz_field.core.sites import Attachment
from jdz_field.operations import photo_views
from jdz_field.operations.answer_files import Question, add_copy, take_answer
from jdz_field.operations.forms import add_form
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.operations.sites import add_site
from jdz_field.xforms.convert import convert_xlsform
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from tests.photos.pictures import HERE, camera, jpeg

ROWS = (
    ("type", "name", "label", "required", "relevant", "bind::jdz:photo-view",
     "bind::jdz:photo-view-else"),
    ("image", "first", "坡体全貌", "", "", "overview", "why"),
    ("text", "why", "为何没拍", "", "", "", ""),
    ("text", "damaged", "有无受损", "", "", "", ""),
    ("image", "second", "受损", "yes", "${damaged} = 'yes'", "damage", ""),
    ("image", "third", "随手拍", "", "", "", ""),
)  # fmt: skip
SETTINGS = (("form_title", "form_id", "version", "namespaces"), ("试", "try", "1", 'jdz="urn:x"'))


def book(folder: Path) -> Path:
    made = openpyxl.Workbook()
    for row in ROWS:
        made.active.append(row)
    made.active.title = "survey"
    sheet = made.create_sheet("settings")
    for row in SETTINGS:
        sheet.append(row)
    made.save(folder / "try.xlsx")
    return folder / "try.xlsx"


@pytest.fixture
def project(tmp_path):
    with create_project(tmp_path / "p", name="试点", author="余小敏") as made:
        add_form(made, book(tmp_path))
        yield made


@pytest.fixture
def photo(tmp_path):
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(camera("<", HERE, pixels=jpeg(800, 600)))
    return file


def test_a_record_needs_the_picture_or_the_reason(project) -> None:
    filling = Filling.start(project, "try")
    result = filling.finalize(project)
    (problem,) = result.problems
    assert (result.record, problem.ref, problem.kind) == (None, "/data/first", "required")
    assert "全貌" in problem.message
    assert "为何没拍" in problem.message
    filling.session.answer("/data/why", "  ")
    assert filling.finalize(project).record is None
    filling.session.answer("/data/why", "浓雾，看不见坡顶")
    assert filling.finalize(project).record is not None


def test_a_picture_is_enough_and_a_required_one_is_said_once(project) -> None:
    filling = Filling.start(project, "try")
    filling.session.answer("/data/first", "a.jpg")
    filling.session.answer("/data/damaged", "yes")
    assert [p.ref for p in filling.finalize(project).problems] == ["/data/second"]
    views = {one.view: one.needed for one in photo_views.wanted_views(filling.session, "try")}
    assert views == {"overview": True, "damage": True}
    filling.session.answer("/data/damaged", "no")
    assert filling.finalize(project).record is not None


def test_shipped_forms_name_their_views_by_the_catalogue() -> None:
    for one in table("views")["forms"]:
        xml = convert_xlsform(folder("forms") / f"{one['form']}.xlsx").xml
        session = FormSession(parse_form(xml))
        names = {path.rpartition("/")[2] for path in re.findall(r'nodeset="([^"]+)"', xml)}
        for question, code in one["questions"].items():
            assert photo_views.view(code) is not None
            assert question in names
        overview = photo_views.wanted_views(session, one["form"])
        assert overview[0].view == "overview"
        assert overview[0].needed
        # The form says itself that it must be answered: it is not said twice.
        assert photo_views.missing_views(session, one["form"]) == ()


def test_the_catalogue_says_where_each_view_comes_from() -> None:
    for one in (*table("views")["views"], *table("views")["forms"], *table("views")["kinds"]):
        assert one["source"]
        assert one["certainty"] in ("source", "general")
    for kind in SITE_KINDS:
        assert all(photo_views.view(code) for code in photo_views.views_of_kind(kind))


def test_views_are_known_by_code_and_by_name_in_both_languages() -> None:
    assert {photo_views.known_view(word).code for word in ("overview", "全貌", "Overview")} == {
        "overview"
    }
    with pytest.raises(BadInput, match="overview deformation damage"):
        photo_views.known_view("side")
    with i18n.spoken("en"):
        assert photo_views.label_of("damage") == "Damage"
    assert photo_views.label_of("from_a_newer_catalogue") == "from_a_newer_catalogue"
    assert photo_views.label_of(None) == ""


def test_the_answer_says_its_view_and_copies_name_their_original(project, photo) -> None:
    wanted = Question("r1", "/data/first", kind="image", longest=400, view="overview")
    small = take_answer(project, photo, wanted)
    whole = next(a for a in project.attachments(record="r1") if a.id != small.id)
    assert (small.view, small.variant, small.original) == ("overview", "small", whole.sha256)
    assert (whole.view, whole.variant, whole.original) == ("overview", None, None)
    project.edit("attachment", small.id, {"sensitive": "people", "caption": "户主在门口"})
    small = next(a for a in project.attachments(record="r1") if a.id == small.id)
    marked = add_copy(project, jpeg(400, 304), small, photo, wanted, "marked")
    assert (marked.sensitive, marked.caption) == ("people", "户主在门口")
    assert (marked.original, marked.variant) == (whole.sha256, "marked")
    assert project.check() == []


def picture(name: str, taken: str, view: str | None, record: str | None = None) -> Attachment:
    sha = name * 64
    return Attachment(name, sha, f"{name}.jpg", 1, "image/jpeg", record, taken=taken, view=view)


def test_the_last_picture_of_a_view_is_of_another_visit() -> None:
    old, same, other, now = (
        picture("a", "2026-01-01T00:00:00Z", "overview", "r1"),
        picture("b", "2026-03-01T00:00:00Z", "overview", "r2"),
        picture("c", "2026-02-01T00:00:00Z", "damage", "r1"),
        picture("d", "2026-03-01T00:05:00Z", "overview", "r2"),
    )
    photos = [now, same, other, old]
    assert photo_views.last_of_view(photos, "overview", before=now) is old
    assert photo_views.last_of_view(photos, "overview", record="r3") is now
    assert photo_views.last_of_view(photos, "damage", before=now) is other
    assert photo_views.last_of_view(photos, "damage", before=other) is None
    assert photo_views.last_of_view(photos, "", record="r3") is None


def test_a_site_tells_which_views_it_lacks(project, photo) -> None:
    site = add_site(project, "geohazard", 117.2, 29.3, {"name": "示例"})
    assert photo_views.missing_of_site(project, site) == (["overview", "deformation"], None)
    wanted = Question("r1", "/d/a", site=site.id, kind="image", longest=400, view="overview")
    small = take_answer(project, photo, wanted)
    lacking, newest = photo_views.missing_of_site(project, site)
    assert (lacking, newest.id) == (["deformation"], small.id)
    assert [one.id for one in photo_views.photos_of_site(project, site.id)] == [small.id]


def test_photos_without_a_place_are_no_distance_apart() -> None:
    here = picture("a", "", None)
    assert photo_views.apart_m(here, here) is None


def test_the_north_of_a_direction_is_kept(project, photo) -> None:
    made = take_answer(project, photo, Question("r1", "/data/first", kind="image"))
    assert (made.direction, made.direction_ref) == (271.25, "true")
    small = take_answer(project, photo, Question("r2", "/d/a", kind="image", longest=200))
    assert (small.direction, small.direction_ref) == (271.25, "true")
