"""Counting what became of changes, the same way on the device and at the centre. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from jdz_field.core.changes import ChangeReceipt, Outcome

#: What is counted: ``conflicts`` in fields, everything else in changes.
OUTCOMES = (
    "applied",
    "already",
    "merged",
    "proposed",
    "conflicts",
    "waiting",
    "quarantined",
    "rejected",
)
_DONE = {Outcome.APPLIED, Outcome.ALREADY}


def tally(receipts: Iterable[ChangeReceipt]) -> dict[str, int]:
    """How many changes met each fate (``OUTCOMES``).

    ``applied``: taken whole. ``already``: all of it was so. ``merged``: taken beside other
    people's changes, or in part; what was not taken counts where it went as well.
    """
    counts = dict.fromkeys(OUTCOMES, 0)
    for receipt in receipts:
        for word in _words(receipt):
            counts[word] += 1
        fields = receipt.fields.values()
        counts["conflicts"] += sum(f.outcome is Outcome.CONFLICT for f in fields)
    return counts


def _words(receipt: ChangeReceipt) -> set[str]:
    fields = receipt.fields.values()
    found = {f.outcome for f in fields}
    words = {str(outcome) for outcome in found - _DONE - {Outcome.CONFLICT}}
    if not found - {Outcome.ALREADY}:
        words.add("already")
    elif found & _DONE:
        whole = found <= _DONE and not any(f.reason == "merged" for f in fields)
        words.add("applied" if whole else "merged")
    return words
