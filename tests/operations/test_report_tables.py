"""Ledger, table of changes and cards as files: of their day, the same again, whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.i18n import spoken
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Record
from jdz_field.operations import report_cards
from jdz_field.operations.ledger import import_ledger
from jdz_field.operations.ledger_report import LedgerRequest, ledger, rendered, write_ledger
from jdz_field.operations.personal import Privacy
from jdz_field.operations.report_cards import CardRequest, write_cards
from jdz_field.operations.report_common import Issue, Stopped
from jdz_field.operations.report_households import HouseholdsRequest, write_households
from jdz_field.operations.report_movement import MovementRequest, movement_made, write_movement
from jdz_field.operations.report_state import Wanted, wanted_of
from jdz_field.store.project import Project
from tests.operations.report_story import day, go_to, point, story_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Six points on day 0; then one is closed, one goes, one comes, one moves."""
    with story_project(tmp_path / "p") as made:
        ids = [point(made, n, town=("瑶里镇", "鹅湖镇")[n % 2]) for n in range(6)]
        go_to(made, 5)
        made.edit("geohazard", ids[0], {"status": "closed", "close_reason": "1"})
        made.edit("geohazard", ids[1], {"deleted": True})
        made.edit("geohazard", ids[2], {"town": "鹅湖镇", "threatened_people": None})
        point(made, 7, town="湘湖镇", status="provisional", provisional=True)
        point(made, 8, town="湘湖镇")
        go_to(made, 9)
        yield made


def numbers(project: Project, **wanted: Any) -> list[str]:
    day_ = wanted.pop("day", "")
    made = ledger(project, LedgerRequest(Wanted(**wanted), issue=Issue(day_)))
    return [str(row[1])[-1] for row in made.table.rows]


