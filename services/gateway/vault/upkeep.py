"""Work of the vault beside the requests: it is opened, and what is past its retention is destroyed."""

import logging
from datetime import timedelta

from services.gateway.vault.service import Keeper
from shared.background import Repeating

log = logging.getLogger(__name__)
REST = 3600.0  # Real seconds between two looks for what is past its retention.


class Upkeep:
    """The vault as one part of the app."""

    def __init__(self, keeper: Keeper, retention: timedelta) -> None:
        self._keeper = keeper
        self._retention = retention
        self._loop = Repeating("vault", self._step)

    async def start(self) -> None:
        """Open the vault before anything asks for it, if that can be, and begin."""
        try:
            await self._keeper.start()
        except Exception:
            log.exception("the vault could not be opened; trying again")  # `problems` says so until it works.
        await self._loop.start()

    async def stop(self) -> None:
        """End."""
        await self._loop.stop()

    def problems(self) -> list[str]:
        """Say why the vault is closed, or its upkeep fails."""
        return self._loop.problems() or ([] if self._keeper.is_open else ["vault: not open yet"])

    async def _step(self) -> float:
        if not self._keeper.is_open:
            await self._keeper.start()
        return 0.0 if await self._keeper.expire(self._retention) else REST
