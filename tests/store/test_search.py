"""Words, numbers and pinyin initials: what the index holds and what finds it."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.store import search
from jdz_field.store.layers import layer, layers

SITE = {
    "code": "360222000123",
    "field_code": "FL-17",
    "name": "白石塔3号滑坡",
    "county_code": "360222",
    "town": "瑶里镇",
    "village": "长明村",
    "kind_code": "01",
    "monitor_name": "曾祥贵",
    "monitor_phone": "13812345678",
    "remarks": "雨后有新裂缝，见照片ABC",
    "threatened_people": 5,
}


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    from jdz_field.store.migrations import SEARCH

    connection.execute(SEARCH)
    row = (1, *search.document(layer("geohazard"), SITE))
    connection.execute(
        "INSERT INTO jdz_search (rowid, code, words, initials) VALUES (?,?,?,?)", row
    )
    return connection


def _finds(index: sqlite3.Connection, text: str) -> bool:
    question = search.expression(text)
    if question is None:
        return False
    sql = "SELECT count(*) FROM jdz_search WHERE jdz_search MATCH ?"
    return bool(index.execute(sql, (question,)).fetchone()[0])


@pytest.mark.parametrize(
    "text",
    [
        "瑶里",
        "瑶",
        "石塔",
        "白石塔3号",
        "浮梁",
        "滑坡",
        "瑶里 滑坡",
        "滑坡 瑶里",
        "曾祥贵",
        "祥贵",
        "360222",
        "3602220001",
        "360222000123",
        "123",
        "0123",
        "FL-17",
        "fl-1",
        "138123",
        "ylz",
        "yl",
        "bst",
        "cmc",
        "zmc",
        "zxg",
        "cxg",
        "yl 123",
        "裂缝",
        "abc",
        "１２３",
        "瑶里。",
    ],
)
def test_finds(index, text) -> None:
    assert _finds(index, text)


@pytest.mark.parametrize(
    "text", ["鹅湖", "里瑶", "瑶镇", "999", "xyz", "瑶里 鹅湖", "ylx", "，。", '"', "*", "()"]
)
def test_does_not_find(index, text) -> None:
    assert not _finds(index, text)


@given(st.text(max_size=20))
def test_any_typed_text_is_a_question_or_none(text) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(code, words, initials)")
    question = search.expression(text)
    if question is not None:
        connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (question,)).fetchall()
    connection.close()


@given(st.text(max_size=30))
def test_any_text_can_be_indexed(text) -> None:
    document = search.document(layer("geohazard"), {"name": text, "code": text})
    assert all(isinstance(part, str) for part in document)


def test_initials_start_at_every_character() -> None:
    assert {"ylz", "lz", "z"} <= search.initials("瑶里镇")


def test_initials_know_several_readings() -> None:
    assert {"lp", "yp"} <= search.initials("乐平")


def test_initials_of_a_long_name_stay_few() -> None:
    assert len(search.initials("长" * 200)) < 100


def test_text_without_chinese_has_no_initials() -> None:
    assert search.initials("ABC 123") == frozenset()


def test_row_numbers_carry_the_layer() -> None:
    for one in layers():
        assert search.split_number(search.row_number(one, 12345)) == (one.number, 12345)


def test_other_kinds_find_their_own_words(index) -> None:
    document = search.document(layer("mine"), {"mineral": "瓷土", "kind_code": "1"})
    assert "瓷 土" in document[1]
