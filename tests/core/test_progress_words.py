"""Everything that does not fit has a sentence in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jdz_field.core import money, progress, progress_entries
from jdz_field.core.i18n import set_language
from jdz_field.core.progress_words import figure, flag_words, note_words, reason_words

_ARGS = {"one": 1234.5, "other": 0.494, "source": "central", "what": "x", "record": "r"}


def _said(module: object, pattern: str) -> set[str]:
    source = Path(str(vars(module)["__file__"])).read_text(encoding="utf-8")
    return set(re.findall(pattern, source))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_its_sentence(language: str) -> None:
    set_language(language)
    notes = {
        "budget", "spent", "record_spent", "parts", "no_document", "no_performance",
        "no_programme", "over_target", "allocated_over", "spent_over", "allocated_alone",
        "spent_alone", "planned_over_plan", "allocated_over_plan", "spent_over_plan",
    }  # fmt: skip
    plain = _said(money, r'Note\("(\w+)"') | _said(progress, r'Note\("(\w+)"')
    assert plain | _said(money, r'_differ\(\s*"(\w+)"') <= notes
    for code in notes:
        assert note_words(code, _ARGS) != code
        assert "{" not in note_words(code, _ARGS)
    reasons = _said(progress_entries, r'_NotCountedError\("(\w+)"') | {"has_projects", "waiting"}
    reasons |= {"deleted", "population", "role"}
    assert all(reason_words(reason, "W") != reason for reason in reasons)
    flags = {"place", "drawn", "years", "design"}
    assert all(flag_words(flag) != flag for flag in flags)


def test_unknown_codes_of_a_newer_centre_stand_as_they_are() -> None:
    assert (note_words("new", {}), reason_words("new"), flag_words("new")) == ("new", "new", "new")


def test_numbers_are_short_and_never_a_false_0() -> None:
    assert figure(36028) == "36,028"
    assert figure(0.494) == "0.494"
    assert figure(-0.00001) == "0"
    assert figure(None) == ""
    assert figure("≥ 5") == "≥ 5"
