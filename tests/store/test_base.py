"""Settings and stamps."""

from __future__ import annotations

import pytest

from jdz_field.store.project import Project
from tests.store.tools import Clock, add_site


@pytest.mark.parametrize("value", [None, 0, False, "", "文", [1, {"a": None}], 1.5])
def test_settings_are_any_json(project, value) -> None:
    project.set_setting("k", value)
    assert project.get_setting("k", "default") == value


def test_a_setting_that_is_not_there_is_the_default(project) -> None:
    assert project.get_setting("k") is None
    assert project.get_setting("k", 7) == 7


def test_settings_are_seen_by_every_connection(project) -> None:
    with Project.open(project.path, read_only=True) as reader:
        project.set_setting("author", "李四")
        assert reader.author == "李四"
    project.set_setting("server", "https://centre")
    assert project.server == "https://centre"


def test_the_next_person_signs_the_next_change(project) -> None:
    add_site(project)
    project.set_setting("author", "李四")
    add_site(project, 2)
    assert [change.author for change in project.unsent_changes()] == ["张三", "李四"]


def test_stamps_go_on_after_a_restart(project) -> None:
    add_site(project)
    project.close()
    with Project.open(project.path, now=Clock()) as again:
        add_site(again, 2)
        first, second = again.unsent_changes()
        assert first.hlc < second.hlc
