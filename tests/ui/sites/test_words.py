"""What is told of a site first: the catalogue's fields, each as a person reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jdz_field.core.catalogue import site_kind
from jdz_field.core.i18n import set_language
from jdz_field.core.shown_first import Said, ShownFirst, shown_first
from jdz_field.core.sites import Site
from jdz_field.ui.sites import words


def site(kind: str, **fields: object) -> Site:
    return Site(id="s", kind=kind, version=1, deleted=False, fields=fields, lon=None, lat=None)


@pytest.mark.parametrize(
    ("kind", "fields", "line", "english"),
    [
        ("geohazard", {"threatened_people": 26}, "威胁 26 人", "threatens 26 people"),
        ("geohazard", {"threatened_people": 0}, "", ""),
        ("risk", {"risk_level": "2", "threatened_people": 1}, "风险等级 高 · 威胁 1 人",
         "Risk level High · threatens 1 person"),
        ("mine", {"area_m2": 12345.0}, "12,345 m²", "12,345 m²"),
        ("plot", {"area_ha": 3.5, "species": "杉木"}, "3.5 hm² · 杉木", "3.5 ha · 杉木"),
        ("works", {}, "", ""),
    ],
)  # fmt: skip
def test_a_row_says_what_its_kind_wants(kind, fields, line, english) -> None:
    one = site(kind, town="瑶里镇", **fields)
    assert words.row_line(one) == " · ".join(filter(None, (line, "瑶里镇")))
    set_language("en")
    assert words.row_line(one) == " · ".join(filter(None, (english, "瑶里镇")))


def test_every_kind_says_something_and_colours_by_a_grade_or_not_at_all() -> None:
    for name in ("geohazard", "risk", "mine", "plot", "works"):
        assert site_kind(name).show.line
        assert site_kind(name).show.label[0] == "name"
    assert words.mark_of(site("geohazard", danger_grade="A")).grade == "A"
    assert words.mark_of(site("mine", danger_grade="A")).grade is None


def test_a_county_chooses_other_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ShownFirst((Said("stability", labelled=True), Said("monitor_name"), Said("signs")))
    other = replace(site_kind("geohazard"), show=wanted)
    monkeypatch.setattr(words, "site_kind", lambda _name: other)
    one = site("geohazard", stability="3", monitor_name="江一", signs="1 2", danger_grade="A")
    label = other.by_name["stability"].words("3")
    signs = other.by_name["signs"].words("1 2")
    assert words.first_words(one) == [f"稳定性 {label}", "江一", signs]
    assert words.grade_words(one) == ""
    assert words.mark_of(one).grade is None


def test_a_share_below_a_limit_never_reads_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(site_kind("plot"), show=ShownFirst((Said("survival_rate", labelled=True),)))
    monkeypatch.setattr(words, "site_kind", lambda _name: other)
    label = other.by_name["survival_rate"].label
    assert words.first_words(site("plot", survival_rate=84.99999)) == [f"{label} 84.99 %"]


def test_a_table_without_it_shows_the_name_alone() -> None:
    assert shown_first({}) == ShownFirst((), ("name",), "")
    told = shown_first({"line": ["a", {"field": "b", "label": True}], "label": ["c"], "grade": "d"})
    assert told == ShownFirst((Said("a"), Said("b", labelled=True)), ("c",), "d")
