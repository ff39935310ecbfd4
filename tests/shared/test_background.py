"""Repeating work backs off when it fails, says so, and goes on."""

import asyncio

from shared.background import Repeating


async def until(condition: asyncio.Event) -> None:
    await asyncio.wait_for(condition.wait(), 5)


async def test_a_failing_step_is_shown_and_tried_again() -> None:
    tried = asyncio.Event()

    async def step() -> float:
        tried.set()
        raise ConnectionError("bus is away")

    loop = Repeating("engine", step)
    await loop.start()
    await until(tried)
    await asyncio.sleep(0)
    shown = loop.problems()
    await loop.stop()

    assert shown == ["engine: ConnectionError: bus is away"]
    assert loop.failures == 1


async def test_a_step_that_works_again_clears_the_trouble() -> None:
    done, answers = asyncio.Event(), iter([True, False])

    async def step() -> float:
        if next(answers):
            raise ConnectionError("once")
        done.set()
        return 60.0

    loop = Repeating("engine", step)
    await loop.start()
    await until(done)
    await asyncio.sleep(0)
    shown = loop.problems()
    await loop.stop()

    assert shown == []


async def test_waking_ends_the_wait() -> None:
    runs: asyncio.Queue[None] = asyncio.Queue()

    async def step() -> float:
        runs.put_nowait(None)
        return 60.0

    loop = Repeating("engine", step)
    await loop.start()
    await runs.get()
    loop.wake()
    await asyncio.wait_for(runs.get(), 5)
    await loop.stop()


async def test_stopping_what_never_started_is_nothing() -> None:
    async def step() -> float:
        return 1.0

    await Repeating("idle", step).stop()
