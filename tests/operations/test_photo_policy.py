"""Small pictures first, originals when the line is good, nothing gone before the centre has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.errors import BadUsage
from jdz_field.core.hashing import sha256_file
from jdz_field.operations import photo_policy
from jdz_field.operations.photo_policy import make_previews, policy, set_policy
from jdz_field.operations.photo_space import fetch, free, space, thumbnail_of
from jdz_field.operations.photos import add_photos
from jdz_field.operations.sync import connect, run_sync
from jdz_field.photos.exif import read_photo
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.sync import sending
from tests.photos.pictures import HERE, LON, camera, jpeg
from tests.store.tools import draft, record
from tests.sync.centre import Centre, centre
from tests.sync.places import add_site, project


@pytest.fixture(autouse=True)
def _secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")
    monkeypatch.setattr(photo_policy, "LARGE", 20_000)
    monkeypatch.setattr(photo_policy, "EDGE", 160)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Centre]:
    with centre(tmp_path / "centre") as one:
        yield one


@pytest.fixture
def one(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "one", "张三") as device:
        hub.admit(device)
        yield device


def taken(device: Project, folder: Path, wide: int = 1600) -> str:
    """A large photo of a new site; its SHA-256."""
    file = folder / f"IMG_{wide}.jpg"
    file.write_bytes(camera("<", HERE, pixels=jpeg(wide, 1200)))
    report = add_photos(device, [file], site=add_site(device))
    return report.files[0].attachment.sha256


def at_centre(hub: Centre) -> set[str]:
    return {file.name for file in hub.files.rglob("*") if file.is_file() and len(file.name) == 64}


def previews(device: Project) -> dict[str, str]:
    every = device.attachments(previews=True)
    return {a.original: a.sha256 for a in every if a.variant == "preview"}


def test_at_once_is_the_rule_and_makes_nothing(hub: Centre, one: Project, tmp_path: Path) -> None:
    sha = taken(one, tmp_path)
    assert policy(one) == "at-once"
    assert make_previews(one) == 0
    assert run_sync(one).deferred == 0
    assert at_centre(hub) == {sha}


def test_by_hand_originals_wait_for_a_person(hub: Centre, one: Project, tmp_path: Path) -> None:
    sha = taken(one, tmp_path)
    set_policy(one, "by-hand")
    report = run_sync(one)
    assert (report.attachments, report.deferred) == (1, 1)
    small = previews(one)[sha]
    assert at_centre(hub) == {small}
    assert read_photo(file_of(one.path, small)).lon == pytest.approx(LON)
    assert max(read_photo(file_of(one.path, small)).width, 0) == 160
    assert [a.sha256 for a in one.pending_attachments()] == [sha]
    assert one.check() == []
    # What waits may not go, though its small copy has arrived.
    assert space(one).unsent == 1
    assert sha not in {a.sha256 for a in space(one).free}
    assert run_sync(one).deferred == 1
    assert run_sync(one, originals=True).attachments == 1
    assert at_centre(hub) == {small, sha}
    assert run_sync(one).deferred == 0


def test_small_first_while_the_line_is_good_everything_goes(
    hub: Centre, one: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sha = taken(one, tmp_path)
    set_policy(one, "small-first")
    real = sending._send
    monkeypatch.setattr(sending, "_send", lambda *a: (order.append(a[1].sha), real(*a))[1])
    assert run_sync(one).attachments == 2
    assert order == [previews(one)[sha], sha]


def test_on_a_poor_line_the_rest_of_the_originals_waits(
    hub: Centre, one: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shas = [taken(one, tmp_path, wide) for wide in (1600, 1640, 1680)]
    set_policy(one, "small-first")
    monkeypatch.setattr(sending, "ENOUGH", 1)
    monkeypatch.setattr(sending, "GOOD", 1e15)
    report = run_sync(one)
    assert (report.attachments, report.deferred) == (3, 3)
    assert at_centre(hub) == set(previews(one).values())
    monkeypatch.setattr(sending, "GOOD", 1)
    assert run_sync(one).attachments == 3
    assert set(shas) < at_centre(hub)


def test_the_small_one_stands_for_the_original_at_the_centre(
    hub: Centre, one: Project, tmp_path: Path
) -> None:
    sha = taken(one, tmp_path)
    photo = one.attachments()[0]
    begun = draft()
    one.save_draft(begun)
    one.finalize(record(id=begun.id), draft=begun.id)
    one.edit("attachment", photo.id, {"record": begun.id, "view": "overview", "caption": "坡顶",
                                      "sensitive": "people"})  # fmt: skip
    set_policy(one, "by-hand")
    run_sync(one)
    (entry,) = hub.office.records()[0]["attachments"]
    assert (entry["sha256"], entry["here"]) == (sha, False)
    assert entry["small"] == previews(one)[sha]
    assert (entry["view"], entry["caption"], entry["sensitive"]) == ("overview", "坡顶", "people")
    assert hub.office.info()["quarantined"] == 0
    run_sync(one, originals=True)
    (entry,) = hub.office.records()[0]["attachments"]
    assert entry["here"] is True


def test_a_small_picture_and_what_cannot_be_shown_get_no_copy(one: Project, tmp_path: Path) -> None:
    set_policy(one, "by-hand")
    (tmp_path / "s.jpg").write_bytes(jpeg(40, 30))
    (tmp_path / "b.jpg").write_bytes(b"no picture" * 9000)
    add_photos(one, [tmp_path / "s.jpg", tmp_path / "b.jpg"], any_file=True)
    assert make_previews(one) == 0
    assert make_previews(one, cancelled=lambda: True) == 0


def test_another_word_is_wrong_usage(one: Project) -> None:
    with pytest.raises(BadUsage):
        set_policy(one, "never")
    one.set_setting("photo_policy", "of a newer program")
    assert policy(one) == "at-once"


def test_what_the_centre_confirmed_may_go_and_comes_back(
    hub: Centre, one: Project, tmp_path: Path
) -> None:
    sha = taken(one, tmp_path)
    photo = one.attachments()[0]
    size = file_of(one.path, sha).stat().st_size
    assert space(one).free == ()
    refused = free(one, [photo])
    assert (refused.files, len(refused.refused)) == (0, 1)
    run_sync(one)
    told = space(one)
    assert (told.free_bytes, told.unsent, [a.id for a in told.free]) == (size, 0, [photo.id])
    with connect(one) as client:
        done = free(one, [photo], client)
    assert (done.files, done.bytes, done.refused) == (1, size, [])
    assert file_of(one.path, sha) is None
    assert thumbnail_of(one.path, sha).is_file()
    assert (space(one).here, [a.id for a in space(one).away]) == (0, [photo.id])
    assert one.check() == []
    with connect(one) as client:
        back = fetch(one, [photo], client)
    assert (back.files, back.bytes) == (1, size)
    assert sha256_file(file_of(one.path, sha)) == sha
    assert one.check() == []


def test_a_centre_that_lost_the_file_stops_it_from_going(
    hub: Centre, one: Project, tmp_path: Path
) -> None:
    sha = taken(one, tmp_path)
    run_sync(one)
    for file in hub.files.rglob(sha):
        file.unlink()
    with connect(one) as client:
        done = free(one, one.attachments(), client)
    assert done.files == 0
    assert file_of(one.path, sha) is not None


def test_an_altered_file_stays(one: Project, tmp_path: Path) -> None:
    sha = taken(one, tmp_path)
    run_sync(one)
    file_of(one.path, sha).write_bytes(b"altered")
    done = free(one, one.attachments())
    assert (done.files, len(done.refused)) == (0, 1)
    assert file_of(one.path, sha) is not None


def test_photos_of_drafts_stay(one: Project, tmp_path: Path) -> None:
    taken(one, tmp_path)
    run_sync(one)
    begun = draft()
    one.save_draft(begun)
    one.edit("attachment", one.attachments()[0].id, {"record": begun.id})
    assert space(one).free == ()


def test_a_photo_that_the_centre_never_got_does_not_come(one: Project, tmp_path: Path) -> None:
    sha = taken(one, tmp_path)
    file_of(one.path, sha).unlink()
    with connect(one) as client:
        done = fetch(one, one.attachments(), client)
    assert (done.files, len(done.refused)) == (0, 1)
