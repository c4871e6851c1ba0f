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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from jdz_field.central.office import Office
from jdz_field.central.tables import attachments, batches, devices, lockouts, uploads
from jdz_field.core.clock import to_text
from jdz_field.core.errors import Unavailable

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
    "lockouts": "Addresses and names that wait after wrong tries.",
    "database_bytes": "Bytes of the database.",
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
        #: When the certificate in use ends, in seconds since 1970; ``None``: there is none.
        self.certificate_expires: float | None = None
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
        self._lost = Counter(
            "jdz_log_lines_lost",
            "Lines of the log that could not be written.",
            registry=self.registry,
        )
        self._lost_told = 0
        self._running = 0
        self._guard = threading.Lock()
        self._facts_guard = threading.Lock()
        self._known: tuple[float, Mapping[str, Any]] = (0.0, {})

    def answered(self, answer: Answer) -> None:
        """Count an answer."""
        self._answers.labels(answer.method, answer.route, str(answer.status)).inc()
        self._seconds.labels(answer.method, answer.route).observe(answer.seconds)
        self._taken.inc(answer.taken)
        self._given.inc(answer.given)

    def lost(self, lines: int) -> None:
        """Count lines of the log that were lost since the server started."""
        with self._guard:
            more, self._lost_told = lines - self._lost_told, max(lines, self._lost_told)
        if more > 0:
            self._lost.inc(more)

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
        """Everything in Prometheus' text format 0.0.4.

        While the database is away what it holds is left out, and ``jdz_database_up`` is 0.
        """
        state = CollectorRegistry()
        facts = self._state_of(office)
        state.register(_State(facts, self._running, self.certificate_expires))
        # Memory, processor and open files of this process, where the system tells them (Linux).
        ProcessCollector(registry=state)
        counted = self.registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        return generate_latest(state) + generate_latest(counted)

    def _state_of(self, office: Office) -> Mapping[str, Any] | None:
        with self._facts_guard:
            read, known = self._known
            if not known or time.monotonic() - read > FRESH:
                try:
                    known = office_facts(office)
                except Unavailable:
                    return None
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
        facts["lockouts"] = one(
            counted.select_from(lockouts).where(lockouts.c.until > to_text(now))
        )
        facts["database_bytes"] = _size(office, connection)
    facts["disk_free"] = _free(office.files)
    return facts


def _size(office: Office, connection: Connection) -> int:
    path = office.database.path
    if path is None:
        query = "SELECT pg_database_size(current_database())"
        return int(connection.exec_driver_sql(query).scalar_one())
    whole = 0
    for one in (path, path.with_name(path.name + "-wal")):
        # The second is there while somebody writes.
        with suppress(OSError):
            whole += one.stat().st_size
    return whole


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


class _State(Collector):
    """What the database says, as gauges."""

    def __init__(
        self, facts: Mapping[str, Any] | None, running: int, certificate: float | None
    ) -> None:
        self._facts = facts
        self._certificate = certificate
        self._running = running

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        yield _gauge("requests_running", "Requests of this process.", self._running)
        up = self._facts is not None
        yield _gauge("database_up", "Whether the database answers.", float(up))
        if self._certificate is not None:
            words = "When the certificate in use ends, seconds since 1970."
            yield _gauge("certificate_expires", words, self._certificate)
        told = GaugeMetricFamily("jdz_build", "This program.", labels=["version"])
        told.add_metric([version("jdz-field")], 1)
        yield told
        if self._facts is not None:
            yield from _held(self._facts)


def _held(facts: Mapping[str, Any]) -> Iterator[Metric]:
    """What the centre holds."""
    for name, about in _PLAIN.items():
        yield _gauge(name, about, facts[name])
    for name, (about, label, key) in _LABELLED.items():
        made = GaugeMetricFamily(f"jdz_{name}", about, labels=[label])
        for value, count in facts[key].items():
            made.add_metric([value], count)
        yield made


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"jdz_{name}", about, value=value)
