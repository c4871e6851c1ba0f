"""A project is opened for reading, after a crash only when its file is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput, Damaged
from jdz_field.operations.opening import is_small, open_reader
from tests.store.tools import add_site, break_log, quick_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with quick_project(tmp_path / "p") as project:
        add_site(project)
    return tmp_path / "p"


def test_a_whole_project_opens(folder: Path) -> None:
    with open_reader(folder, look=True) as reader:
        assert reader.author == "张三"


def test_a_damaged_one_does_not_when_looked_at(folder: Path) -> None:
    break_log(folder / "field.gpkg")
    with pytest.raises(Damaged, match="损坏"):
        open_reader(folder, look=True)
    open_reader(folder, look=False).close()


def test_no_project_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as told:
        open_reader(tmp_path, look=True)
    assert not isinstance(told.value, Damaged)


def test_small_is_what_is_seen_to_be_small(folder: Path, tmp_path: Path) -> None:
    assert is_small(folder, 1 << 30)
    assert not is_small(folder, 10)
    assert not is_small(tmp_path / "missing", 1 << 30)
