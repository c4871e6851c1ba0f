"""What an office settled is known again by the words of the header."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.ledger.headings import Header, Heading
from jdz_field.ledger.memory import MOST, Memory, default_file, fingerprint, merged
from jdz_field.ledger.options import ImportOptions

SETTLED = ImportOptions(
    crs="EPSG:4527",
    mapping={"点号": "code"},
    codes={"measures": {"喷锚": "3", "其他": ""}},
    shift="gcj02",
    datum="一五参数",
)


def header(*words: str, row: int = 3) -> Header:
    return Header(row, tuple(Heading(i, word) for i, word in enumerate(words)), "2024年台账")


def test_a_ledger_is_known_again_by_its_headings(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "config" / "ledgers.json")
    assert memory.recall(header("点号", "名称")) is None
    memory.remember(header("点号", "名称", row=3), SETTLED, "geohazard")
    # Another row, order, spelling of blanks and full-width forms: the same ledger.
    again = Memory(memory.file).recall(header(" 名 称", "点号：", row=5), "geohazard")
    assert again == SETTLED
    assert memory.recall(header("点号", "名称"), "mine") is None
    assert memory.recall(header("点号", "名称", "备注"), "geohazard") is None


def test_the_newest_choice_counts_and_can_be_forgotten(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "ledgers.json")
    memory.remember(header("a"), SETTLED)
    memory.remember(header("a"), ImportOptions(shift="bd09"))
    assert memory.recall(header("a")) == ImportOptions(shift="bd09")
    memory.forget(header("a"))
    memory.forget(header("b"))
    assert memory.recall(header("a")) is None


def test_rows_to_leave_out_are_never_remembered(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "ledgers.json")
    memory.remember(header("a"), ImportOptions(sheet="S", leave=frozenset({("1", "name")})))
    assert memory.recall(header("a")) == ImportOptions()


def test_the_memory_is_bounded(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "ledgers.json")
    many = {f"{i}": {} for i in range(MOST + 5)}
    memory._save(many)
    memory.remember(header("new"), SETTLED)
    assert len(memory._load()) == MOST
    assert memory.recall(header("new")) == SETTLED


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "3", '{"format": 2}', '{"format": 1, "ledgers": 3}', "[" * 99_999),
        '{"format": 1, "ledgers": {"MARK": {"codes": [], "mapping": {"a": 3}, "crs": 4}}}',
    ],
)
def test_a_damaged_memory_is_an_empty_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ledgers.json"
    file.write_text(text.replace("MARK", fingerprint(header("a"))), encoding="utf-8")
    assert Memory(file).recall(header("a")) in (None, ImportOptions())
    Memory(file).remember(header("a"), SETTLED)
    assert Memory(file).recall(header("a")) == SETTLED


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable):
        Memory(tmp_path / "file" / "ledgers.json").remember(header("a"), SETTLED)


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path))
    assert default_file() == tmp_path / "ledgers.json"
    assert Memory().file == tmp_path / "ledgers.json"


def test_what_is_said_now_goes_before_what_was_settled() -> None:
    said = ImportOptions(crs="EPSG:4490", codes={"measures": {"其他": "1"}}, sheet="S")
    both = merged(said, SETTLED)
    assert both.crs == "EPSG:4490"
    assert both.codes == {"measures": {"喷锚": "3", "其他": "1"}}
    assert (both.sheet, both.shift, both.mapping) == ("S", "gcj02", {"点号": "code"})
    assert merged(said, None) is said
