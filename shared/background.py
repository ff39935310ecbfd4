"""Work that repeats beside the requests: it backs off when it fails, says so, and stops cleanly."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)
FIRST_BACKOFF, LONGEST_BACKOFF = 0.1, 5.0  # seconds, real time
PATIENCE = 10.0  # seconds, real time


class Repeating:
    """Runs `step` again and again; `step` gives the real seconds to wait before its next run.

    Attributes:
        name: For logs and readiness.
        failures: Steps that raised since the start.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[float]]) -> None:
        self.name = name
        self.failures = 0
        self._step = step
        self._backoff = FIRST_BACKOFF
        self._error = ""
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """End the present wait now."""
        self._wake.set()

    async def start(self) -> None:
        """Begin in a task of its own."""
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """Let the step at hand end, and wait until it is gone; one that takes longer than 10 seconds is cancelled.

        A step that is cancelled inside a transaction would leave its connection to the driver's thread.
        """
        if self._task is None:
            return
        self._stopping = True
        self._wake.set()
        await asyncio.wait([self._task], timeout=PATIENCE)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def problems(self) -> list[str]:
        """Say why this is not working now, or nothing."""
        return [f"{self.name}: {self._error}"] if self._error else []

    async def _run(self) -> None:
        while not self._stopping:
            wait = await self._once()
            if self._stopping:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait)
            self._wake.clear()

    async def _once(self) -> float:
        try:
            wait = await self._step()
        except Exception as error:
            self.failures += 1
            self._error = f"{type(error).__name__}: {error}"
            self._backoff = min(self._backoff * 2, LONGEST_BACKOFF)
            log.warning("%s failed, next try in %.1f s", self.name, self._backoff, exc_info=True)
            return self._backoff
        self._backoff, self._error = FIRST_BACKOFF, ""
        return wait
