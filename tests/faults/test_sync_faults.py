"""A share of what ``python -m tests.faults.sync`` does at length."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files and forks are POSIX's")
def test_random_interruptions_of_everything_lose_and_double_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.faults.sync import run

    # Set back at the end of the test; the run sets them for its processes.
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")
    trial, figures = run(tmp_path, 12, 5)
    assert trial.count() >= 12
    assert len(trial.done + trial.line.struck) >= 3
    assert figures["changes"] > 10
