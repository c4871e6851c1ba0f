"""The forms that ship are converted once; what is kept is never taken for another form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.resources import folder
from jdz_field.operations import shipped
from jdz_field.operations.shipped import shipped_forms
from jdz_field.xforms.convert import Converted, convert_xlsform

FILE = folder("forms") / "disaster_report.xlsx"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, and only one form."""
    monkeypatch.setattr(shipped, "user_cache_path", lambda *_names, **_more: tmp_path / "cache")
    forms = tmp_path / "forms"
    forms.mkdir()
    (forms / FILE.name).write_bytes(FILE.read_bytes())
    monkeypatch.setattr(shipped, "folder", lambda _name: forms)
    shipped_forms.cache_clear()
    yield tmp_path / "cache" / "forms"
    shipped_forms.cache_clear()


def again() -> Converted:
    shipped_forms.cache_clear()
    (one,) = shipped_forms()
    return one


def test_what_is_kept_is_what_was_made(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = again()
    assert len(list(kept.iterdir())) == 1

    def never(_file: Path) -> Converted:
        raise AssertionError

    monkeypatch.setattr(shipped, "convert_xlsform", never)
    assert again() == made
    fresh = convert_xlsform(FILE)
    assert (made.xml, made.titles, made.source) == (fresh.xml, fresh.titles, fresh.source)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"xml": "x", "more": 1}'])
def test_a_spoiled_cache_is_made_anew(kept: Path, content: bytes) -> None:
    made = again()
    (file,) = kept.iterdir()
    file.write_bytes(content)
    assert again() == made
    assert json.loads(file.read_text(encoding="utf-8"))["form_id"] == made.form_id


def test_a_changed_workbook_is_another_entry(kept: Path, tmp_path: Path) -> None:
    again()
    other = folder("forms") / "old_tree.xlsx"
    (tmp_path / "forms" / FILE.name).write_bytes(other.read_bytes())
    assert again().form_id == "old_tree"


def test_without_a_cache_it_works_too(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert again().form_id == "disaster_report"
