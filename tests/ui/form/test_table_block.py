"""Blocks of cells on the clipboard."""

from __future__ import annotations

import pytest

from jdz_field.ui.form.table_block import MOST_CELLS, from_text, to_text


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\nc", [["a", "b"], ["c"]]),
        ("7", [["7"]]),
        ("\t\n\t1", [["", ""], ["", "1"]]),
        ("1\n\n2\n", [["1"], [""], ["2"]]),
        ('"两\n行"\t"说 ""好"""', [["两\n行", '说 "好"']]),
        ('5" 管\t8', [['5" 管', "8"]]),
        (" 杉木 \t 12 ", [["杉木", "12"]]),
        ("", []),
    ],
)
def test_rows_and_cells_are_read_as_spreadsheets_write_them(text, rows):
    assert from_text(text) == rows


@pytest.mark.parametrize("text", ["\x00", '"', '"\t"', "\r", "\t" * 10, "a\x00b"])
def test_damaged_text_is_some_block_and_no_fault(text):
    assert all(isinstance(cell, str) for row in from_text(text) for cell in row)


def test_more_than_anybody_means_is_cut_off():
    assert len(from_text("1\n" * (MOST_CELLS + 10))) == MOST_CELLS


@pytest.mark.parametrize(
    "rows",
    [[["a", "b"], ["", "c"]], [["两\n行", '"', "\t"]], [["1"]], [["", ""]]],
)
def test_what_is_copied_is_read_again(rows):
    assert from_text(to_text(rows)) == [[cell.strip() for cell in row] for row in rows]
