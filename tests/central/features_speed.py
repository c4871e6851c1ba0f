"""How fast pages of OGC API Features come: ``python -m tests.central.features_speed``.

``--count`` sites in a centre of its own (``--database`` names another); prints the 95th
percentile of a page of 100 in milliseconds for each question: of the clock, and of this
process's processor, which alone says something on a busy machine. The first answer of all is
not counted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from fastapi.testclient import TestClient

from jdz_field.central.database import set_meta
from jdz_field.central.features_index import catch_up
from jdz_field.central.office import Office
from jdz_field.central.server import create_app
from jdz_field.central.tables import dumps, subjects, versions
from jdz_field.core.ids import new_ids
from tests.central.tablet import Tablet

QUESTIONS = {
    "first page": "limit=100",
    "box": "limit=100&bbox=117.2,29.2,117.25,29.25",
    "number": "code=3602220{:05d}",
    "county": "limit=100&county_code=360203",
    "time": "limit=100&datetime=2026-11-01/2026-12-01",
    "any property": "limit=100&threatened_people=17",
}


def fill(office: Office, count: int) -> None:
    """Sites as a merge leaves them: state and feed, without the log."""
    for start in range(0, count, 10_000):
        some = range(start, min(start + 10_000, count))
        sites, feed = [], []
        for n, one in zip(some, new_ids(len(some)), strict=True):
            values = {
                "name": f"点{n}",
                "code": f"3602220{n:05d}",
                "county_code": "360222" if n % 3 else "360203",
                "threatened_people": n % 97,
                "monitor_name": f"某{n}",
                "geometry": f"POINT ({117 + n % 1000 / 1000} {29 + n // 1000 / 200})",
            }
            state = {name: [value, 1, None] for name, value in values.items()}
            row = {"id": one, "kind": "geohazard", "version": 1, "state": dumps(state)}
            row |= {"code": values["code"], "county": values["county_code"]}
            row |= {"provisional": False, "deleted": False, "updated": "2026-11-22T00:00:00.000Z"}
            sites.append(row)
            about = {"position": n + 1, "subject": one, "kind": "geohazard", "version": 1}
            about |= {"fields": "{}", "device": "d", "author": "a", "hlc": "", "at": ""}
            feed.append(about)
        with office.database.write() as connection:
            connection.execute(subjects.insert(), sites)
            connection.execute(versions.insert(), feed)
            set_meta(connection, "head", str(some[-1] + 1))


def run(count: int, database: str | None, rounds: int = 40) -> dict[str, tuple[float, float]]:
    """The 95th percentiles by question, ms of clock and processor; ``catch up`` in seconds."""
    found: dict[str, tuple[float, float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        Office(database, Path(folder) / "files") as office,
    ):
        token = Tablet.enrol(office).enrolment.token
        fill(office, count)
        start, own = time.perf_counter(), time.process_time()
        catch_up(office.database)
        found["catch up, s"] = time.perf_counter() - start, time.process_time() - own
        head = {"Authorization": f"Bearer {token}"}
        with TestClient(create_app(None, office.files, office=office), headers=head) as client:
            client.get("/ogc/collections/geohazard/items?limit=1")
            for name, question in QUESTIONS.items():
                found[name] = _p95(client, question, rounds, count)
            found["last pages"] = _p95(client, "limit=100&after=f", rounds, count)
            found["1,000 a page"] = _p95(client, "limit=1000", rounds, count)
    return found


def _p95(client: TestClient, question: str, rounds: int, count: int) -> tuple[float, float]:
    times, spent = [], []
    for n in range(rounds):
        url = f"/ogc/collections/geohazard/items?{question.format(n * 997 % count)}"
        start, own = time.perf_counter(), time.process_time()
        answer = client.get(url)
        times.append((time.perf_counter() - start) * 1000)
        spent.append((time.process_time() - own) * 1000)
        assert answer.status_code == 200
    return statistics.quantiles(times, n=20)[-1], statistics.quantiles(spent, n=20)[-1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--database")
    given = parser.parse_args()
    for what, (clock, processor) in run(given.count, given.database).items():
        print(f"{what:14} {clock:7.1f} of the clock, {processor:7.1f} of the processor")
