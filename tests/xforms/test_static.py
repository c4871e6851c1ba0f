from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.static import StaticNode, from_rows


def test_rows_become_a_document() -> None:
    document = from_rows([{"name": "1", "n": 5}, {"name": "2", "other": None}])
    root = document.named("root")[0]
    first, second = root.named("item")
    assert first.text_of("n") == "5"
    assert second.text_of("other") == ""
    assert second.text_of("n") == ""
    assert [kid.name for kid in first.every()] == ["name", "n"]
    assert first.named("name")[0].parent is first
    assert second.index == 1
    assert first.named("nothing") == ()


def test_nodes_hold_attributes_apart() -> None:
    node = StaticNode("a", None)
    node.add("@id", "7")
    node.add("b", "x")
    assert node.text_of("@id") == "7"
    assert [kid.name for kid in node.every()] == ["b"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "1.0", "2", "x", ""]))))
def test_an_index_finds_what_a_search_finds(rows: list[tuple[str, str]]) -> None:
    root = from_rows({"k": kind, "n": number} for kind, number in rows).named("root")[0]
    assert isinstance(root, StaticNode)
    by_both = root.index_of("item", "k", "n").find(("a", "1"))
    assert [item.index for item in by_both] == [
        at for at, row in enumerate(rows) if row == ("a", "1")
    ]
    by_number = root.index_of("item", "n").find((1.0,))
    assert [item.index for item in by_number] == [
        at for at, row in enumerate(rows) if row[1] in ("1", "1.0")
    ]
    assert root.index_of("item", "n") is root.index_of("item", "n")
