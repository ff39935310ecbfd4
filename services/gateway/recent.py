"""Answers that may be a few seconds old: what each request asks the database again and again."""

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

KEPT_S = 5.0  # Real seconds; how long a revoked key or a changed source may still count.
MOST_KEPT = 10_000

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Recent(Generic[Asked, Answer]):
    """Remembers answers for five seconds; "there is none" is never remembered, so guesses cost no memory."""

    def __init__(
        self,
        find: Callable[[Asked], Awaitable[Answer | None]],
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._seconds = seconds
        self._kept: dict[Asked, tuple[float, Answer]] = {}

    async def get(self, asked: Asked) -> Answer | None:
        """Give the answer, found less than five seconds ago or now."""
        kept = self._kept.get(asked)
        if kept is not None and self._seconds() - kept[0] < KEPT_S:
            return kept[1]
        answer = await self._find(asked)
        if answer is None:
            self._kept.pop(asked, None)
            return None
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[asked] = (self._seconds(), answer)
        return answer
