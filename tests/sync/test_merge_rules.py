"""The rules of the catalogue, and their reasons as sentences."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.i18n import set_language
from jdz_field.sync.merge_rules import MAX_TEXT, CatalogueRules, hard, reason_text

RULES = CatalogueRules()
RING = "POLYGON ((117 29, 117.1 29, 117 29.1, 117 29))"


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("geohazard", "name", "瑶里"),
        ("geohazard", "name", ""),
        ("geohazard", "name", None),
        ("geohazard", "threatened_people", 30),
        ("geohazard", "threatened_people", 30.0),
        ("geohazard", "elevation", -3.5),
        ("geohazard", "kind_code", "01"),
        ("geohazard", "kind_code", ""),
        ("geohazard", "measures", "1 9"),
        ("geohazard", "measures", ""),
        ("geohazard", "monitor_phone", "0798-8222222"),
        ("geohazard", "last_inspected", "2026-11-22"),
        ("geohazard", "geometry", "POINT (117.2 29.3)"),
        ("geohazard", "geometry", None),
        ("geohazard", "deleted", True),
        ("geohazard", "sample", False),
        ("mine", "geometry", RING),
        ("record", "answers", {"a": [1]}),
        ("record", "site", None),
        ("record", "geometry", RING),
        ("attachment", "sha256", "0" * 64),
        ("attachment", "lon", 117.2),
    ],
)
def test_good_values_pass(kind, name, value):
    assert RULES.problem(kind, name, value) is None


@pytest.mark.parametrize(
    ("kind", "name", "value", "reason"),
    [
        ("geohazard", "name", "x" * (MAX_TEXT + 1), f"long:{MAX_TEXT}"),
        ("geohazard", "threatened_people", 3.5, "type:integer"),
        ("geohazard", "threatened_people", "3", "type:integer"),
        ("geohazard", "threatened_people", 100_001, "range:0:100000"),
        ("geohazard", "volume", -1, "range:0:"),
        ("geohazard", "volume", 1e300, "range::"),
        ("geohazard", "elevation", math.nan, "type:decimal"),
        ("geohazard", "elevation", math.inf, "type:decimal"),
        ("geohazard", "sample", "yes", "type:boolean"),
        ("geohazard", "last_inspected", "yesterday", "type:date"),
        ("geohazard", "measures", "1 44", "unknown_code:44"),
        ("geohazard", "measures", ["1"], "type:codes"),
        ("geohazard", "monitor_phone", "ask at the shop", "pattern"),
        ("geohazard", "geometry", RING, "geometry"),
        ("geohazard", "geometry", "POINT (117 91)", "geometry"),
        ("geohazard", "geometry", 5, "geometry"),
        ("mine", "geometry", "POLYGON EMPTY", "geometry"),
        ("mine", "geometry", "POLYGON ((0 0, 999 0, 0 1, 0 0))", "geometry"),
        ("record", "review_comment", "x", "centre"),
        ("record", "nonsense", "x", "unknown_field"),
        ("record", "form", 5, "type:text"),
        ("attachment", "nonsense", "x", "unknown_field"),
        ("attachment", "caption", {}, "type:text"),
        ("ufo", "name", "x", "unknown_kind"),
    ],
)
def test_bad_values_have_a_reason_that_both_languages_say(kind, name, value, reason):
    assert RULES.problem(kind, name, value) == reason
    texts = []
    for language in ("zh", "en"):
        set_language(language)
        texts.append(reason_text(reason))
    assert texts[0] != texts[1] != reason


@given(
    st.sampled_from(SITE_KINDS),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text())),
)
def test_no_value_makes_the_rules_stumble(kind, value):
    for name in (*site_kind(kind).by_name, "geometry", "deleted"):
        reason = RULES.problem(kind, name, value)
        assert reason is None or reason_text(reason)


def test_reasons_of_people_stay_as_they_are():
    assert reason_text("数错了: 两次") == "数错了: 两次"
    assert reason_text(None) == ""
    assert "威胁人口" in reason_text("held:threatened_people")
    assert reason_text("held:nonsense")
    assert reason_text("merged_into:x")


def test_the_office_cannot_lift_what_no_column_holds():
    assert hard("type:integer")
    assert not hard("range:0:5")


def test_a_value_that_a_rule_gives_follows_from_its_inputs():
    assert RULES.follows("geohazard", "danger_grade") == ("threatened_people", "threatened_assets")
    assert RULES.follows("plot", "survival_verdict") == ("survival_rate",)
    assert RULES.follows("geohazard", "name") == ()
    assert RULES.follows("record", "answers") == ()
