"""Lanes: order, threads, late owners, faults, long work."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject

from jdz_field.ui.jobs import Jobs, Task


class Store:
    """A store that says in which thread it was opened, used and closed."""

    def __init__(self) -> None:
        self.opened_in = threading.current_thread().name
        self.closed_in = ""
        self.log: list[int] = []

    def close(self) -> None:
        self.closed_in = threading.current_thread().name


@pytest.fixture
def stores() -> list[Store]:
    return []


@pytest.fixture
def jobs(stores: list[Store], qapp):
    def make() -> Store:
        stores.append(Store())
        return stores[-1]

    made: Jobs[Store] = Jobs(make)
    yield made
    made.close()
    made.deleteLater()


def fail(error: Exception) -> None:
    raise AssertionError from error


def test_the_store_is_opened_used_and_closed_in_one_thread(qtbot, stores) -> None:
    def make() -> Store:
        stores.append(Store())
        return stores[-1]

    jobs: Jobs[Store] = Jobs(make)
    owner = QObject()
    used: list[str] = []
    jobs.with_store(lambda _s: threading.current_thread().name, owner, used.append, fail)
    qtbot.waitUntil(jobs.idle)
    jobs.close()
    jobs.deleteLater()
    assert {stores[0].opened_in, stores[0].closed_in, *used} == {used[0]}
    assert used[0].startswith("store")


def test_the_store_lane_keeps_the_order_asked(jobs, qtbot) -> None:
    owner, seen = QObject(), []
    for n in range(50):
        jobs.with_store(lambda _s, n=n: n, owner, seen.append, fail)
    qtbot.waitUntil(jobs.idle)
    assert seen == list(range(50))


def test_results_come_back_on_the_gui_thread(jobs, qtbot) -> None:
    owner, seen = QObject(), []

    def done(_result: object) -> None:
        seen.append(threading.current_thread())

    jobs.without_store(lambda: None, owner, done, fail)
    qtbot.waitUntil(jobs.idle)
    assert seen == [threading.main_thread()]


def test_nothing_is_delivered_before_the_caller_returns(jobs, qtbot) -> None:
    owner, seen = QObject(), []
    jobs.without_store(lambda: 1, owner, seen.append, fail)
    assert seen == []
    qtbot.waitUntil(jobs.idle)
    assert seen == [1]


def test_nothing_is_delivered_to_an_owner_that_is_gone(jobs, qtbot) -> None:
    import shiboken6

    owner, seen, go = QObject(), [], threading.Event()
    jobs.without_store(go.wait, owner, seen.append, fail)
    shiboken6.delete(owner)
    go.set()
    qtbot.waitUntil(jobs.idle)
    assert seen == []


def test_an_error_goes_to_failed(jobs, qtbot) -> None:
    owner, seen = QObject(), []

    def work() -> None:
        raise OSError("disk")

    jobs.without_store(work, owner, fail, seen.append)
    qtbot.waitUntil(jobs.idle)
    assert [str(error) for error in seen] == ["disk"]


def test_a_store_that_cannot_be_opened_fails_every_job(qtbot, qapp) -> None:
    def refuse() -> Store:
        raise OSError("locked")

    jobs: Jobs[Store] = Jobs(refuse)
    owner, seen = QObject(), []
    jobs.with_store(lambda _s: 1, owner, fail, seen.append)
    jobs.with_store(lambda _s: 2, owner, fail, seen.append)
    qtbot.waitUntil(jobs.idle)
    jobs.close()
    jobs.deleteLater()
    assert len(seen) == 2


def test_long_work_has_a_store_of_its_own_and_closes_it(jobs, qtbot, stores) -> None:
    owner, seen, told = QObject(), [], []

    def work(store: Store, task: Task) -> int:
        for n in range(3):
            task.report(n + 1, 3)
        return id(store)

    jobs.with_own_store(work, owner, seen.append, fail, lambda done, _total: told.append(done))
    qtbot.waitUntil(jobs.idle)
    assert seen == [id(stores[-1])]
    assert len(stores) == 2
    assert stores[-1].closed_in.startswith("free")
    assert told[-1] == 3


def test_long_work_does_not_hold_up_the_store_lane(jobs, qtbot) -> None:
    owner, seen, go = QObject(), [], threading.Event()
    jobs.with_own_store(lambda _s, _t: go.wait(10), owner, lambda _r: seen.append("long"), fail)
    jobs.with_store(lambda _s: None, owner, lambda _r: seen.append("draft"), fail)
    qtbot.waitUntil(lambda: seen == ["draft"])
    go.set()
    qtbot.waitUntil(jobs.idle)
    assert seen == ["draft", "long"]


def test_long_work_can_be_cancelled(jobs, qtbot) -> None:
    owner, seen, running = QObject(), [], threading.Event()

    def work(_store: Store, task: Task) -> str:
        running.set()
        while not task.cancelled():
            threading.Event().wait(0.005)
        return "stopped"

    task = jobs.with_own_store(work, owner, seen.append, fail)
    assert running.wait(10)
    task.cancel()
    qtbot.waitUntil(jobs.idle)
    assert seen == ["stopped"]


def test_closing_cancels_long_work_and_finishes_what_the_store_was_asked(qtbot, qapp) -> None:
    made: list[Store] = []

    def make() -> Store:
        made.append(Store())
        return made[-1]

    jobs: Jobs[Store] = Jobs(make)
    owner = QObject()

    def long(_store: Store, task: Task) -> None:
        while not task.cancelled():
            threading.Event().wait(0.005)

    jobs.with_own_store(long, owner, lambda _r: None, lambda _e: None)
    for n in range(20):
        jobs.with_store(lambda store, n=n: store.log.append(n), owner, lambda _r: None, fail)
    jobs.close()
    jobs.deleteLater()
    assert made[0].log == list(range(20)) or made[1].log == list(range(20))
    assert all(store.closed_in for store in made)


def test_work_is_asked_for_on_the_gui_thread_only(jobs) -> None:
    owner, raised = QObject(), []

    def elsewhere() -> None:
        try:
            jobs.without_store(lambda: None, owner, lambda _r: None, lambda _e: None)
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert raised


def test_progress_is_told_at_most_twenty_times_a_second(jobs, qtbot) -> None:
    owner, told = QObject(), []

    def work(_store: Store, task: Task) -> None:
        for n in range(5000):
            task.report(n + 1, 5000)

    jobs.with_own_store(work, owner, lambda _r: None, fail, lambda done, _total: told.append(done))
    qtbot.waitUntil(jobs.idle)
    assert len(told) < 60
    assert told[-1] == 5000
