"""How fast pages of OGC API Features come: ``python -m tests.central.features_speed``.

``--count`` sites in a centre of its own (``--database`` names another); prints the 95th
percentile of a page of 100 in milliseconds for each question: of the clock, and of this
process's processor, which alone says something on a busy machine. Every question is asked
after a change of the features that came in between (the first two figures), and again without
one (the other two). The first answer of all is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import select

from jdz_field.central.database import Database, set_meta
from jdz_field.central.features_index import catch_up
from jdz_field.central.office import Office
from jdz_field.central.server import create_app
from jdz_field.central.tables import dumps, feature_state, subjects, versions
from jdz_field.core.ids import new_ids
from tests.central.tablet import Tablet

QUESTIONS = {
    "first page": "limit=100",
    "last pages": "limit=100&after={last}",
    "box": "limit=100&bbox=117.2,29.2,117.25,29.25",
    "wide box": "limit=100&bbox=117.2,29,117.9,29.5",
    "time": "limit=100&datetime=2026-11-01/2026-12-01",
    "number": "code=3602220{n:05d}",
    "county": "limit=100&county_code=36020{odd}",
    "one in 97": "limit=100&threatened_people={few}",
    "nobody": "limit=100&threatened_people=1000{few}",
    "a text": "limit=100&village=村{few}",
    "nearly all": "limit=100&status=active",
    "two values": "limit=100&county_code=360203&status=active",
    "three": "limit=100&county_code=360203&status=active&trend=stable",
    "value, box": "limit=100&threatened_people={few}&bbox=117.2,29,117.9,29.5",
    "county, box": "limit=100&county_code=360203&bbox=117.2,29,117.4,29.3",
    "county, time": "limit=100&county_code=360203&datetime=2026-11-01/..",
    "1,000 a page": "limit=1000",
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
                "status": "closed" if n % 10 == 0 else "active",
                "trend": ("stable", "worse", "better")[n % 3],
                "village": f"村{n % 300}",
                "lithology": f"岩{n % 40}",
                "slope_height": n % 80 / 2,
                "slope_angle": n % 60,
                "volume": n,
                "threatened_households": n % 31,
                "threatened_assets": n % 1000 / 10,
                "signs_place": f"后坡{n % 900}米",
                "monitor_name": f"某{n}",
                "monitor_phone": f"139{n:08d}",
                "village_head": f"甲{n % 300}",
                "remarks": f"虚构示例{n}",
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


def run(count: int, database: str | None, rounds: int = 40) -> dict[str, list[float]]:
    """The 95th percentiles by question: ms of clock and processor when new, then the same again.

    ``catch up``: seconds of clock and processor.
    """
    found: dict[str, list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        Office(database, Path(folder) / "files") as office,
    ):
        token = Tablet.enrol(office).enrolment.token
        fill(office, count)
        start, own = time.perf_counter(), time.process_time()
        catch_up(office.database)
        found["catch up, s"] = [time.perf_counter() - start, time.process_time() - own]
        head = {"Authorization": f"Bearer {token}"}
        with TestClient(create_app(None, office.files, office=office), headers=head) as client:
            client.get("/ogc/collections/geohazard/items?limit=1")
            for name, question in QUESTIONS.items():
                found[name] = [
                    *_p95(client, question, rounds, count, new=True),
                    *_p95(client, question, rounds, count, new=False),
                ]
    return found


def _changed(database: Database) -> None:
    """The features are at another position than before."""
    with database.write() as connection:
        before = connection.execute(select(feature_state.c.position)).scalar_one()
        connection.execute(feature_state.update().values(position=before + 1))
        set_meta(connection, "head", str(before + 1))


def _p95(
    client: TestClient, question: str, rounds: int, count: int, *, new: bool
) -> tuple[float, float]:
    times, spent = [], []
    for n in range(rounds):
        if new:
            _changed(client.app.state.office.database)
        asked = question.format(
            n=n * 997 % count, few=n % 97, odd=3 if n % 2 else 4, last=count * 9 // 10
        )
        start, own = time.perf_counter(), time.process_time()
        answer = client.get(f"/ogc/collections/geohazard/items?{asked}")
        times.append((time.perf_counter() - start) * 1000)
        spent.append((time.process_time() - own) * 1000)
        assert answer.status_code == 200, answer.text
    return statistics.quantiles(times, n=20)[-1], statistics.quantiles(spent, n=20)[-1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--database")
    given = parser.parse_args()
    for what, figures in run(given.count, given.database).items():
        told = "".join(f"{figure:9.1f}" for figure in figures)
        print(f"{what:14}{told}", flush=True)
