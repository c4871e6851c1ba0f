"""Every layer and column has a title in both languages."""

from __future__ import annotations

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.store.layers import layers
from jdz_field.store.project import Project
from jdz_field.store.titles import column_title, fixed_title, layer_title


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_without_a_title(language) -> None:
    set_language(language)
    for layer in layers():
        assert layer_title(layer.name)
        titles = [column_title(column) for column in layer.columns]
        titles += [fixed_title(n) for n in ("id", *layer.kept) if n not in layer.given]
        assert all(titles)


def test_a_project_has_chinese_titles_whoever_makes_it(tmp_path) -> None:
    set_language("en")
    with Project.create(tmp_path / "p", name="p", author="a") as project:
        asked = "SELECT title FROM gpkg_data_columns WHERE table_name = 'plot' AND column_name = ?"
        assert project._db.value(asked, ("name",)) == "名称"
        contents = "SELECT identifier FROM gpkg_contents WHERE table_name = ?"
        assert project._db.value(contents, ("photos",)) == "照片与文件"
        lists = "SELECT description FROM gpkg_data_column_constraints WHERE value = ?"
        assert project._db.value(lists, ("360222",)) == "浮梁县"
    assert layer_title("photos") == "Photos and files"


def test_titles_follow_the_language() -> None:
    assert layer_title("records") == "记录"
    set_language("en")
    assert layer_title("records") == "Records"
    assert layer_title("mine") == "Mines"
