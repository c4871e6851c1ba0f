"""A share of ``fuzz_files`` with every change; the whole is the command's."""

from __future__ import annotations

import random

from tests.faults.fuzz_files import run, spoiled
from tests.photos.containers import ALL


def test_spoiled_pictures_are_read_or_refused() -> None:
    assert run(150, seed=7)["pictures"] == 150


def test_the_faults_are_faults() -> None:
    dice = random.Random(3)
    whole, other = ALL["little"][1], ALL["png"][1]
    assert sum(spoiled(whole, other, dice) != whole for _picture in range(50)) > 40
