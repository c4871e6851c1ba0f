"""The file that takes a device in by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.sync.enrolment import Enrolment, read_enrolment, write_enrolment

GOOD = Enrolment("d1", "张三", "field", "tok", "age1x", "a2V5", "http://x", "c2VlZA==", "PEM")


def test_the_file_survives(tmp_path: Path) -> None:
    write_enrolment(tmp_path / "e.json", GOOD)
    assert read_enrolment(tmp_path / "e.json") == GOOD
    if sys.platform != "win32":
        assert (tmp_path / "e.json").stat().st_mode & 0o77 == 0


def test_what_the_network_leaves_out_is_empty() -> None:
    data = {k: v for k, v in GOOD.to_json().items() if k not in {"url", "sign_key", "certificate"}}
    answer = Enrolment.from_json({**data, "something": "new"})
    assert (answer.url, answer.sign_key, answer.token) == ("", "", "tok")


@pytest.mark.parametrize("name", ["device", "token", "centre_key", "centre_sign_key"])
def test_an_answer_without_what_counts_is_refused(name: str) -> None:
    data = GOOD.to_json()
    for wrong in (None, 5, ["x"]):
        with pytest.raises(BadInput):
            Enrolment.from_json({**data, name: wrong})


@pytest.mark.parametrize("data", [None, 5, "x", [], b"\xff", "[" * 100_000, {"format": 2}, {}])
def test_another_file_is_refused_by_name(tmp_path: Path, data: Any) -> None:
    raw = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data))
    path = tmp_path / "e.json"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    with pytest.raises(BadInput, match=r"e\.json"):
        read_enrolment(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="gone"):
        read_enrolment(tmp_path / "gone")
    with pytest.raises(BadInput):
        read_enrolment(tmp_path)
