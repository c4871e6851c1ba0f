"""Random interruptions of everything at once; at the end nothing is lost and nothing doubled.

``python -m tests.faults.sync --count 1000 [--seed N] [--database postgresql://…]``

Two people edit, photograph and sync through a line that cuts, delays, truncates, mixes up and
repeats; they and the centre are killed at random instants, get no room on the disk, and come
back with clocks that are hours wrong. Then everything is mended, all sync, the office settles
every conflict, and what was reported is looked for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import resource
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jdz_field.central.office import Office
from jdz_field.core.errors import JdzError
from jdz_field.operations.sync import enrol_from_file
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.central.cluster import fresh, own_cluster
from tests.faults.sync_line import KINDS, Line
from tests.faults.sync_people import keep_centre, within, work
from tests.store.tools import quick_project
from tests.sync.centre import synced
from tests.sync.places import shown
from tests.sync.proxy import Proxy, proxied

PEOPLE = ("张三", "李四")
#: What may happen, and how often.
WEIGHTS = {
    **dict.fromkeys(KINDS, 3),
    "kill a device": 3,
    "kill the centre": 2,
    "no room at a device": 2,
    "no room at the centre": 2,
    "restart the database": 1,
}
#: A commit that was acknowledged must outlive the server.
DURABLE = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on"
_LIMIT = resource.RLIMIT_FSIZE


@dataclass
class Child:
    """A process, what it says, and what it said."""

    make: Callable[[Connection], BaseProcess]
    said: list[tuple[str, str]] = field(default_factory=list)
    process: BaseProcess | None = None
    _ear: Connection | None = None

    def start(self) -> None:
        """Begin, or begin again."""
        self._ear, mouth = multiprocessing.Pipe(duplex=False)
        self.process = self.make(mouth)
        self.process.start()
        mouth.close()

    def hear(self, seconds: float = 0.0) -> None:
        """Take in what was said so far."""
        with suppress(EOFError, OSError):
            while self._ear is not None and self._ear.poll(seconds):
                self.said.append(self._ear.recv())
                seconds = 0.0

    def wait_for(self, what: str, seconds: float = 60.0) -> None:
        """Until it says so again."""
        begun, end = len(self.said), time.monotonic() + seconds
        while not any(word == what for word, _which in self.said[begun:]):
            assert time.monotonic() < end, (what, self.said[-4:])
            assert self.process is not None
            assert self.process.is_alive(), (what, self.said[-4:])
            self.hear(0.2)

    def kill(self) -> None:
        """SIGKILL; what it had said by then counts."""
        if self.process is not None and self.process.pid is not None:
            self.process.kill()
            self.process.join(30)
            self.hear()
            self.process.close()
            self.process = None
        if self._ear is not None:
            self._ear.close()
            self._ear = None

    def room(self, size: int) -> None:
        """Let no file of the process grow beyond so many bytes; negative: as it likes."""
        if self.process is not None and self.process.pid is not None:
            limit = resource.RLIM_INFINITY if size < 0 else size
            resource.prlimit(self.process.pid, _LIMIT, (limit, resource.RLIM_INFINITY))

    def alive(self) -> None:
        """``AssertionError`` with its last words when it died of itself."""
        self.hear()
        assert self.process is not None
        assert self.process.is_alive(), (self.process.exitcode, self.said[-1:])


@dataclass
class Trial:
    """A centre, two people, the line between them, and the chance that breaks them."""

    folder: Path
    chance: random.Random
    database: str | None
    line: Line
    proxy: Proxy
    port: int
    restart: Callable[[], None] | None = None
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        # Children of a clean process: a fork of this one would take its threads' locks along.
        self.made = multiprocessing.get_context("forkserver")
        self.made.set_forkserver_preload(["tests.faults.sync_people"])
        self.centre = Child(self._centre)
        self.people = {name: Child(self._person(name)) for name in PEOPLE}

    def _hours(self) -> float:
        return self.chance.choice([0.0, 0.0, -7.5, 3.0, 26.0])

    def _centre(self, mouth: Connection) -> BaseProcess:
        files = str(self.folder / "centre" / "files")
        given = (self.database, files, self.port, self._hours(), mouth)
        return self._process(keep_centre, given)

    def _process(self, target: Callable[..., None], given: tuple[object, ...]) -> BaseProcess:
        # The fork server keeps the environment of the first test that started it.
        args = (dict(os.environ), target, *given)
        return self.made.Process(target=within, args=args, daemon=True)

    def _person(self, name: str) -> Callable[[Connection], BaseProcess]:
        def make(mouth: Connection) -> BaseProcess:
            given = (
                str(self.folder / name),
                self.proxy.url,
                self.chance.randrange(1 << 30),
                self._hours(),
                mouth,
            )
            return self._process(work, given)

        return make

    def begin(self) -> None:
        """Enrol both, start everything."""
        with Office(self.database, self.folder / "centre" / "files") as office:
            for name in PEOPLE:
                office.add_user(name, "field")
                office.issue_device(name, self.folder / "secret")
                with quick_project(self.folder / name, author=name) as project:
                    enrol_from_file(project, self.folder / "secret")
        self.centre.start()
        self.centre.wait_for("listens")
        for child in self.people.values():
            child.start()
        for child in self.people.values():
            child.wait_for("synced")

    def interrupt(self) -> None:
        """One interruption, or several of the line's, at a random instant."""
        kinds = [k for k in WEIGHTS if self.restart or k != "restart the database"]
        kind = self.chance.choices(kinds, [WEIGHTS[k] for k in kinds])[0]
        time.sleep(self.chance.uniform(0.0, 0.15))
        if kind in KINDS:
            self._break_line(kind)
        else:
            getattr(self, "_" + kind.replace(" ", "_"))()
            self.done[kind] += 1
        for child in (*self.people.values(), self.centre):
            child.alive()

    def count(self) -> int:
        """Interruptions that really happened so far."""
        return sum(self.done.values()) + sum(self.line.struck.values())

    def _break_line(self, kind: str) -> None:
        self.line.plan(self.chance, kind)
        end = time.monotonic() + 1.0
        while self.line.planned and time.monotonic() < end:
            time.sleep(0.01)
        self.line.whole()

    def _someone(self) -> Child:
        return self.people[self.chance.choice(PEOPLE)]

    def _kill_a_device(self) -> None:
        child = self._someone()
        child.kill()
        child.start()

    def _kill_the_centre(self) -> None:
        self.centre.kill()
        self.centre.start()
        self.centre.wait_for("listens")

    def _no_room_at_a_device(self) -> None:
        self._without_room(self._someone())

    def _no_room_at_the_centre(self) -> None:
        self._without_room(self.centre)

    def _without_room(self, child: Child) -> None:
        child.room(self.chance.choice([0, 4_096, 30_000, 150_000, 700_000]))
        time.sleep(self.chance.uniform(0.1, 0.6))
        child.alive()
        child.room(-1)

    def _restart_the_database(self) -> None:
        assert self.restart is not None
        self.restart()

    def mend(self) -> None:
        """Everything works again; who died comes back once more to finish."""
        self.line.whole()
        for child in (*self.people.values(), self.centre):
            child.hear()
            child.kill()
        self.centre.start()
        self.centre.wait_for("listens")

    def judge(self) -> dict[str, int]:
        """All sync, all is settled, all sync; then everything reported is looked for."""
        direct = f"http://127.0.0.1:{self.port}"
        said = [one for child in self.people.values() for one in child.said]
        devices = [Project.open(self.folder / name) for name in PEOPLE]
        try:
            with Office(self.database, self.folder / "centre" / "files") as office:
                for _round in range(2):
                    for device in devices:
                        synced(device, direct, 20.0)
                while found := office.conflicts():
                    for one in found:
                        with suppress(JdzError):
                            office.decide(one["id"], "incoming", why="演练")
                for device in devices:
                    synced(device, direct, 20.0)
                return self._compare(office, devices, said)
        finally:
            for device in devices:
                device.close()

    def _compare(
        self, office: Office, devices: list[Project], said: list[tuple[str, str]]
    ) -> dict[str, int]:
        with office.database.read() as connection:

            def column(sql: str) -> list[Any]:
                return [row[0] for row in connection.exec_driver_sql(sql)]

            at_centre = set(column("SELECT id FROM changes"))
            subjects = set(column("SELECT id FROM subjects"))
            kept = {r for text in column("SELECT receipts FROM batches") for r in _named(text)}
            batches = set(column("SELECT id FROM batches"))
            twice = column(
                "SELECT change FROM versions WHERE change IS NOT NULL AND decision IS NULL"
                " GROUP BY change HAVING count(*) > 1"
            )
            files = column("SELECT sha256 FROM attachments")
        told = {what: {w for t, w in said if t == what} for what in Counter(t for t, _ in said)}
        assert told.get("change", set()) <= at_centre
        assert told.get("site", set()) <= subjects
        assert told.get("acknowledged", set()) <= batches
        assert told.get("photo", set()) <= set(files)
        assert kept <= at_centre
        assert twice == []
        made = {row[0] for one in devices for row in one._db.rows("SELECT id FROM jdz_change")}
        assert made == at_centre
        for sha in files:
            assert _hash(office, sha) == sha
        sites = {s.id for one in devices for s in one.search(SiteQuery(), limit=100_000)}
        for site in sites:
            assert shown(devices[0], site) == shown(devices[1], site)
        for device in devices:
            assert (device.counts()["unsent"], device.pending_attachments()) == (0, [])
            assert device.conflicts() == []
            assert device.check() == []
        assert office.audit_is_whole()
        return {
            "sites": len(sites),
            "changes": len(at_centre),
            "batches": len(batches),
            "acknowledged to a person": len(told.get("acknowledged", set())),
            "attachments": len(files),
            "syncs to the end": sum(t == "synced" for t, _w in said),
            "syncs and saves that failed": sum(t == "trouble" for t, _w in said),
        }


