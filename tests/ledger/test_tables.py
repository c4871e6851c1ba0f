"""Tables: chunks, cells merged downwards."""

from __future__ import annotations

from jdz_field.ledger.tables import chunks, filled


def test_chunks_hold_every_row_once() -> None:
    rows = [(i, [i]) for i in range(1, 11)]
    assert [len(block) for block in chunks(iter(rows), 4)] == [4, 4, 2]
    assert [row for block in chunks(iter(rows), 4) for row in block] == rows
    assert list(chunks(iter([]), 4)) == []


def test_merges_are_repeated_only_downwards_and_only_into_empty_cells() -> None:
    rows = [(1, ["a", 1]), (2, [None, 2]), (3, ["", 3]), (4, [None, None]), (5, [None, 5])]
    merged = [(1, 4, 0, 0), (5, 5, 0, 1), (1, 2, 0, 1)]
    assert [list(cells) for _n, cells in filled(iter(rows), merged)] == [
        *(["a", 1], ["a", 2], ["a", 3], [None, None], [None, 5]),
    ]


def test_two_merges_one_below_the_other() -> None:
    rows = [(1, ["a"]), (2, [None, 1]), (3, ["b"]), (4, [None, 2])]
    found = [cells[0] for _n, cells in filled(iter(rows), [(1, 2, 0, 0), (3, 4, 0, 0)])]
    assert found == ["a", "a", "b", "b"]


def test_short_rows_and_merges_beyond_them() -> None:
    rows = [(1, ["a"]), (2, [1])]
    assert list(filled(iter(rows), [(1, 2, 5, 5)])) == rows
