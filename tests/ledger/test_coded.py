"""Texts as codes: several in one cell with any separator or none, what a person settled."""

from __future__ import annotations

from typing import Any

import pytest

from jdz_field.core.catalogue import code_list, site_kind
from jdz_field.ledger.checking import Checker
from jdz_field.ledger.coded import Reading, find_code, proposed
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.layout import lay_out
from jdz_field.ledger.options import ImportOptions
from jdz_field.ledger.values import reader_for
from tests.ledger.conftest import GOOD, HEAD, MakeBook

FIELDS = site_kind("geohazard").by_name


def read(field: str, cell: Any, **chosen: str) -> Reading:
    return reader_for(FIELDS[field], chosen=chosen)(cell)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("削坡护坡、挡墙/绿化", "1 2 4 6"),
        ("削坡护坡挡墙", "1 2 4"),
        ("1、2、7", "1 2 7"),
        ("1 2 7", "1 2 7"),
        ("①②", "1 2"),
        ("⑴⑺", "1 7"),
        ("1.2.7", "1 2 7"),
        ("1.削坡；2.挡墙", "1 4"),
        ("(1)削坡 (2)挡墙等", "1 4"),
        ("削坡+护坡＋挡墙", "1 2 4"),
        ("削坡与护坡以及绿化", "1 2 6"),
        ("削坡\n护坡", "1 2"),
        ("修建挡墙及护坡工程", "2 4"),
        (7, "7"),
        (7.0, "7"),
    ],
)
def test_several_codes_of_one_cell(cell: Any, codes: str) -> None:
    reading = read("measures", cell)
    assert (reading.value, reading.issue, reading.unknown) == (codes, None, ())


@pytest.mark.parametrize(
    ("cell", "code"),
    [("01滑坡", "01"), ("滑坡(01)", "01"), ("1", "01"), (1.0, "01"), ("01-滑坡", "01")],
)
def test_a_code_beside_its_name(cell: Any, code: str) -> None:
    reading = read("kind_code", cell)
    assert (reading.value, reading.issue) == (code, None)


@pytest.mark.parametrize("cell", ["02滑坡", "2滑坡", "滑坡、崩塌", "滑破"])
def test_contradictions_and_typos_are_never_taken(cell: str) -> None:
    reading = read("kind_code", cell)
    assert reading.value is None
    assert reading.unknown == (cell,)
    assert reading.kept == cell


@pytest.mark.parametrize(
    ("codes", "text", "proposal"),
    [
        ("geohazard_kind", "滑破", "01"),
        ("geohazard_kind", "泥石硫", "03"),
        ("measure", "挡土强", "4"),
        ("measure", "群测群访", "9"),
        ("measure", "搬迁避", "8"),
        ("measure", "127", "1 2 7"),
        ("geohazard_kind", "雪崩", ""),
        ("geohazard_kind", "", ""),
    ],
)
def test_a_typo_of_one_character_is_proposed(codes: str, text: str, proposal: str) -> None:
    assert proposed(code_list(codes), text) == proposal
    assert not text or find_code(code_list(codes), text) is None


def test_what_a_person_settled() -> None:
    assert read("measures", "喷锚、削坡", 喷锚="3").value == "1 3"
    assert read("kind_code", "滑破", 滑破="01").value == "01"
    left = read("kind_code", "雪崩", 雪崩="")
    assert (left.value, left.issue, left.kept) == (None, None, "雪崩")


def test_unmatched_texts_are_collected_once_with_their_count(book: MakeBook) -> None:
    rows = [[*GOOD[:3], text, *GOOD[4:], "喷锚、削坡"] for text in ("滑破", "滑坡", "滑破", "雪崩")]
    path = book([[*HEAD, "防治措施"], *rows])
    kind = site_kind("geohazard")

    def unmatched(**codes: dict[str, str]) -> list[tuple[str, str, int, str]]:
        layout = lay_out(open_ledger(path), kind, file="l")
        checker = Checker(layout, kind, sample=False, options=ImportOptions(codes=codes))
        assert len(list(checker.rows())) == 4
        return [(one.field, one.text, one.count, one.proposal) for one in checker.unmatched]

    assert unmatched() == [
        ("measures", "喷锚", 4, "3"),
        ("kind_code", "滑破", 2, "01"),
        ("kind_code", "雪崩", 1, ""),
    ]
    settled = {"kind_code": {"滑破": "01", "雪崩": ""}, "measures": {"喷锚": "3"}}
    assert unmatched(**settled) == []
