"""A large ledger's import, read apart: the same report, the same sites, one id by the values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.ledger import apart
from jdz_field.operations import ledger_run
from jdz_field.operations.ledger import import_ledger, undo_import
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.ledger.test_apart import HEAD, ledger
from tests.store.tools import quick_project

ROWS = 2600


def told(project: Project) -> Any:
    sites = project.search(SiteQuery(order="code"), limit=ROWS)
    return [(site.id, site.fields, site.geometry) for site in sites]


def imported(folder: Path, file: Path, **choices: Any) -> tuple[dict[str, Any], Any]:
    with quick_project(folder) as project:
        report = import_ledger(project, file, "geohazard", **choices).to_json()
        assert project.check() == []
        del report["import"]
        return report, told(project)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A ledger of different rows, some without a number, two of them alike."""
    lines = [
        f"{f'3602220{n:05d}' if n % 10 else ''},示例点{n},浮梁县,示例镇,滑坡,"
        f"117.2{n % 10},29.45,12,好\n"
        for n in range(ROWS)
    ]
    file = tmp_path / "plain.csv"
    file.write_text(HEAD + "".join([*lines, lines[0], lines[1]]), encoding="utf-8")
    return file


@pytest.mark.parametrize("dirty", [True, False])
def test_read_apart_an_import_is_what_it_is_read_here(tmp_path, monkeypatch, plain, dirty) -> None:
    file = ledger(tmp_path / "dirty.csv", ROWS) if dirty else plain
    here = imported(tmp_path / "here", file)
    monkeypatch.setattr(apart, "LEAST_BYTES", 0)
    assert imported(tmp_path / "apart", file) == here
    if not dirty:
        assert (here[0]["imported"], here[0]["refused"]) == (ROWS, 2)


@pytest.mark.parametrize("odd", ["", "x"])
def test_rows_that_come_together_are_the_rows_one_by_one(tmp_path, monkeypatch, odd) -> None:
    many = 13_000
    lines = [
        f"{f'3602220{n:05d}' if n % 4 else ''},示例点{n % 12_500 if n % 4 == 0 else n},浮梁县,"
        f"示例镇,滑坡,117.2{n % 10},29.45,{odd if n % 1000 == 7 else '12'},好\n"
        for n in range(many)
    ]
    file = tmp_path / "many.csv"
    file.write_text(HEAD + "".join(lines), encoding="utf-8")
    monkeypatch.setattr(ledger_run, "LISTED", 1000)
    here = imported(tmp_path / "here", file)
    monkeypatch.setattr(apart, "LEAST_BYTES", 0)
    together = []
    kept = ledger_run.ImportReport.count_new
    monkeypatch.setattr(
        ledger_run.ImportReport,
        "count_new",
        lambda report, number: together.append(number) or kept(report, number),
    )
    assert imported(tmp_path / "apart", file) == here
    assert sum(together) > 3000
    assert (here[0]["read"], here[0]["refused"]) == (many, 125)


def test_again_nothing_is_written_and_undone_nothing_is_left(tmp_path, monkeypatch, plain) -> None:
    monkeypatch.setattr(apart, "LEAST_BYTES", 0)
    with quick_project(tmp_path / "p") as project:
        first = import_ledger(project, plain, "geohazard")
        again = import_ledger(project, plain, "geohazard")
        assert (again.imported, again.updated, again.unchanged) == (0, 0, ROWS)
        assert undo_import(project, first.origin) == ROWS
        assert project.count(SiteQuery()) == 0
        assert project.check() == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_stopped_half_way_nothing_is_written(tmp_path, monkeypatch, plain, dry_run) -> None:
    monkeypatch.setattr(apart, "LEAST_BYTES", 0)
    steps: list[int] = []
    with quick_project(tmp_path / "p") as project:
        report = import_ledger(
            project,
            plain,
            "geohazard",
            dry_run=dry_run,
            progress=lambda done, _all: steps.append(done),
            cancelled=lambda: len(steps) >= 2,
        )
        assert report.cancelled
        assert steps == [500, 1000]
        assert project.count(SiteQuery()) == 0
        assert project.check() == []


def test_a_file_that_breaks_off_far_down_leaves_nothing(tmp_path, monkeypatch, plain) -> None:
    monkeypatch.setattr(apart, "LEAST_BYTES", 0)
    with plain.open("a", encoding="utf-8") as more:
        more.write("360222000001," + "长" * 200_000 + "\n")
    with quick_project(tmp_path / "p") as project:
        with pytest.raises(BadInput, match=r"plain\.csv"):
            import_ledger(project, plain, "geohazard")
        assert project.count(SiteQuery()) == 0


def test_of_very_many_faulty_rows_the_refused_ones_are_listed(tmp_path, small_limits) -> None:
    file = ledger(tmp_path / "dirty.csv", 300)
    with quick_project(tmp_path / "p") as project:
        report = import_ledger(project, file, "geohazard", dry_run=True)
    refused = [row for row in report.rows if row.status == "refused"]
    assert len(refused) == report.refused > 200
    assert report.read == 300
    assert report.warnings > sum(row.status == "warning" for row in report.rows)
    assert set(report.actions) == {row.row for row in report.rows}
    assert all(set(row.fields) <= {"code", "name", "geometry"} for row in report.rows[10:])


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rows are listed whole, and five warnings."""
    monkeypatch.setattr(ledger_run, "LISTED", 10)
    monkeypatch.setattr(ledger_run, "LISTED_WARNED", 5)