def sheets(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = {one.title: list(one.iter_rows(values_only=True)) for one in book.worksheets}
    book.close()
    return found


# ---- ledger
def test_the_ledger_is_of_its_day(project: Project) -> None:
    assert numbers(project, day=day(0)) == ["0", "1", "2", "3", "4", "5"]
    assert numbers(project) == ["2", "3", "4", "5", "8"]
    assert numbers(project, closed=True) == ["0", "2", "3", "4", "5", "7", "8"]
    assert numbers(project, town="鹅湖镇") == ["2", "3", "5"]
    made = ledger(project, LedgerRequest())
    assert "已核销 1" in made.told[0]
    assert "待认定 1" in made.told[0]


def test_sums_leave_out_what_is_not_known_and_say_so(project: Project) -> None:
    made = ledger(project, LedgerRequest())
    people = [head.words for head in made.table.heads].index("威胁人口(人)")
    assert [row[people] for row in made.table.rows] == [None, 12, 12, 12, 12]
    assert made.table.totals[people] == 48
    assert any("威胁人口" in one and "1" in one for one in made.table.notes)


def test_a_ledger_comes_out_the_same_and_is_taken_in_without_news(
    project: Project, tmp_path: Path
) -> None:
    request = LedgerRequest(issue=Issue(day(6)))
    before = [rendered(ledger(project, request), end) for end in (".xlsx", ".pdf")]
    again = import_ledger(project, _written(tmp_path, before[0][0]), "geohazard", dry_run=True)
    assert (again.read, again.imported, again.updated, again.refused) == (5, 0, 0, 0)
    point(project, 9)
    go_to(project, 12)
    project.edit("geohazard", project.sites_by_code("360222010003")[0].id, {"name": "改名"})
    assert [rendered(ledger(project, request), end) for end in (".xlsx", ".pdf")] == before
    assert rendered(ledger(project, LedgerRequest()), ".xlsx") != before[0]


def _written(folder: Path, data: bytes) -> Path:
    file = folder / "again.xlsx"
    file.write_bytes(data)
    return file


def test_a_workbook_s_cells_are_what_they_say(project: Project) -> None:
    site = project.sites_by_code("360222010003")[0].id
    project.edit("geohazard", site, {"name": "=1+1", "last_inspected": "2026-06-03"})
    (rows,) = sheets(rendered(ledger(project, LedgerRequest()), ".xlsx")[0]).values()
    told = [cell for row in rows for cell in row if cell is not None]
    assert "=1+1" in told
    assert "内部使用 · 虚构示例" in told
    assert any(getattr(cell, "year", 0) == 2026 for cell in told)


def test_names_can_be_left_out_or_closed(project: Project, tmp_path: Path) -> None:
    out = Issue(privacy=Privacy(leave_out=True))
    made = write_ledger(project, tmp_path / "a.xlsx", LedgerRequest(issue=out))
    assert "示例员甲" not in str(sheets(made.files[0].read_bytes()))
    kept = write_ledger(project, tmp_path / "b.xlsx", LedgerRequest())
    assert any("监测责任人" in one for one in kept.told)
    closed = Issue(privacy=Privacy(passphrase="八个字以上的口令吧"))
    shut = write_ledger(project, tmp_path / "c.xlsx", LedgerRequest(issue=closed))
    assert [one.name for one in shut.files] == ["c.xlsx.age"]
    assert not (tmp_path / "c.xlsx").exists()


@pytest.mark.parametrize("kind", ["mine", "plot", "risk", "works"])
def test_every_kind_has_its_columns(project: Project, kind: str) -> None:
    values = {"code": "X1", "name": "示例", "county_code": "360222"}
    project.edit(kind, new_id(), values)
    for language in ("zh", "en"):
        with spoken(language):
            made = ledger(project, LedgerRequest(Wanted(kind)))
        assert made.table.rows[0][1] == "X1"
        assert rendered(made, ".pdf")[0].startswith(b"%PDF")


def test_a_place_is_named_by_its_words() -> None:
    assert wanted_of("geohazard", county="浮梁县", grade="小型") == Wanted(
        "geohazard", county="360222", grade="D"
    )
    with pytest.raises(BadUsage, match="火星"):
        wanted_of("geohazard", county="火星")


@pytest.mark.parametrize(
    ("wanted", "issue", "profile", "out", "error"),
    [
        (Wanted("nothing"), Issue(), "", "a.pdf", BadUsage),
        (Wanted(), Issue("2999-01-01"), "", "a.pdf", BadUsage),
        (Wanted(), Issue("2026-02-30"), "", "a.pdf", BadUsage),
        (Wanted(), Issue("2001-01-01"), "", "a.pdf", BadInput),
        (Wanted(), Issue(), "mine_ledger", "a.pdf", BadUsage),
        (Wanted(), Issue(), "nothing", "a.pdf", BadUsage),
        (Wanted(), Issue(), "", "a.docx", BadUsage),
        (Wanted(), Issue(), "", "nowhere/a.xlsx", Unavailable),
        (Wanted(town="无此镇"), Issue(), "", "a.xlsx", BadInput),
        (Wanted(ids=frozenset()), Issue(), "", "a.xlsx", BadInput),
        (Wanted("mine"), Issue(), "", "a.xlsx", BadInput),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    project: Project,
    tmp_path: Path,
    wanted: Wanted,
    issue: Issue,
    profile: str,
    out: str,
    error: type[Exception],
) -> None:
    with pytest.raises(error) as raised:
        write_ledger(project, tmp_path / out, LedgerRequest(wanted, profile, issue))
    assert len(str(raised.value).splitlines()) == 1
    assert not (tmp_path / out).exists()


def test_a_file_that_another_program_holds_is_said(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that Excel has open."""
    from jdz_field.core import files

    def held(source: Path, target: Path) -> None:
        del source, target
        raise PermissionError(13, "Permission denied")

    out = tmp_path / "a.xlsx"
    out.write_bytes(b"old")
    monkeypatch.setattr(files, "replace", held)
    with pytest.raises(Unavailable, match="打开"):
        write_ledger(project, out, LedgerRequest())
    assert out.read_bytes() == b"old"
    assert [one.name for one in tmp_path.glob("*.part")] == []


def test_a_full_disk_is_said(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jdz_field.core import files

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        write_movement(project, tmp_path / "a.xlsx", MovementRequest())
    assert list(tmp_path.glob("a*")) == []


def test_it_stops_when_asked(project: Project, tmp_path: Path) -> None:
    asks: list[Callable[..., Any]] = [
        lambda **k: write_ledger(project, tmp_path / "a.pdf", LedgerRequest(), **k),
        lambda **k: write_movement(project, tmp_path / "a.pdf", MovementRequest(), **k),
        lambda **k: write_cards(project, tmp_path / "a.pdf", CardRequest(_points(project)), **k),
    ]
    for ask in asks:
        with pytest.raises(Stopped):
            ask(cancelled=lambda: True)
    assert not (tmp_path / "a.pdf").exists()


# ---- table of changes
def test_each_number_names_its_sites(project: Project) -> None:
    request = MovementRequest(since=day(1), issue=Issue(day(9)))
    made = movement_made(project, request).to_json()
    assert made["adds_up"] is True
    total = made["total"]
    figures = {name: total[name]["n"] for name in total}
    assert figures == {
        "opening": 6,
        "new": 1,
        "reactivated": 0,
        "moved_in": 1,
        "closed": 1,
        "removed": 1,
        "moved_out": 1,
        "closing": 5,
    }
    assert total["closed"]["sites"] == ["360222010000"]
    assert total["moved_in"]["sites"] == total["moved_out"]["sites"] == ["360222010002"]
    assert made["told"] == []


def test_the_sheets_say_the_same_as_the_figures(project: Project, tmp_path: Path) -> None:
    request = MovementRequest(since=day(1), issue=Issue(day(9)))
    written, made = write_movement(project, tmp_path / "m.xlsx", request)
    found = sheets(written.files[0].read_bytes())
    assert list(found) == ["变动表", "变动明细", "期初名单", "期末名单"]
    text = str(found["变动明细"])
    for words in ("360222010000", "核销", "工程治理", "余小敏", "手工"):
        assert words in text
    assert len(found["期初名单"]) - len(found["期末名单"]) == 1
    again, _made = write_movement(project, tmp_path / "n.xlsx", request)
    assert again.files[0].read_bytes() == written.files[0].read_bytes()
    assert made.found.adds_up


def test_before_the_project_began_nothing_is_known(project: Project) -> None:
    made = movement_made(project, MovementRequest())
    assert "2026-06-01" in made.told[0]
    with pytest.raises(BadUsage, match=day(3)):
        movement_made(project, MovementRequest(since=day(3), issue=Issue(day(2))))
    with pytest.raises(BadUsage):
        movement_made(project, MovementRequest(since="tomorrow"))
    with pytest.raises(BadInput):
        movement_made(project, MovementRequest(Wanted("mine")))


# ---- cards and households
def _points(project: Project) -> tuple[Any, ...]:
    return tuple(project.sites_by_code(f"36022201000{n}")[0] for n in (3, 4, 5))


def survey(project: Project, site: str, count: int) -> None:
    """A survey of so many households; every third does not say how many live there."""
    houses = [
        {
            "head": f"示例户主{n}",
            "people": None if n % 3 == 2 else n,
            "phone": "13900000009",
            "member": [{"name": "示例成员", "sex": "female", "age": 0}],
        }
        for n in range(count)
    ]
    now = "2026-06-02T04:00:00.000Z"
    answers = {"household": houses, "escape_line": "29.3 117.2 0 0; 29.31 117.21 0 0"}
    project.finalize(
        Record(new_id(), "card_survey", "1", answers, "余小敏", now, now, site, "geohazard"),
        draft=None,
    )


def test_a_batch_of_cards_goes_into_volumes(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_cards, "VOLUME", 2)
    seen: list[tuple[int, int]] = []
    made = write_cards(
        project,
        tmp_path / "a.pdf",
        CardRequest(_points(project)),
        progress=lambda *at: seen.append(at),
    )
    assert [one.name for one in made.written.files] == ["a.pdf", "a-2.pdf"]
    assert made.written.count == 3
    assert seen[-1] == (3, 3)
    pages = write_cards(project, tmp_path / "b.png", CardRequest(_points(project)))
    assert [one.name for one in pages.written.files] == ["b.png", "b-2.png", "b-3.png"]


def test_cards_are_of_their_day(project: Project, tmp_path: Path) -> None:
    sites = _points(project)
    request = CardRequest(sites, issue=Issue(day(9)))
    before = write_cards(project, tmp_path / "a.pdf", request).written.files[0].read_bytes()
    go_to(project, 11)
    project.edit("geohazard", sites[0].id, {"monitor_name": "示例员乙"})
    point(project, 9)
    again = write_cards(project, tmp_path / "b.pdf", request).written.files[0].read_bytes()
    assert again == before
    with pytest.raises(BadInput, match="示例3号滑坡"):
        write_cards(project, tmp_path / "c.pdf", CardRequest(sites, issue=Issue("2026-05-01")))


def test_points_without_households_are_named(project: Project, tmp_path: Path) -> None:
    sites = _points(project)
    survey(project, sites[0].id, 3)
    made = write_cards(project, tmp_path / "a.pdf", CardRequest(sites, "household"))
    assert made.written.count == 3
    assert made.without == sites[1:]
    assert "示例4号滑坡" in made.written.told[0]
    hidden = CardRequest(sites, "household", Issue(privacy=Privacy(leave_out=True)))
    with pytest.raises(BadUsage):
        write_cards(project, tmp_path / "b.pdf", hidden)


def test_a_list_of_households_says_what_is_not_known(project: Project, tmp_path: Path) -> None:
    sites = _points(project)
    survey(project, sites[0].id, 70)
    made = write_households(project, tmp_path / "h.xlsx", HouseholdsRequest(sites))
    assert made.count == 70
    (rows,) = sheets(made.files[0].read_bytes()).values()
    told = str(rows)
    assert "台账为 3 户，名册为 70 户" in told
    assert "23 户未填" in told
    first = next(row for row in rows if row[1] == "示例户主0")
    assert first[2] == 0
    assert next(row for row in rows if row[1] == "示例户主2")[2] is None
    printed = write_households(project, tmp_path / "h.png", HouseholdsRequest(sites))
    assert len(printed.files) > 1
    bare = Issue(privacy=Privacy(leave_out=True))
    out = write_households(project, tmp_path / "b.xlsx", HouseholdsRequest(sites, bare))
    told = str(sheets(out.files[0].read_bytes()))
    for secret in ("示例户主", "示例成员", "13900000009"):
        assert secret not in told


def test_nobody_chosen_and_nobody_there(project: Project, tmp_path: Path) -> None:
    for sites in ((), _points(project)):
        with pytest.raises(BadInput):
            write_households(project, tmp_path / "h.pdf", HouseholdsRequest(sites))
    with pytest.raises(BadInput):
        write_cards(project, tmp_path / "h.pdf", CardRequest(()))
