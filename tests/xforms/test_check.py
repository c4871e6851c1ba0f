"""Every mistake is told with its sheet, row and column, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.xforms.check import check_form, valid
from tests.xforms.faulty import FAULTY, Faulty, build


def test_there_are_many_faulty_forms() -> None:
    assert len({case.name for case in FAULTY}) == len(FAULTY) >= 60


@pytest.mark.parametrize("case", FAULTY, ids=lambda case: case.name)
def test_a_mistake_is_told_where_it_is_in_both_languages(case: Faulty, tmp_path: Path) -> None:
    file = build(tmp_path / "f.xlsx", case)
    for language, word in (("zh", case.zh), ("en", case.en)):
        set_language(language)
        issues, _form = check_form(file)
        assert valid(issues) is (case.severity == "warning")
        if case.severity == "error":
            issues = [one for one in issues if one.severity == "error"]
        assert [(one.sheet, one.row, one.column) for one in issues] == [case.place], issues
        assert re.search(word if "|" in word else re.escape(word), issues[0].message), issues
        assert issues[0].severity == case.severity
