"""No window opens over a catalogue with a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.ui.catalogue_gate import catalogue_refused
from tests.ui.conftest import Answers


def test_a_fault_is_told_and_nothing_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers()
    assert catalogue_refused(answers) == 0
    assert answers.told == []
    (tmp_path / "units.toml").write_text('source = "x"')
    monkeypatch.setenv("JDZ_FIELD_CATALOGUE", str(tmp_path))
    assert catalogue_refused(answers) == 3
    assert "units.toml" in answers.told[0]
