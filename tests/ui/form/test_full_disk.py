"""The disk refuses while somebody enters: it stays on screen, is told, and is saved by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.store.project import Project

resource = pytest.importorskip("resource")


@contextmanager
def no_room() -> Iterator[None]:
    """The system lets this process write nothing more into any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(autouse=True)
def quickly(monkeypatch) -> None:
    monkeypatch.setattr("jdz_field.ui.form.driver.RETRY_MS", 100)


def test_what_was_answered_stays_and_is_saved_when_the_disk_is_back(page, folder, qtbot) -> None:
    with no_room():
        with qtbot.waitSignal(page.driver.failed, timeout=20_000) as failed:
            page.driver.answer("/data/who", "张三")
        assert isinstance(failed.args[0], Unavailable)
        assert "尚未保存" in page.foot.saved.text()
        assert page.driver.session.node("/data/who").value == "张三"
        with qtbot.waitSignal(page.driver.failed, timeout=20_000):
            page.driver.answer("/data/story", "雨后新裂缝")
        with Project.open(folder, read_only=True) as reader:
            assert reader.drafts() == []
    with qtbot.waitSignal(page.driver.saved, timeout=20_000):
        pass
    assert "尚未保存" not in page.foot.saved.text()
    (draft,) = page.app.reader.drafts()
    assert (draft.answers["who"], draft.answers["story"]) == ("张三", "雨后新裂缝")
    with Project.open(folder) as project:
        assert project.check() == []


def test_a_record_that_does_not_fit_stays_a_draft_to_be_finished_later(
    page, folder, qtbot, settle
) -> None:
    with qtbot.waitSignal(page.driver.saved, timeout=20_000):
        page.driver.answer("/data/who", "张三")
        page.driver.answer("/data/kind", "fall")
    with no_room():
        page.foot.done.click()
        settle()
        assert page.app.reader.records() == []
        assert page.isEnabled()
        assert page.driver.session.node("/data/who").value == "张三"
    with qtbot.waitSignal(page.app.back_wanted, timeout=20_000):
        page.foot.done.click()
    assert page.app.reader.records()[0].answers["who"] == "张三"
    with Project.open(folder) as project:
        assert project.check() == []
