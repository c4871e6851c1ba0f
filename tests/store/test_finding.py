"""Questions about sites against a plain reference that looks at every site in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.core import patrol
from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.core.sites import Site
from jdz_field.store import search, texts
from jdz_field.store.editing import Edit
from jdz_field.store.layers import layer
from jdz_field.store.project import Project
from jdz_field.store.queries import NEVER, SiteQuery
from tests.store.tools import quick_project

TODAY = date(2026, 5, 20)
TOWNS = ("瑶里镇", "鹅湖镇", "乐平", "长山乡", None)
NAMES = ("白石塔{n}号滑坡", "瑶里{n}", "东瑶里", "LC-{n} 示例点", "鹅湖村崩塌", "长乐坞", None)
PEOPLE = ("曾祥贵", "王长明", "Li Ming", None)
REMARKS = ("雨后有新裂缝", "坐标待转换：39512345 3241234", "墙体开裂", None)


def edits() -> Iterator[Edit]:
    for n in range(140):
        kind = ("geohazard", "geohazard", "mine", "plot")[n % 4]
        fields: dict[str, Any] = {
            "code": (f"36022201{n:04d}", f"3602LS{n:04d}A", None)[n % 3],
            "name": NAMES[n % 7] and NAMES[n % 7].format(n=n),
            "town": TOWNS[n % 5],
            "county_code": ("360222", "360281", None)[n % 3],
            "kind_code": ("01", "02", "1")[n % 3],
            "monitor_name": PEOPLE[n % 4],
            "monitor_phone": f"1390000{n * 37:04d}",
            "remarks": REMARKS[n % 4],
            "status": ("active", "closed", None)[n % 3],
        }
        if kind == "geohazard":
            fields["last_inspected"] = (
                None if n % 5 == 0 else str(TODAY - timedelta(days=n * 3 % 90))
            )
            fields["threatened_people"] = n * 9
        if n % 6:
            fields["geometry"] = f"POINT ({117 + n % 11 / 100:.2f} {29 + n % 7 / 100:.2f})"
        fields = {name: value for name, value in fields.items() if value is not None}
        yield Edit(kind, f"00000000-0000-5000-8000-{n:012d}", fields)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Iterator[Project]:
    folder: Path = tmp_path_factory.mktemp("finding") / "p"
    made = quick_project(folder, device="d")
    made.now = lambda: datetime(2026, 5, 20, 4, tzinfo=UTC)
    made.edit_many(list(edits()), origin="import:1")
    first = next(edits())
    made.edit(first.kind, first.subject, {"village": "新村"})
    made.edit("mine", next(e.subject for e in edits() if e.kind == "mine"), {"deleted": True})
    yield made
    made.close()


_SEEN: dict[int, list[Site]] = {}


def everything(project: Project) -> list[Site]:
    stamp = project.find(SiteQuery()).stamp
    if stamp not in _SEEN:
        found = (project.site(edit.subject) for edit in edits())
        _SEEN[stamp] = [site for site in found if site is not None]
    return _SEEN[stamp]


# ---- the reference


def holds(site: Site, term: str) -> bool:
    home = layer(site.kind)
    for name in search.short_fields(home.name):
        value = site.fields.get(name)
        if isinstance(value, str):
            text = search.plain(value)
            if term in text:
                return True
            spelled = search.spell(text, whole=name in ("name", "town"))
            if term.isascii() and term.isalpha() and any(term in one for one in spelled):
                return True
    return labelled(site, term) or in_prose(site, term)


def labelled(site: Site, term: str) -> bool:
    field = site_kind(site.kind).by_name["kind_code"]
    for name, codes in (("county_code", "county"), ("kind_code", field.codes)):
        found = next((c for c in code_list(codes).codes if c.value == site.fields.get(name)), None)
        for label in found.labels.values() if found else ():
            text = search.plain(label)
            if term in text or any(term in one for one in search.spell(text, whole=True)):
                return True
    return False


def in_prose(site: Site, term: str) -> bool:
    if search.in_prose(term) is None:
        return False
    names = search.prose_fields(layer(site.kind).name)
    prose = [site.fields[name] for name in names if isinstance(site.fields.get(name), str)]
    chinese = all("\u4e00" <= sign <= "\u9fff" for sign in term)
    for text in map(search.plain, prose):
        if chinese and term in text:
            return True
        words = "".join(sign if sign.isalnum() and sign.isascii() else " " for sign in text)
        if term.isascii() and any(word.startswith(term) for word in words.split()):
            return True
    return False


def means(site: Site, q: SiteQuery) -> bool:
    fields = site.fields
    for name, value in (
        ("county_code", q.county),
        ("town", q.town),
        ("kind_code", q.kind_code),
        ("danger_grade", q.grade),
        ("status", q.status),
    ):
        if value is not None and fields.get(name) != value:
            return False
    terms = search.terms(q.text)
    if q.text.strip() and not (terms and all(holds(site, term) for term in terms)):
        return False
    return (
        (q.include_deleted or not site.deleted)
        and (not q.kinds or site.kind in q.kinds)
        and means_visit(site, q)
        and means_state(site, q)
    )


def inspected(site: Site) -> date | None:
    value = site.fields.get("last_inspected")
    return date.fromisoformat(value) if isinstance(value, str) else None


def means_visit(site: Site, q: SiteQuery) -> bool:
    last = inspected(site)
    if q.unvisited is not None:
        by_days = "last_inspected" in site_kind(site.kind).by_name
        if q.unvisited == NEVER:
            late = last is None
        else:
            late = last is None or (TODAY - last).days > q.unvisited
        if not (by_days and late):
            return False
    if q.overdue is None:
        return True
    status = site.fields.get("status")
    late = patrol.overdue(site.kind, status if isinstance(status, str) else None, last, TODAY)
    return late == q.overdue


def means_state(site: Site, q: SiteQuery) -> bool:
    legacy = site.lon is None and "待转换" in str(site.fields.get("remarks"))
    placed = {"placed": site.lon is not None, "unplaced": site.lon is None, "legacy": legacy}
    mine = site.id == next(edits()).subject or site.deleted
    return (
        (q.unsent is None or q.unsent == site.local["unsent"])
        and (q.placed is None or placed[q.placed])
        and (q.mine is None or q.mine == mine)
    )


typed = st.one_of(
    st.sampled_from(
        ["瑶", "里", "瑶里", "yl", "y", "yaoli", "ylz", "3602", "0", "139", "00", "0037", "ls",
         "号", "白石塔3", "3号", "lc-", "LC-3", "示例点", "曾", "zxg", "cxg", "zmc", "cle", "zly",
         "滑坡", "裂缝", "新裂", "雨", "浮梁", "fl", "mine", "li", "ming", "新村", "瑶里 滑坡",
         "乐平 1390", "，", "z", "ａ", "长乐", "3241", "待转换", "坐标"]
    ),
    st.text(alphabet="瑶里镇滑坡长乐0123456789ylzabc- ", max_size=6),
)  # fmt: skip
maybe = st.none() | st.booleans()
queries = st.builds(
    SiteQuery,
    text=st.just("") | typed,
    kinds=st.lists(st.sampled_from(SITE_KINDS), max_size=2).map(tuple),
    county=st.sampled_from([None, None, "360222", "360281", "1"]),
    town=st.sampled_from([None, None, None, "瑶里镇", "无"]),
    kind_code=st.sampled_from([None, None, None, "01", "1"]),
    grade=st.sampled_from([None, None, None, "C", "D"]),
    status=st.sampled_from([None, None, "closed"]),
    unvisited=st.sampled_from([None, None, None, NEVER, 0, 10, 31]),
    overdue=maybe,
    unsent=st.sampled_from([None, None, True, False]),
    mine=st.sampled_from([None, None, True, False]),
    placed=st.sampled_from([None, None, "placed", "unplaced", "legacy"]),
    include_deleted=st.booleans(),
    order=st.sampled_from(["name", "code", "grade", "visited", "distance", "updated"]),
    near=st.sampled_from([None, (117.05, 29.03)]),
)
few = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(params=[0, 500], ids=["by bytes", "one by one"], autouse=True)
def _ways(request, monkeypatch) -> None:
    """Both ways to find a word: all bytes at once, one match after another."""
    monkeypatch.setattr(texts, "_FEW", request.param)


@few
@given(queries)
def test_what_is_found_is_what_the_reference_finds(project, q) -> None:
    expected = {site.id for site in everything(project) if means(site, q)}
    found = [site.id for site in project.search(q)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert project.count(q) == len(expected)


@few
@given(typed)
def test_words_alone_miss_nothing_and_add_nothing(project, text) -> None:
    q = SiteQuery(text=text)
    expected = {site.id for site in everything(project) if means(site, q)}
    assert {site.id for site in project.search(q)} == expected


@settings(few, max_examples=20)
@given(queries)
def test_counts_beside_filters_are_what_choosing_them_finds(project, q) -> None:
    for name, values in project.facets(q).items():
        for value, count in list(values.items())[:4]:
            assert count == project.count(chosen(q, name, value)), (name, value)


def chosen(q: SiteQuery, name: str, value: str) -> SiteQuery:
    told: dict[str, Any] = {
        "kind": {"kinds": (value,)},
        "unvisited": {"unvisited": int(value) if name == "unvisited" else 0},
    }.get(name, {name: {"true": True, "false": False}.get(value, value)})
    return replace(q, **told)


@settings(few, max_examples=20)
@given(queries, st.integers(1, 9))
def test_pages_are_parts_of_the_whole(project, q, size) -> None:
    whole = [site.id for site in project.search(q)]
    found = project.find(q)
    pages = [project.sites_of(found, size, start) for start in range(0, len(found), size)]
    assert [site.id for page in pages for site in page] == whole


# ---- orders


def test_orders_are_as_they_say(project) -> None:
    sites = project.search(SiteQuery(order="code"))
    codes = [site.code for site in sites]
    assert codes == sorted(codes, key=lambda code: (code == "", code))
    grades = [s.fields.get("danger_grade") for s in project.search(SiteQuery(order="grade"))]
    assert grades == sorted(grades, key=lambda grade: grade or "Z")
    visits = [
        site.fields.get("last_inspected") or ""
        for site in project.search(SiteQuery(order="visited"))
        if "last_inspected" in site_kind(site.kind).by_name
    ]
    assert visits == sorted(visits)
    assert "" in visits
    assert project.search(SiteQuery(order="visited"))[-1].kind in ("mine", "plot")


def test_the_nearest_come_first_and_those_without_a_place_last(project) -> None:
    found = project.search(SiteQuery(order="distance", near=(117.05, 29.03)))
    far = [
        None if site.lon is None else ((site.lon - 117.05) * 0.8742) ** 2 + (site.lat - 29.03) ** 2
        for site in found
    ]
    placed = [one for one in far if one is not None]
    assert placed == pytest.approx(sorted(placed))
    assert far[len(placed) :] == [None] * (len(far) - len(placed))
    assert far[-1] is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("3602LS0001A", "3602LS0001A"),
        ("360222010003", "360222010003"),
        ("36022201", "360222010000"),
    ],
)
def test_numbers_come_before_what_only_holds_them(project, text, first) -> None:
    found = project.search(SiteQuery(text=text))
    if text == "36022201":
        assert all(site.code.startswith(text) for site in found)
        assert first in [site.code for site in found]
    else:
        assert found[0].code == first


def test_names_come_before_townships_and_their_beginning_before_their_middle(project) -> None:
    found = project.search(SiteQuery(text="瑶里"))
    ranks = [
        (
            0
            if s.name.startswith("瑶里")
            else 1
            if "瑶里" in s.name
            else 2
            if s.fields["town"]
            else 3
        )
        for s in found
    ]
    assert ranks == sorted(ranks)
    assert {0, 1, 2} <= set(ranks)


def test_what_is_called_exactly_so_is_first_in_every_order(project) -> None:
    for order in ("name", "code", "updated", "visited"):
        assert project.search(SiteQuery(text="东瑶里", order=order))[0].name == "东瑶里"


def test_an_unknown_filter_value_finds_nothing(project) -> None:
    for q in (SiteQuery(county="x"), SiteQuery(kinds=("x",)), SiteQuery(grade="Z")):
        assert project.search(q) == []
        assert project.count(q) == 0


def test_the_listing_follows_every_write_and_is_kept_between(project) -> None:
    found = project.find(SiteQuery())
    kept = project._listing
    assert project.is_current(found)
    project.count(SiteQuery(text="瑶"))
    assert project._listing is kept
    site = project.search(SiteQuery(text="鹅湖村"), limit=1)[0]
    project.edit(site.kind, site.id, {"remarks": "开裂处已填"})
    assert not project.is_current(found)
    assert site.id in {one.id for one in project.search(SiteQuery(text="已填"))}
    project.edit(site.kind, site.id, {"remarks": site.fields["remarks"]})


def test_a_store_without_sites_answers(tmp_path) -> None:
    with quick_project(tmp_path / "empty", device="d") as empty:
        for q in (SiteQuery(), SiteQuery(text="瑶"), SiteQuery(order="distance", near=(1.0, 2.0))):
            assert empty.search(q) == []
            assert empty.count(q) == 0
        assert empty.facets(SiteQuery(text="3"))["kind"]["mine"] == 0
