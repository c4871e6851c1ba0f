"""Importing into a real project: twice, changed, undone, cancelled; and out again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.ledger import export_sites, import_ledger, undo_import
from jdz_field.operations.sites import delete_site, edit_site, resolve
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

HEAD = ("统一编号", "名称", "县", "灾害类型", "经度", "纬度", "威胁人口(人)", "联系电话")
ONE = ("360222010001", "瑶里滑坡", "浮梁县", "滑坡", 117.4, 29.5, 12, "13900000001")
TWO = ("360222010002", "鹅湖滑坡", "浮梁县", "滑坡", 117.5, 29.5, 3, None)
BARE = (None, "无编号点", "浮梁县", "滑坡", 117.6, 29.5, 1, None)

Write = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p", name="试", author="甲") as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(*rows: Sequence[Any], name: str = "l.xlsx", head: Sequence[Any] = HEAD) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (head, *rows):
            book.active.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return make


def changed(row: Sequence[Any], **values: Any) -> tuple[Any, ...]:
    places = {"name": 1, "lon": 4, "people": 6, "phone": 7}
    new = list(row)
    for name, value in values.items():
        new[places[name]] = value
    return tuple(new)


def counts(report: Any) -> tuple[int, int, int, int]:
    return (report.imported, report.updated, report.unchanged, report.refused)


def logged(project: Project) -> int:
    return sum(
        len(project.site_history(site.id))
        for site in project.search(SiteQuery(include_deleted=True), limit=10_000)
    )


def test_the_sample_ledger_into_a_project_and_again(
    project: Project, shared: Path, tmp_path: Path
) -> None:
    file = shared / "data" / "ledger_geohazard_sample.xlsx"
    truth = json.loads(
        (shared / "data" / "ledger_geohazard_sample.truth.json").read_text(encoding="utf-8")
    )["rows"]
    first = import_ledger(project, file, "geohazard", report=tmp_path / "report.xlsx")
    assert first.read == len(first.rows) == 3037
    assert counts(first) == (3013, 0, 0, 24)
    assert first.warnings == 23
    assert [(one.row, one.reason) for one in first.skipped] == [(3057, "合计行")]
    sites = {site.code: site for site in project.search(SiteQuery(), limit=10_000)}
    assert len(sites) == 3013
    for row, true in zip(first.rows, truth, strict=True):
        if row.status == "refused":
            continue
        site = sites[true["code"]]
        assert (site.lon, site.lat) == pytest.approx((true["lon"], true["lat"]), abs=2e-6)
        assert site.fields["threatened_people"] == true["people"]
        assert site.fields["threatened_households"] == true["households"]
        assert site.fields["kind_code"] == true["kind_code"]
        assert site.fields["sample"] is True
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[1]
    told = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in told] == [true["row"] for true in truth]
    assert all(row[6] for row in told if row[1] != "正常")
    again = import_ledger(project, file, "geohazard")
    assert counts(again) == (0, 0, 3013, 24)
    assert project.check() == []


def test_two_offices_make_equal_creations(tmp_path: Path, write: Write) -> None:
    file = write(ONE, TWO, BARE)
    made = []
    for name in ("a", "b"):
        with Project.create(tmp_path / name, name=name, author=name) as project:
            import_ledger(project, file, "geohazard")
            made.append({s.id: dict(s.fields) for s in project.search(SiteQuery())})
    assert made[0] == made[1]
    assert len(made[0]) == 3


def test_a_changed_row_changes_only_what_differs(project: Project, write: Write) -> None:
    import_ledger(project, write(ONE, TWO), "geohazard")
    report = import_ledger(project, write(changed(ONE, people=15), TWO), "geohazard")
    assert counts(report) == (0, 1, 1, 0)
    newest = project.site_history(resolve(project, ONE[0]).id)[0].change
    assert dict(newest.fields) == {"threatened_people": (12, 15)}
    assert newest.origin == f"import:{report.origin}"


def test_an_empty_cell_says_nothing(project: Project, write: Write) -> None:
    import_ledger(project, write(ONE), "geohazard")
    report = import_ledger(project, write(changed(ONE, people=None, phone=None)), "geohazard")
    assert counts(report) == (0, 0, 1, 0)
    assert resolve(project, ONE[0]).fields["threatened_people"] == 12


def test_an_old_ledger_does_not_take_back_what_a_person_entered(
    project: Project, write: Write
) -> None:
    import_ledger(project, write(ONE), "geohazard")
    edit_site(project, resolve(project, ONE[0]).id, {"threatened_people": 20})
    # The same ledger, and one in which only the telephone is new.
    assert counts(import_ledger(project, write(ONE), "geohazard")) == (0, 0, 1, 0)
    report = import_ledger(project, write(changed(ONE, phone="13911112222")), "geohazard")
    assert counts(report) == (0, 1, 0, 0)
    site = resolve(project, ONE[0])
    assert site.fields["threatened_people"] == 20
    assert site.fields["monitor_phone"] == "13911112222"
    # A ledger that says something new about it counts when the person says so.
    newer = write(changed(ONE, people=30))
    import_ledger(project, newer, "geohazard")
    assert resolve(project, ONE[0]).fields["threatened_people"] == 20
    taken = ImportOptions(take=frozenset({(site.id, "threatened_people")}))
    import_ledger(project, newer, "geohazard", taken)
    assert resolve(project, ONE[0]).fields["threatened_people"] == 30
    # And the first ledger again is a change back.
    import_ledger(project, write(ONE), "geohazard")
    assert resolve(project, ONE[0]).fields["threatened_people"] == 12


def test_undoing_takes_back_what_nobody_touched_since(project: Project, write: Write) -> None:
    report = import_ledger(project, write(ONE, TWO), "geohazard")
    edit_site(project, resolve(project, TWO[0]).id, {"name": "改过"})
    assert undo_import(project, report.origin) == 1
    assert [site.code for site in project.search(SiteQuery())] == [TWO[0]]
    # Imported again, what was undone comes back, once.
    again = import_ledger(project, write(ONE, TWO), "geohazard")
    assert counts(again) == (1, 0, 1, 0)
    assert len(project.search(SiteQuery())) == 2
    assert resolve(project, TWO[0]).name == "改过"


def test_an_undone_update_can_be_imported_again(project: Project, write: Write) -> None:
    import_ledger(project, write(ONE), "geohazard")
    second = import_ledger(project, write(changed(ONE, people=15)), "geohazard")
    undo_import(project, f"import:{second.origin}")
    assert resolve(project, ONE[0]).fields["threatened_people"] == 12
    import_ledger(project, write(changed(ONE, people=15)), "geohazard")
    assert resolve(project, ONE[0]).fields["threatened_people"] == 15


def test_nothing_to_undo_is_one_sentence(project: Project) -> None:
    with pytest.raises(BadUsage, match="可撤销"):
        undo_import(project, "x")


def test_a_site_that_a_person_deleted_stays_deleted(project: Project, write: Write) -> None:
    import_ledger(project, write(ONE), "geohazard")
    delete_site(project, resolve(project, ONE[0]))
    report = import_ledger(project, write(ONE), "geohazard")
    assert counts(report) == (0, 0, 1, 0)
    assert [issue.code for issue in report.rows[0].issues] == ["deleted_here"]
    assert report.warnings == 1
    assert project.search(SiteQuery()) == []


def test_rows_without_number_are_known_again_and_told_apart(project: Project, write: Write) -> None:
    report = import_ledger(project, write(BARE, BARE, changed(BARE, name="另一点")), "geohazard")
    assert counts(report) == (2, 0, 0, 1)
    assert [issue.code for issue in report.rows[1].issues] == ["duplicate_code"]
    assert counts(import_ledger(project, write(BARE), "geohazard")) == (0, 0, 1, 0)


def test_a_number_that_several_sites_have_is_refused(project: Project, write: Write) -> None:
    for name in ("a", "b"):
        project.edit("geohazard", f"0189{name}", {"code": ONE[0], "name": name})
    report = import_ledger(project, write(ONE), "geohazard")
    assert counts(report) == (0, 0, 0, 1)
    assert "0189a" in report.rows[0].issues[0].message


def test_a_dry_run_writes_nothing_but_its_report(
    project: Project, write: Write, tmp_path: Path
) -> None:
    report = import_ledger(
        project, write(ONE, TWO), "geohazard", dry_run=True, report=tmp_path / "r.xlsx"
    )
    assert counts(report) == (2, 0, 0, 0)
    assert report.dry_run
    assert project.search(SiteQuery()) == []
    assert (tmp_path / "r.xlsx").exists()


def test_cancelling_leaves_the_project_as_it_was(project: Project, write: Write) -> None:
    rows = [(f"36022201{i:04d}", *ONE[1:]) for i in range(1200)]
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))

    file = write(*rows)
    report = import_ledger(
        project, file, "geohazard", progress=progress, cancelled=lambda: len(seen) == 1
    )
    assert report.cancelled
    assert counts(report) == (0, 0, 0, 0)
    assert project.search(SiteQuery(include_deleted=True)) == []
    import_ledger(project, file, "geohazard", progress=progress)
    assert seen[-1] == (1200, 1200)
    assert all(done <= total for done, total in seen)


def test_a_file_damaged_in_the_middle_leaves_the_project_as_it_was(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "l.csv"
    rows = "".join(f"36022201{i:04d},117.4,29.5\n" for i in range(30_000))
    path.write_text(f"统一编号,经度,纬度\n{rows}" + '"' + "x" * 200_000, encoding="utf-8")
    with pytest.raises(BadInput, match=r"l\.csv"):
        import_ledger(project, path, "geohazard")
    assert project.search(SiteQuery(include_deleted=True)) == []


def test_many_rows_list_only_those_with_issues(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jdz_field.operations.ledger_run.LISTED", 10)
    path = tmp_path / "l.csv"
    for n, listed in ((10, 10), (11, 2), (40, 2)):
        rows = "".join(f"36022201{i:04d},{117.4 if i % 9 != 3 else ''},29.5\n" for i in range(n))
        path.write_text(f"统一编号,经度,纬度\n{rows}", encoding="utf-8")
        report = import_ledger(project, path, "geohazard", dry_run=True)
        assert report.read == n
        wanted = n if n <= 10 else sum(i % 9 == 3 for i in range(n))
        assert len(report.rows) == wanted, listed


def test_an_unwritable_report_says_that_the_import_is_done(
    project: Project, write: Write, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="导入已完成"):
        import_ledger(project, write(ONE), "geohazard", report=tmp_path / "no" / "r.xlsx")
    assert len(project.search(SiteQuery())) == 1


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"kind": "volcano"}, BadInput),
        ({"crs": "EPSG:999999"}, BadInput),
        ({"sheet": "没有"}, BadUsage),
        ({"mapping": {"没有": "code"}}, BadUsage),
    ],
)
def test_wrong_options_are_one_sentence(
    project: Project, write: Write, options: dict[str, Any], error: type[Exception]
) -> None:
    given = {"kind": "geohazard"} | options
    with pytest.raises(error) as raised:
        import_ledger(project, write(ONE), given.pop("kind"), ImportOptions(**given))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".csv", ".xlsx", ".kml"])
def test_what_is_exported_imports_as_unchanged(
    project: Project, write: Write, tmp_path: Path, suffix: str
) -> None:
    import_ledger(project, write(ONE, TWO, BARE), "geohazard")
    out = tmp_path / f"out{suffix}"
    assert export_sites(project, out, kinds=["geohazard"]) == 3
    assert counts(import_ledger(project, out, "geohazard")) == (0, 0, 3, 0)
    with Project.create(tmp_path / "q", name="空", author="乙") as other:
        assert counts(import_ledger(other, out, "geohazard")) == (3, 0, 0, 0)
        ours = {s.id: (dict(s.fields), s.geometry) for s in project.search(SiteQuery())}
        theirs = {s.id: (dict(s.fields), s.geometry) for s in other.search(SiteQuery())}
        assert theirs == ours


def test_every_kind_goes_into_one_geopackage(
    project: Project, write: Write, tmp_path: Path
) -> None:
    import_ledger(project, write(ONE), "geohazard")
    project.edit("mine", "0189m", {"code": "K1", "geometry": "POINT (117.3 29.3)"})
    assert export_sites(project, tmp_path / "all.gpkg") == 2
    assert export_sites(project, tmp_path / "all.xlsx") == 2
    assert export_sites(project, tmp_path / "all.kml", crs=None) == 2
    with Project.create(tmp_path / "q", name="空", author="乙") as other:
        # The layer of the kind is chosen by its name.
        assert import_ledger(other, tmp_path / "all.gpkg", "mine").imported == 1


def test_an_old_datum_is_no_export(project: Project, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Xi'an"):
        export_sites(project, tmp_path / "x.gpkg", crs="EPSG:2384")
