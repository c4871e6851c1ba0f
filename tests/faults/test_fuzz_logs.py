"""A share of ``fuzz_logs`` with every change; the whole is the command's."""

from __future__ import annotations

import random

import pytest

from tests.faults.fuzz_logs import TARGETS, run, seeds, spoiled


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_spoiled_logs_are_read_or_refused(target: str) -> None:
    found = run(60, seed=7, names=(target,))
    assert found["logs"] == 60


def test_the_faults_are_faults() -> None:
    dice = random.Random(3)
    whole = seeds()[0]
    assert sum(spoiled(whole, dice) != whole for _log in range(50)) > 45
