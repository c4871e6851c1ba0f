"""``jdz-field photos``: what it prints and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run
from jdz_field.photos.exif import read_photo
from jdz_field.store.project import Project
from tests.photos.pictures import HERE, LAT, LON, camera, jpeg
from tests.photos.tracks import walk, write_gpx


@pytest.fixture
def go(capsys: pytest.CaptureFixture[str]) -> Any:
    """``go("photos", …)``: exit code, standard output, standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = run([str(one) for one in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Pictures and a track."""
    contents = {
        "own": camera("<", HERE),
        "none": camera(">"),
        "cut": camera()[:-50],
        "timeless": jpeg(),
    }
    made = {name: tmp_path / f"{name} 照片.jpg" for name in contents}
    for name, path in made.items():
        path.write_bytes(contents[name])
    return {**made, "track": write_gpx(tmp_path / "轨迹.gpx", walk())}


def test_read_prints_the_contracts_json(go: Any, files: dict[str, Path]) -> None:
    code, out, err = go("photos", "read", files["own"], files["none"], "--json")
    assert (code, err) == (0, "")
    own, none = json.loads(out)
    assert own["file"] == str(files["own"])
    assert own["taken"] == "2026-05-01T10:00:30"
    assert (own["lon"], own["lat"]) == (pytest.approx(LON), pytest.approx(LAT))
    assert (own["altitude"], own["direction"], own["accuracy"]) == (88.5, 271.25, 3.2)
    assert (own["make"], own["model"], own["problem"]) == ("Canon", "Canon EOS 5D", None)
    assert (none["lon"], none["problem"]) == (None, None)


def test_read_adds_a_zone_when_asked(go: Any, files: dict[str, Path]) -> None:
    _code, out, _err = go("photos", "read", files["own"], "--tz", "+08:00", "--json")
    assert json.loads(out)[0]["taken"] == "2026-05-01T10:00:30+08:00"


def test_read_lists_a_broken_file_and_exits_1(go: Any, files: dict[str, Path]) -> None:
    code, out, _err = go("photos", "read", files["cut"], files["own"], "--json")
    assert code == 1
    assert json.loads(out)[0]["problem"] == "图片不完整，缺少结尾；请重新复制。"
    code, out, _err = go("--lang", "en", "photos", "read", files["cut"])
    assert code == 1
    assert out.rstrip().endswith("The picture is cut off, its end is missing; copy it again.")


@pytest.mark.parametrize("command", ["read", "add", "geotag"])
def test_a_name_that_is_not_there_is_bad_input(
    go: Any, files: dict[str, Path], tmp_path: Path, command: str
) -> None:
    more = ["--track", files["track"]] if command == "geotag" else []
    code, out, err = go("photos", command, files["own"], tmp_path / "no.jpg", *more)
    assert (code, out) == (3, "")
    assert "no.jpg" in err
    assert err.count("\n") == 1


def test_geotag_in_place(go: Any, files: dict[str, Path]) -> None:
    names = [files[name] for name in ("own", "none")]
    code, out, _err = go(
        "photos", "geotag", *names, "--track", files["track"], "--in-place", "--json"
    )
    told = json.loads(out)
    assert code == 0
    assert (told["tagged"], told["skipped"]) == (1, 1)
    own, none = told["files"]
    assert (own["method"], own["gap_s"], own["problem"]) == ("exif", None, None)
    assert none["lon"] == pytest.approx(117.2003)
    assert none["lat"] == pytest.approx(29.30024)
    assert (none["gap_s"], none["method"]) == (0, "interpolated")
    assert read_photo(files["none"]).lon == pytest.approx(117.2003)


def test_geotag_to_copies_with_refusals_exits_1(
    go: Any, files: dict[str, Path], tmp_path: Path
) -> None:
    names = [files[name] for name in ("none", "cut", "timeless")]
    out_dir = tmp_path / "out"
    code, out, _err = go(
        "photos", "geotag", *names, "--track", files["track"], "--out", out_dir, "--json"
    )
    told = json.loads(out)
    assert code == 1
    assert (told["tagged"], told["skipped"]) == (1, 2)
    assert [f["problem"] is None for f in told["files"]] == [True, False, False]
    assert [p.name for p in out_dir.iterdir()] == [files["none"].name]
    assert read_photo(files["none"]).lon is None


def test_geotag_without_a_place_to_write_is_a_preview(go: Any, files: dict[str, Path]) -> None:
    before = files["none"].read_bytes()
    code, out, _err = go(
        "--lang", "en", "photos", "geotag", files["none"], "--track", files["track"]
    )
    assert code == 0
    assert "117.200300, 29.300240" in out
    assert "Nothing was written" in out
    assert files["none"].read_bytes() == before


@pytest.mark.parametrize(
    ("options", "lon"),
    [
        (["--clock-offset", "-20.5"], 117.200095),
        (["--tz", "+07:59"], 117.2009),
        (["--tz", "Asia/Shanghai", "--max-gap", "0"], 117.2003),
    ],
)
def test_geotag_options(go: Any, files: dict[str, Path], options: list[str], lon: float) -> None:
    arguments = ["photos", "geotag", files["none"], "--track", files["track"], *options, "--json"]
    code, out, _err = go(*arguments)
    assert code == 0
    assert json.loads(out)["files"][0]["lon"] == pytest.approx(lon)


@pytest.mark.parametrize(
    "options",
    [
        ["--tz", "nowhere"],
        ["--max-gap", "-1"],
        ["--max-gap", "nan"],
        ["--clock-offset", "soon"],
        ["--clock-offset", "inf"],
        ["--in-place", "--out", "x"],
        ["--no-such-option"],
    ],
)
def test_geotag_wrong_usage(go: Any, files: dict[str, Path], options: list[str]) -> None:
    code, out, err = go("photos", "geotag", files["none"], "--track", files["track"], *options)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_geotag_needs_a_track_that_is_one(go: Any, files: dict[str, Path], tmp_path: Path) -> None:
    assert go("photos", "geotag", files["none"])[0] == 2
    code, _out, err = go("photos", "geotag", files["none"], "--track", files["own"], "--in-place")
    assert code == 3
    assert "GPX" in err
    assert go("photos", "geotag", files["none"], "--track", tmp_path / "no.gpx")[0] == 3


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a site beside the pictures' place."""
    folder = tmp_path / "工程"
    with Project.create(folder, name="测试", author="张三") as made:
        place = {"code": "360281010001", "name": "瑶里滑坡", "geometry": f"POINT ({LON} {LAT})"}
        made.edit("geohazard", "01900000-0000-7000-8000-000000000001", place)
    return folder


def test_add_and_add_again(go: Any, files: dict[str, Path], project: Path) -> None:
    arguments = ["--project", project, "photos", "add", files["own"], files["none"], "--json"]
    code, out, _err = go(*arguments, "--track", files["track"])
    told = json.loads(out)
    assert code == 0
    assert (told["added"], told["already"], told["refused"]) == (2, 0, 0)
    assert [f["method"] for f in told["files"]] == ["exif", "track"]
    assert told["files"][0]["proposed"][0]["name"] == "瑶里滑坡"
    code, out, _err = go(*arguments)
    assert (code, json.loads(out)["already"]) == (0, 2)


def test_add_to_a_site(go: Any, files: dict[str, Path], project: Path) -> None:
    code, out, _err = go(
        "--project", project, "photos", "add", files["own"], "--site", "360281010001", "--json"
    )
    assert code == 0
    assert json.loads(out)["files"][0]["site"] == "01900000-0000-7000-8000-000000000001"


def test_add_with_a_refused_file_exits_1(go: Any, files: dict[str, Path], project: Path) -> None:
    code, out, _err = go(
        "--lang", "en", "--project", project, "photos", "add", files["own"], files["cut"]
    )
    assert code == 1
    assert "Added: 1; there already: 0; refused: 1." in out


@pytest.mark.parametrize("options", [["--record", "no"], ["--site", "no"]])
def test_add_to_nothing_is_bad_input(
    go: Any, files: dict[str, Path], project: Path, options: list[str]
) -> None:
    code, _out, err = go("--project", project, "photos", "add", files["own"], *options)
    assert code == 3
    assert err.count("\n") == 1


def test_add_without_a_project_is_one_sentence(
    go: Any, files: dict[str, Path], tmp_path: Path
) -> None:
    code, _out, err = go("--project", tmp_path / "no", "photos", "add", files["own"])
    assert code in (2, 3)
    assert err.count("\n") == 1


FULL = """
import resource, sys
from jdz_field.cli.root import run
resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000))
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
@pytest.mark.parametrize("command", ["add", "geotag"])
def test_a_full_disk_is_one_sentence_and_nothing_is_lost(
    files: dict[str, Path], project: Path, command: str
) -> None:
    big = files["none"].with_name("0 big.jpg")
    big.write_bytes(camera() + bytes(8_000_000))
    before = big.read_bytes()
    more = ["--track", files["track"], *(["--in-place"] if command == "geotag" else [])]
    arguments = ["--lang", "en", "--project", project, "photos", command, files["none"], big, *more]
    done = subprocess.run(
        [sys.executable, "-c", FULL, *map(str, arguments)],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("The disk is full at")
    assert done.stderr.count("\n") == 1
    assert big.read_bytes() == before
    assert not list(project.parent.rglob(".jdz-*.part"))
    with Project.open(project) as opened:
        assert opened.check() == []
        assert len(opened.attachments()) == (1 if command == "add" else 0)
    if command == "geotag":
        assert read_photo(files["none"]).lon is not None


def test_a_photo_of_a_clock_gives_the_offset(go: Any, files: dict[str, Path]) -> None:
    told = go(
        *("photos", "geotag", files["none"], "--track", files["track"]),
        *("--clock-photo", f"{files['none']}=10:01:30", "--json"),
    )
    data = json.loads(told[1])
    assert (told[0], data["clock_offset"]) == (0, 60)
    assert data["files"][0]["lon"] == pytest.approx(117.2 + 90e-5)


def test_an_offset_is_proposed_and_nothing_written(
    go: Any, tmp_path: Path, files: dict[str, Path]
) -> None:
    stamp = {7: (5, [(2, 1), (2, 1), (30, 1)]), 29: (2, "2026:05:01")}
    known = tmp_path / "gps.jpg"
    known.write_bytes(camera("<", {**HERE, **stamp}))
    command = ("photos", "geotag", known, files["none"], "--track", files["track"])
    code, out, _err = go(*command, "--propose-offset", "--json")
    data = json.loads(out)
    assert (code, data["preview"], data["clock_offset"]) == (0, True, 120)
    assert data["proposals"] == [
        {
            "camera": "Canon Canon EOS 5D",
            "offset": 120,
            "photos": 1,
            "known": 1,
            "spread": 0,
            "source": "time",
        }
    ]
    assert data["files"][1]["lon"] == pytest.approx(117.2 + 150e-5)
    code, out, _err = go("--lang", "en", *command, "--propose-offset")
    assert out.startswith("Canon Canon EOS 5D: add +120.0 s (±0.0 s), as 1 of 1 photos agree")


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--track", "TRACK", "--propose-offset", "--in-place"),
        ("--track", "TRACK", "--clock-photo", "10:00:30"),
        ("--track", "TRACK", "--clock-photo", "NONE=noon"),
        ("--track", "TRACK", "--clock-photo", "NONE=10:00:30", "--clock-offset", "3"),
    ],
)
def test_options_that_mean_nothing_are_wrong_usage(
    go: Any, files: dict[str, Path], options: tuple[str, ...]
) -> None:
    names = {"TRACK": files["track"], "NONE": files["none"]}
    told = [str(names.get(one, one)).replace("NONE=", f"{files['none']}=") for one in options]
    code, out, err = go("photos", "geotag", files["none"], *told)
    assert (code, out) == (2, "")
    assert err


def test_undo_gives_the_bytes_back(go: Any, files: dict[str, Path]) -> None:
    before = files["none"].read_bytes()
    go("photos", "geotag", files["none"], "--track", files["track"], "--in-place")
    assert files["none"].read_bytes() != before
    code, out, _err = go("photos", "geotag", files["none"], files["own"], "--undo", "--json")
    data = json.loads(out)
    assert (code, data["restored"], data["untouched"], data["changed"]) == (0, 1, 1, 0)
    assert files["none"].read_bytes() == before


def test_the_projects_own_tracks_place_photos(
    go: Any, tmp_path: Path, files: dict[str, Path]
) -> None:
    from jdz_field.operations.tracks import import_tracks

    folder = tmp_path / "工程"
    with Project.create(folder, name="虚构示例", author="t") as project:
        import_tracks(project, [files["track"]])
    command = ("--project", folder, "photos", "geotag", "--own-tracks", "--json")
    code, out, _err = go(*command, files["none"])
    assert code == 0
    assert json.loads(out)["files"][0]["lon"] == pytest.approx(117.2 + 30e-5)
    code, _out, err = go(*command, files["timeless"])
    assert code == 3
    assert "--track" in err
