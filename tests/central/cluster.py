"""A PostgreSQL cluster with PostGIS for the tests: one a test run, a fresh database a test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from jdz_field.central.database import Database
from jdz_field.central.filelock import locked

#: The program account of Debian's package; the server refuses to run as root.
_ACCOUNT = "postgres"
_TEMPLATE = "jdz_template"
_QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB"


def program(name: str) -> str | None:
    """A program of PostgreSQL's, which Debian keeps off the path."""
    found = shutil.which(name)
    if found:
        return found
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(places[-1]) if places else None


def installed() -> bool:
    """Whether a server and PostGIS are there."""
    extensions = Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    return all(map(program, ("initdb", "pg_ctl"))) and any(extensions)


def _run(*command: str) -> None:
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    account = {"user": _ACCOUNT, "group": _ACCOUNT, "extra_groups": []} if as_root else {}
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **account)
    assert done.returncode == 0, (command, done.stdout, done.stderr)


class Cluster:
    """A server on a socket of its own."""

    def __init__(self, folder: Path, options: str = _QUICK) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._options = f"-c listen_addresses= -k {folder} {options}"

    def make(self) -> None:
        """Make it and start it."""
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            shutil.chown(self.folder, _ACCOUNT, _ACCOUNT)
        self.folder.chmod(0o755)
        initdb = str(program("initdb"))
        _run(initdb, "-D", str(self.data), "-U", "jdz", "-A", "trust", "-N", "-E", "UTF8",
             "--locale=C.UTF-8")  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start it; returns when it answers."""
        log = str(self.folder / "log")
        _run(str(program("pg_ctl")), "-D", str(self.data), "-w", "-l", log, "-o", self._options,
             "start")  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        """Stop it."""
        _run(str(program("pg_ctl")), "-D", str(self.data), "-w", "-m", mode, "stop")

    def url(self, database: str) -> str:
        """A database's address."""
        return f"postgresql://jdz@/{database}?host={self.folder}"


@contextmanager
def own_cluster(options: str = "") -> Iterator[Cluster]:
    """A cluster that a test may kill."""
    # A socket's path has room for 107 letters; pytest's folders are longer.
    with tempfile.TemporaryDirectory(prefix="jdzpg", dir="/tmp") as folder:
        cluster = Cluster(Path(folder), options or _QUICK)
        cluster.make()
        try:
            yield cluster
        finally:
            cluster.stop()


def execute(url: str, statement: str) -> None:
    """Run a statement outside a transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@contextmanager
def template(admin: str) -> Iterator[str]:
    """A database that is up to date and empty, to make others from; its name."""
    name = f"{_TEMPLATE}_{uuid4().hex[:8]}"
    execute(admin, f"CREATE DATABASE {name}")
    try:
        Database(beside(admin, name)).close()
        yield name
    finally:
        execute(admin, f"DROP DATABASE {name} WITH (FORCE)")


def beside(url: str, name: str) -> str:
    """The address of another database of the same server."""
    before, _slash, rest = url.partition("://")[2].partition("/")
    _old, mark, query = rest.partition("?")
    return f"postgresql://{before}/{name}{mark}{query}"


@contextmanager
def fresh(admin: str, source: str | None = None) -> Iterator[str]:
    """A new database, a copy of ``source`` or bare; gone afterwards."""
    name = f"jdz_{uuid4().hex[:12]}"
    like = f" TEMPLATE {source}" if source else ""
    execute(admin, f"CREATE DATABASE {name}{like}")
    try:
        yield beside(admin, name)
    finally:
        execute(admin, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def shared_server(run: Path, worker: str) -> Iterator[str]:
    """The server that all workers of one test run share; the last one stops it."""
    given = os.environ.get("JDZ_TEST_DATABASE_URL")
    if given:
        yield given
        return
    users, place = run / "postgres-users", run / "postgres-folder"
    with _alone(run / "postgres-lock"):
        users.mkdir(exist_ok=True)
        if not any(users.iterdir()):
            folder = Path(tempfile.mkdtemp(prefix="jdzpg", dir="/tmp"))
            Cluster(folder).make()
            place.write_text(str(folder), encoding="utf-8")
        (users / worker).touch()
    cluster = Cluster(Path(place.read_text(encoding="utf-8")))
    try:
        yield cluster.url("postgres")
    finally:
        with _alone(run / "postgres-lock"):
            (users / worker).unlink()
            if not any(users.iterdir()):
                cluster.stop()
                shutil.rmtree(cluster.folder)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with locked(path) as ours:
            if ours:
                yield
                return
        time.sleep(0.05)
    raise AssertionError(f"{path} stays locked")
