"""One JSON text for equal values, one hash for equal bytes."""

from __future__ import annotations

import hashlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.hashing import canonical_json, sha256, sha256_file

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_json_says_the_same_and_nothing_else(value) -> None:
    assert json.loads(canonical_json(value)) == value
    assert canonical_json(json.loads(canonical_json(value))) == canonical_json(value)


def test_json_is_sorted_narrow_and_keeps_chinese() -> None:
    assert canonical_json({"b": 1, "a": ["文", None]}) == '{"a":["文",null],"b":1}'


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_are_refused(value) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json([value])


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_file_s_hash_is_its_bytes_hash(tmp_path, size) -> None:
    data = b"x" * size
    file = tmp_path / "f"
    file.write_bytes(data)
    assert sha256_file(file) == sha256(data) == hashlib.sha256(data).hexdigest()


def test_a_file_that_is_not_there_has_no_hash(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        sha256_file(tmp_path / "none")
