"""The device or the centre dies at any instant: nothing acknowledged is lost, nothing doubled."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from jdz_field.central.office import Office
from jdz_field.operations.sync import enrol
from jdz_field.store.project import Project
from tests.sync.centre import Centre, centre, synced
from tests.sync.places import project

ROOT = Path(__file__).resolve().parents[2]
SERVER = (
    "import sys; from jdz_field.central.run import serve;"
    "serve(None, sys.argv[1], port=int(sys.argv[2]), announce=lambda url: print(url, flush=True))"
)


@pytest.fixture(autouse=True)
def _own_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


class Worker:
    """The program that edits and syncs, and what it said before it died."""

    def __init__(self, folder: Path, seed: int) -> None:
        words = [sys.executable, "-m", "tests.faults.sync_worker", str(folder), str(seed)]
        self._process = subprocess.Popen(
            words, stdout=subprocess.PIPE, cwd=ROOT, text=True, env=dict(os.environ)
        )
        self.said: list[tuple[str, str]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            if text.endswith("\n"):
                what, _space, which = text.strip().partition(" ")
                self.said.append((what, which))

    def wait_for(self, what: str, count: int = 1, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while sum(w == what for w, _which in self.said) < count:
            assert time.monotonic() < end, (what, self.said[-5:])
            assert self._process.poll() is None, self.said[-5:]
            time.sleep(0.02)

    def kill(self) -> list[tuple[str, str]]:
        self._process.kill()
        self._process.wait(30)
        self._reader.join(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self.said


def judge(office: Office, device: Project, said: list[tuple[str, str]]) -> None:
    """Everything that was said is at the centre once; the device is sound and has nothing left."""
    with office.database.read() as connection:
        found = Counter(r[0] for r in connection.exec_driver_sql("SELECT id FROM changes"))
        subjects = {r[0] for r in connection.exec_driver_sql("SELECT id FROM subjects")}
    assert {which for what, which in said if what == "change"} <= set(found)
    assert {which for what, which in said if what == "site"} <= subjects
    assert max(found.values()) == 1
    assert all(office.blobs.holds(which) for what, which in said if what == "photo")
    assert (device.counts()["unsent"], device.pending_attachments()) == (0, [])
    assert len(found) == sum(row.changes for row in device.batches())
    assert device.check() == []


def enrolled(folder: Path, office: Office, url: str) -> None:
    with project(folder, "张三") as device:
        office.add_user("张三", "field")
        enrol(device, url, office.device_code("张三"))


def test_a_device_killed_at_any_instant_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    said: list[tuple[str, str]] = []
    with centre(tmp_path / "centre") as hub:
        enrolled(tmp_path / "tablet", hub.office, hub.url)
        for seed in range(6):
            worker = Worker(tmp_path / "tablet", seed)
            worker.wait_for("site")
            time.sleep(chance.uniform(0.0, 1.2))
            said += worker.kill()
        finish(hub, tmp_path / "tablet", said)


def finish(hub: Centre, folder: Path, said: list[tuple[str, str]]) -> None:
    with Project.open(folder) as device:
        synced(device, hub.url)
        judge(hub.office, device, said)


def test_a_centre_killed_at_any_instant_loses_nothing(tmp_path: Path) -> None:
    chance = random.Random(11)
    port = free_port()
    server = serving(tmp_path / "centre", port)
    with Office(None, tmp_path / "centre") as office:
        enrolled(tmp_path / "tablet", office, f"http://127.0.0.1:{port}")
        worker = Worker(tmp_path / "tablet", 3)
        worker.wait_for("synced")
        for _round in range(5):
            time.sleep(chance.uniform(0.1, 1.0))
            stopped(server)
            before = sum(what == "synced" for what, _which in worker.said)
            server = serving(tmp_path / "centre", port)
            worker.wait_for("synced", before + 1)
        said = worker.kill()
        with Project.open(tmp_path / "tablet") as device:
            synced(device, f"http://127.0.0.1:{port}")
            judge(office, device, said)
        assert office.audit_is_whole()
    stopped(server)


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def serving(folder: Path, port: int) -> subprocess.Popen[str]:
    """The server as a process of its own; returns once it listens."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder), str(port)],
        stdout=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdout.readline().startswith("http")
    return server


def stopped(server: subprocess.Popen[str]) -> None:
    server.kill()
    server.wait(30)
    assert server.stdout is not None
    server.stdout.close()
