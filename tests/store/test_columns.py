"""Columns as texts: in step with one another, whatever stands in the cells."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from jdz_field.store.columns import numbers, text_columns
from jdz_field.store.project import Project

_CELLS = st.one_of(st.none(), st.text(st.characters(exclude_characters="\0"), max_size=5))


def _asked(project: Project, rows: list[tuple[str | None, str | None]]) -> list[list[str]]:
    connection = project._db.connection
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS cells (one TEXT, other TEXT)")
    connection.execute("DELETE FROM cells")
    connection.executemany("INSERT INTO cells VALUES (?, ?)", rows)
    found = text_columns(project._db, ["one", "other"], "cells")
    if connection.in_transaction:
        connection.commit()
    return found


def test_cells_come_in_step(project) -> None:
    @given(st.lists(st.tuples(_CELLS, _CELLS), max_size=6))
    def same(rows: list[tuple[str | None, str | None]]) -> None:
        found = _asked(project, rows)
        assert list(zip(*found, strict=True)) == [(one or "", other or "") for one, other in rows]

    same()


def test_a_cell_with_the_sign_between_is_read_by_rows(project) -> None:
    found = _asked(project, [("a\x1db", "1"), (None, "2")])
    assert found == [["a\x1db", ""], ["1", "2"]]


def test_no_rows_are_empty_columns(project) -> None:
    assert _asked(project, []) == [[], []]


def test_numbers_of_empty_texts_are_none() -> None:
    found = numbers(["117.332814", "", "-1e-07"])
    assert found[0] == 117.332814
    assert math.isnan(found[1])
    assert found[2] == -1e-07
