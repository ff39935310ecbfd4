"""Keeps rounds of work going, one task for each source that has something due, so that a slow one holds up no other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from shared.background import PATIENCE, Repeating

log = logging.getLogger(__name__)
LONGEST_WAIT = 1.0  # Real seconds between two looks.


class Rounds:
    """One kind of work on sources.

    Args:
        name: For logs and readiness.
        due: Gives the sources that have something to do now.
        work: Makes one round of a source; it gives 0 when there was nothing to do.
    """

    def __init__(
        self,
        name: str,
        due: Callable[[], Awaitable[Sequence[str]]],
        work: Callable[[str], Awaitable[int]],
    ) -> None:
        self._name, self._due, self._work = name, due, work
        self._rounds: dict[str, asyncio.Task[int]] = {}
        self._looking = Repeating(name, self._look)

    async def start(self) -> None:
        """Begin."""
        await self._looking.start()

    async def stop(self) -> None:
        """Let the rounds at hand end; one that takes longer than 10 seconds is left, and its call is lost."""
        await self._looking.stop()
        if self._rounds:
            _, late = await asyncio.wait(self._rounds.values(), timeout=PATIENCE)
            for task in late:
                task.cancel()
        for error in await asyncio.gather(*self._rounds.values(), return_exceptions=True):
            if isinstance(error, Exception):
                log.warning("%s: a round failed at the end", self._name, exc_info=error)

    def problems(self) -> list[str]:
        """Say why this is not working now; a source that fails is no problem of ours."""
        return self._looking.problems()

    async def _look(self) -> float:
        """Begin a round for each source that has none; give the real seconds until the next look."""
        done = [source_id for source_id, task in self._rounds.items() if task.done()]
        ended = [self._rounds.pop(source_id) for source_id in done]
        for source_id in await self._due():
            if source_id not in self._rounds:
                task = asyncio.create_task(self._one(source_id), name=f"{self._name} {source_id}")
                task.add_done_callback(self._round_ended)
                self._rounds[source_id] = task
        for task in ended:
            task.result()  # What failed fails this step, which then backs off and says so.
        return LONGEST_WAIT

    async def _one(self, source_id: str) -> int:
        return await self._work(source_id)

    def _round_ended(self, task: asyncio.Task[int]) -> None:
        """Look again at once where there was something to do; where there was not, another look would find the same."""
        if not task.cancelled() and task.exception() is None and task.result() > 0:
            self._looking.wake()
