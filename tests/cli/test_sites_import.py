"""``sites import``: what a person settles on the command line, and what is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.cli.sites_import import codes_of, pairs
from jdz_field.core.errors import BadUsage
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.memory import Memory, settled_before
from jdz_field.ledger.options import ImportOptions


def test_codes_by_their_value_or_label() -> None:
    texts = ("measures:喷锚=3", "measures:都做=削坡、护坡", "kind_code:a=b=滑坡", "kind_code:雪崩=")
    assert codes_of("geohazard", texts) == {
        "measures": {"喷锚": "3", "都做": "1 2"},
        "kind_code": {"a=b": "01", "雪崩": ""},
    }


@pytest.mark.parametrize(
    "text", ["", "x", "measures=3", "measures:=3", "name:甲=1", "nothing:甲=1", "measures:甲=99"]
)
def test_a_wrong_code_is_wrong_usage(text: str) -> None:
    with pytest.raises(BadUsage) as error:
        codes_of("geohazard", (text,))
    assert "\n" not in str(error.value)


def test_pairs() -> None:
    assert pairs(("a=b", " c =d=e"), "X") == {"a": "b", "c": "d=e"}
    with pytest.raises(BadUsage):
        pairs(("a",), "X")


def test_settled_before_is_found_in_any_sheet(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("台账（虚构示例）\n甲,乙,丙\n1,2,3\n", encoding="utf-8")
    memory = Memory(tmp_path / "ledgers.json")
    (table,) = open_ledger(file)
    assert settled_before([table], "mine", memory) is None
    from jdz_field.ledger.headings import candidates, first_rows

    header = candidates(first_rows(table), table)[-1]
    memory.remember(header, ImportOptions(mapping={"甲": "lon"}), "mine")
    found = settled_before([table], "mine", memory)
    assert found is not None
    assert found.mapping == {"甲": "lon"}
    assert settled_before([table], "mine", memory, sheet="other") is None
