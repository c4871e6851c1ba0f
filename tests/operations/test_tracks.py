"""Tracks of a project: sealed, recovered, imported, exported, handed to geotagging."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import which

import gpxpy
import pytest

from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.hashing import sha256_file
from jdz_field.geo.tracks import read_track
from jdz_field.operations import tracks, tracks_import
from jdz_field.operations.tracks_filter import plan_named
from jdz_field.operations.tracks_gpx import NAMESPACE
from jdz_field.operations.tracks_log import read_log
from jdz_field.operations.tracks_recording import Recording
from jdz_field.store.project import Project
from tests.operations.tracks_made import MORNING, fix, recorded, walk
from tests.store.tools import quick_project

ME = "余小敏"
USUAL = plan_named("usual")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    quick_project(tmp_path / "project").close()
    with Project.open(tmp_path / "project") as made:
        yield made


def two_stretches(project: Project) -> Path:
    made = Recording(project.path, ME, USUAL)
    for one in walk(60):
        made.feed(one)
    made.pause()
    made.resume()
    for one in walk(60, start=MORNING + timedelta(seconds=300)):
        made.feed(one)
    made.end(MORNING)
    assert made.close()
    assert made.path is not None
    return made.path


# ---- sealing


def test_a_recording_becomes_an_attachment(project: Project) -> None:
    path = two_stretches(project)
    log = read_log(path)
    entry = tracks.seal(project, path)
    assert entry is not None
    assert not path.exists()
    (found,) = project.tracks()
    assert found == entry
    assert (found.person, found.origin, found.title) == (ME, "recorded", "2026-11-23")
    assert found.started == to_text(MORNING)
    assert found.length == pytest.approx(2 * 59 * 1.2, rel=0.05)
    assert found.geometry is not None
    assert found.geometry.startswith("MULTILINESTRING ((")
    assert found.geometry.count("(") == 3
    file = tracks.file_of_track(project, entry)
    assert sha256_file(file) == entry.sha256
    assert file.suffix == ".gpx"
    read = tracks.read_entry(project, entry)
    assert [len(one.times) for one in read.segments] == [len(s.points) for s in log.stretches]
    assert read.segments[0].lons[3] == pytest.approx(log.stretches[0].points[3].lon, abs=1e-9)
    assert project.check() == []
    assert project.counts()["attachments"] == 1


def test_sealing_again_after_a_kill_makes_one_entry(project: Project) -> None:
    path = two_stretches(project)
    before = path.read_bytes()
    first = tracks.seal(project, path)
    path.write_bytes(before)
    second = tracks.seal(project, path)
    assert first == second
    assert len(project.tracks()) == 1
    assert len(list((project.path / "files").rglob("*.gpx"))) == 1


def test_a_recording_without_a_point_leaves_nothing(project: Project) -> None:
    path = project.path / "tracks" / "a.track"
    path.parent.mkdir()
    path.write_bytes(b"H{")
    assert tracks.seal(project, path) is None
    assert not path.exists()
    assert project.tracks() == []


def test_a_single_point_is_a_track_without_a_line(project: Project) -> None:
    made = Recording(project.path, ME, USUAL)
    made.feed(fix(0))
    assert made.close()
    assert made.path is not None
    entry = tracks.seal(project, made.path)
    assert entry is not None
    assert (entry.geometry, entry.length) == (None, 0.0)
    assert tracks.read_entry(project, entry).points == 1
    assert project.check() == []


def test_a_full_disk_leaves_the_recording(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = recorded(project.path)

    def full(*_given: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tracks_import, "keep", full)
    with pytest.raises(Unavailable):
        tracks.seal(project, path)
    assert read_log(path).points > 20
    assert project.tracks() == []
    assert not list(path.parent.glob(".jdz-*"))


def test_the_gpx_is_as_the_schema_wants_it(project: Project) -> None:
    entry = tracks.seal(project, two_stretches(project))
    assert entry is not None
    space = "{http://www.topografix.com/GPX/1/1}"
    root = ET.parse(tracks.file_of_track(project, entry)).getroot()
    assert (root.tag, root.get("version")) == (space + "gpx", "1.1")
    assert [one.tag for one in root] == [space + "metadata", space + "trk"]
    segments = root.findall(f"{space}trk/{space}trkseg")
    assert len(segments) == 2
    # wptType of GPX 1.1 is a sequence: its order is part of it.
    order = ["ele", "time", "fix", "sat", "extensions"]
    for point in root.iter(space + "trkpt"):
        assert [one.tag.removeprefix(space) for one in point] == order
        assert abs(float(point.get("lat", ""))) <= 90
    begins = segments[1].findtext(f"{space}extensions/{{{NAMESPACE}}}begins")
    assert begins == "pause"
    assert segments[1][-1].tag == space + "extensions"


# ---- recovering


def test_what_a_kill_left_is_sealed_at_the_next_start(project: Project) -> None:
    path = recorded(project.path)
    found = tracks.recover(project, ME, MORNING + timedelta(days=2))
    assert [one.person for one in found.sealed] == [ME]
    assert (found.going_on, found.problems) == (None, ())
    assert not path.exists()


def cut_off(project: Project, person: str = ME) -> Path:
    made = Recording(project.path, person, USUAL)
    for one in walk(60):
        made.feed(one)
    assert made.close()
    assert made.path is not None
    return made.path


def test_ones_own_of_a_moment_ago_may_go_on(project: Project) -> None:
    path = cut_off(project)
    found = tracks.recover(project, ME, MORNING + timedelta(minutes=10))
    assert found.sealed == ()
    assert found.going_on is not None
    assert found.going_on.path == path
    assert path.exists()


@pytest.mark.parametrize(
    ("person", "later"),
    [("汪晓兰", timedelta(minutes=10)), (ME, timedelta(hours=3)), (ME, timedelta(hours=20))],
)
def test_anothers_or_an_old_one_is_sealed(project: Project, person: str, later: timedelta) -> None:
    cut_off(project)
    found = tracks.recover(project, person, MORNING + later)
    assert found.going_on is None
    assert [one.person for one in found.sealed] == [ME]


# ---- for geotagging


def test_tracks_between_gives_sealed_and_running_ones(project: Project) -> None:
    tracks.seal(project, recorded(project.path))
    running = Recording(project.path, ME, USUAL)
    for one in walk(60, start=MORNING + timedelta(hours=2)):
        running.feed(one)
    assert running.close()
    hour = timedelta(hours=1)
    assert len(tracks.tracks_between(project, MORNING, MORNING + 3 * hour)) == 2
    (first,) = tracks.tracks_between(project, MORNING, MORNING + hour)
    assert first.start == MORNING
    (second,) = tracks.tracks_between(project, MORNING + hour, MORNING + 3 * hour)
    assert second.start == MORNING + 2 * hour
    assert tracks.tracks_between(project, MORNING - 2 * hour, MORNING - hour) == []


def test_a_track_whose_file_has_not_come_is_passed_over(project: Project) -> None:
    entry = tracks.seal(project, recorded(project.path))
    assert entry is not None
    tracks.file_of_track(project, entry).unlink()
    assert tracks.tracks_between(project, MORNING, MORNING + timedelta(hours=1)) == []
    with pytest.raises(BadInput, match="2026-11-23"):
        tracks.read_entry(project, entry)


# ---- files in and out


def gpx_file(folder: Path, name: str = "巡查 一.gpx") -> Path:
    points = "".join(
        f'<trkpt lat="{29.29 + n / 1e4}" lon="117.21">'
        f"<time>2026-11-20T01:{n:02d}:00Z</time></trkpt>"
        for n in range(10)
    )
    path = folder / name
    path.write_text(f'<gpx version="1.0"><trk><trkseg>{points}</trkseg></trk></gpx>', "utf-8")
    return path


def test_a_gpx_file_becomes_a_track_and_is_known_again(project: Project, tmp_path: Path) -> None:
    path = gpx_file(tmp_path)
    (first,) = tracks.import_tracks(project, [path], person=ME)
    assert (first.status, first.problem) == ("added", "")
    assert first.entry is not None
    assert (first.entry.title, first.entry.person, first.entry.origin) == ("巡查 一", ME, "file")
    assert first.entry.length == pytest.approx(9 * 11.09, rel=0.01)
    stored = tracks.file_of_track(project, first.entry)
    assert stored.read_bytes() == path.read_bytes()
    (again,) = tracks.import_tracks(project, [gpx_copy(path)])
    assert (again.status, again.entry) == ("already", first.entry)
    assert len(project.tracks()) == 1
    assert project.check() == []


def gpx_copy(path: Path) -> Path:
    other = path.with_name("other.gpx")
    other.write_bytes(path.read_bytes())
    return other


def test_an_exported_track_that_comes_back_is_known(project: Project, tmp_path: Path) -> None:
    entry = tracks.seal(project, two_stretches(project))
    assert entry is not None
    out = tmp_path / "out.gpx"
    tracks.export(project, [entry], out)
    out.write_text(out.read_text("utf-8").replace("jdz-field", "another"), "utf-8")
    (found,) = tracks.import_tracks(project, [out])
    assert (found.status, found.entry) == ("already", entry)


def test_a_bad_file_is_refused_and_the_others_go_on(project: Project, tmp_path: Path) -> None:
    bad, none = tmp_path / "bad.gpx", tmp_path / "none.gpx"
    bad.write_text("no track", "utf-8")
    found = tracks.import_tracks(project, [bad, none, gpx_file(tmp_path)])
    assert [one.status for one in found] == ["refused", "refused", "added"]
    assert "bad.gpx" in found[0].problem
    assert "none.gpx" in found[1].problem


def test_a_file_that_breaks_off_is_taken_and_said(project: Project, tmp_path: Path) -> None:
    path = gpx_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    (found,) = tracks.import_tracks(project, [path])
    assert found.status == "added"
    assert found.problem


def test_several_tracks_go_into_one_file(project: Project, tmp_path: Path) -> None:
    first = tracks.seal(project, two_stretches(project))
    (second,) = tracks.import_tracks(project, [gpx_file(tmp_path)], person="<汪 & 兰>")
    assert first is not None
    assert second.entry is not None
    out = tmp_path / "all.gpx"
    assert tracks.export(project, [first, second.entry], out) == 2
    read = gpxpy.parse(out.read_text("utf-8"))
    assert [one.name for one in read.tracks] == ["2026-11-23", "巡查 一"]
    assert [len(one.segments) for one in read.tracks] == [2, 1]
    own = read_track(out)
    assert own.points == sum(len(s.points) for one in read.tracks for s in one.segments)


@pytest.mark.parametrize("judge", ["ogrinfo", "gpsbabel"])
def test_other_programs_read_an_export(project: Project, tmp_path: Path, judge: str) -> None:
    if which(judge) is None:
        pytest.skip(f"{judge} is not installed")
    entry = tracks.seal(project, two_stretches(project))
    assert entry is not None
    out = tmp_path / "a.gpx"
    tracks.export(project, [entry], out)
    command = {
        "ogrinfo": ["ogrinfo", "-ro", "-so", str(out), "tracks"],
        "gpsbabel": ["gpsbabel", "-i", "gpx", "-f", str(out), "-o", "nmea", "-F", "-"],
    }[judge]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "ERROR" not in run.stdout + run.stderr
    assert "Feature Count: 1" in run.stdout or "$GPRMC" in run.stdout


def test_nothing_to_export_is_a_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        tracks.export(project, [], tmp_path / "a.gpx")
    assert not (tmp_path / "a.gpx").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(project: Project, tmp_path: Path) -> None:
    entry = tracks.seal(project, two_stretches(project))
    assert entry is not None
    with pytest.raises(Unavailable):
        tracks.export(project, [entry], tmp_path / "no such folder" / "a.gpx")


# ---- acts


def test_a_deleted_track_is_hidden_and_comes_back(project: Project) -> None:
    entry = tracks.seal(project, two_stretches(project))
    assert entry is not None
    tracks.delete(project, entry.id)
    assert project.tracks() == []
    (hidden,) = project.tracks(deleted=True)
    assert hidden.deleted
    assert tracks.file_of_track(project, hidden).is_file()
    tracks.delete(project, entry.id, deleted=False)
    assert project.tracks() == [entry]
    assert project.check() == []


def test_a_track_has_another_title(project: Project) -> None:
    entry = tracks.seal(project, two_stretches(project))
    assert entry is not None
    tracks.rename(project, entry.id, " 西线 ")
    assert project.track(entry.id).title == "西线"


@pytest.mark.parametrize("act", [tracks.delete, lambda p, i: tracks.rename(p, i, "x")])
def test_a_track_that_is_not_there_is_a_sentence(project: Project, act) -> None:
    with pytest.raises(BadInput, match="nothing"):
        act(project, "nothing")


def test_days_are_beijings(project: Project) -> None:
    assert tracks.day_bounds("2026-11-23") == (
        "2026-11-22T16:00:00.000Z",
        "2026-11-23T15:59:59.999Z",
    )
    with pytest.raises(BadInput, match="yesterday"):
        tracks.day_bounds("yesterday")
