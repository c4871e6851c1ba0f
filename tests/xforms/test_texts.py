"""Labels, hints and messages with answers in them, in every language."""

from __future__ import annotations

import pytest

from jdz_field.xforms.session import FormSession
from tests.xforms.tools import form, noon

TABLE = """
    | survey |
    | | type | name | label::中文 (zh) | label::English (en) | default | required |
    | | text | who | 谁 | Who | 张三 | |
    | | begin_repeat | r | 树 ${who} | Tree | | |
    | | text | x | 甲 ${who} | X ${who} | one | |
    | | text | y | 乙 | | | yes |
    | | select_one l | s | 选 ${x} | Pick ${x} | | |
    | | end_repeat | | | | | |
    | choices |
    | | list_name | name | label::中文 (zh) | label::English (en) |
    | | l | a | 甲 ${x} | A ${x} |
    | | l | b | 乙 | |
    """
_MORE = {
    "who": {"hint::中文 (zh)": "请填", "guidance_hint::English (en)": "guide ${who}"},
    "x": {
        "hint::中文 (zh)": "看 ${x}",
        "constraint": "string-length(.) < 4",
        "constraint_message::中文 (zh)": "${who}：${x} 太长",
        "constraint_message::English (en)": "${x} is too long",
    },
    "y": {"required_message::中文 (zh)": "${x} 还缺"},
}


def _wide() -> str:
    """The table with the columns of hints and messages."""
    columns = list(dict.fromkeys(name for row in _MORE.values() for name in row))
    lines = []
    for number, line in enumerate(line.strip() for line in TABLE.strip().splitlines()):
        survey = number < 8
        cells = line.strip("|").split("|")
        more = _MORE.get(cells[2].strip(), {}) if survey and len(cells) > 2 else {}
        added = columns if number == 1 else [more.get(name, "") for name in columns]
        lines.append(line + "".join(f" {cell} |" for cell in added) if survey and number else line)
    return "\n".join(lines)


TEXTS = form(_wide())


@pytest.fixture
def filling() -> FormSession:
    """Two trees, the second called two."""
    made = FormSession(TEXTS, now=noon)
    made.add_repeat("/data/r")
    made.answer("/data/r[2]/x", "two")
    return made


def test_answers_in_texts_are_those_of_the_same_instance(filling: FormSession) -> None:
    assert filling.node("/data/r[2]/x").hint == "看 two"
    assert filling.node("/data/r[2]/s").label == "选 two"
    assert [choice.label for choice in filling.choices("/data/r[1]/s")] == ["甲 one", "乙"]
    assert [choice.label for choice in filling.choices("/data/r[2]/s")] == ["甲 two", "乙"]


def test_a_changed_answer_shows_again_what_names_it(filling: FormSession) -> None:
    assert next(choice.label for choice in filling.choices("/data/r[2]/s")) == "甲 two"
    changed = filling.answer("/data/r[2]/x", "six")
    assert "/data/r[2]/s" in changed
    assert "/data/r[1]/s" not in changed
    assert next(choice.label for choice in filling.choices("/data/r[2]/s")) == "甲 six"


def test_messages_name_answers_too(filling: FormSession) -> None:
    filling.answer("/data/r[2]/x", "twenty")
    assert filling.node("/data/r[2]/x").error == "张三：twenty 太长"
    assert filling.node("/data/r[2]/y").required_message == "twenty 还缺"
    filling.set_language("en")
    assert filling.node("/data/r[2]/x").error == "twenty is too long"


def test_a_missing_translation_is_shown_in_another_language(filling: FormSession) -> None:
    filling.set_language("en")
    assert filling.node("/data/who").hint == "请填"
    assert filling.node("/data/r[1]/y").label == "乙"
    assert [choice.label for choice in filling.choices("/data/r[1]/s")] == ["A one", "乙"]
    filling.set_language("zh")
    assert filling.node("/data/who").guidance == "guide 张三"


def test_a_text_that_cannot_be_put_together_takes_no_question_away() -> None:
    filling = FormSession(
        form(
            """
            | survey |
            | | type | name | label |
            | | begin_repeat | r | R |
            | | text | x | X |
            | | end_repeat | | |
            | | note | n | All: ${x} |
            """
        ),
        now=noon,
    )
    filling.answer("/data/r[1]/x", "a")
    assert filling.node("/data/n").label == "All: a"
    filling.add_repeat("/data/r")
    assert filling.node("/data/n").label == "All: …"
