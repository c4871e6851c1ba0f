"""``enrol``, ``sync``, ``batch`` on the command line: JSON, exit codes, sentences."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jdz_field.central.office import Office
from jdz_field.cli.root import run
from jdz_field.store.project import Project
from tests.sync.centre import centre
from tests.sync.places import add_photo, add_site, project


@pytest.fixture(autouse=True)
def _secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A centre without a network."""
    with Office(None, tmp_path / "centre") as one:
        one.add_user("张三", "field")
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project folder with one site and one photo."""
    with project(tmp_path / "tablet") as one:
        add_photo(one, add_site(one))
    return tmp_path / "tablet"


class Line:
    """The command line in one project, with what it printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys
        self.err = ""

    def __call__(self, *words: str | Path, code: int = 0) -> Any:
        self._capsys.readouterr()
        got = run(["--project", str(self._folder), *map(str, words), "--json"])
        out, self.err = self._capsys.readouterr()
        assert got == code, self.err
        assert "Traceback" not in self.err
        return json.loads(out) if out else None


@pytest.fixture
def line(folder: Path, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(folder, capsys)


def test_the_whole_way_by_hand(line: Line, office: Office, tmp_path: Path) -> None:
    issued = office.issue_device("张三", tmp_path / "enrolment.json")
    place = line("enrol", tmp_path / "enrolment.json")
    assert place == {
        "device": issued.device,
        "user": "张三",
        "role": "field",
        "token": issued.token,
    }
    out = line("batch", "export", tmp_path / "out.jdzb")
    assert (out["batches"], out["changes"], out["attachments"], out["refused"]) == (1, 2, 1, [])
    seen = line("batch", "show", tmp_path / "out.jdzb")
    assert [b["changes"] for b in seen["batches"]] == [2]
    assert seen["batches"][0]["valid"] is True
    taken = office.receive_file(tmp_path / "out.jdzb", tmp_path / "back.jdzr")
    assert taken["applied"] == 2
    back = line("batch", "receipt", tmp_path / "back.jdzr")
    assert (back["applied"], back["attachments"], back["conflicts"]) == (2, 1, 0)
    assert line("info")["unsent"] == 0


def test_the_whole_way_over_the_network(line: Line, folder: Path, tmp_path: Path) -> None:
    with centre(tmp_path / "hub") as hub:
        hub.office.add_user("张三", "field")
        place = line("enrol", hub.url, hub.office.device_code("张三"))
        assert sorted(place) == ["device", "role", "token", "user"]
        report = line("sync")
        assert {"pushed", "pulled", "applied", "already", "merged", "proposed", "conflicts",
                "waiting", "quarantined", "attachments", "bytes_sent"} <= set(report)  # fmt: skip
        assert (report["pushed"], report["applied"], report["attachments"]) == (2, 2, 1)
        with Project.open(folder) as one:
            one.edit("geohazard", add_site(one), {"elevation": 99_999, "remarks": "裂缝"})
        refused = line("sync", code=1)
        assert refused["quarantined"] == 1
        assert [r["field"] for r in refused["refused"]] == ["elevation"]
        assert refused["refused"][0]["message"]
        assert line("sync", "--pull-only")["pushed"] == 0
        assert line("sync", "--server", hub.url)["pushed"] == 0
        hub.office.revoke(place["device"])
        line("sync", code=3)
        assert len(line.err.strip().splitlines()) == 1


def test_sync_tells_a_person(
    line: Line, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with centre(tmp_path / "hub") as hub:
        hub.office.add_user("张三", "field")
        line("enrol", hub.url, hub.office.device_code("张三"))
        with Project.open(folder) as one:
            site = add_site(one)
            gone = add_photo(one, site, name="gone.jpg")
            next((folder / "files").rglob(f"{gone}.*")).unlink()
        run(["--project", str(folder), "sync"])
        out = capsys.readouterr().out
        assert "已发送：4 条更改，1 个附件" in out
        assert "未发送：gone.jpg" in out
        with Project.open(folder) as one:
            one.edit("geohazard", site, {"elevation": 99_999, "threatened_people": 3})
        assert run(["--project", str(folder), "sync"]) == 1
        out = capsys.readouterr().out
        assert "1 条被隔离" in out
        assert "被拒绝" in out


def test_progress_is_drawn_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from jdz_field.cli.sync import _shown
    from jdz_field.sync.engine import Step

    assert _shown() is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    draw = _shown()
    assert draw is not None
    for step in (Step("push", 1, 2), Step("attachments", 0, 1, 5, 10), Step("pull", 3, 0)):
        draw(step)


def test_a_wrong_code_is_exit_code_3(line: Line, tmp_path: Path) -> None:
    with centre(tmp_path / "hub") as hub:
        line("enrol", hub.url, "AAAAA-AAAAA", code=3)
    assert "办公室" in line.err


def test_texts_for_a_person(
    line: Line, folder: Path, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.issue_device("张三", tmp_path / "e.json")
    for words, text in [
        (["enrol", tmp_path / "e.json"], "张三"),
        (["batch", "export", tmp_path / "o.jdzb"], "2 条更改"),
        (["batch", "show", tmp_path / "o.jdzb"], "张三"),
    ]:
        assert run(["--project", str(folder), *map(str, words)]) == 0
        assert text in capsys.readouterr().out
    office.receive_file(tmp_path / "o.jdzb", tmp_path / "b.jdzr")
    assert run(["--project", str(folder), "batch", "receipt", str(tmp_path / "b.jdzr")]) == 0
    assert "采纳 2" in capsys.readouterr().out


def test_a_missing_photo_is_exit_code_1_and_listed(
    line: Line, folder: Path, office: Office, tmp_path: Path
) -> None:
    next((folder / "files").rglob("*.jpg")).unlink()
    office.issue_device("张三", tmp_path / "e.json")
    line("enrol", tmp_path / "e.json")
    out = line("batch", "export", tmp_path / "o.jdzb", code=1)
    assert [r["file"] for r in out["refused"]] == ["a.jpg"]
    assert out["changes"] == 2


def test_before_enrolment_is_exit_code_2(line: Line, tmp_path: Path) -> None:
    for words in (["sync"], ["batch", "export", tmp_path / "o.jdzb"]):
        line(*words, code=2)
        assert "enrol" in line.err


def test_enrol_wants_url_and_code_or_a_file(line: Line, tmp_path: Path) -> None:
    line("enrol", "http://127.0.0.1:1", code=2)
    line("enrol", "not a url", "CODE", code=2)
    line("enrol", tmp_path / "missing", code=3)
    line("enrol", "http://127.0.0.1:1", "X", "--certificate", tmp_path / "missing", code=2)


def test_a_server_that_is_not_there_is_exit_code_4_within_seconds(
    line: Line, folder: Path, office: Office, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    start = time.monotonic()
    line("enrol", url, "CODE", code=4)
    office.issue_device("张三", tmp_path / "e.json", url=url)
    line("enrol", tmp_path / "e.json")
    line("sync", code=4)
    assert time.monotonic() - start < 12
    assert url in line.err
    with Project.open(folder) as one:
        assert one.counts()["unsent"] == 2, "nothing was lost"


@pytest.mark.parametrize("command", ["show", "receipt"])
def test_a_file_that_is_none_of_ours_is_exit_code_3(
    line: Line, office: Office, tmp_path: Path, command: str
) -> None:
    office.issue_device("张三", tmp_path / "e.json")
    line("enrol", tmp_path / "e.json")
    (tmp_path / "x").write_bytes(b"PK\3\4 nonsense")
    line("batch", command, tmp_path / "x", code=3)
    line("batch", command, tmp_path / "missing", code=3)
    assert len(line.err.strip().splitlines()) == 1


def test_an_area_is_chosen_on_the_command_line_and_a_wrong_one_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with centre(tmp_path / "hub") as hub, Project.open(folder) as one:
        hub.admit(one)
    base = ["--project", str(folder), "sync", "--json"]
    assert run([*base, "--counties", "999"]) == 2
    assert run([*base, "--kinds", "bridge"]) == 2
    capsys.readouterr()
    assert run([*base, "--counties", "360222,360281", "--kinds", "geohazard"]) == 4, "no server"
    with Project.open(folder) as one:
        kept = {"counties": ["360222", "360281"], "kinds": ["geohazard"]}
        assert one.get_setting("pull_area") == kept
    assert run([*base, "--counties", "all", "--kinds", "all"]) == 4
    with Project.open(folder) as one:
        assert one.get_setting("pull_area") == {"counties": [], "kinds": []}
