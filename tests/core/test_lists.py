"""Tables of the catalogue as forms look them up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jdz_field.core import lists
from jdz_field.core.catalogue import table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.core.lists import list_names, list_rows


def test_every_volume_table_has_figures_an_xpath_can_read() -> None:
    rows = list_rows("volume_tables")
    assert rows is not None
    for row in rows:
        for name in "abc":
            assert "e" not in row[name]
            assert float(row[name]) > 0
        assert row["source"]
        assert row["certainty"] in ("source", "general")
    fir = next(row for row in rows if row["name"] == "fir_ly208")
    # LY 208-77 as printed: V(10, 5) = 0.0232; and V(20, 15) = 0.2435 as worked out before.
    a, b, c = (float(fir[name]) for name in "abc")
    assert round(a * 10**b * 5**c, 4) == 0.0232
    assert round(a * 20**b * 15**c, 4) == 0.2435


def test_labels_are_in_the_language_in_force() -> None:
    assert "杉木" in str(list_rows("volume_tables"))
    assert "据林业软件引述" in str(list_rows("volume_tables"))
    set_language("en")
    assert "Chinese fir" in str(list_rows("volume_tables"))
    assert "as quoted by" in str(list_rows("volume_tables"))
    assert "据" not in str(list_rows("volume_tables"))
    assert all("source_zh" not in row for row in list_rows("volume_tables") or ())


def test_there_is_nothing_under_another_name() -> None:
    assert "volume_tables" in list_names()
    assert list_rows("../sites/mine") is None
    assert list_rows("moon") is None


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The rows of the volume tables, to be spoiled."""
    found = [dict(row) for row in table("lists/volume_tables")["rows"]]
    monkeypatch.setattr(lists, "table", lambda _name: {"rows": found})
    lists._rows.cache_clear()
    yield found
    lists._rows.cache_clear()


@pytest.mark.parametrize("spoil", ["twice", "source", "name"])
def test_a_spoiled_table_is_refused(rows: list[dict[str, Any]], spoil: str) -> None:
    if spoil == "twice":
        rows.append(rows[0])
    else:
        del rows[0][spoil]
    with pytest.raises(BadInput, match="volume_tables"):
        list_rows("volume_tables")
