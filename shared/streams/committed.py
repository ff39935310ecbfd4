"""The outbox rows that this process has just committed, kept so that its relay need not read them back.

Invariant: they follow each other without a hole, and each is in the outbox too: dropping them loses nothing.
"""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import TypeAlias

Row: TypeAlias = tuple[int, bytes]  # Sequence and bytes.
MOST = 20_000  # Rows; a relay that is further behind reads the outbox.


class Committed:
    """The last rows of one stream."""

    def __init__(self) -> None:
        self._rows: deque[Row] = deque()

    def add(self, rows: Sequence[Row]) -> None:
        """Keep the rows of a commit, unless there is a hole before them or too many wait: the oldest go first."""
        follows = not self._rows or (rows and rows[0][0] == self._rows[-1][0] + 1)
        if follows and len(self._rows) + len(rows) <= MOST:
            self._rows.extend(rows)

    def following(self, sequence: int, limit: int) -> list[Row]:
        """Give at most `limit` rows that follow `sequence`, nothing where the next is missing; those before go."""
        while self._rows and self._rows[0][0] <= sequence:
            self._rows.popleft()
        if not self._rows or self._rows[0][0] != sequence + 1:
            return []
        return list(islice(self._rows, limit))
