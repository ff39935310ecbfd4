"""Calls an interface once for a channel, in the channel's own words for what became of it."""

from pathlib import Path

from services.notify.domain import Outcome, Result
from shared.answers import Answer
from shared.calling import Call, Caller


class Poster:
    """The way out to one interface."""

    def __init__(self, *, timeout: float, proxy: str | None = None, ca_file: Path | None = None) -> None:
        self._caller = Caller(timeout=timeout, proxy=proxy, ca_file=ca_file)

    async def close(self) -> None:
        """Close what is open."""
        await self._caller.close()

    async def post(self, call: Call) -> Answer | Outcome:
        """Call; give the answer, or the outcome where there is none."""
        answer = await self._caller.call(call)
        if isinstance(answer, Answer):
            return answer
        return Outcome(Result.UNKNOWN if answer.written else Result.FAILED, answer.detail)
