"""A ledger that comes again: what differs, cell by cell; what is left; what it lists no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.differences import (
    EVERY,
    Bounded,
    cells_named,
    propose_closing,
    since_words,
    taken,
    value_words,
    write_differences,
)
from jdz_field.operations.ledger import import_ledger, undo_import
from jdz_field.operations.sites import delete_site, edit_site, resolve
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

HEAD = ("统一编号", "名称", "县", "灾害类型", "经度", "纬度", "威胁人口(人)", "联系电话")
ROWS = [
    (
        f"36022201000{n}",
        f"{n} 号滑坡",
        "浮梁县",
        "滑坡",
        117.4 + n / 100,
        29.5,
        10 + n,
        f"1390000000{n}",
    )
    for n in range(1, 7)
]

Write = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p", name="试", author="甲") as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(rows: Sequence[Sequence[Any]], head: Sequence[Any] = HEAD) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (head, *rows):
            book.active.append(list(row))
        book.save(tmp_path / "l.xlsx")
        book.close()
        return tmp_path / "l.xlsx"

    return make


def with_people(*changes: tuple[int, Any]) -> list[Sequence[Any]]:
    by_row = dict(changes)
    return [(*row[:6], by_row.get(n, row[6]), row[7]) for n, row in enumerate(ROWS)]


def people(project: Project, n: int) -> Any:
    return resolve(project, ROWS[n][0]).fields["threatened_people"]


def test_every_differing_cell_is_listed_with_before_and_after(
    project: Project, write: Write
) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    rows = with_people((0, 50), (3, 60))
    rows[3] = (*rows[3][:7], "13911112222")
    report = import_ledger(project, write(rows), "geohazard", dry_run=True)
    assert [(d.code, d.field, d.before, d.after, d.row) for d in report.differences] == [
        (ROWS[0][0], "threatened_people", 11, 50, 2),
        (ROWS[3][0], "threatened_people", 14, 60, 5),
        (ROWS[3][0], "monitor_phone", "13900000004", "13911112222", 5),
    ]
    assert all(d.taken and d.by_import and d.author == "甲" and d.at for d in report.differences)
    assert (report.updated, report.unchanged) == (2, 4)
    assert report.actions[2] == "updated"
    assert report.actions[3] == "unchanged"
    assert report.to_json()["differences"][0]["changed_by"] == "甲"


def test_a_difference_that_is_left_stays_and_is_asked_again(project: Project, write: Write) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    file = write(with_people((0, 50), (1, 60)))
    leave = cells_named(project, "geohazard", [f"{ROWS[0][0]}:威胁人数"], "--leave")
    report = import_ledger(project, file, "geohazard", ImportOptions(leave=leave))
    assert [d.taken for d in report.differences] == [False, True]
    assert (people(project, 0), people(project, 1)) == (11, 60)
    assert report.updated == 1
    again = import_ledger(project, file, "geohazard")
    assert [d.after for d in again.differences] == [50]
    assert people(project, 0) == 50
    assert import_ledger(project, file, "geohazard").differences == []


def test_what_a_person_changed_since_is_shown_and_left(project: Project, write: Write) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    edit_site(project, resolve(project, ROWS[0][0]).id, {"threatened_people": 99})
    report = import_ledger(project, write(with_people((0, 50))), "geohazard")
    (one,) = report.differences
    assert (one.since, one.taken, one.before, one.after, one.author) == (True, False, 99, 50, "甲")
    assert "本机改过" in since_words(one) or "changed here since" in since_words(one)
    assert people(project, 0) == 99
    assert report.updated == 0
    # The very ledger of before is shown as overruled too.
    (one,) = import_ledger(project, write(ROWS), "geohazard", dry_run=True).differences
    assert (one.since, one.after) == (True, 11)


def test_a_whole_column_is_left_but_for_one_cell(project: Project, write: Write) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    site = resolve(project, ROWS[1][0]).id
    options = ImportOptions(
        leave=frozenset({(EVERY, "threatened_people")}),
        take=frozenset({(site, "threatened_people")}),
    )
    import_ledger(project, write(with_people((0, 50), (1, 60))), "geohazard", options)
    assert (people(project, 0), people(project, 1)) == (11, 60)


def test_the_narrower_choice_goes_first() -> None:
    one, column, every = ("a", "f"), (EVERY, "f"), (EVERY, EVERY)
    choose = lambda leave, take, since=False: taken(  # noqa: E731
        ImportOptions(leave=frozenset(leave), take=frozenset(take)), "a", "f", since=since
    )
    assert choose((), ()) is True
    assert choose((), (), since=True) is False
    assert choose((), (every,), since=True) is True
    assert choose((every,), (column,)) is True
    assert choose((column,), (every,)) is False
    assert choose((one,), (column,)) is False
    assert choose((one,), (one,)) is False


def test_a_value_given_after_an_undone_import_counts_as_a_persons(
    project: Project, write: Write
) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    edit_site(project, resolve(project, ROWS[0][0]).id, {"threatened_people": 99})
    every = ImportOptions(take=frozenset({(EVERY, EVERY)}))
    report = import_ledger(project, write(with_people((0, 50))), "geohazard", every)
    undo_import(project, report.origin)
    assert people(project, 0) == 99
    (one,) = import_ledger(project, write(with_people((0, 50))), "geohazard").differences
    assert (one.since, one.taken) == (True, False)


def test_an_emptied_cell_keeps_the_value_and_is_told(project: Project, write: Write) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    edit_site(project, resolve(project, ROWS[1][0]).id, {"monitor_name": "甲某"})
    rows = [(*ROWS[0][:7], None), *ROWS[1:]]
    report = import_ledger(project, write(rows), "geohazard", dry_run=True)
    assert report.differences == []
    assert "13900000001" in " ".join(report.rows[0].notes)
    assert report.rows[1].notes == []
    assert report.rows[0].status == "ok"


def test_what_only_a_person_entered_is_no_emptied_cell(project: Project, write: Write) -> None:
    bare = [(*row[:7], None) for row in ROWS]
    import_ledger(project, write(bare), "geohazard")
    edit_site(project, resolve(project, ROWS[0][0]).id, {"monitor_phone": "13700000000"})
    report = import_ledger(project, write(bare), "geohazard")
    assert report.rows[0].notes == []


def test_sites_that_the_ledger_lists_no_more_are_told(project: Project, write: Write) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    other = [("360203010001", "别处", "珠山区", "滑坡", 117.2, 29.3, 1, None)]
    import_ledger(project, write(other), "geohazard")
    report = import_ledger(project, write(ROWS[:4]), "geohazard")
    assert [one.code for one in report.missing] == [row[0] for row in ROWS[4:]]
    assert len(project.search(SiteQuery())) == 7
    # Half a dozen of another town's ledger are no earlier import of this one.
    assert import_ledger(project, write(ROWS[:2]), "geohazard").missing == []


def test_a_refused_row_still_lists_its_site(project: Project, write: Write) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    rows = [*ROWS[:5], (*ROWS[5][:4], 121.0, 25.0, *ROWS[5][6:])]
    report = import_ledger(project, write(rows), "geohazard")
    assert report.refused == 1
    assert report.missing == []


def test_deleted_and_closed_sites_are_not_missing(project: Project, write: Write) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    delete_site(project, resolve(project, ROWS[5][0]))
    report = import_ledger(project, write(ROWS[:4]), "geohazard")
    (one,) = report.missing
    assert propose_closing(project, [one.id, "nobody"], "台账不再列出") == 1
    site = project.site(one.id)
    assert site is not None
    assert site.fields["status"] == "closed"
    assert "台账不再列出" in str(site.fields["remarks"])
    assert import_ledger(project, write(ROWS[:4]), "geohazard").missing == []
    assert propose_closing(project, [one.id], "台账不再列出") == 0


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_differences_are_written_as_a_table(
    project: Project, write: Write, tmp_path: Path, suffix: str
) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    rows = [(*ROWS[0][:4], 117.5, 29.6, 50, ROWS[0][7]), *ROWS[1:4]]
    report = import_ledger(project, write(rows), "geohazard", dry_run=True)
    out = tmp_path / f"d{suffix}"
    assert write_differences(out, "geohazard", report.differences, report.missing) == 2
    if suffix == ".csv":
        text = out.read_text(encoding="utf-8-sig")
        assert "117.500000, 29.600000" in text
        assert "50" in text
    else:
        book = openpyxl.load_workbook(out)
        told = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
        assert {line[1] for line in told} == {ROWS[0][0]}
        assert len(list(book.worksheets[1].iter_rows(min_row=2))) == 2
        book.close()


def test_differences_go_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(BadUsage):
        write_differences(tmp_path / "d.pdf", "geohazard", [])
    for name in ("d.csv", "d.xlsx"):
        with pytest.raises(Unavailable):
            write_differences(tmp_path / "no" / name, "geohazard", [])


@pytest.mark.parametrize("text", ["", "x", ":", "360222010001", "nobody:name", "*:volcano", "*:"])
def test_a_cell_that_is_not_there_is_one_sentence(
    project: Project, write: Write, text: str
) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    with pytest.raises(BadUsage) as raised:
        cells_named(project, "geohazard", [text], "--leave")
    assert "--leave" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_cells_are_named_by_code_field_and_label(project: Project, write: Write) -> None:
    import_ledger(project, write(ROWS), "geohazard")
    site = resolve(project, ROWS[0][0]).id
    named = cells_named(
        project, "geohazard", [f"{ROWS[0][0]}:name", f"{site}:geometry", "*:*"], "--leave"
    )
    assert named == {(site, "name"), (site, "geometry"), (EVERY, EVERY)}


def test_a_bounded_list_counts_what_it_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jdz_field.operations.differences.LISTED", 2)
    found: Bounded[int] = Bounded()
    for n in range(5):
        found.put(n)
    assert (list(found), found.more, found.total) == ([0, 1], 3, 5)


def test_values_are_told_in_words() -> None:
    assert value_words("geohazard", "kind_code", "01") not in ("", "01")
    assert value_words("geohazard", "remarks", None) == ""
    assert value_words("geohazard", "geometry", "POINT (117.4 29.5)") == "117.400000, 29.500000"
    assert value_words("risk", "geometry", "POLYGON ((0 0, 1 0, 1 1, 0 0))").startswith("POLYGON")
    assert value_words("geohazard", "volume", 12.5).startswith("12.5")


def test_a_large_ledger_again_is_compared_in_pieces(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "l.csv"

    def ledger(people: int) -> Path:
        rows = "".join(
            f"36022201{i:04d},117.4,29.5,浮梁县,滑坡,{people if i % 500 == 0 else 1}\n"
            for i in range(4500)
        )
        path.write_text(f"统一编号,经度,纬度,县,灾害类型,威胁人数\n{rows}", encoding="utf-8")
        return path

    import_ledger(project, ledger(2), "geohazard")
    report = import_ledger(project, ledger(3), "geohazard")
    assert (report.updated, report.unchanged, report.imported) == (9, 4491, 0)
    assert len(report.differences) == 9
    assert project.check() == []
