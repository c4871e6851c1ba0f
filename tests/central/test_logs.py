"""The log: who asked for what, how it went, and nothing that anybody entered or comes in with."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from jdz_field.central import logs
from jdz_field.central.log_trouble import Trouble
from jdz_field.central.logs import LOGGER, LogFiles, LoggedTo, places, say
from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from jdz_field.cli.root import run
from jdz_field.core.errors import Unavailable
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

#: What must never be read in a log.
_PLACE, _PERSON, _PHONE = "瑶里镇某村", "欧阳某某", "13879800000"


def lines(folder: Path, count: int) -> list[dict[str, Any]]:
    """So many lines: the last may come a moment after its answer."""
    end = time.monotonic() + 10
    while True:
        found = "".join(p.read_text("utf-8") for p in sorted(folder.glob("central-*.jsonl")))
        if found.count("\n") >= count or time.monotonic() > end:
            told = [json.loads(line) for line in found.splitlines()]
            assert len(told) == count
            return told
        time.sleep(0.01)


@pytest.fixture
def folder(tmp_path):
    with LoggedTo(tmp_path / "logs"):
        yield tmp_path / "logs"


def test_a_request_is_one_line_of_ids_and_figures(folder, office, call, tablet):
    change = tablet.change(
        new_id(), name=_PLACE, monitor_name=_PERSON, monitor_phone=_PHONE,
        geometry="POINT (117.654321 29.123456)",
    )  # fmt: skip
    batch = tablet.batch(change)
    answer = call.put(f"/v1/batches/{batch.manifest.batch}", json=batch.to_json())
    assert answer.status_code == 200
    call.get(f"/v1/sites/{change.subject}/history?x={_PLACE}")
    call.get("/v1/records?review=received")
    put, history, records = lines(folder, 3)
    assert put["route"] == "/v1/batches/{batch_id}"
    assert (put["method"], put["status"], put["event"]) == ("PUT", 200, "request")
    assert put["device"] == tablet.enrolment.device
    assert put["request"] == answer.headers["X-Request-Id"]
    assert put["in"] > 500
    assert put["out"] == len(answer.content)
    assert 0 < put["ms"] < 60_000
    assert history["route"] == "/v1/sites/{site}/history"
    assert records["user"] == put["user"]
    assert len(str(put["user"])) == 36


def test_nothing_that_was_entered_and_no_secret_is_in_the_log(folder, office, call, server, tablet):
    batch = tablet.batch(
        tablet.change(new_id(), name=_PLACE, monitor_name=_PERSON, monitor_phone=_PHONE,
                      geometry="POINT (117.654321 29.123456)")
    )  # fmt: skip
    call.put(f"/v1/batches/{batch.manifest.batch}", json=batch.to_json())
    code = office.device_code("Li")
    key = tablet.enrolment.centre_sign_key
    body = {"code": code, "device": new_id(), "name": _PERSON, "public_key": key}
    token = httpx.post(f"{server.url}/v1/devices/enrol", json=body).json()["token"]
    password = office.app_password("Li")
    httpx.get(f"{server.url}/openrosa/formList", auth=("Li", password))
    httpx.get(f"{server.url}/v1/hello?token={token}", headers={"Authorization": "Bearer wrong-one"})
    call.get(f"/v1/nowhere/{_PLACE}")
    lines(folder, 5)
    said = "".join(path.read_text("utf-8") for path in folder.iterdir())
    secrets = (code, token, password, tablet.enrolment.token, "wrong-one", key)
    for word in (_PLACE, _PERSON, _PHONE, "117.65", "29.12", '"Li"', *secrets):
        assert word not in said, word


def test_a_stranger_is_nobody_and_his_address_a_pattern(folder, server):
    httpx.get(f"{server.url}/v1/sites/{_PLACE}/history")
    httpx.request("BREW", f"{server.url}/x")
    stranger, other = lines(folder, 2)
    assert (stranger["user"], stranger["device"], stranger["status"]) == (None, None, 401)
    assert (other["method"], other["route"], other["status"]) == ("OTHER", "(none)", 404)


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_3", True), ("x" * 65, False), ('a"b', False), ("a b", False)]
)
def test_a_request_keeps_its_own_number_when_it_is_one(server, given, kept):
    answer = httpx.get(f"{server.url}/v1/hello", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) == kept
    assert answer.headers.get_list("X-Request-Id")[1:] == []


def test_a_fault_of_ours_is_told_by_its_place_and_number_alone(folder, office):
    app = create_app(None, office.files, office=office)

    @app.get("/fault")
    def fault() -> None:
        raise ZeroDivisionError(_PERSON)

    with start_in_thread(app) as running:
        answer = httpx.get(f"{running.url}/fault")
    assert answer.status_code == 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    number = answer.headers["X-Request-Id"]
    assert number in answer.json()["detail"]
    (line,) = lines(folder, 1)
    assert (line["level"], line["request"]) == ("error", number)
    assert line["fault"][0].startswith("ZeroDivisionError at test_logs.py:")
    assert _PERSON not in json.dumps(line, ensure_ascii=False)


def test_causes_are_told_too():
    def fail():
        try:
            {}[_PERSON]
        except KeyError as error:
            raise ValueError(_PLACE) from error

    with pytest.raises(ValueError, match=_PLACE) as caught:
        fail()
    told = places(caught.value)
    assert [one.split(" at ")[0] for one in told] == ["ValueError", "KeyError"]


# ---- files


class Days:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def kept(tmp_path):
    clock = Days()
    handler = LogFiles(tmp_path / "logs", 184, now=clock)
    yield handler, clock
    handler.close()


def wrote(handler: LogFiles, word: str) -> None:
    record = logging.makeLogRecord({"levelname": "INFO", "facts": {"event": word}})
    handler.handle(record)


def test_every_day_has_its_file_and_six_months_are_kept(kept):
    handler, clock = kept
    for _day in range(200):
        wrote(handler, "x")
        clock.now += timedelta(days=1)
    wrote(handler, "last")
    names = sorted(path.name[8:18] for path in handler.folder.iterdir())
    assert len(names) == 185
    assert names[0] == (clock.now - timedelta(days=184)).date().isoformat()
    assert names[-1] == clock.now.date().isoformat()


def test_files_of_others_are_left_alone(kept):
    handler, clock = kept
    for name in ("central-2020-01-01.jsonl", "other.txt", "central-2020-01-01-1.jsonl.gz"):
        (handler.folder / name).write_text("mine")
    (handler.folder / "central-2020-01-01-77.jsonl").write_text("old")
    clock.now += timedelta(days=1)
    wrote(handler, "x")
    assert not (handler.folder / "central-2020-01-01-77.jsonl").exists()
    assert len(list(handler.folder.iterdir())) == 5


def test_a_large_day_goes_on_in_another_file(kept, monkeypatch):
    handler, _clock = kept
    monkeypatch.setattr(logs, "FILE_BYTES", 100)
    for _line in range(3):
        wrote(handler, "x" * 60)
    names = sorted(path.name for path in handler.folder.iterdir())
    assert names == [f"central-2026-01-01-{os.getpid()}{part}.jsonl" for part in ("-1", "-2", "")]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "logs").write_text("a file")
    with pytest.raises(Unavailable, match="logs"):
        LogFiles(tmp_path / "logs")


_full = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="needs a disk that is always full"
)


def _handler() -> LogFiles:
    return next(one for one in LOGGER.handlers if isinstance(one, LogFiles))


def _until_lost(count: int) -> None:
    """A line comes a moment after its answer."""
    end = time.monotonic() + 10
    while logs.troubles()[0] < count and time.monotonic() < end:
        time.sleep(0.01)
    assert logs.troubles()[0] == count


@pytest.fixture
def full(folder, monkeypatch):
    """While entered the disk of the log is full."""

    @contextmanager
    def play():
        with Path("/dev/full").open("ab", buffering=0) as disk, monkeypatch.context() as patch:
            patch.setattr(_handler(), "_file", disk)
            yield

    return play


@_full
def test_a_full_disk_stops_nothing_and_is_told_in_one_line(folder, full, server, capfd):
    with full():
        for _time in range(5):
            answer = httpx.get(f"{server.url}/healthz")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["log"] == "lost"
        _until_lost(5)
        told = httpx.get(f"{server.url}/metrics").text
        assert "jdz_log_lines_lost_total 5.0" in told
        _until_lost(6)
    said = capfd.readouterr().err
    assert said.count("\n") == 1, "five requests, one line"
    assert str(folder) in said
    assert "Traceback" not in said
    say(logging.INFO, "kept")
    gap, kept = lines(folder, 2)
    assert (gap["event"], gap["level"], gap["lost"]) == ("lines lost", "error", 6)
    assert kept["event"] == "kept"
    assert httpx.get(f"{server.url}/healthz").json()["log"] == "ok"
    assert capfd.readouterr().err.count("\n") == 1, "that it is over"


@_full
def test_a_log_that_stays_full_is_told_once_a_minute(folder, full, monkeypatch, capfd):
    at = [1_000.0]
    monkeypatch.setattr(_handler().trouble, "_clock", lambda: at[0])
    with full():
        for _second in range(121):
            say(logging.INFO, "lost")
            at[0] += 1
    assert capfd.readouterr().err.count("\n") == 3, "at 0, 60 and 120 seconds"
    assert logs.troubles() == (121, True)


def test_where_stderr_is_full_or_closed_too_the_server_goes_on(tmp_path, monkeypatch):
    trouble = Trouble(tmp_path)
    gone = (tmp_path / "closed").open("w")
    gone.close()
    for broken in (gone, None):
        monkeypatch.setattr(sys, "stderr", broken)
        trouble.lose(OSError(28, "full"))
        trouble.over()
    assert (trouble.lost, trouble.now) == (2, False)


class _Short:
    """A file on a disk that has room for seven bytes more."""

    def __init__(self, real, *, shrinks: bool):
        self._real, self._shrinks = real, shrinks
        self.tell, self.seek = real.tell, real.seek

    def write(self, line):
        return self._real.write(line[:7])

    def truncate(self, size):
        if not self._shrinks:
            raise OSError(5, "broken")
        return self._real.truncate(size)


@pytest.mark.parametrize("shrinks", [True, False])
def test_a_line_that_was_cut_off_does_not_spoil_the_next(folder, monkeypatch, shrinks):
    handler = _handler()
    say(logging.INFO, "before")
    with monkeypatch.context() as patch:
        patch.setattr(handler, "_file", _Short(handler._file, shrinks=shrinks))
        say(logging.INFO, "cut off")
    say(logging.INFO, "whole")
    (file,) = folder.glob("*.jsonl")
    told = file.read_text("utf-8").splitlines()
    if not shrinks:
        assert len(told.pop(1)) == 7
    assert [json.loads(line)["event"] for line in told] == ["before", "lines lost", "whole"]


def test_a_new_file_that_cannot_be_opened_is_tried_again(tmp_path, capfd):
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    handler = LogFiles(tmp_path / "logs", now=lambda: now[0])
    record = logging.LogRecord("x", logging.INFO, "", 0, "said", None, None)
    (tmp_path / "logs").rename(tmp_path / "away")
    now[0] += timedelta(days=1)
    handler.handle(record)
    handler.handle(record)
    (tmp_path / "away").rename(tmp_path / "logs")
    handler.handle(record)
    handler.close()
    (file,) = (tmp_path / "logs").glob("central-2026-01-02-*.jsonl")
    gap, said = map(json.loads, file.read_text("utf-8").splitlines())
    assert (gap["lost"], said["said"]) == (2, "said")
    assert "Traceback" not in capfd.readouterr().err


def test_what_the_server_itself_says_is_a_line_without_its_values(folder):
    said = logging.getLogger("uvicorn.error")
    try:
        int(_PERSON)
    except ValueError:
        said.exception("Broken by %s\nand more", _PHONE)
    (line,) = lines(folder, 1)
    assert (line["event"], line["said"]) == ("server", "Broken by %s")
    assert line["fault"][0].startswith("ValueError at test_logs.py")
    assert _PERSON not in json.dumps(line, ensure_ascii=False)
    assert _PHONE not in json.dumps(line)


def test_without_files_nothing_is_logged(tmp_path):
    say(logging.INFO, "started", url="x")
    assert [one for one in LOGGER.handlers if isinstance(one, LogFiles)] == []


def test_days_under_six_months_are_refused(tmp_path, capsys):
    words = ["--lang", "en", "central", "serve", "--files", str(tmp_path / "files")]
    assert run([*words, "--log-days", "183"]) == 2
    assert "184" in capsys.readouterr().err


def test_a_folder_by_option(tmp_path, capsys):
    (tmp_path / "logs").write_text("a file")
    words = ["--lang", "en", "central", "serve", "--port", "0", "--files", str(tmp_path / "files")]
    assert run([*words, "--log-dir", str(tmp_path / "logs" / "x")]) == 4
    said = capsys.readouterr().err
    assert "The logs cannot be written" in said
    assert len(said.strip().splitlines()) == 1


def test_two_devices_are_told_apart(folder, office, server):
    for name in ("Wang", "Zhao"):
        token = Tablet.enrol(office, name, "field").enrolment.token
        httpx.get(f"{server.url}/v1/hello", headers={"Authorization": f"Bearer {token}"})
    one, two = lines(folder, 2)
    assert one["user"] != two["user"]
    assert one["device"] != two["device"]
