"""Track files of other devices: several tracks in one file, and how well points are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jdz_field.geo.tracks import read_track
from jdz_field.operations import tracks
from jdz_field.photos.exif import read_photo
from jdz_field.photos.geotag import Geotagging, geotag
from jdz_field.store.project import Project
from tests.operations.tracks_made import MORNING, fix, recorded
from tests.photos.pictures import camera
from tests.store.tools import quick_project

POINT = '<trkpt lat="29.3{n}" lon="117.2{n}"><time>2026-11-23T0{n}:0{m}:00Z</time></trkpt>'


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    quick_project(tmp_path / "project").close()
    with Project.open(tmp_path / "project") as made:
        yield made


def walks(path: Path, *titles: str) -> Path:
    """A GPX file with a track for each title, the last of two segments."""
    parts = []
    for n, title in enumerate(titles, 1):
        segment = "<trkseg>" + "".join(POINT.format(n=n, m=m) for m in range(3)) + "</trkseg>"
        later = "<trkseg>" + "".join(POINT.format(n=n, m=m) for m in range(5, 8)) + "</trkseg>"
        parts.append(f"<trk><name>{title}</name>{segment}{later if n == len(titles) else ''}</trk>")
    text = f'<gpx version="1.1"><metadata><name>all</name></metadata>{"".join(parts)}'
    path.write_text(f"{text}<wpt lat='29' lon='117'><name>w</name></wpt></gpx>", encoding="utf-8")
    return path


def test_several_tracks_of_a_file_become_several(project: Project, tmp_path: Path) -> None:
    file = walks(tmp_path / "w.gpx", "早", "", "晚 &amp; 夜")
    found = tracks.import_tracks(project, [file], person="汪小兰")
    titles = [one.entry.title for one in found if one.entry]
    assert titles == ["早", "w 2", "晚 & 夜"]
    assert [one.status for one in found] == [tracks.ADDED] * 3
    last = found[-1].entry
    assert last is not None
    assert last.person == "汪小兰"
    assert [len(s.times) for s in tracks.read_entry(project, last).segments] == [3, 3]
    again = tracks.import_tracks(project, [file])
    assert [one.status for one in again] == [tracks.ALREADY] * 3
    assert len(project.tracks()) == 3


def test_a_file_may_stay_one_track(project: Project, tmp_path: Path) -> None:
    file = walks(tmp_path / "w.gpx", "早", "晚")
    (found,) = tracks.import_tracks(project, [file], whole=True)
    assert found.entry is not None
    assert tracks.file_of_track(project, found.entry).read_bytes() == file.read_bytes()
    assert tracks.read_entry(project, found.entry).points == 9


def test_one_track_is_kept_as_it_is(project: Project, tmp_path: Path) -> None:
    file = walks(tmp_path / "w.gpx", "早")
    (found,) = tracks.import_tracks(project, [file])
    assert found.entry is not None
    assert found.entry.title == "w"
    assert tracks.file_of_track(project, found.entry).read_bytes() == file.read_bytes()


def test_a_track_without_points_counts_for_nothing(project: Project, tmp_path: Path) -> None:
    file = walks(tmp_path / "w.gpx", "早", "晚")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("<trk>", "<trk></trk><trk>", 1), encoding="utf-8")
    assert [one[0] for one in read_track(file).walks] == ["早", "晚"]


@pytest.mark.parametrize("sealed", [True, False])
def test_photos_on_own_tracks_know_how_well_they_are_placed(
    project: Project, tmp_path: Path, sealed: bool
) -> None:
    path = recorded(project.path, 120)
    if sealed:
        assert tracks.seal(project, path) is not None
    taken = MORNING + timedelta(seconds=61, hours=8)
    photo = tmp_path / "a.jpg"
    photo.write_bytes(camera(taken=f"{taken:%Y:%m:%d %H:%M:%S}"))
    (track,) = tracks.tracks_between(project, MORNING, MORNING + timedelta(seconds=120))
    report = geotag([photo], [track], Geotagging(in_place=True))
    assert report.tagged == 1
    assert read_photo(photo).gps.accuracy == pytest.approx(fix(0).accuracy)


def test_exported_together_the_errors_of_points_stay(project: Project, tmp_path: Path) -> None:
    entry = tracks.seal(project, recorded(project.path, 60))
    assert entry is not None
    (other,) = tracks.import_tracks(project, [walks(tmp_path / "w.gpx", "早")])
    assert other.entry is not None
    out = tmp_path / "out.gpx"
    tracks.export(project, [entry, other.entry], out)
    first, *rest = read_track(out).segments
    assert set(first.errors) == {3.0}
    assert not any(one.errors for one in rest)
