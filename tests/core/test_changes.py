"""Changes and receipts keep everything on their way through JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.changes import Change, ChangeReceipt, FieldOutcome, Outcome

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
changes = st.builds(
    Change,
    id=st.text(),
    device=st.text(),
    author=st.text(),
    hlc=st.text(),
    kind=st.text(),
    subject=st.text(),
    fields=st.dictionaries(st.text(), st.tuples(values, values), max_size=4),
    base_version=st.integers(0, 1 << 40),
    parent=st.none() | st.text(),
    origin=st.text(),
)
outcomes = st.builds(
    FieldOutcome, st.sampled_from(list(Outcome)), st.none() | st.integers(0), st.none() | st.text()
)
receipts = st.builds(
    ChangeReceipt, st.text(), st.text(), st.dictionaries(st.text(), outcomes, max_size=4)
)


@given(changes)
def test_a_change_survives_json(change) -> None:
    assert Change.from_json(json.loads(json.dumps(change.to_json()))) == change


@given(receipts)
def test_a_receipt_survives_json(receipt) -> None:
    assert ChangeReceipt.from_json(json.loads(json.dumps(receipt.to_json()))) == receipt


GOOD = Change("c", "d", "a", "h", "mine", "s", {"name": (None, "x")}).to_json()


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**GOOD, "fields": None},
        {**GOOD, "fields": {"name": "x"}},
        {**GOOD, "fields": {"name": [1, 2, 3]}},
        {**GOOD, "base_version": "many"},
        {**GOOD, "base_version": None},
        {key: value for key, value in GOOD.items() if key != "id"},
    ],
)
def test_what_is_no_change_is_refused(broken) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        Change.from_json(broken)


def test_an_unknown_outcome_is_refused() -> None:
    broken = {"change": "c", "subject": "s", "fields": {"name": {"outcome": "maybe"}}}
    with pytest.raises(ValueError, match="maybe"):
        ChangeReceipt.from_json(broken)


@pytest.mark.parametrize(
    ("outcomes_", "word"),
    [
        ([], "already"),
        (["already"], "already"),
        (["applied", "already"], "applied"),
        (["applied", "proposed"], "proposed"),
        (["applied", "rejected", "proposed"], "rejected"),
        (["quarantined", "rejected"], "quarantined"),
        (["conflict", "quarantined"], "conflict"),
        (["waiting", "conflict"], "waiting"),
    ],
)
def test_the_gravest_outcome_names_the_receipt(outcomes_, word) -> None:
    fields = {str(n): FieldOutcome(Outcome(o)) for n, o in enumerate(outcomes_)}
    assert ChangeReceipt("c", "s", fields).summary == word
