"""The small map: true to scale, everything that matters in sight, whatever the names hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from jdz_field.reports.sketch import HEIGHT, WIDTH, Mark, nice_length, sketch

MAIN = Mark(117.2, 29.3, "示例滑坡", main=True)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*marks: Mark, routes: list[list[tuple[float, float]]] | None = None) -> etree._Element:
    text = sketch([MAIN, *marks], routes or [], font="Noto Sans CJK SC", words="示意图")
    return etree.fromstring(text.encode())


def test_what_the_map_says() -> None:
    names = [one.text for one in drawn(Mark(117.21, 29.3, "A<b>&")).iter(f"{SVG}text")]
    assert "示例滑坡" in names
    assert "A<b>&" in names
    assert "示意图" in names


def test_a_far_neighbour_does_not_shrink_the_map() -> None:
    near = sketch([MAIN], font="x", words="")
    assert sketch([MAIN, Mark(117.9, 29.3, "远")], font="x", words="") == near


@given(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_the_whole_way_out_is_in_sight(east: float, north: float) -> None:
    root = drawn(routes=[[(117.2, 29.3), (117.2 + east, 29.3 + north)]])
    line = next(root.iter(f"{SVG}polyline"))
    for corner in line.get("points", "").split():
        x, y = map(float, corner.split(","))
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


@pytest.mark.parametrize(("most", "wanted"), [(1, 1), (9.9, 5), (45, 20), (1999, 1000)])
def test_scale_bars_have_round_lengths(most: float, wanted: float) -> None:
    assert nice_length(most) == wanted


def test_words_that_would_cover_others_are_left_out_but_not_their_marks() -> None:
    root = drawn(Mark(117.2001, 29.3, "紧邻的点"), Mark(117.206, 29.302, "远一点"))
    names = [one.text for one in root.iter(f"{SVG}text")]
    assert "示例滑坡" in names
    assert "紧邻的点" not in names
    assert "远一点" in names
    assert len(list(root.iter(f"{SVG}circle"))) == 2


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), max_size=60))
def test_long_names_stay_in_the_picture(name: str) -> None:
    main = Mark(117.2, 29.3, name or "一", main=True)
    text = sketch([main], font="Noto Sans CJK SC", words="", height=52)
    root = etree.fromstring(text.encode())
    assert root.get("height") == "52mm"
    shown = next(one for one in root.iter(f"{SVG}text") if one.get("font-weight") == "bold")
    assert len(shown.text or "") <= 18
