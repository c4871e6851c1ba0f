"""Photos over tus beside a bare HTTP PUT, and a fresh device that pulls a long feed."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import resource
import socket
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from jdz_field.central.office import Office
from jdz_field.core.hashing import sha256_file
from jdz_field.operations.sync import enrol_from_file
from jdz_field.store.project import Project
from jdz_field.sync.client import CentralClient
from jdz_field.sync.lanes import Load
from tests.benchmarks.sync_load import _serve, peak, processor
from tests.central.tablet import Tablet
from tests.sync.centre import synced

PHOTO = 3_000_000
ENTRIES = 200_000


def own_peak() -> float:
    """Largest resident size of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ---- a bare PUT


def _bare(folder: str, tell: Connection) -> None:
    """Takes PUTs and writes each body into a file that is on the disk when it answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    tell.send(listener.getsockname()[1])
    while True:
        near, _address = listener.accept()
        threading.Thread(target=_take, args=(near, folder), daemon=True).start()


def _take(near: socket.socket, folder: str) -> None:
    with near, near.makefile("rb") as stream:
        while line := stream.readline():
            name, length = line.split()[1].decode().strip("/"), 0
            while (header := stream.readline()) not in (b"\r\n", b""):
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            with (Path(folder) / name).open("wb") as out:
                while length:
                    block = stream.read(min(length, 1 << 20))
                    out.write(block)
                    length -= len(block)
                out.flush()
                os.fsync(out.fileno())
            near.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def _put_all(port: int, photos: list[Path]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for photo in photos:
        with photo.open("rb") as body:
            connection.request("PUT", f"/{photo.name}", body, {"Content-Length": str(PHOTO)})
            connection.getresponse().read()
    connection.close()


def _started(target: Any, *given: Any) -> tuple[Any, Any, Connection]:
    ear, mouth = multiprocessing.Pipe(duplex=False)
    made = multiprocessing.get_context("spawn").Process(
        target=target, args=(*given, mouth), daemon=True
    )
    made.start()
    return made, ear.recv(), ear


def photos_beside_put(folder: Path, count: int) -> Iterator[str]:
    """Lines with both throughputs, processor time and memory."""
    made = []
    for number in range(count):
        made.append(folder / f"photo{number}")
        made[-1].write_bytes(os.urandom(PHOTO))
    hashes = [sha256_file(one) for one in made]
    size = count * PHOTO / 1e6
    (folder / "bare").mkdir()
    server, port, ear = _started(_bare, str(folder / "bare"))
    begin, before = time.perf_counter(), processor(server.pid)
    _put_all(port, made)
    bare, bare_cpu = time.perf_counter() - begin, processor(server.pid) - before
    server.terminate()
    server.join(20)
    ear.close()
    for one in (folder / "bare").iterdir():
        one.unlink()
    with Office(None, folder / "centre" / "files") as office:
        token = Tablet.enrol(office, "Li", "field").enrolment.token
    server, url, ear = _started(_serve, None, str(folder / "centre" / "files"))
    begin, own, before = time.perf_counter(), time.process_time(), processor(server.pid)
    with CentralClient(url, token) as client, client.lanes() as lanes:
        loads = [Load(p, PHOTO, sha, p.name) for p, sha in zip(made, hashes, strict=True)]
        for load, went in zip(loads, lanes.went(loads), strict=True):
            if not went and load.path is not None:
                client.upload(load.path, load.sha, load.filename, addresses={})
    ours, own = time.perf_counter() - begin, time.process_time() - own
    spent, memory = processor(server.pid) - before, peak(server.pid)
    server.terminate()
    server.join(20)
    ear.close()
    yield f"photos: {count} of 3 MB; both receivers sync each file to the disk, ours hashes it too"
    yield f"  bare PUT  {size / bare:7.0f} MB/s (server's processor {bare_cpu:.1f} s)"
    yield (
        f"  ours      {size / ours:7.0f} MB/s (server's processor {spent:.1f} s, client's {own:.1f}"
        f" s), {bare / ours:4.2f} x; server {memory:.0f} MB, client {own_peak():.0f} MB"
    )


# ---- a long feed


def _pull(folder: str, url: str, tell: Connection) -> None:
    """A fresh device pulls everything and says how large it was on the way."""
    from jdz_field.sync.engine import Step

    sizes: list[float] = []

    def seen(step: Step) -> None:
        if step.stage == "pull":
            page = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
            sizes.append(int(page) * resource.getpagesize() / 1e6)

    with Project.open(Path(folder)) as project:
        begin = time.perf_counter()
        report = synced(project, url, 60.0, progress=seen)
        seconds = time.perf_counter() - begin
    tell.send((report.pulled, seconds, time.process_time(), sizes))


def long_feed(folder: Path, entries: int) -> Iterator[str]:
    """Lines with the rate and the memory at the beginning, the middle and the end."""
    with Office(None, folder / "files") as office:
        tablet = Tablet.enrol(office)
        for start in range(0, entries, 5_000):
            changes = [
                tablet.change(
                    f"00000000-0000-5000-8000-{n:012d}",
                    name=f"点 {n}",
                    town="瑶里镇",
                    kind_code="01",
                    geometry=f"POINT ({117 + n / 1e6:.6f} 29.3)",
                )
                for n in range(start, min(start + 5_000, entries))
            ]
            office.receive(tablet.batch(*changes))
        office.add_user("新", "field")
        office.issue_device("新", folder / "secret")
    os.environ["JDZ_FIELD_CONFIG"] = str(folder / "config")
    os.environ["JDZ_FIELD_KEYRING"] = "off"
    with Project.create(folder / "p", name="bench", author="新") as project:
        enrol_from_file(project, folder / "secret")
    server, url, ear = _started(_serve, None, str(folder / "files"))
    device, told, other = _started(_pull, str(folder / "p"), url)
    pulled, seconds, cpu, sizes = told
    device.join(20)
    memory = peak(server.pid)
    server.terminate()
    server.join(20)
    ear.close()
    other.close()
    tenth, half, end = sizes[len(sizes) // 10], sizes[len(sizes) // 2], sizes[-1]
    yield f"feed: {pulled:,} changes pulled by a fresh device"
    yield (
        f"  {pulled / seconds:,.0f}/s of wall, {pulled / cpu:,.0f}/s of the device's processor;"
        f" device {tenth:.0f} MB after a tenth, {half:.0f} MB half-way, {end:.0f} MB at the end;"
        f" server {memory:.0f} MB"
    )


if sys.platform == "win32":
    raise SystemExit("these figures are read from /proc")