def _named(receipts: str) -> Iterator[str]:
    for one in json.loads(receipts):
        yield one["change"]


def _hash(office: Office, sha: str) -> str:
    found = hashlib.sha256()
    for block in office.blobs.read(sha):
        found.update(block)
    return found.hexdigest()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def run(
    folder: Path,
    count: int,
    seed: int,
    database: str | None = None,
    restart: Callable[[], None] | None = None,
) -> tuple[Trial, dict[str, int]]:
    """So many interruptions, then the judgement: the trial and its figures."""
    os.environ["JDZ_FIELD_CONFIG"] = str(folder / "config")
    os.environ["JDZ_FIELD_KEYRING"] = "off"
    port = free_port()
    line = Line(("127.0.0.1", port))
    with proxied("127.0.0.1", port, line) as proxy:
        trial = Trial(folder, random.Random(seed), database, line, proxy, port, restart)
        try:
            trial.begin()
            while trial.count() < count:
                trial.interrupt()
            trial.mend()
            return trial, trial.judge()
        finally:
            for child in (*trial.people.values(), trial.centre):
                child.kill()


def main() -> int:
    """Run it and print the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database")
    parser.add_argument(
        "--cluster", action="store_true", help="on a PostgreSQL of its own, restarted in the middle"
    )
    chosen = parser.parse_args()
    begin = time.monotonic()
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="jdz-faults-")))
        database, restart = chosen.database, None
        if chosen.cluster:
            cluster = opened.enter_context(own_cluster(DURABLE))
            database = opened.enter_context(fresh(cluster.url("postgres")))

            def restart() -> None:
                cluster.stop()
                cluster.start()

        trial, figures = run(folder, chosen.count, chosen.seed, database, restart)
    print(f"{trial.count()} interruptions, seed {chosen.seed}:")
    for what, number in sorted((trial.done + trial.line.struck).items()):
        print(f"  {what:28} {number:7,}")
    print("afterwards: nothing lost, nothing twice, copies equal, hashes right, checks clean")
    for what, number in figures.items():
        print(f"  {what:28} {number:7,}")
    print(f"{time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
