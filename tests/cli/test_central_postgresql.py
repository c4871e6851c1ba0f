"""The commands of a centre on PostgreSQL, as the set-up text has them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run
from tests.central.cluster import execute, fresh, installed, own_cluster
from tests.conftest import missing


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not installed():
        missing("needs an outside part: PostgreSQL with PostGIS")
    with own_cluster() as cluster:
        yield cluster.url("postgres")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """A command and the code it must end with; what it says as JSON."""

    def run_it(*arguments: str, code: int = 0) -> Any:
        assert run([*arguments, "--json"]) == code
        said = capsys.readouterr().out
        return json.loads(said) if code == 0 else None

    return run_it


def test_a_centre_moves_is_backed_up_and_restored(
    call: Callable[..., Any], server: str, tmp_path: Path
) -> None:
    files = ("--files", str(tmp_path / "central" / "files"))
    call("central", "user", "add", "Li", "--role", "office", *files)
    with fresh(server) as url, fresh(server) as other:
        moved = call("central", "move", "--to", url, *files)
        assert moved["tables"]["users"] == 1
        call("central", "user", "add", "Wang", "--role", "field", *files, code=4)
        there = ("--database", url, *files)
        call("central", "user", "add", "Wang", "--role", "field", *there)
        made = call("central", "backup", str(tmp_path / "safe"), *there)
        assert made["rows"] > 2
        call("central", "restore", str(tmp_path / "safe"), *there, code=2)
        new = ("--database", other, "--files", str(tmp_path / "new" / "files"))
        done = call("central", "restore", str(tmp_path / "safe"), *new)
        assert done["epoch"]
        assert [u["name"] for u in call("central", "user", "list", *new)] == ["Li", "Wang"]
        execute(url, "CREATE ROLE qgis LOGIN")
        for statement in call("central", "reader", "qgis", *there):
            execute(url, statement)
        execute(url, "DROP OWNED BY qgis")
        execute(url, "DROP ROLE qgis")


def test_sqlite_has_no_roles(call: Callable[..., Any], tmp_path: Path) -> None:
    files = ("--files", str(tmp_path / "central" / "files"))
    call("central", "user", "add", "Li", "--role", "office", *files)
    call("central", "reader", "qgis", *files, code=2)
