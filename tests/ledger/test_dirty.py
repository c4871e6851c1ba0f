"""Ledgers grown by chance agree with their truth row for row, whatever their layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.sites import point_of
from tests.ledger.conftest import Check
from tests.ledger.dirty import grow

SEEDS = 12


def differences(seed: int, kind: str, folder: Path, check: Check) -> list[str]:
    """What the import found otherwise than it is true; empty when all agrees."""
    made = grow(seed, kind, folder)
    rows = {row.row: row for row in check(made.path, kind)}
    if rows.keys() != made.rows.keys():
        return [f"{made.told}: rows {sorted(rows.keys() ^ made.rows.keys())}"]
    told = []
    for number, truth in made.rows.items():
        fields = rows[number].fields
        place = point_of(fields.get("geometry")) or (0.0, 0.0)
        if abs(place[0] - truth["lon"]) > 2e-6 or abs(place[1] - truth["lat"]) > 2e-6:
            told.append(f"row {number}: position {place} for {truth['lon']}, {truth['lat']}")
        for name, value in truth.items():
            got = fields.get(name)
            if name in ("lon", "lat", "remarks") or value is None:
                continue
            near = isinstance(value, float) and got == pytest.approx(value, abs=1e-5)
            if got != value and not near and str(got).replace("-", "") != str(value):
                told.append(f"row {number}: {name} {got!r} for {value!r}")
    return [made.told, *told] if told else []


@pytest.mark.parametrize("kind", SITE_KINDS)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_dirty_ledger_agrees_with_its_truth(
    seed: int, kind: str, tmp_path: Path, check: Check
) -> None:
    assert differences(seed, kind, tmp_path, check) == []
