"""Messages in the language in force."""

from __future__ import annotations

from threading import Thread

import pytest

from jdz_field.core.i18n import (
    LANGUAGES,
    _,
    default_language,
    language,
    ngettext,
    pick,
    set_language,
    spoken,
)


def test_chinese_is_in_force_until_another_is_chosen() -> None:
    assert language() == "zh"
    assert _("External edit") == "外部编辑"
    set_language("en")
    assert _("External edit") == "External edit"


def test_a_message_without_a_translation_is_itself() -> None:
    assert _("no such message") == "no such message"
    assert _("") == ""


@pytest.mark.parametrize("wanted", ["", "de", "zh_CN", "EN"])
def test_an_unknown_language_is_chinese(wanted) -> None:
    set_language("en")
    set_language(wanted)
    assert language() == "zh"


def test_numbers_choose_their_form() -> None:
    set_language("en")
    assert ngettext("{n} thing", "{n} things", 1) == "{n} thing"
    assert ngettext("{n} thing", "{n} things", 2) == "{n} things"


def test_texts_of_data_are_picked_by_language() -> None:
    texts = {"zh": "矿山", "en": "Mines"}
    assert pick(texts) == "矿山"
    set_language("en")
    assert pick(texts) == "Mines"
    assert pick({"zh": "矿山"}) == "矿山"
    assert pick({}) == ""


@pytest.mark.parametrize(
    ("value", "wanted"), [("en", "en"), ("zh", "zh"), ("fr", "zh"), ("", "zh"), (None, "zh")]
)
def test_the_environment_names_the_first_language(monkeypatch, value, wanted) -> None:
    monkeypatch.delenv("JDZ_FIELD_LANG", raising=False)
    if value is not None:
        monkeypatch.setenv("JDZ_FIELD_LANG", value)
    assert default_language() == wanted
    assert wanted in LANGUAGES


def test_another_language_for_a_while_is_this_threads_alone() -> None:
    seen = []
    with spoken("en"):
        assert language() == "en"
        thread = Thread(target=lambda: seen.append(language()))
        thread.start()
        thread.join()
        assert pick({"zh": "点", "en": "point"}) == "point"
    assert (seen, language()) == (["zh"], "zh")
