"""Sixty devices at once: records of 250 questions, sealed before, sent over raw sockets.

The clients are one process that only copies bytes, so that nearly all of both cores is the
server's. Accepted means: the signed receipt of the batch came back with status 200.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from jdz_field.central.office import Office
from jdz_field.central.run import serve
from jdz_field.core.changes import RECORD, Change
from jdz_field.core.hashing import canonical_json
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

DEVICES, QUESTIONS = 60, 250
WANTED = 400


@dataclass(frozen=True)
class Parcel:
    """A sealed batch as it goes over the wire."""

    token: str
    batch: str
    body: bytes
    records: int

    def request(self) -> bytes:
        """The whole request."""
        head = (
            f"PUT /v1/batches/{self.batch} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Encoding: gzip\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


def _record(tablet: Tablet, chance: random.Random) -> Change:
    answers = {
        f"q{n}": chance.choice(["1", "2", "坡脚裂缝", 3.5, chance.randint(0, 999)])
        for n in range(QUESTIONS)
    }
    fields = {
        "form": "bench",
        "form_version": "1",
        "answers": answers,
        "author": tablet.enrolment.user,
        "started": "2026-11-22T01:02:03.004Z",
        "finished": "2026-11-22T01:12:03.004Z",
        "geometry": "POINT (117.2 29.3)",
    }
    return tablet.change(new_id(), kind=RECORD, **fields)


def parcels(office: Office, batches: int, records: int) -> list[list[Parcel]]:
    """For each device its batches, in order."""
    chance = random.Random(1)
    found = []
    for number in range(DEVICES):
        tablet = Tablet.enrol(office, f"P{new_id()[-8:]} {number}", "field")
        line = []
        for _batch in range(batches):
            batch = tablet.batch(*(_record(tablet, chance) for _r in range(records)))
            body = gzip.compress(canonical_json(batch.to_json()).encode(), 5, mtime=0)
            line.append(Parcel(tablet.enrolment.token, batch.manifest.batch, body, records))
        found.append(line)
    return found


def _serve(database: str | None, files: str, tell: Connection) -> None:
    serve(database, files, port=0, announce=tell.send)


async def _device(port: int, line: list[Parcel], taken: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for parcel in line:
        begin = time.perf_counter()
        writer.write(parcel.request())
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        assert head.startswith(b"HTTP/1.1 200"), (head, body[:300])
        assert len(json.loads(body)["receipts"]) == parcel.records
        taken.append(time.perf_counter() - begin)
    writer.close()
    await writer.wait_closed()


async def _all(port: int, lines: list[list[Parcel]]) -> list[float]:
    taken: list[float] = []
    await asyncio.gather(*(_device(port, line, taken) for line in lines))
    return taken


def processor(pid: int) -> float:
    """Processor seconds of a process so far (Linux)."""
    parts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def database_processor() -> float:
    """Processor seconds so far of the PostgreSQL processes that are alive (Linux)."""
    spent = 0.0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "cmdline").read_bytes().startswith((b"postgres:", b"postgres\0")):
                spent += processor(int(place.name))
        except OSError:
            # It ended meanwhile.
            continue
    return spent


def busy() -> float:
    """Processor seconds of all that this machine did so far (Linux)."""
    words = Path("/proc/stat").read_text(encoding="ascii").split()[1:9]
    return sum(int(w) for n, w in enumerate(words) if n not in (3, 4)) / os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> float:
    """Largest resident size of a process so far, MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(folder: Path, database: str | None, name: str) -> Iterator[str]:
    """Lines for batches of twenty records, as a team brings home, and of one."""
    files = folder / "files"
    for batches, records in ((3, 20), (8, 1)):
        with Office(database, files) as office:
            lines = parcels(office, batches, records)
        ear, mouth = multiprocessing.Pipe(duplex=False)
        server = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(database, str(files), mouth), daemon=True
        )
        server.start()
        mouth.close()
        try:
            port = int(str(ear.recv()).rpartition(":")[2].rstrip("/"))
            assert server.pid is not None
            before, own = processor(server.pid), time.process_time()
            stored, whole = database_processor(), busy()
            begin = time.perf_counter()
            taken = sorted(asyncio.run(_all(port, lines)))
            wall = time.perf_counter() - begin
            spent = processor(server.pid) - before
            own, whole = time.process_time() - own, busy() - whole
            stored = database_processor() - stored if database else 0.0
            memory = peak(server.pid)
        finally:
            server.terminate()
            server.join(20)
            ear.close()
        count = DEVICES * batches * records
        yield (
            f"  {name}, {records:2} in a batch: {count:5,} records, {count / wall:6.0f}/s of wall,"
            f" {count / wall / WANTED:4.2f} x the {WANTED}/s; slowest answer {taken[-1]:.1f} s,"
            f" server {memory:.0f} MB"
        )
        others = max(whole - spent - own - stored, 0.0)
        yield (
            f"      processor: server {spent / count * 1000:.2f} ms a record"
            f" ({count / spent:.0f}/s of one core), database {stored / count * 1000:.2f} ms,"
            f" clients {own / count * 1000:.2f} ms; what else ran took"
            f" {others / (wall * (os.cpu_count() or 1)):.0%} of the machine"
        )
