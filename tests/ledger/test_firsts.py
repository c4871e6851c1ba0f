"""The first row of a text is remembered in little room, over any number of blocks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jdz_field.ledger.firsts import Firsts


@given(st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=12), max_size=12))
def test_blocks_of_texts_give_what_one_dictionary_gives(blocks) -> None:
    firsts, plain, row = Firsts(), dict[str, int](), 0
    for block in blocks:
        earlier = firsts.recall(block)
        assert earlier == {text: plain[text] for text in block if text in plain}
        now = dict(earlier)
        for text in block:
            row += 1
            assert now.setdefault(text, row) == plain.setdefault(text, row)
        firsts.keep({text: n for text, n in now.items() if text not in earlier})


def test_nothing_asked_or_kept_is_nothing_found() -> None:
    firsts = Firsts()
    firsts.keep({})
    assert firsts.recall([]) == {}
    firsts.keep({"a": 7})
    assert firsts.recall([]) == {}
    assert firsts.recall(["b", "a"]) == {"a": 7}


def test_runs_stay_few_and_lose_nothing() -> None:
    firsts = Firsts()
    for start in range(0, 50_000, 100):
        firsts.keep({str(n): n for n in range(start, start + 100)})
    assert len(firsts._runs) <= 12
    assert firsts.recall(["0", "49999", "50000", "31234"]) == {
        "0": 0,
        "49999": 49999,
        "31234": 31234,
    }
