"""Waits with one timer: in time, too late, cancelled by others."""

from __future__ import annotations

import asyncio

import pytest

from jdz_field.central.patience import Patience


async def soon(seconds: float = 0.0) -> str:
    await asyncio.sleep(seconds)
    return "here"


def test_what_comes_in_time_is_given_again_and_again() -> None:
    async def run() -> None:
        patience = Patience()
        for _n in range(20):
            assert await patience.wait(soon, patience.now() + 30) == "here"
        assert len(asyncio.get_running_loop()._scheduled) == 1
        patience.close()
        patience.close()

    asyncio.run(run())


def test_what_comes_too_late_is_a_timeout_also_after_quick_ones() -> None:
    async def run() -> None:
        patience = Patience()
        for _n in range(3):
            assert await patience.wait(lambda: soon(0.05), patience.now() + 0.1) == "here"
        began = patience.now()
        with pytest.raises(TimeoutError):
            await patience.wait(lambda: soon(30), began + 0.1)
        assert patience.now() >= began + 0.1
        assert not asyncio.current_task().cancelling()
        assert await soon() == "here"
        patience.close()

    asyncio.run(run())


def test_a_timer_that_rings_between_two_waits_harms_nobody() -> None:
    async def run() -> None:
        patience = Patience()
        assert await patience.wait(soon, patience.now() + 0.02) == "here"
        await asyncio.sleep(0.05)
        assert await patience.wait(soon, patience.now() + 0.02) == "here"
        patience.close()

    asyncio.run(run())


def test_who_is_cancelled_stays_cancelled() -> None:
    async def run() -> None:
        patience = Patience()
        task = asyncio.ensure_future(patience.wait(lambda: soon(30), patience.now() + 30))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        patience.close()

    asyncio.run(run())


def test_a_fault_of_what_is_waited_for_comes_through() -> None:
    async def broken() -> str:
        raise OSError("gone")

    async def run() -> None:
        patience = Patience()
        with pytest.raises(OSError, match="gone"):
            await patience.wait(broken, patience.now() + 30)
        patience.close()

    asyncio.run(run())
