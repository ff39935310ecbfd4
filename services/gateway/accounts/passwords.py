"""Argon2id in threads, so that no other request waits for it, and not more at once than the machine has cores for."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import Unavailable

Result = TypeVar("Result")
AT_ONCE = 2
MOST_WAITING = 50  # More than these would wait for longer than people do.
NOBODYS = "nobody's password"  # Tried for a login name that nobody has, which so takes as long as any.


class Passwords:
    """Hashes and checks passwords.

    Args:
        memory_kib, passes: What one hash costs (RFC 9106: 65536 KiB and 3 passes where memory is scarce).
    """

    def __init__(self, *, memory_kib: int = 65536, passes: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobodys = ""

    async def hashed(self, password: str) -> str:
        """Give the hash to keep.

        Raises:
            Unavailable: Too many wait already.
        """
        return await self._in_turn(lambda: self._hasher.hash(password))

    async def fits(self, kept: str | None, password: str) -> bool:
        """Say whether `password` is the one that was kept; None takes as long and never fits.

        Raises:
            Unavailable: Too many wait already.
        """
        if kept is None:
            self._nobodys = self._nobodys or await self.hashed(NOBODYS)
        against = self._nobodys if kept is None else kept
        return await self._in_turn(lambda: self._verify(against, password)) and kept is not None

    def is_dated(self, kept: str) -> bool:
        """Say whether a hash was made at another cost than now."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("正在登录的人太多，请稍后再试", code="login.busy")
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
