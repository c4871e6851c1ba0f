"""Every error a person can meet has its exit code."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput, BadUsage, JdzError, Unavailable


@pytest.mark.parametrize(
    ("kind", "code"), [(JdzError, 3), (BadUsage, 2), (BadInput, 3), (Unavailable, 4)]
)
def test_exit_codes_are_those_of_the_design(kind, code) -> None:
    assert kind.exit_code == code
    assert issubclass(kind, JdzError)
    assert str(kind("one sentence")) == "one sentence"
