"""Photos into a project."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256, sha256_file
from jdz_field.core.sites import point_wkt
from jdz_field.operations.photos import (
    AddReport,
    SiteFinder,
    Timing,
    add_photos,
    geotag,
    propose_sites,
    read_photos,
)
from jdz_field.photos.geotag import Geotagging
from jdz_field.store.project import Project
from tests.photos.pictures import HERE, LAT, LON, camera, jpeg
from tests.photos.tracks import walk, write_gpx

SITE, RECORD = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-00000000000a"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project with one site a few metres from the pictures' place."""
    with Project.create(tmp_path / "工程", name="测试", author="张三") as made:
        fields = {
            "code": "360281010001",
            "name": "瑶里滑坡",
            "geometry": point_wkt(LON, LAT + 1e-4),
        }
        made.edit("geohazard", SITE, fields)
        yield made


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A card with three photos: a position; none; a cut-off one."""
    folder = tmp_path / "DCIM" / "100"
    folder.mkdir(parents=True)
    (folder / "IMG_0001.JPG").write_bytes(camera("<", HERE))
    (folder / "IMG_0002.JPG").write_bytes(camera(">"))
    (folder / "IMG_0003.JPG").write_bytes(camera()[:-50])
    return folder


def counts(report: AddReport) -> tuple[int, int, int]:
    return report.count("added"), report.count("already"), report.count("refused")


def stored(project: Project) -> dict[str, bytes]:
    return {p.stem: p.read_bytes() for p in (project.path / "files").rglob("*") if p.is_file()}


def test_photos_are_kept_by_content_and_entered(project: Project, card: Path) -> None:
    originals = {p.name: p.read_bytes() for p in card.iterdir()}
    report = add_photos(project, [card])
    assert counts(report) == (2, 0, 1)
    first, second, third = report.files
    assert stored(project) == {
        sha256(originals[name]): originals[name] for name in ("IMG_0001.JPG", "IMG_0002.JPG")
    }
    assert {p.name: p.read_bytes() for p in card.iterdir()} == originals
    one = first.attachment
    assert one is not None
    assert (one.filename, one.mime, one.size) == (
        "IMG_0001.JPG",
        "image/jpeg",
        len(camera("<", HERE)),
    )
    assert (one.lon, one.lat) == (pytest.approx(LON), pytest.approx(LAT))
    assert (one.altitude, one.direction, one.accuracy, one.method) == (88.5, 271.25, 3.2, "exif")
    assert one.taken == "2026-05-01T02:00:30.000Z"
    assert second.attachment is not None
    assert (second.attachment.lon, second.attachment.method) == (None, None)
    assert third.attachment is None
    assert third.problem == "图片不完整，缺少结尾；请重新复制。"
    assert project.attachments() == [one, second.attachment]
    assert project.counts()["unsent"] == 3


def test_again_everything_is_there_already(project: Project, card: Path) -> None:
    add_photos(project, [card])
    before = project.counts()
    report = add_photos(project, [card, card / "IMG_0001.JPG"])
    assert counts(report) == (0, 2, 1)
    assert project.counts() == before


def test_one_content_under_two_names_is_kept_once(project: Project, card: Path) -> None:
    (card / "copy.jpg").write_bytes(camera("<", HERE))
    assert counts(add_photos(project, [card])) == (2, 1, 1)


def test_a_track_places_a_photo_and_its_bytes_stay(
    project: Project, card: Path, tmp_path: Path
) -> None:
    track = write_gpx(tmp_path / "t.gpx", walk())
    report = add_photos(project, [card], track=track)
    two = report.files[1].attachment
    assert two is not None
    assert (two.lon, two.lat) == (pytest.approx(117.2003), pytest.approx(29.30024))
    assert (two.altitude, two.method, two.accuracy) == (103, "track", None)
    assert report.files[1].gap_s == 0
    assert report.files[0].attachment is not None
    assert report.files[0].attachment.method == "exif"
    assert stored(project)[two.sha256] == (card / "IMG_0002.JPG").read_bytes()


def test_a_photo_far_from_the_track_is_added_without_position_and_said(
    project: Project, card: Path, tmp_path: Path
) -> None:
    track = write_gpx(tmp_path / "t.gpx", walk())
    report = add_photos(project, [card], track=[track], timing=Timing(clock_offset=9999))
    assert counts(report) == (2, 0, 1)
    assert report.files[1].attachment is not None
    assert report.files[1].attachment.lon is None
    assert "轨迹" in (report.files[1].problem or "")


def test_photos_belong_to_record_site_and_question(project: Project, card: Path) -> None:
    report = add_photos(project, [card], record=RECORD, site=SITE, path="/data/photo")
    assert counts(report) == (2, 0, 1)
    found = project.attachments(record=RECORD)
    assert {(a.record, a.site, a.path) for a in found} == {(RECORD, SITE, "/data/photo")}
    assert report.files[0].proposed == ()
    assert counts(add_photos(project, [card], record=RECORD, site=SITE, path="/data/photo")) == (
        0,
        2,
        1,
    )


def test_a_photo_that_belongs_nowhere_yet_is_linked_not_doubled(
    project: Project, card: Path
) -> None:
    first = add_photos(project, [card]).files[0].attachment
    report = add_photos(project, [card / "IMG_0001.JPG"], site=SITE)
    assert counts(report) == (0, 1, 0)
    (linked,) = project.attachments(site=SITE)
    assert first is not None
    assert linked.id == first.id
    assert report.files[0].attachment == linked


def test_a_photo_of_two_sites_is_entered_twice_and_kept_once(project: Project, card: Path) -> None:
    add_photos(project, [card / "IMG_0001.JPG"], site=SITE)
    report = add_photos(project, [card / "IMG_0001.JPG"], site="another")
    assert counts(report) == (1, 0, 0)
    assert len(project.attachments()) == 2
    assert len(stored(project)) == 1


def test_two_files_of_one_name_in_a_record_get_two_names(
    project: Project, card: Path, tmp_path: Path
) -> None:
    other = tmp_path / "card 2" / "img_0001.jpg"
    other.parent.mkdir()
    other.write_bytes(camera(">", HERE))
    third = tmp_path / "IMG_0001.JPG"
    third.write_bytes(jpeg())
    add_photos(project, [card / "IMG_0001.JPG", other], record=RECORD)
    add_photos(project, [third], record=RECORD)
    names = [a.filename for a in project.attachments(record=RECORD)]
    assert names == ["IMG_0001.JPG", "img_0001-2.jpg", "IMG_0001-3.JPG"]


def test_other_files_are_refused_unless_asked_for(project: Project, tmp_path: Path) -> None:
    pdf, odd = tmp_path / "报告.PDF", tmp_path / "no suffix.%$"
    pdf.write_bytes(b"%PDF-1.7")
    odd.write_bytes(b"something")
    assert counts(add_photos(project, [pdf, odd])) == (0, 0, 2)
    report = add_photos(project, [pdf, odd], any_file=True)
    assert [f.attachment.mime for f in report.files if f.attachment] == [
        "application/pdf",
        "application/octet-stream",
    ]
    assert sorted(p.suffix for p in (project.path / "files").rglob("*.*")) == [".bin", ".pdf"]
    empty = tmp_path / "empty.pdf"
    empty.write_bytes(b"")
    assert counts(add_photos(project, [empty], any_file=True)) == (0, 0, 1)


def test_sites_near_a_photo_are_proposed(project: Project, card: Path) -> None:
    report = add_photos(project, [card])
    (proposal,) = report.files[0].proposed
    assert (proposal.site, proposal.name) == (SITE, "瑶里滑坡")
    assert proposal.distance_m == pytest.approx(11.1, abs=0.1)
    assert report.files[1].proposed == ()


def test_the_nearest_sites_come_first_and_far_ones_not(project: Project) -> None:
    for number in range(2, 9):
        place = point_wkt(LON + number * 1e-3, LAT)
        project.edit("mine", f"{SITE[:-1]}{number}", {"name": str(number), "geometry": place})
    found = propose_sites(project, LON, LAT, within=500, limit=4)
    assert [p.name for p in found] == ["瑶里滑坡", "2", "3", "4"]
    assert propose_sites(project, LON, LAT - 1) == []
    assert [p.distance_m for p in found] == sorted(p.distance_m for p in found)


def test_a_finder_without_sites_finds_nothing() -> None:
    assert SiteFinder([]).near(LON, LAT) == []


def test_a_bad_track_adds_nothing(project: Project, card: Path, tmp_path: Path) -> None:
    track = tmp_path / "t.gpx"
    track.write_bytes(b"no track")
    with pytest.raises(BadInput):
        add_photos(project, [card], track=track)
    assert project.attachments() == []


def test_progress_and_stopping_and_going_on(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02d}.jpg").write_bytes(camera() + bytes([number]))
    seen: list[tuple[int, int]] = []
    report = add_photos(
        project,
        [folder],
        progress=lambda done, total: seen.append((done, total)),
        cancelled=lambda: len(seen) >= 5,
    )
    assert report.stopped
    assert 5 <= len(report.files) < 40
    assert len(project.attachments()) == report.count("added")
    rest = add_photos(project, [folder])
    assert not rest.stopped
    assert rest.count("added") == 40 - report.count("added")
    assert len(project.attachments()) == 40


def test_reading_keeps_the_order_of_the_files(card: Path) -> None:
    infos = read_photos([card / "IMG_0003.JPG", card])
    assert [i.file.name for i in infos] == ["IMG_0003.JPG", "IMG_0001.JPG", "IMG_0002.JPG"]
    assert [i.broken for i in infos] == [True, False, False]


def test_geotagging_takes_folders_and_track_files(card: Path, tmp_path: Path) -> None:
    track = write_gpx(tmp_path / "t.gpx", walk())
    report = geotag([card], [track], Geotagging())
    assert [p.method for p in report.files] == ["exif", "interpolated", None]


GO = """
import sys
from pathlib import Path
from jdz_field.operations.photos import add_photos
from jdz_field.store.project import Project
with Project.open(Path(sys.argv[1])) as project:
    print("begin", flush=True)
    add_photos(project, [Path(sys.argv[2])])
"""


def test_killed_at_any_instant_nothing_is_half_there(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02d}.jpg").write_bytes(camera() + bytes([number]) * 200_000)
    source = random.Random(2)
    for _turn in range(4):
        command = [sys.executable, "-c", GO, str(project.path), str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(source.uniform(0, 0.2))
            process.kill()
        for path in (project.path / "files").rglob("*.jpg"):
            assert sha256_file(path) == path.stem
        for attachment in project.attachments():
            assert attachment.sha256 in stored(project)
    add_photos(project, [folder])
    assert len(project.attachments()) == 30
    assert project.check() == []
