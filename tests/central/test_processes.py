"""Several processes on one PostgreSQL, and a database that goes away in the middle."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from jdz_field.central.audit import broken_link
from jdz_field.central.office import Office
from jdz_field.central.run import start_in_thread
from jdz_field.central.server import create_app
from jdz_field.central.tables import changes, retold, versions
from jdz_field.core.changes import Change
from jdz_field.core.errors import Unavailable
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import Batch, encode
from tests.central.cluster import Cluster, execute, installed, own_cluster
from tests.central.tablet import Tablet
from tests.conftest import missing

_PLACE = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}
_SPAWN = multiprocessing.get_context("spawn")


def _merge(url: str, files: Path, user: str, sites: list[str], rounds: int, go: Event) -> None:
    """One process: it merges batches that touch the sites that the others touch too."""
    with Office(url, files) as office:
        tablet = Tablet.enrol(office, user, "office")
        go.wait(60)
        for number in range(rounds):
            order = sites if number % 2 else sites[::-1]
            made = [tablet.change(s, remarks=f"{user} {number}") for s in order]
            made.append(tablet.change(new_id(), name=f"{user} {number}", **_PLACE))
            office.receive(tablet.batch(*made))


def _positions(office: Office) -> list[int]:
    with office.database.read() as connection:
        found = [
            *connection.execute(select(versions.c.position)).scalars(),
            *connection.execute(select(retold.c.position)).scalars(),
        ]
    return sorted(found)


def test_merges_of_three_processes_never_make_a_reader_skip_one(postgres_url, tmp_path) -> None:
    """Each transaction commits when it will; the reader asks for what is after what it has."""
    rounds, people = 5, ("Wang", "Zhao", "Chen")
    with Office(postgres_url, tmp_path / "files") as office:
        tablet = Tablet.enrol(office)
        sites = [new_id() for _ in range(6)]
        office.receive(tablet.batch(*(tablet.change(s, name="一", **_PLACE) for s in sites)))
        go = _SPAWN.Event()
        workers = [
            _SPAWN.Process(
                target=_merge,
                args=(postgres_url, tmp_path / "files", name, sites, rounds, go),
            )
            for name in people
        ]
        for worker in workers:
            worker.start()
        go.set()
        caller = office.caller(tablet.enrolment.token)
        read: list[int] = []
        after, last = 0, False
        while True:
            alive = any(w.is_alive() for w in workers)
            page = office.changes(caller, after, 7)
            read += [entry.position for entry in page.entries]
            after = page.position
            if not alive and not page.more:
                if last:
                    break
                last = True
        for worker in workers:
            worker.join(60)
        assert [w.exitcode for w in workers] == [0, 0, 0], "no deadlock, no refusal"
        every = _positions(office)
        assert every == list(range(1, len(every) + 1)), "dense"
        with office.database.read() as connection:
            written = list(
                connection.execute(
                    select(versions.c.position).order_by(versions.c.position)
                ).scalars()
            )
            assert read == written, "the reader has each, once, in order"
            assert broken_link(connection) is None
            total = len(sites) + len(people) * rounds * (len(sites) + 1)
            assert len(connection.execute(select(changes.c.id)).all()) == total


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if not installed():
        missing("needs an outside part: PostgreSQL with PostGIS")
    # Durable as in real use: what was acknowledged must outlive the kill.
    with own_cluster("-c max_connections=60 -c shared_buffers=16MB") as made:
        yield made


class Sender(threading.Thread):
    """Sends batch after batch, each until it is taken, as a device does."""

    def __init__(self, url: str, tablet: Tablet, batches: list[Batch]) -> None:
        super().__init__()
        self._url, self._tablet, self._batches = url, tablet, batches
        self.statuses: list[int] = []
        self.sentences: set[str] = set()

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self._tablet.enrolment.token}"}
        with httpx.Client(base_url=self._url, headers=headers, timeout=60) as client:
            for batch in self._batches:
                end = time.monotonic() + 90
                while self._put(client, batch) != 200 and time.monotonic() < end:
                    time.sleep(0.02)

    def _put(self, client: httpx.Client, batch: Batch) -> int:
        body = {
            "manifest": batch.manifest.to_json(),
            "changes": batch.changes_jsonl.decode(),
            "signature": encode(batch.signature),
        }
        answer = client.put(f"/v1/batches/{batch.manifest.batch}", json=body)
        self.statuses.append(answer.status_code)
        if answer.status_code != 200:
            self.sentences.add(answer.json()["detail"])
        return answer.status_code


def test_a_server_killed_in_the_middle_of_merges_loses_nothing(cluster, tmp_path) -> None:
    execute(cluster.url("postgres"), "CREATE DATABASE jdz")
    with Office(cluster.url("jdz"), tmp_path / "files") as office:
        tablets = [Tablet.enrol(office, name, "field") for name in ("Wang", "Zhao")]
        sent = [[t.batch(*_sites(t, n)) for n in range(14)] for t in tablets]
        with start_in_thread(create_app(None, office.files, office=office)) as server:
            senders = [Sender(server.url, t, b) for t, b in zip(tablets, sent, strict=True)]
            for sender in senders:
                sender.start()
            for wait in (3, 9):
                while any(s.statuses.count(200) < wait and s.is_alive() for s in senders):
                    time.sleep(0.005)
                cluster.stop("immediate")
                before = [len(s.statuses) for s in senders]
                while any(
                    len(s.statuses) == n and s.is_alive()
                    for s, n in zip(senders, before, strict=True)
                ):
                    time.sleep(0.005)
                cluster.start()
            for sender in senders:
                sender.join(120)
        statuses = {status for s in senders for status in s.statuses}
        assert statuses == {200, 503}, "it said so, and it came back by itself"
        assert all("\n" not in sentence for s in senders for sentence in s.sentences)
        _every_change_once(office, [c for one in sent for b in one for c in b.changes])


def _sites(tablet: Tablet, number: int) -> list[Change]:
    return [tablet.change(new_id(), name=f"{number}-{n}", **_PLACE) for n in range(5)]


def _every_change_once(office: Office, wanted: list[Change]) -> None:
    with office.database.read() as connection:
        here = list(connection.execute(select(changes.c.id)).scalars())
        assert sorted(here) == sorted(c.id for c in wanted)
        made = list(connection.execute(select(versions.c.change)).scalars())
        assert sorted(made) == sorted(here), "each made one version, none two"
        assert broken_link(connection) is None
    every = _positions(office)
    assert every == list(range(1, len(every) + 1))


def test_two_served_processes_share_one_postgresql(postgres_url, tmp_path) -> None:
    """What is sent to one is read from the other; both found one centre at once."""
    command = [sys.executable, "-m", "jdz_field", "central", "serve", "--port", "0", "--json"]
    command += ["--database", postgres_url, "--files", str(tmp_path / "files")]
    with served(command) as one, served(command) as two:
        with Office(postgres_url, tmp_path / "files") as office:
            tablet = Tablet.enrol(office)
            batches = [tablet.batch(*_sites(tablet, n)) for n in range(2)]
        for url, batch in zip((one, two), batches, strict=True):
            sender = Sender(url, tablet, [batch])
            sender.run()
            assert sender.statuses == [200]
        headers = {"Authorization": f"Bearer {tablet.enrolment.token}"}
        read = [httpx.get(f"{url}/v1/changes", headers=headers).text for url in (one, two)]
        assert read[0] == read[1]
        assert len(read[0].splitlines()) == 11


@contextmanager
def served(command: list[str]) -> Iterator[str]:
    """A server in a process of its own; its address."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def test_full_disk_is_one_sentence(postgres_url, tmp_path) -> None:
    """What the server says about its disk comes out as 503, and the next one is taken."""
    with Office(postgres_url, tmp_path / "files") as office:
        tablet = Tablet.enrol(office)
        batch = tablet.batch(*_sites(tablet, 0))
        _raise_on_insert(office, "disk_full")
        with start_in_thread(create_app(None, office.files, office=office)) as server:
            full = Sender(server.url, tablet, [])
            headers = {"Authorization": f"Bearer {tablet.enrolment.token}"}
            with httpx.Client(base_url=server.url, headers=headers) as client:
                assert full._put(client, batch) == 503
                (sentence,) = full.sentences
                assert "\n" not in sentence
                with office.database.write() as connection:
                    connection.exec_driver_sql("DROP TRIGGER no_room ON versions")
                assert full._put(client, batch) == 200
        _every_change_once(office, list(batch.changes))


@pytest.mark.parametrize("code", ["serialization_failure", "deadlock_detected"])
def test_what_another_program_stands_in_the_way_of_may_be_sent_again(
    code, postgres_url, tmp_path
) -> None:
    with Office(postgres_url, tmp_path / "files") as office:
        tablet = Tablet.enrol(office)
        batch = tablet.batch(*_sites(tablet, 0))
        _raise_on_insert(office, code)
        with pytest.raises(Unavailable):
            office.receive(batch)
        with office.database.write() as connection:
            connection.exec_driver_sql("DROP TRIGGER no_room ON versions")
        office.receive(batch)
        _every_change_once(office, list(batch.changes))


def _raise_on_insert(office: Office, code: str) -> None:
    with office.database.write() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION 'no room' USING ERRCODE = '{code}'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER no_room BEFORE INSERT ON versions EXECUTE FUNCTION no_room()"
        )
