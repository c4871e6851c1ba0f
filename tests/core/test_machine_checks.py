"""Findings are kept, read back and said in the reader's language; nonsense is none."""

from __future__ import annotations

import pytest

from jdz_field.core.catalogue import table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.core.machine_checks import (
    Finding,
    as_reason,
    check_kept,
    check_label,
    checks,
    finding_words,
    kept_words,
    read_kept,
    reason_words,
    reasons_of,
    to_kept,
    with_reasons,
)

FAR = Finding("far", "/data/position", "位置", {"metres": 1234, "limit": 300})
#: Figures of every check, as ``operations.machine_checks`` gives them.
FIGURES = {
    "far": {"metres": 1234, "limit": 300},
    "view": {"view": "overview"},
    "photo_again": {"file": "a.jpg", "record": "r", "form": "巡查", "day": "2026-11-01"},
    "photo_far": {"file": "a.jpg", "metres": 900, "limit": 300},
    "photo_old": {"file": "a.jpg", "taken": "2026-11-01 08:00"},
    "replayed": {"at": ""},
    "coarse": {"accuracy": 40.5, "limit": 5.0},
    "range": {"value": 5000, "low": 0, "high": 2000, "unit": "mm"},
    "jump": {"value": 80, "last": 12, "unit": "mm"},
    "area": {"value": 12, "other": 30, "percent": 60, "of": "site", "unit": "ha"},
    "before_last": {"day": "2026-01-01", "last": "2026-05-01"},
    "clock": {"now": "2026-01-01 08:00", "earlier": "2026-05-01 08:00"},
}


def test_every_check_has_a_sentence_of_its_own_in_both_languages() -> None:
    assert list(FIGURES) == [entry["code"] for entry in table("checks")["checks"]]
    said = set()
    for language in ("zh", "en"):
        set_language(language)
        for code, figures in FIGURES.items():
            words = finding_words(Finding(code, "/data/x", "", figures))
            assert words != check_label(code)
            assert "{" not in words
            said.add(words)
    assert len(said) == 2 * len(FIGURES)


def test_a_reason_is_a_code_a_label_or_own_words() -> None:
    assert as_reason(FAR, "no_way").reason == "no_way"
    assert as_reason(FAR, "路不通").reason == "no_way"
    own = as_reason(FAR, "桥断了")
    assert (own.reason, own.note, own.answered) == ("other", "桥断了", True)
    assert reason_words(own) == "桥断了"
    assert reason_words(FAR) == "未说明原因"


@pytest.mark.parametrize("words", ["", "   "])
def test_no_words_are_no_reason(words: str) -> None:
    with pytest.raises(BadInput, match="离点位太远"):
        as_reason(FAR, words)
    assert not Finding("far", "/x", reason="other", note=words).answered


def test_what_is_kept_comes_back_and_is_said() -> None:
    kept = to_kept([as_reason(FAR, "unsafe")])
    assert check_kept(kept)
    assert read_kept(kept) == [as_reason(FAR, "unsafe")]
    assert "1.2 千米" in kept_words(kept)
    assert "不能靠近" in kept_words(kept)


def test_a_reason_is_for_these_figures_only() -> None:
    said = [as_reason(FAR, "unsafe")]
    assert with_reasons([FAR], said)[0].reason == "unsafe"
    nearer = Finding("far", FAR.ref, FAR.label, {"metres": 900, "limit": 300})
    assert with_reasons([nearer], said)[0].reason == ""


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        {"far": {}},
        {"far:/x": "text"},
        {"far:/x": {"figures": [1]}},
        {"far:/x": {"figures": {"metres": float("nan")}}},
        {"far:/x": {"figures": {"metres": True}}},
        {"far:/x": {"reason": 7}},
        {"far:/x": {"note": "x" * 20_000}},
        {f"far:/{n}": {} for n in range(600)},
    ],
)
def test_nonsense_is_not_taken(bad: object) -> None:
    assert not check_kept(bad)
    assert isinstance(read_kept(bad), list)


def test_what_a_newer_program_found_is_still_named() -> None:
    newer = Finding("drone", "/x", "", {"height": 3})
    assert check_kept(to_kept([newer]))
    assert finding_words(newer) == "drone"
    assert "other" in reasons_of("drone")
    assert finding_words(Finding("far", "/x", "", {"metres": "?"})) == check_label("far")


def test_every_reason_of_the_catalogue_is_in_its_list() -> None:
    for one in checks().values():
        assert one.reasons[-1] == "other"
        assert len(set(one.reasons)) == len(one.reasons) <= 9
