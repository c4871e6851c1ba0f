"""What is searched of a site: numbers, words, letters, prose; the words of a question."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.store import search
from jdz_field.store.layers import layer, layers
from jdz_field.store.migrations import SEARCH

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
def found() -> search.Document:
    return search.document(layer("geohazard"), SITE)


def parts(text: str) -> list[list[str]]:
    return [part.split(search.FIELD) if part else [] for part in text.split(search.PART)]


def test_digits_are_kept_apart_the_number_first(found) -> None:
    assert parts(found.numbers) == [["360222000123"], ["3"], ["17", "13812345678"]]


def test_words_are_kept_with_the_name_first(found) -> None:
    assert parts(found.words) == [["白石塔3号滑坡"], ["瑶里镇"], ["长明村", "fl-17", "曾祥贵"]]


def test_letters_are_pinyin_and_latin_words(found) -> None:
    name, town, rest = parts(found.letters)
    assert {"bst", "baishita", "haohuapo"} <= set(name)
    assert town == ["ylz", "yaolizhen"]
    assert {"zmc", "cmc", "fl", "zxg", "cxg"} == set(rest)


def test_long_texts_are_prose_with_every_character_alone(found) -> None:
    assert found.prose.split() == ["雨", "后", "有", "新", "裂", "缝", ",", "见", "照", "片", "ABC"]


def test_persons_of_the_catalogue_are_searched_anywhere_in_them() -> None:
    for one in layers():
        people = [c.name for c in one.columns if c.catalogue and c.catalogue.personal]
        texts = [name for name in people if one.types[name] == "text"]
        if one.labelled:
            assert set(texts) <= set(search.short_fields(one.name))
            assert not set(search.prose_fields(one.name)) & set(search.short_fields(one.name))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_indexed_in_three_parts(name, town) -> None:
    state = {"name": name, "code": name, "town": town}
    document = search.document(layer("geohazard"), state)
    for text in document[:3]:
        assert text.count(search.PART) == 2
        assert "\n" not in text


@given(st.lists(st.tuples(*[st.text(min_size=1, max_size=12)] * 4), min_size=1, max_size=5))
def test_by_columns_is_the_same(rows) -> None:
    names = ("code", "town", "name", "remarks")
    one = layer("geohazard")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    by_row = [search.document(one, dict(zip(names, row, strict=True))) for row in rows]
    found = search.documents(one, columns, len(rows))
    assert list(zip(*found, strict=True)) == by_row


def test_columns_without_texts_are_empty_documents() -> None:
    one = layer("geohazard")
    columns = {"elevation": [1.0, 2.0]}
    found = search.documents(one, columns, 2)
    assert list(zip(*found, strict=True)) == [search.document(one, {})] * 2


def test_initials_know_several_readings() -> None:
    assert {"lp", "yp"} <= set(search.initials("乐平"))
    assert {"zmc", "cmc"} == set(search.initials("长明村"))


def test_initials_of_a_long_name_stay_few() -> None:
    assert len(search.initials("长" * 200)) < 100


def test_pinyin_without_tones_writes_u_umlaut_as_v() -> None:
    assert list(search.spell("绿", whole=True)) == ["l", "lv"]


def test_text_without_chinese_has_only_its_letters() -> None:
    assert list(search.spell("abc 123", whole=True)) == ["abc"]


def test_row_numbers_carry_the_layer() -> None:
    for one in layers():
        assert search.split_number(search.row_number(one, 12345)) == (one.number, 12345)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("瑶里 滑坡", ("瑶里", "滑坡")),
        ("瑶里。", ("瑶里",)),
        ("ＦＬ－１７", ("fl-17",)),
        ("  1２3 ", ("123",)),
        ("瑶里 瑶里", ("瑶里",)),
        ("，。 ()", ()),
        ('"*', ()),
    ],
)
def test_words_of_a_question(text, words) -> None:
    assert search.terms(text) == words


def test_a_word_is_looked_for_in_one_text() -> None:
    kept = [search.kept_in(word) for word in ("123", "yl", "瑶里", "fl-17", "3号")]
    assert kept == ["numbers", "letters", "words", "words", "words"]


@pytest.mark.parametrize("word", ["雨", "ab", "1", "é"])
def test_prose_is_not_asked_for_too_little(word) -> None:
    assert search.in_prose(word) is None


@given(st.text(max_size=20))
def test_any_typed_word_is_a_question_or_none(text) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(SEARCH)
    for term in search.terms(text):
        question = search.in_prose(term)
        if question is not None:
            sql = "SELECT rowid FROM jdz_search WHERE jdz_search MATCH ?"
            connection.execute(sql, (f"words : {question}",)).fetchall()
    connection.close()
