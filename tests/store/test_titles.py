"""Every layer and column has a title in both languages."""

from __future__ import annotations

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.store.layers import layers
from jdz_field.store.titles import column_title, fixed_title, layer_title


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_without_a_title(language) -> None:
    set_language(language)
    for layer in layers():
        assert layer_title(layer.name)
        titles = [column_title(column) for column in layer.columns]
        titles += [fixed_title(n) for n in ("id", *layer.kept) if n not in layer.given]
        assert all(titles)


def test_titles_follow_the_language() -> None:
    assert layer_title("records") == "记录"
    set_language("en")
    assert layer_title("records") == "Records"
    assert layer_title("mine") == "Mines"
