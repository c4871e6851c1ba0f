"""A served process that is told to end: what runs gets its answer, and nothing is lost."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from jdz_field.central.office import Office
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import Batch
from tests.central.tablet import Tablet, open_office

_WINDOWS = sys.platform == "win32"
#: Serves with another patience for requests that run when it is told to end.
_IMPATIENT = (
    "import sys\n"
    "import jdz_field.central.run as r\n"
    "r._GRACE = 1\n"
    "from jdz_field.cli.root import run\n"
    "sys.exit(run(sys.argv[1:]))\n"
)


class Served:
    """A process of ``central serve``."""

    def __init__(self, files: Path, *, impatient: bool = False) -> None:
        start = ["-c", _IMPATIENT] if impatient else ["-m", "jdz_field"]
        words = ["central", "serve", "--port", "0", "--json", "--files", str(files)]
        group = subprocess.CREATE_NEW_PROCESS_GROUP if _WINDOWS else 0
        self.process = subprocess.Popen(
            [sys.executable, *start, *words],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            creationflags=group,
        )
        assert self.process.stdout
        self.url = json.loads(self.process.stdout.readline())["url"]

    def tell_to_end(self) -> None:
        self.process.send_signal(signal.CTRL_BREAK_EVENT if _WINDOWS else signal.SIGTERM)

    def ended(self, within: float = 60) -> int:
        return self.process.wait(within)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@contextmanager
def served(files: Path, *, impatient: bool = False) -> Iterator[Served]:
    made = Served(files, impatient=impatient)
    try:
        yield made
    finally:
        made.close()


class Sending(threading.Thread):
    """Sends one batch, once."""

    def __init__(self, url: str, tablet: Tablet, batch: Batch) -> None:
        super().__init__(daemon=True)
        self._url, self._tablet, self._batch = url, tablet, batch
        self.status = 0
        self.start()

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self._tablet.enrolment.token}"}
        path = f"{self._url}/v1/batches/{self._batch.manifest.batch}"
        try:
            answer = httpx.put(path, json=self._batch.to_json(), headers=headers, timeout=60)
            self.status = answer.status_code
        except httpx.TransportError:
            self.status = -1


@pytest.fixture
def files(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def sealed(tmp_path):
    """A device of the centre in ``files``, and a batch of it."""
    with open_office(tmp_path) as office:
        tablet = Tablet.enrol(office)
    place = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}
    return tablet, tablet.batch(*(tablet.change(new_id(), name="一", **place) for _i in range(40)))


@contextmanager
def writing(database: Path) -> Iterator[None]:
    """While entered, somebody else writes: a merge waits for its turn."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=20)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


def until(fact: Callable[[], bool], within: float = 30) -> None:
    end = time.monotonic() + within
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.02)


def merging(url: str) -> bool:
    """Whether another request than this one runs."""
    return "jdz_requests_running 2.0" in httpx.get(f"{url}/metrics").text


def refuses(url: str) -> bool:
    try:
        httpx.get(f"{url}/healthz", timeout=2)
    except httpx.TransportError:
        return True
    return False


def every_change_once(files: Path, batch: Batch) -> None:
    with Office(None, files) as office:
        assert [b["id"] for b in office.batches()] == [batch.manifest.batch]
        assert office.info()["changes"] == len(batch.changes)
        assert office.info()["head"] == len(batch.changes)
        assert office.audit_is_whole()


def test_a_merge_that_runs_gets_its_answer_before_the_server_ends(files, sealed) -> None:
    tablet, batch = sealed
    with served(files) as server:
        with writing(files.parent / "central.gpkg"):
            sending = Sending(server.url, tablet, batch)
            until(lambda: merging(server.url))
            server.tell_to_end()
            until(lambda: refuses(server.url))
            assert server.process.poll() is None, "it waits for what runs"
        assert server.ended() == 0
        sending.join(30)
        assert sending.status == 200
    every_change_once(files, batch)


def test_a_merge_that_outlasts_its_patience_is_whole_or_not_there(files, sealed) -> None:
    tablet, batch = sealed
    with served(files, impatient=True) as server:
        with writing(files.parent / "central.gpkg"):
            sending = Sending(server.url, tablet, batch)
            until(lambda: merging(server.url))
            server.tell_to_end()
            until(lambda: refuses(server.url))
            time.sleep(1.5)
        assert server.ended() == 0
        sending.join(30)
    with Office(None, files) as office:
        assert office.info()["changes"] in {0, len(batch.changes)}
        assert len(office.receive(batch).receipts) == len(batch.changes), "the device tries again"
    every_change_once(files, batch)


def test_a_server_with_nothing_to_do_ends_at_once_and_says_so(files, sealed) -> None:
    with served(files) as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/healthz").status_code == 200
        server.tell_to_end()
        assert server.ended(20) == 0
    logs = sorted((files.parent / "files-logs").iterdir())
    events = [json.loads(line)["event"] for line in logs[-1].read_text("utf-8").splitlines()]
    assert events == ["started", "request", "stopping", "stopped"]
