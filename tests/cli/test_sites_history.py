"""``sites history`` and ``sites restore`` on the command line."""

from __future__ import annotations

import pytest

from tests.cli.test_sites import Commands

CODE = "360222010001"


@pytest.fixture
def do(tmp_path, capsys) -> Commands:
    made = Commands(tmp_path / "p", capsys)
    table = tmp_path / "台账.csv"
    table.write_text(
        "统一编号,名称,县,乡镇,灾害类型,经度,纬度,威胁人口\n"
        f"{CODE},瑶里滑坡,浮梁县,瑶里镇,滑坡,117.4,29.5,12\n",
        encoding="utf-8",
    )
    made("import", table, "--kind", "geohazard")
    made("set", CODE, "threatened_people=20", "town=鹅湖镇")
    made("set", CODE, "threatened_people=30")
    return made


def test_history_names_the_source_of_every_change(do: Commands) -> None:
    told = do("history", CODE)
    assert [one["source"]["way"] for one in told] == ["edit", "edit", "import"]
    assert told[-1]["source"]["what"] == "台账.csv"
    assert told[0]["source"]["here"] is True
    assert "台账.csv" in do.text("history", CODE)


def test_history_of_one_field(do: Commands) -> None:
    assert len(do("history", CODE, "--field", "town")) == 2
    assert do("history", CODE, "--field", "nothing") == []


def test_any_value_is_restored(do: Commands) -> None:
    newest, first, made = do("history", CODE)
    done = do("restore", CODE, "--change", first["change"], "--field", "threatened_people")
    assert done["fields"] == ["threatened_people"]
    assert do("show", CODE)["threatened_people"] == 20
    done = do("restore", CODE, "--field", "threatened_people")
    assert do("show", CODE)["threatened_people"] == 30
    done = do("restore", CODE, "--change", made["change"])
    assert set(done["fields"]) == {"town", "threatened_people"}
    assert (do("show", CODE)["town"], do("show", CODE)["threatened_people"]) == ("瑶里镇", 12)
    do("restore", CODE, "--change", newest["change"], "--before", "--field", "threatened_people")
    assert do("show", CODE)["threatened_people"] == 20
    assert do("restore", CODE, "--change", newest["change"], "--before", "--field", "town")


def test_a_deleted_site_still_comes_back_without_options(do: Commands) -> None:
    do("delete", CODE)
    assert do("restore", CODE)["fields"] == ["deleted"]
    assert do("restore", CODE)["change"] is None
    assert "没有差别" in do.text("restore", CODE)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--before"], 2, "--change"),
        (["--change", "x"], 3, "0 条更改"),
        (["--field", "remarks"], 3, "从未有过其他值"),
        (["--field", "无此字段"], 3, "从未有过其他值"),
    ],
)
def test_what_cannot_be_restored_is_a_sentence(do: Commands, words, code, said) -> None:
    assert said in do.text("restore", CODE, *words, code=code)
