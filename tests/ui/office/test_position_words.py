"""The office sees how positions were found: overrides in the list, both sides of a conflict."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from jdz_field.core.ids import new_id
from jdz_field.core.positions import HOW, Provenance, with_point
from jdz_field.core.sites import point_wkt
from tests.ui.office.centre import centre, changed

PLACE = "29.3521 117.2103 88.0 18.0"
GORGE = Provenance(
    method="receiver", accuracy=18.0, fix="single", satellites=5, limit=5.0, reason="gorge"
)
AVERAGE = Provenance(method="average", accuracy=1.2, samples=23, fix="rtk", satellites=14)


@pytest.fixture
def at(request, tmp_path):
    """Field people's moves are proposals, the office's stand against each other."""
    wanted = "office" if "conflict" in request.node.name else "field"
    with centre(tmp_path / "centre", wanted) as made:
        yield made


@pytest.fixture
def tablets(at):
    """Two people measure one site at two places, one of them badly; one sends a record of it."""
    site = at.sites[0]
    for tablet, lon, how in ((at.one, 117.31, AVERAGE), (at.two, 117.32, GORGE)):
        wkt = point_wkt(lon, 29.31)
        fields = {
            "geometry": (site.fields["geometry"], wkt),
            HOW: (None, with_point(None, wkt, how)),
        }
        at.office.receive(tablet.batch(changed(tablet, site.subject, site.kind, 1, fields)))
    values = {
        "form": "places",
        "form_version": "1",
        "site": site.subject,
        "site_kind": site.kind,
        "answers": {"who": "虚构示例 张三", "place": PLACE},
        "author": "张三",
        "started": "2026-11-21T01:40:00.000Z",
        "finished": "2026-11-21T02:10:00.000Z",
        "positions": {PLACE: GORGE.to_json()},
    }
    pairs = {name: (None, value) for name, value in values.items()}
    at.office.receive(at.one.batch(changed(at.one, new_id(), "record", 0, pairs)))
    return at


def shown(window, rest, name):
    window.resize(1280, 800)
    window.show()
    window.show_page(name)
    window.refresh()
    rest(window)
    return window.pages[name]


def test_an_override_is_seen_in_the_list_and_with_its_reason(tablets, window, rest) -> None:
    page = shown(window, rest, "reviews")
    (row,) = [row for row in page.list.rows if not row.heading]
    assert (row.chip, row.chip_role) == ("未达精度", "attention")
    assert page.detail.override.text() == "未达 5 m 要求：峡谷"
    assert page.detail.override.property("role") == "attention"
    words = [label.text() for label in page.detail.answers.findChildren(QLabel)]
    assert "接收机 ±18 m · 单点定位 · 5 颗卫星" in words
    window.hide()


def test_a_conflict_of_positions_says_how_both_were_found(tablets, window, rest) -> None:
    page = shown(window, rest, "conflicts")
    cards = page.view
    assert cards.central.found.text() == "平均定位 ±1.2 m · 23 次 · RTK固定 · 14 颗卫星"
    assert cards.central.warning.isHidden()
    assert cards.incoming.found.text() == "接收机 ±18 m · 单点定位 · 5 颗卫星"
    assert cards.incoming.warning.text() == "未达 5 m 要求：峡谷"
    assert cards.base.found.isHidden()
    assert {c["field"] for c in tablets.office.conflicts()} == {"geometry"}
    window.hide()


def test_a_proposed_move_says_how_it_was_measured(tablets, window, rest) -> None:
    page = shown(window, rest, "proposals")
    told = set()
    for row in [one for one in page.list.rows if not one.heading]:
        page.list.select(row.key)
        page._chosen(row)
        told.add((page.detail.found.text(), page.detail.override.text()))
    assert told == {
        ("平均定位 ±1.2 m · 23 次 · RTK固定 · 14 颗卫星", ""),
        ("接收机 ±18 m · 单点定位 · 5 颗卫星", "未达 5 m 要求：峡谷"),
    }
    window.hide()
