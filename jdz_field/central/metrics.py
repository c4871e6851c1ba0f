"""Figures for Prometheus: what the centre holds, and what this server did.

What the centre holds is read from the database when it is asked for, so that every process gives
the same figures (``max`` over several). What was done is counted in the process: a scraper asks
each process and sums, or, where one balancer hides them, all processes of a machine share a
folder named by ``PROMETHEUS_MULTIPROC_DIR`` (emptied before the first one starts) and any of them
tells the sum. Requests count under their route's template, never under their address.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from jdz_field.central.office import Office
from jdz_field.central.tables import attachments, batches, devices, uploads
from jdz_field.core.clock import to_text

# A second figure for each, of no use to anybody.
disable_created_metrics()  # type: ignore[no-untyped-call]
#: Seconds for which the figures of the database are told again without reading it.
FRESH = 5.0
_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
#: How long ago a device counts as seen.
_SEEN = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}
#: Figures of ``Office.info`` that are told under their own names.
_PLAIN = {
    "attachments": "Attachments that are here.",
    "changes": "Changes that came in.",
    "conflicts": "Open conflicts.",
    "proposals": "Proposals that wait for the office.",
    "waiting": "Changes whose parent has not come.",
    "quarantined": "Values that broke a rule and wait for the office.",
    "forms": "Versions of forms that are published.",
    "users": "People who are entered.",
    "head": "Newest position of the feed.",
    "attachment_bytes": "Bytes of attachments.",
    "uploads_open": "Uploads that are not complete.",
    "disk_free": "Bytes free where the centre's files lie.",
}
#: Figures with a label: what they are, the label, where they stand.
_LABELLED = {
    "sites": ("Living sites.", "kind", "sites"),
    "records": ("Records by review.", "review", "records"),
    "batches": ("Batches that came in.", "state", "batches_by_state"),
    "devices": ("Devices that are enrolled.", "state", "devices_by_state"),
    "devices_seen": ("Devices that asked lately.", "within", "seen"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered request: method, route's template, status, seconds, bytes in and out."""

    method: str
    route: str
    status: int
    seconds: float
    taken: int
    given: int


class Meters:
    """The counters of one server process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        by_route = ("method", "route")
        self._answers = Counter(
            "jdz_answers", "Requests answered.", (*by_route, "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "jdz_request_seconds",
            "Time to answer.",
            by_route,
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._taken = Counter("jdz_taken_bytes", "Bytes of bodies in.", registry=self.registry)
        self._given = Counter("jdz_given_bytes", "Bytes of bodies out.", registry=self.registry)
        self._outcomes = Counter(
            "jdz_changes_received",
            "Changes of new batches by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self._running = 0
        self._guard = threading.Lock()
        self._known: tuple[float, Mapping[str, Any]] = (0.0, {})

    def answered(self, answer: Answer) -> None:
        """Count an answer."""
        self._answers.labels(answer.method, answer.route, str(answer.status)).inc()
        self._seconds.labels(answer.method, answer.route).observe(answer.seconds)
        self._taken.inc(answer.taken)
        self._given.inc(answer.given)

    def received(self, outcomes: Iterable[str]) -> None:
        """Count the changes of a batch that is new."""
        for outcome in outcomes:
            self._outcomes.labels(outcome).inc()

    @contextmanager
    def running(self) -> Iterator[None]:
        """While entered, one request more is being answered."""
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    def text(self, office: Office) -> bytes:
        """Everything in Prometheus' text format 0.0.4. ``Unavailable``: the database is away."""
        state = CollectorRegistry()
        state.register(_State(self._state_of(office), self._running))
        counted = self.registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        return generate_latest(state) + generate_latest(counted)

    def _state_of(self, office: Office) -> Mapping[str, Any]:
        with self._guard:
            read, known = self._known
            if not known or time.monotonic() - read > FRESH:
                known = office_facts(office)
                self._known = time.monotonic(), known
            return known


def office_facts(office: Office) -> dict[str, Any]:
    """What the database says at this moment, and the room on the disk."""
    facts = office.info()
    now = office.now()
    with office.database.read() as connection:

        def by_state(table: Any) -> dict[str, int]:
            query = select(table.c.state, func.count()).group_by(table.c.state)
            return {str(state): int(n) for state, n in connection.execute(query)}

        def one(query: Any) -> int:
            return int(connection.execute(query).scalar() or 0)

        counted = select(func.count())
        facts["batches_by_state"] = by_state(batches)
        facts["devices_by_state"] = by_state(devices)
        facts["seen"] = {
            name: one(counted.where(devices.c.last_seen >= to_text(now - span)))
            for name, span in _SEEN.items()
        }
        facts["attachment_bytes"] = one(select(func.sum(attachments.c.size)))
        facts["uploads_open"] = one(counted.where(uploads.c.done.is_(False)))
    facts["disk_free"] = shutil.disk_usage(office.files).free
    return facts


class _State(Collector):
    """What the database says, as gauges."""

    def __init__(self, facts: Mapping[str, Any], running: int) -> None:
        self._facts = facts
        self._running = running

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        facts = self._facts
        for name, about in _PLAIN.items():
            yield _gauge(name, about, facts[name])
        for name, (about, label, key) in _LABELLED.items():
            made = GaugeMetricFamily(f"jdz_{name}", about, labels=[label])
            for value, count in facts[key].items():
                made.add_metric([value], count)
            yield made
        yield _gauge("requests_running", "Requests of this process.", self._running)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"jdz_{name}", about, value=value)
