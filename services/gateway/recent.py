"""Answers that may be a few seconds old: what each request asks the database again and again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

KEPT_S = 5.0  # Real seconds; how long a revoked key or a changed source may still count.
MOST_KEPT = 10_000

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Recent(Generic[Asked, Answer]):
    """Remembers answers for five seconds; "there is none" is never remembered, so guesses cost no memory.

    When an answer is too old, one request asks anew, and all that come meanwhile wait for its answer.
    """

    def __init__(
        self,
        find: Callable[[Asked], Awaitable[Answer | None]],
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._seconds = seconds
        self._kept: dict[Asked, tuple[float, Answer]] = {}
        self._asking: dict[Asked, asyncio.Task[Answer | None]] = {}

    async def get(self, asked: Asked) -> Answer | None:
        """Give the answer, found less than five seconds ago or now."""
        kept = self._kept.get(asked)
        if kept is not None and self._seconds() - kept[0] < KEPT_S:
            return kept[1]
        if asked not in self._asking:
            self._asking[asked] = asyncio.create_task(self._ask(asked))
        # Shielded: a request that is given up must not take the answer away from the others.
        return await asyncio.shield(self._asking[asked])

    def forget(self, asked: Asked) -> None:
        """Ask anew the next time: what was asked about has changed here."""
        self._kept.pop(asked, None)
        self._asking.pop(asked, None)

    def forget_where(self, is_meant: Callable[[Answer], bool]) -> None:
        """Forget the answers that `is_meant` names, and whatever is being asked now."""
        for asked in [asked for asked, (_, answer) in self._kept.items() if is_meant(answer)]:
            self._kept.pop(asked)
        self._asking.clear()

    async def _ask(self, asked: Asked) -> Answer | None:
        begun, own = self._seconds(), asyncio.current_task()
        try:
            answer = await self._find(asked)
        finally:
            is_wanted = self._asking.get(asked) is own
            if is_wanted:
                del self._asking[asked]
        if is_wanted:
            self._keep(asked, answer, begun)
        return answer

    def _keep(self, asked: Asked, answer: Answer | None, since: float) -> None:
        self._kept.pop(asked, None)
        if answer is None:
            return
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[asked] = (since, answer)  # Of when it was asked: the answer may be as old as that.
