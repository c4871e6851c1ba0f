"""Counting what became of changes."""

from __future__ import annotations

import pytest

from jdz_field.core.changes import ChangeReceipt, FieldOutcome, Outcome
from jdz_field.sync.tally import OUTCOMES, tally


def receipt(*outcomes: str) -> ChangeReceipt:
    """A receipt whose fields met these fates; ``merged`` is an applied one beside others."""
    fields = {
        f"f{n}": FieldOutcome(Outcome.APPLIED, 3, "merged")
        if word == "merged"
        else FieldOutcome(Outcome(word))
        for n, word in enumerate(outcomes)
    }
    return ChangeReceipt("c", "s", fields)


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ("applied applied", {"applied": 1}),
        ("applied already", {"applied": 1}),
        ("already already", {"already": 1}),
        ("merged applied", {"merged": 1}),
        ("conflict conflict", {"conflicts": 2}),
        ("applied conflict conflict", {"merged": 1, "conflicts": 2}),
        ("already conflict", {"merged": 1, "conflicts": 1}),
        ("applied proposed", {"merged": 1, "proposed": 1}),
        ("proposed proposed", {"proposed": 1}),
        ("quarantined waiting", {"quarantined": 1, "waiting": 1}),
        ("rejected", {"rejected": 1}),
        ("waiting waiting", {"waiting": 1}),
    ],
)
def test_every_fate_is_counted_once(outcomes: str, words: dict[str, int]) -> None:
    counts = tally([receipt(*outcomes.split())])
    assert {word: n for word, n in counts.items() if n} == words
    assert tuple(counts) == OUTCOMES


def test_nothing_is_nothing() -> None:
    assert set(tally([]).values()) == {0}
